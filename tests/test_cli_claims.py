"""claims and compare as a user types them, on the embedded data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_cli import one_line_error, spatialplan


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first")
    done = spatialplan("run", "xiangtan", "--out", out)
    assert done.returncode == 0, done.stderr
    return out / "result.json"


def test_every_claim_is_listed_with_its_predicate_numbers_and_verdict(first: Path) -> None:
    done = spatialplan("claims", "xiangtan")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    verdicts = json.loads(first.read_text(encoding="utf-8"))["verdicts"]
    shown = [line for line in lines if line.startswith("    ")]
    assert len(shown) == len(verdicts)
    for verdict in verdicts:
        (at,) = [i for i, line in enumerate(lines) if f"  {verdict['claim']}  " in line]
        assert lines[at + 1].startswith(f"    {verdict['predicate']}：")
        assert verdict["sentence"] in lines[at]
    (at,) = [i for i, line in enumerate(lines) if "  ring-closed  " in line]
    assert lines[at].startswith("✗ 不成立")
    assert lines[at + 1] == "    ring_closed：82.8%；gap_m = 200 米（假设）"


def test_listing_as_json_equals_the_run(first: Path) -> None:
    listed = json.loads(spatialplan("claims", "xiangtan", "--json").stdout)
    run = json.loads(first.read_text(encoding="utf-8"))["verdicts"]
    assert [(v["claim"], v["state"]) for v in listed] == [(v["claim"], v["state"]) for v in run]


def test_why_tells_sentence_data_path_numbers_and_sensitivity() -> None:
    done = spatialplan("claims", "xiangtan", "--why", "ring-north-xtu")
    assert done.returncode == 0, done.stderr
    for said in ("北二环联通湘潭大学", "3.3.2-north", "connected", "±1000 m", "0.40 公里",
                 "路径 北二环 → 湘潭大学", "快速路", "OpenStreetMap", "2026-09-25", "snap_m = 1500 米: 降到"):  # fmt: skip
        assert said in done.stdout
    (told,) = json.loads(spatialplan("claims", "xiangtan", "--why", "ring-closed", "--json").stdout)
    (number,) = told["sensitivity"]
    assert number["above"]["state"] == "holds"
    assert number["above"]["value"] == pytest.approx(9500, abs=130)  # two ends of ±65 m


def test_why_in_english_and_an_unknown_claim() -> None:
    done = spatialplan("claims", "xiangtan", "--why", "gallery-length", "--lang", "en")
    assert "sensitivity:" in done.stdout
    assert "tolerance_pct = 15 %: down to 6.9" in done.stdout
    wrong = spatialplan("claims", "xiangtan", "--why", "ring-close")
    assert wrong.returncode == 2
    assert "ring-closed" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_compare_tells_what_changed_and_why(first: Path, tmp_path: Path) -> None:
    pack = tmp_path / "xiangtan"
    shutil.copytree(ROOT / "layers" / "xiangtan", pack)
    claims = (pack / "claims.toml").read_text(encoding="utf-8")
    edited = claims.replace("max_km = { value = 6, origin", "max_km = { value = 12, origin")
    assert edited != claims
    (pack / "claims.toml").write_text(edited, encoding="utf-8")
    done = spatialplan("run", pack, "--out", tmp_path / "second")
    assert done.returncode == 0, done.stderr
    second = tmp_path / "second" / "result.json"
    told = spatialplan("compare", first, second)
    assert told.returncode == 0, told.stderr
    assert "health-core-at-zhaoshan" in told.stdout
    assert "? 不确定 6.63 公里 → ✓ 成立 6.63 公里" in told.stdout
    assert "原因: 论断改动：参数" in told.stdout
    values = json.loads(spatialplan("compare", first, second, "--json").stdout)
    assert values["reasons"] == []
    assert {one["id"] for one in values["claims"]} >= {"health-core-at-zhaoshan"}
    assert all(one["certain"] for one in values["claims"])
    same = json.loads(spatialplan("compare", first, first, "--json").stdout)
    assert same["claims"] == []


def test_compare_of_what_is_no_result(first: Path, tmp_path: Path) -> None:
    one_line_error(spatialplan("compare", first, tmp_path / "none.json"), "none.json")
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"schema": "other"}', encoding="utf-8")
    one_line_error(spatialplan("compare", wrong, first), "wrong.json", "result.json")
    wrong.write_text("[1, 2", encoding="utf-8")
    one_line_error(spatialplan("compare", wrong, first), "wrong.json")
    broken = json.loads(first.read_text(encoding="utf-8"))
    del broken["verdicts"][0]["measure"]
    wrong.write_text(json.dumps(broken), encoding="utf-8")
    one_line_error(spatialplan("compare", wrong, first), "measure")
