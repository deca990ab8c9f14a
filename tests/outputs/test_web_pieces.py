"""Geometry of the page: thinned within its tolerance, split by form, styled by the shared style."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiLineString, MultiPoint, Point, box

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.style import read_style
from spatialplan.outputs.web import issues as web_issues
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.data import page_words
from spatialplan.outputs.web.pieces import Piece, pieces
from spatialplan.text import Text
from tests.sample import bare_result, many_issues, sample_basemap, sample_result

WAVES = LineString(
    np.column_stack([np.linspace(112, 113, 4000), 27 + 0.001 * np.sin(np.arange(4000) / 9)])
)


def layer(source: str, shapes: list[shapely.Geometry], **columns: list[object]) -> Layer:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    words = Text(source, source)
    return Layer(
        id=source, source=source, value="", group=words, label=words, frame=frame, visible=True,
        labels=True,
    )  # fmt: skip


def feature_layer(shapes: list[shapely.Geometry], status: str = "located") -> Layer:
    count = len(shapes)
    return layer(
        "features", shapes, id=[f"f{n}" for n in range(count)], name=["名"] * count,
        kind=["logistics_park"] * count, status=[status] * count,
    )  # fmt: skip


def test_thinning_stays_within_the_tolerance():
    thinned = web_shapes.thin([WAVES], 1e-4, 10**6)[0]
    assert shapely.hausdorff_distance(thinned, WAVES) < 1.2e-4
    assert shapely.get_num_coordinates(thinned) < 4000


def test_thinning_meets_its_budget_and_stops_at_the_coarsest():
    assert shapely.get_num_coordinates(web_shapes.thin([WAVES], 2e-5, 1500)[0]) <= 1500
    coarse = web_shapes.thin([WAVES], 2e-5, 1)[0]
    assert shapely.hausdorff_distance(coarse, WAVES) < 2.1e-3


def test_coordinates_have_five_decimals_and_no_height():
    shape = web_shapes.rounded([Point(112.123456789, 27.987654321, 55.0)])[0]
    assert shape.coords[:] == [(112.12346, 27.98765)]


def test_lines_that_meet_become_one():
    lines = [
        LineString([(0, 0), (1, 0)]),
        LineString([(1, 0), (1, 1)]),
        LineString([(5, 5), (6, 6)]),
    ]
    merged = web_shapes.merge_lines(lines)
    assert merged.geom_type == "MultiLineString"
    assert len(merged.geoms) == 2


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (Point(112, 27), (27.0, 112.0)),
        (LineString([(112, 27), (114, 27)]), (27.0, 113.0)),
        (MultiLineString([[(0, 0), (1, 0)], [(10, 0), (20, 0)]]), (0.0, 15.0)),
        (box(112, 27, 114, 29), (28.0, 113.0)),
        (MultiPoint([(1, 2)]), (2.0, 1.0)),
    ],
)
def test_names_are_fastened_inside(shape: shapely.Geometry, expected: tuple[float, float]):
    assert web_shapes.anchor(shape) == expected


def test_no_shapes_have_no_box():
    assert web_shapes.box_of([GeometryCollection()]) is None
    assert web_shapes.box_of([Point(112, 27), Point(113, 28)]) == [[27.0, 112.0], [28.0, 113.0]]


def test_features_are_split_by_form_and_small_areas_get_a_symbol():
    found = pieces(
        feature_layer(
            [Point(1, 1), LineString([(0, 0), (1, 1)]), box(0, 0, 0.01, 0.01), box(0, 0, 1, 1)]
        ),
        read_style(),
    )
    assert [(piece.form, piece.pane, len(piece.styles)) for piece in found] == [
        ("area", "areas", 2), ("line", "lines", 1), ("point", "points", 1), ("point", "points", 1),
    ]  # fmt: skip
    small, large = found[0].styles["f2"], found[0].styles["f3"]
    assert small["fill"]
    assert not large["fill"]


def test_approximate_symbols_are_hollow_and_dashed():
    style = read_style()
    exact = _only(pieces(feature_layer([Point(1, 1)]), style))
    vague = _only(pieces(feature_layer([Point(1, 1)], "approximate"), style))
    assert exact["fillColor"] == vague["color"] == "#d55e00"
    assert vague["fillColor"] == "#ffffff"
    assert vague["dashArray"]
    assert exact["shape"] == vague["shape"] == "square"


def _only(found: list[Piece]) -> dict[str, object]:
    assert len(found) == 1
    return found[0].styles["f0"]


def test_roads_are_one_feature_a_class_with_the_important_on_top():
    lines = [LineString([(n, 0), (n, 1)]) for n in range(3)]
    found = pieces(
        layer("roads", lines, **{"class": ["motorway", "local", "strange"]}), read_style()
    )
    assert [f["id"] for f in found[0].data["features"]] == ["unknown", "local", "motorway"]
    assert not found[0].interactive


def test_the_tree_counts_what_has_no_place():
    result, ground = sample_result(), sample_basemap()
    style = read_style()
    layers = web_tree.page_layers(result, ground, "zh")
    rows = web_tree.rows(layers, {x.id: pieces(x, style) for x in layers}, result, "zh")
    counts = {row["id"]: row["count"] for row in rows}
    assert counts["features-ring"] == "2/3"
    assert counts["features-logistics"] == "5"
    assert counts["villages-covered"] == "1"
    assert counts["roads"] == ""


def _doubts_row(result: CheckResult) -> tuple[dict[str, object], list[Piece]]:
    layers = web_tree.page_layers(result, sample_basemap(), "zh")
    drawn = {x.id: pieces(x, read_style()) for x in layers}
    rows = {row["id"]: row for row in web_tree.rows(layers, drawn, result, "zh")}
    return rows["network_issues"], drawn["network_issues"]


def test_doubts_have_a_symbol_each_and_lines_their_shape():
    row, found = _doubts_row(sample_result())
    assert [(piece.form, len(piece.styles)) for piece in found] == [("line", 2), ("point", 4)]
    assert {piece.pane for piece in found} == {"issues"}
    point = found[1].styles
    assert len({(one["shape"], one["fillColor"]) for one in point.values()}) == 4
    assert (row["label"], row["count"], row["on"]) == ("路网疑点", "4", False)


def test_a_page_shows_the_first_doubts_and_says_how_many_there_are():
    result = many_issues(1000)
    row, found = _doubts_row(result)
    assert (row["label"], row["count"]) == ("路网疑点（最先的 300 处）", "300/1000")
    assert len(found[-1].styles) == 300
    layers = web_tree.page_layers(result, sample_basemap(), "zh")
    said = web_issues.said(layers, "zh")
    assert [issue["message"] for issue in said] == [f"疑点 {rank}" for rank in range(1, 301)]
    [note] = web_issues.notes(result, page_words("zh"))
    assert "300 处" in note
    assert "1000 处" in note


def test_without_doubts_there_is_no_layer_and_no_note():
    layers = web_tree.page_layers(bare_result(), sample_basemap(), "zh")
    assert "network_issues" not in {layer.id for layer in layers}
    assert web_issues.said(layers, "zh") == []
    assert web_issues.notes(bare_result(), page_words("zh")) == []


def test_districts_are_named_once():
    layers = web_tree.page_layers(sample_result(), sample_basemap(), "zh")
    names = [name["text"] for name in web_names.names(layers, read_style())]
    assert "雨湖区" in names
    assert "样例县 😀\u202etxt" not in names
    assert "G107" in names


def test_without_districts_the_near_features_are_shown_first():
    ground = dataclasses.replace(sample_basemap(), districts=sample_basemap().districts.iloc[:0])
    corners = web_tree.bounds(sample_result(), ground)
    assert corners == [[27.8, 112.8], [27.95, 113.0]]
