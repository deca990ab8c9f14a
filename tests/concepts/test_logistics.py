"""Logistics in a tiny world in metres, every figure worked out by hand.

::

    5 km    = motorway = J = motorway =         J is reached from H by a ramp of 5 km: 5 min
                         |
    3 km                 |        T1            streets at 60 km/h, the lane at 20 km/h
                         |        |
    0       A ---------- H ------ K ----------- N      H hub at x 0, K at 4, T2 at 9, N node at 10
                         |   river at x 2       |
    -2 km                +------- lane ---------+      14 km: 42 min

Coordinates of the tests are metres from the origin of `tests.checks.world`.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, affinity, box

from spatialplan.concepts.logistics import measure
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Kind, Origin, Parameter
from spatialplan.model.verdict import State
from spatialplan.text import Text
from tests.checks.world import (
    CRS,
    ORIGIN,
    claim,
    context_of,
    evidence_of,
    feature,
    metres,
    network_of,
)

ROADS = [
    ([(-3000, 5000), (0, 5000)], "motorway"),
    ([(0, 5000), (3000, 5000)], "motorway"),
    ([(0, 0), (0, 5000)], "street"),
    ([(-3000, 0), (0, 0)], "street"),
    ([(0, 0), (4000, 0)], "street"),
    ([(4000, 0), (10_000, 0)], "street"),
    ([(4000, 0), (4000, 3000)], "street"),
    ([(0, 0), (0, -2000), (10_000, -2000), (10_000, 0)], "lane"),
]
WIDE = box(-20_000, -20_000, 30_000, 30_000)
WEST, EAST = (
    ("1", "西县", box(-4000, -9000, 6000, 9000)),
    ("2", "东县", box(6000, -9000, 16_000, 9000)),
)
TOWNS = (("甲镇", (4000, 3000)), ("乙镇", (9000, 0)))
SITES = {"hub": (0, 0), "node": (10_000, 0), "seat": (-3000, 0)}
ROLES = {"hubs": "hub", "nodes": "node", "seats": "seat"}


def concept_of(roles=None, **params):
    given = ROLES if roles is None else roles
    return Concept(
        id="hubs", family="logistics", theme="t", clause="c", name=Text("物流", "Logistics"),
        roles={role: tuple(keys.split()) for role, keys in given.items()},
        params={key: Parameter(value=value, origin=Origin.PLAN) for key, value in params.items()},
    )  # fmt: skip


def frame(rows, **columns):
    shapes = [affinity.translate(shape, *ORIGIN) for shape in rows]
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def roads_of(roads=ROADS, two_way=None, extent=WIDE):
    network = network_of(
        [road for road, _ in roads], two_way or (True,) * len(roads), [name for _, name in roads]
    )
    return replace(network, extent=affinity.translate(extent, *ORIGIN))


def setting_of(features, claims=(), network=None, **more):
    """Return the setting of these features; frames that are left out hold what the sketch shows."""
    towns = more.get("towns", TOWNS)
    villages = more.get("villages", ())
    counties = more.get("counties", (WEST, EAST))
    townships = frame(
        [Point(town[1]) for town in towns], name=[town[0] for town in towns],
        kind=more.get("kinds", ["township"] * len(towns)),
        accuracy_m=[float(town[2]) if len(town) > 2 else 0.0 for town in towns],
    )  # fmt: skip
    return Setting(
        context=context_of(
            features,
            [*claims, claim("near", "seat", "hub", id="snap", max_km=99.0)],  # snaps up to 1.5 km
            network or roads_of(),
            [evidence_of(f.id) for f in features],
        ),
        verdicts={},
        objects=townships,
        townships=townships,
        villages=frame(
            [Point(xy) for _, xy in villages], code=[name for name, _ in villages],
            name=[name for name, _ in villages], township="甲镇", district="", district_code="",
            accuracy_m=1.0,
        ),
        n_villages=len(villages) + 5,
        districts=frame(
            [county[2] for county in counties], adcode=[county[0] for county in counties],
            name=[county[1] for county in counties],
        ),
        water=gpd.GeoDataFrame({"class": [], "name": []}, geometry=[], crs=CRS),
    )  # fmt: skip


def sites(accuracy_m=1.0, **places):
    return [feature(key, xy, accuracy_m) for key, xy in {**SITES, **places}.items()]


def river(x=2000):
    return feature("river", LineString([(x, 8000), (x, -8000)]), kind=Kind.RIVER, name="江")


def profile_of(features=None, claims=(), concept=None, **more):
    given = sites() if features is None else features
    return measure(setting_of(given, claims, **more), concept or concept_of())


def table(profile, key):
    """Return an exhibit as rows by column key; every row has all columns."""
    found = next(exhibit for exhibit in profile.exhibits if exhibit.key == key)
    assert all(len(row) == len(found.columns) for row in found.rows)
    keys = [column.key for column in found.columns]
    assert len(set(keys)) == len(keys)
    return [dict(zip(keys, row, strict=True)) for row in found.rows]


def finding(profile, words):
    return next(found for found in profile.findings if words in found.question.zh)


def keys_of(profile):
    return {exhibit.key for exhibit in profile.exhibits}


def test_reach_by_hand() -> None:
    profile = profile_of()
    hub, node = table(profile, "transport")
    assert (hub["junction-min"], hub["junction-km"]) == (5.0, 5.0)
    assert (node["junction-min"], node["junction-km"]) == (15.0, 15.0)
    assert (hub["county"], node["county"]) == ("西县", "东县")
    hub, node = table(profile, "seats")
    assert (hub["min"], hub["km"], node["min"]) == (3.0, 3.0, 13.0)
    hub, node = table(profile, "townships")
    assert (hub["least"], hub["median"], hub["greatest"]) == (7.0, 8.0, 9.0)
    assert (node["least"], node["greatest"], node["within-30"]) == (1.0, 9.0, 2)
    found = finding(profile, "枢纽是否落位")
    assert (found.state, found.value) == (State.HOLDS, pytest.approx(3.0))


def test_minutes_between_hubs_and_nodes() -> None:
    profile = profile_of()
    hub, node = table(profile, "od-min")
    assert (hub["node"], node["hub"], hub["hub"]) == (10.0, 10.0, None)
    assert finding(profile, "节点之间").value == pytest.approx(10.0)


def test_one_ways_make_the_square_table_lopsided() -> None:
    two_way = [True] * len(ROADS)
    two_way[5] = False  # from K to N only: back by the lane
    hub, node = table(profile_of(network=roads_of(two_way=tuple(two_way))), "od-min")
    assert (hub["node"], node["hub"]) == (10.0, 42.0)


def test_who_serves_whom() -> None:
    one, two = table(profile_of(), "assignment")
    assert (one["first"], one["minutes"], one["second"], one["extra"]) == ("hub", 7.0, "node", 2.0)
    assert (two["first"], two["minutes"], two["extra"]) == ("node", 1.0, 8.0)
    hub, node = table(profile_of(), "service")
    assert (hub["towns"], hub["crossing"], node["towns"], node["crossing"]) == (1, 0, 1, 0)


def test_a_township_served_from_another_county() -> None:
    towns = (("甲镇", (7000, 0)), ("乙镇", (5500, 0)))
    profile = profile_of(sites(), towns=towns)
    rows = table(profile, "assignment")
    assert [row["first"] for row in rows] == ["node", "node"]
    assert table(profile, "service")[1]["crossing"] == 1
    assert "1 处的最近节点在外县" in finding(profile, "谁服务谁").answer.zh


def test_a_lead_within_the_accuracy_is_not_settled() -> None:
    """T1 is 2 minutes nearer to the hub: 1.5 km of doubt at 60 km/h on either side is more."""
    one, two = table(profile_of(sites(accuracy_m=1500.0)), "assignment")
    assert (one["state"].zh, two["state"].zh) == ("归属未定", "可达")
    exact = table(profile_of(sites(accuracy_m=100.0)), "assignment")
    assert exact[0]["state"].zh == "可达"


def test_limits_within_the_accuracy_are_told_apart() -> None:
    """29 and 31 minutes from the hub; 5 km of doubt on the way leave 30 minutes open."""
    roads = [*ROADS, ([(10_000, 0), (40_000, 0)], "street")]
    counties = (("1", "县", box(-4000, -9000, 60_000, 9000)),)
    towns = (("甲镇", (29_000, 0)), ("乙镇", (35_000, 0)), ("丙镇", (4000, 0)))
    network = roads_of(roads, extent=box(-20_000, -20_000, 60_000, 20_000))
    more = {"network": network, "counties": counties, "towns": towns}
    hub = table(profile_of(sites(accuracy_m=2000.0), **more), "townships")[0]
    assert (hub["within-30"], hub["open-30"], hub["within-60"]) == (1, 1, 3)
    hub = table(profile_of(sites(accuracy_m=1.0), **more), "townships")[0]
    assert (hub["within-30"], hub["open-30"]) == (2, 0)


def test_a_closed_centre_is_taken_over_by_the_next() -> None:
    hub, node = table(profile_of(), "closures")
    assert (hub["served"], hub["mean"], hub["heirs"].zh, hub["left"]) == (1, 2.0, "node（1）", 0)
    assert (node["mean"], node["heirs"].zh) == (8.0, "hub（1）")
    assert finding(profile_of(), "任一枢纽").state is State.HOLDS


def test_townships_that_no_other_centre_reaches() -> None:
    roads = [*ROADS, ([(4000, 6000), (8000, 6000)], "street")]
    profile = profile_of(sites(node=(8000, 6000)), network=roads_of(roads))
    assert finding(profile, "任一枢纽").state is State.UNROUTABLE
    assert table(profile, "closures")[0]["left"] == 2


def test_villages_are_counted_with_those_that_have_no_place() -> None:
    profile = profile_of(villages=(("一村", (3900, 2900)), ("二村", (9900, 0))))
    hub, node = table(profile, "service")
    assert (hub["villages"], node["villages"]) == (1, 1)
    note = next(e.note for e in profile.exhibits if e.key == "service")
    assert "7 村中 2 村有坐标" in note.zh


def test_the_spur_is_the_only_road() -> None:
    profile = profile_of()
    (row,) = [row for row in table(profile, "links") if row["kind"].zh == "唯一通道"]
    assert (row["towns-lost"], row["nodes-lost"], row["lost"].zh) == (1, 0, "甲镇")
    assert row["km"] == pytest.approx(3.0)
    assert row["doubt"] is None
    found = finding(profile, "一处路段")
    assert (found.state, found.value) == (State.UNCERTAIN, 1.0)
    mark = next(mark for mark in profile.marks if mark.role == "crossing")
    assert metres(mark.geometry).bounds == pytest.approx((4000, 0, 4000, 3000), abs=1)


def test_where_the_map_ends_an_only_road_is_doubtful() -> None:
    narrow = shapely.union_all([LineString(road).buffer(500) for road, _ in ROADS])
    (row,) = table(profile_of(network=roads_of(extent=narrow)), "links")
    assert row["doubt"].zh == "周边路网不全，可能另有路"


def test_a_bridge_closes_by_itself_and_the_bank_stays_reachable() -> None:
    """The river crosses the street at x 2 km and the lane: T3 at x 1 km keeps its way."""
    towns = (*TOWNS, ("丙镇", (1000, 0)))
    profile = profile_of([*sites(), river()], towns=towns)
    (row,) = table(profile, "bridges")
    assert row["road"].zh.startswith("跨江")
    assert (row["towns-lost"], row["nodes-lost"], row["later"]) == (0, 0, 3)
    # T1: 42 + 6 + 3 against 7; T2: 42 + 1 against 9; N: 42 against 10.
    assert row["worst"] == pytest.approx(44.0, abs=0.1)
    assert row["mean"] == pytest.approx((44 + 34 + 32) / 3, abs=0.1)


def test_the_only_bridge_is_an_only_road_over_the_river() -> None:
    profile = profile_of([*sites(), river()], network=roads_of(ROADS[:-1]))
    first = table(profile, "links")[0]
    assert first["road"].zh.startswith("跨江")
    assert (first["towns-lost"], first["nodes-lost"]) == (2, 1)
    assert "bridges" not in keys_of(profile)


def test_two_carriageways_are_one_only_road() -> None:
    """To T4 lead two one-way streets 40 m apart; each alone is no cut for a drawn line."""
    roads = [
        *ROADS,
        ([(-3000, 0), (-3040, 20), (-3040, 6000), (-3000, 6020)], "street"),
        ([(-3000, 6020), (-3000, 0)], "street"),
        ([(-3000, 6020), (-3000, 8000)], "street"),
    ]
    two_way = (True,) * 8 + (False, False, True)
    towns = (("丁镇", (-3000, 8000)),)
    rows = table(profile_of(network=roads_of(roads, two_way), towns=towns), "links")
    assert len(rows) == 1  # both in one run: they cut off the same
    assert rows[0]["lost"].zh == "丁镇"
    roads, two_way = roads[:-1], two_way[:-1]
    towns = (("丁镇", (-3000, 6020)),)
    (row,) = [
        row
        for row in table(profile_of(network=roads_of(roads, two_way), towns=towns), "links")
        if row["kind"].zh == "唯一通道（双幅）"
    ]
    assert row["towns-lost"] == 1


def test_two_sides_of_a_loop_are_no_twins_when_nothing_is_lost() -> None:
    """The way to the town is up the one side and down the other, 40 m apart; a lane goes round."""
    roads = [
        ([(0, 0), (0, 3000)], "street"), ([(0, 3000), (40, 3000)], "street"),
        ([(40, 3000), (40, 0)], "street"), ([(40, 0), (3000, 0)], "street"),
        ([(0, 0), (0, -3000), (40, -3000), (40, 0)], "lane"),
    ]  # fmt: skip
    profile = profile_of(
        [feature("hub", (0, 0)), feature("seat", (3000, 0))], towns=(("甲镇", (40, 0)),),
        concept=concept_of({"hubs": "hub"}), network=roads_of(roads),
    )  # fmt: skip
    assert "links" not in keys_of(profile)
    assert not [mark for mark in profile.marks if mark.role == "crossing"]
    assert finding(profile, "一处路段").state is State.HOLDS


def test_another_hub_may_serve_what_one_loses() -> None:
    """With a second hub at T1 the spur cuts off nothing."""
    features = [*sites(), feature("hub2", (4000, 3000))]
    profile = profile_of(features, concept=concept_of({**ROLES, "hubs": "hub hub2"}))
    assert "links" not in keys_of(profile)
    assert finding(profile, "一处路段").state is State.HOLDS


def test_trunk_roads_within_the_accuracy() -> None:
    trunk = feature("trunk", LineString([(0, 0), (4000, 0)]))
    roles = {**ROLES, "roads": "trunk"}
    for accuracy_m, state in ((1.0, State.HOLDS), (3000.0, State.UNCERTAIN)):
        features = [*sites(accuracy_m), trunk]
        profile = profile_of(features, concept=concept_of(roles, near_km=6.5))
        hub, node = table(profile, "trunk-roads")
        assert (hub["km"], node["km"], node["state"]) == (0.0, 6.0, state)
    far = profile_of([*sites(), trunk], concept=concept_of(roles, near_km=5.0))
    assert finding(far, "依托的干线").state is State.FAILS


def test_a_channel_without_line_or_stops_is_no_data() -> None:
    profile = profile_of(
        [*sites(), feature("way")], concept=concept_of({**ROLES, "channels": "way"})
    )
    assert finding(profile, "通道是否连续").state is State.NO_DATA
    assert "没有走向" in finding(profile, "通道是否连续").answer.zh


def test_a_channel_through_its_stops() -> None:
    features = [*sites(), feature("way"), feature("k", (4000, 0))]
    claims = [claim("continuous", "way", "seat k node", max_detour=2.0)]
    concept = concept_of({**ROLES, "channels": "way"})
    (row,) = table(profile_of(features, claims, concept), "channels")
    assert (row["km"], row["min"], row["classes"].en) == (13.0, 13.0, "street 100%")
    assert finding(profile_of(features, claims, concept), "通道是否连续").state is State.HOLDS
    parted = profile_of(features, claims, concept, network=roads_of([*ROADS[:4], ROADS[5]]))
    assert finding(parted, "通道是否连续").state is State.UNROUTABLE
    assert any(mark.role == "gap" for mark in parted.marks)


def test_a_channel_through_features_that_belong_to_it() -> None:
    features = [
        *sites(), feature("way"), feature("a", (-3000, 0), parent="way"),
        feature("b", (4000, 0), parent="way"),
    ]  # fmt: skip
    (row,) = table(
        profile_of(features, concept=concept_of({**ROLES, "channels": "way"})), "channels"
    )
    assert (row["km"], row["stops"].zh) == (7.0, "a、b")


@pytest.mark.parametrize(
    ("end", "extent", "state"),
    [(10_000, WIDE, State.HOLDS), (14_000, WIDE, State.UNCERTAIN),
     (14_000, box(-9000, -9000, 10_000, 9000), State.NO_DATA)],
)  # fmt: skip
def test_a_channel_with_a_line(end, extent, state) -> None:
    """From x 0 to the end; beyond x 10 km there is no road, on the map or off it."""
    features = [*sites(), feature("way", LineString([(0, 0), (end, 0)]))]
    concept = concept_of({**ROLES, "channels": "way"})
    profile = profile_of(features, concept=concept, network=roads_of(extent=extent))
    assert finding(profile, "通道是否连续").state is state
    gaps = [mark for mark in profile.marks if mark.role == "gap"]
    assert len(gaps) == (state is not State.HOLDS)


def test_through_routes_are_the_networks_own() -> None:
    """West by the street at x -4 km is none: no road reaches that far; north and east neither."""
    counties = (("1", "县", box(-2000, -1000, 9500, 4000)),)
    profile = profile_of(counties=counties)
    north, east, south, west, whole, _ = table(profile, "through")
    assert (north["min"], north["road"].en) == (4.0, "street")
    assert (east["min"], west["min"]) == (9.5, 2.0)
    assert south["min"] == pytest.approx(3.0)  # by the lane, 1 km at 20 km/h
    assert whole["min"] == pytest.approx(7.0)
    assert all("非规划" in mark.label.zh for mark in profile.marks if mark.role == "channel")


def test_through_routes_take_the_faster_class_and_stay_inside() -> None:
    """North leads a lane, nearer; and a motorway that is reached by roads outside only."""
    counties = (("1", "县", box(-2000, -1000, 9500, 2500)),)
    roads = [
        *ROADS, ([(0, 0), (100, 10), (100, 3000)], "lane"), ([(3000, 5000), (3000, 2000)], "motorway"),
    ]  # fmt: skip
    north = table(profile_of(counties=counties, network=roads_of(roads)), "through")[0]
    assert (north["road"].en, north["min"]) == ("street", 2.5)


def test_a_way_out_on_the_other_side_of_the_hub_is_none() -> None:
    """A road that leaves westward into a hole of the district, east of the hub."""
    hole = box(2500, 2500, 3500, 3500)
    counties = (("1", "县", box(-3500, -1000, 9500, 4000).difference(hole)),)
    roads = [*ROADS, ([(4000, 3000), (3000, 3000)], "street")]
    west = table(profile_of(counties=counties, network=roads_of(roads)), "through")[3]
    assert (west["state"], west["min"]) == (State.NO_DATA, None)


def test_a_nearer_junction_may_lie_where_nothing_is_mapped() -> None:
    narrow = box(-4000, -3000, 12_000, 9000)
    hub = table(profile_of(network=roads_of(extent=narrow)), "transport")[0]
    assert (hub["junction-min"], hub["junction-most"]) == (None, 5.0)
    hub = table(profile_of(), "transport")[0]
    assert (hub["junction-min"], hub["junction-most"]) == (5.0, None)


def test_no_motorway_on_the_map_is_no_data() -> None:
    profile = profile_of(network=roads_of(ROADS[2:]))
    assert table(profile, "transport")[0]["junction-min"] is None
    assert finding(profile, "枢纽到高速").state is State.NO_DATA


def test_stations_and_ports_by_time() -> None:
    features = [*sites(), feature("s1", (4000, 0)), feature("s2", (-3000, 0)), feature("p")]
    concept = concept_of({**ROLES, "stations": "s1 s2", "ports": "p"})
    hub, node = table(profile_of(features, concept=concept), "transport")
    assert (hub["station"], hub["station-min"], node["station-min"]) == ("s2", 3.0, 6.0)
    assert (hub["port"], hub["port-min"]) == (None, None)
    assert "港口无数据" in finding(profile_of(features, concept=concept), "枢纽到高速").answer.zh


def test_hubs_without_a_place_are_no_data_and_seats_are_still_measured() -> None:
    features = [feature("hub"), feature("node"), feature("seat", (-3000, 0)), feature("s", (0, 0))]
    profile = profile_of(features, concept=concept_of({**ROLES, "stations": "s"}))
    states = {found.question.zh: found.state for found in profile.findings}
    assert states.pop("县（市）驻地到高速出入口、铁路车站多远？") is State.HOLDS
    assert set(states.values()) == {State.NO_DATA}
    assert all(found.value is None for found in profile.findings if found.state is State.NO_DATA)
    (row,) = table(profile, "seat-transport")
    assert (row["junction-min"], row["station-min"]) == (8.0, 3.0)
    assert keys_of(profile) == {"transport", "seat-transport"}
    assert not [mark for mark in profile.marks if mark.role == "catchment"]


def test_a_seat_on_another_piece_of_road_is_told_with_the_gap() -> None:
    roads = [*ROADS, ([(4000, 6000), (8000, 6000)], "street")]
    profile = profile_of(sites(seat=(8000, 6000)), network=roads_of(roads))
    found = finding(profile, "枢纽是否落位")
    assert found.state is State.UNROUTABLE
    assert "最近缺口 1.41 公里" in found.answer.zh  # from the end of the motorway
    assert table(profile, "seats")[0]["min"] is None


def test_townships_without_roads_are_never_uncovered() -> None:
    towns = (*TOWNS, ("戊镇", (12_000, 8000)), ("己镇", (5000, -8000)))
    network = roads_of(extent=box(-20_000, -20_000, 11_000, 20_000))
    profile = profile_of(network=network, towns=towns)
    rows = table(profile, "assignment")
    assert [row["state"].zh for row in rows[2:]] == ["无数据", "无法路由"]
    found = finding(profile, "谁服务谁")
    assert (found.state, found.value) == (State.NO_DATA, 50.0)


def test_no_township_at_all() -> None:
    profile = profile_of(towns=())
    assert finding(profile, "谁服务谁").state is State.NO_DATA
    assert not keys_of(profile) & {"townships", "assignment", "closures"}


def test_official_seats_go_before_other_names_and_outsiders_are_left_out() -> None:
    towns = (*TOWNS, ("老乡", (1000, 0)), ("外镇", (-9000, 0)))
    kinds = ["township", "township", "town", "township"]
    names = [row["township"] for row in table(profile_of(towns=towns, kinds=kinds), "assignment")]
    assert names == ["甲镇", "乙镇"]
    kinds = ["town", "village", "town", "town"]
    names = [row["township"] for row in table(profile_of(towns=towns, kinds=kinds), "assignment")]
    assert names == ["甲镇", "乙镇", "老乡"]


def test_a_hub_alone() -> None:
    profile = profile_of(concept=concept_of({"hubs": "hub"}))
    assert finding(profile, "任一枢纽").state is State.NO_DATA
    assert finding(profile, "通道是否连续").state is State.NO_DATA
    assert table(profile, "closures")[0]["left"] == 2
    assert "od-min" not in keys_of(profile)


def test_the_order_of_features_and_towns_does_not_matter() -> None:
    one = profile_of([*sites(), river()])
    other = profile_of([river(), *reversed(sites())], towns=TOWNS[::-1])
    assert one.answer == other.answer
    assert [f.answer for f in one.findings] == [f.answer for f in other.findings]
    assert table(one, "assignment") == table(other, "assignment")[::-1]


def test_catchments_meet_halfway_in_time() -> None:
    marks = [mark for mark in profile_of().marks if mark.role == "catchment"]
    shapes = {mark.label.zh: metres(mark.geometry) for mark in marks}
    hub, node = shapes["hub最近范围"], shapes["node最近范围"]
    assert hub.contains(Point(3500, 0))
    assert node.contains(Point(6500, 0))
    assert hub.intersection(node).area < 1000
    assert not hub.contains(Point(-3900, -8000))  # farther than 1.5 km from any road


def test_every_state_and_number_is_fit_to_show() -> None:
    profile = profile_of([*sites(), river()])
    for exhibit in profile.exhibits:
        assert exhibit.key == exhibit.key.lower()
        numbers = [cell for row in exhibit.rows for cell in row if isinstance(cell, float)]
        assert np.isfinite(numbers).all()
    for mark in profile.marks:
        west, south, east, north = mark.geometry.bounds
        assert 113 < west <= east < 115
        assert 27 < south <= north < 29
