"""Everything a check of a plan found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from spatialplan.model.evidence import Evidence
from spatialplan.model.plan import Claim, Feature, Plan
from spatialplan.model.profile import Profile
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import NetworkIssue, Verdict, VillageRow
from spatialplan.text import Text

__all__ = ["CheckResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Everything a run found out; the outputs draw and write nothing else.

    Attributes
    ----------
    features
        The plan's features with district geometries resolved.
    verdicts
        One per claim, in the plan's order.
    villages
        One per village of the roster: rows in are rows out.
    sources
        Provenance and attribution of every data source used.
    notes
        Doubts that belong in every output: extent, class filter, speeds, estimates.
    evidence
        What the map says of each feature, in the order of `features`.
    network_issues
        What a mapper would mend first, in that order.
    profiles
        One per concept of the plan, in its order.
    settings
        The numbers the run was made with: speeds in km/h by class, circuity, estimates (0 or 1).
    amounts
        How much data there was: nodes, edges, objects, villages with coordinates.
    """

    plan: Plan
    features: tuple[Feature, ...]
    verdicts: tuple[Verdict, ...]
    villages: tuple[VillageRow, ...]
    sources: tuple[Provenance, ...]
    notes: tuple[Text, ...]
    network_extent: BaseGeometry
    version: str
    evidence: tuple[Evidence, ...] = ()
    network_issues: tuple[NetworkIssue, ...] = ()
    profiles: tuple[Profile, ...] = ()
    settings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    amounts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def claim(self, claim_id: str) -> Claim:
        """Return the claim with this id; KeyError when there is none."""
        return self.plan.claim(claim_id)
