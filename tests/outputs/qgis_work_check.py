"""Work with a project in real QGIS as staff do, and say as JSON what was found; see its test.

Usage: ``qgis_work_check.py PROJECT``. Applies every theme, loads the form of every layer, follows
relations, adds a feature. Imports nothing of the package.
"""

import json
import sys

from qgis.core import (
    NULL,
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsLayerTreeModel,
    QgsMapLayerType,
    QgsProject,
    QgsVectorLayerTools,
    QgsVectorLayerUtils,
)
from qgis.gui import (
    QgsAdvancedDigitizingDockWidget,
    QgsAttributeEditorContext,
    QgsAttributeForm,
    QgsGui,
    QgsMapCanvas,
    QgsMessageBar,
)
from qgis.PyQt.QtWidgets import QTabWidget, QWidget


# ruff: noqa: N802 - Qt calls them so
class Tools(QgsVectorLayerTools):
    """The editing tools of the desktop, which do nothing here; forms crash without them."""

    def addFeature(self, *_args, **_named):
        return False

    def startEditing(self, _layer):
        return False

    def stopEditing(self, _layer, _ask=True):
        return True

    def saveEdits(self, _layer):
        return True

    def copyMoveFeatures(self, *_args):
        return False


def editing_context():
    """Return what a form knows of the desktop, and what must live as long as it."""
    canvas = QgsMapCanvas()
    parts = [canvas, QgsMessageBar(), QgsAdvancedDigitizingDockWidget(canvas), Tools()]
    QgsGui.editorWidgetRegistry().initEditors(canvas, parts[1])
    context = QgsAttributeEditorContext()
    context.setMapCanvas(canvas)
    context.setMainMessageBar(parts[1])
    context.setCadDockWidget(parts[2])
    context.setVectorLayerTools(parts[3])
    return context, parts


def apply_themes(project):
    """Return by theme the ids of the layers that the tree shows once it is applied."""
    themes, root = project.mapThemeCollection(), project.layerTreeRoot()
    found = {}
    for name in themes.mapThemes():
        themes.applyTheme(name, root, QgsLayerTreeModel(root))
        found[name] = sorted(n.layerId() for n in root.findLayers() if n.isVisible())
    return found


def load_form(layer, context):
    """Return pages of a layer's form and the columns that may be edited."""
    form = QgsAttributeForm(layer, next(layer.getFeatures()), context)
    tabs = form.findChildren(QTabWidget)
    widgets = [
        widget
        for widget in form.findChildren(QWidget)
        if widget.metaObject().className() == "QgsRelationWidgetWrapper"
        or widget.metaObject().className().startswith("QgsRelationEditor")
    ]
    config = layer.editFormConfig()
    names = layer.fields().names()
    return {
        "pages": [tabs[0].tabText(i) for i in range(tabs[0].count())] if tabs else [],
        "relations": len(widgets),
        "editable": [n for i, n in enumerate(names) if not config.readOnly(i)],
        "defaults": {
            n: layer.defaultValueDefinition(i).expression()
            for i, n in enumerate(names)
            if layer.defaultValueDefinition(i).isValid()
        },
    }


def follow(project):
    """Return by relation whether it is valid, and how many children its parents have in all."""
    found = {}
    for key, relation in project.relationManager().relations().items():
        children = sum(
            len(list(relation.getRelatedFeatures(feature)))
            for feature in relation.referencedLayer().getFeatures()
        )
        found[key] = {"valid": relation.isValid(), "name": relation.name(), "children": children}
    return found


def new_feature(layer):
    """Return what a feature has that is drawn anew in a layer."""
    feature = QgsVectorLayerUtils.createFeature(layer)
    return {
        n: feature[n]
        for n in layer.fields().names()
        if isinstance(feature, QgsFeature) and isinstance(feature[n], str) and feature[n]
    }


def classes(layer):
    """Return the type of a layer's renderer, its classes, and the classes that have rows."""
    if layer.type() == QgsMapLayerType.RasterLayer or layer.renderer() is None:
        return {}
    renderer = layer.renderer()
    found = {"type": renderer.type()}
    if renderer.type() == "graduatedSymbol":
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        expression = QgsExpression(renderer.classAttribute())
        found["ranges"] = [[one.lowerValue(), one.label()] for one in renderer.ranges()]
        values = []
        for feature in layer.getFeatures():
            context.setFeature(feature)
            value = expression.evaluate(context)
            label = None if value == NULL else renderer.rangeForValue(value).label()
            values.append([feature["name"], label])
        found["of"] = values
        found["fills"] = fills(layer)
    if "loads" in layer.id():
        found["size"] = sizes(layer)
    return found


def fills(layer):
    """Return how a township of some counts would be filled: covered, not covered, all, fill."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    lowest = layer.renderer().ranges()[0]  # what it lends lives as long as it
    symbol = lowest.symbol().symbolLayer(0)
    style = symbol.dataDefinedProperties().property(symbol.PropertyFillStyle)
    found = []
    for covered, not_covered, total in ((1, 0, 3), (0, 1, 3), (1, 1, 4), (1, 0, 2), (2, 2, 4)):
        feature = QgsFeature(layer.fields())
        feature["covered"], feature["not_covered"], feature["total"] = covered, not_covered, total
        context.setFeature(feature)
        found.append([covered, not_covered, total, style.valueAsString(context)[0]])
    return found


def sizes(layer):
    """Return by facility the size in which it is drawn."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    symbol = layer.renderer().symbol().symbolLayer(0)
    size = symbol.dataDefinedProperties().property(symbol.PropertySize)
    found = {}
    for feature in layer.getFeatures():
        context.setFeature(feature)
        found[feature["id"]] = size.valueAsDouble(context)[0]
    return found


def describe(layer):
    return {
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "source": layer.source(),
        "renderer": classes(layer),
        "raster": layer.type() == QgsMapLayerType.RasterLayer,
        "smallest": round(layer.minimumScale()) if layer.hasScaleBasedVisibility() else None,
    }


def main():
    """Open, switch, load, follow."""
    application = QgsApplication([], True)
    application.initQgis()
    messages = []
    application.messageLog().messageReceived.connect(
        lambda text, tag, level: messages.append(f"{tag}: {text}") if level else None
    )
    context, parts = editing_context()
    project = QgsProject.instance()
    project.read(sys.argv[1])
    root = project.layerTreeRoot()
    layers = project.mapLayers()
    vector = {k: x for k, x in layers.items() if x.type() == QgsMapLayerType.VectorLayer}
    report = {
        "shown_first": sorted(n.layerId() for n in root.findLayers() if n.isVisible()),
        "themes": apply_themes(project),
        "relations": follow(project),
        "layers": {key: describe(layer) for key, layer in layers.items()},
        "forms": {k: load_form(x, context) for k, x in vector.items() if x.featureCount()},
        "new": {k: new_feature(x) for k, x in vector.items() if k.startswith("spatialplan_feat")},
        "bookmarks": [
            [mark.name(), mark.group(), mark.extent().crs().authid(),
             [mark.extent().xMinimum(), mark.extent().yMinimum(),
              mark.extent().xMaximum(), mark.extent().yMaximum()]]
            for mark in project.bookmarkManager().bookmarks()
        ],
        "messages": messages,
    }  # fmt: skip
    print(json.dumps(report, ensure_ascii=False))  # noqa: T201 - the answer
    sys.stdout.flush()
    del parts
    project.clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
