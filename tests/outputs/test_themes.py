"""The themes of the web maps, checked by meaning against the results."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.families import FAMILIES
from spatialplan.model.plan import Plan, Status
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import Mark
from spatialplan.outputs import summary, themes
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.style import read_recipe, read_style, read_themes
from spatialplan.outputs.web import coverage_map, folium_map, siting_map
from spatialplan.outputs.web import data as web_data
from spatialplan.text import Lang, Text
from tests.coverage_sample import sample_coverage, sample_siting
from tests.outputs.test_folium_map import PHONE, STAMP, Reader, on_canvas
from tests.sample import FORMULA, LONG, bare_result, sample_basemap, sample_result

MAPS = ("overview", "coverage", "siting")
GROUND = {"districts", "water", "rails", "roads", "places"}
CENTRE = "(c => [c.lat, c.lng])(SpatialPlan.map.getCenter())"
ON = (
    "SpatialPlan.data.tree.map(item => item.id)"
    ".filter(id => SpatialPlan.map.hasLayer(SpatialPlan.layers[id]))"
)
LEGEND = "nodes => nodes.map(node => node.textContent)"

RENDER = {
    "overview": lambda lang: folium_map.render_map(
        sample_result(), sample_basemap(), stamp=STAMP, lang=lang
    ),
    "coverage": lambda lang: coverage_map.render_coverage_map(
        sample_coverage(change=True), sample_basemap(), stamp=STAMP, lang=lang
    ),
    "siting": lambda lang: siting_map.render_siting_map(
        sample_siting(), sample_basemap(), stamp=STAMP, lang=lang
    ),
}
Files = dict[tuple[str, Lang], Path]


@cache
def page_text(name: str, lang: Lang) -> str:
    return RENDER[name](lang)


def write_pages(folder: Path) -> Files:
    """Write the page of each map, made in each language."""
    found: Files = {}
    for name in MAPS:
        for lang in web_data.LANGS:
            found[name, lang] = folder / f"{name} {lang}.html"
            found[name, lang].write_text(page_text(name, lang), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_pages(tmp_path_factory.mktemp("themes"))


def visit(page: Any, path: Path, address: str = "") -> Reader:
    reader = Reader(page)
    page.goto("about:blank")
    page.goto(path.as_uri() + address)
    page.wait_for_selector("#theme")
    return reader


@pytest.fixture
def reader(browser_page: Any, files: Files) -> Reader:
    return visit(browser_page, files["overview", "zh"])


def until(reader: Reader, condition: str) -> None:
    """Wait for something in the page, whose policy lets nobody evaluate words in it."""
    reader.say(
        "new Promise(done => { const look = () => "
        f"({condition}) ? done(0) : setTimeout(look, 20); look(); }})"
    )


def link(reader: Reader) -> str:
    """Return what the address tells once the map has come to rest."""
    until(reader, "!(SpatialPlan.map._panAnim && SpatialPlan.map._panAnim._inProgress)")
    return str(reader.say("SpatialPlan.writeLink() || location.hash"))


def told(reader: Reader) -> dict[str, Any]:
    """Return what a reader sees of the theme."""
    page = reader.page
    return {
        "chosen": page.eval_on_selector("#theme", "box => box.selectedOptions[0].textContent"),
        "text": page.locator("#theme-text p").all_inner_texts(),
        "title": page.title(),
        "on": set(reader.say(ON)),
        "legend": set(page.eval_on_selector_all(".legend-entry bdi", LEGEND)),
    }


def state(reader: Reader) -> dict[str, Any]:
    """Return all that a link is to bring back."""
    page = reader.page
    popup = page.locator(".leaflet-popup-content h3")
    return told(reader) | {
        "zoom": reader.say("SpatialPlan.map.getZoom()"),
        "popup": popup.inner_text() if popup.count() else "",
        "tab": page.locator(".tab[aria-selected=true]").get_attribute("id"),
        "open": page.locator("#panel [aria-expanded=true]:not(#sheet)").count(),
        "selection": page.locator(".leaflet-selection-pane path").count(),
    }


# ---- the data -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAPS)
def test_themes_name_layers_families_and_roles_that_exist(name: str):
    known = {spec.id for spec in read_recipe(name).layers} | {"extent"}
    specs = read_themes(name)
    assert len({spec.id for spec in specs}) == len(specs)
    assert specs[0].layers is None, "the first theme is what the map shows at first"
    for spec in specs:
        assert spec.view in {"plan", "concept"}
        assert (spec.family in FAMILIES) == bool(spec.family) == (spec.view == "concept")
        assert spec.title.zh
        assert spec.title.en
        for layer in (*(spec.layers or ()), *spec.needs):
            assert layer.split("-")[0] in known
            for blank in re.findall(r"{(.+?)}", layer):
                assert blank in {"theme", "concept", *FAMILIES[spec.family].roles}


def test_there_is_a_theme_for_each_family_and_no_other():
    families = [spec.family for spec in read_themes("overview") if spec.family]
    assert sorted(families) == sorted(FAMILIES)


def subject_of(plan: Plan) -> themes.Subject:
    """Return a subject with a point for each theme and concept of a plan."""
    frame = gpd.GeoDataFrame(
        {"id": ["x"], "kind": ["other"]}, geometry=[Point(112, 28)], crs="EPSG:4326"
    )
    parts = [("features", theme.id) for theme in plan.themes]
    parts += [("sketches", concept.id) for concept in plan.concepts]
    return themes.Subject(
        layers=[
            Layer(
                id=f"{source}-{value}", source=source, value=value, group=Text("", ""),
                label=Text("", ""), frame=frame, visible=True, labels=False,
            )
            for source, value in parts
        ],
        words={"claims": [], "villages": [], "quality": []},
        concepts=[
            (concept, Profile(concept=concept.id, answer=Text(concept.id, ""), findings=()))
            for concept in plan.concepts
        ],
        theme_of={feature.id: feature.theme for feature in plan.features},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pack", "titles"),
    [
        (
            "xiangtan",
            {"ring": "环线产业圈", "bay": "一湾辐射：大湘江湾区", "regions": "多区联动"},
        ),
        ("yiyang", {"regions": "一核两翼三极", "circles": "商圈", "bay": "资江干流两岸"}),
    ],
)
def test_the_plans_own_names_win(pack: str, titles: dict[str, str]):
    plan = read_plan(find_pack(pack))
    found = themes.themes("overview", subject_of(plan), "zh")
    by_id = {theme.id: theme for theme in found}
    assert titles.items() <= {key: theme.title for key, theme in by_id.items()}.items()
    families = {spec.id: spec.family for spec in read_themes("overview") if spec.family}
    assert {families[key] for key in by_id if key in families} == {c.family for c in plan.concepts}
    assert "villages" not in by_id, "without villages on the map there is no such theme"


def test_wings_and_poles_are_shown_with_their_core():
    found = themes.themes("overview", subject_of(read_plan(find_pack("yiyang"))), "zh")
    [regions] = [theme for theme in found if theme.id == "regions"]
    assert {"features-core", "features-wings", "features-poles"} <= set(regions.layers)
    assert regions.layers[-1] == "sketches-core-wings-poles", "sketches lie over features"


def test_two_concepts_of_a_family_are_two_themes_and_one_without_layers_is_none():
    plan = read_plan(find_pack("xiangtan"))
    subject = subject_of(plan)
    ring = next(pair for pair in subject.concepts if pair[0].family == "ring")
    second = (dataclasses.replace(ring[0], name=Text("二环", "")), ring[1])
    lost = (dataclasses.replace(ring[0], id="lost", theme="lost", roles={}), ring[1])
    twice = dataclasses.replace(subject, concepts=[ring, second, lost])
    found = themes.themes("overview", twice, "zh")
    assert [(t.id, t.title) for t in found if t.id.startswith("ring")] == [
        ("ring", "环线产业圈"), ("ring-2", "二环"),
    ]  # fmt: skip


def test_data_quality_counts_what_has_no_exact_place():
    result = sample_result()
    statuses = [feature.status for feature in result.features]
    said = themes.check_words(result, "zh")["quality"]
    for status, words in ((Status.UNLOCATED, "未定位"), (Status.APPROXIMATE, "约略位置")):
        assert f"{words} {statuses.count(status)} 个" in said[0]
    assert said[1] == f"路网疑点 {len(result.network_issues)} 处。"
    assert "112.79°E—113.10°E、27.65°N—28.04°N" in said[2]
    bare = themes.check_words(bare_result(), "en")["quality"]
    assert not any("Doubts" in words for words in bare)


def test_coverage_themes_count_villages_for_every_limit():
    said = themes.coverage_words(sample_coverage(change=True), "zh")
    assert said["villages"] == ["共 5 个村，情景之前已覆盖：15 分钟内 1 个，30 分钟内 3 个。"]
    assert said["logistics"][0].startswith("参与计算的网点：乡镇站 1 个、县级中心 1 个；未参与 1")
    assert "三级链条" in said["logistics"][1]
    assert len(said["scenario"]) == 2
    assert "4 个有坐标，1 个缺坐标" in said["quality"][0]
    assert themes.coverage_words(sample_coverage(), "zh")["scenario"] == []


# ---- themes in the browser ----------------------------------------------------------------------


def test_the_first_theme_is_what_the_map_shows_at_first(reader: Reader):
    seen = told(reader)
    assert seen["chosen"] == "总览"
    assert seen["title"] == "样例规划", "the plan's own title says it all"
    assert seen["text"] == summary.answer(sample_result())[:1]
    assert seen["on"] == set(reader.say("SpatialPlan.data.mapThemes[0].layers"))
    assert seen["on"] > GROUND
    assert reader.say("location.hash") == ""


def test_each_theme_has_its_layers_legend_title_and_words(reader: Reader):
    result, style = sample_result(), read_style()
    features = {
        theme: {
            style.kinds[f.kind].label.zh for f in result.features if f.theme == theme and f.geometry
        }
        for theme in ("ring", "logistics")
    }
    roles = {style.sketches[mark.role].label.zh for mark in result.profiles[0].marks}
    issues = {style.issues[issue.kind].label.zh for issue in result.network_issues}
    states = {style.village_states[v.state].label.zh for v in result.villages if v.lon}
    extent = {web_data.page_words("zh")["extent"]}
    hub_title = result.plan.concepts[1].name.zh
    # theme: layers beside the ground, what the legend adds, title, text
    expected = {
        "ring": ({"features-ring", "sketches-belt"}, features["ring"] | roles, "环线产业圈",
                 [result.profiles[0].answer.zh]),
        "logistics": ({"features-logistics"}, features["logistics"], hub_title, [FORMULA]),
        "villages": ({"villages-covered", "villages-not_covered"}, states, "村级覆盖",
                     summary.answer(result)[1:]),
        "quality": ({"extent", "features-ring", "features-logistics", "network_issues"},
                    features["ring"] | features["logistics"] | issues | extent, "数据质量",
                    themes.check_words(result, "zh")["quality"]),
    }  # fmt: skip
    reader.page.select_option("#theme", "overview")
    offered = reader.page.eval_on_selector_all(
        "#theme option:not([hidden])", "nodes => nodes.map(node => node.value)"
    )
    assert offered == ["overview", *expected]
    words = {symbol.label.zh for symbol in style.statuses.values()}
    ground = {symbol.label.zh for classes in style.basemap.values() for symbol in classes.values()}
    for theme, (layers, legend, title, text) in expected.items():
        reader.page.select_option("#theme", theme)
        seen = told(reader)
        assert seen["on"] == layers | GROUND
        assert seen["legend"] - words - ground == legend - ground
        assert seen["chosen"] == title
        assert seen["title"] == f"{title} · 样例规划"
        assert seen["text"] == text
        checked = reader.page.eval_on_selector_all(
            "[data-layer]:checked", "nodes => nodes.map(node => node.dataset.layer)"
        )
        assert set(checked) == seen["on"], "the panel's boxes tell the same"
    assert reader.complaints == []
    assert reader.page.locator("img").count() == 0


def test_the_counts_of_a_theme_are_those_of_the_result(reader: Reader):
    result = sample_result()
    page = reader.page
    page.select_option("#theme", "ring")
    there = [f for f in result.features if f.theme == "ring"]
    drawn = [f for f in there if f.geometry is not None]
    assert len(drawn) < len(there)
    count = page.locator("[data-count=features-ring]").text_content()
    assert count == f"{len(drawn)}/{len(there)}"
    shapes = "Object.keys(SpatialPlan.data.features).filter(id => SpatialPlan.shapesOf('f', id)"
    on_map = f"{shapes}.some(shape => SpatialPlan.map.hasLayer(shape)))"
    assert set(reader.say(on_map)) == {f.id for f in drawn}
    page.select_option("#theme", "villages")
    assert reader.say(on_map) == []
    assert len(on_canvas(reader, "villages")) == sum(
        village.lon is not None for village in result.villages
    )


def test_a_theme_shows_its_place_and_draws_later_layers_over_earlier(reader: Reader):
    reader.say("SpatialPlan.map.setView([28.4, 113.6], 14, {animate: false}) && 0")
    reader.page.select_option("#theme", "ring")
    box = "SpatialPlan.data.mapThemes.filter(theme => theme.id === 'ring')[0].box"
    assert reader.say(f"SpatialPlan.map.getBounds().contains({box})")
    assert reader.say("SpatialPlan.map.getZoom()") > 10
    reader.page.select_option("#theme", "quality")
    order = reader.page.eval_on_selector_all(
        ".leaflet-points-pane path", "nodes => nodes.map(node => node.getAttribute('fill'))"
    )
    reader.say("SpatialPlan.setLayers(['features-logistics', 'features-ring'])")
    turned = reader.page.eval_on_selector_all(
        ".leaflet-points-pane path", "nodes => nodes.map(node => node.getAttribute('fill'))"
    )
    assert turned != order
    assert sorted(turned) == sorted(order)


def test_own_layers_are_told_and_the_theme_comes_back(reader: Reader):
    page = reader.page
    page.select_option("#theme", "ring")
    page.click("#tab-layers")
    page.check("[data-layer=features-logistics]")
    seen = told(reader)
    assert seen["chosen"] == "自选图层"
    assert seen["title"] == "样例规划"
    assert seen["text"] == ["图层由使用者自选，起自专题“环线产业圈”。"]
    assert "features-logistics" in seen["on"]
    page.uncheck("[data-layer=features-logistics]")
    assert told(reader)["chosen"] == "环线产业圈"
    assert page.locator("#theme option[value=own]").get_attribute("hidden") is not None


def test_the_boxes_of_groups_follow_a_theme(reader: Reader):
    whole = reader.page.locator("input[aria-label='整组开关：规划要素']")
    assert whole.evaluate("box => box.checked && !box.indeterminate")
    reader.page.select_option("#theme", "ring")
    assert whole.evaluate("box => box.indeterminate")


def test_an_open_concept_is_not_an_own_choice(reader: Reader):
    page = reader.page
    page.click("#tab-concepts")
    page.click("[data-concept=belt]")
    assert told(reader)["chosen"] == "总览"
    page.select_option("#theme", "ring")
    assert page.locator("[data-concept=belt][aria-expanded=true]").count() == 0
    page.click("[data-concept=belt]")
    page.click("[data-concept=belt]")
    seen = told(reader)
    assert seen["chosen"] == "环线产业圈"
    assert "sketches-belt" in seen["on"], "it was the theme's before the concept was opened"


def test_the_keyboard_chooses_a_theme(reader: Reader):
    reader.page.focus("#theme")
    reader.page.keyboard.press("ArrowDown")
    assert told(reader)["chosen"] == "环线产业圈"
    assert reader.page.get_attribute("#theme-text", "aria-live") == "polite"
    label = "box => box.labels[0].textContent"
    assert reader.page.eval_on_selector("#theme", label) == "专题"


def test_a_phone_has_the_choice_within_reach(browser_page: Any, tmp_path: Path):
    result = sample_result()
    concepts = tuple(
        dataclasses.replace(concept, name=Text(LONG, LONG)) for concept in result.plan.concepts
    )
    plan = dataclasses.replace(result.plan, concepts=concepts)
    path = tmp_path / "map.html"
    path.write_text(
        folium_map.render_map(
            dataclasses.replace(result, plan=plan), sample_basemap(), stamp=STAMP
        ),
        encoding="utf-8",
    )
    browser_page.set_viewport_size(PHONE)
    reader = visit(browser_page, path)
    reader.page.select_option("#theme", "ring")
    width = "document.documentElement.scrollWidth"
    assert reader.say(width) == PHONE["width"]
    box = reader.page.locator("#theme").bounding_box()
    assert box["x"] + box["width"] <= PHONE["width"]
    assert reader.page.locator("#theme-text").bounding_box()["height"] <= 40
    reader.page.click("#sheet")
    assert reader.page.locator("#theme").is_visible()
    assert not reader.page.locator("#theme-text").is_visible()
    assert reader.complaints == []


def test_without_concepts_and_doubts_their_themes_are_left_out(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    bare = dataclasses.replace(bare_result(), villages=())
    path.write_text(folium_map.render_map(bare, sample_basemap(), stamp=STAMP), encoding="utf-8")
    reader = visit(browser_page, path)
    ids = reader.say("SpatialPlan.data.mapThemes.map(theme => theme.id)")
    assert ids == ["overview", "quality"]
    assert reader.complaints == []


@pytest.mark.parametrize(
    ("name", "themes"),
    [
        ("coverage", {"villages": "村级覆盖", "logistics": "物流三级网络",
                      "scenario": "情景变化", "quality": "数据质量"}),
        ("siting", {"siting": "选址建议", "quality": "数据质量"}),
    ],
)  # fmt: skip
def test_runs_on_villages_have_the_themes_that_fit(
    browser_page: Any, files: Files, name: str, themes: dict[str, str]
):
    reader = visit(browser_page, files[name, "zh"])
    offered = reader.say("SpatialPlan.data.mapThemes.map(theme => theme.id)")
    assert offered == list(themes)
    first = told(reader)["on"]
    for theme, title in reversed(themes.items()):
        reader.page.select_option("#theme", theme)
        seen = told(reader)
        assert seen["chosen"] == title
        assert all(seen["text"])
        assert seen["on"] > GROUND
    assert seen["on"] == first
    assert reader.complaints == []


def test_a_theme_shows_its_features_but_not_what_lies_beyond_the_city():
    subject = subject_of(read_plan(find_pack("xiangtan")))
    frame = gpd.GeoDataFrame(
        {"id": ["near", "far"], "kind": ["campus", "outward_target"]},
        geometry=[Point(112.4, 27.5), Point(121, 31)], crs="EPSG:4326",
    )  # fmt: skip
    layers = [
        dataclasses.replace(x, frame=frame) if x.id == "features-ring" else x
        for x in subject.layers
    ]
    mark = Mark(role="gap", geometry=Point(112.9, 27.9), label=Text("", ""))
    concepts = [
        (concept, dataclasses.replace(profile, marks=(mark,)))
        if concept.family == "ring"
        else (concept, profile)
        for concept, profile in subject.concepts
    ]
    shown = dataclasses.replace(subject, layers=layers, concepts=concepts)
    [ring] = [theme for theme in themes.themes("overview", shown, "zh") if theme.id == "ring"]
    assert ring.box == (112.4, 27.5, 112.9, 27.9)
