"""Proposed sites on a small world with known answers, and on the embedded network."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from shapely import Point

from spatialplan.delivery.sites import SitingOptions, propose_sites
from spatialplan.errors import DataError
from spatialplan.io.base import read_embedded_network, read_villages
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.limit import parse_limit
from spatialplan.model.siting import Objective
from spatialplan.text import Text
from tests.checks.world import CRS, degrees, network_of, plan_of

PLAN = plan_of([], [])
NETWORK = network_of()


def village(id, xy=None, population=None, accuracy_m=10.0):
    point = degrees(Point(xy)) if xy is not None else None
    return Demand(
        id=id, name=f"{id}村", township="甲镇", district="乙县", district_code="430399",
        on_roster=True, lon=point.x if point else None, lat=point.y if point else None,
        accuracy_m=accuracy_m, population=population, parent="", source="test", origin="",
    )  # fmt: skip


def station(id, xy=None, capacity=None):
    point = degrees(Point(xy)) if xy is not None else None
    return Facility(
        id=id, name=f"{id}站", tier=Tier.POINT, township="", district="", village="", parent="",
        lon=point.x if point else None, lat=point.y if point else None, accuracy_m=10.0,
        capacity=capacity, opened=None, closed=None, origin="",
    )  # fmt: skip


# Minutes by road: a 4 b 6 c, b 3 d; i lies on an island of roads, o beyond the map, f off the roads.
A, B, C, D = (
    village("a", (0, 0)), village("b", (4000, 0)), village("c", (10_000, 0)),
    village("d", (4000, 3000)),
)  # fmt: skip
ISLE, N = village("i", (8000, 4000)), village("n")
OUT, F = village("o", (-50_000, 0)), village("f", (1000, 5000))
EVERY = (A, B, C, D, ISLE, N, OUT, F)


def options(objective="lscp", limit="5min", **more):
    return SitingOptions(objective=Objective(objective), limit=parse_limit(limit), **more)


def run(demand, existing=(), candidates=None, **more):
    return propose_sites(
        PLAN, NETWORK, demand, existing, candidates, options(**more), notes=[Text("前", "pre")]
    )


def said(found):
    return " ".join(note.zh for note in found.notes)


def causes(found):
    return {u.demand.id: u.cause.zh for u in found.unservable}


def test_fewest_sites_among_the_villages() -> None:
    found = run(EVERY)
    assert [(s.id, s.rank, s.newly_covered, s.weight) for s in found.sites] == [
        ("b", 1, ("a", "b", "d"), 3.0), ("c", 2, ("c",), 1.0), ("i", 3, ("i",), 1.0),
    ]  # fmt: skip
    assert found.sites[0].serves == ("a", "b", "d")
    assert found.selection.optimal
    assert found.covered_before == ()
    assert found.covered_after == ("a", "b", "c", "d", "i")
    assert [v.id for v in found.villages] == [v.id for v in EVERY]
    assert [(a, b) for a, b, _ in found.links] == [("a", "b"), ("d", "b")]
    assert found.links[0][2].coords[0] == (A.lon, A.lat)
    assert found.links[0][2].coords[1] == (B.lon, B.lat)
    assert found.trade_off["sites"].tolist() == [0, 1, 2, 3]
    assert found.trade_off["covered"].tolist() == [0, 3, 4, 5]
    assert (found.sites[0].lon, found.sites[0].township) == (B.lon, "甲镇")


def test_every_reason_is_named_in_the_order_of_the_villages() -> None:
    found = run(EVERY, candidates=[B])
    assert [s.id for s in found.sites] == ["b"]
    named = causes(found)
    assert list(named) == ["c", "i", "n", "o", "f"]
    assert named["c"] == "太远：最近的站点或候选点“b村”要 6.0 分钟，限值 5 分钟"
    assert "没有站点或候选点能到" in named["i"]
    assert "孤立路网片" in named["i"]
    assert "缺口 1.00 公里" in named["i"]
    assert named["n"] == "无坐标"
    assert "路网范围之外" in named["o"]
    assert "3.2 公里" in named["f"]
    assert {u.demand.id: str(u.state) for u in found.unservable} == {
        "c": "not_covered", "i": "unroutable", "n": "no_data", "o": "no_data", "f": "unroutable",
    }  # fmt: skip
    assert "2 个候选点" in said(run(EVERY, candidates=[B, N, F]))


def test_limit_of_length_is_named_in_metres() -> None:
    found = run((B, C), candidates=[B], limit="5km")
    assert causes(found)["c"] == "太远：最近的站点或候选点“b村”要 6000 米，限值 5 公里"


def test_no_way_back_on_a_one_way_street() -> None:
    end = village("e", (10_000, 2000))
    found = run((end,), candidates=[C])
    assert found.sites == ()
    assert "没有站点或候选点能到" in causes(found)["e"]


def test_existing_stations_stay_and_come_first() -> None:
    found = run((A, B, C, D), existing=[station("s", (4000, 0))])
    assert found.covered_before == ("a", "b", "d")
    assert [(s.id, s.newly_covered) for s in found.sites] == [("c", ("c",))]
    assert [(a, b) for a, b, _ in found.links] == [("a", "s"), ("d", "s")]
    assert [f.id for f in found.existing] == ["s"]
    assert found.trade_off["covered"].tolist() == [3, 4]
    assert run((A, B), existing=[station("s", (4000, 0))]).sites == ()


def test_stations_that_cannot_serve_are_told() -> None:
    found = run((A,), existing=[station("x"), station("y", (1000, 5000))])
    assert found.covered_before == ()
    assert "1 个现有站点无坐标，不能服务任何村：x站" in said(found)
    assert "1 个现有站点离道路太远" in said(found)
    assert "y站" in said(found)
    assert said(found).startswith("前")


def test_most_people_with_one_site() -> None:
    people = [
        village(v.id, xy, n)
        for v, xy, n in zip(
            (A, B, C, D),
            ((0, 0), (4000, 0), (10_000, 0), (4000, 3000)),
            (10, 10, 500, 10),
            strict=True,
        )
    ]
    found = run(people, objective="mclp", p=1)
    assert found.weighted
    assert [(s.id, s.weight) for s in found.sites] == [("c", 500.0)]
    assert run(people, objective="mclp", p=1, weighted=False).sites[0].id == "b"
    lacking = run([*people, village("z", (1000, 0))], objective="mclp", p=1)
    assert not lacking.weighted
    assert lacking.sites[0].id == "b"
    assert "5 个村中有 1 个没有人口数" in said(lacking)


def test_least_cost_serves_beyond_the_limit_too() -> None:
    found = run((A, B, C, D), objective="pmedian", p=1)
    assert [s.id for s in found.sites] == ["b"]
    assert found.selection.value == pytest.approx((4 + 6 + 3) * 60_000)
    assert found.sites[0].serves == ("a", "b", "c", "d")
    assert "孤立路网片上的村会占用站点" in said(found)
    assert found.sites[0].newly_covered == ("a", "b", "d")
    assert found.covered_after == ("a", "b", "d")
    assert found.unservable == ()


def test_capacity_needs_more_sites_or_leaves_villages_out() -> None:
    found = run((A, B, D), capacity=2.0)
    assert len(found.sites) == 2
    assert found.covered_after == ("a", "b", "d")
    assert sorted(len(s.serves) for s in found.sites) == [1, 2]
    assert "容量以村计" in said(found)
    short = run((A, B, D), candidates=[B], capacity=2.0)
    assert len(short.covered_after) == 2
    assert list(causes(short).values()) == ["容量不足：所有能到的站点和候选点都已满"]


def test_capacity_of_existing_stations_is_in_people() -> None:
    people = [village("a", (0, 0), 30), village("b", (4000, 0), 20), village("d", (4000, 3000), 9)]
    old = [station("s", (4000, 0), capacity=30.0)]
    found = run(people, existing=old, candidates=[people[2]], objective="lscp")
    assert found.covered_before == ("a",)
    # d can serve b and itself, s serves a.
    assert found.covered_after == ("a", "b", "d")
    crowd = [village("a", (0, 0), 99)]
    assert "人口超过" in causes(run(crowd, existing=old, candidates=[]))["a"]
    assert "容量未计入" in said(run((A, B, D), existing=old))


def test_places_of_low_accuracy_are_told() -> None:
    found = run([village("a", (0, 0), accuracy_m=800.0)])
    assert "1 处建议站点的位置精度低于 500 米或未知，请先核实：a村" in said(found)
    assert "请先核实" not in said(run([A]))
    assert "未计位置精度" in said(run([A]))


def test_a_village_is_newly_covered_once() -> None:
    row = [village(f"v{k}", (2000 * k, 0)) for k in range(5)]
    found = run(row, candidates=[row[1], row[3]], limit="2min")
    assert [s.newly_covered for s in found.sites] == [("v0", "v1", "v2"), ("v3", "v4")]
    assert [s.weight for s in found.sites] == [3.0, 2.0]


def test_fewer_sites_than_asked_are_told() -> None:
    found = run((A, B), objective="mclp", p=5)
    assert len(found.sites) == 1
    assert "要求新建 5 处，1 处已够" in said(found)


def test_order_of_rows_does_not_matter() -> None:
    first = run(EVERY)
    for seed in range(5):
        demand = random.Random(seed).sample(EVERY, len(EVERY))
        other = run(demand)
        assert other.sites == first.sites
        assert other.covered_after == first.covered_after
        assert causes(other) == causes(first)
        assert [v.id for v in other.villages] == [v.id for v in demand]


@pytest.mark.parametrize("objective", ["lscp", "mclp", "pmedian"])
@pytest.mark.parametrize("capacity", [None, 2.0])
@pytest.mark.parametrize("demand", [(), (N,), (F,), (A,)])
@pytest.mark.parametrize("candidates", [None, [], [N]])
def test_nothing_to_choose_from(objective, capacity, demand, candidates) -> None:
    found = run(demand, objective=objective, p=2, candidates=candidates, capacity=capacity)
    works = demand == (A,) and candidates is None
    assert [s.id for s in found.sites] == (["a"] if works else [])
    assert len(found.unservable) == (0 if works else len(demand))
    if demand == (A,) and not works:
        assert causes(found)["a"] == "没有现有站点，也没有可用的候选点"


def test_broken_orders_are_refused() -> None:
    with pytest.raises(DataError, match="需要新建站点数"):
        options("mclp")
    with pytest.raises(DataError, match="-1 不能为负"):
        options("mclp", p=-1)
    with pytest.raises(DataError, match="不是正数"):
        options(capacity=0.0)
    with pytest.raises(DataError, match="村有 1 个编号重复（a）"):
        run((A, A))
    with pytest.raises(DataError, match="站点有 1 个编号重复"):
        run((A,), existing=[station("s"), station("s")])


def test_xiangtan_with_its_roster() -> None:
    roster = read_villages("430300")
    demand = [
        Demand(
            id=v.code, name=v.name, township=v.township, district=v.district,
            district_code=v.district_code, on_roster=True, lon=v.lon, lat=v.lat,
            accuracy_m=v.accuracy_m, population=None, parent="", source=v.source, origin="",
        )
        for v in roster
    ]  # fmt: skip
    found = propose_sites(PLAN, read_embedded_network(CRS), demand, [], None, options(limit="10km"))
    placed = {v.id for v in demand if v.is_placed}
    kinds = Counter(u.cause.zh for u in found.unservable)
    assert kinds["无坐标"] == len(demand) - len(placed)
    covered = set(found.covered_after)
    assert covered | {u.demand.id for u in found.unservable} == {v.id for v in demand}
    assert not covered & {u.demand.id for u in found.unservable}
    assert 0 < len(found.sites) < len(covered)
    assert found.selection.optimal
    assert sum(len(s.newly_covered) for s in found.sites) == len(covered)
    assert found.trade_off["covered"].iloc[-1] == len(covered)
