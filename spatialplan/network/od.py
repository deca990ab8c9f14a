"""Costs between many origins and many destinations, and the paths of chosen pairs.

Costs are those of `nearest`: leg, roads along their permitted directions, leg; or the straight line
of places beside each other. There is one search for each place of the side that has fewer, against
the direction of travel where that side is the destinations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.access import By, Joined, direct_links, join_places, leg_cost
from spatialplan.network.paths import Routes, follow, join_routes, routes_of, straight_lines
from spatialplan.network.routing import RoutingGraph

__all__ = ["PairPaths", "cost_matrix", "pair_paths"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
_BATCH_BYTES = 64e6
_DETOUR, _DETOUR_M = 2.0, 2000.0  # most roads are no longer than twice the straight line and this


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPaths:
    """The best paths of chosen pairs, straight legs to the road included.

    Attributes
    ----------
    pairs
        Positions of origin and destination, shape (k, 2).
    reached
        Whether there is a path within the limit, shape (k,).
    cost
        In milliseconds or millimetres, inf where not reached, shape (k,).
    time_ms, length_m
        Along that path, nan where not reached, shape (k,).
    road_m
        Greatest positional accuracy of the roads taken, 0 without any, nan where not reached,
        shape (k,).
    """

    pairs: IntArray
    reached: NDArray[np.bool_]
    cost: FloatArray
    time_ms: FloatArray
    length_m: FloatArray
    road_m: FloatArray
    _joined: Joined
    _routes: Routes
    _by_road: NDArray[np.bool_]

    def paths(self, rows: IntArray) -> NDArray[np.object_]:
        """Return the lines of some pairs in the network's CRS, legs included, shape (len(rows),).

        LineStrings, of no length where both places are one spot; None where not reached.
        """
        lines = np.full(len(rows), None, dtype=object)
        start, end = self._joined.origins, self._joined.destinations
        straight = np.flatnonzero(self.reached[rows] & ~self._by_road[rows])
        drawn = np.flatnonzero(self.reached[rows] & self._by_road[rows])
        a, b = self.pairs[rows].T
        lines[straight] = straight_lines(start.xy[a[straight]], end.xy[b[straight]])
        lines[drawn] = self._routes.lines(rows[drawn], start, a[drawn], end, b[drawn])
        return lines


def cost_matrix(
    network: StreetNetwork,
    origins: Snaps,
    origin_xy: FloatArray,
    destinations: Snaps,
    destination_xy: FloatArray,
    *,
    by: By,
    limit: float = np.inf,
) -> FloatArray:
    """Return the cost from every origin to every destination, shape (n, m).

    Parameters
    ----------
    origins, destinations
        Snapped places.
    origin_xy, destination_xy
        Where they are, in the network's CRS in metres, shapes (n, 2) and (m, 2).
    by
        Travel ``time`` (milliseconds) or ``length`` (millimetres).
    limit
        Greatest cost asked for; a small one makes the searches short.

    Returns
    -------
    ndarray
        inf beyond the limit, where no path leads, and of places without a road.
    """
    joined = join_places(network, (origins, origin_xy), (destinations, destination_xy), by)
    starts, origin = np.unique(joined.origins.node, return_inverse=True)
    ends, destination = np.unique(joined.destinations.node, return_inverse=True)
    table = np.full((len(starts), len(ends)), np.inf)
    here, there = np.flatnonzero(starts >= 0), np.flatnonzero(ends >= 0)
    if len(there) < len(here):
        matrix, table_of = joined.graph.matrix.T.tocsr(), table.T
        sources, source_rows, goals, goal_rows = ends[there], there, starts[here], here
    else:
        matrix, table_of = joined.graph.matrix, table
        sources, source_rows, goals, goal_rows = starts[here], here, ends[there], there
    for part in _batches(len(sources), matrix.shape[0] * 8):
        found = dijkstra(matrix, indices=sources[part], limit=limit)
        table_of[np.ix_(source_rows[part], goal_rows)] = found[:, goals]
    cost = table[origin.ravel()][:, destination.ravel()]
    del table, table_of
    cost += joined.legs(joined.origins)[:, None]
    cost += joined.legs(joined.destinations)[None, :]
    a, b, straight_m = direct_links(joined)
    cost[a, b] = np.minimum(cost[a, b], leg_cost(network, straight_m, by))
    cost[cost > limit] = np.inf
    return np.asarray(cost)


def _batches(count: int, bytes_each: int) -> Iterator[slice]:
    step = max(1, int(_BATCH_BYTES // bytes_each))
    return (slice(at, at + step) for at in range(0, count, step))


def pair_paths(
    network: StreetNetwork,
    origins: tuple[Snaps, FloatArray],
    destinations: tuple[Snaps, FloatArray],
    pairs: IntArray,
    *,
    by: By,
    limit: float = np.inf,
) -> PairPaths:
    """Return the best path from the origin to the destination of each pair.

    Parameters
    ----------
    origins, destinations
        Snapped places, and where they are in the network's CRS in metres.
    pairs
        Positions of origin and destination, shape (k, 2).
    by
        Travel ``time`` (milliseconds) or ``length`` (millimetres).
    limit
        Greatest cost asked for.
    """
    joined = join_places(network, origins, destinations, by)
    pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    a, b = joined.origins, joined.destinations
    i, j = pairs.T
    road_cost, routes = _trace_pairs(joined, pairs, limit)
    by_road_cost = road_cost + joined.legs(a)[i] + joined.legs(b)[j]
    straight_m = np.hypot(*(a.xy[i] - b.xy[j]).T)
    linked = straight_m <= a.leg_m[i] + b.leg_m[j]
    straight = np.where(linked, leg_cost(network, straight_m, by), np.inf)
    by_road = by_road_cost <= straight
    cost = np.where(by_road, by_road_cost, straight)
    cost[cost > limit] = np.inf
    reached = np.isfinite(cost)
    straight_ms = leg_cost(network, straight_m, "time")
    legs_ms = leg_cost(network, a.leg_m[i], "time") + leg_cost(network, b.leg_m[j], "time")
    road_length = routes.length_m() + a.leg_m[i] + b.leg_m[j]
    time = np.where(by_road, routes.time_ms() + legs_ms, straight_ms)
    length = np.where(by_road, road_length, straight_m)
    road = np.where(by_road, routes.road_m(), 0.0)
    return PairPaths(
        pairs=pairs,
        reached=reached,
        cost=cost,
        time_ms=np.where(reached, time, np.nan),
        length_m=np.where(reached, length, np.nan),
        road_m=np.where(reached, road, np.nan),
        _joined=joined,
        _routes=routes,
        _by_road=by_road,
    )


def _trace_pairs(joined: Joined, pairs: IntArray, limit: float) -> tuple[FloatArray, Routes]:
    """Return cost and route by road of pairs, shapes (k,).

    Paths are looked for within a generous detour of the straight line first: the searches then
    stay short however wide the network is. What is not found so is searched without that bound,
    unless it lies on another piece of road.
    """
    graph, network = joined.graph, joined.graph.network
    i, j = pairs.T
    start, end = joined.origins.node[i], joined.destinations.node[j]
    straight_m = np.hypot(*(joined.origins.xy[i] - joined.destinations.xy[j]).T)
    known = np.flatnonzero((start >= 0) & (end >= 0))
    guess = leg_cost(network, _DETOUR * straight_m[known] + _DETOUR_M, joined.by)
    cost, parts, places = np.full(len(pairs), np.inf), [], []
    for rows, limits in _tries(graph, start, end, known, np.minimum(guess, limit), limit, cost):
        for at, found, routes in _trace_rows(graph, start[rows], end[rows], limits):
            cost[rows[at]] = found
            parts.append(routes)
            places.append(rows[at])
    return cost, join_routes(graph, parts, places, len(pairs))


def _tries(
    graph: RoutingGraph,
    start: IntArray,
    end: IntArray,
    rows: IntArray,
    guess: FloatArray,
    limit: float,
    cost: FloatArray,
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield the pairs to be searched and their limits: all by the guess, then those not found."""
    yield rows, guess
    missed = rows[np.isinf(cost[rows]) & (guess < limit)]
    if len(missed):
        _, piece = connected_components(graph.matrix, connection="weak")
        missed = missed[piece[start[missed]] == piece[end[missed]]]
        yield missed, np.full(len(missed), limit)


def _trace_rows(
    graph: RoutingGraph, start: IntArray, end: IntArray, limits: FloatArray
) -> Iterator[tuple[IntArray, FloatArray, Routes]]:
    """Yield positions of pairs of nodes, their costs and routes, a batch of sources at a time.

    Sources of the side with fewer nodes are taken in the order of their limits, so that a batch
    has a limit that suits all of it.
    """
    backwards = len(np.unique(end)) < len(np.unique(start))
    matrix = graph.matrix.T.tocsr() if backwards else graph.matrix
    near, far = (end, start) if backwards else (start, end)
    sources, source = np.unique(near, return_inverse=True)
    widest = np.zeros(len(sources))
    np.maximum.at(widest, source, limits)
    rank = np.empty(len(sources), dtype=np.int64)
    rank[np.argsort(widest, kind="stable")] = np.arange(len(sources))
    sources, widest = sources[np.argsort(rank)], np.sort(widest)
    pairs = np.argsort(rank[source], kind="stable")
    place = rank[source][pairs]
    for batch in _batches(len(sources), matrix.shape[0] * 24):
        rows = pairs[slice(*np.searchsorted(place, [batch.start, batch.stop]))]
        found, row, nearer, farther = _search(
            matrix, sources[batch], rank[source[rows]] - batch.start, far[rows],
            float(widest[batch].max()),
        )  # fmt: skip
        if backwards:
            tail, head = farther, nearer
        else:
            # The steps lead from the destination back to the origin.
            turn = np.lexsort((-np.arange(len(row)), row))
            row, tail, head = row[turn], nearer[turn], farther[turn]
        yield rows, found, routes_of(graph, row, tail, head, len(rows))


def _search(
    matrix: csr_array, sources: IntArray, source: IntArray, goals: IntArray, limit: float
) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """Return the cost from ``sources[source]`` to `goals`, and the steps back.

    Of each step: position among the goals, node nearer to the source, node farther from it.
    """
    size = matrix.shape[0]
    found, previous = dijkstra(matrix, indices=sources, return_predecessors=True, limit=limit)
    cost = np.asarray(found[source, goals])
    flat = np.where(previous >= 0, previous + np.arange(len(sources))[:, None] * size, -1)
    begin = np.where(np.isfinite(cost), source * size + goals, -1)
    row, farther, nearer = follow(flat.ravel(), begin)
    return cost, row, nearer % size, farther % size
