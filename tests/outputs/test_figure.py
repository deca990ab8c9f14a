"""The figures: they show something, look the same twice and survive hostile or missing data."""

from __future__ import annotations

import dataclasses
import io

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread
from shapely import Point, box

from spatialplan.errors import OutputError
from spatialplan.model.basemap import Basemap
from spatialplan.model.plan import Status
from spatialplan.outputs import style
from spatialplan.outputs.figures import canvas, figure, map_drawing, map_legend, map_scene
from spatialplan.outputs.figures.labelling import Labeller
from tests import sample


def _pixels(png: bytes) -> np.ndarray:
    return imread(io.BytesIO(png), format="png")


def _empty_basemap() -> Basemap:
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    bare = gpd.GeoDataFrame()
    return Basemap(districts=empty, water=bare, roads=empty, rails=bare, places=empty)


def _has_colour(pixels: np.ndarray, colour: str) -> bool:
    wanted = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return bool((np.abs(pixels[:, :, :3] - wanted) < 0.02).all(axis=2).any())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_overview_is_a_page_wide_and_shows_the_plan(lang):
    pixels = _pixels(figure.overview_png(sample.sample_result(), sample.sample_basemap(), lang))
    height, width = pixels.shape[:2]
    assert abs(width - 174 / 25.4 * 200) < 2
    assert 0.5 < height / width < 1.6
    known = style.read_style()
    assert _has_colour(pixels, known.basemap["districts"]["default"].fill)
    assert _has_colour(pixels, known.basemap["roads"]["motorway"].color)
    assert _has_colour(pixels, known.kinds["logistics_park"].color)
    assert _has_colour(pixels, known.states["fails"].color)


def test_scorecard_shows_every_state():
    pixels = _pixels(figure.scorecard_png(sample.sample_result()))
    for symbol in style.read_style().states.values():
        assert _has_colour(pixels, symbol.color)


def test_same_bytes_twice_and_no_date():
    result, basemap = sample.sample_result(), sample.sample_basemap()
    overview = figure.overview_png(result, basemap)
    assert overview == figure.overview_png(result, basemap)
    assert figure.scorecard_png(result) == figure.scorecard_png(result)
    for word in (b"Software", b"matplotlib", b"tIME", b"Creation"):
        assert word not in overview


def test_drawing_leaves_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    figure.scorecard_png(sample.sample_result())
    assert dict(mpl.rcParams) == before


def test_missing_font_says_what_to_install(monkeypatch):
    known = dataclasses.replace(style.read_style(), figure_fonts=("No Such Font",))
    monkeypatch.setattr(canvas, "read_style", lambda: known)
    with pytest.raises(OutputError) as caught:
        figure.scorecard_png(sample.sample_result())
    assert "No Such Font" in caught.value.text.zh
    assert "Noto Sans CJK SC" in caught.value.text.zh
    assert "install" in caught.value.text.en
    assert "\n" not in str(caught.value)


def test_names_with_dollars_braces_and_emoji_are_drawn_as_text():
    result = sample.sample_result()
    names = (
        "$\\frac{1}{2}$",
        "$unclosed",
        "\\textbf{x}",
        "😀\u202e\x07",
        "a\nb",
        "_^{}%",
        "&",
        "〇",
    )
    features = tuple(
        dataclasses.replace(f, name=name) for f, name in zip(result.features, names, strict=True)
    )
    changed = dataclasses.replace(result, features=features)
    assert figure.overview_png(changed, sample.sample_basemap())


def test_readable_shortens_and_drops_what_the_font_lacks():
    assert canvas.readable("长" * 200, 14) == "长" * 13 + "…"
    assert canvas.readable("样例县 \U0001f9ff\u202etxt") == "样例县 txt"
    assert canvas.readable("Mao’s “房”") == "Mao's “房”"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_basemap_villages_or_located_features(lang):
    result = sample.sample_result()
    features = tuple(
        dataclasses.replace(f, geometry=None, status=Status.UNLOCATED) for f in result.features
    )
    verdicts = tuple(dataclasses.replace(v, parts=(), marks=()) for v in result.verdicts)
    bare = dataclasses.replace(result, features=features, verdicts=verdicts, villages=())
    pixels = _pixels(figure.overview_png(bare, _empty_basemap(), lang))
    assert pixels[:, :, :3].std() > 0.01
    assert figure.scorecard_png(bare, lang)


def test_extent_is_the_districts_else_the_features():
    result = sample.sample_result()
    scene = map_scene.read_scene(result, sample.sample_basemap(), "zh")
    districts = scene.basemap["districts"].total_bounds
    found = map_scene.scene_bounds(scene, result)
    assert found[0] < districts[0]
    assert found[3] > districts[3]
    bare = map_scene.read_scene(result, _empty_basemap(), "zh")
    features = bare.features.total_bounds
    bounds = map_scene.scene_bounds(bare, result)
    assert bounds[0] < features[0]
    assert bounds[3] > features[3]


def test_inset_lies_where_features_crowd():
    result = sample.sample_result()
    crowd = tuple(
        dataclasses.replace(
            result.features[6], id=f"n{n}", geometry=Point(112.84 + n / 2000, 27.83)
        )
        for n in range(12)
    )
    changed = dataclasses.replace(result, features=(*result.features, *crowd))
    scene = map_scene.read_scene(changed, sample.sample_basemap(), "zh")
    bounds = map_scene.scene_bounds(scene, changed)
    inset = map_scene.crowded_bounds(scene, bounds, 1.2)
    assert inset is not None
    assert map_scene.is_inside(scene.anchors[-12:], inset).all()
    few = map_scene.read_scene(result, sample.sample_basemap(), "zh")
    assert map_scene.crowded_bounds(few, bounds, 1.2) is None
    assert figure.overview_png(changed, sample.sample_basemap())


def test_legend_lists_what_is_on_the_map_and_nothing_else():
    result = sample.sample_result()
    scene = map_scene.read_scene(result, sample.sample_basemap(), "zh")
    bounds = map_scene.scene_bounds(scene, result)
    texts = [entry.text for entry in map_legend.legend_entries(scene, bounds)]
    for label in ("商圈", "约略位置", "✗ 不成立", "缺口", "已覆盖", "高速公路", "水系", "火车站"):
        assert label in texts
    assert "酒店" not in texts
    assert "国道" not in texts
    for columns in (1, 2, 3, 5):
        rows = map_legend.legend_rows(map_legend.legend_entries(scene, bounds), columns)
        assert rows * columns >= len(texts)


def test_labels_never_overlap_and_stay_inside():
    with canvas.drawing():
        sheet = canvas.new_figure(60, 40)
        axes = canvas.add_axes(sheet, 0, 0, 60, 40)
        axes.set_xlim(0, 60)
        axes.set_ylim(0, 40)
        labeller = Labeller(axes)
        spots = [(x / 2, y / 2) for x in range(0, 121, 6) for y in range(0, 81, 6)]
        placed = sum(labeller.place("要素名称", at, size=6, color="k", gap_pt=3) for at in spots)
        boxes = np.array([text.get_window_extent().extents for text in axes.texts])
    assert 10 < placed < len(spots)
    assert len(boxes) == placed
    shapes = box(*boxes.T)
    crossing = [a.intersects(b) for n, a in enumerate(shapes) for b in shapes[n + 1 :]]
    assert not any(crossing)
    assert boxes.min() >= 0
    assert boxes[:, 2].max() <= 60 / 25.4 * canvas.DPI + 1


@pytest.mark.parametrize(("width", "length"), [(104_000, 20_000), (30_000, 5_000), (9_999, 1_000)])
def test_scale_bar_is_round(width, length):
    assert map_drawing.scale_length(width) == length
