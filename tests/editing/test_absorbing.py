"""An edited GeoPackage against its pack: every edit is found, every other row is told."""

from __future__ import annotations

import dataclasses
import json
import random
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, Point, Polygon

from spatialplan.editing.absorbing import Reading, absorb_package
from spatialplan.editing.applying import apply_changes
from spatialplan.editing.change_shapes import is_same
from spatialplan.editing.changes import Change, ChangeKind, write_changes
from spatialplan.errors import OutputError, PackError, SourceError
from spatialplan.io.plans import find_pack, read_plan
from tests.editing.edited_package import add, delete, edit, holds, table_of, tables, write_package

WANDA, TEMPLE, YIWU, NORTH = "wanda-plaza", "tangxing-temple", "yiwu-city", "ring-north"
CITY = "xiangtan-city"
HOSTILE = '甲"\\\n[[change]]\naccept = true\u2028<img src=x onerror=1>\u202e#\'\'\'"""'


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "xiangtan"
    shutil.copytree(find_pack("xiangtan"), folder)
    return folder


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_package(
        find_pack("xiangtan"), tmp_path_factory.mktemp("包") / "x.gpkg", split=False
    )


@pytest.fixture
def gpkg(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(fresh, tmp_path / "编辑.gpkg"))


def absorbed(package: Path, pack: Path) -> Reading:
    reading = absorb_package(package, pack)
    left = sum(one.rows for one in reading.told)
    assert reading.rows == reading.unchanged_rows + reading.changed_rows + left
    return reading


def only(reading: Reading) -> Change:
    [change] = reading.changes
    return change


def told(reading: Reading) -> str:
    return "\n".join(f"{one.where}：{one.what.zh}" for one in reading.told)


def accept_all(reading: Reading, path: Path, pack: Path, **fill: str) -> None:
    """Write the list, fill in what stands empty, accept everything and apply it."""
    write_changes(reading.changes, reading.plan, path)
    text = path.read_text(encoding="utf-8").replace("accept = false\n", "accept = true\n")
    for key, value in fill.items():
        text = text.replace(f'{key} = ""  #', f"{key} = {value}  #")
    path.write_text(text.rstrip() + "\n", encoding="utf-8")
    applied = apply_changes(path, pack)
    assert [one.change.id for one in applied] == [one.id for one in reading.changes]
    assert all(one.changed for one in applied)


@pytest.mark.parametrize(
    ("crs", "split"), [("EPSG:4490", True), ("EPSG:4547", False), ("EPSG:4526", False)]
)
def test_untouched_package_has_no_changes(
    pack: Path, tmp_path: Path, crs: str, split: bool
) -> None:
    reading = absorbed(write_package(pack, tmp_path / "x.gpkg", crs, split=split), pack)
    assert (reading.changes, reading.told) == ((), ())
    assert reading.unchanged_rows == reading.rows > 300


def test_pack_with_mixed_and_multipart_shapes_comes_back_whole(tmp_path: Path) -> None:
    pack = tmp_path / "yiyang"
    shutil.copytree(find_pack("yiyang"), pack)
    mixed = shapely.GeometryCollection(
        [Point(112.3, 28.5), LineString([(112.3, 28.5), (112.4, 28.6)]),
         Polygon([(112.3, 28.5), (112.4, 28.5), (112.4, 28.6)], [[(112.35, 28.51), (112.37, 28.51), (112.37, 28.53)]])]
    )  # fmt: skip
    file = pack / "features.geojson"
    raw = json.loads(file.read_text(encoding="utf-8"))
    located = [f for f in raw["features"] if f["geometry"]]
    located[0]["geometry"] = json.loads(shapely.to_geojson(mixed))
    located[1]["geometry"] = json.loads(
        shapely.to_geojson(MultiPoint([(112.3, 28.5), (112.4, 28.5)]))
    )
    file.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    package = write_package(pack, tmp_path / "y.gpkg")
    assert absorbed(package, pack).changes == ()
    id = located[0]["properties"]["id"]
    line = next(n for n in tables(package, "_line") if holds(package, n, id))
    delete(package, id, [line])
    change = only(absorbed(package, pack))
    assert (change.id, change.kind) == (id, ChangeKind.MOVED)
    assert shapely.get_dimensions(shapely.get_parts(change.new_shape)).tolist() == [0, 2]


def test_moved_point_asks_for_accuracy_and_source(gpkg: Path, pack: Path) -> None:
    edit(gpkg, WANDA, Point(112.94112, 27.83051))
    change = only(absorbed(gpkg, pack))
    assert (change.kind, change.id, change.name) == (ChangeKind.MOVED, WANDA, "万达广场")
    assert change.measures == {"moved_m": pytest.approx(543.8, abs=0.5)}
    assert is_same(change.new_shape, Point(112.94112, 27.83051), "EPSG:4547")
    assert change.old_shape == Point(112.945, 27.834)
    assert dict(change.new) == {"accuracy_m": "", "source": "", "status": ""}
    assert change.old["accuracy_m"] == 1000


def test_accuracy_and_source_edited_with_the_move_are_the_proposal(gpkg: Path, pack: Path) -> None:
    edit(gpkg, WANDA, Point(112.94, 27.83), accuracy_m=15.0, source="现场测量")
    change = only(absorbed(gpkg, pack))
    assert dict(change.new) == {"accuracy_m": 15.0, "source": "现场测量", "status": ""}


@pytest.mark.parametrize(("shift_m", "moved"), [(0.0, 0), (0.01, 0), (0.05, 1), (3.0, 1)])
def test_a_shift_within_two_centimetres_is_none(gpkg: Path, pack: Path, shift_m, moved) -> None:
    edit(gpkg, WANDA, Point(112.945, 27.834 + shift_m / 110_850))
    assert len(absorbed(gpkg, pack).changes) == moved


def test_reshaped_line_tells_offset_and_lengths(gpkg: Path, pack: Path) -> None:
    old = read_plan(pack).feature(NORTH).geometry
    parts = [list(part.coords) for part in old.geoms]
    parts[0][0] = (parts[0][0][0], parts[0][0][1] + 0.002)
    edit(gpkg, NORTH, MultiLineString(parts))
    change = only(absorbed(gpkg, pack))
    assert change.kind is ChangeKind.MOVED
    assert 150 < change.measures["hausdorff_m"] < 222
    assert change.measures["length_change_m"] > 0
    assert change.measures["area_change_m2"] == 0


def test_a_gap_cut_into_a_line_is_a_change_and_its_direction_is_not(gpkg: Path, pack: Path) -> None:
    old = read_plan(pack).feature(NORTH).geometry
    edit(gpkg, NORTH, MultiLineString([part.reverse() for part in reversed(old.geoms)]))
    assert absorbed(gpkg, pack).changes == ()
    first = old.geoms[0]
    a, b = shapely.line_interpolate_point(first, [0.4, 0.6], normalized=True)
    cut = [
        shapely.ops.substring(first, 0, first.project(a)),
        shapely.ops.substring(first, first.project(b), first.length),
    ]
    edit(gpkg, NORTH, MultiLineString([*cut, *old.geoms[1:].geoms]))
    assert only(absorbed(gpkg, pack)).measures["length_change_m"] < -10


def test_edited_attributes_with_old_and_new(gpkg: Path, pack: Path) -> None:
    edit(gpkg, WANDA, role=HOSTILE, note="新说明")
    change = only(absorbed(gpkg, pack))
    assert change.kind is ChangeKind.EDITED
    assert dict(change.new) == {"role": HOSTILE, "note": "新说明"}
    assert dict(change.old) == {"role": "商务服务主题楼宇集聚地", "note": ""}
    assert change.new_shape is None


def test_unlocated_feature_is_edited_in_the_table_of_all(gpkg: Path, pack: Path) -> None:
    edit(gpkg, YIWU, table="features_all", role="改过")
    assert dict(only(absorbed(gpkg, pack)).new) == {"role": "改过"}


def test_the_layer_counts_for_drawn_features_and_the_list_is_told(gpkg: Path, pack: Path) -> None:
    edit(gpkg, WANDA, role="甲")
    edit(gpkg, WANDA, table="features_all", role="乙", note="丙")
    reading = absorbed(gpkg, pack)
    assert dict(only(reading).new) == {"role": "甲"}
    assert "features_all fid" in told(reading)
    assert "作用、说明与图层中的不同，未取" in told(reading)


def test_derived_columns_are_told_as_ignored(gpkg: Path, pack: Path) -> None:
    edit(gpkg, WANDA, theme_name="乱改", quote="乱改", evidence="confirmed")
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    assert "“万达广场”：主题名称、条款引文、图上印证由程序生成，改动未取" in told(reading)


@pytest.mark.parametrize(
    ("values", "words"),
    [({"name": ""}, "名称被清空"), ({"source": None}, "来源被清空"),
     ({"accuracy_m": None}, "位置精度被清空"), ({"status": "unlocated"}, "状态不能改为 unlocated")],
)  # fmt: skip
def test_what_cannot_be_emptied_is_told(gpkg: Path, pack: Path, values, words) -> None:
    edit(gpkg, WANDA, **values)
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    assert words in told(reading)


def test_deleted_feature_names_who_refers_to_it(gpkg: Path, pack: Path) -> None:
    delete(gpkg, TEMPLE, [table_of(gpkg, TEMPLE)])
    change = only(absorbed(gpkg, pack))
    assert (change.kind, change.id) == (ChangeKind.DELETED, TEMPLE)
    assert "riverside-sites-along" in change.hints[0]


def test_unlocated_feature_is_deleted_from_the_table_of_all(gpkg: Path, pack: Path) -> None:
    delete(gpkg, YIWU)
    assert only(absorbed(gpkg, pack)).kind is ChangeKind.DELETED


def test_row_gone_from_the_table_of_all_alone_is_no_deletion(gpkg: Path, pack: Path) -> None:
    delete(gpkg, WANDA, ["features_all"])
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    assert "不算删除" in told(reading)


def test_a_table_that_is_missing_deletes_nothing(gpkg: Path, pack: Path, tmp_path: Path) -> None:
    kept = table_of(gpkg, WANDA)
    one = tmp_path / "one.gpkg"
    pyogrio.write_dataframe(
        pyogrio.read_dataframe(gpkg, layer=kept), one, layer=kept, driver="GPKG"
    )
    reading = absorbed(one, pack)
    assert reading.changes == ()
    assert "不在此文件中，不算删除" in told(reading)


def test_new_rows_become_features_with_ids_of_their_names(pack: Path, tmp_path: Path) -> None:
    gpkg = write_package(pack, tmp_path / "x.gpkg")
    table = table_of(gpkg, WANDA)
    add(gpkg, table, Point(112.9, 27.8), name="新物流园")
    add(gpkg, table, Point(112.91, 27.8), name="新物流园")
    add(gpkg, table, Point(112.92, 27.8), id="own-id", name="自编", kind="market", clause="2.1",
        accuracy_m=30.0, source="测")  # fmt: skip
    add(gpkg, table, Point(112.93, 27.8), id="坏 Id", name="🚧", kind="market")
    add(gpkg, "features_all", None, name="只有名字", theme="ring")
    reading = absorbed(gpkg, pack)
    assert {c.id: c.name for c in reading.changes} == {
        "xin-wu-liu-yuan": "新物流园", "xin-wu-liu-yuan-2": "新物流园", "own-id": "自编",
        "market": "🚧", "zhi-you-ming-zi": "只有名字",
    }  # fmt: skip
    new = {c.id: c for c in reading.changes}
    assert new["own-id"].new["theme"] == "business" == new["market"].new["theme"]
    assert "原填 id“坏 Id”不能用" in new["market"].hints[0]
    assert new["zhi-you-ming-zi"].new["status"] == "unlocated"
    assert "accuracy_m" not in new["zhi-you-ming-zi"].new
    assert new["xin-wu-liu-yuan"].new["kind"] == "" == new["xin-wu-liu-yuan"].new["accuracy_m"]


def test_a_drawn_name_locates_the_unlocated_feature_and_says_so(gpkg: Path, pack: Path) -> None:
    add(gpkg, table_of(gpkg, WANDA), Point(112.87, 27.85), name=" 义乌小商品城 ")
    change = only(absorbed(gpkg, pack))
    assert (change.id, change.kind, change.old_shape) == (YIWU, ChangeKind.MOVED, None)
    assert "按名称认作" in change.hints[0]
    assert dict(change.new) == {"accuracy_m": "", "source": "", "status": ""}


def test_two_rows_of_one_name_locate_nothing(gpkg: Path, pack: Path) -> None:
    for x in (112.87, 112.88):
        add(gpkg, table_of(gpkg, WANDA), Point(x, 27.85), name="义乌小商品城")
    changes = absorbed(gpkg, pack).changes
    assert [c.kind for c in changes] == [ChangeKind.ADDED, ChangeKind.ADDED]
    assert all("与已有要素“yiwu-city”同名" in c.hints for c in changes)


def test_copied_row_holds_the_feature_back(gpkg: Path, pack: Path) -> None:
    add(gpkg, table_of(gpkg, WANDA), Point(112.9, 27.8), id=WANDA, name="万达广场")
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    assert sum(one.rows for one in reading.told) == 3  # both rows and that of features_all


def test_rows_without_shape_or_name_and_broken_shapes_are_told(gpkg: Path, pack: Path) -> None:
    table = table_of(gpkg, WANDA)
    frame = pyogrio.read_dataframe(gpkg, layer=table)
    shapes = [
        None if id == WANDA else shape
        for id, shape in zip(frame["id"], frame.geometry, strict=True)
    ]
    frame = frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))
    pyogrio.write_dataframe(frame, gpkg, layer=table, driver="GPKG", geometry_type="Point")
    add(gpkg, table, Point(112.9, 27.8))
    area = tables(gpkg, "_area")[0]
    bow = shapely.MultiPolygon([Polygon([(112, 27), (113, 28), (113, 27), (112, 28)])])
    add(gpkg, area, bow, name="自交面")
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    for words in ("几何为空", "既无 id 也无名称", "几何无效（Self-intersection"):
        assert words in told(reading)


def test_shape_of_districts_is_not_taken_but_told(gpkg: Path, pack: Path) -> None:
    old = read_plan(pack).feature(CITY)
    assert old.districts
    edit(gpkg, CITY, shapely.MultiPolygon([shapely.box(112, 27, 113, 28)]), role="新作用")
    reading = absorbed(gpkg, pack)
    assert dict(only(reading).new) == {"role": "新作用"}
    assert "形状取自县区界" in told(reading)


def test_other_tables_that_were_edited_are_told_and_others_not(gpkg: Path, pack: Path) -> None:
    assert "villages" not in told(absorbed(gpkg, pack))
    frame = pyogrio.read_dataframe(gpkg, layer="villages")
    pyogrio.write_dataframe(frame.assign(name="乙村"), gpkg, layer="villages", driver="GPKG")
    pyogrio.write_dataframe(frame, gpkg, layer="我的图层", driver="GPKG")
    said = told(absorbed(gpkg, pack))
    assert "villages：此表在成果写出后改动过或新建" in said
    assert "我的图层：" in said


def test_strange_columns_are_told(gpkg: Path, pack: Path) -> None:
    table = table_of(gpkg, WANDA)
    frame = pyogrio.read_dataframe(gpkg, layer=table)
    pyogrio.write_dataframe(frame.assign(备注2="x"), gpkg, layer=table, driver="GPKG")
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    assert f"{table}：要素没有这些属性，未取：备注2" in told(reading)


def test_changed_id_is_shown_as_both_with_a_hint(gpkg: Path, pack: Path) -> None:
    edit(gpkg, WANDA, id="wanda-new")
    (added,) = [c for c in absorbed(gpkg, pack).changes if c.kind is ChangeKind.ADDED]
    assert (added.id, f"与被删除的“{WANDA}”位置相同，是否只是改了 id") == (
        "wanda-new",
        added.hints[1],
    )


def test_files_that_are_no_package_of_a_run(tmp_path: Path, pack: Path) -> None:
    text = tmp_path / "a.gpkg"
    text.write_text("no", encoding="utf-8")
    other = tmp_path / "b.gpkg"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(0, 0)], crs=4326)
    pyogrio.write_dataframe(frame, other, layer="x", driver="GPKG")
    bare = tmp_path / "c.gpkg"
    bare_frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(0, 0)])
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.write_dataframe(bare_frame, bare, layer="features_x_point", driver="GPKG")
    for path, words in ((text, "不是 GeoPackage"), (tmp_path, "不是 GeoPackage"),
                        (other, "没有要素表"), (bare, "没有坐标系")):  # fmt: skip
        with pytest.raises(SourceError, match=words):
            absorb_package(path, pack)
    with pytest.raises(PackError):
        absorb_package(other, tmp_path)


POINTS = st.tuples(st.floats(112.2, 113.2), st.floats(27.4, 28.2))
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@settings(
    max_examples=3,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10**6),
    moves=st.lists(st.tuples(POINTS, st.floats(1, 150)), max_size=4),
    words=st.lists(st.tuples(WORDS, WORDS), max_size=4),
    adds=st.lists(st.tuples(POINTS, WORDS.filter(lambda text: text.strip() != "")), max_size=3),
)
def test_any_edits_accepted_make_the_pack_equal_the_package(
    fresh: Path, tmp_path_factory: pytest.TempPathFactory, seed, moves, words, adds
) -> None:
    folder = tmp_path_factory.mktemp("性质")
    pack, gpkg = folder / "xiangtan", folder / "x.gpkg"
    shutil.copytree(find_pack("xiangtan"), pack)
    shutil.copy(fresh, gpkg)
    plan = read_plan(pack)
    chance = random.Random(seed)
    used = {i for c in plan.claims for i in (*c.subjects, *c.objects)}
    used |= {i for c in plan.concepts for ids in c.roles.values() for i in ids}
    used |= {i for f in plan.features for i in (f.parent, f.anchor)}
    points = [
        f.id for f in plan.features if f.geometry is not None and f.geometry.geom_type == "Point"
    ]
    chance.shuffle(points)
    for id, (xy, accuracy) in zip(points, moves, strict=False):
        edit(gpkg, id, Point(xy), accuracy_m=accuracy, source=f"实测{accuracy}", status="located")
    for id, (role, note) in zip(points[2:], words, strict=False):
        edit(gpkg, id, role=role, note=note)
    table = table_of(gpkg, points[0])
    for n, (xy, name) in enumerate(adds):
        add(gpkg, table, Point(xy), id=f"added-{n}", name=name.strip(), kind="market", theme="ring",
            clause="2.1", status="located", accuracy_m=9.0, source="测绘")  # fmt: skip
    gone = next(id for id in points[8:] if id not in used)
    delete(gpkg, gone)
    accept_all(absorbed(gpkg, pack), folder / "c.toml", pack)
    assert absorbed(gpkg, pack).changes == ()
    after = read_plan(pack)
    assert gone not in {f.id for f in after.features}
    assert len(after.features) == len(plan.features) - 1 + len(adds)
    for id, (xy, accuracy) in zip(points, moves, strict=False):
        assert is_same(after.feature(id).geometry, Point(xy), plan.crs)
        assert after.feature(id).accuracy_m == accuracy


def test_filled_in_list_is_applied_and_read_back(gpkg: Path, pack: Path, tmp_path: Path) -> None:
    edit(gpkg, WANDA, Point(112.94112, 27.83051), role=HOSTILE)
    add(
        gpkg,
        table_of(gpkg, WANDA),
        Point(112.9, 27.8),
        name=HOSTILE,
        kind="market",
        theme="ring",
        clause="2.1",
    )
    path = tmp_path / "c.toml"
    accept_all(absorbed(gpkg, pack), path, pack, accuracy_m="25", source='"现场"')
    plan = read_plan(pack)
    wanda = plan.feature(WANDA)
    assert (wanda.accuracy_m, wanda.source, str(wanda.status), wanda.role) == (
        25,
        "现场",
        "located",
        HOSTILE,
    )
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))["change"]) == 2
    assert plan.features[-1].name == HOSTILE
    assert len(plan.features) == 228


def test_a_pack_that_changed_since_the_package_was_written_is_told(pack: Path, gpkg: Path) -> None:
    with closing(sqlite3.connect(gpkg)) as base:
        base.execute("CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY, metadata TEXT)")
        record = f"<x>xiangtan features-sha256:{read_plan(pack).features_digest()}</x>"
        base.execute("INSERT INTO gpkg_metadata VALUES (1, ?)", (record,))
        base.commit()
    assert absorbed(gpkg, pack).told == ()
    features = pack / "features.geojson"
    text = features.read_text(encoding="utf-8")
    features.write_text(text.replace('"万达广场"', '"万达广场（旧址）"', 1), encoding="utf-8")
    assert text != features.read_text(encoding="utf-8")
    reading = absorbed(gpkg, pack)
    assert "写出之后改过" in told(reading)
    assert len(reading.changes) == 1, "the old name looks like an edit"


def test_the_digest_depends_on_every_feature_and_on_nothing_else(pack: Path) -> None:
    plan = read_plan(pack)
    assert plan.features_digest() == read_plan(pack).features_digest()
    first, *rest = plan.features
    for changed in (
        dataclasses.replace(first, name="别名"),
        dataclasses.replace(first, geometry=Point(112, 28)),
        dataclasses.replace(first, accuracy_m=1.0),
    ):
        other = dataclasses.replace(plan, features=(changed, *rest))
        assert other.features_digest() != plan.features_digest()


def _made_from(gpkg: Path, plan: str, digest: str) -> None:
    with closing(sqlite3.connect(gpkg)) as base:
        base.execute("CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY, metadata TEXT)")
        record = f"<x>{plan} features-sha256:{digest}</x>"
        base.execute("INSERT INTO gpkg_metadata VALUES (1, ?)", (record,))
        base.commit()


def test_a_package_of_another_plan_is_refused(pack: Path, gpkg: Path) -> None:
    _made_from(gpkg, "yiyang", "0" * 64)
    with pytest.raises(SourceError, match="“yiyang”的成果，不是“xiangtan”"):
        absorb_package(gpkg, pack)


def test_what_was_added_to_the_pack_since_is_not_deleted(pack: Path, gpkg: Path) -> None:
    _made_from(gpkg, "xiangtan", read_plan(pack).features_digest())
    features = pack / "features.geojson"
    lines = features.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if '"wanda-plaza"' in line)
    lines.insert(at, lines[at].replace('"wanda-plaza"', '"late-plaza"', 1))
    features.write_text("".join(lines), encoding="utf-8")
    reading = absorbed(gpkg, pack)
    assert reading.changes == ()
    assert "late-plaza" in told(reading)
    assert "不算删除" in told(reading)


def test_a_list_that_somebody_began_to_fill_in_is_not_overwritten(
    pack: Path, gpkg: Path, tmp_path: Path
) -> None:
    edit(gpkg, WANDA, role="别的作用")
    reading, path = absorbed(gpkg, pack), tmp_path / "清单.toml"
    write_changes(reading.changes, reading.plan, path)
    write_changes(reading.changes, reading.plan, path)  # as it was written: may be made anew
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("别的作用", "改过的作用"), encoding="utf-8")
    with pytest.raises(OutputError, match="已有审阅内容"):
        write_changes(reading.changes, reading.plan, path)
    assert "改过的作用" in path.read_text(encoding="utf-8")
