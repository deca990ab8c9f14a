"""All that is measured of a concept of circles, in one bundle."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import shapely

from spatialplan.checks.judging import GRAVITY
from spatialplan.concepts.circles_centres import Circle, read_circles
from spatialplan.concepts.circles_ground import (
    Ground,
    Numbers,
    Overlap,
    lay_out,
    numbers_of,
    overlaps,
)
from spatialplan.concepts.circles_landmarks import judge_landmarks
from spatialplan.concepts.circles_pois import Core, Offer, find_cores, read_offer
from spatialplan.concepts.circles_reach import (
    Competition,
    Reach,
    compete,
    measure_reach,
    ways_to_city,
)
from spatialplan.concepts.setting import Setting
from spatialplan.measures.straight import depth_inside
from spatialplan.model.plan import Concept
from spatialplan.model.verdict import Part, State

__all__ = ["County", "Measured", "gravest", "take_measures"]

LAST_URBAN = 20  # administrative codes end in 01 to 20 for urban districts, above for counties
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county of the city, and the circles located in it."""

    name: str
    circles: tuple[str, ...]
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The measures of one concept; `offer` is None where the map has no points of interest.

    `ways` leads from a circle's position on the ground to the nearest circle of the city:
    position, km, minutes.
    """

    circles: tuple[Circle, ...]
    numbers: Numbers
    ground: Ground
    landmarks: tuple[Part, ...]
    offer: Offer | None
    cores: tuple[Core, ...]
    reach: Reach
    competition: Competition | None
    overlaps: tuple[Overlap, ...]
    ways: dict[int, tuple[int, float, float]]
    counties: tuple[County, ...]

    def landmark_states(self, circle_id: str) -> Counter[State]:
        """Count the landmarks of a circle by state."""
        return Counter(part.state for part in self.landmarks if part.subject == circle_id)


def gravest(states: list[State]) -> State:
    """Return the state of the whole as the claims do: one failure fails it; *no data* of none."""
    return next((state for state in GRAVITY if state in states), State.NO_DATA)


def take_measures(setting: Setting, concept: Concept) -> Measured:
    """Measure the circles of a concept."""
    circles, numbers = read_circles(setting, concept), numbers_of(setting, concept)
    ground = lay_out(setting, circles, numbers)
    offer = read_offer(setting, ground)
    reach = measure_reach(setting, ground, numbers)
    return Measured(
        circles=circles,
        numbers=numbers,
        ground=ground,
        landmarks=tuple(judge_landmarks(setting, circles, ground, numbers)),
        offer=offer,
        cores=tuple(find_cores(setting, ground, numbers)) if offer else (),
        reach=reach,
        competition=compete(ground, reach, offer, numbers),
        overlaps=tuple(overlaps(ground, numbers)),
        ways=ways_to_city(setting, ground),
        counties=_counties(setting, circles),
    )


def _counties(setting: Setting, circles: tuple[Circle, ...]) -> tuple[County, ...]:
    """Return the counties of a plan that names circles of counties.

    A circle of counties or culture that is not located may lie in any county that has none: that
    county is *no data*.
    """
    if not any(circle.level == "county" for circle in circles):
        return ()
    lost = any(circle.centre is None for circle in circles if circle.level != "city")
    districts = setting.districts
    found = []
    for code, name, area in zip(
        districts["adcode"], districts["name"], districts.geometry, strict=True
    ):
        if len(code) == CODE_DIGITS and int(code[-2:]) <= LAST_URBAN:
            continue
        here = [c for c in circles if c.centre is not None and shapely.covers(area, c.centre)]
        depths = [depth_inside(c.centre, area) - c.accuracy_m for c in here if c.centre]
        if here:
            state = State.HOLDS if max(depths) > 0 else State.UNCERTAIN
        else:
            state = State.NO_DATA if lost else State.FAILS
        found.append(County(name=name, circles=tuple(c.name for c in here), state=state))
    return tuple(found)
