"""Search and filters of the web maps: readings in Python, the box and the facets in a browser."""

from __future__ import annotations

import csv
import dataclasses
import io
import random
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from shapely import LineString, Point, box

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.plan import Feature
from spatialplan.model.verdict import VillageRow, VillageState
from spatialplan.outputs.web import coverage_map, folium_map, search, siting_map
from spatialplan.text import Text
from tests.coverage_sample import sample_coverage, sample_siting
from tests.outputs.test_folium_map import PHONE, STAMP, Reader
from tests.sample import FORMULA, HOSTILE, LONG, sample_basemap, sample_plan, sample_result

ROSTER = Path(__file__).parents[2] / "layers" / "base" / "villages.csv"
MANY = 2400
WEST, EAST = "雨湖区", "岳塘区"


def two_districts() -> Basemap:
    """Return the sample basemap with two districts that meet at 112.9° E."""
    halves = [box(112.8, 27.8, 112.9, 27.95), box(112.9, 27.8, 113.0, 27.95)]
    frame = gpd.GeoDataFrame(
        {"adcode": ["430302", "430304"], "name": [WEST, EAST]}, geometry=halves, crs="EPSG:4326"
    )
    return dataclasses.replace(sample_basemap(), districts=frame)


def many_villages() -> CheckResult:
    """Return the sample with 2,400 villages named as real ones are."""
    with ROSTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:MANY]
    states = list(VillageState)
    villages = tuple(
        VillageRow(
            code=row["code"], name=row["name"], township=row["township"], district=row["district"],
            district_code=row["code"][:6], state=states[at % 5], lon=112.8 + at % 60 / 300,
            lat=27.8 + at // 60 / 300, accuracy_m=100.0, source="样例", time_min=None,
            cause=Text("样例", "sample"),
        )
        for at, row in enumerate(rows)
    )  # fmt: skip
    return dataclasses.replace(sample_result(), villages=villages)


def wide_coverage() -> CoverageResult:
    """Return the sample of coverage eight times over, in two districts and four townships."""
    result = sample_coverage()
    villages = tuple(
        dataclasses.replace(
            village,
            demand=dataclasses.replace(
                village.demand,
                id=f"43030200{turn}00{at}",
                township=("东坪镇", "西冲乡", "")[(turn + at) % 3],
                district=(WEST, EAST)[turn % 2],
            ),
        )
        for turn in range(8)
        for at, village in enumerate(result.villages[: 5 - turn % 3])
    )
    return dataclasses.replace(result, villages=villages)


def opened(page: Any, path: Path) -> Reader:
    reader = Reader(page)
    page.goto(path.as_uri())
    page.wait_for_selector("#search")
    return reader


@pytest.fixture(scope="session")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "map.html"
    folium_map.write_map(sample_result(), two_districts(), path, stamp=STAMP)
    return path


@pytest.fixture(scope="session")
def many_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "many.html"
    folium_map.write_map(many_villages(), sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture(scope="session")
def coverage_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "coverage.html"
    coverage_map.write_coverage_map(wide_coverage(), sample_basemap(), path, stamp=STAMP)
    return path


@pytest.fixture
def reader(browser_page: Any, plan_file: Path) -> Reader:
    return opened(browser_page, plan_file)


@pytest.fixture
def coverage(browser_page: Any, coverage_file: Path) -> Reader:
    return opened(browser_page, coverage_file)


def look_up(reader: Reader, words: str) -> list[str]:
    """Return what the list offers for these words."""
    reader.page.fill("#search", words)
    return [name.inner_text() for name in reader.page.locator(".hit-name").all()]


def choose(reader: Reader, words: str, kind: str) -> None:
    """Choose the first thing found of a kind."""
    look_up(reader, words)
    group = reader.page.locator("#hits [role=group]", has_text=kind)
    group.locator("[role=option]").first.click()


def popup(reader: Reader) -> str:
    return reader.page.locator(".leaflet-popup-content").inner_text()


def on_map(reader: Reader, key: str) -> set[str]:
    """Return the ids of all things of a kind that the layers hold."""
    return set(
        reader.say(
            "SpatialPlan.data.tree.flatMap(item => SpatialPlan.layers[item.id].getLayers())"
            ".flatMap(piece => piece.getLayers())"
            f".map(shape => shape.feature ? shape.feature.properties['{key}']"
            f" : (shape.standsFor || [])[0] === '{key}' && shape.standsFor[1])"
            ".filter(id => typeof id === 'string')"
        )
    )


def choices(reader: Reader, select: str) -> dict[str, int]:
    """Return how many each choice of a list of values promises."""
    texts = reader.page.locator(f"{select} >> option").all_text_contents()[1:]
    return {text.rpartition("（")[0]: int(text.rpartition("（")[2][:-1]) for text in texts}


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# ---- how names are read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("长沙", "changsha"), ("六安", "luan"), ("厦门", "xiamen"), ("姜畲镇", "jiangshezhen"),
     ("重庆", "chongqing"), ("湘潭大学", "xiangtandaxue")],
)  # fmt: skip
def test_places_are_read_as_people_say_them(name: str, spoken: str):
    found = search.readings({"name": name})
    assert "".join(found[char].split()[0] for char in name) == spoken


def test_every_other_reading_counts_too_and_u_umlaut_in_all_its_spellings():
    found = search.readings({"features": {"f1": {"name": "长绿略 Nr. 7"}}})
    assert found == {"略": "lve lue", "绿": "lv lu lyu", "长": "zhang chang"}


def test_a_character_without_a_reading_is_listed_as_such():
    assert search.readings({"name": "𠮷村"}) == {"村": "cun", "𠮷": ""}


def test_only_names_are_read_wherever_they_are_told():
    said = {
        "words": ["东坪镇"],
        "villages": {"name": ["甲村"], "township": [0], "source": ["丙"]},
        "other": {"changes": {"features": {"f1": {"name": "乙"}}}},
        "notes": ["丁"],
    }
    assert set(search.readings(said)) == set("东坪镇甲村乙")


NAMES = st.text(
    st.one_of(st.characters(), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)),
    max_size=12,
)


@settings(deadline=None)  # the first example loads the readings
@given(st.lists(NAMES, max_size=6))
def test_every_chinese_character_has_a_reading_or_is_listed_as_none(names: list[str]):
    found = search.readings({"villages": [{"name": name} for name in names]})
    wanted = {char for name in names for char in name if "\u4e00" <= char <= "\u9fff"}
    assert wanted <= set(found)
    assert list(found) == sorted(found)
    for spoken in found.values():
        parts = spoken.split()
        assert len(parts) == len(set(parts))
        assert all(part.isascii() and part.isalpha() and part.islower() for part in parts)


def test_features_lie_in_districts_but_not_by_a_sliver():
    feature = sample_plan().features[0]

    def at(key: str, shape: Any) -> Feature:
        return dataclasses.replace(feature, id=key, geometry=shape)

    features = (
        at("point", Point(112.85, 27.9)),
        at("across", LineString([(112.85, 27.9), (112.95, 27.9)])),
        at("sliver", box(112.89, 27.81, 112.90001, 27.82)),
        at("touching", box(112.9, 27.81, 112.95, 27.82)),
        at("outside", Point(114.3, 30.6)),
        sample_plan().features[2],
    )
    assert search.districts_of(features, two_districts()) == {
        "point": [WEST], "across": [WEST, EAST], "sliver": [WEST], "touching": [EAST],
    }  # fmt: skip


# ---- the box ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["砂子岭", "shaziling", "sha zi ling", "SHAZILINGSHANGQUAN", "szlsq", "szling", "砂zl"]
)
def test_characters_pinyin_and_initials_find_the_same_feature(reader: Reader, words: str):
    assert look_up(reader, words)[0] == "砂子岭商圈"
    reader.page.press("#search", "Enter")
    assert "砂子岭商圈" in popup(reader)
    assert reader.say("SpatialPlan.map.getBounds().contains(SpatialPlan.data.features.f7.at)")
    assert reader.complaints == []


def test_each_village_of_many_is_found_in_three_ways(browser_page: Any, many_file: Path):
    reader = opened(browser_page, many_file)
    villages = many_villages().villages
    for village in random.Random(7).sample(villages, 25):
        spoken = lazy_pinyin(village.name, style=Style.NORMAL)
        for words in (village.name, "".join(spoken), "".join(part[0] for part in spoken)):
            found = reader.say(
                f"SpatialPlan.find({words!r}).filter(group => group.kind === 'village')"
                ".flatMap(group => group.hits.map(hit => hit.keys[0]))"
            )
            assert village.code in found, (village.name, words)
        same = sum(other.name == village.name for other in villages)
        assert set(look_up(reader, village.name)[: min(same, 4)]) == {village.name}


def test_of_much_found_all_is_counted_and_forty_are_listed(browser_page: Any, many_file: Path):
    reader = opened(browser_page, many_file)
    look_up(reader, "村")
    options = reader.page.locator("#hits [role=option]")
    assert options.count() == 40
    whole = sum("村" in village.name for village in many_villages().villages)
    heads = " ".join(reader.page.locator(".hits-kind").all_inner_texts())
    assert f"/{whole}" in heads
    assert "未列出" in reader.page.locator(".hits-rest").inner_text()
    kinds = reader.page.locator("#hits [role=group]")
    for at in range(kinds.count()):
        assert kinds.nth(at).locator("[role=option]").count() >= 1


def test_a_keystroke_among_many_costs_little(browser_page: Any, many_file: Path):
    reader = opened(browser_page, many_file)
    reader.say("SpatialPlan.find('x') && 0")
    times = reader.say(
        "['c', 'cu', 'cun', 'xtdx', 'shangquan', '村', 'xin cun'].map(words => {"
        "const start = performance.now(); SpatialPlan.find(words);"
        "return performance.now() - start; })"
    )
    assert sorted(times)[3] < 100, "30 ms on an idle machine"


def test_the_best_match_comes_first(browser_page: Any, tmp_path: Path):
    result = sample_result()
    names = ("新长沙", "长沙", "长沙大桥村", "朝山石岸", "城市")
    villages = tuple(
        dataclasses.replace(result.villages[1], code=f"43030200100{at}", name=name)
        for at, name in enumerate(names)
    )
    path = tmp_path / "map.html"
    folium_map.write_map(
        dataclasses.replace(result, villages=villages), sample_basemap(), path, stamp=STAMP
    )
    reader = opened(browser_page, path)
    assert look_up(reader, "changsha") == ["长沙", "长沙大桥村", "新长沙"]
    assert look_up(reader, "长沙") == ["长沙", "长沙大桥村", "新长沙"]
    assert look_up(reader, "cs")[:2] == ["长沙", "城市"]
    assert look_up(reader, "zhangsha")[0] == "长沙", "any reading matches"
    assert look_up(reader, "430302001003")[0] == "朝山石岸"
    assert look_up(reader, "雨湖路 朝山") == ["朝山石岸"], "words of the name and of its township"
    assert look_up(reader, "nihao") == []
    assert reader.page.locator(".hits-rest").inner_text() == "没有找到"


def test_the_keyboard_alone_is_enough(reader: Reader):
    page = reader.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("cun")
    first = page.get_attribute("#search", "aria-activedescendant")
    assert page.locator(f"#{first}").get_attribute("aria-selected") == "true"
    assert page.get_attribute("#search", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    second = page.get_attribute("#search", "aria-activedescendant")
    assert second != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = page.locator("#hits [role=option]").count() - 1
    assert page.get_attribute("#search", "aria-activedescendant") == f"hit-{last}"
    page.keyboard.press("Escape")
    assert page.locator(".hits").is_hidden()
    assert page.input_value("#search") == "cun"
    page.keyboard.press("Escape")
    assert page.input_value("#search") == ""
    page.keyboard.type("yicun")
    page.keyboard.press("Enter")
    assert "乙村" in popup(reader)
    page.keyboard.press("Control+k")
    page.keyboard.type("szl")
    page.keyboard.press("Enter")
    assert "砂子岭商圈" in popup(reader)
    page.click("#tab-list")
    page.focus("#page-list input")
    page.keyboard.type("a/b")
    assert page.input_value("#page-list input") == "a/b"
    assert reader.complaints == []


def test_everything_found_opens_its_card_or_its_row(reader: Reader):
    page = reader.page
    choose(reader, "weidingwei", "规划要素")
    assert page.locator("#page-missing details[open]").get_attribute("data-feature") == "f3"
    choose(reader, "北环联通", "论断")
    assert page.get_attribute("[data-claim=c1]", "aria-expanded") == "true"
    assert page.locator(".leaflet-selection-pane path[stroke='#00735c']").count() >= 1
    choose(reader, "雨湖路", "乡镇")
    rows = page.locator(".villages [data-village]")
    assert [row.get_attribute("data-village") for row in rows.all()] == [
        "430302001001", "430302001002",
    ]  # fmt: skip
    choose(reader, "yhq", "县市区")
    assert rows.count() == 3
    choose(reader, "img", "村")
    assert page.locator(".villages .opened h3").inner_text().endswith(HOSTILE)
    place = sample_basemap().places["name"].iloc[0]
    choose(reader, place, "底图地名")
    assert place in popup(reader)
    concept = sample_plan().concepts[0]
    choose(reader, concept.name.say("zh"), "布局结构")
    head = page.locator(f"#page-concepts [data-concept='{concept.id}']")
    assert head.get_attribute("aria-expanded") == "true"
    assert reader.complaints == []


@pytest.mark.parametrize("words", ["2", "二、物流", "wuliu", "覆盖全市"])
def test_a_clause_is_found_by_number_name_and_words(reader: Reader, words: str):
    choose(reader, words, "条款")
    card = reader.page.locator(".chosen-clause")
    assert "覆盖全市所有行政村" in card.inner_text()
    named = {f.id for f in sample_plan().features if f.clause == "2"}
    assert {row.get_attribute("data-feature") for row in card.locator("button").all()} == named
    claims = reader.page.locator("#page-claims .claim:visible")
    assert {claim.get_attribute("data-claim") for claim in claims.all()} == {"c3", "c4", "c5"}
    assert "3/5" in reader.page.locator("#filtered").inner_text()


def test_hostile_names_are_text_in_search_and_filters(reader: Reader):
    assert HOSTILE in look_up(reader, "img src")
    assert FORMULA in look_up(reader, "hyperlink")
    assert look_up(reader, "长长长")[0].replace("\n", "") == LONG
    box_width = reader.page.locator(".hits").evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert box_width[0] <= box_width[1]
    look_up(reader, "<script>")
    look_up(reader, HOSTILE)
    reader.page.click("[data-claim=c3]")
    assert reader.page.locator("img").count() == 0
    assert "样例规划" in reader.page.title()
    assert reader.complaints == []


def test_on_a_phone_the_list_stays_on_the_screen(browser_page: Any, plan_file: Path):
    browser_page.set_viewport_size(PHONE)
    reader = opened(browser_page, plan_file)
    look_up(reader, "a")
    frame = reader.page.locator(".hits").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= PHONE["width"]
    assert frame["y"] + frame["height"] <= PHONE["height"]
    choose(reader, "szl", "规划要素")
    assert reader.page.get_attribute("#sheet", "aria-expanded") == "false"
    assert reader.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


# ---- filters of the claims ----------------------------------------------------------------------


def claim_rows(where: dict[str, list[str]]) -> list[tuple[str, str, set[str]]]:
    """Return theme, verdict and districts of each claim, from the result itself."""
    result = sample_result()
    states = {verdict.claim_id: str(verdict.state) for verdict in result.verdicts}
    themes = {theme.id: theme.name.say("zh") for theme in result.plan.themes}
    return [
        (themes[c.theme], states[c.id], {d for f in (*c.subjects, *c.objects) for d in where.get(f, ())})
        for c in result.plan.claims
    ]  # fmt: skip


def test_claim_filters_count_what_the_result_holds(reader: Reader):
    page = reader.page
    rows = claim_rows(search.districts_of(sample_result().features, two_districts()))
    theme, district = (
        "#page-claims .filters select >> nth=0",
        "#page-claims .filters select >> nth=1",
    )
    assert choices(reader, theme) == Counter(row[0] for row in rows)
    assert choices(reader, district) == Counter(d for row in rows for d in row[2])
    page.select_option(district, label=f"{EAST}（{sum(EAST in row[2] for row in rows)}）")
    east = [row for row in rows if EAST in row[2]]
    assert 0 < len(east) < len(rows)
    assert {k: n for k, n in choices(reader, theme).items() if n} == Counter(r[0] for r in east)
    for state, chip in (
        (c.get_attribute("data-filter"), c) for c in page.locator("#page-claims .chip").all()
    ):
        assert int(chip.locator("b").inner_text()) == sum(row[1] == state for row in east)
    page.click("#page-claims [data-filter=holds]")
    assert page.locator("#page-claims .claim:visible").count() == sum(r[1] == "holds" for r in east)
    assert f"1/{len(rows)}" in page.locator("#filtered").inner_text()
    assert page.locator("#page-claims .found-count").inner_text() == "1 条论断"


def test_the_map_keeps_what_the_kept_claims_are_about(reader: Reader):
    every = on_map(reader, "f")
    assert on_map(reader, "c") == {"c1", "c2", "c4"}
    reader.page.click("#page-claims [data-filter=fails]")
    assert on_map(reader, "c") == {"c2"}
    assert on_map(reader, "f") == {"f1", "f8"}
    labels = reader.page.locator(".labels .label").all_inner_texts()
    assert "砂子岭商圈" not in labels
    reader.page.click("#filtered button")
    assert on_map(reader, "f") == every
    assert on_map(reader, "c") == {"c1", "c2", "c4"}
    assert "砂子岭商圈" in reader.page.locator(".labels .label").all_inner_texts()
    assert reader.page.locator("#filtered p").count() == 0
    assert reader.complaints == []


def test_the_claims_are_saved_and_copied_as_they_are_filtered(reader: Reader):
    page = reader.page
    page.select_option("#page-claims select >> nth=0", label="物流（3）")
    with page.expect_download() as saved:
        page.click("#page-claims [data-do=csv]")
    assert saved.value.suggested_filename == "论断.csv"
    rows = table(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert [row["编号"] for row in rows] == ["c3", "c4", "c5"]
    assert rows[0]["核查"] == HOSTILE
    assert rows[1]["核查"] == "'" + FORMULA
    assert rows[1]["主体"] == "'" + FORMULA
    assert rows[2]["结论"] == "无法路由"
    page.click("#page-claims [data-do=copy]")
    page.focus("#search")
    page.keyboard.press("Control+v")
    assert "c5" in page.input_value("#search")


# ---- filters of the villages --------------------------------------------------------------------


def test_village_filters_count_what_the_result_holds(coverage: Reader):
    page = coverage.page
    rows = [
        (v.demand.district, v.demand.township, str(v.states[0])) for v in wide_coverage().villages
    ]
    page.click("#tab-list")
    district, township = "#page-list select >> nth=0", "#page-list select >> nth=1"

    def expect(kept: dict[str, set[str]]) -> None:
        def passing(but: str) -> list[tuple[str, str, str]]:
            return [
                row
                for row in rows
                if all(
                    name == but or not kept.get(name) or row[at] in kept[name]
                    for at, name in enumerate(("district", "township", "state"))
                )
            ]

        states = Counter(row[2] for row in passing("state"))
        for chip in page.locator("#page-list .chip").all():
            assert int(chip.locator("b").inner_text()) == states[chip.get_attribute("data-filter")]
        found = {key: count for key, count in choices(coverage, district).items() if count}
        assert found == Counter(row[0] for row in passing("district"))
        count = len(passing(""))
        assert page.locator("#page-list .found-count").inner_text() == f"{count} 个村"
        assert page.locator(".villages [data-village]").count() == count
        chip = page.locator("#filtered p")
        assert (
            (f"{count}/{len(rows)}" in chip.inner_text())
            if any(kept.values())
            else not chip.count()
        )

    expect({})
    page.click("#page-list [data-filter=not_covered]")
    expect({"state": {"not_covered"}})
    page.click("#page-list [data-filter=uncertain]")
    expect({"state": {"not_covered", "uncertain"}})
    page.select_option(district, value="=" + EAST)
    expect({"state": {"not_covered", "uncertain"}, "district": {EAST}})
    names = choices(coverage, township)
    assert set(names) == {"东坪镇", "西冲乡", "未写乡镇"}
    kept = [r for r in rows if r[0] == EAST and r[2] in {"not_covered", "uncertain"}]
    assert names["西冲乡"] == sum(row[1] == "西冲乡" for row in kept)
    page.select_option(township, label=f"西冲乡（{names['西冲乡']}）")
    assert page.locator(".villages [data-village]").count() == names["西冲乡"]
    page.click("#filtered button")
    expect({})
    assert coverage.complaints == []


def test_the_map_hides_the_villages_outside_the_filter(coverage: Reader):
    villages = wide_coverage().villages
    located = {v.demand.id for v in villages if v.demand.lon is not None}
    east = {v.demand.id for v in villages if v.demand.district == EAST}
    assert on_map(coverage, "v") == located
    coverage.page.click("#tab-list")
    coverage.page.select_option("#page-list select >> nth=0", value="=" + EAST)
    assert on_map(coverage, "v") == located & east
    coverage.page.click(".choice[data-limit='30min']")
    assert on_map(coverage, "v") == located & east, "whatever the limit"
    coverage.page.fill("#page-list input", "jia")
    assert (
        on_map(coverage, "v") == {v.demand.id for v in villages if v.demand.name == "甲村"} & east
    )
    coverage.page.click("#filtered button")
    assert on_map(coverage, "v") == located
    assert coverage.complaints == []


def test_list_copy_and_file_agree_with_the_filter(coverage: Reader):
    page = coverage.page
    page.click("#tab-list")
    page.click("#page-list [data-filter=no_data]")
    with page.expect_download() as saved:
        page.click("#page-list [data-do=csv]")
    rows = table(Path(saved.value.path()).read_text(encoding="utf-8"))
    wanted = {v.demand.id for v in wide_coverage().villages if v.states[0] is VillageState.NO_DATA}
    assert {row["代码"] for row in rows} == wanted
    shown = page.locator(".villages [data-village]")
    assert {row.get_attribute("data-village") for row in shown.all()} == wanted


# ---- search on the other pages ------------------------------------------------------------------


def test_a_village_found_shows_its_station_its_way_and_its_chain(coverage: Reader):
    choose(coverage, "jiacun", "村")
    for words in ("甲村", "站甲", "配送链路", "最薄弱", "县中心"):
        assert words in popup(coverage)
    strokes = coverage.page.locator(".leaflet-selection-pane path")
    assert "#00735c" in {stroke.get_attribute("stroke") for stroke in strokes.all()}
    choose(coverage, "wucun", "村")
    assert "无坐标" in coverage.page.locator(".villages .opened").inner_text()


def test_a_facility_without_a_place_is_found_in_its_row(coverage: Reader):
    choose(coverage, "zhanjia", "站点")
    assert "站甲" in popup(coverage)
    choose(coverage, "img", "站点")
    row = coverage.page.locator("#page-answer [data-facility='station:1']")
    assert row.is_visible()
    assert row.evaluate("row => row === document.activeElement")
    assert coverage.complaints == []


def test_a_filtered_out_village_is_found_all_the_same(coverage: Reader):
    coverage.page.click("#tab-list")
    coverage.page.click("#page-list [data-filter=covered]")
    choose(coverage, "wucun", "村")
    assert "无坐标" in coverage.page.locator(".villages .opened").inner_text()


def test_sites_and_villages_of_a_proposal_are_found(browser_page: Any, tmp_path: Path):
    path = tmp_path / "siting.html"
    siting_map.write_siting_map(sample_siting(), sample_basemap(), path, stamp=STAMP)
    reader = opened(browser_page, path)
    choose(reader, "zhanjia", "站点")
    assert "站甲" in popup(reader)
    choose(reader, "img", "建议新增点")
    assert HOSTILE in popup(reader)
    choose(reader, "jiacun", "村")
    assert "甲村" in popup(reader)
    assert reader.complaints == []


def test_search_speaks_english(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    folium_map.write_map(sample_result(), sample_basemap(), path, stamp=STAMP, lang="en")
    reader = opened(browser_page, path)
    assert "砂子岭商圈" in look_up(reader, "szlsq")
    assert "Features" in reader.page.locator(".hits-kind").first.inner_text()
    reader.page.keyboard.press("Escape")
    reader.page.click("#page-claims [data-filter=fails]")
    assert "1 of 5 claims" in reader.page.locator("#filtered").inner_text()
    assert reader.complaints == []
