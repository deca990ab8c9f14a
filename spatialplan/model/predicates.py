"""The vocabulary of predicates: what a claim may say and which numbers it takes.

The table is data for validation and documentation; `spatialplan.checks` holds one function per
entry and a test keeps both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spatialplan.text import Text

__all__ = ["PREDICATES", "ParamSpec", "PredicateSpec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamSpec:
    """A parameter of a predicate; `default` is used, marked *assumed*, when the claim is silent.

    A parameter without default is required unless `optional`.
    """

    unit: str
    meaning: Text
    default: float | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateSpec:
    """What a predicate means and how many subjects and objects it takes.

    `at_most` tells whether the threshold is a limit that the value keeps below, or a level that it
    has to reach; `places_subjects` whether the subjects themselves need a place.
    """

    meaning: Text
    unit: str
    min_subjects: int = 1
    min_objects: int = 0
    takes_objects: bool = True
    at_most: bool = True
    places_subjects: bool = True
    params: Mapping[str, ParamSpec]


def _spec(
    zh: str,
    en: str,
    unit: str,
    *,
    min_subjects: int = 1,
    min_objects: int = 0,
    takes_objects: bool = True,
    at_most: bool = True,
    places_subjects: bool = True,
    **params: ParamSpec,
) -> PredicateSpec:
    return PredicateSpec(
        meaning=Text(zh, en),
        unit=unit,
        min_subjects=min_subjects,
        min_objects=min_objects,
        takes_objects=takes_objects,
        at_most=at_most,
        places_subjects=places_subjects,
        params=MappingProxyType(params),
    )


def _param(
    unit: str, zh: str, en: str, default: float | None = None, *, optional: bool = False
) -> ParamSpec:
    return ParamSpec(unit=unit, meaning=Text(zh, en), default=default, optional=optional)


_SNAP = _param("m", "到最近道路的吸附上限", "snap limit to the nearest road", 1500.0)
_MAX_KM = _param("km", "路网距离上限", "limit of network distance", optional=True)
_MAX_MIN = _param("min", "行车时间上限", "limit of driving time", optional=True)

PREDICATES: Mapping[str, PredicateSpec] = MappingProxyType(
    {
        "present": _spec(
            "要素能在现有地名、站点数据中按名称和位置找到",
            "each subject is found by name and place among the mapped places",
            "m",
            takes_objects=False,
            tolerance_m=_param("m", "位置容差", "positional tolerance", 2000.0),
        ),
        "counts": _spec(
            "规划所列个数与要素个数一致且各有位置",
            "the listed features are as many as the plan says, each with a place",
            "count",
            takes_objects=False,
            count=_param("count", "规划所述个数", "number stated by the plan"),
        ),
        "connected": _spec(
            "主体与每个客体之间道路连通（可设距离或时间上限）",
            "a road path joins each subject and each object, within the limits if given",
            "m",
            min_objects=1,
            max_km=_MAX_KM,
            max_min=_MAX_MIN,
            snap_m=_SNAP,
        ),
        "reaches": _spec(
            "主体在限定时间内到达每个客体",
            "each subject reaches every object within the time limit",
            "min",
            min_objects=1,
            max_min=_param("min", "行车时间上限", "limit of driving time"),
            snap_m=_SNAP,
        ),
        "near": _spec(
            "每个主体到最近一个客体的路网距离不超过上限",
            "the network distance from each subject to its nearest object is within the limit",
            "m",
            min_objects=1,
            max_km=_param("km", "路网距离上限", "limit of network distance"),
            snap_m=_SNAP,
        ),
        "along": _spec(
            "每个主体沿客体线路分布（直线距离不超过上限）",
            "each subject lies along an object line, within the straight-line distance",
            "m",
            min_objects=1,
            distance_m=_param("m", "到线路的直线距离上限", "straight-line distance to the line"),
        ),
        "within": _spec(
            "每个主体位于客体区域之内",
            "each subject lies inside the union of the object areas",
            "m",
            min_objects=1,
        ),
        "contains": _spec(
            "主体区域包含每个客体",
            "the union of the subject areas contains each object",
            "m",
            min_objects=1,
        ),
        "adjoins": _spec(
            "主体区域与每个客体区域相邻",
            "the subject area adjoins each object area",
            "m",
            min_objects=1,
            gap_m=_param("m", "视为相邻的最大间隙", "largest gap that counts as adjoining", 500.0),
        ),
        "gathers": _spec(
            "各客体地标聚集在主体（商圈）中心的半径之内",
            "the object landmarks gather within the radius of the subject's centre",
            "m",
            min_objects=1,
            radius_m=_param("m", "商圈半径", "radius of the circle", 1500.0),
        ),
        "length": _spec(
            "线路长度与规划数字相符",
            "the length of the line agrees with the plan's figure",
            "km",
            takes_objects=False,
            length_km=_param("km", "规划长度", "length stated by the plan"),
            tolerance_pct=_param("%", "允许偏差", "tolerance", 10.0),
        ),
        "ring_closed": _spec(
            "各段首尾相接成闭合环（缺口定位）",
            "the sections form a closed circuit; gaps are located",
            "%",
            at_most=False,
            min_subjects=2,
            takes_objects=False,
            gap_m=_param("m", "视为相接的最大缺口", "largest gap that counts as joined", 200.0),
        ),
        "continuous": _spec(
            "线路依次串联各停靠点，路网上连续、绕行不过大",
            "the corridor joins its stops in order on the network without a great detour",
            "ratio",
            places_subjects=False,
            min_objects=2,
            max_detour=_param(
                "ratio", "绕行系数上限（路网距离/直线距离）", "limit of network / straight", 2.0
            ),
            snap_m=_SNAP,
        ),
        "classed": _spec(
            "线路依次经各停靠点的最佳路径走在不低于某等级的道路上",
            "the best path of the line through its stops runs on roads of at least a class",
            "%",
            places_subjects=False,
            at_most=False,
            min_objects=2,
            max_rank=_param(
                "rank",
                "道路等级序（1 高速，2 快速路、国道，3 主干路，4 次干路，5 支路，6 其他）",
                "rank of the lowest class (1 motorway, 2 trunk and national road, 3 primary, "
                "4 secondary, 5 tertiary, 6 the rest)",
                2.0,
            ),
            share_pct=_param("%", "里程占比下限", "least share of the length", 80.0),
            snap_m=_SNAP,
        ),
        "carries": _spec(
            "主体线路是客体两两之间可行的通道（经由它不过分绕行）",
            "the subject line is a fair way between the objects, without a great detour",
            "share",
            at_most=False,
            min_objects=2,
            min_km=_param("km", "经由长度下限", "least length along the line", 1.0),
            max_detour=_param(
                "ratio",
                "经由时间/最快时间的上限",
                "limit of the time by the line / the quickest time",
                1.5,
            ),
            min_share=_param("share", "可经由的对数占比下限", "least share of the pairs", 0.5),
            snap_m=_SNAP,
        ),
        "coheres": _spec(
            "主体（片区成员）彼此之间比与客体（片区外）更近",
            "the subjects, members of a region, are nearer to each other than to the objects",
            "ratio",
            min_subjects=2,
            min_objects=1,
            max_ratio=_param(
                "ratio",
                "内部平均行车时间/对外平均行车时间的上限",
                "limit of mean time within / mean time between",
                1.0,
            ),
            snap_m=_SNAP,
        ),
        "covers": _spec(
            "服务点覆盖客体区域内所有行政村",
            "service points cover every village of the object areas within the limit",
            "%",
            at_most=False,
            min_objects=1,
            max_min=_param("min", "行车时间上限", "limit of driving time", 30.0),
            share_pct=_param("%", "应覆盖比例", "share to be covered", 100.0),
            snap_m=_SNAP,
        ),
        "meets": _spec(
            "主体线路与客体线路对接",
            "the subject line meets each object line",
            "m",
            min_objects=1,
            gap_m=_param("m", "视为对接的最大间隙", "largest gap that counts as joined", 200.0),
        ),
        "both_sides": _spec(
            "主体分布在客体线（河流）两侧",
            "the subjects lie on both sides of the object line",
            "share",
            at_most=False,
            min_subjects=2,
            min_objects=1,
            min_share=_param("share", "较少一侧占比下限", "least share of the lesser side", 0.2),
        ),
    }
)
