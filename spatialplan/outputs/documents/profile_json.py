"""The layout concepts as JSON: everything that was measured of each."""

from __future__ import annotations

from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Cell, Exhibit, Finding, Profile, Strip
from spatialplan.model.verdict import State
from spatialplan.outputs import profile_frames
from spatialplan.outputs.documents import json_values
from spatialplan.outputs.documents.json_values import Json
from spatialplan.text import Lang, Text

__all__ = ["profiles"]


def profiles(result: CheckResult, lang: Lang | None) -> list[Json]:
    """Return each concept that was measured, in the plan's order.

    A cell of an exhibit is a number, a text, ``{"state": id}``, or null where it is not known;
    the row's cells are in the order of its columns.
    """
    return [_profile(concept, profile, lang) for concept, profile in profile_frames.pairs(result)]


def _profile(concept: Concept, profile: Profile, lang: Lang | None) -> Json:
    return {
        "concept": concept.id,
        "family": concept.family,
        "theme": concept.theme,
        "clause": concept.clause,
        "name": json_values.text(concept.name, lang),
        "roles": {role: list(keys) for role, keys in concept.roles.items()},
        "params": {
            name: {
                "value": json_values.number(parameter.value),
                "origin": str(parameter.origin),
                "note": parameter.note,
            }
            for name, parameter in concept.params.items()
        },
        "answer": json_values.text(profile.answer, lang),
        "counts": profile_frames.tally_findings(profile),
        "findings": [_finding(finding, lang) for finding in profile.findings],
        "exhibits": [_exhibit(exhibit, lang) for exhibit in profile.exhibits],
        "marks": [
            {
                "role": mark.role,
                "label": json_values.text(mark.label, lang),
                "geometry": json_values.geometry(mark.geometry),
            }
            for mark in profile.marks
        ],
        "strips": [_strip(strip, lang) for strip in profile.strips],
        "notes": [json_values.text(note, lang) for note in profile.notes],
    }


def _finding(finding: Finding, lang: Lang | None) -> Json:
    return {
        "question": json_values.text(finding.question, lang),
        "answer": json_values.text(finding.answer, lang),
        "state": str(finding.state),
        "value": json_values.number(finding.value),
        "unit": finding.unit,
        "claims": list(finding.claims),
    }


def _exhibit(exhibit: Exhibit, lang: Lang | None) -> Json:
    return {
        "key": exhibit.key,
        "title": json_values.text(exhibit.title, lang),
        "columns": [
            {
                "key": column.key,
                "name": json_values.text(column.name, lang),
                "unit": column.unit,
                "digits": column.digits,
            }
            for column in exhibit.columns
        ],
        "rows": [[_cell(cell, lang) for cell in row] for row in exhibit.rows],
        "note": json_values.text(exhibit.note, lang) if exhibit.note else None,
    }


def _cell(cell: Cell, lang: Lang | None) -> str | int | float | Json | None:
    if isinstance(cell, State):
        return {"state": str(cell)}
    if isinstance(cell, Text):
        return json_values.text(cell, lang)
    return json_values.number(cell) if isinstance(cell, float) else cell


def _strip(strip: Strip, lang: Lang | None) -> Json:
    return {
        "title": json_values.text(strip.title, lang),
        "length_km": json_values.number(strip.length_km),
        "closed": strip.closed,
        "bands": [
            {
                "track": json_values.text(band.track, lang),
                "start_km": json_values.number(band.start_km),
                "end_km": json_values.number(band.end_km),
                "label": json_values.text(band.label, lang),
                "tone": band.tone,
            }
            for band in strip.bands
        ],
        "events": [
            {
                "km": json_values.number(event.km),
                "label": json_values.text(event.label, lang),
                "kind": event.kind,
            }
            for event in strip.events
        ],
    }
