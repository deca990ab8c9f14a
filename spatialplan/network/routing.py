"""Shortest paths by travel time between points snapped to edges.

The snapped points become nodes of their own on the edges they lie on, so that routes between two
points of one edge, and routes that turn at a point, are exact. Parallel arcs are reduced to the
quickest before the sparse matrix is built, since scipy would add them up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString
from shapely.ops import substring

from spatialplan.model.network import Snaps, StreetNetwork

__all__ = ["Path", "Reach", "RoutingGraph", "graph_with_points", "reach", "trace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingGraph:
    """A network with its snapped points as extra nodes.

    Node ids below ``network.n_nodes`` are the network's; point *i* is node ``point_node[i]``, or
    -1 where it was not snapped. Arc *a* runs along ``edge[a]`` from share ``begin[a]`` to share
    ``finish[a]`` of the edge's length.
    """

    network: StreetNetwork
    matrix: csr_array
    arc: NDArray[np.int64]
    edge: NDArray[np.int32]
    begin: NDArray[np.float64]
    finish: NDArray[np.float64]
    point_node: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Travel time from the nearest of some origins to every node.

    `time_ms` is inf where no origin reaches; `previous` is negative at origins and there.
    """

    time_ms: NDArray[np.float64]
    previous: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A route: time, length, the edges it uses and its line in the network's CRS."""

    time_ms: int
    length_m: float
    edges: tuple[int, ...]
    geometry: LineString


def graph_with_points(network: StreetNetwork, snaps: Snaps) -> RoutingGraph:
    """Return the routing graph of the network with the snapped points inserted."""
    hit = np.flatnonzero(snaps.is_snapped)
    point_node = np.full(len(snaps.edge), -1, dtype=np.int64)
    point_node[hit] = network.n_nodes + np.arange(len(hit))
    every = np.arange(network.n_edges)
    zero, one = np.zeros(network.n_edges), np.ones(network.n_edges)
    tail, head, edge, begin, finish = _chains(network, snaps, hit, point_node)
    tail = np.concatenate([network.source, tail])
    head = np.concatenate([network.target, head])
    edge = np.concatenate([every, edge])
    begin, finish = np.concatenate([zero, begin]), np.concatenate([one, finish])
    ahead, back = network.forward[edge], network.backward[edge]
    arcs = {
        "tail": np.concatenate([tail[ahead], head[back]]),
        "head": np.concatenate([head[ahead], tail[back]]),
        "edge": np.concatenate([edge[ahead], edge[back]]),
        "begin": np.concatenate([begin[ahead], finish[back]]),
        "finish": np.concatenate([finish[ahead], begin[back]]),
    }
    share = np.abs(arcs["finish"] - arcs["begin"])
    cost = np.maximum(np.rint(network.time_ms[arcs["edge"]] * share), 1)
    order = np.lexsort((cost, arcs["head"], arcs["tail"]))
    tail, head = arcs["tail"][order], arcs["head"][order]
    quickest = np.ones(len(order), dtype=bool)
    quickest[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    quickest &= tail != head
    kept = order[quickest]
    size = network.n_nodes + len(hit)
    counts = np.bincount(arcs["tail"][kept], minlength=size)
    matrix = csr_array(
        (cost[kept], arcs["head"][kept], np.concatenate([[0], np.cumsum(counts)])), (size, size)
    )
    return RoutingGraph(
        network=network,
        matrix=matrix,
        arc=kept,
        edge=arcs["edge"].astype(np.int32),
        begin=arcs["begin"],
        finish=arcs["finish"],
        point_node=point_node,
    )


def _chains(
    network: StreetNetwork,
    snaps: Snaps,
    hit: NDArray[np.int64],
    point_node: NDArray[np.int64],
) -> tuple[NDArray[np.int64], ...]:
    """Return the arcs source – point – … – point – target of every edge that holds points."""
    order = hit[np.lexsort((snaps.along[hit], snaps.edge[hit]))]
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


def reach(
    graph: RoutingGraph, origins: NDArray[np.int64], *, limit_ms: float = np.inf
) -> Reach:
    """Return the travel time from the nearest origin point to every node.

    Parameters
    ----------
    origins
        Positions of points given to `graph_with_points`; unsnapped ones are passed over.
    limit_ms
        Nodes farther than this count as not reached.
    """
    nodes = graph.point_node[origins]
    nodes = nodes[nodes >= 0]
    size = graph.matrix.shape[0]
    if len(nodes) == 0:
        return Reach(
            time_ms=np.full(size, np.inf), previous=np.full(size, -9999, dtype=np.int32)
        )
    time_ms, previous, _ = dijkstra(
        graph.matrix, indices=nodes, min_only=True, return_predecessors=True, limit=limit_ms
    )
    return Reach(time_ms=time_ms, previous=previous)


def trace(graph: RoutingGraph, found: Reach, destination: int) -> Path | None:
    """Return the path from the nearest origin to a destination point; None when not reached."""
    node = int(graph.point_node[destination])
    if node < 0 or not np.isfinite(found.time_ms[node]):
        return None
    nodes = [node]
    while (node := int(found.previous[node])) >= 0:
        nodes.append(node)
    nodes.reverse()
    arcs = [_arc(graph, u, v) for u, v in zip(nodes, nodes[1:], strict=False)]
    edge, begin, finish = graph.edge[arcs], graph.begin[arcs], graph.finish[arcs]
    length = float((graph.network.length_m[edge] * np.abs(finish - begin)).sum())
    return Path(
        time_ms=int(found.time_ms[nodes[-1]]),
        length_m=length,
        edges=tuple(int(e) for e in edge),
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
    return LineString(np.vstack([parts[0], *[part[1:] for part in parts[1:]]]))
