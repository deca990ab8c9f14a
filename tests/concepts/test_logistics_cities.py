"""Logistics on the real roads of two cities and of Andorra."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from pyproj import Geod

from spatialplan import loading, pipeline
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.check_result import CheckResult
from spatialplan.model.verdict import State
from spatialplan.settings import Settings
from tests.concepts.test_logistics import finding, keys_of, table
from tests.conftest import ROOT

GEOD = Geod(ellps="GRS80")


def checked(pack, pbf=None):
    plan = read_plan(pack)
    own = tuple(concept for concept in plan.concepts if concept.family == "logistics")
    plan = replace(plan, concepts=own)
    return pipeline.check(plan, loading.load_inputs(plan, pbf), Settings())


def profile_in(result: CheckResult):
    (profile,) = result.profiles
    return profile


@pytest.fixture(scope="module")
def xiangtan():
    return profile_in(checked(find_pack("xiangtan")))


@pytest.fixture(scope="module")
def yiyang():
    return profile_in(checked(find_pack("yiyang")))


@pytest.fixture(scope="module")
def andorra(raw_data: Path):
    extract = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
    return profile_in(checked(ROOT / "tests" / "packs" / "andorra", extract))


def row_of(profile, key, column, name):
    return next(row for row in table(profile, key) if row[column] == name)


HUB = "岳塘经开区荷塘现代综合物流园"


def test_hub_of_xiangtan_reaches_motorway_rail_and_port(xiangtan) -> None:
    """The lines lie on a 65 m grid and speeds are by class: 15 % of the time, beside ±2.5 km."""
    row = row_of(xiangtan, "transport", "name", HUB)
    assert row["junction-min"] == pytest.approx(8.1, rel=0.15)
    assert row["station-min"] == pytest.approx(13.8, rel=0.15)
    assert row["port-min"] == pytest.approx(19.2, rel=0.15)
    assert 2.0 < row["junction-delta"] < 4.0  # 2.5 km at about 60 km/h
    assert row["county"] == "岳塘区"


def test_junctions_of_xiangtan_are_where_the_motorways_are_left(xiangtan) -> None:
    """Xiangtan north (马家河 side), west (G320) and Zhaoshan, read off the OSM lines."""
    marks = [m.geometry for m in xiangtan.marks if m.role == "point"]
    for lon, lat in ((112.945, 27.921), (112.809, 27.861), (113.040, 27.979)):
        assert min(GEOD.inv(lon, lat, m.x, m.y)[2] for m in marks) < 700
    assert 8 <= len(marks) <= 14


def test_places_far_from_the_city_have_no_nearest_junction(xiangtan) -> None:
    """Xiangxiang has junctions of its own, which the embedded roads do not tell."""
    row = row_of(xiangtan, "seat-transport", "name", "湘乡市县城")
    assert row["junction-min"] is None
    assert row["junction-most"] == pytest.approx(57.5, rel=0.15)


def test_seats_of_xiangtan(xiangtan) -> None:
    rows = {row["to"]: row for row in table(xiangtan, "seats") if row["from"] == HUB}
    assert rows["易俗河"]["min"] == pytest.approx(15, rel=0.15)
    assert rows["湘乡市县城"]["km"] == pytest.approx(52, rel=0.05)
    assert rows["韶山（城区）"]["state"].zh == "无法路由"
    found = finding(xiangtan, "枢纽是否落位")
    assert found.state is State.UNROUTABLE
    assert "互不连通" in found.answer.zh
    assert found.claims == ("hub-reaches-county-hubs",)


def test_channels_of_xiangtan_have_no_line(xiangtan) -> None:
    assert finding(xiangtan, "通道是否连续").state is State.NO_DATA
    north, east, south, west, *_ = table(xiangtan, "through")
    assert (north["road"].zh, east["road"].zh) == ("高速公路", "高速公路")
    assert (south["road"].zh, west["road"].zh) == ("国道 G107", "国道 G320")
    assert "非规划" in next(e.title.zh for e in xiangtan.exhibits if e.key == "through")


def test_unlocated_nodes_stay_in_every_table(xiangtan) -> None:
    for key in ("transport", "seats", "townships", "service", "closures", "trunk-roads"):
        column = {"seats": "from"}.get(key, "name")
        names = {row[column] for row in table(xiangtan, key)}
        assert {"湘乡公铁联运物流园", "韶山冷链物流中心", HUB} <= names
    row = row_of(xiangtan, "service", "name", "韶山冷链物流中心")
    assert row["towns"] is None
    assert len(table(xiangtan, "od-min")) == 6


def test_bridges_of_xiangtan(xiangtan) -> None:
    """From the hub on the left bank two bridges lead over the Xiang: Zhaohua, and the fourth."""
    rows = table(xiangtan, "bridges")
    spots = [tuple(float(part) for part in row["where"].split(", ")) for row in rows]
    for lon, lat in ((112.956, 27.890), (112.957, 27.803)):
        assert min(GEOD.inv(lon, lat, *spot)[2] for spot in spots) < 300
    assert all(row["nodes-lost"] == row["towns-lost"] == 0 for row in rows)
    assert 3 < max(row["worst"] for row in rows) < 25


def test_only_roads_of_xiangtan_are_not_certain(xiangtan) -> None:
    found = finding(xiangtan, "一处路段")
    assert found.state is State.UNCERTAIN
    first = table(xiangtan, "links")[0]
    assert "G320" in first["road"].zh
    assert "云湖桥镇" in first["lost"].zh
    assert first["doubt"].zh == "周边路网不全，可能另有路"


def test_who_serves_whom_in_xiangtan(xiangtan) -> None:
    rows = table(xiangtan, "assignment")
    assert len(rows) == 30
    served = [row for row in rows if row["first"]]
    assert len(served) == 15
    assert row_of(xiangtan, "assignment", "township", "易俗河镇")["first"] == "湘潭天易农产品物流园"
    assert all(row["minutes"] is None for row in rows if not row["first"])
    assert finding(xiangtan, "谁服务谁").state is State.NO_DATA


def test_catchments_of_xiangtan_lie_in_the_districts(xiangtan) -> None:
    areas = [mark.geometry for mark in xiangtan.marks if mark.role == "catchment"]
    assert len(areas) == 6
    assert shapely.union_all(areas).area == pytest.approx(sum(a.area for a in areas), rel=1e-6)


def test_yiyang_has_no_hub_to_measure_from(yiyang) -> None:
    states = {found.state for found in yiyang.findings}
    assert states == {State.NO_DATA}
    assert "尚未落到路网上" in yiyang.answer.zh
    assert keys_of(yiyang) == {"transport", "seat-transport", "channels"}
    seat = row_of(yiyang, "seat-transport", "name", "赫山街道（中心城区南岸）")
    assert seat["station"] == "益阳站"
    assert seat["station-min"] == pytest.approx(7.0, abs=3.0)  # both banks' seats are ±1.5 km
    assert seat["junction-min"] is None


def test_yiyang_channel_breaks_and_ends_beyond_the_roads(yiyang) -> None:
    found = finding(yiyang, "通道是否连续")
    assert found.claims == ("north-channel-continuous",)
    assert "路网最近止于" in found.answer.zh
    assert sum(mark.role == "gap" for mark in yiyang.marks) == 2


def test_andorra_on_the_full_extract(andorra) -> None:
    states = [found.state for found in andorra.findings]
    assert states == [
        State.HOLDS, State.HOLDS, State.NO_DATA, State.NO_DATA, State.HOLDS, State.HOLDS,
        State.HOLDS, State.HOLDS, State.UNCERTAIN,
    ]  # fmt: skip
    assert "没有标明高速公路" in " ".join(note.zh for note in andorra.notes)


def test_andorra_distances_agree_with_the_roads(andorra) -> None:
    """Sant Julià to Encamp is signposted about 13 km; both directions differ by one-ways."""
    rows = {row["from"]: row for row in table(andorra, "od-km")}
    there = rows["圣胡利娅物流中心（测试）"]["node-encamp"]
    back = rows["恩坎普配送点（测试）"]["hub-sant-julia"]
    assert there == pytest.approx(13.3, rel=0.1)
    assert back == pytest.approx(there, rel=0.1)
    assert there != back
    (channel,) = table(andorra, "channels")
    assert channel["km"] == pytest.approx(21.2, rel=0.05)


def test_andorra_valleys_hang_on_one_road(andorra) -> None:
    """Ordino's upper valley has the CG-3 only, Arinsal and Pal the road by Erts."""
    lost = [row["lost"].zh for row in table(andorra, "links")]
    assert any("el Serrat" in names and "Llorts" in names for names in lost)
    assert any("Arinsal" in names and "Pal" in names for names in lost)
    assert table(andorra, "links")[0]["nodes-lost"] == 2  # the CG-1 up the main valley


def test_andorra_bridges_cost_a_way_round(andorra) -> None:
    first = table(andorra, "bridges")[0]
    assert "CG-2" in first["road"].zh
    assert 20 < first["worst"] < 60


def test_andorra_leaves_to_spain_and_france(andorra) -> None:
    _, east, south, *_ = table(andorra, "through")
    assert "CG-2" in east["road"].zh
    assert "N-145" in south["road"].zh
    assert south["min"] == pytest.approx(3.3, abs=1.5)
