"""Named areas by the river: where each lies along it, on which bank, how far from it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely

from spatialplan.concepts.riverside_scene import Piece, Scene, bank_name
from spatialplan.measures.river import HALF_WIDTH_M
from spatialplan.model.plan import Origin
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["areas", "names", "side_notes"]

COLUMNS = (
    Column(key="area", name=Text("片区", "Area")),
    Column(key="bank", name=Text("岸别", "Bank")),
    Column(key="chainage", name=Text("轴线里程", "Km of the axis"), unit="km"),
    Column(key="axis", name=Text("距轴线", "To the axis"), unit="km", digits=2),
    Column(key="bank_km", name=Text("距实测岸线", "To the mapped bank"), unit="km", digits=2),
    Column(key="low", name=Text("距岸下限", "To the bank, at least"), unit="km", digits=2),
    Column(key="high", name=Text("距岸上限", "To the bank, at most"), unit="km", digits=2),
    Column(key="accuracy", name=Text("位置精度", "Accuracy"), unit="m", digits=0),
    Column(key="state", name=Text("是否沿岸", "By the bank")),
)
ORDER = (State.HOLDS, State.UNCERTAIN, State.FAILS, State.NO_DATA)
# What weighs most where the answers of the areas differ.
GRAVITY = (State.FAILS, State.NO_DATA, State.UNCERTAIN, State.HOLDS)


def names(scene: Scene, keys: list[str] | tuple[str, ...], most: int = 6) -> str:
    """Return the names of some features, not all of a long list."""
    shown = "、".join(scene.name(key) for key in keys[:most])
    return f"{shown}等 {len(keys)} 处" if len(keys) > most else shown


def _states(scene: Scene) -> dict[str, State]:
    """Return by area whether it lies by the bank, in the order of the plan."""
    limit = scene.setting.parameter(scene.concept, "bank_m").value
    beside = scene.beside
    state = np.where(
        beside.high_m <= limit, State.HOLDS, np.where(
            beside.low_m > limit, State.FAILS, State.UNCERTAIN))  # fmt: skip
    told = dict(zip(scene.areas, map(State, state.tolist()), strict=True))
    return {key: told.get(key, State.NO_DATA) for key in scene.concept.role("areas")}


def areas(scene: Scene) -> Piece:
    """Return how the named areas lie by the river: are they located, do they lie by the bank."""
    keys = scene.concept.role("areas")
    if not keys:
        return Piece()
    states = _states(scene)
    limit = scene.setting.parameter(scene.concept, "bank_m")
    exhibit = Exhibit(
        key="areas",
        title=Text("沿岸片区：岸别、距岸、里程", "Areas: bank, distance to it, chainage"),
        columns=COLUMNS,
        rows=_rows(scene, states),
        note=_bank_note(scene),
    )
    assumed = Text("（假设）", " (assumed)") if limit.origin is Origin.ASSUMED else Text("", "")
    within = Text(
        f"{limit.value / 1000:g} 公里{assumed.zh}", f"{limit.value / 1000:g} km{assumed.en}"
    )
    located = _located(scene)
    bank = _by_the_bank(states, within)
    return Piece(
        findings=(located, bank),
        exhibits=(exhibit,),
        marks=_marks(scene),
        said=_said(scene, states, within),
    )


def _said(scene: Scene, states: dict[str, State], within: Text) -> Text:
    """Return what the answer says of the areas."""
    count = Counter(states.values())
    zh = f"{len(states)} 个片区已定位 {len(scene.areas)} 个"
    en = f"{len(scene.areas)} of {len(states)} areas are located"
    if scene.areas:
        zh = f"{zh}，其中 {count[State.HOLDS]} 个确定在岸边 {within.zh}以内"
        en = f"{en}, {count[State.HOLDS]} of them for certain within {within.en} of the bank"
        if count[State.UNCERTAIN]:
            zh = f"{zh}、{count[State.UNCERTAIN]} 个不确定"
            en = f"{en}, {count[State.UNCERTAIN]} uncertain"
    return Text(zh, en)


def _located(scene: Scene) -> Finding:
    keys = scene.concept.role("areas")
    gone = [key for key in keys if key not in scene.areas]
    zh = f"列名片区 {len(keys)} 个，已定位 {len(scene.areas)} 个"
    en = f"{len(scene.areas)} of {len(keys)} named areas are located"
    return Finding(
        question=Text("列名的片区是否都能落到图上", "Can all named areas be placed on the map?"),
        answer=Text(zh, en),
        state=State.NO_DATA if gone else State.HOLDS,
        value=float(len(scene.areas)),
        unit="count",
    )


def _by_the_bank(states: dict[str, State], within: Text) -> Finding:
    """Return the share of the located areas that certainly lie by the bank."""
    question = Text(f"片区是否都在岸边 {within.zh}以内", f"Do all areas lie within {within.en}?")
    count = Counter(states.values())
    located = len(states) - count[State.NO_DATA]
    if not located:
        answer = Text("片区均未定位", "no area is located")
        return Finding(question=question, answer=answer, state=State.NO_DATA, unit="%")
    share = count[State.HOLDS] / located * 100
    zh = (
        f"距岸 {within.zh}以内：确定 {count[State.HOLDS]} 个，不确定 {count[State.UNCERTAIN]} 个，"
        f"不在 {count[State.FAILS]} 个"
    )
    en = (
        f"within {within.en} of the bank: {count[State.HOLDS]} for certain, "
        f"{count[State.UNCERTAIN]} uncertain, {count[State.FAILS]} not"
    )
    return Finding(
        question=question,
        answer=Text(zh, en),
        state=next(state for state in GRAVITY if count[state]),
        value=share,
        unit="%",
    )


def _rows(scene: Scene, states: dict[str, State]) -> tuple[tuple[Cell, ...], ...]:
    """Return one row for each area of the plan, upstream first, unlocated ones last."""
    b, context = scene.beside, scene.setting.context
    rows: list[tuple[Cell, ...]] = []
    for k in np.argsort(b.chainage_m, kind="stable").tolist():
        key = scene.areas[k]
        km = [_km(values[k]) for values in (b.chainage_m, b.axis_m, b.bank_m, b.low_m, b.high_m)]
        cells = (*km, context.accuracy(key), states[key])
        rows.append((scene.name(key), bank_name(int(b.side[k])), *cells))
    blank = (None,) * (len(COLUMNS) - 2)
    rows += [
        (scene.name(key), *blank, state) for key, state in states.items() if key not in scene.areas
    ]
    return tuple(rows)


def _km(metres: float) -> float | None:
    return float(metres) / 1000 if np.isfinite(metres) else None


def _bank_note(scene: Scene) -> Text:
    """Say what the bank is: mapped water, or the axis less an unknown width."""
    share = scene.river.mapped_share
    axis = Text(
        f"没有水面的河段按轴线计，半宽按不超过 {HALF_WIDTH_M:.0f} 米（假设）留出区间",
        f"without mapped water the axis stands in, half a width of up to {HALF_WIDTH_M:.0f} m "
        "(assumed) left open",
    )
    mapped = Text(
        f"岸线取水面边缘（覆盖轴线的 {share:.0%}）",
        f"the bank is the edge of the mapped water ({share:.0%} of the axis)",
    )
    order = Text("左右岸按轴线自上游向下游定", "left and right looking downstream")
    if share <= 0:
        return Text(f"{axis.zh}；{order.zh}。", f"{axis.en}; {order.en}.")
    if share >= 1 - 1e-9:
        return Text(f"{mapped.zh}；{order.zh}。", f"{mapped.en}; {order.en}.")
    return Text(f"{mapped.zh}；{axis.zh}；{order.zh}。", f"{mapped.en}; {axis.en}; {order.en}.")


def _marks(scene: Scene) -> tuple[Mark, ...]:
    context = scene.setting.context
    marks = []
    for key, side in zip(scene.areas, scene.beside.side.tolist(), strict=True):
        at = context.to_wgs84(shapely.point_on_surface(scene.setting.shape(key)))
        bank, name_en = bank_name(side), context.features[key].name_en or scene.name(key)
        label = Text(f"{scene.name(key)}（{bank.zh}）", f"{name_en} ({bank.en})")
        marks.append(Mark(role="area", geometry=at, label=label))
    return tuple(marks)


def side_notes(scene: Scene) -> tuple[Text, ...]:
    """Tell which areas are not located, and which lie too near the axis to tell their bank."""
    keys = scene.concept.role("areas")
    gone = [key for key in keys if key not in scene.areas]
    blurred = [key for key, side in zip(scene.areas, scene.beside.side, strict=True) if side == 0]
    notes = []
    if gone:
        shown = names(scene, gone, len(gone))
        notes.append(Text(f"未定位的片区：{shown}。", f"Areas not located: {shown}."))
    if blurred:
        shown = names(scene, blurred, len(blurred))
        notes.append(
            Text(
                f"离江近于位置精度，或在轴线两端以外，岸别不定：{shown}。",
                f"Nearer to the river than their accuracy, or beyond its ends: {shown}.",
            )
        )
    return tuple(notes)
