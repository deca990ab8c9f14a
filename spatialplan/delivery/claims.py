"""Judge the plan's claims on coverage by what a coverage run found of the villages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from spatialplan.model.delivery import Demand
from spatialplan.model.limit import Limit
from spatialplan.model.plan import Claim, Origin, Plan
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import (
    Confidence,
    Measure,
    Part,
    State,
    Verdict,
    VillageState,
)
from spatialplan.text import Text

__all__ = ["claim_limits", "judge_claims"]

PERCENT = 100.0
Judged = tuple[Demand, VillageState]
_GRAVITY = (State.FAILS, State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN, State.HOLDS)
_OPEN = (VillageState.UNCERTAIN, VillageState.UNROUTABLE, VillageState.NO_DATA)


def claim_limits(plan: Plan, asked: Sequence[Limit]) -> tuple[Limit, ...]:
    """Return the limit of each claim on coverage: its own, else the first that was asked for."""
    own = [c.params.get("max_min") for c in plan.claims if c.predicate == "covers"]
    return tuple(Limit(value=p.value, by="time") if p else asked[0] for p in own)


def judge_claims(
    plan: Plan,
    villages: Sequence[Demand],
    states: Sequence[Sequence[VillageState]],
    limits: Sequence[Limit],
    districts: frozenset[str],
) -> tuple[Verdict, ...]:
    """Return a verdict for each claim of the plan that service points cover all villages.

    A village without a certain answer counts neither way: the claim holds when enough villages are
    covered without it, fails when too few would be even with it, and is open otherwise.

    Parameters
    ----------
    states, limits
        Of the villages for each claim on coverage, in the plan's order, and by which limit.
    districts
        Codes of all districts of the prefecture.
    """
    claims = [claim for claim in plan.claims if claim.predicate == "covers"]
    return tuple(
        _judge(plan, claim, list(zip(villages, own, strict=True)), limit, districts)
        for claim, own, limit in zip(claims, states, limits, strict=True)
    )


def _judge(
    plan: Plan,
    claim: Claim,
    villages: Sequence[Judged],
    limit: Limit,
    districts: frozenset[str],
) -> Verdict:
    said = claim.params.get("share_pct")
    wanted = said.value if said else PREDICATES["covers"].params["share_pct"].default or PERCENT
    parts = [_part(plan, claim, key, villages, wanted, districts) for key in claim.objects]
    state = min((part.state for part in parts), key=_GRAVITY.index)
    worst = min((part for part in parts if part.state is state), key=lambda part: part.value or 0.0)
    return Verdict(
        claim_id=claim.id,
        state=state,
        measure=Measure(
            value=worst.value,
            unit="%",
            threshold=wanted,
            origin=said.origin if said else Origin.ASSUMED,
        ),
        cause=Text(
            f"{limit.label.zh}内，{worst.cause.zh}", f"within {limit.label.en}, {worst.cause.en}"
        ),
        would_change=Text(
            "补齐未定位村的坐标和服务点；换一个限值会得到不同的结论",
            "places of the villages and facilities still unlocated; another limit",
        ),
        confidence=Confidence.MEDIUM if state in (State.HOLDS, State.FAILS) else Confidence.LOW,
        evidence=(*claim.subjects, *claim.objects),
        parts=tuple(parts),
    )


def _part(
    plan: Plan,
    claim: Claim,
    key: str,
    villages: Sequence[Judged],
    wanted: float,
    districts: frozenset[str],
) -> Part:
    """Return the answer for one area: all villages of the prefecture, or those of its districts."""
    area = plan.feature(key)
    codes = set(area.districts)
    # Functional zones have statistical codes of their own: all districts mean all villages.
    everything = bool(codes) and codes >= districts
    own = [
        state
        for village, state in villages
        if village.on_roster and (everything or village.district_code in codes)
    ]
    counts = Counter(own)
    total, covered = len(own), counts[VillageState.COVERED]
    low = PERCENT * covered / total if total else 0.0
    high = PERCENT * (total - counts[VillageState.NOT_COVERED]) / total if total else PERCENT
    if total and low >= wanted:
        state = State.HOLDS
    elif high < wanted:
        state = State.FAILS
    else:
        open_ = [s for s in _OPEN if counts[s]]
        most = max(open_, key=lambda s: counts[s], default=VillageState.NO_DATA)
        state = State(str(most))
    return Part(
        subject=claim.subjects[0],
        object=key,
        state=state,
        value=None if not total else high if state is State.FAILS else low,
        cause=Text(
            f"“{area.name}”{total} 个村中已覆盖 {covered} 个，"
            f"未覆盖 {counts[VillageState.NOT_COVERED]} 个，"
            f"尚不能定论 {sum(counts[s] for s in _OPEN)} 个（即使全算覆盖，最多 {high:.1f}%）",
            f"of {total} villages of {area.name} {covered} are covered, "
            f"{counts[VillageState.NOT_COVERED]} are not, "
            f"{sum(counts[s] for s in _OPEN)} are open (at most {high:.1f} % if all were covered)",
        ),
    )
