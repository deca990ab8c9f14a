"""Service areas: from where facilities are reached within limits of time or length.

The area of a limit is a union of discs: from each road point that reaches the facility at cost c, a
straight leg at access speed may start as long as the limit allows, and no longer than `access_m`:

    r = min((limit − c) / pace, access_m)

Discs end at barriers that the leg would cross. They are drawn from a raster whose cells hold the
signed distance to the discs' edge (isochrones as in Bauer et al. 2008, with access legs).

Areas are for drawing. Coverage is decided by each place's cost, never by a polygon: the polygon is
true to about a cell, and takes the best road point where a place is snapped to the nearest road.
Land farther than `access_m` from any road is not covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from spatialplan.model.limit import Limit
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.grid import Grid
from spatialplan.network.isochrone_raster import Canvas, area_of, as_multipolygon
from spatialplan.network.routing import graph_with_points
from spatialplan.network.shore import Shore
from spatialplan.network.stretch import (
    RoadPoints,
    Stretches,
    cut_edges,
    pace,
    sample_roads,
    towards_facilities,
)
from spatialplan.network.walls import Barriers

__all__ = ["service_areas"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BATCH = 16  # facilities searched at once: their costs at all nodes are held together
BEYOND = 2.0  # cells beyond the edge for which the distance to it is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What is the same for all facilities: roads within the greatest limit, cut and sampled."""

    matrix: csr_array
    node: Ints
    stretches: Stretches
    points: RoadPoints
    is_dry: NDArray[np.bool_]
    canvas: Canvas
    shore: Shore
    pace: float
    access_m: float
    extent: BaseGeometry


def service_areas(
    network: StreetNetwork,
    facilities: Snaps,
    facility_xy: Floats,
    ids: Sequence[str],
    limits: Sequence[Limit],
    *,
    barriers: NDArray[np.object_],
    access_m: float,
    cell_m: float = 100.0,
) -> gpd.GeoDataFrame:
    """Return the bands of the limits round each facility, and of all together.

    Parameters
    ----------
    facilities, facility_xy, ids
        The facilities: laid onto the network, in the network's CRS (shape (m, 2)), and named.
    limits
        Of time and length, mixed as wanted. Each is measured by its own cost, straight legs at both
        ends included; a band runs from the next smaller limit of its kind to its own.
    barriers
        Water areas and river lines in the network's CRS. No straight leg crosses them; roads do,
        on bridges.
    access_m
        Longest straight leg between a place and the road.
    cell_m
        Cell size of the raster.

    Returns
    -------
    geopandas.GeoDataFrame
        ``facility`` (empty for all together), ``limit`` (its key), ``low`` and ``high`` of the band
        in the limit's unit, and MultiPolygons in the network's CRS: time before length, the widest
        band first, all together before each facility. A facility that no road is near has empty
        bands.

    Raises
    ------
    DataError
        When a barrier is a point.

    Notes
    -----
    For drawing: whether a place is covered is told by its cost (see the module).
    """
    walls = Barriers(barriers)
    tables = []
    for by in ("time", "length"):
        own = sorted({x for x in limits if x.by == by}, key=lambda x: x.value)
        if not own:
            continue
        raster = (access_m, min(cell_m, access_m))
        world = _world(network, facilities, facility_xy, own[-1], walls, raster)
        areas = [[MultiPolygon()] * len(own)] * (len(ids) + 1)
        if world is not None:
            areas = _areas(world, facilities, facility_xy, np.array([x.cost for x in own]))
        tables.append(_table(areas, ["", *ids], own))
    table = pd.concat(tables, ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=network.crs)


def _world(
    network: StreetNetwork,
    facilities: Snaps,
    facility_xy: Floats,
    limit: Limit,
    barriers: Barriers,
    raster: tuple[float, float],
) -> _World | None:
    """Return the sampled roads within the greatest limit; None where no facility has a road."""
    graph = graph_with_points(network, facilities, limit.by)
    node = graph.point_node
    if not (node >= 0).any():
        return None
    matrix = towards_facilities(graph)
    cost = dijkstra(matrix, indices=np.unique(node[node >= 0]), min_only=True, limit=limit.cost)
    stretches = cut_edges(graph, facilities, limit.by)
    stretches = stretches.only(stretches.touched(cost))
    access_m, cell_m = raster
    points = sample_roads(network, stretches, cell_m / 2)
    x = np.concatenate([points.x, facility_xy[node >= 0, 0]])
    y = np.concatenate([points.y, facility_xy[node >= 0, 1]])
    grid = Grid.around(x, y, cell_m, access_m + (BEYOND + 1) * cell_m)
    canvas = Canvas.over(grid, barriers)
    return _World(
        matrix=matrix,
        node=node,
        stretches=stretches,
        points=points,
        is_dry=~barriers.in_water(points.x, points.y),
        canvas=canvas,
        shore=canvas.shore(x, y, access_m),
        pace=pace(network, limit.by),
        access_m=access_m,
        extent=network.extent,
    )


def _areas(
    world: _World, facilities: Snaps, facility_xy: Floats, limits: Floats
) -> list[list[MultiPolygon]]:
    """Return the areas of the ascending limits: of all facilities together, then of each."""
    least = np.full(len(world.points.x), np.inf)
    places = np.column_stack([facility_xy, facilities.offset_m])
    found = [[MultiPolygon()] * len(limits) for _ in range(len(world.node))]
    for facility, points, cost in _costs(world, facilities, limits[-1]):
        least[points] = np.minimum(least[points], cost)
        found[facility] = _draw(world, points, cost, places[[facility]], limits)
    points = np.flatnonzero(np.isfinite(least))
    together = _draw(world, points, least[points], places[world.node >= 0], limits)
    return [together, *found]


def _costs(world: _World, facilities: Snaps, limit: float) -> Iterator[tuple[int, Ints, Floats]]:
    """Yield each facility with the road points within the limit and their costs to it."""
    on_road = np.flatnonzero(world.node >= 0)
    for start in range(0, len(on_road), BATCH):
        batch = on_road[start : start + BATCH]
        costs = dijkstra(world.matrix, indices=world.node[batch], limit=limit)
        for facility, cost in zip(batch, costs, strict=True):
            points = world.points.of(world.stretches.touched(cost))
            points = points[world.is_dry[points]]
            at = world.points.stretch[points], world.points.share[points]
            total = np.minimum(*world.stretches.ways(cost, *at))
            total += facilities.offset_m[facility] * world.pace
            within = total <= limit
            yield int(facility), points[within], total[within]


def _draw(
    world: _World, points: Ints, cost: Floats, places: Floats, limits: Floats
) -> list[MultiPolygon]:
    """Return the areas of ascending limits round road points of known cost, and beside places.

    Parameters
    ----------
    places
        x and y of facilities, and how far off the road they lie: so far is the ground round them
        theirs without going to the road.
    """
    x = np.concatenate([places[:, 0], world.points.x[points]])
    y = np.concatenate([places[:, 1], world.points.y[points]])
    cost = np.concatenate([np.zeros(len(places)), cost])
    longest = np.full(len(x), world.access_m)
    longest[: len(places)] = np.minimum(places[:, 2], world.access_m)
    cell = world.canvas.grid.cell_m
    grid = Grid.around(x, y, cell, world.access_m + BEYOND * cell)
    areas = []
    for limit in limits:
        radius = np.minimum((limit - cost) / world.pace, longest)
        seeds = np.column_stack([x, y, -radius, radius + BEYOND * cell])
        found = world.canvas.spread(grid, seeds[radius > 0], BEYOND * cell, -BEYOND * cell)
        area = area_of(found, -BEYOND * cell, world.shore)
        areas.append(as_multipolygon(_within(area, world.extent)))
    return areas


def _within(area: BaseGeometry, extent: BaseGeometry) -> BaseGeometry:
    """Return the part of an area that the network's data covers."""
    return area if extent.covers(area) else shapely.intersection(area, extent)


def _table(
    areas: list[list[MultiPolygon]], ids: Sequence[str], limits: Sequence[Limit]
) -> pd.DataFrame:
    """Return one row per limit, from the widest, and facility; areas become bands."""
    smaller = [0.0, *(limit.value for limit in limits[:-1])]
    rows = []
    for k in reversed(range(len(limits))):
        for own, name in zip(areas, ids, strict=True):
            band = own[k] if k == 0 else as_multipolygon(shapely.difference(own[k], own[k - 1]))
            rows.append((name, limits[k].key, smaller[k], limits[k].value, band))
    return pd.DataFrame(rows, columns=["facility", "limit", "low", "high", "geometry"])
