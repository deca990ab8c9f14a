"""The GeoPackage: every row in it, readable, the same bytes twice, whole or not at all."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from defusedxml import ElementTree as DefusedTree
from pyogrio.errors import DataSourceError
from shapely import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from spatialplan.errors import OutputError
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import layers
from spatialplan.outputs.qgis import geopackage, package_schema, package_words
from spatialplan.outputs.qgis.coverage_package import write_coverage_package
from spatialplan.outputs.qgis.geopackage import write_geopackage
from spatialplan.outputs.qgis.package_words import ColumnWords, TableWords
from spatialplan.outputs.qgis.tables import CRS, SpatialTable, split_shapes
from spatialplan.text import Text
from tests.coverage_sample import sample_coverage
from tests.sample import (
    FORMULA,
    HOSTILE,
    LONG,
    bare_result,
    many_issues,
    sample_basemap,
    sample_result,
)

STAMP = "2026-11-22 08:00:00 +0800"
GROUND = {"districts", "water_area", "water_line", "rails", "roads", "places", "villages",
          "network_issues_line", "network_issues_point", "townships"}  # fmt: skip
SPATIAL = GROUND | {
    "features_ring_line", "features_ring_point", "features_logistics_area",
    "features_logistics_line", "features_logistics_point", "concept_marks_belt_area",
    "concept_marks_belt_line", "concept_marks_belt_point", "verdict_marks_ring_line",
    "verdict_marks_logistics_line",
}  # fmt: skip
MAPPINGS = {"map_feature_claims", "map_claim_features", "map_parts", "map_findings"}
PLAIN = {
    "claims", "feature_claims", "concepts", "concept_findings", "concept_values", "features_all", "villages_all",
    "sources", "notes",
}  # fmt: skip


def write(
    path: Path, result: CheckResult | None = None, stamp: str = STAMP, lang: str = "zh"
) -> Path:
    write_geopackage(result or sample_result(), sample_basemap(), path, stamp=stamp, lang=lang)
    return path


@pytest.fixture(scope="module")
def gpkg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("gpkg") / "样例.gpkg")


def query(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as base:
        return base.execute(sql).fetchall()


def test_every_table_is_there_and_registered(gpkg: Path) -> None:
    kinds = dict(query(gpkg, "SELECT table_name, data_type FROM gpkg_contents"))
    assert {name for name, kind in kinds.items() if kind == "features"} == SPATIAL
    assert {name for name, kind in kinds.items() if kind == "attributes"} == PLAIN | {
        "layer_styles"
    }


def test_version_and_crs_are_what_old_qgis_reads(gpkg: Path) -> None:
    assert query(gpkg, "PRAGMA user_version") == [(10300,)]
    assert query(gpkg, "SELECT DISTINCT srs_id FROM gpkg_geometry_columns") == [(4490,)]
    assert query(gpkg, "PRAGMA integrity_check") == [("ok",)]


def test_coordinates_do_not_move(gpkg: Path) -> None:
    names = ("features_ring_point", "features_logistics_point")
    stored = pd.concat([pyogrio.read_dataframe(gpkg, layer=name) for name in names])
    stored = stored.set_index("id")
    given = layers.features_frame(sample_result()).set_index("id")
    assert len(stored) == 4
    for key, point in stored.geometry.items():
        assert point.equals_exact(given.geometry[key], 0)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("features_ring_point", 1), ("features_logistics_point", 3), ("features_ring_line", 1),
        ("features_logistics_line", 1), ("features_logistics_area", 1), ("features_all", 8),
        ("verdict_marks_ring_line", 2), ("verdict_marks_logistics_line", 1), ("claims", 5),
        ("feature_claims", 9), ("villages", 2),
        ("villages_all", 3), ("districts", 1), ("water_line", 1), ("water_area", 1), ("roads", 2),
        ("rails", 1), ("places", 1), ("sources", 1), ("notes", 1),
        ("network_issues_line", 2), ("network_issues_point", 2), ("concept_marks_belt_area", 3),
        ("concept_marks_belt_line", 8), ("concept_marks_belt_point", 4), ("concepts", 2),
        ("concept_findings", 4), ("concept_values", 5 * 5 + 12 * 13),
    ],
)  # fmt: skip
def test_rows_in_are_rows_out(gpkg: Path, table: str, rows: int) -> None:
    assert len(pyogrio.read_dataframe(gpkg, layer=table)) == rows


def test_hostile_names_are_stored_as_they_are(gpkg: Path) -> None:
    features = pyogrio.read_dataframe(gpkg, layer="features_all").set_index("id")["name"]
    assert features["f2"] == HOSTILE
    assert features["f4"] == FORMULA
    assert features["f5"] == LONG
    assert features["f6"] == "样例县 😀\u202etxt"
    assert HOSTILE in set(pyogrio.read_dataframe(gpkg, layer="villages_all")["name"])


def test_evidence_and_doubts_are_stored_as_they_are(gpkg: Path) -> None:
    columns = "evidence, osm_id, osm_name, match_score, match_distance_m, evidence_cause"
    assert query(gpkg, f"SELECT {columns} FROM features_all WHERE id IN ('f2', 'f7')") == [
        ("probable", "node/7", HOSTILE, 0.875, 610.0, "名称相似"),
        ("not_found", "", "", None, None, "周围有地名，没有此名"),
    ]
    assert query(gpkg, "SELECT rank, kind, kind_label, message, value, villages "
                 "FROM network_issues_point") == [
        (2, "dead_end", "断头", HOSTILE, 0.009, 1), (4, "oneway", "单行可疑", FORMULA, 0.4, 0),
    ]  # fmt: skip


def test_all_doubts_are_stored(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", many_issues(1000))
    ranks = query(path, "SELECT rank FROM network_issues_line UNION ALL "
                  "SELECT rank FROM network_issues_point ORDER BY rank")  # fmt: skip
    assert [rank for (rank,) in ranks] == list(range(1, 1001))


def test_without_evidence_and_doubts_the_tables_are_still_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", bare_result())
    assert query(path, "SELECT DISTINCT evidence, osm_id, match_score FROM features_all") == [
        ("", "", None)
    ]
    for table in ("network_issues_line", "network_issues_point"):
        assert query(path, f"SELECT count(*) FROM {table}") == [(0,)]


def test_missing_numbers_are_null_and_not_zero(gpkg: Path) -> None:
    assert query(gpkg, "SELECT value, threshold FROM claims WHERE claim = 'c3'") == [(None, None)]
    assert query(gpkg, "SELECT accuracy_m FROM features_all WHERE id = 'f3'") == [(None,)]
    assert query(gpkg, "SELECT lon FROM villages_all WHERE code = '430302001001'") == [(None,)]


def test_column_names_are_ascii(gpkg: Path) -> None:
    for table in SPATIAL | PLAIN:
        assert all(field.isascii() for field in pyogrio.read_info(gpkg, layer=table)["fields"])


def test_each_spatial_table_has_a_default_style_in_the_form_qgis_looks_for(gpkg: Path) -> None:
    styles = query(
        gpkg,
        "SELECT f_table_name, f_table_catalog, f_table_schema, f_geometry_column, useAsDefault, "
        "styleQML FROM layer_styles",
    )
    columns = dict(query(gpkg, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert {style[0] for style in styles} == SPATIAL
    for table, catalog, schema, column, default, qml in styles:
        assert (catalog, schema, column, default) == ("", "", columns[table], 1)
        assert qml.startswith("<!DOCTYPE qgis")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_input_and_stamp_make_the_same_bytes(tmp_path: Path, lang: str) -> None:
    first, second = write(tmp_path / "a.gpkg", lang=lang), write(tmp_path / "b.gpkg", lang=lang)
    assert first.read_bytes() == second.read_bytes()


def test_the_stamp_is_the_date_of_every_table(gpkg: Path) -> None:
    assert query(gpkg, "SELECT DISTINCT last_change FROM gpkg_contents") == [
        ("2026-11-22T00:00:00.000Z",)
    ]


def test_nothing_else_remains_in_the_folder(gpkg: Path) -> None:
    assert [path.name for path in gpkg.parent.iterdir()] == ["样例.gpkg"]


def test_a_failure_in_the_middle_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise DataSourceError("disk full")

    monkeypatch.setattr(geopackage, "_write_plain", fail)
    with pytest.raises(OutputError, match="disk full"):
        write(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_broken_step_leaves_no_scraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("interrupted")

    monkeypatch.setattr(geopackage, "_add_styles", fail)
    with pytest.raises(RuntimeError, match="interrupted"):
        write(tmp_path / "a.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        write(tmp_path / "none" / "a.gpkg")


def test_the_log_of_an_older_file_goes_with_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg")
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).write_bytes(b"stale")
    write(path)
    assert list(tmp_path.iterdir()) == [path]
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_result_without_anything_drawn_still_has_its_ground_and_every_row(tmp_path: Path) -> None:
    result = sample_result()
    bare = replace(
        result,
        features=tuple(replace(feature, geometry=None) for feature in result.features),
        villages=(),
        verdicts=tuple(replace(verdict, marks=(), parts=()) for verdict in result.verdicts),
    )
    path = write(tmp_path / "a.gpkg", bare)
    assert {name for name, _ in pyogrio.list_layers(path)} == GROUND | PLAIN | MAPPINGS | {
        "layer_styles"
    } | {f"concept_marks_belt_{shape}" for shape in ("area", "line", "point")}
    assert len(pyogrio.read_dataframe(path, layer="features_all")) == 8


def test_sketches_are_stored_by_concept_and_role(gpkg: Path) -> None:
    columns = "concept, concept_name, mark, role, role_name, label"
    assert query(gpkg, f"SELECT {columns} FROM concept_marks_belt_area") == [
        ("belt", "环线产业圈", "belt-4", "belt", "沿线产业带", "标记 belt"),
        ("belt", "环线产业圈", "belt-11", "catchment", "服务范围", "标记 catchment"),
        ("belt", "环线产业圈", "belt-6", "area", "片区范围", "标记 area"),
    ]
    assert query(gpkg, "SELECT label FROM concept_marks_belt_point WHERE mark = 'belt-15'") == [
        (HOSTILE,)
    ]


def test_tables_of_concepts_keep_the_unknown_apart_from_zero(gpkg: Path) -> None:
    said = "SELECT row_name, value_text, value_number, unit FROM concept_values "
    assert query(gpkg, said + "WHERE field = 'length'") == [
        ("北段", "1,234.57", 1234.567, "km"), ("西段", "—", None, "km"),
        (FORMULA, "0.00", 0.0, "km"), ("=1+1", "-3.14", -3.14159, "km"), ("nan", "—", None, "km"),
    ]  # fmt: skip
    assert query(gpkg, "SELECT state, value FROM concept_findings WHERE concept = 'hubs'") == [
        ("no_data", None)
    ]
    assert query(gpkg, "SELECT answer, fails FROM concepts") == [
        ("环线未闭合，西侧缺 6.2 公里。", 1), (FORMULA, 0),
    ]  # fmt: skip


def test_without_concepts_their_tables_are_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", bare_result())
    assert not [n for n, _ in pyogrio.list_layers(path) if n.startswith("concept_marks")]
    for table in ("concepts", "concept_findings", "concept_values"):
        assert query(path, f"SELECT count(*) FROM {table}") == [(0,)]


MIXED = GeometryCollection([Point(1, 2), LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)])


def test_split_shapes_keeps_rows_order_and_every_part() -> None:
    shapes = [
        Point(0, 0),
        None,
        box(0, 0, 1, 1),
        MIXED,
        LineString([(0, 0, 5), (1, 1, 5)]),
        Polygon(),
    ]
    frame = gpd.GeoDataFrame({"id": list("abcdef")}, geometry=shapes, crs="EPSG:4326")
    parts = split_shapes(frame)
    assert {shape: list(part["id"]) for shape, part in parts.items()} == {
        "point": ["a", "d"],
        "line": ["d", "e"],
        "area": ["c", "d"],
    }
    assert set(parts["point"].geom_type) == {"Point"}
    assert set(parts["line"].geom_type) == {"MultiLineString"}
    assert set(parts["area"].geom_type) == {"MultiPolygon"}
    assert not any(part.has_z.any() for part in parts.values())


def test_split_shapes_makes_all_points_multiple_where_one_is() -> None:
    frame = gpd.GeoDataFrame(
        {"id": [1, 2]}, geometry=[Point(0, 0), MultiPoint([(1, 1), (2, 2)])], crs="EPSG:4326"
    )
    part = split_shapes(frame)["point"]
    assert list(part.geom_type) == ["MultiPoint", "MultiPoint"]
    assert np.array_equal(shapely.get_num_geometries(part.geometry), [1, 2])


def test_split_shapes_of_nothing_is_nothing() -> None:
    assert split_shapes(gpd.GeoDataFrame({"id": []}, geometry=[], crs="EPSG:4326")) == {}


# ---- what the file says of itself ----------------------------------------------------------------


def test_the_projected_crs_is_stored_on_request(tmp_path: Path) -> None:
    result, path = sample_result(), tmp_path / "p.gpkg"
    crs = result.plan.crs
    write_geopackage(result, sample_basemap(), path, stamp=STAMP, crs=crs)
    assert query(path, "SELECT DISTINCT srs_id FROM gpkg_geometry_columns") == [
        (int(crs.removeprefix("EPSG:")),)
    ]
    stored = pyogrio.read_dataframe(path, layer="features_ring_point").to_crs(CRS).geometry[0]
    given = layers.features_frame(result).set_index("id")
    [ring] = given.loc[(given["theme"] == "ring") & (given.geom_type == "Point"), "geometry"]
    assert ring.distance(stored) < 1e-9


def test_columns_have_names_comments_and_domains(gpkg: Path) -> None:
    rows = query(
        gpkg,
        "SELECT column_name, title, description, constraint_name FROM gpkg_data_columns "
        "WHERE table_name = 'features_ring_point'",
    )
    said = {column: rest for column, *rest in rows}
    stored = set(pyogrio.read_info(gpkg, layer="features_ring_point")["fields"])
    assert set(said) == stored, "every column is explained"
    assert said["accuracy_m"][:2] == ["位置精度（米）", "米。真实位置在此半径之内；空为未知"]
    domain = said["status"][2]
    assert dict(
        query(
            gpkg,
            "SELECT value, description FROM gpkg_data_column_constraints "
            f"WHERE constraint_name = '{domain}' AND constraint_type = 'enum'",
        )
    ) == {"located": "已定位", "approximate": "约略位置", "unlocated": "未定位"}


def test_every_code_that_is_stored_is_in_its_domain(gpkg: Path) -> None:
    coded = query(
        gpkg,
        "SELECT table_name, column_name, constraint_name FROM gpkg_data_columns "
        "WHERE constraint_name IS NOT NULL",
    )
    assert {"kind", "state", "status", "predicate"} <= {column for _, column, _ in coded}
    for table, column, domain in coded:
        found = query(
            gpkg,
            f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" <> \'\' AND "{column}" '
            f"NOT IN (SELECT value FROM gpkg_data_column_constraints "
            f"WHERE constraint_name = '{domain}')",
        )
        assert not found, (table, column)


def test_tables_have_the_names_that_readers_know(gpkg: Path) -> None:
    said = dict(query(gpkg, "SELECT table_name, identifier FROM gpkg_contents"))
    assert said["features_ring_line"] == "规划要素：环线产业圈（线）"
    assert said["verdict_marks_ring_line"] == "论断核查：环线产业圈"
    assert said["claims"] == "全部论断与结论"
    assert len(set(said.values())) == len(said)


def test_tables_tell_their_group_shape_and_rows_in_either_language(
    gpkg: Path, tmp_path: Path
) -> None:
    said = {table: rest for table, *rest in query(gpkg, _SAID)}
    assert said["water_line"] == ["底图：水系（线）", "写出时 1 行"]
    assert said["roads"] == ["底图：道路（OSM）", "写出时 2 行"]
    assert said["villages"][0] == "村级状态：村"
    assert said["concept_values"] == ["布局结构：量算表", "写出时 181 行"]
    english = write(tmp_path / "a.gpkg", lang="en")
    said = {table: rest for table, *rest in query(english, _SAID)}
    assert said["water_line"] == ["Basemap: Water (lines)", "rows when written: 1"]
    assert said["villages"][0] == "Villages", "a group of its own name is not told twice"
    assert said["claims"][0] == "All claims and verdicts"
    assert all(text.isascii() for words in said.values() for text in words)


_SAID = "SELECT table_name, identifier, description FROM gpkg_contents"


def test_a_coverage_package_names_its_tables_too(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_coverage_package(sample_coverage(change=True), sample_basemap(), path, stamp=STAMP)
    said = {table: title for table, title, _ in query(path, _SAID)}
    assert said["villages"] == "村级状态：村"
    assert said["chain_legs"] == "配送链路分段"
    assert said["accessibility"] == "可达性"
    assert len(set(said.values())) == len(said)


def test_tables_of_one_title_are_told_apart_by_their_names() -> None:
    [*tables] = (
        SpatialTable(
            name=name, source="features", value="ring", shape="point",
            frame=layers.features_frame(sample_result()).iloc[:0],
        )
        for name in ("one", "two")
    )  # fmt: skip
    words = package_words.spatial_words(tables, "overview", {}, "zh")
    assert len({table.title for table in words}) == 2
    assert all(f"（{table.table}）" in table.title for table in words)


def test_columns_of_one_name_are_both_described() -> None:
    columns = [
        ColumnWords(column=column, alias="名称", comment="", words=words)
        for column, words in (("a", ()), ("b", (("x", "甲"),)), ("c", (("x", "乙"),)))
    ]
    columns.append(dataclasses.replace(columns[1], column="b", alias="别名"))
    tables = [
        TableWords(table=table, title=table, about="", columns=tuple(found))
        for table, found in (("one", columns[:3]), ("two", columns[3:]))
    ]
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE TABLE gpkg_contents (table_name, identifier, description)")
        package_schema.add_schema(base, tables)
        said = base.execute("SELECT name, title, constraint_name FROM gpkg_data_columns").fetchall()
    assert [(name, title) for name, title, _ in said] == [
        ("名称", "名称"), (None, "名称"), (None, "名称"), ("别名", "别名"),
    ]  # fmt: skip
    domains = [domain for *_, domain in said]
    assert domains[0] is None
    assert domains[1] == domains[3] != domains[2], "the same words share a domain, others do not"


def test_columns_without_a_comment_repeat_their_name_and_no_code_is_empty(gpkg: Path) -> None:
    rows = query(gpkg, "SELECT title, description FROM gpkg_data_columns")
    assert all(title and about for title, about in rows)
    assert ("名称", "名称") in rows
    assert query(gpkg, "SELECT * FROM gpkg_data_column_constraints WHERE value = ''") == []


def test_records_stand_under_the_file_with_its_stamp(tmp_path: Path, gpkg: Path) -> None:
    said = "SELECT timestamp, md_file_id, md_parent_id FROM gpkg_metadata_reference"
    moment = "2026-11-22T00:00:00.000Z"
    assert query(gpkg, said) == [(moment, 1, None), (moment, 2, 1)]
    result = sample_result()
    [source] = result.sources
    path = write(tmp_path / "a.gpkg", replace(result, notes=(Text("须\x00知", "note\x00s"),)))
    records = [DefusedTree.fromstring(xml) for (xml,) in query(path, _RECORDS)]
    whole, part = ({item.tag.split("}")[1]: item.text for item in record} for record in records)
    assert whole["description"].endswith("\n须知")
    assert (whole["date"], whole["language"]) == (moment, "zh")
    assert part["description"] == source.accuracy.zh
    assert query(path, "SELECT accuracy, title FROM sources") == [
        (source.accuracy.zh, source.title.zh)
    ]


def test_sources_with_licence_and_date_are_metadata_of_the_file(gpkg: Path) -> None:
    records = [DefusedTree.fromstring(xml) for (xml,) in query(gpkg, _RECORDS)]
    said = [{item.tag.split("}")[1]: item.text for item in record} for record in records]
    assert said[0]["title"] == "样例规划"
    assert said[0]["identifier"].endswith(sample_result().plan.features_digest())
    [source] = sample_result().sources
    assert [(s["rights"], s["date"], s["creator"]) for s in said[1:]] == [
        (source.licence, source.date, source.attribution)
    ]


_RECORDS = (
    "SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON id = md_file_id "
    "WHERE reference_scope = 'geopackage' ORDER BY id"
)


def test_features_lead_to_their_claims_and_claims_to_their_features(gpkg: Path) -> None:
    [(base, related, mapping)] = query(
        gpkg,
        "SELECT base_table_name, related_table_name, mapping_table_name FROM gpkgext_relations "
        "WHERE mapping_table_name = 'map_feature_claims'",
    )
    found = query(
        gpkg,
        f"SELECT b.id, r.claim FROM {mapping} m JOIN {base} b ON b.fid = m.base_id "
        f"JOIN {related} r ON r.fid = m.related_id",
    )
    plan = sample_result().plan
    wanted = {(key, c.id) for c in plan.claims for key in (*c.subjects, *c.objects)}
    assert set(found) == wanted
    assert len(wanted) > 3
    stored = query(gpkg, "SELECT feature, claim, state FROM feature_claims")
    states = {v.claim_id: str(v.state) for v in sample_result().verdicts}
    assert {(feature, claim) for feature, claim, _ in stored} == wanted
    assert all(state == states[claim] for _, claim, state in stored)
    named = query(gpkg, "SELECT feature, feature_name, part, claim FROM feature_claims")
    assert {(feature, name) for feature, name, *_ in named} == {
        (key, plan.feature(key).name) for key, _ in wanted
    }
    parts = {(key, part, claim) for key, _, part, claim in named}
    assert parts == {
        (key, part, claim.id)
        for claim in plan.claims
        for part, keys in (("subject", claim.subjects), ("object", claim.objects))
        for key in keys
    }


def test_points_of_many_parts_make_a_table_of_many(tmp_path: Path) -> None:
    result = sample_result()
    first = next(x for x in result.features if x.geometry and x.geometry.geom_type == "Point")
    many = replace(first, geometry=MultiPoint([(112.9, 27.85), (112.91, 27.86)]))
    features = tuple(many if x is first else x for x in result.features)
    path = write(tmp_path / "a.gpkg", replace(result, features=features))
    kinds = dict(query(path, "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
    assert sorted(kind for kind in kinds.values() if "POINT" in kind).count("MULTIPOINT") == 1
    assert {kinds["villages"], kinds["roads"], kinds["districts"]} == {
        "POINT", "MULTILINESTRING", "MULTIPOLYGON",
    }  # fmt: skip


def test_stored_styles_label_what_has_room_for_names(gpkg: Path) -> None:
    styles = dict(query(gpkg, "SELECT f_table_name, styleQML FROM layer_styles"))
    labelled = {key: 'labelsEnabled="1"' in qml for key, qml in styles.items()}
    assert labelled["features_ring_point"]
    assert labelled["villages"]
    assert not labelled["verdict_marks_ring_line"]


def test_gdal_knows_extensions_and_relations(gpkg: Path) -> None:
    extensions = {name for (name,) in query(gpkg, "SELECT extension_name FROM gpkg_extensions")}
    assert {"gpkg_schema", "gpkg_metadata", "gpkg_related_tables"} <= extensions
    related = query(
        gpkg,
        "SELECT table_name, definition FROM gpkg_extensions "
        "WHERE extension_name = 'gpkg_related_tables'",
    )
    assert {name for name, _ in related} == MAPPINGS | {"gpkgext_relations"}
    assert {where for _, where in related} == {"http://www.opengis.net/doc/IS/gpkg-rte/1.0"}
    assert query(gpkg, "SELECT DISTINCT relation_name FROM gpkgext_relations") == [("attributes",)]
    found = query(gpkg, "SELECT c.concept, f.concept FROM map_findings m JOIN concepts c ON "
                  "c.fid = m.base_id JOIN concept_findings f ON f.fid = m.related_id")  # fmt: skip
    assert len(found) == 4
    assert all(one == other for one, other in found)
    frame = pyogrio.read_dataframe(gpkg, layer="feature_claims")
    assert {"part", "sentence"} <= set(frame.columns)
