"""connected, reaches, near: driving from subjects to objects on the road network."""

from __future__ import annotations

from typing import Literal

import shapely

from spatialplan.checks.context import Context, parameter
from spatialplan.checks.judging import GRAVITY, best_of, conclude, judge
from spatialplan.checks.routes import Route, find_route
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.text import Text

__all__ = ["connected", "near", "reaches"]

Unit = Literal["m", "min"]


def connected(context: Context, claim: Claim) -> Verdict:
    """Judge whether a road path joins each subject and each object, within limits if given.

    With both limits each pair has to keep both: the shortest path the distance, the quickest the
    time. The verdict then shows the limit that decides.
    """
    max_km, max_min = parameter(claim, "max_km"), parameter(claim, "max_min")
    verdicts = []
    if max_km is not None:
        verdicts.append(_all_pairs(context, claim, "m", _in_metres(max_km)))
    if max_min is not None:
        verdicts.append(_all_pairs(context, claim, "min", max_min))
    if not verdicts:
        return _all_pairs(context, claim, "m", None)
    return min(verdicts, key=_gravity)


def reaches(context: Context, claim: Claim) -> Verdict:
    """Judge whether each subject reaches every object within the time limit."""
    return _all_pairs(context, claim, "min", parameter(claim, "max_min"))


def near(context: Context, claim: Claim) -> Verdict:
    """Judge whether the nearest object of each subject is within the network distance."""
    limit = parameter(claim, "max_km")
    threshold = None if limit is None else _in_metres(limit)
    parts = []
    for subject in claim.subjects:
        pairs = [
            _pair(context, claim, subject, object_, "m", threshold)
            for object_ in claim.objects
            if subject != object_
        ]
        possible = [pair for pair in pairs if not _is_out_of_reach(context, pair, threshold)]
        if pairs:
            parts.append(best_of(possible or pairs))
    return conclude(context, claim, parts, unit="m", threshold=threshold)


def _in_metres(limit: Parameter) -> Parameter:
    return Parameter(value=limit.value * 1000, origin=limit.origin, note=limit.note)


def _gravity(verdict: Verdict) -> tuple[int, float]:
    """Order the verdicts of several limits: the graver first, then the nearer to its limit."""
    measure = verdict.measure
    share = 0.0 if measure.value is None else measure.value / (measure.threshold or 1.0)
    return GRAVITY.index(verdict.state), -share


def _is_out_of_reach(context: Context, pair: Part, limit: Parameter | None) -> bool:
    """Whether a pair without a route is too far apart even in a straight line."""
    keys = (pair.subject, pair.object or pair.subject)
    if pair.value is not None or limit is None or not all(map(context.is_located, keys)):
        return False
    apart = float(shapely.distance(*(context.shapes[key] for key in keys)))
    return apart - sum(context.access[key].accuracy_m for key in keys) > limit.value


def _all_pairs(context: Context, claim: Claim, unit: Unit, threshold: Parameter | None) -> Verdict:
    parts = [
        _pair(context, claim, subject, object_, unit, threshold)
        for subject in claim.subjects
        for object_ in claim.objects
        if subject != object_
    ]
    return conclude(context, claim, parts, unit=unit, threshold=threshold)


def _pair(
    context: Context,
    claim: Claim,
    subject: str,
    object_: str,
    unit: Unit,
    threshold: Parameter | None,
) -> Part:
    """Judge a pair: distance by the shortest path, time and mere connection by the quickest."""
    snap = parameter(claim, "snap_m")
    route = find_route(
        context, subject, object_, snap.value if snap else 0.0,
        shortest=unit == "m" and threshold is not None, may_estimate=threshold is not None,
    )  # fmt: skip
    if isinstance(route, Part):
        return route
    value, delta = (
        (route.time_min, route.delta_min) if unit == "min" else (route.distance_m, route.delta_m)
    )
    return Part(
        subject=subject,
        object=object_,
        state=State.HOLDS if threshold is None else judge(value, threshold.value, delta),
        value=value,
        delta=delta,
        distance_m=route.distance_m,
        time_min=route.time_min,
        estimated=route.estimated,
        cause=_describe(context, subject, object_, route),
        marks=(route.mark,),
    )


def _describe(context: Context, subject: str, object_: str, route: Route) -> Text:
    a, b = context.name(subject), context.name(object_)
    km, minutes = route.distance_m / 1000, route.time_min
    word = "估算" if route.estimated else "路网"
    word_en = "estimated" if route.estimated else "by road"
    return Text(
        f"{a}—{b} {word} {km:.2f} 公里、{minutes:.1f} 分钟",
        f"{a} – {b} {km:.2f} km, {minutes:.1f} min {word_en}",
    )
