"""The tables of what a ring links and gathers, and the columns of all its tables."""

from __future__ import annotations

import numpy as np

from spatialplan.concepts.ring_facts import RingFacts
from spatialplan.concepts.ring_links import FEW, Belt, Gathering, RingLink
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.text import Text

__all__ = ["column", "gathering_table", "known", "link_table", "place_table"]


def column(key: str, zh: str, en: str, unit: str = "", digits: int = 1) -> Column:
    """Return a column of a table."""
    return Column(key=key, name=Text(zh, en), unit=unit, digits=digits)


def known(value: float) -> float | None:
    """Return a number, None for nan."""
    return None if np.isnan(value) else float(value)


def link_table(setting: Setting, links: tuple[RingLink, ...]) -> Exhibit:
    """Return the links that the plan states, with their verdicts."""
    context = setting.context
    rows = []
    for link in links:
        part = link.part
        km = None if part.distance_m is None else part.distance_m / 1000
        by_road = part.time_min is not None
        rows.append(
            (
                context.name(link.section), "、".join(context.name(key) for key in link.places),
                link.sentence, km if by_road else None, part.time_min, None if by_road else km,
                part.state, link.claim,
            )
        )  # fmt: skip
    return Exhibit(
        key="links",
        title=Text("规划所列联通", "Links that the plan states"),
        columns=(
            column("section", "路段", "section"),
            column("place", "联通对象", "linked place"),
            column("sentence", "论断", "claim"),
            column("road", "路网里程", "by road", "km", 2),
            column("time", "时间", "time", "min"),
            column("straight", "直线距离", "straight", "km", 2),
            column("state", "结论", "verdict"),
            column("claim", "论断编号", "id of the claim"),
        ),
        rows=tuple(rows),
    )


def place_table(setting: Setting, facts: RingFacts, belt: Belt) -> Exhibit:
    """Return the plan's places along the ring and whether they lie in the belt."""
    context = setting.context
    rows = [
        (
            context.name(place.key),
            None if place.section is None else context.name(facts.keys[place.section]),
            None if place.distance_m is None else place.distance_m / 1000,
            None if place.delta_m is None else place.delta_m / 1000,
            place.state,
        )
        for place in belt.places
    ]
    km = belt.width.value / 1000
    return Exhibit(
        key="places",
        title=Text(f"产业带（单侧 {km:g} 公里）内的平台园区", f"Platforms within {km:g} km"),
        columns=(
            column("place", "平台园区", "platform"),
            column("section", "最近路段", "nearest section"),
            column("distance", "直线距离", "straight distance", "km", 2),
            column("delta", "位置误差", "accuracy", "km", 2),
            column("state", "在带内", "in the belt"),
        ),
        rows=tuple(rows),
        note=Text("直线距离，不计河流阻隔", "straight distance, whatever river lies between"),
    )


def gathering_table(setting: Setting, facts: RingFacts, belt: Belt) -> Exhibit:
    """Return the points of interest of the belt with their location quotients."""
    return Exhibit(
        key="gathering",
        title=Text("产业带业态与区位商", "What the belt gathers: location quotients"),
        columns=(
            column("section", "路段", "section"),
            column("role", "规划定位", "role in the plan"),
            column("category", "业态", "category"),
            column("own", "带内该类", "of it in the belt", "", 0),
            column("belt", "带内合计", "all in the belt", "", 0),
            column("city", "全域该类", "of it in the area", "", 0),
            column("all", "全域合计", "all in the area", "", 0),
            column("quotient", "区位商", "location quotient", "", 2),
            column("few", "备注", "remark"),
        ),
        rows=() if belt.gathering is None else _gathering_rows(setting, facts, belt.gathering),
        note=Text(
            "区位商＝带内占比÷全域占比，大于 1 为聚集；每个兴趣点只归最近一段",
            "share in the belt over share in the area, above 1 is gathered; each point counts for "
            "its nearest section",
        ),
    )


def _gathering_rows(
    setting: Setting, facts: RingFacts, points: Gathering
) -> tuple[tuple[Cell, ...], ...]:
    few, enough = Text("个数少", "few points"), Text("", "")
    rows: list[tuple[Cell, ...]] = []
    for position, key in enumerate(facts.keys):
        feature, own = setting.context.features[key], points.counts[position]
        for column, category in enumerate(points.categories):
            rows.append(
                (
                    feature.name, feature.role, setting.category_name(category), int(own[column]),
                    int(own.sum()), int(points.whole[column]), int(points.whole.sum()),
                    known(float(points.quotient[position, column])),
                    few if own[column] < FEW else enough,
                )
            )  # fmt: skip
    return tuple(rows)
