"""What the closure of a link costs: the network searched again without it.

    extra(i) = c'(i) − c(i),    c' the cost from the origins when the link is closed, inf if cut off

(Jenelius, Petersen & Mattsson 2006, Importance and exposure in road network vulnerability analysis:
increase of travel cost of those who can still travel, unsatisfied demand of those who cannot.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from spatialplan.network.paths import follow

__all__ = ["Links", "Roads", "costs_without", "joined_roads", "used_links"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Stretches of road between nodes: ends, cost in whole units, and permitted directions."""

    tail: Ints
    head: Ints
    cost: Floats
    forward: Bools
    backward: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """Links made ready to be searched from their origins, again and again without some of them.

    `tail`, `head`, `cost` and `link` are those of the arcs, sorted by ends and cost; the search
    starts at node `root`, from which an arc of cost 1 leads to each origin.
    """

    tail: Ints
    head: Ints
    cost: Floats
    link: Ints
    root: int
    n_links: int

    def matrix(self, closed: Ints | None = None) -> tuple[csr_array, Ints]:
        """Return the matrix of least costs without closed links, and the link of each entry."""
        shut = np.zeros(self.n_links + 1, dtype=bool)
        if closed is not None:
            shut[closed] = True
        kept = np.flatnonzero(~shut[self.link])  # -1, the arcs of the root, is never shut
        tail, head = self.tail[kept], self.head[kept]
        best = np.ones(len(kept), dtype=bool)
        best[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
        kept = kept[best]
        size = self.root + 1
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.tail[kept], minlength=size))])
        graph = csr_array((self.cost[kept], self.head[kept], starts), (size, size))
        return graph, self.link[kept]


def joined_roads(links: Links, n_nodes: int, origins: Ints) -> Roads:
    """Return the roads of some links, to be searched from the nearest of the origin nodes."""
    n = len(links.tail)
    every = np.arange(n)
    ahead, back = links.forward, links.backward
    origins = np.unique(origins)
    tail = np.concatenate([links.tail[ahead], links.head[back], np.full(len(origins), n_nodes)])
    head = np.concatenate([links.head[ahead], links.tail[back], origins])
    cost = np.concatenate([links.cost[ahead], links.cost[back], np.ones(len(origins))])
    link = np.concatenate([every[ahead], every[back], np.full(len(origins), -1)])
    order = np.lexsort((cost, head, tail))
    order = order[tail[order] != head[order]]
    return Roads(
        tail=tail[order],
        head=head[order],
        cost=np.maximum(cost[order], 1.0),
        link=link[order],
        root=n_nodes,
        n_links=n,
    )


def used_links(roads: Roads, nodes: Ints) -> tuple[Ints, Ints]:
    """Return which links the quickest way to each of some nodes takes.

    Returns
    -------
    tuple of ndarray
        Positions among the nodes and among the links, one pair for each use, by node. Nodes below
        0 are nowhere.
    """
    graph, link = roads.matrix()
    cost, previous = dijkstra(graph, indices=np.array(roads.root), return_predecessors=True)
    start = np.where((nodes >= 0) & np.isfinite(cost[nodes]), nodes, -1)
    row, head, tail = follow(previous, start)
    tails = np.repeat(np.arange(roads.root + 1), np.diff(graph.indptr))
    size = roads.root + 1
    taken = link[np.searchsorted(tails * size + graph.indices, tail * size + head)]
    return row[taken >= 0], taken[taken >= 0]


def costs_without(roads: Roads, nodes: Ints, closed: Ints | None = None) -> Floats:
    """Return the cost from the nearest origin to some nodes when links are closed, shape (k,).

    inf for nodes that are cut off, and for nodes below 0.

    Examples
    --------
    Two parallel links 0-1 of cost 5 and 9, the nearer one closed:

    >>> both = np.array([True, True])
    >>> links = Links(tail=np.array([0, 0]), head=np.array([1, 1]), cost=np.array([5.0, 9.0]),
    ...               forward=both, backward=both)
    >>> roads = joined_roads(links, 2, np.array([0]))
    >>> costs_without(roads, np.array([1])), costs_without(roads, np.array([1]), np.array([0]))
    (array([5.]), array([9.]))
    """
    graph, _ = roads.matrix(closed)
    cost = dijkstra(graph, indices=np.array(roads.root))
    found = np.where(nodes >= 0, cost[nodes], np.inf)
    return np.asarray(found - 1.0)  # the arc from the root
