"""Where a road network is entered and left: motorway junctions, crossings of a boundary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from spatialplan.model.network import Snaps, StreetNetwork

__all__ = ["Exits", "boundary_exits", "cluster", "motorway_junctions", "quarter"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ASIDE_M = 300.0  # as far on either side of a crossing it is asked where the road runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """Where roads leave an area, shape (k,): points on edges, and the speed of each in km/h.

    `outward` is the way that the road takes there, out of the area, as a vector, shape (k, 2).
    """

    at: Snaps
    xy: Floats
    kmh: Floats
    outward: Floats


def motorway_junctions(network: StreetNetwork) -> Snaps:
    """Return the nodes at which a motorway is entered or left, as points on the network.

    These are the nodes that a motorway shares with any other road: with its ramps, or with the
    road it ends in. The way to one of them is the way onto the motorway. Nothing is found where
    the map does not tell motorways apart: that is no statement about the ground.
    """
    is_motorway = network.road_class.astype(str) == "motorway"
    is_ferry = network.road_class.astype(str) == "ferry"
    own, other = np.flatnonzero(is_motorway), np.flatnonzero(~is_motorway & ~is_ferry)
    ends = np.concatenate([network.source[own], network.target[own]])
    edge = np.concatenate([own, own])
    along = np.repeat([0.0, 1.0], len(own))
    shared = np.isin(ends, np.concatenate([network.source[other], network.target[other]]))
    node, first = np.unique(ends[shared], return_index=True)
    return Snaps(
        edge=edge[shared][first].astype(np.int32),
        along=along[shared][first],
        offset_m=np.zeros(len(node)),
        x=network.x[node],
        y=network.y[node],
    )


def cluster(xy: Floats, within_m: float) -> Ints:
    """Return the cluster of each point, shape (k,): points in reach of each other share one.

    Single linkage; clusters are numbered from 0 in the order of their first points.

    Examples
    --------
    >>> cluster(np.array([[0.0, 0.0], [500.0, 0.0], [9.0, 0.0]]), 100.0).tolist()
    [0, 1, 0]
    """
    n = len(xy)
    if n == 0:
        return np.empty(0, dtype=np.int64)
    pairs = cKDTree(xy).query_pairs(within_m, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def boundary_exits(network: StreetNetwork, area: BaseGeometry) -> Exits:
    """Return where edges of the network leave an area.

    Where a road is inside the area on both sides of the boundary, or outside on both, it merely
    runs along it; such crossings are left out.

    Parameters
    ----------
    area
        Polygon or MultiPolygon in the network's CRS.
    """
    boundary = shapely.boundary(area)
    shapely.prepare(area)
    hit = np.flatnonzero(shapely.intersects(network.geometry, boundary))
    cuts = shapely.intersection(network.geometry[hit], boundary)
    parts, of = shapely.get_parts(cuts, return_index=True)
    points, edge = shapely.centroid(parts), hit[of]
    lines = network.geometry[edge]
    at_m = shapely.line_locate_point(lines, points)
    before = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, _least_0(at_m - ASIDE_M))
    )
    after = shapely.get_coordinates(shapely.line_interpolate_point(lines, at_m + ASIDE_M))
    was, will = (shapely.intersects_xy(area, xy[:, 0], xy[:, 1]) for xy in (before, after))
    kept = np.flatnonzero(was != will)
    outward = np.where(was[kept], 1.0, -1.0)[:, None] * (after - before)[kept]
    edge, xy = edge[kept], shapely.get_coordinates(points[kept])
    length = network.length_m[edge]
    at = Snaps(
        edge=edge.astype(np.int32),
        along=np.clip(at_m[kept] / np.maximum(length, 1e-3), 0.0, 1.0),
        offset_m=np.zeros(len(edge)),
        x=xy[:, 0],
        y=xy[:, 1],
    )
    kmh = length / np.maximum(network.time_ms[edge], 1) * 3600
    return Exits(at=at, xy=xy, kmh=kmh, outward=outward)


def _least_0(metres: Floats) -> Floats:
    """Return distances along a line, negative ones as 0: shapely counts those from the end."""
    return np.maximum(metres, 0.0)


def quarter(vector: Floats) -> Ints:
    """Return the compass quarter of vectors, shape (k, 2): 0 north, 1 east, 2 south, 3 west.

    Examples
    --------
    >>> quarter(np.array([[0.0, 5.0], [5.0, 1.0], [-1.0, -5.0], [-5.0, 0.0]])).tolist()
    [0, 1, 2, 3]
    """
    dx, dy = np.asarray(vector, dtype=float).reshape(-1, 2).T
    bearing = np.degrees(np.arctan2(dx, dy))
    return np.asarray(np.floor_divide(bearing + 45.0, 90.0).astype(np.int64) % 4)
