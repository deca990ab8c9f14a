"""Say a siting run: how many sites, what they add, how good the answer is proved to be."""

from __future__ import annotations

from collections import Counter

from spatialplan.model.siting import Objective, SitingResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs.coverage_summary import percent
from spatialplan.text import Lang, Text

__all__ = ["MODELS", "answer", "model_name", "outcomes", "proof", "requests", "served_by"]

MODELS = {
    Objective.LSCP: Text(
        "LSCP（最少的新站点覆盖所有可覆盖的村）",
        "LSCP (fewest new sites that cover all that can be covered)",
    ),
    Objective.MCLP: Text(
        "MCLP（给定个数下覆盖最多）", "MCLP (most covered by a given number of sites)"
    ),
    Objective.PMEDIAN: Text(
        "p-中位（给定个数下总出行成本最小）", "p-median (least total cost by so many sites)"
    ),
}
_LOST = Text(
    "先说办不到的：{number} 个村离所有站点和候选点都太远，或容量不够（{districts}），"
    "原因逐村列出。",
    "What cannot be done first: every site is too far or full for {number} villages ({districts}); "
    "the reason is told for each.",
)
_UNKNOWN = Text(
    "{number} 个村所在处没有路网或路网不通，算不出来（{districts}），不等于够不着。",
    "{number} villages have no roads or none that connect ({districts}): unknown, which is not the "
    "same as out of reach.",
)
_UNPLACED = Text(
    "{number} 个村没有坐标，不能参与选址（{districts}），不等于覆盖不到。",
    "{number} villages have no coordinates and take no part ({districts}), which is not the same "
    "as out of reach.",
)
_SITES = Text(
    "建议新增 {sites} 处站点：{limit}内覆盖的村由 {before} 个增到 {after} 个（共 {total} 个村），"
    "占可覆盖的 {coverable} 个村的 {share}。",
    "Proposed: {sites} new sites. Villages covered within {limit} go from {before} to {after} of "
    "{total}, which is {share} of the {coverable} that can be covered.",
)
_NO_SITES = Text(
    "不建议新增站点：{limit}内已覆盖 {before} 个村（共 {total} 个），"
    "占可覆盖的 {coverable} 个村的 {share}。",
    "No new site is proposed: {before} of {total} villages are covered within {limit}, which is "
    "{share} of the {coverable} that can be covered.",
)
_PROVED = Text("结果已证明为最优。", "The answer is proved to be the best.")
_NOT_PROVED = Text(
    "结果尚未证明为最优：目标值 {value:.6g}，已证明的界 {bound:.6g}，差距 {gap}。",
    "The answer is not proved to be the best: value {value:.6g}, proved bound {bound:.6g}, gap "
    "{gap}.",
)
_PLACES = Text(
    "{} 个没有坐标的村的坐标（{}），有了才能参与选址",
    "coordinates of {} villages that have none ({}), to take part in the siting",
)
_PEOPLE = Text(
    "{} 个村的人口数，有了才能按人口加权", "the population of {} villages, to weigh them by people"
)


def model_name(result: SitingResult, lang: Lang) -> str:
    """Return the name of the location model and what it seeks."""
    return MODELS[result.objective].say(lang)


def proof(result: SitingResult, lang: Lang) -> str:
    """Return how good the answer is proved to be."""
    found = result.selection
    if found.optimal:
        return _PROVED.say(lang)
    gap = percent(found.gap, 1.0)
    return _NOT_PROVED.say(lang).format(value=found.value, bound=found.bound, gap=gap)


def _districts(names: list[str], lang: Lang) -> str:
    unknown = "未写县市区" if lang == "zh" else "no district"
    counts = Counter(name or unknown for name in names)
    between = "、" if lang == "zh" else ", "
    return between.join(f"{name} {number}" for name, number in counts.items())


def answer(result: SitingResult, lang: Lang = "zh") -> list[str]:
    """Return the answer first: what no site covers and why, the sites, what they add, the proof."""
    said = []
    groups: dict[Text, list[str]] = {_LOST: [], _UNKNOWN: [], _UNPLACED: []}
    for found in result.unservable:
        reached = found.state is VillageState.NOT_COVERED
        why = _LOST if reached else _UNKNOWN if found.demand.is_placed else _UNPLACED
        groups[why].append(found.demand.district)
    for text, lost in groups.items():
        if lost:
            districts = _districts(lost, lang)
            said.append(text.say(lang).format(number=len(lost), districts=districts))
    coverable = len(result.villages) - len(result.unservable)
    text = _SITES if result.sites else _NO_SITES
    said.append(
        text.say(lang).format(
            sites=len(result.sites),
            limit=result.limit.label.say(lang),
            before=len(result.covered_before),
            after=len(result.covered_after),
            total=len(result.villages),
            coverable=coverable,
            share=percent(len(result.covered_after), coverable),
        )
    )
    return [*said, proof(result, lang)]


def requests(result: SitingResult, lang: Lang = "zh") -> list[str]:
    """Return what to supply to site better; empty when nothing is missing."""
    unplaced = [village.district for village in result.villages if not village.is_placed]
    nobody = sum(village.population is None for village in result.villages)
    said = []
    if unplaced:
        said.append(_PLACES.say(lang).format(len(unplaced), _districts(unplaced, lang)))
    if nobody:
        said.append(_PEOPLE.say(lang).format(nobody))
    return said


def served_by(result: SitingResult) -> dict[str, str]:
    """Return the id of the proposed site that serves each village, by id of the village."""
    return {village: site.id for site in result.sites for village in site.serves}


def outcomes(result: SitingResult) -> dict[str, str]:
    """Return what becomes of each village by id: before, newly, left or unservable."""
    before, after = set(result.covered_before), set(result.covered_after)
    lost = {found.demand.id for found in result.unservable}

    def state(village: str) -> str:
        if village in before:
            return "before"
        if village in after:
            return "newly"
        return "unservable" if village in lost else "left"

    return {village.id: state(village.id) for village in result.villages}
