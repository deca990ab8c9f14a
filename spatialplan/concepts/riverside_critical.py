"""Which crossing matters most: what each closure costs the areas."""

from __future__ import annotations

import numpy as np

from spatialplan.concepts.riverside_scene import Piece, Scene
from spatialplan.concepts.riverside_trips import Loss, Travel, bridge_loss
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["critical"]

QUESTION = Text(
    "断开任何一处过江通道，片区是否仍能通达", "Do the areas stay joined when one crossing closes?"
)
LEAST_MIN = 0.05  # a closure that adds less than is shown adds nothing
COLUMNS = (
    Column(key="number", name=Text("序号", "No."), digits=0),
    Column(key="bridge", name=Text("断开的通道", "Closed crossing")),
    Column(key="core_used", name=Text("经由它到核心的片区", "Areas that use it"), digits=0),
    Column(key="core_mean", name=Text("到核心平均增加", "To the core, mean added"), unit="min"),
    Column(key="core_max", name=Text("到核心最多增加", "To the core, most added"), unit="min"),
    Column(key="core_cut", name=Text("到不了核心的片区", "Areas cut off"), digits=0),
    Column(key="pair_used", name=Text("经由它的跨岸行程", "Trips across that use it"), digits=0),
    Column(key="pair_mean", name=Text("跨岸平均增加", "Across, mean added"), unit="min"),
    Column(key="pair_max", name=Text("跨岸最多增加", "Across, most added"), unit="min"),
    Column(key="pair_cut", name=Text("中断的跨岸行程", "Trips across cut off"), digits=0),
)


def critical(scene: Scene, travel: Travel) -> Piece:
    """Return what each closure adds to the trips to the core and from bank to bank."""
    if not scene.bridges:
        return Piece()
    if travel.trips is None or not _is_measured(travel):
        answer = Text(
            "可路由的片区和核心不足，无法量测断桥影响",
            "too few areas can be routed to measure what a closure costs",
        )
        return Piece(findings=(Finding(question=QUESTION, answer=answer, state=State.NO_DATA),))
    cores = slice(0, 1) if travel.has_core else slice(0, 0)
    to_core, across = bridge_loss(travel, cores), bridge_loss(travel, slice(cores.stop, None))
    every = bridge_loss(travel, slice(None))
    worst = max(range(len(every)), key=lambda b: (every[b].cut, _known(every[b].mean_min)))
    rows = tuple(
        _row(scene, b, core, pair)
        for b, (core, pair) in enumerate(zip(to_core, across, strict=True))
    )
    finding = _finding(scene, travel, worst, every[worst])
    exhibit = Exhibit(
        key="criticality",
        title=Text("断桥影响：逐处断开后的增加时间", "Criticality: minutes that each closure adds"),
        columns=COLUMNS,
        rows=rows,
        note=_note(travel),
    )
    marks: tuple[Mark, ...] = ()
    if every[worst].cut or every[worst].max_min >= LEAST_MIN:
        destination, origin = _most_affected(travel, worst)
        marks = travel.detour(worst, destination, origin)
    said = _said(worst, every[worst])
    return Piece(findings=(finding,), exhibits=(exhibit,), marks=marks, said=said)


def _said(worst: int, loss: Loss) -> Text:
    """Return what the answer says of the crossing that matters most."""
    number, mean = worst + 1, _known(loss.mean_min)
    if loss.cut:
        return Text(
            f"断开 {number} 号影响最大，按已有路网 {loss.cut} 个行程中断",
            f"closing no. {number} costs most, cutting off {loss.cut} trips on the mapped roads",
        )
    if loss.max_min < LEAST_MIN:
        return Text("断开任何一处都有近路可绕", "any one may close without loss")
    return Text(
        f"断开 {number} 号影响最大，平均多 {mean:.1f} 分钟",
        f"closing no. {number} costs most, {mean:.1f} min more on average",
    )


def _is_measured(travel: Travel) -> bool:
    """Whether some trip arrives with all crossings open."""
    trips = travel.trips
    return trips is not None and bool((travel.counted() & np.isfinite(trips.time_min)).any())


def _known(minutes: float) -> float:
    return minutes if np.isfinite(minutes) else 0.0


def _cell(minutes: float) -> Cell:
    return minutes if np.isfinite(minutes) else None


def _row(scene: Scene, b: int, core: Loss, pair: Loss) -> tuple[Cell, ...]:
    sums: list[Cell] = []
    for loss in (core, pair):
        sums += [loss.used, _cell(loss.mean_min), _cell(loss.max_min), loss.cut]
    return (b + 1, scene.bridges[b].label(), *sums)


def _note(travel: Travel) -> Text:
    counted = travel.counted()
    n_core = int(counted[0].sum()) if travel.has_core else 0
    n_across = int(counted.sum()) - n_core
    return Text(
        f"到核心 {n_core} 个行程，跨岸 {n_across} 个行程（片区较多一岸到较少一岸）；平均值含不受"
        "影响的行程，不含中断的行程。单行限制已计，拥堵未计。",
        f"{n_core} trips to the core, {n_across} across (from the bank with more areas to that "
        "with fewer); means include trips that lose nothing, not those cut off. One-ways count, "
        "congestion does not.",
    )


def _most_affected(travel: Travel, bridge: int) -> tuple[int, int]:
    """Return the trip that loses most with a bridge: destination and origin."""
    trips = travel.trips
    if trips is None:
        return 0, 0
    extra = np.where(travel.counted(), trips.extra_min[bridge], np.nan)
    at = int(np.nanargmax(extra))
    destination, origin = np.unravel_index(at, extra.shape)
    return int(destination), int(origin)


def _finding(scene: Scene, travel: Travel, worst: int, loss: Loss) -> Finding:
    """Tell the crossing whose loss costs most."""
    label, mean = scene.bridges[worst].label(), _known(loss.mean_min)
    if not loss.cut and loss.max_min < LEAST_MIN:
        answer = Text(
            "断开任何一处过江通道，各行程都不多花时间",
            "no closure of a crossing adds time to any trip",
        )
        return Finding(question=QUESTION, answer=answer, state=State.HOLDS, value=0.0, unit="min")
    destination, origin = _most_affected(travel, worst)
    trip = f"{scene.name(travel.keys[origin])}—{scene.name(travel.goals()[destination])}"
    zh = f"断开 {worst + 1} 号通道{label.zh}影响最大"
    en = f"closing crossing no. {worst + 1} {label.en} costs most"
    if loss.cut:
        zh = f"{zh}：按已有路网 {loss.cut} 个行程中断（如{trip}）"
        en = f"{en}: {loss.cut} trips are cut off on the mapped roads (such as {trip})"
    else:
        zh = f"{zh}：平均多 {mean:.1f} 分钟，最多 {loss.max_min:.1f} 分钟（{trip}）"
        en = f"{en}: {mean:.1f} min more on average, {loss.max_min:.1f} min at most ({trip})"
    return Finding(
        question=QUESTION,
        answer=Text(zh, en),
        # What the map leaves no way round for may have one in the world.
        state=State.UNROUTABLE if loss.cut else State.HOLDS,
        value=mean,
        unit="min",
    )
