"""Road classes: OpenStreetMap's own names, and the coarser classes a map draws."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spatialplan.model.network import StreetNetwork
from spatialplan.text import Text

__all__ = ["DRAWN_CLASS", "class_name", "class_rank", "drawn_class", "speeds_said"]

DRAWN_CLASS: Mapping[str, str] = MappingProxyType(
    {
        "motorway": "motorway",
        "trunk": "trunk",
        "primary": "major",
        "secondary": "major",
        "major": "major",
        "national": "national",
        "tertiary": "local",
        "unclassified": "local",
        "residential": "local",
        "living_street": "local",
        "service": "local",
        "local": "local",
        "links": "links",
    }
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "motorway": "高速公路",
        "trunk": "快速路",
        "primary": "主干路",
        "secondary": "次干路",
        "tertiary": "支路",
        "unclassified": "乡村路",
        "residential": "居住区路",
        "living_street": "生活街道",
        "service": "内部路",
        "road": "等级不明",
        "track": "机耕路",
        "major": "主次干路",
        "national": "国道",
        "local": "城区支路",
        "links": "匝道",
        "unknown": "等级不明",
        "ferry": "轮渡",
        "footway": "人行道",
        "path": "小路",
        "pedestrian": "步行街",
        "steps": "台阶",
        "cycleway": "自行车道",
        "bridleway": "马道",
        "corridor": "通道",
    }
)


def class_name(road_class: str) -> Text:
    """Return what readers call a road class; one that nobody named keeps its own word.

    Examples
    --------
    >>> class_name("trunk_link").zh, class_name("national").zh
    ('快速路匝道', '国道')
    """
    base = road_class.removesuffix("_link")
    zh = _NAMES.get(base, base)
    return Text(zh if base == road_class else f"{zh}匝道", road_class.replace("_", " "))


_RANKS: Mapping[str, int] = MappingProxyType(
    {
        "motorway": 1,
        "trunk": 2,
        "national": 2,
        "primary": 3,
        # Primary and secondary in one: no better than the lower of the two.
        "major": 4,
        "secondary": 4,
        "tertiary": 5,
        "local": 5,
    }
)
UNRANKED = ("unknown", "road", "links")


def class_rank(road_class: str) -> int | None:
    """Return the rank of a road class, 1 for motorways to 6 for the least; None when unknown.

    A link has the rank of the class it belongs to.

    Examples
    --------
    >>> class_rank("trunk_link"), class_rank("residential"), class_rank("unknown")
    (2, 6, None)
    """
    base = road_class.removesuffix("_link")
    return None if base in UNRANKED else _RANKS.get(base, 6)


def speeds_said(network: StreetNetwork) -> Text:
    """Return the speeds of the classes that a network has, in km/h, and where they come from.

    The source of the speed table is told in Chinese before the slash and in English after it.
    """
    speeds = network.speeds
    zh, _, en = speeds.source.partition(" / ")
    classes = sorted({str(c) for c in network.road_class}, key=lambda c: (-speeds.of(c), c))
    kmh = "、".join(f"{class_name(c).zh} {speeds.of(c):g}" for c in classes)
    kmh_en = ", ".join(f"{class_name(c).en} {speeds.of(c):g}" for c in classes)
    return Text(f"公里/小时，{zh}：{kmh}", f"km/h, {en or zh}: {kmh_en}")


def drawn_class(road_class: str) -> str:
    """Return the class of ``[basemap.roads]`` under which a road class is drawn.

    Examples
    --------
    >>> drawn_class("secondary"), drawn_class("trunk_link"), drawn_class("track")
    ('major', 'links', 'unknown')
    """
    if road_class.endswith("_link"):
        return "links"
    return DRAWN_CLASS.get(road_class, "unknown")
