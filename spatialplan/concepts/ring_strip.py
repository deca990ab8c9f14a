"""The sketches of a ring, and the ring unrolled from its northern gate clockwise."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.concepts.ring_facts import GATE_NAMES, RingFacts, side_of
from spatialplan.concepts.ring_findings import classes_said
from spatialplan.concepts.ring_links import Belt, RingLink
from spatialplan.concepts.setting import Setting
from spatialplan.measures.ring_closing import Proposal
from spatialplan.measures.ring_match import match_sections
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Strip, StripBand, StripEvent
from spatialplan.model.verdict import Mark
from spatialplan.network.classes import class_name, class_rank
from spatialplan.text import Text

__all__ = ["marks", "strips"]

SECTION_TRACK = Text("路段", "section")
CLASS_TRACK = Text("等级", "class")
GAP_TRACK = Text("缺口", "gap")
EXPRESS_RANK, MAJOR_RANK = 2, 4
SHORT_M = 150.0  # stretches of a class shorter than this are joined to the one before them
BESIDE_M = 5000.0  # what lies farther from the ring is not shown beside it
OUTLINE_M = 50.0

Floats = NDArray[np.float64]


def marks(setting: Setting, facts: RingFacts, belt: Belt) -> tuple[Mark, ...]:
    """Return sections, gaps, ways across them, gates, crossings and the belt, WGS-84."""
    context = setting.context
    lines = [setting.shape(key) for key in facts.keys]
    found = [_belt_mark(setting, facts, belt)]
    found += [
        Mark(role="section", geometry=context.to_wgs84(line), label=_name(context.name(key)))
        for key, line in zip(facts.keys, lines, strict=True)
    ]
    for gap, proposal in zip(facts.ring.gaps, facts.proposals, strict=True):
        side, km = side_of(gap.bearing_deg), gap.length_m / 1000
        label = Text(f"{side.zh}侧缺口 {km:.2f} 公里", f"gap of {km:.2f} km in the {side.en}")
        found.append(Mark(role="gap", geometry=context.to_wgs84(gap.line), label=label))
        if proposal is not None:
            found += [
                Mark(role=role, geometry=context.to_wgs84(shape), label=label)
                for role, shape, label in _ways(proposal)
            ]
    if facts.circuit is not None:
        line = facts.circuit.line
        for name, at in zip(GATE_NAMES, facts.circuit.gates_m, strict=True):
            if name not in facts.missed:
                place = context.to_wgs84(line.interpolate(at))
                found.append(Mark(role="point", geometry=place, label=name))
        for one in facts.crossings:
            place = context.to_wgs84(line.interpolate(one.at_m))
            label = Text(f"跨{one.name.zh}", f"crosses {one.name.en}")
            found.append(Mark(role="crossing", geometry=place, label=label))
    return tuple(found)


def _name(name: str) -> Text:
    return Text(name, name)


def _belt_mark(setting: Setting, facts: RingFacts, belt: Belt) -> Mark:
    lines = shapely.union_all([setting.shape(key) for key in facts.keys]).simplify(OUTLINE_M)
    km = belt.width.value / 1000
    area = lines.buffer(belt.width.value, quad_segs=4).simplify(OUTLINE_M)
    return Mark(
        role="belt", geometry=setting.context.to_wgs84(area),
        label=Text(f"产业带，单侧 {km:g} 公里", f"belt of {km:g} km on either side"),
    )  # fmt: skip


def _ways(proposal: Proposal) -> list[tuple[str, BaseGeometry, Text]]:
    """Return role, line and label of the cheapest way, and of the existing one where it differs."""
    found: list[tuple[str, BaseGeometry, Text]] = []
    for piece in proposal.cheapest.pieces:
        km, name = piece.length_m / 1000, class_name(piece.road_class)
        label = Text(f"改建{name.zh} {km:.1f} 公里", f"rebuild {km:.1f} km of {name.en}")
        if piece.is_new:
            label = Text(f"新建 {km:.2f} 公里", f"{km:.2f} km of new road")
        found.append(("missing_link", piece.line, label))
    way = proposal.existing
    if way is not None and way != proposal.cheapest:
        km, said = way.length_m / 1000, classes_said(way)
        line = shapely.MultiLineString([piece.line for piece in way.pieces])
        zh, en = f"沿现有道路绕通 {km:.1f} 公里", f"{km:.1f} km of existing roads"
        label = Text(f"{zh}（{said.zh}）", f"{en} ({said.en})")
        found.append(("path", line, label))
    return found


def strips(
    setting: Setting, concept: Concept, facts: RingFacts, links: tuple[RingLink, ...], belt: Belt
) -> tuple[Strip, ...]:
    """Return the ring unrolled; nothing where it has no circuit."""
    circuit = facts.circuit
    if circuit is None:
        return ()
    events = [
        StripEvent(
            km=at / 1000, kind="gate",
            label=Text(f"{name.zh}（缺口内）", f"{name.en} (in the gap)")
            if name in facts.missed else name,
        )
        for name, at in zip(GATE_NAMES, circuit.gates_m, strict=True)
    ]  # fmt: skip
    for one in facts.crossings:
        zh, en = f"跨{one.name.zh}", f"crosses {one.name.en}"
        label = Text(f"{zh}（缺口内，待建）", f"{en} (in the gap)") if one.in_gap else Text(zh, en)
        events.append(StripEvent(km=one.at_m / 1000, label=label, kind="bridge"))
    events += _beside(setting, facts, circuit.line, links, belt)
    name = concept.name
    return (
        Strip(
            title=Text(
                f"{name.zh}展开图（自北门顺时针）", f"{name.en} unrolled from the north, clockwise"
            ),
            length_km=circuit.line.length / 1000,
            bands=(*_section_bands(setting, facts), *_class_bands(setting, facts)),
            events=tuple(sorted(events, key=lambda event: event.km)),
            closed=True,
        ),
    )


def _section_bands(setting: Setting, facts: RingFacts) -> list[StripBand]:
    bands = []
    for stretch in facts.circuit.stretches if facts.circuit else ():
        begin, end = stretch.begin_m / 1000, stretch.end_m / 1000
        if stretch.gap >= 0:
            gap = facts.ring.gaps[stretch.gap]
            km, side = gap.length_m / 1000, side_of(gap.bearing_deg)
            label = Text(f"{side.zh}侧缺口 {km:.2f} 公里", f"{side.en} gap, {km:.2f} km")
            track, tone = GAP_TRACK, "gap"
        else:
            label = _name(setting.context.name(facts.keys[stretch.section]))
            track, tone = SECTION_TRACK, "section"
        bands.append(StripBand(track=track, start_km=begin, end_km=end, label=label, tone=tone))
    return sorted(bands, key=lambda band: band.track is GAP_TRACK)


def _class_bands(setting: Setting, facts: RingFacts) -> list[StripBand]:
    """Return the classes of the roads under the circuit, gaps left out."""
    circuit, network = facts.circuit, setting.context.network
    if circuit is None:
        return []
    accuracy = max(setting.context.accuracy(key) for key in facts.keys)
    pieces = match_sections(network, [circuit.line], np.array([accuracy]))
    end = np.cumsum(pieces.length_m)
    middle = end - pieces.length_m / 2
    classes = [str(network.road_class[e]) if e >= 0 else "" for e in pieces.edge]
    bands: list[StripBand] = []
    for stretch in circuit.stretches:
        rows = np.flatnonzero((middle >= stretch.begin_m) & (middle < stretch.end_m))
        if stretch.gap >= 0 or len(rows) == 0:
            continue
        bands += _runs([classes[row] for row in rows], end[rows], stretch.begin_m, stretch.end_m)
    return _merged(bands)


def _merged(bands: list[StripBand]) -> list[StripBand]:
    """Return the bands with neighbours of one class as one."""
    merged: list[StripBand] = []
    for band in bands:
        last = merged[-1] if merged else None
        if last is not None and last.label == band.label and last.end_km == band.start_km:
            merged[-1] = replace(last, end_km=band.end_km)
        else:
            merged.append(band)
    return merged


def _runs(classes: list[str], end: Floats, begin_m: float, end_m: float) -> list[StripBand]:
    """Return the bands of one stretch: short and unmatched ones go with the one before them."""
    runs: list[tuple[str, float]] = []  # class and end
    start = begin_m
    for road_class, rows in groupby(range(len(classes)), key=lambda row: classes[row]):
        stop = float(end[list(rows)[-1]])
        if runs and (road_class in ("", runs[-1][0]) or stop - start < SHORT_M):
            runs[-1] = (runs[-1][0], stop)
        else:
            runs.append((road_class, stop))
        start = stop
    runs[-1] = (runs[-1][0], end_m)
    bands, start = [], begin_m
    for road_class, stop in runs:
        if road_class:
            bands.append(
                StripBand(
                    track=CLASS_TRACK, start_km=start / 1000, end_km=stop / 1000,
                    label=class_name(road_class), tone=_tone(road_class),
                )
            )  # fmt: skip
        start = stop
    return bands


def _tone(road_class: str) -> str:
    if road_class.endswith("link") or road_class == "links":
        return "link"
    rank = class_rank(road_class)
    if rank is None or rank > MAJOR_RANK:
        return "local"
    return "express" if rank <= EXPRESS_RANK else "major"


def _beside(
    setting: Setting,
    facts: RingFacts,
    line: shapely.LineString,
    links: tuple[RingLink, ...],
    belt: Belt,
) -> list[StripEvent]:
    """Return the linked and the named places near the ring, each where it is nearest."""
    linked = dict.fromkeys(key for link in links for key in link.places)
    keys = dict.fromkeys([*linked, *(place.key for place in belt.places)])
    events = []
    for key in setting.located(keys):
        shape = setting.shape(key)
        metres = float(shapely.distance(shape, line))
        if metres <= BESIDE_M and key not in facts.keys:
            at = line.project(shapely.get_point(shapely.shortest_line(line, shape), 0))
            name, km = setting.context.name(key), metres / 1000
            events.append(
                StripEvent(
                    km=at / 1000, label=Text(f"{name} {km:.1f} 公里", f"{name} {km:.1f} km"),
                    kind="link" if key in linked else "place",
                )
            )  # fmt: skip
    return events
