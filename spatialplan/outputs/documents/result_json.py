"""Write a `CheckResult` as one JSON document for programs: ``result.json``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import shapely

from spatialplan import files
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Claim, Feature, Plan
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import Mark, Part, Verdict, VillageRow
from spatialplan.outputs import summary, wording
from spatialplan.outputs.documents import json_values, profile_json, result_map
from spatialplan.outputs.documents.json_values import Json
from spatialplan.text import Lang

__all__ = [
    "SCHEMA",
    "plan_values",
    "source_values",
    "to_dict",
    "verdict_values",
    "write_result",
]

SCHEMA = "spatialplan-result/1"


def to_dict(result: CheckResult, *, stamp: str, lang: Lang | None = None) -> Json:
    """Return the result as JSON values: no NaN, no infinity, geometry as GeoJSON in WGS-84.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.
    lang
        Language of the sentences; both, as ``{"zh": …, "en": …}``, when None.

    Notes
    -----
    ``network_issues`` holds the first 200 by rank; ``counts.network_issues`` is how many there are.
    """
    return {
        "schema": SCHEMA,
        "version": result.version,
        "stamp": stamp,
        "crs": "EPSG:4326",
        "settings": {key: json_values.number(value) for key, value in result.settings.items()},
        "amounts": dict(result.amounts),
        "plan": plan_values(result.plan, lang),
        "counts": _counts(result),
        "verdicts": [verdict_values(v, result.claim(v.claim_id), lang) for v in result.verdicts],
        "profiles": profile_json.profiles(result, lang),
        "features": [_feature(feature) for feature in result.features],
        "villages": [_village(village, lang) for village in result.villages],
        "evidence": [result_map.evidence(found, lang) for found in result.evidence],
        "network_issues": result_map.issues(result, lang),
        "sources": [source_values(source, lang) for source in result.sources],
        "notes": [json_values.text(note, lang) for note in result.notes],
        "network_extent": json_values.geometry(result.network_extent),
    }


def write_result(result: CheckResult, path: Path, *, stamp: str) -> None:
    """Write ``result.json`` as UTF-8; the same result and stamp make the same bytes.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    document = to_dict(result, stamp=stamp)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    files.write_text(path, wording.clean(text) + "\n")


def _counts(result: CheckResult) -> Json:
    *themes, claims = summary.tally_themes(result)
    *districts, villages = summary.tally_villages(result)
    evidence = summary.tally_evidence(result)
    return {
        "claims": claims.counts,
        "themes": [
            {"id": tally.key, "counts": tally.counts, "total": tally.total} for tally in themes
        ],
        "features": _statuses(result.features),
        "evidence": evidence[-1].counts if evidence else {},
        "network_issues": len(result.network_issues),
        "villages": {
            "total": villages.total,
            "located": villages.located,
            "counts": villages.counts,
            "districts": [
                {
                    "adcode": tally.key,
                    "name": tally.label,
                    "counts": tally.counts,
                    "located": tally.located,
                    "total": tally.total,
                }
                for tally in districts
            ],
        },
    }


def _statuses(features: tuple[Feature, ...]) -> dict[str, int]:
    names = [str(feature.status) for feature in features]
    return {name: names.count(name) for name in ("located", "approximate", "unlocated")}


def plan_values(plan: Plan, lang: Lang | None) -> Json:
    """Return what a plan is, its themes and its clauses."""
    return {
        "id": plan.id,
        "title": json_values.text(plan.title, lang),
        "number": plan.number,
        "date": plan.date,
        "issuer": plan.issuer,
        "adcode": plan.adcode,
        "crs": plan.crs,
        "horizon": plan.horizon,
        "source": plan.source,
        "themes": [
            {"id": theme.id, "name": json_values.text(theme.name, lang)} for theme in plan.themes
        ],
        "clauses": [
            {"id": clause.id, "heading": clause.heading, "quote": clause.quote}
            for clause in plan.clauses
        ],
    }


def verdict_values(verdict: Verdict, claim: Claim, lang: Lang | None) -> Json:
    """Return the answer to a claim with its parts and evidence."""
    measure = verdict.measure
    return {
        "claim": claim.id,
        "theme": claim.theme,
        "clause": claim.clause,
        "sentence": claim.sentence,
        "predicate": claim.predicate,
        "subjects": list(claim.subjects),
        "objects": list(claim.objects),
        "params": {
            name: {
                "value": json_values.number(parameter.value),
                "origin": str(parameter.origin),
                "note": parameter.note,
            }
            for name, parameter in claim.params.items()
        },
        "state": str(verdict.state),
        "measure": {
            "value": json_values.number(measure.value),
            "unit": measure.unit,
            "threshold": json_values.number(measure.threshold),
            "origin": str(measure.origin) if measure.origin else None,
        },
        "cause": json_values.text(verdict.cause, lang),
        "would_change": json_values.text(verdict.would_change, lang),
        "confidence": str(verdict.confidence),
        "estimated": verdict.estimated,
        "evidence": list(verdict.evidence),
        "parts": [_part(part, lang) for part in verdict.parts],
        "marks": [_mark(mark, lang) for mark in verdict.marks],
    }


def _part(part: Part, lang: Lang | None) -> Json:
    return {
        "subject": part.subject,
        "object": part.object,
        "state": str(part.state),
        "value": json_values.number(part.value),
        "delta": json_values.number(part.delta),
        "distance_m": json_values.number(part.distance_m, 1),
        "time_min": json_values.number(part.time_min, 3),
        "cause": json_values.text(part.cause, lang),
        "estimated": part.estimated,
        "marks": [_mark(mark, lang) for mark in part.marks],
    }


def _mark(mark: Mark, lang: Lang | None) -> Json:
    return {
        "role": mark.role,
        "label": json_values.text(mark.label, lang),
        "geometry": json_values.geometry(mark.geometry),
    }


def _feature(feature: Feature) -> Json:
    point = feature.geometry.representative_point() if feature.geometry is not None else None
    return {
        "id": feature.id,
        "name": feature.name,
        "name_en": feature.name_en,
        "kind": str(feature.kind),
        "role": feature.role,
        "theme": feature.theme,
        "clause": feature.clause,
        "status": str(feature.status),
        "accuracy_m": json_values.number(feature.accuracy_m),
        "source": feature.source,
        "parent": feature.parent,
        "districts": list(feature.districts),
        "note": feature.note,
        "point": json_values.geometry(point),
        "shape": _digest(feature),
    }


def _digest(feature: Feature) -> str:
    """Return a short digest of the geometry to 1 cm or so, by which two runs are compared."""
    if feature.geometry is None:
        return ""
    exact = shapely.set_precision(feature.geometry, 1e-7)
    return hashlib.sha256(shapely.to_wkb(exact, byte_order=1)).hexdigest()[:12]


def _village(village: VillageRow, lang: Lang | None) -> Json:
    return {
        "code": village.code,
        "name": village.name,
        "township": village.township,
        "district": village.district,
        "district_code": village.district_code,
        "state": str(village.state),
        "lon": json_values.number(village.lon, json_values.DECIMALS),
        "lat": json_values.number(village.lat, json_values.DECIMALS),
        "accuracy_m": json_values.number(village.accuracy_m),
        "source": village.source,
        "time_min": json_values.number(village.time_min, 3),
        "cause": json_values.text(village.cause, lang),
    }


def source_values(source: Provenance, lang: Lang | None) -> Json:
    """Return where data comes from."""
    return {
        "id": source.id,
        "title": json_values.text(source.title, lang),
        "date": source.date,
        "licence": source.licence,
        "attribution": source.attribution,
        "accuracy": json_values.text(source.accuracy, lang),
    }
