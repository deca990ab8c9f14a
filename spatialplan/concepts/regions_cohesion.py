"""Times within each region and its cohesion, and times between regions that stand for themselves.

A wing of several counties hangs together when they are nearer to each other than to the others; a
zone of one county cannot be asked that, but whether zones are linked with each other can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.checks.judging import judge
from spatialplan.concepts.regions_members import Region, joined, named
from spatialplan.concepts.regions_travel import drives
from spatialplan.concepts.setting import Setting
from spatialplan.measures.cohesion import Cohesion, cohesion
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["Held", "Times", "cohesion_table", "hold_together", "link_names", "matrix_table",
           "region_links", "seat_times"]  # fmt: skip

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Directed driving times between places in minutes, nan where there is no way."""

    keys: tuple[str, ...]
    time_min: Floats
    delta_min: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Whether one region hangs together, and why that is so or not known."""

    region: Region
    figures: Cohesion
    state: State
    cause: Text


def seat_times(setting: Setting, keys: Sequence[str], snap_m: float) -> Times:
    """Return the driving times between places, in both directions."""
    n = len(keys)
    time, delta = np.full((n, n), np.nan), np.full((n, n), np.nan)
    for i, key in enumerate(keys):
        for j, drive in enumerate(drives(setting.context, key, keys, snap_m)):
            if drive is not None and i != j:
                time[i, j], delta[i, j] = drive.time_min, drive.delta_min
    np.fill_diagonal(time, 0.0)
    np.fill_diagonal(delta, 0.0)
    return Times(keys=tuple(keys), time_min=time, delta_min=delta)


def hold_together(setting: Setting, regions: Sequence[Region], times: Times) -> list[Held]:
    """Return the cohesion of each region against all places outside it."""
    return [_held(setting, region, times) for region in regions]


def _held(setting: Setting, region: Region, times: Times) -> Held:
    member = np.isin(times.keys, region.members)
    figures = cohesion(times.time_min, member, times.delta_min)
    state, cause = _judged(setting, region, figures)
    return Held(region=region, figures=figures, state=state, cause=cause)


def _judged(setting: Setting, region: Region, figures: Cohesion) -> tuple[State, Text]:
    name = setting.context.name(region.key)
    if figures.members < 2:
        return State.NO_DATA, Text(
            f"“{name}”只有 {figures.members} 个县（市、区）驻地，不足两个，不计凝聚度",
            f"{name} has {figures.members} county seats; cohesion needs two",
        )
    (within, all_within), (between, all_between) = figures.pairs_within, figures.pairs_between
    if all_between == 0:
        return State.NO_DATA, Text(
            f"“{name}”之外没有驻地可比", f"there is no seat outside {name} to compare with"
        )
    if figures.ratio is None:
        return State.UNROUTABLE, Text(
            f"“{name}”内部 {all_within} 对可算 {within} 对，"
            f"对外 {all_between} 对可算 {between} 对，已有路网不足以比较",
            f"{name}: {within} of {all_within} pairs within and {between} of {all_between} between "
            "are joined on the mapped roads: nothing to compare",
        )
    zh = (
        f"“{name}”内部平均 {figures.within:.0f} 分钟，对外平均 {figures.between:.0f} 分钟，"
        f"凝聚度 {figures.ratio:.2f}（±{figures.delta:.2f}）"
    )
    en = (
        f"{name}: {figures.within:.0f} min within, {figures.between:.0f} min between, "
        f"cohesion {figures.ratio:.2f} (±{figures.delta:.2f})"
    )
    if not figures.is_whole:
        return State.UNCERTAIN, Text(
            f"{zh}，仅据可算的内部 {within}/{all_within} 对、对外 {between}/{all_between} 对",
            f"{en}; only {within} of {all_within} pairs within and {between} of {all_between} "
            "between are joined",
        )
    if region.doubtful:
        doubt = named(setting, region.doubtful)
        return State.UNCERTAIN, Text(
            f"{zh}；{doubt.zh}离区界太近，归属待核",
            f"{en}; {doubt.en} lies too near the edge to tell on which side",
        )
    return judge(figures.ratio, 1.0, figures.delta), Text(zh, en)


def cohesion_table(setting: Setting, held: Sequence[Held]) -> Exhibit:
    """Return members, townships and cohesion of each region."""
    return Exhibit(
        key="cohesion",
        title=Text("各片区成员与凝聚度", "Members and cohesion of the regions"),
        columns=(
            Column(key="region", name=Text("片区", "Region")),
            Column(key="kind", name=Text("类别", "Kind")),
            Column(key="members", name=Text("成员", "Members")),
            Column(key="townships", name=Text("有位置的乡镇", "Placed townships"), unit="count"),
            Column(key="within", name=Text("内部平均", "Mean within"), unit="min"),
            Column(key="between", name=Text("对外平均", "Mean between"), unit="min"),
            Column(key="ratio", name=Text("凝聚度", "Cohesion"), unit="ratio", digits=2),
            Column(key="delta", name=Text("误差", "Uncertainty"), unit="ratio", digits=2),
            Column(key="pairs", name=Text("可算对数", "Pairs joined")),
            Column(key="state", name=Text("结论", "State")),
        ),
        rows=tuple(_row(setting, one) for one in held),
        note=Text(
            "凝聚度 = 成员间平均行车时间 ÷ 成员与区外驻地间平均行车时间，小于 1 为内聚；"
            "双向都计，乡镇不参与计算。可算对数为“内部可算/应有，对外可算/应有”",
            "Cohesion = mean driving time among members over mean time between members and seats "
            "outside, both directions; below 1 the region hangs together. Townships do not count. "
            "Pairs joined: within of all, between of all",
        ),
    )


def _row(setting: Setting, held: Held) -> tuple[Cell, ...]:
    region, figures = held.region, held.figures
    names = joined([setting.context.name(key) for key in region.members], most=99)
    (a, b), (c, d) = figures.pairs_within, figures.pairs_between
    located = setting.context.is_located(region.key)
    return (
        setting.context.name(region.key),
        Text("极", "pole") if region.is_pole else Text("翼或片区", "wing or zone"),
        names if region.members else None,
        len(region.townships) if located else None,
        figures.within,
        figures.between,
        figures.ratio,
        figures.delta if figures.ratio is not None else None,
        f"{a}/{b}, {c}/{d}",
        held.state,
    )


def matrix_table(times: Times, names: Sequence[str], key: str, title: Text) -> Exhibit:
    """Return a table of driving times from the places of the rows to those of the columns."""
    columns = [Column(key="from", name=Text("起点", "From"))]
    columns += [
        Column(key=f"to-{i + 1}", name=Text(f"到{name}", f"to {name}"), unit="min")
        for i, name in enumerate(names)
    ]
    rows = tuple(
        (name, *(float(t) if np.isfinite(t) else None for t in row))
        for name, row in zip(names, times.time_min, strict=True)
    )
    return Exhibit(
        key=key,
        title=title,
        columns=tuple(columns),
        rows=rows,
        note=Text(
            "行到列的行车时间，双向分列；空格为已有路网中没有通路，不等于现实中不通",
            "Driving time from row to column; an empty cell has no way on the mapped roads, which "
            "does not mean that there is none",
        ),
    )


def link_names(setting: Setting, regions: Sequence[Region], links: Times) -> list[str]:
    """Return the names of the regions that each place stands for."""
    name = setting.context.name
    return [
        "、".join(name(region.key) for region in regions if region.stands_for == key)
        for key in links.keys
    ]


def region_links(setting: Setting, regions: Sequence[Region], snap_m: float) -> Times | None:
    """Return the times between regions, each by the place that stands for it; None below two."""
    located = [region for region in regions if setting.context.is_located(region.stands_for)]
    keys = tuple(dict.fromkeys(region.stands_for for region in located))
    return seat_times(setting, keys, snap_m) if len(keys) > 1 else None
