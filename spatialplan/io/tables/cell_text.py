"""What a cell says, as text: strings as they are, numbers at their shortest, dates as ISO."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

__all__ = ["duration_text", "joined_surrogates", "list_some", "number_text", "text_of"]

EXACT = 2.0**53  # whole numbers below are exact as floats
SHOWN = 5  # how many places a note lists


def text_of(value: object) -> str:
    """Return the text of a value that a reader of files yields; nothing is empty text.

    Examples
    --------
    >>> [text_of(v) for v in (None, " 村 ", True, 430302001001.0, 112.90000000000001)]
    ['', ' 村 ', 'TRUE', '430302001001', '112.9']
    >>> [text_of(v) for v in (datetime(2024, 5, 1), time(8, 30), timedelta(hours=112, minutes=54))]
    ['2024-05-01', '08:30:00', '112:54:00']
    """
    match value:
        case None | str():
            text = value or ""
        case bool():
            text = "TRUE" if value else "FALSE"
        case float():
            text = number_text(value)
        case date() | time():  # a datetime is a date
            text = _calendar_text(value)
        case timedelta():
            text = duration_text(value)
        case _:
            text = str(value)
    return text


def number_text(value: float) -> str:
    """Return the shortest text that reads back as `value`; no point where it is whole.

    Not a number is nothing. Whole numbers of 2⁵³ and more are no longer exact and keep their
    exponent, so that no digit is invented.

    Examples
    --------
    >>> [number_text(v) for v in (-0.0, 430302001001.0, 4.3030200100112345e17, float("inf"))]
    ['0', '430302001001', '4.3030200100112346e+17', 'inf']
    """
    if math.isnan(value):
        return ""
    if abs(value) < EXACT and value == int(value):
        return str(int(value))
    return repr(value)


def duration_text(value: timedelta) -> str:
    """Return hours, minutes and seconds, as ``[h]:mm:ss`` shows them.

    Degrees, minutes and seconds that were typed with colons arrive as durations, so hours are not
    cut into days.
    """
    whole = abs(value)
    seconds = whole.days * 86400 + whole.seconds
    fraction = f".{whole.microseconds:06d}".rstrip("0") if whole.microseconds else ""
    sign = "-" if value < timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}{fraction}"


def joined_surrogates(text: str) -> str:
    """Join halves of characters that were written apart; a lone half becomes U+FFFD.

    Examples
    --------
    >>> joined_surrogates(chr(0xD83D) + chr(0xDE00)) == chr(0x1F600)
    True
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def list_some(places: Iterable[object], joint: str = "、") -> str:
    """Return the first places of a list, with dots where there are more."""
    listed = [str(place) for place in places]
    return joint.join(listed[:SHOWN]) + ("…" if len(listed) > SHOWN else "")


def _calendar_text(value: date | time) -> str:
    """Return ISO text; the hour of a time stamp at midnight is left out."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ")
