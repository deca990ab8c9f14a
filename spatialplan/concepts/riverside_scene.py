"""A riverside concept laid out: its river, its located areas beside it, the crossings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point

from spatialplan.checks.judging import no_line
from spatialplan.concepts.setting import Setting
from spatialplan.measures.crossings import Spots, find_spots, group_spots, line_cuts
from spatialplan.measures.river import Beside, River, lie_beside, river_of
from spatialplan.measures.straight import distance_along
from spatialplan.model.plan import Concept, Kind
from spatialplan.model.profile import Exhibit, Finding
from spatialplan.model.verdict import Mark
from spatialplan.text import Text

__all__ = ["Bridge", "Piece", "Scene", "bank_name", "read_scene"]

MERGE_M = 150.0  # carriageways and ramps of one bridge lie within this along the axis
AXIS_LIMIT_M = 500.0  # an axis less exact than this tells no bridge from a road on the bank
JUMP_M = 2000.0  # a straight piece longer than any bridge here is a jump of generalised roads
DECK_M = 150.0  # a road of the plan runs over a bridge so far on either side of the crossing
ROAD_KINDS = (Kind.RING_SECTION, Kind.EXPRESSWAY, Kind.NATIONAL_ROAD, Kind.ROAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the profile: what it finds and shows, and what the answer says of it."""

    findings: tuple[Finding, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[Text, ...] = ()
    said: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A crossing: carriageways and ramps that cross the river together.

    `is_inside` tells whether it lies in the plan's area, None where that is not known. A crossing
    is certain unless it stands on a jump of generalised roads. `name` is empty where unknown.
    """

    km: float
    at: Point
    spots: NDArray[np.int64]
    name: str
    road_class: str
    is_certain: bool
    is_inside: bool | None

    def label(self) -> Text:
        """Return its name and where it is."""
        en = f"{self.name} (km {self.km:.1f})".strip()
        return Text(f"{self.name}（{self.km:.1f} 公里处）", en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the parts of the profile are measured on.

    Attributes
    ----------
    areas
        Ids of the located areas; `beside` has one entry for each.
    n_cuts
        Roads that the axis cuts, crossing or not.
    """

    setting: Setting
    concept: Concept
    river: River
    river_id: str
    areas: tuple[str, ...]
    beside: Beside
    spots: Spots
    bridges: tuple[Bridge, ...]
    n_cuts: int

    @property
    def tells_bridges(self) -> bool:
        """Whether axis or mapped banks are exact enough to tell bridges."""
        return self.river.accuracy_m <= AXIS_LIMIT_M or len(self.spots.edge) > 0

    def name(self, key: str) -> str:
        """Return a feature's name."""
        return self.setting.context.name(key)

    def bridge_of_spot(self) -> NDArray[np.int64]:
        """Return the number of the bridge of each crossing edge."""
        number = np.zeros(len(self.spots.edge), dtype=np.int64)
        for k, bridge in enumerate(self.bridges):
            number[bridge.spots] = k
        return number


def bank_name(side: int) -> Text:
    """Return what a side of a river is called."""
    names = {1: Text("左岸", "left"), -1: Text("右岸", "right")}
    return names.get(side, Text("岸别不定", "not told"))


def read_scene(setting: Setting, concept: Concept) -> Scene | Text:
    """Return the scene of a concept, or why there is none."""
    context = setting.context
    (key,) = concept.role("river")
    gone = no_line(context, key)
    if gone is not None:
        return gone.cause
    water = setting.water.geometry.to_numpy()
    river = river_of(setting.shape(key), water, context.accuracy(key))
    areas = tuple(setting.located(concept.role("areas")))
    shapes = np.array([None, *(setting.shape(area) for area in areas)], dtype=object)[1:]
    accuracy = np.array([context.accuracy(area) for area in areas], dtype=float)
    spots = find_spots(context.network, river)
    if river.accuracy_m > AXIS_LIMIT_M:
        spots = _only(spots, spots.is_mapped)
    return Scene(
        setting=setting,
        concept=concept,
        river=river,
        river_id=key,
        areas=areas,
        beside=lie_beside(river, shapes, accuracy),
        spots=spots,
        bridges=_bridges(setting, spots),
        n_cuts=len(line_cuts(context.network, river)),
    )


def _only(spots: Spots, kept: NDArray[np.bool_]) -> Spots:
    return Spots(
        edge=spots.edge[kept],
        low=spots.low[kept],
        high=spots.high[kept],
        chainage_m=spots.chainage_m[kept],
        x=spots.x[kept],
        y=spots.y[kept],
        straight_m=spots.straight_m[kept],
        is_mapped=spots.is_mapped[kept],
    )


def _bridges(setting: Setting, spots: Spots) -> tuple[Bridge, ...]:
    network = setting.context.network
    number = group_spots(network, spots, MERGE_M)
    districts = setting.districts.geometry.to_numpy()
    plan_area = shapely.union_all(districts) if len(districts) else None
    bridges = []
    for k in range(int(number.max(initial=-1)) + 1):
        own = np.flatnonzero(number == k)
        edges = spots.edge[own]
        at = Point(float(spots.x[own].mean()), float(spots.y[own].mean()))
        bridges.append(
            Bridge(
                km=float(spots.chainage_m[own].mean()) / 1000,
                at=at,
                spots=own,
                name=_name(setting, edges, at),
                road_class=Counter(network.road_class[edges].tolist()).most_common(1)[0][0],
                is_certain=bool((spots.straight_m[own] <= JUMP_M).any()),
                is_inside=None if plan_area is None else bool(plan_area.intersects(at)),
            )
        )
    return tuple(bridges)


def _name(setting: Setting, edges: NDArray[np.int64], at: Point) -> str:
    """Return the name of a bridge: of the road, else its number, else of the plan's road on it."""
    context = setting.context
    network = context.network
    for texts in (network.name, network.ref):
        known = [str(text) for text in texts[edges] if text]
        if known:
            return Counter(known).most_common(1)[0][0]
    deck = shapely.intersection(shapely.union_all(network.geometry[edges]), at.buffer(DECK_M))
    if deck.length < DECK_M:
        return ""  # too short to tell along which road it runs
    roads = [
        context.name(key)
        for key, shape in context.shapes.items()
        if context.features[key].kind in ROAD_KINDS
        and "Line" in shape.geom_type
        and distance_along(deck, shape)
        <= np.hypot(context.accuracy(key), network.accuracy_m[edges].max())
    ]
    return "、".join(dict.fromkeys(roads))
