"""Convert between WGS-84 and the two shifted datums of Chinese web maps, GCJ-02 and BD-09.

GCJ-02 (高德, 腾讯) moves a point by some hundred metres with a sum of sines on the Krassovsky
ellipsoid; BD-09 (百度) turns and stretches GCJ-02 once more. The formulae are those of
https://github.com/googollee/eviltransform (public domain), with π exact and the same constants as
the package geotool-cn. That package converts one point at a time and inverts GCJ-02 by a single
step, which errs by 1–2 m; here whole arrays are converted, and the inverse is iterated until the
forward formula gives back the input.

CGCS2000 and WGS-84 differ by centimetres and count as one.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CHINA_BOX",
    "Datum",
    "bd09_from_wgs84",
    "gcj02_from_wgs84",
    "wgs84_from",
    "wgs84_from_bd09",
    "wgs84_from_gcj02",
]

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

AXIS_M = 6378245.0
ECCENTRICITY_2 = 0.00669342162296594
BAIDU_TURN = np.pi * 3000.0 / 180.0
CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""Bounds in degrees; beyond them neither datum shifts anything."""

# Each step multiplies the error by less than 0.004 (the greatest slope of the shift), so that six
# steps from 1 km reach the rounding of a double.
STEPS = 6


class Datum(StrEnum):
    """What geographic coordinates may refer to."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def gcj02_from_wgs84(lon: FloatArray, lat: FloatArray) -> Pair:
    """Shift WGS-84 degrees to GCJ-02, shape (n,) each; unchanged outside `CHINA_BOX`."""
    inside = _in_china(lon, lat)
    # The formula may overflow far outside the box, where its result is not used.
    x, y = np.where(inside, lon, 105.0), np.where(inside, lat, 35.0)
    east, north = _gcj02_shift(x, y)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def bd09_from_wgs84(lon: FloatArray, lat: FloatArray) -> Pair:
    """Shift WGS-84 degrees to BD-09, shape (n,) each; unchanged outside `CHINA_BOX`."""
    inside = _in_china(lon, lat)
    east, north = _bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))
    return np.where(inside, east, lon), np.where(inside, north, lat)


def wgs84_from_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    """Take the shift of GCJ-02 back, shape (n,) each; unchanged outside `CHINA_BOX`.

    Examples
    --------
    >>> import numpy as np
    >>> there = gcj02_from_wgs84(np.array([112.9451]), np.array([27.8291]))
    >>> lon, lat = wgs84_from_gcj02(*there)
    >>> bool(abs(lon[0] - 112.9451) < 1e-11), bool(abs(lat[0] - 27.8291) < 1e-11)
    (True, True)
    """
    return _inverse(gcj02_from_wgs84, lon, lat)


def wgs84_from_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    """Take both shifts of BD-09 back, shape (n,) each; unchanged outside `CHINA_BOX`."""
    return _inverse(bd09_from_wgs84, lon, lat)


def wgs84_from(datum: Datum, lon: FloatArray, lat: FloatArray) -> Pair:
    """Return WGS-84 degrees of coordinates in `datum`; the very same numbers for WGS-84."""
    if datum is Datum.GCJ02:
        return wgs84_from_gcj02(lon, lat)
    if datum is Datum.BD09:
        return wgs84_from_bd09(lon, lat)
    return lon, lat


def _in_china(lon: FloatArray, lat: FloatArray) -> NDArray[np.bool_]:
    min_x, min_y, max_x, max_y = CHINA_BOX
    return np.asarray((min_x < lon) & (lon < max_x) & (min_y < lat) & (lat < max_y))


def _inverse(
    forward: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray
) -> Pair:
    """Return where `forward` lands on the given degrees, by fixed-point iteration."""
    x, y = lon, lat
    for _ in range(STEPS):
        east, north = forward(x, y)
        x, y = x + (lon - east), y + (lat - north)
    inside = _in_china(lon, lat)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _gcj02_shift(lon: FloatArray, lat: FloatArray) -> Pair:
    """Return the shift in degrees east and north."""
    x, y = lon - 105.0, lat - 35.0
    both = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north_m = (
        north_m + both + _waves(y, ((20.0, 1), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30)))
    )
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east_m = east_m + both + _waves(x, ((20.0, 1), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30)))
    latitude = np.radians(lat)
    bulge = 1.0 - ECCENTRICITY_2 * np.sin(latitude) ** 2
    meridian_m = AXIS_M * (1.0 - ECCENTRICITY_2) / (bulge * np.sqrt(bulge))
    parallel_m = AXIS_M / np.sqrt(bulge) * np.cos(latitude)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _waves(degrees: FloatArray, terms: tuple[tuple[float, float], ...]) -> FloatArray:
    waves = [size * np.sin(degrees * rate * np.pi) for size, rate in terms]
    return np.asarray(sum(waves) * 2.0 / 3.0)


def _bd09_from_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
