"""Print every layout of a project in real QGIS and say as JSON what it found.

Usage: ``qgis_sheets_check.py PROJECT OUT_FOLDER``, run by the system's Python. Writes a PDF for
each layout and each page of an atlas. Imports nothing of the package.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutObject,
    QgsProject,
    QgsRenderContext,
)


def settings():
    """Return how to print: letters stay letters."""
    found = QgsLayoutExporter.PdfExportSettings()
    found.textRenderFormat = QgsRenderContext.TextFormatAlwaysText
    return found


def describe_map(item):
    """Return what a map of a layout shows."""
    grid = item.grid() if item.grids().size() else None
    sides = ("Left", "Right", "Bottom", "Top")
    shown = [
        side
        for side in sides
        if grid and grid.annotationDisplay(getattr(grid, side)) == grid.ShowAll
    ]
    frames = [item.overviews().overview(n).linkedMap() for n in range(item.overviews().size())]
    return {
        "layers": [layer.id() for layer in item.layersToRender()],
        "theme": item.followVisibilityPresetName() if item.followVisibilityPreset() else "",
        "crs": item.crs().authid(),
        "extent": item.extent().toRectF().getCoords(),
        "scale": item.scale(),
        "grid": grid.intervalX() if grid and grid.enabled() else 0,
        "numbered": shown,
        "upright": [
            s for s in shown if grid.annotationDirection(getattr(grid, s)) == grid.Vertical
        ],
        "frames": [linked.id() if linked else None for linked in frames],
        "kept_clear": sorted(
            other.id()
            for other in item.layout().items()
            if isinstance(other, QgsLayoutItem) and item.isLabelBlockingItem(other)
        ),
    }


def describe_bar(bar):
    """Return kilometres of a segment, how many there are, and the length of the bar on the page."""
    width = bar.linkedMap().rect().width()
    metres = bar.linkedMap().extent().width()
    segments = bar.numberOfSegments()
    length = bar.unitsPerSegment() * 1000 * segments / metres * width
    return {"map": bar.linkedMap().id(), "km": bar.unitsPerSegment(), "mm": length}


def grid_intervals(layout):
    """Return the metres between the lines of an atlas' grid at maps of several widths."""
    found = []
    for width in (700, 9_000, 14_000, 29_000, 60_000, 100_000, 300_000):
        grid = layout.itemById("map").grid()
        context = grid.createExpressionContext()
        context.lastScope().setVariable("map_extent_width", width)
        both = (QgsLayoutObject.MapGridIntervalX, QgsLayoutObject.MapGridIntervalY)
        values = [grid.dataDefinedProperties().property(key).value(context)[0] for key in both]
        found.append([width, *values])
    return found


def describe_legend(item):
    """Return by layer of a legend the labels of its symbols."""
    model = item.model()
    return {
        node.layerId(): [symbol.data(0) for symbol in model.layerLegendNodes(node)]
        for node in model.rootGroup().findLayers()
    }


def classes(layer):
    """Return the labels of a layer's symbols, none for a layer with one."""
    renderer = layer.renderer() if layer.type() == layer.VectorLayer else None
    if renderer is None or renderer.type() == "singleSymbol":
        return []
    return [symbol.label() for symbol in renderer.legendSymbolItems()]


def boxes(layout):
    """Return where each named item lies on the page."""
    named = [item for item in layout.items() if hasattr(item, "id") and item.id()]
    return {i.id(): i.mapRectToScene(i.rect()).getCoords() for i in named}


def describe(project, layout):
    """Return what the tests assert of a layout."""
    page = layout.pageCollection().page(0).pageSize()
    themes = project.mapThemeCollection()
    maps = {i.id(): describe_map(i) for i in layout.items() if isinstance(i, QgsLayoutItemMap)}
    legend = next(i for i in layout.items() if isinstance(i, QgsLayoutItemLegend))
    theme = maps["map"]["theme"]
    return {
        "page": [page.width(), page.height()],
        "maps": maps,
        "theme_layers": themes.mapThemeVisibleLayerIds(theme) if theme else [],
        "legend": describe_legend(legend),
        "boxes": boxes(layout),
        "bars": [describe_bar(i) for i in layout.items() if isinstance(i, QgsLayoutItemScaleBar)],
    }


def print_pages(atlas, folder):
    """Print every page of an atlas; return what each is called, and the scale of its map."""
    layout, found = atlas.layout(), []
    atlas.beginRender()
    going = atlas.first()
    while going:
        exporter = QgsLayoutExporter(layout)
        name = f"atlas-{len(found)}.pdf"
        done = exporter.exportToPdf(str(folder / name), settings()) == QgsLayoutExporter.Success
        extent = layout.itemById("map").extent()
        found.append(
            {
                "file": name,
                "exported": done,
                "called": atlas.currentFilename(),
                "name": atlas.nameForPage(len(found)),
                "scale": layout.itemById("map").scale(),
                "extent": extent.toRectF().getCoords(),
                "legend": describe_legend(layout.itemById("legend")),
                "bar": describe_bar(layout.itemById("map-scale")),
                "title": layout.itemById("title").currentText(),
                "note": layout.itemById("note").currentText(),
            }
        )
        going = atlas.next()
    atlas.endRender()
    return found


def main():
    """Open, describe, print."""
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    application = QgsApplication([], False)
    application.initQgis()
    messages = []
    application.messageLog().messageReceived.connect(
        lambda text, tag, level: messages.append(f"{tag}: {text}") if level else None
    )
    project = QgsProject.instance()
    report = {"opened": project.read(str(path)), "layouts": {}, "pages": None}
    for number, layout in enumerate(project.layoutManager().printLayouts()):
        if layout.atlas().enabled():
            report["pages"] = print_pages(layout.atlas(), folder)
            found = describe(project, layout)
            found["grids"] = grid_intervals(layout)
        else:
            answer = QgsLayoutExporter(layout).exportToPdf(
                str(folder / f"layout-{number}.pdf"), settings()
            )
            found = describe(project, layout)
            found["exported"] = answer == QgsLayoutExporter.Success
            found["file"] = f"layout-{number}.pdf"
        report["layouts"][layout.name()] = found
    report["classes"] = {key: classes(layer) for key, layer in project.mapLayers().items()}
    report["shapes"] = {
        key: layer.geometryType() if layer.type() == layer.VectorLayer else None
        for key, layer in project.mapLayers().items()
    }
    report["messages"] = messages
    print(json.dumps(report, ensure_ascii=False))  # noqa: T201 - the answer
    sys.stdout.flush()
    project.clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
