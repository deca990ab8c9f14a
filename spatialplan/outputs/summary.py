"""Count a result: claims by theme and state, villages by district and state, places known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import EvidenceState
from spatialplan.model.plan import Status
from spatialplan.model.verdict import State, VillageState
from spatialplan.text import Lang, Text

__all__ = [
    "Tally",
    "answer",
    "proposals",
    "requests",
    "tally_evidence",
    "tally_themes",
    "tally_villages",
]


_UNJUDGED = (VillageState.NO_DATA, VillageState.UNROUTABLE)
_CLAIMS = Text(
    "规划中可作空间核查的论断共 {total} 条：成立 {holds} 条，不成立 {fails} 条，"
    "不确定 {uncertain} 条，无法路由 {unroutable} 条，无数据 {no_data} 条。",
    "The plan makes {total} claims that can be checked in space: {holds} hold, {fails} fail, "
    "{uncertain} are uncertain, {unroutable} cannot be routed and {no_data} have no data.",
)
_VILLAGES = Text(
    "行政村名录共 {total} 个村（居），其中 {located} 个有坐标；已覆盖 {covered} 个，"
    "未覆盖 {not_covered} 个，不确定 {uncertain} 个，无法路由 {unroutable} 个，"
    "无数据 {no_data} 个（缺坐标、路网或服务点资料，不等于没有服务）。",
    "Of {total} villages on the roster {located} have coordinates; {covered} are covered, "
    "{not_covered} not covered, {uncertain} uncertain, {unroutable} cannot be routed and "
    "{no_data} have no data (no coordinates, roads or service points known, which is not the "
    "same as no service).",
)
_MISSING = Text("{} 个行政村的坐标", "coordinates of villages ({} missing)")
_WAITING = Text(
    "村级服务点或所在处路网（{} 个有坐标的村尚无法判定）",
    "village service points, or roads (located villages still open: {})",
)
_UNLOCATED = Text(
    "{} 个未定位规划要素的坐标或范围", "coordinates or outlines of plan features ({} unlocated)"
)
_VAGUE = Text("{} 个约略定位要素的准确坐标", "exact coordinates of plan features ({} approximate)")
_PROPOSED = Text(
    "{} 处可改进位置，运行 spatialplan refine 得到建议文件。",
    "Better places proposed: {}; spatialplan refine writes them to a file.",
)
_OPEN = Text(
    "{} 条未能判断的论断所缺的路网或资料", "roads or data that claims wait for ({} left open)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts by state under one heading; `located` counts villages with coordinates."""

    key: str
    label: str
    counts: dict[str, int]
    located: int = 0

    @property
    def total(self) -> int:
        """Number of all that were counted."""
        return sum(self.counts.values())


def _counts(
    states: Iterable[str], vocabulary: type[State | VillageState | EvidenceState]
) -> dict[str, int]:
    found = Counter(str(state) for state in states)
    return {str(state): found[str(state)] for state in vocabulary}


def _all(lang: Lang) -> str:
    return "合计" if lang == "zh" else "Total"


def tally_themes(result: CheckResult, lang: Lang = "zh") -> list[Tally]:
    """Return the counts of each theme that has claims, in the plan's order, then the total."""
    theme_of = {claim.id: claim.theme for claim in result.plan.claims}
    states: dict[str, list[str]] = {theme.id: [] for theme in result.plan.themes}
    for verdict in result.verdicts:
        states[theme_of[verdict.claim_id]].append(verdict.state)
    names = {theme.id: theme.name.say(lang) for theme in result.plan.themes}
    rows = [
        Tally(key=theme, label=names[theme], counts=_counts(found, State))
        for theme, found in states.items()
        if found
    ]
    whole = _counts((verdict.state for verdict in result.verdicts), State)
    return [*rows, Tally(key="", label=_all(lang), counts=whole)]


def tally_evidence(result: CheckResult, lang: Lang = "zh") -> list[Tally]:
    """Return what the map says of the features of each theme, in the plan's order, then in all.

    Empty when the map was not asked.
    """
    if not result.evidence:
        return []
    theme_of = {feature.id: feature.theme for feature in result.plan.features}
    states: dict[str, list[str]] = {theme.id: [] for theme in result.plan.themes}
    for found in result.evidence:
        states[theme_of[found.feature]].append(found.state)
    rows = [
        Tally(
            key=theme.id,
            label=theme.name.say(lang),
            counts=_counts(states[theme.id], EvidenceState),
        )
        for theme in result.plan.themes
        if states[theme.id]
    ]
    whole = _counts((found.state for found in result.evidence), EvidenceState)
    return [*rows, Tally(key="", label=_all(lang), counts=whole)]


def proposals(result: CheckResult, lang: Lang = "zh") -> str:
    """Return the sentence on better places that were proposed, empty when there are none."""
    number = sum(found.proposed is not None for found in result.evidence)
    return _PROPOSED.say(lang).format(number) if number else ""


def tally_villages(result: CheckResult, lang: Lang = "zh") -> list[Tally]:
    """Return the counts of each district in the roster's order, then the total."""
    groups: dict[str, list[int]] = {}
    for position, village in enumerate(result.villages):
        groups.setdefault(village.district_code, []).append(position)
    rows = [
        _village_tally(result, code, result.villages[members[0]].district, members)
        for code, members in groups.items()
    ]
    return [*rows, _village_tally(result, "", _all(lang), range(len(result.villages)))]


def _village_tally(result: CheckResult, key: str, label: str, members: Iterable[int]) -> Tally:
    villages = [result.villages[position] for position in members]
    return Tally(
        key=key,
        label=label,
        counts=_counts((village.state for village in villages), VillageState),
        located=sum(village.lon is not None and village.lat is not None for village in villages),
    )


def answer(result: CheckResult, lang: Lang = "zh") -> list[str]:
    """Return the answer first: how many claims stand, and how many villages are served."""
    claims = tally_themes(result, lang)[-1]
    villages = tally_villages(result, lang)[-1]
    sentences = [_CLAIMS.say(lang).format(total=claims.total, **claims.counts)]
    if villages.total:
        said = _VILLAGES.say(lang)
        counts = villages.counts
        sentences.append(said.format(total=villages.total, located=villages.located, **counts))
    return sentences


def requests(result: CheckResult, lang: Lang = "zh") -> list[str]:
    """Return what the reader can supply to get more answers; empty when nothing is missing."""
    villages = tally_villages(result, lang)[-1]
    counts = tally_themes(result, lang)[-1].counts
    statuses = Counter(feature.status for feature in result.features)
    waiting = sum(v.lon is not None and v.state in _UNJUDGED for v in result.villages)
    asked = (
        (_MISSING, villages.total - villages.located),
        (_WAITING, waiting),
        (_UNLOCATED, statuses[Status.UNLOCATED]),
        (_VAGUE, statuses[Status.APPROXIMATE]),
        (_OPEN, counts["no_data"] + counts["unroutable"]),
    )
    return [text.say(lang).format(number) for text, number in asked if number]
