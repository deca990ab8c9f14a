"""Find everything that keeps the accepted changes of a list from being applied to a pack."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.editing.change_rows import REMAKE, change_problem
from spatialplan.editing.change_shapes import (
    Box,
    distance_outside_m,
    measure_change,
    surroundings,
)
from spatialplan.editing.changes import NUMBER, REQUIRED, Change, ChangeKind
from spatialplan.editing.feature_ids import ID
from spatialplan.editing.pack_features import PackFeatures
from spatialplan.io import boundaries
from spatialplan.io.problems import Problem
from spatialplan.io.proposals import LOCATED_M
from spatialplan.model.plan import Kind, Plan, Status

__all__ = ["LINE_KINDS", "check_changes", "place_box"]

# What may be drawn as a line; everything may be a point or an area.
LINE_KINDS = frozenset(
    {Kind.RING, Kind.RING_SECTION, Kind.NATIONAL_ROAD, Kind.EXPRESSWAY, Kind.ROAD, Kind.RAILWAY,
     Kind.CORRIDOR, Kind.RIVERSIDE_BELT, Kind.CHANNEL, Kind.RIVER, Kind.WATERWAY, Kind.STREET,
     Kind.PROJECT, Kind.DELIVERY_NETWORK, Kind.OTHER}
)  # fmt: skip
SLACK_M = 1.0  # what a stated measure may differ from the geometries', plus one percent
FILL = ("在清单的 [change.new] 中补上", "fill it in under [change.new]")
IN_QGIS = ("在 QGIS 中改正后重新生成清单", "mend it in QGIS and make the list anew")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What every check needs: the list's path, the pack, and where features may lie."""

    path: Path
    pack: PackFeatures
    around: Box
    gone: frozenset[str]

    def problem(self, change: Change, zh: str, en: str, remedy: tuple[str, str]) -> Problem:
        return change_problem(self.path, change.id, zh, en, remedy)


def place_box(plan: Plan) -> Box:
    """Return the box in degrees around a plan and all that it places."""
    own = [] if plan.bounds is not None else [*boundaries.read_districts(plan.adcode).geometry]
    return surroundings(plan, own)


def check_changes(path: Path, changes: Sequence[Change], pack: PackFeatures) -> list[Problem]:
    """Return every problem of the changes, which are all to be applied together."""
    gone = frozenset(c.id for c in changes if c.kind is ChangeKind.DELETED)
    place = _Place(path=path, pack=pack, around=place_box(pack.plan), gone=gone)
    problems = [
        place.problem(change, f"出现 {count} 次", f"it appears {count} times", REMAKE)
        for change in {change.id: change for change in changes}.values()
        if (count := Counter(c.id for c in changes)[change.id]) > 1
    ]
    known = {*pack.spans, *(c.id for c in changes)} - gone
    for change in changes:
        problems += _check_target(place, change)
        if change.kind is ChangeKind.DELETED:
            problems += _check_users(place, change, changes)
            continue
        problems += _check_filled(place, change)
        problems += _check_words(place, change, known)
        problems += _check_shape(place, change)
    return problems


def _check_target(place: _Place, change: Change) -> Iterator[Problem]:
    """Yield why a change does not fit the pack as it stands."""
    is_there = change.id in place.pack.spans
    if change.kind is ChangeKind.ADDED:
        if is_there:
            yield place.problem(
                change, "数据包中已有这个 id，不能新增", "the pack has this id already",
                ("改 id，或不采纳", "choose another id, or do not accept it"),
            )  # fmt: skip
        if not ID.fullmatch(change.id):
            yield place.problem(
                change, "id 只能用小写字母、数字和连字符",
                "an id has lower-case letters, digits and hyphens only", ("改 id", "rename it"),
            )  # fmt: skip
    elif not is_there:
        yield place.problem(change, "数据包中没有这个要素", "the pack has no such feature", REMAKE)
    elif change.was != place.pack.digest(change.id):
        yield place.problem(
            change, f"“{change.name}”在清单生成之后又被改过，拒绝改动",
            f"{change.name} has changed since the list was made; refused",
            ("重新运行 spatialplan absorb 生成清单", "run spatialplan absorb again"),
        )  # fmt: skip


def _check_filled(place: _Place, change: Change) -> Iterator[Problem]:
    """Yield required attributes that are empty."""
    is_new, new = change.kind is ChangeKind.ADDED, change.new
    asked = [key for key in REQUIRED if is_new or key in new]
    if change.new_shape is not None:
        asked = list(dict.fromkeys([*asked, "source"]))
    for key in asked:
        if not str(new.get(key, "")).strip():
            yield place.problem(change, f"“{key}”未填", f"{key!r} is empty", FILL)
    accuracy = new.get(NUMBER)
    if accuracy == "" or (accuracy is None and change.new_shape is not None):
        if change.new_shape is not None:
            zh, en = f"“{NUMBER}”（位置精度，米）未填", f"{NUMBER!r} is empty"
            yield place.problem(change, zh, en, FILL)
    elif accuracy is not None and not (float(accuracy) > 0 and math.isfinite(float(accuracy))):
        zh, en = f"{NUMBER} 应大于 0，却是 {accuracy:g}", f"{NUMBER} must be above 0, is {accuracy}"
        yield place.problem(change, zh, en, FILL)


def _check_words(place: _Place, change: Change, known: Collection[str]) -> Iterator[Problem]:
    """Yield kinds, themes, clauses, statuses and parents that there are not."""
    plan = place.pack.plan
    words: Mapping[str, Collection[str]] = {
        "kind": [*Kind], "status": [*Status],
        "theme": [theme.id for theme in plan.themes],
        "clause": [clause.id for clause in plan.clauses], "parent": known,
    }  # fmt: skip
    for key, values in words.items():
        value = str(change.new.get(key, ""))
        if value and value not in values:
            names = sorted(map(str, values))
            near = difflib.get_close_matches(value, names, n=3) or [*names[:12], "…"]
            some = "、".join(near)
            yield place.problem(
                change, f"{key} 的值“{value}”不存在", f"{key} {value!r} does not exist",
                (f"可用如 {some}", f"known are {some}"),
            )  # fmt: skip
    yield from _check_status(place, change)
    if change.new.get("status") == Status.UNLOCATED and _has_shape(place, change):
        yield place.problem(
            change, "状态为 unlocated 却有几何", "status is unlocated but there is a geometry",
            ("改为 located 或 approximate", "use located or approximate"),
        )  # fmt: skip


def _check_status(place: _Place, change: Change) -> Iterator[Problem]:
    """Yield a status that contradicts the accuracy that comes with it."""
    accuracy, status = change.new.get(NUMBER), change.new.get("status")
    if not isinstance(accuracy, int | float) or status not in (Status.LOCATED, Status.APPROXIMATE):
        return
    fitting = Status.LOCATED if accuracy <= LOCATED_M else Status.APPROXIMATE
    if status != fitting:
        yield place.problem(
            change, f"状态 {status} 与精度 {accuracy:g} 米不符",
            f"status {status} does not fit an accuracy of {accuracy:g} m",
            (f"改为 {fitting}，或留空", f"use {fitting}, or leave it empty"),
        )  # fmt: skip


def _has_shape(place: _Place, change: Change) -> bool:
    if change.new_shape is not None:
        return True
    raw = place.pack.raw.get(change.id)
    return raw is not None and bool(raw["geometry"] or raw["properties"].get("districts"))


def _check_shape(place: _Place, change: Change) -> Iterator[Problem]:
    """Yield what is wrong with a geometry: broken, of no fit kind, far off, or tampered with."""
    shape = change.new_shape
    if change.kind is ChangeKind.MOVED and shape is None:
        yield place.problem(change, "缺少 new_geometry", "new_geometry is missing", REMAKE)
    kind = change.new.get("kind") or _kind_now(place, change)
    if shape is None:
        drawn = (
            place.pack.plan.feature(change.id).geometry if change.id in place.pack.spans else None
        )
        if drawn is not None and "kind" in change.new:
            yield from _check_kind(place, change, str(kind), drawn)
        return
    if shape.is_empty or not shape.is_valid:
        why = "空" if shape.is_empty else shapely.is_valid_reason(shape)
        yield place.problem(change, f"几何无效：{why}", f"invalid geometry: {why}", IN_QGIS)
        return
    x, y = shapely.get_coordinates(shape).T
    if not ((abs(x) <= 180).all() and (abs(y) <= 90).all()):
        yield place.problem(change, "坐标超出经纬度范围", "coordinates are not degrees", IN_QGIS)
        return
    yield from _check_kind(place, change, str(kind), shape)
    outside = distance_outside_m(shape, place.around)
    if outside > 0 and kind != Kind.OUTWARD_TARGET:
        km = outside / 1000
        yield place.problem(
            change, f"在规划区及周边 50 公里之外 {km:.0f} 公里",
            f"{km:.0f} km outside the plan's surroundings", IN_QGIS,
        )  # fmt: skip
    yield from _check_measures(place, change, shape)


def _kind_now(place: _Place, change: Change) -> str:
    raw = place.pack.raw.get(change.id)
    return "" if raw is None else str(raw["properties"]["kind"])


def _check_kind(place: _Place, change: Change, kind: str, shape: BaseGeometry) -> Iterator[Problem]:
    is_line = (shapely.get_dimensions(shapely.get_parts(shape)) == 1).any()
    if is_line and kind in [*Kind] and kind not in LINE_KINDS:
        yield place.problem(
            change, f"类型 {kind} 不能画成线", f"{kind} cannot be a line",
            ("改画成点或面，或改类型", "draw a point or an area, or change the kind"),
        )  # fmt: skip


def _check_measures(place: _Place, change: Change, shape: BaseGeometry) -> Iterator[Problem]:
    """Yield stated measures that are not those of the geometries: somebody edited one of them."""
    if change.kind is not ChangeKind.MOVED or change.id not in place.pack.spans:
        return
    old = place.pack.plan.feature(change.id).geometry
    real = {} if old is None else measure_change(old, shape, place.pack.plan.crs)
    for key in sorted({*real} | {*change.measures}):
        said, is_now = change.measures.get(key, math.nan), real.get(key, math.nan)
        if not abs(said - is_now) <= SLACK_M + abs(is_now) / 100:
            yield place.problem(
                change, f"{key} 是 {said:g}，按坐标应为 {is_now:g}：清单中的几何被改动过",
                f"{key} is {said:g}, by the coordinates {is_now:g}: they were edited", IN_QGIS,
            )  # fmt: skip


def _check_users(place: _Place, change: Change, changes: Sequence[Change]) -> Iterator[Problem]:
    """Yield who still needs a feature that is to be deleted."""
    plan, id = place.pack.plan, change.id
    claims = [claim.id for claim in plan.claims if id in (*claim.subjects, *claim.objects)]
    concepts = [c.id for c in plan.concepts if any(id in keys for keys in c.roles.values())]
    parents = {c.id: c.new["parent"] for c in changes if "parent" in c.new}
    children = [
        f.id
        for f in plan.features
        if f.id not in place.gone and id in (parents.get(f.id, f.parent), f.anchor)
    ]
    for zh, en, users in (("论断", "claims", claims), ("布局结构", "concepts", concepts),
                          ("要素", "features", children)):  # fmt: skip
        if users:
            yield place.problem(
                change, f"不能删除：{zh} {'、'.join(users)} 仍引用它",
                f"cannot be deleted: {en} {', '.join(users)} refer to it",
                ("先改这些引用，或不采纳", "change these first, or do not accept it"),
            )  # fmt: skip
