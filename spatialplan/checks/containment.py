"""within, contains: places inside areas, as far as their accuracy tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import Context
from spatialplan.checks.judging import conclude, judge, missing
from spatialplan.measures.straight import depth_inside
from spatialplan.model.plan import Claim, Origin, Parameter
from spatialplan.model.verdict import Mark, Part, State, Verdict
from spatialplan.text import Text

__all__ = ["contains", "within"]

# Being inside is a threshold of zero metres outside; no plan needs to say so.
EDGE = Parameter(value=0.0, origin=Origin.PLAN)


def within(context: Context, claim: Claim) -> Verdict:
    """Judge whether each subject lies inside the union of the object areas."""
    return _judge_inside(context, claim, claim.subjects, claim.objects)


def contains(context: Context, claim: Claim) -> Verdict:
    """Judge whether the union of the subject areas contains each object."""
    return _judge_inside(context, claim, claim.objects, claim.subjects)


def _judge_inside(
    context: Context, claim: Claim, things: Sequence[str], areas: Sequence[str]
) -> Verdict:
    known = [key for key in areas if _is_area(context, key)]
    unknown = [key for key in areas if key not in known]
    area = shapely.union_all([context.shapes[key] for key in known])
    parts = []
    for thing in things:
        part = missing(context, thing)
        if part is None and known:
            part = _part(context, thing, known, area)
        if part is None or (unknown and part.state is State.FAILS):
            # Outside the areas that are known, a thing may lie inside one that is not.
            part = missing(context, thing, unknown[0]) or _no_area(context, thing, unknown[0])
        parts.append(part)
    return conclude(context, claim, parts, unit="m", threshold=EDGE)


def _is_area(context: Context, key: str) -> bool:
    return context.is_located(key) and "Polygon" in context.shapes[key].geom_type


def _no_area(context: Context, thing: str, area_key: str) -> Part:
    name = context.name(area_key)
    return Part(
        subject=thing,
        object=area_key,
        state=State.NO_DATA,
        value=None,
        cause=Text(f"“{name}”没有面状范围", f"{name} has no area"),
    )


def _part(context: Context, thing: str, areas: Sequence[str], area: BaseGeometry) -> Part:
    """Return how far the thing lies outside; negative is the depth inside."""
    name, shape = context.name(thing), context.shapes[thing]
    area_zh, area_en = "、".join(map(context.name, areas)), ", ".join(map(context.name, areas))
    depth = depth_inside(shape, area)
    accuracy = max(context.accuracy(key) for key in areas)
    # Areas made of the same districts share their edges exactly: only then is a depth of 0 sure.
    is_same_source = depth >= 0 and _is_made_of(context, thing, areas)
    delta = 0.0 if is_same_source else float(np.hypot(context.accuracy(thing), accuracy))
    if depth >= 0:
        cause = Text(
            f"“{name}”在“{area_zh}”内 {depth:.0f} 米（±{delta:.0f}）",
            f"{name} lies {depth:.0f} m inside {area_en} (±{delta:.0f})",
        )
    else:
        cause = Text(
            f"“{name}”在“{area_zh}”外 {-depth:.0f} 米（±{delta:.0f}）",
            f"{name} lies {-depth:.0f} m outside {area_en} (±{delta:.0f})",
        )
    marks: tuple[Mark, ...] = ()
    if depth < 0:
        outside = shapely.difference(shape, area).representative_point()
        line = context.to_wgs84(shapely.shortest_line(outside, area))
        marks = (Mark(role="line", geometry=line, label=cause),)
    return Part(
        subject=thing, object=areas[0], state=judge(-depth, EDGE.value, delta), value=-depth,
        delta=delta, cause=cause, marks=marks,
    )  # fmt: skip


def _is_made_of(context: Context, thing: str, areas: Sequence[str]) -> bool:
    """Whether a thing consists of whole districts that are districts of the areas."""
    districts = set(context.features[thing].districts)
    return bool(districts) and districts <= {
        code for key in areas for code in context.features[key].districts
    }
