"""What the map says, as JSON: the evidence for each feature, the doubts about the roads."""

from __future__ import annotations

from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import Candidate, Evidence, Proposed
from spatialplan.outputs.documents import json_values
from spatialplan.outputs.documents.json_values import Json
from spatialplan.text import Lang

__all__ = ["MOST_ISSUES", "evidence", "issues"]

MOST_ISSUES = 200
_FINE = 6  # degrees: a tenth of a metre, for places that a user may accept


def evidence(found: Evidence, lang: Lang | None) -> Json:
    """Return what the map says of one feature."""
    return {
        "feature": found.feature,
        "state": str(found.state),
        "cause": json_values.text(found.cause, lang),
        "osm_id": found.osm_id,
        "osm_name": found.osm_name,
        "kind": found.kind,
        "score": json_values.number(found.score),
        "distance_m": json_values.number(found.distance_m, 1),
        "osm_ids": list(found.osm_ids),
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "proposed": _proposed(found.proposed),
    }


def _candidate(candidate: Candidate) -> Json:
    return {
        "osm_id": candidate.osm_id,
        "name": candidate.name,
        "matched": candidate.matched,
        "kind": candidate.kind,
        "score": json_values.number(candidate.score),
        "distance_m": json_values.number(candidate.distance_m, 1),
        "kind_fits": candidate.kind_fits,
        "point": json_values.geometry(candidate.point, _FINE),
    }


def _proposed(better: Proposed | None) -> Json | None:
    if better is None:
        return None
    return {
        "point": json_values.geometry(better.point, _FINE),
        "accuracy_m": json_values.number(better.accuracy_m),
        "source": better.source,
    }


def issues(result: CheckResult, lang: Lang | None) -> list[Json]:
    """Return the first doubts about the mapped roads by rank, `MOST_ISSUES` at most."""
    found = sorted(result.network_issues, key=lambda issue: issue.rank)
    return [
        {
            "kind": issue.kind,
            "rank": issue.rank,
            "message": json_values.text(issue.message, lang),
            "value_km": json_values.number(issue.value),
            "villages": issue.villages,
            "geometry": json_values.geometry(issue.geometry),
        }
        for issue in found[:MOST_ISSUES]
    ]
