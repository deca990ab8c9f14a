"""Best paths, by travel time or by length, between points snapped to edges.

The snapped points become nodes of their own on the edges they lie on, so that routes between two
points of one edge, and routes that turn at a point, are exact. Points at one position share one
node, and a point at an edge's end is that end's node: else a one-way street would part places that
lie at the same spot. Parallel arcs are reduced to the best before the sparse matrix is built, since
scipy would add them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString
from shapely.ops import substring

from spatialplan.model.network import Snaps, StreetNetwork

__all__ = ["Path", "Reach", "RoutingGraph", "graph_with_points", "reach", "trace"]

SAME_M = 0.01  # points nearer to each other along an edge than this are one place


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingGraph:
    """A network with its snapped points as extra nodes.

    Node ids below ``network.n_nodes`` are the network's; point *i* is node ``point_node[i]``, or
    -1 where it was not snapped. Arc *a* runs along ``edge[a]`` from share ``begin[a]`` to share
    ``finish[a]`` of the edge's length in ``time_ms[a]``. The matrix holds the cost of the best
    arc between two nodes, and ``arc`` which one that is.
    """

    network: StreetNetwork
    matrix: csr_array
    arc: NDArray[np.int64]
    edge: NDArray[np.int32]
    begin: NDArray[np.float64]
    finish: NDArray[np.float64]
    time_ms: NDArray[np.float64]
    point_node: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Cost from the nearest of some origins to every node: milliseconds, or millimetres.

    `cost` is inf where no origin reaches; `previous` is negative at origins and there.
    """

    cost: NDArray[np.float64]
    previous: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A route: first node, time, length, the edges it uses, its line in the network's CRS.

    `used_m` is how much of each edge is used, in metres: the first and the last may be used in
    part.
    """

    start: int
    time_ms: int
    length_m: float
    edges: tuple[int, ...]
    used_m: tuple[float, ...]
    geometry: LineString


def graph_with_points(
    network: StreetNetwork, snaps: Snaps, by: Literal["time", "length"] = "time"
) -> RoutingGraph:
    """Return the routing graph of the network with the snapped points inserted.

    Parameters
    ----------
    by
        What the best path has least of: travel ``time`` (cost in milliseconds) or ``length``
        (cost in millimetres).
    """
    point_node, inner = _point_nodes(network, snaps)
    every = np.arange(network.n_edges)
    zero, one = np.zeros(network.n_edges), np.ones(network.n_edges)
    tail, head, edge, low, high = _chains(network, snaps, inner, point_node)
    tail = np.concatenate([network.source, tail])
    head = np.concatenate([network.target, head])
    edge = np.concatenate([every, edge])
    low, high = np.concatenate([zero, low]), np.concatenate([one, high])
    ahead, back = network.forward[edge], network.backward[edge]
    arc_tail = np.concatenate([tail[ahead], head[back]])
    arc_head = np.concatenate([head[ahead], tail[back]])
    edge = np.concatenate([edge[ahead], edge[back]])
    begin = np.concatenate([low[ahead], high[back]])
    finish = np.concatenate([high[ahead], low[back]])
    share = np.abs(finish - begin)
    time_ms = np.maximum(np.rint(network.time_ms[edge] * share), 1)
    length_mm = np.maximum(np.rint(network.length_m[edge] * share * 1000), 1)
    cost = time_ms if by == "time" else length_mm
    size = network.n_nodes + len(inner)
    matrix, arc = _best_arcs(arc_tail, arc_head, cost, size)
    return RoutingGraph(
        network=network,
        matrix=matrix,
        arc=arc,
        edge=edge.astype(np.int32),
        begin=begin,
        finish=finish,
        time_ms=time_ms,
        point_node=point_node,
    )


def _best_arcs(
    tail: NDArray[np.int64], head: NDArray[np.int64], cost: NDArray[np.float64], size: int
) -> tuple[csr_array, NDArray[np.int64]]:
    """Return the matrix of least costs without loops, and the arc behind each of its entries."""
    order = np.lexsort((cost, head, tail))
    best = np.ones(len(order), dtype=bool)
    best[1:] = (tail[order][1:] != tail[order][:-1]) | (head[order][1:] != head[order][:-1])
    best &= tail[order] != head[order]
    kept = order[best]
    starts = np.concatenate([[0], np.cumsum(np.bincount(tail[kept], minlength=size))])
    return csr_array((cost[kept], head[kept], starts), (size, size)), kept


def _point_nodes(
    network: StreetNetwork, snaps: Snaps
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the node of each point, and one point for each extra node, in node order."""
    hit = np.flatnonzero(snaps.is_snapped)
    edge, along = snaps.edge[hit], snaps.along[hit]
    length = network.length_m[edge]
    at_source, at_target = along * length <= SAME_M, (1 - along) * length <= SAME_M
    point_node = np.full(len(snaps.edge), -1, dtype=np.int64)
    point_node[hit] = np.where(at_source, network.source[edge], network.target[edge])
    inside = ~(at_source | at_target)
    cells = np.column_stack([edge[inside], np.rint(along * length / SAME_M)[inside]])
    _, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    point_node[hit[inside]] = network.n_nodes + cell.ravel()
    return point_node, hit[inside][first]


def _chains(
    network: StreetNetwork,
    snaps: Snaps,
    inner: NDArray[np.int64],
    point_node: NDArray[np.int64],
) -> tuple[NDArray[Any], ...]:
    """Return the arcs source – point – … – point – target of every edge that holds points."""
    order = inner[np.lexsort((snaps.along[inner], snaps.edge[inner]))]
    edge, along = snaps.edge[order].astype(np.int64), snaps.along[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = edge[1:] != edge[:-1]
    last = np.roll(first, -1) if len(order) else first
    node = point_node[order]
    before = np.where(first, network.source[edge], np.roll(node, 1))
    begin = np.where(first, 0.0, np.roll(along, 1))
    tail = np.concatenate([before, node[last]])
    head = np.concatenate([node, network.target[edge[last]]])
    edges = np.concatenate([edge, edge[last]])
    begins = np.concatenate([begin, along[last]])
    finishes = np.concatenate([along, np.ones(int(last.sum()))])
    return tail, head, edges, begins, finishes


def reach(graph: RoutingGraph, origins: NDArray[np.int64], *, limit: float = np.inf) -> Reach:
    """Return the cost from the nearest origin point to every node.

    Parameters
    ----------
    origins
        Positions of points given to `graph_with_points`; unsnapped ones are passed over.
    limit
        Nodes of a greater cost count as not reached.
    """
    nodes = np.unique(graph.point_node[origins])
    nodes = nodes[nodes >= 0]
    size = graph.matrix.shape[0]
    if len(nodes) == 0:
        return Reach(cost=np.full(size, np.inf), previous=np.full(size, -9999, dtype=np.int32))
    cost, previous, _ = dijkstra(
        graph.matrix, indices=nodes, min_only=True, return_predecessors=True, limit=limit
    )
    return Reach(cost=cost, previous=previous)


def trace(graph: RoutingGraph, found: Reach, destination: int) -> Path | None:
    """Return the path from the nearest origin to a destination point; None when not reached."""
    node = int(graph.point_node[destination])
    if node < 0 or not np.isfinite(found.cost[node]):
        return None
    nodes = [node]
    while (node := int(found.previous[node])) >= 0:
        nodes.append(node)
    nodes.reverse()
    arcs = np.array([_arc(graph, u, v) for u, v in pairwise(nodes)], dtype=int)
    edge, begin, finish = graph.edge[arcs], graph.begin[arcs], graph.finish[arcs]
    used_m = graph.network.length_m[edge] * np.abs(finish - begin)
    return Path(
        start=nodes[0],
        time_ms=int(graph.time_ms[arcs].sum()),
        length_m=float(used_m.sum()),
        edges=tuple(int(e) for e in edge),
        used_m=tuple(float(m) for m in used_m),
        geometry=_line(graph.network, edge, begin, finish),
    )


def _arc(graph: RoutingGraph, tail: int, head: int) -> int:
    low, high = graph.matrix.indptr[tail], graph.matrix.indptr[tail + 1]
    position = low + np.searchsorted(graph.matrix.indices[low:high], head)
    return int(graph.arc[position])


def _line(
    network: StreetNetwork,
    edge: NDArray[np.int32],
    begin: NDArray[np.float64],
    finish: NDArray[np.float64],
) -> LineString:
    """Chain the parts of the edges; empty for a path that stays on its point."""
    parts = [
        shapely.get_coordinates(substring(network.geometry[e], b, f, normalized=True))
        for e, b, f in zip(edge, begin, finish, strict=True)
    ]
    if not parts:
        return LineString()
    coords = np.vstack([parts[0], *[part[1:] for part in parts[1:]]])
    return LineString(coords) if len(coords) > 1 else LineString()
