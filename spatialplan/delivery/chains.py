"""The three-tier chain: village, its point, the township's station, the county's hub.

Every leg is measured on the roads; the chain passes when every leg passes and the station and the
hub are those of its township and county, unless crossing is allowed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spatialplan.delivery.causes import Causes
from spatialplan.delivery.hidden import Hidden
from spatialplan.delivery.legs import LegPlan, measure_legs
from spatialplan.delivery.options import Options
from spatialplan.delivery.parents import Asker, Parent, area_of, find_parents, points_of
from spatialplan.delivery.placing import Placed
from spatialplan.model.coverage import Chain, Leg
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.network import StreetNetwork
from spatialplan.model.verdict import VillageState
from spatialplan.text import Text

__all__ = ["build_chains"]

# The order in which legs decide the chain: a failing leg fails it, an unknown one leaves it open.
GRAVITY = (
    VillageState.NOT_COVERED,
    VillageState.NO_DATA,
    VillageState.UNROUTABLE,
    VillageState.UNCERTAIN,
    VillageState.COVERED,
)
MATCHES = {"named": True, "own": True, "crossing": False, "missing": False}
CHOSEN = ("own", "crossing", "unknown")  # by nearness: another may be nearer, unseen
MIN_PER_H = 60.0
_CROSSING = {
    Tier.STATION: Text("隶属不符：本乡镇没有站点，最近的“{}”属别的乡镇",
                       "no station in its township; the nearest, {}, is of another"),
    Tier.HUB: Text("隶属不符：本县市区没有县级中心，最近的“{}”属别的县市区",
                   "no hub in its county; the nearest, {}, is of another"),
}  # fmt: skip
_MISSING = Text(
    "隶属不符：表中写的上级“{}”不在站点表里，或当日未开放",
    "its parent {} is in no table of stations, or not open on the day",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One leg of all chains: where each starts among the points, and the parent it leads to.

    `unseen` tells what may serve a chain although no road shows it.
    """

    plan: LegPlan
    parents: Sequence[Parent]
    unseen: Hidden


def build_chains(
    network: StreetNetwork,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    points: Placed,
    causes: Causes,
    options: Options,
) -> list[Chain | None]:
    """Return the chain of each village; None where no station and no hub is given.

    Parameters
    ----------
    facilities
        Those that are open, placed or not.
    points
        Where the villages are, then the facilities; `causes` counts by the same positions.
    """
    given = [tier for tier in Tier if any(f.tier is tier for f in facilities)]
    if given in ([], [Tier.POINT]):
        return [None] * len(demand)
    limits = {Tier.STATION: options.station_limit, Tier.HUB: options.hub_limit}
    limits[given[0]] = options.limits[0]  # the leg that leaves the village
    steps: list[_Step] = []
    starts = np.arange(len(demand))
    for tier in given:
        plan = LegPlan(
            tier=tier, is_first=tier is given[0], starts=starts, ends=starts,
            limit=limits.get(tier),
        )  # fmt: skip
        steps.append(_step(network, demand, facilities, points, plan, options))
        starts = steps[-1].plan.ends
    ids = [d.id for d in demand] + [f.id for f in facilities]
    names = [d.name for d in demand] + [f.name for f in facilities]
    legs = [
        _with_unseen(
            measure_legs(network, step.plan, points, (ids, names), causes, options), step, options
        )
        for step in steps
    ]
    return [
        _chain([leg[row] for leg in legs], steps, row, names, options) for row in range(len(demand))
    ]


def _step(
    network: StreetNetwork,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    points: Placed,
    plan: LegPlan,
    options: Options,
) -> _Step:
    """Return the step from where the chains are to the facilities of a tier: `plan` gets its ends.

    The next facility is the nearest by the cost that its leg is judged by.
    """
    tier, starts = plan.tier, plan.starts
    own = [number for number, f in enumerate(facilities) if f.tier is tier]
    chosen = [facilities[number] for number in own]
    by = plan.limit.by if plan.limit else options.limits[0].by
    there = points.take(np.array(own, dtype=np.int64) + len(demand))
    here = points.take(np.where(starts >= 0, starts, 0))
    is_hub = tier is Tier.HUB
    if tier is Tier.POINT:
        found = points_of(network, demand, here, chosen, there, by)
    else:
        askers = [
            _asker(village, start, tier, demand, facilities)
            for village, start in zip(demand, starts.tolist(), strict=True)
        ]
        areas = [area_of(None if is_hub else f.township, f.district) for f in chosen]
        found = find_parents(network, askers, here, chosen, areas, there, by)
    parents = [
        Parent(facility=-1, how="none") if start < 0
        else dataclasses.replace(p, facility=own[p.facility] if p.facility >= 0 else -1)
        for p, start in zip(found, starts.tolist(), strict=True)
    ]  # fmt: skip
    ends = np.array([p.facility for p in parents], dtype=np.int64)
    unseen = Hidden(
        network, [v.district if is_hub else v.township for v in demand], here,
        chosen, there, [f.district if is_hub else f.township for f in chosen],
    )  # fmt: skip
    ends = np.where(ends >= 0, ends + len(demand), -1)
    return _Step(plan=dataclasses.replace(plan, ends=ends), parents=parents, unseen=unseen)


def _asker(
    village: Demand,
    start: int,
    tier: Tier,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
) -> Asker:
    """Return who asks for the next parent: the village, or the facility the chain has reached."""
    below = facilities[start - len(demand)] if start >= len(demand) else None
    if tier is Tier.STATION:
        named = (below.parent if below else "") or village.parent
        return Asker(parent=named, area=area_of(village.township, village.district))
    # The parent of a point is a station, also where the tables have none.
    named = below.parent if below and below.tier is Tier.STATION else ""
    return Asker(parent=named, area=area_of(None, village.district))


def _with_unseen(legs: Sequence[Leg], step: _Step, options: Options) -> list[Leg]:
    """Return the legs, those that are too long left open where another parent may be unseen."""
    out = list(legs)
    for row, leg in enumerate(legs):
        how = step.parents[row].how
        if leg.state is not VillageState.NOT_COVERED or leg.limit is None or how not in CHOSEN:
            continue
        own_only = how == "own" and not options.allow_crossing
        maybe = step.unseen.of(row, leg.limit, own_only=own_only)
        if maybe is not None:
            cause = Text(f"{leg.cause.zh}；但{maybe.zh}", f"{leg.cause.en}; but {maybe.en}")
            out[row] = dataclasses.replace(leg, state=VillageState.UNCERTAIN, cause=cause)
    return out


def _chain(
    legs: Sequence[Leg],
    steps: Sequence[_Step],
    row: int,
    names: Sequence[str],
    options: Options,
) -> Chain:
    """Judge a chain by its legs and its parents."""
    match, mismatch = _parents_match(steps, row, names)
    state = min((leg.state for leg in legs), key=GRAVITY.index)
    weakest = _weakest(legs, state)
    cause = legs[weakest].cause
    if mismatch is not None and not options.allow_crossing:
        if state in (VillageState.COVERED, VillageState.UNCERTAIN):
            state, cause = VillageState.NOT_COVERED, mismatch
        else:
            cause = Text(f"{cause.zh}；{mismatch.zh}", f"{cause.en}; {mismatch.en}")
    times = [leg.time_min for leg in legs if leg.time_min is not None]
    metres = [leg.distance_m for leg in legs if leg.distance_m is not None]
    is_whole = len(times) == len(legs)
    round_trip = 2 * sum(times) / MIN_PER_H if is_whole else None
    asks = options.workday_h is not None and round_trip is not None
    return Chain(
        legs=tuple(legs),
        state=state,
        weakest=weakest,
        parents_match=match,
        cause=cause,
        time_min=sum(times) if is_whole else None,
        distance_m=sum(metres) if is_whole else None,
        round_trip_h=round_trip,
        fits_workday=(round_trip or 0.0) <= (options.workday_h or 0.0) if asks else None,
    )


def _parents_match(
    steps: Sequence[_Step], row: int, names: Sequence[str]
) -> tuple[bool | None, Text | None]:
    """Return whether station and hub are its own, and what to say of the first that is not."""
    said: list[bool | None] = []
    mismatch = None
    for step in steps:
        parent, end = step.parents[row], int(step.plan.ends[row])
        if step.plan.tier is Tier.POINT or parent.how == "none":
            continue
        said.append(MATCHES.get(parent.how))
        if said[-1] is False and mismatch is None:
            mismatch = _MISSING if parent.how == "missing" else _CROSSING[step.plan.tier]
            name = parent.wanted if parent.how == "missing" else names[end]
            mismatch = Text(mismatch.zh.format(name), mismatch.en.format(name))
    match = False if False in said else None if None in said or not said else True
    return match, mismatch


def _weakest(legs: Sequence[Leg], state: VillageState) -> int:
    """Return the leg that decides: of those with the chain's state the one nearest to its limit."""

    def strain(leg: Leg) -> float:
        figure = leg.time_min
        if leg.limit is not None:
            figure = leg.time_min if leg.limit.by == "time" else leg.distance_m
            return (figure or 0.0) / leg.limit.value
        return (figure or 0.0) / 1e9  # a leg without a limit is only compared with its like

    worst = [number for number, leg in enumerate(legs) if leg.state == state]
    return max(worst, key=lambda number: strain(legs[number]))
