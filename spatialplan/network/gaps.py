"""Where a piece of road seems to be missing: between pieces, and between a dead end and a road.

The network knows no bridges, so only road ends are joined in thought, never roads that cross, and
motorways not at all.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import STRtree

from spatialplan.model.network import StreetNetwork

__all__ = ["SAME_M", "find_dead_ends", "find_pieces"]

DETOUR_M = 3000.0  # ways round are followed so far; longer ones count as this much
LEAST_DETOUR_M = 500.0  # a way round shorter than this, or than ten gaps, is no gap
LEAST_RATIO = 10.0
POINTING_M = 20.0  # of its road, by which a dead end points somewhere
AHEAD_COS = 0.5  # within 60 degrees
TOUCHING_M = 10.0  # so near, a gap counts whatever its direction
SAME_M = 0.01
TILE_M = 3000.0

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Objects = NDArray[np.object_]
Names = list[tuple[str, ...]]


def find_pieces(network: StreetNetwork, at_border: BoolArray, villages: Names) -> gpd.GeoDataFrame:
    """Return the pieces of the network, the main one first, and the line that would join each.

    Parameters
    ----------
    at_border
        Whether each node lies at the edge of the data.
    villages
        Ids of those in each piece.
    """
    label = network.piece[network.source]
    size = int(network.piece.max()) + 1
    km = np.bincount(label, weights=network.length_m, minlength=size) / 1000
    order = np.lexsort((-network.length_m, label))
    longest = order[np.searchsorted(label[order], np.arange(size))]
    middle = shapely.line_interpolate_point(network.geometry[longest], 0.5, normalized=True)
    gap_m, line = _gaps_to_main(network, size)
    table = {
        "piece": np.arange(size), "nodes": np.bincount(network.piece, minlength=size),
        "edges": np.bincount(label, minlength=size), "km": km, "share": km / km.sum(),
        "x": shapely.get_x(middle), "y": shapely.get_y(middle), "gap_m": gap_m,
        "at_border": np.bincount(network.piece, weights=at_border, minlength=size) > 0,
        "villages": villages,
    }  # fmt: skip
    geometry = np.where(np.isnan(gap_m), middle, line)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=network.crs)


def _gaps_to_main(network: StreetNetwork, size: int) -> tuple[FloatArray, Objects]:
    """Return the distance and shortest line from each piece to the main one, nan and None if none.

    One end of the line at least is a node of the piece, or a dead end of the main one.
    """
    edges, nodes = _streets(network)
    points, of_edge = _points(network), network.piece[network.source]
    own = np.flatnonzero(nodes & (network.piece > 0))
    own_edge, main_edge = (
        np.flatnonzero(edges & (of_edge > 0)),
        np.flatnonzero(edges & (of_edge == 0)),
    )
    end = np.flatnonzero(nodes & (network.piece == 0) & (_degree(network) == 1))
    gap_m, found = np.full(size, np.nan), np.full(size, None, dtype=object)
    for label, tails, heads in (
        (network.piece[own], points[own], network.geometry[main_edge]),
        (of_edge[own_edge], network.geometry[own_edge], points[end]),
    ):
        nearest = STRtree(heads).query_nearest(tails, return_distance=True, all_matches=False)
        (tail, head), gap = nearest
        gap = np.where(gap < np.nan_to_num(gap_m, nan=np.inf)[label[tail]], gap, np.inf)
        order = np.lexsort((gap, label[tail]))
        best = order[np.unique(label[tail][order], return_index=True)[1]]
        best = best[np.isfinite(gap[best])]
        gap_m[label[tail[best]]] = gap[best]
        found[label[tail[best]]] = shapely.shortest_line(tails[tail[best]], heads[head[best]])
    return gap_m, found


def find_dead_ends(network: StreetNetwork, at_border: BoolArray, near_m: float) -> gpd.GeoDataFrame:
    """Return the dead ends that seem to miss a road; those at the edge of the data do not."""
    dead = _degree(network) == 1
    node, edge = _near(network, dead & ~at_border, near_m)
    point = _points(network)[node]
    gap = shapely.distance(point, network.geometry[edge])
    along = shapely.line_locate_point(network.geometry[edge], point)
    detour = np.full(len(node), np.inf)
    same = network.piece[node] == network.piece[network.source[edge]]
    for limit in (LEAST_DETOUR_M, DETOUR_M):  # most are near by the network, and found out cheaply
        open_ = np.flatnonzero(same & np.isinf(detour))
        detour[open_] = _network_distance(network, node[open_], edge[open_], along[open_], limit)
    missed = np.flatnonzero(detour >= np.maximum(LEAST_DETOUR_M, LEAST_RATIO * gap))
    missed = missed[np.lexsort((edge[missed], gap[missed], node[missed]))]
    missed = missed[np.unique(node[missed], return_index=True)[1]]
    line = shapely.shortest_line(point[missed], network.geometry[edge[missed]])
    ahead = _is_ahead(network, node[missed], line)
    missed, line = missed[ahead], line[ahead]
    # Two ends that miss each other are one gap; a road across it is nearer than what lies beyond.
    middle = shapely.get_coordinates(shapely.centroid(line)).round(1)
    first = np.unique(middle, axis=0, return_index=True)[1]
    kept = np.sort(first[_is_free(network, line[first])])
    missed, line = missed[kept], line[kept]
    km = np.bincount(network.piece[network.source], weights=network.length_m) / 1000
    piece, to_piece = network.piece[node[missed]], network.piece[network.source[edge[missed]]]
    saved = (np.minimum(detour[missed], DETOUR_M) - gap[missed]) / 1000
    table = {
        "node": node[missed], "edge": edge[missed], "piece": piece, "to_piece": to_piece,
        "gap_m": gap[missed], "detour_m": detour[missed],
        "saved_km": np.where(same[missed], saved, np.minimum(km[piece], km[to_piece])),
    }  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=line, crs=network.crs)


def _near(network: StreetNetwork, ends: BoolArray, near_m: float) -> tuple[IntArray, IntArray]:
    """Return pairs of an end and an edge within the distance, its own edge left out."""
    edges, nodes = _streets(network)
    edge, node = np.flatnonzero(edges), np.flatnonzero(ends & nodes)
    points = _points(network)[node]
    a, b = STRtree(network.geometry[edge]).query(points, predicate="dwithin", distance=near_m)
    node, edge = node[a], edge[b]
    foreign = (network.source[edge] != node) & (network.target[edge] != node)
    return node[foreign], edge[foreign]


def _network_distance(
    network: StreetNetwork, node: IntArray, edge: IntArray, along: FloatArray, limit: float
) -> FloatArray:
    """Return the length of the way from nodes to places on edges, directions ignored.

    Inf beyond the limit. No way of a length leaves the circle of that radius: tiles are enough.
    """
    cost = _lengths(network)
    tree = STRtree(_points(network))
    out = np.full(len(node), np.inf)
    tiles = np.floor(np.stack([network.x[node], network.y[node]], axis=1) / TILE_M)
    _, tile = np.unique(tiles, axis=0, return_inverse=True)
    order = np.argsort(tile.ravel(), kind="stable")
    for rows in filter(len, np.split(order, np.flatnonzero(np.diff(tile.ravel()[order])) + 1)):
        x, y = network.x[node[rows]], network.y[node[rows]]
        around = shapely.box(x.min() - limit, y.min() - limit, x.max() + limit, y.max() + limit)
        inside = np.sort(tree.query(around))
        part = cost[inside][:, inside]
        start, row = np.unique(node[rows], return_inverse=True)
        table = dijkstra(part, indices=np.searchsorted(inside, start), limit=limit)
        length = network.length_m[edge[rows]]
        for ends, rest in ((network.source, along[rows]), (network.target, length - along[rows])):
            end = ends[edge[rows]]
            column = np.minimum(np.searchsorted(inside, end), len(inside) - 1)
            way = np.where(inside[column] == end, table[row, column], np.inf) + rest
            out[rows] = np.minimum(out[rows], way)
    return np.where(out <= limit, out, np.inf)


def _lengths(network: StreetNetwork) -> csr_array:
    """Return the lengths in both directions, of parallel edges the least."""
    a = np.concatenate([network.source, network.target]).astype(np.int64)
    b = np.concatenate([network.target, network.source]).astype(np.int64)
    length = np.maximum(np.tile(network.length_m, 2), SAME_M)
    order = np.argsort(length, kind="stable")
    kept = order[np.unique(a[order] * network.n_nodes + b[order], return_index=True)[1]]
    return csr_array((length[kept], (a[kept], b[kept])), (network.n_nodes,) * 2)


def _is_ahead(network: StreetNetwork, node: IntArray, line: Objects) -> BoolArray:
    """Whether a gap goes on about where the road of its dead end pointed, or is very short."""
    own = np.zeros(network.n_nodes, dtype=np.int64)
    own[network.source] = own[network.target] = np.arange(network.n_edges)
    at = np.where(network.target[own[node]] == node, -POINTING_M, POINTING_M)
    before = shapely.get_coordinates(
        shapely.line_interpolate_point(network.geometry[own[node]], at)
    )
    end, goal = (shapely.get_coordinates(shapely.get_point(line, i)) for i in (0, -1))
    cosine = ((end - before) * (goal - end)).sum(axis=1)
    cosine /= np.maximum(np.hypot(*(end - before).T) * np.hypot(*(goal - end).T), SAME_M)
    return np.asarray((cosine >= AHEAD_COS) | (shapely.length(line) <= TOUCHING_M), dtype=bool)


def _is_free(network: StreetNetwork, line: Objects) -> BoolArray:
    """Whether no road lies across each line: else the gap is between that road and the other."""
    ends = [shapely.line_interpolate_point(line, share, normalized=True) for share in (0.1, 0.9)]
    across = STRtree(network.geometry).query(shapely.shortest_line(*ends), predicate="intersects")
    free = np.bincount(across[0], minlength=len(line)) == 0
    return np.asarray(free | (shapely.length(line) <= SAME_M), dtype=bool)


def _points(network: StreetNetwork) -> Objects:
    return np.asarray(shapely.points(network.x, network.y), dtype=object)


def _degree(network: StreetNetwork) -> IntArray:
    """Return the number of edge ends at each node."""
    ends = np.concatenate([network.source, network.target])
    return np.bincount(ends, minlength=network.n_nodes).astype(np.int64)


def _streets(network: StreetNetwork) -> tuple[BoolArray, BoolArray]:
    """Return the edges that may be joined, which motorways may not, and the nodes they meet at."""
    text = network.road_class.astype(str)
    link = np.char.endswith(text, "link")
    edges = ~np.char.startswith(text, "motorway") | link
    nodes = np.zeros(network.n_nodes, dtype=bool)
    nodes[network.source[edges]] = nodes[network.target[edges]] = True
    return edges, nodes
