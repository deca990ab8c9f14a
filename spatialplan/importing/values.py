"""Understand single cells: amounts, dates, tiers. Text that says nothing gives None."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, timedelta

__all__ = ["read_amount", "read_day", "read_tier"]

_AMOUNT = re.compile(r"约?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(万)?\s*(?:人|户|口|个)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?|月?)(?:[ T]\d.*)?")
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119: a day that lost its date format
_TIERS = (
    ("hub", ("县级", "区级", "集散", "分拨", "hub", "县中心")),
    ("station", ("乡镇", "镇级", "乡级", "街道", "运输服务站", "station")),
    ("point", ("村级", "村服务", "服务点", "驿站", "代办点", "point")),
)


def read_amount(text: str) -> float | None:
    """Return a count of people or households; None where the cell holds none, or parcels.

    Examples
    --------
    >>> read_amount("1,234人"), read_amount("约 1.2万"), read_amount("不详")
    (1234.0, 12000.0, None)
    """
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    value = float(found.group(1).replace(",", "") + (found.group(2) or ""))
    value = round(value * 10_000, 6) if found.group(3) else value
    return value if math.isfinite(value) else None


def read_day(text: str) -> date | None:
    """Return a day; a month alone is its first day. None where the cell holds none.

    Examples
    --------
    >>> read_day("2025年3月"), read_day("2026/1/5"), read_day("尚未")
    (datetime.date(2025, 3, 1), datetime.date(2026, 1, 5), None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _PACKED_DAY.fullmatch(plain) or _DAY.fullmatch(plain)
    if found is not None:
        try:
            return date(int(found.group(1)), int(found.group(2)), int(found.group(3) or 1))
        except ValueError:
            return None
    if plain.isdecimal() and len(plain) == 5 and int(plain) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(plain))
    return None


def read_tier(text: str) -> str:
    """Return the tier that a cell names: ``point``, ``station``, ``hub``, or empty text.

    Examples
    --------
    >>> read_tier("村级物流服务点"), read_tier("乡镇运输服务站"), read_tier("其他")
    ('point', 'station', '')
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    for tier, words in _TIERS:
        if any(word in plain for word in words):
            return tier
    return ""
