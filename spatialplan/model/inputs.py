"""What a check looks at besides the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from spatialplan.model.network import StreetNetwork
from spatialplan.model.source import Provenance
from spatialplan.model.village import Village
from spatialplan.text import Text

__all__ = ["Inputs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Roads, things, areas and villages; frames and boundaries in WGS-84.

    Attributes
    ----------
    network
        In the plan's CRS.
    objects
        Named things that features are looked for among: ``osm_id``, ``name``, other names,
        ``kind``, ``category``, ``accuracy_m``, ``source``.
    districts
        ``adcode``, ``name`` and polygons of the plan's area.
    boundaries
        Polygons by the codes that the plan's features refer to.
    villages
        Rows in are rows out.
    water, rails
        Background of the maps.
    notes
        What was left out of the source, in words.
    categories
        What readers call each ``category`` of the objects, in the order of precedence.
    """

    network: StreetNetwork
    objects: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    boundaries: Mapping[str, BaseGeometry]
    villages: tuple[Village, ...]
    water: gpd.GeoDataFrame
    rails: gpd.GeoDataFrame
    sources: tuple[Provenance, ...]
    notes: tuple[Text, ...] = ()
    categories: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
