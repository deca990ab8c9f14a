"""What the report on a coverage run shows of the chains: legs by tier, the longest that fail."""

from __future__ import annotations

from collections import Counter
from typing import Any

from spatialplan.model.coverage import CoverageResult, Leg, VillageService
from spatialplan.model.delivery import Tier
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, wording
from spatialplan.outputs.coverage_counts import counted
from spatialplan.outputs.documents import coverage_villages
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = ["MOST", "chains", "cost_said", "state_cell"]

MOST = 10  # rows of a list that goes on for pages in the workbook


def state_cell(key: str, symbols: dict[str, Symbol] | None, lang: Lang) -> dict[str, Any]:
    """Return a state as the macro of the page shows it."""
    symbol = (symbols or read_style().village_states)[key]
    return {"state": key, "sign": symbol.sign, "label": symbol.label.say(lang), "estimated": False}


def cost_said(time_min: float | None, distance_m: float | None, lang: Lang) -> str:
    """Return time and distance in words, empty where both are unknown."""
    between = "，" if lang == "zh" else ", "
    return between.join(
        wording.quantity(value, unit, lang)
        for value, unit in ((time_min, "min"), (distance_m, "m"))
        if value is not None
    )


def chains(result: CoverageResult, lang: Lang) -> dict[str, Any] | None:
    """Return the legs by tier, the whole chain, and the longest chains that fail."""
    tally = coverage_summary.tally_chains(result)
    if tally is None:
        return None
    villages = counted(result)
    found = [(village, village.chain) for village in villages if village.chain is not None]
    failing = [pair for pair in found if pair[1].state is VillageState.NOT_COVERED]
    failing.sort(key=lambda pair: -(pair[1].time_min or float("inf")))
    fits = Counter(chain.fits_workday for _, chain in found)
    longest = max((chain.time_min or 0.0 for _, chain in found), default=0.0)
    whole = {
        "name": words(lang)["whole"], "counts": tally, "weakest": "",
        "longest": wording.quantity(longest or None, "min", lang),
    }  # fmt: skip
    return {
        "legs": [*_legs(result, lang), whole],
        "total": len(failing),
        "rows": [_chain_row(village, lang) for village, _ in failing[:MOST]],
        "fits": fits[True],
        "late": fits[False],
        "foreign": sum(chain.parents_match is False for _, chain in found),
    }


def _legs(result: CoverageResult, lang: Lang) -> Rows:
    legs: dict[Tier, list[tuple[Leg, bool]]] = {}
    for village in counted(result):
        if village.chain is None:
            continue
        for at, leg in enumerate(village.chain.legs):
            legs.setdefault(leg.tier, []).append((leg, at == village.chain.weakest))
    rows = []
    for tier, found in legs.items():
        states = Counter(str(leg.state) for leg, _ in found)
        longest = max((leg.time_min or 0.0 for leg, _ in found), default=0.0)
        rows.append(
            {
                "name": coverage_summary.tier_name(tier, lang),
                "counts": {str(state): states[str(state)] for state in VillageState},
                "weakest": sum(is_weakest for _, is_weakest in found),
                "longest": wording.quantity(longest or None, "min", lang),
            }
        )
    return rows


def _chain_row(village: VillageService, lang: Lang) -> dict[str, Any]:
    chain = village.chain
    if chain is None:
        raise ValueError("only villages with a chain have a row")
    weakest = None if chain.weakest is None else chain.legs[chain.weakest]
    return {
        **state_cell(chain.state, coverage_villages.chain_states(), lang),
        "name": village.demand.name,
        "township": village.demand.township,
        "district": village.demand.district,
        "cost": cost_said(chain.time_min, chain.distance_m, lang) or wording.NOTHING,
        "weakest": "" if weakest is None else coverage_summary.tier_name(weakest.tier, lang),
        "cause": chain.cause.say(lang),
    }
