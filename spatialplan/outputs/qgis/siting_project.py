"""Write the QGIS project of a siting run: a .qgz beside its GeoPackage, for QGIS 3.22 and newer.

The layers are those of ``maps/siting.toml``, in groups that draw what they hold without a drawing
order of their own: whoever moves a layer in the tree moves it on the map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_layers, siting_summary, themes
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.qgis import coverage_page, views
from spatialplan.outputs.qgis import layers as qgis_layers
from spatialplan.outputs.qgis.document import Document, shown_bounds
from spatialplan.outputs.qgis.page import Bounds
from spatialplan.outputs.qgis.presets import presets
from spatialplan.outputs.qgis.siting_package import (
    OF_SITING,
    PLAIN,
    TABLES,
    plain_siting_tables,
    siting_tables,
)
from spatialplan.outputs.qgis.tables import CRS
from spatialplan.outputs.qgis.writer import write_document
from spatialplan.outputs.style import read_recipe
from spatialplan.text import Lang, Text

__all__ = ["write_siting_project"]

_DISTRICTS = Text("县区", "Districts")
_LINKS = Text("归属关系", "Assignment")
# From the bottom to the top of the map; of villages what becomes of them, too.
_ORDER = ("districts", "water", "rails", "roads", "places", "links", "siting_villages", "existing",
          "sites")  # fmt: skip
_STATES = ("before", "unservable", "left", "newly")

Frames = Mapping[str, gpd.GeoDataFrame]


def _adapted(layer: Layer, result: SitingResult, frames: Frames) -> Layer:
    """Return a layer of the recipe as the project has it."""
    if layer.source == "villages":  # a printed map must say within which limit they are covered
        limit = result.limit.label
        group = Text(f"{layer.group.zh}（{limit.zh}）", f"{layer.group.en} ({limit.en})")
        return replace(layer, source="siting_villages", group=group)
    if layer.source == "links":
        return replace(layer, group=_LINKS, frame=frames["links"])
    return layer


def _height(layer: Layer) -> tuple[int, int]:
    return _ORDER.index(layer.source), _STATES.index(layer.value) if layer.value else 0


def _drawn(result: SitingResult, basemap: Basemap, frames: Frames, lang: Lang) -> list[Layer]:
    """Return the layers of the project from the bottom to the top."""
    recipe = siting_layers.build_siting_layers(result, basemap, lang)
    return sorted((_adapted(layer, result, frames) for layer in recipe), key=_height)


def _bounds(result: SitingResult, basemap: Basemap, frames: Frames) -> Bounds:
    sources = ("siting_villages", "sites", "existing")
    places = pd.concat([frames[source].geometry for source in sources])
    roads = shapely.box(*basemap.roads.total_bounds)
    return shown_bounds(basemap, places, roads, result.plan.crs)


def _document(result: SitingResult, basemap: Basemap, stored_crs: str, lang: Lang) -> Document:
    frames = siting_tables(result, lang)
    drawn = _drawn(result, basemap, frames, lang)
    groups = qgis_layers.layer_tree(drawn, lang, tables=TABLES)
    plain = plain_siting_tables(result, frames, lang)
    bounds = _bounds(result, basemap, frames)
    villages = frames["siting_villages"]
    served = villages[villages["state"] != "unservable"]
    title = read_recipe("siting").title.say(lang)
    return Document(
        plan=result.plan,
        title=title.replace("{plan}", result.plan.title.say(lang)),
        groups=(*groups, qgis_layers.plain_group(plain, PLAIN, lang)),
        legend=groups,
        bounds=bounds,
        inset=coverage_page.crowded_bounds(served, bounds, result.plan.crs),
        findings=tuple(siting_summary.answer(result, lang)),
        symbols="",
        sources=result.sources,
        notes=result.notes,
        version=result.version,
        bookmarks=views.bookmarks(basemap.districts, _DISTRICTS.say(lang), result.plan.crs),
        relations=OF_SITING,
        stored_crs=stored_crs,
        presets=presets(themes.siting_themes(result, drawn, lang), groups, bounds, result.plan.crs),
    )


def write_siting_project(
    result: SitingResult,
    basemap: Basemap,
    gpkg: Path,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    stored_crs: str = CRS,
) -> None:
    """Write a QGIS project that draws the GeoPackage of a siting run like its web map.

    The folder can be moved as a whole: data are addressed relative to the project. The same input
    and stamp make the same bytes.

    Parameters
    ----------
    gpkg
        The GeoPackage of the same result, in the same folder as `path`.
    path
        The project, ending in ``.qgz``.
    stored_crs
        Of the places in the GeoPackage.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    write_document(_document(result, basemap, stored_crs, lang), gpkg, path, stamp=stamp, lang=lang)
