"""The circles of a concept: their level, their centre and its accuracy, their landmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from shapely import Point

from spatialplan.checks.context import Context
from spatialplan.checks.proximity import circle_centre
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Status
from spatialplan.text import Text

__all__ = ["LEVELS", "Circle", "centre_said", "names_said", "read_circles"]

LEVELS: Mapping[str, Text] = MappingProxyType(
    {
        "city": Text("市级", "city"),
        "county": Text("县级", "county"),
        "culture": Text("文旅", "culture"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A commercial circle.

    `centre` is in the plan's CRS, None where it is not known; `accuracy_m` belongs to it.
    `derived_from` are the landmarks that the centre is taken from, empty where the circle has a
    place of its own.
    """

    id: str
    name: str
    level: str
    landmarks: tuple[str, ...]
    centre: Point | None = None
    accuracy_m: float = 0.0
    derived_from: tuple[str, ...] = ()
    is_approximate: bool = False


def read_circles(setting: Setting, concept: Concept) -> tuple[Circle, ...]:
    """Return the circles of a concept by level, each once, in the order of the plan."""
    levels: dict[str, str] = {}
    for level in LEVELS:
        for key in concept.role(level):
            levels.setdefault(key, level)
    landmarks = {key: _landmarks(setting, key, frozenset(levels)) for key in levels}
    return tuple(_circle(setting.context, key, levels[key], landmarks[key]) for key in levels)


def centre_said(circle: Circle) -> Text:
    """Say how well the centre of a circle is known."""
    if circle.centre is None:
        return Text("未定位", "not located")
    if circle.derived_from:
        n = len(circle.derived_from)
        return Text(f"按 {n} 处地标推算", f"from {n} landmarks")
    return Text("概略", "approximate") if circle.is_approximate else Text("已定位", "located")


def names_said(names: Sequence[str]) -> Text:
    """Return names in a row."""
    return Text("、".join(names), ", ".join(names))


def _landmarks(setting: Setting, circle: str, circles: frozenset[str]) -> tuple[str, ...]:
    """Return the features that belong to a circle, and those a claim gathers in it."""
    keys = [key for key, it in setting.context.features.items() if it.parent == circle]
    for claim in setting.claims_about(circles, "gathers"):
        if circle in claim.subjects:
            keys.extend(claim.objects)
    return tuple(key for key in dict.fromkeys(keys) if key not in circles)


def _circle(context: Context, key: str, level: str, landmarks: tuple[str, ...]) -> Circle:
    """Return a circle, centred as the predicate ``gathers`` centres it."""
    own = context.is_located(key)
    circle = Circle(id=key, name=context.name(key), level=level, landmarks=landmarks)
    found = circle_centre(context, key, landmarks)
    if found is None:
        return circle
    centre, accuracy_m = found
    return replace(
        circle,
        centre=centre,
        accuracy_m=accuracy_m,
        derived_from=() if own else tuple(it for it in landmarks if context.is_located(it)),
        is_approximate=not own or context.features[key].status is not Status.LOCATED,
    )
