"""The tables of a concept of circles."""

from __future__ import annotations

import numpy as np

from spatialplan.concepts.circles_cells import column, km2, known
from spatialplan.concepts.circles_centres import LEVELS, Circle, centre_said
from spatialplan.concepts.circles_measured import Measured
from spatialplan.concepts.circles_reach import KINDS, MAIN_LIMIT_MIN
from spatialplan.concepts.circles_tables_offer import core_table, offer_table
from spatialplan.concepts.circles_tables_reach import (
    competition_table,
    overlap_table,
    reach_table,
)
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Cell, Exhibit
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["exhibits"]


def exhibits(setting: Setting, measured: Measured) -> tuple[Exhibit, ...]:
    """Return the tables that have rows; the summary of all circles comes first."""
    tables = (
        _summary(measured),
        _landmarks(setting, measured),
        offer_table(measured),
        core_table(measured),
        overlap_table(measured),
        competition_table(measured),
        reach_table(setting, measured),
        _counties(measured),
    )
    return tuple(table for table in tables if table.rows)


def _summary(measured: Measured) -> Exhibit:
    return Exhibit(
        key="circles",
        title=Text("各级商圈对照", "Circles side by side"),
        columns=(
            column("circle", "商圈", "Circle"),
            column("level", "级别", "Level"),
            column("centre", "中心", "Centre"),
            column("accuracy", "中心精度", "Accuracy of the centre", "m", 0),
            column("walk", "步行服务面积", "Area on foot", "km²", 2),
            column("drive", "驾车服务面积", "Area by car", "km²", 0),
            column("inside", "地标在步行范围内", "Landmarks within a walk"),
            column("outside", "地标在外", "Landmarks beyond"),
            column("open", "地标未定", "Landmarks not told"),
            column("points", "兴趣点", "Points of interest"),
            column("density", "兴趣点密度", "Density of points", "1/km²", 0),
            column("mix", "业态混合度", "Mix", "", 2),
            column("core", "密度中心偏离", "Core off the centre", "m", 0),
            column("villages", "30 分钟可达村", "Villages in 30 min"),
            column("townships", "30 分钟可达乡镇", "Townships in 30 min"),
            column("share", "客流份额", "Share of custom", "%", 0),
            column("to_city", "距最近市级商圈", "To the nearest city circle", "km", 1),
            column("to_city_min", "到最近市级商圈", "To the nearest city circle", "min", 0),
        ),
        rows=tuple(_circle_row(measured, circle) for circle in measured.circles),
        note=Text(
            "村、乡镇只计有坐标且在精度之内确定可达的。“—”为没有量到，不是零。",
            "Villages and townships: those with coordinates that are surely reached. "
            "A dash is not measured, not zero.",
        ),
    )


def _circle_row(measured: Measured, circle: Circle) -> tuple[Cell, ...]:
    counts = measured.landmark_states(circle.id)
    unknown = counts.total() - counts[State.HOLDS] - counts[State.FAILS]
    head: tuple[Cell, ...] = (circle.name, LEVELS[circle.level], centre_said(circle))
    tail = (counts[State.HOLDS], counts[State.FAILS], unknown) if counts else (None,) * 3
    i = measured.ground.position(circle.id)
    if i is None:
        return (*head, None, None, None, *tail, *(None,) * 9)
    ground = measured.ground
    on_road = bool(ground.snaps.is_snapped[i])
    reached = [
        measured.reach.tally(kind, MAIN_LIMIT_MIN, i)[State.HOLDS] if on_road else None
        for kind in KINDS
    ]
    _, km, minutes = measured.ways.get(i, (None, None, None))
    return (
        *head, circle.accuracy_m, km2(ground.walk[i]), km2(ground.drive[i]), *tail,
        *_offer_cells(measured, i), *reached, _share(measured, i), km, minutes,
    )  # fmt: skip


def _offer_cells(measured: Measured, i: int) -> tuple[Cell, ...]:
    """Return points, density, mix and offset of the core of a circle."""
    offer = measured.offer
    if offer is None or measured.ground.walk[i].is_empty:
        return (None,) * 4
    density, mix = known(offer.per_km2[i]), known(offer.evenness[i])
    return (int(offer.counts[i].sum()), density, mix, measured.cores[i].offset_m)


def _share(measured: Measured, i: int) -> float | None:
    found = measured.competition
    at = [] if found is None else np.flatnonzero(found.columns == i).tolist()
    return float(found.shares[at[0]] * 100) if found is not None and at else None


def _landmarks(setting: Setting, measured: Measured) -> Exhibit:
    name = setting.context.name
    return Exhibit(
        key="landmarks",
        title=Text("商圈的地标", "Landmarks of the circles"),
        columns=(
            column("circle", "商圈", "Circle"),
            column("landmark", "地标", "Landmark"),
            column("state", "在步行范围内", "Within a walk"),
            column("distance", "步行距离", "Distance on foot", "m", 0),
            column("delta", "不确定度", "Uncertainty", "m", 0),
            column("cause", "说明", "Cause"),
        ),
        rows=tuple(
            (name(part.subject), name(part.object or ""), part.state, part.value,
             None if part.value is None else part.delta, part.cause)
            for part in measured.landmarks
        ),
        note=Text(
            f"步行 {measured.numbers.walk_min:g} 分钟即沿路 {measured.numbers.walk_m:.0f} 米。",
            f"{measured.numbers.walk_min:g} minutes are {measured.numbers.walk_m:.0f} m of road.",
        ),
    )  # fmt: skip


def _counties(measured: Measured) -> Exhibit:
    return Exhibit(
        key="counties",
        title=Text("各县（市）的商圈", "Circles by county"),
        columns=(
            column("county", "县（市）", "County"),
            column("state", "有商圈", "Has a circle"),
            column("circles", "已定位的商圈", "Located circles"),
        ),
        rows=tuple((it.name, it.state, "、".join(it.circles) or None) for it in measured.counties),
    )
