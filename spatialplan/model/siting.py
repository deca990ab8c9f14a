"""Where next: the proposed sites, what they cover, and how good the answer is proved to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
from shapely.geometry.base import BaseGeometry

from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.limit import Limit
from spatialplan.model.plan import Plan
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import VillageState
from spatialplan.text import Text

__all__ = ["Objective", "ProposedSite", "Selection", "SitingResult", "Unservable"]


class Objective(StrEnum):
    """Location models: fewest sites (LSCP), most covered (MCLP), least total cost (p-median)."""

    LSCP = "lscp"
    MCLP = "mclp"
    PMEDIAN = "pmedian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The answer of a location model, in positions of its cost matrix.

    Attributes
    ----------
    sites
        Chosen candidates (columns), existing ones not among them, in ascending order.
    assigned
        Column that serves each demand (row), -1 where none does; existing ones count.
    uncoverable
        Rows that no column can serve within the limit.
    value
        Of the objective: number of sites, weight covered, or total weighted cost.
    bound
        Proved bound of the objective; `gap` is |value − bound| / max(|value|, 1).
    optimal
        Whether the gap is proved closed.
    seconds
        That the solver took.
    """

    sites: tuple[int, ...]
    assigned: tuple[int, ...]
    uncoverable: tuple[int, ...]
    value: float
    bound: float
    gap: float
    optimal: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSite:
    """A proposed site: rank by what it adds, where, and the villages it would serve."""

    rank: int
    id: str
    name: str
    township: str
    district: str
    lon: float
    lat: float
    accuracy_m: float | None
    serves: tuple[str, ...]
    newly_covered: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unservable:
    """A village that no site was found for, and why.

    `state` is *not covered* where every site is too far or full, *cannot be routed* or *no data*
    where the roads or the table do not tell: that is no gap in service.
    """

    demand: Demand
    state: VillageState
    cause: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingResult:
    """Everything a siting run found out.

    Attributes
    ----------
    unservable
        Named first: no candidate reaches them, or their place is unknown.
    links
        A line from each served village to its site: id of village, id of site, WGS-84.
    trade_off
        ``sites``, ``covered``, ``weight``, ``share``, ``gap``: from no new site to all that can be
        covered.
    """

    plan: Plan
    objective: Objective
    limit: Limit
    weighted: bool
    selection: Selection
    sites: tuple[ProposedSite, ...]
    existing: tuple[Facility, ...]
    villages: tuple[Demand, ...]
    covered_before: tuple[str, ...]
    covered_after: tuple[str, ...]
    unservable: tuple[Unservable, ...]
    links: tuple[tuple[str, str, BaseGeometry], ...]
    trade_off: pd.DataFrame
    sources: tuple[Provenance, ...]
    notes: tuple[Text, ...]
    version: str
