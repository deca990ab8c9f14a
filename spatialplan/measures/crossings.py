"""Where roads cross a river, and which of these crossings are one bridge.

A road crosses where its line cuts the river's axis an odd number of times and leads from the one
bank to the other. It does so when the roads inside the *band* that hang together with it come out
of the band on both sides. The band is the mapped water surface; where none is mapped, all that
lies within the accuracy of the axis: whatever runs through that band from side to side crosses the
river, wherever in the band the river may be. A bank road that the axis, being inexact, cuts comes
out on one side only. The network does not tell bridges from tunnels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from spatialplan.measures.river import River
from spatialplan.measures.straight import side_of_line
from spatialplan.model.network import StreetNetwork

__all__ = ["Spots", "find_spots", "group_spots", "line_cuts"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

BOTH = 3  # 1 is the left bank, 2 the right bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Edges that cross a river, sorted by chainage, shape (k,).

    Attributes
    ----------
    edge
        Position in the network.
    low, high
        Shares of the edge's length at its first and last cut with the axis.
    chainage_m
        Along the axis, of the middle cut.
    x, y
        The middle cut in metres.
    straight_m
        Length of the straight piece of the edge that crosses there. One far longer than a bridge
        is a jump of generalised data.
    is_mapped
        Whether the crossing lies on mapped water.
    """

    edge: Ints
    low: Floats
    high: Floats
    chainage_m: Floats
    x: Floats
    y: Floats
    straight_m: Floats
    is_mapped: Bools


def line_cuts(network: StreetNetwork, river: River) -> Ints:
    """Return the edges that the axis cuts, crossing or not."""
    shapely.prepare(river.axis)
    return np.flatnonzero(shapely.intersects(network.geometry, river.axis))


def find_spots(network: StreetNetwork, river: River) -> Spots:
    """Return the edges that lead from bank to bank, sorted by chainage."""
    edges = line_cuts(network, river)
    cuts = [_cuts(network.geometry[edge], river) for edge in edges]
    odd = np.array([len(at) % 2 == 1 for at, _ in cuts], dtype=bool)
    edges, cuts = edges[odd], [cut for cut, is_odd in zip(cuts, odd, strict=True) if is_odd]
    middle = np.array([chainage[len(chainage) // 2] for _, chainage in cuts], dtype=float)
    points = np.asarray(shapely.line_interpolate_point(river.axis, middle), dtype=object)
    is_mapped = np.asarray(shapely.intersects(points, river.surface), dtype=bool)
    crosses = np.zeros(len(edges), dtype=bool)
    bands = ((is_mapped, river.surface), (~is_mapped, _band(network, river, edges)))
    for meant, band in bands:
        if meant.any():
            crosses[meant] = _banks_reached(network, river, band, edges[meant]) == BOTH
    kept = np.flatnonzero(crosses)
    kept = kept[np.lexsort((edges[kept], middle[kept]))]
    xy = shapely.get_coordinates(points[kept]).reshape(-1, 2)
    return Spots(
        edge=edges[kept],
        low=np.array([cuts[k][0].min() for k in kept], dtype=float),
        high=np.array([cuts[k][0].max() for k in kept], dtype=float),
        chainage_m=middle[kept],
        x=xy[:, 0],
        y=xy[:, 1],
        straight_m=np.array([_piece_m(network.geometry[edges[k]], points[k]) for k in kept]),
        is_mapped=is_mapped[kept],
    )


def _cuts(line: LineString, river: River) -> tuple[Floats, Floats]:
    """Return the shares of a line and the chainages, sorted, at which it cuts the axis."""
    parts = shapely.centroid(shapely.get_parts(shapely.intersection(line, river.axis)))
    share = shapely.line_locate_point(line, parts, normalized=True)
    return np.asarray(share), np.sort(shapely.line_locate_point(river.axis, parts))


def _piece_m(line: LineString, point: BaseGeometry) -> float:
    """Return the length of the straight piece of a line that passes nearest to a point."""
    xy = shapely.get_coordinates(line)
    pieces: Shapes = np.asarray(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)))
    return float(shapely.length(pieces[np.argmin(shapely.distance(pieces, point))]))


def _band(network: StreetNetwork, river: River, edges: Ints) -> BaseGeometry:
    """Return all that lies within the accuracy of the axis and of the roads that cut it."""
    roads_m = float(network.accuracy_m[edges].max(initial=0.0))
    width = max(float(np.hypot(river.accuracy_m, roads_m)), 1.0)
    return shapely.buffer(river.axis, width, cap_style="flat")


def _banks_reached(
    network: StreetNetwork, river: River, band: BaseGeometry, edges: Ints
) -> NDArray[np.int64]:
    """Return which banks each edge reaches by roads within the band: 1 left, 2 right, 3 both."""
    shapely.prepare(band)
    inside = np.asarray(shapely.intersects_xy(band, network.x, network.y), dtype=bool)
    tail, head = inside[network.source], inside[network.target]
    joined = np.flatnonzero(tail & head)
    n = network.n_nodes
    links = (np.ones(len(joined)), (network.source[joined], network.target[joined]))
    piece = connected_components(coo_array(links, (n, n)), directed=False)[1]
    leaving = np.flatnonzero(tail ^ head)
    banks_of_piece = np.zeros(n, dtype=np.int64)
    inner = np.where(tail, network.source, network.target)[leaving]
    banks = _banks(network.geometry[leaving], river, band)
    np.bitwise_or.at(banks_of_piece, piece[inner], banks)
    # An edge may also pass right through the band without a node in it.
    through = ~(tail[edges] & head[edges])
    reached = np.zeros(len(edges), dtype=np.int64)
    reached[through] = _banks(network.geometry[edges[through]], river, band)
    for node, is_in in ((network.source, tail), (network.target, head)):
        reached |= np.where(is_in[edges], banks_of_piece[piece[node[edges]]], 0)
    return reached


def _banks(lines: Shapes, river: River, band: BaseGeometry) -> Ints:
    """Return on which banks lines leave the band."""
    exits = shapely.intersection(lines, shapely.boundary(band))
    points, of = shapely.get_parts(exits, return_index=True)
    known = ~shapely.is_empty(points)
    points, of = shapely.centroid(points[known]), of[known]
    side = side_of_line(points, river.axis)
    banks = np.zeros(len(lines), dtype=np.int64)
    np.bitwise_or.at(banks, of, np.select([side > 0, side < 0], [1, 2], 0))
    return banks


def group_spots(network: StreetNetwork, spots: Spots, within_m: float) -> Ints:
    """Return the number of the bridge of each crossing edge, counting from upstream, shape (k,).

    Edges are one bridge when they cross within `within_m` of its first one along the axis and
    have the same name, else the same number, else (when either has neither) the same class: the
    carriageways of a road and the ramps beside them.
    """
    label = np.full(len(spots.edge), -1, dtype=np.int64)
    first: list[int] = []
    for k, edge in enumerate(spots.edge):
        near = [
            number
            for number, lead in enumerate(first)
            if spots.chainage_m[k] - spots.chainage_m[lead] <= within_m
            and _is_same_road(network, int(spots.edge[lead]), int(edge))
        ]
        label[k] = near[-1] if near else len(first)
        if not near:
            first.append(k)
    return label


def _is_same_road(network: StreetNetwork, a: int, b: int) -> bool:
    for texts in (network.name, network.ref):
        if texts[a] and texts[b]:
            return bool(texts[a] == texts[b])
    return bool(
        str(network.road_class[a]).removesuffix("_link")
        == str(network.road_class[b]).removesuffix("_link")
    )
