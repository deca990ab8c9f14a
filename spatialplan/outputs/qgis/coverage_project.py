"""Write the QGIS project of a coverage run: a .qgz beside its GeoPackage, for QGIS 3.22 and newer.

The layers are those of ``maps/coverage.toml``, in groups that draw what they hold without a
drawing order of their own: whoever moves a layer in the tree moves it on the map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import coverage_layers, coverage_summary, themes
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.qgis import coverage_page, views
from spatialplan.outputs.qgis import layers as qgis_layers
from spatialplan.outputs.qgis.atlas import atlas_groups
from spatialplan.outputs.qgis.coverage_package import (
    PLAIN,
    TABLES,
    coverage_tables,
    plain_coverage_tables,
)
from spatialplan.outputs.qgis.document import Document, shown_bounds
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.presets import presets
from spatialplan.outputs.qgis.relations import OF_COVERAGE
from spatialplan.outputs.qgis.tables import CRS
from spatialplan.outputs.qgis.thematic import thematic_groups
from spatialplan.outputs.qgis.writer import write_document
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.outputs.township_frames import coverage_townships
from spatialplan.text import Lang, Text

__all__ = ["write_coverage_project"]

_GROUND = Text("底图", "Basemap")
_DISTRICTS = Text("县区", "Districts")
_ROUTES = Text("配送路径", "Delivery routes")
_AREAS = Text("服务范围", "Service areas")
# From the bottom to the top of the map: what a scenario closes is crossed out over its symbol. Of
# sources that are split by a value, the values too.
_ORDER = ("districts", "areas", "facility_areas", "catchments", "water", "rails", "roads", "places",
          "paths", "legs", "accessibility", "village_services", "facilities", "changes",
          "steps")  # fmt: skip
_VALUES = ("length", "time", *reversed(coverage_layers.MEASURES),
           "covered", "no_data", "unroutable", "uncertain", "not_covered",
           "other", "farther", "nearer", "loses", "gains",
           "point", "station", "hub")  # fmt: skip
_GROUPS = {
    "districts": _DISTRICTS,
    "areas": _AREAS,
    "facility_areas": _AREAS,
    "catchments": _AREAS,
    "paths": _ROUTES,
    "legs": _ROUTES,
}
_BY_LIMIT = ("village_services", "changes", "steps")
_BY_FACILITY = Text("各网点的服务范围", "Service areas by facility")


def _extra(frames: Mapping[str, gpd.GeoDataFrame], source: str, label: Text) -> list[Layer]:
    """Return a layer that the web map draws only for one village or facility, off here."""
    frame = frames[source]
    placed = frame[frame.geometry.notna()]
    if placed.empty:
        return []
    return [
        Layer(
            id=source,
            source=source,
            value="",
            group=_GROUPS[source],
            label=label,
            frame=placed.reset_index(drop=True),
            visible=False,
            labels=False,
        )
    ]


def _adapted(layer: Layer, result: CoverageResult) -> Layer:
    """Return a layer of the recipe as the project has it."""
    source = "village_services" if layer.source == "villages" else layer.source
    group = _GROUPS.get(source, layer.group)
    if source in _BY_LIMIT:  # a printed map must say which of the limits it shows
        limit = result.limits[0].label
        group = Text(f"{group.zh}（{limit.zh}）", f"{group.en} ({limit.en})")
    layer = replace(layer, source=source, group=group)
    if source == "areas":  # minutes and kilometres over one another would be mud
        return replace(layer, visible=layer.value == result.limits[0].by)
    return replace(layer, labels=True) if source == "steps" else layer


def _drawn(
    result: CoverageResult, basemap: Basemap, frames: Mapping[str, gpd.GeoDataFrame], lang: Lang
) -> list[Layer]:
    """Return the layers of the project from the bottom to the top."""
    recipe = coverage_layers.build_coverage_layers(result, basemap, lang)
    chain = read_style().paths["chain"].label
    layers = [
        *(_adapted(layer, result) for layer in recipe),
        *_extra(frames, "facility_areas", _BY_FACILITY),
        *_extra(frames, "legs", chain),
    ]

    return sorted(layers, key=_height)


def _height(layer: Layer) -> tuple[int, int]:
    return _ORDER.index(layer.source), _VALUES.index(layer.value) if layer.value else 0


def _legend(groups: Sequence[Group], lang: Lang) -> tuple[Group, ...]:
    """Return the groups for the printed legend, the basemap as one group at the end."""
    ground = [g for g in groups if g.name in (_GROUND.say(lang), _DISTRICTS.say(lang))]
    others = [group for group in groups if group not in ground]
    children = tuple(node for group in ground for node in group.children)
    if not ground:
        return tuple(others)
    return (*others, replace(ground[0], name=_GROUND.say(lang), children=children))


def _document(result: CoverageResult, basemap: Basemap, stored_crs: str, lang: Lang) -> Document:
    frames = coverage_tables(result, lang)
    drawn = _drawn(result, basemap, frames, lang)
    only = {"changes": f"\"limit\" = '{result.limits[0].key}'"}
    groups = qgis_layers.layer_tree(drawn, lang, tables=TABLES, only=only)
    plain = plain_coverage_tables(result, frames, lang)
    names = {table: said for table, said in PLAIN.items() if table in plain}
    places = pd.concat([frames["village_services"].geometry, frames["facilities"].geometry])
    bounds = shown_bounds(basemap, places, result.network_extent, result.plan.crs)
    title = read_recipe("coverage").title.say(lang)
    townships = coverage_townships(result, basemap, lang)
    return Document(
        plan=result.plan,
        title=title.replace("{plan}", result.plan.title.say(lang)),
        groups=(
            *groups,
            *thematic_groups(townships, frames["facilities"], lang),
            *atlas_groups(townships, lang),
            qgis_layers.plain_group(plain, names, lang),
        ),
        legend=_legend(groups, lang),
        bounds=bounds,
        inset=coverage_page.crowded_bounds(frames["village_services"], bounds, result.plan.crs),
        findings=tuple(coverage_summary.answer(result, lang)),
        symbols="",
        sources=result.sources,
        notes=result.notes,
        version=result.version,
        bookmarks=views.bookmarks(basemap.districts, _DISTRICTS.say(lang), result.plan.crs),
        relations=OF_COVERAGE,
        stored_crs=stored_crs,
        presets=presets(
            themes.coverage_themes(result, drawn, lang), groups, bounds, result.plan.crs
        ),
    )


def write_coverage_project(
    result: CoverageResult,
    basemap: Basemap,
    gpkg: Path,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    stored_crs: str = CRS,
) -> None:
    """Write a QGIS project that draws the GeoPackage of a coverage run like its web map.

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
