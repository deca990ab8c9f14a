"""What travel to facilities costs at every point of the road, not only at its nodes.

Edges are cut where facilities lie on them; along each such stretch the cost is the better of
leaving by its one end or by the other, in the permitted directions:

    c(t) = min(c(right) + (1 − t)·k if forward,  c(left) + t·k if backward),    t in [0, 1]

with k the cost of the whole stretch. Villages travel to facilities, so the search runs on the
reversed graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.access import By
from spatialplan.network.chains import counting
from spatialplan.network.routing import RoutingGraph

__all__ = ["RoadPoints", "Stretches", "cut_edges", "pace", "sample_roads", "towards_facilities"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_STOPPING = ("motorway", "ferry")  # entered at junctions and landings only


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """Edges cut at facilities: stretch *i* runs along ``edge[i]`` from `low` to `high`.

    `low` and `high` are shares of the edge's length, `left` and `right` the nodes there (of the
    routing graph), `cost` that of the whole stretch: milliseconds or millimetres.
    """

    edge: Ints
    low: Floats
    high: Floats
    left: Ints
    right: Ints
    cost: Floats
    forward: Bools
    backward: Bools

    def only(self, kept: Ints) -> Stretches:
        """Return the chosen stretches."""
        return Stretches(
            edge=self.edge[kept],
            low=self.low[kept],
            high=self.high[kept],
            left=self.left[kept],
            right=self.right[kept],
            cost=self.cost[kept],
            forward=self.forward[kept],
            backward=self.backward[kept],
        )

    def touched(self, cost: Floats) -> Ints:
        """Return the stretches that have a reached node at an end."""
        reached = np.isfinite(cost)
        return np.flatnonzero(reached[self.left] | reached[self.right])

    def ways(self, cost: Floats, stretch: Ints, share: Floats) -> tuple[Floats, Floats]:
        """Return the cost from points on stretches by the left and by the right end.

        Parameters
        ----------
        cost
            From each node of the routing graph to the facility; inf where it does not reach.
        stretch, share
            Where the points lie. A point at an end is at that node, whatever the direction.
        """
        by_left = cost[self.left[stretch]] + share * self.cost[stretch]
        by_right = cost[self.right[stretch]] + (1 - share) * self.cost[stretch]
        by_left[~(self.backward[stretch] | (share == 0))] = np.inf
        by_right[~(self.forward[stretch] | (share == 1))] = np.inf
        return by_left, by_right


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPoints:
    """Points along stretches, in their order: point *i* lies at `share` of ``stretch[i]``.

    The points of stretch *s* are ``first[s]`` … ``first[s + 1]``; `x` and `y` are in metres.
    """

    stretch: Ints
    share: Floats
    first: Ints
    x: Floats
    y: Floats

    def of(self, stretches: Ints) -> Ints:
        """Return the positions of the points of some stretches."""
        size = np.diff(self.first)[stretches]
        return np.repeat(self.first[stretches], size) + counting(size)


def pace(network: StreetNetwork, by: By) -> float:
    """Return the cost of one metre of the straight leg between a place and its road."""
    return 3600.0 / network.speeds.access_kmh if by == "time" else 1000.0


def cut_edges(graph: RoutingGraph, facilities: Snaps, by: By) -> Stretches:
    """Return the edges of the network, cut at the facilities that lie within them.

    Parameters
    ----------
    graph
        Routing graph of the network with the facilities as its points.
    """
    network = graph.network
    node, point = np.unique(graph.point_node, return_index=True)
    inner = node >= network.n_nodes
    point = point[inner]
    edge = np.concatenate([np.arange(network.n_edges), facilities.edge[point]])
    low = np.concatenate([np.zeros(network.n_edges), facilities.along[point]])
    left = np.concatenate([network.source.astype(np.int64), node[inner]])
    order = np.lexsort((low, edge))
    edge, low, left = edge[order], low[order], left[order]
    last = np.append(edge[1:] != edge[:-1], True)
    high = np.where(last, 1.0, np.roll(low, -1))
    whole = network.time_ms[edge] if by == "time" else network.length_m[edge] * 1000.0
    return Stretches(
        edge=edge,
        low=low,
        high=high,
        left=left,
        right=np.where(last, network.target[edge], np.roll(left, -1)),
        cost=whole * (high - low),
        forward=network.forward[edge],
        backward=network.backward[edge],
    )


def towards_facilities(graph: RoutingGraph) -> csr_array:
    """Return the matrix of the reversed graph: searched from a facility, it tells the way to it."""
    return csr_array(graph.matrix.T)


def sample_roads(network: StreetNetwork, stretches: Stretches, step_m: float) -> RoadPoints:
    """Return points at most `step_m` apart along the stretches where a place may join the road.

    Both ends of a stretch are among them. Motorways and ferries have none: they are entered at
    their junctions and landings.
    """
    joined = np.array([not str(c).startswith(NO_STOPPING) for c in network.road_class], dtype=bool)
    length = network.length_m[stretches.edge] * (stretches.high - stretches.low)
    steps = np.maximum(np.ceil(length / step_m), 1).astype(np.int64)
    size = np.where(joined[stretches.edge], steps + 1, 0)
    stretch = np.repeat(np.arange(len(size)), size)
    share = counting(size) / steps[stretch]
    along = stretches.low[stretch] + share * (stretches.high - stretches.low)[stretch]
    lines = network.geometry[stretches.edge[stretch]]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines, along, normalized=True))
    return RoadPoints(
        stretch=stretch,
        share=share,
        first=np.concatenate([[0], np.cumsum(size)]),
        x=xy[:, 0],
        y=xy[:, 1],
    )
