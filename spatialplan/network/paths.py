"""Paths of many searches at once: follow the trees, add up the arcs, draw the lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.network.access import Places
from spatialplan.network.routing import RoutingGraph

__all__ = ["Routes", "follow", "join_routes", "routes_of", "straight_lines"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SAME_M = 1e-6  # vertices nearer to each other are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Paths along the roads: route *k* takes the arcs ``arc[first[k]:first[k + 1]]``, in order."""

    graph: RoutingGraph
    arc: IntArray
    first: IntArray

    @property
    def _route(self) -> IntArray:
        """The route of each arc."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def _sums(self, values: FloatArray) -> FloatArray:
        total = np.bincount(self._route, values, len(self.first) - 1)
        return np.asarray(total, dtype=np.float64)

    def time_ms(self) -> FloatArray:
        """Return the travel time on the roads, shape (k,)."""
        return self._sums(self.graph.time_ms[self.arc])

    def length_m(self) -> FloatArray:
        """Return the length on the roads, shape (k,)."""
        share = np.abs(self.graph.finish[self.arc] - self.graph.begin[self.arc])
        metres = self.graph.network.length_m[self.graph.edge[self.arc]] * share
        return self._sums(metres)

    def road_m(self) -> FloatArray:
        """Return the greatest positional accuracy of the roads taken, 0 for none, shape (k,)."""
        worst = np.zeros(len(self.first) - 1)
        np.maximum.at(worst, self._route, self.graph.network.accuracy_m[self.graph.edge[self.arc]])
        return worst

    def lines(
        self, routes: IntArray, start: Places, starts: IntArray, end: Places, ends: IntArray
    ) -> NDArray[np.object_]:
        """Return the lines of some routes with the straight legs at both ends, shape (k,).

        Parameters
        ----------
        routes
            Positions of routes, shape (k,).
        starts, ends
            Positions among `start` and `end` of the places that they join, shape (k,).
        """
        count = np.diff(self.first)[routes]
        taken = self.arc[_ranges(self.first[routes], count)]
        xy, arc_of = _vertices(self.graph, taken)
        route_of = np.repeat(np.arange(len(routes)), count)[arc_of]
        own = np.arange(len(routes))
        legs = (start.xy[starts], start.snapped_xy[starts], end.snapped_xy[ends], end.xy[ends])
        xy = np.vstack([*legs[:2], xy, *legs[2:]])
        line = np.concatenate([own, own, route_of, own, own])
        order = np.argsort(line, kind="stable")
        return _without_repeats(xy[order], line[order])


def follow(previous: NDArray[np.signedinteger], start: IntArray) -> tuple[IntArray, ...]:
    """Follow search trees from some nodes to their roots, all at once.

    Parameters
    ----------
    previous
        The node before each node in its tree; negative at roots.
    start
        Where to start, shape (k,); negative is nowhere.

    Returns
    -------
    tuple of ndarray
        Of every step: the position in `start`, the node stepped from, the node stepped to; sorted
        by position, then in the order of the steps.
    """
    row, node = np.flatnonzero(start >= 0), start[start >= 0].astype(np.int64)
    steps = [(row[:0], node[:0], node[:0])]
    while len(row):
        after = previous[node].astype(np.int64)
        on = after >= 0
        row, node, after = row[on], node[on], after[on]
        steps.append((row, node, after))
        node = after
    rows, befores, afters = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], befores[order], afters[order]


def routes_of(
    graph: RoutingGraph, row: IntArray, tail: IntArray, head: IntArray, n_routes: int
) -> Routes:
    """Return routes from the pairs of nodes that they run through, sorted by route and order."""
    matrix = graph.matrix
    size = matrix.shape[0]
    tails = np.repeat(np.arange(size, dtype=np.int64), np.diff(matrix.indptr))
    position = np.searchsorted(tails * size + matrix.indices, tail * size + head)
    first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n_routes))])
    return Routes(graph=graph, arc=graph.arc[position], first=first.astype(np.int64))


def join_routes(graph: RoutingGraph, parts: list[Routes], at: list[IntArray], size: int) -> Routes:
    """Return the routes of several searches in one order: route *k* of a part is number ``at[k]``.

    Numbers that no part has are routes without arcs.
    """
    count = np.zeros(size, dtype=np.int64)
    for part, place in zip(parts, at, strict=True):
        count[place] = np.diff(part.first)
    first = np.concatenate([[0], np.cumsum(count)])
    arc = np.empty(first[-1], dtype=np.int64)
    for part, place in zip(parts, at, strict=True):
        arc[_ranges(first[place], np.diff(part.first))] = part.arc
    return Routes(graph=graph, arc=arc, first=first)


def straight_lines(start_xy: FloatArray, end_xy: FloatArray) -> NDArray[np.object_]:
    """Return straight lines, shape (k,); of no length where both ends are one spot."""
    return np.asarray(shapely.linestrings(np.stack([start_xy, end_xy], axis=1)))


def _ranges(first: IntArray, count: IntArray) -> IntArray:
    """Return first, first + 1, …, count of them, one run after another."""
    shift = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return np.asarray(np.arange(len(shift)) + shift)


def _vertices(graph: RoutingGraph, arc: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the vertices of arcs in the order of travel, and the position of the arc of each."""
    used, place = np.unique(graph.edge[arc], return_inverse=True)
    xy, of = shapely.get_coordinates(graph.network.geometry[used], return_index=True)
    top = np.searchsorted(of, np.arange(len(used) + 1))
    share = _shares(xy, of, top)
    begin, finish = graph.begin[arc], graph.finish[arc]
    # Shares lie in [0, 1], so that keys two apart keep the edges in order.
    key, base = share + 2.0 * of, np.asarray(2.0 * place, dtype=np.float64)
    low = np.searchsorted(key, base + np.minimum(begin, finish), side="right")
    high = np.searchsorted(key, base + np.maximum(begin, finish), side="left")
    inner = np.maximum(high - low, 0)
    ahead = begin <= finish
    of_inner = np.repeat(np.arange(len(arc)), inner)
    index = _ranges(low, inner)
    turned = (low + high - 1)[of_inner] - index
    middle = xy[np.where(ahead[of_inner], index, turned)]
    ends = [_at_share(xy, share, top[place], top[place + 1], key, base, s) for s in (begin, finish)]
    own = np.arange(len(arc))
    order = np.argsort(np.concatenate([own, of_inner, own]), kind="stable")
    return np.vstack([ends[0], middle, ends[1]])[order], np.repeat(own, inner + 2)


def _shares(xy: FloatArray, of: IntArray, top: IntArray) -> FloatArray:
    """Return how far along its line each vertex lies, 0 at the start, 1 at the end."""
    step = np.zeros(len(xy))
    step[1:] = np.hypot(*np.diff(xy, axis=0).T)
    step[top[:-1]] = 0.0
    along = np.cumsum(step)
    along -= along[top[:-1]][of]
    total = along[top[1:] - 1][of]
    share = np.divide(along, total, out=np.zeros(len(xy)), where=total > 0)
    share[top[1:] - 1] = 1.0
    return share


def _at_share(
    xy: FloatArray,
    share: FloatArray,
    top: IntArray,
    bottom: IntArray,
    key: FloatArray,
    base: FloatArray,
    at: FloatArray,
) -> FloatArray:
    """Return the points at shares of lines whose vertices are ``xy[top:bottom]``, shape (k, 2)."""
    left = np.clip(np.searchsorted(key, base + at, side="right") - 1, top, bottom - 2)
    width = share[left + 1] - share[left]
    part = np.divide(at - share[left], width, out=np.zeros(len(at)), where=width > 0)[:, None]
    between = xy[left] + part * (xy[left + 1] - xy[left])
    return np.where(part >= 1, xy[left + 1], between)


def _without_repeats(xy: FloatArray, line: IntArray) -> NDArray[np.object_]:
    """Return lines of vertices sorted by line, repeated ones left out, two at least in each."""
    step = np.hypot(*np.diff(xy, axis=0).T)
    starts = np.ones(len(line), dtype=bool)
    starts[1:] = line[1:] != line[:-1]
    kept = starts.copy()
    kept[1:] |= step > SAME_M
    last = np.flatnonzero(np.append(starts[1:], True)[: len(line)])
    kept[last[np.bincount(line[kept], minlength=len(last)) < 2]] = True
    return np.asarray(shapely.linestrings(xy[kept], indices=line[kept]))
