"""The GeoPackage and the QGIS project of a siting run; real QGIS opens them by itself."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
from defusedxml import ElementTree
from pyogrio.errors import DataSourceError
from pyproj import Transformer
from shapely import LineString

from spatialplan.errors import OutputError
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_layers, themes
from spatialplan.outputs.qgis import geopackage, qml_renderers
from spatialplan.outputs.qgis.siting_package import TABLES, write_siting_package
from spatialplan.outputs.qgis.siting_project import write_siting_project
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang
from tests.coverage_sample import NAMES, sample_siting
from tests.outputs.test_qgis import ONLINE, open_in_qgis, xml_of
from tests.outputs.test_qgis_sheets import PAPERS, printed, said, text_of
from tests.outputs.test_qgis_work import work
from tests.sample import HOSTILE, sample_basemap

STAMP = "2026-11-22 08:00:00 +0800"
SPATIAL = {name for names in TABLES.values() for name in names.values()}
PLAIN = {"sites_all", "villages_all", "existing_all", "trade_off", "sources", "notes"}
VILLAGE = "spatialplan_villages-{}_point"
SITES, EXISTING, LINKS = (
    f"spatialplan_{x}" for x in ("sites_point", "existing_point", "links_line")
)


def full_sample() -> SitingResult:
    """Return the sample with a village that is assigned to the existing station."""
    result = sample_siting()
    [station], village = result.existing, result.villages[0]
    line = LineString([(village.lon, village.lat), (112.9, 27.9)])
    return dataclasses.replace(result, links=(*result.links, (village.id, station.id, line)))


def write(folder: Path, result: SitingResult | None = None, lang: Lang = "zh") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    result, ground = result or full_sample(), sample_basemap()
    gpkg, project = folder / "样例.gpkg", folder / "样例.qgz"
    write_siting_package(result, ground, gpkg, stamp=STAMP, lang=lang)
    write_siting_project(result, ground, gpkg, project, stamp=STAMP, lang=lang)
    return project


def query(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as base:
        return base.execute(sql).fetchall()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def gpkg(project: Path) -> Path:
    return project.with_suffix(".gpkg")


@pytest.fixture(scope="module")
def report(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return open_in_qgis(project, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def layers(report: dict[str, Any]) -> dict[str, Any]:
    return report["layers"]


# The GeoPackage


def test_every_table_is_registered_in_a_version_that_old_qgis_reads(gpkg: Path) -> None:
    kinds = dict(query(gpkg, "SELECT table_name, data_type FROM gpkg_contents"))
    assert {name for name, kind in kinds.items() if kind == "features"} == SPATIAL
    assert {name for name, kind in kinds.items() if kind == "attributes"} == PLAIN | {
        "layer_styles"
    }
    assert query(gpkg, "PRAGMA user_version") == [(10300,)]
    assert query(gpkg, "PRAGMA integrity_check") == [("ok",)]
    assert query(gpkg, "SELECT DISTINCT srs_id FROM gpkg_geometry_columns") == [(4490,)]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("proposed_sites", 2), ("sites_all", 2), ("villages", 4), ("villages_all", 5),
        ("existing_facilities", 1), ("existing_all", 1), ("assignments", 3), ("trade_off", 3),
        ("sources", 0), ("notes", 1), ("districts", 1), ("roads", 2),
    ],
)  # fmt: skip
def test_rows_in_are_rows_out(gpkg: Path, table: str, rows: int) -> None:
    assert query(gpkg, f'SELECT count(*) FROM "{table}"') == [(rows,)]


def test_every_village_has_its_outcome_and_its_cause_and_unknown_is_null(gpkg: Path) -> None:
    rows = query(gpkg, "SELECT name, state, site, cause, accuracy_m FROM villages_all")
    assert [row[0] for row in rows] == list(NAMES)
    assert [row[1] for row in rows] == ["before", "newly", "newly", "unservable", "unservable"]
    assert [row[2] for row in rows] == ["", "new:1", "new:2", "", ""]
    assert [bool(row[3]) for row in rows] == [False, False, False, True, True]
    assert "无坐标" in rows[4][3]
    assert [row[4] for row in rows] == [30.0, 30.0, 30.0, 30.0, None]


def test_lines_name_their_village_and_the_site_new_or_not(gpkg: Path) -> None:
    rows = query(gpkg, "SELECT village, village_name, site, site_name FROM assignments")
    result = full_sample()
    ids, [station] = [village.id for village in result.villages], result.existing
    assert rows == [
        (ids[1], HOSTILE, "new:1", HOSTILE),
        (ids[2], NAMES[2], "new:2", NAMES[2]),
        (ids[0], NAMES[0], station.id, station.name),
    ]


def test_the_trade_off_is_that_of_the_run(gpkg: Path) -> None:
    stored = pyogrio.read_dataframe(gpkg, layer="trade_off")
    pd.testing.assert_frame_equal(stored, full_sample().trade_off, check_dtype=False)


def test_places_do_not_move(gpkg: Path) -> None:
    for table, frame in (
        ("villages", siting_layers.villages_frame(full_sample())),
        ("proposed_sites", siting_layers.sites_frame(full_sample())),
    ):
        stored = pyogrio.read_dataframe(gpkg, layer=table).set_index("id").geometry
        given = frame.set_index("id").geometry.dropna()
        assert list(stored.index) == list(given.index)
        assert all(a.equals_exact(b, 0) for a, b in zip(stored, given, strict=True))


def test_places_are_stored_in_the_projected_crs_where_that_is_wanted(tmp_path: Path) -> None:
    result, ground, path = full_sample(), sample_basemap(), tmp_path / "a.gpkg"
    write_siting_package(result, ground, path, stamp=STAMP, crs=result.plan.crs)
    stored = pyogrio.read_dataframe(path, layer="proposed_sites")
    assert stored.crs.to_authority() == ("EPSG", "4547")
    back = stored.to_crs("EPSG:4326").geometry
    assert back.x.tolist() == pytest.approx([site.lon for site in result.sites], abs=1e-9)
    assert back.y.tolist() == pytest.approx([site.lat for site in result.sites], abs=1e-9)
    project = tmp_path / "a.qgz"
    write_siting_project(result, ground, path, project, stamp=STAMP, stored_crs=result.plan.crs)
    root = ElementTree.fromstring(xml_of(project))
    stated = {
        layer.findtext("id"): layer.findtext("srs/spatialrefsys/authid")
        for layer in root.iter("maplayer")
    }
    assert (stated[SITES], stated[VILLAGE.format("newly")]) == ("EPSG:4547", "EPSG:4547")


def test_the_inset_enlarges_where_villages_with_an_outcome_crowd(tmp_path: Path) -> None:
    result = sample_siting()
    covered, lost = (
        [
            dataclasses.replace(result.villages[0], id=f"{name}{n}", lon=lon + n / 1e4, lat=27.85)
            for n in range(count)
        ]
        for name, lon, count in (("covered", 112.8, 20), ("lost", 113.0, 25))
    )
    result = dataclasses.replace(
        result,
        villages=(*covered, *lost),
        covered_before=tuple(village.id for village in covered),
        unservable=tuple(
            dataclasses.replace(result.unservable[0], demand=village) for village in lost
        ),
    )
    root = ElementTree.fromstring(xml_of(write(tmp_path, result)))
    extent = root.find("Layouts/Layout/LayoutItem[@id='inset']/Extent")
    to_plan = Transformer.from_crs("EPSG:4326", result.plan.crs, always_xy=True)
    inside = [
        float(extent.get("xmin")) < to_plan.transform(lon, 27.85)[0] < float(extent.get("xmax"))
        for lon in (112.8, 113.0)
    ]
    assert inside == [True, False]


def test_the_file_explains_itself(gpkg: Path) -> None:
    names = dict(query(gpkg, "SELECT table_name, identifier FROM gpkg_contents"))
    assert names["proposed_sites"] == "选址建议：建议新增点"
    assert names["villages"] == "村级状态：村"
    assert names["sites_all"] == "建议新增点一览"
    comments = dict(
        query(gpkg, "SELECT column_name, description FROM gpkg_data_columns "
              "WHERE table_name = 'villages_all'")
    )  # fmt: skip
    assert comments["state"] == "原已覆盖、新增覆盖、仍未覆盖或无法安排"
    assert comments["cause"] == "无法安排的原因；其他的村为空"
    domains = dict(
        query(
            gpkg,
            "SELECT value, description FROM gpkg_data_column_constraints WHERE constraint_name = "
            "(SELECT constraint_name FROM gpkg_data_columns "
            "WHERE table_name = 'villages' AND column_name = 'state')",
        )
    )
    assert domains == {
        "before": "原已覆盖", "newly": "新增覆盖", "left": "仍未覆盖", "unservable": "无法安排",
    }  # fmt: skip


def test_villages_stand_under_their_site_in_any_program(gpkg: Path) -> None:
    [row] = query(gpkg, "SELECT base_table_name, related_table_name FROM gpkgext_relations")
    assert row == ("sites_all", "villages_all")
    pairs = query(
        gpkg,
        "SELECT s.id, v.name FROM map_assigned m JOIN sites_all s ON s.fid = m.base_id "
        "JOIN villages_all v ON v.fid = m.related_id",
    )
    assert pairs == [("new:1", HOSTILE), ("new:2", NAMES[2])]


def test_the_same_input_and_stamp_make_the_same_bytes(project: Path, tmp_path: Path) -> None:
    again = write(tmp_path)
    for ending in (".qgz", ".gpkg"):
        first, second = project.with_suffix(ending), again.with_suffix(ending)
        assert first.read_bytes() == second.read_bytes()


def test_a_failure_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise DataSourceError("disk full")

    monkeypatch.setattr(geopackage, "_write_plain", fail)
    with pytest.raises(OutputError, match="disk full"):
        write_siting_package(sample_siting(), sample_basemap(), path, stamp=STAMP)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# The project in QGIS


def test_opens_without_any_complaint(report: dict[str, Any]) -> None:
    assert report["opened"]
    assert (report["error"], report["render_errors"], report["messages"]) == ("", [], [])
    assert report["title"] == "样例规划　选址建议图"
    assert report["crs"] == "EPSG:4547"
    assert "位置精度未计入优化" in report["metadata"]


def test_every_layer_is_valid_in_the_tree_and_draws_every_row(
    report: dict[str, Any], layers: dict[str, Any]
) -> None:
    assert all(layer["valid"] for layer in layers.values())
    assert report["in_tree"] == len(layers) + ONLINE
    spatial = [layer for layer in layers.values() if layer["spatial"]]
    assert {layer["crs"] for layer in spatial} == {"EPSG:4490"}
    assert {layer["undrawn"] for layer in spatial} == {0}
    assert all(f["alias"] for layer in layers.values() for f in layer["fields"].values())


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        (VILLAGE.format("before"), 1), (VILLAGE.format("newly"), 2),
        (VILLAGE.format("unservable"), 1), (SITES, 2), (EXISTING, 1), (LINKS, 3),
        ("spatialplan_table_sites_all", 2), ("spatialplan_table_villages_all", 5),
        ("spatialplan_table_trade_off", 3),
    ],
)  # fmt: skip
def test_a_layer_holds_its_own_rows(layers: dict[str, Any], layer: str, count: int) -> None:
    assert layers[layer]["count"] == count


def test_no_layer_stands_for_what_has_no_row(layers: dict[str, Any]) -> None:
    assert VILLAGE.format("left") not in layers


def test_groups_stand_once_with_the_sites_on_top(report: dict[str, Any]) -> None:
    assert [group[0] for group in report["tree"]] == [
        "选址建议", "村级状态（15 分钟）", "归属关系", "底图", "数据表",
        "在线底图（需联网，默认关闭）",
    ]  # fmt: skip
    children = {name: [child[0] for child in nodes] for name, _, nodes in report["tree"]}
    assert children["选址建议"] == ["建议新增点", "现有网点"]
    assert children["村级状态（15 分钟）"] == ["新增覆盖", "无法安排", "原已覆盖"]
    assert children["数据表"] == [
        "建议新增点一览", "全部村（含无坐标）", "全部现有网点（含无坐标）", "建多少与覆盖多少",
        "数据来源", "使用须知",
    ]  # fmt: skip


def test_symbols_are_those_of_the_web_map(layers: dict[str, Any]) -> None:
    symbols = read_style().siting
    shapes = {
        VILLAGE.format("before"): ("before", "circle"),
        VILLAGE.format("newly"): ("newly", "triangle"),
        VILLAGE.format("unservable"): ("unservable", "circle"),
        SITES: ("proposed", "star"),
        EXISTING: ("existing", "square"),
    }
    for key, (symbol, shape) in shapes.items():
        renderer = layers[key]["renderer"]
        assert renderer["type"] == "singleSymbol"
        assert renderer["shapes"] == [shape], key
        assert renderer["colors"] == [symbols[symbol].color], key
    assert layers[LINKS]["renderer"]["colors"] == [symbols["link"].color]


def test_what_becomes_of_villages_has_a_symbol_each_where_they_are_one_layer() -> None:
    frame = siting_layers.villages_frame(sample_siting())
    renderer = qml_renderers.renderer(frame.iloc[:0], "siting_villages", "point")
    found = {c.get("value"): c.get("label") for c in renderer.iter("category")}
    assert found == {
        "before": "✓ 原已覆盖", "newly": "+ 新增覆盖", "left": "✗ 仍未覆盖",
        "unservable": "⊘ 无法安排",
    }  # fmt: skip
    left = qml_renderers.renderer(frame, "siting_villages", "point", "left")
    [shape] = [
        o.get("value") for o in left.iter("Option") if o.get("name") == "name" and o.get("value")
    ]
    assert shape == "cross_fill"


def test_sites_shrink_on_small_scales_and_are_the_largest_symbol(project: Path) -> None:
    root = ElementTree.fromstring(xml_of(project))
    sizes = {}
    for layer in root.iter("maplayer"):
        said_size = [
            o.get("value") for o in layer.iter("Option")
            if o.get("name") == "expression" and "@map_scale" in (o.get("value") or "")
        ]  # fmt: skip
        if said_size:
            sizes[layer.findtext("id")] = float(said_size[0].split(" ")[0])
    assert sizes[SITES] == pytest.approx(5.2 * 1.15)
    assert sizes[EXISTING] == pytest.approx(3.2)


def test_codes_have_words_and_columns_names(layers: dict[str, Any]) -> None:
    villages = layers[VILLAGE.format("newly")]["fields"]
    assert villages["state"]["alias"] == "结果"
    assert villages["state"]["words"] == {
        "before": "原已覆盖", "newly": "新增覆盖", "left": "仍未覆盖", "unservable": "无法安排",
    }  # fmt: skip
    assert villages["on_roster"]["words"] == {"true": "是", "false": "否"}
    assert villages["origin"] == {"alias": "来自表格的行", "words": {}}
    assert villages["cause"]["alias"] == "无法安排的原因"
    sites = layers[SITES]["fields"]
    assert sites["rank"]["alias"] == "名次"
    assert sites["newly_covered"]["alias"] == "新增覆盖村数"
    assert layers[EXISTING]["fields"]["tier"]["words"]["station"] == "乡镇站"
    curve = layers["spatialplan_table_trade_off"]["fields"]
    assert curve["covered"]["alias"] == "已覆盖的村数"
    assert curve["weight"]["alias"].startswith("已覆盖的权重")


def test_tips_say_it_in_words_and_stay_text(layers: dict[str, Any]) -> None:
    tip = layers[VILLAGE.format("newly")]["tips"][0]
    assert layers[VILLAGE.format("newly")]["names"][0] == HOSTILE
    assert "&lt;img src=x" in tip
    for piece in ("新增覆盖", "第 3 行"):
        assert piece in tip
    [lost] = layers[VILLAGE.format("unservable")]["tips"]
    assert "路网不连通" in lost
    assert "无法安排" in lost
    [first, _] = layers[SITES]["tips"]
    for piece in ("<td>1.0</td>", "新增覆盖村数", "名次"):
        assert piece in first
    assert "<td>乡镇站</td>" in layers[EXISTING]["tips"][0]
    assert NAMES[0] in layers[LINKS]["tips"][2]
    for layer in layers.values():
        assert not any("<img" in tip for tip in layer["tips"])


def test_sites_and_villages_that_change_are_labelled_with_a_halo(layers: dict[str, Any]) -> None:
    expected = {
        SITES: 0,
        EXISTING: 350_000,
        VILLAGE.format("newly"): 150_000,
        VILLAGE.format("before"): 60_000,
        VILLAGE.format("unservable"): 60_000,
    }
    for key, scale in expected.items():
        assert layers[key]["labels"], key
        assert layers[key]["halo"], key
        assert layers[key]["label_scale"] == scale, key
    assert not layers[LINKS]["labels"]


def test_the_printed_legend_counts_what_the_map_draws(project: Path) -> None:
    root = ElementTree.fromstring(xml_of(project))
    legend = root.find("Layouts/Layout/LayoutItem[@id='legend']/layer-tree-group")
    counted = {
        layer.get("id")
        for layer in legend.iter("layer-tree-layer")
        if any(o.get("name") == "showFeatureCount" for o in layer.iter("Option"))
    }
    assert counted == {
        SITES,
        EXISTING,
        *(VILLAGE.format(x) for x in ("newly", "before", "unservable")),
    }


def test_a_layer_dragged_from_the_geopackage_takes_its_style(report: dict[str, Any]) -> None:
    assert set(report["styles"]) == SPATIAL
    assert all(applied for applied, _, _ in report["styles"].values())
    assert report["styles"]["villages"][1:] == ["categorizedSymbol", True]
    for table in ("proposed_sites", "existing_facilities", "assignments"):
        assert report["styles"][table][1:] == ["singleSymbol", True], table


def test_themes_show_the_layers_of_the_web_map_and_villages_stand_under_sites(
    project: Path, tmp_path: Path
) -> None:
    found = work(project, tmp_path)
    result, ground = full_sample(), sample_basemap()
    drawn = siting_layers.build_siting_layers(result, ground)
    for theme in themes.siting_themes(result, drawn, "zh"):
        shown = {key.removeprefix("spatialplan_").rsplit("_", 1)[0]
                 for key in found["themes"][theme.title]
                 if not key.startswith("spatialplan_table_")}  # fmt: skip
        assert shown == set(theme.layers), theme.id
    assert found["relations"] == {
        f"assigned_{parent}": {"valid": True, "name": "由此点服务的村", "children": 2}
        for parent in (SITES, "spatialplan_table_sites_all")
    }
    assert found["forms"][SITES]["relations"] > 0
    assert found["forms"][SITES]["pages"] == ["建议新增点", "服务量", "由此点服务的村"]
    village = found["forms"][VILLAGE.format("newly")]
    assert village["pages"] == ["村", "服务站点", "来源", "其他"]
    assert village["editable"] == []


def test_each_theme_is_printed_on_two_papers(project: Path, tmp_path: Path) -> None:
    found = printed(project, tmp_path)
    assert found["messages"] == []
    assert set(found["layouts"]) == {
        f"{theme} {paper}" for theme in ("选址建议", "数据质量") for paper in PAPERS
    }
    for name, layout in found["layouts"].items():
        assert layout["exported"], name
        assert layout["page"] == PAPERS[name[-2:]]
        assert layout["maps"]["map"]["layers"] == layout["theme_layers"]
    first = found["layouts"]["选址建议 A4"]
    assert set(first["legend"]) >= {SITES, EXISTING, LINKS, VILLAGE.format("newly")}
    words = text_of(tmp_path / first["file"])
    for piece in ("建议新增2处站点", "选址建议图", "村级状态(15分钟)", "位置精度未计入优化"):
        assert said(piece) in words, piece
    quality = found["layouts"]["数据质量 A4"]["legend"]
    assert SITES not in quality
    assert VILLAGE.format("unservable") in quality


def test_a_run_without_sites_or_districts_opens_in_english(tmp_path: Path) -> None:
    result = dataclasses.replace(
        full_sample(),
        sites=(),
        links=(),
        existing=(),
        covered_after=full_sample().covered_before,
        notes=(),
    )
    ground = sample_basemap()
    ground = dataclasses.replace(ground, districts=ground.districts.iloc[:0])
    gpkg, project = tmp_path / "a.gpkg", tmp_path / "a.qgz"
    write_siting_package(result, ground, gpkg, stamp=STAMP, lang="en")
    write_siting_project(result, ground, gpkg, project, stamp=STAMP, lang="en")
    found = open_in_qgis(project, tmp_path / "out")
    assert found["messages"] == []
    assert all(layer["valid"] for layer in found["layers"].values())
    assert found["title"] == "Sample plan: where next"
    assert [group[0] for group in found["tree"]] == [
        "Villages (15 min)", "Basemap", "Tables", "Online basemaps (need internet, off)",
    ]  # fmt: skip
    assert found["layers"][VILLAGE.format("left")]["count"] == 2
    assert found["layers"]["spatialplan_table_sites_all"]["count"] == 0
    [layout] = found["layouts"]
    assert layout["exported"]


def test_a_run_without_any_place_shows_where_its_roads_are(tmp_path: Path) -> None:
    result = sample_siting()
    bare = tuple(dataclasses.replace(v, lon=None, lat=None) for v in result.villages)
    result = dataclasses.replace(result, villages=bare, sites=(), links=(), existing=())
    ground = sample_basemap()
    ground = dataclasses.replace(ground, districts=ground.districts.iloc[:0])
    gpkg, project = tmp_path / "a.gpkg", tmp_path / "a.qgz"
    write_siting_project(result, ground, gpkg, project, stamp=STAMP)
    extent = ElementTree.fromstring(xml_of(project)).find("mapcanvas/extent")
    shown = [float(extent.findtext(edge)) for edge in ("xmin", "ymin", "xmax", "ymax")]
    roads = ground.roads.to_crs(result.plan.crs).total_bounds
    assert shown[0] < roads[0] < roads[2] < shown[2]
    assert shown[1] < roads[1] < roads[3] < shown[3]
    assert shown[2] - shown[0] < 2 * max(roads[2] - roads[0], roads[3] - roads[1])
