"""The online basemap that a map may offer: hosts, token, and what happens without a network."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from spatialplan.errors import OutputError
from spatialplan.outputs.web import basemaps, coverage_map, folium_map, offline
from tests.coverage_sample import sample_coverage
from tests.outputs.test_folium_map import STAMP, Reader
from tests.outputs.test_web_tools import card, open_page, pressed
from tests.sample import sample_basemap, sample_result

TOKEN = "0123456789abcdef0123456789abcdef"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4c/cdAAUQApjPmgb4AAAAAElFTkSuQmCC"
)


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


def offered(plan_file: Path, folder: Path, name: str, token: str = "") -> Path:
    """Return the file of a map that offers an online basemap."""
    page = plan_file.read_text(encoding="utf-8")
    online = basemaps.OnlineBasemap(name=name, token=token)
    path = folder / f"{name}.html"
    path.write_text(basemaps.offer_online(page, online), encoding="utf-8")
    return path


class Tiles:
    """A stand-in for a tile service; `up` says whether it answers."""

    def __init__(self, page: Any) -> None:
        self.up = True
        self.asked: list[str] = []
        page.context.set_offline(False)  # the browser itself has no way out
        page.route(re.compile("^https:"), self._answer)

    def _answer(self, route: Any) -> None:
        self.asked.append(route.request.url)
        if self.up:
            route.fulfill(status=200, content_type="image/png", body=PNG)
        else:
            route.abort()


def loaded(page: Any) -> None:
    page.wait_for_selector(".leaflet-online-pane img.leaflet-tile-loaded", timeout=5000)


def has_tiles(reader: Reader) -> bool:
    return reader.say("SpatialPlan.map.getContainer().classList.contains('has-tiles')")


def fills(reader: Reader) -> set[float]:
    return set(
        reader.say(
            "(found => { (function walk(layer) { layer.eachLayer ? layer.eachLayer(walk)"
            " : found.push(layer.options.fillOpacity); })(SpatialPlan.layers.districts);"
            " return found; })([])"
        )
    )


def on_map(reader: Reader) -> list[bool]:
    return reader.say(
        "['districts', 'water', 'roads'].map(id => SpatialPlan.map.hasLayer(SpatialPlan.layers[id]))"
    )


@pytest.mark.parametrize("name", list(basemaps.SERVICES))
def test_a_page_opens_to_the_hosts_of_its_basemap_alone(plan_file: Path, tmp_path: Path, name: str):
    closed = plan_file.read_text(encoding="utf-8")
    page = offered(plan_file, tmp_path, name, TOKEN).read_text(encoding="utf-8")
    hosts = {
        "osm": "https://tile.openstreetmap.org",
        "tianditu": " ".join(f"https://t{n}.tianditu.gov.cn" for n in range(8)),
        "tianditu-image": " ".join(f"https://t{n}.tianditu.gov.cn" for n in range(8)),
    }[name]
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    rest = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src"
    assert policy == [f"{rest} data: {hosts}"]
    told = re.search(r'<script type="application/json" id="online-basemap">.*?</script>\n', page)
    assert told
    back = page.replace(told[0], "").replace(f"img-src data: {hosts}", "img-src data:")
    assert back == closed, "nothing else changes"


def test_a_page_is_closed_unless_it_is_opened(plan_file: Path, coverage_file: Path):
    for file in (plan_file, coverage_file):
        page = file.read_text(encoding="utf-8")
        assert f'content="{offline.content_policy()}"' in page
        assert "tianditu.gov.cn" not in page
        assert "tile.openstreetmap" not in page


def test_a_page_of_another_make_is_refused():
    with pytest.raises(OutputError, match="重新安装"):
        basemaps.offer_online("<html></html>", basemaps.OnlineBasemap(name="osm"))


def test_tiles_come_and_go_with_the_basemap_of_the_page(
    browser_page: Any, plan_file: Path, tmp_path: Path
):
    tiles = Tiles(browser_page)
    reader = open_page(browser_page, offered(plan_file, tmp_path, "tianditu-image", TOKEN))
    loaded(browser_page)
    assert pressed(reader, "online")
    assert on_map(reader) == [True, False, False]
    assert fills(reader) == {0}, "tiles show through the districts"
    assert not browser_page.locator("#layer-roads").is_checked()
    assert "天地图" in browser_page.locator(".leaflet-control-attribution").inner_text()
    assert all(f"&tk={TOKEN}" in url for url in tiles.asked)
    assert all(
        re.match(r"https://t[0-7]\.tianditu\.gov\.cn/(img|cia)_w/wmts\?", u) for u in tiles.asked
    )
    assert {url.split("LAYER=")[1][:3] for url in tiles.asked} == {"img", "cia"}
    assert all("{" not in url for url in tiles.asked)
    browser_page.click("#tool-online")
    assert on_map(reader) == [True, True, True]
    assert fills(reader) == {1}
    assert browser_page.locator("img").count() == 0
    assert "天地图" not in browser_page.locator(".leaflet-control-attribution").inner_text()
    assert reader.complaints == []


def test_without_a_network_the_page_keeps_its_own_basemap(
    browser_page: Any, plan_file: Path, tmp_path: Path
):
    reader = open_page(browser_page, offered(plan_file, tmp_path, "tianditu", TOKEN))
    assert len(reader.requests) == 1, "a browser without a network asks for nothing"
    assert not pressed(reader, "online")
    browser_page.click("#tool-online")
    browser_page.wait_for_selector(".tool-card")
    assert "内置底图" in card(reader)
    assert not has_tiles(reader)
    assert on_map(reader) == [True, True, True]
    assert len(reader.requests) == 2, "one tile is tried, and no more"
    assert len(reader.complaints) <= 1


def test_tiles_that_stop_coming_are_given_up(browser_page: Any, plan_file: Path, tmp_path: Path):
    tiles = Tiles(browser_page)
    reader = open_page(browser_page, offered(plan_file, tmp_path, "osm"))
    assert tiles.asked == [], "a page from a disk waits to be asked"
    browser_page.click("#tool-online")
    loaded(browser_page)
    assert "可能不供图" in card(reader)
    browser_page.wait_for_load_state("networkidle")
    tiles.up = False
    reader.say("SpatialPlan.map.setView([29, 110], 12, {animate: false}) && 0")
    browser_page.locator(".tool-said", has_text="中断").wait_for(timeout=5000)
    assert not has_tiles(reader)
    assert on_map(reader) == [True, True, True]
    browser_page.wait_for_timeout(300)
    asked = len(tiles.asked)
    reader.say("SpatialPlan.map.setView([28, 112], 12, {animate: false}) && 0")
    browser_page.wait_for_timeout(300)
    assert len(tiles.asked) == asked


def test_a_page_without_a_token_asks_for_it_and_keeps_it_in_memory(
    browser_page: Any, plan_file: Path, tmp_path: Path
):
    tiles = Tiles(browser_page)
    path = offered(plan_file, tmp_path, "tianditu")
    reader = open_page(browser_page, path)
    assert tiles.asked == []
    browser_page.click("#tool-online")
    assert browser_page.evaluate("document.activeElement.id") == "tianditu-token"
    browser_page.keyboard.type("a b&<c>")
    browser_page.keyboard.press("Enter")
    assert browser_page.get_attribute("#tianditu-token", "aria-invalid") == "true"
    assert tiles.asked == []
    browser_page.fill("#tianditu-token", TOKEN)
    browser_page.keyboard.press("Enter")
    loaded(browser_page)
    assert all(f"tk={TOKEN}" in url for url in tiles.asked)
    assert TOKEN not in browser_page.evaluate("location.href + document.cookie")
    assert reader.say("localStorage.length + sessionStorage.length") == 0
    browser_page.click("#tool-online")
    browser_page.click("#tool-online")
    loaded(browser_page)
    assert reader.complaints == []


def test_layers_off_for_tiles_are_not_off_in_the_link(
    browser_page: Any, plan_file: Path, tmp_path: Path
):
    Tiles(browser_page)
    reader = open_page(browser_page, offered(plan_file, tmp_path, "tianditu", TOKEN))
    loaded(browser_page)
    assert on_map(reader) == [True, False, False]
    assert not reader.say("SpatialPlan.isOwnChoice()")
    assert "on=" not in reader.say("SpatialPlan.writeLink() || location.hash")
    browser_page.click("#tab-layers")
    browser_page.click("#layer-districts")
    told = reader.say("SpatialPlan.writeLink() || decodeURIComponent(location.hash)")
    assert "water" in told
    assert "districts" not in told
    browser_page.click("#tool-online")
    assert on_map(reader) == [False, True, True]
    assert reader.complaints == []


def test_the_words_of_the_online_basemap_follow_the_language(
    browser_page: Any, plan_file: Path, tmp_path: Path
):
    Tiles(browser_page)
    reader = open_page(browser_page, offered(plan_file, tmp_path, "tianditu"))
    said = []
    for _ in range(2):
        browser_page.click("#tool-online")
        said.append(browser_page.get_attribute("#tool-online", "aria-label") + card(reader))
        with browser_page.expect_navigation(wait_until="load"):
            browser_page.click("#language")
    assert "天地图" in said[0]
    assert "密钥" in said[0]
    assert re.search("[A-Za-z]{6}", said[0]) is None
    assert "Tianditu" in said[1]
    assert re.search("[一-鿿]", said[1]) is None
    assert reader.complaints == []


def test_the_browser_refuses_other_hosts(browser_page: Any, plan_file: Path, tmp_path: Path):
    tiles = Tiles(browser_page)
    reader = open_page(browser_page, offered(plan_file, tmp_path, "osm"))
    refused = reader.say(
        "new Promise(done => { document.addEventListener('securitypolicyviolation', event =>"
        " done(event.blockedURI)); new Image().src = 'https://t0.tianditu.gov.cn/x.png'; })"
    )
    assert refused.startswith("https://t0.tianditu.gov.cn")
    assert tiles.asked == []
