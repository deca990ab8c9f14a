"""The document of a QGIS project: what every kind of run writes into its .qgz."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.plan import Plan
from spatialplan.model.source import Provenance
from spatialplan.outputs import layers, wording
from spatialplan.outputs.qgis import layout as qgis_layout
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.page import Bounds, Page
from spatialplan.text import Lang, Text

__all__ = ["Document", "shown_bounds", "write_document"]

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


def _foot(document: Document, stamp: str, lang: Lang) -> str:
    """Return the line of sources at the foot of the page."""
    owners = "；".join(dict.fromkeys(source.attribution for source in document.sources))
    day = wording.moment(stamp).strftime("%Y-%m-%d")
    crs, version = document.plan.crs, document.version
    if lang == "zh":
        return (
            f"{document.symbols}资料：{owners}。坐标系 {crs}（CGCS2000）。"
            f"{day} 制图，spatialplan {version}"
        )
    symbols = f"{document.symbols} " if document.symbols else ""
    return f"{symbols}Sources: {owners}. CRS {crs} (CGCS2000). Drawn {day}, spatialplan {version}"


def _add_metadata(root: ET.Element, document: Document, stamp: str, lang: Lang) -> None:
    plan = document.plan
    about = (plan.title.say(lang), plan.number, plan.date, plan.issuer)
    lines = [
        " ".join(part for part in about if part),
        *(
            " · ".join((s.title.say(lang), s.date, s.licence, s.attribution, s.accuracy.say(lang)))
            for s in document.sources
        ),
        *(note.say(lang) for note in document.notes),
    ]
    metadata = qml.child(root, "projectMetadata")
    qml.child(metadata, "identifier", plan.id)
    qml.child(metadata, "language", lang)
    qml.child(metadata, "type", "project")
    qml.child(metadata, "title", document.title)
    qml.child(metadata, "abstract", "\n".join(lines))
    qml.child(metadata, "links")
    qml.child(metadata, "author", f"spatialplan {document.version}")
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


def _add_page(root: ET.Element, document: Document, gpkg: Path, stamp: str, lang: Lang) -> None:
    notes = [note.say(lang) for note in document.notes]
    beside = notes if document.page.notes_mm else []
    below = [] if beside else notes
    text = qgis_page.PageText(
        title=document.title,
        findings="\n".join([*document.findings, *below]),
        foot=_foot(document, stamp, lang),
        notes="\n".join(beside),
    )
    qgis_layout.add_layout(
        qml.child(root, "Layouts"),
        document.legend,
        gpkg,
        document.page,
        text,
        inset=document.inset,
        crs=document.plan.crs,
        lang=lang,
    )


def _root(document: Document, gpkg: Path, stamp: str, lang: Lang) -> ET.Element:
    title, crs = document.title, document.plan.crs
    moment = wording.moment(stamp).strftime("%Y-%m-%dT%H:%M:%S")
    root = ET.Element(
        "qgis", {"projectname": wording.clean(title), "version": "3.22.16", "saveDateTime": moment}
    )
    qml.child(root, "homePath", path="")
    qml.child(root, "title", title)
    qgis_xml.add_crs(qml.child(root, "projectCrs"), crs)
    qgis_xml.add_tree(root, document.groups, gpkg)
    _add_view(root, crs, document.bounds)
    qgis_xml.add_layers(root, document.groups, gpkg, lang)
    _add_properties(root)
    _add_metadata(root, document, stamp, lang)
    _add_page(root, document, gpkg, stamp, lang)
    return root


def write_document(document: Document, gpkg: Path, path: Path, *, stamp: str, lang: Lang) -> None:
    """Write a project as .qgz; the same document and stamp make the same bytes.

    Parameters
    ----------
    gpkg
        The GeoPackage that holds its tables, in the same folder as `path`.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    text = qml.to_text(_root(document, gpkg, stamp, lang))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(f"{path.stem}.qgs", _ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, text)
    files.write_bytes(path, buffer.getvalue())
