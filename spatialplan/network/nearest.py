"""The nearest and the second-nearest facility of every place, exactly, in two searches.

The first search runs from all facilities at once, against the direction of travel; each node is
labelled with its nearest facility. The best path from any other facility must cross into a node's
region somewhere: so the second search starts with the arcs that lead from one region into another,
at the cost of the first. A branch that leaves the region it entered is never better than the arc
it leaves by, so that no facility comes out twice. Both take as long as one search of the network
each, however many facilities there are (Erwig 2000, The graph Voronoi diagram; here with its
second order).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString

from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.access import By, Joined, direct_links, join_places, leg_cost
from spatialplan.network.paths import Routes, follow, routes_of, straight_lines

__all__ = ["NearestTwo", "nearest_two"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
# Equal costs go to the facility that comes first: its position is added as a fraction of the
# smallest unit. Sums stay exact up to 2 ** 31 ms or mm (24 days, 2147 km) and 2 ** 22 facilities.
_RANK = 2.0**-22
_DIRECT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestTwo:
    """The nearest (column 0) and second-nearest (column 1) facility of each place.

    Straight legs to the road are part of every figure.

    Attributes
    ----------
    facility
        Positions of facilities, -1 where none (or no second one) is reached, shape (n, 2).
    cost
        In milliseconds or millimetres, inf where none is reached, shape (n, 2).
    time_ms, length_m
        Along that path, nan where there is none, shape (n, 2).
    road_m
        Greatest positional accuracy of the roads taken, 0 without any, nan where there is no
        path, shape (n, 2).
    """

    facility: IntArray
    cost: FloatArray
    time_ms: FloatArray
    length_m: FloatArray
    road_m: FloatArray
    _joined: Joined
    _routes: Routes
    _route: IntArray

    def path(self, row: int, rank: int) -> LineString | None:
        """Return one path as `paths` does."""
        found: LineString | None = self.paths(np.array([row]), rank)[0]
        return found

    def paths(self, rows: IntArray, rank: int) -> NDArray[np.object_]:
        """Return the lines from places to their facilities, in the network's CRS, shape (k,).

        Parameters
        ----------
        rows
            Positions of places, shape (k,).
        rank
            0 for the nearest, 1 for the second-nearest facility.

        Returns
        -------
        ndarray
            LineStrings with the straight legs at both ends, of no length where the facility is on
            the spot; None where there is no path.
        """
        start, end = self._joined.origins, self._joined.destinations
        facility, route = self.facility[rows, rank], self._route[rows, rank]
        lines = np.full(len(rows), None, dtype=object)
        on_road = np.flatnonzero((facility >= 0) & (route >= 0))
        direct = np.flatnonzero((facility >= 0) & (route == _DIRECT))
        lines[on_road] = self._routes.lines(
            route[on_road], start, rows[on_road], end, facility[on_road]
        )
        lines[direct] = straight_lines(start.xy[rows[direct]], end.xy[facility[direct]])
        return lines


def nearest_two(
    network: StreetNetwork,
    demand: Snaps,
    demand_xy: FloatArray,
    facilities: Snaps,
    facility_xy: FloatArray,
    by: By,
) -> NearestTwo:
    """Return the two nearest facilities of every place, travelling from the place to them.

    Cost is that of the place's leg to the road, the roads along their permitted directions, and
    the facility's leg; or of the straight line where `access.direct_links` allows it. Facilities
    at one spot are two. Equal costs go to the facility that comes first, so that facilities
    sorted by id give the same answer whatever the order of the rows of their file.

    Parameters
    ----------
    demand, facilities
        Snapped places.
    demand_xy, facility_xy
        Where they are, in the network's CRS in metres, shapes (n, 2) and (m, 2).
    by
        Travel ``time`` (milliseconds) or ``length`` (millimetres).
    """
    joined = join_places(network, (demand, demand_xy), (facilities, facility_xy), by)
    road_cost, road_facility, routes = _by_road(joined)
    row, facility, cost, route = _with_direct(joined, road_cost, road_facility)
    best = _two_best(row, facility, cost, len(demand.edge))
    row, facility, route = row[best[best >= 0]], facility[best[best >= 0]], route[best[best >= 0]]
    time_ms, length_m, road_m = _figures(joined, routes, row, facility, route)
    return NearestTwo(
        facility=_spread(facility, best, -1),
        cost=_spread(cost[best[best >= 0]], best, np.inf),
        time_ms=_spread(time_ms, best, np.nan),
        length_m=_spread(length_m, best, np.nan),
        road_m=_spread(road_m, best, np.nan),
        _joined=joined,
        _routes=routes,
        _route=_spread(route, best, _DIRECT),
    )


def _by_road(joined: Joined) -> tuple[FloatArray, IntArray, Routes]:
    """Return cost, facility and route of the two best by road, shapes (2 n,): firsts, seconds."""
    graph, start = joined.graph, joined.origins.node
    reversed_, leaves = _reversed_with_facilities(joined)
    size, n_nodes, n = reversed_.shape[0], graph.matrix.shape[0], len(start)
    reached = np.full(2 * n, np.inf)
    facility = np.full(2 * n, -1, dtype=np.int64)
    if len(leaves) == 0:
        none = np.empty(0, dtype=np.int64)
        return reached, facility, routes_of(graph, none, none, none, 2 * n)
    cost, previous = _two_trees(reversed_, leaves)
    node = np.concatenate([start, np.where(start >= 0, start + size, -1)])
    node[(node >= 0) & np.isinf(cost[node])] = -1
    row, tail, head = follow(previous, node)
    tail, head = tail % size, head % size
    on_road = head < n_nodes
    facility[row[~on_road]] = head[~on_road] - n_nodes
    hit = node >= 0
    leg = np.tile(joined.legs(joined.origins), 2)
    reached[hit] = np.floor(cost[node[hit]]) + leg[hit]
    return reached, facility, routes_of(graph, row[on_road], tail[on_road], head[on_road], 2 * n)


def _reversed_with_facilities(joined: Joined) -> tuple[csr_array, IntArray]:
    """Return the graph against the direction of travel with a node per facility, and those nodes.

    Facility *j* is node ``n_nodes + j``; its only arc is its leg to the road.
    """
    turned = joined.graph.matrix.T.tocsr()
    n_nodes, end = turned.shape[0], joined.destinations.node
    on_road = np.flatnonzero(end >= 0)
    leg = joined.legs(joined.destinations) + np.arange(len(end)) * _RANK
    data = np.concatenate([turned.data, leg[on_road]])
    indices = np.concatenate([turned.indices, end[on_road].astype(turned.indices.dtype)])
    indptr = np.concatenate([turned.indptr, turned.indptr[-1] + np.cumsum(end >= 0)])
    size = n_nodes + len(end)
    return csr_array((data, indices, indptr), (size, size)), n_nodes + on_road


def _two_trees(graph: csr_array, leaves: IntArray) -> tuple[FloatArray, IntArray]:
    """Return costs and predecessors in the first tree, then in the second, shapes (2 size,).

    Node *v* is number *v* in the first tree and ``size + v`` in the second, whose branches grow
    out of the first.
    """
    size = graph.shape[0]
    cost, previous, label = dijkstra(graph, indices=leaves, min_only=True, return_predecessors=True)
    tail, head = np.repeat(np.arange(size), np.diff(graph.indptr)), graph.indices
    across = np.flatnonzero(np.isfinite(cost[tail]) & (label[tail] != label[head]))
    entry = cost[tail[across]] + graph.data[across]
    order = np.lexsort((entry, head[across]))
    nodes, first = np.unique(head[across][order], return_index=True)
    seed = order[first]
    end = graph.indptr[-1]
    grown = csr_array(
        (
            np.concatenate([graph.data, entry[seed]]),
            np.concatenate([head, nodes]),
            np.append(graph.indptr, end + len(nodes)),
        ),
        (size + 1, size + 1),
    )
    (cost2,), (previous2,) = dijkstra(grown, indices=np.array([size]), return_predecessors=True)
    into = np.full(size, -1, dtype=np.int64)
    into[nodes] = tail[across[seed]]
    second = np.where(previous2[:size] == size, into, previous2[:size] + np.int64(size))
    second[previous2[:size] < 0] = -1
    return np.concatenate([cost, cost2[:size]]), np.concatenate([previous, second])


def _with_direct(
    joined: Joined, cost: FloatArray, facility: IntArray
) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
    """Return all candidates: place, facility, cost, and route or `_DIRECT`.

    The two best by road and all direct links hold the two best of all: a facility that is better
    by road than all but one is one of the two best by road.
    """
    n = len(joined.origins.node)
    route = np.flatnonzero(facility >= 0)
    origin, destination, straight_m = direct_links(joined)
    straight = leg_cost(joined.graph.network, straight_m, joined.by)
    return (
        np.concatenate([route % n, origin]),
        np.concatenate([facility[route], destination]),
        np.concatenate([cost[route], straight]),
        np.concatenate([route, np.full(len(origin), _DIRECT)]),
    )


def _two_best(row: IntArray, facility: IntArray, cost: FloatArray, n: int) -> IntArray:
    """Return the positions of the two best candidates of different facilities, -1 for none."""
    order = np.lexsort((cost, facility, row))
    repeated = np.zeros(len(order), dtype=bool)
    repeated[1:] = (np.diff(row[order]) == 0) & (np.diff(facility[order]) == 0)
    order = order[~repeated]
    order = order[np.lexsort((facility[order], cost[order], row[order]))]
    sorted_row = row[order]
    best = np.full((n, 2), -1, dtype=np.int64)
    place, first, count = np.unique(sorted_row, return_index=True, return_counts=True)
    best[place, 0] = order[first]
    best[place[count > 1], 1] = order[first[count > 1] + 1]
    return best


def _spread(values: NDArray[Any], best: IntArray, missing: float) -> NDArray[Any]:
    """Return the values of the chosen candidates where they belong, shape (n, 2)."""
    out = np.full(best.shape, missing, dtype=values.dtype)
    out[best >= 0] = values
    return out


def _figures(
    joined: Joined, routes: Routes, row: IntArray, facility: IntArray, route: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return time, length and road accuracy of candidates, shapes (k,)."""
    a, b, network = joined.origins, joined.destinations, joined.graph.network
    length = np.hypot(*(a.xy[row] - b.xy[facility]).T)
    time, road = leg_cost(network, length, "time"), np.zeros(len(row))
    by_road = route >= 0
    row, facility, route = row[by_road], facility[by_road], route[by_road]
    legs_m = (a.leg_m[row], b.leg_m[facility])
    time[by_road] = routes.time_ms()[route] + sum(leg_cost(network, m, "time") for m in legs_m)
    length[by_road] = routes.length_m()[route] + sum(legs_m)
    road[by_road] = routes.road_m()[route]
    return time, length, road
