"""Villages of Andorra against its post offices and shops, and both cities without any table."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import openpyxl
import pytest

from spatialplan import loading
from spatialplan.delivery.options import Options
from spatialplan.delivery.run import assess
from spatialplan.importing.gather import gather
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Tier
from spatialplan.model.inputs import Inputs
from spatialplan.model.limit import parse_limit
from spatialplan.model.verdict import VillageState
from spatialplan.outputs.coverage_requests import requests
from spatialplan.outputs.coverage_summary import answer
from tests.conftest import ROOT
from tests.test_cli import spatialplan

PACK = ROOT / "tests" / "packs" / "andorra"
OUTPUTS = {"_map.html", "_report.html", ".xlsx", ".json"}
LIMITS = (parse_limit("8min"), parse_limit("3km"))


@pytest.fixture(scope="module")
def pbf(raw_data: Path) -> Path:
    return raw_data / "osm" / "andorra-2026-04-04.osm.pbf"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def inputs(pbf: Path, cache: Path) -> Inputs:
    return loading.load_inputs(read_plan(PACK), pbf, cache=cache)


@pytest.fixture(scope="module")
def tables(inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Post offices as a GeoJSON of stations, supermarkets as a sheet of points, as a user has them."""
    folder = tmp_path_factory.mktemp("表")
    things = inputs.objects
    offices = things[things["kind"] == "amenity=post_office"]
    assert len(offices) == 5
    path = folder / "邮局.geojson"
    path.write_text(
        offices[["name", "geometry"]].rename(columns={"name": "名称"}).to_json(), "utf-8"
    )
    book = openpyxl.Workbook()
    book.active.append(["名称", "级别", "经度", "纬度"])
    for name, point in things.loc[
        things["kind"] == "shop=supermarket", ["name", "geometry"]
    ].to_numpy():
        book.active.append([name, "村级服务点", round(point.x, 6), round(point.y, 6)])
    book.save(folder / "超市.xlsx")
    return path, folder / "超市.xlsx"


@pytest.fixture(scope="module")
def result(inputs: Inputs, tables: tuple[Path, Path]) -> CoverageResult:
    given = gather(inputs, [], [tables[0]], [])
    options = Options(limits=LIMITS, day=date(2026, 11, 22))
    return assess(read_plan(PACK), inputs, given.demand, given.facilities, options, given.imports)


class TestAndorra:
    def test_every_village_has_a_state_and_numbers(
        self, result: CoverageResult, inputs: Inputs
    ) -> None:
        assert [row.demand.id for row in result.villages] == [v.code for v in inputs.villages]
        assert len(result.villages) == 63
        states = Counter(row.states[0] for row in result.villages)
        assert states[VillageState.COVERED] >= 30
        assert states[VillageState.NOT_COVERED] >= 3
        assert states[VillageState.NO_DATA] == 0
        for row in result.villages:
            if row.nearest is not None:
                assert row.nearest.straight_m <= row.nearest.distance_m + 0.01
                assert row.nearest.distance_m / 1000 / (row.nearest.time_min / 60) < 100

    def test_by_time_as_networkx_has_it(self, result: CoverageResult, inputs: Inputs) -> None:
        """Another graph, another search: villages are joined to the road nearest to them."""
        network = inputs.network
        graph = nx.MultiDiGraph()
        edges = zip(
            network.source, network.target, network.time_ms, network.forward, network.backward,
            strict=True,
        )  # fmt: skip
        for a, b, cost, forward, backward in edges:
            if forward:
                graph.add_edge(int(b), int(a), cost=int(cost))  # against the way: from the stations
            if backward:
                graph.add_edge(int(a), int(b), cost=int(cost))
        offices = [load.facility for load in result.facilities if load.used]
        seeds = _ends(network, offices, against=True)
        graph.add_weighted_edges_from((("*", *seed) for seed in seeds), weight="cost")
        cost = nx.single_source_dijkstra_path_length(graph, "*", weight="cost")
        compared = 0
        for row in result.villages:
            if row.nearest is None or row.nearest.distance_m < 1500:
                continue
            own = _ends(network, [row.demand], against=False)
            best = min(cost.get(node, np.inf) + extra for node, extra in own)
            assert row.nearest.time_min == pytest.approx(best / 60_000, abs=0.01), row.demand.name
            compared += 1
        assert compared >= 20

    def test_command_line_twice(
        self,
        pbf: Path,
        cache: Path,
        tables: tuple[Path, Path],
        result: CoverageResult,
        tmp_path: Path,
    ) -> None:
        env = {"SPATIALPLAN_CACHE": str(cache), "SOURCE_DATE_EPOCH": "1780000000"}
        asked = (
            "--stations",
            tables[0],
            "--limit",
            "8min",
            "--limit",
            "3km",
            "--as-of",
            "2026-11-22",
        )
        for name in ("one", "two"):
            done = spatialplan(
                "coverage", PACK, *asked, "--pbf", pbf, "--out", tmp_path / name, **env
            )
            assert done.returncode == 0, done.stderr
        paths = sorted((tmp_path / "one").iterdir())
        assert {path.name.removeprefix("andorra_coverage") for path in paths} >= OUTPUTS
        for path in paths:
            assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes(), path.name
        said = json.loads((tmp_path / "one" / "andorra_coverage.json").read_text(encoding="utf-8"))
        told = {village["id"]: village for village in said["villages"]}
        assert set(told) == {row.demand.id for row in result.villages}
        for row in result.villages:
            assert str(row.states[0]) in json.dumps(told[row.demand.id])
        assert answer(result)[0] in done.stderr

    def test_points_and_stations_make_chains(
        self, inputs: Inputs, tables: tuple[Path, Path], result: CoverageResult
    ) -> None:
        given = gather(inputs, [], list(tables), [])
        options = Options(limits=LIMITS, day=date(2026, 11, 22), workday_h=8.0)
        found = assess(read_plan(PACK), inputs, given.demand, given.facilities, options)
        assert (result.tier, found.tier) == (Tier.STATION, Tier.POINT)
        assert all(len(row.chain.legs) == 2 for row in found.villages)
        whole = [row for row in found.villages if row.chain.time_min is not None]
        assert len(whole) >= 50
        for row in whole:
            assert row.chain.legs[0].time_min == pytest.approx(row.nearest.time_min, abs=1e-3)
            assert row.chain.fits_workday is True
        assert len(found.facilities) == len(given.facilities)

    def test_site(self, pbf: Path, cache: Path, tables: tuple[Path, Path], tmp_path: Path) -> None:
        env = {"SPATIALPLAN_CACHE": str(cache), "SOURCE_DATE_EPOCH": "1780000000"}
        done = spatialplan(
            "site", PACK, "--stations", tables[0], "--limit", "8min", "--pbf", pbf, "--out", tmp_path,
            "--json", **env,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["covered_before"] < told["covered_after"] <= 63
        assert told["covered_after"] + told["unservable"] == 63
        assert told["gap"] == 0


def _ends(network, things, *, against: bool) -> list[tuple[int, float]]:
    """Return the nodes that places are joined to and the milliseconds there (from there)."""
    from spatialplan.delivery.placing import place

    placed = place(network, things, Options(limits=LIMITS, day=date(2026, 1, 1)).snap_m)
    pace = 3600.0 / network.speeds.access_kmh
    out = []
    for edge, along, offset in zip(
        placed.snaps.edge.tolist(), placed.snaps.along, placed.snaps.offset_m, strict=True
    ):
        if edge < 0:
            continue
        time = float(network.time_ms[edge])
        # A village goes on along the edge; a station is come to along it.
        to_source, to_target = along * time + offset * pace, (1 - along) * time + offset * pace
        can_back, can_on = network.backward[edge], network.forward[edge]
        if against:
            can_back, can_on = can_on, can_back
        if can_back:
            out.append((int(network.source[edge]), to_source))
        if can_on:
            out.append((int(network.target[edge]), to_target))
    return out


@pytest.mark.parametrize(("name", "count"), [("xiangtan", 957), ("yiyang", 1446)])
def test_city_without_tables(name: str, count: int) -> None:
    """Every village has a state, none is judged, and what to supply is said with numbers."""
    plan = read_plan(find_pack(name))
    inputs = loading.load_inputs(plan)
    given = gather(inputs, [], [], [])
    options = Options(limits=LIMITS, day=date(2026, 11, 22))
    result = assess(plan, inputs, given.demand, given.facilities, options, given.imports)
    assert len(result.villages) == count
    assert {state for row in result.villages for state in row.states} == {VillageState.NO_DATA}
    assert (
        {row.nearest for row in result.villages} == {row.chain for row in result.villages} == {None}
    )
    placed = sum(row.demand.is_placed for row in result.villages)
    causes = Counter(row.causes[0].zh for row in result.villages)
    assert causes == {
        "无坐标：名录有此村，表中没有": count - placed,
        "没有可用的服务点表，无法判定": placed,
    }
    said = answer(result)[0]
    assert f"名录 {count} 个村（居）" in said
    assert f"无数据 {count} 个" in said
    assert "已覆盖 0 个，未覆盖 0 个，不确定 0 个，无法路由 0 个" in said
    assert "还没有一个村能得出明确结论" in said
    wanted = "\n".join(requests(result))
    assert "--villages" in wanted
    assert "--stations" in wanted
    assert f"{count - placed} 个村的坐标" in wanted
    assert f"{count} 个村的人口数" in wanted
    assert all(verdict.state == "no_data" for verdict in result.verdicts)
    assert f"Of {count} villages" in answer(result, "en")[0]
