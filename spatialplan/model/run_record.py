"""What two runs are compared by: claims, features, sources and settings of a written result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["ClaimChange", "ClaimRecord", "FeatureRecord", "Reason", "RunChange", "RunRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """A claim as it was judged; `definition` is what the plan says: predicate, ids, numbers."""

    id: str
    theme: str
    sentence: str
    definition: Mapping[str, Any]
    state: State
    value: float | None
    unit: str
    cause: Text

    def features(self) -> tuple[str, ...]:
        """Return the ids of the features the claim is about."""
        return (*self.definition["subjects"], *self.definition["objects"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRecord:
    """Where a feature was; `place` is a GeoJSON point or None, `shape` a digest of the geometry."""

    id: str
    name: str
    status: str
    accuracy_m: float | None
    place: tuple[float, float] | None
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as ``result.json`` keeps it.

    `sources` are dates by id, `settings` and `amounts` those of the check.
    """

    plan: str
    title: Text
    version: str
    stamp: str
    themes: Mapping[str, Text]
    sources: Mapping[str, str]
    settings: Mapping[str, float]
    amounts: Mapping[str, int]
    claims: Mapping[str, ClaimRecord]
    features: Mapping[str, FeatureRecord]


class Reason(StrEnum):
    """Why a verdict differs between two runs."""

    CLAIM = "claim"  # the plan's sentence, its features or numbers
    PLACE = "place"  # where a feature is, or how well that is known
    DATA = "data"  # the sources
    SETTINGS = "settings"  # speeds, estimates
    CODE = "code"  # the version


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChange:
    """A claim that differs; `old` or `new` is None where a run lacks it.

    `reasons` are all that may have caused it, with what differs in words; a single one is the
    cause.
    """

    id: str
    old: ClaimRecord | None
    new: ClaimRecord | None
    reasons: tuple[tuple[Reason, Text], ...]

    @property
    def turned(self) -> bool:
        """Whether the state differs, not only the number."""
        return self.old is None or self.new is None or self.old.state is not self.new.state


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """What differs from an old run to a new one, claims in the order of the new run."""

    old: RunRecord
    new: RunRecord
    general: tuple[tuple[Reason, Text], ...]
    claims: tuple[ClaimChange, ...]
