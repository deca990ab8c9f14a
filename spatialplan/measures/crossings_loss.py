"""What the loss of each bridge costs: travel times with all bridges, and with each closed in turn.

    extra(b, i, j) = t(i, j | b closed) − t(i, j),    inf where only b leads from i to j

The time is that of the quickest path along the permitted directions, straight legs at both ends
included. A trip whose quickest path does not use a bridge loses nothing with it, so that only the
bridges on the paths are searched again: one search for each of them and each destination, against
the direction of travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString
from shapely.ops import substring

from spatialplan.measures.crossings_cut import Decks
from spatialplan.network.paths import follow, routes_of
from spatialplan.network.routing import RoutingGraph, graph_with_points

__all__ = ["Trips", "close_in_turn"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MS_PER_MIN = 60_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """Trips from *o* origins to *d* destinations over *b* bridges, in minutes.

    Attributes
    ----------
    time_min, length_m
        With all bridges; inf where no path leads, shape (d, o).
    uses
        Whether the quickest path uses each bridge, shape (b, d, o).
    closed_min
        With each bridge closed in turn, shape (b, d, o).
    """

    decks: Decks
    graph: RoutingGraph
    origins: tuple[Ints, ...]
    destinations: tuple[Ints, ...]
    time_min: Floats
    length_m: Floats
    uses: Bools
    closed_min: Floats

    @property
    def extra_min(self) -> Floats:
        """Minutes that each closure adds: inf where it cuts off, nan where nothing was to lose."""
        known = np.isfinite(self.time_min)
        base = np.where(known, self.time_min, 0.0)
        return np.where(known, self.closed_min - base, np.nan)

    def line(self, destination: int, origin: int, closed: int | None = None) -> LineString | None:
        """Return the quickest path, also with a bridge closed, in the network's CRS.

        None where no path leads, and where both ends are one spot.
        """
        towards = _towards(self.graph, self.decks, closed)
        found = _search(self.graph, towards, self.decks, self.destinations[destination])
        point = self.origins[origin][np.argmin(_from(self, found, origin))]
        if not np.isfinite(found.cost[self.graph.point_node[point]]):
            return None
        row, tail, head = _steps(self.graph, found, np.array([point]))
        route = routes_of(self.graph, row, tail, head, 1)
        parts = [_part(self.graph, arc) for arc in route.arc]
        if not parts:
            return None
        xy = np.vstack([parts[0], *[part[1:] for part in parts[1:]]])
        return LineString(xy) if len(xy) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Towards one destination: cost in milliseconds, the node after each, the leg at the end."""

    cost: Floats
    after: NDArray[np.int32]
    leg_m: Floats


def close_in_turn(
    decks: Decks, origins: Sequence[Ints], destinations: Sequence[Ints], n_bridges: int
) -> Trips:
    """Return the trips from every origin to every destination, with each bridge closed in turn.

    Parameters
    ----------
    decks
        The network with the decks of the bridges cut out, and the places on it.
    origins, destinations
        Positions of the points of each among the snapped places, at least one each, all snapped;
        the best of them counts.
    n_bridges
        Number of bridges, those of the decks among them.
    """
    graph = graph_with_points(decks.network, decks.snaps)
    shape = (len(destinations), len(origins))
    trips = Trips(
        decks=decks,
        graph=graph,
        origins=tuple(origins),
        destinations=tuple(destinations),
        time_min=np.full(shape, np.inf),
        length_m=np.full(shape, np.inf),
        uses=np.zeros((n_bridges, *shape), dtype=bool),
        closed_min=np.full((n_bridges, *shape), np.inf),
    )
    for j, points in enumerate(destinations):
        found = _search(graph, _towards(graph, decks, None), decks, points)
        _take(trips, j, found)
    trips.closed_min[:] = trips.time_min
    for b in np.flatnonzero(trips.uses.any(axis=(1, 2))).tolist():
        towards = _towards(graph, decks, b)
        for j in np.flatnonzero(trips.uses[b].any(axis=1)).tolist():
            found = _search(graph, towards, decks, destinations[j])
            trips.closed_min[b, j] = _minutes(trips, found)
    return trips


def _deck_of(graph: RoutingGraph, decks: Decks) -> Ints:
    """Return which deck each node is an end of, -1 for all other nodes."""
    deck = np.full(graph.matrix.shape[0], -1, dtype=np.int64)
    for node in (decks.network.source, decks.network.target):
        deck[node[decks.edge]] = np.arange(len(decks.edge))
    return deck


def _towards(graph: RoutingGraph, decks: Decks, closed: int | None) -> csr_array:
    """Return the reversed graph, one bridge closed: an arc over its deck costs more than any."""
    matrix = csr_array(graph.matrix.T)
    if closed is None:
        return matrix
    deck = _deck_of(graph, decks)
    tail = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    on = (deck[tail] >= 0) & (deck[tail] == deck[matrix.indices])
    over = on & (decks.bridge[deck[tail]] == closed)
    matrix.data[over] = np.inf
    return matrix


def _search(graph: RoutingGraph, towards: csr_array, decks: Decks, points: Ints) -> _Found:
    """Search from the points of a destination against the direction of travel.

    The point that is nearest by road counts, and its leg is added.
    """
    points = points[np.argsort(decks.snaps.offset_m[points], kind="stable")]
    node, first = np.unique(graph.point_node[points], return_index=True)
    cost, after, root = dijkstra(towards, indices=node, min_only=True, return_predecessors=True)
    reached = np.isfinite(cost)
    leg_m = np.full(len(cost), np.nan)
    leg_m[node] = decks.snaps.offset_m[points[first]]
    leg_m[reached] = leg_m[root[reached]]
    cost[reached] += _leg_ms(decks, leg_m[reached])
    return _Found(cost=cost, after=after, leg_m=leg_m)


def _leg_ms(decks: Decks, leg_m: Floats) -> Floats:
    """Return the time of straight legs in milliseconds."""
    return np.rint(leg_m * 3600.0 / decks.network.speeds.access_kmh)


def _from(trips: Trips, found: _Found, origin: int) -> Floats:
    """Return the cost from each point of an origin."""
    points = trips.origins[origin]
    leg_ms = _leg_ms(trips.decks, trips.decks.snaps.offset_m[points])
    return np.asarray(found.cost[trips.graph.point_node[points]] + leg_ms)


def _minutes(trips: Trips, found: _Found) -> Floats:
    """Return the minutes from each origin."""
    best = [_from(trips, found, origin).min() for origin in range(len(trips.origins))]
    return np.array(best) / MS_PER_MIN


def _take(trips: Trips, j: int, found: _Found) -> None:
    """Write the times, lengths and bridges of the paths to one destination."""
    trips.time_min[j] = _minutes(trips, found)
    best = [p[np.argmin(_from(trips, found, o))] for o, p in enumerate(trips.origins)]
    points = np.array(best, dtype=np.int64)
    graph, decks, size = trips.graph, trips.decks, len(points)
    row, tail, head = _steps(graph, found, points)
    reached = np.isfinite(trips.time_min[j])
    road = routes_of(graph, row, tail, head, size).length_m()
    legs_m = decks.snaps.offset_m[points] + found.leg_m[graph.point_node[points]]
    trips.length_m[j] = np.where(reached, road + legs_m, np.inf)
    deck = _deck_of(graph, decks)
    over = (deck[tail] >= 0) & (deck[tail] == deck[head])
    trips.uses[decks.bridge[deck[tail[over]]], j, row[over]] = True


def _steps(graph: RoutingGraph, found: _Found, points: Ints) -> tuple[Ints, Ints, Ints]:
    """Return of every step towards the destination: the point's position, from node, to node."""
    nodes = graph.point_node[points]
    start = np.where(np.isfinite(found.cost[nodes]), nodes, -1)
    row, tail, head = follow(found.after, start)
    return row, tail, head


def _part(graph: RoutingGraph, arc: int) -> Floats:
    """Return the vertices of an arc in the direction of travel."""
    line = graph.network.geometry[graph.edge[arc]]
    ends = (float(graph.begin[arc]), float(graph.finish[arc]))
    return shapely.get_coordinates(substring(line, *ends, normalized=True))
