"""The answers about a ring: is it there, whole, can it be driven round, what does it link."""

from __future__ import annotations

from spatialplan.concepts.ring_facts import RingFacts, side_of
from spatialplan.concepts.ring_findings_links import gathers, linked, platforms
from spatialplan.concepts.ring_links import Belt, RingLink
from spatialplan.concepts.setting import Setting
from spatialplan.measures.ring_closing import Proposal
from spatialplan.measures.ring_drive import tour_metres, tour_minutes
from spatialplan.measures.ring_ways import Way
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import State
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = ["answer", "classes_said", "findings", "nothing_located"]


def nothing_located(concept: Concept) -> tuple[Finding, ...]:
    """Return the one answer about a ring no section of which is located as a line."""
    total = len(concept.role("sections"))
    return (
        Finding(
            question=Text("环线各段是否有线位", "are the sections of the ring there"),
            answer=Text(f"{total} 段均未定位成线", f"none of {total} sections has a line"),
            state=State.NO_DATA,
        ),
    )


def findings(
    setting: Setting, concept: Concept, facts: RingFacts, links: tuple[RingLink, ...], belt: Belt
) -> tuple[Finding, ...]:
    """Return the answers in the order in which a leader asks."""
    found = [_there(setting, facts), _whole(setting, concept, facts)]
    found += [_closing(p, n, facts) for n, p in enumerate(facts.proposals)]
    found += [_speed(facts), _round(facts), linked(links), platforms(belt)]
    return (*found, gathers(setting, facts, belt))


def answer(facts: RingFacts, found: tuple[Finding, ...]) -> Text:
    """Return one sentence: there, whole, the longest gap closed by what, driven round, linked."""
    there, whole, *rest = found
    _, round_, links, *_ = rest[len(facts.proposals) :]
    said = [there.answer, whole.answer]
    if facts.proposals and facts.proposals[0] is not None:
        said.append(_existing_said(facts.proposals[0], side_of(facts.ring.gaps[0].bearing_deg)))
    said += [round_.answer, links.answer]
    zh, en = "；".join(one.zh for one in said), "; ".join(one.en for one in said)
    return Text(f"{zh}。", f"{en[0].upper()}{en[1:]}.")


def classes_said(way: Way) -> Text:
    """Return the classes of a way with their lengths, new road last."""
    old = [(name, metres) for name, metres in way.by_class().items() if name]
    zh = "、".join(f"{class_name(name).zh} {m / 1000:.1f} 公里" for name, m in old)
    en = ", ".join(f"{m / 1000:.1f} km of {class_name(name).en}" for name, m in old)
    return Text(zh, en)


def _there(setting: Setting, facts: RingFacts) -> Finding:
    located, total = len(facts.keys), len(facts.keys) + len(facts.gone)
    zh, en = f"{total} 段均有线位", f"all {total} sections have a line"
    if facts.gone:
        names = [setting.context.name(key) for key in facts.gone]
        zh = f"{total} 段中 {located} 段有线位，{'、'.join(names)}未定位成线"
        en = f"{located} of {total} sections have a line, not {', '.join(names)}"
    return Finding(
        question=Text("环线各段是否有线位", "are the sections of the ring there"),
        answer=Text(zh, en),
        state=State.NO_DATA if facts.gone else State.HOLDS,
        value=float(located),
        unit="count",
    )


def _whole(setting: Setting, concept: Concept, facts: RingFacts) -> Finding:
    ring = facts.ring
    share, km = 100 * ring.closure, ring.perimeter_m / 1000
    claims = tuple(c.id for c in setting.claims_about(concept.role("sections"), "ring_closed"))
    gaps = [(side_of(g.bearing_deg), g.length_m / 1000) for g in ring.gaps]
    zh, en = f"已闭合成环，周长 {km:.1f} 公里", f"it is a closed circuit of {km:.1f} km"
    if gaps:
        said = "、".join(f"{side.zh}侧缺 {gap:.2f} 公里" for side, gap in gaps)
        zh = f"未闭合，闭合度 {share:.1f}%，{said}"
        said = ", ".join(f"{gap:.2f} km missing in the {side.en}" for side, gap in gaps)
        en = f"it is not closed, closure {share:.1f}%, {said}"
    if facts.closed is State.UNCERTAIN:
        zh, en = f"{zh}（在概化误差之内）", f"{en} (within the generalisation of the lines)"
    if facts.gone:
        zh, en = f"按已定位的路段，{zh}", f"by the sections located, {en}"
    return Finding(
        question=Text("环线是否闭合", "is the ring whole"),
        answer=Text(zh, en),
        state=State.NO_DATA if facts.gone else facts.closed,
        value=share,
        unit="%",
        claims=claims,
    )


def _closing(proposal: Proposal | None, number: int, facts: RingFacts) -> Finding:
    """Say what would close a gap: over existing roads, the cheapest mix, or all new."""
    side = side_of(facts.ring.gaps[number].bearing_deg)
    question = Text(f"{side.zh}侧缺口怎么补", f"what would close the {side.en} gap")
    if proposal is None:
        return Finding(
            question=question,
            answer=Text(
                f"{side.zh}侧缺口端点不在已有路网上，无法提出补法",
                f"an end of the {side.en} gap lies off the mapped roads: nothing can be proposed",
            ),
            state=State.UNROUTABLE,
        )
    parts = [_existing_said(proposal, side), _mix_said(proposal), _straight_said(proposal)]
    said = [part for part in parts if part is not None]
    best = proposal.cheapest
    return Finding(
        question=question,
        answer=Text("，".join(t.zh for t in said), ", ".join(t.en for t in said)),
        state=State.HOLDS,
        value=best.length_m / 1000,
        unit="km",
    )


def _existing_said(proposal: Proposal, side: Text) -> Text:
    way = proposal.existing
    if way is None:
        km = proposal.minimal.new_m / 1000
        return Text(
            f"{side.zh}侧现有道路不连通，至少新建 {km:.2f} 公里",
            f"in the {side.en} the existing roads do not connect, at least {km:.2f} km are missing",
        )
    classes, km = classes_said(way), way.length_m / 1000
    if len(way.by_class()) == 1:
        only = class_name(way.pieces[0].road_class)
        return Text(
            f"{side.zh}侧沿现有{only.zh} {km:.1f} 公里可绕通（{way.time_min:.0f} 分钟）",
            f"in the {side.en} {km:.1f} km of existing roads lead round it ({only.en}, "
            f"{way.time_min:.0f} min)",
        )
    return Text(
        f"{side.zh}侧沿现有道路 {km:.1f} 公里可绕通（{classes.zh}，{way.time_min:.0f} 分钟）",
        f"in the {side.en} {km:.1f} km of existing roads lead round it ({classes.en}, "
        f"{way.time_min:.0f} min)",
    )


def _mix_said(proposal: Proposal) -> Text | None:
    """Say the cheapest way where it is neither the existing roads nor all new."""
    way = proposal.cheapest
    new, old = way.new_m / 1000, (way.length_m - way.new_m) / 1000
    if old == 0.0:
        return None
    if new == 0.0:
        return Text("改建这段道路最省", "to rebuild these roads is the cheapest way")
    wet = f"（跨水 {way.water_m:.0f} 米）" if way.water_m else ""
    wet_en = f" ({way.water_m:.0f} m over water)" if way.water_m else ""
    return Text(
        f"最省为新建 {new:.2f} 公里{wet}并改建现有道路 {old:.1f} 公里",
        f"the cheapest way builds {new:.2f} km{wet_en} and rebuilds {old:.1f} km",
    )


def _straight_said(proposal: Proposal) -> Text:
    way = proposal.straight
    wet = f"，其中跨水 {way.water_m:.0f} 米" if way.water_m else ""
    wet_en = f", {way.water_m:.0f} m of it over water" if way.water_m else ""
    return Text(
        f"若按环线标准新建直线连接为 {way.length_m / 1000:.2f} 公里{wet}",
        f"one straight new link would be {way.length_m / 1000:.2f} km{wet_en}",
    )


def _speed(facts: RingFacts) -> Finding:
    question = Text("环线是什么等级、能跑多快", "of what class and speed is the ring")
    if facts.ring_class is None:
        return Finding(
            question=question,
            answer=Text("各段均不在已有路网上", "no section lies on the mapped roads"),
            state=State.NO_DATA,
        )
    classes = facts.classes
    whole = float(classes["length_m"].sum())
    base = classes["road_class"].str.removesuffix("_link")
    share = float(classes.loc[base == facts.ring_class, "length_m"].sum()) / whole
    hours = float((classes["length_m"] / 1000 / classes["speed_kmh"]).sum())
    speed, name = whole / 1000 / hours, class_name(facts.ring_class)
    return Finding(
        question=question,
        answer=Text(
            f"{share:.0%} 为{name.zh}，平均车速 {speed:.0f} 公里/小时",
            f"{share:.0%} is {name.en}, mean speed {speed:.0f} km/h",
        ),
        state=State.HOLDS,
        value=speed,
        unit="km/h",
    )


def _round(facts: RingFacts) -> Finding:
    question = Text("能否沿环线绕行一周", "can one drive round the ring")
    there, back = (tour_minutes(legs) for legs in facts.legs)
    if facts.circuit is None or not facts.legs[0]:
        return Finding(
            question=question,
            answer=Text("线位不足以成环，无法绕行", "the lines make no ring to drive round"),
            state=State.NO_DATA,
        )
    if there is None and back is None:
        return Finding(
            question=question,
            answer=Text("已有路网上绕不成一周", "the mapped roads do not lead round it"),
            state=State.UNROUTABLE,
        )
    ways = [
        (zh, en, minutes, (tour_metres(legs) or 0.0) / 1000)
        for zh, en, minutes, legs in (
            ("顺时针", "clockwise", there, facts.legs[0]),
            ("逆时针", "counter-clockwise", back, facts.legs[1]),
        )
        if minutes is not None
    ]
    said = {f"{minutes:.0f} 分钟、{km:.1f} 公里" for _, _, minutes, km in ways}
    zh = "，".join(f"{name} {minutes:.0f} 分钟、{km:.1f} 公里" for name, _, minutes, km in ways)
    en = ", ".join(f"{minutes:.0f} min and {km:.1f} km {name}" for _, name, minutes, km in ways)
    if len(ways) == 2 and len(said) == 1:
        zh, en = f"约 {said.pop()}", f"{ways[0][2]:.0f} min and {ways[0][3]:.1f} km both ways"
    detour = "（缺口处绕行）" if facts.ring.gaps else ""
    detour_en = " with the detour over the gaps" if facts.ring.gaps else ""
    return Finding(
        question=question,
        answer=Text(f"绕行一周{zh}{detour}", f"round trip{detour_en}: {en}"),
        state=State.HOLDS if len(ways) == 2 else State.UNROUTABLE,
        value=min(minutes for _, _, minutes, _ in ways),
        unit="min",
    )
