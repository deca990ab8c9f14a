"""What is found of a concept of circles: where they are, what they hold, whom they reach."""

from __future__ import annotations

from spatialplan.concepts.circles_centres import LEVELS, Circle, names_said
from spatialplan.concepts.circles_findings_offer import core_finding, offer_finding
from spatialplan.concepts.circles_findings_reach import competition_finding, reach_finding
from spatialplan.concepts.circles_measured import Measured, gravest
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["findings"]


def findings(setting: Setting, measured: Measured) -> tuple[Finding, ...]:
    """Return the findings in the order in which a planner asks."""
    found = [
        _located(measured),
        _landmarks(setting, measured),
        offer_finding(measured),
        core_finding(measured),
        reach_finding(setting, measured),
        competition_finding(measured),
    ]
    return (*found, _counties(measured)) if measured.counties else tuple(found)


def _located(measured: Measured) -> Finding:
    """Say how many circles of each level have a place."""
    circles = measured.circles
    placed = [circle for circle in circles if circle.centre is not None]
    lost = names_said([circle.name for circle in circles if circle.centre is None])
    levels = [(name, [c for c in circles if c.level == level]) for level, name in LEVELS.items()]
    zh = "、".join(f"{name.zh} {_placed(own)}/{len(own)}" for name, own in levels if own)
    en = ", ".join(f"{name.en} {_placed(own)}/{len(own)}" for name, own in levels if own)
    rough = _roughness(placed)
    said = Text(
        f"{len(circles)} 处商圈有 {len(placed)} 处能落到图上（{zh}）{rough.zh}。"
        + (f"未定位：{lost.zh}。" if lost.zh else ""),
        f"{len(placed)} of {len(circles)} circles can be put on the map ({en}){rough.en}. "
        + (f"Not located: {lost.en}. " if lost.en else ""),
    )
    return Finding(
        question=Text("商圈在图上找得到吗？", "Can the circles be found on the map?"),
        answer=Text(said.zh, said.en.strip()),
        state=State.HOLDS if len(placed) == len(circles) else State.NO_DATA,
        value=float(len(placed)),
        unit="count",
    )


def _placed(circles: list[Circle]) -> int:
    return sum(circle.centre is not None for circle in circles)


def _roughness(placed: list[Circle]) -> Text:
    """Say how well the places are known, where some are approximate."""
    rough = sorted(circle.accuracy_m for circle in placed if circle.is_approximate)
    if not rough:
        return Text("", "")
    span = f"{rough[0]:.0f}" if rough[0] == rough[-1] else f"{rough[0]:.0f}–{rough[-1]:.0f}"
    every = len(rough) == len(placed)
    share = Text("均", "all") if every else Text(f"其中 {len(rough)} 处", f"{len(rough)} of them")
    return Text(
        f"，{share.zh}为概略位置，精度 {span} 米", f", {share.en} approximately, to {span} m"
    )


def _landmarks(setting: Setting, measured: Measured) -> Finding:
    """Say how many landmarks are within a walk of the centre of their circle."""
    question = Text(
        "地标都在商圈的步行范围内吗？", "Are the landmarks within a walk of the centre?"
    )
    states = [part.state for part in measured.landmarks]
    ids = [circle.id for circle in measured.circles]
    claims = tuple(claim.id for claim in setting.claims_about(ids, "gathers"))
    if not states:
        return Finding(
            question=question,
            answer=Text("规划没有列出商圈的地标。", "The plan names no landmarks of circles."),
            state=State.NO_DATA,
            claims=claims,
        )
    words = {
        State.HOLDS: Text("在步行范围内", "within"),
        State.FAILS: Text("在外", "beyond"),
        State.UNCERTAIN: Text("难定", "not to be told"),
        State.UNROUTABLE: Text("无法路由", "not to be routed"),
        State.NO_DATA: Text("没有位置", "without a place"),
    }
    counts = [(states.count(state), said) for state, said in words.items()]
    zh = "、".join(f"{n} 处{said.zh}" for n, said in counts if n)
    en = ", ".join(f"{n} {said.en}" for n, said in counts if n)
    walk = measured.numbers
    return Finding(
        question=question,
        answer=Text(
            f"{len(states)} 处地标中 {zh}（步行 {walk.walk_min:g} 分钟、{walk.walk_m:.0f} 米）。",
            f"Of {len(states)} landmarks {en} ({walk.walk_min:g} min, {walk.walk_m:.0f} m).",
        ),
        state=gravest(states),
        value=float(states.count(State.HOLDS)),
        unit="count",
        claims=claims,
    )


def _counties(measured: Measured) -> Finding:
    """Say which counties have a circle, and how far theirs are from the city's."""
    counties = measured.counties
    have = [county for county in counties if county.circles]
    lack = names_said([county.name for county in counties if not county.circles])
    with_names = [f"{county.name}（{'、'.join(county.circles)}）" for county in have]
    lost = [c.name for c in measured.circles if c.level != "city" and c.centre is None]
    zh = f"{len(counties)} 个县（市）中 {len(have)} 个有已定位的商圈。"
    en = f"{len(have)} of {len(counties)} counties have a located circle. "
    if have:
        zh += "、".join(with_names) + "。"
        en += ", ".join(f"{c.name}: {', '.join(c.circles)}" for c in have) + ". "
    if lack.zh:
        rest = names_said(lost)
        zh += f"{lack.zh}没有" + (f"，{rest.zh}未定位，或在其中。" if lost else "。")
        en += f"No located one in {lack.en}" + (f"; {rest.en} may lie there. " if lost else ". ")
    ways = _ways(measured)
    return Finding(
        question=Text("每个县（市）都有商圈吗？", "Does each county have a circle?"),
        answer=Text(zh + ways.zh, (en + ways.en).strip()),
        state=gravest([county.state for county in counties]),
        value=float(len(have)),
        unit="count",
    )


def _ways(measured: Measured) -> Text:
    """Say how far the circles of counties are from the nearest of the city."""
    circles = measured.ground.circles
    told = [
        (circles[i].name, circles[j].name, km, minutes)
        for i, (j, km, minutes) in sorted(measured.ways.items())
        if circles[i].level == "county"
    ]
    zh = "，".join(f"{a}到{b} {km:.1f} 公里、{t:.0f} 分钟" for a, b, km, t in told)
    en = ", ".join(f"{a} to {b} {km:.1f} km, {t:.0f} min" for a, b, km, t in told)
    return Text(f"{zh}。", f"{en}.") if told else Text("", "")
