"""Ways across a gap: existing roads and new links in the order of travel, class by class."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString
from shapely.ops import substring

from spatialplan.model.network import StreetNetwork
from spatialplan.network.paths import routes_of
from spatialplan.network.routing import RoutingGraph

__all__ = [
    "NEW",
    "Links",
    "Way",
    "WayPiece",
    "over_water",
    "straight_way",
    "trace_way",
    "with_links",
]

NEW = ""  # the class of a road that is not there yet

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """New links between nodes of a graph: ends, length in metres, cost; shape (k,) each."""

    tail: IntArray
    head: IntArray
    length_m: FloatArray
    cost: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPiece:
    """A stretch of one class, `NEW` for a road to be built; `water_m` of it leads over water.

    `water_m` is None for existing roads, whose bridges are there.
    """

    road_class: str
    length_m: float
    time_min: float
    line: LineString
    water_m: float | None = None

    @property
    def is_new(self) -> bool:
        """Whether the stretch is to be built."""
        return self.road_class == NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way in the order of travel."""

    pieces: tuple[WayPiece, ...]

    @property
    def length_m(self) -> float:
        """Length in metres."""
        return sum(piece.length_m for piece in self.pieces)

    @property
    def time_min(self) -> float:
        """Driving time in minutes, new links at the speed of the ring's class."""
        return sum(piece.time_min for piece in self.pieces)

    @property
    def new_m(self) -> float:
        """Length to be built in metres."""
        return sum(piece.length_m for piece in self.pieces if piece.is_new)

    @property
    def water_m(self) -> float:
        """Length of new bridges over water in metres."""
        return sum(piece.water_m or 0.0 for piece in self.pieces)

    def by_class(self) -> dict[str, float]:
        """Return the length of each class in metres, the longest first."""
        total: dict[str, float] = {}
        for piece in self.pieces:
            total[piece.road_class] = total.get(piece.road_class, 0.0) + piece.length_m
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def straight_way(line: LineString, new_kmh: float, water: NDArray[np.object_]) -> Way:
    """Return one new link along a straight line."""
    return Way(pieces=(_new_piece(line, new_kmh, water),))


def over_water(lines: NDArray[np.object_], water: NDArray[np.object_]) -> FloatArray:
    """Return how much of each line leads over water, in metres; the areas do not overlap."""
    line, area = shapely.STRtree(water).query(lines, predicate="intersects")
    wet = shapely.length(shapely.intersection(lines[line], water[area]))
    return np.asarray(np.bincount(line, wet, len(lines)), dtype=np.float64)


def with_links(matrix: csr_array, links: Links) -> csr_array:
    """Return a matrix of least costs with the links as arcs both ways."""
    roads = matrix.tocoo()
    tail = np.concatenate([roads.coords[0], links.tail, links.head])
    head = np.concatenate([roads.coords[1], links.head, links.tail])
    cost = np.concatenate([roads.data, links.cost, links.cost])
    order = np.lexsort((cost, head, tail))
    best = np.ones(len(order), dtype=bool)
    best[1:] = (tail[order][1:] != tail[order][:-1]) | (head[order][1:] != head[order][:-1])
    kept = order[best]
    return csr_array((cost[kept], (tail[kept], head[kept])), matrix.shape)


def trace_way(
    graph: RoutingGraph,
    matrix: csr_array,
    ends: tuple[int, int],
    node_xy: FloatArray,
    new: tuple[float, NDArray[np.object_]],
    network: StreetNetwork,
) -> tuple[Way, float] | None:
    """Return the best way between two nodes and its cost; None where there is none.

    Parameters
    ----------
    graph
        The roads, as reckoned for building.
    matrix
        Their costs, with or without links.
    node_xy
        Of each node of the graph, shape (n, 2).
    new
        Speed on new links in km/h, and the water they may cross.
    network
        The roads with their travel times as they are.
    """
    searched = dijkstra(matrix, indices=[ends[0]], return_predecessors=True)
    cost, previous = searched[0][0], searched[1][0]
    if not np.isfinite(cost[ends[1]]):
        return None
    nodes = [ends[1]]
    while nodes[-1] != ends[0]:
        nodes.append(int(previous[nodes[-1]]))
    nodes.reverse()
    pieces: list[WayPiece] = []
    steps = [(u, v, _is_new(graph.matrix, u, v, cost[v] - cost[u])) for u, v in pairwise(nodes)]
    for is_new, run in groupby(steps, key=lambda step: step[2]):
        if is_new:
            lines = [LineString(node_xy[[u, v]]) for u, v, _ in run]
            pieces += [_new_piece(line, *new) for line in lines]
        else:
            pieces += _road_pieces(graph, network, np.array([step[:2] for step in run]))
    return Way(pieces=tuple(pieces)), float(cost[ends[1]])


def _is_new(roads: csr_array, tail: int, head: int, cost: float) -> bool:
    """Whether a step is a new link: there is no road, or a dearer one."""
    there = float(roads[tail, head])
    return there == 0.0 or cost < there - 0.5


def _new_piece(line: LineString, kmh: float, water: NDArray[np.object_]) -> WayPiece:
    lines = np.array([line], dtype=object)
    return WayPiece(
        road_class=NEW,
        length_m=float(line.length),
        time_min=float(line.length) * 0.06 / kmh,
        line=line,
        water_m=float(over_water(lines, water)[0]),
    )


def _road_pieces(graph: RoutingGraph, network: StreetNetwork, steps: IntArray) -> list[WayPiece]:
    """Return the stretches of one class among consecutive steps along roads."""
    arc = routes_of(graph, np.zeros(len(steps), dtype=np.int64), steps[:, 0], steps[:, 1], 1).arc
    edge, begin, finish = graph.edge[arc], graph.begin[arc], graph.finish[arc]
    share = np.abs(finish - begin)
    length, minutes = network.length_m[edge] * share, network.time_ms[edge] * share / 60_000
    lines = [
        shapely.get_coordinates(substring(network.geometry[e], b, f, normalized=True))
        for e, b, f in zip(edge, begin, finish, strict=True)
    ]
    pieces = []
    for road_class, run in groupby(
        range(len(edge)), key=lambda i: str(network.road_class[edge[i]])
    ):
        rows = list(run)
        pieces.append(
            WayPiece(
                road_class=road_class,
                length_m=float(length[rows].sum()),
                time_min=float(minutes[rows].sum()),
                line=LineString(np.vstack([lines[i] for i in rows])),
            )
        )
    return pieces
