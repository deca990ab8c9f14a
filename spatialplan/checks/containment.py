"""within, contains: places inside areas, as far as their accuracy tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import Context
from spatialplan.checks.judging import conclude, missing
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
    located = [key for key in areas if context.is_located(key)]
    area = shapely.union_all([context.shapes[key] for key in located])
    parts = []
    for thing in things:
        gone = missing(context, thing) or missing(context, areas[0])
        parts.append(gone or _part(context, thing, areas[0], area))
    return conclude(context, claim, parts, unit="m", threshold=EDGE)


def _part(context: Context, thing: str, area_key: str, area: BaseGeometry) -> Part:
    """Return how far the thing lies outside; negative is the depth inside."""
    name, area_name = context.name(thing), context.name(area_key)
    if "Polygon" not in area.geom_type:
        return Part(
            subject=thing, object=area_key, state=State.NO_DATA, value=None,
            cause=Text(f"“{area_name}”没有面状范围", f"{area_name} has no area"),
        )  # fmt: skip
    shape = context.shapes[thing]
    depth = depth_inside(shape, area)
    delta = float(np.hypot(context.accuracy(thing), context.accuracy(area_key)))
    # Two areas drawn from the same boundaries share edges: their depth is 0 and still inside.
    same_edges = depth >= 0 and "Polygon" in shape.geom_type
    if same_edges or depth > delta:
        state = State.HOLDS
    else:
        state = State.UNCERTAIN if depth >= -delta else State.FAILS
    if depth >= 0:
        cause = Text(
            f"“{name}”在“{area_name}”内 {depth:.0f} 米（±{delta:.0f}）",
            f"{name} lies {depth:.0f} m inside {area_name} (±{delta:.0f})",
        )
    else:
        cause = Text(
            f"“{name}”在“{area_name}”外 {-depth:.0f} 米（±{delta:.0f}）",
            f"{name} lies {-depth:.0f} m outside {area_name} (±{delta:.0f})",
        )
    marks: tuple[Mark, ...] = ()
    if depth < 0:
        line = context.to_wgs84(shapely.shortest_line(shape.representative_point(), area))
        marks = (Mark(role="line", geometry=line, label=cause),)
    return Part(
        subject=thing, object=area_key, state=state, value=-depth, delta=0.0 if same_edges else delta,
        cause=cause, marks=marks,
    )  # fmt: skip
