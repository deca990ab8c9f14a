"""export as a user types it: choices, messages, and what a failure leaves behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import typer
from typer.testing import CliRunner

from spatialplan import cli_export, exporting
from spatialplan.errors import OutputError
from spatialplan.exchange import csv_wkt, shapefile
from spatialplan.exchange.formats import FORMATS
from tests.exchange import zoo

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (
    "import typer; from spatialplan import cli_export; app = typer.Typer();"
    "app.callback()(lambda: None); cli_export.add_commands(app); app()"
)


@pytest.fixture(scope="module")
def zoo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return zoo.write_zoo(tmp_path_factory.mktemp("结果 夹") / "湘潭.gpkg")


def export(*args: str | Path) -> Any:
    """Run the command on an application of its own."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    cli_export.add_commands(app)
    return CliRunner().invoke(app, ["export", *map(str, args)])


def error_line(done: Any, *words: str, code: int = 1) -> None:
    assert done.exit_code == code, (done.output, done.exception)
    flat = re.sub(r"[\s│]+", "", done.stderr)
    assert all(re.sub(r"\s+", "", word) in flat for word in words), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_prints_paths_and_tells_losses(zoo_file: Path, tmp_path: Path) -> None:
    done = export(zoo_file, "--to", "shp", "--out", tmp_path / "出", "--layer", "areas")
    assert done.exit_code == 0
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        "areas.shp", "areas.shx", "areas.dbf", "areas.prj", "areas.cpg",
        "湘潭_shp_字段对照.csv", "湘潭_shp_代码对照.csv", "湘潭_shp_说明.txt",
    ]  # fmt: skip
    assert all(Path(line).is_file() for line in done.stdout.splitlines())
    assert "areas.name：文字超过 254 字节，已截断，1 处" in done.stderr
    assert "areas.big_number_of_villages：整数超过 17 位，整列写成文字，2 处" in done.stderr


def test_in_english(zoo_file: Path, tmp_path: Path) -> None:
    done = export(zoo_file, "--to", "shp", "--out", tmp_path, "--layer", "areas", "--lang", "en")
    assert "areas.name: text cut at 254 bytes: 1" in done.stderr
    assert not re.search("[\u4e00-\u9fff]", done.stderr)
    said = next(tmp_path.glob("*_README.txt")).read_text(encoding="utf-8-sig")
    assert not re.search("[\u4e00-\u9fff]", said.replace("湘潭", ""))


def test_json_for_machines(zoo_file: Path, tmp_path: Path) -> None:
    done = export(zoo_file, "--to", "csv", "--out", tmp_path, "--layer", "ten", "--json")
    told = json.loads(done.stdout)
    assert [Path(path).name for path in told["paths"]][:2] == ["ten.csv", "湘潭_csv_字段对照.csv"]
    assert told["losses"] == [
        {
            "table": "ten", "column": "name", "count": 1,
            "zh": "像公式的文字前加了撇号，1 处",
            "en": "text like a formula is preceded by an apostrophe: 1",
        }
    ]  # fmt: skip


def test_takes_the_folder_of_a_result(
    zoo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = export(zoo_file.parent, "--to", "csv", "--layer", "ten")
    assert done.exit_code == 0
    assert (tmp_path / "spatialplan-out" / "湘潭" / "export-csv" / "ten.csv").is_file()


def test_asks_which_of_several_packages(zoo_file: Path, tmp_path: Path) -> None:
    for name in ("甲.gpkg", "乙.gpkg"):
        (tmp_path / name).write_bytes(zoo_file.read_bytes())
    error_line(export(tmp_path, "--to", "csv"), "2 个 .gpkg", "甲.gpkg", "乙.gpkg")
    empty = tmp_path / "空"
    empty.mkdir()
    error_line(export(empty, "--to", "csv"), "没有 .gpkg")
    error_line(export(tmp_path / "没有.gpkg", "--to", "csv"), "没有.gpkg")
    (tmp_path / "坏.gpkg").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    error_line(export(tmp_path / "坏.gpkg", "--to", "csv"), "坏.gpkg")
    (tmp_path / "文.gpkg").write_text("abc", encoding="utf-8")
    error_line(export(tmp_path / "文.gpkg", "--to", "csv"), "不是 GeoPackage")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--to", "shq"], ["shq", "geojson"]),
        (["--to", "csv", "--layer", "nowhere"], ["nowhere", "areas"]),
        (["--to", "kml", "--encoding", "gbk"], ["--encoding"]),
        (["--to", "csv", "--encoding", "big5"], ["big5"]),
        (["--to", "geojson", "--crs", "EPSG:4547"], ["EPSG:4326"]),
        (["--to", "pmtiles", "--crs", "EPSG:4490"], ["EPSG:3857"]),
        (["--to", "shp", "--crs", "EPSG:0"], ["EPSG:0"]),
        (["--to", "dxf", "--crs", "EPSG:4490"], ["--crs"]),
        (["--to", "shp", "--schema", "a"], ["--schema"]),
        (["--to", "postgis"], ["SPATIALPLAN_POSTGIS"]),
        (["--to", "postgis", "--url", "postgresql://x", "--out", "o"], ["--out"]),
        (["--to", "csv", "--lang", "fr"], ["--lang"]),
        ([], ["--to"]),
    ],
)
def test_wrong_usage_is_told_before_anything_is_written(
    zoo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    args: list[str], words: list[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPATIALPLAN_POSTGIS", raising=False)
    error_line(export(zoo_file, *args), *words, code=2)
    assert list(tmp_path.iterdir()) == []


def test_encoding_of_a_table(zoo_file: Path, tmp_path: Path) -> None:
    export(zoo_file, "--to", "csv", "--out", tmp_path / "u", "--layer", "ten")
    export(zoo_file, "--to", "csv", "--out", tmp_path / "g", "--layer", "ten", "--encoding", "GBK")
    assert (tmp_path / "u" / "ten.csv").read_bytes().startswith(b"\xef\xbb\xbfid,name")
    assert "第一行".encode("gbk") in (tmp_path / "g" / "ten.csv").read_bytes()


def test_a_layer_without_crs_cannot_be_placed(tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(zoo.write_zoo(tmp_path / "a.gpkg"), layer="ten")
    frame = frame.set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.write_dataframe(frame, tmp_path / "b.gpkg", layer="ten")
    error_line(export(tmp_path / "b.gpkg", "--to", "kml", "--out", tmp_path / "o"), "ten", "坐标系")


def test_a_second_export_replaces_the_first(zoo_file: Path, tmp_path: Path) -> None:
    export(zoo_file, "--to", "gdb", "--out", tmp_path, "--layer", "ten")
    (tmp_path / "我的.txt").write_text("x", encoding="utf-8")
    done = export(zoo_file, "--to", "gdb", "--out", tmp_path, "--layer", "points")
    assert done.exit_code == 0
    assert pyogrio.list_layers(tmp_path / "湘潭.gdb")[:, 0].tolist() == ["points"]
    assert (tmp_path / "我的.txt").is_file()


def test_a_failure_leaves_the_old_files(
    zoo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(zoo_file, "--to", "csv", "--out", tmp_path, "--layer", "ten")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_: object) -> None:
        raise OutputError("坏了", "broken")

    monkeypatch.setattr(csv_wkt, "well_known_text", fail)
    error_line(export(zoo_file, "--to", "csv", "--out", tmp_path), "坏了")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


FULL_DISK = """
import json, resource, sys, typer
from typer.testing import CliRunner
from spatialplan import cli_export
app = typer.Typer(pretty_exceptions_enable=False)
app.callback()(lambda: None)
cli_export.add_commands(app)
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
result, out, *formats = sys.argv[1:]
found = {}
for name in formats:
    done = CliRunner().invoke(app, ["export", result, "--to", name, "--out", f"{out}/{name}"])
    found[name] = [done.exit_code, done.stdout, done.stderr]
print(json.dumps(found))
"""


def test_a_full_disk_ends_in_one_line(zoo_file: Path, tmp_path: Path) -> None:
    """No file can grow beyond some bytes here: to a program, that is a full disk."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, zoo_file, tmp_path, *FORMATS],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert list(found) == list(FORMATS)
    for name, (code, paths, said) in found.items():
        assert (code, paths) == (1, ""), name
        assert said.startswith("错误：写不出"), name
        assert said.count("\n") == 1, said
        assert list((tmp_path / name).iterdir()) == []


def test_a_read_only_folder_ends_in_one_line(zoo_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "文件"
    path.write_text("x", encoding="utf-8")
    error_line(export(zoo_file, "--to", "csv", "--out", path), "无法写入")
    assert path.read_text(encoding="utf-8") == "x"
    if os.geteuid():
        tmp_path.chmod(0o555)
        error_line(export(zoo_file, "--to", "csv", "--out", tmp_path / "新"), "无法写入")


SLOW = (
    """
import time
from spatialplan.exchange import shapefile
write = shapefile.write_layer
def slow(*args, **more):
    write(*args, **more)
    print(".", flush=True)
    time.sleep({pause})
shapefile.write_layer = slow
"""
    + PROGRAM
)


TWO_LAYERS = ("--layer", "points", "--layer", "areas")


def slow_export(zoo_file: Path, folder: Path, pause: float, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SLOW.format(pause=pause), "export", str(zoo_file), "--to", "shp",
         "--out", str(folder), *more],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_killed_export_leaves_the_old_files(zoo_file: Path, tmp_path: Path) -> None:
    export(zoo_file, "--to", "shp", "--out", tmp_path, "--layer", "areas")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with slow_export(zoo_file, tmp_path, 0.2, "--encoding", "gbk") as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == ".\n"
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    there = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert {name: there[name] for name in before} == before
    assert not [name for name in there if name.startswith("points")]
    done = export(zoo_file, "--to", "shp", "--out", tmp_path, "--layer", "areas")
    assert done.exit_code == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_two_exports_at_once_do_not_mix(zoo_file: Path, tmp_path: Path) -> None:
    alone = {}
    for encoding in ("utf-8", "gbk"):
        folder = tmp_path / encoding
        export(zoo_file, "--to", "shp", "--out", folder, "--encoding", encoding, *TWO_LAYERS)
        alone[encoding] = {path.name: path.read_bytes() for path in folder.iterdir()}
    both = tmp_path / "both"
    first = slow_export(zoo_file, both, 0.5, "--encoding", "utf-8", *TWO_LAYERS)
    second = slow_export(zoo_file, both, 0.5, "--encoding", "gbk", *TWO_LAYERS)
    for process in (first, second):
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert {path.name: path.read_bytes() for path in both.iterdir()} in alone.values()
    assert alone["utf-8"] != alone["gbk"]


def test_a_shapefile_beyond_two_gigabytes_is_refused(
    zoo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapefile, "_LARGEST_FILE", 500)
    error_line(
        export(zoo_file, "--to", "shp", "--out", tmp_path, "--layer", "areas"), "areas", "2 GB"
    )
    assert list(tmp_path.iterdir()) == []


def test_ids_of_formats_are_those_of_the_registry() -> None:
    assert [*FORMATS, "postgis"] == list(cli_export._IDS)


def test_starting_is_light() -> None:
    code = "import sys, spatialplan.cli_export; print('geopandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_choosing_keeps_the_order_of_the_package(zoo_file: Path) -> None:
    from spatialplan.exchange.package import read_package

    package = exporting.choose_layers(read_package(zoo_file), ["ten", "points"])
    assert [table.name for table in package.tables] == ["points", "ten"]


def test_another_export_of_the_same_names_is_not_overwritten(
    zoo_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "交付"
    assert export(zoo_file, "--to", "csv", "--out", out, "--layer", "areas").exit_code == 0
    assert export(zoo_file, "--to", "shp", "--out", out, "--layer", "areas").exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {"湘潭_csv_说明.txt", "湘潭_shp_说明.txt"} <= set(before), "each explains its own"
    other = zoo_file.with_name("益阳.gpkg")
    other.write_bytes(zoo_file.read_bytes())
    error_line(export(other, "--to", "csv", "--out", out, "--layer", "areas"), "areas.csv", "--out")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    again = export(zoo_file, "--to", "csv", "--out", out, "--layer", "areas", "--lang", "en")
    assert again.exit_code == 0


def test_a_layer_is_found_by_its_title_and_a_format_in_capitals(
    zoo_file: Path, tmp_path: Path
) -> None:
    from spatialplan.exchange.package import read_package

    areas = next(table for table in read_package(zoo_file).tables if table.name == "areas")
    done = export(zoo_file, "--to", "CSV", "--out", tmp_path, "--layer", areas.title)
    assert done.exit_code == 0
    assert (tmp_path / "areas.csv").is_file()
