"""The web maps of coverage and siting runs, read as a reader reads them: offline, in a browser."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import GeometryCollection

from spatialplan.errors import OutputError
from spatialplan.model.siting import Selection
from spatialplan.outputs.web import columns, coverage_map, siting_map
from spatialplan.text import Text
from tests.coverage_sample import sample_coverage, sample_siting, without_positions
from tests.outputs.test_folium_map import PHONE, STAMP, Reader
from tests.sample import FORMULA, HOSTILE, LONG, sample_basemap

TITLE = "样例规划　村级覆盖图"


@pytest.fixture(scope="session")
def coverage_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("coverage") / "覆盖 map.html"
    result = sample_coverage(change=True)
    coverage_map.write_coverage_map(result, sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture(scope="session")
def siting_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("siting") / "选址.html"
    siting_map.write_siting_map(sample_siting(), sample_basemap(), path, stamp=STAMP)
    return path


def open_page(page: Any, path: Path) -> Reader:
    reader = Reader(page)
    page.goto(path.as_uri())
    page.wait_for_selector("#page-answer")
    return reader


@pytest.fixture
def reader(browser_page: Any, coverage_file: Path) -> Reader:
    return open_page(browser_page, coverage_file)


def selected(reader: Reader) -> set[str]:
    paths = reader.page.locator(".leaflet-selection-pane path")
    return {path.get_attribute("stroke") for path in paths.all()}


def popup(reader: Reader) -> str:
    return reader.page.locator(".leaflet-popup-content").inner_text()


def rest(reader: Reader) -> None:
    """Wait until the map has moved to where the popup fits."""
    reader.say(
        "new Promise(done => (pan => pan && pan._inProgress"
        " ? SpatialPlan.map.once('moveend', () => done(1)) : done(0))(SpatialPlan.map._panAnim))"
    )


def drawn(reader: Reader, layer: str) -> int:
    return reader.say(
        f"SpatialPlan.layers['{layer}'].getLayers().flatMap(piece => piece.getLayers()).length"
    )


# ---- the file -----------------------------------------------------------------------------------


def test_same_stamp_same_bytes_and_nothing_to_load(coverage_file: Path, siting_file: Path):
    again = coverage_map.render_coverage_map(
        sample_coverage(change=True), sample_basemap(), stamp=STAMP
    )
    assert again == coverage_file.read_text(encoding="utf-8")
    for file in (coverage_file, siting_file):
        page = file.read_text(encoding="utf-8")
        assert "default-src 'none'" in page
        assert HOSTILE not in page
        assert page.count("<script") == page.count("</script")
        assert len(page.encode()) < 500_000


def test_an_unwritable_place_is_reported(tmp_path: Path):
    with pytest.raises(OutputError, match="写不出文件"):
        siting_map.write_siting_map(sample_siting(), sample_basemap(), tmp_path, stamp=STAMP)


# ---- the answer ---------------------------------------------------------------------------------


def test_nothing_is_requested_and_nothing_complains(reader: Reader, coverage_file: Path):
    for tab in ("list", "layers", "about", "answer"):
        reader.page.click(f"#tab-{tab}")
    reader.say("SpatialPlan.map.setZoom(14, {animate: false}) && 0")
    assert reader.requests == [coverage_file.as_uri()]
    assert reader.complaints == []
    assert reader.page.title() == TITLE
    assert reader.page.locator("img").count() == 0


def test_the_answer_comes_first_with_its_numbers(reader: Reader):
    said = reader.page.locator(".answer-first").inner_text()
    assert "15 分钟" in said
    counts = [chip.inner_text() for chip in reader.page.locator("#page-answer .chip b").all()]
    assert counts == ["1", "1", "1", "1", "1"]
    page = reader.page.locator("#page-answer").inner_text()
    for words in ("请补充", "坐标", "三级链条", "加一站、封一桥", "5 个村中 1 个已覆盖"):
        assert words in page


def test_the_table_of_areas_opens_to_townships_and_leads_to_the_list(reader: Reader):
    rows = reader.page.locator(".areas tbody tr:visible")
    assert rows.count() == 2, "a district and the whole"
    reader.page.click(".fold")
    assert rows.count() == 4
    township = reader.page.locator(".areas .township").nth(0)
    assert township.locator("td").all_inner_texts() == ["3", "1", "1", "1", "0", "0"]
    township.locator("[title='未覆盖']").click()
    found = reader.page.locator(".villages [data-village]")
    assert [v.get_attribute("data-village") for v in found.all()] == ["430302001002"]
    reader.page.select_option("#page-list select >> nth=1", label="全部乡镇")
    assert found.count() == 1, "still one state"
    assert "已筛选 1/5 个村" in reader.page.locator("#filtered").inner_text()


def test_the_limit_switch_recolours_and_recounts(reader: Reader):
    before = [drawn(reader, f"villages-{s}") for s in ("covered", "not_covered", "unroutable")]
    assert before == [1, 1, 1]
    symbol = "SpatialPlan.villages['430302001002'].symbol.options"
    assert reader.say(f"[{symbol}.fillColor, {symbol}.shape]") == ["#b3261e", "✗"]
    reader.page.click(".choice[data-limit='30min']")
    assert reader.say(f"[{symbol}.fillColor, {symbol}.shape]") == ["#00735c", "✓"]
    after = [drawn(reader, f"villages-{s}") for s in ("covered", "not_covered", "unroutable")]
    assert after == [3, 0, 1]
    assert "30 分钟" in reader.page.locator(".answer-first").inner_text()
    counts = [chip.inner_text() for chip in reader.page.locator("#page-answer .chip b").all()]
    assert counts == ["3", "0", "0", "1", "1"]
    assert "未覆盖" not in reader.page.locator(".legend-body").inner_text()
    assert drawn(reader, "changes-gains") == 0, "the change is told for the other limit"
    reader.page.click("#tab-layers")
    assert reader.page.locator("[data-count='villages-covered']").inner_text() == "3"
    reader.page.click("#tab-list")
    listed = [chip.inner_text() for chip in reader.page.locator("#page-list .chip b").all()]
    assert listed == counts
    assert reader.complaints == []


# ---- villages and facilities --------------------------------------------------------------------


def test_a_click_on_a_village_tells_why_and_draws_its_path(reader: Reader):
    at = reader.say(
        "(p => ({x: p.x + SpatialPlan.map.getContainer().getBoundingClientRect().left, y: p.y}))"
        "(SpatialPlan.map.latLngToContainerPoint(SpatialPlan.villages['430302001003'].at))"
    )
    reader.page.mouse.click(at["x"], at["y"])
    said = popup(reader)
    for words in (
        FORMULA, "430302001003", "不确定", "位置精度 ±1.1 分钟", "站甲 · 15.2 分钟 · 7.60 公里",
        "配送链路", "最薄弱", "站甲 → 县中心", "全程 18 分钟 · 12.0 公里", "往返 0.6 小时",
        "一个工作日内可往返", "隶属不符", "±30 米", "villages.xlsx［Sheet1］第 4 行", "用户表", "300",
    ):  # fmt: skip
        assert words in said.replace("\n", " "), words
    assert "#c77700" in selected(reader), "the path in the colour of its state"
    dashes = reader.page.locator(".leaflet-selection-pane path[stroke='#c77700']")
    assert dashes.get_attribute("stroke-dasharray") == "7 5", "an uncertain way is dashed"
    assert "配送链路" in reader.page.locator(".legend-body").inner_text()
    reader.page.keyboard.press("Escape")
    assert selected(reader) == set()


def test_hostile_names_are_text(reader: Reader):
    reader.say("SpatialPlan.showVillage('430302001002')")
    assert reader.page.locator(".leaflet-popup-content h3").inner_text() == HOSTILE
    reader.say("SpatialPlan.showVillage('430302001004')")
    box = reader.page.locator(".leaflet-popup-content")
    assert box.locator("h3").inner_text().replace("\n", "") == LONG
    assert "路网不连通" in box.inner_text()
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    for tab in ("answer", "list", "about"):
        reader.page.click(f"#tab-{tab}")
        page = reader.page.locator(f"#page-{tab}")
        assert page.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert reader.page.title() == TITLE
    assert reader.complaints == []


def test_a_village_without_a_place_is_told_in_its_row(reader: Reader):
    reader.page.click("#tab-list")
    reader.page.click(".villages [data-village='430302001005']")
    said = reader.page.locator(".villages .opened").inner_text()
    for words in ("无数据", "无坐标：名录有此村", "没有可到的站点"):
        assert words in said
    assert reader.page.locator(".leaflet-popup").count() == 0
    reader.page.click(".villages button[data-village='430302001005']")
    assert reader.page.locator(".villages .opened").count() == 0


def test_a_station_tells_its_load_and_the_villages_it_serves(reader: Reader):
    reader.say("SpatialPlan.showFacility(0)")
    said = popup(reader)
    for words in ("站甲", "乡镇站", "3 个村", "600 人", "250", "350", "stations.xlsx"):
        assert words in said, words
    assert {"#00735c", "#b3261e", "#c77700"} <= selected(reader)
    reader.page.click(".served summary")
    reader.page.click(".served [data-village='430302001001']")
    assert "甲村" in popup(reader)


def test_facilities_that_took_no_part_are_listed(reader: Reader):
    box = reader.page.locator("details.section").nth(0)
    assert "未参与计算的站点 1" in box.inner_text()
    assert "无坐标" in box.locator("[data-facility='station:1']").inner_text()
    assert reader.say("SpatialPlan.treeItem('facilities-station').count") == "1/2"


# ---- the list -----------------------------------------------------------------------------------


def test_the_list_filters_by_state_district_and_words(reader: Reader):
    reader.page.click("#tab-list")
    found = reader.page.locator(".villages [data-village]")
    assert [v.get_attribute("data-village")[-1] for v in found.all()] == ["2", "3", "4", "5", "1"]
    reader.page.click("#page-list [data-filter=covered]")
    reader.page.click("#page-list [data-filter=not_covered]")
    assert found.count() == 2
    reader.page.click("#page-list [data-filter=covered]")
    assert [v.get_attribute("data-village") for v in found.all()] == ["430302001002"]
    reader.page.select_option("#page-list select >> nth=0", label="雨湖区（1）")
    assert found.count() == 1
    reader.page.fill("#page-list input", "没有这个")
    assert found.count() == 0
    assert reader.page.locator("#page-list .found-count").inner_text() == "0 个村"
    assert "没有找到" in reader.page.locator("#page-list").inner_text()


def test_the_list_zooms_to_the_village_and_its_path(reader: Reader):
    reader.page.click("#tab-list")
    reader.page.click(".villages [data-village='430302001003']")
    assert FORMULA in popup(reader)
    rest(reader)
    assert reader.say("SpatialPlan.map.getBounds().contains(SpatialPlan.facilities[0].at)")


def test_the_table_is_copied_and_saved_with_its_formulas_disarmed(reader: Reader):
    reader.page.click("#tab-list")
    with reader.page.expect_download() as saved:
        reader.page.click("[data-do=csv]")
    assert saved.value.suggested_filename == "村庄.csv"
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["代码", "村庄", "乡镇"]
    assert [row[1] for row in rows[1:4]] == [HOSTILE, "'" + FORMULA, LONG]
    assert rows[1][rows[0].index("原因")].startswith("太远")
    assert {len(row) for row in rows} == {len(rows[0])}
    reader.page.click("[data-do=copy]")
    assert "已复制" in reader.page.locator("[data-do=copy]").inner_text()
    reader.page.focus("#page-list input")
    reader.page.keyboard.press("Control+V")
    assert "430302001002" in reader.page.input_value("#page-list input")
    assert reader.complaints == []


# ---- layers and legend --------------------------------------------------------------------------


def test_every_layer_toggles(reader: Reader):
    reader.page.click("#tab-layers")
    boxes = reader.page.locator("[data-layer]")
    names = [box.get_attribute("data-layer") for box in boxes.all()]
    assert {"areas-time", "catchments", "paths", "accessibility-e2sfca", "changes-gains", "steps",
            "villages-uncertain", "facilities-hub", "extent"} <= set(names)  # fmt: skip
    off = {"catchments", "paths", "extent"}
    for name in names:
        here = f"SpatialPlan.map.hasLayer(SpatialPlan.layers['{name}'])"
        shown = name not in off and not name.startswith("accessibility")
        assert reader.say(here) is shown, name
        reader.page.click(f"[data-layer='{name}']")
        assert reader.say(here) is (not shown)
        if name == "paths":
            assert drawn(reader, name) == 3
        reader.page.click(f"[data-layer='{name}']")
        assert reader.say(here) is shown
    assert reader.complaints == []


def test_classes_are_told_in_the_legend_when_shown(reader: Reader):
    legend = reader.page.locator(".legend-body")
    assert "E2SFCA" not in legend.inner_text()
    reader.page.click("#tab-layers")
    reader.page.check("[data-layer='accessibility-e2sfca']")
    assert drawn(reader, "accessibility-e2sfca") == 4
    for words in ("E2SFCA", "0 – 200", "400", "800", "0–15 分钟", "新增覆盖", "乡镇站"):
        assert words in legend.inner_text(), words


def test_every_visible_thing_has_its_legend_entry(reader: Reader):
    missing = reader.say(
        "SpatialPlan.data.tree.flatMap(item => item.legend)"
        ".filter(id => !SpatialPlan.data.legend.some(entry => entry.id === id))"
    )
    assert missing == []


def test_states_are_drawn_in_different_shapes(reader: Reader):
    shapes = reader.say(
        "['covered', 'not_covered', 'uncertain', 'unroutable', 'no_data']"
        ".map(state => SpatialPlan.styleOf('village:' + state).shape)"
    )
    assert len(set(shapes)) == 5


def test_a_scenario_tells_who_gains_and_who_loses(reader: Reader):
    kinds = [row.get_attribute("data-kind") for row in reader.page.locator(".changes button").all()]
    assert kinds == ["gains", "loses"]
    said = reader.page.locator(".changes").inner_text()
    assert "未覆盖 → 已覆盖 · 21 分钟 → 4 分钟" in said
    reader.say("SpatialPlan.openPopup('s', '0', [27.86, 112.88])")
    assert "新增“站乙”" in popup(reader)


# ---- other results ------------------------------------------------------------------------------


def test_a_phone_shows_a_sheet_and_a_popup_that_fits(browser_page: Any, coverage_file: Path):
    browser_page.set_viewport_size(PHONE)
    reader = open_page(browser_page, coverage_file)
    reader.say("SpatialPlan.showVillage('430302001002')")
    rest(reader)
    box = reader.page.locator(".leaflet-popup").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert reader.page.get_attribute("#sheet", "aria-expanded") == "false"
    assert reader.complaints == []


def test_without_places_it_says_what_to_supply(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    result = without_positions(sample_coverage())
    coverage_map.write_coverage_map(result, sample_basemap(), path, stamp=STAMP)
    reader = open_page(browser_page, path)
    page = reader.page.locator("#page-answer").inner_text()
    assert "请补充" in page
    assert "5 个村" in page
    counts = [chip.inner_text() for chip in reader.page.locator("#page-answer .chip b").all()]
    assert counts == ["0", "0", "0", "0", "5"]
    assert reader.page.locator("[data-layer^=villages]").count() == 0
    reader.page.click("#page-answer [data-state=no_data]")
    assert reader.page.locator(".villages [data-village]").count() == 5
    assert reader.complaints == []


def test_nothing_but_villages_still_makes_a_page_in_english(browser_page: Any, tmp_path: Path):
    result = without_positions(sample_coverage())
    result = dataclasses.replace(
        result, facilities=(), shares=(), verdicts=(), limits=result.limits[:1],
        accessibility=result.accessibility.iloc[:0], network_extent=GeometryCollection(),
        villages=tuple(
            dataclasses.replace(v, states=v.states[:1], causes=v.causes[:1])
            for v in result.villages
        ),
    )  # fmt: skip
    nothing = gpd.GeoDataFrame({"name": [], "class": [], "kind": []}, geometry=[], crs="EPSG:4326")
    empty = dataclasses.replace(
        sample_basemap(), districts=nothing, water=nothing, roads=nothing, rails=nothing,
        places=nothing,
    )  # fmt: skip
    path = tmp_path / "map.html"
    coverage_map.write_coverage_map(result, empty, path, stamp=STAMP, lang="en")
    reader = open_page(browser_page, path)
    assert reader.page.locator(".switch").count() == 0
    said = reader.page.locator("#panel").inner_text()
    assert "What to supply" in said
    assert "No data" in said
    assert reader.page.get_attribute("html", "lang") == "en"
    assert reader.complaints == []


def test_a_state_of_the_second_limit_alone_has_its_layer(browser_page: Any, tmp_path: Path):
    result = sample_coverage()
    villages = tuple(
        dataclasses.replace(v, states=v.states[::-1], causes=v.causes[::-1])
        for v in result.villages
    )
    turned = dataclasses.replace(result, limits=result.limits[::-1], villages=villages)
    path = tmp_path / "map.html"
    coverage_map.write_coverage_map(turned, sample_basemap(), path, stamp=STAMP)
    reader = open_page(browser_page, path)
    assert drawn(reader, "villages-not_covered") == 0
    reader.page.click(".choice[data-limit='15min']")
    assert [drawn(reader, f"villages-{s}") for s in ("covered", "not_covered", "uncertain")] == [
        1, 1, 1,
    ]  # fmt: skip
    assert "未覆盖" in reader.page.locator(".legend-body").inner_text()
    assert reader.complaints == []


def test_paths_left_out_are_told(
    monkeypatch: pytest.MonkeyPatch, browser_page: Any, tmp_path: Path
):
    monkeypatch.setattr(columns, "PATH_BUDGET", 3)
    path = tmp_path / "map.html"
    coverage_map.write_coverage_map(sample_coverage(), sample_basemap(), path, stamp=STAMP)
    reader = open_page(browser_page, path)
    reader.page.click("#tab-about")
    assert "全部见 GeoPackage" in reader.page.locator("#page-about").inner_text()
    reader.say("SpatialPlan.showVillage('430302001001')")
    assert "路径未放入本页" in popup(reader)
    reader.say("SpatialPlan.showVillage('430302001002')")
    assert "#b3261e" in selected(reader), "a village in doubt keeps its path before a covered one"
    assert reader.complaints == []


# ---- siting -------------------------------------------------------------------------------------


def test_siting_names_the_unservable_first_and_ranks_the_sites(
    browser_page: Any, siting_file: Path
):
    reader = open_page(browser_page, siting_file)
    page = reader.page.locator("#page-answer").inner_text()
    assert "由 1 个增至 3 个（共 5 个）" in page
    assert "已证明最优" in page
    assert page.index("无法安排的村") < page.index("建议新增点") < page.index("新增点数与覆盖")
    for words in ("路网不连通", "无坐标", "33.3%", "100%"):
        assert words in page
    sites = [s.get_attribute("data-site") for s in reader.page.locator("[data-site]").all()]
    assert sites == ["new:1", "new:2"]
    assert reader.page.locator(".curve circle").count() == 3
    counts = [chip.inner_text() for chip in reader.page.locator("#page-answer .chip b").all()]
    assert counts == ["1", "2", "0", "2"]
    assert reader.requests == [siting_file.as_uri()]
    assert reader.complaints == []


def test_a_site_shows_its_villages_and_links(browser_page: Any, siting_file: Path):
    reader = open_page(browser_page, siting_file)
    reader.page.click("[data-site='new:1']")
    assert HOSTILE in popup(reader)
    assert "服务 1 个村" in popup(reader)
    assert "#b5477f" in selected(reader)
    reader.page.click(".served [data-village='430302001002']")
    assert "归属" in popup(reader)
    reader.say("SpatialPlan.openPopup('e', 'station:0', [27.85, 112.86])")
    assert "站甲" in popup(reader)
    reader.page.click("#tab-list")
    found = reader.page.locator(".villages [data-village]")
    assert [v.locator(".badge").inner_text() for v in found.all()][-1] == "✓", "served ones last"
    with reader.page.expect_download() as saved:
        reader.page.click("[data-do=csv]")
    assert "'" + FORMULA[:10] in Path(saved.value.path()).read_text(encoding="utf-8")
    assert reader.page.title() == "样例规划　选址建议图"
    assert reader.complaints == []


def test_siting_layers_toggle_and_have_their_legend(browser_page: Any, siting_file: Path):
    reader = open_page(browser_page, siting_file)
    reader.page.click("#tab-layers")
    for name in ("links", "villages-newly", "villages-unservable", "existing", "sites"):
        assert drawn(reader, name) >= 1
        reader.page.uncheck(f"[data-layer='{name}']")
        assert not reader.say(f"SpatialPlan.map.hasLayer(SpatialPlan.layers['{name}'])")
        reader.page.check(f"[data-layer='{name}']")
    legend = reader.page.locator(".legend-body").inner_text()
    for words in ("建议新增点", "新增覆盖", "无法安排", "归属连线"):
        assert words in legend
    assert reader.complaints == []


def test_an_unproved_answer_says_its_gap(browser_page: Any, tmp_path: Path):
    result = sample_siting()
    selection = dataclasses.replace(result.selection, optimal=False, gap=0.031)
    assert isinstance(selection, Selection)
    table = result.trade_off.assign(gap=[0.0, float("nan"), 0.031])
    result = dataclasses.replace(
        result, selection=selection, trade_off=table, sites=(), links=(), unservable=(),
        covered_after=result.covered_before, notes=(Text(HOSTILE, HOSTILE),),
    )  # fmt: skip
    path = tmp_path / "map.html"
    siting_map.write_siting_map(result, sample_basemap(), path, stamp=STAMP, lang="en")
    reader = open_page(browser_page, path)
    page = reader.page.locator("#page-answer").inner_text()
    assert "within 3.1% of the optimum" in page
    assert "proved optimal" in page, "of the first row"
    cells = [row.locator("td").last.inner_text() for row in reader.page.locator("tbody tr").all()]
    assert cells == ["proved optimal", "—", "3.1%"]
    assert reader.complaints == []
