"""What a QGIS project shows and says, whatever kind of run it is of."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from spatialplan.model.basemap import Basemap
from spatialplan.model.plan import Plan
from spatialplan.model.source import Provenance
from spatialplan.outputs import layers
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.page import Bounds
from spatialplan.outputs.qgis.relations import Relation
from spatialplan.outputs.qgis.tables import CRS
from spatialplan.text import Text

__all__ = ["Bookmark", "Document", "Preset", "shown_bounds"]

_NEAR_M = 100_000.0
_MARGIN = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A theme of the project: what its map shows, and what its page says.

    Attributes
    ----------
    id
        Unique in the project, ASCII.
    text
        The paragraphs of the theme.
    layers
        Ids of the project layers that it shows.
    bounds
        What its map shows, in the plan's CRS.
    """

    id: str
    title: str
    text: tuple[str, ...]
    layers: tuple[str, ...]
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A place to look at, in the plan's CRS."""

    name: str
    group: str
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a project shows and says.

    Attributes
    ----------
    groups
        The layer tree; the map draws it from the top to the bottom.
    legend
        The groups that the printed legend shows, in its order.
    bounds
        What the map shows first, in the plan's CRS.
    inset
        What the page of the first theme enlarges, in the plan's CRS; None for nothing.
    findings
        The paragraphs below the map on the page of the first theme.
    symbols
        The sentence at the foot that explains symbols beyond the legend, empty for none.
    presets
        The themes of the map, as the web map offers them.
    relations
        Between plain tables; the layers of the same source take part in them.
    stored_crs
        Of the places in the GeoPackage.
    """

    plan: Plan
    title: str
    groups: tuple[Group, ...]
    legend: tuple[Group, ...]
    bounds: Bounds
    inset: Bounds | None
    findings: tuple[str, ...]
    symbols: str
    sources: tuple[Provenance, ...]
    notes: tuple[Text, ...]
    version: str
    presets: tuple[Preset, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    relations: tuple[Relation, ...] = ()
    stored_crs: str = CRS


def shown_bounds(basemap: Basemap, places: gpd.GeoSeries, extent: BaseGeometry, crs: str) -> Bounds:
    """Return what the map shows first, in `crs`: the districts, or else the places.

    Parameters
    ----------
    places
        What the run is about, with missing values for what has no place; far ones are left out.
    extent
        Of the roads, WGS-84, shown where there are neither districts nor places.
    """
    shown = basemap.districts.geometry.to_crs(crs)
    placed = places.dropna().to_crs(crs)
    if shown.empty and len(placed):
        centres = placed.representative_point()
        middle = gpd.points_from_xy([np.median(centres.x)], [np.median(centres.y)])[0]
        shown = placed[centres.distance(middle) <= _NEAR_M]
    if shown.empty:
        shown = gpd.GeoSeries([extent], crs=layers.WGS84).to_crs(crs)
    min_x, min_y, max_x, max_y = (float(value) for value in shown.total_bounds)
    pad = _MARGIN * max(max_x - min_x, max_y - min_y, 1000.0)
    return (min_x - pad, min_y - pad, max_x + pad, max_y + pad)
