"""coheres: whether the members of a region are nearer to each other than to places outside."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from spatialplan.checks.context import Context, required
from spatialplan.checks.judging import conclude, judge, missing
from spatialplan.checks.routes import Route, find_route
from spatialplan.measures.cohesion import cohesion
from spatialplan.model.plan import Claim
from spatialplan.model.verdict import Mark, Part, State, Verdict
from spatialplan.text import Text

__all__ = ["coheres"]


def coheres(context: Context, claim: Claim) -> Verdict:
    """Judge whether the mean time among the subjects is below that between them and the objects.

    The measure is that of `spatialplan.measures.cohesion`. Every place has to be located and every
    pair with a member routed: a mean of the pairs that happen to be known would say nothing.
    """
    limit, snap = required(claim, "max_ratio"), required(claim, "snap_m")
    places = list(dict.fromkeys((*claim.subjects, *claim.objects)))
    gone = [part for key in places if (part := missing(context, key)) is not None]
    time, delta = np.full((2, len(places), len(places)), np.nan)
    marks: list[Mark] = []
    for i, j in permutations(range(len(places)), 2):
        pair = (places[i], places[j])
        if gone or not set(pair) & set(claim.subjects):
            continue
        found = find_route(context, *pair, snap.value)
        if isinstance(found, Route):
            time[i, j], delta[i, j] = found.time_min, found.delta_min
            marks += [found.mark] if set(pair) <= set(claim.subjects) and i < j else []
        else:
            gone.append(found)
    if gone:
        return conclude(context, claim, gone, unit="ratio", threshold=limit)
    member = np.isin(places, claim.subjects)
    whole = cohesion(time, member, np.nan_to_num(delta))
    if whole.ratio is None or whole.within is None or whole.between is None:
        cause = Text("成员或片区外地点不足，无从比较", "too few places to compare")
        part = Part(subject=places[0], object=None, state=State.NO_DATA, value=None, cause=cause)
        return conclude(context, claim, [part], unit="ratio", threshold=limit)
    part = Part(
        subject=claim.subjects[0],
        object=None,
        state=judge(whole.ratio, limit.value, whole.delta),
        value=whole.ratio,
        delta=whole.delta,
        cause=Text(
            f"{whole.members} 个成员之间平均 {whole.within:.0f} 分钟，与片区外平均 "
            f"{whole.between:.0f} 分钟，比值 {whole.ratio:.2f}（±{whole.delta:.2f}）",
            f"{whole.members} members: {whole.within:.0f} min within, {whole.between:.0f} min to "
            f"the outside on average, ratio {whole.ratio:.2f} (±{whole.delta:.2f})",
        ),
        marks=tuple(marks),
    )
    return conclude(context, claim, [part], unit="ratio", threshold=limit)
