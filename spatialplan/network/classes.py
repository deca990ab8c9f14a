"""Road classes: OpenStreetMap's own names, and the coarser classes a map draws."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DRAWN_CLASS", "drawn_class"]

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
