"""Values of Excel cells: places, escapes, and numbers that are dates."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Self
from xml.etree import ElementTree as ET

from spatialplan.io.tables.cell_text import duration_text, joined_surrogates, number_text, text_of
from spatialplan.io.tables.grid import Span
from spatialplan.io.tables.safe_xml import local_name

__all__ = ["Shown", "Styles", "number_as_shown", "position", "shown_by", "span", "unescaped"]

ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
REF = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
BUILTIN_DATES = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58}  # of zh-CN too
BUILTIN_TIMES = {*range(18, 22), *range(32, 36), 45, 46, 47, 55, 56}
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


class Shown(Enum):
    """What a number format makes of a number."""

    NUMBER = auto()
    DATE = auto()
    TIME = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """What each cell style shows, by its index, and where days count from."""

    shown: tuple[Shown, ...]
    epoch_1904: bool = False

    @classmethod
    def from_xml(cls, root: ET.Element, *, epoch_1904: bool) -> Self:
        """Read the part ``styles.xml``."""
        codes: dict[str, str] = {}
        shown: list[Shown] = []
        for group in root:
            if local_name(group) == "numFmts":
                codes = {fmt.get("numFmtId", ""): fmt.get("formatCode", "") for fmt in group}
            elif local_name(group) == "cellXfs":
                shown = [_shown_by_id(xf.get("numFmtId", "0"), codes) for xf in group]
        return cls(shown=tuple(shown), epoch_1904=epoch_1904)


def position(ref: str) -> tuple[int, int]:
    """Return row and column from 0 of a reference such as ``AB12``.

    Raises
    ------
    ValueError
        When it is no reference.

    Examples
    --------
    >>> position("AB12")
    (11, 27)
    """
    found = REF.fullmatch(ref)
    if found is None:
        raise ValueError(ref)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def span(ref: str) -> Span:
    """Return the range of a reference such as ``A1:C3``, or of a single cell."""
    first, _, last = ref.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    return Span(top=top, left=left, bottom=bottom, right=right)


def unescaped(text: str) -> str:
    """Return a string with ``_xHHHH_`` escapes replaced by their characters.

    Examples
    --------
    >>> unescaped("_x005F_x0041_ and _x0041_")
    '_x0041_ and A'
    """
    if "_x" not in text:
        return text
    return joined_surrogates(ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))


def shown_by(code: str) -> Shown:
    """Return what a number format shows, from its code.

    Examples
    --------
    >>> shown_by('yyyy"年"m"月"'), shown_by("[h]:mm:ss"), shown_by('0.00"m"')
    (<Shown.DATE: 2>, <Shown.TIME: 3>, <Shown.NUMBER: 1>)
    """
    plain = LITERAL.sub("", code.partition(";")[0]).lower()
    if (
        "general" in plain
        or "通用格式" in plain
        or re.search("[0#?]", re.sub(r"s\.0+", "s", plain))
    ):
        return Shown.NUMBER
    timed = re.search("[hs]", plain) is not None
    if re.search("[yd]", plain) or (not timed and "m" in plain):
        return Shown.DATE
    return Shown.TIME if timed else Shown.NUMBER


def number_as_shown(text: str, styles: Styles, style: str) -> str:
    """Return the text of a number: shortest, or a date or time where its style shows one.

    Numbers that are no date of the calendar stay numbers.
    """
    try:
        value = float(text)
    except ValueError:
        return text
    index = int(style) if style.isdigit() else 0
    shown = styles.shown[index] if index < len(styles.shown) else Shown.NUMBER
    if shown is Shown.NUMBER or not math.isfinite(value):
        return number_text(value)
    if shown is Shown.TIME:
        return _time_text(value)
    return _date_text(value, epoch_1904=styles.epoch_1904)


def _shown_by_id(number: str, codes: dict[str, str]) -> Shown:
    if number in codes:
        return shown_by(codes[number])
    builtin = int(number) if number.isdigit() else 0
    if builtin in BUILTIN_DATES:
        return Shown.DATE
    return Shown.TIME if builtin in BUILTIN_TIMES else Shown.NUMBER


def _rounded(days: float) -> timedelta:
    """Return a duration to the millisecond, as fine as days in floats can tell."""
    return timedelta(milliseconds=round(days * 86_400_000))


def _time_text(value: float) -> str:
    try:
        length = _rounded(value)
    except OverflowError:
        return number_text(value)
    if timedelta() <= length < timedelta(days=1):
        return text_of((datetime(1900, 1, 1) + length).time())  # noqa: DTZ001
    return duration_text(length)


def _date_text(value: float, *, epoch_1904: bool) -> str:
    """Return the date of a day number; 1900 counts a 29 February that never was."""
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    if value < 0 or (int(value) == 60 and not epoch_1904):
        return number_text(value)
    if value < 1 and not epoch_1904:
        return _time_text(value)
    skipped = 1 if value < 60 and not epoch_1904 else 0
    try:
        return text_of(start + _rounded(value + skipped))
    except OverflowError:
        return number_text(value)
