"""The command line as a user types it: outputs, repeatability, and one-line errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spatialplan.io.plans import find_pack, list_packs
from tests.conftest import ROOT

OUTPUTS = ("_map.html", "_report.html", "_tables.xlsx", ".gpkg", ".qgz")


def spatialplan(
    *args: str | Path, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "spatialplan", *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120", "PYTHONPATH": str(ROOT), **env},
        check=False,
    )


@pytest.fixture(scope="module", params=list_packs())
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """One finished run of each embedded plan: its name, folder and process."""
    folder = tmp_path_factory.mktemp(f"{request.param} 输出")
    done = spatialplan("run", request.param, "--out", folder, SOURCE_DATE_EPOCH="1780000000")
    return request.param, folder, done


def one_line_error(done: subprocess.CompletedProcess[str], *words: str, code: int = 1) -> None:
    """Assert that a run ended in one line that holds the words, with no traceback."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith(("错误：", "Error:"))
    assert all(word in lines[0] for word in words), lines[0]
    assert done.stdout == ""


class TestRun:
    def test_writes_every_output_and_says_where(self, finished) -> None:
        name, folder, done = finished
        assert done.returncode == 0, done.stderr
        expected = {f"{name}{end}" for end in OUTPUTS} | {"result.json"}
        assert {path.name for path in folder.iterdir()} == expected
        assert {Path(line).name for line in done.stdout.splitlines()} == expected
        assert "合计" in done.stderr
        assert "Traceback" not in done.stderr

    def test_every_claim_has_a_verdict_and_every_village_a_state(self, finished) -> None:
        name, folder, _ = finished
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        from spatialplan.io.plans import read_plan

        claims = [claim.id for claim in read_plan(find_pack(name)).claims]
        assert [verdict["claim"] for verdict in result["verdicts"]] == claims
        villages = result["villages"]
        assert len(villages) == {"xiangtan": 957, "yiyang": 1446}[name]
        assert {village["state"] for village in villages} == {"no_data"}

    def test_second_run_is_identical(self, finished, tmp_path: Path) -> None:
        name, folder, _ = finished
        again = spatialplan("run", name, "--out", tmp_path, SOURCE_DATE_EPOCH="1780000000")
        assert again.returncode == 0
        for path in sorted(folder.iterdir()):
            assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name

    def test_json_and_english(self, tmp_path: Path) -> None:
        done = spatialplan("run", "xiangtan", "--out", tmp_path, "--json", "--lang", "en")
        summary = json.loads(done.stdout)
        assert summary["plan"] == "xiangtan"
        assert summary["villages"] == {"no_data": 957}
        assert all(Path(file).is_file() for file in summary["files"])

    def test_strict_exits_3_when_a_claim_fails(self, tmp_path: Path) -> None:
        assert spatialplan("run", "xiangtan", "--out", tmp_path, "--strict").returncode == 3


class TestErrors:
    def test_unknown_plan(self) -> None:
        one_line_error(spatialplan("run", "changsha"), "找不到规划数据包“changsha”", "xiangtan")
        english = spatialplan("run", "changsha", "--lang", "en")
        one_line_error(english, "no plan pack 'changsha'")

    def test_usage(self) -> None:
        for args in (["run"], ["fly"], ["run", "xiangtan", "--lang", "fr"], ["run", "--nope"]):
            done = spatialplan(*args)
            assert done.returncode == 2
            assert done.stderr.startswith("用法错误：")
            assert len(done.stderr.splitlines()) == 1

    def test_output_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("kept", encoding="utf-8")
        one_line_error(spatialplan("run", "xiangtan", "--out", blocked), "输出文件夹无法写入")
        one_line_error(spatialplan("run", "xiangtan", "--out", blocked / "x"), "输出文件夹无法写入")
        assert blocked.read_text(encoding="utf-8") == "kept"

    def test_a_file_that_cannot_be_replaced_leaves_all_as_they_were(self, tmp_path: Path) -> None:
        assert spatialplan("run", "xiangtan", "--out", tmp_path).returncode == 0
        (tmp_path / "result.json").unlink()
        (tmp_path / "result.json").mkdir()
        (tmp_path / "result.json" / "held").write_text("mine", encoding="utf-8")
        before = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir() if p.is_file()}
        done = spatialplan("run", "xiangtan", "--out", tmp_path)
        one_line_error(done, "result.json", "原有文件未动")
        after = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir() if p.is_file()}
        assert after == before
        assert len(after) == 5
        assert (tmp_path / "result.json" / "held").read_text(encoding="utf-8") == "mine"

    def test_own_pack_beats_the_embedded_one(self, tmp_path: Path) -> None:
        shutil.copytree(find_pack("xiangtan"), tmp_path / "xiangtan")
        path = tmp_path / "xiangtan" / "plan.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("EPSG:4547", "EPSG:4326"), encoding="utf-8")
        assert spatialplan("validate", "xiangtan", cwd=tmp_path).returncode == 3
        assert spatialplan("validate", "xiangtan").returncode == 0

    def test_pbf_that_is_none(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        for name, content in (
            ("page.osm.pbf", b"<html>404</html>"),
            ("empty.osm.pbf", b""),
            ("zip.osm.pbf", b"\x1f\x8b\x08\x00aaaa"),
        ):
            path = tmp_path / name
            path.write_bytes(content)
            done = spatialplan("run", "xiangtan", "--pbf", path, "--out", out)
            one_line_error(done, "读不了 OSM 文件", name, ".osm.pbf")
        done = spatialplan("run", "xiangtan", "--pbf", tmp_path / "none.osm.pbf", "--out", out)
        one_line_error(done, "读不了 OSM 文件", "none.osm.pbf")
        assert list(out.iterdir()) == []

    def test_pbf_of_another_country(self, raw_data: Path, tmp_path: Path) -> None:
        pbf = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
        done = spatialplan("run", "yiyang", "--pbf", pbf, "--out", tmp_path)
        one_line_error(done, "没有道路", "换成覆盖本市")
        assert list(tmp_path.iterdir()) == []

    def test_pbf_cut_short(self, raw_data: Path, tmp_path: Path) -> None:
        whole = (raw_data / "osm" / "andorra-2026-04-04.osm.pbf").read_bytes()
        cut = tmp_path / "cut.osm.pbf"
        cut.write_bytes(whole[: len(whole) // 2])
        done = spatialplan("run", "yiyang", "--pbf", cut, "--out", tmp_path / "out")
        one_line_error(done, "读不了 OSM 文件", "cut.osm.pbf")

    def test_broken_pack(self, tmp_path: Path) -> None:
        pack = tmp_path / "xiangtan"
        shutil.copytree(find_pack("xiangtan"), pack)
        path = pack / "claims.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('predicate = "near"', 'predicate = "nera"'), encoding="utf-8")
        out = tmp_path / "out"
        one_line_error(spatialplan("run", pack, "--out", out), "claims.toml", "nera", "near")
        assert not out.exists()


class TestValidateAndNew:
    def test_embedded_packs_are_sound(self) -> None:
        for name in list_packs():
            done = spatialplan("validate", name)
            assert done.returncode == 0, done.stderr
            assert "0 个错误" in done.stderr

    def test_new_pack_validates_and_runs(self, tmp_path: Path) -> None:
        done = spatialplan("new", "demo", cwd=tmp_path)
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) == 3
        assert spatialplan("validate", "demo", cwd=tmp_path).returncode == 0
        run = spatialplan("run", "demo", "--out", "o", cwd=tmp_path)
        assert run.returncode == 0, run.stderr
        assert (tmp_path / "o" / "demo_map.html").is_file()
        one_line_error(spatialplan("new", "demo", cwd=tmp_path), "已存在")

    def test_problems_are_listed_and_exit_3(self, tmp_path: Path) -> None:
        spatialplan("new", "demo", cwd=tmp_path)
        path = tmp_path / "demo" / "features.geojson"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("station", "statoin"), encoding="utf-8")
        done = spatialplan("validate", "demo", "--json", cwd=tmp_path)
        assert done.returncode == 3
        problems = json.loads(done.stdout)
        assert all({"file", "id", "what", "remedy"} <= set(problem) for problem in problems)
        assert any(problem["file"] == "features.geojson" for problem in problems)
