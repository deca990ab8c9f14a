"""present, counts: whether the map knows a feature, and as many as the plan says."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import shapely

from spatialplan.checks.context import Context, parameter
from spatialplan.checks.judging import conclude
from spatialplan.model.plan import Claim
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.text import Text

__all__ = ["bare_name", "counts", "present"]

SUFFIX = re.compile(r"(火车站|高铁站|站|街道|镇|乡|村|社区|县|市|区)$")


def bare_name(name: str) -> str:
    """Return a name without brackets, spaces and its administrative suffix.

    Examples
    --------
    >>> bare_name("湘潭北站"), bare_name("易俗河镇（县城）"), bare_name("市")
    ('湘潭北', '易俗河', '市')
    """
    plain = re.sub(r"[（(].*?[)）]|\s", "", name)
    return SUFFIX.sub("", plain) or plain


def present(context: Context, claim: Claim) -> Verdict:
    """Judge whether each subject is found by name, and near its place, among the mapped places.

    Found within the tolerance it is there; farther off but within the places' accuracy it may be;
    beyond both the map contradicts the plan's place.
    """
    tolerance = parameter(claim, "tolerance_m")
    if tolerance is None:
        raise KeyError("tolerance_m")
    parts = [_find(context, key, tolerance.value) for key in claim.subjects]
    found = sum(part.state is State.HOLDS for part in parts)
    names = f"{found}/{len(parts)}"
    verdict = conclude(context, claim, parts, unit="m", threshold=tolerance)
    if len(parts) == 1:
        return verdict
    cause = Text(f"找到 {names} 处；{verdict.cause.zh}", f"{names} found; {verdict.cause.en}")
    return dataclasses.replace(verdict, cause=cause)


def _find(context: Context, key: str, tolerance_m: float) -> Part:
    places, name = context.places, context.name(key)
    wanted = bare_name(name)
    named = places["name"].astype(str)
    same_kind = named.str.endswith("站") == name.endswith("站")
    hits = np.flatnonzero((named.map(bare_name) == wanted) & same_kind)
    if len(hits) == 0:
        return Part(
            subject=key, object=None, state=State.NO_DATA, value=None,
            cause=Text(f"现有地名、站点数据中没有“{name}”", f"no mapped place is named {name}"),
        )  # fmt: skip
    if not context.is_located(key):
        return Part(
            subject=key, object=None, state=State.NO_DATA, value=None,
            cause=Text(f"找到同名地点，但“{name}”在规划中未定位", f"{name} is found, not located"),
        )  # fmt: skip
    points = places.geometry.to_numpy()[hits]
    distance = shapely.distance(points, context.shapes[key])
    best = int(np.argmin(distance))
    row = places.iloc[hits[best]]
    gap = float(distance[best])
    delta = float(np.hypot(context.accuracy(key), float(row["accuracy_m"])))
    if gap <= tolerance_m:
        state = State.HOLDS
    else:
        state = State.UNCERTAIN if gap <= tolerance_m + delta else State.FAILS
    return Part(
        subject=key, object=None, value=gap, distance_m=gap, state=state, delta=delta,
        cause=Text(
            f"“{name}”与{row['source']}的“{row['name']}”相距 {gap:.0f} 米",
            f"{name} is {gap:.0f} m from {row['name']} of {row['source']}",
        ),
    )  # fmt: skip


def counts(context: Context, claim: Claim) -> Verdict:
    """Judge whether the listed features are as many as the plan says, each with a place."""
    stated = parameter(claim, "count")
    if stated is None:
        raise KeyError("count")
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
