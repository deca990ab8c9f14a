"""What the page tells of the layout concepts, and of each of their sketches."""

from __future__ import annotations

from typing import Any

from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Finding, Profile
from spatialplan.outputs import wording
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.profile_frames import pairs, tally_findings
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.text import Lang

__all__ = ["said", "sketches"]

Json = dict[str, Any]


def said(result: CheckResult, lang: Lang) -> list[Json]:
    """Return what the panel tells of each concept, in the plan's order."""
    return [_concept(concept, profile, lang) for concept, profile in pairs(result)]


def _concept(concept: Concept, profile: Profile, lang: Lang) -> Json:
    return {
        "id": concept.id,
        "name": concept.name.say(lang),
        "clause": concept.clause,
        "answer": profile.answer.say(lang),
        "counts": tally_findings(profile),
        "findings": [_finding(finding, lang) for finding in profile.findings],
        "notes": [note.say(lang) for note in profile.notes],
        "layer": f"sketches-{concept.id}" if profile.marks else "",
        "box": web_shapes.box_of(mark.geometry for mark in profile.marks),
    }


def _finding(finding: Finding, lang: Lang) -> Json:
    value = wording.quantity(finding.value, finding.unit, lang)
    return {
        "question": finding.question.say(lang),
        "answer": finding.answer.say(lang),
        "state": str(finding.state),
        "value": "" if value == wording.NOTHING else value,
        "claims": list(finding.claims),
    }


def sketches(layers: list[Layer]) -> Json:
    """Return by the id of each drawn sketch its concept, what it is and its label."""
    return {
        key: {"concept": concept, "role": role, "label": label}
        for layer in layers
        if layer.source == "sketches"
        for key, concept, role, label in zip(
            layer.frame["mark"],
            layer.frame["concept"],
            layer.frame["role_name"],
            layer.frame["label"],
            strict=True,
        )
    }
