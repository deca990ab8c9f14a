"""The figures of coverage and siting: they show states and curves, alike each time."""

from __future__ import annotations

import dataclasses
import io

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from spatialplan.model.basemap import Basemap
from spatialplan.outputs import style
from spatialplan.outputs.figures import canvas, coverage_bars, coverage_figure, trade_off
from tests.coverage_sample import sample_coverage, sample_siting, without_positions
from tests.sample import sample_basemap


def _pixels(png: bytes) -> np.ndarray:
    return imread(io.BytesIO(png), format="png")


def _has_colour(pixels: np.ndarray, colour: str) -> bool:
    wanted = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return bool((np.abs(pixels[:, :, :3] - wanted) < 0.02).all(axis=2).any())


def _empty_basemap() -> Basemap:
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    return Basemap(districts=empty, water=empty, roads=empty, rails=empty, places=empty)


def _curve(result, lang="zh"):
    """Return the axes of the curve, drawn."""
    with canvas.drawing():
        figure = canvas.new_figure(100, 60)
        axes = canvas.add_axes(figure, 10, 10, 80, 40)
        trade_off._draw_curve(axes, result, lang)
        trade_off._draw_chosen(axes, result, lang)
        return axes


def test_the_curve_begins_with_what_exists_and_tells_each_share():
    axes = _curve(sample_siting())
    line, proved, before = axes.lines[:3]
    assert line.get_xdata().tolist() == [0, 1, 2]
    assert line.get_ydata() == pytest.approx([1 / 3, 2 / 3, 1])
    assert len(proved.get_xdata()) == 3
    assert before.get_ydata()[0] == pytest.approx(1 / 3)
    assert [text.get_text() for text in axes.texts] == ["33.3%", "66.7%", "100%", "本次建议 2 处"]


def test_what_is_not_proved_is_hollow_with_a_line_to_its_bound():
    result = sample_siting()
    frame = result.trade_off.assign(gap=[0.0, 0.25, 0.9])
    axes = _curve(dataclasses.replace(result, trade_off=frame))
    hollow = axes.lines[2]
    assert hollow.get_markerfacecolor() == "white"
    assert hollow.get_xdata().tolist() == [1, 2]
    bounds = [segment[:, 1].tolist() for segment in axes.collections[0].get_segments()]
    assert bounds[0] == pytest.approx([2 / 3, 5 / 6])
    assert bounds[1] == pytest.approx([1, 1])  # nothing can exceed the whole


def test_a_curve_without_shares_or_rows_still_draws():
    result = sample_siting()
    for frame in (result.trade_off.iloc[:0], result.trade_off.assign(share=np.nan)):
        png = trade_off.trade_off_png(dataclasses.replace(result, trade_off=frame, sites=()))
        assert _pixels(png).std() > 0


def test_long_curves_write_some_values_only():
    result = sample_siting()
    frame = pd.DataFrame({"sites": range(200), "covered": range(200), "weight": range(200),
                          "share": np.linspace(0, 1, 200), "gap": 0.0})  # fmt: skip
    texts = [text.get_text() for text in _curve(dataclasses.replace(result, trade_off=frame)).texts]
    assert texts[0] == "0%"
    assert texts[-2] == "100%"
    assert len(texts) <= 13


def test_the_map_shows_states_stations_and_areas():
    result, basemap = sample_coverage(), sample_basemap()
    png = coverage_figure.coverage_map_png(result, basemap, 0)
    assert png == coverage_figure.coverage_map_png(result, basemap, 0)
    pixels = _pixels(png)
    assert abs(pixels.shape[1] - 174 / 25.4 * 200) < 2
    known = style.read_style()
    for state in ("covered", "not_covered", "uncertain", "unroutable"):
        assert _has_colour(pixels, known.village_states[state].color), state
    assert _has_colour(pixels, known.tiers["hub"].color)
    for band in ("near", "second"):
        assert _has_colour(pixels, known.bands[band].fill)
    assert _has_colour(pixels, known.basemap["roads"]["motorway"].color)


def test_the_map_of_the_second_limit_has_its_own_states():
    second = coverage_figure.coverage_map_png(sample_coverage(), sample_basemap(), 1, "en")
    assert not _has_colour(_pixels(second), style.read_style().village_states["not_covered"].color)


def test_states_differ_in_shape_for_black_and_white_print():
    marks = coverage_figure._village_marks(sample_coverage(), 0, "EPSG:4547")
    drawn = {(canvas.MARKERS[m.symbol.shape], m.symbol.hollow) for m in marks}
    assert len(drawn) == 5


def test_maps_without_places_or_basemap_do_not_crash():
    bare = without_positions(sample_coverage())
    bare = dataclasses.replace(bare, facilities=())
    assert _pixels(coverage_figure.coverage_map_png(bare, _empty_basemap())).std() > 0
    lost = [dataclasses.replace(v, lon=None, lat=None) for v in sample_siting().villages]
    siting = dataclasses.replace(sample_siting(), villages=tuple(lost), sites=(), existing=(),
                                 links=())  # fmt: skip
    assert _pixels(coverage_figure.siting_map_png(siting, _empty_basemap())).std() > 0


def test_the_siting_map_shows_sites_and_what_becomes_of_villages():
    pixels = _pixels(coverage_figure.siting_map_png(sample_siting(), sample_basemap()))
    symbols = style.read_style().siting
    for key in ("proposed", "existing", "before", "newly", "unservable"):
        assert _has_colour(pixels, symbols[key].color), key


def test_bars_show_every_state_for_every_limit():
    result = sample_coverage()
    pixels = _pixels(coverage_bars.bars_png(result))
    for symbol in style.read_style().village_states.values():
        assert _has_colour(pixels, symbol.color)
    rows = coverage_bars._rows(result, "zh")
    assert [row.label for row in rows if row.tally is None] == ["15 分钟内", "30 分钟内"]
    assert [row.tally.total for row in rows if row.tally] == [5, 3, 2, 5, 3, 2]


def test_same_bytes_twice_and_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    result, siting = sample_coverage(), sample_siting()
    assert coverage_bars.bars_png(result) == coverage_bars.bars_png(result)
    assert trade_off.trade_off_png(siting) == trade_off.trade_off_png(siting)
    assert dict(mpl.rcParams) == before
