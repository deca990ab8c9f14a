"""The permanent link of the web maps: what it brings back, and what hostile ones cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.outputs.test_folium_map import Reader
from tests.outputs.test_themes import CENTRE, Files, link, state, told, until, visit, write_pages
from tests.sample import HOSTILE, LONG


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_pages(tmp_path_factory.mktemp("link"))


@pytest.fixture
def reader(browser_page: Any, files: Files) -> Reader:
    return visit(browser_page, files["overview", "zh"])


@pytest.mark.parametrize(
    "steps",
    [
        ["page.select('ring')"],
        ["page.select('villages')", "SpatialPlan.showVillage('430302001003')"],
        ["document.getElementById('layer-features-ring').click()", "SpatialPlan.openTab('layers')"],
        ["SpatialPlan.setLayers([])"],
        ["document.querySelector('[data-claim=c2]').click()"],
        [
            "SpatialPlan.openTab('concepts')",
            "document.querySelector('[data-concept=belt]').click()",
        ],
        ["SpatialPlan.showFeature('f2')"],
        [
            "document.querySelector('#page-claims [data-filter=no_data]').click()",
            "SpatialPlan.listVillages([], '雨湖区')",
        ],
    ],
    ids=["theme", "village", "own", "nothing", "claim", "concept", "hostile", "filters"],
)
def test_a_link_brings_the_map_back(browser_page: Any, files: Files, steps: list[str]):
    path = files["overview", "zh"]
    reader = visit(browser_page, path)
    for step in steps:
        reader.say(step.replace("page.select(", "SpatialPlan.setTheme("))
    reader.say("SpatialPlan.map.panBy([40, 25], {animate: false}) && 0")
    address = link(reader)
    before, centre = state(reader), reader.say(CENTRE)
    again = visit(browser_page, path, address)
    link(again)
    assert state(again) == before
    assert again.say(CENTRE) == pytest.approx(centre, abs=2e-4)
    assert again.complaints == []


def test_the_link_follows_the_map_and_the_map_the_link(reader: Reader):
    assert reader.say("location.hash") == ""
    reader.page.select_option("#theme", "ring")
    until(reader, "location.hash.indexOf('theme=ring') > 0")
    address = link(reader)
    assert "on=" not in address, "a theme's own layers need no list"
    assert "lang=zh" in address
    reader.say("location.hash = 'theme=villages&at=27.86,112.9,13'")
    until(reader, "SpatialPlan.themeId() === 'villages'")
    assert reader.say("SpatialPlan.map.getZoom()") == 13
    assert reader.say(CENTRE) == pytest.approx([27.86, 112.9], abs=1e-4)
    reader.say("location.hash = 'theme=villages&at=27.86,112.9,13&pick=f:f7'")
    reader.page.wait_for_selector(".leaflet-popup-content")
    reader.say("location.hash = 'theme=villages&at=27.86,112.9,13'")
    reader.page.wait_for_selector(".leaflet-popup-content", state="detached")
    assert reader.complaints == []


def test_a_closed_popup_leaves_the_link(reader: Reader):
    reader.say("SpatialPlan.showFeature('f7')")
    assert "pick=f:f7" in link(reader)
    reader.page.click(".leaflet-popup-close-button")
    assert "pick" not in link(reader)


def test_the_limit_of_a_coverage_run_is_in_the_link(browser_page: Any, files: Files):
    path = files["coverage", "zh"]
    reader = visit(browser_page, path)
    reader.page.click("[data-limit='30min']")
    address = link(reader)
    assert "limit=30min" in address
    counts = reader.page.locator("#page-answer .chip b").all_inner_texts()
    again = visit(browser_page, path, address)
    assert again.say("SpatialPlan.limit") == 1
    assert again.page.get_attribute("[data-limit='30min']", "aria-checked") == "true"
    assert again.page.locator("#page-answer .chip b").all_inner_texts() == counts
    lost = visit(browser_page, path, "#limit=99min&pick=w:constructor")
    assert lost.say("SpatialPlan.limit") == 0
    assert lost.complaints == []


SHOWN = "[...document.querySelectorAll('#filtered p')].map(said => said.firstChild.textContent)"


def test_filters_are_in_the_link_and_come_back(browser_page: Any, files: Files):
    path = files["coverage", "zh"]
    reader = visit(browser_page, path)
    plain = link(reader)
    assert "filter=" not in plain
    reader.page.click("#tab-list")
    reader.page.click("#page-list [data-filter=covered]")
    reader.page.locator("#page-list select").first.select_option(index=1)
    reader.page.fill("#page-list .finder.wide", "村")
    address, listed = link(reader), reader.page.locator("#page-list .villages").inner_text()
    said = reader.say(SHOWN)
    kept = reader.say("Object.keys(SpatialPlan.renderer('villages')._layers).length")
    assert "filter=" in address
    assert len(said) == 1
    again = visit(browser_page, path, address)
    assert again.say(SHOWN) == said
    assert again.page.locator("#page-list .villages").inner_text() == listed
    assert again.page.input_value("#page-list .finder.wide") == "村"
    assert again.page.get_attribute("#page-list [data-filter=covered]", "aria-pressed") == "true"
    assert again.say("Object.keys(SpatialPlan.renderer('villages')._layers).length") == kept
    assert link(again) == address
    again.say(f"location.hash = {plain!r}")
    until(again, f"{SHOWN}.length === 0")
    assert again.page.input_value("#page-list .finder.wide") == ""
    assert again.complaints == []


def test_a_filter_that_is_not_there_is_passed_over(browser_page: Any, files: Files):
    asked = "villages.state=gone&villages.district=__proto__&claims.theme=ring&x.y=z"
    reader = visit(browser_page, files["overview", "zh"], "#filter=" + quote(asked, safe=""))
    assert reader.say("SpatialPlan.filterLink()") == "claims.theme=ring"
    assert reader.complaints == []


def test_a_view_that_is_nowhere_is_passed_over(browser_page: Any, files: Files):
    path = files["overview", "zh"]
    centre = visit(browser_page, path).say(CENTRE)
    for nowhere in ("91,112.9,9", "27.8,181,9", "27.8,112.9", "1e1,112.9,9", "27.8,,9"):
        assert visit(browser_page, path, f"#at={nowhere}").say(CENTRE) == centre


KEYS = ("theme", "at", "on", "pick", "limit", "filter", "tab", "lang", "x")
VALUES = (
    "__proto__", "constructor", "toString:x", "f:__proto__", "c:c1", "claim:'\"]", "concept:\\",
    "NaN,NaN,NaN", "1e9,1e9,1e9", "91,181,-4", "999,999,99", "27.8,112.9,999", "27.8,112.9",
    "features-ring,nothing", ",,,", HOSTILE, "javascript:alert(1)", "ring", "own", "en-GB", "%",
    "%E0%A4%A", "\u202e", "claims", LONG, "villages.__proto__=x%26claims.state=constructor",
    "claims.words=a%26villages.words=%3Cimg src=x onerror=alert(1)%3E",
)  # fmt: skip


def hostile_links() -> Iterator[str]:
    """Yield every value under every key, two keys to a link."""
    for number, key in enumerate(KEYS):
        for value in VALUES:
            yield f"#{key}={value}&{KEYS[number - 1]}={VALUES[number]}"


def unharmed(reader: Reader) -> None:
    assert reader.complaints == []
    assert reader.say("Number.isFinite(SpatialPlan.map.getCenter().lat)")
    assert reader.page.title().endswith("样例规划")
    assert reader.page.locator("img").count() == 0
    assert reader.page.locator(".tab[aria-selected=true]").count() == 1


def test_hostile_and_outdated_links_do_no_harm(reader: Reader):
    reader.page.evaluate(
        """async (links) => {
          for (const link of links) {
            location.hash = link;
            await new Promise(done => setTimeout(done, 4));
          }
        }""",
        list(hostile_links()),
    )
    link(reader)
    unharmed(reader)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=40), key=st.sampled_from(("", *(key + "=" for key in KEYS))))
def test_any_text_may_stand_in_the_address(reader: Reader, files: Files, text: str, key: str):
    address = files["overview", "zh"].as_uri() + "#" + key + text.encode("utf-8", "ignore").decode()
    reader.page.goto(address)
    unharmed(reader)


@pytest.mark.parametrize("value", ["__proto__", "f:toString", "%E0%A4%A", "NaN,1,2", "en-GB"])
def test_a_page_opens_whatever_its_link_says(browser_page: Any, files: Files, value: str):
    asked = "&".join(f"{key}={value}" for key in KEYS)
    reader = visit(browser_page, files["overview", "zh"], "#" + asked)
    unharmed(reader)
    assert told(reader)["chosen"] == "总览"


def test_the_link_is_copied(reader: Reader):
    reader.page.select_option("#theme", "ring")
    reader.say(
        "(document.execCommand = () => { window.copied = document.activeElement.value;"
        " return true; }) && 0"
    )
    reader.page.click("#link")
    assert reader.say("window.copied") == reader.say("location.href")
    assert "theme=ring" in reader.say("window.copied")
    assert reader.page.locator("#link").inner_text() == "已复制"
    assert reader.page.locator(".link-field:visible").count() == 0


def test_where_the_browser_does_not_copy_the_link_stands_there(reader: Reader):
    reader.say("(document.execCommand = () => false) && 0")
    reader.page.click("#link")
    field = reader.page.locator(".link-field")
    assert field.is_visible()
    assert field.input_value() == reader.say("location.href")
    assert field.evaluate("box => box.selectionEnd - box.selectionStart === box.value.length")
