"""Check that a layer lies where its CRS says, near the plan; else say what it looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError as ProjCrsError

from spatialplan.editing.change_shapes import WGS84, Box
from spatialplan.errors import CrsError
from spatialplan.text import Text

__all__ = ["check_fit", "crs_notes", "known_crs", "to_degrees"]

GEOGRAPHIC = "EPSG:4490"
UNPREFIXED = ("EPSG:4545", "EPSG:4546", "EPSG:4547", "EPSG:4548", "EPSG:32649", "EPSG:32650",
              "EPSG:3857")  # fmt: skip
SAME_DATUM = ("WGS 84", "WGS_1984", "World Geodetic System 1984", "China 2000", "CGCS2000")
MILLION = 1_000_000
MOST = 0.5

Coordinates = NDArray[np.float64]


def known_crs(
    stated: str, given: str | None, xy: Coordinates, crs_of_plan: str, around: Box
) -> pyproj.CRS:
    """Return the CRS of a layer: the one given on the command line, else the file's own.

    Raises
    ------
    CrsError
        When there is none or it is unknown; the message tells which would fit the numbers.
    """
    text = given or stated
    if not text:
        advice = _advice(
            [*_looks_like(xy, crs_of_plan, around)],
            Text(
                "请用 --crs 指明，如 --crs EPSG:4490", "give it by --crs, such as --crs EPSG:4490"
            ),
        )
        raise CrsError(f"文件没有写明坐标系；{advice.zh}", f"the file states no CRS; {advice.en}")
    try:
        return pyproj.CRS.from_user_input(text)
    except ProjCrsError as error:
        raise CrsError(
            f"坐标系“{text:.60}”无法识别；请用 --crs EPSG:代码 指明",
            f"CRS {text[:60]!r} is unknown; give it as --crs EPSG:code",
        ) from error


def crs_notes(crs: pyproj.CRS, stated: str, given: str | None) -> list[Text]:
    """Return doubts about a CRS: the file says another, or its datum is an older one."""
    notes = []
    if given and stated and pyproj.CRS.from_user_input(stated) != crs:
        notes.append(Text(
            f"文件写的坐标系与 --crs {given} 不同，按 --crs 处理",
            f"the file states another CRS than --crs {given}, which is used",
        ))  # fmt: skip
    datum = crs.geodetic_crs.datum.name if crs.geodetic_crs and crs.geodetic_crs.datum else ""
    if datum and not any(name in datum for name in SAME_DATUM):
        notes.append(Text(
            f"坐标系 {crs.name} 的基准不是 CGCS2000，转换未加密参数，可能差上百米，请核对后填精度",
            f"the datum of {crs.name} is not CGCS2000; without local parameters the result may be "
            "off by a hundred metres",
        ))  # fmt: skip
    return notes


def to_degrees(xy: Coordinates, crs: str | pyproj.CRS) -> Coordinates:
    """Return coordinates (n, 2) in a CRS as longitude and latitude."""
    to = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    return np.column_stack(to.transform(*xy.T))


def _inside(lonlat: Coordinates, around: Box) -> NDArray[np.bool_]:
    west, south, east, north = around
    lon, lat = lonlat.T
    with np.errstate(invalid="ignore"):
        inside: NDArray[np.bool_] = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    return inside


def check_fit(xy: Coordinates, crs: pyproj.CRS, crs_of_plan: str, around: Box) -> None:
    """Refuse a layer most of which does not lie around the plan.

    Parameters
    ----------
    xy
        A coordinate of each feature in the layer's CRS, shape (n, 2).

    Raises
    ------
    CrsError
        It tells what the numbers are, how far off they lie and what they look like.
    """
    lonlat = to_degrees(xy, crs)
    if _inside(lonlat, around).mean() > MOST:
        return
    looks = [*_looks_like(xy, crs_of_plan, around)]
    x, y = np.median(xy, axis=0)
    advice = _advice(looks, Text("请核对坐标系和数据范围", "check CRS and extent"))
    far = _far(lonlat, around)
    name = _named(crs)
    raise CrsError(
        f"按坐标系 {name}，图层不在规划区周边{far.zh}（坐标约 {x:.10g}, {y:.10g}）；{advice.zh}",
        f"by CRS {name} the layer is not around the plan{far.en} "
        f"(near {x:.10g}, {y:.10g}); {advice.en}",
    )


def _advice(looks: Sequence[Text], otherwise: Text) -> Text:
    """Return what the numbers look like, or what to do when they look like nothing."""
    if not looks:
        return otherwise
    return Text(f"看起来像 {'；或 '.join(look.zh for look in looks)}",
                f"it looks like {'; or '.join(look.en for look in looks)}")  # fmt: skip


def _named(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _far(lonlat: Coordinates, around: Box) -> Text:
    """Return how far the layer lies from the surroundings, empty when it lies on no ground."""
    lon, lat = np.median(lonlat, axis=0)
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return Text("，也不在地球表面", ", nor on the earth")
    west, south, east, north = around
    geod = pyproj.Geod(ellps="GRS80")
    metres = geod.inv(lon, lat, np.clip(lon, west, east), np.clip(lat, south, north))[2]
    return Text(f"，相距 {metres / 1000:.0f} 公里", f", {metres / 1000:.0f} km away")


def _looks_like(xy: Coordinates, crs_of_plan: str, around: Box) -> Iterator[Text]:
    """Yield the CRS and orders of axes under which most of the layer lies around the plan."""
    for swapped in (False, True):
        tried = xy[:, ::-1] if swapped else xy
        for code in _by_numbers(tried, crs_of_plan):
            if _inside(to_degrees(tried, code), around).mean() > MOST:
                if swapped:
                    yield Text(f"{code} 但两轴写反，请先对调", f"{code} with its axes swapped")
                else:
                    yield Text(f"{code}，请用 --crs {code}", f"{code}: give --crs {code}")


def _by_numbers(xy: Coordinates, crs_of_plan: str) -> Iterator[str]:
    """Yield the CRS that such numbers may be in: degrees, zones by their prefix, or metres."""
    x, y = np.median(xy, axis=0)
    if abs(x) <= 180 and abs(y) <= 90:
        yield GEOGRAPHIC
        return
    zone = int(x // MILLION)
    if 25 <= zone <= 45:
        yield f"EPSG:{4488 + zone}"  # CGCS2000, 3-degree zones with the zone before the easting
    elif 13 <= zone <= 23:
        yield f"EPSG:{4478 + zone}"  # 6-degree zones
        yield "EPSG:3857"
    elif 0 < x < MILLION or abs(y) < MILLION * 10:
        yield from dict.fromkeys((crs_of_plan, *UNPREFIXED))
