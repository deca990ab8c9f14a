"""The figures of the report and for slides: the overview map and the scorecard, as PNG."""

from __future__ import annotations

from matplotlib.figure import Figure

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.figures import canvas, map_layers, map_legend, map_scene
from spatialplan.outputs.figures import inset as inset_frame
from spatialplan.outputs.figures.map_scene import Bounds, Scene
from spatialplan.outputs.figures.scorecard import scorecard_png
from spatialplan.text import Lang

__all__ = ["WIDTH_MM", "overview_png", "scorecard_png", "write_around"]

WIDTH_MM, _TITLE_MM, _LINE_MM, _GAP_MM = 174.0, 8.0, 2.9, 3.0
_INSET_MM, _INSET_LEAST_MM, _INSET_MOST_MM = 88.0, 66.0, 96.0
_INK, _QUIET = "#222222", "#5d646b"


def overview_png(result: CheckResult, basemap: Basemap, lang: Lang = "zh") -> bytes:
    """Return the overview map as PNG at 200 dpi, with an inset where features crowd.

    The map shows the districts of the basemap, or the features where there are none.

    Raises
    ------
    OutputError
        When this machine has no CJK font.
    """
    scene = map_scene.read_scene(result, basemap, lang)
    bounds = map_scene.scene_bounds(scene, result)
    with canvas.drawing():
        return canvas.png_bytes(_compose(result, scene, bounds))


def _compose(result: CheckResult, scene: Scene, bounds: Bounds) -> Figure:
    entries = map_legend.legend_entries(scene, bounds)
    sources = _source_lines(result, scene, bounds)
    beside_mm = map_legend.legend_rows(entries, 3) * map_legend.ROW_MM
    inset_mm = min(max(beside_mm, _INSET_LEAST_MM), _INSET_MOST_MM)
    inset = map_scene.crowded_bounds(scene, bounds, _INSET_MM / inset_mm)
    columns = 5 if inset is None else 3
    legend_mm = map_legend.legend_rows(entries, columns) * map_legend.ROW_MM
    lower_mm = legend_mm if inset is None else max(legend_mm, inset_mm)
    foot_mm = 2.0 + _LINE_MM * len(sources)
    map_mm = WIDTH_MM * (bounds[3] - bounds[1]) / (bounds[2] - bounds[0])
    height = _TITLE_MM + map_mm + _GAP_MM + lower_mm + foot_mm
    figure = canvas.new_figure(WIDTH_MM, height)
    main = canvas.add_axes(figure, 0.2, height - _TITLE_MM - map_mm, WIDTH_MM - 0.4, map_mm)
    left = 0.0
    if inset is not None:
        part = canvas.add_axes(figure, 0.2, foot_mm + lower_mm - inset_mm, _INSET_MM, inset_mm)
        inset_frame.name_inset(main, part, inset, scene.lang)
        map_layers.draw_scene(part, scene, inset, north=False)
        inset_frame.frame_inset(main, part, inset)
        left = _INSET_MM + _GAP_MM
    map_layers.draw_scene(main, scene, bounds, skip=inset)
    legend = canvas.add_axes(figure, left, foot_mm, WIDTH_MM - left, lower_mm)
    map_legend.draw_legend(legend, entries, columns, WIDTH_MM - left)
    write_around(figure, _title(result, scene.lang), sources)
    return figure


def _title(result: CheckResult, lang: Lang) -> str:
    title = canvas.readable(result.plan.title.say(lang), 40 if lang == "zh" else 80)
    return f"{title}　空间核查图" if lang == "zh" else f"{title}: spatial check"


def _source_lines(result: CheckResult, scene: Scene, bounds: Bounds) -> list[str]:
    """Return the lines under the map: features beyond it, attributions, CRS."""
    beyond = int((~map_scene.is_inside(scene.anchors, bounds)).sum())
    missing = len(result.features) - len(scene.features)
    credits_ = "；".join(dict.fromkeys(source.attribution for source in result.sources))
    if scene.lang == "zh":
        text = (
            f"要素 {len(result.features)} 个，其中未定位 {missing} 个、图幅以外 {beyond} 个未画出。"
            f"坐标系 {result.plan.crs}。数据：{credits_}"
        )
    else:
        text = (
            f"{len(result.features)} features; not drawn: {missing} unlocated, {beyond} beyond "
            f"the map. CRS {result.plan.crs}. Data: {credits_}"
        )
    return canvas.wrapped(canvas.readable(text, 400), WIDTH_MM / 1.98).split("\n")


def write_around(figure: Figure, title: str, sources: list[str]) -> None:
    """Write the title over the map and the lines on its sources under everything."""
    height = figure.get_size_inches()[1] * 25.4
    top = 1 - 2.2 / height
    figure.text(
        0.5, top, title, ha="center", va="top", fontsize=10.5, fontweight="bold", color=_INK
    )
    figure.text(
        0.001,
        0.6 / height,
        "\n".join(sources),
        va="bottom",
        fontsize=5.6,
        color=_QUIET,
        linespacing=1.3,
    )
