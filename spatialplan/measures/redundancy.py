"""Links without which places are cut off: cut edges and cut pairs of the road network.

Cycle-space sampling (Pritchard & Thurimella 2011, Fast computation of small cuts): every edge
outside a spanning tree gets a random 64-bit label, and a tree edge the exclusive-or of the labels
of all edges that close a cycle over it. Then

    label(e) = 0          ⇔  e alone is a cut (a bridge in the sense of graph theory)
    label(e) = label(f)   ⇔  e and f together are a cut, as the two carriageways of a road may be

except with a chance of about (number of edges)² / 2⁶⁴. Directions do not matter here: whether a
one-way way round is open is told by searching the network without the link.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

__all__ = ["Cuts", "find_cuts"]

Ints = NDArray[np.int64]
Labels = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Which links cut what off from the root.

    Attributes
    ----------
    is_cut
        Whether a link alone parts the piece of the root, shape (m,).
    label
        Links of equal label are cuts in pairs, shape (m,); unlike 0 except for cut links. Links
        outside the piece of the root have labels of their own.
    below
        Of a cut link, the exclusive-or of the marks of the nodes that it parts from the root, 0
        for other links, shape (m,): links with the same value cut off the same marked nodes.
    """

    is_cut: NDArray[np.bool_]
    label: Labels
    below: Labels


def find_cuts(
    tail: Ints,
    head: Ints,
    n_nodes: int,
    root: int,
    marked: Ints,
    rng: np.random.Generator,
) -> Cuts:
    """Return the cut links and the labels of cut pairs of an undirected graph.

    Parameters
    ----------
    tail, head
        Nodes that each link joins, shape (m,); parallel links and loops may be among them.
    root
        The node that others must not be cut off from.
    marked
        Nodes of interest, told apart in `Cuts.below`; repeated ones count once.
    rng
        Source of the labels; the answer does not depend on it.

    Examples
    --------
    A triangle 0-1-2 with a tail 2-3:

    >>> tail, head = np.array([0, 1, 2, 2]), np.array([1, 2, 0, 3])
    >>> find_cuts(tail, head, 4, 0, np.array([3]), np.random.default_rng(0)).is_cut.tolist()
    [False, False, False, True]
    """
    graph = _undirected(tail, head, n_nodes)
    at = np.array(root)
    depth, parent = dijkstra(graph, indices=at, unweighted=True, return_predecessors=True)
    link = _tree_links(tail, head, parent)
    node = np.flatnonzero(link >= 0)
    over = link[node]
    is_tree = np.zeros(len(tail), dtype=bool)
    is_tree[over] = True
    label = rng.integers(1, 2**64, len(tail), dtype=np.uint64)
    crossing, mark = np.zeros(n_nodes, dtype=np.uint64), np.zeros(n_nodes, dtype=np.uint64)
    for end in (tail[~is_tree], head[~is_tree]):
        np.bitwise_xor.at(crossing, end, label[~is_tree])
    nodes = np.unique(marked)
    mark[nodes] = rng.integers(1, 2**64, len(nodes), dtype=np.uint64)
    _add_up(depth, parent, crossing, mark)
    label[over] = crossing[node]
    is_cut = label == 0
    below = np.zeros(len(tail), dtype=np.uint64)
    below[over] = mark[node]
    below[~is_cut] = 0
    return Cuts(is_cut=is_cut, label=label, below=below)


def _undirected(tail: Ints, head: Ints, n_nodes: int) -> csr_array:
    """Return the matrix of a graph in both directions."""
    ends = np.concatenate([tail, head]), np.concatenate([head, tail])
    return csr_array((np.ones(2 * len(tail)), ends), (n_nodes, n_nodes))


def _tree_links(tail: Ints, head: Ints, parent: NDArray[np.int32]) -> Ints:
    """Return the link from each node to its parent, the first of parallel ones; -1 for none."""
    down, up = np.flatnonzero(parent[head] == tail), np.flatnonzero(parent[tail] == head)
    link = np.full(len(parent), len(tail), dtype=np.int64)
    np.minimum.at(link, head[down], down)
    np.minimum.at(link, tail[up], up)
    return np.where(link < len(tail), link, -1)


def _add_up(depth: NDArray[np.float64], parent: NDArray[np.int32], *values: Labels) -> None:
    """Add to each node, by exclusive-or, the values of all below it; the arrays are changed."""
    reached = np.flatnonzero(np.isfinite(depth) & (depth > 0))
    order = reached[np.argsort(-depth[reached], kind="stable")]
    levels = np.split(order, np.flatnonzero(np.diff(depth[order])) + 1)
    for nodes in levels:
        for value in values:
            np.bitwise_xor.at(value, parent[nodes], value[nodes])
