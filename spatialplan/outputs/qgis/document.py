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
from spatialplan.outputs.qgis.page import Bounds, Page
from spatialplan.text import Text

__all__ = ["Document", "Preset", "shown_bounds"]

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
class Document:
    """What a project shows and says.

    Attributes
    ----------
    groups
        The layer tree; the map draws it from the top to the bottom.
    legend
        The groups that the printed legend shows, in its order.
    bounds
        What the map shows first, in the plan's CRS; `page` must show the same.
    inset
        The window that the page enlarges, in the plan's CRS and the inset's proportions.
    findings
        The paragraphs below the printed map; the notes follow them where `page` has no own place.
    symbols
        The sentence at the foot that explains symbols beyond the legend, empty for none.
    presets
        The themes of the map, as the web map offers them.
    """

    plan: Plan
    title: str
    groups: tuple[Group, ...]
    legend: tuple[Group, ...]
    bounds: Bounds
    page: Page
    inset: Bounds | None
    findings: tuple[str, ...]
    symbols: str
    sources: tuple[Provenance, ...]
    notes: tuple[Text, ...]
    version: str
    presets: tuple[Preset, ...] = ()


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
