"""Draw a `CheckResult` as one web page that needs no network: folium's map, Leaflet, our panel.

The one swap from longitude, latitude to Leaflet's latitude, longitude happens in the modules
``web_*``, which this one assembles.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.verdict import CheckResult
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.style import Style, read_style
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import issues as web_issues
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import offline
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.legend import legend
from spatialplan.outputs.web.pieces import Piece, pieces
from spatialplan.text import Lang

__all__ = ["render_map", "write_map"]

MIN_ZOOM, MAX_ZOOM = 6, 17
# From the bottom to the top; a pane that takes no pointer lets it through to those below. The
# basemap is one canvas, plan and evidence are SVG, so that panes can lie over each other.
PANES = (
    ("base", 200, False),
    ("places", 380, True),
    ("areas", 400, True),
    ("lines", 410, True),
    ("evidence", 420, True),
    ("villages", 430, True),
    ("issues", 435, True),
    ("selection", 440, False),
    ("points", 450, True),
    ("labels", 620, False),
)
SCRIPTS = ("symbols.js", "labels.js", "details.js", "selection.js", "map.js", "panel.js")
STYLES = "panel.css"
HTML_LANG = {"zh": "zh-CN", "en": "en"}
# The charset within the first kilobyte; the policy makes the browser itself refuse every request.
FIRST_IN_HEAD = (
    '<meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\">"
    '<link rel="icon" href="data:,">'
)


class _Panel(JSCSSMixin):
    """The side panel and the data it tells, and the start of the page."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>:root { --sans: {{ this.sans }}; --serif: {{ this.serif }}; }</style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <aside id="panel"></aside>
            <script type="application/json" id="plan-data">{{ this.data }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            SpatialPlan.start({{ this._parent.get_name() }}, { {{ this.layers }} },
                JSON.parse(document.getElementById("plan-data").textContent));
        {% endmacro %}
        """
    )

    def __init__(self, data: str, layers: dict[str, str], style: Style) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Panel"
        self.default_js = [(name, offline.OWN + name) for name in SCRIPTS]
        self.default_css = [(STYLES, offline.OWN + STYLES)]
        self.data = data
        self.layers = ", ".join(
            f"{web_data.script_json(key)}: {var}" for key, var in layers.items()
        )
        self.sans = style.web_font
        self.serif = _serif(style)


def _serif(style: Style) -> str:
    return f'"Source Han Serif SC", "Noto Serif CJK SC", "STZhongsong", {style.web_font}'


def write_map(
    result: CheckResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the web map of a result as one HTML file.

    Parameters
    ----------
    stamp
        When and from what the map was made, in words; it is shown as it is. The same stamp and
        input make the same bytes.

    Raises
    ------
    OutputError
        When the file cannot be written or a file of the page is missing.
    """
    files.write_text(path, render_map(result, basemap, stamp=stamp, lang=lang))


def render_map(result: CheckResult, basemap: Basemap, *, stamp: str, lang: Lang = "zh") -> str:
    """Return the web map of a result as the text of one HTML page."""
    style = read_style()
    layers = web_tree.page_layers(result, basemap, lang)
    drawn = {layer.id: pieces(layer, style) for layer in layers}
    plan_map = _empty_map()
    variables = {
        layer.id: _add_layer(plan_map, layer, drawn[layer.id], f"{number:02d}")
        for number, layer in enumerate(layers)
    }
    entries = legend(style, web_data.page_words(lang), lang)
    said = web_data.what_is_said(result, style, entries, lang, stamp) | {
        "tree": web_tree.rows(layers, drawn, result, lang),
        "labels": web_names.names(layers, style),
        "places": web_tree.places(layers, lang),
        "issues": web_issues.said(layers, lang),
        "bounds": web_tree.bounds(result, basemap),
    }
    _add(plan_map, _Panel(web_data.script_json(said), variables, style), "panel")
    return _page(plan_map, result.plan.title.say(lang), lang)


def _empty_map() -> folium.Map:
    plan_map = folium.Map(
        location=(0, 0),
        tiles=None,
        prefer_canvas=True,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=120,
        fade_animation=False,
    )
    # folium keeps min_zoom and max_zoom for tiles, of which there are none
    plan_map.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}
    plan_map.default_js = [("leaflet_js", offline.LEAFLET_JS)]
    plan_map.default_css = [("leaflet_css", offline.LEAFLET_CSS)]
    _rename(plan_map, "plan")
    for name, z_index, takes_pointer in PANES:
        pane = CustomPane(name, z_index=z_index, pointer_events=takes_pointer)
        _add(plan_map, pane, name)
    return plan_map


def _add_layer(plan_map: folium.Map, layer: Layer, drawn: list[Piece], name: str) -> str:
    """Add a layer as a group of its pieces; return its variable in the page."""
    group = folium.FeatureGroup(name=layer.id, show=layer.visible)
    _add(plan_map, group, name)
    for number, piece in enumerate(drawn):
        _add(group, _geojson(piece), f"{name}_{number}")
    return str(group.get_name())


def _geojson(piece: Piece) -> folium.GeoJson:
    options: dict[str, Any] = {"interactive": piece.interactive, "pane": piece.pane}
    if piece.interactive:
        options["renderer"] = JsCode(f"SpatialPlan.renderer('{piece.pane}')")
        options["point_to_layer"] = JsCode(f"SpatialPlan.pointTo('{piece.pane}')")
    return folium.GeoJson(
        piece.data,
        name=piece.pane,
        style_function=lambda feature: dict(piece.styles[feature["id"]]),
        on_each_feature=JsCode("SpatialPlan.bind") if piece.interactive else None,
        smooth_factor=1.0,
        **options,
    )


def _page(plan_map: folium.Map, title: str, lang: Lang) -> str:
    figure = Figure(title=escape(title))
    figure.add_child(plan_map)
    head = f'<html lang="{HTML_LANG[lang]}">\n<head>\n{FIRST_IN_HEAD}\n'
    return offline.inline(figure.render().replace("<html>\n<head>\n", head, 1))


def _add(parent: Element, child: Element, name: str) -> None:
    _rename(child, name)
    parent.add_child(child)


def _rename(element: Element, name: str) -> None:
    """Give an element a stable id: folium's own is random, and equal runs must give equal bytes."""
    element._id = name  # noqa: SLF001 - folium has no public way
