"""The printed sheets of a QGIS project: two for each theme, and the atlas of its townships."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from spatialplan.outputs import wording
from spatialplan.outputs.qgis import atlas, qml
from spatialplan.outputs.qgis import legend as qgis_legend
from spatialplan.outputs.qgis.document import Document, Preset
from spatialplan.outputs.qgis.layers import flat
from spatialplan.outputs.qgis.layout import Sheet, add_sheet
from spatialplan.outputs.qgis.page import PAPERS
from spatialplan.outputs.qgis.presets import preset_name
from spatialplan.text import Lang

__all__ = ["add_sheets"]

_OF_THE_ATLAS = "villages"  # the theme whose map the atlas shows


def _foot(document: Document, stamp: str, lang: Lang) -> str:
    """Return the line of sources at the foot of the page."""
    owners = "；".join(dict.fromkeys(source.attribution for source in document.sources))
    day = wording.moment(stamp).strftime("%Y-%m-%d")
    crs, version = document.plan.crs, document.version
    if lang == "zh":
        return (
            f"{document.symbols}资料：{owners}。坐标系 {crs}（CGCS2000），方里网以公里计。"
            f"{day} 制图，spatialplan {version}"
        )
    symbols = f"{document.symbols} " if document.symbols else ""
    return (
        f"{symbols}Sources: {owners}. CRS {crs} (CGCS2000), grid in kilometres. "
        f"Drawn {day}, spatialplan {version}"
    )


def _sheet(document: Document, preset: Preset, foot: str, lang: Lang) -> Sheet:
    """Return the page of a theme; the first says the findings and enlarges where places crowd."""
    is_first = preset is document.presets[0]
    name = preset_name(preset, document.presets)
    return Sheet(
        id=preset.id,
        name=name,
        theme=name,
        title=document.title,
        subtitle=preset.title,
        text="\n".join(document.findings if is_first else preset.text),
        notes="\n".join(note.say(lang) for note in document.notes),
        foot=foot,
        layers=tuple(layer for layer in flat(document.groups) if layer.id in preset.layers),
        legend=qgis_legend.themed(document.legend, preset.layers),
        bounds=preset.bounds,
        inset=document.inset if is_first else None,
    )


def add_sheets(root: ET.Element, document: Document, gpkg: Path, stamp: str, lang: Lang) -> None:
    """Append the print layouts to a project."""
    box = qml.child(root, "Layouts")
    foot, crs = _foot(document, stamp, lang), document.plan.crs
    sheets = [_sheet(document, preset, foot, lang) for preset in document.presets]
    for sheet in sheets:
        for paper in PAPERS:
            add_sheet(box, sheet, paper, gpkg, crs=crs, lang=lang)
    leaves = atlas.atlas_layer(document.groups)
    if leaves is not None and sheets:
        shown = next((sheet for sheet in sheets if sheet.id == _OF_THE_ATLAS), sheets[0])
        atlas.add_atlas(box, shown, leaves, gpkg, crs=crs, lang=lang)
