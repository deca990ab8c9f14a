"""Settings of a run, passed as an argument. Planning thresholds are never settings."""

from __future__ import annotations

from dataclasses import dataclass

from spatialplan.text import Lang

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run, not what to check.

    Attributes
    ----------
    lang
        Language of messages and outputs.
    estimate
        Whether straight line times `circuity` may stand in where no roads are mapped.
    circuity
        Network distance over straight-line distance of an estimate.
    estimate_kmh
        Speed of an estimate.
    """

    lang: Lang = "zh"
    estimate: bool = False
    circuity: float = 1.4
    estimate_kmh: float = 40.0
