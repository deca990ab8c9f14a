"""A test pack on the full OpenStreetMap extracts of Andorra, end to end."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
import shapely
from pyproj import Geod

from spatialplan import comparing, loading, pipeline
from spatialplan.io.plans import read_plan
from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import EvidenceState
from spatialplan.settings import Settings
from tests.conftest import ROOT
from tests.overpass_server import Server, world_of_pbf
from tests.test_cli import one_line_error, spatialplan

PACK = ROOT / "tests" / "packs" / "andorra"
GEOD = Geod(ellps="GRS80")
STATES = {
    "seats-reach": "holds",
    "seats-too-fast": "fails",
    "seats-within": "holds",
    "seat-outside": "fails",
    "parishes-adjoin": "holds",
    "seven-parishes": "holds",
    "hospital-present": "holds",
    "clinic-present": "no_data",
    "hospital-near": "holds",
    "mail-covers": "no_data",
    "avenue-gathers": "holds",
    "avenue-gathers-too-far": "fails",
    "cg2-continuous": "holds",
    "peak-by-road": "unroutable",
    "valley-ring-closed": "holds",
    "ring-west-hospital": "holds",
}


@pytest.fixture(scope="module")
def extracts(raw_data: Path) -> tuple[Path, Path]:
    folder = raw_data / "osm"
    return folder / "andorra-2025-01-19.osm.pbf", folder / "andorra-2026-04-04.osm.pbf"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def result(extracts: tuple[Path, Path], cache: Path) -> CheckResult:
    plan = read_plan(PACK)
    inputs = loading.load_inputs(plan, extracts[1], cache=cache)
    return pipeline.check(plan, inputs, Settings())


def test_verdicts(result: CheckResult) -> None:
    assert {v.claim_id: str(v.state) for v in result.verdicts} == STATES


def test_road_distance_agrees_with_the_road(result: CheckResult) -> None:
    """Andorra la Vella to Pas de la Casa is signposted about 30 km by the CG-2."""
    part = next(v for v in result.verdicts if v.claim_id == "seats-too-fast").parts[0]
    assert part.distance_m == pytest.approx(28_500, rel=0.1)
    (path,) = [mark.geometry for mark in part.marks if mark.role == "path"]
    assert GEOD.geometry_length(path) == pytest.approx(part.distance_m, rel=0.01)


def test_evidence(result: CheckResult) -> None:
    states = {found.feature: found.state for found in result.evidence}
    assert states["hospital"] is EvidenceState.CONFIRMED
    assert states["illa"] is EvidenceState.CONFIRMED
    assert states["clinic"] in (EvidenceState.NO_DATA, EvidenceState.NOT_FOUND)
    hospital = next(found for found in result.evidence if found.feature == "hospital")
    assert hospital.osm_id == "way/194554955"
    assert hospital.proposed is not None
    assert hospital.proposed.accuracy_m < 200


def test_villages_come_from_the_map(result: CheckResult) -> None:
    assert len(result.villages) == 61 + 2
    assert all(v.lon is not None for v in result.villages)


def test_what_was_left_out_is_told(result: CheckResult) -> None:
    assert "roads_closed" in result.notes[0].zh
    assert "转弯限制" in result.notes[0].zh
    assert [source.id for source in result.sources] == ["osm-pbf"]
    assert result.network_issues
    box = shapely.box(1.0, 42.2, 2.2, 42.9)
    assert all(box.contains(issue.geometry) for issue in result.network_issues)


def test_run_writes_everything_and_the_second_run_reads_the_store(
    extracts: tuple[Path, Path], tmp_path: Path
) -> None:
    env = {"SPATIALPLAN_CACHE": str(tmp_path / "cache"), "SOURCE_DATE_EPOCH": "1780000000"}
    for name in ("one", "two"):
        done = spatialplan("run", PACK, "--pbf", extracts[1], "--out", tmp_path / name, **env)
        assert done.returncode == 0, done.stderr
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes(), path.name
    info = spatialplan("osm", "info", "--json", **env)
    (entry,) = json.loads(info.stdout)
    assert entry["source"] == "andorra-2026-04-04.osm.pbf"
    assert entry["timestamp"] == "2026-04-04"
    assert entry["counts"]["roads"] > 4000
    assert "1 份" in spatialplan("osm", "info", **env).stderr
    assert "释放" in spatialplan("osm", "clean", **env).stderr
    assert json.loads(spatialplan("osm", "info", "--json", **env).stdout) == []


def test_a_plan_abroad_needs_an_extract(tmp_path: Path) -> None:
    one_line_error(spatialplan("run", PACK, "--out", tmp_path), "--pbf", "andorra")


def test_diff(extracts: tuple[Path, Path], cache: Path, tmp_path: Path) -> None:
    change, verdicts = comparing.compare_extracts(read_plan(PACK), *extracts, cache)
    assert change.summary["roads_opened"] > 0
    assert change.summary["roads_closed"] > 0
    assert change.summary["pois_come"] > 0
    assert all(v.old_state != v.new_state or v.old_value != v.new_value for v in verdicts)
    out = tmp_path / "变化.gpkg"
    done = spatialplan(
        "osm", "diff", *extracts, "--plan", PACK, "--out", out, "--cache", cache, "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"]["roads_opened"] == change.summary["roads_opened"]
    with sqlite3.connect(out) as gpkg:
        tables = {row[0] for row in gpkg.execute("select table_name from gpkg_contents")}
    gpkg.close()
    assert tables == {"roads", "points", "verdicts"}


def test_refine_proposes_and_only_takes_over_what_is_accepted(
    extracts: tuple[Path, Path], cache: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "andorra"
    shutil.copytree(PACK, pack)
    before = (pack / "features.geojson").read_text(encoding="utf-8")
    env = {"SPATIALPLAN_CACHE": str(cache)}
    file = tmp_path / "proposals.toml"
    done = spatialplan("refine", pack, "--pbf", extracts[1], "--out", file, **env)
    assert done.returncode == 0, done.stderr
    text = file.read_text(encoding="utf-8")
    assert "way/194554955" in text
    assert (pack / "features.geojson").read_text(encoding="utf-8") == before
    assert "采纳 0 处" in spatialplan("refine", pack, "--accept", file).stderr
    entries = text.split("[[proposal]]")
    chosen = [
        e.replace("accept = false", "accept = true") if "194554955" in e else e for e in entries
    ]
    file.write_text("[[proposal]]".join(chosen), encoding="utf-8")
    done = spatialplan("refine", pack, "--accept", file)
    assert done.returncode == 0, done.stderr
    assert "采纳 1 处" in done.stderr
    after = (pack / "features.geojson").read_text(encoding="utf-8")
    changed = [
        (a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b
    ]
    assert len(changed) == 1
    assert "hospital" in changed[0][1]
    assert "原位置" in changed[0][1]


def test_fetch_writes_an_extract_that_runs(raw_data: Path, tmp_path: Path) -> None:
    """Against a stand-in Overpass on loopback that serves the south of the country."""
    world = world_of_pbf(
        raw_data / "osm" / "andorra-2026-04-04.osm.pbf", (1.44, 42.43, 1.56, 42.53)
    )
    target = tmp_path / "got.osm.pbf"
    with Server(world) as server:
        done = spatialplan(
            "fetch", PACK, "--url", server.url, "--out", target, "--tile-km", "200",
            "--cache", tmp_path / "cache",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(target)
    data = loading.read_extract(target, shapely.box(1.44, 42.43, 1.56, 42.53), cache=tmp_path)
    assert len(data.roads.way_id) > 500
    one_line_error(
        spatialplan("fetch", PACK, "--url", "ftp://x", "--out", tmp_path / "no.osm.pbf"), "http"
    )
    assert not (tmp_path / "no.osm.pbf").exists()


def test_diff_of_whole_files_needs_no_plan(extracts: tuple[Path, Path], cache: Path) -> None:
    done = spatialplan("osm", "diff", *extracts, "--cache", cache, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verdicts"] == []
    summary = told["summary"]
    grown = summary["opened_km"] - summary["closed_km"] + summary["redrawn_km"]
    assert summary["after_km"] - summary["before_km"] == pytest.approx(grown, abs=0.5)
