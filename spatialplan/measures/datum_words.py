"""Names of datums: as people write them, and as they are told."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pyproj import CRS
from pyproj.exceptions import CRSError

from spatialplan.errors import DataError
from spatialplan.measures.datum import Datum
from spatialplan.measures.zones import epsg_of_meridian
from spatialplan.text import Text

__all__ = [
    "OLD",
    "as_degrees",
    "is_old",
    "is_plain_degrees",
    "label_of",
    "named_datum",
    "old_datum",
    "user_datum",
]

OLD = "old"
"""Stands for Xian 80 and Beijing 54, which the numbers do not tell from CGCS2000."""
DEGREES_CRS = frozenset({"EPSG:4326", "EPSG:4490", "OGC:CRS84"})

WORDS = (
    (OLD, ("西安", "xian", "xi'an", "北京54", "beijing", "54坐标", "80坐标", "bj54")),
    (Datum.GCJ02, ("gcj", "火星", "国测局", "高德", "腾讯", "amap", "tencent", "mars")),
    (Datum.BD09, ("bd09", "bd-09", "bd 09", "bd_09", "百度", "baidu")),
    (Datum.WGS84, ("wgs", "84", "gps", "cgcs", "国家2000", "2000", "天地图", "大地坐标")),
)  # fmt: skip
EPSG = re.compile(r"epsg[:\s]*([0-9]{4,6})")
MERIDIAN = re.compile(r"(?<![0-9])([0-9]{2,3})\s*(?:°|度|e)(?!带)")


def named_datum(text: str) -> str:
    """Return the datum that a text names: a key, an EPSG code, `OLD`, or empty when none.

    Examples
    --------
    >>> named_datum("高德地图"), named_datum("CGCS2000，中央子午线114°"), named_datum("西安80")
    ('gcj02', 'EPSG:4547', 'old')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if code := EPSG.search(plain):
        return _known_code(f"EPSG:{code[1]}")
    key = next((key for key, words in WORDS if any(word in plain for word in words)), "")
    if key == Datum.WGS84:
        meridian = MERIDIAN.search(plain)
        return (meridian and epsg_of_meridian(int(meridian[1]))) or key
    return str(key)


def user_datum(text: str) -> str:
    """Return the datum that a user gave: a key or an EPSG code.

    Raises
    ------
    DataError
        When it is none of the known.
    """
    plain = text.strip().casefold()
    key = {"cgcs2000": str(Datum.WGS84)}.get(plain, plain)
    if key in set(Datum):
        return key
    if EPSG.fullmatch(plain) and (code := named_datum(plain)):
        return code
    raise DataError(
        f"不认识坐标系“{text}”；可用 wgs84、gcj02、bd09、cgcs2000，或 EPSG:4547 这样的代码",
        f"unknown datum {text!r}; use wgs84, gcj02, bd09, cgcs2000 or a code such as EPSG:4547",
    )


def _known_code(code: str) -> str:
    """Return the code, as a datum where it is plain degrees; empty when PROJ does not know it."""
    if code in DEGREES_CRS:
        return str(Datum.WGS84)
    try:
        CRS(code)
    except CRSError:
        return ""
    return code


@cache
def is_plain_degrees(crs: str) -> bool:
    """Return whether a CRS is WGS-84 or CGCS2000 degrees."""
    known = CRS(crs)
    if not known.is_geographic or known.datum is None:
        return False
    return any(w in known.datum.name for w in ("World Geodetic System 1984", "WGS", "China 2000"))


def old_datum(crs: str) -> bool:
    """Return whether a CRS refers to Xian 80 or Beijing 54."""
    datum = CRS(crs).datum
    return datum is not None and any(word in datum.name for word in ("Xian", "Beijing"))


def label_of(key: str) -> Text:
    """Return what a datum is called."""
    labels = {
        str(Datum.WGS84): Text("WGS-84/CGCS2000 经纬度", "WGS-84/CGCS2000 degrees"),
        str(Datum.GCJ02): Text("GCJ-02（高德、腾讯）", "GCJ-02 (Amap, Tencent)"),
        str(Datum.BD09): Text("BD-09（百度）", "BD-09 (Baidu)"),
        OLD: Text("西安80或北京54", "Xian 80 or Beijing 54"),
    }
    return labels.get(key) or Text(f"{CRS(key).name}（{key}）", f"{CRS(key).name} ({key})")


def is_old(key: str) -> bool:
    """Return whether a column's word is Xian 80 or Beijing 54, or a CRS of theirs."""
    return key == OLD or (key.startswith("EPSG") and bool(old_datum(key)))


def as_degrees(key: str) -> str:
    """Return the datum that degrees have beside a claim of a projected CRS."""
    if key in set(Datum) or key == OLD:
        return key
    return OLD if old_datum(key) else str(Datum.WGS84)
