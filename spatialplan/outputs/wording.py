"""Say numbers, units and origins to readers; clean text of what no file or page may hold."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from spatialplan.model.plan import Origin
from spatialplan.model.verdict import Measure
from spatialplan.text import Lang, Text

__all__ = [
    "NOTHING",
    "ORIGINS",
    "clean",
    "ems",
    "fitted",
    "measured",
    "moment",
    "quantity",
    "shorten",
    "threshold",
    "unit_name",
]

NOTHING = "—"
_KILOMETRE_M = 1000
_FIRST_WIDE = "\u2e80"  # from here on characters are as wide as high
_NARROW_EM = 0.56
ORIGINS = {
    Origin.PLAN: Text("规划", "plan"),
    Origin.ASSUMED: Text("假设", "assumed"),
}
_UNITS = {
    "m": Text("米", "m"),
    "km": Text("公里", "km"),
    "min": Text("分钟", "min"),
    "%": Text("%", "%"),
    "share": Text("比例（0–1）", "share (0–1)"),
    "count": Text("个", "count"),
    "ratio": Text("倍", "ratio"),
    "km/h": Text("公里/小时", "km/h"),
    "km²": Text("平方公里", "km²"),
    "1/km²": Text("个/平方公里", "per km²"),
    "处": Text("处", "places"),
    "条": Text("条", "lines"),
    "rank": Text("级", "rank"),
    "h": Text("小时", "h"),
}
# Control characters but tab and line feed, lone surrogates and non-characters: illegal in XML.
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return `text` with line ends as line feeds and without characters illegal in XML."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def shorten(text: str, limit: int) -> str:
    """Return `text` on one line with at most `limit` characters, the last one … where cut."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def ems(text: str) -> float:
    """Return about how wide a line of text is, in ems, whatever the font.

    A Chinese character is one em wide, any other a little over half.

    Examples
    --------
    >>> ems("湘江"), ems("km")
    (2.0, 1.12)
    """
    return sum(1.0 if char >= _FIRST_WIDE else _NARROW_EM for char in text)


def fitted(text: str, most: float) -> str:
    """Return `text` on one line, cut with … to at most so many ems.

    Examples
    --------
    >>> fitted("环线产业圈", 4), fitted("环线", 4)
    ('环线产…', '环线')
    """
    line = " ".join(clean(text).split())
    if ems(line) <= most:
        return line
    while line and ems(line) > most - 1:
        line = line[:-1]
    return line + "…"


def unit_name(unit: str, lang: Lang) -> str:
    """Return the reader's name of a unit; an unknown unit is its own name."""
    name = _UNITS.get(unit)
    return name.say(lang) if name else unit


def quantity(value: float | None, unit: str, lang: Lang) -> str:
    """Return a value with its unit as readers write it, — where there is none.

    Metres from 1000 on are said in kilometres and shares in per cent.

    Examples
    --------
    >>> quantity(2310.0, "m", "zh"), quantity(0.714, "share", "en"), quantity(None, "m", "zh")
    ('2.31 公里', '71.4%', '—')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "m" and abs(value) >= _KILOMETRE_M:
        value, unit = value / _KILOMETRE_M, "km"
    if unit == "share":
        value, unit = value * 100, "%"
    digits = {"m": 0, "count": 0, "km": 2, "ratio": 2}.get(unit, 1)
    number = f"{value:,.{digits}f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    if number == "-0":
        number = "0"
    if unit == "%":
        return f"{number}%"
    if unit in ("count", "ratio") and lang == "en":
        return f"{number}×" if unit == "ratio" else number
    return f"{number} {unit_name(unit, lang)}".rstrip()


def _is_depth(measure: Measure) -> bool:
    """Whether a length is measured from an area's edge, negative inside."""
    return measure.unit == "m" and measure.threshold == 0


def measured(measure: Measure, lang: Lang) -> str:
    """Return the measured value; of a place against an area, how far inside or outside it lies."""
    if not _is_depth(measure) or measure.value is None:
        return quantity(measure.value, measure.unit, lang)
    inside = measure.value <= 0
    said = quantity(abs(measure.value), measure.unit, lang)
    if lang == "zh":
        return f"界{'内' if inside else '外'} {said}"
    return f"{said} {'inside' if inside else 'outside'}"


def threshold(measure: Measure, lang: Lang) -> str:
    """Return the threshold of a measure and, in brackets, who says it."""
    said = quantity(measure.threshold, measure.unit, lang)
    if _is_depth(measure):
        said = "界内" if lang == "zh" else "inside"
    if said == NOTHING or measure.origin is None:
        return said
    origin = ORIGINS[measure.origin].say(lang)
    return f"{said}（{origin}）" if lang == "zh" else f"{said} ({origin})"


def moment(stamp: str) -> datetime:
    """Return the moment a stamp begins with, as UTC; 1980-01-01 when it holds no date.

    Files that must carry a creation date take it from here, so that the same stamp makes the
    same bytes.
    """
    try:
        found = datetime.fromisoformat(stamp.strip())
    except ValueError:
        day = re.search(r"\d{4}-\d{2}-\d{2}", stamp)
        try:
            found = datetime.fromisoformat(day.group() if day else "1980-01-01")
        except ValueError:
            found = datetime(1980, 1, 1, tzinfo=UTC)
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC)
