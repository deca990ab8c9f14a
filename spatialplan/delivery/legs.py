"""Measure the legs of chains: a state and a cause for each, one search for those that meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.delivery.causes import MS_PER_MIN, Causes, in_unit, reached_cause
from spatialplan.delivery.options import Options
from spatialplan.delivery.placing import Placed, to_wgs84
from spatialplan.measures.coverage import (
    bounds_of,
    combined_accuracy,
    coverage_states,
    uncertainty,
)
from spatialplan.model.coverage import Leg
from spatialplan.model.delivery import Tier
from spatialplan.model.limit import Limit
from spatialplan.model.network import StreetNetwork
from spatialplan.model.verdict import VillageState
from spatialplan.network.od import PairPaths, pair_paths
from spatialplan.text import Text

__all__ = ["LegPlan", "measure_legs"]

_NO_END = {
    Tier.POINT: Text("没有能到的村级服务点", "no village point can be reached"),
    Tier.STATION: Text("没有可用的乡镇站点", "no township station is available"),
    Tier.HUB: Text("没有可用的县级中心", "no county hub is available"),
}
_NO_START = Text("下一级尚无着落，无从计算", "the leg before it leads nowhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegPlan:
    """One leg of all chains: positions of start and end among the points, -1 where none.

    Where it is the first, the chains start at the village, which its causes need not name.
    """

    tier: Tier
    is_first: bool
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    limit: Limit | None


def measure_legs(
    network: StreetNetwork,
    plan: LegPlan,
    points: Placed,
    labels: tuple[Sequence[str], Sequence[str]],
    causes: Causes,
    options: Options,
) -> list[Leg]:
    """Return one leg for each chain; those of the same two points are measured once.

    Parameters
    ----------
    labels
        Ids and names of the points.
    """
    both = np.column_stack([plan.starts, plan.ends])
    known = (both >= 0).all(axis=1)
    pairs, place = np.unique(both[known], axis=0, return_inverse=True)
    side = (points.snaps, points.xy)
    by = plan.limit.by if plan.limit else options.limits[0].by
    found = pair_paths(network, side, side, pairs, by=by)
    made = _legs(network, plan, points, labels, causes, found)
    pair_of = dict(zip(np.flatnonzero(known).tolist(), place.ravel().tolist(), strict=True))
    return [
        made[pair_of[row]] if row in pair_of else _nowhere(plan, row, labels, causes)
        for row in range(len(both))
    ]


def _nowhere(
    plan: LegPlan, row: int, labels: tuple[Sequence[str], Sequence[str]], causes: Causes
) -> Leg:
    """Return a leg without an end, or without a start."""
    ids = labels[0]
    start, end = int(plan.starts[row]), int(plan.ends[row])
    said = labels[1][start] if start >= 0 and not plan.is_first else ""
    lost = causes.of_place(start, said) if start >= 0 else (VillageState.NO_DATA, _NO_START)
    state, cause = lost or (VillageState.NO_DATA, _NO_END[plan.tier])
    return Leg(
        start=ids[start] if start >= 0 else "",
        end=ids[end] if end >= 0 else "",
        tier=plan.tier,
        time_min=None,
        distance_m=None,
        limit=plan.limit,
        state=state,
        cause=cause,
    )


def _legs(
    network: StreetNetwork,
    plan: LegPlan,
    points: Placed,
    labels: tuple[Sequence[str], Sequence[str]],
    causes: Causes,
    found: PairPaths,
) -> list[Leg]:
    """Return the legs of distinct pairs."""
    ids, names = labels
    limit = plan.limit
    by = limit.by if limit else "time"
    start, end = found.pairs.T
    accuracy = combined_accuracy(
        points.accuracy_m[start], points.accuracy_m[end], np.nan_to_num(found.road_m)
    )
    delta = uncertainty(
        accuracy, found.time_ms, found.length_m, access_kmh=network.speeds.access_kmh, by=by
    )
    states, _ = coverage_states(
        points.is_placed[start], points.in_extent[start], points.snaps.is_snapped[start],
        bounds_of(found.cost, delta, end), limit.cost if limit else np.inf,
    )  # fmt: skip
    lines = to_wgs84(found.paths(np.arange(len(found.pairs))), network.crs)
    legs = []
    for row, (a, b) in enumerate(found.pairs.tolist()):
        minutes: float | None = None
        metres: float | None = None
        if found.reached[row]:
            minutes, metres = float(found.time_ms[row]) / MS_PER_MIN, float(found.length_m[row])
            band = in_unit(float(delta[row]), limit) if limit else 0.0
            state = states[row]
            cause = reached_cause(names[b], minutes, metres, state, limit, band)
        else:
            state, cause = _unreached(causes, (a, b), ("" if plan.is_first else names[a], names[b]))
        legs.append(
            Leg(
                start=ids[a], end=ids[b], tier=plan.tier, time_min=minutes, distance_m=metres,
                limit=limit, state=state, cause=cause, path=lines[row],
            )
        )  # fmt: skip
    return legs


def _unreached(
    causes: Causes, pair: tuple[int, int], names: tuple[str, str]
) -> tuple[VillageState, Text]:
    """Say why no path leads from one point to another."""
    for point, name in zip(pair, names, strict=True):
        if (why := causes.of_place(point, name)) is not None:
            return why
    return VillageState.UNROUTABLE, causes.of_gap(*pair)
