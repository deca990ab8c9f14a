"""Say and count a coverage run: the answer first, tallies by area, causes, what to supply."""

from __future__ import annotations

import math

from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Tier
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import wording
from spatialplan.outputs.coverage_causes import CauseTally, causes
from spatialplan.outputs.coverage_counts import (
    AreaTally,
    change_counts,
    change_states,
    counted,
    state_counts,
    strangers,
    tally_areas,
    tally_chains,
    tally_strangers,
)
from spatialplan.outputs.coverage_requests import requests
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = [
    "MODES",
    "AreaTally",
    "CauseTally",
    "answer",
    "causes",
    "change_counts",
    "change_states",
    "mode_name",
    "percent",
    "requests",
    "tally_areas",
    "tally_chains",
    "tally_strangers",
    "tier_name",
]

MODES = {
    "drive": Text("驾车", "by car"),
    "truck": Text("货车", "by truck"),
    "walk": Text("步行", "on foot"),
}
_ROSTER = Text("名录 {} 个村（居）", "Of {} villages on the roster")
_BESIDES = Text(
    "另有 {total} 行不在名录（{counts}），不计入以上数字。",
    " Another {total} rows are not on the roster and not counted above ({counts}).",
)
_TABLE = Text("表中 {} 个村（居）", "Of {} villages in the tables")
_FIRST = Text(
    "{whole}，{limit}内（{mode}，到最近的{tier}）：",
    "{whole} within {limit} ({mode}, nearest tier: {tier}), ",
)
_LATER = Text("{limit}内：", "Within {limit}, ")
_COUNTS = Text(
    "已覆盖 {covered} 个，未覆盖 {not_covered} 个，不确定 {uncertain} 个，"
    "无法路由 {unroutable} 个，无数据 {no_data} 个",
    "{covered} are covered, {not_covered} not covered, {uncertain} uncertain, "
    "{unroutable} cannot be routed and {no_data} have no data",
)
_NO_DATA = Text(
    "（缺坐标、路网或站点资料，不等于没有服务）",
    " (no coordinates, roads or stations known, which is not the same as no service)",
)
_JUDGED = Text(
    "有明确结论的 {judged} 个村中已覆盖 {share}。",
    " Of the {judged} with a certain answer {share} are covered.",
)
_NONE_JUDGED = Text(
    "还没有一个村能得出明确结论，现在说不出覆盖率。",
    " None has a certain answer yet, so there is no rate of coverage to tell.",
)
_PEOPLE = Text(
    "其中 {known} 个村有人口数，共 {people} 人，已覆盖 {covered} 人（{share}）。",
    " {known} of these have a population, {people} people in all; "
    "{covered} of them are covered ({share}).",
)
_CHAIN = Text(
    "三级链条：{covered} 个村全程达标，{not_covered} 个不达标，"
    "{uncertain} 个不确定，{unroutable} 个无法路由，{no_data} 个无数据；{strangers} 个村隶属不符。",
    "Three-tier chain: all legs pass for {covered} villages, fail "
    "for {not_covered}, are uncertain for {uncertain}, cannot be routed for {unroutable} and lack "
    "data for {no_data}; {strangers} villages are served by another township's or county's.",
)
_BEFORE = Text("情景之前（现状）：", "Before the scenario (as things are): ")
_CHANGE = Text(
    "情景“{title}”，{limit}内：之前 {before}；之后 {after}；"
    "新增覆盖 {gains} 个村，失去覆盖 {loses} 个村。",
    "Scenario “{title}”, within {limit}: before {before}; after {after}; {gains} villages gain "
    "coverage and {loses} lose it.",
)


def percent(part: float, whole: float) -> str:
    """Return a share in per cent with one digit; only the whole is 100 and only nothing is 0.

    — where there is no whole, or a number is missing.

    Examples
    --------
    >>> percent(1, 3), percent(9999, 10000), percent(1, 10000), percent(0, 0)
    ('33.3%', '99.9%', '0.1%', '—')
    """
    if not (math.isfinite(part) and whole > 0):
        return wording.NOTHING
    if part <= 0 or part >= whole:
        return "0%" if part <= 0 else "100%"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f}%"


def mode_name(mode: str, lang: Lang) -> str:
    """Return the reader's name of a mode; an unknown mode is its own name."""
    return MODES[mode].say(lang) if mode in MODES else mode


def tier_name(tier: Tier, lang: Lang) -> str:
    """Return the reader's name of a tier."""
    return read_style().tiers[tier].label.say(lang)


def answer(result: CoverageResult, lang: Lang = "zh") -> list[str]:
    """Return the answer first: a paragraph for each limit, the chain, the scenario by limit.

    All but the paragraphs on the scenario tell the state before it, and say so where there is one.
    """
    paragraphs = [_limit_answer(result, at, lang) for at in range(len(result.limits))]
    chains = tally_chains(result)
    if chains is not None:
        foreign = sum(
            village.chain is not None and village.chain.parents_match is False
            for village in counted(result)
        )
        paragraphs.append(_CHAIN.say(lang).format(**chains, strangers=foreign))
    if result.change is None:
        return paragraphs
    before = _BEFORE.say(lang)
    return [*(before + said for said in paragraphs), *_change_answers(result, lang)]


def _change_answers(result: CoverageResult, lang: Lang) -> list[str]:
    title = "" if result.change is None else result.change.title.say(lang)
    said = []
    for limit in result.limits:
        before, after = change_states(result, limit)
        kinds = change_counts(result, limit)
        said.append(
            _CHANGE.say(lang).format(
                title=title,
                limit=limit.label.say(lang),
                before=_states_said(before, lang),
                after=_states_said(after, lang),
                gains=kinds["gains"],
                loses=kinds["loses"],
            )
        )
    return said


def _states_said(counts: dict[str, int], lang: Lang) -> str:
    """Return the states that occur with their numbers."""
    symbols = read_style().village_states
    names = {state: symbols[state].label.say(lang) for state in counts}
    if lang == "en":
        names = {state: name.lower() for state, name in names.items()}
    found = [f"{names[state]} {count}" for state, count in counts.items() if count]
    return ("、" if lang == "zh" else ", ").join(found) or wording.NOTHING


def _limit_answer(result: CoverageResult, at: int, lang: Lang) -> str:
    counts = state_counts(village.states[at] for village in counted(result))
    limit = result.limits[at].label.say(lang)
    said = _LATER.say(lang).format(limit=limit)
    if at == 0:
        tier = tier_name(result.tier, lang)
        mode = mode_name(result.mode, lang)
        said = _FIRST.say(lang).format(
            whole=_whole(result, lang), limit=limit, mode=mode, tier=tier
        )
    stop = "。" if lang == "zh" else "."
    said += _COUNTS.say(lang).format(**counts)
    explained = at == 0 and counts[VillageState.NO_DATA] > 0
    said += (_NO_DATA.say(lang) if explained else "") + stop
    judged = counts[VillageState.COVERED] + counts[VillageState.NOT_COVERED]
    if judged == 0:
        return said + _NONE_JUDGED.say(lang) + _besides(result, at, lang)
    share = percent(counts[VillageState.COVERED], judged)
    said += _JUDGED.say(lang).format(judged=judged, share=share)
    return said + _people(result, at, lang) + _besides(result, at, lang)


def _whole(result: CoverageResult, lang: Lang) -> str:
    villages = counted(result)
    text = _ROSTER if villages[0].demand.on_roster else _TABLE
    return text.say(lang).format(len(villages))


def _besides(result: CoverageResult, at: int, lang: Lang) -> str:
    """Return the sentence on rows that are not on the roster, empty where there are none."""
    found = strangers(result)
    if not found:
        return ""
    said = _states_said(state_counts(village.states[at] for village in found), lang)
    return _BESIDES.say(lang).format(total=len(found), counts=said)


def _people(result: CoverageResult, at: int, lang: Lang) -> str:
    """Return the sentence weighted by population, over villages that are judged and have one."""
    judged = (VillageState.COVERED, VillageState.NOT_COVERED)
    known = [
        (village.demand.population, village.states[at])
        for village in counted(result)
        if village.demand.population is not None and village.states[at] in judged
    ]
    people = sum(number for number, _ in known)
    covered = sum(number for number, state in known if state is VillageState.COVERED)
    if people <= 0:
        return ""
    return _PEOPLE.say(lang).format(
        known=len(known),
        people=f"{people:,.0f}",
        covered=f"{covered:,.0f}",
        share=percent(covered, people),
    )
