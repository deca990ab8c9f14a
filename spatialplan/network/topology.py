"""Where the road network is broken: what a mapper would fix first.

- *gap*: a piece not joined to the main network, and the shortest line that would join it;
- *dead end*: its end is near a road far round the network (saved = way round − straight gap);
- *oneway*: one cannot leave, enter, or both; *unclassified*: a road mapped without a class.

These are hints: a wall, a bank or a barrier may well part what lies near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatialplan.model.network import StreetNetwork
from spatialplan.network import snap
from spatialplan.network.gaps import SAME_M, find_dead_ends, find_pieces
from spatialplan.network.traps import find_traps, trap_table
from spatialplan.text import Lang, Text

__all__ = ["Points", "TopologyReport", "topology_report"]

UNCLASSED = ("", "unknown", "road")
BORDER_M = 200.0  # roads that end so near the edge of the data go on beyond it
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
    trap, state = find_traps(network)
    ids, x, y = ((), *np.empty((2, 0))) if points is None else (points.ids, points.x, points.y)
    edge = snap.snap_points(network, x, y, snap_m).edge
    a, b = network.source[edge], network.target[edge]
    piece_of = np.where(edge >= 0, network.piece[a], -1)
    trap_of = np.where(edge >= 0, np.maximum(trap[a], trap[b]), -1)
    at_border = _at_border(network)
    pieces = find_pieces(network, at_border, _by_label(ids, piece_of, int(network.piece.max()) + 1))
    dead_ends = find_dead_ends(network, at_border, near_m)
    held = _by_label(ids, trap_of, int(trap.max()) + 1)
    traps = trap_table(network, trap, state, at_border, held)
    unclassed = np.flatnonzero(np.isin(network.road_class.astype(str), UNCLASSED))
    counts = {
        "pieces": len(pieces), "dead_ends": len(dead_ends), "traps": len(traps),
        "unclassified": len(unclassed), "villages_cut_off": int((piece_of > 0).sum()),
        "villages_unsnapped": int((edge < 0).sum()),
        "self_loops": int((network.source == network.target).sum()),
        "zero_length": int((network.length_m <= SAME_M).sum()),
    }  # fmt: skip
    km, shown = network.length_m[unclassed] / 1000, network.geometry[unclassed]
    table = {"edge": unclassed, "class": network.road_class[unclassed], "km": km}
    return TopologyReport(
        near_m=near_m,
        pieces=pieces,
        dead_ends=dead_ends,
        traps=traps,
        unclassified=gpd.GeoDataFrame(table, geometry=shown, crs=network.crs),
        counts=counts,
    )


def _by_label(ids: Sequence[str], label: IntArray, size: int) -> Names:
    """Return the ids of each label; labels below 0 are left out."""
    held = pd.Series(list(ids), dtype=object).groupby(label).agg(tuple)
    return [held.get(i, ()) for i in range(size)]


def _at_border(network: StreetNetwork) -> BoolArray:
    """Whether each node lies at the edge of the data or beyond it."""
    inside = shapely.buffer(network.extent, -BORDER_M)
    shapely.prepare(inside)
    return ~np.asarray(shapely.contains_xy(inside, network.x, network.y), dtype=bool)
