"""Check a plan: order the steps from plan, network and places to a `CheckResult`. Pure."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan import __version__
from spatialplan.checks import CHECKS
from spatialplan.checks.context import Context, build_context
from spatialplan.checks.why import explain
from spatialplan.concepts import MEASURES
from spatialplan.concepts.setting import build_setting
from spatialplan.errors import CrsError
from spatialplan.measures.evidence import match_features
from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import Evidence
from spatialplan.model.explanation import Explanation
from spatialplan.model.inputs import Inputs
from spatialplan.model.network import StreetNetwork
from spatialplan.model.plan import Feature, Plan
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import NetworkIssue, Verdict, VillageRow, VillageState
from spatialplan.model.village import Village
from spatialplan.network.classes import speeds_said
from spatialplan.network.topology import Points, topology_report
from spatialplan.settings import Settings
from spatialplan.text import Text

__all__ = ["check", "explain_claims", "prepare", "resolve_districts"]

EVIDENCE_TOLERANCE_M = 2000.0
VILLAGE_SNAP_M = 1500.0
ISSUE_MARGIN_M = 2000.0  # beyond the plan's area the roads are only passed through


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


def prepare(plan: Plan, inputs: Inputs, settings: Settings) -> Context:
    """Lay a plan onto its inputs: what every check and every concept looks at.

    Raises
    ------
    CrsError
        When the network is not in the plan's CRS.
    """
    network = inputs.network
    if network.crs != plan.crs:
        raise CrsError(
            f"路网坐标系 {network.crs} 与规划坐标系 {plan.crs} 不同；请按规划坐标系重建路网",
            f"the network is in {network.crs}, the plan in {plan.crs}; build it in the plan's CRS",
        )
    features = resolve_districts(plan, inputs.boundaries)
    extent = _to_wgs84([network.extent], plan.crs)[0]
    return build_context(
        plan, features, network, _evidence(plan, features, inputs, extent),
        _village_counts(plan, inputs.villages), frozenset(inputs.districts["adcode"]), settings,
    )  # fmt: skip


def check(
    plan: Plan,
    inputs: Inputs,
    settings: Settings,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CheckResult:
    """Evaluate every claim of a plan and measure every concept.

    Parameters
    ----------
    inputs
        The network in the plan's CRS, everything else in WGS-84. Every village comes out again,
        with a state.
    progress
        Called with the number of claims and concepts done and in all.

    Raises
    ------
    CrsError
        When the network is not in the plan's CRS.
    """
    context = prepare(plan, inputs, settings)
    total = len(plan.claims) + len(plan.concepts)
    verdicts: list[Verdict] = []
    for claim in plan.claims:
        progress(len(verdicts), total)
        verdicts.append(CHECKS[claim.predicate](context, claim))
    setting = build_setting(context, verdicts, inputs)
    profiles: list[Profile] = []
    for concept in plan.concepts:
        progress(len(verdicts) + len(profiles), total)
        profiles.append(MEASURES[concept.family](setting, concept))
    progress(total, total)
    return CheckResult(
        plan=plan,
        features=tuple(context.features.values()),
        verdicts=tuple(verdicts),
        villages=tuple(_village_row(village) for village in inputs.villages),
        sources=inputs.sources,
        notes=(*inputs.notes, *_notes(context.network, settings)),
        network_extent=_to_wgs84([context.network.extent], plan.crs)[0],
        version=__version__,
        evidence=tuple(context.evidence.values()),
        network_issues=_network_issues(plan, inputs),
        profiles=tuple(profiles),
        settings=_settings(context.network, settings),
        amounts={
            "nodes": context.network.n_nodes,
            "edges": context.network.n_edges,
            "objects": len(inputs.objects),
            "villages_placed": sum(village.lon is not None for village in inputs.villages),
        },
    )


def explain_claims(
    plan: Plan, inputs: Inputs, settings: Settings, claim_ids: Sequence[str]
) -> tuple[Explanation, ...]:
    """Return the whole story of some claims; KeyError when the plan lacks one."""
    context = prepare(plan, inputs, settings)
    return tuple(explain(context, plan.claim(claim_id)) for claim_id in claim_ids)


def _settings(network: StreetNetwork, settings: Settings) -> dict[str, float]:
    """Return the numbers a run is made with, by which two runs may differ."""
    speeds = network.speeds
    return {
        "estimate": float(settings.estimate),
        "circuity": settings.circuity,
        "estimate_kmh": settings.estimate_kmh,
        "access_kmh": speeds.access_kmh,
        **{f"kmh_{name}": speeds.of(name) for name in sorted(set(map(str, network.road_class)))},
    }


def _to_wgs84(shapes: Sequence[BaseGeometry], crs: str) -> list[BaseGeometry]:
    return list(gpd.GeoSeries(shapes, crs=crs).to_crs("EPSG:4326"))


def _evidence(
    plan: Plan, features: Sequence[Feature], inputs: Inputs, extent: BaseGeometry
) -> tuple[Evidence, ...]:
    """Return what the map says of each feature."""
    return tuple(
        match_features(
            features,
            inputs.objects,
            crs=plan.crs,
            extent=extent,
            tolerance_m=EVIDENCE_TOLERANCE_M,
            area=shapely.union_all(inputs.districts.geometry.to_numpy()),
            places=inputs.districts["name"].tolist(),
        )
    )


def _network_issues(plan: Plan, inputs: Inputs) -> tuple[NetworkIssue, ...]:
    """Return what a mapper would mend first in the plan's area, with the villages it cuts off."""
    placed = [v for v in inputs.villages if v.lon is not None and v.lat is not None]
    points = gpd.GeoSeries(
        gpd.points_from_xy([v.lon for v in placed], [v.lat for v in placed]), crs="EPSG:4326"
    ).to_crs(plan.crs)
    villages = Points(ids=[v.name for v in placed], x=points.x.to_numpy(), y=points.y.to_numpy())
    table = topology_report(inputs.network, points=villages, snap_m=VILLAGE_SNAP_M).to_frame()
    area = inputs.districts.to_crs(plan.crs).union_all().buffer(ISSUE_MARGIN_M)
    shapely.prepare(area)
    table = table[shapely.intersects(area, table.geometry.to_numpy())].reset_index(drop=True)
    table["rank"] = np.arange(1, len(table) + 1)
    shapes = _to_wgs84(table.geometry.to_list(), plan.crs)
    rows = table.drop(columns="geometry").to_dict("records")
    return tuple(
        NetworkIssue(
            kind=str(row["kind"]),
            rank=int(row["rank"]),
            message=Text(zh=str(row["message_zh"]), en=str(row["message_en"])),
            value=float(row["value"]),
            geometry=shape,
            villages=int(row["villages"]),
        )
        for row, shape in zip(rows, shapes, strict=True)
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
        cause = Text("无坐标", "no coordinates")
    else:
        cause = Text(
            "未给服务点表，无法判定覆盖（用 spatialplan coverage）",
            "no table of service points: see spatialplan coverage",
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
    kmh = speeds_said(network)
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
            f"车速（{kmh.zh}；地点到道路 {network.speeds.access_kmh:g}）。转弯限制未计。",
            f"Speeds ({kmh.en}; place to road {network.speeds.access_kmh:g}). "
            "Turn restrictions are not modelled.",
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
