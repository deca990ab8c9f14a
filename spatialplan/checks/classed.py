"""classed: which roads the path through the stops of a line runs on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spatialplan.checks.context import Context, required
from spatialplan.checks.judging import conclude, judge
from spatialplan.checks.routes import Route, find_route
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.network.classes import class_name, class_rank
from spatialplan.text import Text

__all__ = ["classed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def classed(context: Context, claim: Claim) -> Verdict:
    """Judge whether the quickest path through the stops runs on roads of at least a class.

    The value is the share of the length on such roads. Roads of unknown class may be either: the
    claim is settled when neither way flips it.
    """
    rank, share = required(claim, "max_rank"), required(claim, "share_pct")
    legs = [
        (a, b, find_route(context, a, b, required(claim, "snap_m").value, may_estimate=False))
        for a, b in pairwise(claim.objects)
    ]
    parts = [
        leg if isinstance(leg, Part) else _class_part(context, (a, b), leg, rank, share)
        for a, b, leg in legs
    ]
    return conclude(context, claim, parts, unit="%", threshold=share)


def _class_part(
    context: Context, pair: tuple[str, str], leg: Route, rank: Parameter, share: Parameter
) -> Part:
    edges = np.array(leg.edges, dtype=int)
    km = np.array(leg.used_m) / 1000
    ranks = [class_rank(str(c)) for c in context.network.road_class[edges]]
    good = sum(float(k) for k, r in zip(km, ranks, strict=True) if r and r <= rank.value)
    unknown = sum(float(k) for k, r in zip(km, ranks, strict=True) if r is None)
    total = float(km.sum())
    if total == 0:
        return Part(
            subject=pair[0], object=pair[1], state=State.NO_DATA, value=None,
            cause=Text("两处之间没有路段可判等级", "no road between the two to be classed"),
        )  # fmt: skip
    least, most = 100 * good / total, 100 * (good + unknown) / total
    settled = (least >= share.value) == (most >= share.value)
    said = _classes_said(context, edges, km)
    names = f"{context.name(pair[0])}—{context.name(pair[1])}"
    return Part(
        subject=pair[0],
        object=pair[1],
        state=judge(least, share.value, 0.0, at_most=False) if settled else State.UNCERTAIN,
        value=least,
        delta=most - least,
        distance_m=leg.distance_m,
        time_min=leg.time_min,
        cause=Text(
            f"{names} {total:.1f} 公里，达到等级的 {least:.0f}%，"
            f"等级不明 {most - least:.0f}%（{said.zh}）",
            f"{names} {total:.1f} km, {least:.0f}% of that class, "
            f"{most - least:.0f}% of unknown class ({said.en})",
        ),
        marks=(leg.mark,),
    )


def _classes_said(context: Context, edges: Ints, edge_km: Floats) -> Text:
    """Name the classes of a path with their km, the longest first."""
    names, at = np.unique(context.network.road_class[edges].astype(str), return_inverse=True)
    km = np.bincount(at, edge_km)
    order = np.argsort(-km)
    zh = "、".join(f"{class_name(names[i]).zh} {km[i]:.1f}" for i in order)
    en = ", ".join(f"{class_name(names[i]).en} {km[i]:.1f}" for i in order)
    return Text(zh, en)
