"""Profiles: a layout concept measured, as answers, tables, sketches and a strip diagram.

A claim is one sentence of the plan; a concept (环线产业圈, 一湾辐射, 商圈…) is what its sentences
add up to. Outputs show every profile alike, whatever its family.
"""

from __future__ import annotations

from dataclasses import dataclass

from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["Cell", "Column", "Exhibit", "Finding", "Profile", "Strip", "StripBand", "StripEvent"]

Cell = int | float | str | Text | State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer to one question about a concept: is it there, whole, does it reach, hang together.

    `value` is None where nothing could be measured; then `state` says why. `claims` are the ids of
    the claims that ask the same.
    """

    question: Text
    answer: Text
    state: State
    value: float | None = None
    unit: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an exhibit; numbers are shown in `unit` with `digits` after the point."""

    key: str
    name: Text
    unit: str = ""
    digits: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A table of a profile; a cell without a value is None and shown as unknown, never as 0.

    `key` is unique within the profile, lower-case letters, digits and hyphens. Every row has one
    cell for each column.
    """

    key: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StripBand:
    """A stretch of a strip diagram on one of its tracks, from `start_km` to `end_km`.

    `tone` names a colour of ``maps/style.toml``: ``express``, ``major``, ``link``, ``local``,
    ``gap``, ``belt`` or ``section``.
    """

    track: Text
    start_km: float
    end_km: float
    label: Text
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StripEvent:
    """A point of a strip diagram.

    `kind` is one of ``[events]`` in ``maps/style.toml``: ``gate``, ``bridge``, ``link``, ``stop``,
    ``missing`` (a stop without a place) or ``place`` (beside the line).
    """

    km: float
    label: Text
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A line unrolled: what lies along it, by chainage. `closed` when its ends are one place."""

    title: Text
    length_km: float
    bands: tuple[StripBand, ...]
    events: tuple[StripEvent, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What was measured of one concept.

    Attributes
    ----------
    concept
        Id of the concept in the plan.
    answer
        One sentence that a leader understands.
    marks
        Sketches in WGS-84; `Mark.role` is one of ``section``, ``gap``, ``missing_link``, ``belt``,
        ``crossing``, ``area``, ``core``, ``path``, ``channel``, ``gateway``, ``catchment``,
        ``point``, ``line``, ``estimate``.
    notes
        Doubts and assumptions that belong beside the numbers.
    """

    concept: str
    answer: Text
    findings: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[Text, ...] = ()
    strips: tuple[Strip, ...] = ()
