"""What is found of the offer of circles: dense and mixed, its core where the plan says."""

from __future__ import annotations

import numpy as np

from spatialplan.concepts.circles_measured import Measured, gravest
from spatialplan.concepts.circles_pois import Core
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["core_finding", "offer_finding"]

SIDES = (
    Text("北", "north"), Text("东北", "north-east"), Text("东", "east"),
    Text("东南", "south-east"), Text("南", "south"), Text("西南", "south-west"),
    Text("西", "west"), Text("西北", "north-west"),
)  # fmt: skip
NO_POINTS = Text(
    "地图数据没有兴趣点，业态密度和混合度无法量测。用 --pbf 给出 OSM 文件后重算。",
    "The map has no points of interest: density and mix cannot be measured. "
    "Give an OSM extract with --pbf.",
)
NONE_WITHIN = Text(
    "各商圈步行范围内没有画出可比的兴趣点，密度和混合度无法评定。",
    "No points of interest to compare are mapped within a walk of any circle.",
)


def offer_finding(measured: Measured) -> Finding:
    """Say how dense and how mixed the circles are."""
    question = Text("商圈业态集聚、混合吗？", "Are the circles dense and mixed?")
    offer = measured.offer
    if offer is None:
        return Finding(question=question, answer=NO_POINTS, state=State.NO_DATA)
    known = np.flatnonzero(np.isfinite(offer.evenness))
    if len(known) == 0:
        return Finding(question=question, answer=NONE_WITHIN, state=State.NO_DATA)
    densest = int(known[np.argmax(offer.per_km2[known])])
    mixed = int(known[np.argmax(offer.evenness[known])])
    circles, best = measured.ground.circles, offer.evenness
    each_zh = "、".join(_said(measured, int(i)).zh for i in known)
    each_en = "; ".join(_said(measured, int(i)).en for i in known)
    per_km2 = offer.per_km2[densest]
    lead = Text(
        f"兴趣点最密的是{circles[densest].name}，每平方公里 {per_km2:.0f} 个",
        f"The densest is {circles[densest].name}: {per_km2:.0f} per km²",
    )
    most = Text(
        f"最混合的是{circles[mixed].name}，混合度 {best[mixed]:.2f}（1 为均匀）",
        f"the most mixed {circles[mixed].name}: {best[mixed]:.2f} (1 is even)",
    )
    return Finding(
        question=question,
        answer=Text(f"{lead.zh}，{most.zh}。{each_zh}。", f"{lead.en}, {most.en}. {each_en}."),
        state=State.HOLDS,
        value=float(offer.evenness[known].mean()),
    )


def _said(measured: Measured, i: int) -> Text:
    offer, name = measured.offer, measured.ground.circles[i].name
    if offer is None:
        return Text(name, name)
    n, density, mix = int(offer.counts[i].sum()), offer.per_km2[i], offer.evenness[i]
    return Text(
        f"{name} {n} 个、每平方公里 {density:.0f} 个、混合度 {mix:.2f}",
        f"{name}: {n} points, {density:.0f} per km², mix {mix:.2f}",
    )


def core_finding(measured: Measured) -> Finding:
    """Say whether the plan's centres lie in the density core of commerce."""
    question = Text(
        "商业密度中心与规划中心一致吗？", "Is the density core of commerce where the plan says?"
    )
    known = [core for core in measured.cores if core.area is not None]
    if not known:
        few = Text("商业兴趣点太少，找不出密度中心。",
                   "Too few commercial points are mapped to find a density core.")  # fmt: skip
        none = Text("地图数据没有兴趣点，找不出密度中心。",
                    "The map has no points of interest to find a density core of.")  # fmt: skip
        said = none if measured.offer is None else few
        return Finding(question=question, answer=said, state=State.NO_DATA)
    states = [core.state for core in measured.cores]
    offsets = [core.offset_m for core in known if core.offset_m is not None]
    zh, en = ("；".join(_core(core).zh for core in known), "; ".join(_core(c).en for c in known))
    return Finding(
        question=question,
        answer=Text(f"{zh}。", f"{en}."),
        state=gravest(states),
        value=max(offsets),
        unit="m",
    )


def _core(core: Core) -> Text:
    """Say where the peak lies from the plan's centre, and whether the centre is in the core."""
    words = {
        State.HOLDS: Text("规划中心在密度核心内", "the plan's centre lies in the core"),
        State.FAILS: Text("规划中心在密度核心外", "the plan's centre lies outside the core"),
    }
    unsure = Text(
        "规划中心近核心边缘，位置精度不足以判断",
        "the centre is near the core's edge, within the accuracy",
    )
    said, name = words.get(core.state, unsure), core.circle.name
    side = _side(core)
    rises = Text("", "") if core.is_summit else Text("，且向外更密", ", and it rises beyond")
    return Text(
        f"{name}的商业密度峰值在规划中心{side.zh}侧 {core.offset_m:.0f} 米"
        f"（±{core.delta_m:.0f}）{rises.zh}，{said.zh}",
        f"the densest commerce of {name} is {core.offset_m:.0f} m (±{core.delta_m:.0f}) "
        f"{side.en} of its centre{rises.en}; {said.en}",
    )


def _side(core: Core) -> Text:
    """Return the side of the centre on which the peak lies."""
    if core.peak is None or core.circle.centre is None:
        return Text("", "")
    east, north = core.peak.x - core.circle.centre.x, core.peak.y - core.circle.centre.y
    return SIDES[round(np.degrees(np.arctan2(east, north)) / 45) % 8]
