"""Make one web page that needs no network: folium's map, Leaflet, our panel and its scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

import folium
import pyproj
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode

from spatialplan.outputs.layers import Layer
from spatialplan.outputs.style import Style, read_style
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import offline, search
from spatialplan.outputs.web.pieces import Piece
from spatialplan.text import Lang

__all__ = ["Page", "render_page"]

MIN_ZOOM, MAX_ZOOM = 6, 17
# From the bottom to the top; a pane that takes no pointer lets it through to those below. The
# basemap is one canvas, plan and evidence are SVG, so that panes can lie over each other.
PANES = (
    ("base", 200, False),
    ("places", 380, True),
    ("areas", 400, True),
    ("sketch_areas", 405, True),
    ("lines", 410, True),
    ("sketches", 415, True),
    ("evidence", 420, True),
    ("villages", 430, True),
    ("issues", 435, True),
    ("changes", 437, True),
    ("selection", 440, False),
    ("points", 450, True),
    ("sketch_points", 455, True),
    ("labels", 620, False),
    ("tools", 630, False),
)
SCRIPTS = (
    "symbols.js", "canvas.js", "labels.js", "details.js", "selection.js", "map.js", "parts.js",
    "geodesy.js", "tools.js", "measure.js", "coordinates.js", "online.js", "swipe.js",
    "print_sheet.js", "print.js", "themes.js", "search.js", "filters.js", "permalink.js",
    "language.js", "panel.js",
)  # fmt: skip
STYLES = ("panel.css", "themes.css", "search.css", "tools.css", "print.css")
HTML_LANG = {"zh": "zh-CN", "en": "en"}
# The charset within the first kilobyte.
FIRST_IN_HEAD = (
    '<meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{offline.content_policy()}">'
    '<link rel="icon" href="data:,">'
)
# folium's own forbids to enlarge the page with two fingers.
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
_FOLIUM_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')
# Datums that agree with WGS-84 to less than a metre, so that a page may go without a shift.
SAME_AS_WGS84 = {
    "WGS 84": "WGS-84",
    "China Geodetic Coordinate System 2000": "CGCS2000",
    "ETRS89": "ETRS89",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page draws: layers from the bottom to the top, the pieces of each, its scripts.

    `scripts` are files in ``assets`` that come after those of every page. `crs` is the projected
    CRS of the plan, in which the page tells coordinates too where it is a transverse Mercator.
    """

    title: str
    layers: list[Layer]
    drawn: dict[str, list[Piece]]
    scripts: tuple[str, ...]
    crs: str


class _Panel(JSCSSMixin):
    """The side panel and the data it tells, and the start of the page."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>:root { --sans: {{ this.sans }}; --serif: {{ this.serif }}; }</style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <aside id="panel"></aside>
            {{ this.data_start }}{{ this.data }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            SpatialPlan.start({{ this._parent.get_name() }}, { {{ this.layers }} },
                JSON.parse(document.getElementById("plan-data").textContent));
        {% endmacro %}
        """
    )

    def __init__(
        self, data: str, layers: dict[str, str], style: Style, scripts: tuple[str, ...]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Panel"
        self.default_js = [(name, offline.OWN + name) for name in (*SCRIPTS, *scripts)]
        self.default_css = [(name, offline.OWN + name) for name in STYLES]
        self.data_start = offline.DATA_START
        self.data = data
        self.layers = ", ".join(
            f"{web_data.script_json(key)}: {var}" for key, var in layers.items()
        )
        self.sans = style.web_font
        self.serif = _serif(style)


def _serif(style: Style) -> str:
    return f'"Source Han Serif SC", "Noto Serif CJK SC", "STZhongsong", {style.web_font}'


def render_page(page: Page, said: dict[str, Any], lang: Lang) -> str:
    """Return the page as the text of one HTML file.

    Parameters
    ----------
    said
        All that the panel and the popups tell; it reaches the page as JSON.
    """
    page_map = _empty_map()
    variables = {
        layer.id: _add_layer(page_map, layer, page.drawn[layer.id], f"{number:02d}")
        for number, layer in enumerate(page.layers)
    }
    told = said | {"grid": _grid(page.crs), "readings": search.readings(said)}
    panel = _Panel(web_data.script_json(told), variables, read_style(), page.scripts)
    _add(page_map, panel, "panel")
    return _page(page_map, page.title, lang)


def _grid(crs: str) -> dict[str, Any] | None:
    """Return the numbers of a transverse Mercator grid; None for any other CRS."""
    known = pyproj.CRS(crs)
    geodetic, operation, ellipsoid = known.geodetic_crs, known.coordinate_operation, known.ellipsoid
    if geodetic is None or operation is None or ellipsoid is None:
        return None
    datum = SAME_AS_WGS84.get(geodetic.name)
    in_metres = all(axis.unit_conversion_factor == 1 for axis in known.axis_info)
    if operation.method_name != "Transverse Mercator" or datum is None or not in_metres:
        return None
    lat0, lon0, scale, east, north = (param.value for param in operation.params)
    return {
        "datum": datum, "lat0": lat0, "lon0": lon0, "k": scale, "fe": east, "fn": north,
        "a": ellipsoid.semi_major_metre, "rf": ellipsoid.inverse_flattening,
    }  # fmt: skip


def _empty_map() -> folium.Map:
    page_map = folium.Map(
        location=(0, 0),
        tiles=None,
        prefer_canvas=True,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=120,
        fade_animation=False,
    )
    # folium keeps min_zoom and max_zoom for tiles, of which there are none
    page_map.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}
    page_map.default_js = [("leaflet_js", offline.LEAFLET_JS)]
    page_map.default_css = [("leaflet_css", offline.LEAFLET_CSS)]
    _rename(page_map, "plan")
    for name, z_index, takes_pointer in PANES:
        pane = CustomPane(name, z_index=z_index, pointer_events=takes_pointer)
        _add(page_map, pane, name)
    return page_map


def _add_layer(page_map: folium.Map, layer: Layer, drawn: list[Piece], name: str) -> str:
    """Add a layer as a group of its pieces; return its variable in the page.

    A piece without features is filled by the page itself, from what the panel tells.
    """
    group = folium.FeatureGroup(name=layer.id, show=layer.visible)
    _add(page_map, group, name)
    for number, piece in enumerate(drawn):
        if piece.data["features"]:
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


def _page(page_map: folium.Map, title: str, lang: Lang) -> str:
    figure = Figure(title=escape(title))
    figure.add_child(page_map)
    head = f'<html lang="{HTML_LANG[lang]}">\n<head>\n{FIRST_IN_HEAD}\n'
    page = figure.render().replace("<html>\n<head>\n", head, 1)
    return offline.inline(_FOLIUM_VIEWPORT.sub(VIEWPORT, page, count=1))


def _add(parent: Element, child: Element, name: str) -> None:
    _rename(child, name)
    parent.add_child(child)


def _rename(element: Element, name: str) -> None:
    """Give an element a stable id: folium's own is random, and equal runs must give equal bytes."""
    element._id = name  # noqa: SLF001 - folium has no public way
