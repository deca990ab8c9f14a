"""The two languages of a page: every word in both, and nothing lost in switching."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.outputs.web import data as web_data
from tests.outputs.test_folium_map import Reader
from tests.outputs.test_themes import CENTRE, MAPS, Files, link, state, visit, write_pages

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_pages(tmp_path_factory.mktemp("language"))


@pytest.fixture
def reader(browser_page: Any, files: Files) -> Reader:
    return visit(browser_page, files["overview", "zh"])


# ---- what differs ------------------------------------------------------------------------------


def paired(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return lists and dictionaries of one shape in both languages, from pairs of their parts."""
    lists = st.lists(inner, max_size=4).map(
        lambda pairs: tuple(map(list, zip(*pairs, strict=True)))
    )
    filled = lists.filter(bool)
    return filled | st.dictionaries(st.sampled_from("abc"), inner, min_size=1).map(
        lambda pairs: tuple({key: pair[at] for key, pair in pairs.items()} for at in (0, 1))
    )


WORD = st.text(max_size=2) | st.integers(0, 1)
# words, and lists that are longer in one language
BOTH = st.recursive(
    st.tuples(WORD, WORD) | st.tuples(st.lists(WORD), st.lists(WORD)), paired, max_leaves=12
)


def changed(said: Any, changes: Any) -> Any:
    """Enter changes as the page does."""
    if isinstance(changes, dict) and isinstance(said, dict | list):
        for key, value in changes.items():
            at = int(key) if isinstance(said, list) else key
            said[at] = changed(said[at], value)
        return said
    return changes


@given(both=BOTH)
def test_the_changes_turn_one_language_into_the_other(both: tuple[Any, Any]):
    said = {"zh": {"it": both[0]}, "en": {"it": both[1]}}
    page = json.loads(json.dumps(web_data.in_both(said.__getitem__, "zh")))
    other = page.pop("other")
    assert (page["lang"], other["lang"]) == ("zh", "en")
    assert changed(page, other["changes"])["it"] == both[1]


def test_what_is_equal_in_both_languages_is_told_once():
    said = {"zh": {"same": "甲", "list": ["乙", "是"]}, "en": {"same": "甲", "list": ["乙", "yes"]}}
    found = web_data.in_both(said.__getitem__, "zh")
    assert found["other"] == {"lang": "en", "changes": {"list": {1: "yes"}}}


def test_a_list_that_differs_in_most_places_is_told_whole():
    said = {"zh": {"list": ["乙", "是", "否"]}, "en": {"list": ["乙", "yes", "no"]}}
    found = web_data.in_both(said.__getitem__, "zh")
    assert found["other"]["changes"] == {"list": ["乙", "yes", "no"]}


# ---- in the browser -----------------------------------------------------------------------------

WORDS = """
    (() => {
      const found = [document.title, document.documentElement.lang];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        if (!["SCRIPT", "STYLE"].includes(walk.currentNode.parentNode.tagName)) {
          found.push(walk.currentNode.data.trim());
        }
      }
      document.querySelectorAll("[title], [aria-label], [placeholder]").forEach(node => {
        ["title", "aria-label", "placeholder"].forEach(name => found.push(node.getAttribute(name) || ""));
      });
      return found.filter(Boolean);
    })()
"""


def strings(value: Any) -> Iterator[str]:
    """Yield every string of a JSON tree."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def page_data(path: Path) -> Any:
    page = path.read_text(encoding="utf-8")
    found = re.search(r'id="plan-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("name", MAPS)
def test_the_second_language_says_what_a_page_of_its_own_says(
    browser_page: Any, files: Files, name: str
):
    # the page fills counts of the tree itself; readings are of all that is told in any language
    said = "JSON.stringify(Object.assign({}, SpatialPlan.data, {tree: 0, readings: 0}))"
    for own, asked in (("zh", "en"), ("en", "zh")):
        switched = visit(browser_page, files[name, own], f"#lang={asked}")
        here = json.loads(switched.say(said))
        direct = json.loads(visit(browser_page, files[name, asked]).say(said))
        assert here == direct
        assert here["lang"] == asked


@pytest.mark.parametrize("name", MAPS)
def test_the_language_switch_changes_every_word_and_back(
    browser_page: Any, files: Files, name: str
):
    data = {
        lang: set(strings(page_data(files[name, lang]) | {"other": 0})) for lang in ("zh", "en")
    }
    reader = visit(browser_page, files[name, "zh"])
    before = reader.say(WORDS)
    reader.page.click("#language")
    reader.page.wait_for_selector("html[lang=en]")
    reader.page.wait_for_selector("#theme")
    english = reader.say(WORDS)
    left = set(english) & (data["zh"] - data["en"])
    assert left == set()
    names = "\n".join(data["en"])
    own = {"中文"}  # the switch back names its language in that language
    unknown = {
        words for words in english
        if CHINESE.search(words) and words not in own
        and any(part not in names for part in re.findall("[\u4e00-\u9fff]+", words))
    }  # fmt: skip
    assert unknown == set(), "Chinese that no data holds"
    reader.page.click("#language")
    reader.page.wait_for_selector("html[lang=zh-CN]")
    reader.page.wait_for_selector("#theme")
    assert reader.say(WORDS) == before
    assert reader.complaints == []


def test_the_interface_has_no_chinese_in_english_and_no_word_untold():
    zh, en = web_data.page_words("zh"), web_data.page_words("en")
    assert zh.keys() == en.keys()
    assert [words for words in en.values() if CHINESE.search(words)] == []


def test_the_switch_keeps_theme_view_selection_and_tab(reader: Reader):
    page = reader.page
    page.select_option("#theme", "ring")
    page.click("#tab-layers")
    reader.say("SpatialPlan.showFeature('f1')")
    link(reader)
    before, centre = state(reader), reader.say(CENTRE)
    page.click("#language")
    page.wait_for_selector("html[lang=en]")
    page.wait_for_selector(".leaflet-popup-content")
    after = state(reader)
    for kept in ("on", "zoom", "popup", "tab", "selection"):
        assert after[kept] == before[kept]
    assert (before["chosen"], after["chosen"]) == ("环线产业圈", "Ring belt")
    assert after["title"] == "Ring belt · Sample plan"
    assert reader.say(CENTRE) == pytest.approx(centre, abs=2e-4)
    assert page.locator("#language").inner_text() == "中文"
    assert page.get_attribute("#language", "lang") == "zh-CN"
    assert reader.complaints == []


def test_a_link_in_the_other_language_builds_the_page_again(reader: Reader):
    reader.say("location.hash = 'theme=ring&lang=en'")
    reader.page.wait_for_selector("html[lang=en]")
    reader.page.wait_for_selector("#theme")
    assert reader.page.title() == "Ring belt · Sample plan"
    assert reader.complaints == []


def test_a_mark_on_the_map_speaks_both_languages(browser_page: Any, files: Files):
    for lang, words in (("zh", "缺口 6.2 公里"), ("en", "gap 6.2 km")):
        reader = visit(browser_page, files["overview", "zh"], f"#lang={lang}")
        reader.say("SpatialPlan.setLayers(['verdicts-ring'])")
        reader.say(
            "(mark => mark.fire('click', {latlng: mark.getBounds().getCenter()}) && 0)"
            "(SpatialPlan.shapesOf('c', 'c2')[0])"
        )
        popup = reader.page.locator(".leaflet-popup-content")
        assert popup.locator(".other").inner_text() == words
        assert reader.complaints == []


def test_controls_of_the_map_are_named_in_the_readers_language(reader: Reader):
    assert reader.page.get_attribute(".leaflet-control-zoom-in", "aria-label") == "放大"
    reader.say("SpatialPlan.showFeature('f7')")
    close = reader.page.locator(".leaflet-popup-close-button")
    assert close.get_attribute("aria-label") == "关闭"
