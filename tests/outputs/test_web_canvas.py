"""Villages, lines and classes on canvases: what is painted, what a pointer meets, what filters do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatialplan.outputs.style import read_style
from spatialplan.outputs.web import coverage_map
from tests.coverage_sample import sample_coverage
from tests.outputs.test_folium_map import STAMP, Reader, on_canvas
from tests.outputs.test_web_tools import open_page
from tests.sample import sample_basemap

VILLAGE = "430302001003"
PIXEL = """
([pane, id]) => {
  const canvas = SpatialPlan.renderer(pane);
  const at = SpatialPlan.map.latLngToLayerPoint(SpatialPlan.villages[id].at).subtract(canvas._bounds.min).round();
  const scale = canvas._container.width / canvas._bounds.getSize().x;
  return Array.from(canvas._ctx.getImageData(at.x * scale, at.y * scale, 1, 1).data);
}
"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("canvas") / "情景 map.html"
    result = sample_coverage(change=True)
    coverage_map.write_coverage_map(result, sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture
def reader(browser_page: Any, page_file: Path) -> Reader:
    reader = open_page(browser_page, page_file)
    reader.say("SpatialPlan.setLayers(SpatialPlan.shown().filter(id => /^villages-/.test(id)))")
    settle(reader)
    return reader


def settle(reader: Reader) -> None:
    """Wait until canvases have drawn what changed."""
    reader.say("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def pixel(reader: Reader, pane: str, village: str) -> str:
    """Return the colour in the middle of a village's symbol, empty where nothing is painted."""
    red, green, blue, opacity = reader.page.evaluate(PIXEL, [pane, village])
    return f"#{red:02x}{green:02x}{blue:02x}" if opacity else ""


def covered(reader: Reader) -> list[str]:
    return reader.say(
        "SpatialPlan.villageOrder.filter(v => v.at && SpatialPlan.stateOf(v, 0) === 'covered')"
        ".map(v => v.id)"
    )


def spot(reader: Reader, village: str) -> tuple[float, float]:
    x, y = reader.say(
        "(map => (p => [p.x + map.getContainer().getBoundingClientRect().left, p.y])"
        f"(map.latLngToContainerPoint(SpatialPlan.villages['{village}'].at)))(SpatialPlan.map)"
    )
    return x, y


def card(reader: Reader) -> str:
    found = reader.page.locator(".leaflet-popup-content h3")
    return found.inner_text() if found.count() else ""


def test_symbols_are_painted_where_they_stand_at_every_scale(reader: Reader):
    color = read_style().village_states["covered"].color
    ids = covered(reader)
    assert ids
    for step in ("0", "SpatialPlan.map.zoomIn(1, {animate: false}) && 0",
                 "SpatialPlan.map.panBy([31, 17], {animate: false}) && 0"):  # fmt: skip
        reader.say(step)
        settle(reader)
        for village in ids:
            reader.say(f"SpatialPlan.map.panTo(SpatialPlan.villages['{village}'].at,"
                       " {animate: false}) && 0")  # fmt: skip
            settle(reader)
            assert pixel(reader, "villages", village) == color
    size = "SpatialPlan.villages['430302001003'].symbol.getRadius()"
    small = reader.say(f"SpatialPlan.map.setZoom(10, {{animate: false}}) && {size}")
    assert reader.say(f"SpatialPlan.map.setZoom(14, {{animate: false}}) && {size}") > small


def test_shapes_differ_on_the_canvas_as_in_the_legend(reader: Reader):
    shapes = {look["shape"] for look in on_canvas(reader, "villages")}
    style = read_style().village_states
    assert shapes == {style[state].sign for state in style} & shapes
    assert len(shapes) > 2
    assert reader.page.locator(".leaflet-villages-pane svg").count() == 0


def test_the_pointer_names_a_symbol_and_a_click_opens_it(reader: Reader):
    page, (x, y) = reader.page, spot(reader, VILLAGE)
    tip, cursor = (
        page.locator(".leaflet-tooltip.tip"),
        "getComputedStyle(SpatialPlan.map.getContainer()).cursor",
    )
    page.mouse.move(x + 60, y + 60)
    assert tip.count() == 0
    page.mouse.move(x, y)
    tip.wait_for(timeout=2000)
    name = reader.say(f"SpatialPlan.villages['{VILLAGE}'].name")
    assert tip.inner_text() == name
    assert reader.say(cursor) == "pointer"
    page.mouse.move(x + 60, y + 60)
    tip.wait_for(state="detached", timeout=2000)
    assert reader.say(cursor) != "pointer"
    page.mouse.click(x, y)
    assert name in card(reader)
    assert reader.complaints == []


def test_what_lies_over_a_symbol_is_met_first(reader: Reader):
    x, y = spot(reader, VILLAGE)
    reader.say(
        f"SpatialPlan.symbolFor('w', {{id: 0, at: SpatialPlan.villages['{VILLAGE}'].at}}, 'points',"
        " SpatialPlan.styleOf('tier:station')).addTo(SpatialPlan.map) && 0"
    )
    reader.page.mouse.click(x, y)
    assert reader.say("SpatialPlan.facilities[0].name") in card(reader)


def test_a_dragged_map_opens_nothing(reader: Reader):
    page, (x, y) = reader.page, spot(reader, VILLAGE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    assert card(reader) == ""


def test_a_filter_takes_symbols_off_the_canvas_and_out_of_reach(reader: Reader):
    ids = covered(reader)
    reader.say("SpatialPlan.listVillages(['uncertain'])")
    settle(reader)
    assert {pixel(reader, "villages", village) for village in ids} == {""}
    x, y = spot(reader, ids[0])
    reader.page.mouse.click(x, y)
    assert reader.say(f"SpatialPlan.villages['{ids[0]}'].name") not in (card(reader) or "")
    reader.say("SpatialPlan.setFilters('')")
    settle(reader)
    assert pixel(reader, "villages", ids[0])


def test_after_symbols_and_paths_follow_the_filters(reader: Reader):
    after = (
        "SpatialPlan.villageOrder.filter(v => Object.values(SpatialPlan.renderer('after')._layers)"
        ".some(symbol => symbol.village === v)).map(v => v.id)"
    )
    reader.page.click("#tool-swipe")
    whole = reader.say(after)
    reader.say("SpatialPlan.listVillages(['uncertain'])")
    kept = reader.say(
        "SpatialPlan.villageOrder.filter(v => v.at && SpatialPlan.stateOf(v, 0) === 'uncertain')"
        ".map(v => v.id)"
    )
    assert reader.say(after) == kept
    assert 0 < len(kept) < len(whole)
    reader.say("SpatialPlan.setFilters('')")
    assert reader.say(after) == whole
    lines = (
        "SpatialPlan.layers.paths.getLayers().reduce((n, part) => n + part.getLayers().length, 0)"
    )
    reader.say("SpatialPlan.setLayers(['paths'])")
    every = reader.say(lines)
    reader.say("SpatialPlan.listVillages(['covered'])")
    some = reader.say(lines)
    assert 0 < some < every
    reader.say("SpatialPlan.setFilters('')")
    assert reader.say(lines) == every


def test_each_side_of_the_divider_has_its_own_symbols(reader: Reader):
    page, (x, y) = reader.page, spot(reader, VILLAGE)
    page.click("#tool-swipe")
    left = page.locator("#map_plan").bounding_box()["x"]
    hit = f"Boolean(SpatialPlan.renderer('PANE').at(L.point({x - left}, {y})))"
    for key, before in (("End", True), ("Home", False)):
        page.keyboard.press(key)
        assert reader.say(hit.replace("PANE", "villages")) is before
        assert reader.say(hit.replace("PANE", "after")) is not before
    page.keyboard.press("Escape")
    assert reader.say(hit.replace("PANE", "villages"))
