"""What the page says: claims, features, villages, sources, in the reader's language.

Everything here reaches the page as JSON and is shown as text; no word of it is markup.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from html import escape
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import Evidence
from spatialplan.model.plan import Claim, Feature, Status
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import Verdict, VillageRow
from spatialplan.outputs import summary, wording
from spatialplan.outputs.style import Style, Symbol
from spatialplan.outputs.web import issues as web_issues
from spatialplan.outputs.web import offline
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.outputs.web.legend import LegendEntry
from spatialplan.text import Lang

__all__ = [
    "LANGS",
    "accuracy",
    "attribution",
    "in_both",
    "page_words",
    "script_json",
    "source_facts",
    "vocabulary",
    "what_is_said",
]

STRINGS = (
    "strings.toml", "strings_themes.toml", "strings_search.toml", "strings_tools.toml",
    "strings_print.toml",
)  # fmt: skip
LANGS: tuple[Lang, ...] = ("zh", "en")
# Any: JSON made of words, numbers, lists and dictionaries.
Json = dict[str, Any]


def page_words(lang: Lang) -> dict[str, str]:
    """Return the words of the page's own interface."""
    words: dict[str, str] = {}
    for name in STRINGS:
        words |= tomllib.loads(offline.own_text(name))[lang]
    return words


def script_json(value: object) -> str:
    r"""Return JSON that may stand inside a script element, whatever its strings hold.

    Examples
    --------
    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return wording.clean(text)


def in_both(say: Callable[[Lang], Json], lang: Lang) -> Json:
    """Return what a page says in `lang`, and under ``other`` what differs in the other language.

    Most of a page is names, places and numbers, so the second language costs few bytes.
    """
    other: Lang = "en" if lang == "zh" else "zh"
    said = say(lang)
    changes = _changes(said, say(other)) or {}
    return said | {"lang": lang, "other": {"lang": other, "changes": changes}}


def _changes(said: Any, other: Any) -> Any:
    """Return what turns `said` into `other`, None where they are equal.

    Dictionaries, and lists of one length, are entered and give the changes by key or place; a list
    of which most differs, and anything else, is replaced.
    """
    if isinstance(said, list) and isinstance(other, list) and len(said) == len(other):
        plain = not any(isinstance(value, dict | list) for value in other)
        found = _changes(dict(enumerate(said)), dict(enumerate(other)))
        return other if found and plain and 2 * len(found) > len(other) else found
    if isinstance(said, dict) and isinstance(other, dict):
        inner = {key: _changes(said.get(key), value) for key, value in other.items()}
        return {key: value for key, value in inner.items() if value is not None} or None
    return None if said == other else other


def what_is_said(
    result: CheckResult, style: Style, entries: list[LegendEntry], lang: Lang, stamp: str
) -> Json:
    """Return all that the panel and the popups tell."""
    plan, words = result.plan, page_words(lang)
    evidence = {found.feature: _evidence(found, words, lang) for found in result.evidence}
    return {
        "ui": words,
        "plan": {
            "title": plan.title.say(lang),
            "number": plan.number,
            "date": plan.date,
            "issuer": plan.issuer,
        },
        "states": vocabulary(style.states, lang),
        "villageStates": vocabulary(style.village_states, lang),
        "evidenceStates": vocabulary(style.evidence, lang),
        "clauses": {c.id: {"heading": c.heading, "quote": c.quote} for c in plan.clauses},
        "themes": [{"id": theme.id, "name": theme.name.say(lang)} for theme in plan.themes],
        "features": {
            f.id: _feature(f, result, style, lang) | evidence.get(f.id, {}) for f in result.features
        },
        "unlocated": [f.id for f in result.features if not f.is_located],
        "claims": [_claim(result, verdict, style, lang) for verdict in result.verdicts],
        "villages": {v.code: _village(v, lang) for v in result.villages},
        "roster": [[t.label, str(t.total), str(t.located)] for t in _roster(result, lang)],
        "answers": summary.answer(result, lang),
        "requests": summary.requests(result, lang),
        "notes": [*(n.say(lang) for n in result.notes), *web_issues.notes(result, words)],
        "sources": source_facts(result.sources, words, lang),
        "legend": [asdict(entry) for entry in entries],
        "attribution": attribution(result.sources),
        "made": words["made"].format(version=result.version, stamp=stamp, crs=plan.crs),
    }


def vocabulary(symbols: Mapping[str, Symbol], lang: Lang) -> Json:
    """Return label, colour and sign of each word of a vocabulary."""
    return {
        key: {"label": symbol.label.say(lang), "color": symbol.color, "sign": symbol.sign}
        for key, symbol in symbols.items()
    }


def accuracy(accuracy_m: float | None, lang: Lang) -> str:
    """Return a positional accuracy as readers write it; empty when unknown."""
    if accuracy_m is None or not math.isfinite(accuracy_m):
        return ""
    return "±" + wording.quantity(accuracy_m, "m", lang)


def _feature(feature: Feature, result: CheckResult, style: Style, lang: Lang) -> Json:
    names = {f.id: f.name for f in result.features}
    themes = {theme.id: theme.name.say(lang) for theme in result.plan.themes}
    shown = feature.name_en if lang == "en" and feature.name_en else feature.name
    said: Json = {
        "name": shown,
        "other": feature.name if shown != feature.name else feature.name_en,
        "kind": style.kinds[feature.kind].label.say(lang),
        "role": feature.role,
        "theme": themes[feature.theme],
        "status": style.statuses[feature.status].label.say(lang),
        "accuracy": accuracy(feature.accuracy_m, lang),
        "source": feature.source,
        "parent": names.get(feature.parent or "", ""),
        "note": feature.note,
        "clause": feature.clause,
    }
    shape = feature.geometry
    if shape is None or not feature.is_located or feature.status == Status.UNLOCATED:
        return said
    form = {0: "point", 1: "line", 2: "area"}[int(shapely.get_dimensions(shape))]
    return said | {
        "at": web_shapes.anchor(shape),
        "box": web_shapes.box_of([shape]),
        "radius": feature.accuracy_m,
        "isPoint": form == "point",
        "icon": f"kind:{feature.kind}:{form}",
    }


def _evidence(found: Evidence, words: Mapping[str, str], lang: Lang) -> Json:
    """Return what the map says of a feature, and the better place it proposes."""
    facts = [found.osm_id, found.osm_name]
    if found.score is not None:
        facts.append(words["likeness"].format(score=f"{found.score:.2f}"))
    if found.distance_m is not None:
        facts.append(words["away"].format(distance=wording.quantity(found.distance_m, "m", lang)))
    said: Json = {
        "evidence": {
            "state": str(found.state),
            "cause": found.cause.say(lang),
            "found": " · ".join(fact for fact in facts if fact) if found.osm_id else "",
        }
    }
    better = found.proposed
    if better is None:
        return said
    place = f"{better.point.x:.6f}, {better.point.y:.6f}"
    said["proposed"] = " · ".join((place, accuracy(better.accuracy_m, lang), better.source))
    return said


def _claim(result: CheckResult, verdict: Verdict, style: Style, lang: Lang) -> Json:
    claim = result.claim(verdict.claim_id)
    marks = verdict.all_marks()
    value = wording.measured(verdict.measure, lang)
    limit = wording.threshold(verdict.measure, lang)
    return {
        "id": claim.id,
        "theme": claim.theme,
        "clause": claim.clause,
        "sentence": claim.sentence,
        "state": str(verdict.state),
        "value": value,
        "threshold": limit,
        "summary": _numbers(value, limit, page_words(lang)),
        "cause": verdict.cause.say(lang),
        "change": verdict.would_change.say(lang),
        "confidence": style.confidences[verdict.confidence].label.say(lang),
        "estimated": verdict.estimated,
        "subjects": list(claim.subjects),
        "objects": list(claim.objects),
        "box": web_shapes.box_of(_seen(result, claim, verdict)),
        "legend": [f"state:{verdict.state}", *sorted({f"mark:{mark.role}" for mark in marks})],
    }


def _numbers(value: str, limit: str, words: Mapping[str, str]) -> str:
    pairs = ((words["measured"], value), (words["threshold"], limit))
    return " · ".join(f"{name} {said}" for name, said in pairs if said != wording.NOTHING)


def _seen(result: CheckResult, claim: Claim, verdict: Verdict) -> list[BaseGeometry]:
    """Return what a reader must see of a claim: its subjects, and its evidence or its objects."""
    shapes = {f.id: f.geometry for f in result.features if f.geometry is not None}
    marks = [mark.geometry for mark in verdict.all_marks()]
    wanted = claim.subjects if marks else (*claim.subjects, *claim.objects)
    return [shapes[key] for key in wanted if key in shapes] + marks


def _village(village: VillageRow, lang: Lang) -> Json:
    time = wording.quantity(village.time_min, "min", lang)
    said: Json = {
        "name": village.name,
        "township": village.township,
        "district": village.district,
        "state": str(village.state),
        "time": "" if time == wording.NOTHING else time,
        "cause": village.cause.say(lang),
        "accuracy": accuracy(village.accuracy_m, lang),
        "source": village.source,
    }
    if village.lon is None or village.lat is None:
        return said
    place = [round(village.lat, web_shapes.DECIMALS), round(village.lon, web_shapes.DECIMALS)]
    return said | {"at": place, "radius": village.accuracy_m}


def _roster(result: CheckResult, lang: Lang) -> list[summary.Tally]:
    return summary.tally_villages(result, lang) if result.villages else []


def source_facts(sources: Iterable[Provenance], words: Mapping[str, str], lang: Lang) -> list[Json]:
    """Return what the page tells of each source: its title, and pairs of term and fact."""
    return [
        {
            "title": source.title.say(lang),
            "facts": [
                [words["attribution"], source.attribution],
                [words["licence"], source.licence],
                [words["date"], source.date],
                [words["data_accuracy"], source.accuracy.say(lang)],
            ],
        }
        for source in sources
    ]


def attribution(sources: Iterable[Provenance]) -> str:
    """Return each attribution once; Leaflet takes it as markup, so it is escaped on the way."""
    return escape(" · ".join(dict.fromkeys(s.attribution for s in sources if s.attribution)))
