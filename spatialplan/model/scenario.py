"""What if: stations added, moved, closed; roads and bridges closed or opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spatialplan.model.delivery import Tier
from spatialplan.text import Text

__all__ = ["Action", "RoadStep", "Scenario", "StationStep"]


class Action(StrEnum):
    """What a step does: `ADD`, `MOVE`, `CLOSE` a station, `CLOSE` or `OPEN` a road."""

    ADD = "add"
    MOVE = "move"
    CLOSE = "close"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationStep:
    """A change of the facilities; one that is moved or closed is named as its table names it.

    `lon`, `lat` are WGS-84, None for a closing.
    """

    action: Action
    name: str
    tier: Tier
    township: str
    district: str
    lon: float | None
    lat: float | None
    accuracy_m: float
    capacity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStep:
    """A change of the roads.

    A closing says which by `name` or `ref`, or all within `radius_m` of `near`, or both. An opening
    gives its `line` and class. Coordinates are WGS-84.
    """

    action: Action
    name: str
    ref: str
    near: tuple[float, float] | None
    radius_m: float
    line: tuple[tuple[float, float], ...]
    road_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A title and the steps, carried out in their order."""

    title: Text
    steps: tuple[StationStep | RoadStep, ...]
