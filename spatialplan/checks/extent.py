"""length, continuous: lines against their stated length, corridors through their stops."""

from __future__ import annotations

from itertools import pairwise

import shapely

from spatialplan.checks.context import Context, required
from spatialplan.checks.judging import conclude, judge, no_line
from spatialplan.checks.routes import find_route
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.text import Text

__all__ = ["continuous", "length"]


def length(context: Context, claim: Claim) -> Verdict:
    """Judge whether the length of the subject lines agrees with the plan's figure."""
    stated, tolerance = required(claim, "length_km"), required(claim, "tolerance_pct")
    gone = [part for key in claim.subjects if (part := no_line(context, key)) is not None]
    if gone:
        return conclude(context, claim, gone, unit="km", threshold=stated)
    lines = [context.shapes[key] for key in claim.subjects]
    km = sum(shapely.length(line) for line in lines) / 1000
    # An end may lie anywhere within the accuracy: both ends of each line.
    delta = sum(2 * context.accuracy(key) for key in claim.subjects) / 1000
    off = abs(km - stated.value)
    allowed = stated.value * tolerance.value / 100
    part = Part(
        subject=claim.subjects[0],
        object=None,
        state=judge(off, allowed, delta),
        value=km,
        delta=delta,
        cause=Text(
            f"量得 {km:.1f} 公里（±{delta:.1f}），规划 {stated.value:g} 公里，允许 ±{allowed:.1f}",
            f"measured {km:.1f} km (±{delta:.1f}), stated {stated.value:g} km, "
            f"±{allowed:.1f} allowed",
        ),
    )
    change = Text(
        f"允许偏差改过 {off:.1f} 公里时结论翻转",
        f"the verdict flips as the allowed deviation passes {off:.1f} km",
    )
    return conclude(
        context,
        claim,
        [part],
        unit="km",
        threshold=stated,
        would_change=None if part.state is State.UNCERTAIN else change,
        margin=abs(off - allowed),
    )


def continuous(context: Context, claim: Claim) -> Verdict:
    """Judge whether the corridor joins its stops in order without a great detour.

    Detour is network distance over straight distance, at least 1. Stops nearer to each other than
    their accuracy have no meaningful detour: a path within that accuracy holds, a longer one is
    uncertain.
    """
    limit, snap = required(claim, "max_detour"), required(claim, "snap_m")
    parts = [_leg(context, a, b, limit, snap) for a, b in pairwise(claim.objects)]
    total_km = sum(part.distance_m or 0.0 for part in parts) / 1000
    verdict_cause = None
    if all(part.state in (State.HOLDS, State.UNCERTAIN, State.FAILS) for part in parts):
        worst = max(parts, key=lambda part: part.value or 0.0)
        verdict_cause = Text(
            f"{len(parts)} 段相连，共 {total_km:.1f} 公里；{worst.cause.zh}",
            f"{len(parts)} legs joined, {total_km:.1f} km in all; {worst.cause.en}",
        )
    return conclude(context, claim, parts, unit="ratio", threshold=limit, cause=verdict_cause)


def _leg(context: Context, a: str, b: str, limit: Parameter, snap: Parameter) -> Part:
    # An estimate is the straight line times a constant: it says nothing of a detour.
    route = find_route(context, a, b, snap.value, shortest=True, may_estimate=False)
    if isinstance(route, Part):
        return route
    straight = float(shapely.distance(context.shapes[a], context.shapes[b]))
    names = f"{context.name(a)}—{context.name(b)}"
    km = route.distance_m / 1000
    blurred = straight <= 2 * route.delta_m
    detour = None if blurred else max(route.distance_m / straight, 1.0)
    if detour is None:
        state = State.HOLDS if route.distance_m <= 2 * route.delta_m else State.UNCERTAIN
        delta, note = 0.0, Text("两站太近，不计绕行", "too near for a detour")
    else:
        delta = detour * route.delta_m / straight
        state = judge(detour, limit.value, delta)
        note = Text(f"绕行系数 {detour:.2f}（±{delta:.2f}）", f"detour {detour:.2f} (±{delta:.2f})")
    return Part(
        subject=a,
        object=b,
        state=state,
        value=detour,
        delta=delta,
        distance_m=route.distance_m,
        time_min=route.time_min,
        estimated=route.estimated,
        cause=Text(
            f"{names} {km:.1f} 公里，{note.zh}",
            f"{names} {km:.1f} km, {note.en}",
        ),
        marks=(route.mark,),
    )
