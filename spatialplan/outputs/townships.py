"""Where townships lie, drawn from their villages: no boundary of townships is at hand.

Within its district each place falls to the township of the nearest village with coordinates. The
areas serve to be coloured; they are no boundaries, and every map that shows them says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.model.coverage import CoverageResult, VillageService
from spatialplan.outputs import coverage_counts
from spatialplan.outputs.coverage_counts import AreaTally
from spatialplan.text import Text

__all__ = ["SHARE_CLASSES", "SHARE_EDGES", "Key", "Township", "read_townships", "township_shapes"]

Geometries = NDArray[np.object_]
Key = tuple[str, str]
# Lower edges of the classes of the share covered, from the lowest; the last is all.
SHARE_EDGES = (0.0, 0.5, 0.75, 0.9, 1.0)
SHARE_CLASSES = (
    Text("不足 50%", "below 50%"),
    Text("50%—75%", "50–75%"),
    Text("75%—90%", "75–90%"),
    Text("90%—100%", "90–100%"),
    Text("100%", "100%"),
)
_FARTHEST_M = 12_000.0  # farther from every village a place is left blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """A township with its counts; `shape` is None where no village of it could be placed.

    `anchor` is where its name belongs.
    """

    tally: AreaTally
    shape: shapely.Geometry | None
    anchor: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        """Share covered of the villages with a certain answer, None where there is none."""
        tally = self.tally
        return tally.counts["covered"] / tally.judged if tally.judged else None

    @property
    def is_doubtful(self) -> bool:
        """Whether fewer than half of its villages have a certain answer."""
        return 2 * self.tally.judged < self.tally.total


def read_townships(result: CoverageResult, at: int, districts: gpd.GeoDataFrame) -> list[Township]:
    """Return every township in the roster's order, placed in `districts`, in the plan's CRS."""
    places = _places(coverage_counts.counted(result), result.plan.crs)
    shapes = township_shapes(places, districts)
    return [
        _township(tally, shapes.get((tally.district, tally.name)))
        for tally in coverage_counts.tally_areas(result, at, "township")[:-1]
    ]


def township_shapes(
    places: gpd.GeoDataFrame, districts: gpd.GeoDataFrame
) -> dict[Key, shapely.Geometry]:
    """Return by district and name the areas of the townships that have a village in its district.

    Parameters
    ----------
    places
        The villages that have a place: ``district``, ``township``.
    districts
        Their outlines by ``name``, in the CRS of `places`; without any all is one land.
    """
    outlines = dict(zip(districts["name"], districts.geometry, strict=True))
    shapes: dict[Key, list[shapely.Geometry]] = {}
    # Zones that are no districts of their own lie in one.
    for name, outline in outlines.items() or [("", None)]:
        mine = places[(places["district"] == name) | ~places["district"].isin(list(outlines))]
        for key, shape in _cells(mine, outline).items():
            shapes.setdefault(key, []).append(shape)
    return {key: shapely.union_all(parts) for key, parts in shapes.items()}


def _township(tally: AreaTally, shape: shapely.Geometry | None) -> Township:
    if shape is None:
        return Township(tally=tally, shape=None, anchor=None)
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    spot = shapely.point_on_surface(largest)
    return Township(tally=tally, shape=shape, anchor=(spot.x, spot.y))


def _places(villages: tuple[VillageService, ...], crs: str) -> gpd.GeoDataFrame:
    placed = [v.demand for v in villages if v.demand.lon is not None and v.demand.lat is not None]
    columns = {
        "district": [demand.district for demand in placed],
        "township": [demand.township for demand in placed],
    }
    lon, lat = ([d.lon for d in placed], [d.lat for d in placed])
    points = gpd.points_from_xy(lon, lat, crs="EPSG:4326")
    return gpd.GeoDataFrame(columns, geometry=points).to_crs(crs)


def _cells(
    places: gpd.GeoDataFrame, outline: shapely.Geometry | None
) -> dict[Key, shapely.Geometry]:
    """Return by district and name the areas of the townships whose villages lie in an outline.

    A village outside the outline of its district takes no part: its place is in doubt.
    """
    if outline is not None:
        places = places[shapely.intersects(outline, places.geometry.to_numpy())]
    points = places.geometry.to_numpy()
    if len(points) == 0:
        return {}
    near = shapely.union_all(shapely.buffer(points, _FARTHEST_M))
    land = near if outline is None else shapely.intersection(near, outline)
    cells = _voronoi(points, land)
    keys = list(zip(places["district"], places["township"], strict=True))
    nearest = shapely.STRtree(points).nearest(shapely.point_on_surface(cells))
    owners: dict[Key, list[int]] = {}
    for cell, village in enumerate(nearest):
        owners.setdefault(keys[village], []).append(cell)
    found = {
        key: shapely.intersection(shapely.union_all(cells[mine]), land)
        for key, mine in sorted(owners.items())
    }
    return {key: shape for key, shape in found.items() if shape.area > 0}


def _voronoi(points: Geometries, land: shapely.Geometry) -> Geometries:
    """Return the cell of each place; one place has the whole land."""
    if len(np.unique(shapely.get_coordinates(points), axis=0)) == 1:
        return np.array([land], dtype=object)
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=land)
    found: Geometries = shapely.get_parts(cells)
    return found
