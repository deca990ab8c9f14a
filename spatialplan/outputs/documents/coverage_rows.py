"""What the report on a coverage run shows in its tables: few rows, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from spatialplan.model.coverage import CoverageResult, FacilityLoad, VillageService
from spatialplan.model.limit import Limit
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, wording
from spatialplan.outputs.coverage_frames import SCALES
from spatialplan.outputs.coverage_summary import AreaTally, percent
from spatialplan.outputs.documents import coverage_legs, coverage_villages
from spatialplan.outputs.documents.coverage_chain_rows import MOST, cost_said, state_cell
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = [
    "MOST",
    "accessibility",
    "areas",
    "cause_rows",
    "changes",
    "claims",
    "cut_off_rows",
    "joined",
    "loads",
    "open_rows",
    "total_tally",
]

_MOST_CHANGES = 30


def areas(result: CoverageResult, at: int, lang: Lang) -> dict[str, Any]:
    """Return the districts with their total, and the townships with most villages not covered."""
    *townships, _ = coverage_summary.tally_areas(result, at, "township")
    beyond = coverage_summary.tally_strangers(result, at)
    worst = sorted(townships, key=lambda tally: (-_open(tally), -tally.total))[:MOST]
    return {
        "limit": result.limits[at].label.say(lang),
        "unit": wording.unit_name(result.limits[at].unit, lang),
        "rows": [
            _area(tally, result.limits[at], lang)
            for tally in coverage_summary.tally_areas(result, at, "district")
        ],
        "beyond": None if beyond is None else _beyond(beyond, result.limits[at], lang),
        "townships": [_area(tally, result.limits[at], lang) for tally in worst if _open(tally)],
    }


def _open(tally: AreaTally) -> int:
    return tally.counts[VillageState.NOT_COVERED] + tally.counts[VillageState.UNCERTAIN]


def _area(tally: AreaTally, limit: Limit, lang: Lang) -> dict[str, Any]:
    t = words(lang)
    is_total = not (tally.name or tally.district)
    return {
        "name": t["total"] if is_total else tally.name or t["unnamed"],
        "district": tally.district,
        "counts": tally.counts,
        "total": tally.total,
        "located": tally.located,
        "rate": percent(tally.counts[VillageState.COVERED], tally.judged),
        "of": _judged_of(tally, lang),
        "median": _median(tally, limit),
    }


def _beyond(tally: AreaTally, limit: Limit, lang: Lang) -> dict[str, Any]:
    """Return the line of the rows that are not on the roster."""
    return _area(tally, limit, lang) | {"name": words(lang)["off_roster"]}


def _judged_of(tally: AreaTally, lang: Lang) -> str:
    """Return what a rate rests on: covered of judged villages, and how many have no answer."""
    if not tally.judged:
        return ""
    share = f"{tally.counts[VillageState.COVERED]}/{tally.judged}"
    rest = tally.total - tally.judged
    return words(lang)["judged_of" if rest else "judged_all"].format(share=share, rest=rest)


def _median(tally: AreaTally, limit: Limit) -> str:
    """Return the median cost as a number; its unit is told in the heading."""
    median = None if tally.share is None else tally.share.p50
    if median is None:
        return wording.NOTHING
    return f"{median:.1f}" if limit.by == "time" else f"{median:,.0f}"


def open_rows(result: CoverageResult, at: int, lang: Lang) -> dict[str, Any]:
    """Return villages not covered or uncertain by district, the farthest of each."""
    names = coverage_villages.place_names(result)
    limit = result.limits[at]
    found = coverage_villages.open_villages(result, at)
    groups: list[dict[str, Any]] = []
    shown = 0
    for district, members in groupby(found, key=lambda village: village.demand.district):
        mine = list(members)
        worst = sorted(mine, key=lambda village: -(coverage_villages.over(village, limit) or 0))
        rows = [_open_row(village, result, at, names, lang) for village in worst[:MOST]]
        name = district or words(lang)["unnamed"]
        groups.append({"name": name, "total": len(mine), "rows": rows})
        shown += len(rows)
    said = limit.label.say(lang)
    return {"limit": said, "groups": groups, "total": len(found), "shown": shown}


def cut_off_rows(result: CoverageResult, at: int, lang: Lang) -> dict[str, Any]:
    """Return the first villages that cannot be routed, and why."""
    found = [v for v in result.villages if v.states[at] is VillageState.UNROUTABLE]
    rows = [
        {
            "name": village.demand.name,
            "township": village.demand.township,
            "district": village.demand.district,
            "cause": village.causes[at].say(lang),
        }
        for village in found[:MOST]
    ]
    return {"total": len(found), "rows": rows}


def _open_row(
    village: VillageService, result: CoverageResult, at: int, names: dict[str, str], lang: Lang
) -> dict[str, Any]:
    near = village.nearest
    beyond = coverage_villages.beyond(village, result.limits[at])
    return {
        **state_cell(village.states[at], None, lang),
        "name": village.demand.name,
        "township": village.demand.township,
        "nearest": wording.NOTHING if near is None else names.get(near.facility, near.facility),
        "cost": "" if near is None else cost_said(near.time_min, near.distance_m, lang),
        "beyond": wording.quantity(beyond, result.limits[at].unit, lang),
        "cause": village.causes[at].say(lang),
    }


def loads(result: CoverageResult, lang: Lang) -> dict[str, Any]:
    """Return overloaded stations, how many have a capacity, and why others took no part."""
    over = [load for load in result.facilities if load.residual is not None and load.residual > 0]
    over.sort(key=lambda load: -(load.residual or 0.0))
    unused = Counter(
        (load.facility.tier, load.cause.say(lang)) for load in result.facilities if not load.used
    )
    return {
        "facilities": len(result.facilities),
        "known": sum(load.residual is not None for load in result.facilities),
        "total": len(over),
        "rows": [_load_row(load, lang) for load in over[:MOST]],
        "unused": [
            {"tier": coverage_summary.tier_name(tier, lang), "cause": cause, "count": number}
            for (tier, cause), number in unused.most_common()
        ],
    }


def _load_row(load: FacilityLoad, lang: Lang) -> dict[str, Any]:
    villages = f"{load.villages} {'村' if lang == 'zh' else 'villages'}"
    people = f"{load.population or 0:,.0f} {'人' if lang == 'zh' else 'people'}"
    return {
        "name": load.facility.name,
        "district": load.facility.district,
        "township": load.facility.township,
        "served": load.villages,
        "load": villages if load.population is None else people,
        "capacity": f"{load.facility.capacity or 0:,.0f}",
        "excess": f"{load.residual or 0:,.0f}",
    }


def changes(result: CoverageResult, lang: Lang) -> dict[str, Any] | None:
    """Return the scenario: its steps, changes by limit, who gains and who loses."""
    change = result.change
    if change is None:
        return None
    limits = {limit.key: limit for limit in result.limits}
    kinds = read_style().changes
    frame = change.frame[change.frame["kind"].isin(["gains", "loses"])]
    frame = frame.sort_values(["kind", "limit"], kind="stable", ascending=[False, True])
    columns = ("name", "township", "district", "limit", "kind", "cost_before", "cost_after")
    values = zip(*(frame[column].head(_MOST_CHANGES) for column in columns), strict=True)
    return {
        "title": change.title.say(lang),
        "steps": [step.say(lang) for step in change.steps],
        "kinds": [{"key": kind, "label": symbol.label.say(lang)} for kind, symbol in kinds.items()],
        "counts": [
            {"limit": limit.label.say(lang), **coverage_summary.change_counts(result, limit)}
            for limit in result.limits
        ],
        "total": len(frame),
        "rows": [
            {
                "name": name,
                "township": township,
                "district": district,
                "limit": limits[limit].label.say(lang),
                "kind": kind,
                "label": kinds[kind].label.say(lang),
                "before": wording.quantity(before, limits[limit].unit, lang),
                "after": wording.quantity(after, limits[limit].unit, lang),
            }
            for name, township, district, limit, kind, before, after in values
        ],
    }


def accessibility(result: CoverageResult, lang: Lang) -> Rows:
    """Return the range of each measure over the villages that have a value."""
    rows = []
    for key, text in coverage_legs.ACCESS.items():
        if key not in result.accessibility.columns:
            continue
        values = result.accessibility[key].to_numpy(dtype=float)
        values = values[np.isfinite(values)] * SCALES[key]
        shown = (values.min(), np.median(values), values.max()) if len(values) else ()
        rows.append(
            {
                "name": text.say(lang),
                "valued": len(values),
                "values": [f"{value:.3g}" for value in shown] or [wording.NOTHING] * 3,
            }
        )
    return rows


def claims(result: CoverageResult, lang: Lang) -> Rows:
    """Return the plan's claims on coverage with their verdicts, in the plan's order."""
    sentences = {claim.id: claim.sentence for claim in result.plan.claims}
    return [
        {
            **state_cell(verdict.state, dict(read_style().states), lang),
            "id": verdict.claim_id,
            "sentence": sentences[verdict.claim_id],
            "value": wording.measured(verdict.measure, lang),
            "threshold": wording.threshold(verdict.measure, lang),
            "cause": verdict.cause.say(lang),
            "change": verdict.would_change.say(lang),
        }
        for verdict in result.verdicts
    ]


def total_tally(result: CoverageResult, at: int) -> AreaTally:
    """Return the states of all villages for one limit."""
    return coverage_summary.tally_areas(result, at, "district")[-1]


def cause_rows(result: CoverageResult, lang: Lang) -> Rows:
    """Return the classes of causes with the number of villages for each limit."""
    return [
        {"label": tally.label, "counts": tally.counts}
        for tally in coverage_summary.causes(result, lang)
    ]


def joined(texts: Iterable[str], lang: Lang) -> str:
    """Return texts as a list within a sentence."""
    return ("、" if lang == "zh" else ", ").join(texts)
