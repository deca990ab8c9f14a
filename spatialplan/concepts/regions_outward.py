"""Poles towards their outward targets: by road where roads are mapped, else up to the last road."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point

from spatialplan.concepts.regions_members import Region
from spatialplan.concepts.regions_travel import Answer, answers, usable_points
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Kind
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import Mark, State
from spatialplan.network import routing
from spatialplan.text import Text

__all__ = ["LastPoint", "Opening", "last_mark", "open_outward", "opening_table", "targets_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPoint:
    """Where the mapped roads end on the way to a target.

    `short_m` is the straight line from there to the target, `point` is in the plan's CRS.
    """

    point: Point
    time_min: float
    short_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A pole towards one of its targets; `last` where there is no drive but some way on it."""

    region: str
    start: str
    answer: Answer
    last: LastPoint | None


def targets_of(
    setting: Setting, concept: Concept, regions: Sequence[Region], core: str
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the targets of each pole and the place that drives to them start from.

    The plan's claims tell which pole opens towards which target; a target that no pole claims
    belongs to the nearest pole as the crow flies, and to the core where there is no pole.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    poles = [region for region in regions if region.is_pole]
    for pole in poles:
        found[pole.key, pole.stands_for] = dict.fromkeys(_claimed(setting, concept, pole.key))
    taken = {target for targets in found.values() for target in targets}
    for target in concept.role("targets"):
        if target not in taken:
            found.setdefault(_nearest(setting, target, poles, core), {})[target] = None
    return {start: tuple(targets) for start, targets in found.items()}


def _claimed(setting: Setting, concept: Concept, pole: str) -> list[str]:
    features, named = setting.context.features, concept.role("targets")
    return [
        key
        for claim in setting.claims_about((pole,), "connected", "reaches")
        for key in claim.objects
        if key in named or features[key].kind is Kind.OUTWARD_TARGET
    ]


def _nearest(setting: Setting, target: str, poles: Sequence[Region], core: str) -> tuple[str, str]:
    """Return the pole nearest to a target that no pole claims; the core for one without a place."""
    placed = [pole for pole in poles if setting.context.is_located(pole.stands_for)]
    if not placed or not setting.context.is_located(target):
        return core, core
    there = setting.shape(target)
    gaps = [shapely.distance(setting.shape(pole.stands_for), there) for pole in placed]
    pole = placed[int(np.argmin(gaps))]
    return pole.key, pole.stands_for


def open_outward(
    setting: Setting, targets: dict[tuple[str, str], tuple[str, ...]], snap_m: float
) -> list[Opening]:
    """Return how each pole reaches each of its targets."""
    out = []
    for (region, start), keys in targets.items():
        found = answers(setting.context, start, keys, snap_m)
        missed = [
            a.object for a in found if a.drive is None and setting.context.is_located(a.object)
        ]
        last = _last_points(setting, start, missed, snap_m)
        for answer in found:
            point = last.get(answer.object)
            cause = _cause(setting, answer, point)
            told = dataclasses.replace(answer, cause=cause)
            out.append(Opening(region=region, start=start, answer=told, last=point))
    return out


def _cause(setting: Setting, answer: Answer, last: LastPoint | None) -> Text:
    """Return why a target is not reached, with the last road on the way to it from this start."""
    if last is None or answer.state is not State.NO_DATA:
        return answer.cause
    lon, lat = setting.context.to_wgs84(last.point).coords[0]
    name, km = setting.context.name(answer.object), last.short_m / 1000
    zh = (
        f"“{name}”在已有路网范围之外；沿路网行 {last.time_min:.0f} 分钟到 ({lon:.3f}, {lat:.3f})，"
        f"直线还差 {km:.0f} 公里"
    )
    en = (
        f"{name} lies beyond the mapped roads, which end after {last.time_min:.0f} min at "
        f"({lon:.3f}, {lat:.3f}), {km:.0f} km short"
    )
    if answer.estimated and answer.time_min is not None and answer.distance_m is not None:
        zh += f"；估算全程 {answer.distance_m / 1000:.0f} 公里、{answer.time_min:.0f} 分钟"
        en += f"; estimated {answer.distance_m / 1000:.0f} km, {answer.time_min:.0f} min in all"
    return Text(zh, en)


def _last_points(
    setting: Setting, start: str, targets: Sequence[str], snap_m: float
) -> dict[str, LastPoint]:
    """Return for each target the reachable node nearest to it, if nearer than the start itself."""
    context = setting.context
    origins = usable_points(context, start, snap_m)
    if len(origins) == 0 or not targets:
        return {}
    network = context.network
    cost = routing.reach(context.quickest, origins).cost[: network.n_nodes]
    reached = np.flatnonzero(np.isfinite(cost))
    leg_min = float(context.snaps.offset_m[origins].min()) * 0.06 / network.speeds.access_kmh
    out = {}
    for target in targets:
        goal = setting.shape(target).representative_point()
        gap = np.hypot(network.x[reached] - goal.x, network.y[reached] - goal.y)
        if len(gap) and gap.min() < shapely.distance(setting.shape(start), goal):
            best = reached[np.argmin(gap)]
            out[target] = LastPoint(
                point=Point(network.x[best], network.y[best]),
                time_min=float(cost[best]) / 60_000 + leg_min,
                short_m=float(gap.min()),
            )
    return out


def opening_table(setting: Setting, openings: Sequence[Opening], through: Sequence[str]) -> Exhibit:
    """Return reach, time and gateway of every pole and target.

    Parameters
    ----------
    through
        In words, by which gateway each opening leaves the area; empty where unknown.
    """
    rows = tuple(
        _row(setting, opening, gate) for opening, gate in zip(openings, through, strict=True)
    )
    return Exhibit(
        key="outward",
        title=Text("对外方向", "Outward targets"),
        columns=(
            Column(key="region", name=Text("极（核心）", "Pole (core)")),
            Column(key="target", name=Text("对外目标", "Target")),
            Column(key="state", name=Text("结论", "State")),
            Column(key="km", name=Text("路网距离", "Road distance"), unit="km"),
            Column(key="min", name=Text("行车时间", "Driving time"), unit="min"),
            Column(key="estimated", name=Text("估算", "Estimated")),
            Column(key="last-lon", name=Text("路网止点经度", "Last road, lon"), digits=4),
            Column(key="last-lat", name=Text("路网止点纬度", "Last road, lat"), digits=4),
            Column(key="last-min", name=Text("到止点", "Time to it"), unit="min"),
            Column(key="short-km", name=Text("止点到目标直线", "Straight rest"), unit="km"),
            Column(key="gateway", name=Text("出口门户", "Gateway")),
            Column(key="cause", name=Text("说明", "Cause")),
        ),
        rows=rows,
        note=Text(
            "止点是从该极驾车可到、直线上离目标最近的路网节点；路网在止点之外没有数据",
            "The last road is the reachable node nearest to the target as the crow flies; beyond "
            "it no roads are mapped",
        ),
    )


def _row(setting: Setting, opening: Opening, gate: str) -> tuple[Cell, ...]:
    answer, last, context = opening.answer, opening.last, setting.context
    lon, lat = context.to_wgs84(last.point).coords[0] if last else (None, None)
    return (
        context.name(opening.region),
        context.name(answer.object),
        answer.state,
        None if answer.distance_m is None else answer.distance_m / 1000,
        answer.time_min,
        Text("是", "yes") if answer.estimated else None,
        lon,
        lat,
        last.time_min if last else None,
        last.short_m / 1000 if last else None,
        gate or None,
        answer.cause,
    )


def last_mark(setting: Setting, opening: Opening) -> tuple[Mark, ...]:
    """Return a point where the mapped roads end towards a target that no drive reaches."""
    last, context = opening.last, setting.context
    if last is None or opening.answer.state is State.HOLDS:
        return ()
    name = context.name(opening.answer.object)
    label = Text(
        f"往{name}：路网止于此，{last.time_min:.0f} 分钟，直线还差 {last.short_m / 1000:.0f} 公里",
        f"towards {name}: the roads end here after {last.time_min:.0f} min, "
        f"{last.short_m / 1000:.0f} km short",
    )
    return (Mark(role="point", geometry=context.to_wgs84(last.point), label=label),)
