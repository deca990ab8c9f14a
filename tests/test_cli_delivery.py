"""Import, coverage, site and template as a user types them: outputs, exit codes, one-line errors."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pyogrio
import pytest

from spatialplan.writing import write_siting
from tests.coverage_sample import sample_siting
from tests.sample import sample_basemap
from tests.test_cli import one_line_error, spatialplan

USAGE = (
    ("coverage", "xiangtan", "--limit", "15"),
    ("coverage", "xiangtan", "--as-of", "昨天"),
    ("coverage", "xiangtan", "--mode", "walk"),
    ("coverage", "xiangtan", "--workday", "-1"),
    ("import", "a.csv", "--kind", "村"),
    ("site", "xiangtan", "--objective", "mclp"),
    ("site", "xiangtan", "--objective", "lscp", "--sites", "3"),
    ("site", "xiangtan", "--objective", "best"),
    ("template", "roads"),
)
VILLAGES = """村级物流服务点（表）,,,,
行政村,乡镇,县市区,经度,纬度
中路铺村,中路铺镇,湘潭县,112.9253,27.5847
白石村,白石镇,湘潭县,无,
没有这个村,白石镇,湘潭县,112.93,27.33
合计,,,,
"""
STATIONS = """站点名称,乡镇街道,县市区,经度,纬度
中路铺运输服务站,中路铺镇,湘潭县,112.9260,27.5850
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clerk's two tables, one of them in GBK."""
    folder = tmp_path_factory.mktemp("表 格")
    (folder / "村.csv").write_bytes(VILLAGES.encode("gbk"))
    (folder / "站.csv").write_text(STATIONS, encoding="utf-8")
    return folder


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_wrong_usage_is_told_in_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    done = spatialplan(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("用法错误：")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("coverage", "xiangtan", "--villages", "没有.xlsx"),
        ("coverage", "xiangtan", "--scenario", "没有.toml"),
        ("import", "没有.xlsx", "--pack", "xiangtan"),
        ("site", "xiangtan", "--candidates", "没有.xlsx"),
        ("coverage", "没有这个规划"),
    ],
    ids=" ".join,
)
def test_expected_errors_end_in_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    one_line_error(spatialplan(*words, cwd=tmp_path), "没有")
    assert list(tmp_path.iterdir()) == []


def test_unknown_datum_is_told(tables: Path) -> None:
    done = spatialplan("import", tables / "村.csv", "--datum", "xian80", "--pack", "xiangtan")
    one_line_error(done, "xian80", "gcj02")


def test_a_table_of_stations_is_not_taken_for_villages(tmp_path: Path) -> None:
    rows = "站点名称,乡镇,级别,经度,纬度\n甲站,白石镇,乡镇运输服务站,112.93,27.33\n"
    (tmp_path / "站.csv").write_text(rows, encoding="utf-8")
    done = spatialplan("coverage", "xiangtan", "--villages", "站.csv", cwd=tmp_path)
    one_line_error(done, "站.csv", "--stations")


def test_import_counts_every_row_and_leaves_the_file_alone(tables: Path, tmp_path: Path) -> None:
    source = tables / "村.csv"
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    done = spatialplan("import", source, "--datum", "wgs84", "--out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["plan"] == "xiangtan"
    assert sum(said["rows"].values()) == 3
    assert said["rows"]["rejected"] == 1
    assert {Path(path).name for path in said["files"]} == {
        "xiangtan_villages.gpkg",
        "村_标注.xlsx",
    }
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before


def test_an_edited_copy_is_never_overwritten(tables: Path, tmp_path: Path) -> None:
    words = ("import", tables / "村.csv", "--datum", "wgs84", "--out", tmp_path)
    spatialplan(*words)
    edited = tmp_path / "村_标注.xlsx"
    edited.write_bytes(b"the clerk's work")
    done = spatialplan(*words)
    assert done.returncode == 0, done.stderr
    assert edited.read_bytes() == b"the clerk's work"
    assert (tmp_path / "村_标注_2.xlsx").exists()


@pytest.fixture(scope="module")
def covered(tables: Path, tmp_path_factory: pytest.TempPathFactory):
    """A coverage run of the two tables: its folder and process."""
    folder = tmp_path_factory.mktemp("覆盖")
    done = spatialplan(
        "coverage", "xiangtan", "--villages", tables / "村.csv", "--stations", tables / "站.csv",
        "--datum", "wgs84", "--limit", "15min", "--limit", "5km", "--out", folder,
        SOURCE_DATE_EPOCH="1780000000",
    )  # fmt: skip
    return folder, done


def test_coverage_writes_every_output(covered) -> None:
    folder, done = covered
    assert done.returncode == 0, done.stderr
    ends = ("_map.html", "_report.html", ".xlsx", ".gpkg", ".qgz", ".json")
    expected = {f"xiangtan_coverage{end}" for end in ends}
    assert {path.name for path in folder.iterdir()} == expected
    assert {Path(line).name for line in done.stdout.splitlines()} == expected
    assert "957" in done.stderr


def test_coverage_gives_every_village_a_state_and_keeps_strangers(covered) -> None:
    folder, _ = covered
    result = json.loads((folder / "xiangtan_coverage.json").read_text(encoding="utf-8"))
    villages = result["villages"]
    assert len(villages) == 957 + 1
    assert sum("没有这个村" in json.dumps(v, ensure_ascii=False) for v in villages) == 1
    assert [entry["on_roster"] for entry in result["counts"]] == [957, 957]
    assert all(sum(entry["states"].values()) == entry["total"] for entry in result["counts"])
    assert result["counts"][0]["states"]["covered"] >= 1


def test_strict_ends_with_three_when_a_village_is_not_covered(tables: Path, tmp_path: Path) -> None:
    far = STATIONS.replace("112.9260,27.5850", "112.9000,27.8500")
    (tmp_path / "站.csv").write_text(far, encoding="utf-8")
    done = spatialplan(
        "coverage", "xiangtan", "--villages", tables / "村.csv", "--stations", tmp_path / "站.csv",
        "--datum", "wgs84", "--limit", "1min", "--strict", "--json", "--out", tmp_path / "o",
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["villages"]["not_covered"] >= 1
    assert done.returncode == 3


@pytest.fixture(scope="module")
def sited(tables: Path, tmp_path_factory: pytest.TempPathFactory):
    """A siting run with all that can be asked of it: its folder and process."""
    folder = tmp_path_factory.mktemp("选址")
    done = spatialplan(
        "site", "xiangtan", "--villages", tables / "村.csv", "--datum", "wgs84", "--limit", "5km",
        "--projected", "--docx", "--out", folder, "--json", SOURCE_DATE_EPOCH="1780000000",
    )  # fmt: skip
    return folder, done


def test_siting_names_what_it_cannot_serve_and_proves_its_answer(sited) -> None:
    _, done = sited
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["gap"] == 0
    assert said["covered_before"] == 0
    assert said["covered_after"] >= 1
    assert said["covered_after"] + said["unservable"] == 957 + 1


def test_siting_writes_every_output_that_is_asked_for(sited) -> None:
    folder, done = sited
    ends = ("_map.html", "_report.html", ".xlsx", ".gpkg", ".qgz", ".json", "_report.docx")
    expected = [f"xiangtan_sites{end}" for end in ends]
    assert [Path(path).name for path in json.loads(done.stdout)["files"]] == expected
    assert {path.name for path in folder.iterdir()} == set(expected)


def test_siting_stores_places_in_the_projected_crs_and_every_village(sited) -> None:
    folder, done = sited
    path = folder / "xiangtan_sites.gpkg"
    told = json.loads(done.stdout)
    assert pyogrio.read_info(path, layer="villages")["crs"] == "EPSG:4547"
    assert pyogrio.read_info(path, layer="proposed_sites")["features"] == told["sites"]
    villages = pyogrio.read_dataframe(path, layer="villages_all")
    assert len(villages) == 957 + 1
    assert (villages["state"] == "unservable").sum() == told["unservable"]
    assert (villages.loc[villages["state"] == "unservable", "cause"] != "").all()
    with zipfile.ZipFile(folder / "xiangtan_sites.qgz") as archive:
        assert archive.namelist() == ["xiangtan_sites.qgs"]
        assert "./xiangtan_sites.gpkg|layername=villages" in archive.read(
            "xiangtan_sites.qgs"
        ).decode("utf-8")


def test_siting_writes_neither_word_nor_projected_places_unasked(tmp_path: Path) -> None:
    paths = write_siting(sample_siting(), sample_basemap(), tmp_path, stamp="2026-11-22 08:00")
    ends = ("_map.html", "_report.html", ".xlsx", ".gpkg", ".qgz", ".json")
    assert [path.name for path in paths] == [f"sample_sites{end}" for end in ends]
    assert pyogrio.read_info(paths[3], layer="villages")["crs"] == "EPSG:4490"


def test_template_can_be_imported_again(tmp_path: Path) -> None:
    assert spatialplan("template", "villages", "--out", "t.xlsx", cwd=tmp_path).returncode == 0
    done = spatialplan("import", "t.xlsx", "--out", "o", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["rows"] == {"rejected": 957}
