"""What one format alone promises: drawings, tiles, GeoJSON's rules, safe tables, whole bytes."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from pyproj import CRS

from spatialplan import exporting
from spatialplan.errors import OutputError
from spatialplan.exchange import needed, pmtiles, tiles
from spatialplan.exchange.formats import FORMATS
from spatialplan.exchange.package import Package, read_package
from tests import sample
from tests.conftest import need
from tests.exchange import zoo

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return read_package(zoo.write_zoo(tmp_path_factory.mktemp("zoo") / "动物园.gpkg"))


@pytest.fixture
def _few_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "MOST_ZOOM", 8)


def only(package: Package, *layers: str) -> Package:
    return exporting.choose_layers(package, layers)


@pytest.mark.usefixtures("_few_tiles")
@pytest.mark.parametrize("format_id", FORMATS)
def test_same_package_makes_the_same_bytes(
    package: Package, tmp_path: Path, format_id: str
) -> None:
    sums = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        done = exporting.export(only(package, "points", "areas", "plain"), format_id, folder)
        assert all(path.exists() for path in done.paths)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        # A geodatabase gives each table an identity of its own, at random.
        files = [path for path in files if ".gdb" not in str(path)]
        sums.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files})
    assert sums[0] == sums[1]


@pytest.mark.usefixtures("_few_tiles")
@pytest.mark.parametrize("format_id", FORMATS)
def test_explains_itself(package: Package, tmp_path: Path, format_id: str) -> None:
    done = exporting.export(package, format_id, tmp_path, lang="zh")
    said = next(tmp_path.glob("*_说明.txt")).read_text(encoding="utf-8-sig")
    assert FORMATS[format_id].name.zh in said
    assert all(limit.zh in said for limit in FORMATS[format_id].limits)
    assert all(loss.zh in said for loss in done.losses)
    with next(tmp_path.glob("*_代码对照.csv")).open(encoding="utf-8-sig", newline="") as file:
        assert ["areas", "name", "b", "'=乙"] in list(csv.reader(file))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(p.name for p in done.paths)


def test_short_names_of_a_shapefile(package: Package, tmp_path: Path) -> None:
    exporting.export(only(package, "areas"), "shp", tmp_path)
    fields = list(pyogrio.read_info(tmp_path / "areas.shp")["fields"])
    assert fields == [
        "id",
        "name",
        "big_number",
        "big_numb_2",
        "share",
        "is_covered",
        "day",
        "seen",
    ]
    with next(tmp_path.glob("*_字段对照.csv")).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert ["areas", "行政村", "areas", "name", "name", "'=名称"] in rows
    assert ["areas", "行政村", "areas", "big_number_of_villagers", "big_numb_2", ""] in rows


def test_text_of_a_shapefile_is_cut_between_signs(package: Package, tmp_path: Path) -> None:
    exporting.export(only(package, "areas"), "shp", tmp_path)
    found = pyogrio.read_dataframe(tmp_path / "areas.shp")["name"][0]
    assert found == "长" * 84  # 252 of 254 bytes


def test_shapefile_in_gbk(package: Package, tmp_path: Path) -> None:
    done = exporting.export(only(package, "points"), "shp", tmp_path, encoding="gbk")
    assert "长".encode("gbk") in (tmp_path / "points.dbf").read_bytes()
    assert (tmp_path / "points.cpg").read_text().strip() in {"GBK", "CP936", "936"}
    found = pyogrio.read_dataframe(tmp_path / "points.shp")["name"].tolist()
    assert found[:2] == ["长" * 127, "?村委会?‍?‍?".replace("‍", "?")]
    losses = {(loss.column, loss.zh.split("，")[0]): loss for loss in done.losses}
    assert losses["name", "GBK 没有的字写成问号"].count == 1
    assert "📦" in losses["name", "GBK 没有的字写成问号"].zh
    assert losses["name", "文字超过 254 字节"].count == 1


def test_geojson_keeps_the_rules_of_its_standard(package: Package, tmp_path: Path) -> None:
    exporting.export(package, "geojson", tmp_path)
    for table in package.tables:
        told = json.loads((tmp_path / f"{table.name}.geojson").read_text(encoding="utf-8"))
        assert told["type"] == "FeatureCollection"
        assert "crs" not in told
        assert [f["id"] for f in told["features"]] == list(range(1, len(table.frame) + 1))
        shapes = [f["geometry"] for f in told["features"] if f["geometry"]]
        assert ("bbox" in told) == bool(shapes)
        for shape in [shapely.geometry.shape(s) for s in shapes]:
            rings = [p for p in getattr(shape, "geoms", [shape]) if p.geom_type == "Polygon"]
            assert all(p.exterior.is_ccw for p in rings)
            assert not any(hole.is_ccw for p in rings for hole in p.interiors)
    areas = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))
    assert areas["bbox"] == [112, 27, 113, 28]
    point = json.loads((tmp_path / "points.geojson").read_text(encoding="utf-8"))["features"][3]
    assert point["geometry"]["coordinates"] == [112.1234568, 27]


def test_layers_in_metres_become_degrees_in_geojson(package: Package, tmp_path: Path) -> None:
    table = only(package, "ten").tables[0]
    moved = package.__class__(
        path=package.path,
        tables=(replace(table, frame=table.frame.to_crs(4547)),),
    )
    exporting.export(moved, "geojson", tmp_path)
    features = json.loads((tmp_path / "ten.geojson").read_text(encoding="utf-8"))["features"]
    assert features[9]["geometry"]["coordinates"] == pytest.approx([112.9, 27], abs=1e-6)


@pytest.mark.parametrize("format_id", ["shp", "fgb", "geoparquet", "gdb", "csv", "xlsx"])
def test_writes_the_crs_asked_for(package: Package, tmp_path: Path, format_id: str) -> None:
    crs = CRS.from_epsg(4547)
    exporting.export(only(package, "ten"), format_id, tmp_path, crs=crs)
    x, y = package_point(tmp_path, format_id)
    assert (x, y) == pytest.approx((307_626.26, 2_988_230.08), abs=200_000)
    back = shapely.transform(
        shapely.Point(x, y), lambda c: transformed(c, "EPSG:4547", "EPSG:4490"), interleaved=True
    )
    assert (back.x, back.y) == pytest.approx((112, 27), abs=1e-8)
    if format_id in {"shp", "fgb", "gdb"}:
        path = next(p for p in tmp_path.iterdir() if p.suffix == f".{format_id}")
        assert CRS(pyogrio.read_info(path)["crs"]).to_epsg() == 4547


def transformed(places: Any, source: str, target: str) -> Any:
    from pyproj import Transformer

    x, y = Transformer.from_crs(source, target, always_xy=True).transform(*places.T)
    return np.column_stack([x, y])


def package_point(folder: Path, format_id: str) -> tuple[float, float]:
    from tests.exchange import reading

    place = reading.rows_of(folder, format_id)["ten"][1]["geometry"]
    return place.x, place.y


def test_geodatabase_names_its_columns_in_chinese(package: Package, tmp_path: Path) -> None:
    need(Path("/usr/bin/ogrinfo").exists(), "ogrinfo")
    exporting.export(only(package, "areas"), "gdb", tmp_path)
    said = subprocess.run(
        ["/usr/bin/ogrinfo", "-ro", "-so", "-al", tmp_path / "动物园.gdb"],
        capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin"},
    ).stdout  # fmt: skip
    assert 'alternative name="=名称"' in said
    assert "Feature Count: 2" in said


def test_kml_has_a_folder_and_a_colour_for_each_layer(package: Package, tmp_path: Path) -> None:
    exporting.export(package, "kml", tmp_path)
    root = ET.parse(tmp_path / "动物园.kml").getroot()
    folders = root.findall(f"{KML}Document/{KML}Document")
    assert [f.findtext(f"{KML}name") for f in folders] == [
        t.title for t in package.tables if t.is_spatial
    ]
    styles = {f"#{style.get('id')}" for style in root.iter(f"{KML}Style")}
    assert {mark.text for mark in root.iter(f"{KML}styleUrl")} <= styles
    names = [mark.findtext(f"{KML}name") for mark in folders[0].iter(f"{KML}Placemark")]
    assert names == zoo.TEXTS[:4]
    marks = folders[0].findall(f"{KML}Placemark")
    assert [mark.find(f"{KML}Point") is not None for mark in marks] == [True, False, False, True]
    aliases = {
        f.get("name"): f.findtext(f"{KML}displayName") for f in folders[4].iter(f"{KML}SimpleField")
    }
    assert aliases["name_"] == "=名称"


def test_drawing_has_layers_colours_and_chinese_text(package: Package, tmp_path: Path) -> None:
    done = exporting.export(package, "dxf", tmp_path)
    import ezdxf

    drawing = ezdxf.readfile(tmp_path / "动物园.dxf")
    assert not drawing.audit().errors
    counts: dict[tuple[str, str], int] = {}
    for entity in drawing.modelspace():
        key = (entity.dxf.layer, entity.dxftype())
        counts[key] = counts.get(key, 0) + 1
    assert counts["points", "POINT"] == 2
    assert counts["行政村", "LWPOLYLINE"] == 3  # an outline with its hole, and a box
    assert counts["high_areas", "POLYLINE"] == 2
    assert counts["multipoints", "POINT"] == 2
    texts = [t.dxf.text for t in drawing.modelspace().query("TEXT") if t.dxf.layer == "行政村_注记"]
    assert texts == ["长" * 200, "村委会"]
    assert {loss.table for loss in done.losses if "表情符号" in loss.zh} >= {"areas", "ten"}
    # GDAL takes the code page from the head of the file.
    read = pyogrio.read_dataframe(tmp_path / "动物园.dxf")
    assert "村委会" in set(read["Text"])
    assert "行政村_注记" in set(read["Layer"])
    assert drawing.styles.get("SpatialPlan").dxf.font == "simsun.ttc"
    ring = next(iter(drawing.modelspace().query('LWPOLYLINE[layer=="lines"]')))
    assert not ring.closed
    said = next(tmp_path.glob("*_说明.txt")).read_text(encoding="utf-8-sig")
    assert "EPSG:4546" in said or "EPSG:4547" in said
    assert {loss.table for loss in done.losses if "没有位置" in loss.zh} == {
        "points", "multipoints", "multiareas", "mixed", "no_places", "plain"
    }  # fmt: skip


def test_drawing_is_in_metres_of_the_zone(package: Package, tmp_path: Path) -> None:
    exporting.export(only(package, "ten"), "dxf", tmp_path)
    found = pyogrio.read_dataframe(tmp_path / "动物园.dxf")
    points = found[found["SubClasses"].str.contains("AcDbPoint")].geometry
    back = transformed(np.array([[p.x, p.y] for p in points]), "EPSG:4546", "EPSG:4490")
    # The middle is at 112.45 degrees, nearest to the zone of 111.
    assert back == pytest.approx(np.array([[112 + i / 10, 27] for i in range(10)]), abs=1e-8)


@pytest.mark.usefixtures("_few_tiles")
@pytest.mark.parametrize("format_id", ["mbtiles", "pmtiles"])
def test_tiles_hold_every_layer(package: Package, tmp_path: Path, format_id: str) -> None:
    done = exporting.export(package, format_id, tmp_path)
    path = tmp_path / f"动物园.{format_id}"
    found = {name for name, _ in pyogrio.list_layers(path)}
    empty = {"nothing", "no_places", "plain", "mixed"}
    there = {t.name for t in package.tables} - empty
    assert found == there | {"mixed_point", "mixed_line", "mixed_area"}
    ten = pyogrio.read_dataframe(path, layer="ten").to_crs(4490).drop_duplicates("id")
    assert sorted(ten["id"]) == list(range(1, 11))
    ten = ten.sort_values("id")
    names_read = [None if name != name else name for name in ten["name"]]
    assert names_read == [*zoo.TEXTS[:8], "", "-5"]
    assert ten["big_number_of_villages"].tolist()[1] == str(-(2**62))
    places = np.array([(p.centroid.x, p.centroid.y) for p in ten.geometry])
    assert places == pytest.approx(np.array([[112 + i / 10, 27] for i in range(10)]), abs=0.01)
    lost = {loss.table: loss.count for loss in done.losses if "没有位置" in loss.zh}
    assert lost["no_places"] == 2
    assert lost["plain"] == 10


def test_tiles_say_their_zooms(package: Package, tmp_path: Path) -> None:
    exporting.export(only(package, "ten"), "mbtiles", tmp_path)
    with sqlite3.connect(tmp_path / "动物园.mbtiles") as base:
        told = dict(base.execute("SELECT name, value FROM metadata"))
        zooms = {row[0] for row in base.execute("SELECT zoom_level FROM tiles")}
    base.close()
    assert (told["minzoom"], told["maxzoom"], told["format"]) == ("5", "13", "pbf")
    assert zooms == set(range(5, 14))
    assert "5–13" in FORMATS["mbtiles"].limits[0].zh


def test_an_archive_of_many_tiles_is_read_through_its_leaves(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pmtiles, "_FIRST_READ", 220)
    monkeypatch.setattr(pmtiles, "_IN_LEAF", 8)
    exporting.export(only(package, "ten"), "pmtiles", tmp_path)
    raw = (tmp_path / "动物园.pmtiles").read_bytes()
    root, leaves = (int.from_bytes(raw[at : at + 8], "little") for at in (16, 48))
    assert 127 + root <= 220
    assert leaves > 0
    found = pyogrio.read_dataframe(tmp_path / "动物园.pmtiles", layer="ten")
    assert set(found["id"]) == set(range(1, 11))


def test_spreadsheets_run_nothing(package: Package, tmp_path: Path) -> None:
    exporting.export(package, "csv", tmp_path / "c")
    with (tmp_path / "c" / "ten.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[3]["name"] == "'=1+1"
    assert rows[9]["name"] == "-5"
    assert rows[9]["share"] == "112.94"
    exporting.export(package, "xlsx", tmp_path / "x")
    sheet = openpyxl.load_workbook(tmp_path / "x" / "动物园.xlsx")["ten"]
    assert sheet["B5"].value == "=1+1"
    assert sheet["B5"].data_type == "s" or sheet["B5"].quotePrefix


def test_long_geometry_leaves_its_cell_empty(tmp_path: Path) -> None:
    many = shapely.LineString([(112 + i / 7, 27 + i / 9) for i in range(3000)])
    path = zoo.write_zoo(tmp_path / "z.gpkg", {"points": ("LineString", [zoo.LINE, many])})
    done = exporting.export(read_package(path), "xlsx", tmp_path / "x")
    sheet = openpyxl.load_workbook(tmp_path / "x" / "z.xlsx")["points"]
    assert [row[-1].value is None for row in list(sheet.rows)[1:]] == [False, True]
    assert [(x.table, x.count) for x in done.losses if "32767" in x.zh] == [("points", 1)]


@pytest.mark.parametrize("format_id", ["shp", "fgb", "gdb"])
def test_collections_are_taken_apart(tmp_path: Path, format_id: str) -> None:
    path = zoo.write_zoo(tmp_path / "z.gpkg", {"c": ("Unknown", [zoo.COLLECTION, zoo.LINE])})
    done = exporting.export(only(read_package(path), "c"), format_id, tmp_path / "o")
    ending = {"gdb": "z.gdb"}.get(format_id)
    counts = {
        family: len(
            pyogrio.read_dataframe(
                tmp_path / "o" / (ending or f"c_{family}.{format_id}"),
                layer=f"c_{family}",
            )
        )
        for family in ("point", "line", "area")
    }
    assert counts == {"point": 1, "line": 2, "area": 1}
    assert [loss.count for loss in done.losses if "拆成" in loss.zh] == [1]


@pytest.mark.usefixtures("_few_tiles")
@pytest.mark.parametrize("format_id", FORMATS)
def test_hostile_names_of_layers_stay_in_the_folder(
    package: Package, tmp_path: Path, format_id: str
) -> None:
    table = only(package, "ten").tables[0]
    hostile = [zoo.HOSTILE_LAYER, "../../up", "CON", "con", "a/b", "a\\b", sample.LONG, "..", ""]
    tables = tuple(replace(table, name=name, title=name) for name in hostile)
    folder = tmp_path / "deep" / "out"
    done = exporting.export(replace(package, tables=tables), format_id, folder)
    assert {p.parent for p in done.paths} == {folder}
    assert [p.name for p in tmp_path.iterdir()] == ["deep"]
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]
    assert all(p.stem.casefold() != "con" for p in done.paths)
    if format_id in {"shp", "geojson", "fgb", "csv", "geoparquet"}:
        ending = {"geoparquet": ".parquet"}.get(format_id, f".{format_id}")
        layers = [p for p in done.paths if p.suffix == ending and "对照" not in p.name]
        assert len(layers) == len(hostile)
    elif format_id in {"gdb", "kml", "mbtiles"}:
        path = next(p for p in done.paths if p.suffix == f".{format_id}")
        assert len(pyogrio.list_layers(path)) == len(hostile)


def with_column(package: Package, **columns: list[Any]) -> Package:
    table = only(package, "lines").tables[0]
    return replace(package, tables=(replace(table, frame=table.frame.assign(**columns)),))


@pytest.mark.parametrize(
    ("column", "codes", "colours"),
    [
        ("state", ["holds", "fails"], ["00735c", "b3261e"]),
        ("kind", ["station", "nowhere"], ["0072b2", "5b6770"]),
        ("tier", ["point", "hub"], ["2a6f97", "1d3557"]),
    ],
)
def test_colours_are_those_of_the_maps(
    package: Package, tmp_path: Path, column: str, codes: list[str], colours: list[str]
) -> None:
    coloured = with_column(package, **{column: codes})
    exporting.export(coloured, "kml", tmp_path)
    root = ET.parse(tmp_path / "动物园.kml").getroot()
    assert [mark.text for mark in root.iter(f"{KML}styleUrl")] == [f"#c{c}" for c in colours]
    lines = {
        style.get("id"): style.findtext(f"{KML}LineStyle/{KML}color")
        for style in root.iter(f"{KML}Style")
    }
    # KML writes blue, green, red.
    assert lines == {f"c{c}": f"ff{c[4:]}{c[2:4]}{c[:2]}" for c in colours}
    exporting.export(coloured, "dxf", tmp_path)
    import ezdxf

    drawn = ezdxf.readfile(tmp_path / "动物园.dxf").modelspace().query("LWPOLYLINE")
    assert [f"{line.dxf.true_color:06x}" for line in drawn] == colours


@pytest.mark.parametrize("format_id", ["shp", "geojson", "xlsx", "kml"])
def test_numbers_without_end_are_left_empty_and_told(
    package: Package, tmp_path: Path, format_id: str
) -> None:
    from tests.exchange import reading

    endless = with_column(package, share=[float("inf"), 2.5])
    done = exporting.export(endless, format_id, tmp_path)
    rows = reading.rows_of(tmp_path, format_id)["lines"]
    assert [rows[1]["share"], rows[2]["share"]] == [None, 2.5]
    told = [loss for loss in done.losses if loss.column == "share"]
    assert [loss.count for loss in told] == [1]


@pytest.mark.parametrize(
    ("library", "format_id"), [("ezdxf", "dxf"), ("pyarrow", "geoparquet"), ("pyarrow", "gdb")]
)
def test_a_missing_library_is_told_with_the_command_that_installs_it(
    package: Package,
    library: str,
    format_id: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = needed.find_spec
    monkeypatch.setattr(needed, "find_spec", lambda name: None if name == library else real(name))
    with pytest.raises(OutputError, match=f"pip install {library}"):
        exporting.export(package, format_id, tmp_path)
    assert list(tmp_path.iterdir()) == []
