"""Layout concepts on the web map, read as a reader reads them: in a browser, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapely import Point

from spatialplan.outputs import wording
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.profile_frames import SPOTTED, sketches_frame
from spatialplan.outputs.style import read_style
from spatialplan.outputs.web import concepts as web_concepts
from spatialplan.outputs.web import folium_map
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.pieces import SKETCH_BUDGET, pieces
from tests.outputs.test_folium_map import PHONE, STAMP, Reader
from tests.sample import FORMULA, HOSTILE, bare_result, sample_basemap, sample_result

HERE = "SpatialPlan.map.hasLayer(SpatialPlan.layers['sketches-belt'])"


@pytest.fixture(scope="module")
def concept_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("concepts") / "map.html"
    folium_map.write_map(sample_result(), sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture
def reader(browser_page: Any, concept_map: Path) -> Reader:
    reader = Reader(browser_page).open(concept_map)
    reader.page.click("#tab-concepts")
    return reader


def layer_of_sketches() -> Layer:
    layers = web_tree.page_layers(sample_result(), sample_basemap(), "zh")
    return next(layer for layer in layers if layer.source == "sketches")


# ---- the pieces -------------------------------------------------------------------------------


def test_each_mark_is_drawn_in_its_form_and_short_lines_get_a_symbol():
    layer = layer_of_sketches()
    found = pieces(layer, read_style())
    assert [(piece.form, piece.pane, len(piece.styles)) for piece in found] == [
        ("area", "sketch_areas", 3), ("line", "sketches", 8), ("point", "sketch_points", 4),
        ("point", "sketch_points", len(SPOTTED)),
    ]  # fmt: skip
    spots = {layer.frame.set_index("mark").loc[key, "role"] for key in found[3].styles}
    assert spots == SPOTTED


def test_service_areas_are_thinned_to_what_a_page_may_hold():
    layer = layer_of_sketches()
    ragged = Point(112.9, 27.9).buffer(0.05, quad_segs=9000)
    frame = layer.frame.set_geometry([ragged] * len(layer.frame), crs=layer.frame.crs)
    heavy = Layer(
        id=layer.id, source=layer.source, value=layer.value, group=layer.group, label=layer.label,
        frame=frame, visible=False, labels=False,
    )  # fmt: skip
    [piece] = pieces(heavy, read_style())
    rings = [f["geometry"]["coordinates"][0] for f in piece.data["features"]]
    assert 0 < sum(map(len, rings)) <= SKETCH_BUDGET
    assert all(round(x, 5) == x for ring in rings for x, _ in ring)


def test_names_are_short_and_telling_sketches_win_the_room():
    layer = layer_of_sketches()
    names = {name["text"]: name for name in web_names.names([layer], read_style())}
    assert len(names) == len(layer.frame)
    assert all(wording.ems(text) <= web_names.SKETCH_EMS for text in names)
    assert names["标记 gap"]["rank"] > names["标记 path"]["rank"]
    assert {name["owner"] for name in names.values()} == {"sketches-belt"}


def test_the_page_tells_what_the_profiles_say():
    belt, hubs = web_concepts.said(sample_result(), "en")
    assert belt["name"] == "Ring belt"
    assert belt["layer"] == "sketches-belt"
    assert belt["counts"]["fails"] == 1
    assert [finding["value"] for finding in belt["findings"]] == ["71.4%", "", "2.31 km"]
    assert (hubs["layer"], hubs["box"]) == ("", None)
    shapes = sketches_frame(sample_result()).total_bounds
    assert belt["box"] == [
        [pytest.approx(shapes[1], abs=1e-5), pytest.approx(shapes[0], abs=1e-5)],
        [pytest.approx(shapes[3], abs=1e-5), pytest.approx(shapes[2], abs=1e-5)],
    ]


def test_dashed_sketches_keep_their_gaps():
    found = list(pieces(layer_of_sketches(), read_style())[1].styles.values())
    assert {one["dashArray"] is None for one in found} == {True, False}
    assert all(("lineCap" in one) == (one["dashArray"] is not None) for one in found)


# ---- in the browser ---------------------------------------------------------------------------


def test_a_concept_answers_before_it_is_opened(reader: Reader):
    head = reader.page.locator("[data-concept=belt]")
    assert "环线未闭合，西侧缺 6.2 公里。" in head.inner_text()
    assert head.locator(".badge").all_inner_texts() == ["✓", "✗", "⊘"]
    assert not reader.say(HERE)
    assert reader.page.locator(".opened-concept:visible").count() == 0


def test_opening_a_concept_shows_its_sketches_alone_and_closing_hides_them(reader: Reader):
    page = reader.page
    page.click("[data-concept=belt]")
    assert reader.say(HERE)
    assert page.get_attribute("[data-concept=belt]", "aria-expanded") == "true"
    assert reader.say("SpatialPlan.map.getBounds().contains(SpatialPlan.data.concepts[0].box)")
    opacity = "getComputedStyle(document.querySelector('.leaflet-points-pane')).opacity"
    assert reader.say(opacity) == "0.38"
    page.click("[data-concept=hubs]")
    assert not reader.say(HERE)
    page.click("[data-concept=hubs]")
    assert reader.say(opacity) == "1"
    assert page.locator(".opened-concept:visible").count() == 0


def test_a_layer_that_was_on_before_stays_on(reader: Reader):
    reader.page.click("#tab-layers")
    reader.page.check("[data-layer=sketches-belt]")
    reader.page.click("#tab-concepts")
    reader.page.click("[data-concept=belt]")
    reader.page.click("[data-concept=belt]")
    assert reader.say(HERE)
    reader.page.click("#tab-layers")
    assert reader.page.locator("[data-layer=sketches-belt]").is_checked()


def test_findings_tell_their_state_and_lead_to_their_claims(reader: Reader):
    page = reader.page
    page.click("[data-concept=belt]")
    findings = page.locator("#page-concepts .finding")
    assert findings.evaluate_all("items => items.map(item => item.dataset.state)") == [
        "fails", "unroutable", "holds",
    ]  # fmt: skip
    assert "闭合 71.4%，缺口 6.2 公里" in findings.first.inner_text()
    page.click("#tab-claims")
    page.click("[data-filter=holds]")  # hides the claim that is looked for
    page.click("#tab-concepts")
    page.click("[data-goto=c2]")
    assert page.get_attribute("#tab-claims", "aria-selected") == "true"
    assert page.locator("[data-claim=c2]").is_visible()
    assert page.get_attribute("[data-claim=c2]", "aria-expanded") == "true"
    assert reader.complaints == []


def test_every_role_differs_on_the_map_and_is_in_the_legend(reader: Reader):
    page = reader.page
    page.click("[data-concept=belt]")
    lines = page.locator(".leaflet-sketches-pane path")
    looks = {
        (path.get_attribute("stroke"), path.get_attribute("stroke-dasharray"))
        for path in lines.all()
    }
    assert lines.count() == len(looks) == 8
    legend = page.locator(".legend-body").inner_text()
    for symbol in read_style().sketches.values():
        assert symbol.label.zh in legend
    assert legend.startswith("布局结构")
    page.click("[data-concept=belt]")
    assert "断点缺口" not in page.locator(".legend-body").inner_text()


def test_a_sketch_tells_its_label_as_text(reader: Reader, concept_map: Path):
    page = reader.page
    page.click("[data-concept=belt]")
    at = reader.say(
        "(p => ({x: p.x + SpatialPlan.map.getContainer().getBoundingClientRect().left, y: p.y}))"
        "(SpatialPlan.map.latLngToContainerPoint([27.93, 112.97]))"
    )
    page.mouse.move(at["x"], at["y"])
    assert page.locator(".leaflet-tooltip.tip").inner_text() == HOSTILE
    page.mouse.click(at["x"], at["y"])
    popup = page.locator(".leaflet-popup-content")
    assert popup.locator("h3").inner_text() == HOSTILE
    for words in ("地点", "环线产业圈", "环线未闭合"):
        assert words in popup.inner_text()
    assert page.locator("img").count() == 0
    assert page.title() == "样例规划"
    assert reader.complaints == []
    assert reader.requests == [concept_map.as_uri()]


def test_hostile_words_stay_text_and_within_the_panel(reader: Reader):
    page = reader.page
    assert FORMULA in page.locator("[data-concept=hubs]").inner_text()
    for concept in ("belt", "hubs"):
        page.click(f"[data-concept={concept}]")
        box = page.locator("#page-concepts")
        assert HOSTILE in box.inner_text()
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert page.locator("img").count() == 0


def test_a_phone_keeps_the_map_above_the_sheet(browser_page: Any, concept_map: Path):
    browser_page.set_viewport_size(PHONE)
    reader = Reader(browser_page).open(concept_map)
    page = reader.page
    page.click("#tab-concepts")
    page.click("[data-concept=belt]")
    assert page.evaluate("document.scrollingElement.scrollTop + document.body.scrollTop") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    top = page.locator("#page-concepts").bounding_box()["y"]
    assert page.locator("[data-concept=belt]").bounding_box()["y"] == pytest.approx(top, abs=1)
    assert page.locator("#map_plan").bounding_box()["y"] == 0


def test_without_concepts_there_is_no_tab(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    folium_map.write_map(bare_result(), sample_basemap(), path, stamp=STAMP)
    reader = Reader(browser_page).open(path)
    assert reader.page.locator("#tab-concepts").count() == 0
    assert reader.page.locator(".tab").count() == 5
    assert reader.complaints == []
