"""Landmarks of circles: within the walking distance of the centre or not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.checks.judging import judge, missing
from spatialplan.concepts.circles_centres import Circle
from spatialplan.concepts.circles_ground import Ground, Numbers, off_road, snap
from spatialplan.concepts.setting import Setting
from spatialplan.model.verdict import Part, State
from spatialplan.network.od import cost_matrix
from spatialplan.text import Text

__all__ = ["judge_landmarks"]

MM = 1000.0

Pair = tuple[Circle, str]


def judge_landmarks(
    setting: Setting, circles: Sequence[Circle], ground: Ground, numbers: Numbers
) -> list[Part]:
    """Return for each landmark of each circle whether it is within the walking distance.

    Decided by the distance along the roads, not by the drawn area; a landmark with an extent is
    taken at its point nearest to the centre. *Uncertain* where the limit lies within the accuracy
    of centre, landmark and roads; and where the straight line is within the limit though the roads
    are not, for the network of cars lacks pedestrian streets and footpaths.
    """
    pairs = [(circle, key) for circle in circles for key in circle.landmarks]
    unknown = [_unknown(setting, circle, key) for circle, key in pairs]
    known = [pair for pair, part in zip(pairs, unknown, strict=True) if part is None]
    measured = iter(_measured(setting, ground, known, numbers))
    return [part or next(measured) for part in unknown]


def _unknown(setting: Setting, circle: Circle, key: str) -> Part | None:
    """Return a *no data* part for a circle without centre or a landmark without place."""
    if circle.centre is None:
        return missing(setting.context, circle.id, key)
    gone = missing(setting.context, key)
    return gone and Part(
        subject=circle.id, object=key, state=gone.state, value=None, cause=gone.cause
    )


def _measured(
    setting: Setting, ground: Ground, pairs: Sequence[Pair], numbers: Numbers
) -> list[Part]:
    context = setting.context
    own = np.array([ground.circles.index(circle) for circle, _ in pairs], dtype=np.int64)
    shapes = np.array([context.shapes[key] for _, key in pairs], dtype=object)
    lines = shapely.shortest_line(shapes, shapely.points(ground.xy[own]))
    xy = shapely.get_coordinates(lines).reshape(-1, 2, 2)[:, 0]
    straight_m = np.hypot(*(xy - ground.xy[own]).T)
    snaps = snap(setting, xy, numbers.snap_m)
    cost = cost_matrix(ground.on_foot, snaps, xy, ground.snaps, ground.xy, by="length") / MM
    roads_m = np.maximum(
        _road_accuracy(setting, snaps.edge), _road_accuracy(setting, ground.snaps.edge)[own]
    )
    parts = []
    for row, (circle, key) in enumerate(pairs):
        walk_m = float(cost[row, own[row]])
        if not np.isfinite(walk_m):
            lost = circle.id if snaps.is_snapped[row] else key
            at = ground.xy[own[row]] if lost == circle.id else xy[row]
            parts.append(_unreached(setting, circle, key, lost, at))
            continue
        places_m = [circle.accuracy_m, context.accuracy(key), roads_m[row]]
        ways_m = (float(straight_m[row]), walk_m, float(np.linalg.norm(places_m)))
        parts.append(_reached(setting, (circle, key), ways_m, numbers))
    return parts


def _road_accuracy(setting: Setting, edge: NDArray[np.int32]) -> NDArray[np.float64]:
    accuracy = setting.context.network.accuracy_m
    return np.where(edge >= 0, accuracy[edge], 0.0)


def _reached(
    setting: Setting, pair: Pair, ways_m: tuple[float, float, float], numbers: Numbers
) -> Part:
    """Return the part of a landmark by its straight line, its walk and their uncertainty."""
    circle, key = pair
    name = setting.context.name(key)
    straight_m, walk_m, delta = ways_m
    state = judge(walk_m, numbers.walk_m, delta)
    if state is State.FAILS and judge(straight_m, numbers.walk_m, delta) is not State.FAILS:
        state = State.UNCERTAIN
    return Part(
        subject=circle.id,
        object=key,
        state=state,
        value=walk_m,
        delta=delta,
        distance_m=walk_m,
        time_min=walk_m / (numbers.walk_kmh * 1000 / 60),
        cause=Text(
            f"“{name}”到“{circle.name}”中心沿路 {walk_m:.0f} 米、直线 {straight_m:.0f} 米"
            f"（±{delta:.0f}）",
            f"{name} is {walk_m:.0f} m by road, {straight_m:.0f} m straight (±{delta:.0f}) from "
            f"the centre of {circle.name}",
        ),
    )


def _unreached(
    setting: Setting, circle: Circle, key: str, lost: str, at: NDArray[np.float64]
) -> Part:
    """Say that a place is off the roads, or that its piece of road is cut off for walkers."""
    state = off_road(setting, *at)
    name = setting.context.name(lost)
    if state is State.NO_DATA:
        cause = Text(f"“{name}”在已有路网范围之外", f"{name} lies beyond the mapped roads")
    else:
        cause = Text(
            f"“{name}”离道路太远或道路不连通",
            f"{name} is too far from any road, or its roads do not connect",
        )
    return Part(subject=circle.id, object=key, state=state, value=None, cause=cause)
