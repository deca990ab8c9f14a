"""Why claims have no good answer, by class, and which places would bring most answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Claim, Feature
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import State
from spatialplan.text import Lang, Text

__all__ = ["Cause", "CauseRow", "WantedPlace", "cause_rows", "claim_cause", "wanted_places"]

_BY_VILLAGES = "covers"  # the predicate that waits for the users' own tables


class Cause(StrEnum):
    """Classes of causes why a claim does not hold, or is not decided."""

    NOT_MET = "not_met"
    NEAR_LIMIT = "near_limit"
    CUT_OFF = "cut_off"
    NO_PLACE = "no_place"
    NO_POINTS = "no_points"
    NO_MAP = "no_map"


_WORDS = {
    Cause.NOT_MET: (
        Text("实测达不到规划表述或限值", "measured, and not as the plan says"),
        Text("补齐设施，或核实限值与位置", "mend it, or check threshold and places"),
    ),
    Cause.NEAR_LIMIT: (
        Text("限值落在位置精度之内", "the threshold lies within positional accuracy"),
        Text("提供更准的坐标或范围", "supply more exact places"),
    ),
    Cause.CUT_OFF: (
        Text("已有路网不连通，或离路太远", "roads cut off, or too far from any"),
        Text("换用更全的路网，补画缺失路段", "use a fuller road extract, map the missing roads"),
    ),
    Cause.NO_PLACE: (
        Text("所涉要素没有坐标或范围", "features without a place"),
        Text("提供这些要素的坐标或范围", "supply the places of these features"),
    ),
    Cause.NO_POINTS: (
        Text("没有村级点位和服务点", "no villages or service points to check"),
        Text("填报村表、站点表后读入", "read in tables of villages and stations"),
    ),
    Cause.NO_MAP: (
        Text("所在处没有路网或地图资料", "nothing is mapped there"),
        Text("换用覆盖该处的路网提取文件", "use an extract that covers the place"),
    ),
}
_BY_STATE = {
    State.FAILS: Cause.NOT_MET,
    State.UNCERTAIN: Cause.NEAR_LIMIT,
    State.UNROUTABLE: Cause.CUT_OFF,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """A class of causes, what to do about it, and the claims that have it by their numbers."""

    key: str
    label: str
    remedy: str
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlace:
    """A feature without a place, and the undecided claims that wait for it by their numbers."""

    feature: Feature
    claims: tuple[int, ...]


def _missing(result: CheckResult, claim: Claim) -> list[Feature]:
    """Return the features without a place that a claim needs."""
    spec = PREDICATES[claim.predicate]
    used = (*(claim.subjects if spec.places_subjects else ()), *claim.objects)
    wanted = set(used)
    return [f for f in result.features if f.id in wanted and not f.is_located]


def claim_cause(result: CheckResult, claim: Claim, state: State) -> Cause | None:
    """Return the class of a verdict's cause, None where the claim holds."""
    if state is not State.NO_DATA:
        return _BY_STATE.get(state)
    if claim.predicate == _BY_VILLAGES:
        return Cause.NO_POINTS
    return Cause.NO_PLACE if _missing(result, claim) else Cause.NO_MAP


def cause_rows(result: CheckResult, lang: Lang) -> list[CauseRow]:
    """Return the classes with their claims, classes without any left out."""
    found: dict[Cause, list[int]] = {cause: [] for cause in Cause}
    for number, verdict in enumerate(result.verdicts, start=1):
        cause = claim_cause(result, result.claim(verdict.claim_id), verdict.state)
        if cause is not None:
            found[cause].append(number)
    return [
        CauseRow(
            key=str(cause),
            label=_WORDS[cause][0].say(lang),
            remedy=_WORDS[cause][1].say(lang),
            claims=tuple(numbers),
        )
        for cause, numbers in found.items()
        if numbers
    ]


def wanted_places(result: CheckResult, most: int) -> list[WantedPlace]:
    """Return the features without a place that most undecided claims wait for."""
    claims: dict[str, list[int]] = {}
    for number, verdict in enumerate(result.verdicts, start=1):
        claim = result.claim(verdict.claim_id)
        if claim_cause(result, claim, verdict.state) is Cause.NO_PLACE:
            for feature in _missing(result, claim):
                claims.setdefault(feature.id, []).append(number)
    features = {feature.id: feature for feature in result.features}
    ranked = Counter({key: len(numbers) for key, numbers in claims.items()}).most_common(most)
    return [WantedPlace(feature=features[key], claims=tuple(claims[key])) for key, _ in ranked]
