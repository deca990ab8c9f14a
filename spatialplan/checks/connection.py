"""connected, reaches, near: driving from subjects to objects on the road network."""

from __future__ import annotations

from spatialplan.checks.context import Context, parameter
from spatialplan.checks.judging import conclude, judge
from spatialplan.checks.routes import Route, find_route
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.text import Text

__all__ = ["connected", "near", "reaches"]


def connected(context: Context, claim: Claim) -> Verdict:
    """Judge whether a road path joins each subject and each object, within limits if given."""
    max_km, max_min = parameter(claim, "max_km"), parameter(claim, "max_min")
    parts = [
        _pair(context, claim, subject, object_, max_km, max_min)
        for subject in claim.subjects
        for object_ in claim.objects
        if subject != object_
    ]
    if max_min is not None and max_km is None:
        return conclude(context, claim, parts, unit="min", threshold=max_min)
    threshold = None if max_km is None else _in_metres(max_km)
    return conclude(context, claim, parts, unit="m", threshold=threshold)


def reaches(context: Context, claim: Claim) -> Verdict:
    """Judge whether each subject reaches every object within the time limit."""
    limit = parameter(claim, "max_min")
    parts = [
        _pair(context, claim, subject, object_, None, limit)
        for subject in claim.subjects
        for object_ in claim.objects
        if subject != object_
    ]
    return conclude(context, claim, parts, unit="min", threshold=limit)


def near(context: Context, claim: Claim) -> Verdict:
    """Judge whether the nearest object of each subject is within the network distance."""
    limit = parameter(claim, "max_km")
    parts = []
    for subject in claim.subjects:
        pairs = [
            _pair(context, claim, subject, object_, limit, None)
            for object_ in claim.objects
            if subject != object_
        ]
        routed = [pair for pair in pairs if pair.value is not None]
        parts.append(min(routed, key=lambda pair: pair.value or 0.0) if routed else pairs[0])
    threshold = None if limit is None else _in_metres(limit)
    return conclude(context, claim, parts, unit="m", threshold=threshold)


def _in_metres(limit: Parameter) -> Parameter:
    return Parameter(value=limit.value * 1000, origin=limit.origin, note=limit.note)


def _pair(
    context: Context,
    claim: Claim,
    subject: str,
    object_: str,
    max_km: Parameter | None,
    max_min: Parameter | None,
) -> Part:
    snap = parameter(claim, "snap_m")
    route = find_route(context, subject, object_, snap.value if snap else 0.0)
    if isinstance(route, Part):
        return route
    states = [State.HOLDS]
    if max_km is not None:
        states.append(judge(route.distance_m, max_km.value * 1000, route.delta_m))
    if max_min is not None:
        states.append(judge(route.time_min, max_min.value, route.delta_min))
    state = min(states, key=[State.FAILS, State.UNCERTAIN, State.HOLDS].index)
    by_time = max_min is not None and max_km is None
    return Part(
        subject=subject,
        object=object_,
        state=state,
        value=route.time_min if by_time else route.distance_m,
        delta=route.delta_min if by_time else route.delta_m,
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
