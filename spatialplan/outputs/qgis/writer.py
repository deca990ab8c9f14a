"""Write a project of QGIS as .qgz, from what its document tells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from spatialplan import files
from spatialplan.outputs import wording
from spatialplan.outputs.qgis import forms, online, qml, sheets, views
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.document import Document
from spatialplan.outputs.qgis.page import Bounds
from spatialplan.text import Lang

__all__ = ["ZIP_DATE", "write_document"]

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
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


def _root(document: Document, gpkg: Path, stamp: str, lang: Lang) -> ET.Element:
    title, crs = document.title, document.plan.crs
    moment = wording.moment(stamp).strftime("%Y-%m-%dT%H:%M:%S")
    root = ET.Element(
        "qgis", {"projectname": wording.clean(title), "version": "3.22.16", "saveDateTime": moment}
    )
    qml.child(root, "homePath", path="")
    qml.child(root, "title", title)
    qgis_xml.add_crs(qml.child(root, "projectCrs"), crs)
    tree = qgis_xml.add_tree(root, document.groups, gpkg)
    online.add_online_tree(tree, lang)
    qml.child(tree, "custom-order", enabled="0")
    _add_view(root, crs, document.bounds)
    links = forms.links(document.relations, document.groups)
    forms.add_relations(root, links, lang)
    stored = qgis_xml.Stored(gpkg=gpkg, crs=document.stored_crs)
    layers = qgis_xml.add_layers(root, document.groups, stored, links, lang)
    online.add_online_layers(layers, lang)
    order = qml.child(root, "layerorder")
    for layer in layers.iterfind("maplayer/id"):
        qml.child(order, "layer", id=layer.text or "")
    views.add_map_themes(root, document.presets, document.groups)
    views.add_bookmarks(root, document.bookmarks, crs)
    _add_properties(root)
    _add_metadata(root, document, stamp, lang)
    sheets.add_sheets(root, document, gpkg, stamp, lang)
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
        entry = zipfile.ZipInfo(f"{path.stem}.qgs", ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, text)
    files.write_bytes(path, buffer.getvalue())
