"""The web map, read as a reader reads it: offline, in a browser, with hostile names."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import GeometryCollection, Point

from spatialplan.errors import OutputError
from spatialplan.model.plan import Kind
from spatialplan.outputs.web import folium_map
from spatialplan.text import Text
from tests.sample import (
    FORMULA,
    HOSTILE,
    LONG,
    bare_result,
    many_issues,
    sample_basemap,
    sample_result,
)

STAMP = "2026-11-22 08:00"
PHONE = {"width": 390, "height": 844}


class Reader:
    """A page that writes down every request and every complaint."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: Path) -> Reader:
        self.page.goto(path.as_uri())
        self.page.wait_for_selector(".claim")
        return self

    def say(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture(scope="session")
def map_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "样例 map.html"
    folium_map.write_map(sample_result(), sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture
def reader(browser_page: Any, map_file: Path) -> Reader:
    return Reader(browser_page).open(map_file)


def drawn_selection(reader: Reader) -> list[str]:
    paths = reader.page.locator(".leaflet-selection-pane path")
    return [path.get_attribute("stroke") for path in paths.all()]


# ---- the file ---------------------------------------------------------------------------------


def test_same_stamp_same_bytes(map_file: Path, tmp_path: Path):
    again = tmp_path / "again.html"
    folium_map.write_map(sample_result(), sample_basemap(), again, stamp=STAMP)
    assert again.read_bytes() == map_file.read_bytes()


def test_the_file_loads_nothing(map_file: Path):
    page = map_file.read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=(?![\"']?data:)", page)
    assert "default-src 'none'" in page


def test_the_file_is_small_and_says_its_language(map_file: Path):
    page = map_file.read_text(encoding="utf-8")
    assert len(page.encode()) < 600_000
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert page.index("charset") < 200


def test_data_cannot_close_the_script(map_file: Path):
    page = map_file.read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert page.count("<img") == 0
    assert page.count("<script") == page.count("</script")


def test_an_unwritable_place_is_reported(tmp_path: Path):
    with pytest.raises(OutputError, match="写不出文件"):
        folium_map.write_map(sample_result(), sample_basemap(), tmp_path, stamp=STAMP)


# ---- in the browser ---------------------------------------------------------------------------


def test_nothing_is_requested_and_nothing_complains(reader: Reader, map_file: Path):
    for tab in ("concepts", "layers", "missing", "about", "claims"):
        reader.page.click(f"#tab-{tab}")
    reader.say("SpatialPlan.map.setZoom(14, {animate: false}) && 0")
    assert reader.requests == [map_file.as_uri()]
    assert reader.complaints == []
    assert reader.page.title() == "样例规划"


def test_every_layer_toggles(reader: Reader):
    reader.page.click("#tab-layers")
    boxes = reader.page.locator("[data-layer]")
    names = [box.get_attribute("data-layer") for box in boxes.all()]
    assert {"districts", "water", "roads", "rails", "places", "extent"} <= set(names)
    assert {"features-ring", "features-logistics", "verdicts-ring", "villages-covered"} <= set(
        names
    )
    for name in names:
        here = f"SpatialPlan.map.hasLayer(SpatialPlan.layers['{name}'])"
        before = reader.say(here)
        assert reader.page.locator(f"[data-layer='{name}']").is_checked() == before
        reader.page.click(f"[data-layer='{name}']")
        assert reader.say(here) is (not before)
        reader.page.click(f"[data-layer='{name}']")
        assert reader.say(here) is before
    assert reader.complaints == []


def test_a_group_switches_all_its_layers(reader: Reader):
    reader.page.click("#tab-layers")
    whole = reader.page.locator("input[aria-label='整组开关：底图']")
    assert whole.evaluate("box => box.indeterminate")
    whole.check()
    assert reader.say("SpatialPlan.map.hasLayer(SpatialPlan.layers.extent)")
    whole.uncheck()
    assert not reader.say("SpatialPlan.map.hasLayer(SpatialPlan.layers.roads)")


def test_evidence_is_off_until_a_claim_is_clicked(reader: Reader):
    assert drawn_selection(reader) == []
    assert not reader.say("SpatialPlan.map.hasLayer(SpatialPlan.layers['verdicts-ring'])")
    reader.page.click("[data-claim=c1]")
    assert "#00735c" in drawn_selection(reader)  # the path in the colour of "holds"


def test_a_claim_tells_all_in_chinese(reader: Reader):
    reader.page.click("[data-claim=c1]")
    said = reader.page.locator("li[data-state=holds] .opened").inner_text()
    for words in (
        "成立",
        "2.31 公里",
        "3 公里（假设）",
        "路网连通，最远 2.31 公里",
        "上限低于 2.31 公里时不成立",
        "高",
        "北环",
        "一、空间布局",
        "形成环线产业圈",
    ):
        assert words in said
    assert reader.page.get_attribute("[data-claim=c1]", "aria-expanded") == "true"
    reader.page.click("[data-claim=c1]")
    assert drawn_selection(reader) == []


def test_an_estimate_says_so_and_a_gap_is_drawn_dashed(reader: Reader):
    reader.page.click("[data-claim=c4]")
    assert "按直线估算" in reader.page.locator("li[data-state=uncertain] .opened").inner_text()
    reader.page.click("[data-claim=c2]")
    gap = reader.page.locator(".leaflet-selection-pane path[stroke='#b3261e']")
    assert gap.get_attribute("stroke-dasharray") == "2 4"


def test_every_claim_opens(reader: Reader):
    for claim in reader.page.locator(".claim").all():
        claim.click()
        assert claim.evaluate("head => head.nextElementSibling.innerText.length") > 20
    assert reader.complaints == []
    assert reader.page.title() == "样例规划"


def test_the_state_filter_keeps_one_state(reader: Reader):
    reader.page.click("[data-filter=fails]")
    shown = reader.page.locator(".claim:visible")
    assert [claim.get_attribute("data-claim") for claim in shown.all()] == ["c2"]
    reader.page.click("[data-filter=fails]")
    assert reader.page.locator(".claim:visible").count() == 5


def test_popups_read_back_in_chinese(reader: Reader):
    reader.say("SpatialPlan.showFeature('f7')")
    popup = reader.page.locator(".leaflet-popup-content").inner_text()
    for words in (
        "砂子岭商圈",
        "商圈",
        "物流",
        "已定位",
        "±50 米",
        "手工样例",
        "二、物流",
        "覆盖全市所有行政村",
    ):
        assert words in popup
    reader.say("SpatialPlan.showVillage('430302001003')")
    village = reader.page.locator(".leaflet-popup-content").inner_text()
    for words in ("乙村", "城正街街道", "未覆盖", "48 分钟", "太远", "±1.5 公里"):
        assert words in village
    reader.say("SpatialPlan.openPopup('p', '0', SpatialPlan.data.places[0].at)")
    assert "火车站" in reader.page.locator(".leaflet-popup-content").inner_text()


def test_a_popup_tells_the_evidence_as_text(reader: Reader):
    popup = reader.page.locator(".leaflet-popup-content")
    reader.say("SpatialPlan.showFeature('f2')")
    evidence = popup.locator(".evidence")
    assert evidence.locator(".badge").inner_text() == "≈"
    said = evidence.inner_text()
    for words in ("可能", "名称相似", "node/7", HOSTILE, "名称相似度 0.88", "相距 610 米"):
        assert words in said
    assert "112.871235, 27.890000 · ±60 米 · OpenStreetMap" in popup.inner_text()
    reader.say("SpatialPlan.showFeature('f5')")
    assert HOSTILE in evidence.inner_text()
    assert reader.page.locator("img").count() == 0
    assert popup.locator("a").count() == 0
    assert reader.page.title() == "样例规划"
    assert reader.complaints == []


def test_every_state_of_evidence_has_its_sign(reader: Reader):
    signs = {}
    for feature in ("f2", "f4", "f5", "f7", "f8"):
        reader.say(f"SpatialPlan.showFeature('{feature}')")
        evidence = reader.page.locator(".leaflet-popup-content .evidence")
        signs[evidence.locator("b").inner_text()] = evidence.locator(".badge").inner_text()
    assert signs == {"可能": "≈", "已证实": "✓", "相矛盾": "✗", "图上未见": "?", "无数据": "–"}


def on_canvas(reader: Reader, pane: str) -> list[dict[str, Any]]:
    """Return the looks of all that the canvas of a pane draws."""
    return reader.say(
        f"Object.values(SpatialPlan.renderer('{pane}')._layers).map(layer => ({{"
        " shape: layer.options.shape, fill: layer.options.fill, fillColor: layer.options.fillColor,"
        " color: layer.options.color}))"
    )


def test_doubts_are_off_until_wanted_and_then_told(reader: Reader, map_file: Path):
    page, legend = reader.page, reader.page.locator(".legend-body")
    assert on_canvas(reader, "issues") == []
    assert "断头" not in legend.inner_text()
    page.click("#tab-layers")
    page.check("[data-layer=network_issues]")
    drawn = on_canvas(reader, "issues")
    assert len(drawn) == 2 + 4, "two lines, and a symbol for each doubt"
    assert len({look["fillColor"] for look in drawn if look.get("fill")}) == 4
    for words in ("路网疑点", "缺口", "孤立路段", "断头", "单行可疑"):
        assert words in legend.inner_text()
    popup = page.locator(".leaflet-popup-content")
    at = reader.say(
        "(p => ({x: p.x + SpatialPlan.map.getContainer().getBoundingClientRect().left, y: p.y}))"
        "(SpatialPlan.map.latLngToContainerPoint(SpatialPlan.data.issues[1].at))"
    )
    page.mouse.click(at["x"], at["y"])
    assert popup.locator("h3").inner_text() == "2 · 断头"
    assert HOSTILE in popup.inner_text()
    assert drawn_selection(reader) != []
    reader.say("SpatialPlan.openPopup('i', '0', SpatialPlan.data.issues[0].at)")
    for words in ("1 · 缺口", "离主网 34 米", "1.24 公里", "涉及的村数\n3"):
        assert words in popup.inner_text()
    assert page.locator("img").count() == 0
    assert reader.complaints == []
    assert reader.requests == [map_file.as_uri()]


def test_a_symbol_on_the_map_opens_its_popup(reader: Reader):
    at = reader.say(
        "(p => ({x: p.x + SpatialPlan.map.getContainer().getBoundingClientRect().left, y: p.y}))"
        "(SpatialPlan.map.latLngToContainerPoint(SpatialPlan.data.features.f7.at))"
    )
    reader.page.mouse.click(at["x"], at["y"])
    assert "砂子岭商圈" in reader.page.locator(".leaflet-popup-content").inner_text()
    reader.page.keyboard.press("Escape")
    assert reader.page.locator(".leaflet-popup-content").count() == 0


def test_hostile_names_are_text(reader: Reader):
    reader.say("SpatialPlan.showFeature('f2')")
    popup = reader.page.locator(".leaflet-popup-content")
    assert popup.locator("h3").inner_text() == HOSTILE
    assert "±800 米" in popup.inner_text()
    assert reader.page.locator("img").count() == 0
    reader.say("SpatialPlan.showFeature('f4')")
    assert popup.locator("h3").inner_text() == FORMULA
    reader.say("SpatialPlan.showFeature('f5')")
    assert popup.locator("h3").inner_text().replace("\n", "") == LONG
    assert popup.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    assert reader.page.title() == "样例规划"
    assert reader.complaints == []


def test_hostile_names_do_not_widen_the_panel(reader: Reader):
    for claim in ("c3", "c4", "c5"):
        reader.page.click(f"[data-claim={claim}]")
        page = reader.page.locator("#page-claims")
        assert page.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_the_search_finds_features_and_villages(reader: Reader):
    reader.page.fill("#search", "砂子岭")
    reader.page.click("#hits [role=option]")
    assert "砂子岭商圈" in reader.page.locator(".leaflet-popup-content").inner_text()
    reader.page.fill("#search", "甲村")
    assert reader.page.locator(".hit-name").all_inner_texts() == ["甲村"]
    reader.page.fill("#search", "没有这个")
    assert reader.page.locator(".hits").inner_text() == "没有找到"


def test_unlocated_features_are_listed_with_their_clause(reader: Reader):
    reader.page.click("#tab-missing")
    reader.page.click("#page-missing summary")
    said = reader.page.locator("#page-missing").inner_text()
    for words in ("未定位项目", "重点项目", "未找到", "形成环线产业圈", "雨湖区", "合计"):
        assert words in said


def test_about_names_sources_doubts_and_stamp(reader: Reader):
    reader.page.click("#tab-about")
    said = reader.page.locator("#page-about").inner_text()
    for words in (
        "© OpenStreetMap contributors",
        "ODbL 1.0",
        "2026-09-25",
        "±40 米",
        "路网仅含主干道路",
        STAMP,
        "0.1.0",
        "EPSG:4547",
    ):
        assert words in said
    assert (
        "© OpenStreetMap contributors"
        in reader.page.locator(".leaflet-control-attribution").inner_text()
    )


def test_the_legend_follows_the_layers(reader: Reader):
    legend = reader.page.locator(".legend-body")
    assert "物流园区" in legend.inner_text()
    assert "缺口" not in legend.inner_text()
    reader.page.click("[data-claim=c2]")
    assert "缺口" in legend.inner_text()
    reader.page.click("#tab-layers")
    reader.page.uncheck("[data-layer=features-logistics]")
    assert "物流园区" not in legend.inner_text()


def test_every_visible_thing_has_its_legend_entry(reader: Reader):
    missing = reader.say(
        "SpatialPlan.data.tree.flatMap(item => item.legend)"
        ".concat(SpatialPlan.data.claims.flatMap(claim => claim.legend))"
        ".filter(id => !SpatialPlan.data.legend.some(entry => entry.id === id))"
    )
    assert missing == []


def test_labels_do_not_cover_each_other(reader: Reader):
    boxes = reader.say(
        "Array.from(document.querySelectorAll('.labels .label'), "
        "label => (box => [box.left, box.top, box.right, box.bottom])(label.getBoundingClientRect()))"
    )
    assert len(boxes) >= 3
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart


def test_the_keyboard_reaches_tabs_and_claims(reader: Reader):
    page = reader.page
    page.focus("#tab-claims")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#tab-concepts", "aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#tab-layers", "aria-selected") == "true"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.focus("[data-claim=c1]")
    page.keyboard.press("Enter")
    assert "#00735c" in drawn_selection(reader)
    assert page.get_attribute("#map_plan", "aria-label") == "地图"


def test_the_first_view_shows_the_districts(reader: Reader):
    assert reader.say("SpatialPlan.map.getBounds().contains([[27.8, 112.8], [27.95, 113.0]])")
    assert reader.say("SpatialPlan.map.getZoom()") > 10


def test_a_phone_shows_a_sheet_that_closes(browser_page: Any, map_file: Path):
    browser_page.set_viewport_size(PHONE)
    reader = Reader(browser_page).open(map_file)
    page = reader.page
    assert page.locator("#panel").bounding_box()["width"] == PHONE["width"]
    open_top = page.locator("#panel").bounding_box()["y"]
    assert open_top > 300
    page.click("#sheet")
    assert page.get_attribute("#sheet", "aria-expanded") == "false"
    closed_top = page.locator("#panel").bounding_box()["y"]
    assert closed_top > 700
    assert page.locator("#map_plan").bounding_box()["height"] == pytest.approx(closed_top, abs=1)
    page.click("#tab-claims")
    assert page.locator("#panel").bounding_box()["y"] == open_top
    page.click("[data-claim=c1]")
    assert "#00735c" in drawn_selection(reader)
    reader.say("SpatialPlan.showFeature('f5')")
    box = page.locator(".leaflet-popup").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert reader.complaints == []


# ---- other results ----------------------------------------------------------------------------


def test_english(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    folium_map.write_map(sample_result(), sample_basemap(), path, stamp=STAMP, lang="en")
    reader = Reader(browser_page).open(path)
    reader.page.click("[data-claim=c1]")
    said = reader.page.locator(".opened:visible").inner_text()
    for words in ("Holds", "2.31 km", "3 km (assumed)", "joined by road", "fails below 2.31 km"):
        assert words in said
    assert reader.page.get_attribute("html", "lang") == "en"
    assert reader.page.title() == "Sample plan"
    assert reader.complaints == []


def test_of_many_doubts_the_first_are_drawn_and_all_are_counted(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    folium_map.write_map(many_issues(1000), sample_basemap(), path, stamp=STAMP)
    reader = Reader(browser_page).open(path)
    reader.page.click("#tab-layers")
    row = reader.page.locator(".layer", has=reader.page.locator("[data-layer=network_issues]"))
    assert "路网疑点（最先的 300 处）" in row.inner_text()
    assert "300/1000" in row.inner_text()
    reader.page.click("#tab-about")
    assert "全部 1000 处见 GeoPackage" in reader.page.locator("#page-about").inner_text()
    assert reader.complaints == []


def test_without_evidence_and_doubts_nothing_is_said_of_them(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    folium_map.write_map(bare_result(), sample_basemap(), path, stamp=STAMP)
    reader = Reader(browser_page).open(path)
    reader.say("SpatialPlan.showFeature('f2')")
    assert "证据" not in reader.page.locator(".leaflet-popup-content").inner_text()
    assert reader.page.locator("[data-layer=network_issues]").count() == 0
    assert reader.complaints == []


def test_empty_basemap_no_villages_and_a_far_target(browser_page: Any, tmp_path: Path):
    result = sample_result()
    far = dataclasses.replace(
        result.features[6], id="f7", kind=Kind.OUTWARD_TARGET, geometry=Point(114.3, 30.6)
    )
    result = dataclasses.replace(
        result,
        features=(*result.features[:6], far, result.features[7]),
        villages=(),
        network_extent=GeometryCollection(),
    )
    nothing = gpd.GeoDataFrame({"name": [], "class": [], "kind": []}, geometry=[], crs="EPSG:4326")
    empty = dataclasses.replace(
        sample_basemap(),
        districts=nothing,
        water=nothing,
        roads=nothing,
        rails=nothing,
        places=nothing,
    )
    path = tmp_path / "map.html"
    folium_map.write_map(result, empty, path, stamp=STAMP)
    reader = Reader(browser_page).open(path)
    assert not reader.say("SpatialPlan.map.getBounds().contains([30.6, 114.3])")
    reader.page.click("[data-claim=c1]")
    assert reader.complaints == []


def test_a_hostile_title_and_attribution_stay_text(browser_page: Any, tmp_path: Path):
    result = sample_result()
    source = dataclasses.replace(
        result.sources[0], attribution=HOSTILE, title=Text(HOSTILE, HOSTILE)
    )
    plan = dataclasses.replace(result.plan, title=Text(HOSTILE, HOSTILE), issuer="\u2028</script>")
    result = dataclasses.replace(
        result, plan=plan, sources=(source,), notes=(Text(HOSTILE, HOSTILE),)
    )
    path = tmp_path / "map.html"
    folium_map.write_map(result, sample_basemap(), path, stamp="</script>" + STAMP)
    reader = Reader(browser_page).open(path)
    reader.page.click("#tab-about")
    assert reader.page.title() == HOSTILE
    assert reader.page.locator("#panel h1").inner_text() == HOSTILE
    assert HOSTILE in reader.page.locator(".leaflet-control-attribution").inner_text()
    assert reader.page.locator("img").count() == 0
    assert reader.complaints == []
