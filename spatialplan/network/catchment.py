"""Catchments: the network Voronoi of facilities, on the roads and on the land beside them.

Each point of the road belongs to the facility of least cost in the direction of travel (Erwig 2000,
The graph Voronoi diagram; Okabe et al. 2008, on edges). Along a stretch k between two nodes of cost
a and b, both ways permitted, two facilities share it at equal cost:

    a + t·k = b + (1 − t)·k    ⇒    t = (b − a + k) / 2k

Land belongs to the facility of its cheapest road point, straight leg included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.access import By
from spatialplan.network.grid import Grid
from spatialplan.network.isochrone_raster import Canvas, Spread, as_multipolygon
from spatialplan.network.mosaic import mosaic
from spatialplan.network.routing import RoutingGraph, graph_with_points
from spatialplan.network.stretch import (
    Stretches,
    cut_edges,
    pace,
    sample_roads,
    towards_facilities,
)
from spatialplan.network.walls import Barriers

__all__ = ["catchments"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAME_M = 0.01  # parts of an edge shorter than this are none
BLANK = -2
RIM = 1.5  # cells: how near to a barrier an unreached cell is drawn up to it
FAR = 1e9  # metres: a road that reaches no facility weighs more than any that does


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nearest:
    """Of each node: the least cost to a facility, and which it is; -1 where none is reached."""

    cost: Floats
    facility: Ints


def catchments(
    network: StreetNetwork,
    facilities: Snaps,
    facility_xy: Floats,
    ids: Sequence[str],
    *,
    by: By,
    barriers: NDArray[np.object_],
    access_m: float,
    cell_m: float = 100.0,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return which facility each road, and the land beside it, belongs to.

    Parameters
    ----------
    facilities, facility_xy, ids
        The facilities: laid onto the network, in the network's CRS (shape (m, 2)), and named.
    by
        Whether the nearest is by travel time or by length; the straight leg between a facility and
        its road counts.
    barriers
        Water areas and river lines in the network's CRS, that no straight leg crosses.
    access_m
        Longest straight leg: land farther from any road belongs to none.
    cell_m
        Cell size of the raster that the polygons are drawn from.

    Returns
    -------
    edges : geopandas.GeoDataFrame
        ``facility`` (empty where none is reached), ``edge`` and LineStrings: every edge of the
        network, split where two facilities cost the same.
    polygons : geopandas.GeoDataFrame
        ``facility`` and MultiPolygons that do not overlap, true to about a cell; the facility is
        empty for land near only such roads as reach none. Facilities without land have no row.

    Raises
    ------
    DataError
        When a barrier is a point.
    """
    graph = graph_with_points(network, facilities, by)
    leg = pace(network, by)
    stretches = cut_edges(graph, facilities, by)
    nearest = _nearest(graph, np.nan_to_num(facilities.offset_m) * leg)
    names = np.array([*ids, ""], dtype=object)  # position -1: none
    edge, lines, owner = _lines(network, stretches, nearest)
    edges = gpd.GeoDataFrame(
        {"facility": names[owner], "edge": edge}, geometry=lines, crs=network.crs
    )
    cell_m = min(cell_m, access_m)
    seeds, owner = _road_seeds(network, stretches, nearest, leg, cell_m / 2)
    reach = np.full((len(seeds), 1), access_m)
    on_road = np.flatnonzero(graph.point_node >= 0)
    beside = np.minimum(facilities.offset_m[on_road], access_m)  # the ground up to its road
    places = np.column_stack([facility_xy[on_road], np.zeros(len(on_road)), beside])
    seeds, owner = np.vstack([np.hstack([seeds, reach]), places]), np.append(owner, on_road)
    owner, parts = _land(seeds, owner, Barriers(barriers), access_m, cell_m)
    kept = [as_multipolygon(part) for part in shapely.intersection(parts, network.extent)]
    polygons = gpd.GeoDataFrame({"facility": names[owner]}, geometry=kept, crs=network.crs)
    return edges, polygons[~polygons.geometry.is_empty].reset_index(drop=True)


def _nearest(graph: RoutingGraph, leg: Floats) -> _Nearest:
    """Return the nearest facility of each node, searched from one source behind all of them.

    Parameters
    ----------
    leg
        Cost of the straight leg between each facility and its road.
    """
    matrix = towards_facilities(graph)
    size = matrix.shape[0]
    facility = np.flatnonzero(graph.point_node >= 0)
    facility = facility[np.lexsort((leg[facility], graph.point_node[facility]))]
    node, first = np.unique(graph.point_node[facility], return_index=True)
    facility = facility[first]
    # One more on each leg, for a sparse matrix has no arc of cost 0; it is taken off again.
    extended = csr_array(
        (
            np.concatenate([matrix.data, leg[facility] + 1.0]),
            np.concatenate([matrix.indices, node]),
            np.append(matrix.indptr, matrix.nnz + len(node)),
        ),
        (size + 1, size + 1),
    )
    cost, previous = dijkstra(extended, indices=np.array(size), return_predecessors=True)
    parent = np.where((previous[:size] >= 0) & (previous[:size] < size), previous[:size],
                      np.arange(size))  # fmt: skip
    while (parent != parent[parent]).any():
        parent = parent[parent]
    at_node = np.full(size, -1, dtype=np.int64)
    at_node[node] = facility
    owner = np.where(np.isfinite(cost[:size]), at_node[parent], -1)
    return _Nearest(cost=cost[:size] - 1.0, facility=owner)


def _lines(
    network: StreetNetwork, stretches: Stretches, nearest: _Nearest
) -> tuple[Ints, NDArray[np.object_], Ints]:
    """Return the parts of the edges of one facility each: edge, line, position of the facility."""
    by_left = np.where(stretches.backward, nearest.cost[stretches.left], np.inf)
    by_right = np.where(stretches.forward, nearest.cost[stretches.right], np.inf)
    left = np.where(np.isfinite(by_left), nearest.facility[stretches.left], -1)
    right = np.where(np.isfinite(by_right), nearest.facility[stretches.right], -1)
    share = np.where(np.isfinite(by_left), 1.0, 0.0)  # of the stretch that leaves by the left
    both = np.isfinite(by_left) & np.isfinite(by_right)
    whole = stretches.cost[both]
    # A stretch of no cost goes to its left end: both ends are one spot.
    middle_share = np.divide(
        by_right[both] - by_left[both] + whole, 2 * whole, out=np.ones(len(whole)), where=whole > 0
    )
    share[both] = np.clip(middle_share, 0.0, 1.0)
    length = network.length_m[stretches.edge] * (stretches.high - stretches.low)
    share = np.where(share * length <= SAME_M, 0.0, share)
    share = np.where((share > 0) & ((1 - share) * length <= SAME_M), 1.0, share)
    middle = stretches.low + share * (stretches.high - stretches.low)
    edge = np.concatenate([stretches.edge, stretches.edge])
    low = np.concatenate([stretches.low, middle])
    high = np.concatenate([middle, stretches.high])
    owner = np.concatenate([left, right])
    order = np.flatnonzero(high > low)
    order = order[np.lexsort((low[order], edge[order]))]
    edge, low, high, owner = edge[order], low[order], high[order], owner[order]
    starts = (np.diff(edge, prepend=-1) != 0) | (np.diff(owner, prepend=-2) != 0)
    edge, owner, low = edge[starts], owner[starts], low[starts]
    high = high[np.append(np.flatnonzero(starts)[1:], len(high)) - 1]
    lines = network.geometry[edge].copy()
    for part in np.flatnonzero((low > 0) | (high < 1)):
        lines[part] = substring(lines[part], low[part], high[part], normalized=True)
    return edge, lines, owner


def _road_seeds(
    network: StreetNetwork, stretches: Stretches, nearest: _Nearest, leg: float, step_m: float
) -> tuple[Floats, Ints]:
    """Return x, y and weight in metres of leg of points along the roads, and their facilities."""
    points = sample_roads(network, stretches, step_m)
    at = points.stretch
    by_left, by_right = stretches.ways(nearest.cost, at, points.share)
    cost = np.minimum(by_left, by_right)
    node = np.where(by_left <= by_right, stretches.left[at], stretches.right[at])
    reached = np.isfinite(cost)
    weight = np.where(reached, cost / leg, FAR)
    owner = np.where(reached, nearest.facility[node], -1)
    return np.column_stack([points.x, points.y, weight]), owner


def _land(
    seeds: Floats, owner: Ints, barriers: Barriers, access_m: float, cell_m: float
) -> tuple[Ints, NDArray[np.object_]]:
    """Return facilities, in ascending order, and the land of each; -1 is that of none."""
    dry = ~barriers.in_water(seeds[:, 0], seeds[:, 1])
    seeds, owner = seeds[dry], owner[dry]
    if len(seeds) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    grid = Grid.around(seeds[:, 0], seeds[:, 1], cell_m, access_m + 2 * cell_m)
    canvas = Canvas.over(grid, barriers)
    found = canvas.spread(grid, seeds, np.inf, -np.inf)
    who = _up_to_barriers(canvas, found, seeds)
    label = np.where(who >= 0, owner[who], BLANK)
    facility, areas = mosaic(grid, label, BLANK)
    x, y = grid.centres()
    row, column = np.nonzero(found.who >= 0)
    own = label[row, column]
    order = np.argsort(own, kind="stable")
    low, high = (np.searchsorted(own[order], facility, side=side) for side in ("left", "right"))
    for k in range(len(facility)):
        cells = order[low[k] : high[k]]
        areas[k] = barriers.cut(areas[k], (x[column[cells]], y[row[cells]]))
    return facility, areas


def _up_to_barriers(canvas: Canvas, found: Spread, seeds: Floats) -> Ints:
    """Return the seed of each cell, continued by a cell where a barrier stops it.

    What is thus drawn across the barrier is cut off again.
    """
    cell = found.grid.cell_m
    row, column = np.nonzero((canvas.walls.clear_m <= RIM * cell) & (found.who < 0))
    x, y = (axis[at] for axis, at in zip(found.grid.centres(), (column, row), strict=True))
    value = np.pad(found.value, 1, constant_values=np.inf)
    source = np.pad(found.who, 1, constant_values=-1)
    least, who = np.full(len(row), np.inf), found.who.copy()
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            near = (row + 1 + down, column + 1 + right)
            seed = seeds[source[near]]
            within = np.hypot(seed[:, 0] - x, seed[:, 1] - y) <= seed[:, 3]
            step = value[near] + math.hypot(down, right) * cell
            better = (source[near] >= 0) & within & (step < least)
            least[better] = step[better]
            who[row[better], column[better]] = source[near][better]
    return who
