"""Places of tables outside China: WGS-84 degrees, or the file's own CRS, and nothing to guess.

What the doctor of Chinese tables decides by evidence (shifted datums, Gauss–Krüger zones, swapped
columns) does not arise there; longitude and latitude overlap, so that no order can be told wrong.
"""

from __future__ import annotations

import math

import geopandas as gpd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.measures.datum import CHINA_BOX
from spatialplan.measures.degrees import NOTHING, Cell, parse_cell, parse_pair
from spatialplan.measures.positions import ASSUMED_M
from spatialplan.measures.readings import METRES_A_DEGREE
from spatialplan.model.table import DatumFinding, Meaning, Position, ReadTable
from spatialplan.text import Text

__all__ = ["is_abroad", "read_positions_abroad"]

WGS84 = "EPSG:4326"
MARGIN_DEG = 0.2
_SAID = Text("境外没有坐标偏移，经纬度按 WGS-84 读取", "abroad no datum is shifted: read as WGS-84")
_OUTSIDE = Text("不在规划区域内，请核对", "outside the plan's area; check it")
_NO_DEGREES = Text("不是经纬度，请核对", "no longitude and latitude; check them")


def is_abroad(districts: gpd.GeoDataFrame) -> bool:
    """Whether an area, WGS-84, lies outside the box in which Chinese maps shift their datum."""
    return len(districts) > 0 and not shapely.box(*CHINA_BOX).intersects(
        shapely.box(*districts.total_bounds)
    )


def read_positions_abroad(
    read: ReadTable, districts: gpd.GeoDataFrame
) -> tuple[list[Position], DatumFinding]:
    """Return the place of each body row, in order, and that they are in WGS-84.

    The file's own points go first, then longitude and latitude, then one cell for both.

    Parameters
    ----------
    districts
        Of the plan, WGS-84: a place beyond them is doubtful.
    """
    min_x, min_y, max_x, max_y = districts.total_bounds
    area = shapely.box(
        min_x - MARGIN_DEG, min_y - MARGIN_DEG, max_x + MARGIN_DEG, max_y + MARGIN_DEG
    )
    finding = DatumFinding(
        key="wgs84",
        decided_by="file" if read.raw.points is not None and read.raw.crs else "evidence",
        suspected="",
        scores=(),
        said=_SAID,
    )
    return [_position(read, row, area) for row in read.body], finding


def _position(read: ReadTable, row: int, area: BaseGeometry) -> Position:
    found = _of_file(read, row) or _of_cells(read, row)
    if isinstance(found, Text):
        return Position(lon=None, lat=None, accuracy_m=None, problem=found)
    lon, lat, half_place = found
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return Position(lon=None, lat=None, accuracy_m=None, problem=_NO_DEGREES)
    return Position(
        lon=lon,
        lat=lat,
        accuracy_m=max(ASSUMED_M, half_place * METRES_A_DEGREE),
        doubts=() if area.covers(shapely.Point(lon, lat)) else (_OUTSIDE,),
    )


def _of_file(read: ReadTable, row: int) -> tuple[float, float, float] | None:
    """Return longitude, latitude and half a place of the file's own point."""
    point = read.raw.points[row] if read.raw.points is not None else None
    if point is None:
        return None
    if not read.raw.crs:
        return (*point, 0.0)
    crs = pyproj.CRS(read.raw.crs)
    if crs.equals(pyproj.CRS(WGS84), ignore_axis_order=True):
        return (*point, 0.0)  # bit for bit
    return (*pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform(*point), 0.0)


def _of_cells(read: ReadTable, row: int) -> tuple[float, float, float] | Text:
    cells, found = read.raw.cells[row], read.meanings
    pair: tuple[Cell | Text, Cell | Text] | Text = NOTHING
    if Meaning.LON in found and Meaning.LAT in found:
        pair = parse_cell(cells[found[Meaning.LON]]), parse_cell(cells[found[Meaning.LAT]])
    elif Meaning.LONLAT in found:
        pair = parse_pair(cells[found[Meaning.LONLAT]])
    if isinstance(pair, Text):
        return pair
    lon, lat = pair
    if isinstance(lon, Text):
        return lon
    if isinstance(lat, Text):
        return lat
    return lon.value, lat.value, max(lon.half_place, lat.half_place)
