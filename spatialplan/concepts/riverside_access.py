"""Access of both banks to the core: minutes from each area, by bank."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.concepts.riverside_areas import names
from spatialplan.concepts.riverside_scene import Piece, Scene, bank_name
from spatialplan.concepts.riverside_trips import Travel, core_of
from spatialplan.measures.straight import side_of_line
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["access"]

Floats = NDArray[np.float64]

QUESTION = Text("两岸片区到核心要多久", "How long from each bank to the core?")
SIDES = (1, -1, 0)
COLUMNS = (
    Column(key="area", name=Text("片区", "Area")),
    Column(key="bank", name=Text("岸别", "Bank")),
    Column(key="minutes", name=Text("到核心", "To the core"), unit="min"),
    Column(key="delta", name=Text("位置误差折时 ±", "± by the accuracy"), unit="min"),
    Column(key="km", name=Text("路程", "Way"), unit="km"),
    Column(key="over", name=Text("途经过江通道", "Crossings on the way")),
    Column(key="extra", name=Text("断一处最多增加", "Most that one closure adds"), unit="min"),
    Column(key="worst", name=Text("断哪一处", "Which one")),
    Column(key="state", name=Text("状态", "State")),
)
BANKS = (
    Column(key="bank", name=Text("岸别", "Bank")),
    Column(key="areas", name=Text("已定位片区", "Located areas"), digits=0),
    Column(key="routed", name=Text("能到核心", "Reach the core"), digits=0),
    Column(key="median", name=Text("中位", "Median"), unit="min"),
    Column(key="longest", name=Text("最长", "Longest"), unit="min"),
    Column(key="farthest", name=Text("最慢的片区", "Slowest area")),
)


def access(scene: Scene, travel: Travel) -> Piece:
    """Return how long the areas of each bank take to the core."""
    core = core_of(scene)
    problem = _problem(scene, travel, core)
    if core is None or problem is not None:
        if problem is None:
            return Piece()
        state, cause = problem
        return Piece(findings=(Finding(question=QUESTION, answer=cause, state=state, unit="min"),))
    exhibits = (
        Exhibit(
            key="access",
            title=Text(f"各片区到“{scene.name(core)}”的时间", "Time from each area to the core"),
            columns=COLUMNS,
            rows=_rows(scene, travel),
            note=Text(
                "按路网最快路径，含到道路的接驳。", "The quickest path, access legs included."
            ),
        ),
        Exhibit(
            key="banks",
            title=Text("两岸到核心的时间", "Time to the core by bank"),
            columns=BANKS,
            rows=tuple(_bank_row(scene, travel, side) for side in SIDES),
        ),
    )
    finding = _finding(scene, travel)
    context = scene.setting.context
    shape = context.to_wgs84(scene.setting.shape(core))
    label = Text(scene.name(core), context.features[core].name_en or scene.name(core))
    return Piece(
        findings=(finding,),
        exhibits=exhibits,
        marks=(Mark(role="core", geometry=shape, label=label),),
        notes=_core_notes(scene, core),
        said=_said(travel),
    )


def _said(travel: Travel) -> Text | None:
    """Return what the answer says: the median of either bank."""
    zh, en = [], []
    for side in (1, -1):
        known = _minutes(travel, side)
        if len(known):
            bank, median = bank_name(side), float(np.median(known))
            zh.append(f"{bank.zh} {median:.0f} 分钟")
            en.append(f"{median:.0f} min from the {bank.en} bank")
    if not zh:
        return None
    return Text(f"到核心的中位时间{'、'.join(zh)}", f"median time to the core {', '.join(en)}")


def _minutes(travel: Travel, side: int) -> Floats:
    """Return the minutes to the core from the areas of a bank that reach it."""
    minutes = travel.to_core()
    return np.asarray(minutes[(np.array(travel.side) == side) & np.isfinite(minutes)])


def _problem(scene: Scene, travel: Travel, core: str | None) -> tuple[State, Text] | None:
    """Say why nothing can be measured, None where something can."""
    if core is None:
        return None
    name = scene.name(core)
    if not scene.setting.context.is_located(core):
        return State.NO_DATA, Text(f"核心“{name}”未定位", f"the core {name} is not located")
    if not travel.has_core:
        cause = Text(f"核心“{name}”不在道路旁", f"the core {name} lies by no road")
        return travel.barred[core], cause
    if not travel.keys:
        cause = Text("没有可路由的片区", "there is no area that can be routed")
        barred = {travel.barred[key] for key in scene.areas}
        return State.UNROUTABLE if State.UNROUTABLE in barred else State.NO_DATA, cause
    return None


def _finding(scene: Scene, travel: Travel) -> Finding:
    """Tell median and longest time of each bank."""
    minutes = travel.to_core()
    zh, en = [], []
    for s in SIDES:
        known = _minutes(travel, s)
        if len(known):
            bank, median, longest = bank_name(s), np.median(known), known.max()
            zh.append(f"{bank.zh} {len(known)} 处中位 {median:.0f}、最长 {longest:.0f} 分钟")
            en.append(f"{bank.en}: {len(known)}, median {median:.0f}, longest {longest:.0f} min")
    cut = [key for key, time in zip(travel.keys, minutes, strict=True) if np.isinf(time)]
    barred = [key for key in scene.areas if key in travel.barred]
    if cut or barred:
        shown = names(scene, [*cut, *barred])
        zh.append(f"按已有路网到不了：{shown}")
        en.append(f"not reached on the mapped roads: {shown}")
    reached = np.isfinite(minutes)
    states = [State.UNROUTABLE] * len(cut) + [travel.barred[key] for key in barred]
    worse = State.UNROUTABLE if State.UNROUTABLE in states else State.NO_DATA
    return Finding(
        question=QUESTION,
        answer=Text(f"到核心：{'；'.join(zh)}", f"to the core: {'; '.join(en)}"),
        state=worse if states else State.HOLDS,
        value=float(minutes[reached].max()) if reached.any() else None,
        unit="min",
    )


def _rows(scene: Scene, travel: Travel) -> tuple[tuple[Cell, ...], ...]:
    """Return one row for each area of the plan, the quickest first."""
    minutes = travel.to_core()
    rows = [_row(scene, travel, k) for k in np.argsort(minutes, kind="stable").tolist()]
    sides = dict(zip(scene.areas, scene.beside.side.tolist(), strict=True))
    for key in scene.concept.role("areas"):
        if key in travel.keys:
            continue
        bank = bank_name(sides[key]) if key in sides else None
        state = travel.barred.get(key, State.NO_DATA)
        rows.append((scene.name(key), bank, None, None, None, None, None, None, state))
    return tuple(rows)


def _row(scene: Scene, travel: Travel, k: int) -> tuple[Cell, ...]:
    key, minutes = travel.keys[k], float(travel.to_core()[k])
    bank = bank_name(travel.side[k])
    trips = travel.trips
    if trips is None or not np.isfinite(minutes):
        return (scene.name(key), bank, None, None, None, None, None, None, State.UNROUTABLE)
    km = float(trips.length_m[0, k]) / 1000
    context, core = scene.setting.context, core_of(scene) or ""
    blur_km = float(np.hypot(context.access[key].accuracy_m, context.access[core].accuracy_m)) / 1e3
    delta = None if km <= 0 else minutes / km * blur_km
    used = np.flatnonzero(trips.uses[:, 0, k]).tolist()
    over: Cell = None
    if used:
        numbers = [str(b + 1) for b in used]
        over = Text(f"{'、'.join(numbers)} 号", f"No. {', '.join(numbers)}")
    extra: Cell = None
    worst: Cell = None
    if used:
        b = max(used, key=lambda number: trips.extra_min[number, 0, k])
        added = float(trips.extra_min[b, 0, k])
        extra = added if np.isfinite(added) else None
        cut = ("", "") if np.isfinite(added) else ("，断后到不了", ", cut off without it")
        worst = Text(f"{b + 1} 号{cut[0]}", f"No. {b + 1}{cut[1]}")
    return (scene.name(key), bank, minutes, delta, km, over, extra, worst, State.HOLDS)


def _bank_row(scene: Scene, travel: Travel, side: int) -> tuple[Cell, ...]:
    located = int((scene.beside.side == side).sum())
    minutes = np.where(np.array(travel.side) == side, travel.to_core(), np.nan)
    known = minutes[np.isfinite(minutes)]
    if not len(known):
        return (bank_name(side), located, 0, None, None, None)
    slowest = int(np.nanargmax(np.where(np.isfinite(minutes), minutes, np.nan)))
    median, longest = float(np.median(known)), float(known.max())
    return (bank_name(side), located, len(known), median, longest, scene.name(travel.keys[slowest]))


def _core_notes(scene: Scene, core: str) -> tuple[Text, ...]:
    """Tell on which bank the core's road lies where the core itself may be on either."""
    context, shape = scene.setting.context, scene.setting.shape(core)
    accuracy = context.access[core].accuracy_m
    if shapely.distance(shape, scene.river.axis) > np.hypot(accuracy, scene.river.accuracy_m):
        return ()
    point = context.access[core].points[:1]
    at = np.asarray(shapely.points(context.snaps.x[point], context.snaps.y[point]))
    bank = bank_name(int(side_of_line(at, scene.river.axis)[0]))
    name = scene.name(core)
    return (
        Text(
            f"核心“{name}”位置精度 ±{accuracy:.0f} 米，紧邻江岸，按最近道路计在{bank.zh}；"
            "若实际在对岸，两岸到核心的时间各差一次过江。",
            f"The core {name} is known to ±{accuracy:.0f} m and lies by the river; its nearest "
            f"road is on the {bank.en} bank. If it is on the other, the times of both banks differ "
            "by one crossing.",
        ),
    )
