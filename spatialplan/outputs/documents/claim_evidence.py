"""What each claim's verdict rests on, as the report's appendix shows it."""

from __future__ import annotations

from collections.abc import Iterable

from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import Evidence
from spatialplan.model.plan import Claim, Feature, Parameter
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.outputs import wording
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["MOST_PARTS", "evidence_rows"]

MOST_PARTS = 8  # of a claim on paper, the worst first; the workbook has all
_ORDER = (State.FAILS, State.UNCERTAIN, State.UNROUTABLE, State.NO_DATA, State.HOLDS)
_NOWHERE = Text("未定位", "not located")


def evidence_rows(result: CheckResult, lang: Lang) -> Rows:
    """Return for each claim how it was checked and with what, in the plan's order."""
    features = {feature.id: feature for feature in result.features}
    found = {evidence.feature: evidence for evidence in result.evidence}
    rows: Rows = []
    for number, verdict in enumerate(result.verdicts, start=1):
        claim = result.claim(verdict.claim_id)
        used = dict.fromkeys((*claim.subjects, *claim.objects, *verdict.evidence))
        rows.append(
            {
                "id": claim.id,
                "number": number,
                "sentence": claim.sentence,
                **_state(verdict.state, lang),
                "method": PREDICATES[claim.predicate].meaning.say(lang),
                "params": [
                    _parameter(claim, name, parameter, lang)
                    for name, parameter in claim.params.items()
                ],
                "features": [
                    _place(features[key], found.get(key), lang) for key in used if key in features
                ],
                "others": [key for key in used if key not in features],
                "parts": _parts(verdict, features, lang),
                "left": max(len(verdict.parts) - MOST_PARTS, 0),
            }
        )
    return rows


def _state(state: State, lang: Lang) -> dict[str, str]:
    symbol = read_style().states[state]
    return {"state": str(state), "sign": symbol.sign, "label": symbol.label.say(lang)}


def _parameter(claim: Claim, name: str, parameter: Parameter, lang: Lang) -> str:
    spec = PREDICATES[claim.predicate].params.get(name)
    meaning = spec.meaning.say(lang) if spec else name
    said = wording.quantity(parameter.value, spec.unit if spec else "", lang)
    origin = wording.ORIGINS[parameter.origin].say(lang)
    return f"{meaning} {said}（{origin}）" if lang == "zh" else f"{meaning} {said} ({origin})"


def _name(feature: Feature, lang: Lang) -> str:
    return feature.name_en if lang == "en" and feature.name_en else feature.name


def _place(feature: Feature, found: Evidence | None, lang: Lang) -> dict[str, str]:
    """Return where a feature was taken to lie, how well that is known, what the map says."""
    style = read_style()
    status = style.statuses[feature.status].label.say(lang)
    said = [status if feature.is_located else _NOWHERE.say(lang)]
    if feature.accuracy_m is not None:
        said.append("±" + wording.quantity(feature.accuracy_m, "m", lang))
    if found is not None:
        symbol = style.evidence[found.state]
        said.append(f"{symbol.sign} {symbol.label.say(lang)} {found.osm_id}".strip())
    facts = f"（{'，'.join(said)}）" if lang == "zh" else f" ({', '.join(said)})"
    return {"name": _name(feature, lang), "facts": facts}


def _parts(verdict: Verdict, features: dict[str, Feature], lang: Lang) -> Rows:
    """Return the worst parts of a verdict: between what, with which state, number and cause.

    A verdict of one part says the same itself.
    """
    if len(verdict.parts) == 1:
        return []
    worst = sorted(verdict.parts, key=lambda part: _ORDER.index(part.state))
    return [
        {
            "between": " — ".join(_ends(part, features, lang)),
            **_state(part.state, lang),
            "value": wording.quantity(part.value, verdict.measure.unit, lang),
            "cause": part.cause.say(lang),
        }
        for part in worst[:MOST_PARTS]
    ]


def _ends(part: Part, features: dict[str, Feature], lang: Lang) -> Iterable[str]:
    for key in (part.subject, part.object):
        if key:
            yield _name(features[key], lang) if key in features else key
