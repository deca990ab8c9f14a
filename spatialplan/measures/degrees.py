"""Read angles and plane coordinates from the text of a cell, in all the ways people write them.

One cell may hold one number (`parse_cell`) or both (`parse_pair`). Understood are decimals (full
width too, with words or hemisphere letters), degrees, minutes and seconds with signs of any script
or with separators, degrees with decimal minutes, and plain large numbers, which only the pair can
explain (scaled degrees, packed degrees, metres: `measures.readings`). What cannot be read gives a
reason, never an exception and never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from spatialplan.text import Text

__all__ = ["NOTHING", "Axis", "Cell", "Form", "parse_cell", "parse_pair"]

LARGEST = 1e10  # degrees × 10⁷ and metres are below it
LONGEST = 120  # no writing of two angles is longer; more is a remark


class Form(StrEnum):
    """How a number is written."""

    DECIMAL = "decimal"
    DMS = "dms"
    MINUTES = "minutes"


class Axis(StrEnum):
    """Which coordinate the writing itself says it is."""

    LON = "lon"
    LAT = "lat"
    UNSAID = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number read from a cell.

    Attributes
    ----------
    value
        Degrees, negative west and south; or the plain number where it is too large for degrees.
    half_place
        Half a unit of the last written place, in the unit of `value`.
    """

    value: float
    form: Form
    axis: Axis
    half_place: float


NOTHING = Text("没有坐标", "no coordinates")
"""The reason given for a cell that is empty or says that there is nothing."""

NOTHING_WORDS = frozenset({
    "无", "暂无", "没有", "不详", "未知", "不明", "待补", "待补充", "待核", "待核实", "待定",
    "待查", "空", "缺", "缺失", "无坐标", "暂无坐标", "无数据", "未定位",
    "na", "n/a", "#n/a", "#na", "#ref!", "#value!", "#div/0!", "#name?", "#null!",
    "null", "none", "nil", "nan", "nat", "tbd",
})  # fmt: skip
VOID = re.compile(r"[0\s/\\\-_~*?.,;:|()\[\]+°′″]*")  # zeros, dashes and other marks alone

# Signs of other scripts and keyboards, and those that Unicode's own folding would turn to letters.
SIGNS = str.maketrans({
    "º": "°", "˚": "°", "◦": "°", "∘": "°", "度": "°", "⁰": "°",
    "分": "′", "'": "′", "’": "′", "‘": "′", "`": "′", "´": "′", "＇": "′", "ʹ": "′", "‵": "′",
    "秒": "″", '"': "″", "”": "″", "“": "″", "＂": "″", "ʺ": "″", "〃": "″", "‶": "″", "¨": "″",
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "－": "-",
    "﹒": ".", "·": ".", "・": ".",
    "（": "(", "）": ")", "【": "[", "】": "]", "、": ",",
    "﹐": ",", "､": ",", "；": ";", "：": ":",
    "\ufeff": " ", "\u200b": " ", "\u200e": " ", "\u200f": " ", "\u202c": " ", "\u202d": " ",
})  # fmt: skip

NUMBER = r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
PLAIN = re.compile(rf"([+-]?)({NUMBER})(?:e([+-]?[0-9]{{1,2}}))?\s*°?")
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]{1,3},[0-9]+")
MARKED = re.compile(rf"([+-]?)([0-9]{{1,3}})\s*°\s*({NUMBER})\s*(?:′\s*(?:({NUMBER})\s*″?)?)?")
SEPARATED = re.compile(
    r"([+-]?)([0-9]{1,3})\s*([-:\s])\s*([0-9]{1,2}(?:\.[0-9]*)?)(?:\s*[-:\s]\s*([0-9]{1,2}(?:\.[0-9]*)?))?"
)
DOTTED = re.compile(r"([+-]?)([0-9]{1,3})\.([0-9]{1,2})\.([0-9]{1,2}(?:\.[0-9]*)?)")

LABELS = (
    (Axis.LON, 1, r"东经|经°|经|longitude|long|lon|lng|east|e"),
    (Axis.LON, -1, r"西经|west|w"),
    (Axis.LAT, 1, r"北纬|纬°|纬|latitude|lat|north|n"),
    (Axis.LAT, -1, r"南纬|south|s"),
    (Axis.UNSAID, 1, r"x坐标|y坐标|坐标|x|y|米|m"),
)  # fmt: skip
BEFORE = tuple(
    (a, s, re.compile(rf"(?:{words})\s*[:=]?\s*(?=[+\-.0-9])")) for a, s, words in LABELS
)
AFTER = tuple((a, s, re.compile(rf"(?<=[0-9.°′″])\s*(?:{words})")) for a, s, words in LABELS)
EDGE = " \t\r\n,;|/()[]{}<>"
QUOTED_WORD = re.compile(r"[′″]\s*([a-z]+)\s*[′″]")
POINT = re.compile(r"(?:srid=\d+;)?\s*point\s*z?m?\s*\(([^()]*)\)")
HEIGHT = re.compile(rf"([+-]?(?:{NUMBER}))\s*,\s*([+-]?(?:{NUMBER}))\s*,\s*[+-]?(?:{NUMBER})")


def parse_cell(text: str) -> Cell | Text:
    """Read one number; or return why it cannot be read, `NOTHING` where there is none.

    Minutes and seconds of 60 or more are refused: the reading would be another place.

    Examples
    --------
    >>> parse_cell("东经112°56′42.36″").value
    112.9451
    >>> parse_cell("112-56-60").zh
    '“112-56-60”分或秒满 60，请核对'
    """
    if PLAIN.fullmatch(text) and not VOID.fullmatch(text):
        return _read_plain(text, Axis.UNSAID, 1) or _unreadable(text)
    return _parse_normal(_normalise(text), text)


def parse_pair(text: str) -> tuple[Cell, Cell] | Text:
    """Read two numbers from one cell, in the order written; or return why that cannot be done.

    A height after longitude and latitude is left out.

    Examples
    --------
    >>> [round(cell.value, 6) for cell in parse_pair("北纬27°49′44.76″，东经112°56′42.36″")]
    [27.8291, 112.9451]
    """
    normal = _normalise(text)
    if _is_nothing(normal):
        return NOTHING
    if inner := POINT.fullmatch(normal):
        normal = " ".join(inner[1].split()[:2])
    elif height := HEIGHT.fullmatch(normal.strip(EDGE)):
        normal = f"{height[1]},{height[2]}"
    if len(normal) > LONGEST:
        return _unreadable(text)
    found = {pair for at in range(1, len(normal)) if (pair := _split(normal, at)) is not None}
    if len(found) == 1:
        return found.pop()
    if found:
        return Text(
            f"“{_short(text)}”可以有几种读法，请把经度、纬度分成两列",
            f"“{_short(text)}” can be read in several ways; put longitude and latitude apart",
        )
    return _unreadable(text)


def _split(normal: str, at: int) -> tuple[Cell, Cell] | None:
    """Return the two numbers left and right of a place that does not cut a number."""
    left, right = normal[:at], normal[at:]
    if left[-1] in "0123456789." and right[0] in "0123456789.":
        return None
    cells = _parse_normal(left.strip(EDGE), left), _parse_normal(right.strip(EDGE), right)
    if isinstance(cells[0], Text) or isinstance(cells[1], Text):
        return None
    if cells[0].axis is cells[1].axis is not Axis.UNSAID:
        return None
    return cells[0], cells[1]


def _normalise(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS).casefold()
    folded = re.sub(r"(?<=\d)。(?=\d)", ".", folded)
    folded = re.sub(r"′\s*′", "″", folded)
    folded = QUOTED_WORD.sub(r"\1", folded)
    folded = re.sub(r"(?<=\d)\s*(?:deg|d)(?=[\s\d]|$)", "°", folded)
    # 42″.36 is an old way to write 42.36″.
    folded = re.sub(r"([°′″])\.(\d+)", r".\2\1", folded)
    return folded.strip()


def _is_nothing(normal: str) -> bool:
    return normal in NOTHING_WORDS or all(
        part in NOTHING_WORDS or VOID.fullmatch(part) for part in re.split(r"[,;|\s]", normal)
    )


def _parse_normal(normal: str, text: str) -> Cell | Text:
    if _is_nothing(normal):
        return NOTHING
    body, axis, sign = _strip_labels(normal.strip(EDGE))
    return _read_plain(body, axis, sign) or _read_parts(body, axis, sign, text)


def _strip_labels(body: str) -> tuple[str, Axis, int]:
    """Take words and hemisphere letters off both ends; they must not disagree."""
    axis, sign = Axis.UNSAID, 1
    for where, patterns in (("start", BEFORE), ("end", AFTER)):
        if body[:1].isdecimal() if where == "start" else body[-1:].isdecimal():
            continue
        for said, turn, pattern in patterns:
            match = pattern.match(body) if where == "start" else _match_end(pattern, body)
            if match is None:
                continue
            if said is not Axis.UNSAID and axis is not Axis.UNSAID and said is not axis:
                return "", Axis.UNSAID, 1
            axis, sign = axis if said is Axis.UNSAID else said, min(sign, turn)
            body = (body[match.end() :] if where == "start" else body[: match.start()]).strip(EDGE)
            break
    return body, axis, sign


def _match_end(pattern: re.Pattern[str], body: str) -> re.Match[str] | None:
    return next((m for m in pattern.finditer(body) if m.end() == len(body)), None)


def _read_plain(body: str, axis: Axis, sign: int) -> Cell | None:
    """Read a plain number; a comma is a decimal point where that gives degrees of China."""
    if DECIMAL_COMMA.fullmatch(body) and (
        not THOUSANDS.fullmatch(body) or abs(int(body.partition(",")[0])) <= 135
    ):
        body = body.replace(",", ".")
    elif THOUSANDS.fullmatch(body):
        body = body.replace(",", "")
    match = PLAIN.fullmatch(body)
    if match is None:
        return None
    minus, digits, power = match.groups()
    exponent = int(power or 0)
    places = len(digits.partition(".")[2])
    value = float(f"{digits}e{exponent}") * (-1 if minus == "-" else sign)
    if not abs(value) < LARGEST:
        return None
    half = 0.5 * 10.0 ** (exponent - places)
    return Cell(value=value, form=Form.DECIMAL, axis=axis, half_place=half)


def _read_parts(body: str, axis: Axis, sign: int, text: str) -> Cell | Text:
    """Read degrees with minutes, and seconds where there are."""
    parts = _parts(body)
    if parts is None:
        return _unreadable(text)
    minus, degrees, minutes, seconds = parts
    last = seconds or minutes
    if float(minutes) >= 60 or float(seconds or 0) >= 60:
        return Text(
            f"“{_short(text)}”分或秒满 60，请核对",
            f"“{_short(text)}”: minutes or seconds reach 60; check it",
        )
    if seconds and float(minutes) % 1:
        return _unreadable(text)
    unit = 3600.0 if seconds else 60.0
    total = (int(degrees) * 3600 + float(minutes) * 60 + float(seconds or 0)) / 3600
    if total == 0:
        return NOTHING
    return Cell(
        value=total * (-1 if minus == "-" else sign),
        form=Form.DMS if seconds else Form.MINUTES,
        axis=axis,
        half_place=0.5 * 10.0 ** -len(last.partition(".")[2]) / unit,
    )


def _parts(body: str) -> tuple[str, str, str, str] | None:
    """Return sign, degrees, minutes and seconds as written; seconds may be empty."""
    if match := MARKED.fullmatch(body) or DOTTED.fullmatch(body):
        minus, degrees, minutes, seconds = match.groups()
        return minus, degrees, minutes, seconds or ""
    match = SEPARATED.fullmatch(body)
    if match is None:
        return None
    minus, degrees, separator, minutes, seconds = match.groups()
    # “112 56” may stand for 112.56 or for 112°56′; “112:56” and “112 56.7” only for minutes.
    if not seconds and separator != ":" and "." not in minutes:
        return None
    return minus, degrees, minutes, seconds or ""


def _unreadable(text: str) -> Text:
    return Text(
        f"“{_short(text)}”读不出坐标，请核对", f"“{_short(text)}” is no coordinate; check it"
    )


def _short(text: str) -> str:
    """Return the text on one line, cut where it is a whole remark."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:40] + "…"
