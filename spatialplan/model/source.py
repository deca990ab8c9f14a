"""Provenance: where data comes from, when, under which licence, how accurate."""

from __future__ import annotations

from dataclasses import dataclass

from spatialplan.text import Text

__all__ = ["Provenance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """A source of data as it must be named in every output."""

    id: str
    title: Text
    date: str
    licence: str
    attribution: str
    accuracy: Text
