"""Join straight segments to chains: the edges of a network, between the nodes that stay.

The nodes that stay are those of osmnx's rules: where the number of neighbours is not two, where a
road ends, where one-way meets two-way or two one-way roads face each other, where a segment is
drawn twice, and one node of each closed ring that hangs on nothing.

It runs in two steps, each on whole arrays: segments of a way are joined to *pieces*, and pieces to
chains by following darts. Piece *i* is dart 2i along and dart 2i + 1 against its direction;
pointers to the previous dart are doubled until all have reached the start of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["Chains", "Segments", "contract", "counting", "in_largest"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PASSING = 2  # segment ends at a node that a road merely passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Straight pieces between neighbouring nodes of a way, in the order of the ways.

    A one-way segment runs from `tail` to `head`. `xy` is in metres.
    """

    tail: Ints
    head: Ints
    way: Ints
    is_oneway: Bools
    xy: Floats

    def only(self, kept: Bools) -> Segments:
        """Return the chosen segments, on the same nodes."""
        return Segments(
            tail=self.tail[kept],
            head=self.head[kept],
            way=self.way[kept],
            is_oneway=self.is_oneway[kept],
            xy=self.xy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Edges of the network as runs of pieces, and pieces as runs of segments.

    Attributes
    ----------
    piece_start, piece_size
        First segment and number of segments of each piece.
    piece, is_turned, chain
        The pieces in the order of the chains: which, whether it is passed against its direction,
        and of which chain.
    is_oneway, source, target
        Of each chain; the nodes are positions in the segments' `xy`.
    """

    piece_start: Ints
    piece_size: Ints
    piece: Ints
    is_turned: Bools
    chain: Ints
    is_oneway: Bools
    source: Ints
    target: Ints

    def lines(self, segments: Segments) -> NDArray[np.object_]:
        """Return the line of each chain."""
        size, start = self.piece_size[self.piece], self.piece_start[self.piece]
        step = counting(size)
        turned = np.repeat(self.is_turned, size)
        at = np.repeat(start, size) + np.where(turned, np.repeat(size, size) - 1 - step, step)
        reached = np.where(turned, segments.tail[at], segments.head[at])
        chain = np.repeat(self.chain, size)
        first = np.flatnonzero(np.diff(chain, prepend=-1))
        node = np.insert(reached, first, self.source)
        of = np.insert(chain, first, np.arange(len(first)))
        lines: NDArray[np.object_] = shapely.linestrings(segments.xy[node], indices=of)
        return lines


def counting(size: Ints) -> Ints:
    """Return 0, 1 … of each run, chained: ``[2, 3]`` gives ``[0, 1, 0, 1, 2]``."""
    return np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)


def _labels(segments: Segments) -> Ints:
    """Return the label of the weakly connected piece of each node."""
    n = len(segments.xy)
    graph = coo_array((np.ones(len(segments.tail)), (segments.tail, segments.head)), (n, n))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def in_largest(segments: Segments) -> Bools:
    """Whether each segment belongs to the connected piece of most nodes."""
    label = _labels(segments)
    used = np.zeros(len(label), dtype=bool)
    used[segments.tail] = used[segments.head] = True
    largest: Bools = label[segments.tail] == np.bincount(label[used], minlength=1).argmax()
    return largest


def _ends(segments: Segments) -> Bools:
    """Whether each node stays, by the rules told at the top of the module."""
    n = len(segments.xy)
    tail, head, way = segments.tail, segments.head, segments.is_oneway
    touches = np.bincount(tail, minlength=n) + np.bincount(head, minlength=n)
    inbound = np.bincount(head[way], minlength=n)
    outbound = np.bincount(tail[way], minlength=n)
    flows = ((inbound == 0) & (outbound == 0)) | ((inbound == 1) & (outbound == 1))
    passed = (touches == PASSING) & flows
    node = np.concatenate([tail, head])
    other = np.concatenate([head, tail])
    order = np.argsort(node, kind="stable")
    order = order[passed[node[order]]]
    pair = other[order].reshape(-1, PASSING)
    passed[node[order[::PASSING]]] = pair[:, 0] != pair[:, 1]
    label = _labels(segments)
    is_end: Bools = ~passed
    hanging = np.zeros(label.max() + 1, dtype=bool)
    hanging[label[is_end & (touches > 0)]] = True
    ring, first = np.unique(label, return_index=True)
    is_end[first[~hanging[ring]]] = True
    return is_end


def contract(segments: Segments) -> Chains:
    """Join segments to pieces and pieces to chains at the nodes that do not stay."""
    is_end = _ends(segments)
    tail, head, way = segments.tail, segments.head, segments.way
    starts = np.ones(len(tail), dtype=bool)
    starts[1:] = (way[1:] != way[:-1]) | (tail[1:] != head[:-1]) | is_end[tail[1:]]
    piece_start = np.flatnonzero(starts)
    piece_size = np.diff(np.append(piece_start, len(tail)))
    leaves = np.column_stack([tail[piece_start], head[piece_start + piece_size - 1]]).ravel()
    is_oneway = segments.is_oneway[piece_start]
    previous = _previous(leaves, is_end)
    root, rank = _roots(previous)
    last = np.arange(len(root))
    last = last[previous[last ^ 1] < 0]  # the last dart of a chain: its twin has none before
    # Each chain is met twice, once in each direction: a one-way chain is taken along its
    # direction, another from the end whose dart has the smaller number.
    taken = np.zeros(len(root), dtype=bool)
    along = np.where(is_oneway[last >> 1], root[last] % 2 == 0, root[last] < (last ^ 1))
    taken[root[last[along]]] = True
    darts = np.flatnonzero(taken[root])
    darts = darts[np.lexsort((rank[darts], root[darts]))]
    begins = np.flatnonzero(rank[darts] == 0)
    finishes = np.append(begins[1:], len(darts)) - 1
    return Chains(
        piece_start=piece_start,
        piece_size=piece_size,
        piece=darts >> 1,
        is_turned=(darts & 1).astype(bool),
        chain=np.cumsum(rank[darts] == 0) - 1,
        is_oneway=is_oneway[darts[begins] >> 1],
        source=leaves[darts[begins]],
        target=leaves[darts[finishes] ^ 1],
    )


def _previous(leaves: Ints, is_end: Bools) -> Ints:
    """Return the dart before each dart, -1 at a node that stays; `leaves` is where each starts."""
    order = np.argsort(leaves, kind="stable")
    order = order[~is_end[leaves[order]]]
    one, other = order[::2], order[1::2]  # the two darts that leave a passed node
    previous = np.full(len(leaves), -1)
    previous[one], previous[other] = other ^ 1, one ^ 1
    return previous


def _roots(previous: Ints) -> tuple[Ints, Ints]:
    """Return the first dart of each dart's chain, and the steps from there to it."""
    root = np.where(previous < 0, np.arange(len(previous)), previous)
    rank = (previous >= 0).astype(np.int64)
    while (rank[root] > 0).any():
        rank += rank[root]
        root = root[root]
    return root, rank
