"""A corridor through its stops: legs, length, time, detour, classes, agreement with the plan line.

Legs are the quickest drives between stops that follow each other; the detour is that of the
shortest drives, as the claim ``continuous`` judges it. A leg to a stop without a place is not
replaced by one past it: what is measured then is a part of the corridor and told as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from spatialplan.checks.context import parameter
from spatialplan.checks.judging import GRAVITY
from spatialplan.concepts.regions_travel import Answer, Drive, answer_of, drives
from spatialplan.concepts.setting import Setting
from spatialplan.measures.corridor import class_shares, line_agreement
from spatialplan.model.plan import Claim
from spatialplan.model.verdict import State

__all__ = ["Agreement", "Corridor", "Leg", "find_corridor", "shares_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """From one stop to the next.

    Attributes
    ----------
    answer
        The quickest drive, or why there is none.
    shortest
        The shortest drive; None without one.
    straight_m
        Straight line between the stops; None where one has no place.
    """

    answer: Answer
    shortest: Drive | None
    straight_m: float | None

    @property
    def drive(self) -> Drive | None:
        """The quickest drive on the mapped roads."""
        return self.answer.drive

    @property
    def detour(self) -> float | None:
        """Shortest drive over straight line; None where the stops are too near to tell."""
        if self.shortest is None or self.straight_m is None:
            return None
        if self.straight_m <= 2 * self.shortest.delta_m:
            return None
        return max(self.shortest.distance_m / self.straight_m, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far the best path follows the line the plan draws.

    `share` of the path lies within `within_m` of the line, `covered` of the line within as much of
    the path (None where the path is not whole); `farthest_m` is how far the path strays.
    """

    share: float
    covered: float | None
    farthest_m: float
    within_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """A corridor as measured.

    Attributes
    ----------
    stops
        In order; empty where the plan tells none.
    claims
        Ids of the claims that tell them; empty where they are the features that belong to it.
    drives
        The quickest drives between all stops, by start and end.
    agreement
        None without a drawn line or without a measured leg.
    """

    key: str
    stops: tuple[str, ...]
    claims: tuple[str, ...]
    snap_m: float
    legs: tuple[Leg, ...]
    drives: Mapping[tuple[str, str], Drive]
    agreement: Agreement | None

    @property
    def measured(self) -> list[Drive]:
        """The drives of the legs that have one."""
        return [leg.drive for leg in self.legs if leg.drive is not None]

    @property
    def is_whole(self) -> bool:
        """Whether every leg is driven on the mapped roads."""
        return bool(self.legs) and len(self.measured) == len(self.legs)

    @property
    def state(self) -> State:
        """The gravest state of the legs; NO_DATA without legs."""
        states = {leg.answer.state for leg in self.legs}
        return next((state for state in GRAVITY if state in states), State.NO_DATA)

    @property
    def length_m(self) -> float | None:
        """Length of the measured legs; None without any."""
        return sum(d.distance_m for d in self.measured) if self.measured else None

    @property
    def time_min(self) -> float | None:
        """Time along the measured legs; None without any."""
        return sum(d.time_min for d in self.measured) if self.measured else None

    @property
    def detour(self) -> float | None:
        """Shortest drives over straight lines of the legs far enough apart; None without any."""
        told = [leg for leg in self.legs if leg.detour is not None]
        roads = sum(leg.shortest.distance_m for leg in told if leg.shortest is not None)
        straight = sum(leg.straight_m or 0.0 for leg in told)
        return max(roads / straight, 1.0) if straight > 0 else None


def find_corridor(setting: Setting, key: str, snap_m: float) -> Corridor:
    """Return a corridor as measured through its stops."""
    claims = [claim for claim in setting.claims_about((key,), "continuous") if claim.objects][:1]
    stops = claims[0].objects if claims else _own_stops(setting, key)
    reach_m = max([snap_m, *_snaps(claims)])
    found = _between(setting, stops, reach_m)
    legs = tuple(_leg(setting, pair, found.get(pair), reach_m) for pair in pairwise(stops))
    return Corridor(
        key=key,
        stops=tuple(stops),
        claims=tuple(claim.id for claim in claims),
        snap_m=reach_m,
        legs=legs,
        drives=found,
        agreement=_agreement(setting, key, legs),
    )


def _own_stops(setting: Setting, key: str) -> tuple[str, ...]:
    """Return the features that belong to a corridor, in the order in which the plan lists them."""
    features = setting.context.features.values()
    return tuple(feature.id for feature in features if feature.parent == key)


def _snaps(claims: list[Claim]) -> list[float]:
    found = [parameter(claim, "snap_m") for claim in claims]
    return [one.value for one in found if one is not None]


def _between(setting: Setting, stops: Sequence[str], snap_m: float) -> dict[tuple[str, str], Drive]:
    """Return the quickest drives between stops, one search for each."""
    once = list(dict.fromkeys(stops))
    return {
        (start, drive.object): drive
        for start in once
        for drive in drives(setting.context, start, once, snap_m)
        if drive is not None
    }


def _leg(setting: Setting, pair: tuple[str, str], drive: Drive | None, snap_m: float) -> Leg:
    context, (a, b) = setting.context, pair
    placed = context.is_located(a) and context.is_located(b)
    return Leg(
        answer=answer_of(context, pair, drive, snap_m),
        shortest=drives(context, a, [b], snap_m, shortest=True)[0],
        straight_m=float(shapely.distance(setting.shape(a), setting.shape(b))) if placed else None,
    )


def _agreement(setting: Setting, key: str, legs: tuple[Leg, ...]) -> Agreement | None:
    """Return how far the measured legs follow the drawn line, within the accuracy of both."""
    context = setting.context
    if not context.is_located(key) or "LineString" not in setting.shape(key).geom_type:
        return None
    found = [leg.drive for leg in legs if leg.drive is not None and leg.drive.line.length > 0]
    if not found:
        return None
    edge = np.concatenate([drive.edge for drive in found])
    roads_m = float(context.network.accuracy_m[edge].max(initial=0.0))
    within_m = float(np.hypot(context.accuracy(key), roads_m))
    path = shapely.MultiLineString([drive.line for drive in found])
    share, farthest = line_agreement(path, setting.shape(key), within_m)
    covered = None
    if len(found) == len(legs):
        covered, _ = line_agreement(setting.shape(key), path, within_m)
    return Agreement(share=share, covered=covered, farthest_m=farthest, within_m=within_m)


def shares_of(setting: Setting, corridor: Corridor) -> dict[str, float]:
    """Return the share of each road class along the measured legs."""
    edge = [drive.edge for drive in corridor.measured]
    metres = [drive.edge_m for drive in corridor.measured]
    if not edge:
        return {}
    names = setting.context.network.road_class[np.concatenate(edge)].tolist()
    return class_shares(names, np.concatenate(metres))
