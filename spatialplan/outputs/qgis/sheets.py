"""The printed sheets of a QGIS project: which pages there are and what each says."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from spatialplan.outputs import wording
from spatialplan.outputs.qgis import layout as qgis_layout
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis.document import Document
from spatialplan.text import Lang

__all__ = ["add_sheets"]


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


def add_sheets(root: ET.Element, document: Document, gpkg: Path, stamp: str, lang: Lang) -> None:
    """Append the print layouts to a project."""
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
