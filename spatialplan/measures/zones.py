"""Gauss–Krüger zones of CGCS2000: their codes, and the way to degrees.

Eastings bear the zone before them (37 or 38 million), or are counted from a central meridian that
the numbers do not say. A 6-degree zone has the same numbers as the 3-degree zone of its meridian.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

__all__ = ["epsg_of_meridian", "epsg_of_zone", "to_degrees"]

FloatArray = NDArray[np.float64]

FIRST_6, LAST_6, FIRST_3, LAST_3 = 13, 23, 25, 45


def epsg_of_zone(zone: int) -> str:
    """Return the CRS of a zone number as eastings bear it, empty text where it is none.

    Examples
    --------
    >>> epsg_of_zone(37), epsg_of_zone(38), epsg_of_zone(19), epsg_of_zone(50)
    ('EPSG:4525', 'EPSG:4526', 'EPSG:4497', '')
    """
    if FIRST_6 <= zone <= LAST_6:
        return f"EPSG:{4491 + zone - FIRST_6}"
    if FIRST_3 <= zone <= LAST_3:
        return f"EPSG:{4513 + zone - FIRST_3}"
    return ""


def epsg_of_meridian(degrees: int) -> str:
    """Return the CRS of a central meridian for eastings without prefix, empty where it is none.

    Examples
    --------
    >>> epsg_of_meridian(111), epsg_of_meridian(114), epsg_of_meridian(112)
    ('EPSG:4546', 'EPSG:4547', '')
    """
    if degrees % 3 or not 75 <= degrees <= 135:
        return ""
    return f"EPSG:{4534 + (degrees - 75) // 3}"


def to_degrees(crs: str, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return WGS-84 degrees of coordinates, east first, in a CRS; shape (n,) each.

    Where the CRS has its zone before the easting and a number lacks it, it is put there.
    """
    false_easting = float(CRS(crs).to_cf().get("false_easting", 0.0))
    zone = false_easting // 1e6 * 1e6
    x = np.where((x < 1e6) & (zone > 0), x + zone, x)
    lon, lat = Transformer.from_crs(CRS(crs), "EPSG:4326", always_xy=True).transform(x, y)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
