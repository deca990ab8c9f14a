"""Write the QGIS project: a .qgz beside the GeoPackage, readable by QGIS 3.22 and newer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.verdict import CheckResult
from spatialplan.outputs import layers, summary, wording
from spatialplan.outputs.figures import map_scene
from spatialplan.outputs.qgis import layers as qgis_layers
from spatialplan.outputs.qgis import layout as qgis_layout
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.page import Bounds
from spatialplan.outputs.style import read_recipe
from spatialplan.text import Lang

__all__ = ["write_project"]

_NEAR_M = 100_000.0
_MARGIN = 0.04
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PROPERTIES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "Gui": {  # the ground beyond the districts, as in the figures
            "CanvasColorRedPart": ("int", "236"),
            "CanvasColorGreenPart": ("int", "239"),
            "CanvasColorBluePart": ("int", "241"),
        },
        "SpatialRefSys": {"ProjectionsEnabled": ("int", "1")},
        "Paths": {"Absolute": ("bool", "false")},
        "Measurement": {
            "DistanceUnits": ("QString", "kilometers"),
            "AreaUnits": ("QString", "km2"),
        },
        "PAL": {
            "PlacementEngineVersion": ("int", "1"),
            "TextFormat": ("int", "0"),
            "ShowingPartialsLabels": ("bool", "false"),
        },
    }
)


def _bounds_of(result: CheckResult, basemap: Basemap) -> Bounds:
    """Return what the map shows first, in the plan's CRS: the districts, or else the features."""
    crs = result.plan.crs
    shown = basemap.districts.geometry.to_crs(crs)
    if shown.empty:
        features = layers.features_frame(result).geometry.dropna().to_crs(crs)
        centres = features.representative_point()
        middle = gpd.points_from_xy([np.median(centres.x)], [np.median(centres.y)])[0]
        shown = features[centres.distance(middle) <= _NEAR_M] if len(features) else features
    if shown.empty:
        shown = gpd.GeoSeries([result.network_extent], crs=layers.WGS84).to_crs(crs)
    min_x, min_y, max_x, max_y = (float(value) for value in shown.total_bounds)
    pad = _MARGIN * max(max_x - min_x, max_y - min_y, 1000.0)
    return (min_x - pad, min_y - pad, max_x + pad, max_y + pad)


def _title(result: CheckResult, lang: Lang) -> str:
    recipe = read_recipe("overview")
    return recipe.title.say(lang).replace("{plan}", result.plan.title.say(lang))


def _foot(result: CheckResult, stamp: str, lang: Lang) -> str:
    """Return the line of sources at the foot of the page."""
    owners = "；".join(dict.fromkeys(source.attribution for source in result.sources))
    day = wording.moment(stamp).strftime("%Y-%m-%d")
    if lang == "zh":
        return (
            f"空心符号、虚线为约略位置。资料：{owners}。坐标系 {result.plan.crs}（CGCS2000）。"
            f"{day} 制图，spatialplan {result.version}"
        )
    return (
        f"Hollow symbols and dashed outlines: approximate places. Sources: {owners}. "
        f"CRS {result.plan.crs} (CGCS2000). Drawn {day}, spatialplan {result.version}"
    )


def _add_metadata(root: ET.Element, result: CheckResult, stamp: str, lang: Lang) -> None:
    plan = result.plan
    document = (plan.title.say(lang), plan.number, plan.date, plan.issuer)
    lines = [
        " ".join(part for part in document if part),
        *(
            " · ".join((s.title.say(lang), s.date, s.licence, s.attribution, s.accuracy.say(lang)))
            for s in result.sources
        ),
        *(note.say(lang) for note in result.notes),
    ]
    metadata = qml.child(root, "projectMetadata")
    qml.child(metadata, "identifier", plan.id)
    qml.child(metadata, "language", lang)
    qml.child(metadata, "type", "project")
    qml.child(metadata, "title", _title(result, lang))
    qml.child(metadata, "abstract", "\n".join(lines))
    qml.child(metadata, "links")
    qml.child(metadata, "author", f"spatialplan {result.version}")
    qml.child(metadata, "creation", wording.moment(stamp).strftime("%Y-%m-%dT%H:%M:%S"))


def _add_properties(root: ET.Element) -> None:
    box = qml.child(root, "properties")
    for section, entries in _PROPERTIES.items():
        folder = qml.child(box, section)
        for name, (kind, value) in entries.items():
            qml.child(folder, name, value, type=kind)


def _add_view(root: ET.Element, crs: str, bounds: Bounds) -> None:
    """Append what the map window shows first, for older and for newer QGIS."""
    edges = dict(zip(("xmin", "ymin", "xmax", "ymax"), (f"{b:.3f}" for b in bounds), strict=True))
    canvas = qml.child(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    qml.child(canvas, "units", "meters")
    extent = qml.child(canvas, "extent")
    for name, value in edges.items():
        qml.child(extent, name, value)
    qml.child(canvas, "rotation", "0")
    qgis_xml.add_crs(qml.child(canvas, "destinationsrs"), crs)
    view = qml.child(qml.child(root, "ProjectViewSettings"), "DefaultViewExtent", **edges)
    qgis_xml.add_crs(view, crs)


def _add_page(
    root: ET.Element,
    result: CheckResult,
    basemap: Basemap,
    groups: Sequence[Group],
    gpkg: Path,
    *,
    stamp: str,
    lang: Lang,
) -> None:
    page = qgis_page.plan_page(_bounds_of(result, basemap))
    _, _, width, height = page.inset_box
    scene = map_scene.read_scene(result, basemap, lang)
    findings = [*summary.answer(result, lang), *(note.say(lang) for note in result.notes)]
    text = qgis_page.PageText(
        title=_title(result, lang), findings="\n".join(findings), foot=_foot(result, stamp, lang)
    )  # fmt: skip
    qgis_layout.add_layout(
        qml.child(root, "Layouts"),
        groups,
        gpkg,
        page,
        text,
        inset=map_scene.crowded_bounds(scene, page.extent, width / height),
        crs=result.plan.crs,
        lang=lang,
    )


def _document(
    result: CheckResult, basemap: Basemap, gpkg: Path, stamp: str, lang: Lang
) -> ET.Element:
    title, crs = _title(result, lang), result.plan.crs
    drawn = layers.build_layers(result, basemap, read_recipe("overview"), lang)
    groups = (*qgis_layers.layer_tree(drawn, lang), qgis_layers.table_group(result, lang))
    moment = wording.moment(stamp).strftime("%Y-%m-%dT%H:%M:%S")
    root = ET.Element(
        "qgis", {"projectname": wording.clean(title), "version": "3.22.16", "saveDateTime": moment}
    )
    qml.child(root, "homePath", path="")
    qml.child(root, "title", title)
    qgis_xml.add_crs(qml.child(root, "projectCrs"), crs)
    qgis_xml.add_tree(root, groups, gpkg)
    _add_view(root, crs, _bounds_of(result, basemap))
    qgis_xml.add_layers(root, groups, gpkg, lang)
    _add_properties(root)
    _add_metadata(root, result, stamp, lang)
    _add_page(root, result, basemap, groups, gpkg, stamp=stamp, lang=lang)
    return root


def write_project(
    result: CheckResult,
    basemap: Basemap,
    gpkg: Path,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
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

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    document = qml.to_text(_document(result, basemap, gpkg, stamp, lang))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(f"{path.stem}.qgs", _ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, document)
    files.write_bytes(path, buffer.getvalue())
