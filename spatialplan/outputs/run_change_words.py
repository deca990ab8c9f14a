"""Say what changed between two runs: the scorecard before and after, every claim and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from spatialplan.model.run_record import ClaimChange, ClaimRecord, RunChange, RunRecord
from spatialplan.model.verdict import State
from spatialplan.outputs import wording
from spatialplan.outputs.documents import json_values
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["change_lines", "change_values"]


def change_lines(change: RunChange, lang: Lang) -> Iterator[str]:
    """Yield the comparison for readers, the turned claims first."""
    old, new = change.old, change.new
    yield f"{new.title.say(lang)}: {old.stamp} → {new.stamp}"
    yield from _score_lines(old, new, lang)
    for _, why in change.general:
        yield why.say(lang)
    turned = [one for one in change.claims if one.turned]
    moved = [one for one in change.claims if not one.turned]
    heads = (
        Text(f"结论改变 {len(turned)} 条", f"{len(turned)} verdicts changed"),
        Text(f"结论不变、数值改变 {len(moved)} 条", f"{len(moved)} with another number only"),
    )
    for head, group in zip(heads, (turned, moved), strict=True):
        yield head.say(lang)
        for one in group:
            yield from _claim_lines(one, lang)


def _score_lines(old: RunRecord, new: RunRecord, lang: Lang) -> Iterator[str]:
    """Yield the counts by theme where they differ, and those of all."""
    states = read_style().states
    for theme in [*new.themes, None]:
        before, after = (_counts(run, theme) for run in (old, new))
        if theme is not None and before == after:
            continue
        name = new.themes[theme].say(lang) if theme else Text("合计", "total").say(lang)
        shown = [
            f"{states[str(state)].sign} {states[str(state)].label.say(lang)} "
            + (f"{before[state]} → {after[state]}" if before[state] != after[state]
               else f"{after[state]}")
            for state in State
            if before[state] or after[state]
        ]  # fmt: skip
        yield f"{name}: {', '.join(shown)}"


def _counts(run: RunRecord, theme: str | None) -> Counter[State]:
    return Counter(
        claim.state for claim in run.claims.values() if theme is None or claim.theme == theme
    )


def _claim_lines(one: ClaimChange, lang: Lang) -> Iterator[str]:
    known = one.new or one.old
    sentence = known.sentence if known else ""
    yield f"  {one.id}  {sentence}"
    yield f"      {_said(one.old, lang)} → {_said(one.new, lang)}"
    if one.new is not None:
        yield f"      {one.new.cause.say(lang)}"
    certain = len(one.reasons) == 1
    why = Text("；", "; ").say(lang).join(text.say(lang) for _, text in one.reasons)
    if not one.reasons:
        why = Text("原因不明：规划、数据、设置、版本都相同", "unexplained: plan, data, settings "
                   "and version are the same").say(lang)  # fmt: skip
        certain = True
    head = Text("原因", "because") if certain else Text("可能的原因", "may be because")
    yield f"      {head.say(lang)}: {why}"


def _said(claim: ClaimRecord | None, lang: Lang) -> str:
    if claim is None:
        return wording.NOTHING
    symbol = read_style().states[str(claim.state)]
    value = wording.quantity(claim.value, claim.unit, lang)
    return f"{symbol.sign} {symbol.label.say(lang)} {value}"


def change_values(change: RunChange, lang: Lang | None) -> Mapping[str, Any]:
    """Return the comparison as JSON values."""
    return {
        "plan": change.new.plan,
        "old": {"stamp": change.old.stamp, "version": change.old.version},
        "new": {"stamp": change.new.stamp, "version": change.new.version},
        "reasons": [_reason(reason, text, lang) for reason, text in change.general],
        "themes": [
            {
                "id": theme,
                "old": _named(_counts(change.old, theme)),
                "new": _named(_counts(change.new, theme)),
            }
            for theme in change.new.themes
        ],
        "claims": [
            {
                "id": one.id,
                "turned": one.turned,
                "old": _claim(one.old),
                "new": _claim(one.new),
                "certain": len(one.reasons) == 1,
                "reasons": [_reason(reason, text, lang) for reason, text in one.reasons],
            }
            for one in change.claims
        ],
    }


def _reason(reason: object, text: Text, lang: Lang | None) -> dict[str, Any]:
    return {"reason": str(reason), "text": json_values.text(text, lang)}


def _named(counts: Counter[State]) -> dict[str, int]:
    return {str(state): counts[state] for state in State}


def _claim(claim: ClaimRecord | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {"state": str(claim.state), "value": claim.value, "unit": claim.unit}
