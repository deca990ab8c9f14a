"""Before and after of a scenario beside each other, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatialplan.outputs.web import coverage_map, folium_map
from tests.coverage_sample import sample_coverage
from tests.outputs.test_folium_map import STAMP, Reader
from tests.outputs.test_web_tools import HERE, open_page, pressed
from tests.sample import sample_basemap, sample_result


@pytest.fixture(scope="module")
def coverage_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tools") / "情景 map.html"
    result = sample_coverage(change=True)
    coverage_map.write_coverage_map(result, sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tools") / "plan.html"
    folium_map.write_map(sample_result(), sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture
def reader(browser_page: Any, coverage_file: Path) -> Reader:
    return open_page(browser_page, coverage_file)


def drawn_after(reader: Reader) -> dict[str, str]:
    return reader.say(
        "(seen => { SpatialPlan.map.eachLayer(x => { if (x.options.pane === 'after' && x.village)"
        " seen[x.village.id] = x.state; }); return seen; })({})"
    )


def test_the_swipe_shows_each_village_before_and_after(reader: Reader):
    page = reader.page
    before = reader.say(
        "Object.fromEntries(SpatialPlan.villageOrder.filter(v => v.at)"
        ".map(v => [v.id, SpatialPlan.stateOf(v, 0)]))"
    )
    page.click("#tool-swipe")
    change = sample_coverage(change=True).change
    assert change is not None
    quarter = {row["id"]: row["after"] for row in change.frame.to_dict("records")}
    expected = {key: quarter.get(key, state) for key, state in before.items()}
    assert drawn_after(reader) == expected != before
    page.locator(".choice").nth(1).click()
    second = reader.say(
        "Object.fromEntries(SpatialPlan.villageOrder.filter(v => v.at)"
        ".map(v => [v.id, SpatialPlan.stateOf(v, 1)]))"
    )
    assert drawn_after(reader) == second, "the scenario changes nothing for the second limit"


def test_the_divider_moves_by_keys_and_clips_both_sides(reader: Reader):
    page = reader.page
    page.focus("#tool-swipe")
    page.keyboard.press("Enter")
    slider = page.locator("[role=slider]")
    assert slider.get_attribute("aria-valuenow") == "50"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    centre = reader.say("SpatialPlan.map.getCenter().lng")
    for key, value in (("ArrowLeft", "48"), ("PageUp", "58"), ("Home", "0"), ("ArrowLeft", "0"),
                       ("End", "100"), ("PageDown", "90")):  # fmt: skip
        page.keyboard.press(key)
        assert slider.get_attribute("aria-valuenow") == value
    assert "左侧 90%" in slider.get_attribute("aria-valuetext")
    assert reader.say("SpatialPlan.map.getCenter().lng") == centre
    width = reader.say("SpatialPlan.map.getSize().x")
    for pane, left, right in (("villages", 0, 0.9), ("after", 0.9, 1), ("changes", 0.9, 1)):
        assert edges(reader, pane) == pytest.approx([left * width, right * width], abs=1)
    page.keyboard.press("Escape")
    assert not pressed(reader, "swipe")
    assert page.locator("[role=slider]").count() == 0
    assert reader.say("SpatialPlan.map.getPane('villages').style.clipPath") == ""
    assert drawn_after(reader) == {}


def edges(reader: Reader, pane: str) -> list[float]:
    """Return the left and right edge, within the map, of what a pane shows."""
    return reader.say(
        f"(pane => pane.style.clipPath.match(/-?[\\d.]+px/g).map(parseFloat)"
        ".filter((_, at) => at % 2 === 0).map(x =>"
        " SpatialPlan.map.layerPointToContainerPoint([x, 0]).x).slice(0, 2))"
        f"(SpatialPlan.map.getPane('{pane}'))"
    )


def test_the_divider_is_dragged_and_stays_when_the_map_moves(reader: Reader):
    page = reader.page
    page.click("#tool-swipe")
    box = page.locator(".swipe-handle").bounding_box()
    page.mouse.move(box["x"] + 17, box["y"] + 17)
    page.mouse.down()
    page.mouse.move(1100, 300, steps=3)
    page.mouse.up()
    map_left = page.locator("#map_plan").bounding_box()["x"]
    assert edges(reader, "villages")[1] == pytest.approx(1100 - map_left, abs=1)
    centre = reader.say("SpatialPlan.map.getCenter().lng")
    assert centre == pytest.approx(HERE[0], abs=1e-6), "the map stays while the divider moves"
    reader.say("SpatialPlan.map.panBy([130, 40], {animate: false}) && 0")
    reader.say("SpatialPlan.map.setZoom(12, {animate: false}) && 0")
    assert edges(reader, "villages")[1] == pytest.approx(1100 - map_left, abs=1)


def test_layers_that_are_off_are_off_on_both_sides(reader: Reader):
    page = reader.page
    page.click("#tool-swipe")
    assert "covered" in drawn_after(reader).values()
    page.click("#tab-layers")
    page.click("#layer-villages-covered")
    assert "covered" not in drawn_after(reader).values()
    page.click("#layer-villages-covered")
    assert "covered" in drawn_after(reader).values()


def test_only_a_page_with_a_scenario_has_a_swipe(browser_page: Any, plan_file: Path):
    reader = open_page(browser_page, plan_file)
    assert reader.page.locator("#tool-swipe").count() == 0
    assert reader.page.locator("#tool-distance").count() == 1
    assert reader.page.locator("#tool-online").count() == 0
