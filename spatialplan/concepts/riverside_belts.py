"""Riverside belts: how long they are along the river, against the plan's figure; the structure."""

from __future__ import annotations

import shapely

from spatialplan.checks.context import parameter
from spatialplan.concepts.riverside_scene import Piece, Scene
from spatialplan.measures.river import Run, run_along
from spatialplan.model.plan import Claim
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["belts", "belts_extent", "structure"]

COLUMNS = (
    Column(key="belt", name=Text("廊带", "Belt")),
    Column(key="length", name=Text("自身长度", "Own length"), unit="km"),
    Column(key="from", name=Text("轴线起点", "From km of the axis"), unit="km"),
    Column(key="to", name=Text("轴线止点", "To km of the axis"), unit="km"),
    Column(key="along", name=Text("沿轴线长度", "Length along the axis"), unit="km"),
    Column(key="share", name=Text("贴近河岸的比例", "Share by the river"), unit="%", digits=0),
    Column(key="accuracy", name=Text("位置精度", "Accuracy"), unit="m", digits=0),
    Column(key="stated", name=Text("规划长度", "Stated by the plan"), unit="km"),
    Column(key="off", name=Text("自身长度与规划之差", "Own length less stated"), unit="km"),
    Column(key="state", name=Text("结论", "Verdict")),
)
STRUCTURE = (
    Column(key="sentence", name=Text("规划表述", "Sentence")),
    Column(key="stated", name=Text("规划数", "Stated"), digits=0),
    Column(key="named", name=Text("列名数", "Named"), digits=0),
    Column(key="located", name=Text("已定位数", "Located"), digits=0),
    Column(key="missing", name=Text("未定位", "Not located")),
    Column(key="state", name=Text("结论", "Verdict")),
)


def _run(scene: Scene, key: str) -> Run | None:
    """Return the run of a belt along the axis; None where it is not located or lies elsewhere."""
    context = scene.setting.context
    if not context.is_located(key):
        return None
    limit = scene.setting.parameter(scene.concept, "bank_m").value
    return run_along(scene.river.axis, scene.setting.shape(key), limit + context.accuracy(key))


def belts_extent(scene: Scene) -> list[tuple[str, Run]]:
    """Return the belts that lie along the axis, each with its run."""
    runs = [(key, _run(scene, key)) for key in scene.concept.role("belts")]
    return [(key, run) for key, run in runs if run is not None]


def _claim(scene: Scene, key: str) -> Claim | None:
    """Return the claim that states a belt's length."""
    claims = scene.setting.claims_about((key,), "length")
    return claims[0] if claims else None


def _stated_km(claim: Claim | None) -> float | None:
    stated = None if claim is None else parameter(claim, "length_km")
    return None if stated is None else stated.value


def belts(scene: Scene) -> Piece:
    """Return the belts' lengths, along themselves and along the axis, beside the plan's figures."""
    keys = scene.concept.role("belts")
    if not keys:
        return Piece()
    rows = tuple(_row(scene, key) for key in keys)
    findings = tuple(_finding(scene, key) for key in keys)
    context = scene.setting.context
    marks = tuple(
        Mark(role="section", geometry=context.to_wgs84(scene.setting.shape(key)),
             label=Text(scene.name(key), context.features[key].name_en or scene.name(key)))
        for key in keys if context.is_located(key)
    )  # fmt: skip
    notes = tuple(
        Text(f"“{scene.name(key)}”：{context.features[key].note}",
             f"{scene.name(key)}: {context.features[key].note}")
        for key in keys if context.is_located(key) and context.features[key].note
    )  # fmt: skip
    exhibit = Exhibit(
        key="belts",
        title=Text("滨江廊带长度", "Length of the belts"),
        columns=COLUMNS,
        rows=rows,
        note=Text(
            "沿轴线长度是廊带在河流轴线上的投影，自身长度是所绘廊带的线长。",
            "Along the axis: the belt laid onto the river's axis. Own length: the line as drawn.",
        ),
    )
    said = next((f.answer for f in findings if f.claims), findings[0].answer)
    return Piece(findings=findings, exhibits=(exhibit,), marks=marks, notes=notes, said=said)


def _row(scene: Scene, key: str) -> tuple[Cell, ...]:
    context = scene.setting.context
    name = scene.name(key)
    claim = _claim(scene, key)
    stated = _stated_km(claim)
    if not context.is_located(key):
        return (name, None, None, None, None, None, None, stated, None, State.NO_DATA)
    length, run = _length_km(scene, key), _run(scene, key)
    along: tuple[Cell, ...] = (None, None, None, 0.0)
    if run is not None:
        span = (run.start_m / 1000, run.end_m / 1000)
        along = (*span, span[1] - span[0], run.share * 100)
    off = None if length is None or stated is None else length - stated
    verdict = None if claim is None else scene.setting.verdicts[claim.id].state
    return (name, length, *along, context.accuracy(key), stated, off, verdict)


def _length_km(scene: Scene, key: str) -> float | None:
    """Return the length of a belt drawn as a line; an area has none."""
    shape = scene.setting.shape(key)
    return float(shapely.length(shape)) / 1000 if "Line" in shape.geom_type else None


def _finding(scene: Scene, key: str) -> Finding:
    """Return the verdict of the belt's length, or its length where the plan states none."""
    name, claim = scene.name(key), _claim(scene, key)
    question = Text(f"“{name}”有多长", f"How long is {name}?")
    if claim is not None:
        question = Text(f"“{name}”是否有规划的长度", f"Is {name} as long as the plan says?")
    if not scene.setting.context.is_located(key):
        answer = Text(f"“{name}”未定位，长度无从量取", f"{name} is not located")
        ids = () if claim is None else (claim.id,)
        return Finding(question=question, answer=answer, state=State.NO_DATA, unit="km", claims=ids)
    run, length = _run(scene, key), _length_km(scene, key)
    if run is None:
        answer = Text(f"“{name}”不在轴线旁", f"{name} does not lie by the axis")
        return Finding(question=question, answer=answer, state=State.FAILS, value=0.0, unit="km")
    along = (run.end_m - run.start_m) / 1000
    km = along if length is None else length
    zh = f"“{name}”所绘长 {km:.1f} 公里，沿轴线 {along:.1f} 公里"
    en = f"{name} as drawn is {km:.1f} km, {along:.1f} km along the axis"
    stated = _stated_km(claim)
    if claim is None or stated is None:
        answer = Text(f"{zh}；规划未给长度", f"{en}; the plan states none")
        return Finding(question=question, answer=answer, state=State.HOLDS, value=km, unit="km")
    accuracy = 2 * scene.setting.context.accuracy(key) / 1000
    answer = Text(
        f"{zh}（±{accuracy:.1f}），规划 {stated:g} 公里",
        f"{en} (±{accuracy:.1f}), the plan says {stated:g} km",
    )
    state = scene.setting.verdicts[claim.id].state
    return Finding(
        question=question, answer=answer, state=state, value=km, unit="km", claims=(claim.id,)
    )


def structure(scene: Scene) -> Piece:
    """Return the plan's structure (一廊四区): how many parts it counts, and which are located."""
    context, roles = scene.setting.context, scene.concept.roles
    members = [key for role in ("belts", "areas") for key in roles.get(role, ())]
    rows: list[tuple[Cell, ...]] = []
    for claim in scene.setting.claims_about(members, "counts"):
        stated = parameter(claim, "count")
        gone = [context.name(key) for key in claim.subjects if not context.is_located(key)]
        rows.append(
            (
                claim.sentence,
                None if stated is None else stated.value,
                len(claim.subjects),
                len(claim.subjects) - len(gone),
                "、".join(gone) or None,
                scene.setting.verdicts[claim.id].state,
            )
        )
    if not rows:
        return Piece()
    title = Text("结构组成：规划数与已定位数", "Structure: stated and located parts")
    exhibit = Exhibit(key="structure", title=title, columns=STRUCTURE, rows=tuple(rows))
    return Piece(exhibits=(exhibit,))
