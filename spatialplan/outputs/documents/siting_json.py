"""Write a `SitingResult` as one JSON document for programs: ``siting.json``."""

from __future__ import annotations

import json
from pathlib import Path

from spatialplan import files
from spatialplan.model.siting import ProposedSite, SitingResult
from spatialplan.outputs import siting_summary, wording
from spatialplan.outputs.documents import coverage_values, json_values, result_json
from spatialplan.outputs.documents.json_values import Json
from spatialplan.text import Lang

__all__ = ["SCHEMA", "to_dict", "write_siting_json"]

SCHEMA = "spatialplan-siting/1"


def to_dict(result: SitingResult, *, stamp: str, lang: Lang | None = None) -> Json:
    """Return the result as JSON values: no NaN, no infinity, places as degrees in WGS-84.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.
    lang
        Language of the sentences; both, as ``{"zh": …, "en": …}``, when None.
    """
    states = siting_summary.outcomes(result)
    return {
        "schema": SCHEMA,
        "version": result.version,
        "stamp": stamp,
        "crs": "EPSG:4326",
        "plan": result_json.plan_values(result.plan, lang),
        "objective": str(result.objective),
        "limit": coverage_values.limit_values(result.limit, lang),
        "weighted": result.weighted,
        "answer": coverage_values.both(
            siting_summary.answer(result), siting_summary.answer(result, "en"), lang
        ),
        "solution": {
            "value": json_values.number(result.selection.value),
            "bound": json_values.number(result.selection.bound),
            "gap": json_values.number(result.selection.gap),
            "optimal": result.selection.optimal,
            "seconds": json_values.number(result.selection.seconds, 3),
        },
        "unservable": [
            {
                "village": lost.demand.id,
                "state": str(lost.state),
                "cause": json_values.text(lost.cause, lang),
            }
            for lost in result.unservable
        ],
        "sites": [_site(site) for site in result.sites],
        "existing": [coverage_values.facility_values(facility) for facility in result.existing],
        "villages": [
            {**coverage_values.demand_values(village), "outcome": states[village.id]}
            for village in result.villages
        ],
        "covered_before": list(result.covered_before),
        "covered_after": list(result.covered_after),
        "links": [{"village": village, "site": site} for village, site, _ in result.links],
        "trade_off": _trade_off(result),
        "sources": [result_json.source_values(source, lang) for source in result.sources],
        "notes": [json_values.text(note, lang) for note in result.notes],
    }


def write_siting_json(result: SitingResult, path: Path, *, stamp: str) -> None:
    """Write ``siting.json`` as UTF-8; the same result and stamp make the same bytes.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    document = to_dict(result, stamp=stamp)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    files.write_text(path, wording.clean(text) + "\n")


def _site(site: ProposedSite) -> Json:
    return {
        "rank": site.rank,
        "id": site.id,
        "name": site.name,
        "township": site.township,
        "district": site.district,
        "lon": json_values.number(site.lon, json_values.DECIMALS),
        "lat": json_values.number(site.lat, json_values.DECIMALS),
        "accuracy_m": json_values.number(site.accuracy_m),
        "serves": list(site.serves),
        "newly_covered": list(site.newly_covered),
        "weight": json_values.number(site.weight),
    }


def _trade_off(result: SitingResult) -> list[Json]:
    frame = result.trade_off
    columns = ("weight", "share", "gap")
    rows = zip(frame["sites"], frame["covered"], *(frame[name] for name in columns), strict=True)
    return [
        {
            "sites": int(sites),
            "covered": int(covered),
            **{
                name: json_values.number(float(value))
                for name, value in zip(columns, values, strict=True)
            },
        }
        for sites, covered, *values in rows
    ]
