"""Say why a village has no path to a facility: no place, no roads, too far from one, cut off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from spatialplan.delivery.placing import Placed, to_wgs84
from spatialplan.model.limit import Limit
from spatialplan.model.network import StreetNetwork
from spatialplan.model.verdict import VillageState
from spatialplan.network.gaps import find_pieces
from spatialplan.network.snap import snap_points
from spatialplan.text import Text

__all__ = ["Causes", "in_unit", "reached_cause"]

MS_PER_MIN = 60_000.0


def in_unit(cost: float, limit: Limit) -> float:
    """Return a routing cost in the unit of a limit: minutes or metres."""
    return cost / (MS_PER_MIN if limit.by == "time" else 1000.0)


def reached_cause(
    name: str,
    time_min: float,
    distance_m: float,
    state: VillageState,
    limit: Limit | None,
    delta: float,
) -> Text:
    """Say how far a facility is, and what that means against the limit.

    Parameters
    ----------
    delta
        Positional uncertainty in the unit of the limit.
    """
    km = distance_m / 1000
    far = Text(
        f"到“{name}”{time_min:.1f} 分钟、{km:.2f} 公里",
        f"{name} in {time_min:.1f} min, {km:.2f} km",
    )
    if limit is None or state is VillageState.COVERED:
        return far
    value = time_min if limit.by == "time" else distance_m
    unit, unit_en = ("分钟", "min") if limit.by == "time" else ("米", "m")
    digits = 1 if limit.by == "time" else 0
    if state is VillageState.UNCERTAIN:
        if abs(value - limit.value) > delta:
            return Text(
                f"{far.zh}，超出限值 {limit.label.zh}，但稍远的服务点位置不准，可能在限值之内",
                f"{far.en}, over the limit of {limit.label.en}, but a farther facility is vaguely "
                "placed and may be within it",
            )
        return Text(
            f"{far.zh}，与限值 {limit.label.zh} 之差在位置精度 ±{delta:.{digits}f} {unit}之内",
            f"{far.en}, within the positional accuracy of ±{delta:.{digits}f} {unit_en} of the "
            f"limit of {limit.label.en}",
        )
    over = value - limit.value
    return Text(
        f"太远：{far.zh}，超出限值 {limit.label.zh} {over:.{digits}f} {unit}",
        f"too far: {far.en}, {over:.{digits}f} {unit_en} over the limit of {limit.label.en}",
    )


class Causes:
    """Reasons, looked up by the position of a point.

    Parameters
    ----------
    points
        Villages and facilities on the network.
    snap_m
        How far a point may lie from a road.
    """

    def __init__(self, network: StreetNetwork, points: Placed, snap_m: float) -> None:
        self._network = network
        self._points = points
        self._snap_m = snap_m

    @cached_property
    def _road_m(self) -> NDArray[np.float64]:
        """Distance of every point to the nearest road, however far."""
        xy = self._points.xy
        return snap_points(self._network, xy[:, 0], xy[:, 1], np.inf).offset_m

    @cached_property
    def _pieces(self) -> gpd.GeoDataFrame:
        """The pieces of the network by their label, and the gap that parts each from the main."""
        network = self._network
        count = int(network.piece.max()) + 1
        inland = np.zeros(network.n_nodes, dtype=bool)
        return find_pieces(network, inland, [()] * count).set_index("piece")

    def of_place(self, point: int, name: str = "") -> tuple[VillageState, Text] | None:
        """Return why a point is not on the network, None where it is.

        Parameters
        ----------
        name
            Put before the cause, for a point that is not the village itself.
        """
        said, said_en = (f"“{name}”", f"{name}: ") if name else ("", "")
        if not self._points.is_placed[point]:
            return VillageState.NO_DATA, Text(f"{said}无坐标", f"{said_en}no coordinates")
        if self._points.snaps.is_snapped[point]:
            return None
        if not self._points.in_extent[point]:
            cause = Text(
                f"{said}在已有路网范围之外，无路网数据", f"{said_en}beyond the mapped roads"
            )
            return VillageState.NO_DATA, cause
        km = float(self._road_m[point]) / 1000
        far = f"{km:.1f}" if np.isfinite(km) else "?"
        return VillageState.UNROUTABLE, Text(
            f"{said}离道路太远：距最近的已知道路 {far} 公里（上限 {self._snap_m / 1000:g} 公里）",
            f"{said_en}too far from a road: the nearest known one is {far} km away",
        )

    def closest(self, start: int, among: NDArray[np.int64]) -> int:
        """Return the point nearest in a straight line, of those on the network if any; else -1."""
        snapped = among[self._points.snaps.is_snapped[among]]
        among = among[self._points.is_placed[among]] if len(snapped) == 0 else snapped
        if len(among) == 0 or not self._points.is_placed[start]:
            return -1
        gap = self._points.xy[among] - self._points.xy[start]
        return int(among[np.argmin(np.hypot(*gap.T))])

    def of_none(self, start: int, among: NDArray[np.int64], names: Sequence[str]) -> Text:
        """Return why no road leads from a point on the network to any of some placed points.

        Parameters
        ----------
        names
            Of the points in `among`.
        """
        end = self.closest(start, among)
        name = names[int(np.flatnonzero(among == end)[0])]
        off = self.of_place(end, name)
        if off is not None:
            zh, en = "所有服务点都不在路网上，最近的", "no facility is on the roads; the nearest, "
            return Text(f"{zh}{off[1].zh}", f"{en}{off[1].en}")
        gap = self.of_gap(start, end)
        zh, en = (
            f"没有道路通到任何服务点，最近的是“{name}”",
            f"no facility is reached, not even {name}",
        )
        return Text(f"{gap.zh}；{zh}", f"{gap.en}; {en}")

    def of_gap(self, start: int, end: int | None) -> Text:
        """Return why no road leads from one point on the network to another, or to any (None)."""
        here = self._piece_of(start)
        there = None if end is None else self._piece_of(end)
        if here == there:
            return Text("受单行限制不可达", "one-ways keep it from being reached")
        cut_off = here if here > 0 else there
        if cut_off is None:
            return Text("路网不连通：没有道路通到任何服务点", "no road leads to any facility")
        row = self._pieces.loc[cut_off]
        km, gap_km = float(row["km"]), float(row["gap_m"]) / 1000
        whose = Text("所在", "its") if cut_off == here else Text("服务点所在", "the facility's")
        if not np.isfinite(gap_km):
            return Text(
                f"路网不连通：{whose.zh}孤立路网片（{km:.1f} 公里道路）与主路网不相接",
                f"not connected: {whose.en} piece of {km:.1f} km of road does not meet the others",
            )
        middle = to_wgs84(np.array([row.geometry], dtype=object), self._network.crs)[0]
        at = middle.interpolate(0.5, normalized=True) if middle.length else middle.centroid
        return Text(
            f"路网不连通：{whose.zh}孤立路网片（{km:.1f} 公里道路）与主路网的缺口 "
            f"{gap_km:.2f} 公里，在 ({at.x:.4f}, {at.y:.4f})",
            f"not connected: {whose.en} piece of {km:.1f} km of road is parted from the others by "
            f"a gap of {gap_km:.2f} km at ({at.x:.4f}, {at.y:.4f})",
        )

    def _piece_of(self, point: int) -> int:
        """Return the piece that a snapped point lies on."""
        edge = int(self._points.snaps.edge[point])
        return int(self._network.piece[self._network.source[edge]])
