"""along, gathers, meets, adjoins, both_sides: how things lie towards each other, straight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import Context, required
from spatialplan.checks.judging import best_of, conclude, judge, missing, no_line
from spatialplan.measures.straight import distance_along, side_of_line
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Mark, Part, State, Verdict
from spatialplan.text import Text

LEAST_LANDMARKS = 2  # one landmark may lie anywhere in its circle
Distance = Callable[[BaseGeometry, BaseGeometry], float]

__all__ = ["adjoins", "along", "both_sides", "circle_centre", "gathers", "meets"]


def along(context: Context, claim: Claim) -> Verdict:
    """Judge whether each subject lies within the distance of the nearest object line."""
    limit = required(claim, "distance_m")
    parts = []
    for subject in claim.subjects:
        pairs = [
            _distance_part(context, subject, object_, limit, distance_along)
            for object_ in claim.objects
            if subject != object_
        ]
        if pairs:
            parts.append(best_of(pairs))
    return conclude(context, claim, parts, unit="m", threshold=limit)


def meets(context: Context, claim: Claim) -> Verdict:
    """Judge whether the subject lines meet each object line within the gap."""
    return _all_pairs(context, claim, "gap_m")


def adjoins(context: Context, claim: Claim) -> Verdict:
    """Judge whether the subject areas adjoin each object area within the gap.

    A point that stands for an area may show that two adjoin, never that they do not.
    """
    return _all_pairs(context, claim, "gap_m", by_area=True)


def gathers(context: Context, claim: Claim) -> Verdict:
    """Judge whether the landmarks lie within the radius of the centre of each circle.

    Without a place of its own a circle is centred on its located landmarks, where there are two.
    """
    limit = required(claim, "radius_m")
    parts = []
    for circle in claim.subjects:
        centre = circle_centre(context, circle, claim.objects)
        for object_ in claim.objects:
            gone = missing(context, object_)
            parts.append(gone or _measured(context, circle, object_, centre, limit))
    return conclude(context, claim, parts, unit="m", threshold=limit)


def circle_centre(
    context: Context, circle: str, landmarks: Sequence[str]
) -> tuple[Point, float] | None:
    """Return the centre of a circle and its accuracy in metres; None where it has none.

    Without a place of its own it is the mean of at least two located landmarks, as accurate as
    the mean of as many independent positions.
    """
    if context.is_located(circle):
        return context.shapes[circle].centroid, context.accuracy(circle)
    located = [key for key in landmarks if context.is_located(key)]
    if len(located) < LEAST_LANDMARKS:
        return None
    middle = shapely.union_all([context.shapes[key].centroid for key in located]).centroid
    accuracies = [context.accuracy(key) for key in located]
    return middle, float(np.linalg.norm(accuracies)) / len(located)


def both_sides(context: Context, claim: Claim) -> Verdict:
    """Judge whether the subjects lie on both sides of each object line."""
    limit = required(claim, "min_share")
    parts = [_sides(context, claim.subjects, key, limit) for key in claim.objects]
    return conclude(context, claim, parts, unit="share", threshold=limit)


def _sides(context: Context, subjects: Sequence[str], line_key: str, limit: Parameter) -> Part:
    """Return the share of the lesser side of a line.

    Subjects of unknown side may fall either way: the claim is settled when neither way flips it.
    """
    sides = [
        missing(context, key) or no_line(context, line_key) or _side(context, key, line_key)
        for key in subjects
    ]
    left = sum(1 for side in sides if (side.value or 0) > 0)
    right = sum(1 for side in sides if (side.value or 0) < 0)
    unknown = len(sides) - left - right
    zh, en = f"左岸 {left} 处、右岸 {right} 处", f"{left} on the left, {right} on the right"
    if unknown:
        zh, en = f"{zh}，{unknown} 处未定", f"{en}, {unknown} not told"
    lesser = min(left, right)
    least = lesser / len(sides)
    most = min(lesser + unknown, len(sides) // 2) / len(sides)
    if (least >= limit.value) == (most >= limit.value):
        state = judge(least, limit.value, 0.0, at_most=False)
    elif any(side.state is State.NO_DATA for side in sides):
        state = State.NO_DATA
    else:
        state = State.UNCERTAIN
    share = lesser / (left + right) if left + right else None
    return Part(subject=subjects[0], object=line_key, state=state, value=share, cause=Text(zh, en))


def _all_pairs(context: Context, claim: Claim, name: str, *, by_area: bool = False) -> Verdict:
    limit = required(claim, name)
    parts = [
        _distance_part(context, subject, object_, limit, shapely.distance)
        for subject in claim.subjects
        for object_ in claim.objects
        if subject != object_
    ]
    if by_area:
        parts = [_open_at_point(context, part) for part in parts]
    return conclude(context, claim, parts, unit="m", threshold=limit)


def _open_at_point(context: Context, part: Part) -> Part:
    """Return *no data* for a failing part with a mere point on one side."""
    keys = (part.subject, part.object or part.subject)
    if part.state is not State.FAILS or not any(
        "Point" in context.shapes[key].geom_type for key in keys
    ):
        return part
    cause = Text(f"{part.cause.zh}；只有点位，没有范围", f"{part.cause.en}; a point, no area")
    return replace(part, state=State.NO_DATA, cause=cause)


def _distance_part(
    context: Context, subject: str, object_: str, limit: Parameter, measure: Distance
) -> Part:
    gone = missing(context, subject, object_)
    if gone is not None:
        return gone
    a, b = context.shapes[subject], context.shapes[object_]
    distance = float(measure(a, b))
    delta = float(np.hypot(context.accuracy(subject), context.accuracy(object_)))
    state = judge(distance, limit.value, delta)
    names = context.name(subject), context.name(object_)
    return Part(
        subject=subject,
        object=object_,
        state=state,
        value=distance,
        delta=delta,
        distance_m=distance,
        cause=Text(
            f"“{names[0]}”到“{names[1]}”直线 {distance:.0f} 米（±{delta:.0f}）",
            f"{names[0]} to {names[1]}: {distance:.0f} m straight (±{delta:.0f})",
        ),
        marks=_line_mark(context, a, b, distance),
    )


def _line_mark(
    context: Context, a: BaseGeometry, b: BaseGeometry, distance: float
) -> tuple[Mark, ...]:
    if distance <= 0:
        return ()
    line = context.to_wgs84(shapely.shortest_line(a, b))
    label = Text(f"直线 {distance:.0f} 米", f"{distance:.0f} m straight")
    return (Mark(role="line", geometry=line, label=label),)


def _measured(
    context: Context,
    circle: str,
    object_: str,
    centre: tuple[BaseGeometry, float] | None,
    limit: Parameter,
) -> Part:
    if centre is None:
        return _no_centre(context, circle, object_)
    shape = context.shapes[object_]
    distance = float(shapely.distance(shape, centre[0]))
    delta = float(np.hypot(context.accuracy(object_), centre[1]))
    name = context.name(object_)
    return Part(
        subject=circle,
        object=object_,
        state=judge(distance, limit.value, delta),
        value=distance,
        delta=delta,
        distance_m=distance,
        cause=Text(
            f"“{name}”距中心 {distance:.0f} 米（±{delta:.0f}）",
            f"{name} is {distance:.0f} m from the centre (±{delta:.0f})",
        ),
        marks=_line_mark(context, centre[0], shape, distance),
    )


def _no_centre(context: Context, circle: str, object_: str) -> Part:
    name = context.name(circle)
    return Part(
        subject=circle,
        object=object_,
        state=State.NO_DATA,
        value=None,
        cause=Text(f"“{name}”没有可用的中心", f"{name} has no centre to measure from"),
    )


def _side(context: Context, subject: str, line_key: str) -> Part:
    """Return the side of one subject; within its accuracy of the line the side is not told."""
    shape, line = context.shapes[subject], context.shapes[line_key]
    point = shape.representative_point()
    delta = float(np.hypot(context.accuracy(subject), context.accuracy(line_key)))
    name = context.name(subject)
    side = int(side_of_line(np.array([point]), line)[0])
    is_cut = shape.geom_type != "Point" and shapely.intersects(shape, line)
    if side == 0 or is_cut or shapely.distance(point, line) <= delta:
        return Part(
            subject=subject, object=line_key, state=State.UNCERTAIN, value=None, delta=delta,
            cause=Text(f"“{name}”跨线，或离线不足 {delta:.0f} 米，难辨左右岸",
                       f"{name} lies across the line or within {delta:.0f} m of it"),
        )  # fmt: skip
    word = Text("左岸", "left") if side > 0 else Text("右岸", "right")
    return Part(
        subject=subject, object=line_key, state=State.HOLDS, value=float(side), delta=delta,
        cause=Text(f"“{name}”在{word.zh}", f"{name} is on the {word.en}"),
    )  # fmt: skip
