"""The whole story of one verdict, for whoever has to answer for it."""

from __future__ import annotations

from dataclasses import dataclass

from spatialplan.model.evidence import Evidence
from spatialplan.model.plan import Claim, Clause, Feature, Parameter
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import Verdict
from spatialplan.text import Text

__all__ = ["Explanation", "Flip", "RouteStretch", "Sensitivity", "UsedFeature", "UsedRoute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """The value of a parameter nearest to the one used at which the state becomes another."""

    value: float
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """How a verdict hangs on one parameter; a flip is None where none was found in the range.

    `low` and `high` are the ends of the range that was tried.
    """

    name: str
    unit: str
    meaning: Text
    parameter: Parameter
    below: Flip | None
    above: Flip | None
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedFeature:
    """A feature the verdict rests on, as `side` subject or object, and what the map says of it."""

    side: str
    feature: Feature
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStretch:
    """A run of a path on roads of one class, name and number; `label` is what readers call it."""

    road_class: str
    label: Text
    name: str
    ref: str
    km: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRoute:
    """The path of one part of the verdict, road by road; straight legs to the road not included."""

    subject: str
    object: str
    stretches: tuple[RouteStretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Sentence, data, paths, numbers and sensitivity of one claim's verdict.

    `sources` are those of the roads.
    """

    claim: Claim
    clause: Clause
    theme: Text
    verdict: Verdict
    features: tuple[UsedFeature, ...]
    routes: tuple[UsedRoute, ...]
    sensitivity: tuple[Sensitivity, ...]
    sources: tuple[Provenance, ...]
