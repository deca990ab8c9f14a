"""The list of changes: hostile words, half-filled entries, a pack that changed, all or nothing."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from spatialplan.editing.adding import AddedLayer, Given, layer_changes
from spatialplan.editing.applying import apply_changes
from spatialplan.editing.change_checks import LINE_KINDS
from spatialplan.editing.change_shapes import measure_change
from spatialplan.editing.changes import Change, ChangeKind, describe, digest, write_changes
from spatialplan.editing.feature_ids import ID, new_id
from spatialplan.editing.pack_features import read_features
from spatialplan.errors import CrsError, DataError, OutputError, PackError, SourceError
from spatialplan.io.feature_lines import feature_spans, rebuilt
from spatialplan.io.plans import find_pack, list_packs, read_plan

HOSTILE = '甲"\\\n[[change]]\naccept = true\u2028\u0000\u0085#\'\'\'"""<img src=x onerror=1>'
WANDA, TEMPLE, YIWU = "wanda-plaza", "tangxing-temple", "yiwu-city"
MARKET = {"name": "新市场", "kind": "market", "theme": "ring", "clause": "2.1", "status": "",
          "accuracy_m": 20.0, "source": "测绘"}  # fmt: skip


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "xiangtan"
    shutil.copytree(find_pack("xiangtan"), folder)
    return folder


def moved(pack: Path, id: str = WANDA, to: Point = Point(112.94, 27.83), **new) -> Change:  # noqa: B008
    features = read_features(pack)
    old = features.plan.feature(id)
    return Change(
        kind=ChangeKind.MOVED, id=id, name=old.name, was=features.digest(id),
        old_shape=old.geometry, new_shape=to,
        measures={} if old.geometry is None else measure_change(old.geometry, to, features.plan.crs),
        new={"accuracy_m": 20.0, "source": "现场", "status": "", **new},
    )  # fmt: skip


def added(id: str = "new-market", to=Point(112.9, 27.8), **new) -> Change:  # noqa: B008
    values = {**MARKET, **new}
    return Change(kind=ChangeKind.ADDED, id=id, name=values["name"], new=values, new_shape=to)


def gone(pack: Path, id: str) -> Change:
    features = read_features(pack)
    return Change(kind=ChangeKind.DELETED, id=id, name="", was=features.digest(id))


def unused(pack: Path) -> str:
    plan = read_plan(pack)
    used = {i for c in plan.claims for i in (*c.subjects, *c.objects)}
    used |= {i for c in plan.concepts for ids in c.roles.values() for i in ids}
    used |= {i for f in plan.features for i in (f.parent, f.anchor)}
    return next(f.id for f in plan.features if f.id not in used)


def listed(tmp_path: Path, *changes: Change, accept: bool = True) -> Path:
    path = tmp_path / "c.toml"
    path.unlink(missing_ok=True)
    write_changes(changes, "xiangtan", path)
    if accept:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\naccept = false", "\naccept = true"), encoding="utf-8")
    return path


def refused(path: Path, pack: Path, *words: str) -> str:
    """Assert that nothing is applied, and that one line tells all."""
    before = (pack / "features.geojson").read_bytes()
    with pytest.raises(PackError) as caught:
        apply_changes(path, pack)
    assert (pack / "features.geojson").read_bytes() == before
    message = caught.value.text.zh
    assert "\n" not in message
    for word in words:
        assert word in message, message
    return message


def test_nothing_is_applied_unless_accepted(pack: Path, tmp_path: Path) -> None:
    before = (pack / "features.geojson").read_bytes()
    path = listed(tmp_path, moved(pack), added(), accept=False)
    assert apply_changes(path, pack) == []
    assert (pack / "features.geojson").read_bytes() == before
    with_true = listed(tmp_path, moved(pack))
    with pytest.raises(OutputError, match="已有审阅内容"):
        write_changes([], "xiangtan", with_true)


def test_only_the_lines_concerned_change(pack: Path, tmp_path: Path) -> None:
    file = pack / "features.geojson"
    before = file.read_bytes().splitlines(keepends=True)
    id = unused(pack)
    apply_changes(listed(tmp_path, moved(pack), added(), gone(pack, id)), pack)
    after = file.read_bytes().splitlines(keepends=True)
    assert len(after) == len(before)  # one gone, one new
    kept = [line for line in before if line in after]
    assert len(kept) == len(before) - 3  # the moved, the deleted, and the last, which got a comma
    plan = read_plan(pack)
    assert plan.feature(WANDA).geometry == Point(112.94, 27.83)
    assert (str(plan.feature(WANDA).status), plan.feature(WANDA).accuracy_m) == ("located", 20)
    assert plan.features[-1].id == "new-market"
    assert id not in {f.id for f in plan.features}


@pytest.mark.parametrize(("accuracy", "status"), [(200.0, "located"), (201.0, "approximate")])
def test_open_status_follows_from_the_accuracy(
    pack: Path, tmp_path: Path, accuracy, status
) -> None:
    apply_changes(listed(tmp_path, moved(pack, YIWU, accuracy_m=accuracy)), pack)
    assert str(read_plan(pack).feature(YIWU).status) == status


def test_emptied_attribute_leaves_the_file(pack: Path, tmp_path: Path) -> None:
    change = Change(
        kind=ChangeKind.EDITED, id=WANDA, name="万达广场", was=read_features(pack).digest(WANDA),
        old={"role": "商务服务主题楼宇集聚地"}, new={"role": ""},
    )  # fmt: skip
    assert describe(change).zh == "“万达广场”：改动作用"
    apply_changes(listed(tmp_path, change), pack)
    assert "role" not in read_features(pack).raw[WANDA]["properties"]


def test_accepting_twice_or_in_parts(pack: Path, tmp_path: Path) -> None:
    id = unused(pack)
    both = (moved(pack), added(), gone(pack, id), moved(pack, YIWU))
    apply_changes(listed(tmp_path, *both[:2]), pack)
    before = (pack / "features.geojson").read_bytes()
    again = apply_changes(listed(tmp_path, *both[:2]), pack)
    assert [one.changed for one in again] == [False, False]
    assert (pack / "features.geojson").read_bytes() == before
    rest = apply_changes(listed(tmp_path, *both), pack)
    assert [one.changed for one in rest] == [False, False, True, True]


def test_pack_that_changed_meanwhile_is_refused_for_that_feature_only(
    pack: Path, tmp_path: Path
) -> None:
    one, other = moved(pack), moved(pack, YIWU)
    file = pack / "features.geojson"
    file.write_text(
        file.read_text(encoding="utf-8").replace("商务服务主题楼宇集聚地", "改了"), encoding="utf-8"
    )
    refused(listed(tmp_path, one, other), pack, "有 1 个问题", f"[{WANDA}]", "又被改过")
    assert [a.changed for a in apply_changes(listed(tmp_path, other), pack)] == [True]


def test_all_problems_are_told_at_once(pack: Path, tmp_path: Path) -> None:
    path = listed(
        tmp_path,
        moved(pack, accuracy_m="", source=" "),
        moved(pack, YIWU, to=Point(120, 30), accuracy_m=0.0),
        gone(pack, TEMPLE),
        added("a", kind="shop", theme="nope", clause="99", parent="nobody", name=""),
        added("b", to=LineString([(112.9, 27.8), (112.9, 27.9)])),
        added(WANDA),
        added("坏 id"),
        added("c"),
        added("c"),
    )
    message = refused(
        path, pack, "“source”未填", "“accuracy_m”（位置精度，米）未填", "accuracy_m 应大于 0",
        "之外", "公里", "论断 riverside-sites-along", "kind 的值“shop”不存在", "theme 的值“nope”不存在",
        "clause 的值“99”不存在", "parent 的值“nobody”不存在", "“name”未填", "market 不能画成线",
        "已有这个 id", "id 只能用小写字母", "[c]：出现 2 次",
    )  # fmt: skip
    assert "有 15 个问题" in message, message


def test_a_parent_may_be_new_but_not_deleted_with_it(pack: Path, tmp_path: Path) -> None:
    apply_changes(listed(tmp_path, added("p"), added("q", parent="p")), pack)
    assert read_plan(pack).feature("q").parent == "p"
    refused(listed(tmp_path, gone(pack, "p")), pack, "要素 q 仍引用它")
    apply_changes(listed(tmp_path, gone(pack, "p"), gone(pack, "q")), pack)
    assert "q" not in {f.id for f in read_plan(pack).features}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('new_geometry = "POINT (112.94 27.83)"', 'new_geometry = "POINT (112.96 27.83)"', "被改动过"),
        ('new_geometry = "POINT (112.94 27.83)"', 'new_geometry = "PUNKT"', "不是 WKT"),
        ('new_geometry = "POINT (112.94 27.83)"\n', "", "缺少 new_geometry"),
        ('kind = "moved"', 'kind = "gone"', "kind 只能是"),
        ("accept = true", 'accept = "yes"', "accept 只能是"),
        ("accuracy_m = 20.0", 'accuracy_m = "近"', "应为数"),
        ("accuracy_m = 20.0", "accuracy_m = inf", "应为数"),
        ('source = "现场"', 'colour = "red"', "没有属性“colour”"),
        ('plan = "xiangtan"', 'plan = "yiyang"', "属于规划“yiyang”"),
        ("accept = true", "accept = true\nextra = 1", "多出的项“extra”"),
        ("accept = true", "accept = ", "语法错误"),
    ],
)  # fmt: skip
def test_tampered_list_is_refused(pack: Path, tmp_path: Path, old, new, words) -> None:
    path = listed(tmp_path, moved(pack))
    text = path.read_text(encoding="utf-8")
    head, body = text.split("[[change]]", 1) if "plan" not in old else ("", text)
    assert old in body
    path.write_text(
        (head + "[[change]]" if head else "") + body.replace(old, new, 1), encoding="utf-8"
    )
    refused(path, pack, words)


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_any_text_survives_the_list_and_stays_one_entry(tmp_path_factory, text: str) -> None:
    path = tmp_path_factory.mktemp("l") / "c.toml"
    changes = [
        added("a", name=text, source=text),
        Change(kind=ChangeKind.DELETED, id="b", name=text, hints=(text,)),
    ]
    write_changes(changes, "xiangtan", path)
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["change"]
    told = (
        text.encode("utf-8", "replace").decode()
        if any("\ud800" <= c <= "\udfff" for c in text)
        else text
    )
    assert len(rows) == 2
    assert [row["accept"] for row in rows] == [False, False]
    if told == text:
        assert rows[0]["new"]["source"] == text == rows[1]["name"]


def test_hostile_words_stay_data_in_the_pack(pack: Path, tmp_path: Path) -> None:
    apply_changes(listed(tmp_path, added(name=HOSTILE, note=HOSTILE)), pack)
    feature = read_plan(pack).feature("new-market")
    assert (feature.name, feature.note) == (HOSTILE, HOSTILE)


@pytest.mark.parametrize("name", list_packs())
def test_lines_of_the_embedded_packs_are_of_line_kinds(name: str) -> None:
    drawn = [f for f in read_plan(find_pack(name)).features if f.geometry is not None]
    lines = {f.kind for f in drawn if "Line" in f.geometry.geom_type}
    assert lines
    assert lines <= LINE_KINDS


@settings(max_examples=30, deadline=None)
@given(st.text(), st.sets(st.sampled_from(["market", "market-2", "a"])))
def test_new_ids_are_sound_and_free(name: str, taken: set[str]) -> None:
    id = new_id(name, "market", taken)
    assert ID.fullmatch(id)
    assert id not in taken


@pytest.mark.parametrize("joint", [",\n", ", ", ",\r\n  "])
def test_rebuilt_text_is_json_whatever_goes_and_comes(joint: str, tmp_path: Path) -> None:
    items = [json.dumps({"properties": {"id": c}}) for c in "abc"]
    text = '{"name": "x", "features": [\n' + joint.join(items) + '\n], "z": 1}'
    spans = feature_spans(text, tmp_path)
    for keep in range(8):
        edits = {c: None for n, c in enumerate("abc") if not keep >> n & 1}
        for more in ([], ['{"properties": {"id": "n"}}']):
            made = json.loads(rebuilt(text, spans, edits, more))
            ids = [f["properties"]["id"] for f in made["features"]]
            assert ids == [c for c in "abc" if c not in edits] + ["n"] * len(more)
            assert (made["name"], made["z"]) == ("x", 1)
    empty = '{"features": []}'
    assert json.loads(rebuilt(empty, {}, {}, ["1", "2"])) == {"features": [1, 2]}


def test_digest_sees_every_value(pack: Path) -> None:
    raw = read_features(pack).raw[WANDA]
    other = json.loads(json.dumps(raw))
    assert digest(other) == digest(raw)
    other["geometry"]["coordinates"][0] += 1e-7
    assert digest(other) != digest(raw)


GIVEN = {"theme": "logistics", "kind": "logistics_park", "clause": "6.3", "source": "园区红线",
         "accuracy_m": 20.0}  # fmt: skip
XY = [(112.9, 27.8), (112.91, 27.81), (112.92, 27.8), None, (112.9, 27.8), (100.0, 20.0)]
NAMES = ["甲园", "乙园<img src=x>", "", "丁园", "甲园", "远园"]


def layer_frame(crs: str = "EPSG:4490") -> gpd.GeoDataFrame:
    points = [None if xy is None else Point(xy) for xy in XY]
    return gpd.GeoDataFrame({"name": NAMES}, geometry=points, crs="EPSG:4490").to_crs(crs)


def read_added(path: Path, pack: Path, **more) -> AddedLayer:
    found = layer_changes(path, pack, Given(**{**GIVEN, **more}))
    assert found.rows == len(found.changes) + sum(one.rows for one in found.told)
    return found


@pytest.mark.parametrize(
    "ending", ["geojson", "gpkg", "parquet", "kml", "kmz", "shp", "csv", "gdb"]
)
def test_every_format_adds_the_same_features(pack: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"园区.{ending}"
    frame = layer_frame()
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "csv":
        wkt = frame.geometry.to_wkt().where(frame.geometry.notna(), "")
        path.write_bytes(
            frame.drop(columns="geometry").assign(WKT=wkt).to_csv(index=False).encode("gbk")
        )
    else:
        driver = {"kml": "LIBKML", "kmz": "LIBKML", "gdb": "OpenFileGDB"}.get(ending)
        frame.to_file(path, driver=driver, layer="parks")
    found = read_added(path, pack, crs="EPSG:4490" if ending == "csv" else None)
    assert [c.name for c in found.changes] == NAMES[:2]
    assert [c.id for c in found.changes] == ["jia-yuan", "yi-yuan-img-src-x"]
    assert all(c.new["accuracy_m"] == 20 and c.kind is ChangeKind.ADDED for c in found.changes)
    assert found.changes[0].new_shape.distance(Point(112.9, 27.8)) < 2e-7
    said = "".join(one.what.zh for one in found.told)
    for words in ("没有名称", "没有几何", "都相同", "公里，未取"):
        assert words in said
    apply_changes(listed(tmp_path, *found.changes), pack)
    assert read_plan(pack).feature("jia-yuan").name == "甲园"


@pytest.mark.parametrize(("codec", "label"), [("UTF-8", "UTF-8"), ("GBK", "GB18030")])
def test_shapefile_without_cpg_is_decoded_and_told(
    pack: Path, tmp_path: Path, codec, label
) -> None:
    path = tmp_path / "z.shp"
    layer_frame("EPSG:4526").to_file(path, encoding=codec)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0  # the language byte
    path.with_suffix(".dbf").write_bytes(dbf)
    found = read_added(path, pack)
    assert found.changes[0].name == "甲园"
    assert any(f"文字按 {label} 读取" in one.what.zh for one in found.told)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match=r"没有写明坐标系；看起来像 EPSG:4526，请用 --crs EPSG:4526"):
        read_added(path, pack)
    assert len(read_added(path, pack, crs="EPSG:4526").changes) == 2


@pytest.mark.parametrize(
    ("real", "stated", "looks"),
    [("EPSG:4490", "EPSG:4547", "EPSG:4490，请用"), ("EPSG:4547", "EPSG:4490", "EPSG:4547，请用"),
     ("EPSG:4526", "EPSG:4547", "EPSG:4526，请用"), ("EPSG:4525", "EPSG:4546", "EPSG:4525，请用")],
)  # fmt: skip
def test_coordinates_that_do_not_fit_the_crs_are_named(
    pack: Path, tmp_path: Path, real, stated, looks
) -> None:
    path = tmp_path / "a.gpkg"
    frame = layer_frame(real)
    gpd.GeoDataFrame({"name": NAMES}, geometry=list(frame.geometry), crs=stated).to_file(path)
    with pytest.raises(CrsError, match=looks):
        read_added(path, pack)


def test_swapped_axes_are_named(pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    swapped = [None if xy is None else Point(xy[::-1]) for xy in XY]
    gpd.GeoDataFrame({"name": NAMES}, geometry=swapped, crs="EPSG:4490").to_file(path)
    with pytest.raises(CrsError, match="两轴写反"):
        read_added(path, pack)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"kind": "shop"}, "--kind"), ({"theme": "x"}, "--theme"), ({"clause": "x"}, "--clause"),
     ({"accuracy_m": 0.0}, "--accuracy"), ({"source": " "}, "--source"),
     ({"name_column": "没有"}, "现有列：name")],
)  # fmt: skip
def test_wrong_words_are_refused(pack: Path, tmp_path: Path, more, words) -> None:
    path = tmp_path / "a.geojson"
    layer_frame().to_file(path)
    with pytest.raises(DataError, match=words):
        read_added(path, pack, **more)


def test_layers_and_files_that_are_not_clear(pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for layer in ("一", "二"):
        layer_frame().to_file(path, layer=layer)
    with pytest.raises(SourceError, match="请用 --layer 指明：一、二"):
        read_added(path, pack)
    with pytest.raises(SourceError, match="没有图层“三”"):
        read_added(path, pack, layer="三")
    assert len(read_added(path, pack, layer="二").changes) == 2
    broken = tmp_path / "b.gpkg"
    broken.write_bytes(path.read_bytes()[:3000])
    strange = tmp_path / "c.tif"
    strange.write_bytes(b"x")
    for file, words in (
        (broken, "读不了"),
        (strange, "不认识的格式"),
        (tmp_path / "d.shp", "找不到"),
    ):
        with pytest.raises(SourceError, match=words):
            read_added(file, pack)


def test_suspicion_of_another_datum_and_heights_are_told(pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "高德导出.geojson"
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[Point(112.9, 27.8, 50)], crs="EPSG:4490")
    frame.to_file(path)
    found = read_added(path, pack)
    said = "".join(one.what.zh for one in found.told)
    assert "可能是 GCJ-02 或 BD-09，未换算" in said
    assert "1 个要素的高程未取" in said
    assert not found.changes[0].new_shape.has_z


def test_a_status_that_contradicts_its_accuracy_is_refused(pack: Path, tmp_path: Path) -> None:
    path = listed(tmp_path, moved(pack, YIWU, accuracy_m=5000.0, status="located"))
    refused(path, pack, "状态 located 与精度 5000 米不符", "改为 approximate")


@pytest.mark.parametrize(("accuracy", "status"), [(50.0, "located"), (6000.0, "approximate")])
def test_a_new_accuracy_alone_decides_the_status_too(
    pack: Path, tmp_path: Path, accuracy: float, status: str
) -> None:
    old = read_plan(pack).feature(WANDA)
    assert old.geometry is not None
    change = Change(
        kind=ChangeKind.EDITED, id=WANDA, name=old.name, was=read_features(pack).digest(WANDA),
        old={"accuracy_m": old.accuracy_m}, new={"accuracy_m": accuracy, "source": "实测"},
    )  # fmt: skip
    apply_changes(listed(tmp_path, change), pack)
    found = read_plan(pack).feature(WANDA)
    assert (found.accuracy_m, str(found.status)) == (accuracy, status)
