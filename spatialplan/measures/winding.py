"""Winding round a centre: circuits in a graph of sampled lines, and the jumps that close one.

Every step of a walk turns the bearing seen from the centre by less than half a turn. Summed up, a
closed walk turns by a whole number of full turns: once for a circuit. What hangs together by roads
and joins is a *piece*; in a piece without circuit every sample has one turned bearing, so that a
straight jump between two samples has a whole number of turns of its own. The cheapest chain of
jumps that comes back to its piece after one turn closes the ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely import STRtree

__all__ = [
    "Jump",
    "WindingGraph",
    "bearings_deg",
    "farthest_jump",
    "find_circuit",
    "least_jumps",
    "sample_lines",
    "walk_length",
    "with_jumps",
]

FULL = 2 * np.pi
TURNS = (-2, -1, 0, 1, 2)  # how often a chain of jumps may wind forth and back on its way round
JOIN_COST = 4.0  # joins are for getting across, not for cutting corners
DROP_COST = 0.25  # a jump past a road's end must save a quarter of the road it leaves out

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindingGraph:
    """Samples and arcs. Arc *a* leads from sample ``tail[a]`` to ``head[a]``, and one leads back.

    Attributes
    ----------
    xy
        Places in metres, shape (n, 2).
    bearing
        From the centre, in radians from the y axis clockwise, shape (n,).
    cost
        Length of each arc in metres, joins dearer, shape (m,).
    piece
        Label of what hangs together, shape (n,).
    ends
        Samples at which a road ends and none goes on; all samples where there is no such end.
    """

    xy: FloatArray
    bearing: FloatArray
    tail: IntArray
    head: IntArray
    cost: FloatArray
    piece: IntArray
    ends: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A straight line between two samples, and the full turns it adds to the pieces it joins."""

    length_m: float
    cost: float
    start: int
    finish: int
    turn: int


def sample_lines(
    lines: NDArray[np.object_], centre: tuple[float, float], step_m: float, join_m: float
) -> WindingGraph:
    """Return samples at most `step_m` apart along the lines, joined within `join_m`."""
    coords, owner = shapely.get_coordinates(shapely.segmentize(lines, step_m), return_index=True)
    cells, node = np.unique(np.rint(coords * 100), axis=0, return_inverse=True)
    xy, node = cells / 100, node.ravel()
    same = owner[1:] == owner[:-1]
    a, b = node[:-1][same], node[1:][same]
    points = np.asarray(shapely.points(xy))
    c, d = STRtree(points).query(points, predicate="dwithin", distance=join_m)
    c, d = c[c != d], d[c != d]
    tail, head = np.concatenate([a, b, c]), np.concatenate([b, a, d])
    cost = np.hypot(*(xy[tail] - xy[head]).T)
    cost[2 * len(a) :] *= JOIN_COST
    matrix = csr_array((np.ones(len(tail)), (tail, head)), (len(xy),) * 2)
    return WindingGraph(
        xy=xy,
        bearing=np.arctan2(xy[:, 0] - centre[0], xy[:, 1] - centre[1]),
        tail=tail,
        head=head,
        cost=cost,
        piece=connected_components(matrix, directed=False)[1].astype(np.int64),
        ends=_open_ends(xy, (a, b), (c, d)),
    )


def _open_ends(
    xy: FloatArray, roads: tuple[IntArray, IntArray], joins: tuple[IntArray, IntArray]
) -> IntArray:
    """Return the road ends with no other road ahead of them within the joining distance."""
    (a, b), (c, d) = roads, joins
    degree = np.bincount(np.concatenate([a, b]), minlength=len(xy))
    inward = np.zeros_like(xy)
    np.add.at(inward, a, xy[b] - xy[a])
    np.add.at(inward, b, xy[a] - xy[b])
    there = xy[d] - xy[c]
    cosine = (there * inward[c]).sum(axis=1)
    is_ahead = cosine < -0.5 * np.hypot(*there.T) * np.hypot(*inward[c].T)
    goes_on = np.bincount(c[is_ahead], minlength=len(xy)) > 0
    ends = np.flatnonzero((degree == 1) & ~goes_on)
    return ends if len(ends) else np.arange(len(xy))


def find_circuit(graph: WindingGraph, root: int | None = None) -> list[int]:
    """Return the samples of a shortest circuit, first and last the same; empty without one.

    The circuit is sought through a root, one for each piece when omitted, and sought again from a
    sample of the one found, so that a root on a spur does no harm.
    """
    roots, cycle = _roots(graph) if root is None else np.array([root]), []
    for _ in range(3):
        cost, previous = _tree(graph, roots)
        angle = _turned(graph, cost, previous)
        full = angle[graph.tail] + _turn(graph, graph.tail, graph.head) - angle[graph.head]
        around = np.flatnonzero((np.rint(full / FULL) == 1) & np.isfinite(cost[graph.tail]))
        if len(around) == 0:
            break
        whole = cost[graph.tail[around]] + graph.cost[around] + cost[graph.head[around]]
        best = around[np.argmin(whole)]
        cycle = _walk(previous, graph.tail[best])[::-1] + _walk(previous, graph.head[best])
        roots = graph.tail[best : best + 1]
    return cycle


def _roots(graph: WindingGraph) -> IntArray:
    """Return one sample of each piece."""
    return np.unique(graph.piece, return_index=True)[1]


def _turn(graph: WindingGraph, tail: IntArray, head: IntArray) -> FloatArray:
    """Return by how much the bearing turns from one sample to another, within half a turn."""
    return np.asarray((graph.bearing[head] - graph.bearing[tail] + np.pi) % FULL - np.pi)


def _tree(graph: WindingGraph, roots: IntArray) -> tuple[FloatArray, IntArray]:
    """Return cost and previous sample of each sample on the way from the nearest root."""
    order = np.lexsort((graph.cost, graph.head, graph.tail))
    tail, head = graph.tail[order], graph.head[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    matrix = csr_array((graph.cost[order][first], (tail[first], head[first])), (len(graph.xy),) * 2)
    cost, previous, _ = dijkstra(matrix, indices=roots, min_only=True, return_predecessors=True)
    return cost, previous.astype(np.int64)


def _turned(graph: WindingGraph, cost: FloatArray, previous: IntArray) -> FloatArray:
    """Return the bearing of each sample as turned on the way from its root."""
    angle = graph.bearing.copy()
    step = _turn(graph, np.maximum(previous, 0), np.arange(len(cost)))
    for node in np.argsort(cost, kind="stable"):
        if previous[node] >= 0:
            angle[node] = angle[previous[node]] + step[node]
    return angle


def _walk(previous: IntArray, node: int) -> list[int]:
    """Return the samples from one back to its root."""
    walk = [int(node)]
    while (node := int(previous[node])) >= 0:
        walk.append(node)
    return walk


def least_jumps(graph: WindingGraph) -> list[Jump]:
    """Return the jumps from open ends of the least cost that complete a circuit.

    A jump costs its length, and a quarter of the road that it leaves out between its landing and
    the road's end.
    """
    dropped = DROP_COST * _tree(graph, graph.ends)[0]
    dropped[~np.isfinite(dropped)] = 0.0
    angle = _turned(graph, *_tree(graph, _roots(graph)))
    best: dict[tuple[int, int, int], Jump] = {}
    for end in graph.ends:
        for jump in _jumps_from(graph, int(end), angle, dropped):
            a, b = int(graph.piece[jump.start]), int(graph.piece[jump.finish])
            back = replace(jump, start=jump.finish, finish=jump.start, turn=-jump.turn)
            for key, way in (((a, b, jump.turn), jump), ((b, a, back.turn), back)):
                if key not in best or way.cost < best[key].cost:
                    best[key] = way
    return _one_turn(best, int(graph.piece.max()) + 1) or [farthest_jump(graph)]


def _jumps_from(
    graph: WindingGraph, end: int, angle: FloatArray, dropped: FloatArray
) -> Iterable[Jump]:
    """Yield the cheapest jump from an end to each piece by each number of turns."""
    heads = np.arange(len(graph.xy))
    length = np.hypot(*(graph.xy - graph.xy[end]).T)
    turns = np.rint((angle[end] + _turn(graph, np.full(len(heads), end), heads) - angle) / FULL)
    order = np.lexsort((length + dropped, turns, graph.piece))
    group = np.column_stack([graph.piece, turns])[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (group[1:] != group[:-1]).any(axis=1)
    for head in order[first]:
        turn = int(turns[head])
        if turn in TURNS and (turn or graph.piece[head] != graph.piece[end]):
            yield Jump(
                length_m=float(length[head]), cost=float(length[head] + dropped[head]),
                start=end, finish=int(head), turn=turn,
            )  # fmt: skip


def _one_turn(best: dict[tuple[int, int, int], Jump], n_pieces: int) -> list[Jump]:
    """Return the cheapest chain of jumps that comes back to its piece after one full turn."""
    graph: dict[tuple[int, int], Jump] = {}
    for (a, b, turn), jump in best.items():
        for level in TURNS:
            if level + turn in TURNS:
                tail = a * len(TURNS) + level + 2
                graph[tail, b * len(TURNS) + level + turn + 2] = jump
    tails, heads = np.array(list(graph), dtype=int).reshape(-1, 2).T
    cost = np.array([jump.cost for jump in graph.values()])
    size = n_pieces * len(TURNS)
    total, previous = dijkstra(
        csr_array((cost, (tails, heads)), (size, size)),
        indices=np.arange(n_pieces) * len(TURNS) + 2,
        return_predecessors=True,
    )
    after = total[np.arange(n_pieces), np.arange(n_pieces) * len(TURNS) + 3]
    piece = int(np.argmin(after))
    if not np.isfinite(after[piece]):
        return []
    walk = _walk(previous[piece], piece * len(TURNS) + 3)
    return [graph[tail, head] for head, tail in pairwise(walk)]


def farthest_jump(graph: WindingGraph) -> Jump:
    """Return the jump between the two ends farthest apart: all there is of a straight road."""
    xy = graph.xy[graph.ends]
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    i, j = np.unravel_index(int(np.argmax(apart)), apart.shape)
    length = float(apart[i, j])
    start, finish = int(graph.ends[i]), int(graph.ends[j])
    return Jump(length_m=length, cost=length, start=start, finish=finish, turn=1)


def with_jumps(graph: WindingGraph, jumps: Sequence[Jump]) -> WindingGraph:
    """Return the graph with the jumps as roads."""
    a = np.array([jump.start for jump in jumps])
    b = np.array([jump.finish for jump in jumps])
    length = np.array([jump.length_m for jump in jumps])
    return replace(
        graph,
        tail=np.concatenate([graph.tail, a, b]),
        head=np.concatenate([graph.head, b, a]),
        cost=np.concatenate([graph.cost, length, length]),
    )


def walk_length(xy: FloatArray, walk: Sequence[int]) -> float:
    """Return the length of a walk in metres."""
    return sum(float(np.hypot(*(xy[a] - xy[b]))) for a, b in pairwise(walk))


def bearings_deg(graph: WindingGraph) -> float:
    """Return how many of 360 degrees hold a piece of the ring, to half a degree."""
    turn = np.degrees(_turn(graph, graph.tail, graph.head))
    turn[np.abs(turn) > 90] = 0.0  # right past the centre
    low = np.degrees(graph.bearing[graph.tail]) + np.minimum(turn, 0.0)
    first = np.floor(2 * low).astype(int)
    count = np.floor(2 * (low + np.abs(turn))).astype(int) - first + 1
    start = np.repeat(np.cumsum(count) - count, count)
    bins = np.repeat(first, count) + np.arange(count.sum()) - start
    return len(np.unique(bins % 720)) / 2
