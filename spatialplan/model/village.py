"""A village of the official roster: the demand of every coverage question."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Village"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """A village-level division; no coordinates unless a source gave them.

    `code` is the 12-digit division code; `lon`, `lat` are WGS-84 degrees.
    """

    code: str
    name: str
    township: str
    district: str
    district_code: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    source: str
