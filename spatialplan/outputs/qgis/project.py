"""Write the QGIS project of a plan check: a .qgz beside the GeoPackage, for QGIS 3.22 and newer."""

from __future__ import annotations

from pathlib import Path

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import layers, summary, themes
from spatialplan.outputs.figures import map_scene
from spatialplan.outputs.qgis import layers as qgis_layers
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis import views
from spatialplan.outputs.qgis.atlas import atlas_groups
from spatialplan.outputs.qgis.document import Document, shown_bounds
from spatialplan.outputs.qgis.presets import presets
from spatialplan.outputs.qgis.relations import OF_CHECK
from spatialplan.outputs.qgis.tables import CRS
from spatialplan.outputs.qgis.writer import write_document
from spatialplan.outputs.style import read_recipe
from spatialplan.outputs.township_frames import check_townships
from spatialplan.text import Lang, Text

__all__ = ["write_project"]

_INSET_ASPECT = 1.2  # about that of the inset on the page
_DISTRICTS = Text("县区", "Districts")
_SYMBOLS = Text(
    "空心符号、虚线为约略位置。", "Hollow symbols and dashed outlines: approximate places."
)


def _document(result: CheckResult, basemap: Basemap, stored_crs: str, lang: Lang) -> Document:
    recipe = read_recipe("overview")
    drawn = layers.build_layers(result, basemap, recipe, lang)
    groups = qgis_layers.layer_tree(drawn, lang)
    places = layers.features_frame(result).geometry
    bounds = shown_bounds(basemap, places, result.network_extent, result.plan.crs)
    extent = qgis_page.plan_page(bounds).extent
    scene = map_scene.read_scene(result, basemap, lang)
    return Document(
        plan=result.plan,
        title=recipe.title.say(lang).replace("{plan}", result.plan.title.say(lang)),
        groups=(
            *groups,
            *atlas_groups(check_townships(result, basemap, lang), lang),
            qgis_layers.table_group(result, lang),
        ),
        legend=groups,
        bounds=bounds,
        inset=map_scene.crowded_bounds(scene, extent, _INSET_ASPECT),
        findings=tuple(summary.answer(result, lang)),
        symbols=_SYMBOLS.say(lang),
        sources=result.sources,
        notes=result.notes,
        version=result.version,
        bookmarks=views.bookmarks(basemap.districts, _DISTRICTS.say(lang), result.plan.crs),
        relations=OF_CHECK,
        stored_crs=stored_crs,
        presets=presets(themes.check_themes(result, drawn, lang), groups, bounds, result.plan.crs),
    )


def write_project(
    result: CheckResult,
    basemap: Basemap,
    gpkg: Path,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    stored_crs: str = CRS,
) -> None:
    """Write a QGIS project that draws the GeoPackage like the web map.

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
