"""present, counts: whether the map knows a feature, and as many as the plan says."""

from __future__ import annotations

import dataclasses

from spatialplan.checks.context import Context, required
from spatialplan.checks.judging import conclude
from spatialplan.model.evidence import EvidenceState
from spatialplan.model.plan import Claim
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.text import Text

__all__ = ["counts", "present"]

STATES = {
    EvidenceState.CONFIRMED: State.HOLDS,
    EvidenceState.PROBABLE: State.UNCERTAIN,
    EvidenceState.CONTRADICTED: State.FAILS,
    EvidenceState.NOT_FOUND: State.NO_DATA,
    EvidenceState.NO_DATA: State.NO_DATA,
}


def present(context: Context, claim: Claim) -> Verdict:
    """Judge whether each subject is found by name, and near its place, on the map.

    Found within the tolerance it is there; farther off but within its accuracy it may be; beyond
    both, or found only far away, the map contradicts the plan's place.
    """
    tolerance = required(claim, "tolerance_m")
    parts = [_find(context, key, tolerance.value) for key in claim.subjects]
    found = sum(part.state is State.HOLDS for part in parts)
    names = f"{found}/{len(parts)}"
    verdict = conclude(context, claim, parts, unit="m", threshold=tolerance)
    if len(parts) == 1:
        return verdict
    cause = Text(f"找到 {names} 处；{verdict.cause.zh}", f"{names} found; {verdict.cause.en}")
    return dataclasses.replace(verdict, cause=cause)


def _find(context: Context, key: str, tolerance_m: float) -> Part:
    """Return what the map says of one feature, as a part.

    Only a confirmed match holds; a probable one is uncertain. A name that is not on the map where
    other things are says nothing of the ground: no data.
    """
    found = context.evidence[key]
    state = STATES[found.state]
    distance = found.distance_m
    if state is State.HOLDS and distance is not None:
        accuracy = context.accuracy(key)
        if distance > max(tolerance_m, accuracy):
            state = State.FAILS
        elif distance > tolerance_m:
            state = State.UNCERTAIN
    return Part(
        subject=key, object=None, state=state, distance_m=distance, cause=found.cause,
        value=distance if state is not State.NO_DATA else None,
        delta=context.accuracy(key) if context.is_located(key) else 0.0,
    )  # fmt: skip


def counts(context: Context, claim: Claim) -> Verdict:
    """Judge whether the listed features are as many as the plan says, each with a place."""
    stated = required(claim, "count")
    listed = len(claim.subjects)
    located = [key for key in claim.subjects if context.is_located(key)]
    value = len(located)
    if listed > stated.value:
        state, value = State.FAILS, listed
        zh = f"规划称 {stated.value:g} 个，条文列出 {listed} 个"
        en = f"the plan says {stated.value:g} and lists {listed}"
    elif listed < stated.value:
        state = State.NO_DATA
        zh = f"规划称 {stated.value:g} 个，条文只点名 {listed} 个，其中 {len(located)} 个有位置"
        en = f"the plan says {stated.value:g}, names only {listed}, {len(located)} of them located"
    elif len(located) == listed:
        state, zh, en = State.HOLDS, f"{listed} 个均有位置", f"all {listed} are located"
    else:
        state = State.NO_DATA
        zh = f"{listed} 个中 {len(located)} 个有位置"
        en = f"{len(located)} of {listed} are located"
    part = Part(
        subject=claim.subjects[0], object=None, state=state, value=float(value),
        cause=Text(zh, en),
    )  # fmt: skip
    return conclude(context, claim, [part], unit="count", threshold=stated)
