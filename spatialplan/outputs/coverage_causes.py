"""Why villages are not covered, by class: told from their states, places and chains."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from spatialplan.model.coverage import CoverageResult, VillageService
from spatialplan.model.verdict import VillageState
from spatialplan.outputs.coverage_counts import counted
from spatialplan.text import Lang, Text

__all__ = ["Cause", "CauseTally", "cause_label", "causes", "village_causes"]


class Cause(StrEnum):
    """Classes of causes why a village has no certain service within a limit."""

    TOO_FAR = "too_far"
    NEAR_LIMIT = "near_limit"
    UNSEEN = "unseen"
    CUT_OFF = "cut_off"
    NO_PLACE = "no_place"
    NO_ROADS = "no_roads"
    NO_STATIONS = "no_stations"


_LABELS = {
    Cause.TOO_FAR: Text("太远", "too far"),
    Cause.NEAR_LIMIT: Text("限值落在位置精度之内", "limit within positional accuracy"),
    Cause.UNSEEN: Text(
        "近处有站点无坐标，或路网接不上、绕得离谱",
        "a near station without a place, off the roads, or absurdly far on them",
    ),
    Cause.CUT_OFF: Text("路网不连通或离路太远", "roads cut off, or too far from any"),
    Cause.NO_PLACE: Text("无坐标", "no coordinates"),
    Cause.NO_ROADS: Text("所在处无路网数据", "no road data there"),
    Cause.NO_STATIONS: Text("没有可用的站点", "no usable station"),
}
_BY_STATE = {
    VillageState.NOT_COVERED: Cause.TOO_FAR,
    VillageState.UNROUTABLE: Cause.CUT_OFF,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseTally:
    """A class of causes and the number of villages that have it, for each limit of the run."""

    cause: Cause
    label: str
    counts: tuple[int, ...]


def cause_label(cause: Cause | None, lang: Lang) -> str:
    """Return the reader's name of a class, empty where there is no cause to tell."""
    return "" if cause is None else _LABELS[cause].say(lang)


def village_causes(result: CoverageResult, at: int) -> list[Cause | None]:
    """Return the class of each village for the limit at position `at`, None where it is covered."""
    has_stations = any(load.used for load in result.facilities if load.facility.tier == result.tier)
    has_roads = _has_roads(result)
    return [
        _unsure(result, village, at)
        if village.states[at] is VillageState.UNCERTAIN
        else _cause(village, village.states[at], has_stations, bool(roads))
        for village, roads in zip(result.villages, has_roads, strict=True)
    ]


def _unsure(result: CoverageResult, village: VillageService, at: int) -> Cause:
    """Tell a village near the limit from one that a station may serve unseen by the roads."""
    nearest, limit, first = village.nearest, result.limits[at], result.limits[0]
    if nearest is None:
        return Cause.UNSEEN
    costs = {"time": nearest.time_min, "length": nearest.distance_m}
    cost, delta = costs[limit.by], nearest.delta
    if limit.by != first.by and costs[first.by] > 0:  # δ is in the unit of the first limit
        delta *= cost / costs[first.by]
    return Cause.NEAR_LIMIT if cost - delta <= limit.value else Cause.UNSEEN


def _cause(
    village: VillageService, state: VillageState, has_stations: bool, has_roads: bool
) -> Cause | None:
    if state is not VillageState.NO_DATA:
        return _BY_STATE.get(state)
    if not village.demand.is_placed:
        return Cause.NO_PLACE
    # Where roads are mapped and nothing is known all the same, it is the stations that lack.
    return Cause.NO_STATIONS if has_roads and not has_stations else Cause.NO_ROADS


def _has_roads(result: CoverageResult) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return whether each village lies within the extent of the network."""
    nan = float("nan")
    places = [village.demand for village in result.villages]
    lon = [nan if place.lon is None else place.lon for place in places]
    lat = [nan if place.lat is None else place.lat for place in places]
    shapely.prepare(result.network_extent)
    return np.asarray(shapely.intersects_xy(result.network_extent, lon, lat), dtype=np.bool_)


def causes(result: CoverageResult, lang: Lang = "zh") -> list[CauseTally]:
    """Return the number of villages by class of cause, classes without any left out.

    Rows that are not on the roster are left out as well, as from all totals.
    """
    ids = {village.demand.id for village in counted(result)}
    found = [
        Counter(
            cause
            for village, cause in zip(result.villages, village_causes(result, at), strict=True)
            if village.demand.id in ids
        )
        for at in range(len(result.limits))
    ]
    tallies = [
        CauseTally(
            cause=cause,
            label=cause_label(cause, lang),
            counts=tuple(counter[cause] for counter in found),
        )
        for cause in Cause
    ]
    return [tally for tally in tallies if any(tally.counts)]
