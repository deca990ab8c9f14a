"""Sketches of circles on the map, and the doubts that belong beside the numbers."""

from __future__ import annotations

from shapely.geometry.base import BaseGeometry

from spatialplan.concepts.circles_centres import names_said
from spatialplan.concepts.circles_ground import SQUARE_KM
from spatialplan.concepts.circles_measured import Measured
from spatialplan.concepts.circles_pois import Core
from spatialplan.concepts.circles_reach import FLOOR_MIN
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Origin
from spatialplan.model.verdict import Mark
from spatialplan.text import Text

__all__ = ["marks", "notes"]

SIMPLIFY_M = 20.0  # a fifth of the cells that areas are drawn from
SAME_M = 1.0
# Entropy of n points over K kinds comes out low by (K − 1) / 2n: 0.06 of the mix of 8 kinds at 30.
FEW = 30


def marks(setting: Setting, measured: Measured) -> tuple[Mark, ...]:
    """Return areas by car under those on foot, then cores, then centres that were derived."""
    ground, numbers = measured.ground, measured.numbers
    found = []
    for role, areas, minutes, zh, en in (
        ("catchment", ground.drive, numbers.drive_min, "驾车", "by car"),
        ("area", ground.walk, numbers.walk_min, "步行", "on foot"),
    ):
        for circle, area in zip(ground.circles, areas, strict=True):
            km2 = area.area / SQUARE_KM
            digits = 2 if km2 < 10 else 0
            label = Text(
                f"{circle.name}{zh} {minutes:g} 分钟：{km2:.{digits}f} 平方公里",
                f"{circle.name}, {minutes:g} min {en}: {km2:.{digits}f} km²",
            )
            found += _drawn(setting, role, area, label)
    for core in measured.cores:
        found += _core_marks(setting, core)
    for circle in ground.circles:
        if circle.derived_from and circle.centre is not None:
            label = Text(f"{circle.name}中心（按地标推算）", f"{circle.name}, from its landmarks")
            found += _drawn(setting, "point", circle.centre, label)
    return tuple(found)


def _drawn(setting: Setting, role: str, shape: BaseGeometry, label: Text) -> list[Mark]:
    if shape.is_empty:
        return []
    simple = setting.context.to_wgs84(shape.simplify(SIMPLIFY_M))
    return [Mark(role=role, geometry=simple, label=label)]


def _core_marks(setting: Setting, core: Core) -> list[Mark]:
    if core.area is None or core.peak is None:
        return []
    name = core.circle.name
    area = Text(f"{name}商业密度核心（峰值一半以上）", f"{name}: core, half the peak and above")
    peak = Text(
        f"{name}商业密度峰值：每平方公里 {core.per_km2:.0f} 个",
        f"{name}: densest commerce, {core.per_km2:.0f} per km²",
    )
    return [*_drawn(setting, "core", core.area, area), *_drawn(setting, "point", core.peak, peak)]


def notes(setting: Setting, concept: Concept, measured: Measured) -> tuple[Text, ...]:
    """Return the assumptions and doubts of the measures."""
    said = [_walking(setting, concept, measured), *_accuracy(measured), *_same_place(measured)]
    if measured.offer is not None:
        said += _points(measured)
    if measured.competition is not None:
        said.append(_huff(measured))
    return tuple(said)


def _walking(setting: Setting, concept: Concept, measured: Measured) -> Text:
    numbers = measured.numbers
    assumed = [
        setting.parameter(concept, name).origin is Origin.ASSUMED
        for name in ("walk_min", "walk_kmh", "drive_min")
    ]
    mark = Text("（假设，待核）", " (assumed)") if any(assumed) else Text("", "")
    return Text(
        f"步行 {numbers.walk_min:g} 分钟、{numbers.walk_kmh:g} 公里/小时，"
        f"驾车 {numbers.drive_min:g} 分钟{mark.zh}。"
        "步行沿行车路网双向行走，不走高速公路；步行街、人行道和未画的小街不计，"
        "步行距离可能偏大、范围可能偏小。江河只能由桥通过。",
        f"{numbers.walk_min:g} min on foot at {numbers.walk_kmh:g} km/h, {numbers.drive_min:g} min "
        f"by car{mark.en}. One walks on the roads of cars in both directions, not on motorways; "
        "without pedestrian streets, footpaths and alleys, walks may be shorter and areas larger. "
        "Rivers are crossed on bridges only.",
    )


def _accuracy(measured: Measured) -> list[Text]:
    """Name the circles whose centre is known little better than the walking distance."""
    numbers = measured.numbers
    rough = [c for c in measured.ground.circles if c.accuracy_m > numbers.walk_m / 2]
    derived = names_said([c.name for c in measured.ground.circles if c.derived_from])
    found = []
    if rough:
        worst = max(circle.accuracy_m for circle in rough)
        names = names_said([circle.name for circle in rough])
        found.append(
            Text(
                f"{names.zh}的中心精度差于步行距离的一半（最差 ±{worst:.0f} 米）："
                "步行范围、重叠和其中的计数只作示意，补准位置后重算。",
                f"The centres of {names.en} are known to worse than half the walking distance "
                f"(±{worst:.0f} m at worst): areas on foot, overlaps and counts are sketches.",
            )
        )
    if derived.zh:
        found.append(
            Text(
                f"{derived.zh}没有自己的位置，以地标的中点为中心；地标在内是推算的前提，不作印证。",
                f"{derived.en}: centred on the landmarks, which therefore prove nothing.",
            )
        )
    return found


def _same_place(measured: Measured) -> list[Text]:
    """Name the circles that stand at one spot: nothing can be told between them."""
    circles = measured.ground.circles
    pairs = [
        (circles[it.one].name, circles[it.other].name)
        for it in measured.overlaps
        if it.apart_m < SAME_M
    ]
    return [
        Text(
            f"{a}与{b}用的是同一坐标，二者的重叠和分流没有实义。",
            f"{a} and {b} have one coordinate: overlap and shares between them mean nothing.",
        )
        for a, b in pairs
    ]


def _points(measured: Measured) -> list[Text]:
    offer = measured.offer
    if offer is None:
        return []
    found = [
        Text(
            "兴趣点只计地图上有名称的，疏密随制图详略变化；数字是地图所画，不是商户普查。",
            "Named points of interest only; their number follows how fully the map is drawn and "
            "is no census of shops.",
        )
    ]
    circles = measured.ground.circles
    few = [c.name for c, n in zip(circles, offer.counts.sum(axis=1), strict=True) if n < FEW]
    if few:
        names = names_said(few)
        found.append(
            Text(f"{names.zh}兴趣点不足 {FEW} 个，混合度偏低。",
                 f"{names.en}: fewer than {FEW} points, so that the mix comes out low.")
        )  # fmt: skip
    return found


def _huff(measured: Measured) -> Text:
    by_points = measured.competition is not None and measured.competition.by_points
    pull = (
        Text("吸引力为步行范围内商业、餐饮兴趣点个数，图上没有的按 1 计",
             "attraction is the commercial points within a walk, 1 where none is mapped")
        if by_points
        else Text("缺商业规模数据，各商圈吸引力一律按 1 计",
                  "attraction is 1 for all, for want of any figure of size")
    )  # fmt: skip
    beta = measured.numbers.huff_beta
    return Text(
        f"Huff 模型：{pull.zh}；衰减指数 {beta:g}，不足 {FLOOR_MIN:g} 分钟按 {FLOOR_MIN:g} "
        "分钟计（停车步入的时间，也在位置精度之内；均为假设）。需求点为有坐标的村，"
        "以及没有村坐标的乡镇驻地，权重相同，不是人口。"
        "文旅消费圈的客源不以本地居民为主，不参与分流；未定位的商圈无法参与。",
        f"Huff's model: {pull.en}; decay {beta:g}; less than {FLOOR_MIN:g} min count "
        f"as {FLOOR_MIN:g} (parking and walking in, and within the accuracy; assumed). Demand: "
        "villages with coordinates, and seats of townships without any, of one weight, not people. "
        "Circles of culture live on visitors and stay out, as do circles that are not located.",
    )
