"""From measured parts to a verdict: thresholds with their uncertainty, causes, confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from spatialplan.checks.context import Context
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Confidence, Mark, Measure, Part, State, Verdict
from spatialplan.text import Text

__all__ = ["conclude", "judge", "missing", "unlocated_parts"]

# The order in which the parts decide the whole: one failure fails it, one unknown leaves it open.
GRAVITY = (State.FAILS, State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN, State.HOLDS)
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


def unlocated_parts(context: Context, claim: Claim) -> tuple[str, ...]:
    """Return the names of a claim's features that have no place, in order."""
    keys = dict.fromkeys((*claim.subjects, *claim.objects))
    return tuple(context.name(key) for key in keys if not context.is_located(key))


def conclude(
    context: Context,
    claim: Claim,
    parts: Sequence[Part],
    *,
    unit: str,
    threshold: Parameter | None = None,
    value: float | None = None,
    worst: str = "max",
    cause: Text | None = None,
    would_change: Text | None = None,
    marks: tuple[Mark, ...] = (),
    evidence: tuple[str, ...] = (),
) -> Verdict:
    """Return the verdict of a claim from its parts.

    Parameters
    ----------
    value
        The decisive number; by default the worst measured value of the parts.
    worst
        Which value of the parts is the worst: ``max`` or ``min``.
    """
    counts = Counter(part.state for part in parts)
    state = next(s for s in GRAVITY if counts[s])
    measured = [part for part in parts if part.value is not None]
    pick = max if worst == "max" else min
    critical = pick(measured, key=lambda p: p.value or 0.0) if measured else None
    if value is None and critical is not None:
        value = critical.value
    measure = Measure(
        value=None if value is None else round(value, 4) + 0.0,
        unit=unit,
        threshold=None if threshold is None else threshold.value,
        origin=None if threshold is None else threshold.origin,
    )
    leading = [part for part in parts if part.state == state]
    return Verdict(
        claim_id=claim.id,
        state=state,
        measure=measure,
        cause=cause or _cause(parts, counts, leading, critical),
        would_change=would_change or _would_change(context, claim, state, measure),
        confidence=_confidence(context, claim, state, measure, parts),
        evidence=evidence or tuple(dict.fromkeys((*claim.subjects, *claim.objects))),
        parts=tuple(parts),
        marks=marks,
        estimated=any(part.estimated for part in parts),
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
        f"共 {len(parts)} 项：{zh}；{decisive.cause.zh}", f"{len(parts)} parts: {en}; {decisive.cause.en}"
    )


def _would_change(context: Context, claim: Claim, state: State, measure: Measure) -> Text:
    names = unlocated_parts(context, claim)
    if state is State.NO_DATA and names:
        shown = "、".join(names[:4]) + ("等" if len(names) > 4 else "")
        return Text(
            f"补充 {len(names)} 处位置：{shown}", f"locate {len(names)} features: {', '.join(names[:4])}"
        )
    if state is State.NO_DATA:
        return Text("提供覆盖该处的路网（--pbf）或数据表", "give roads (--pbf) or tables that cover it")
    if state is State.UNROUTABLE:
        return Text("用更全的路网（--pbf）或更准的坐标重算", "a fuller network (--pbf), better coordinates")
    if measure.value is None or measure.threshold is None:
        return Text("路网或位置更新后重算", "newer roads or coordinates")
    flip = f"{measure.value:.4g} {measure.unit}"
    if state is State.UNCERTAIN:
        return Text("更准的坐标可消除不确定", "better coordinates would settle it")
    return Text(f"阈值越过 {flip} 时结论翻转", f"the verdict flips when the threshold passes {flip}")


def _confidence(
    context: Context, claim: Claim, state: State, measure: Measure, parts: Sequence[Part]
) -> Confidence:
    """High when the margin is three times the uncertainty, or the places are within 300 m."""
    if state in (State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN):
        return Confidence.LOW
    if any(part.estimated for part in parts):
        return Confidence.LOW
    deltas = [part.delta for part in parts if part.value is not None]
    delta = max(deltas, default=0.0)
    if measure.threshold is not None and measure.value is not None and delta > 0:
        margin = abs(measure.value - measure.threshold) / delta
        return _grade(margin >= 3.0, margin >= 1.5)
    keys = [key for key in (*claim.subjects, *claim.objects) if context.is_located(key)]
    accuracy = max((context.accuracy(key) for key in keys), default=0.0)
    return _grade(accuracy <= 300.0, accuracy <= 2000.0)


def _grade(high: bool, medium: bool) -> Confidence:
    if high:
        return Confidence.HIGH
    return Confidence.MEDIUM if medium else Confidence.LOW
