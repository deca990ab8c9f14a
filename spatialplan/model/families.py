"""The families of layout concepts: which features a concept is made of and which numbers it takes.

The table is data for validation and documentation; `spatialplan.concepts` holds one function per
entry and a test keeps both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spatialplan.model.predicates import ParamSpec
from spatialplan.text import Text

__all__ = ["FAMILIES", "FamilySpec", "RoleSpec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSpec:
    """What the features of a role are to their concept, and how many it needs."""

    meaning: Text
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilySpec:
    """What a family measures, its roles and its parameters."""

    meaning: Text
    roles: Mapping[str, RoleSpec]
    params: Mapping[str, ParamSpec]


def _role(zh: str, en: str, least: int = 0, most: int | None = None) -> RoleSpec:
    return RoleSpec(meaning=Text(zh, en), least=least, most=most)


def _param(unit: str, zh: str, en: str, default: float) -> ParamSpec:
    return ParamSpec(unit=unit, meaning=Text(zh, en), default=default)


def _family(
    zh: str, en: str, roles: Mapping[str, RoleSpec], params: Mapping[str, ParamSpec]
) -> FamilySpec:
    return FamilySpec(
        meaning=Text(zh, en), roles=MappingProxyType(roles), params=MappingProxyType(params)
    )


_SNAP = _param("m", "到最近道路的吸附上限", "snap limit to the nearest road", 1500.0)

FAMILIES: Mapping[str, FamilySpec] = MappingProxyType(
    {
        "ring": _family(
            "环线：闭合、缺口与补法、等级车速、绕行时间、沿线联通与产业带",
            "ring belt: closure, gaps and what would close them, class and speed, circuit time, "
            "links and the belt along it",
            {
                "sections": _role("环线各段", "sections of the ring", 2),
                "places": _role("沿线平台与园区", "platforms and parks along it"),
            },
            {
                "gap_m": _param(
                    "m", "视为相接的最大缺口", "largest gap that counts as joined", 200.0
                ),
                "belt_m": _param("m", "产业带单侧宽度", "width of the belt on either side", 1500.0),
            },
        ),
        "riverside": _family(
            "湾区与滨江：轴线长度、沿岸比例、过江通道与关键性、两岸到核心",
            "bay and riverside: length along the axis, share of areas by the bank, crossings and "
            "their criticality, access from each bank to the core",
            {
                "river": _role("河流轴线", "axis of the river", 1, 1),
                "belts": _role("滨江廊带", "riverside belts"),
                "areas": _role("沿岸片区", "named areas by the river"),
                "core": _role("核心", "the core that both banks should reach", 0, 1),
            },
            {
                "bank_m": _param(
                    "m",
                    "视为沿岸的直线距离",
                    "straight distance that counts as by the bank",
                    2000.0,
                ),
                "snap_m": _SNAP,
            },
        ),
        "circles": _family(
            "商圈：服务范围、地标、业态混合、密度中心、竞争与辐射",
            "commercial circles: service area, landmarks, mix, density core, competition, reach",
            {
                "city": _role("市级商圈", "circles of the city", 1),
                "county": _role("县级商圈", "circles of counties"),
                "culture": _role("文化商圈", "circles of culture"),
            },
            {
                "walk_min": _param("min", "步行服务时间", "walking time of a service area", 15.0),
                "drive_min": _param("min", "驾车服务时间", "driving time of a service area", 15.0),
                "walk_kmh": _param("km/h", "步行速度", "walking speed", 4.8),
                "bandwidth_m": _param("m", "核密度带宽", "bandwidth of the kernel density", 500.0),
                "huff_beta": _param("", "Huff 距离衰减指数", "distance decay of Huff's model", 2.0),
                "snap_m": _SNAP,
            },
        ),
        "logistics": _family(
            "物流：枢纽可达、通道连续、枢纽间时距、节点分工、冗余",
            "logistics: reach of hubs, continuity of channels, OD between hubs, who serves whom, "
            "redundancy",
            {
                "hubs": _role("枢纽", "hubs", 1),
                "nodes": _role("物流园区与中心", "logistics parks and centres"),
                "channels": _role("物流通道", "channels"),
                "seats": _role("县（市）驻地", "county seats"),
                "stations": _role("铁路货运站", "rail freight stations"),
                "ports": _role("港口", "ports"),
                "roads": _role("节点依托的干线", "trunk roads that nodes rely on"),
            },
            {
                "near_km": _param(
                    "km",
                    "节点到干线的路网距离",
                    "network distance of a node from its trunk road",
                    8.0,
                ),
                "snap_m": _SNAP,
            },
        ),
        "regions": _family(
            "核、翼、极与片区：内部时距、凝聚度、核心到县镇、对外方向与边界门户",
            "core, wings, poles: time within and between, cohesion, core to towns, outward targets "
            "and gateways on the boundary",
            {
                "core": _role("核心", "the core", 1),
                "wings": _role("翼或联动片区", "wings or linked zones"),
                "poles": _role("极", "poles"),
                "seats": _role("县（市、区）驻地", "county seats", 1),
                "targets": _role("对外方向", "outward targets"),
            },
            {
                "snap_m": _param(
                    "m", "到最近道路的吸附上限", "snap limit to the nearest road", 3000.0
                )
            },
        ),
        "routes": _family(
            "旅游线路：最佳路径、长度、时间、绕行、等级、缺口、一日环游",
            "tourism routes: best path, length, time, detour, class, gaps, loops in a day",
            {
                "corridors": _role("线路", "corridors", 1),
            },
            {
                "visit_min": _param("min", "每个停靠点停留", "stay at each stop", 60.0),
                "day_hours": _param(
                    "h", "一日可用小时；0 为不算环游", "hours of a day; 0 for no loops", 0.0
                ),
                "snap_m": _param(
                    "m", "到最近道路的吸附上限", "snap limit to the nearest road", 3000.0
                ),
            },
        ),
    }
)
