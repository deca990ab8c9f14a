"""The answers about what a ring links and what its belt gathers."""

from __future__ import annotations

from collections import Counter

from spatialplan.checks.judging import GRAVITY, STATE_TEXT
from spatialplan.concepts.ring_facts import RingFacts
from spatialplan.concepts.ring_links import Belt, RingLink, roles_answered, worst
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["gathers", "linked", "platforms"]


def linked(links: tuple[RingLink, ...]) -> Finding:
    """Return the answer whether the ring links what the plan says."""
    question = Text("是否联通规划所列对象", "does it link what the plan says")
    states = [link.part.state for link in links]
    if not states:
        return Finding(
            question=question,
            answer=Text("规划未列联通对象", "the plan names nothing to link"),
            state=State.NO_DATA,
        )
    held, counts = states.count(State.HOLDS), Counter(states)
    others = [state for state in reversed(GRAVITY) if counts[state] and state is not State.HOLDS]
    zh = "".join(f"、{counts[s]} 项{STATE_TEXT[s].zh}" for s in others)
    en = "".join(f", {counts[s]} {STATE_TEXT[s].en}" for s in others)
    return Finding(
        question=question,
        answer=Text(
            f"规划所列联通 {len(states)} 项中 {held} 项成立{zh}",
            f"of {len(states)} links that the plan states {held} hold{en}",
        ),
        state=worst(states),
        value=float(held),
        unit="count",
        claims=tuple(dict.fromkeys(link.claim for link in links)),
    )


def platforms(belt: Belt) -> Finding:
    """Return the answer which platforms lie in the belt."""
    km = belt.width.value / 1000
    question = Text(
        f"产业带（单侧 {km:g} 公里）内有哪些平台园区", f"which platforms lie within {km:g} km of it"
    )
    known = [place for place in belt.places if place.distance_m is not None]
    if not known:
        return Finding(
            question=question,
            answer=Text("沿线平台园区均未定位", "no platform along it is located"),
            state=State.NO_DATA,
        )
    inside = sum(place.state is State.HOLDS for place in known)
    doubtful = sum(place.state is State.UNCERTAIN for place in known)
    zh = f"、{doubtful} 处在位置误差之内难定" if doubtful else ""
    en = f", {doubtful} within the accuracy of their position" if doubtful else ""
    return Finding(
        question=question,
        answer=Text(
            f"沿线 {len(known)} 处已定位平台园区中 {inside} 处在带内{zh}",
            f"of {len(known)} located platforms {inside} lie in the belt{en}",
        ),
        state=State.UNCERTAIN if doubtful == len(known) else State.HOLDS,
        value=float(inside),
        unit="count",
    )


def gathers(setting: Setting, facts: RingFacts, belt: Belt) -> Finding:
    """Return the answer whether the belt gathers what the roles of the sections ask."""
    question = Text("产业带是否聚集规划所说的业态", "does the belt gather what the plan says")
    if belt.gathering is None:
        return Finding(
            question=question,
            answer=Text(
                "图上没有分类兴趣点，业态无数据（用 --pbf 给出 OSM 文件）",
                "the map has no points of interest by category (give an OSM file with --pbf)",
            ),
            state=State.NO_DATA,
        )
    asked = roles_answered(setting, facts, belt.gathering)
    states = [state for _, _, state in asked]
    rows = [
        (
            setting.context.name(facts.keys[position]),
            setting.category_name(category),
            STATE_TEXT[state],
        )
        for position, category, state in asked
    ]
    zh = "、".join(f"{name}{kind.zh}{state.zh}" for name, kind, state in rows)
    en = ", ".join(f"{name}: {kind.en} {state.en}" for name, kind, state in rows)
    return Finding(
        question=question,
        answer=Text(
            f"按区位商，{zh}" if rows else "各段定位的业态图上没有对应分类",
            f"by location quotient, {en}" if rows else "no role asks for a category of the map",
        ),
        state=worst(states),
        value=float(states.count(State.HOLDS)) if rows else None,
        unit="count" if rows else "",
    )
