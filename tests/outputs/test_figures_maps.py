"""Maps on standard paper: their parts, a legend entry for all that is drawn, free labels."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.text import Text as Words
from shapely import Point, box

from spatialplan.model.plan import Status
from spatialplan.outputs import profile_frames
from spatialplan.outputs.figures import canvas, coverage_plate, map_legend, map_plate, plate
from spatialplan.outputs.figures import map_scene as scenes
from spatialplan.outputs.style import read_style
from spatialplan.outputs.townships import SHARE_CLASSES, read_townships
from spatialplan.text import Text
from tests import sample
from tests.coverage_sample import sample_coverage, without_positions
from tests.outputs.test_figure import _empty_basemap

STAMP = "2026-11-22 10:00:00 +0800"


def _overview(lang="zh", paper="A4", result=None):
    return map_plate.overview(
        result or sample.sample_result(), sample.sample_basemap(), plate.PAPERS[paper],
        stamp=STAMP, lang=lang,
    )  # fmt: skip


def _concept(lang="zh", number=0, result=None):
    result = result or sample.sample_result()
    chosen = list(profile_frames.pairs(result))[number]
    return map_plate.concept_map(
        result, sample.sample_basemap(), chosen, plate.PAPERS["A4"], stamp=STAMP, lang=lang
    )


def _coverage(lang="zh", result=None, basemap=None):
    return coverage_plate.coverage_map(
        result or sample_coverage(), basemap or sample.sample_basemap(), plate.PAPERS["A4"],
        stamp=STAMP, lang=lang,
    )  # fmt: skip


def words_of(figure) -> list[str]:
    """Return every text of a figure."""
    return [found.get_text() for found in figure.findobj(Words) if found.get_text()]


def label_boxes(figure) -> list[np.ndarray]:
    """Return the boxes of the labels of each map of a figure, frame and scale aside."""
    maps = [axes for axes in figure.axes if axes.get_aspect() and axes.axison]
    found = []
    for axes in maps:
        labels = [text for text in axes.texts if text.get_zorder() == 20]
        found.append(np.array([text.get_window_extent().extents for text in labels]))
    return [boxes for boxes in found if len(boxes)]


def overlaps(boxes: np.ndarray) -> int:
    """Return how many pairs of boxes share room."""
    low, high = (
        np.maximum(boxes[:, None, :2], boxes[:, :2]),
        np.minimum(boxes[:, None, 2:], boxes[:, 2:]),
    )
    shared = np.all(high - low > 0.5, axis=2)
    return int(np.triu(shared, 1).sum())


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("zh", ("内部工作底图", "审图号：", "制图时间 2026-11-22", "数据来源：", "数据质量：", "公里", "N")),
        ("en", ("Internal working map", "approval No.", "Drawn 2026-11-22", "Data:",
                "Data quality:", "km", "N")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("draw", [_overview, _concept, _coverage])
def test_every_map_has_its_parts(draw, lang, parts):
    with canvas.drawing():
        said = words_of(draw(lang))
    for part in parts:
        if draw is not _coverage or part not in ("数据来源：", "Data:"):  # it has no sources
            assert any(part in text for text in said), part
    assert any(sample.sample_plan().title.say(lang) in text for text in said)


def test_the_sheet_has_the_shape_of_its_paper():
    for paper in plate.PAPERS.values():
        with canvas.drawing():
            width, height = _overview(paper=paper.name).get_size_inches() * 25.4
        assert (width * paper.enlarge, height * paper.enlarge) == pytest.approx(
            (paper.width_mm, paper.height_mm)
        )


def test_a_concept_tells_answer_findings_and_doubts():
    with canvas.drawing():
        said = "\n".join(words_of(_concept()))
    for part in ("环线未闭合，西侧缺 6.2 公里。", "闭合 71.4%，缺口 6.2 公里", "车速为假设值。",
                 "核查要点 3 项"):  # fmt: skip
        assert part in said
    states = read_style().states
    assert f"{states['fails'].sign} {states['fails'].label.zh}" in said


def test_every_sketch_has_its_entry_and_no_other():
    result = sample.sample_result()
    concept, profile = next(iter(profile_frames.pairs(result)))
    symbols = read_style().sketches

    def entries(profile):
        changed = dataclasses.replace(result, profiles=(profile,))
        scene = map_plate._concept_scene(changed, sample.sample_basemap(), concept, "zh")
        bounds = scenes.framed(map_plate._extent(scene, changed), 1.2)
        return [entry.text for entry in map_legend.legend_entries(scene, bounds)]

    found = entries(profile)
    for role in sample.SKETCH_ROLES:
        assert found.count(symbols[role].label.zh) == 1, role
    fewer = tuple(mark for mark in profile.marks if mark.role != "catchment")
    assert symbols["catchment"].label.zh not in entries(dataclasses.replace(profile, marks=fewer))
    with canvas.drawing():
        said = words_of(_concept())
    assert all(symbols[role].label.zh in said for role in sample.SKETCH_ROLES)


def test_short_lines_show_their_symbol_in_map_and_legend():
    result = sample.sample_result()
    concept, _ = next(iter(profile_frames.pairs(result)))
    scene = map_plate._concept_scene(result, sample.sample_basemap(), concept, "zh")
    bounds = scenes.framed(map_plate._extent(scene, result), 1.2)
    label = read_style().sketches["gap"].label.zh
    (entry,) = [e for e in map_legend.legend_entries(scene, bounds) if e.text == label]
    assert entry.spotted


def test_a_feature_under_a_sketch_is_drawn_once():
    result = sample.sample_result()
    concept, profile = next(iter(profile_frames.pairs(result)))
    spot = next(
        f for f in result.features if f.geometry is not None and f.geometry.geom_type == "Point"
    )
    wanted = dataclasses.replace(concept, roles={"sections": (spot.id,)})
    point = next(mark for mark in profile.marks if mark.role == "point")

    def drawn(geometry) -> list[str]:
        marks = (dataclasses.replace(point, geometry=geometry),)
        changed = dataclasses.replace(result, profiles=(dataclasses.replace(profile, marks=marks),))
        scene = map_plate._concept_scene(changed, sample.sample_basemap(), wanted, "zh")
        return scene.features["id"].tolist()

    assert drawn(Point(112.99, 27.94)) == [spot.id]
    assert drawn(spot.geometry) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_labels_lie_free_of_each_other(lang):
    result = sample.sample_result()
    crowd = tuple(
        dataclasses.replace(
            result.features[6], id=f"n{n}", name=f"很长的要素名称 {n}",
            geometry=Point(112.84 + n % 7 / 300, 27.83 + n // 7 / 300),
        )
        for n in range(42)
    )  # fmt: skip
    crowded = dataclasses.replace(result, features=(*result.features, *crowd))
    with canvas.drawing():
        for figure in (_overview(lang, result=crowded), _concept(lang), _coverage(lang)):
            maps = label_boxes(figure)
            assert maps
            assert sum(overlaps(boxes) for boxes in maps) == 0


def test_nothing_in_the_column_lies_on_anything_else():
    with canvas.drawing():
        for figure in (_overview(), _concept(), _concept("en"), _coverage("en")):
            boxes = np.array([axes.get_window_extent().extents for axes in figure.axes[1:]])
            assert overlaps(boxes) == 0
            width, height = figure.get_size_inches() * figure.dpi
            for text in figure.findobj(Words):
                if text.get_text() and text.get_zorder() != 20 and text.get_visible():
                    low_x, low_y, high_x, high_y = text.get_window_extent().extents
                    assert low_x >= -1, text.get_text()
                    assert high_x <= width + 1, text.get_text()
                    assert low_y >= -1, text.get_text()
                    assert high_y <= height + 1, text.get_text()


def test_a_concept_without_marks_or_places_is_drawn_with_its_answer():
    with canvas.drawing():
        said = words_of(_concept(number=1))
    assert any("无数据" in text for text in said)


def test_a_plan_without_concepts_villages_or_basemap_still_has_an_overview():
    result = sample.bare_result()
    lost = tuple(
        dataclasses.replace(f, geometry=None, status=Status.UNLOCATED) for f in result.features
    )
    result = dataclasses.replace(result, villages=(), features=lost)
    with canvas.drawing():
        figure = map_plate.overview(
            result, _empty_basemap(), plate.PAPERS["A4"], stamp=STAMP, lang="zh"
        )
        assert any("论断核查" in text for text in words_of(figure))


def test_townships_take_the_land_of_their_nearest_villages():
    result = sample_coverage()
    ground = scenes.project_basemap(sample.sample_basemap(), result.plan.crs)["districts"]
    townships = read_townships(result, 0, ground)
    placed = [one for one in townships if one.shape is not None]
    assert placed
    outline = ground.union_all()
    assert sum(one.shape.area for one in placed) <= outline.area * 1.0001
    for n, one in enumerate(placed):
        assert one.shape.contains(Point(one.anchor))
        assert all(one.shape.intersection(b.shape).area < 1 for b in placed[n + 1 :])
    total = sum(one.tally.total for one in townships)
    assert total == sum(v.demand.on_roster for v in result.villages) or total == len(
        result.villages
    )


def test_townships_are_classed_by_what_is_judged():
    result = sample_coverage()
    ground = scenes.project_basemap(sample.sample_basemap(), result.plan.crs)["districts"]
    one = read_townships(result, 0, ground)[0]

    def classed(covered: int, not_covered: int, no_data: int = 0):
        counts = {"covered": covered, "not_covered": not_covered, "uncertain": 0, "unroutable": 0,
                  "no_data": no_data}  # fmt: skip
        changed = dataclasses.replace(one, tally=dataclasses.replace(one.tally, counts=counts))
        return coverage_plate._class_of(changed), changed.is_doubtful

    assert classed(4, 0) == (4, False)
    assert classed(99, 1) == (3, False)
    assert classed(9, 1) == (3, False)
    assert classed(3, 1) == (2, False)
    assert classed(1, 1) == (1, False)
    assert classed(0, 4) == (0, False)
    assert classed(0, 0, 5) == (None, True)
    assert classed(1, 1, 3) == (1, True)
    assert classed(2, 1, 2) == (1, False)


def test_villages_outside_their_district_draw_no_township():
    result = sample_coverage()
    ground = scenes.project_basemap(sample.sample_basemap(), result.plan.crs)["districts"]
    away = ground.assign(geometry=[box(0, 0, 1, 1)])
    assert all(one.shape is None for one in read_townships(result, 0, away))
    bare = without_positions(result)
    assert all(one.shape is None for one in read_townships(bare, 0, ground))
    with canvas.drawing():
        assert _coverage(result=bare)
        assert _coverage(basemap=_empty_basemap())


def test_a_village_beyond_the_edge_of_its_district_takes_none_of_its_land():
    result = sample_coverage()
    district = gpd.GeoDataFrame(
        {"name": ["雨湖区"]}, geometry=[box(112.8, 27.8, 112.935, 27.95)], crs="EPSG:4326"
    ).to_crs(result.plan.crs)
    inside, outside = read_townships(result, 0, district)
    assert inside.shape.area == pytest.approx(district.area.iloc[0], rel=0.01)
    assert outside.shape is None


def test_a_concept_with_too_much_to_say_keeps_its_legend_and_counts_the_rest():
    result = sample.sample_result()
    profile = result.profiles[0]
    many = tuple(
        dataclasses.replace(profile.findings[0], answer=Text(f"第 {n} 项" * 12, f"item {n} " * 12))
        for n in range(40)
    )
    changed = dataclasses.replace(profile, findings=many, answer=Text("长" * 300, "long " * 60))
    with canvas.drawing():
        figure = _concept(result=dataclasses.replace(result, profiles=(changed,)))
        boxes = np.array([axes.get_window_extent().extents for axes in figure.axes[1:]])
        said = words_of(figure)
    assert overlaps(boxes) == 0
    assert boxes[:, 1].min() >= 0
    shown = sum(text.startswith("第 ") for text in said)
    assert 0 < shown < 40
    assert any(text.startswith("（另有 ") for text in said)
    assert all(read_style().sketches[role].label.zh in said for role in sample.SKETCH_ROLES)


def test_the_legend_of_coverage_counts_the_townships_of_each_class():
    result = sample_coverage()
    with canvas.drawing():
        said = "\n".join(words_of(_coverage()))
    ground = scenes.project_basemap(sample.sample_basemap(), result.plan.crs)["districts"]
    shown = [one for one in read_townships(result, 0, ground) if one.shape is not None]
    for at, label in enumerate(SHARE_CLASSES):
        count = sum(coverage_plate._class_of(one) == at for one in shown)
        assert (f"{label.zh}（{count} 个）" in said) == (count > 0)
    assert "不是行政界线" in said
