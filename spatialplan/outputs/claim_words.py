"""Say claims and the story of one verdict to readers, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import EvidenceState
from spatialplan.model.explanation import Explanation, Flip, Sensitivity, UsedFeature, UsedRoute
from spatialplan.model.plan import Claim
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import Part, Verdict
from spatialplan.outputs import wording
from spatialplan.outputs.documents import json_values, result_json
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["claim_lines", "explanation_values", "story_lines"]

SHOWN_STRETCHES = 40
ROAD = Text("{km:.2f} 公里 {minutes:.1f} 分钟", "{km:.2f} km {minutes:.1f} min")


def parameters_said(claim: Claim, lang: Lang) -> str:
    """Return the numbers a claim is checked with, and who says each."""
    said = []
    for name, spec in PREDICATES[claim.predicate].params.items():
        used = claim.params.get(name)
        value = used.value if used else spec.default
        if value is None:
            continue
        origin = wording.ORIGINS[used.origin].say(lang) if used else _default(lang)
        said.append(f"{name} = {value:g} {wording.unit_name(spec.unit, lang)}（{origin}）".strip())
    joined = "，".join(said) if lang == "zh" else ", ".join(said).replace("（", " (")
    return joined if lang == "zh" else joined.replace("）", ")")


def _default(lang: Lang) -> str:
    return Text("默认假设", "assumed by default").say(lang)


def _state(verdict: Verdict, lang: Lang) -> str:
    symbol = read_style().states[str(verdict.state)]
    return f"{symbol.sign} {symbol.label.say(lang)}"


def claim_lines(result: CheckResult, lang: Lang) -> Iterator[str]:
    """Yield every claim of a result under its theme: two lines each."""
    verdicts = {verdict.claim_id: verdict for verdict in result.verdicts}
    for theme in result.plan.themes:
        claims = [claim for claim in result.plan.claims if claim.theme == theme.id]
        if claims:
            yield f"【{theme.name.say(lang)}】"
        for claim in claims:
            verdict = verdicts[claim.id]
            value = wording.measured(verdict.measure, lang)
            params = parameters_said(claim, lang)
            yield f"{_state(verdict, lang)}  {claim.id}  {claim.sentence}（{claim.clause}）"
            yield f"    {claim.predicate}：{value}" + (f"；{params}" if params else "")


def story_lines(told: Explanation, lang: Lang) -> Iterator[str]:
    """Yield the whole story of one verdict."""
    claim, verdict = told.claim, told.verdict

    def say(zh: str, en: str) -> str:
        return Text(zh, en).say(lang)

    spec = PREDICATES[claim.predicate]
    yield f"{_state(verdict, lang)}  {claim.sentence}"
    yield f"{say('编号', 'id')}: {claim.id}   {say('主题', 'theme')}: {told.theme.say(lang)}"
    yield f"{say('条款', 'clause')} {claim.clause}: {told.clause.heading}"
    yield f"    “{told.clause.quote}”"
    yield f"{say('判断方法', 'predicate')}: {claim.predicate} — {spec.meaning.say(lang)}"
    yield f"    {parameters_said(claim, lang) or say('无参数', 'no parameters')}"
    yield from (f"    {name}: {used.note}" for name, used in claim.params.items() if used.note)
    yield say("结论", "verdict") + ": " + _conclusion(verdict, lang)
    yield f"    {verdict.cause.say(lang)}"
    yield f"    {verdict.would_change.say(lang)}"
    yield say("所用要素", "features used") + ":"
    yield from (f"    {_feature(used, lang)}" for used in told.features)
    yield say("所用路网", "roads used") + ":"
    yield from (
        f"    {source.title.say(lang)}（{source.date}，{source.accuracy.say(lang)}）"
        for source in told.sources
    )
    yield say("逐项", "parts") + ":"
    yield from (f"    {_part(part, verdict, lang)}" for part in verdict.parts)
    for route in told.routes:
        yield from _route_lines(told, route, lang)
    yield say("敏感性", "sensitivity") + ":"
    yield from (f"    {_sensitivity(one, lang)}" for one in told.sensitivity)
    if not told.sensitivity:
        yield "    " + say("没有可变的数字", "there is no number to vary")


def _conclusion(verdict: Verdict, lang: Lang) -> str:
    words = read_style().confidences[str(verdict.confidence)]
    value = wording.measured(verdict.measure, lang)
    limit = wording.threshold(verdict.measure, lang)
    zh = f"实测 {value}，阈值 {limit}，可信度{words.label.zh}"
    en = f"measured {value}, threshold {limit}, confidence {words.label.en}"
    return Text(zh, en).say(lang) + (Text("（估算）", " (estimate)").say(lang)
                                     if verdict.estimated else "")  # fmt: skip


def _feature(used: UsedFeature, lang: Lang) -> str:
    feature, style = used.feature, read_style()
    side = Text(*{"subject": ("主体", "subject"), "object": ("客体", "object")}[used.side]).say(
        lang
    )
    status = style.statuses[str(feature.status)].label.say(lang)
    accuracy = "" if feature.accuracy_m is None else f" ±{feature.accuracy_m:g} m"
    line = f"{side} {feature.id} {feature.name}: {status}{accuracy}; {feature.source}"
    if used.evidence is None:
        return line
    known = style.evidence[str(used.evidence.state)].label.say(lang)
    # Where the map has too few names the sentence is the same for every feature.
    told = "" if used.evidence.state is EvidenceState.NO_DATA else used.evidence.cause.say(lang)
    head = Text("图上", "on the map").say(lang)
    return f"{line}; {head}: {known} {told}".rstrip()


def _part(part: Part, verdict: Verdict, lang: Lang) -> str:
    sign = read_style().states[str(part.state)].sign
    value = wording.quantity(part.value, verdict.measure.unit, lang)
    delta = f" ±{wording.quantity(part.delta, verdict.measure.unit, lang)}" if part.delta else ""
    return f"{sign} {value}{delta}  {part.cause.say(lang)}"


def _route_lines(told: Explanation, route: UsedRoute, lang: Lang) -> Iterator[str]:
    names = {used.feature.id: used.feature.name for used in told.features}
    ends = f"{names.get(route.subject, route.subject)} → {names.get(route.object, route.object)}"
    km = sum(stretch.km for stretch in route.stretches)
    minutes = sum(stretch.minutes for stretch in route.stretches)
    yield f"{Text('路径', 'path').say(lang)} {ends}: " + ROAD.say(lang).format(
        km=km, minutes=minutes
    )
    for stretch in route.stretches[:SHOWN_STRETCHES]:
        road = " ".join(filter(None, (stretch.label.say(lang), stretch.ref, stretch.name)))
        yield f"    {road} " + ROAD.say(lang).format(km=stretch.km, minutes=stretch.minutes)
    if (more := len(route.stretches) - SHOWN_STRETCHES) > 0:
        yield "    " + Text(f"……另有 {more} 段", f"… and {more} more").say(lang)


def _sensitivity(one: Sensitivity, lang: Lang) -> str:
    unit = wording.unit_name(one.unit, lang)
    below = _flip(one.below, unit, Text("降到", "down to"), lang)
    above = _flip(one.above, unit, Text("升到", "up to"), lang)
    if one.below is None and one.above is None:
        told = Text(
            f"在 {one.low:.4g}–{one.high:.4g} {unit} 内结论不变",
            f"the verdict stays from {one.low:.4g} to {one.high:.4g} {unit}",
        ).say(lang)
    else:
        told = Text("；", "; ").say(lang).join(filter(None, (below, above)))
    return f"{one.name} = {one.parameter.value:g} {unit}: {told}"


def _flip(flip: Flip | None, unit: str, way: Text, lang: Lang) -> str:
    if flip is None:
        return ""
    becomes = read_style().states[flip.state].label.say(lang)
    return Text(
        f"{way.zh} {flip.value:.4g} {unit} 变为“{becomes}”",
        f"{way.en} {flip.value:.4g} {unit} it becomes {becomes}",
    ).say(lang)


def explanation_values(told: Explanation, lang: Lang | None) -> Mapping[str, Any]:
    """Return the story as JSON values; both languages when `lang` is None."""
    return {
        **result_json.verdict_values(told.verdict, told.claim, lang),
        "heading": told.clause.heading,
        "quote": told.clause.quote,
        "features": [
            {
                "side": used.side, "id": used.feature.id, "name": used.feature.name,
                "status": str(used.feature.status), "accuracy_m": used.feature.accuracy_m,
                "source": used.feature.source,
                "map": str(used.evidence.state) if used.evidence else None,
            }
            for used in told.features
        ],
        "roads": [result_json.source_values(source, lang) for source in told.sources],
        "routes": [
            {
                "subject": route.subject, "object": route.object,
                "roads": [
                    {"class": s.road_class, "name": s.name, "ref": s.ref,
                     "km": json_values.number(s.km, 3), "min": json_values.number(s.minutes, 2)}
                    for s in route.stretches
                ],
            }
            for route in told.routes
        ],
        "sensitivity": [
            {
                "parameter": one.name, "value": one.parameter.value, "unit": one.unit,
                "origin": str(one.parameter.origin), "tried": [one.low, one.high],
                "below": _flip_values(one.below), "above": _flip_values(one.above),
            }
            for one in told.sensitivity
        ],
    }  # fmt: skip


def _flip_values(flip: Flip | None) -> dict[str, Any] | None:
    return None if flip is None else {"value": flip.value, "state": flip.state}
