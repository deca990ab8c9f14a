"""Check a plan: order the steps from plan, network and places to a `CheckResult`. Pure."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan import __version__
from spatialplan.checks import CHECKS
from spatialplan.checks.context import build_context
from spatialplan.errors import CrsError
from spatialplan.model.network import StreetNetwork
from spatialplan.model.plan import Feature, Plan
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import CheckResult, VillageRow, VillageState
from spatialplan.model.village import Village
from spatialplan.settings import Settings
from spatialplan.text import Text

__all__ = ["check", "resolve_districts"]


def resolve_districts(plan: Plan, boundaries: Mapping[str, BaseGeometry]) -> tuple[Feature, ...]:
    """Return the features with the union of their districts as geometry.

    Parameters
    ----------
    boundaries
        WGS-84 polygons by adcode; KeyError when a feature names a district that is not there.
    """
    return tuple(
        dataclasses.replace(
            feature,
            geometry=shapely.union_all([boundaries[code] for code in feature.districts]),
        )
        if feature.districts
        else feature
        for feature in plan.features
    )


def check(
    plan: Plan,
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    villages: Sequence[Village],
    boundaries: Mapping[str, BaseGeometry],
    sources: Sequence[Provenance],
    settings: Settings,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CheckResult:
    """Evaluate every claim of a plan.

    Parameters
    ----------
    network
        In the plan's CRS.
    places
        Named points, WGS-84.
    villages
        The roster: every row comes out again, with a state.
    boundaries
        District polygons by adcode, WGS-84.
    progress
        Called with the number of claims done and in all.

    Raises
    ------
    CrsError
        When the network is not in the plan's CRS.
    """
    if network.crs != plan.crs:
        raise CrsError(
            f"路网坐标系 {network.crs} 与规划坐标系 {plan.crs} 不同；请按规划坐标系重建路网",
            f"the network is in {network.crs}, the plan in {plan.crs}; build it in the plan's CRS",
        )
    features = resolve_districts(plan, boundaries)
    counts = _village_counts(plan, villages)
    codes = frozenset(code for code in boundaries if code[:4] == plan.adcode[:4])
    context = build_context(plan, features, network, places, counts, codes, settings)
    verdicts = []
    for number, claim in enumerate(plan.claims):
        progress(number, len(plan.claims))
        verdicts.append(CHECKS[claim.predicate](context, claim))
    progress(len(plan.claims), len(plan.claims))
    return CheckResult(
        plan=plan,
        features=features,
        verdicts=tuple(verdicts),
        villages=tuple(_village_row(village) for village in villages),
        sources=tuple(sources),
        notes=_notes(network, settings),
        network_extent=context.to_wgs84(network.extent),
        version=__version__,
    )


def _village_counts(plan: Plan, villages: Sequence[Village]) -> dict[str, tuple[int, int]]:
    """Return by district code, and for the prefecture: villages of the roster, and those placed.

    Functional zones carry statistical codes of their own, so the prefecture is counted apart and
    not as the sum of its districts.
    """
    totals: Counter[str] = Counter()
    placed: Counter[str] = Counter()
    for village in villages:
        for code in {village.district_code, plan.adcode}:
            totals[code] += 1
            placed[code] += village.lon is not None
    return {code: (totals[code], placed[code]) for code in totals}


def _village_row(village: Village) -> VillageRow:
    if village.lon is None:
        cause = Text("无坐标：请提供村级点位表", "no coordinates: give a table of village points")
    else:
        cause = Text(
            "没有村级服务点表，无法判定覆盖", "no table of service points, coverage unknown"
        )
    return VillageRow(
        code=village.code,
        name=village.name,
        township=village.township,
        district=village.district,
        district_code=village.district_code,
        state=VillageState.NO_DATA,
        lon=village.lon,
        lat=village.lat,
        accuracy_m=village.accuracy_m,
        source=village.source,
        time_min=None,
        cause=cause,
    )


def _notes(network: StreetNetwork, settings: Settings) -> tuple[Text, ...]:
    kmh = "、".join(f"{c} {network.speeds.of(c):g}" for c in sorted(set(network.road_class)))
    notes = [
        Text(
            f"路网 {network.n_nodes} 个节点、{network.n_edges} 条边；"
            f"{int(network.piece.max()) + 1} 个互不连通的片，最大片含 "
            f"{(network.piece == 0).mean():.0%} 的节点。范围之外一律为“无数据”，不作服务缺口。",
            f"Network of {network.n_nodes} nodes and {network.n_edges} edges in "
            f"{int(network.piece.max()) + 1} pieces; the largest holds "
            f"{(network.piece == 0).mean():.0%} of the nodes. Beyond its extent is 'no data'.",
        ),
        Text(
            f"车速（公里/小时，{network.speeds.source}）：{kmh}；"
            f"地点到道路 {network.speeds.access_kmh:g}。转弯限制未计。",
            f"Speeds (km/h, {network.speeds.source}): {kmh}; place to road "
            f"{network.speeds.access_kmh:g}. Turn restrictions are not modelled.",
        ),
        Text(
            "带“假设”的阈值没有出处，待核，可在 claims.toml 修改。",
            "Thresholds marked 'assumed' have no source; edit them in claims.toml.",
        ),
    ]
    if settings.estimate:
        notes.append(
            Text(
                f"无路网处按大地线 × {settings.circuity:g}、"
                f"{settings.estimate_kmh:g} 公里/小时估算，均标为估算。",
                f"Where no roads are mapped: geodesic × {settings.circuity:g} at "
                f"{settings.estimate_kmh:g} km/h, marked as estimates.",
            )
        )
    return tuple(notes)
