"""One sentence of a concept of circles for a leader."""

from __future__ import annotations

from collections import Counter

import numpy as np

from spatialplan.concepts.circles_measured import Measured
from spatialplan.concepts.circles_reach import KINDS, MAIN_LIMIT_MIN
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["answer"]


def answer(measured: Measured) -> Text:
    """Say where the circles are, what they hold and whom they reach, in one sentence."""
    parts = [_places(measured), *_landmarks(measured), _offer(measured), *_reach(measured)]
    if measured.counties:
        have = sum(bool(county.circles) for county in measured.counties)
        n = len(measured.counties)
        parts.append(Text(f"{n} 个县（市）中 {have} 个有已定位的商圈",
                          f"{have} of {n} counties have a located circle"))  # fmt: skip
    return Text(
        "；".join(part.zh for part in parts) + "。", "; ".join(part.en for part in parts) + "."
    )


def _places(measured: Measured) -> Text:
    n, placed = len(measured.circles), measured.ground.circles
    rough = sum(circle.is_approximate for circle in placed)
    zh = f"{n} 处商圈有 {len(placed)} 处能落到图上"
    en = f"{len(placed)} of {n} circles can be put on the map"
    if rough:
        word = "均" if rough == len(placed) else f"{rough} 处"
        zh, en = f"{zh}（{word}为概略位置）", f"{en} ({rough} approximately)"
    return Text(zh, en)


def _landmarks(measured: Measured) -> list[Text]:
    counts = Counter(part.state for part in measured.landmarks)
    if not counts:
        return []
    total, sure, lost = counts.total(), counts[State.HOLDS], counts[State.NO_DATA]
    zh = f"{total} 处地标中 {sure} 处确定在步行 {measured.numbers.walk_min:g} 分钟内"
    en = f"{sure} of {total} landmarks are surely within a walk"
    if lost:
        zh, en = f"{zh}、{lost} 处没有位置", f"{en}, {lost} have no place"
    return [Text(zh, en)]


def _offer(measured: Measured) -> Text:
    """Say density, mix and cores of the circles that have any points."""
    offer = measured.offer
    known = np.array([], dtype=np.int64)
    if offer is not None:
        known = np.flatnonzero(np.isfinite(offer.evenness))
    if offer is None or len(known) == 0:
        return Text(
            "地图没有可用的兴趣点，业态和密度中心暂不能评",
            "without points of interest mix and core cannot be told",
        )
    density, mix = _span(offer.per_km2[known], 0), _span(offer.evenness[known], 2)
    found = [core for core in measured.cores if core.area is not None]
    inside = sum(core.state is State.HOLDS for core in found)
    zh = f"步行范围内兴趣点每平方公里 {density} 个、混合度 {mix}"
    en = f"{density} points of interest per km² within a walk, mix {mix}"
    if found:
        zh = f"{zh}，{len(found)} 处密度核心中 {inside} 处与规划中心一致"
        en = f"{en}, {inside} of {len(found)} density cores agree with the plan's centres"
    return Text(zh, en)


def _span(values: np.typing.NDArray[np.float64], digits: int) -> str:
    low, high = f"{values.min():.{digits}f}", f"{values.max():.{digits}f}"
    return low if low == high else f"{low}–{high}"


def _reach(measured: Measured) -> list[Text]:
    totals = {kind: int(measured.reach.of_kind(kind).sum()) for kind in KINDS}
    kind = "township" if totals["township"] else "village"
    if len(measured.ground.on_road()) == 0 or not totals[kind]:
        return []
    counts, name = measured.reach.tally(kind, MAIN_LIMIT_MIN), KINDS[kind]
    sure, off = counts[State.HOLDS], counts[State.UNROUTABLE] + counts[State.NO_DATA]
    zh = f"{MAIN_LIMIT_MIN:g} 分钟车程确定可达有坐标的 {totals[kind]} 个{name.zh}中的 {sure} 个"
    en = (
        f"{sure} of {totals[kind]} {name.en} with coordinates surely reach one in "
        f"{MAIN_LIMIT_MIN:g} min"
    )
    if off:
        zh, en = f"{zh}（{off} 个接不上已画的道路）", f"{en} ({off} off the mapped roads)"
    return [Text(zh, en)]
