"""What would close a gap of a ring: the cheapest set of existing roads to rebuild and new links.

The cost of a way across the gap is counted in metres of new road on open ground:

    cost = Σ existing length × weight of its class + Σ new length + WATER × length over water

New links are straight and may join any two *places*: the gap's ends, junctions, and points along
the roads inside an ellipse about the gap, the 400 most promising of them. Motorways are not
rebuilt into a ring road. The way must go round the centre on the gap's side: roads that cross the
ray from the centre away from the gap are left out, so that the circuit closed has winding number 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, STRtree

from spatialplan.measures.ring import Gap
from spatialplan.measures.ring_ways import (
    Links,
    Way,
    over_water,
    straight_way,
    trace_way,
    with_links,
)
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.chains import counting
from spatialplan.network.classes import class_rank
from spatialplan.network.routing import RoutingGraph, graph_with_points
from spatialplan.network.snap import snap_points

__all__ = [
    "MAJOR",
    "MINOR",
    "READY",
    "WATER",
    "Proposal",
    "propose",
    "rebuild_weights",
]

# Cost per metre relative to a new road of the ring's class on open ground: assumed, for no plan
# states them. Land and subgrade of a main road are there, of a small street hardly; where nothing
# is to be built the length itself still counts, for every vehicle on the ring drives it.
READY = 0.2  # a road of the ring's class or above
MAJOR = 0.4  # a main road to widen: primary, secondary, national
MINOR = 0.7  # a smaller road to rebuild
WATER = 3.0  # a bridge, on top of the road that leads over it
MINIMAL = 1000.0  # weight of a new metre where as little as possible is to be built

MAJOR_RANK = 4  # secondary roads
ENDS_M = 150.0  # an end of a gap lies on the ring's road, or within this of one
ELLIPSE = 1.5  # new links stay where a way through is at most this much longer than the gap
STEP_M = 100.0
MOST_POINTS = 1000
SAME_M = 1.0
MOST_PLACES = 400

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Ways across one gap, from its start to its finish.

    Attributes
    ----------
    existing
        The shortest over existing roads, as they are; None where they do not connect.
    cheapest
        The way of least cost over existing roads and new links.
    minimal
        The way with the least new road; the same as `existing` where that is there.
    straight
        One new link straight across.
    cost_m
        Of `cheapest`, in metres of new road on open ground.
    """

    gap: Gap
    existing: Way | None
    cheapest: Way
    minimal: Way
    straight: Way
    cost_m: float


def rebuild_weights(network: StreetNetwork, on_ring: BoolArray, ring_class: str) -> FloatArray:
    """Return the cost per metre of making each edge part of a ring of a class, shape (m,).

    Motorways are inf unless they are of the ring already.
    """
    known, which = np.unique(network.road_class.astype(str), return_inverse=True)
    # Links whose road is not known belong to main roads; of other unknown roads nothing is hoped.
    ranks = [MAJOR_RANK if c == "links" else class_rank(c) or np.inf for c in known]
    rank = np.array(ranks, dtype=float)[which]
    weight = np.where(rank <= MAJOR_RANK, MAJOR, MINOR)
    weight[(rank <= (class_rank(ring_class) or 0)) | on_ring] = READY
    motorway = np.array([c.startswith("motorway") for c in known], dtype=bool)[which]
    weight[motorway & ~on_ring] = np.inf
    return weight


def propose(
    network: StreetNetwork,
    gap: Gap,
    ring: tuple[tuple[float, float], str],
    weights: FloatArray,
    water: Geometries,
) -> Proposal | None:
    """Return what would close a gap; None where an end of it lies away from every usable road.

    Parameters
    ----------
    ring
        Its centre in the network's CRS, and its road class, which gives the speed of new links.
    weights
        Cost per metre of each edge, inf for one that may not be used, shape (m,).
    water
        Areas in the network's CRS that do not overlap.
    """
    away = _ray(gap, ring[0])
    usable = np.isfinite(weights) & ~shapely.intersects(network.geometry, away)
    a, b = shapely.get_coordinates(gap.line)[[0, -1]]
    points = _road_points(network, gap, usable)
    if points is None:
        return None
    cost_mm = np.where(usable, weights, 1.0) * network.length_m * 1000
    open_ = replace(
        network, forward=usable, backward=usable, time_ms=np.maximum(np.rint(cost_mm), 1)
    )
    by_cost, by_length = (
        graph_with_points(open_, points),
        graph_with_points(open_, points, "length"),
    )
    ends = (int(by_cost.point_node[0]), int(by_cost.point_node[1]))
    xy = _node_xy(by_cost, points)
    new = (network.speeds.of(ring[1]), water)
    straight = straight_way(LineString([a, b]), *new)
    existing = trace_way(by_length, by_length.matrix, ends, xy, new, network)
    links = _links(by_cost, ends, xy, away)
    bound_m = straight.length_m + WATER * straight.water_m
    costed = _costed(by_cost.matrix, links, ends, (xy, water), bound_m)
    cheapest = trace_way(by_cost, with_links(by_cost.matrix, costed), ends, xy, new, network)
    if existing is None:
        dear = replace(links, cost=links.length_m * 1000 * MINIMAL)
        least = trace_way(by_length, with_links(by_length.matrix, dear), ends, xy, new, network)
    else:
        least = existing
    found, cost = cheapest or (straight, bound_m * 1000)
    if existing is not None and _same(found, existing[0]):
        found = existing[0]
    return Proposal(
        gap=gap,
        existing=existing[0] if existing else None,
        cheapest=found,
        minimal=least[0] if least else straight,
        straight=straight,
        cost_m=cost / 1000,
    )


def _same(a: Way, b: Way) -> bool:
    """Whether two ways take the same existing roads."""
    return a.new_m == b.new_m == 0 and abs(a.length_m - b.length_m) < SAME_M


def _ray(gap: Gap, centre: tuple[float, float]) -> LineString:
    """Return a ray from the centre away from the gap, longer than any network."""
    turn = np.radians(gap.bearing_deg + 180)
    return LineString([centre, (centre[0] + 1e7 * np.sin(turn), centre[1] + 1e7 * np.cos(turn))])


def _road_points(network: StreetNetwork, gap: Gap, usable: BoolArray) -> Snaps | None:
    """Return the gap's ends and points along the roads inside the ellipse about it."""
    ends = shapely.get_coordinates(gap.line)[[0, -1]]
    at = snap_points(network, ends[:, 0], ends[:, 1], ENDS_M, np.ones(2, dtype=bool), usable)
    if not at.is_snapped.all():
        return None
    near = STRtree(network.geometry).query(gap.line, "dwithin", ELLIPSE / 2 * gap.length_m)
    near = np.sort(near[usable[near]])
    length = network.length_m[near]
    step = max(min(STEP_M, gap.length_m / 20), float(length.sum()) / MOST_POINTS)
    size = np.ceil(length / step).astype(np.int64) + 1
    edge = np.repeat(near, size)
    along = counting(size) / np.repeat(size - 1, size)
    xy = shapely.get_coordinates(
        shapely.line_interpolate_point(network.geometry[edge], along, normalized=True)
    )
    apart = [np.hypot(*(xy - end).T) for end in ends]
    inside = sum(apart) <= ELLIPSE * gap.length_m
    return Snaps(
        edge=np.concatenate([at.edge, edge[inside]]).astype(np.int32),
        along=np.concatenate([at.along, along[inside]]),
        offset_m=np.concatenate([at.offset_m, np.zeros(int(inside.sum()))]),
        x=np.concatenate([at.x, xy[inside, 0]]),
        y=np.concatenate([at.y, xy[inside, 1]]),
    )


def _node_xy(graph: RoutingGraph, points: Snaps) -> FloatArray:
    network = graph.network
    xy = np.full((graph.matrix.shape[0], 2), np.nan)
    xy[graph.point_node] = np.column_stack([points.x, points.y])
    xy[: network.n_nodes] = np.column_stack([network.x, network.y])
    return xy


def _links(graph: RoutingGraph, ends: tuple[int, int], xy: FloatArray, away: LineString) -> Links:
    """Return the links between the most promising places, costed without water.

    A place is judged by the least cost of a way through it, over roads or straight from each end.
    """
    node = np.unique(graph.point_node)
    by_road = dijkstra(graph.matrix, indices=list(ends))[:, node]
    straight = np.stack([np.hypot(*(xy[node] - xy[end]).T) * 1000 for end in ends])
    through = np.minimum(by_road, straight).sum(axis=0)
    through[np.isin(node, ends)] = 0.0
    chosen = np.sort(node[np.lexsort((node, through))[:MOST_PLACES]])
    i, j = np.triu_indices(len(chosen), 1)
    tail, head = chosen[i], chosen[j]
    lines = shapely.linestrings(np.stack([xy[tail], xy[head]], axis=1))
    free = ~shapely.intersects(lines, away)
    tail, head = tail[free], head[free]
    length = np.hypot(*(xy[tail] - xy[head]).T)
    return Links(tail=tail, head=head, length_m=length, cost=np.maximum(length * 1000, 1.0))


def _costed(
    matrix: csr_array,
    links: Links,
    ends: tuple[int, int],
    ground: tuple[FloatArray, Geometries],
    bound_m: float,
) -> Links:
    """Return the links that may be of the cheapest way, with the cost of the water they cross.

    A link is passed over where even a way through it that crosses no water costs more than the
    existing roads or one straight link.
    """
    xy, water = ground
    start, finish = dijkstra(with_links(matrix, links), indices=list(ends))
    by_road = float(dijkstra(matrix, indices=[ends[0]])[0, ends[1]])
    bound = min(by_road, bound_m * 1000) + 1.0
    a, b = links.tail, links.head
    least = np.minimum(start[a] + finish[b], start[b] + finish[a]) + links.cost
    kept = least <= bound
    a, b, length = a[kept], b[kept], links.length_m[kept]
    lines = np.asarray(shapely.linestrings(np.stack([xy[a], xy[b]], axis=1)))
    cost = np.maximum(1000 * (length + WATER * over_water(lines, water)), 1.0)
    return Links(tail=a, head=b, length_m=length, cost=cost)
