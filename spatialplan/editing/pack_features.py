"""The features of a pack as they stand in the file, together with the plan they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from spatialplan.editing.changes import ATTRIBUTES, NUMBER, Value, digest
from spatialplan.io.feature_lines import Span, feature_at, feature_spans, read_text
from spatialplan.io.plans import read_plan
from spatialplan.model.plan import Plan

__all__ = ["PackFeatures", "attributes_of", "read_features"]


@dataclass(frozen=True, kw_only=True)
class PackFeatures:
    """A sound pack: its folder, its plan, the text of ``features.geojson`` and where each is."""

    folder: Path
    plan: Plan
    text: str
    spans: Mapping[str, Span]

    @property
    def file(self) -> Path:
        """Return the path of the features."""
        return self.folder / "features.geojson"

    @cached_property
    def raw(self) -> dict[str, dict[str, Any]]:
        """Return the features as plain data by id, in file order."""
        return {id: feature_at(self.text, span) for id, span in self.spans.items()}

    def digest(self, id: str) -> str:
        """Return the digest of a feature as it stands."""
        return digest(self.raw[id])


def read_features(folder: Path) -> PackFeatures:
    """Read a pack for editing.

    Raises
    ------
    PackError
        When the pack has errors; the message tells the first.
    """
    plan = read_plan(folder)
    file = folder / "features.geojson"
    text = read_text(file)
    return PackFeatures(folder=folder, plan=plan, text=text, spans=feature_spans(text, file))


def attributes_of(feature: Mapping[str, Any]) -> dict[str, Value]:
    """Return what can be edited of a feature; an empty text for what it does not have."""
    properties = feature["properties"]
    values: dict[str, Value] = {key: properties.get(key) or "" for key in ATTRIBUTES}
    accuracy = properties.get(NUMBER)
    return values | {NUMBER: "" if accuracy is None else float(accuracy)}
