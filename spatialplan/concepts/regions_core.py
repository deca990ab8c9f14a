"""The core to every county seat and township, by road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.checks.context import MAIN_SLACK_M
from spatialplan.concepts.regions_travel import Answer, answers, usable_points
from spatialplan.concepts.setting import Setting
from spatialplan.model.network import Snaps
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import State
from spatialplan.network.od import pair_paths
from spatialplan.network.snap import snap_to_main
from spatialplan.text import Text

__all__ = ["LIMITS_MIN", "Townships", "core_to_seats", "core_to_townships", "entry_snaps",
           "seat_table", "township_table"]  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LIMITS_MIN = (30, 60, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Townships:
    """Townships of the plan's area as reached from the core, in the order of the setting.

    Attributes
    ----------
    position
        Of each among the setting's townships, shape (k,).
    district
        Row of the setting's districts in which each lies, shape (k,).
    time_min, delta_min
        Minutes from the nearest core and their uncertainty; nan where there is no way.
    is_mapped
        Whether roads are mapped there at all.
    has_start
        Whether any core lies by a road; else nothing is known of any township.
    """

    position: Ints
    district: Ints
    time_min: Floats
    delta_min: Floats
    is_mapped: NDArray[np.bool_]
    has_start: bool


def core_to_seats(
    setting: Setting, cores: tuple[str, ...], seats: tuple[str, ...], snap_m: float
) -> list[Answer]:
    """Return the quickest drive from any core to each seat, or why there is none."""
    by_core = [answers(setting.context, core, seats, snap_m) for core in cores]
    return [min(options, key=_hope) for options in zip(*by_core, strict=True)]


def _hope(answer: Answer) -> tuple[bool, bool, float]:
    known = answer.time_min is not None
    return answer.state is not State.HOLDS, not known, answer.time_min or 0.0


def seat_table(setting: Setting, found: list[Answer]) -> Exhibit:
    """Return the core's distance and time to each seat."""
    rows = tuple(
        (
            setting.context.name(answer.object),
            setting.context.name(answer.subject),
            answer.state,
            None if answer.distance_m is None else answer.distance_m / 1000,
            answer.time_min,
            answer.delta_min if answer.time_min is not None else None,
            Text("是", "yes") if answer.estimated else None,
            answer.cause,
        )
        for answer in found
    )
    return Exhibit(
        key="core-to-seats",
        title=Text("核心到各县（市、区）驻地", "From the core to the county seats"),
        columns=(
            Column(key="seat", name=Text("驻地", "Seat")),
            Column(key="core", name=Text("核心", "Core")),
            Column(key="state", name=Text("结论", "State")),
            Column(key="km", name=Text("路网距离", "Road distance"), unit="km"),
            Column(key="min", name=Text("行车时间", "Driving time"), unit="min"),
            Column(key="delta", name=Text("时间误差", "Uncertainty"), unit="min"),
            Column(key="estimated", name=Text("估算", "Estimated")),
            Column(key="cause", name=Text("说明", "Cause")),
        ),
        rows=rows,
    )


def entry_snaps(setting: Setting, points: Ints) -> tuple[Snaps, Floats]:
    """Return where entry points of features lie on the roads, and where they are."""
    snaps = setting.context.snaps
    chosen = Snaps(
        edge=snaps.edge[points],
        along=snaps.along[points],
        offset_m=snaps.offset_m[points],
        x=snaps.x[points],
        y=snaps.y[points],
    )
    return chosen, setting.context.xy[points]


def core_to_townships(setting: Setting, cores: tuple[str, ...], snap_m: float) -> Townships:
    """Return the time from the nearest core to each placed township of the plan's area."""
    network = setting.context.network
    position, district = _by_district(setting)
    points = setting.townships.geometry.to_numpy()[position]
    xy = shapely.get_coordinates(points).reshape(-1, 2)
    entries = [usable_points(setting.context, core, snap_m) for core in cores]
    start = np.concatenate([np.empty(0, dtype=np.int64), *entries])
    snaps = snap_to_main(network, xy[:, 0], xy[:, 1], snap_m, MAIN_SLACK_M)
    time_min, delta_min = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
    if len(start) and len(xy):
        pairs = np.stack(np.meshgrid(np.arange(len(start)), np.arange(len(xy))), axis=-1)
        found = pair_paths(
            network, entry_snaps(setting, start), (snaps, xy), pairs.reshape(-1, 2), by="time"
        )
        cost = found.cost.reshape(len(xy), len(start))
        best = np.arange(len(xy)) * len(start) + np.argmin(cost, axis=1)
        time_min = np.where(found.reached[best], found.time_ms[best] / 60_000, np.nan)
        accuracy = setting.townships["accuracy_m"].to_numpy(dtype=float)[position]
        pace = time_min / np.maximum(found.length_m[best], 1.0)
        delta_min = np.hypot(accuracy, found.road_m[best]) * pace
    mapped = snaps.is_snapped | shapely.intersects_xy(network.extent, xy[:, 0], xy[:, 1])
    return Townships(
        position=position,
        district=district,
        time_min=time_min,
        delta_min=delta_min,
        is_mapped=mapped,
        has_start=len(start) > 0,
    )


def _by_district(setting: Setting) -> tuple[Ints, Ints]:
    """Return the townships that lie in the plan's districts, and the first district of each."""
    points = setting.townships.geometry
    areas = setting.districts.geometry
    here, district = areas.sindex.query(points, predicate="covered_by")
    order = np.lexsort((district, here))
    position, first = np.unique(here[order], return_index=True)
    return position.astype(np.int64), district[order][first].astype(np.int64)


def township_table(setting: Setting, found: Townships) -> Exhibit:
    """Return per district: how many townships are placed, and how far from the core they are."""
    names = setting.districts["name"].tolist()
    every = np.arange(len(found.position))
    groups = [(name, np.flatnonzero(found.district == i)) for i, name in enumerate(names)]
    rows = [_row(name, found, rows) for name, rows in groups]
    rows.append(_row(Text("合计", "All"), found, every))
    limits = [
        Column(
            key=f"within-{limit}", name=Text(f"{limit} 分钟内", f"Within {limit} min"), unit="count"
        )
        for limit in LIMITS_MIN
    ]
    return Exhibit(
        key="core-to-townships",
        title=Text("核心到各县区乡镇", "From the core to the townships"),
        columns=(
            Column(key="district", name=Text("县（市、区）", "District")),
            Column(key="placed", name=Text("有位置的乡镇", "Placed"), unit="count"),
            Column(key="routed", name=Text("可算时间", "Routed"), unit="count"),
            Column(key="unroutable", name=Text("不连通", "Not joined"), unit="count"),
            Column(key="unmapped", name=Text("无路网", "No roads mapped"), unit="count"),
            Column(key="least", name=Text("最近", "Least"), unit="min"),
            Column(key="median", name=Text("中位", "Median"), unit="min"),
            Column(key="most", name=Text("最远", "Most"), unit="min"),
            *limits,
            Column(key="doubtful", name=Text("临界", "Near a limit"), unit="count"),
        ),
        rows=tuple(rows),
        note=Text(
            "只计图上有位置的乡镇；“临界”为时间与某一档限值之差小于位置误差的乡镇，"
            "“无路网”“不连通”是底图所限，不等于不通公路",
            "Only townships with a place on the map. Near a limit: the place is not accurate "
            "enough to tell. Not joined and not mapped say something of the map, not of the roads",
        ),
    )


def _row(name: str | Text, found: Townships, rows: Ints) -> tuple[Cell, ...]:
    if not found.has_start:
        return (name, len(rows), *[None] * (6 + len(LIMITS_MIN) + 1))
    time, delta = found.time_min[rows], found.delta_min[rows]
    known = np.isfinite(time)
    some = time[known]
    off = np.abs(some[:, None] - np.array(LIMITS_MIN)) <= delta[known][:, None]
    figures = [float(f(some)) if len(some) else None for f in (np.min, np.median, np.max)]
    # Without a single routed township nobody knows how many lie within a limit.
    within = [int((some <= limit).sum()) if len(some) else None for limit in LIMITS_MIN]
    return (
        name,
        len(rows),
        int(known.sum()),
        int((~known & found.is_mapped[rows]).sum()),
        int((~known & ~found.is_mapped[rows]).sum()),
        *figures,
        *within,
        int(off.any(axis=1).sum()) if len(some) else None,
    )
