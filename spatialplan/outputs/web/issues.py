"""The doubts about the mapped roads on the page: those to mend first, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import wording
from spatialplan.outputs.layers import PAGE_ISSUES, Layer
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.text import Lang, Text

__all__ = ["first", "notes", "said"]

_LABEL = Text("{label}（最先的 {shown} 处）", "{label} (first {shown})")


def first(layer: Layer) -> Layer:
    """Return the layer with the first doubts by rank, its label saying so where some are left."""
    if len(layer.frame) <= PAGE_ISSUES:
        return layer
    label = Text(
        zh=_LABEL.zh.format(label=layer.label.zh, shown=PAGE_ISSUES),
        en=_LABEL.en.format(label=layer.label.en, shown=PAGE_ISSUES),
    )
    return replace(layer, frame=layer.frame.head(PAGE_ISSUES), label=label)


def said(layers: list[Layer], lang: Lang) -> list[dict[str, Any]]:
    """Return what is told of each doubt on the page, in the order of its layer."""
    frame = next((layer.frame for layer in layers if layer.source == "network_issues"), None)
    if frame is None:
        return []
    columns = (frame[name] for name in ("rank", "kind_label", "message", "value", "villages"))
    return [
        {
            "name": f"{rank} · {kind}",
            "message": message,
            "length": wording.quantity(value_km * 1000, "m", lang),
            "villages": str(villages),
            "at": web_shapes.anchor(shape),
        }
        for rank, kind, message, value_km, villages, shape in zip(
            *columns, frame.geometry, strict=True
        )
    ]


def notes(result: CheckResult, words: Mapping[str, str]) -> list[str]:
    """Return the sentence that tells of doubts left out of the page; empty when all are there."""
    total = len(result.network_issues)
    return (
        [words["issues_left"].format(shown=PAGE_ISSUES, total=total)] if total > PAGE_ISSUES else []
    )
