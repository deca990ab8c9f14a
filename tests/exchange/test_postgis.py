"""PostGIS: what is written is read back equal, and the old tables survive every failure."""

from __future__ import annotations

import builtins
import dataclasses
import datetime as dt
import multiprocessing
import threading
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatialplan.errors import OutputError
from spatialplan.exchange import postgis
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.postgis_columns import lay_out, names_for
from tests.conftest import need
from tests.exchange import pg_server
from tests.exchange.pg_server import Server

HOSTILE = ["<img src=x onerror=alert(1)>", "'; DROP TABLE roads; --", '"引号" \\N \\. %s %(x)s', "🏡",
           "\u202eRTL\u202c", "甲\t乙\n丙\r丁", "", "村" * 200]  # fmt: skip
EMPTY, NONE = shapely.from_wkt("POINT EMPTY"), None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    need(pg_server.programs() is not None, "PostgreSQL with PostGIS")
    for name in ("psycopg", "sqlalchemy", "geoalchemy2"):
        need(find_spec(name) is not None, f"the Python package {name}")
    with pg_server.running() as found:
        with connect(found, "postgres") as boss:
            boss.execute("CREATE DATABASE gis")
            boss.execute("CREATE DATABASE plain")
            boss.execute(f"CREATE ROLE clerk LOGIN PASSWORD '{pg_server.PASSWORD}'")
        with connect(found) as boss:
            boss.execute("CREATE SCHEMA extensions")  # not on the search path
            boss.execute("CREATE EXTENSION postgis SCHEMA extensions")
        yield found


def connect(server: Server, base: str = "gis") -> Any:
    return import_module("psycopg").connect(server.url(base), autocommit=True)


@pytest.fixture
def schema(server: Server) -> Iterator[str]:
    """A schema of the test's own, with a name that must be quoted."""
    name = '湘潭 "2026"'
    yield name
    with connect(server) as boss:
        boss.execute(f"DROP SCHEMA IF EXISTS {quoted(name)} CASCADE")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def query(server: Server, text: str, *values: object) -> list[tuple[Any, ...]]:
    with connect(server) as boss:
        return boss.execute(text, values or None).fetchall()


def read(server: Server, schema: str, table: str) -> gpd.GeoDataFrame:
    sqlalchemy = import_module("sqlalchemy")
    engine = sqlalchemy.create_engine(server.url().replace("postgresql", "postgresql+psycopg"))
    with engine.connect() as link:
        link.execute(sqlalchemy.text("SET search_path = public, extensions"))
        text = sqlalchemy.text(f"SELECT * FROM {quoted(schema)}.{quoted(table)} ORDER BY fid")
        frame = gpd.read_postgis(text, link, geom_col="geometry")
    engine.dispose()
    return frame


def layer(name: str, shapes: list[Any], **columns: object) -> Table:
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=4490))
    return Table(name=name, title=f"{name}的标题", frame=frame)


def package(*tables: Table, name: str = "xiangtan") -> Package:
    return Package(path=Path(f"{name}.gpkg"), tables=tables)


def roads(said: str, count: int = 3) -> Table:
    lines = [shapely.LineString([(112, 27 + at), (113, 28)]) for at in range(count)]
    return layer("roads", lines, road_id=[f"{said}-{at}" for at in range(count)])


def villages(said: str) -> Table:
    return layer("村", [shapely.Point(112, 27)], 名称=[said])


def said(server: Server, schema: str) -> tuple[list[str], list[str]]:
    """Return what the tables of the samples above say."""
    where = quoted(schema)
    return (
        [v for (v,) in query(server, f"SELECT road_id FROM {where}.roads ORDER BY fid")],
        [v for (v,) in query(server, f'SELECT "名称" FROM {where}."村" ORDER BY fid')],
    )


OLD = (["old-0", "old-1", "old-2"], ["old"])
NEW = (["new-0", "new-1", "new-2"], ["new"])

POLYGON = shapely.from_wkt(
    "POLYGON ((112 27,113 27,113 28,112 27),(112.5 27.1,112.6 27.1,112.6 27.2,112.5 27.1))"
)
ZOO = {
    "point": ([shapely.Point(112.123456789012, 27.987654321098), NONE], "geometry(Point,4490)"),
    "line": ([shapely.from_wkt("LINESTRING (1 2,3 4)")], "geometry(LineString,4490)"),
    "holes": ([POLYGON, shapely.from_wkt("POLYGON EMPTY")], "geometry(Polygon,4490)"),
    "multipoint": ([shapely.from_wkt("MULTIPOINT (1 2,3 4)")], "geometry(MultiPoint,4490)"),
    "multi": ([shapely.MultiPolygon([POLYGON])], "geometry(MultiPolygon,4490)"),
    "collection": ([shapely.GeometryCollection([POLYGON, shapely.Point(1, 2)])], "geometry(GeometryCollection,4490)"),
    "z": ([shapely.Point(1, 2, 3.5), NONE], "geometry(PointZ,4490)"),
    "mixed": ([shapely.Point(1, 2), POLYGON, NONE, EMPTY], "geometry(Geometry,4490)"),
    "flat and deep": ([shapely.Point(1, 2), shapely.Point(1, 2, 3)], "geometry"),
    "null only": ([NONE, NONE], "geometry(Geometry,4490)"),
    "empty point": ([EMPTY], "geometry(Point,4490)"),
    "no rows": ([], "geometry(Geometry,4490)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ZOO)
def test_geometries_come_back_equal(server, schema, kind: str) -> None:
    shapes, type_ = ZOO[kind]
    made = layer(f"图层 {kind}", shapes, 序号=list(range(len(shapes))))
    assert postgis.write_postgis(package(made), server.url(), schema=schema) == ()
    back = read(server, schema, made.name)
    same(made.frame.geometry, back.geometry)
    assert back["序号"].tolist() == list(range(len(shapes)))
    assert back["fid"].tolist() == list(range(1, len(shapes) + 1))
    if any(shape is not None and not shape.is_empty for shape in shapes):
        assert back.crs.to_epsg() == 4490
    name = f"{quoted(schema)}.{quoted(made.name)}"
    [(found,)] = query(
        server,
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attname = 'geometry'",
        name,
    )
    assert found == f"extensions.{type_}"
    [(srid,)] = query(server, "SELECT extensions.find_srid(%s, %s, 'geometry')", schema, made.name)
    assert srid == 4490


def same(one: gpd.GeoSeries, other: gpd.GeoSeries) -> None:
    """Compare to 1e-9, with kinds, third dimension, missing and empty ones."""
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert (a.geom_type, a.is_empty) == (b.geom_type, b.is_empty)
            assert a.is_empty or a.has_z == b.has_z
            assert shapely.get_coordinates(a, include_z=True) == pytest.approx(
                shapely.get_coordinates(b, include_z=True), abs=1e-9, nan_ok=True
            )


def test_single_and_multiple_parts_become_one_kind_and_it_is_told(server, schema) -> None:
    shapes = [POLYGON, shapely.MultiPolygon([POLYGON, shapely.box(1, 1, 2, 2)]), NONE]
    [loss] = postgis.write_postgis(package(layer("a", shapes)), server.url(), schema=schema)
    assert (loss.table, loss.count) == ("a", 1)
    back = read(server, schema, "a")
    assert back.geom_type[:2].tolist() == ["MultiPolygon"] * 2
    assert back.geometry[2] is None
    assert all(
        shapely.equals_exact(back.geometry[:2], [shapely.MultiPolygon([POLYGON]), shapes[1]])
    )


def test_attributes_come_back_equal(server, schema) -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    columns: dict[str, Any] = {
        "名称": [*HOSTILE, None],
        "真假": pd.array([True, False, None] * 3, dtype="boolean"),
        "固定": [True, False, True] * 3,
        "大数": [2**53 + 1, -(2**63) + 1, 2**63 - 1] * 3,
        "可空": pd.array([1, None, 2**60] * 3, dtype="Int64"),
        "超大": np.array([2**64 - 1, 0, 1] * 3, dtype="uint64"),
        "数": [0.1, np.nan, -1e300] * 3,
        "日": [dt.date(2026, 11, 22), None, dt.date(1949, 10, 1)] * 3,
        "时": pd.to_datetime(["2026-11-22 08:00:00.123456", None, "1999-01-01 00:00:00.5"] * 3),
        "区时": [dt.datetime(2026, 11, 22, 8, tzinfo=zone), None, None] * 3,
        "字节": [b"\x00\\x\xff", None, b""] * 3,
        "类": pd.Categorical(["甲", None, "乙"] * 3),
        "空": [None] * 9,
    }
    made = layer("表", [shapely.Point(1, 2)] * 9, **columns)
    assert postgis.write_postgis(package(made), server.url(), schema=schema) == ()
    back = query(
        server, f'SELECT {", ".join(map(quoted, columns))} FROM {quoted(schema)}."表" ORDER BY fid'
    )
    for name, values in zip(columns, zip(*back, strict=True), strict=True):
        expected = [
            None if pd.isna(v) else v for v in pd.Series(columns[name]).astype(object).tolist()
        ]
        assert list(values) == expected, name
    types = dict(query(server, "SELECT column_name, data_type FROM information_schema.columns "
                               "WHERE table_schema = %s AND table_name = '表'", schema))  # fmt: skip
    assert {name: types[name] for name in ("名称", "真假", "大数", "数", "日", "超大", "空")} == {
        "名称": "text", "真假": "boolean", "大数": "bigint", "数": "double precision",
        "日": "date", "超大": "numeric", "空": "text",
    }  # fmt: skip


TEXTS = st.text(st.characters(), max_size=30)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=70)
SHAPES = st.one_of(
    st.none(),
    st.builds(shapely.Point, *[st.floats(-180, 180)] * 2),
    st.builds(
        shapely.LineString,
        st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=4),
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.tuples(SHAPES, st.none() | TEXTS, st.none() | st.integers(-(2**63) + 1, 2**63 - 1),
                            st.none() | st.floats()), max_size=6),
    names=st.lists(NAMES, min_size=4, max_size=4, unique=True),
)  # fmt: skip
def test_any_frame_comes_back_equal_but_for_what_is_told(server, rows, names) -> None:
    shapes, *columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    table, *wanted = names
    if "geometry" in wanted:
        return
    made = layer(
        table,
        shapes,
        **dict(zip(wanted, [pd.Series(c, dtype=object) for c in columns], strict=True)),
    )
    losses = postgis.write_postgis(package(made), server.url(), schema="任意")
    [name] = names_for([table])
    found = [c for (c,) in query(server, "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                                         "AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                                 f'"任意".{quoted(name)}')]  # fmt: skip
    key, *others = found
    renamed = [name != table, *(a != b for a, b in zip(wanted, others, strict=False))]
    text = ", ".join(quoted(column) for column in others[:3])
    back = query(server, f'SELECT {text} FROM "任意".{quoted(name)} ORDER BY {quoted(key)}')
    changed = set()
    for at, column in enumerate(columns):
        for given_, got in zip(column, [row[at] for row in back], strict=True):
            if given_ is None or given_ != given_:
                assert got is None
            elif got != given_:
                changed.add(at)
                assert got == given_.replace("\0", "").encode("utf-8", "replace").decode()
    assert len(losses) == len(changed) + sum(renamed)


def test_names_that_do_not_fit_are_cut_uniquely_and_told(server, schema) -> None:
    long = "很长的图层名称" * 5
    tables = [layer(f"{long}{end}", [shapely.Point(1, 2)], **{f"{long}{at}": [at] for at in range(3)})
              for end in "甲乙"]  # fmt: skip
    tables.append(layer("short", [shapely.Point(1, 2)], ctid=["a system column"]))
    losses = postgis.write_postgis(package(*tables), server.url(), schema=schema)
    assert len(losses) == 2 + 6 + 1
    assert all(loss.count == 1 and "63" in loss.zh for loss in losses)
    found = {
        name
        for (name,) in query(
            server, "SELECT tablename FROM pg_tables WHERE schemaname = %s", schema
        )
    }
    assert found == {long[:21], long[:20] + "_2", "short"}
    back = read(server, schema, long[:20] + "_2")
    assert [back[c].tolist() for c in (long[:21], long[:20] + "_2", long[:20] + "_3")] == [
        [0],
        [1],
        [2],
    ]
    assert read(server, schema, "short")["ctid_2"].tolist() == ["a system column"]


@given(st.lists(st.text(st.characters(), min_size=0, max_size=80), max_size=8))
def test_names_are_unique_and_short(wanted: list[str]) -> None:
    names = names_for(wanted, ["xmin"])
    assert len(set(names)) == len(names) == len(wanted)
    for name, old in zip(names, wanted, strict=True):
        assert 0 < len(name.encode()) <= 63
        assert "\0" not in name
        assert name != "xmin"
        if (
            wanted.count(old) == 1
            and old != "xmin"
            and old
            and len(old.encode("utf-8", "replace")) <= 63
        ):
            assert name == old or "\0" in old or not old.isprintable()


def test_comments_indexes_and_keys_stand_in_the_catalogue(server, schema) -> None:
    made = Table(
        name="villages", title="村'的'标题", key="gid",
        frame=gpd.GeoDataFrame(
            {"village_id": ["a"], "state": ["covered"], "long_id": ["x" * 5000]},
            geometry=[shapely.Point(1, 2)], crs=4490,
        ),
        aliases={"village_id": "村编号", "state": "状态 \\ '", "nothing": "x"},
        words={"state": {"covered": "覆盖", "far": "未覆盖"}},
    )  # fmt: skip
    plain = Table(name="claims", title="论断", frame=pd.DataFrame({"claim_id": ["c"]}))
    postgis.write_postgis(package(made, plain), server.url(), schema=schema)
    comments = query(
        server,
        "SELECT relname, attname, coalesce(col_description(c.oid, attnum), '') FROM pg_class c "
        "JOIN pg_attribute ON attrelid = c.oid WHERE relkind = 'r' AND attnum > 0 "
        "AND relnamespace = %s::regnamespace ORDER BY relname, attnum",
        quoted(schema),
    )
    assert comments == [
        ("claims", "fid", ""), ("claims", "claim_id", ""),
        ("villages", "gid", ""), ("villages", "village_id", "村编号"),
        ("villages", "state", "状态 \\ '"), ("villages", "long_id", ""), ("villages", "geometry", ""),
        ("xiangtan_codes", "fid", ""), ("xiangtan_codes", "table_name", "表"),
        ("xiangtan_codes", "column_name", "字段"), ("xiangtan_codes", "code", "代码"),
        ("xiangtan_codes", "word", "含义"),
    ]  # fmt: skip
    titles = "SELECT relname, obj_description(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace ORDER BY 1"
    assert query(server, titles, quoted(schema)) == [
        ("claims", "论断"), ("villages", "村'的'标题"), ("xiangtan_codes", "代码含义"),
    ]  # fmt: skip
    codes = query(
        server,
        f"SELECT table_name, column_name, code, word FROM {quoted(schema)}.xiangtan_codes ORDER BY fid",
    )
    assert codes == [
        ("villages", "state", "covered", "覆盖"),
        ("villages", "state", "far", "未覆盖"),
    ]
    indexes = query(
        server, "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = %s", schema
    )
    found = sorted((table, text.split(" USING ")[1]) for table, text in indexes)
    assert found == [
        ("claims", "btree (claim_id)"), ("claims", "btree (fid)"),
        ("villages", "btree (gid)"), ("villages", "btree (village_id)"),
        ("villages", "gist (geometry)"), ("xiangtan_codes", "btree (fid)"),
    ]  # fmt: skip


def test_a_feature_can_be_added_afterwards(server, schema) -> None:
    frame = villages("x").frame.set_axis(pd.Index([7], name="fid"))
    postgis.write_postgis(
        package(Table(name="v", title="v", frame=frame)), server.url(), schema=schema
    )
    [(number,)] = query(
        server, f"INSERT INTO {quoted(schema)}.v (\"名称\") VALUES ('新') RETURNING fid"
    )
    assert number == 8


def test_a_second_export_replaces_the_first_and_keeps_views_and_rights(server, schema) -> None:
    write = lambda *tables: postgis.write_postgis(package(*tables), server.url(), schema=schema)  # noqa: E731
    write(roads("old"), villages("old"), layer("gone", [shapely.Point(1, 2)]))
    where = quoted(schema)
    with connect(server) as boss:
        boss.execute(f"CREATE VIEW {where}.mine AS SELECT * FROM {where}.roads")
        boss.execute(f"GRANT SELECT ON {where}.roads TO clerk")
        boss.execute(f"CREATE TABLE {where}.theirs (a int)")
        boss.execute(f"CREATE TABLE {where}.backup AS SELECT * FROM {where}.roads")
        boss.execute(f"INSERT INTO {where}.roads (road_id) VALUES ('edited')")
    write(roads("new"), villages("new"))
    assert said(server, schema) == NEW
    assert len(query(server, f"SELECT * FROM {where}.mine")) == 3
    assert query(server, "SELECT has_table_privilege('clerk', %s, 'SELECT')", f"{where}.roads") == [
        (True,)
    ]
    tables = {
        n for (n,) in query(server, "SELECT tablename FROM pg_tables WHERE schemaname = %s", schema)
    }
    assert tables == {"roads", "村", "theirs", "backup"}
    wider = layer("村", [shapely.Point(1, 2)], 名称=["new"], 人口=[100])
    write(roads("new"), wider)
    assert read(server, schema, "村")["人口"].tolist() == [100]


def test_a_table_of_ours_that_was_renamed_is_theirs_now(server, schema) -> None:
    postgis.write_postgis(package(roads("old"), villages("old")), server.url(), schema=schema)
    with connect(server) as boss:
        boss.execute(f"ALTER TABLE {quoted(schema)}.roads RENAME TO roads_kept")
    postgis.write_postgis(package(roads("new"), villages("new")), server.url(), schema=schema)
    assert said(server, schema) == NEW
    assert query(server, f"SELECT count(*) FROM {quoted(schema)}.roads_kept") == [(3,)]


@pytest.mark.parametrize(
    "foreign",
    ["CREATE TABLE {}.roads (a int PRIMARY KEY)", "CREATE VIEW {}.roads AS SELECT 1 AS a",
     "CREATE SEQUENCE {}.roads", "other package"],
)  # fmt: skip
def test_a_foreign_table_of_the_same_name_is_left_alone(server, schema, foreign: str) -> None:
    postgis.write_postgis(package(villages("old")), server.url(), schema=schema)
    if foreign == "other package":
        postgis.write_postgis(package(roads("old"), name="yiyang"), server.url(), schema=schema)
    else:
        with connect(server) as boss:
            boss.execute(foreign.format(quoted(schema)))
    before = query(server, f"SELECT * FROM {quoted(schema)}.roads")
    with pytest.raises(OutputError, match=r"1 个别人的或别的成果的同名表（roads）") as caught:
        postgis.write_postgis(package(villages("new"), roads("new")), server.url(), schema=schema)
    one_line(caught.value)
    assert query(server, f"SELECT * FROM {quoted(schema)}.roads") == before
    assert query(server, f'SELECT "名称" FROM {quoted(schema)}."村"') == [("old",)]


def one_line(error: OutputError) -> None:
    """A message is one line in both languages and never holds the password in any form."""
    for text in (error.text.zh, error.text.en, str(error)):
        assert "\n" not in text
        assert len(text) < 500
    shown: BaseException | None = error
    while shown is not None:
        for form in (pg_server.PASSWORD, pg_server._ENCODED, "wrong-secret"):
            assert form not in str(shown)
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)


class Break(Exception):  # noqa: N818
    """What no driver raises: a bug, or Ctrl-C."""


@pytest.mark.parametrize("how", ["raise", "kill the connection", "refused by the server"])
@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("other_columns", [False, True])
def test_a_failure_in_the_middle_leaves_the_old_tables(
    server, schema, monkeypatch, how: str, after: int, *, other_columns: bool
) -> None:
    from spatialplan.exchange import postgis_sql

    postgis.write_postgis(package(roads("old"), villages("old")), server.url(), schema=schema)
    fill, calls = postgis_sql._fill, []

    def failing(cursor, place, table) -> None:
        if len(calls) == after:
            if how == "raise":
                raise Break
            if how == "kill the connection":
                with connect(server) as boss:
                    boss.execute(
                        "SELECT pg_terminate_backend(%s)", (cursor.connection.info.backend_pid,)
                    )
            else:
                cursor.execute("SELECT 1/0")
        calls.append(table.name)
        fill(cursor, place, table)

    monkeypatch.setattr(postgis_sql, "_fill", failing)
    extra = {"新": ["x"]} if other_columns else {}
    new = [roads("new"), layer("村", [shapely.Point(1, 2)], 名称=["new"], **extra), layer("z", [])]
    with pytest.raises((OutputError, Break)) as caught:
        postgis.write_postgis(package(*new), server.url(), schema=schema)
    assert len(calls) in (after, after + 1)
    if isinstance(caught.value, OutputError):
        assert "原有的表未动" in str(caught.value)
        one_line(caught.value)
    assert said(server, schema) == OLD
    monkeypatch.undo()
    postgis.write_postgis(package(*new), server.url(), schema=schema)
    assert said(server, schema) == NEW


def export_and_die(url: str, schema: str) -> None:
    """Be killed as `kill -9` does it, in the middle of the second table."""
    import os
    import signal

    from spatialplan.exchange import postgis_sql

    fill = postgis_sql._fill

    def failing(cursor, place, table) -> None:
        if table.name != "roads":
            os.kill(os.getpid(), signal.SIGKILL)
        fill(cursor, place, table)

    postgis_sql._fill = failing
    postgis.write_postgis(package(roads("new"), villages("new")), url, schema=schema)


def test_a_killed_export_leaves_the_old_tables_and_holds_up_nobody(server, schema) -> None:
    postgis.write_postgis(package(roads("old"), villages("old")), server.url(), schema=schema)
    process = multiprocessing.get_context("spawn").Process(
        target=export_and_die, args=(server.url(), schema)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert said(server, schema) == OLD
    postgis.write_postgis(package(roads("new"), villages("new")), server.url(), schema=schema)
    assert said(server, schema) == NEW


def test_exports_to_one_schema_wait_for_one_another(server, schema) -> None:
    """Each set comes whole from one export, the first one into a schema that is not there too."""
    failed: list[BaseException] = []

    def export(who: str) -> None:
        try:
            for _ in range(3):
                postgis.write_postgis(
                    package(roads(who, 50), villages(who)), server.url(), schema=schema
                )
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=export, args=(who,)) for who in "甲乙丙"]
    for thread in threads:
        thread.start()
    seen = set()
    while any(thread.is_alive() for thread in threads):
        if query(
            server, "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = '村'", schema
        ):
            where = quoted(schema)
            [(who, road, count)] = query(
                server,
                f'SELECT (SELECT max("名称") FROM {where}."村"), min(split_part(road_id, \'-\', 1)), '
                f"count(*) FROM {where}.roads",
            )
            # a reader between the old and the new waits, and then sees one whole set
            assert (road, count) == (who, 50)
            seen.add(who)
    for thread in threads:
        thread.join()
    assert not failed
    assert seen


def test_a_table_that_somebody_holds_is_told_after_a_while(server, schema, monkeypatch) -> None:
    postgis.write_postgis(package(roads("old"), villages("old")), server.url(), schema=schema)
    monkeypatch.setattr(postgis, "_WAIT_S", 1)
    with connect(server) as reader, reader.transaction():
        reader.execute(f"SELECT * FROM {quoted(schema)}.roads")
        with pytest.raises(OutputError, match="另一个程序占用") as caught:
            postgis.write_postgis(package(roads("new")), server.url(), schema=schema)
    one_line(caught.value)
    assert said(server, schema) == OLD


def test_views_on_a_table_that_must_change_are_told(server, schema) -> None:
    postgis.write_postgis(package(villages("old")), server.url(), schema=schema)
    with connect(server) as boss:
        boss.execute(f'CREATE VIEW {quoted(schema)}.v AS SELECT * FROM {quoted(schema)}."村"')
    wider = layer("村", [shapely.Point(1, 2)], 名称=["new"], 人口=[100])
    with pytest.raises(OutputError, match="有视图或外键依赖") as caught:
        postgis.write_postgis(package(wider), server.url(), schema=schema)
    one_line(caught.value)
    assert read(server, schema, "村")["名称"].tolist() == ["old"]


class TestMessages:
    """Each of these ends as one line that says what to do."""

    def fails(self, url: str, match: str, schema: str = "s", *tables: Table) -> None:
        with pytest.raises(OutputError, match=match) as caught:
            postgis.write_postgis(package(*(tables or [roads("x")])), url, schema=schema)
        one_line(caught.value)

    def test_wrong_password(self, server) -> None:
        url = server.url(user="clerk").replace(pg_server._ENCODED, "wrong-secret")
        self.fails(
            url, r"连不上数据库 127\.0\.0\.1:\d+/gis（.*password authentication failed.*请检查"
        )

    def test_no_server(self, server) -> None:
        self.fails(server.url().replace(f":{server.port}/", ":1/"), "连不上数据库 127.0.0.1:1/gis")

    def test_no_database(self, server) -> None:
        self.fails(server.url("nowhere"), '"nowhere" does not exist')

    @pytest.mark.parametrize("url", ["nonsense", "postgresql://u:wrong-secret%zz@h/b", "http://a:wrong-secret@b/",
                                     "postgresql://u:wrong-secret@h:port/b"])  # fmt: skip
    def test_an_address_that_is_none(self, url: str) -> None:
        self.fails(url, "看不懂数据库地址|连不上数据库")

    @pytest.mark.parametrize(
        "bare",
        ["wrong-secret@x", "wrong@secret@x", "1/wrong-secret", "a/wrong-secret", "1@wrong-secret"],
    )
    def test_a_password_that_is_not_encoded(self, server, bare: str) -> None:
        url = server.url().replace(pg_server._ENCODED, bare)
        with pytest.raises(OutputError, match="看不懂数据库地址") as caught:
            postgis.write_postgis(package(roads("x")), url, schema="s")
        one_line(caught.value)
        assert "secret" not in str(caught.value)

    def test_a_password_that_is_the_name_too(self, server) -> None:
        url = server.url(user="wrong-secret").replace(pg_server._ENCODED, "wrong-secret")
        self.fails(url, r'连不上数据库 .*"\*\*\*" does not exist')

    def test_no_postgis(self, server) -> None:
        self.fails(server.url("plain"), "CREATE EXTENSION postgis")

    def test_no_right(self, server) -> None:
        self.fails(server.url(user="clerk"), "没有权限.*--schema")

    def test_a_schema_of_the_system(self, server) -> None:
        self.fails(server.url(), "写不进模式“pg_mine”", "pg_mine")

    def test_a_schema_name_that_does_not_fit(self, server) -> None:
        self.fails(server.url(), "至多 63 字节", "模" * 22)
        self.fails(server.url(), "至多 63 字节", "")

    def test_a_layer_without_an_epsg_code(self, server) -> None:
        frame = roads("x").frame.set_crs(None, allow_override=True)
        self.fails(server.url(), "没有 EPSG 编号", "s", Table(name="a", title="a", frame=frame))

    def test_no_driver(self, server, monkeypatch) -> None:
        real = builtins.__import__

        def missing(name, *args, **kwargs):
            if name == "psycopg":
                raise ImportError(name)
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", missing)
        self.fails(server.url(), r"pip install psycopg\[binary\]")


def test_the_right_password_works_and_other_spellings_of_the_address_do(server, schema) -> None:
    with connect(server) as boss:
        boss.execute(f"CREATE SCHEMA {quoted(schema)} AUTHORIZATION clerk")
        boss.execute("GRANT USAGE ON SCHEMA extensions TO clerk")
    for start in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        url = server.url(user="clerk").replace("postgresql://", start)
        postgis.write_postgis(package(roads("old"), villages("old")), url, schema=schema)
    assert said(server, schema) == OLD


def test_what_is_laid_out_is_the_same_each_time() -> None:
    tables = [roads("a"), villages("b")]
    assert [t.columns[1:3] for t in lay_out(tables)[0]] == [
        t.columns[1:3] for t in lay_out(tables)[0]
    ]


def test_a_part_of_a_package_leaves_its_other_tables(server: Server, schema: str) -> None:
    postgis.write_postgis(package(roads("old"), villages("old")), server.url(), schema=schema)
    part = dataclasses.replace(package(roads("new")), is_whole=False)
    postgis.write_postgis(part, server.url(), schema=schema)
    assert said(server, schema) == (NEW[0], OLD[1])
    postgis.write_postgis(package(roads("new")), server.url(), schema=schema)
    left = query(server, "SELECT tablename FROM pg_tables WHERE schemaname = %s", schema)
    assert "村" not in {name for (name,) in left}, "a whole package has it no longer"
