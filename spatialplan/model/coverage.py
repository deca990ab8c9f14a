"""Coverage of villages by delivery points: states, services, chains, shares of areas."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.limit import Limit
from spatialplan.model.plan import Plan
from spatialplan.model.source import Provenance
from spatialplan.model.table import ImportResult
from spatialplan.model.verdict import Verdict, VillageState
from spatialplan.text import Text

__all__ = [
    "AreaShare",
    "Chain",
    "CoverageChange",
    "CoverageResult",
    "FacilityLoad",
    "Leg",
    "Service",
    "VillageService",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A facility as a village reaches it, straight legs to the road included.

    `time_min` and `distance_m` are along the best path by the cost of the run; `delta` is the
    positional uncertainty of that cost in minutes or metres; `path` is WGS-84.
    """

    facility: str
    time_min: float
    distance_m: float
    straight_m: float
    delta: float
    path: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg of the chain; its figures are None where there is no path."""

    start: str
    end: str
    tier: Tier
    time_min: float | None
    distance_m: float | None
    limit: Limit | None
    state: VillageState
    cause: Text
    path: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Village, its point, township station, county hub.

    Attributes
    ----------
    legs
        In this order; a tier without any facility in the run has no leg.
    state
        Covered when every leg passes and the parents match; else that of the weakest leg.
    weakest
        Position of the leg that decides, None when every leg passes with a margin unknown.
    parents_match
        Whether station and hub are those of its township and county; None where not known.
    time_min, distance_m
        Of the whole chain, None unless every leg has a path.
    round_trip_h
        Hub to village and back, None unless every leg has a path.
    fits_workday
        Whether that fits the working day that was asked for; None where not asked or not known.
    """

    legs: tuple[Leg, ...]
    state: VillageState
    weakest: int | None
    parents_match: bool | None
    cause: Text
    time_min: float | None
    distance_m: float | None
    round_trip_h: float | None = None
    fits_workday: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageService:
    """One village: its state for each limit, and why.

    `states` and `causes` follow the limits of the run. `nearest` and `second` are None where no
    facility is reached.
    """

    demand: Demand
    states: tuple[VillageState, ...]
    causes: tuple[Text, ...]
    nearest: Service | None
    second: Service | None
    chain: Chain | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityLoad:
    """A facility, whether it took part, and what falls to it as the nearest.

    `load` is in people where every village that falls to it has a population, else in villages;
    `residual` is load beyond capacity, None where the capacity is unknown.
    """

    facility: Facility
    used: bool
    cause: Text
    villages: int
    population: float | None
    residual: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaShare:
    """Villages of an area by state for one limit; rows add up to the area above.

    `level` is ``township``, ``district`` or ``city``. `p50` and `p90` are of the cost to the
    nearest facility among villages that reach one, in the limit's unit. The population figures are
    None unless every village of the area has one.
    """

    level: str
    name: str
    district: str
    limit: Limit
    total: int
    covered: int
    not_covered: int
    uncertain: int
    unroutable: int
    no_data: int
    p50: float | None
    p90: float | None
    population: float | None
    population_covered: float | None

    @property
    def judged(self) -> int:
        """Villages with a certain answer."""
        return self.covered + self.not_covered


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageChange:
    """Before and after a scenario, by village and limit.

    `frame` has ``id``, ``name``, ``township``, ``district``, ``limit``, ``before``, ``after``,
    ``cost_before``, ``cost_after``, ``kind`` (``gains``, ``loses``, ``nearer``, ``farther``,
    ``same``, ``other``) and point geometry in WGS-84 (None where unplaced).
    """

    title: Text
    steps: tuple[Text, ...]
    frame: gpd.GeoDataFrame
    marks: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageResult:
    """Everything a coverage run found out; the outputs draw and write nothing else.

    Attributes
    ----------
    tier
        The lowest tier given: the one that villages are covered by.
    villages
        One per village of the roster, then one per row that is not on it.
    areas
        Service areas of the used facilities, WGS-84: ``facility`` (empty for the dissolved),
        ``name``, ``limit`` (its key), ``label``, ``low``, ``high`` (of the band, in the limit's
        unit) and polygons; from the widest band to the narrowest.
    catchments
        Network Voronoi, WGS-84: ``facility``, ``name`` and polygons.
    accessibility
        By village id: ``e2sfca``, ``gravity``, ``cumulative``, ``detour`` and their map classes
        ``…_class`` (0 lowest, -1 without value).
    verdicts
        Of the plan's claims on coverage.
    """

    plan: Plan
    limits: tuple[Limit, ...]
    mode: str
    day: str
    tier: Tier
    villages: tuple[VillageService, ...]
    facilities: tuple[FacilityLoad, ...]
    shares: tuple[AreaShare, ...]
    areas: gpd.GeoDataFrame
    catchments: gpd.GeoDataFrame
    accessibility: pd.DataFrame
    verdicts: tuple[Verdict, ...]
    imports: tuple[ImportResult, ...]
    sources: tuple[Provenance, ...]
    notes: tuple[Text, ...]
    network_extent: BaseGeometry
    version: str
    change: CoverageChange | None = None
