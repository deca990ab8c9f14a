"""What a ring is to link and to gather: the plan's claims of its sections, places, points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.checks.judging import GRAVITY, judge
from spatialplan.concepts.ring_facts import RingFacts
from spatialplan.concepts.setting import Setting
from spatialplan.measures.location_quotient import location_quotient
from spatialplan.measures.ring_belt import count_by, nearest_section
from spatialplan.model.plan import Concept, Parameter
from spatialplan.model.verdict import Part, State

__all__ = ["FEW", "Belt", "BeltPlace", "Gathering", "RingLink", "links_of", "measure_belt",
           "roles_answered", "worst"]  # fmt: skip

FEW = 5  # of fewer points a quotient says little
# What the words of a section's role ask of the map, by category of points of interest.
ROLE_WORDS = {
    "tourism": ("旅游", "文旅", "休闲", "景区"),
    "commerce": ("商住", "商贸", "商业", "商圈", "购物"),
    "logistics": ("物流", "仓储", "快递"),
    "industry": ("高新技术", "制造", "工业", "园区", "产业园"),
    "education": ("高校", "大学", "科教", "教育", "文化"),
    "health": ("康养", "医疗", "医药", "养老"),
    "transport": ("交通枢纽", "站场", "客运"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RingLink:
    """A link that the plan states of a section: the claim, its sentence, its part, the places."""

    claim: str
    sentence: str
    section: str
    places: tuple[str, ...]
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltPlace:
    """A place of the plan: nearest section, straight distance to it, and whether in the belt.

    `section` is the position of the section; both are None where the place is not located.
    """

    key: str
    state: State
    section: int | None = None
    distance_m: float | None = None
    delta_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Points of interest of the belt by section and category, against the plan's area.

    Attributes
    ----------
    counts
        Shape (sections, categories); each point is of its nearest section.
    whole
        Of the plan's area, shape (categories,).
    quotient
        Location quotient, nan where a section or the area has none, shape as `counts`.
    edge
        Points within their accuracy of the belt's edge.
    """

    categories: tuple[str, ...]
    counts: NDArray[np.int64]
    whole: NDArray[np.int64]
    quotient: NDArray[np.float64]
    edge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Belt:
    """The belt of a ring; `gathering` is None where the map has no categories."""

    width: Parameter
    places: tuple[BeltPlace, ...]
    gathering: Gathering | None


def worst(states: list[State]) -> State:
    """Return the state that decides the whole, as the parts of a claim do; NO_DATA for none."""
    return next((state for state in GRAVITY if state in states), State.NO_DATA)


def links_of(setting: Setting, concept: Concept) -> tuple[RingLink, ...]:
    """Return the links of all claims about the sections, in the plan's order."""
    return tuple(
        RingLink(
            claim=claim.id,
            sentence=claim.sentence,
            section=part.subject,
            places=claim.objects if part.object is None else (part.object,),
            part=part,
        )
        for claim in setting.claims_about(concept.role("sections"))
        if claim.objects and claim.id in setting.verdicts
        for part in setting.verdicts[claim.id].parts
    )


def measure_belt(setting: Setting, concept: Concept, facts: RingFacts) -> Belt:
    """Return what lies in the belt of the sections."""
    width = setting.parameter(concept, "belt_m")
    return Belt(
        width=width,
        places=_places(setting, concept, facts, width.value),
        gathering=_gathering(setting, facts, width.value),
    )


def _places(
    setting: Setting, concept: Concept, facts: RingFacts, belt_m: float
) -> tuple[BeltPlace, ...]:
    context, keys = setting.context, concept.role("places")
    known = setting.located(keys)
    lines = [setting.shape(key) for key in facts.keys]
    section, apart = nearest_section(lines, np.array([setting.shape(k) for k in known]))
    rows = {}
    for key, near, distance in zip(known, section.tolist(), apart.tolist(), strict=True):
        delta = float(np.hypot(context.accuracy(key), context.accuracy(facts.keys[near])))
        rows[key] = BeltPlace(
            key=key, state=judge(distance, belt_m, delta), section=near, distance_m=distance,
            delta_m=delta,
        )  # fmt: skip
    return tuple(rows.get(key) or BeltPlace(key=key, state=State.NO_DATA) for key in keys)


def _gathering(setting: Setting, facts: RingFacts, belt_m: float) -> Gathering | None:
    """Return the points of the belt; both belt and whole are taken inside the plan's area."""
    named = setting.objects[setting.objects["category"] != ""]
    area = shapely.union_all(setting.districts.geometry.to_numpy())
    shapely.prepare(area)
    points = shapely.centroid(named.geometry.to_numpy())
    inside = shapely.intersects(area, points)
    if not inside.any():
        return None
    points, category = points[inside], named["category"].to_numpy(dtype=object)[inside]
    categories = setting.categories_in(category)
    kind = np.array([categories.index(key) for key in category], dtype=np.int64)
    accuracy = named["accuracy_m"].to_numpy(dtype=float)[inside]
    lines = [setting.shape(key) for key in facts.keys]
    reach = belt_m + float(np.nanmax(accuracy, initial=0.0))
    section, apart = nearest_section(lines, points, reach)
    edge = int((np.abs(apart - belt_m) <= accuracy).sum())
    section[~(apart <= belt_m)] = -1
    counts = count_by(section, kind, (len(lines), len(categories)))
    whole = np.bincount(kind, minlength=len(categories)).astype(np.int64)
    return Gathering(
        categories=categories, counts=counts, whole=whole,
        quotient=location_quotient(counts.astype(float), whole.astype(float)), edge=edge,
    )  # fmt: skip


def roles_answered(
    setting: Setting, facts: RingFacts, gathering: Gathering
) -> list[tuple[int, str, State]]:
    """Return section, category and state for what each section's role asks of the map.

    The belt gathers a category when its location quotient is 1 or more; of few points it is
    uncertain.
    """
    asked = []
    for position, key in enumerate(facts.keys):
        role = setting.context.features[key].role
        for category, words in ROLE_WORDS.items():
            if any(word in role for word in words):
                asked.append((position, category, _gathers(gathering, position, category)))
    return asked


def _gathers(gathering: Gathering, section: int, category: str) -> State:
    if category not in gathering.categories:
        return State.NO_DATA
    column = gathering.categories.index(category)
    quotient = float(gathering.quotient[section, column])
    if np.isnan(quotient):
        return State.NO_DATA
    expected = gathering.counts[section].sum() * gathering.whole[column] / gathering.whole.sum()
    if max(float(gathering.counts[section, column]), float(expected)) < FEW:
        return State.UNCERTAIN
    return State.HOLDS if quotient >= 1 else State.FAILS
