"""The tables of a ring: shape, gaps, ways across them, sections, classes, the drive."""

from __future__ import annotations

import shapely

from spatialplan.concepts.ring_facts import RingFacts, side_of
from spatialplan.concepts.ring_links import Belt, RingLink
from spatialplan.concepts.ring_tables_links import (
    column,
    gathering_table,
    known,
    link_table,
    place_table,
)
from spatialplan.concepts.setting import Setting
from spatialplan.measures.ring_circuit import winding_number
from spatialplan.measures.ring_closing import MAJOR, MINOR, READY, WATER, Proposal
from spatialplan.measures.ring_ways import Way
from spatialplan.model.profile import Cell, Exhibit
from spatialplan.model.verdict import State
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = ["exhibits"]

NEW_ROAD = Text("新建", "new road")


def exhibits(
    setting: Setting, facts: RingFacts, links: tuple[RingLink, ...], belt: Belt
) -> tuple[Exhibit, ...]:
    """Return the tables; those without rows are left out."""
    tables = [
        _shape_table(facts),
        _gap_table(setting, facts),
        _closing_table(facts),
        _section_table(setting, facts),
        _class_table(setting, facts),
        _drive_table(facts),
        link_table(setting, links),
        place_table(setting, facts, belt),
        gathering_table(setting, facts, belt),
    ]
    return tuple(table for table in tables if table.rows)


def _shape_table(facts: RingFacts) -> Exhibit:
    ring, circuit = facts.ring, facts.circuit
    turns = None
    if circuit is not None:
        turns = winding_number(circuit.line, (ring.centre.x, ring.centre.y))
    joined = None if circuit is None else circuit.joined_m / 1000
    row = (100 * ring.closure, ring.perimeter_m / 1000, ring.bearings_deg, turns, joined)
    return Exhibit(
        key="shape",
        title=Text("环线形态", "Shape of the ring"),
        columns=(
            column("closure", "闭合度", "closure", "%"),
            column("perimeter", "周长（含缺口）", "perimeter with gaps", "km"),
            column("bearings", "有路的方位角", "bearings with a road", "°"),
            column("winding", "绕心圈数", "winding number", "", 0),
            column("joined", "按相接计的小断口", "small breaks that count as joined", "km", 2),
        ),
        rows=(row,),
        note=Text(
            f"不超过 {facts.join_m:g} 米的断口视为相接；绕心圈数把缺口补上后计算",
            f"breaks up to {facts.join_m:g} m count as joined; winding with the gaps filled",
        ),
    )


def _gap_table(setting: Setting, facts: RingFacts) -> Exhibit:
    rows: list[tuple[Cell, ...]] = []
    for gap, proposal in zip(facts.ring.gaps, facts.proposals, strict=True):
        ends = shapely.get_coordinates(setting.context.to_wgs84(gap.line))[[0, -1]]
        start, finish = (f"{lon:.4f}, {lat:.4f}" for lon, lat in ends)
        figures: tuple[Cell, ...] = (None,) * 5
        if proposal is not None:
            existing, best = proposal.existing, proposal.cheapest
            figures = (
                None if existing is None else existing.length_m / 1000,
                best.new_m / 1000,
                (best.length_m - best.new_m) / 1000,
                proposal.straight.water_m,
                proposal.cost_m / 1000,
            )
        rows.append((side_of(gap.bearing_deg), gap.length_m / 1000, start, finish, *figures))
    return Exhibit(
        key="gaps",
        title=Text("缺口与补法", "Gaps and what would close them"),
        columns=(
            column("side", "方位", "side"),
            column("length", "缺口长度", "gap", "km", 2),
            column("start", "一端（经度, 纬度）", "one end (lon, lat)"),
            column("finish", "另一端（经度, 纬度）", "other end (lon, lat)"),
            column("existing", "沿现有道路绕通", "round over existing roads", "km"),
            column("new", "最省补法：新建", "cheapest: new", "km", 2),
            column("rebuilt", "最省补法：改建或利用", "cheapest: rebuilt or used", "km"),
            column("water", "直线新建跨水", "straight link over water", "m", 0),
            column("cost", "最省补法折合新建", "cheapest, as new road", "km"),
        ),
        rows=tuple(rows),
        note=_weights_note(),
    )


def _weights_note() -> Text:
    return Text(
        "折合系数（假设，待核）：每公里新建计 1；同级及以上现有道路 "
        f"{READY:g}，主次干路和国道改建 {MAJOR:g}，支路及以下改建 {MINOR:g}；跨水另加 {WATER:g}。"
        "高速公路不改作环线，不得绕到环心另一侧",
        f"Assumed weights per km: new 1, existing of the ring's class or above {READY:g}, main "
        f"roads {MAJOR:g}, smaller roads {MINOR:g}, over water {WATER:g} more. Motorways are not "
        "used, nor the far side of the centre",
    )


def _closing_table(facts: RingFacts) -> Exhibit:
    rows: list[tuple[Cell, ...]] = []
    for gap, proposal in zip(facts.ring.gaps, facts.proposals, strict=True):
        if proposal is not None:
            for name, way in _options(proposal):
                rows += _stretches(side_of(gap.bearing_deg), name, way)
    return Exhibit(
        key="closing",
        title=Text("补环方案分段", "Ways across the gaps, stretch by stretch"),
        columns=(
            column("side", "方位", "side"),
            column("option", "方案", "option"),
            column("order", "顺序", "order", "", 0),
            column("class", "现有等级", "class"),
            column("length", "长度", "length", "km", 2),
            column("speed", "车速", "speed", "km/h", 0),
            column("time", "时间", "time", "min"),
            column("water", "跨水", "over water", "m", 0),
        ),
        rows=tuple(rows),
        note=Text(
            "跨水只计新建段；现有道路的桥已在。新建段按环线主要等级的车速",
            "Water is counted on new stretches only; they have the speed of the ring's class",
        ),
    )


def _options(proposal: Proposal) -> list[tuple[Text, Way]]:
    """Return the different ways across a gap, each once."""
    best, existing = proposal.cheapest, proposal.existing
    options = [(Text("最省", "cheapest"), best)]
    if existing is not None and existing != best:
        options.append((Text("现有道路", "existing roads"), existing))
    if existing is None and proposal.minimal != best:
        options.append((Text("新建最少", "least new road"), proposal.minimal))
    if proposal.straight != best:
        options.append((Text("直线新建", "straight"), proposal.straight))
    return options


def _stretches(side: Text, name: Text, way: Way) -> list[tuple[Cell, ...]]:
    return [
        (
            side, name, order,
            NEW_ROAD if piece.is_new else class_name(piece.road_class),
            piece.length_m / 1000,
            piece.length_m / 1000 / (piece.time_min / 60) if piece.time_min > 0 else None,
            piece.time_min, piece.water_m,
        )
        for order, piece in enumerate(way.pieces, start=1)
    ]  # fmt: skip


def _section_table(setting: Setting, facts: RingFacts) -> Exhibit:
    features = setting.context.features
    rows: list[tuple[Cell, ...]] = []
    unknown: tuple[Cell, ...] = (None,) * 6
    for position, key in enumerate(facts.keys):
        figures = facts.figures.iloc[position]
        own = facts.classes[facts.classes["section"] == position]
        main = class_name(str(own["road_class"].iloc[0])) if len(own) else None
        along = None if facts.circuit is None else float(facts.circuit.road_m[position]) / 1000
        rows.append(
            (
                features[key].name, features[key].role, along, float(figures["drawn_m"]) / 1000,
                100 * float(figures["found_share"]), main,
                100 * float(own["share"].iloc[0]) if len(own) else None,
                known(figures["speed_kmh"]),
            )
        )  # fmt: skip
    rows += [(features[key].name, features[key].role, *unknown) for key in facts.gone]
    return Exhibit(
        key="sections",
        title=Text("各段等级与车速", "Sections: class and speed"),
        columns=(
            column("section", "路段", "section"),
            column("role", "规划定位", "role in the plan"),
            column("along", "沿环长度", "length along the ring", "km"),
            column("drawn", "线位总长（双幅合计）", "drawn, both carriageways", "km"),
            column("found", "在路网上的比例", "found on the network", "%", 0),
            column("class", "主要等级", "main class"),
            column("share", "主要等级占比", "share of it", "%", 0),
            column("speed", "平均车速", "mean speed", "km/h", 0),
        ),
        rows=tuple(rows),
    )


def _class_table(setting: Setting, facts: RingFacts) -> Exhibit:
    rows = tuple(
        (
            setting.context.name(facts.keys[int(row["section"])]),
            class_name(str(row["road_class"])),
            float(row["length_m"]) / 1000,
            100 * float(row["share"]),
            float(row["speed_kmh"]),
        )
        for row in facts.classes.to_dict("records")
    )
    return Exhibit(
        key="classes",
        title=Text("各段等级构成", "Classes of each section"),
        columns=(
            column("section", "路段", "section"),
            column("class", "等级", "class"),
            column("length", "长度（双幅合计）", "length, both carriageways", "km"),
            column("share", "占该段", "share of the section", "%", 0),
            column("speed", "车速", "speed", "km/h", 0),
        ),
        rows=rows,
    )


def _drive_table(facts: RingFacts) -> Exhibit:
    rows = []
    names = (Text("顺时针", "clockwise"), Text("逆时针", "counter-clockwise"))
    for name, legs in zip(names, facts.legs, strict=True):
        for leg in legs:
            a, b = facts.waypoints[leg.start].name, facts.waypoints[leg.end].name
            km = None if leg.length_m is None else leg.length_m / 1000
            share = None if leg.ring_share is None else 100 * leg.ring_share
            rows.append(
                (
                    name, Text(f"{a.zh}—{b.zh}", f"{a.en} – {b.en}"), km, leg.time_min, share,
                    leg.joined_m, State.UNROUTABLE if km is None else State.HOLDS,
                )
            )  # fmt: skip
    return Exhibit(
        key="drive",
        title=Text("绕行一周", "The drive round"),
        columns=(
            column("direction", "方向", "direction"),
            column("leg", "路程", "leg"),
            column("length", "里程", "length", "km"),
            column("time", "时间", "time", "min"),
            column("share", "在环线上的比例", "share on the ring", "%", 0),
            column("joined", "按相接通过的断口", "breaks passed as joined", "m", 0),
            column("state", "能否通行", "drivable"),
        ),
        rows=tuple(rows),
    )
