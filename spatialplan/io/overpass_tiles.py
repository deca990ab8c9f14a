"""Which pieces of an area Overpass is asked for, and in which words.

Roads and points are asked tile by tile. Relations are asked once for the whole area, because a
boundary or a river bank comes with all its members however little of it lies in a tile.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import CrsError, DataError
from spatialplan.io import osm_categories

__all__ = ["Tile", "cut"]

MIN_TILE_KM = 1.0
KM_PER_DEGREE = 111.32
WHOLE_WORLD = (-180.0, -90.0, 180.0, 90.0)

LOCAL = (
    'way["highway"]',
    'way["route"="ferry"]',
    'node["place"]',
    'way["place"]',
    'way["natural"="water"]',
    'way["landuse"~"^(reservoir|basin)$"]',
    'way["waterway"]',
    'relation["type"="restriction"]',
)
WIDE = (
    'relation["boundary"="administrative"]["admin_level"~"^[4-8]$"]',
    'relation["place"]',
    'relation["natural"="water"]',
    'relation["landuse"~"^(reservoir|basin)$"]',
    'relation["waterway"="riverbank"]',
)
WHOLE_KEYS = ("amenity", "shop", "office", "tourism", "healthcare", "railway", "industrial")


class Content(StrEnum):
    """What is asked of a tile."""

    LOCAL = "local"
    WIDE = "wide"


@cache
def things(content: Content) -> tuple[str, ...]:
    """Return the Overpass filters of a content: fixed ones, and what the category table sorts."""
    values: dict[str, list[str]] = {key: ["*"] for key in WHOLE_KEYS}
    for key, value, _ in osm_categories.read_categories().rules:
        values.setdefault(key, []).append(value)
    keys = [
        f'["{key}"]' if "*" in some else f'["{key}"~"^({"|".join(some)})$"]'
        for key, some in values.items()
    ]
    if content is Content.WIDE:
        return (*WIDE, *(f"relation{key}" for key in keys))
    return (*LOCAL, *(f"{kind}{key}" for kind in ("node", "way") for key in keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A rectangle to ask for, WGS-84 ``(west, south, east, north)``."""

    bounds: tuple[float, float, float, float]
    content: Content

    @property
    def statements(self) -> str:
        """The Overpass QL after its settings: the things and all nodes that draw them."""
        west, south, east, north = self.bounds
        box = f"({south:.7f},{west:.7f},{north:.7f},{east:.7f})"
        asked = "".join(f"{thing}{box};" for thing in things(self.content))
        return f"({asked});(._;>;);out body qt;"

    @property
    def probe(self) -> str:
        """The Overpass QL that asks for one node of any road."""
        west, south, east, north = self.bounds
        return f'way["highway"]({south:.7f},{west:.7f},{north:.7f},{east:.7f});node(w);out body 1;'

    @property
    def key(self) -> str:
        """The name of the tile in the cache: a hash of what is asked, whatever the server."""
        return hashlib.sha256(self.statements.encode()).hexdigest()

    @property
    def label(self) -> str:
        """The rectangle in words."""
        west, south, east, north = self.bounds
        return f"{west:.3f}–{east:.3f}°E, {south:.3f}–{north:.3f}°N"

    def quarters(self) -> tuple[Tile, ...]:
        """Return the four quarters, or nothing when they would be too small to help."""
        west, south, east, north = self.bounds
        if (north - south) * KM_PER_DEGREE < 2 * MIN_TILE_KM:
            return ()
        x, y = round((west + east) / 2, 7), round((south + north) / 2, 7)
        columns, rows = ((west, x), (x, east)), ((south, y), (y, north))
        corners = [(left, low, right, high) for low, high in rows for left, right in columns]
        return tuple(Tile(bounds=corner, content=self.content) for corner in corners)


def cut(area: BaseGeometry, tile_km: float) -> tuple[Tile, ...]:
    """Return the tiles that meet an area, and last the one of relations for all of it.

    Parameters
    ----------
    area
        Any shape, WGS-84.
    tile_km
        Greatest side of a tile in kilometres.

    Raises
    ------
    CrsError
        When the area is empty or not in degrees.
    DataError
        When the side is not positive.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> [tile.content.value for tile in cut(box(112.0, 27.0, 112.15, 27.1), 12)]
    ['local', 'local', 'wide']
    """
    west, south, east, north = area.bounds if not area.is_empty else (math.nan,) * 4
    low, high = WHOLE_WORLD[:2], WHOLE_WORLD[2:]
    if not (low[0] <= west <= east <= high[0] and low[1] <= south <= north <= high[1]):
        raise CrsError(
            f"取数范围应为经纬度（WGS-84）且不为空，现为 {area.bounds}；请先转换坐标系",
            f"the area to fetch must be longitude and latitude and not empty, got {area.bounds}",
        )
    if not tile_km > 0:
        raise DataError(f"分块边长应大于 0，现为 {tile_km}", f"tile_km must be > 0, got {tile_km}")
    shrink = math.cos(math.radians((south + north) / 2))
    columns = max(1, math.ceil((east - west) * KM_PER_DEGREE * shrink / tile_km - 1e-9))
    rows = max(1, math.ceil((north - south) * KM_PER_DEGREE / tile_km - 1e-9))
    x = np.linspace(west, east, columns + 1).round(7).tolist()
    y = np.linspace(south, north, rows + 1).round(7).tolist()
    boxes = [(x[i], y[j], x[i + 1], y[j + 1]) for j in range(rows) for i in range(columns)]
    met = np.flatnonzero(shapely.intersects(area, shapely.box(*np.array(boxes).T)))
    local = [Tile(bounds=boxes[i], content=Content.LOCAL) for i in met]
    whole = Tile(bounds=(x[0], y[0], x[-1], y[-1]), content=Content.WIDE)
    return (*local, whole)
