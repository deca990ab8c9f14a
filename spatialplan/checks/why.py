"""Explain one verdict: the data and roads it rests on, and how near it is to another state.

The sensitivity is measured, not derived: the claim is judged again with a parameter set lower and
higher, on a geometric grid from a thousandth to a thousandfold, and the nearest change of state is
then narrowed by bisection. So it holds for every predicate, also where the state does not depend
on the parameter in one direction only. The joining distance of an open ring is the exception: what
would close it is its longest gap, which the check has measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType

import numpy as np

from spatialplan.checks import CHECKS
from spatialplan.checks.context import Context, parameter, snap_limit_m
from spatialplan.checks.routes import Route
from spatialplan.model.explanation import (
    Explanation,
    Flip,
    RouteStretch,
    Sensitivity,
    UsedFeature,
    UsedRoute,
)
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import State, Verdict
from spatialplan.network.classes import class_name

__all__ = ["explain", "sensitivity_of"]

SPAN = 1000.0
STEPS = 20  # of the grid, each way
PRECISION = 1e-4  # of the flip, relative


def explain(context: Context, claim: Claim) -> Explanation:
    """Return the whole story of a claim's verdict.

    Parameters
    ----------
    context
        As of the check; routes it has found are not searched again.
    """
    verdict = CHECKS[claim.predicate](context, claim)
    themes = {theme.id: theme.name for theme in context.plan.themes}
    sides = [("subject", key) for key in claim.subjects]
    sides += [("object", key) for key in claim.objects]
    return Explanation(
        claim=claim,
        clause=context.plan.clause(claim.clause),
        theme=themes[claim.theme],
        verdict=verdict,
        features=tuple(
            UsedFeature(
                side=side, feature=context.features[key], evidence=context.evidence.get(key)
            )
            for side, key in sides
        ),
        routes=tuple(_used_routes(context, claim, verdict)),
        sensitivity=sensitivity_of(context, claim, verdict),
        sources=context.network.provenance,
    )


def _used_routes(context: Context, claim: Claim, verdict: Verdict) -> Iterator[UsedRoute]:
    """Return the roads of the routes that the parts name, else of those between its features."""
    pairs = {(part.subject, part.object) for part in verdict.parts if part.distance_m is not None}
    ids = {*claim.subjects, *claim.objects}
    done = set()
    for key, route in context.found.items():
        pair = (str(key[0]), str(key[1]))
        wanted = pair in pairs or (not pairs and ids.issuperset(pair))
        if not isinstance(route, Route) or not route.edges or not wanted or pair in done:
            continue
        done.add(pair)
        yield UsedRoute(
            subject=pair[0], object=pair[1], stretches=tuple(_stretches(context, route))
        )


def _stretches(context: Context, route: Route) -> Iterator[RouteStretch]:
    network = context.network

    def road(step: tuple[int, float]) -> tuple[str, str, str]:
        edge, _ = step
        return str(network.road_class[edge]), str(network.name[edge]), str(network.ref[edge])

    steps = zip(route.edges, route.used_m, strict=True)
    for (road_class, name, ref), run in groupby(steps, key=road):
        edges, used_m = (np.array(part) for part in zip(*run, strict=True))
        share = used_m / network.length_m[edges]
        yield RouteStretch(
            road_class=road_class,
            label=class_name(road_class),
            name=name,
            ref=ref,
            km=float(used_m.sum()) / 1000,
            minutes=float((network.time_ms[edges] * share).sum()) / 60_000,
        )


def sensitivity_of(context: Context, claim: Claim, verdict: Verdict) -> tuple[Sensitivity, ...]:
    """Return for each number of a claim how far it may move before the state changes."""
    return tuple(
        _sensitivity(context, claim, verdict, name, value)
        for name in PREDICATES[claim.predicate].params
        if (value := parameter(claim, name)) is not None and value.value > 0
    )


def _sensitivity(
    context: Context, claim: Claim, verdict: Verdict, name: str, used: Parameter
) -> Sensitivity:
    state = verdict.state
    spec = PREDICATES[claim.predicate].params[name]
    low, high = used.value / SPAN, used.value * SPAN
    if spec.unit == "count":
        low, high = 0.0, 2 * used.value
    elif name == "snap_m":  # beyond this no road was looked for
        high = max(snap_limit_m(context.plan), used.value)
    return Sensitivity(
        name=name,
        unit=spec.unit,
        meaning=spec.meaning,
        parameter=used,
        below=_flip(context, claim, name, state, low),
        above=_longest_gap(context, verdict)
        if claim.predicate == "ring_closed"
        else _flip(context, claim, name, state, high),
        low=low,
        high=high,
    )


def _longest_gap(context: Context, verdict: Verdict) -> Flip | None:
    gaps = [context.to_metres(mark.geometry) for mark in verdict.marks if mark.role == "gap"]
    if not gaps:
        return None
    return Flip(value=max(gap.length for gap in gaps), state=str(State.HOLDS))


def _flip(context: Context, claim: Claim, name: str, state: State, end: float) -> Flip | None:
    """Return the first change of state between the value used and `end`."""
    used = parameter(claim, name)
    start = used.value if used else 0.0
    inside = start
    for step in range(1, STEPS + 1):
        value = start + (end - start) * step / STEPS
        if end > 0:
            value = start * (end / start) ** (step / STEPS)
        found = _judged(context, claim, name, value)
        if found is not state:
            return _narrow(context, claim, name, state, (inside, value))
        inside = value
    return None


def _narrow(
    context: Context, claim: Claim, name: str, state: State, between: tuple[float, float]
) -> Flip:
    """Bisect down to the value at which the state leaves `state`, and tell what it becomes."""
    inside, outside = between
    found = _judged(context, claim, name, outside)
    while abs(outside - inside) > PRECISION * max(abs(outside), abs(inside)):
        middle = (inside + outside) / 2
        there = _judged(context, claim, name, middle)
        if there is state:
            inside = middle
        else:
            outside, found = middle, there
    return Flip(value=outside, state=str(found))


def _judged(context: Context, claim: Claim, name: str, value: float) -> State:
    """Return the state of a claim with one number changed."""
    used = parameter(claim, name)
    changed = Parameter(value=value, origin=used.origin) if used else None
    params = {**claim.params, **({name: changed} if changed else {})}
    moved = replace(claim, params=MappingProxyType(params))
    return CHECKS[claim.predicate](context, moved).state
