"""What is found of the reach of circles and of the competition between them."""

from __future__ import annotations

from spatialplan.concepts.circles_measured import Measured
from spatialplan.concepts.circles_reach import KINDS, MAIN_LIMIT_MIN
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["competition_finding", "reach_finding"]

PARENTS = 3  # so many are named; the table has all


def reach_finding(setting: Setting, measured: Measured) -> Finding:
    """Say how many of the placed villages and townships reach a circle in time."""
    question = Text("商圈辐射到多少乡镇和村？", "How many townships and villages do they reach?")
    reach = measured.reach
    if len(measured.ground.on_road()) == 0:
        placed = len(measured.ground.circles) > 0
        return Finding(
            question=question,
            answer=Text("没有能接上路网的商圈中心，辐射无法量测。",
                        "No circle has a centre on the roads: reach cannot be measured."),
            state=State.UNROUTABLE if placed else State.NO_DATA,
        )  # fmt: skip
    totals = {kind: int(reach.of_kind(kind).sum()) for kind in KINDS}
    if not any(totals.values()):
        return Finding(
            question=question,
            answer=Text("没有带坐标的村和乡镇，辐射无法量测。",
                        "No village or township has coordinates: reach cannot be measured."),
            state=State.NO_DATA,
        )  # fmt: skip
    said = [_tally_said(measured, kind, totals[kind]) for kind in reversed(KINDS) if totals[kind]]
    zh, en = "；".join(part.zh for part in said), "; ".join(part.en for part in said)
    without = _not_counted(setting.n_villages - totals["village"])
    main = "township" if totals["township"] else "village"
    return Finding(
        question=question,
        answer=Text(
            f"{MAIN_LIMIT_MIN:g} 分钟车程内，{zh}。{without.zh}",
            f"Within {MAIN_LIMIT_MIN:g} min by car {en}. {without.en}".strip(),
        ),
        state=State.HOLDS,
        value=float(reach.tally(main, MAIN_LIMIT_MIN)[State.HOLDS]),
        unit="count",
    )


def _not_counted(lost: int) -> Text:
    if not lost:
        return Text("", "")
    return Text(
        f"另有 {lost} 个村没有坐标，不计。",
        f"{lost} villages have no coordinates and are not counted.",
    )


def _tally_said(measured: Measured, kind: str, total: int) -> Text:
    """Say how many of a kind reach any circle: surely, perhaps, or not to be told."""
    counts, name = measured.reach.tally(kind, MAIN_LIMIT_MIN), KINDS[kind]
    maybe, off = counts[State.UNCERTAIN], counts[State.UNROUTABLE] + counts[State.NO_DATA]
    zh = f"有坐标的 {total} 个{name.zh}中 {counts[State.HOLDS]} 个确定可达"
    en = f"{counts[State.HOLDS]} of {total} {name.en} with coordinates surely reach a circle"
    if maybe:
        zh, en = f"{zh}、{maybe} 个难定", f"{en}, {maybe} perhaps"
    if off:
        zh, en = f"{zh}、{off} 个接不上已画的道路", f"{en}, {off} off the mapped roads"
    return Text(zh, en)


def competition_finding(measured: Measured) -> Finding:
    """Say which circles overlap, and how Huff's model shares custom among them."""
    question = Text("商圈之间重叠、竞争吗？", "Do the circles overlap and compete?")
    if len(measured.ground.on_road()) < 2:
        return Finding(
            question=question,
            answer=Text("能接上路网的商圈不足两处，谈不上重叠和竞争。",
                        "Fewer than two circles are on the roads: nothing to compare."),
            state=State.NO_DATA,
        )  # fmt: skip
    walks = [it for it in measured.overlaps if it.walk_km2 > 0]
    states = [it.on_foot for it in measured.overlaps]
    sure, open_ = states.count(State.HOLDS), states.count(State.UNCERTAIN)
    drives = sum(it.drive_km2 > 0 for it in measured.overlaps)
    zh = f"步行范围确定重叠 {sure} 对" + (f"、难定 {open_} 对" if open_ else "")
    en = f"{sure} pairs surely overlap on foot" + (f", {open_} perhaps" if open_ else "")
    zh, en = f"{zh}，驾车范围重叠 {drives} 对", f"{en}, {drives} by car"
    shares = _shares_said(measured)
    worst = max(walks, key=lambda it: it.walk_share, default=None)
    circles, detail = measured.ground.circles, Text("", "")
    if worst is not None:
        a, b = circles[worst.one].name, circles[worst.other].name
        detail = Text(
            f"按现有位置，步行重叠最多的是{a}与{b}，{worst.walk_km2:.1f} 平方公里，"
            f"占较小者 {worst.walk_share:.0%}。",
            f"As placed, {a} and {b} overlap most on foot: {worst.walk_km2:.1f} km², "
            f"{worst.walk_share:.0%} of the smaller.",
        )
    return Finding(
        question=question,
        answer=Text(f"{zh}{shares.zh}。{detail.zh}", f"{en}{shares.en}. {detail.en}".strip()),
        state=State.HOLDS,
        value=float(sure),
        unit="count",
    )


def _shares_said(measured: Measured) -> Text:
    """Name the circles with the greatest shares of custom."""
    found = measured.competition
    if found is None:
        return Text("", "")
    order = sorted(range(len(found.columns)), key=lambda k: -found.shares[k])[:PARENTS]
    named = [(measured.ground.circles[found.columns[k]].name, found.shares[k]) for k in order]
    zh = "、".join(f"{name} {share:.0%}" for name, share in named)
    en = ", ".join(f"{name} {share:.0%}" for name, share in named)
    n = found.n_reached
    return Text(
        f"；按 Huff 模型，{n} 个需求点的客流居前的是{zh}",
        f"; by Huff's model the first for {n} places of demand are {en}",
    )
