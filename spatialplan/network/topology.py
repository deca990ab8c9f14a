"""Where the road network is broken: what a mapper would fix first.

- *gap*: a piece not joined to the main network, and the shortest line that would join it;
- *dead end*: its end is near a road far round the network (saved = way round − straight gap);
- *oneway*: one cannot leave, enter, or both; *unclassified*: a road mapped without a class.

These are hints: a wall, a bank or a barrier may well part what lies near. The network knows no
bridges, so only road ends are joined in thought, never roads that cross, and motorways not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely import STRtree

from spatialplan.model.network import StreetNetwork
from spatialplan.network import snap
from spatialplan.text import Lang, Text

__all__ = ["Points", "TopologyReport", "topology_report"]

UNCLASSED = ("", "unknown", "road")
DETOUR_M = 3000.0  # ways round are followed so far; longer ones count as this much
LEAST_DETOUR_M = 500.0  # a way round shorter than this, or than ten gaps, is no gap
LEAST_RATIO = 10.0
POINTING_M = 20.0  # of its road, by which a dead end points somewhere
AHEAD_COS = 0.5  # within 60 degrees
TOUCHING_M = 10.0  # so near, a gap counts whatever its direction
BORDER_M = 200.0  # roads that end so near the edge of the data go on beyond it
SAME_M = 0.01
TILE_M = 3000.0
NO_EXIT, NO_ENTRY = 1, 2  # both: 3
SHOWN = 5
COLUMNS = ("rank", "kind", "message_zh", "message_en", "value", "villages", "geometry")
SENTENCES: Mapping[str, Text] = {
    "gap": Text("孤立路段共 {km:.1f} 公里，距主路网 {gap_m:.0f} 米，疑为断口",
                "piece of {km:.1f} km cut off, {gap_m:.0f} m from the main network: a gap?"),
    "piece": Text("孤立路段共 {km:.1f} 公里，{near_m:.0f} 米内不接主路网，疑缺一段路",
                  "piece of {km:.1f} km, farther than {near_m:.0f} m from the rest: road missing?"),
    "barrier": Text("栏杆、闸口，或重叠而未连的两点；放行可少绕或连通 {value:.1f} 公里",
                    "barrier, or nodes not joined; passing saves or connects {value:.1f} km"),
    "dead_end": Text("断头处距另一条路 {gap_m:.0f} 米，接上可少绕或连通 {value:.1f} 公里",
                     "dead end {gap_m:.0f} m from a road; joining saves or links {value:.1f} km"),
    "oneway-1": Text("单行可疑：{km:.2f} 公里只进不出", "oneway? no way out of {km:.2f} km"),
    "oneway-2": Text("单行可疑：{km:.2f} 公里只出不进", "oneway? no way into {km:.2f} km"),
    "oneway-3": Text("单行可疑：{km:.2f} 公里进出不通", "oneway? no way in or out of {km:.2f} km"),
    "unclassified": Text("道路未分级：{km:.2f} 公里", "road without a class: {km:.2f} km"),
}  # fmt: skip
VILLAGES = Text("；涉及村庄 {} 个：{}", "; {} villages: {}")

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Objects = NDArray[np.object_]
Names = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Villages: ids or names as they shall be shown, coordinates in the network's CRS."""

    ids: Sequence[str]
    x: FloatArray
    y: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologyReport:
    """What is doubtful about a network; tables in its CRS, in km and m.

    Attributes
    ----------
    pieces
        The main one first: ``piece``, ``nodes``, ``edges``, ``km``, ``share``, ``x``, ``y`` (on its
        longest road), ``gap_m`` (nan where none), ``at_border``, ``villages`` (tuple of ids),
        ``geometry`` (the line across the gap to the main one, else the point).
    dead_ends
        Ends near a road they are not joined to: ``node``, ``edge`` (of that road), ``piece``,
        ``to_piece``, ``gap_m``, ``detour_m`` (inf across pieces and beyond 3 km), ``saved_km``
        (across pieces: of the smaller), ``geometry`` (the line across the gap).
    traps
        Roads outside the strong core of their piece: ``state`` (1 no exit, 2 no entry, 3 neither),
        ``nodes``, ``km``, ``at_border``, ``villages``, ``geometry`` (the edges at their doors).
    unclassified
        ``edge``, ``class``, ``km``, ``geometry``.
    counts
        Totals, also of what is no finding by itself: zero lengths and self-loops.
    """

    near_m: float
    pieces: gpd.GeoDataFrame
    dead_ends: gpd.GeoDataFrame
    traps: gpd.GeoDataFrame
    unclassified: gpd.GeoDataFrame
    counts: Mapping[str, int]

    def to_frame(self) -> gpd.GeoDataFrame:
        """Return all findings in one layer, the most important first.

        ``rank`` from 1, ``kind`` (``gap``, ``piece`` without a near gap, ``barrier``, ``dead_end``,
        ``oneway``, ``unclassified``), ``message_zh``, ``message_en``, ``value`` in km, ``villages``
        (number), ``geometry``. First what cuts villages off, by their number; then by km what is
        near to be mended; pieces without a near gap; roads without class; the edge of the data.
        """
        keys, rising = ["tier", "villages", "value", "gap_m"], [True, False, False, True]
        table = pd.concat(self._findings(), ignore_index=True)
        table = table.sort_values(keys, ascending=rising, ignore_index=True)
        table["rank"] = np.arange(1, len(table) + 1)
        table["villages"] = table["villages"].astype(np.int64)
        return gpd.GeoDataFrame(table[list(COLUMNS)], crs=self.pieces.crs)

    def _findings(self) -> list[pd.DataFrame]:
        pieces, ends = self.pieces.iloc[1:], self.dead_ends
        near = pieces["gap_m"] <= self.near_m
        kind, tier = np.where(near, "gap", "piece"), np.where(near, 1, 2)
        kind = np.where(pieces["gap_m"] <= SAME_M, "barrier", kind)
        pieces = pieces.assign(kind=kind, tier=tier, value=pieces["km"], near_m=self.near_m)
        # How a piece is joined is told once, at its least gap.
        one, other = ends["piece"].to_numpy(), ends["to_piece"].to_numpy()
        gap_m = self.pieces["gap_m"].to_numpy()[np.maximum(one, other)]
        ends = ends[(one == other) | ~(gap_m <= self.near_m)]
        kind = np.where(ends["gap_m"] <= SAME_M, "barrier", "dead_end")
        ends = ends.assign(kind=kind, tier=1, value=ends["saved_km"])
        kinds = [f"oneway-{state}" for state in self.traps["state"]]
        traps = self.traps.assign(kind=kinds, tier=1, value=self.traps["km"])
        km = self.unclassified["km"]
        unclassified = self.unclassified.assign(kind="unclassified", tier=3, value=km)
        return [_say(table) for table in (pieces, ends, traps, unclassified)]


def _say(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the findings of a table with ``kind``, ``tier`` and ``value`` as sentences."""
    out = pd.DataFrame({"villages": [*map(len, table.get("villages", [()] * len(table)))]})
    out["kind"] = np.array([kind.partition("-")[0] for kind in table["kind"]], dtype=object)
    tier = np.where(table.get("at_border", False), 4, table["tier"])
    out["tier"] = np.where(out["villages"] > 0, 0, tier)
    rows = table.drop(columns="geometry").to_dict("records")
    for lang in ("zh", "en"):
        out[f"message_{lang}"] = [
            SENTENCES[row["kind"]].say(lang).format(**row) + _named(row.get("villages", ()), lang)
            for row in rows
        ]
    out["value"] = table["value"].to_numpy(dtype=float)
    out["gap_m"] = table["gap_m"].to_numpy() if "gap_m" in table else 0.0
    shapes = table.geometry.to_numpy()
    point = shapely.centroid(shapes)
    return out.assign(geometry=np.where(shapely.length(shapes) > SAME_M, shapes, point))


def _named(ids: tuple[str, ...], lang: Lang) -> str:
    names = "、".join(ids[:SHOWN]) + ("…" if len(ids) > SHOWN else "")
    return VILLAGES.say(lang).format(len(ids), names) if ids else ""


def topology_report(
    network: StreetNetwork, *, points: Points | None = None, snap_m: float, near_m: float = 80.0
) -> TopologyReport:
    """Return what is doubtful about the topology of a network.

    Parameters
    ----------
    points
        Villages to be told of when they lie in a piece that is cut off.
    snap_m
        Largest distance from a village to its road.
    near_m
        Largest distance from a dead end to a road it may have been meant to meet.
    """
    trap, state = _traps(network)
    ids, x, y = ((), *np.empty((2, 0))) if points is None else (points.ids, points.x, points.y)
    edge = snap.snap_points(network, x, y, snap_m).edge
    a, b = network.source[edge], network.target[edge]
    piece_of = np.where(edge >= 0, network.piece[a], -1)
    trap_of = np.where(edge >= 0, np.maximum(trap[a], trap[b]), -1)
    at_border = _at_border(network)
    pieces = _pieces(network, at_border, _by_label(ids, piece_of, int(network.piece.max()) + 1))
    dead_ends = _dead_ends(network, at_border, near_m)
    held = _by_label(ids, trap_of, int(trap.max()) + 1)
    traps = _trap_table(network, trap, state, at_border, held)
    unclassed = np.flatnonzero(np.isin(network.road_class.astype(str), UNCLASSED))
    counts = {
        "pieces": len(pieces), "dead_ends": len(dead_ends), "traps": len(traps),
        "unclassified": len(unclassed), "villages_cut_off": int((piece_of > 0).sum()),
        "villages_unsnapped": int((edge < 0).sum()),
        "self_loops": int((network.source == network.target).sum()),
        "zero_length": int((network.length_m <= SAME_M).sum()),
    }  # fmt: skip
    km = network.length_m[unclassed] / 1000
    table = {"edge": unclassed, "class": network.road_class[unclassed], "km": km}
    return TopologyReport(
        near_m=near_m,
        pieces=pieces,
        dead_ends=dead_ends,
        traps=traps,
        unclassified=_frame(table, network.geometry[unclassed], network.crs),
        counts=counts,
    )


def _frame(table: Mapping[str, object], geometry: object, crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict(table), geometry=np.asarray(geometry, dtype=object), crs=crs)


def _by_label(ids: Sequence[str], label: IntArray, size: int) -> Names:
    """Return the ids of each label; labels below 0 are left out."""
    held = pd.Series(list(ids), dtype=object).groupby(label).agg(tuple)
    return [held.get(i, ()) for i in range(size)]


def _points(network: StreetNetwork) -> Objects:
    return np.asarray(shapely.points(network.x, network.y), dtype=object)


def _degree(network: StreetNetwork) -> IntArray:
    """Return the number of edge ends at each node."""
    ends = np.concatenate([network.source, network.target])
    return np.bincount(ends, minlength=network.n_nodes).astype(np.int64)


def _at_border(network: StreetNetwork) -> BoolArray:
    """Whether each node lies at the edge of the data or beyond it."""
    inside = shapely.buffer(network.extent, -BORDER_M)
    shapely.prepare(inside)
    return ~np.asarray(shapely.contains_xy(inside, network.x, network.y), dtype=bool)


def _streets(network: StreetNetwork) -> tuple[BoolArray, BoolArray]:
    """Return the edges that may be joined, which motorways may not, and the nodes they meet at."""
    text = network.road_class.astype(str)
    link = np.char.endswith(text, "link")
    edges = ~np.char.startswith(text, "motorway") | link
    nodes = np.zeros(network.n_nodes, dtype=bool)
    nodes[network.source[edges]] = nodes[network.target[edges]] = True
    return edges, nodes


def _pieces(network: StreetNetwork, at_border: BoolArray, villages: Names) -> gpd.GeoDataFrame:
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
    return _frame(table, np.where(np.isnan(gap_m), middle, line), network.crs)


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


def _dead_ends(network: StreetNetwork, at_border: BoolArray, near_m: float) -> gpd.GeoDataFrame:
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
    return _frame(table, line, network.crs)


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


def _traps(network: StreetNetwork) -> tuple[IntArray, IntArray]:
    """Return the trap of each node or -1, and its state.

    What cannot be reached from the largest strongly connected component of its piece, or cannot
    reach it, is trapped; neighbours in the same state are one trap.
    """
    n = network.n_nodes
    tail = np.concatenate([network.source[network.forward], network.target[network.backward]])
    head = np.concatenate([network.target[network.forward], network.source[network.backward]])
    graph = csr_array((np.ones(len(tail)), (tail, head)), (n, n))
    _, label = connected_components(graph, connection="strong")
    size = np.bincount(label)[label]
    order = np.lexsort((-size, network.piece))
    core = order[np.unique(network.piece[order], return_index=True)[1]]
    core = core[size[core] > 1]
    state = np.zeros(n, dtype=np.int64)
    if len(core):
        searched = np.isin(network.piece, network.piece[core])
        entered, left = (
            np.isfinite(dijkstra(way, indices=core, unweighted=True, min_only=True))
            for way in (graph, graph.T.tocsr())
        )
        state[searched & ~left] += NO_EXIT
        state[searched & ~entered] += NO_ENTRY
    same = (state[tail] == state[head]) & (state[tail] > 0)
    joined = csr_array((np.ones(same.sum()), (tail[same], head[same])), (n, n))
    group = connected_components(joined, directed=False)[1].astype(np.int64)
    trap = np.full(n, -1, dtype=np.int64)
    trap[state > 0] = np.unique(group[state > 0], return_inverse=True)[1]
    return trap, state


def _trap_table(
    network: StreetNetwork, trap: IntArray, state: IntArray, at_border: BoolArray, villages: Names
) -> gpd.GeoDataFrame:
    size, held = int(trap.max()) + 1, trap >= 0
    a, b = trap[network.source], trap[network.target]
    label, edge, is_door = np.concatenate([a, b]), np.tile(np.arange(len(a)), 2), np.tile(a != b, 2)
    kept = (label >= 0) & (is_door | (np.arange(len(label)) < len(a)))
    label, edge, is_door = label[kept], edge[kept], is_door[kept]
    order = np.flatnonzero(is_door)[np.argsort(label[is_door], kind="stable")]
    doors = shapely.multilinestrings(network.geometry[edge[order]], indices=label[order])
    first = np.unique(trap[held], return_index=True)[1]
    table = {
        "state": state[held][first],
        "nodes": np.bincount(trap[held], minlength=size),
        "km": np.bincount(label, weights=network.length_m[edge], minlength=size) / 1000,
        "at_border": np.bincount(trap[held], weights=at_border[held], minlength=size) > 0,
        "villages": villages,
    }
    return _frame(table, doors, network.crs)
