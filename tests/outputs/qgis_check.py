"""Open a project in real QGIS and say as JSON what it found; run by the system's Python.

Usage: ``qgis_check.py PROJECT OUT_FOLDER``. Writes ``map.png`` and ``layout.pdf`` into the folder
and prints one JSON object. Imports nothing of the package.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsLayoutExporter,
    QgsMapLayerType,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def describe_renderer(layer):
    """Return the renderer's type and its classes as pairs of value and label."""
    renderer = layer.renderer()
    if renderer is None:
        return {"type": None, "classes": []}
    classes = []
    if renderer.type() == "categorizedSymbol":
        classes = [[str(c.value()), c.label()] for c in renderer.categories()]
    if renderer.type() == "RuleRenderer":
        rules = renderer.rootRule().children()
        classes = [[rule.filterExpression(), rule.label()] for rule in rules]
    symbols = renderer.symbols(QgsRenderContext())
    return {
        "type": renderer.type(),
        "classes": classes,
        "colors": sorted({symbol.color().name() for symbol in symbols}),
        "angles": sorted({s.symbolLayer(0).properties().get("angle", "") for s in symbols}),
        "shapes": sorted({s.symbolLayer(0).properties().get("name", "") for s in symbols}),
    }


def describe_fields(layer):
    """Return aliases and value maps by column."""
    found = {}
    for index, field in enumerate(layer.fields()):
        setup = layer.editorWidgetSetup(index)
        pairs = setup.config().get("map", []) if setup.type() == "ValueMap" else []
        found[field.name()] = {
            "alias": layer.attributeAlias(index),
            "words": {value: label for pair in pairs for label, value in pair.items()},
        }
    return found


def undrawn(layer):
    """Return how many features no symbol of the renderer draws."""
    if not layer.isSpatial():
        return 0
    context = QgsRenderContext()
    context.setExpressionContext(
        QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    )
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    missing = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        missing += not renderer.willRenderFeature(feature, context)
    renderer.stopRender(context)
    return missing


def map_tips(layer):
    """Return the first five map tips as the user would see them."""
    tips = []
    for feature in layer.getFeatures(QgsFeatureRequest().setLimit(5)):
        context = QgsExpressionContext(
            QgsExpressionContextUtils.globalProjectLayerScopes(layer)  # taken over by the context
        )
        context.setFeature(feature)
        context.setFields(layer.fields())
        tips.append(QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context))
    return tips


def describe_layer(layer):
    """Return everything the tests assert of a layer."""
    labels = layer.labeling().settings() if layer.labelsEnabled() else None
    text = labels.format() if labels else None  # each part is held: QGIS frees it otherwise
    font = text.font() if text else None
    buffer = text.buffer() if text else None
    names = layer.fields().names()
    return {
        "name": layer.name(),
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "spatial": layer.isSpatial(),
        "crs": layer.crs().authid(),
        "source": layer.source(),
        "renderer": describe_renderer(layer),
        "undrawn": undrawn(layer),
        "labels": bool(labels),
        "font": font.family() if font else "",
        "halo": buffer.enabled() if buffer else False,
        "label_scale": labels.minimumScale if labels and labels.scaleVisibility else 0,
        "fields": describe_fields(layer),
        "display": layer.displayExpression(),
        "names": [f["name"] for f in layer.getFeatures()] if "name" in names else [],
        "tips": map_tips(layer),
        "extent": layer.extent().toRectF().getRect() if layer.isSpatial() else [],
    }


def describe_tree(group):
    """Return the layer tree as nested lists of name, visibility and children."""
    return [
        [node.name(), node.itemVisibilityChecked(), describe_tree(node)]
        if hasattr(node, "findLayers")
        else [node.name(), node.itemVisibilityChecked(), node.layerId()]
        for node in group.children()
    ]


def render(project, path):
    """Draw the default view as the map window would."""
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setOutputSize(QSize(1600, 1200))
    settings.setOutputDpi(120)
    settings.setLabelingEngineSettings(project.labelingEngineSettings())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))
    return [error.message for error in job.errors()]


def describe_layouts(project, folder):
    """Export the first print layout to PDF; return name, page size, items and the exporter's answer."""
    found = []
    for layout in project.layoutManager().printLayouts()[:1]:
        answer = QgsLayoutExporter(layout).exportToPdf(
            str(folder / "layout.pdf"), QgsLayoutExporter.PdfExportSettings()
        )
        page = layout.pageCollection().page(0).pageSize()
        found.append(
            {
                "name": layout.name(),
                "page": [page.width(), page.height()],
                "items": sorted(i.id() for i in layout.items() if hasattr(i, "id") and i.id()),
                "map_layers": len(layout.itemById("map").layersToRender()),
                "map_crs": layout.itemById("map").crs().authid(),
                "map_scale": layout.itemById("map").scale(),
                "legend_height": layout.itemById("legend").sizeWithUnits().height(),
                "legend_width": layout.itemById("legend").sizeWithUnits().width(),
                "exported": answer == QgsLayoutExporter.Success,
            }
        )
    return found


def describe_default_styles(gpkg):
    """Return by table whether a layer dragged from the GeoPackage takes its stored style."""
    found = {}
    whole = QgsVectorLayer(str(gpkg), "all", "ogr")
    for sub in whole.dataProvider().subLayers():
        table = sub.split("!!::!!")[1]
        layer = QgsVectorLayer(f"{gpkg}|layername={table}", table, "ogr")
        if layer.isValid() and layer.isSpatial():
            _, applied = layer.loadDefaultStyle()
            found[table] = [applied, layer.renderer().type(), layer.mapTipTemplate() != ""]
    return found


def main():
    """Open, describe, render, print."""
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    application = QgsApplication([], False)
    application.initQgis()
    messages = []
    application.messageLog().messageReceived.connect(
        lambda text, tag, level: messages.append(f"{tag}: {text}") if level else None
    )
    project = QgsProject.instance()
    opened = project.read(str(path))
    root = project.layerTreeRoot()
    report = {
        "opened": opened,
        "error": project.error(),
        "title": project.title(),
        "crs": project.crs().authid(),
        "crs_valid": project.crs().isValid(),
        "background": project.backgroundColor().name(),
        "metadata": project.metadata().abstract(),
        "view": project.viewSettings().defaultViewExtent().toRectF().getRect(),
        "tree": describe_tree(root),
        "in_tree": len(root.findLayers()),
        "layers": {
            key: describe_layer(layer)
            for key, layer in project.mapLayers().items()
            if layer.type() == QgsMapLayerType.VectorLayer
        },
        "render_errors": render(project, folder / "map.png"),
        "layouts": describe_layouts(project, folder),
        "styles": describe_default_styles(next(path.parent.glob("*.gpkg"))),
        "messages": messages,
    }
    print(json.dumps(report, ensure_ascii=False))  # noqa: T201 - the answer
    sys.stdout.flush()
    project.clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
