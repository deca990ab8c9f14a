"""Where a drive round a ring may pass: its carriageways beside a waypoint, and over its breaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from spatialplan.measures.ring_circuit import Circuit
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.snap import snap_points

__all__ = ["RingRoads", "breaks", "carriageways", "together", "vias"]

CARRIAGEWAY_M = 100.0  # a carriageway lies within this of the drawn line
BESIDE_M = 40.0  # and no farther than this from the nearest: else it is another bend of the road
ANY_ROAD_M = 300.0  # where no road of the ring is near, one this near stands in
MOST_CARRIAGEWAYS = 4
WAY_M = 20.0  # the way in which a road leaves its end
AHEAD_COS = 0.5  # a road goes on about where its end points
ONE_SIDED = 0.7  # unit vectors of roads that leave to one side add up to at least this share
VIAS = 12  # places to pass at least, so that no leg goes round the other way

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RingRoads:
    """The roads of a ring: which edges, how wide a break counts as joined, the speed across it."""

    on_ring: BoolArray
    join_m: float
    join_kmh: float


def vias(
    at_m: FloatArray, over_gap: BoolArray, length_m: float
) -> tuple[FloatArray, BoolArray, IntArray]:
    """Return the waypoints with places to pass between them, over gaps none.

    Returns
    -------
    tuple of ndarray
        Chainage in metres; whether a gap follows; the waypoint at or before each.

    Examples
    --------
    >>> import numpy as np
    >>> at, gap, leg = vias(np.array([0.0, 600.0]), np.array([False, True]), 1200.0)
    >>> at.tolist(), leg.tolist()
    ([0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0], [0, 0, 0, 0, 0, 0, 1])
    """
    stretch = (np.roll(at_m, -1) - at_m) % length_m
    if len(at_m) == 1:
        stretch = np.array([length_m])
    count = np.where(over_gap, 1, np.maximum(np.ceil(stretch * VIAS / length_m - 1e-9), 1))
    count = count.astype(np.int64)
    leg = np.repeat(np.arange(len(at_m)), count)
    number = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
    at = (at_m[leg] + number * (stretch / count)[leg]) % length_m
    return at, over_gap[leg], leg.astype(np.int64)


def carriageways(
    network: StreetNetwork, circuit: Circuit, at_m: FloatArray, on_ring: BoolArray
) -> tuple[Snaps, IntArray]:
    """Return the places where each waypoint may be passed, and the waypoint of each."""
    place = np.asarray(shapely.line_interpolate_point(circuit.line, at_m))
    ring = np.flatnonzero(on_ring)
    way, edge = STRtree(network.geometry[ring]).query(
        place, predicate="dwithin", distance=CARRIAGEWAY_M
    )
    edge = ring[edge]
    apart = shapely.distance(place[way], network.geometry[edge])
    order = np.lexsort((edge, apart, way))
    way, edge, apart = way[order], edge[order], apart[order]
    first = np.searchsorted(way, way)
    kept = (np.arange(len(way)) - first < MOST_CARRIAGEWAYS) & (apart <= apart[first] + BESIDE_M)
    way, edge = way[kept], edge[kept]
    bare = np.setdiff1d(np.arange(len(at_m)), way)
    xy = shapely.get_coordinates(place[bare])
    other = snap_points(network, xy[:, 0], xy[:, 1], ANY_ROAD_M)
    way = np.concatenate([way, bare[other.is_snapped]])
    edge = np.concatenate([edge, other.edge[other.is_snapped]])
    return _snaps(network, edge, place[way]), way.astype(np.int64)


def _snaps(network: StreetNetwork, edge: IntArray, place: NDArray[np.object_]) -> Snaps:
    """Return places laid onto given edges."""
    along = shapely.line_locate_point(network.geometry[edge], place, normalized=True)
    at = shapely.line_interpolate_point(network.geometry[edge], along, normalized=True)
    return Snaps(
        edge=edge.astype(np.int32), along=along, offset_m=shapely.distance(place, at),
        x=shapely.get_x(at), y=shapely.get_y(at),
    )  # fmt: skip


def breaks(network: StreetNetwork, roads: RingRoads) -> tuple[IntArray, Snaps]:
    """Return the nodes at which the ring's road ends, and where on it each may go on.

    One row for each end and each road of the ring ahead of it within the joining distance.
    """
    ring = np.flatnonzero(roads.on_ring)
    end, back = _open_ends(network, ring)
    place = np.asarray(shapely.points(network.x[end], network.y[end]))
    row, edge = STRtree(network.geometry[ring]).query(
        place, predicate="dwithin", distance=roads.join_m
    )
    edge = ring[edge]
    other = (network.source[edge] != end[row]) & (network.target[edge] != end[row])
    row, edge = row[other], edge[other]
    landing = _snaps(network, edge, place[row])
    there = np.column_stack([landing.x - network.x[end[row]], landing.y - network.y[end[row]]])
    ahead = -(there * back[row]).sum(axis=1) >= AHEAD_COS * np.hypot(*there.T)
    return end[row[ahead]], _snaps(network, edge[ahead], place[row[ahead]])


def _open_ends(network: StreetNetwork, ring: IntArray) -> tuple[IntArray, FloatArray]:
    """Return the nodes of the ring's roads that roads of any kind leave to one side, and where to.

    The side is a unit vector, shape (k, 2).
    """
    end = np.unique(np.concatenate([network.source[ring], network.target[ring]])).astype(np.int64)
    edge = np.flatnonzero(np.isin(network.source, end) | np.isin(network.target, end))
    line, length = network.geometry[edge], network.length_m[edge]
    node = np.concatenate([network.source[edge], network.target[edge]])
    ahead = np.concatenate([np.minimum(WAY_M, length), np.maximum(length - WAY_M, 0.0)])
    there = shapely.get_coordinates(shapely.line_interpolate_point(np.tile(line, 2), ahead))
    way = there - np.column_stack([network.x[node], network.y[node]])
    way /= np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    total = np.zeros((network.n_nodes, 2))
    np.add.at(total, node, way)
    size = np.hypot(*total[end].T)
    is_open = size > ONE_SIDED * np.bincount(node, minlength=network.n_nodes)[end]
    return end[is_open], total[end[is_open]] / size[is_open, None]


def together(a: Snaps, b: Snaps) -> Snaps:
    """Return the points of both, the first before the second."""
    return Snaps(
        edge=np.concatenate([a.edge, b.edge]),
        along=np.concatenate([a.along, b.along]),
        offset_m=np.concatenate([a.offset_m, b.offset_m]),
        x=np.concatenate([a.x, b.x]),
        y=np.concatenate([a.y, b.y]),
    )
