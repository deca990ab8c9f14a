"""Whether paths for walking accompany the banks, where the map shows paths at all."""

from __future__ import annotations

import numpy as np

from spatialplan.concepts.riverside_belts import belts_extent
from spatialplan.concepts.riverside_scene import Piece, Scene, bank_name
from spatialplan.measures.river_walk import BankWalk, walk_along
from spatialplan.model.profile import Column, Exhibit, Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["walk"]

QUESTION = Text("滨江步道是否连续", "Do paths accompany the banks without a break?")
FOOT = ("footway", "path", "pedestrian", "steps", "cycleway", "bridleway")
QUIET = ("track", "living_street", "residential", "service", "unclassified")
WITHIN_M = 200.0
AXIS_LIMIT_M = 50.0  # without mapped banks, only an axis as exact as this stands for the bank
COLUMNS = (
    Column(key="bank", name=Text("岸别", "Bank")),
    Column(key="from", name=Text("轴线起点", "From km of the axis"), unit="km"),
    Column(key="to", name=Text("轴线止点", "To km of the axis"), unit="km"),
    Column(key="share", name=Text("有路相伴的比例", "Share with a path"), unit="%", digits=0),
    Column(key="gap", name=Text("最长断点", "Longest break"), unit="km", digits=2),
    Column(key="gap_at", name=Text("断点起于", "Break from"), unit="km"),
)


def walk(scene: Scene) -> Piece:
    """Return how far paths accompany each bank along the belts, else along the whole axis."""
    network = scene.setting.context.network
    cause = _unknown(scene)
    if cause is not None:
        finding = Finding(question=QUESTION, answer=cause, state=State.NO_DATA, unit="%")
        return Piece(findings=(finding,))
    runs = [run for _, run in belts_extent(scene)]
    start = min((run.start_m for run in runs), default=0.0)
    end = max((run.end_m for run in runs), default=float(scene.river.axis.length))
    walkable = np.isin(network.road_class.astype(str), FOOT + QUIET)
    banks = walk_along(scene.river, network.geometry[walkable], (start, end), WITHIN_M)
    exhibit = Exhibit(
        key="walking",
        title=Text("滨江步行连续性", "Walking along the banks"),
        columns=COLUMNS,
        rows=tuple(
            (bank_name(bank.side), start / 1000, end / 1000, bank.share * 100,
             bank.break_m / 1000, bank.break_at_m / 1000)
            for bank in banks
        ),
        note=Text(
            f"岸边 {WITHIN_M:.0f} 米以内有步道、机耕路或低等级街道即算相伴。",
            f"A path, track or quiet street within {WITHIN_M:.0f} m of the bank counts.",
        ),
    )  # fmt: skip
    finding = _finding(banks)
    return Piece(findings=(finding,), exhibits=(exhibit,))


def _unknown(scene: Scene) -> Text | None:
    """Say why walking cannot be measured, None where it can."""
    classes = set(scene.setting.context.network.road_class.astype(str))
    if classes.isdisjoint(FOOT):
        return Text(
            "路网只含机动车道路，没有步道，滨江步行连续性无法量测",
            "the network holds roads for vehicles only, no paths",
        )
    if scene.river.mapped_share <= 0 and scene.river.accuracy_m > AXIS_LIMIT_M:
        return Text("没有岸线，无法判断步道是否临江", "no bank is mapped to tell what lies by it")
    return None


def _finding(banks: tuple[BankWalk, BankWalk]) -> Finding:
    zh = "；".join(
        f"{bank_name(b.side).zh}有路相伴 {b.share:.0%}，最长断点 {b.break_m / 1000:.1f} 公里"
        for b in banks
    )
    en = "; ".join(
        f"{bank_name(b.side).en}: {b.share:.0%} with a path, break of {b.break_m / 1000:.1f} km"
        for b in banks
    )
    # A path that is not mapped is not a path that is missing.
    whole = all(bank.break_m <= 0 for bank in banks)
    return Finding(
        question=QUESTION,
        answer=Text(f"{zh}（按图上已有道路）", f"{en} (as mapped)"),
        state=State.HOLDS if whole else State.UNCERTAIN,
        value=min(bank.share for bank in banks) * 100,
        unit="%",
    )
