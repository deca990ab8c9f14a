"""Search ways along a ring: the quickest that keep to it, on the roads near it.

Between two places on the ring every minute off it counts `OFF_RING` times, so that a drive leaves
the ring only where the roads make it; over a gap all roads count alike. A break of the ring's road
that counts as joined is driven straight across. Time and length are told as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from shapely import LineString
from shapely.ops import substring

from spatialplan.measures.ring_circuit import Circuit
from spatialplan.measures.ring_stops import RingRoads, breaks, together
from spatialplan.measures.ring_ways import Links, with_links
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.paths import routes_of
from spatialplan.network.routing import RoutingGraph, graph_with_points

__all__ = ["Leg", "Searched", "search_ring"]

OFF_RING = 3.0
JOIN_COST = 4.0  # a join is for getting across a break, not for cutting corners
CORRIDOR_M = 5000.0
STEP_M = 250.0

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A drive from one waypoint to the next; `over_gap` where no road of the ring joins them.

    `time_min`, `length_m`, `ring_share` (of the length, in [0, 1]) and `line` are None where the
    roads do not lead from one to the other. `joined_m` of the length leads over breaks of the
    ring's road that count as joined.
    """

    start: int
    end: int
    over_gap: bool
    time_min: float | None = None
    length_m: float | None = None
    ring_share: float | None = None
    joined_m: float = 0.0
    line: LineString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Searches from every place, with and without the bias to the ring, on nodes near the ring."""

    network: StreetNetwork  # with travel times as they are
    graphs: tuple[RoutingGraph, RoutingGraph]
    near: IntArray  # the nodes searched, in order
    node: IntArray  # position among them of each place
    on_ring: BoolArray
    joins: dict[tuple[int, int], float]  # cost of each join both ways
    costs: tuple[FloatArray, FloatArray]
    previous: tuple[IntArray, IntArray]

    def cost(self, start: IntArray, end: IntArray, *, over_gap: bool) -> FloatArray:
        """Return the cost from some places to others."""
        return np.asarray(self.costs[over_gap][start][:, self.node[end]])

    def leg(self, start: int, end: int, *, over_gap: bool) -> Leg:
        """Return the drive from one place to another."""
        at = [int(self.node[end])]
        while at[-1] != self.node[start]:
            at.append(int(self.previous[over_gap][start, at[-1]]))
        cost = self.costs[over_gap][start][at[::-1]]
        run = self.near[at[::-1]]
        tail, head, step = run[:-1], run[1:], np.diff(cost)
        join = np.array([self._is_join(u, v, c) for u, v, c in zip(tail, head, step, strict=True)])
        road = ~join.astype(bool)
        graph = self.graphs[over_gap]
        arc = routes_of(graph, np.zeros(int(road.sum()), dtype=int), tail[road], head[road], 1).arc
        edge, share = graph.edge[arc], np.abs(graph.finish[arc] - graph.begin[arc])
        metres = self.network.length_m[edge] * share
        lines = _lines(graph, arc)
        line = LineString(np.vstack(lines)) if lines else None
        joined = _joined(lines)
        length = float(metres.sum()) + joined
        on_ring = float(metres[self.on_ring[edge]].sum()) + joined
        join_ms = float(step[~road].sum()) / JOIN_COST
        return Leg(
            start=start, end=end, over_gap=over_gap,
            time_min=(float((self.network.time_ms[edge] * share).sum()) + join_ms) / 60_000,
            length_m=length,
            ring_share=on_ring / length if length > 0 else None, joined_m=joined, line=line,
        )  # fmt: skip

    def _is_join(self, tail: int, head: int, cost: float) -> bool:
        join = self.joins.get((int(tail), int(head)))
        return join is not None and abs(join - cost) < 0.5


def search_ring(
    network: StreetNetwork, circuit: Circuit, places: Snaps, roads: RingRoads
) -> Searched:
    """Search from every place, on the roads near the ring."""
    ends, landings = breaks(network, roads)
    points, count = together(places, landings), len(places.edge)
    bias = np.where(roads.on_ring, 1.0, OFF_RING)
    biased = replace(network, time_ms=np.rint(network.time_ms * bias).astype(np.int32))
    graphs = (graph_with_points(biased, points), graph_with_points(network, points))
    near = _near(graphs[1], points, circuit)
    node = np.searchsorted(near, graphs[1].point_node[:count])
    joins = _joins(ends, graphs[1].point_node[count:], landings.offset_m, roads.join_kmh)
    found = [
        dijkstra(
            with_links(graph.matrix, joins)[near][:, near], indices=node, return_predecessors=True
        )
        for graph in graphs
    ]
    both = zip(
        np.concatenate([joins.tail, joins.head]).tolist(),
        np.concatenate([joins.head, joins.tail]).tolist(),
        np.tile(joins.cost, 2).tolist(),
        strict=True,
    )
    return Searched(
        network=network,
        graphs=graphs,
        near=near,
        node=node,
        on_ring=roads.on_ring,
        joins={(u, v): cost for u, v, cost in both},
        costs=(found[0][0], found[1][0]),
        previous=(found[0][1].astype(np.int64), found[1][1].astype(np.int64)),
    )


def _near(graph: RoutingGraph, points: Snaps, circuit: Circuit) -> IntArray:
    """Return the nodes of a graph within the corridor of the circuit, in order."""
    network = graph.network
    xy = np.empty((graph.matrix.shape[0], 2))
    xy[graph.point_node] = np.column_stack([points.x, points.y])
    xy[: network.n_nodes] = np.column_stack([network.x, network.y])
    gaps = [s.end_m - s.begin_m for s in circuit.stretches if s.gap >= 0]
    beads = shapely.get_coordinates(shapely.segmentize(circuit.line, STEP_M))
    apart = cKDTree(beads).query(xy, distance_upper_bound=max([CORRIDOR_M, *gaps]))[0]
    return np.flatnonzero(apart < np.inf).astype(np.int64)


def _joins(ends: IntArray, landings: IntArray, length_m: FloatArray, kmh: float) -> Links:
    """Return the joins from the road's ends to their landings, both nodes of a graph."""
    time_ms = np.maximum(length_m * 3600 / kmh, 1.0)
    return Links(tail=ends, head=landings, length_m=length_m, cost=time_ms * JOIN_COST)


def _lines(graph: RoutingGraph, arc: IntArray) -> list[FloatArray]:
    """Return the vertices of each arc in the order of travel."""
    return [
        shapely.get_coordinates(substring(graph.network.geometry[e], b, f, normalized=True))
        for e, b, f in zip(graph.edge[arc], graph.begin[arc], graph.finish[arc], strict=True)
    ]


def _joined(lines: Sequence[FloatArray]) -> float:
    """Return the length between the end of each line and the start of the next."""
    return float(sum(np.hypot(*(b[0] - a[-1])) for a, b in pairwise(lines)))
