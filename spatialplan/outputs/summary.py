"""Count a result: claims by theme and state, villages by district and state, places known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from spatialplan.model.plan import Status
from spatialplan.model.verdict import CheckResult, State, VillageState
from spatialplan.text import Lang

__all__ = ["Tally", "answer", "requests", "tally_themes", "tally_villages"]


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


def _counts(states: Iterable[str], vocabulary: type[State] | type[VillageState]) -> dict[str, int]:
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
    c, v = claims.counts, villages.counts
    if lang == "zh":
        said = [
            f"规划中可作空间核查的论断共 {claims.total} 条：成立 {c['holds']} 条，"
            f"不成立 {c['fails']} 条，不确定 {c['uncertain']} 条，"
            f"无法路由 {c['unroutable']} 条，无数据 {c['no_data']} 条。"
        ]
        if villages.total:
            said.append(
                f"行政村名录共 {villages.total} 个村（居），其中 {villages.located} 个有坐标；"
                f"已覆盖 {v['covered']} 个，未覆盖 {v['not_covered']} 个，不确定 {v['uncertain']} 个，"
                f"无法路由 {v['unroutable']} 个，无数据 {v['no_data']} 个（缺坐标或缺路网，不等于没有服务）。"
            )
        return said
    said = [
        f"The plan makes {claims.total} claims that can be checked in space: {c['holds']} hold, "
        f"{c['fails']} fail, {c['uncertain']} are uncertain, {c['unroutable']} cannot be routed "
        f"and {c['no_data']} have no data."
    ]
    if villages.total:
        said.append(
            f"Of {villages.total} villages on the roster {villages.located} have coordinates; "
            f"{v['covered']} are covered, {v['not_covered']} not covered, {v['uncertain']} "
            f"uncertain, {v['unroutable']} cannot be routed and {v['no_data']} have no data "
            "(no coordinates or no mapped roads, which is not the same as no service)."
        )
    return said


def requests(result: CheckResult, lang: Lang = "zh") -> list[str]:
    """Return what the reader can supply to get more answers; empty when nothing is missing."""
    villages = tally_villages(result, lang)[-1]
    counts = tally_themes(result, lang)[-1].counts
    missing = villages.total - villages.located
    unlocated = sum(feature.status == Status.UNLOCATED for feature in result.features)
    vague = sum(feature.status == Status.APPROXIMATE for feature in result.features)
    open_claims = counts["no_data"] + counts["unroutable"]
    zh = lang == "zh"
    asked = [
        (missing, f"{missing} 个行政村的坐标" if zh else f"coordinates of {missing} villages"),
        (
            unlocated,
            f"{unlocated} 个未定位规划要素的坐标或范围"
            if zh
            else f"coordinates or outlines of {unlocated} unlocated plan features",
        ),
        (
            vague,
            f"{vague} 个约略定位要素的准确坐标"
            if zh
            else f"exact coordinates of {vague} features placed approximately",
        ),
        (
            open_claims,
            f"{open_claims} 条未能判断的论断所缺的路网或资料"
            if zh
            else f"the roads or data missing for {open_claims} claims left open",
        ),
    ]
    return [text for number, text in asked if number]
