"""The GeoPackage and the QGIS project of a coverage run; real QGIS opens them by itself."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
import subprocess
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from defusedxml import ElementTree
from pyogrio.errors import DataSourceError
from shapely import Point, box

from spatialplan.errors import OutputError
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Tier
from spatialplan.model.limit import Limit
from spatialplan.outputs import coverage_layers
from spatialplan.outputs.qgis import coverage_page, geopackage
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis.coverage_package import TABLES, write_coverage_package
from spatialplan.outputs.qgis.coverage_project import write_coverage_project
from spatialplan.outputs.style import read_style
from spatialplan.text import Text
from tests.conftest import need
from tests.coverage_sample import HALF, NAMES, sample_coverage, without_positions
from tests.outputs.test_qgis import ONLINE, open_in_qgis, xml_of
from tests.sample import HOSTILE, sample_basemap

STAMP = "2026-11-22 08:00:00 +0800"
SPATIAL = {name for names in TABLES.values() for name in names.values()}
PLAIN = {"villages_all", "facilities_all", "chain_legs_all", "changes_all", "shares", "sources",
         "notes"}  # fmt: skip
SCENARIO = {"changes", "change_marks_area", "change_marks_line", "change_marks_point",
            "changes_all"}  # fmt: skip
VILLAGE = "spatialplan_villages-{}_point"


def full_sample() -> CoverageResult:
    """Return the sample with a scenario, a change for its second limit, and areas by distance."""
    result = sample_coverage(change=True)
    change = result.change
    assert change is not None
    later = change.frame.iloc[:1].assign(limit=HALF.key, kind="gains")
    frame = pd.concat([change.frame, later], ignore_index=True)
    by_road = result.areas.iloc[:1].assign(limit="5000m", low=0.0, high=5000.0)
    return dataclasses.replace(
        result,
        change=dataclasses.replace(change, frame=gpd.GeoDataFrame(frame, crs="EPSG:4326")),
        areas=gpd.GeoDataFrame(pd.concat([by_road, result.areas]), crs="EPSG:4326"),
    )


def write(folder: Path, result: CoverageResult | None = None, lang: str = "zh") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    result, ground = result or full_sample(), sample_basemap()
    gpkg, project = folder / "样例.gpkg", folder / "样例.qgz"
    write_coverage_package(result, ground, gpkg, stamp=STAMP, lang=lang)
    write_coverage_project(result, ground, gpkg, project, stamp=STAMP, lang=lang)
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
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def report(project: Path, out: Path) -> dict[str, Any]:
    return open_in_qgis(project, out)


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
        ("villages", 4), ("villages_all", 5), ("facilities", 2), ("facilities_all", 3),
        ("service_areas", 3), ("service_areas_by_facility", 1), ("catchments", 1), ("paths", 3),
        ("chain_legs", 6), ("chain_legs_all", 6), ("accessibility", 15), ("changes", 3),
        ("changes_all", 4), ("change_marks_point", 1), ("change_marks_line", 1),
        ("change_marks_area", 0), ("shares", 8), ("sources", 0), ("notes", 2), ("districts", 1),
        ("roads", 2),
    ],
)  # fmt: skip
def test_rows_in_are_rows_out(gpkg: Path, table: str, rows: int) -> None:
    assert query(gpkg, f'SELECT count(*) FROM "{table}"') == [(rows,)]


def test_names_and_states_are_stored_as_they_are(gpkg: Path) -> None:
    assert [name for (name,) in query(gpkg, "SELECT name FROM villages_all")] == list(NAMES)
    states = query(gpkg, 'SELECT state, "state_15min", "state_30min" FROM villages_all')
    assert states[1] == ("not_covered", "not_covered", "covered")
    assert states[4] == ("no_data", "no_data", "no_data")
    [(placed,)] = query(gpkg, "SELECT count(*) FROM villages WHERE name = 'HOSTILE'")
    assert placed == 0
    assert HOSTILE in {name for (name,) in query(gpkg, "SELECT name FROM villages")}


def test_what_is_not_known_is_null_and_not_zero_or_no(gpkg: Path) -> None:
    columns = "nearest_min, chain_min, parents_match, fits_workday, e2sfca, accuracy_m"
    rows = query(gpkg, f"SELECT {columns} FROM villages_all")
    assert rows[4] == (None,) * 6
    assert rows[0][:4] == (6.0, 18.0, 1, 1)
    assert rows[1][2] == 0, "the parents do not match, which is not unknown"
    assert query(gpkg, "SELECT residual FROM facilities_all") == [(350.0,), (None,), (None,)]
    assert query(gpkg, "SELECT DISTINCT cost_before FROM changes_all WHERE kind = 'same'") == [
        (None,)
    ]


def test_places_do_not_move(gpkg: Path) -> None:
    stored = pyogrio.read_dataframe(gpkg, layer="villages").set_index("id").geometry
    given = coverage_layers.villages_frame(full_sample()).set_index("id").geometry.dropna()
    assert list(stored.index) == list(given.index)
    assert all(a.equals_exact(b, 0) for a, b in zip(stored, given, strict=True))


def test_each_spatial_table_has_its_style(gpkg: Path) -> None:
    columns = dict(query(gpkg, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    styles = query(gpkg, "SELECT f_table_name, f_geometry_column, styleQML FROM layer_styles")
    assert {name: column for name, column, _ in styles} == columns
    for _, _, qml in styles:
        assert ElementTree.fromstring(qml).find("renderer-v2") is not None


def test_without_a_scenario_there_are_no_tables_of_changes(tmp_path: Path) -> None:
    project = write(tmp_path, sample_coverage())
    names = {name for name, _ in pyogrio.list_layers(project.with_suffix(".gpkg"))}
    mappings = {"map_served", "map_chain", "map_lower"}
    assert names == (SPATIAL | PLAIN | mappings | {"layer_styles"}) - SCENARIO
    assert "情景" not in xml_of(project)


def test_the_same_input_and_stamp_make_the_same_bytes(project: Path, tmp_path: Path) -> None:
    again = write(tmp_path)
    for ending in (".qgz", ".gpkg"):
        first, second = project.with_suffix(ending), again.with_suffix(ending)
        assert first.read_bytes() == second.read_bytes()
    assert query(again.with_suffix(".gpkg"), "SELECT DISTINCT last_change FROM gpkg_contents") == [
        ("2026-11-22T00:00:00.000Z",)
    ]


def test_a_failure_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise DataSourceError("disk full")

    monkeypatch.setattr(geopackage, "_write_plain", fail)
    with pytest.raises(OutputError, match="disk full"):
        write_coverage_package(sample_coverage(), sample_basemap(), path, stamp=STAMP)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# The project in QGIS


def test_opens_without_any_complaint(report: dict[str, Any]) -> None:
    assert report["opened"]
    assert (report["error"], report["render_errors"], report["messages"]) == ("", [], [])
    assert report["title"] == "样例规划　村级覆盖图"
    assert report["crs"] == "EPSG:4547"
    assert "路网范围之外一律无数据" in report["metadata"]


def test_every_layer_is_valid_in_the_tree_and_draws_every_row(
    report: dict[str, Any], layers: dict[str, Any]
) -> None:
    assert all(layer["valid"] for layer in layers.values())
    assert report["in_tree"] == len(layers) + ONLINE
    spatial = [layer for layer in layers.values() if layer["spatial"]]
    assert {layer["crs"] for layer in spatial} == {"EPSG:4490"}
    shares = layers["spatialplan_township_shares_area"]
    assert shares["undrawn"] == 1, "a township without a certain answer has no share"
    assert {layer["undrawn"] for layer in spatial if layer is not shares} == {0}
    assert all(f["alias"] for layer in layers.values() for f in layer["fields"].values())


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        ("villages-covered_point", 1), ("villages-not_covered_point", 1),
        ("villages-uncertain_point", 1), ("villages-unroutable_point", 1),
        ("facilities-station_point", 1), ("facilities-hub_point", 1), ("areas-time_area", 2),
        ("areas-length_area", 1), ("facility_areas_area", 1), ("catchments_area", 1),
        ("paths_line", 3), ("legs_line", 6), ("accessibility-e2sfca_point", 4),
        ("accessibility-detour_point", 3), ("changes-gains_point", 1), ("changes-loses_point", 1),
        ("steps_point", 1), ("steps_line", 1), ("table_villages_all", 5), ("table_shares", 8),
        ("table_changes_all", 4),
    ],
)  # fmt: skip
def test_a_layer_holds_its_own_rows_and_changes_those_of_the_first_limit(
    layers: dict[str, Any], layer: str, count: int
) -> None:
    assert layers[f"spatialplan_{layer}"]["count"] == count


def test_no_layer_stands_for_what_has_no_row(layers: dict[str, Any]) -> None:
    assert "spatialplan_villages-no_data_point" not in layers, "that village has no place"
    assert "spatialplan_changes-same_point" not in layers


def test_groups_stand_once_and_draw_doubtful_villages_over_the_covered(
    report: dict[str, Any],
) -> None:
    assert [group[0] for group in report["tree"]] == [
        "情景变化（15 分钟）", "配送网络", "村级状态（15 分钟）", "可达性", "配送路径", "底图",
        "服务范围", "县区", "专题图（默认关闭）", "图集范围",
        "数据表", "在线底图（需联网，默认关闭）",
    ]  # fmt: skip
    children = {name: [child[0] for child in nodes] for name, _, nodes in report["tree"]}
    assert children["村级状态（15 分钟）"] == ["未覆盖", "不确定", "无法路由", "已覆盖"]
    assert children["配送网络"] == ["县级中心", "乡镇站"]
    assert children["情景变化（15 分钟）"] == ["情景措施", "新增覆盖", "失去覆盖"]


def test_what_would_hide_other_things_is_off(report: dict[str, Any]) -> None:
    shown = {child[0]: child[1] for _, _, nodes in report["tree"] for child in nodes}
    assert shown["服务范围（时间）"]
    assert not shown["服务范围（路程）"], "the run judges by time first"
    for name in ("可达性指数（E2SFCA，每千人或千村）", "绕行系数", "各村到最近网点的路径", "配送链路",
                 "最近网点分界", "各网点的服务范围"):  # fmt: skip
        assert not shown[name], name


def test_villages_differ_by_colour_and_by_shape(layers: dict[str, Any]) -> None:
    states = read_style().village_states
    shapes = {"covered": "circle", "not_covered": "cross_fill", "uncertain": "circle"}
    for state, shape in shapes.items():
        renderer = layers[VILLAGE.format(state)]["renderer"]
        assert renderer["type"] == "singleSymbol"
        assert renderer["shapes"] == [shape]
        assert states[state].color in renderer["colors"]


def test_facilities_differ_by_tier_and_bands_paths_and_classes_by_value(
    layers: dict[str, Any],
) -> None:
    tiers = read_style().tiers
    for tier in ("station", "hub"):
        renderer = layers[f"spatialplan_facilities-{tier}_point"]["renderer"]
        assert renderer["shapes"] == [tiers[tier].shape]
        assert renderer["colors"] == [tiers[tier].color]
    bands = layers["spatialplan_areas-time_area"]["renderer"]
    assert bands["classes"] == [["near", "0–15 分钟"], ["second", "15–30 分钟"]]
    assert layers["spatialplan_areas-length_area"]["renderer"]["classes"] == [["near", "0–5 公里"]]
    paths = layers["spatialplan_paths_line"]["renderer"]
    assert [word for word, _ in paths["classes"]] == ["covered", "not_covered", "uncertain"]
    classes = layers["spatialplan_accessibility-e2sfca_point"]["renderer"]
    assert classes["classes"] == [["2", "800"], ["1", "400"], ["0", "0 – 200"]]
    ramp = read_style().classes
    assert set(classes["colors"]) == {ramp[key].color for key in ("c0", "c2", "c4")}


def test_changes_and_steps_look_like_those_of_the_web_map(layers: dict[str, Any]) -> None:
    kinds = read_style().changes
    gains = layers["spatialplan_changes-gains_point"]["renderer"]
    loses = layers["spatialplan_changes-loses_point"]["renderer"]
    assert gains["shapes"] == loses["shapes"] == ["triangle"]
    assert (gains["angles"], loses["angles"]) == (["0"], ["180"]), "up and down"
    assert gains["colors"] == [kinds["gains"].color]
    steps = layers["spatialplan_steps_line"]["renderer"]
    assert steps["classes"] == [["removed", "情景：撤销或封闭"]]
    assert layers["spatialplan_steps_point"]["labels"]


def test_stations_and_villages_to_act_on_are_labelled_with_a_halo(layers: dict[str, Any]) -> None:
    expected = {
        "spatialplan_facilities-station_point": 0,
        "spatialplan_facilities-hub_point": 0,
        VILLAGE.format("not_covered"): 200_000,
        VILLAGE.format("uncertain"): 200_000,
        VILLAGE.format("covered"): 60_000,
    }
    for key, scale in expected.items():
        assert layers[key]["labels"], key
        assert layers[key]["halo"], key
        assert layers[key]["label_scale"] == scale, key


def test_codes_have_words(layers: dict[str, Any]) -> None:
    fields = layers[VILLAGE.format("covered")]["fields"]
    assert fields["state"]["words"]["not_covered"] == "未覆盖"
    assert fields["state_15min"]["alias"] == "结论（15 分钟）"
    assert fields["state_30min"]["words"] == fields["state"]["words"]
    assert fields["origin"] == {"alias": "来自表格的行", "words": {}}
    assert fields["on_roster"]["words"] == {"true": "是", "false": "否"}
    shares = layers["spatialplan_table_shares"]["fields"]
    assert shares["limit"]["words"] == {"15min": "15 分钟", "30min": "30 分钟"}
    assert shares["level"]["words"]["township"] == "乡镇街道"
    changes = layers["spatialplan_changes-gains_point"]["fields"]
    assert changes["kind"]["words"]["loses"] == "失去覆盖"
    assert changes["before"]["words"]["not_covered"] == "未覆盖"
    assert layers["spatialplan_facilities-hub_point"]["fields"]["tier"]["words"]["hub"] == (
        "县级中心"
    )


def test_tips_say_it_in_words_and_digits_and_stay_text(layers: dict[str, Any]) -> None:
    [tip] = layers[VILLAGE.format("not_covered")]["tips"]
    assert layers[VILLAGE.format("not_covered")]["names"] == [HOSTILE]
    assert "<img" not in tip
    assert "&lt;img src=x" in tip
    for said in ("未覆盖", "站甲", "<td>21.0</td>", "<td>10.50</td>", "第 3 行"):
        assert said in tip
    [station] = layers["spatialplan_facilities-station_point"]["tips"]
    assert "<td>是</td>" in station
    assert "<td>乡镇站</td>" in station
    for layer in layers.values():
        assert not any("<img" in tip for tip in layer["tips"])


def test_the_page_is_complete_and_says_it_in_chinese(report: dict[str, Any], out: Path) -> None:
    [layout] = report["layouts"]
    assert layout["exported"]
    assert set(layout["items"]) >= {
        "title", "map", "legend", "map-scale", "north", "sources", "findings", "notes", "internal",
    }  # fmt: skip
    assert layout["map_crs"] == "EPSG:4547"
    assert layout["map_layers"] == 17, "what is visible: no classes, no paths, no tables"
    assert layout["legend_height"] < 100
    need(bool(shutil.which("pdftotext")), "pdftotext (apt install poppler-utils)")
    done = subprocess.run(
        ["pdftotext", "-layout", str(out / "layout.pdf"), "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = unicodedata.normalize("NFKC", done.stdout).replace(" ", "")
    for piece in (
        "样例规划",
        "村级覆盖图",
        "已覆盖1个,未覆盖1个",
        "图例",
        "路网范围之外一律无数据",
    ):
        assert piece in said, piece


def test_the_legend_counts_villages_and_ends_with_the_basemap(project: Path) -> None:
    root = ElementTree.fromstring(xml_of(project))
    tree = root.find("Layouts/Layout/LayoutItem[@id='legend']/layer-tree-group")
    groups = [group.get("name") for group in tree.findall("layer-tree-group")]
    assert groups == ["情景变化（15 分钟）", "配送网络", "村级状态（15 分钟）", "服务范围", "底图"]
    labels = [o.get("value") for o in tree.iter("Option") if "label" in (o.get("name") or "")]
    assert {"0–15 分钟", "15–30 分钟", "已覆盖", "未覆盖"} <= set(labels)
    assert {"情景：新增或开通", "情景：撤销或封闭"} <= set(labels), "a point and a line"
    assert "0–5 公里" not in labels, "not drawn"


def test_a_layer_dragged_from_the_geopackage_takes_its_style(report: dict[str, Any]) -> None:
    assert set(report["styles"]) == SPATIAL
    assert all(applied for applied, _, _ in report["styles"].values())
    for table in ("villages", "facilities", "service_areas", "paths", "accessibility", "changes"):
        assert report["styles"][table][1:] == ["categorizedSymbol", True], table


def test_stations_that_took_no_part_are_hollow_and_say_so(tmp_path: Path) -> None:
    result = sample_coverage()
    loads = [
        dataclasses.replace(
            load, used=False, facility=dataclasses.replace(load.facility, lon=112.9, lat=27.85)
        )
        if load.facility.lon is None
        else load
        for load in result.facilities
    ]
    project = write(tmp_path, dataclasses.replace(result, facilities=tuple(loads)))
    found = open_in_qgis(project, tmp_path / "out")["layers"]
    station = found["spatialplan_facilities-station_point"]
    assert station["renderer"]["classes"] == [
        ["true", "乡镇站"], ["false", "乡镇站（未参与计算）"],
    ]  # fmt: skip
    assert station["renderer"]["colors"] == sorted(["#ffffff", read_style().tiers["station"].color])
    assert (station["count"], station["undrawn"]) == (2, 0)


def test_a_run_without_positions_or_districts_opens_in_english(tmp_path: Path) -> None:
    bare = without_positions(sample_coverage())
    result = dataclasses.replace(
        bare,
        accessibility=bare.accessibility.iloc[:0],
        facilities=(),
        tier=Tier.STATION,
        notes=(),
    )
    ground = sample_basemap()
    ground = dataclasses.replace(ground, districts=ground.districts.iloc[:0])
    gpkg, project = tmp_path / "a.gpkg", tmp_path / "a.qgz"
    write_coverage_package(result, ground, gpkg, stamp=STAMP, lang="en")
    write_coverage_project(result, ground, gpkg, project, stamp=STAMP, lang="en")
    found = open_in_qgis(project, tmp_path / "out")
    assert found["messages"] == []
    assert all(layer["valid"] for layer in found["layers"].values())
    assert found["title"] == "Sample plan: coverage of villages"
    assert [group[0] for group in found["tree"]] == [
        "Basemap", "Tables", "Online basemaps (need internet, off)",
    ]  # fmt: skip
    assert found["layers"]["spatialplan_table_villages_all"]["count"] == 5
    [layout] = found["layouts"]
    assert layout["exported"]
    assert "notes" not in layout["items"]
    assert 30_000 < found["view"][2] < 60_000, "the extent of the roads"


def test_limits_of_any_size_have_names(tmp_path: Path) -> None:
    limits = (Limit(value=2.5, by="time"), Limit(value=2_000_000, by="length"))
    result = dataclasses.replace(sample_coverage(), limits=limits, shares=())
    text = xml_of(write(tmp_path, result))
    assert 'name="结论（2.5 分钟）"' in text
    assert 'name="原因（2000 公里）"' in text


# The page without QGIS


def test_the_inset_shows_where_most_villages_lie() -> None:
    rng = np.random.default_rng(1)
    crowd = rng.uniform((60_000, 60_000), (80_000, 74_000), (60, 2))
    lone = rng.uniform((0, 0), (100_000, 60_000), (40, 2))
    bounds = (0.0, 0.0, 100_000.0, 80_000.0)
    window = coverage_page.crowded_window(np.vstack([crowd, lone]), bounds, 1.5)
    assert window is not None
    left, bottom, right, top = window
    assert (right - left) / (top - bottom) == pytest.approx(1.5)
    inside = [box(*window).contains(Point(xy)) for xy in crowd]
    assert np.mean(inside) > 0.9


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.array([[0.0, 0.0], [9e4, 9e4]])])
def test_few_or_scattered_villages_need_no_inset(points: np.ndarray) -> None:
    assert coverage_page.crowded_window(points, (0, 0, 1e5, 1e5), 1.5) is None


def test_long_texts_are_set_smaller_until_they_fit() -> None:
    text = "\n".join(["在二十分钟内已覆盖的村有一百个，" * 4] * 24)
    page = qgis_page.plan_page((0, 0, 100_000, 80_000), text=text)
    box_mm = page.text_box
    assert page.map_box[3] > 100, "a long text leaves the map its room"
    assert qgis_page.text_pt("短", box_mm, 7.0) == 7.0
    size = qgis_page.text_pt(text, box_mm, 7.0)
    assert 5.0 <= size < 7.0
    assert size == 5.0 or qgis_page.text_height(text, box_mm[2], size) <= box_mm[3]


def test_the_notes_are_on_the_page_where_districts_fill_it(tmp_path: Path) -> None:
    notes = tuple(Text(f"第 {n} 条须知，" * 20, "note") for n in range(12))
    result = dataclasses.replace(sample_coverage(), notes=notes)
    root = ElementTree.fromstring(xml_of(write(tmp_path, result)))
    item = root.find("Layouts/Layout/LayoutItem[@id='notes']")
    said = item.get("labelText").replace("\n", "")
    shown = [f"第 {n} 条须知" in said for n in range(12)]
    assert shown == sorted(shown, reverse=True)
    assert shown[3]
    assert not shown[11]
    assert said.endswith("…")  # what has no room is cut by us, where the reader sees it
    assert float(item.get("size").split(",")[1]) <= 46
