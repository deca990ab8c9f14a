"""Write a `CoverageResult` as one JSON document for programs: ``coverage.json``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from spatialplan import files
from spatialplan.model.coverage import (
    AreaShare,
    Chain,
    CoverageResult,
    FacilityLoad,
    Leg,
    Service,
    VillageService,
)
from spatialplan.model.table import ImportedTable, ImportResult
from spatialplan.outputs import coverage_causes, coverage_counts, coverage_summary, wording
from spatialplan.outputs.coverage_causes import Cause
from spatialplan.outputs.documents import coverage_values, json_values, result_json
from spatialplan.outputs.documents.json_values import Json
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = [
    "SCHEMA",
    "to_dict",
    "write_coverage_json",
]

SCHEMA = "spatialplan-coverage/1"


def to_dict(result: CoverageResult, *, stamp: str, lang: Lang | None = None) -> Json:
    """Return the result as JSON values: no NaN, no infinity, places as degrees in WGS-84.

    Paths, service areas and catchments are not in it: they are layers of the GeoPackage.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.
    lang
        Language of the sentences; both, as ``{"zh": …, "en": …}``, when None.
    """
    causes = [coverage_causes.village_causes(result, at) for at in range(len(result.limits))]
    claims = {claim.id: claim for claim in result.plan.claims}
    return {
        "schema": SCHEMA,
        "version": result.version,
        "stamp": stamp,
        "crs": "EPSG:4326",
        "plan": result_json.plan_values(result.plan, lang),
        "limits": [coverage_values.limit_values(limit, lang) for limit in result.limits],
        "mode": result.mode,
        "day": result.day,
        "tier": str(result.tier),
        "answer": coverage_values.both(
            coverage_summary.answer(result), coverage_summary.answer(result, "en"), lang
        ),
        "requests": coverage_values.both(
            coverage_summary.requests(result), coverage_summary.requests(result, "en"), lang
        ),
        "counts": _counts(result),
        "villages": [
            _village(result, number, [found[number] for found in causes], lang)
            for number in range(len(result.villages))
        ],
        "facilities": [_load(load, lang) for load in result.facilities],
        "areas": [_share(share) for share in result.shares],
        "accessibility": _accessibility(result),
        "verdicts": [
            result_json.verdict_values(verdict, claims[verdict.claim_id], lang)
            for verdict in result.verdicts
        ],
        "imports": [_import(found, lang) for found in result.imports],
        "change": _change(result, lang),
        "sources": [result_json.source_values(source, lang) for source in result.sources],
        "notes": [json_values.text(note, lang) for note in result.notes],
        "network_extent": json_values.geometry(result.network_extent),
    }


def write_coverage_json(result: CoverageResult, path: Path, *, stamp: str) -> None:
    """Write ``coverage.json`` as UTF-8; the same result and stamp make the same bytes.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    document = to_dict(result, stamp=stamp)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    files.write_text(path, wording.clean(text) + "\n")


def _counts(result: CoverageResult) -> list[Json]:
    """Return all villages, on the roster or not, by state and class of cause for each limit."""
    limits = range(len(result.limits))
    causes = [Counter(coverage_causes.village_causes(result, at)) for at in limits]
    located = sum(village.demand.is_placed for village in result.villages)
    return [
        {
            "limit": limit.key,
            "total": len(result.villages),
            "on_roster": sum(village.demand.on_roster for village in result.villages),
            "located": located,
            "states": coverage_counts.state_counts(v.states[at] for v in result.villages),
            "causes": {str(c): causes[at][c] for c in Cause if any(x[c] for x in causes)},
        }
        for at, limit in enumerate(result.limits)
    ]


def _village(
    result: CoverageResult, number: int, causes: list[Cause | None], lang: Lang | None
) -> Json:
    village: VillageService = result.villages[number]
    states = zip(result.limits, village.states, village.causes, causes, strict=True)
    return {
        **coverage_values.demand_values(village.demand),
        "states": {
            limit.key: {
                "state": str(state),
                "cause": json_values.text(said, lang),
                "cause_class": None if cause is None else str(cause),
            }
            for limit, state, said, cause in states
        },
        "nearest": _service(village.nearest),
        "second": _service(village.second),
        "chain": None if village.chain is None else _chain(village.chain, lang),
    }


def _service(found: Service | None) -> Json | None:
    if found is None:
        return None
    return {
        "facility": found.facility,
        "time_min": json_values.number(found.time_min, 3),
        "distance_m": json_values.number(found.distance_m, 1),
        "straight_m": json_values.number(found.straight_m, 1),
        "delta": json_values.number(found.delta, 3),
    }


def _chain(chain: Chain, lang: Lang | None) -> Json:
    return {
        "state": str(chain.state),
        "cause": json_values.text(chain.cause, lang),
        "weakest": chain.weakest,
        "parents_match": chain.parents_match,
        "time_min": json_values.number(chain.time_min, 3),
        "distance_m": json_values.number(chain.distance_m, 1),
        "round_trip_h": json_values.number(chain.round_trip_h, 3),
        "fits_workday": chain.fits_workday,
        "legs": [_leg(leg, lang) for leg in chain.legs],
    }


def _leg(leg: Leg, lang: Lang | None) -> Json:
    return {
        "start": leg.start,
        "end": leg.end,
        "tier": str(leg.tier),
        "state": str(leg.state),
        "limit": None if leg.limit is None else leg.limit.key,
        "time_min": json_values.number(leg.time_min, 3),
        "distance_m": json_values.number(leg.distance_m, 1),
        "cause": json_values.text(leg.cause, lang),
    }


def _load(load: FacilityLoad, lang: Lang | None) -> Json:
    return {
        **coverage_values.facility_values(load.facility),
        "used": load.used,
        "cause": json_values.text(load.cause, lang),
        "villages": load.villages,
        "load_population": json_values.number(load.population),
        "residual": json_values.number(load.residual),
    }


def _share(share: AreaShare) -> Json:
    return {
        "level": share.level,
        "name": share.name,
        "district": share.district,
        "limit": share.limit.key,
        "total": share.total,
        "covered": share.covered,
        "not_covered": share.not_covered,
        "uncertain": share.uncertain,
        "unroutable": share.unroutable,
        "no_data": share.no_data,
        "p50": json_values.number(share.p50, 3),
        "p90": json_values.number(share.p90, 3),
        "population": json_values.number(share.population),
        "population_covered": json_values.number(share.population_covered),
    }


def _accessibility(result: CoverageResult) -> Json:
    """Return the measures of each village by its id; None where there is no value."""
    frame = result.accessibility
    columns = [str(column) for column in frame.columns]
    return {
        str(village): {
            column: json_values.number(float(value))
            for column, value in zip(columns, values, strict=True)
        }
        for village, values in zip(frame.index, frame.to_numpy(dtype=float), strict=True)
    }


def _import(found: ImportResult, lang: Lang | None) -> Json:
    roster = found.roster
    return {
        "kind": str(found.kind),
        "tables": [_table(table, lang) for table in found.tables],
        "roster": None
        if roster is None
        else {
            "village": list(roster.village),
            "certain": list(roster.certain),
            "missing": list(roster.missing),
            "twice": {code: list(rows) for code, rows in roster.twice.items()},
            "unknown": list(roster.unknown),
        },
    }


def _table(table: ImportedTable, lang: Lang | None) -> Json:
    datum = table.datum
    return {
        "file": table.read.raw.file,
        "sheet": table.read.raw.sheet,
        "datum": {
            "key": datum.key,
            "decided_by": datum.decided_by,
            "suspected": datum.suspected,
            "said": json_values.text(datum.said, lang),
            "scores": [
                {
                    "key": score.key,
                    "points": score.points,
                    "inside_share": json_values.number(score.inside_share),
                    "road_median_m": json_values.number(score.road_median_m, 1),
                    "score": json_values.number(score.score),
                }
                for score in datum.scores
            ],
        },
        "rows": [
            {
                "number": row.number,
                "state": str(row.state),
                "village": row.village,
                "name": row.name,
                "notes": [json_values.text(note, lang) for note in row.notes],
            }
            for row in table.rows
        ],
    }


def _change(result: CoverageResult, lang: Lang | None) -> Json | None:
    change = result.change
    if change is None:
        return None
    texts = ["id", "limit", "before", "after", "kind"]
    costs = zip(change.frame["cost_before"], change.frame["cost_after"], strict=True)
    rows = zip(*(change.frame[column] for column in texts), costs, strict=True)
    found = Counter(zip(change.frame["limit"], change.frame["kind"], strict=True))
    return {
        "title": json_values.text(change.title, lang),
        "steps": [json_values.text(step, lang) for step in change.steps],
        "counts": {
            limit.key: {kind: found[limit.key, kind] for kind in read_style().changes}
            for limit in result.limits
        },
        "villages": [
            {
                **dict(zip(texts, map(str, said), strict=True)),
                "cost_before": json_values.number(before, 3),
                "cost_after": json_values.number(after, 3),
            }
            for *said, (before, after) in rows
        ],
        "marks": [
            {"kind": str(kind), "label": str(label), "geometry": json_values.geometry(shape)}
            for kind, label, shape in zip(
                change.marks["kind"], change.marks["label"], change.marks.geometry, strict=True
            )
        ],
    }
