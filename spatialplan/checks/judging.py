"""From measured parts to a verdict: thresholds with their uncertainty, causes, confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from spatialplan.checks.context import Context
from spatialplan.model.plan import Claim, Parameter, Status
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import Confidence, Mark, Measure, Part, State, Verdict
from spatialplan.text import Text

__all__ = ["best_of", "conclude", "judge", "missing", "no_line"]

# The order in which the parts decide the whole: one failure fails it, one unknown leaves it open.
GRAVITY = (State.FAILS, State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN, State.HOLDS)
# The order in which alternatives decide: one that holds is enough, an unknown one leaves it open.
HOPE = (State.HOLDS, State.UNCERTAIN, State.UNROUTABLE, State.NO_DATA, State.FAILS)
# The parameters that a measured value is held against: limits, and levels to be reached.
LIMITS = {"max_km", "max_min", "max_detour", "max_ratio", "distance_m", "radius_m"}
LEVELS = {"min_share", "share_pct"}
STATE_TEXT = {
    State.HOLDS: Text("成立", "hold"),
    State.FAILS: Text("不成立", "fail"),
    State.UNCERTAIN: Text("不确定", "uncertain"),
    State.UNROUTABLE: Text("无法路由", "cannot be routed"),
    State.NO_DATA: Text("无数据", "without data"),
}


def judge(value: float, threshold: float, delta: float, *, at_most: bool = True) -> State:
    """Return the state of a value against a threshold known to ± `delta`.

    Examples
    --------
    >>> str(judge(4.0, 5.0, 0.5)), str(judge(4.8, 5.0, 0.5)), str(judge(6.0, 5.0, 0.5))
    ('holds', 'uncertain', 'fails')
    """
    if delta > 0 and abs(value - threshold) <= delta:
        return State.UNCERTAIN
    return State.HOLDS if (value <= threshold) == at_most or value == threshold else State.FAILS


def missing(context: Context, subject: str, object_: str | None = None) -> Part | None:
    """Return a *no data* part naming the unlocated feature of a pair; None when both are placed."""
    for key in (subject, object_):
        if key is not None and not context.is_located(key):
            name = context.name(key)
            return Part(
                subject=subject,
                object=object_,
                state=State.NO_DATA,
                value=None,
                cause=Text(f"“{name}”未定位", f"{name} is not located"),
            )
    return None


def no_line(context: Context, key: str) -> Part | None:
    """Return a *no data* part for a feature that is not located, or not as a line; else None."""
    if (gone := missing(context, key)) is not None or "Line" in context.shapes[key].geom_type:
        return gone
    name = context.name(key)
    return Part(
        subject=key,
        object=None,
        state=State.NO_DATA,
        value=None,
        cause=Text(f"“{name}”没有线形", f"{name} has no line"),
    )


def best_of(pairs: Sequence[Part]) -> Part:
    """Return the part that answers for several alternatives: the nearest of the best state.

    A failing pair answers only when every pair fails: what is not located, or not routed, might
    still hold. Then the cause also names the nearest that fails.
    """
    best, *others = sorted(pairs, key=lambda pair: (HOPE.index(pair.state), pair.value or 0.0))
    failing = next((pair for pair in others if pair.state is State.FAILS), None)
    if best.value is not None or failing is None:
        return best
    zh, en = f"{best.cause.zh}；{failing.cause.zh}", f"{best.cause.en}; {failing.cause.en}"
    return replace(best, cause=Text(zh, en))


def conclude(
    context: Context,
    claim: Claim,
    parts: Sequence[Part],
    *,
    unit: str,
    threshold: Parameter | None = None,
    cause: Text | None = None,
    would_change: Text | None = None,
    marks: tuple[Mark, ...] = (),
    margin: float | None = None,
) -> Verdict:
    """Return the verdict of a claim from its parts.

    The decisive number is the worst among the parts that decide the state, else among all: the
    greatest where the threshold is a limit, the least where it is to be reached.

    Parameters
    ----------
    margin
        How far the decisive number is from flipping the verdict, in its unit; by default how far
        each part is from the threshold.
    """
    parts = parts or [_nothing(claim)]
    counts = Counter(part.state for part in parts)
    state = next(s for s in GRAVITY if counts[s])
    leading = [part for part in parts if part.state == state]
    measured = [part for part in leading if part.value is not None] or [
        part for part in parts if part.value is not None
    ]
    worst = max if PREDICATES[claim.predicate].at_most else min
    critical = worst(measured, key=lambda p: p.value or 0.0) if measured else None
    value = None if critical is None else critical.value
    measure = Measure(
        value=None if value is None else round(value, 4) + 0.0,
        unit=unit,
        threshold=None if threshold is None else threshold.value,
        origin=None if threshold is None else threshold.origin,
    )
    return Verdict(
        claim_id=claim.id,
        state=state,
        measure=measure,
        cause=cause or _cause(parts, counts, leading, critical),
        would_change=would_change or _would_change(context, claim, leading, state, measure),
        confidence=_confidence(context, claim, state, measure, leading, margin),
        evidence=tuple(dict.fromkeys((*claim.subjects, *claim.objects))),
        parts=tuple(parts),
        marks=marks,
        estimated=any(part.estimated for part in parts),
    )


def _nothing(claim: Claim) -> Part:
    """Return the part of a claim that names no pair of different features."""
    return Part(
        subject=claim.subjects[0],
        object=None,
        state=State.NO_DATA,
        value=None,
        cause=Text("主体与客体相同，无可核查", "subject and object are the same: nothing to check"),
    )


def _cause(
    parts: Sequence[Part], counts: Counter[State], leading: Sequence[Part], critical: Part | None
) -> Text:
    """Name the decisive part, and count the parts where there are several."""
    decisive = critical if critical in leading and critical is not None else leading[0]
    if len(parts) == 1:
        return decisive.cause
    zh = "、".join(f"{counts[s]} 项{STATE_TEXT[s].zh}" for s in reversed(GRAVITY) if counts[s])
    en = ", ".join(f"{counts[s]} {STATE_TEXT[s].en}" for s in reversed(GRAVITY) if counts[s])
    return Text(
        f"共 {len(parts)} 项：{zh}；{decisive.cause.zh}",
        f"{len(parts)} parts: {en}; {decisive.cause.en}",
    )


def _would_change(
    context: Context, claim: Claim, leading: Sequence[Part], state: State, measure: Measure
) -> Text:
    """Say what would turn the verdict, from the parts that decide it."""
    if state is State.NO_DATA:
        return _remedy(context, claim, leading)
    if state is State.UNROUTABLE:
        return Text(
            "用更全的路网（--pbf）或更准的坐标重算", "a fuller network (--pbf), better coordinates"
        )
    if state is State.UNCERTAIN:
        return Text("更准的坐标可消除不确定", "better coordinates would settle it")
    spec = PREDICATES[claim.predicate]
    ends = LIMITS if spec.at_most else LEVELS
    if not measure.value or not measure.threshold or not ends & set(spec.params):
        return Text("路网或位置更新后重算", "newer roads or coordinates")
    zh, en = _amount(measure.value, measure.unit)
    if spec.at_most:
        return Text(f"上限改过 {zh} 时结论翻转", f"the verdict flips as the limit passes {en}")
    return Text(f"要求改过 {zh} 时结论翻转", f"the verdict flips as the level passes {en}")


def _remedy(context: Context, claim: Claim, leading: Sequence[Part]) -> Text:
    """Name the features to locate; where all are, ask for roads or objects that cover them.

    A part may stand for many features of the claim at once, and then names only one of them.
    """
    keys = dict.fromkeys(key for part in leading for key in (part.subject, part.object) if key)
    names = [context.name(key) for key in keys if not context.is_located(key)]
    if not names:
        every = dict.fromkeys((*claim.subjects, *claim.objects))
        names = [context.name(key) for key in every if not context.is_located(key)]
    if not names:
        return Text("提供覆盖该处的 OSM 数据（--pbf）", "give OSM data that covers it (--pbf)")
    shown = "、".join(names[:4]) + ("等" if len(names) > 4 else "")
    noun = "feature" if len(names) == 1 else "features"
    return Text(
        f"补充 {len(names)} 处位置：{shown}",
        f"locate {len(names)} {noun}: {', '.join(names[:4])}",
    )


def _amount(value: float, unit: str) -> tuple[str, str]:
    """Return a value with its unit in both languages; long distances in kilometres."""
    if unit == "m" and abs(value) >= 1000:
        value, unit = value / 1000, "km"
    if unit == "share":
        value, unit = 100 * value, "%"
    number = f"{value:.0f}" if unit == "m" else f"{value:.2f}".rstrip("0").rstrip(".")
    zh = {"m": "米", "km": "公里", "min": "分钟", "ratio": "倍"}.get(unit, unit)
    return f"{number} {zh}", f"{number} {unit}"


def _confidence(
    context: Context,
    claim: Claim,
    state: State,
    measure: Measure,
    leading: Sequence[Part],
    margin: float | None,
) -> Confidence:
    """High when the margin is three times the uncertainty, or the places are within 300 m.

    The least certain of the parts decides where all hold; the surest where one fails.
    """
    if state in (State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN):
        return Confidence.LOW
    if any(part.estimated for part in leading):
        return Confidence.LOW
    keys = [key for key in (*claim.subjects, *claim.objects) if context.is_located(key)]
    accuracy = max((context.accuracy(key) for key in keys), default=0.0)
    threshold = measure.threshold
    known = [part for part in leading if part.value is not None and part.delta > 0]
    if threshold is not None and known:
        ratios = [
            (abs((part.value or 0.0) - threshold) if margin is None else margin) / part.delta
            for part in known
        ]
        ratio = max(ratios) if state is State.FAILS else min(ratios)
        # A wide margin does not make up for places that are known by their town only.
        return _grade(ratio >= 3.0 and accuracy <= 1500.0, ratio >= 1.5 and accuracy <= 5000.0)
    exact = all(context.features[key].status is Status.LOCATED for key in keys)
    return _grade(exact and accuracy <= 300.0, accuracy <= 2000.0)


def _grade(high: bool, medium: bool) -> Confidence:
    if high:
        return Confidence.HIGH
    return Confidence.MEDIUM if medium else Confidence.LOW
