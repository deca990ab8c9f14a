"""The tools on the web maps, used by mouse and by keyboard, and their numbers against PROJ."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyproj
import pytest

from spatialplan.outputs.web import coverage_map, engine, folium_map, offline
from tests.coverage_sample import sample_coverage
from tests.outputs.test_folium_map import PHONE, STAMP, Reader
from tests.sample import sample_basemap, sample_result

GEOD = pyproj.Geod(ellps="WGS84")
HERE = (112.9, 27.85)


@pytest.fixture(scope="module")
def coverage_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tools") / "情景 map.html"
    result = sample_coverage(change=True)
    coverage_map.write_coverage_map(result, sample_basemap(), path, stamp=STAMP)
    return path


def open_page(page: Any, path: Path) -> Reader:
    reader = Reader(page)
    page.goto(path.as_uri())
    page.wait_for_selector("#panel .tab")
    view = f"SpatialPlan.map.setView([{HERE[1]}, {HERE[0]}], 13, {{animate: false}}) && 0"
    reader.say(view)
    return reader


@pytest.fixture(scope="module")
def formulas(chromium: Any) -> Iterator[Any]:
    """A page with nothing but the formulas."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.evaluate(offline.own_text("geodesy.js"))
    yield page
    context.close()


@pytest.fixture
def reader(browser_page: Any, coverage_file: Path) -> Reader:
    return open_page(browser_page, coverage_file)


def card(reader: Reader) -> str:
    return reader.page.locator(".tool-card").inner_text()


def place(reader: Reader, x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a point of the window."""
    found = reader.page.evaluate(
        "([x, y]) => { const box = SpatialPlan.map.getContainer().getBoundingClientRect();"
        " const at = SpatialPlan.map.containerPointToLatLng([x - box.left, y - box.top]);"
        " return [at.lng, at.lat]; }",
        [x, y],
    )
    return found[0], found[1]


def pressed(reader: Reader, tool: str) -> bool:
    return reader.page.get_attribute(f"#tool-{tool}", "aria-pressed") == "true"


def kilometres(words: str) -> float:
    found = re.search(r"([\d.]+) 公里（", words)
    assert found, words
    return float(found[1])


# ---- numbers ------------------------------------------------------------------------------------


def test_distances_agree_with_proj(formulas: Any):
    rng = random.Random(6)
    pairs = []
    for size in (1e-4, 1e-3, 1e-2, 0.1, 1.0, 20.0):
        for lon, lat in (HERE, (0.0, 0.0), (-70.0, 65.0)):
            away = (lon + rng.uniform(-size, size), lat + rng.uniform(-size, size))
            pairs.append([(lon, lat), away])
    pairs.append([(10.0, 0.0), (25.0, 0.0)])
    mine = formulas.evaluate(
        f"{[[list(a), list(b)] for a, b in pairs]}.map(([a, b]) =>"
        " SpatialPlan.distance({lng: a[0], lat: a[1]}, {lng: b[0], lat: b[1]}))"
    )
    theirs = [GEOD.inv(*a, *b)[2] for a, b in pairs]
    assert mine == pytest.approx(theirs, rel=1e-6)
    assert formulas.evaluate("SpatialPlan.distance({lng: 1, lat: 1}, {lng: 1, lat: 1})") == 0
    far = formulas.evaluate("SpatialPlan.distance({lng: 0, lat: 0}, {lng: 179.9, lat: 0.1})")
    assert far == pytest.approx(GEOD.inv(0, 0, 179.9, 0.1)[2], rel=5e-3)


def test_areas_agree_with_proj(formulas: Any):
    rng = random.Random(7)
    for size, lat in ((0.001, 27.8), (0.05, 27.8), (1.0, 27.8), (2.0, -50.0), (3.0, 0.0)):
        ring = [
            (112.9 + size * rng.uniform(0.4, 1) * math.cos(turn),
             lat + size * rng.uniform(0.4, 1) * math.sin(turn))
            for turn in (number * math.pi / 5 for number in range(10))
        ]  # fmt: skip
        theirs = abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0])
        for order in (ring, ring[::-1]):
            mine = formulas.evaluate(
                f"SpatialPlan.areaOf({[list(p) for p in order]}"
                ".map(([lng, lat]) => ({lng, lat})))"
            )
            assert mine == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("code", ["EPSG:4547", "EPSG:4546", "EPSG:4526", "EPSG:32649"])
def test_grid_coordinates_agree_with_proj(formulas: Any, code: str):
    grid = engine._grid(code)
    assert grid is not None
    crs = pyproj.CRS(code)
    project = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    places = [(grid["lon0"] + east, lat) for east in (-3, -1.1, 0, 0.7, 3) for lat in (0, 24, 30)]
    mine = formulas.evaluate(
        "([places, grid]) => places.map(([lng, lat]) => SpatialPlan.project({lng, lat}, grid))",
        [places, grid],
    )
    for (lon, lat), found in zip(places, mine, strict=True):
        east, north = project.transform(lon, lat)
        assert found["y"] == pytest.approx(east, abs=1e-5)
        assert found["x"] == pytest.approx(north, abs=1e-5)


@pytest.mark.parametrize("code", ["EPSG:2437", "EPSG:4326", "EPSG:3857", "EPSG:32049"])
def test_a_grid_that_needs_a_shift_or_another_formula_is_not_shown(code: str):
    assert engine._grid(code) is None


@pytest.mark.parametrize(
    ("degrees", "words"),
    [(112.99999999, "113°00′00.00″E"), (-27.5, "27°30′00.00″W"), (0.0166666, "0°01′00.00″E"),
     (112.934512, "112°56′04.24″E")],
)  # fmt: skip
def test_seconds_never_read_sixty(formulas: Any, degrees: float, words: str):
    assert formulas.evaluate(f"SpatialPlan.dms({degrees}, 'EW')") == words


# ---- measure ------------------------------------------------------------------------------------


def test_a_distance_by_mouse_ends_with_a_double_click(reader: Reader):
    page = reader.page
    spots = [(700, 300), (800, 420), (640, 500)]
    page.click("#tool-distance")
    for x, y in spots[:2]:
        page.mouse.click(x, y)
    page.mouse.dblclick(*spots[2])
    lons, lats = zip(*(place(reader, x, y) for x, y in spots), strict=True)
    assert kilometres(card(reader)) == pytest.approx(
        GEOD.line_length(lons, lats) / 1000, abs=0.0051
    )
    assert "2 段" in card(reader)
    assert not pressed(reader, "distance")
    assert reader.say("SpatialPlan.map.getZoom()") == 13, "a double click must not zoom"
    assert page.locator(".leaflet-tools-pane path.measured").count() == 5
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-tools-pane path.measured").count() == 0
    assert page.locator(".tool-card").count() == 0
    assert reader.complaints == []


def test_a_double_click_at_the_start_is_no_end(reader: Reader):
    reader.page.click("#tool-area")
    reader.page.mouse.dblclick(700, 300)
    assert pressed(reader, "area")
    assert reader.page.locator("path.measured").count() == 1


def test_a_distance_by_keyboard_alone(reader: Reader):
    page = reader.page
    page.focus("#tool-distance")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement === SpatialPlan.map.getContainer()")
    centres = []
    for key in ("ArrowRight", "ArrowDown", ""):
        centres.append(reader.say("(c => [c.lng, c.lat])(SpatialPlan.map.getCenter())"))
        page.keyboard.press("Space")
        if key:
            page.keyboard.press(key)
            page.wait_for_timeout(400)
    assert centres[0] != centres[1] != centres[2]
    page.keyboard.press("Backspace")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    length = GEOD.line_length(*zip(*centres, strict=True))
    assert kilometres(card(reader)) == pytest.approx(length / 1000, abs=0.0051)
    assert not pressed(reader, "distance")


def test_an_area_and_its_perimeter(reader: Reader):
    page = reader.page
    spots = [(700, 300), (860, 320), (820, 480), (690, 470)]
    page.click("#tool-area")
    for x, y in spots:
        page.mouse.click(x, y)
    page.click(".tool-card [data-do=end]")
    ring = [place(reader, x, y) for x, y in spots]
    area, perimeter = GEOD.polygon_area_perimeter(*zip(*ring, strict=True))
    said = re.search(r"([\d.]+) 平方公里，周长 ([\d.]+) 公里", card(reader))
    assert said, card(reader)
    assert float(said[1]) == pytest.approx(abs(area) / 1e6, abs=0.0051)
    assert float(said[2]) == pytest.approx(perimeter / 1e3, abs=0.0051)
    page.click(".tool-card [data-do=clear]")
    assert page.locator("path.measured").count() == 0


def test_an_outline_that_crosses_itself_has_no_area(reader: Reader):
    page = reader.page
    page.click("#tool-area")
    for x, y in ((700, 300), (860, 480), (860, 300), (700, 480)):
        page.mouse.click(x, y)
    assert "边线相交" in card(reader)
    assert "平方" not in card(reader)


def test_things_on_the_map_are_silent_while_it_is_measured_and_speak_again(reader: Reader):
    page = reader.page
    x, y = reader.say(
        "(map => (p => [p.x + map.getContainer().getBoundingClientRect().left, p.y])"
        "(map.latLngToContainerPoint(Object.values(SpatialPlan.renderer('villages')._layers)[0]"
        ".getLatLng())))(SpatialPlan.map)"
    )
    page.click("#tool-distance")
    page.mouse.click(x, y)
    assert page.locator(".leaflet-popup").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert not pressed(reader, "distance")
    page.mouse.click(x, y)
    assert page.locator(".leaflet-popup").count() == 1


def test_escape_clears_first_and_ends_next_and_one_tool_replaces_another(reader: Reader):
    page = reader.page
    page.click("#tool-distance")
    page.mouse.click(700, 300)
    page.keyboard.press("Escape")
    assert pressed(reader, "distance")
    assert page.locator("path.measured").count() == 0
    page.click("#tool-area")
    assert not pressed(reader, "distance")
    assert pressed(reader, "area")
    page.click("#tool-pin")
    assert not pressed(reader, "area")
    page.keyboard.press("Escape")
    assert page.locator("[id^=tool-][aria-pressed=true]").count() == 0
    assert page.locator(".tool-card").count() == 0


# ---- coordinates --------------------------------------------------------------------------------


def test_the_readout_follows_the_pointer_in_degrees_and_in_the_grid(reader: Reader):
    page = reader.page
    page.mouse.move(800, 400)
    lon, lat = place(reader, 800, 400)
    said = page.locator(".coordinates").inner_text()
    assert f"{lon:.6f}°" in said
    assert f"{lat:.6f}°" in said
    east, north = pyproj.Transformer.from_crs(4490, 4547, always_xy=True).transform(lon, lat)
    assert f"x {north:.1f}  y {east:.1f} 米" in said
    page.click(".coordinate-text")
    assert re.search(r"\d+°\d\d′\d\d\.\d\d″E {2}\d+°\d\d′\d\d\.\d\d″N", said_now(reader))
    assert "中央经线 114" in page.get_attribute(".coordinate-text", "title")


def said_now(reader: Reader) -> str:
    return reader.page.locator(".coordinates").inner_text()


def test_a_held_place_stays_and_is_copied_in_cells(reader: Reader):
    page = reader.page
    page.click("#tool-pin")
    page.mouse.click(800, 400)
    lon, lat = place(reader, 800, 400)
    page.mouse.move(900, 600)
    copied = page.evaluate(
        "() => new Promise(done => { document.addEventListener('copy', () =>"
        " done(document.activeElement.value));"
        " document.querySelector('.coordinate-copy').click(); })"
    )
    cells = copied.split("\t")
    assert cells[:2] == [f"{lon:.6f}", f"{lat:.6f}"]
    assert len(cells) == 4
    assert "已复制" in said_now(reader)
    assert page.evaluate("document.activeElement.className") == "coordinate-copy"
    page.keyboard.press("Escape")
    page.mouse.move(900, 610)
    assert f"{lon:.6f}°" not in said_now(reader)


def test_by_keyboard_the_readout_tells_the_middle_of_the_map(reader: Reader):
    page = reader.page
    page.mouse.move(700, 300)
    page.focus("#map_plan")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    lon = reader.say("SpatialPlan.map.getCenter().lng")
    assert f"{lon:.6f}°" in said_now(reader)
    page.click("#tool-pin")
    page.keyboard.press("Enter")
    assert page.locator("path.held-place").count() == 1


def test_without_a_grid_degrees_alone_are_told(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_grid", lambda crs: None)
        folium_map.write_map(sample_result(), sample_basemap(), path, stamp=STAMP, lang="en")
    reader = open_page(browser_page, path)
    assert not reader.page.locator(".coordinate-line").nth(1).is_visible()
    assert len(reader.say("SpatialPlan.coordinatesText()").split("\t")) == 2
    assert "lon 112.9" in said_now(reader)
    assert reader.complaints == []


# ---- full screen and own place ------------------------------------------------------------------


def test_full_screen_and_back(reader: Reader):
    page = reader.page
    page.click("#tool-full")
    page.wait_for_selector("#tool-full[aria-pressed=true]")
    assert reader.say("document.fullscreenElement === document.documentElement")
    page.click("#tool-full")
    page.wait_for_selector("#tool-full[aria-pressed=false]")
    assert reader.say("document.fullscreenElement") is None


def test_full_screen_is_not_offered_where_there_is_none(browser_page: Any, coverage_file: Path):
    browser_page.add_init_script(
        "Object.defineProperty(document, 'fullscreenEnabled', {get: () => false})"
    )
    reader = open_page(browser_page, coverage_file)
    assert reader.page.locator("#tool-full").count() == 0
    assert reader.complaints == []


def answered(page: Any, answer: str) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'geolocation', {get: () => ({getCurrentPosition:"
        f" (found, refused) => {{ {answer}; }} }})}})"
    )


def test_own_place_is_drawn_with_its_accuracy(browser_page: Any, coverage_file: Path):
    answered(
        browser_page,
        "found({coords: {longitude: 112.9412, latitude: 27.8301, accuracy: 35}})",
    )
    reader = open_page(browser_page, coverage_file)
    reader.page.click("#tool-locate")
    assert "精度约 35.0 米" in card(reader)
    assert "不发送" in card(reader)
    assert reader.page.locator("path.own-place").count() == 1
    assert reader.page.locator("path.own-accuracy").count() == 1
    centre = reader.say("(c => [c.lng, c.lat])(SpatialPlan.map.getCenter())")
    assert centre == pytest.approx([112.9412, 27.8301], abs=0.01), "beside the open legend"
    reader.page.click("#tool-locate")
    assert reader.page.locator("path.own-place").count() == 0
    assert reader.requests == [coverage_file.as_uri()]


def test_a_refused_place_is_told_in_words(browser_page: Any, coverage_file: Path):
    answered(browser_page, "refused({code: window.code})")
    reader = open_page(browser_page, coverage_file)
    for code, words in ((1, "不允许定位"), (2, "取不到当前位置"), (3, "超时")):
        reader.say(f"window.code = {code}")
        reader.page.click("#tool-locate")
        assert words in card(reader)
        reader.page.click("#tool-locate")
    assert reader.page.locator("path.own-place").count() == 0
    assert reader.complaints == []


def test_an_answer_after_the_card_has_gone_is_not_shown(browser_page: Any, coverage_file: Path):
    late = "window.late = () => found({coords: {longitude: 112.9, latitude: 27.8, accuracy: 9}})"
    answered(browser_page, late)
    reader = open_page(browser_page, coverage_file)
    reader.page.click("#tool-locate")
    assert "正在取当前位置" in card(reader)
    reader.page.click(".tool-card .tool-action")
    reader.say("window.late() || 0")
    assert reader.page.locator("path.own-place").count() == 0
    assert reader.page.locator(".tool-card").count() == 0


# ---- the page -----------------------------------------------------------------------------------


def test_tools_ask_for_nothing_and_have_names(reader: Reader, coverage_file: Path):
    page = reader.page
    for tool in ("distance", "area", "pin", "swipe", "locate"):
        page.click(f"#tool-{tool}")
        page.mouse.click(900, 400)
    buttons = page.locator(".map-tool")
    assert buttons.count() == 6
    assert all(b.get_attribute("aria-label") for b in buttons.all())
    assert reader.requests == [coverage_file.as_uri()]
    assert reader.complaints == []


def test_on_a_phone_tools_fit_beside_each_other(browser_page: Any, coverage_file: Path):
    browser_page.set_viewport_size(PHONE)
    reader = open_page(browser_page, coverage_file)
    tools = reader.page.locator(".map-tools").bounding_box()
    readout = reader.page.locator(".coordinates").bounding_box()
    assert tools["y"] + tools["height"] < readout["y"]
    reader.page.click("#tool-distance")
    box = reader.page.locator(".tool-card").bounding_box()
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] + box["height"] < readout["y"]
    reader.page.click("#tool-swipe")
    card_box = reader.page.locator(".tool-card").bounding_box()
    handle = reader.page.locator(".swipe-handle").bounding_box()
    assert card_box["y"] + card_box["height"] < handle["y"]
    assert handle["y"] + handle["height"] < readout["y"]
    legend = reader.page.locator(".legend").bounding_box()
    assert readout["x"] + readout["width"] < legend["x"]
