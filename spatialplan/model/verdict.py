"""Verdicts: the answer to a claim, with its number, its cause and its confidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from spatialplan.model.plan import Origin
from spatialplan.text import Text

__all__ = [
    "Confidence",
    "Mark",
    "Measure",
    "NetworkIssue",
    "Part",
    "State",
    "Verdict",
    "VillageRow",
    "VillageState",
]


class State(StrEnum):
    """The five states of a verdict; they are never mixed.

    `UNCERTAIN`: the threshold lies within the positional accuracy. `UNROUTABLE`: too far from any
    road, or in a disconnected piece of the network. `NO_DATA`: no coordinates, or no mapped roads
    there. A gap in the map is never reported as a gap in service.
    """

    HOLDS = "holds"
    FAILS = "fails"
    UNCERTAIN = "uncertain"
    UNROUTABLE = "unroutable"
    NO_DATA = "no_data"


class Confidence(StrEnum):
    """How far a verdict can be trusted, by the accuracy of its inputs against its threshold."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class VillageState(StrEnum):
    """The five states of a village towards its nearest service point."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    UNCERTAIN = "uncertain"
    UNROUTABLE = "unroutable"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measured value beside its threshold; None where nothing could be measured."""

    value: float | None
    unit: str
    threshold: float | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something to draw as evidence: a path, a gap, a straight-line distance.

    `geometry` is WGS-84; `role` is ``path``, ``estimate``, ``gap``, ``line`` or ``point``.
    """

    role: str
    geometry: BaseGeometry
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The answer for one subject, or one pair of subject and object, of a claim.

    `distance_m` and `time_min` are along the network where a path was found; `delta` is the
    positional uncertainty of `value` in the verdict's unit.
    """

    subject: str
    object: str | None
    state: State
    value: float | None
    cause: Text
    delta: float = 0.0
    distance_m: float | None = None
    time_min: float | None = None
    estimated: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to one claim.

    Attributes
    ----------
    measure
        The decisive number: the worst pair, the share, the length, the closure.
    cause
        Why, in one sentence.
    would_change
        What would change the verdict: better coordinates, a missing link, a user's table.
    evidence
        Ids of features, roads and rows the verdict rests on.
    estimated
        True where a straight line times a stated circuity stood in for the network.
    """

    claim_id: str
    state: State
    measure: Measure
    cause: Text
    would_change: Text
    confidence: Confidence
    evidence: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    marks: tuple[Mark, ...] = ()
    estimated: bool = False

    def all_marks(self) -> tuple[Mark, ...]:
        """Return the marks of the verdict and of its parts."""
        return self.marks + tuple(mark for part in self.parts for mark in part.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageRow:
    """One village of the roster and what is known of it."""

    code: str
    name: str
    township: str
    district: str
    district_code: str
    state: VillageState
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    source: str
    time_min: float | None
    cause: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkIssue:
    """A doubt about the mapped roads, for the mapper who would mend it.

    `kind` is ``gap`` (a piece just short of the main network), ``piece`` (cut off without a near
    gap), ``barrier`` (two nodes at one spot that are not joined), ``dead_end`` (ends just short of
    a road), ``oneway`` (leads in or out only) or ``unclassified``. `rank` counts from 1,
    the first to mend; `value` is in km; `villages` counts those it cuts off. `geometry` is WGS-84.
    """

    kind: str
    rank: int
    message: Text
    value: float
    geometry: BaseGeometry
    villages: int = 0
