"""Assess coverage: order the steps from demand and facilities to a `CoverageResult`. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import geopandas as gpd
import numpy as np

from spatialplan import __version__
from spatialplan.delivery import access, areas, chains, notes, services
from spatialplan.delivery.causes import Causes
from spatialplan.delivery.claims import claim_limits, judge_claims
from spatialplan.delivery.loads import facility_loads
from spatialplan.delivery.options import Options
from spatialplan.delivery.placing import WGS84, place
from spatialplan.errors import CrsError
from spatialplan.measures.shares import area_shares
from spatialplan.model.coverage import Chain, CoverageResult, VillageService
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.inputs import Inputs
from spatialplan.model.network import StreetNetwork
from spatialplan.model.plan import Plan
from spatialplan.model.table import ImportResult

__all__ = ["assess", "lowest_tier"]


def assess(
    plan: Plan,
    inputs: Inputs,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    options: Options,
    imports: Sequence[ImportResult] = (),
    tier: Tier | None = None,
) -> CoverageResult:
    """Return the state of every village, its services, its chain, and what follows from them.

    Parameters
    ----------
    inputs
        The network in the plan's CRS; water as barrier of service areas.
    demand
        Every village; rows in are rows out.
    facilities
        Open or not, placed or not: those that cannot take part are told.
    tier
        That villages are covered by; the lowest that has any facility open when omitted.

    Raises
    ------
    CrsError
        When the network is not in the plan's CRS.
    """
    network = inputs.network
    _check_crs(network, plan)
    # Sorted, so that ties fall alike whatever the order of the rows of a file.
    open_ = sorted((f for f in facilities if f.is_open(options.day)), key=_order)
    tier = lowest_tier(open_) if tier is None else tier
    villages = place(network, demand, options.snap_m)
    stations = place(network, open_, options.snap_m)
    serving = np.array([n for n, f in enumerate(open_) if f.tier is tier], dtype=np.int64)
    own, at = [open_[number] for number in serving], stations.take(serving)
    points = villages.join(stations)
    causes = Causes(network, points, options.snap_m)
    by_claim = claim_limits(plan, options.limits)
    asked = dataclasses.replace(options, limits=tuple(dict.fromkeys((*options.limits, *by_claim))))
    found = services.serve(network, demand, own, points, serving + len(demand), causes, asked)
    linked = chains.build_chains(network, demand, open_, points, causes, options)
    rows = _rows(demand, found, linked, len(options.limits))
    of_claims = [
        [states[asked.limits.index(limit)] for states in found.states] for limit in by_claim
    ]
    reach = areas.draw(network, inputs.water, own, at, options)
    codes = frozenset(str(code) for code in inputs.districts["adcode"])
    return CoverageResult(
        plan=plan,
        limits=options.limits,
        mode=str(options.mode),
        day=options.day.isoformat(),
        tier=tier,
        villages=rows,
        facilities=facility_loads(rows, facilities, open_, causes, options),
        shares=tuple(area_shares([r for r in rows if r.demand.on_roster], options.limits, "全市")),
        areas=reach.areas,
        catchments=reach.catchments,
        accessibility=access.measure(network, demand, own, villages, at, found, options),
        verdicts=judge_claims(plan, demand, of_claims, by_claim, codes),
        imports=tuple(imports),
        sources=inputs.sources,
        notes=(*inputs.notes, *notes.of_run(network, demand, facilities, options, tier)),
        network_extent=gpd.GeoSeries([network.extent], crs=network.crs).to_crs(WGS84).iloc[0],
        version=__version__,
    )


def _check_crs(network: StreetNetwork, plan: Plan) -> None:
    if network.crs != plan.crs:
        raise CrsError(
            f"路网坐标系 {network.crs} 与规划坐标系 {plan.crs} 不同；请按规划坐标系重建路网",
            f"the network is in {network.crs}, the plan in {plan.crs}; build it in the plan's CRS",
        )


def _rows(
    demand: Sequence[Demand], found: services.Served, linked: Sequence[Chain | None], limits: int
) -> tuple[VillageService, ...]:
    """Return one row for each village, with its answers to the first `limits` limits."""
    return tuple(
        VillageService(
            demand=village,
            states=found.states[number][:limits],
            causes=found.causes[number][:limits],
            nearest=found.nearest[number],
            second=found.second[number],
            chain=linked[number],
        )
        for number, village in enumerate(demand)
    )


def _order(facility: Facility) -> tuple[str, float, float, str, str, str]:
    # The id comes last: it counts the rows of the file.
    place = (facility.lon or 0.0, facility.lat or 0.0)
    return (facility.name, *place, facility.township, facility.village, facility.id)


def lowest_tier(facilities: Sequence[Facility]) -> Tier:
    """Return the tier that villages are covered by: the lowest that has any facility open."""
    present = {facility.tier for facility in facilities}
    return next((tier for tier in Tier if tier in present), Tier.STATION)
