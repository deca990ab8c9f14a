"""What was measured of a ring: circuit, roads under it, ways across its gaps, the drive round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatialplan.checks.circuit import SIDES, SIDES_EN
from spatialplan.concepts.setting import Setting
from spatialplan.measures.ring import RingClosure, ring_closure
from spatialplan.measures.ring_circuit import Circuit, crossings, unroll
from spatialplan.measures.ring_closing import Proposal, propose, rebuild_weights
from spatialplan.measures.ring_drive import drive_round
from spatialplan.measures.ring_match import (
    Matches,
    class_shares,
    match_sections,
    section_figures,
)
from spatialplan.measures.ring_search import Leg
from spatialplan.measures.ring_stops import RingRoads
from spatialplan.model.plan import Concept, Kind
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["Crossing", "RingFacts", "Waypoint", "measure_ring", "side_of"]

GATE_NAMES = (Text("北门", "north gate"), Text("东门", "east gate"), Text("南门", "south gate"),
              Text("西门", "west gate"))  # fmt: skip
LINE_WATER_M = 50.0  # half the width of water drawn as a line, whose width the map does not tell
GAP_WATER = 1.0  # water is looked at within this many lengths of the gap
SAME_RIVER_M = 400.0  # a crossing this near the plan's river, or its accuracy, is of that river


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A gate on the road, or an end of a gap, by its chainage in metres."""

    name: Text
    at_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where the ring crosses a river: chainage in metres, name where known, whether in a gap."""

    at_m: float
    name: Text
    in_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFacts:
    """Everything measured of a ring; sections are those located as lines, in the plan's order.

    Attributes
    ----------
    gone
        Sections without a line.
    closed
        Whether it is whole: as the claim of closure is judged, on the sections that are located.
    proposals
        For each gap; None where an end of it lies away from every road.
    legs
        Clockwise and counter-clockwise; empty without a circuit.
    """

    keys: tuple[str, ...]
    gone: tuple[str, ...]
    join_m: float
    ring: RingClosure
    closed: State
    circuit: Circuit | None
    matches: Matches
    figures: pd.DataFrame
    classes: pd.DataFrame
    ring_class: str | None
    proposals: tuple[Proposal | None, ...]
    waypoints: tuple[Waypoint, ...]
    missed: tuple[Text, ...]
    legs: tuple[tuple[Leg, ...], tuple[Leg, ...]]
    crossings: tuple[Crossing, ...]


def measure_ring(setting: Setting, concept: Concept) -> RingFacts | None:
    """Return what was measured; None where no section is located as a line."""
    context = setting.context
    sections = concept.role("sections")
    keys = tuple(key for key in setting.located(sections) if "Line" in setting.shape(key).geom_type)
    if not keys:
        return None
    lines = [setting.shape(key) for key in keys]
    accuracy = np.array([context.accuracy(key) for key in keys])
    join_m = setting.parameter(concept, "gap_m").value
    ring = ring_closure(lines, join_m)
    circuit = unroll(ring, lines)
    matches = match_sections(context.network, lines, accuracy)
    classes = class_shares(context.network, matches)
    ring_class = _main_class(classes)
    waypoints, missed, over_gap = _waypoints(ring, circuit)
    legs: tuple[tuple[Leg, ...], tuple[Leg, ...]] = ((), ())
    if circuit is not None and ring_class is not None:
        roads = RingRoads(
            on_ring=matches.on_ring, join_m=join_m, join_kmh=context.network.speeds.of(ring_class)
        )
        at_m = np.array([point.at_m for point in waypoints])
        there, back = drive_round(context.network, circuit, at_m, over_gap, roads)
        legs = (tuple(there), tuple(back))
    return RingFacts(
        keys=keys,
        gone=tuple(key for key in sections if key not in keys),
        join_m=join_m,
        ring=ring,
        closed=_closed(ring, join_m, 2 * float(accuracy.max())),
        circuit=circuit,
        matches=matches,
        figures=section_figures(context.network, matches, len(keys)),
        classes=classes,
        ring_class=ring_class,
        proposals=_proposals(setting, ring, matches, ring_class),
        waypoints=waypoints,
        missed=missed,
        legs=legs,
        crossings=() if circuit is None else _crossings(setting, circuit),
    )


def side_of(bearing_deg: float) -> Text:
    """Return the side of the ring on which a bearing lies, of eight.

    Examples
    --------
    >>> side_of(258.0).zh, side_of(359.0).en
    ('西', 'north')
    """
    position = round(bearing_deg / 45) % 8
    return Text(SIDES[position], SIDES_EN[position])


def _closed(ring: RingClosure, join_m: float, slack_m: float) -> State:
    """Judge the closure as the claim does: a gap barely over the joining distance is open."""
    if ring.is_closed:
        return State.HOLDS
    barely = ring.gaps[0].length_m <= join_m + min(slack_m, join_m)
    return State.UNCERTAIN if barely else State.FAILS


def _main_class(classes: pd.DataFrame) -> str | None:
    """Return the class that most of the ring has, links counted with their road."""
    if classes.empty:
        return None
    base = classes["road_class"].str.removesuffix("_link")
    total = classes["length_m"].groupby(base).sum()
    return str(total.sort_index().idxmax())


def _waypoints(
    ring: RingClosure, circuit: Circuit | None
) -> tuple[tuple[Waypoint, ...], tuple[Text, ...], NDArray[np.bool_]]:
    """Return gates and gap ends clockwise, the gates inside gaps, and what lies beyond each."""
    if circuit is None:
        return (), (), np.zeros(0, dtype=bool)
    missed, points = [], []
    for name, at in zip(GATE_NAMES, circuit.gates_m, strict=True):
        if circuit.in_gap(at) or (at == 0.0 and _gap_over_start(circuit)):
            missed.append(name)
        else:
            points.append((at, name, False))
    for begin, end, gap in _gap_runs(circuit):
        side = side_of(ring.gaps[gap].bearing_deg)
        points.append((begin, Text(f"{side.zh}侧缺口起点", f"start of the {side.en} gap"), True))
        points.append((end, Text(f"{side.zh}侧缺口终点", f"end of the {side.en} gap"), False))
    points.sort(key=lambda point: point[0])
    found = tuple(Waypoint(name=name, at_m=at) for at, name, _ in points)
    return found, tuple(missed), np.array([over for _, _, over in points], dtype=bool)


def _gap_over_start(circuit: Circuit) -> bool:
    return circuit.stretches[0].gap >= 0 and circuit.stretches[-1].gap >= 0


def _gap_runs(circuit: Circuit) -> list[tuple[float, float, int]]:
    """Return begin, end and number of each gap; one over the start is joined to one run."""
    runs = [(s.begin_m, s.end_m, s.gap) for s in circuit.stretches if s.gap >= 0]
    if _gap_over_start(circuit) and len(runs) > 1:
        first, *middle, last = runs
        runs = [*middle, (last[0], first[1], first[2])]
    return runs


def _proposals(
    setting: Setting, ring: RingClosure, matches: Matches, ring_class: str | None
) -> tuple[Proposal | None, ...]:
    if ring_class is None:
        return tuple(None for _ in ring.gaps)
    network = setting.context.network
    weights = rebuild_weights(network, matches.on_ring, ring_class)
    about = ((ring.centre.x, ring.centre.y), ring_class)
    found = []
    for gap in ring.gaps:
        water = _water_areas(setting, gap.line.buffer(GAP_WATER * gap.length_m))
        found.append(propose(network, gap, about, weights, water))
    return tuple(found)


def _water_areas(setting: Setting, area: shapely.Geometry) -> NDArray[np.object_]:
    """Return the water that meets an area as polygons that do not overlap."""
    shapes = setting.water.geometry.to_numpy()
    near = shapes[shapely.intersects(shapes, area)]
    wide = np.where(shapely.get_dimensions(near) == 1, shapely.buffer(near, LINE_WATER_M), near)
    parts = shapely.get_parts(shapely.union_all(shapely.make_valid(wide)))
    return np.asarray(parts[shapely.get_dimensions(parts) == 2])


def _crossings(setting: Setting, circuit: Circuit) -> tuple[Crossing, ...]:
    """Return where the ring crosses rivers, named by the map, else by the plan's river there."""
    rivers = setting.water[setting.water["class"] == "river"]
    names = rivers["name"].tolist()
    found = []
    for at, which in crossings(circuit, shapely.make_valid(rivers.geometry.to_numpy())):
        place = circuit.line.interpolate(at)
        name = str(names[which] or "") or _river_at(setting, place)
        text = Text(name, name) if name else Text("未命名河流", "a river without a name")
        found.append(Crossing(at_m=at, name=text, in_gap=circuit.in_gap(at)))
    return tuple(found)


def _river_at(setting: Setting, place: shapely.Point) -> str:
    context = setting.context
    rivers: Sequence[str] = [
        key
        for key, feature in context.features.items()
        if feature.kind is Kind.RIVER
        and context.is_located(key)
        and shapely.distance(context.shapes[key], place)
        <= max(SAME_RIVER_M, 2 * context.accuracy(key))
    ]
    return context.name(rivers[0]) if rivers else ""
