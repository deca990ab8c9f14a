"""The light basemap drawn under the plan: districts, water, roads, rail, places."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

__all__ = ["Basemap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """Frames in WGS-84, each with the columns named here; frames may be empty.

    Attributes
    ----------
    districts
        ``adcode``, ``name``; polygons.
    water
        ``class`` (``river`` line, ``bank``/``lake`` polygon), ``name``.
    roads
        ``class`` (a key of ``[basemap.roads]`` in ``maps/style.toml``), ``ref``, ``name``; lines.
    rails
        ``class``; lines.
    places
        ``name``, ``kind`` (township, station, town), ``accuracy_m``, ``source``; points.
    """

    districts: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    rails: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
