"""Every state of a village with every cause, computed by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from shapely import box

from spatialplan.errors import CrsError
from spatialplan.model.delivery import Tier
from spatialplan.model.verdict import VillageState
from tests.delivery.world import (
    EXTENT,
    ORIGIN,
    facility,
    inputs_of,
    lonlat,
    one,
    options_of,
    roads,
    run,
    village,
)

COVERED, NOT_COVERED, UNCERTAIN, UNROUTABLE, NO_DATA = VillageState
STREET = [(0, 0), (10_000, 0)]
ISLAND = [(0, 5000), (3000, 5000)]
MAIN = roads(STREET)
APART = roads(STREET, ISLAND)
SHOP = facility("站", (6000, 0))


def state_of(row, at=0):
    return row.states[at], row.causes[at].zh


class TestReached:
    def test_the_limit_itself_is_within(self) -> None:
        row = one(MAIN, village("V", (0, 0)), [SHOP])
        assert row.states == (COVERED,)
        assert row.nearest.time_min == pytest.approx(10, abs=1e-4)
        assert row.nearest.distance_m == pytest.approx(6000, abs=0.01)
        assert row.nearest.straight_m == pytest.approx(6000, abs=0.01)
        assert row.causes[0].zh == "到“站”10.0 分钟、6.00 公里"
        xy = np.array(row.nearest.path.coords)
        assert xy[0] == pytest.approx(lonlat(0, 0), abs=1e-6)
        assert xy[-1] == pytest.approx(lonlat(6000, 0), abs=1e-6)

    def test_too_far_with_the_leg_to_the_road(self) -> None:
        row = one(MAIN, village("V", (0, 300)), [SHOP])
        assert state_of(row) == (
            NOT_COVERED,
            "太远：到“站”11.0 分钟、6.30 公里，超出限值 10 分钟 1.0 分钟",
        )
        assert "too far" in row.causes[0].en
        assert row.nearest.delta == 0

    def test_several_limits_of_time_and_length(self) -> None:
        limits = ("10min", "6.2km", "15min", "7000m")
        row = one(MAIN, village("V", (0, 300)), [SHOP], *limits)
        assert row.states == (NOT_COVERED, NOT_COVERED, COVERED, COVERED)
        assert row.causes[1].zh.endswith("超出限值 6.2 公里 100 米")

    def test_each_limit_has_its_own_nearest(self) -> None:
        """The fast road is long: by time the far station is the nearest, by length the other."""
        both = roads([(0, 0), (6000, 0)], [(0, 0), (0, 3300)], road_class=["street", "slow"])
        stations = [facility("快", (6000, 0)), facility("近", (0, 3300))]
        row = one(both, village("V", (0, 0)), stations, "10min", "3.3km")
        assert row.states == (COVERED, COVERED)
        assert ("快" in row.causes[0].zh, "近" in row.causes[1].zh) == (True, True)
        assert row.nearest.facility == "station:快"
        assert row.nearest.distance_m == pytest.approx(6000, abs=0.01)
        turned = one(both, village("V", (0, 0)), stations, "3.3km", "10min")
        assert turned.nearest.facility == "station:近"

    def test_second_nearest(self) -> None:
        stations = [facility("乙", (9000, 0)), facility("甲", (6000, 0)), facility("丙", (3000, 0))]
        row = one(MAIN, village("V", (5000, 0)), stations)
        assert (row.nearest.facility, row.second.facility) == ("station:甲", "station:丙")
        assert row.nearest.time_min == pytest.approx(1000 / 600, abs=1e-3)
        assert row.second.time_min == pytest.approx(2000 / 600, abs=1e-3)
        assert row.second.distance_m == pytest.approx(2000, abs=0.01)

    def test_on_the_spot_needs_no_road(self) -> None:
        row = one(MAIN, village("V", (0, 9000)), [facility("站", (0, 9000))])
        assert row.states == (COVERED,)
        assert row.nearest.time_min == 0


class TestUncertain:
    @pytest.mark.parametrize(
        ("x", "state"),
        [
            (1000, COVERED),
            (4300, COVERED),
            (4600, UNCERTAIN),
            (5400, UNCERTAIN),
            (5700, NOT_COVERED),
        ],
    )
    def test_within_the_accuracy_of_village_and_station(self, x, state) -> None:
        """√(300² + 400²) = 500 m of the 5 km either way, and as many minutes as 500 m take."""
        station = facility("站", (x, 0), accuracy_m=400.0)
        for limit in ("5km", f"{5000 / 600}min"):
            row = one(MAIN, village("V", (0, 0), accuracy_m=300.0), [station], limit)
            assert row.states == (state,), limit
        if state is UNCERTAIN:
            assert "位置精度 ±0.8 分钟之内" in row.causes[0].zh
            assert row.nearest.delta == pytest.approx(500 / 600, rel=1e-3)

    def test_accuracy_that_nobody_states_is_500_metres(self) -> None:
        row = one(MAIN, village("V", (0, 0), accuracy_m=None), [facility("站", (4600, 0))], "5km")
        assert row.states == (UNCERTAIN,)

    def test_a_vague_station_may_be_near_though_the_nearest_is_not(self) -> None:
        stations = [facility("准", (5100, 0)), facility("糊", (5400, 0), accuracy_m=1000.0)]
        row = one(MAIN, village("V", (0, 0)), stations, "5km")
        assert row.states == (UNCERTAIN,)
        assert "稍远的服务点位置不准" in row.causes[0].zh


class TestNoData:
    def test_on_the_roster_but_in_no_table(self) -> None:
        row = one(MAIN, village("V"), [SHOP])
        assert state_of(row) == (NO_DATA, "无坐标：名录有此村，表中没有")
        assert row.nearest is row.second is None

    def test_in_a_table_without_usable_coordinates(self) -> None:
        row = one(MAIN, village("V", origin="村.xlsx 第 3 行"), [SHOP])
        assert state_of(row) == (NO_DATA, "无坐标：表中此行没有可用坐标")

    def test_no_stations(self) -> None:
        row = one(MAIN, village("V", (0, 0)), [])
        assert state_of(row) == (NO_DATA, "没有可用的服务点表，无法判定")

    def test_stations_without_coordinates(self) -> None:
        row = one(MAIN, village("V", (0, 0)), [facility("站")])
        assert state_of(row) == (NO_DATA, "服务点表里没有一个有坐标，无法判定")

    def test_stations_that_are_not_open(self) -> None:
        later = facility("站", (6000, 0), opened=dt.date(2027, 1, 1))
        row = one(MAIN, village("V", (0, 0)), [later])
        assert row.states == (NO_DATA,)

    def test_beyond_the_mapped_roads(self) -> None:
        row = one(MAIN, village("V", (150_000, 0)), [SHOP])
        assert state_of(row) == (NO_DATA, "在已有路网范围之外，无路网数据")

    def test_without_villages(self) -> None:
        result = run(MAIN, [], [SHOP])
        assert result.villages == ()
        assert [load.villages for load in result.facilities] == [0]


class TestUnroutable:
    def test_too_far_from_a_road(self) -> None:
        row = one(MAIN, village("V", (0, 2000)), [SHOP])
        assert state_of(row) == (
            UNROUTABLE,
            "离道路太远：距最近的已知道路 2.0 公里（上限 1.5 公里）",
        )
        assert one(MAIN, village("V", (0, 2000)), [SHOP], snap_m=2500.0).nearest is not None

    def test_village_on_a_piece_cut_off(self) -> None:
        row = one(APART, village("V", (1000, 5000)), [SHOP])
        state, cause = state_of(row)
        assert state is UNROUTABLE
        assert "所在孤立路网片（3.0 公里道路）与主路网的缺口 5.00 公里" in cause
        lon, lat = (float(text) for text in cause.split("在 (")[1].split(")")[0].split(", "))
        assert (lon, lat) == pytest.approx(lonlat(0, 2500), abs=0.04)
        assert "最近的是“站”" in cause

    def test_all_stations_on_a_piece_cut_off(self) -> None:
        row = one(APART, village("V", (1000, 0)), [facility("岛", (1000, 5000))])
        state, cause = state_of(row)
        assert state is UNROUTABLE
        assert cause.startswith(
            "路网不连通：服务点所在孤立路网片（3.0 公里道路）与主路网的缺口 5.00"
        )

    def test_closest_station_is_named(self) -> None:
        there = [facility("远岛", (2900, 5000)), facility("近岛", (900, 5000)), facility("无")]
        row = one(APART, village("V", (1000, 0)), there)
        assert "最近的是“近岛”" in row.causes[0].zh

    def test_one_ways(self) -> None:
        """The street leads to the village only."""
        network = roads(STREET, [(10_000, 0), (10_000, 3000)], backward=[True, False])
        row = one(network, village("V", (10_000, 3000)), [SHOP])
        state, cause = state_of(row)
        assert state is UNROUTABLE
        assert cause.startswith("受单行限制不可达")
        assert (
            one(network, village("V", (0, 0)), [facility("站", (10_000, 3000))]).nearest is not None
        )

    def test_stations_off_the_roads(self) -> None:
        row = one(MAIN, village("V", (0, 0)), [facility("野", (0, 4000))])
        assert row.states == (UNROUTABLE,)
        assert row.causes[0].zh.startswith("所有服务点都不在路网上，最近的“野”离道路太远")


class TestHidden:
    """A village is not called uncovered where a facility nobody can see may serve it."""

    FAR = village("V", (0, 0))

    def judge(self, *more, network=MAIN, limit="10min"):
        return one(network, self.FAR, [facility("远", (9000, 0)), *more], limit)

    def test_nothing_hidden(self) -> None:
        assert self.judge().states == (NOT_COVERED,)

    @pytest.mark.parametrize("township", ["甲镇", "甲", "", "名录上没有的镇"])
    def test_a_station_of_its_township_without_coordinates(self, township) -> None:
        row = self.judge(facility("没坐标", township=township))
        assert row.states == (UNCERTAIN,)
        assert row.causes[0].zh.startswith("太远")
        assert "1 个服务点无坐标" in row.causes[0].zh

    def test_one_of_another_township_does_not_count(self) -> None:
        others = [self.FAR, village("W", (0, 0), township="乙镇")]
        stations = [facility("远", (9000, 0)), facility("没坐标", township="乙镇")]
        rows = run(MAIN, others, stations).villages
        assert [row.states for row in rows] == [(NOT_COVERED,), (UNCERTAIN,)]

    def test_covered_stays_covered(self) -> None:
        assert self.judge(facility("没坐标"), facility("近", (100, 0))).states == (COVERED,)

    @pytest.mark.parametrize(("y", "state"), [(9900, UNCERTAIN), (10_200, NOT_COVERED)])
    def test_off_the_roads_within_reach(self, y, state) -> None:
        """10 minutes at 60 km/h as the crow flies are 10 km."""
        row = self.judge(facility("野", (0, y)))
        assert row.states == (state,)
        assert ("“野”直线只有 9.9 公里" in row.causes[0].zh) == (state is UNCERTAIN)

    @pytest.mark.parametrize(("limit", "state"), [("5.2km", UNCERTAIN), ("4.7km", NOT_COVERED)])
    def test_on_a_piece_cut_off_within_reach(self, limit, state) -> None:
        """5 km as the crow flies, give or take the accuracy of both."""
        assert self.judge(facility("岛", (0, 5000)), network=APART, limit=limit).states == (state,)

    def test_next_door_but_an_absurd_way_round(self) -> None:
        """Two roads 400 m apart, joined 9 km away: 18.4 km against 400 m."""
        hairpin = roads([(0, 0), (9000, 0)], [(9000, 0), (9000, 400)], [(9000, 400), (0, 400)])
        row = one(hairpin, self.FAR, [facility("隔壁", (0, 400))], "1km")
        assert row.states == (UNCERTAIN,)
        assert "现有路网却要绕" in row.causes[0].zh

    def test_a_usual_way_round_is_believed(self) -> None:
        """1.2 km round for 400 m is three times: a river, not a hole in the map."""
        hairpin = roads([(0, 0), (400, 0)], [(400, 0), (400, 400)], [(400, 400), (0, 400)])
        row = one(hairpin, self.FAR, [facility("隔壁", (0, 400))], "1km")
        assert row.states == (NOT_COVERED,)

    def test_beyond_the_mapped_roads_within_reach(self) -> None:
        small = roads(STREET, extent=box(ORIGIN[0] - 3000, *EXTENT.bounds[1:]))
        assert self.judge(facility("外", (-3500, 0)), network=small).states == (UNCERTAIN,)

    def test_one_not_open_hides_nothing(self) -> None:
        closed = facility("没坐标", closed=dt.date(2020, 1, 1))
        assert self.judge(closed).states == (NOT_COVERED,)


class TestDaysAndTiers:
    @pytest.mark.parametrize(
        ("opened", "closed", "is_used"),
        [
            (None, None, True),
            ("2026-11-22", None, True),
            ("2026-11-23", None, False),
            (None, "2026-11-22", False),
            (None, "2026-11-23", True),
            ("2026-01-01", "2026-06-01", False),
        ],
    )
    def test_open_on_the_day(self, opened, closed, is_used) -> None:
        days = [text and dt.date.fromisoformat(text) for text in (opened, closed)]
        station = facility("站", (100, 0), opened=days[0], closed=days[1])
        result = run(MAIN, [village("V", (0, 0))], [station])
        assert [load.used for load in result.facilities] == [is_used]
        assert (result.villages[0].nearest is not None) == is_used
        assert any("未开放" in note.zh for note in result.notes) != is_used

    def test_the_lowest_tier_serves(self) -> None:
        there = [facility("村点", (6000, 0), Tier.POINT), facility("站", (100, 0))]
        result = run(MAIN, [village("V", (0, 0))], there)
        assert result.tier is Tier.POINT
        assert result.villages[0].nearest.facility == "point:村点"
        assert (
            run(MAIN, [village("V", (0, 0))], [facility("中心", (9, 0), Tier.HUB)]).tier is Tier.HUB
        )

    def test_network_in_another_crs(self) -> None:
        from spatialplan.delivery.run import assess
        from tests.checks.world import plan_of

        wrong = roads(STREET, crs="EPSG:4546")
        with pytest.raises(CrsError, match="4546"):
            assess(plan_of([], []), inputs_of(wrong), [], [], options_of())


class TestLoads:
    def loads(self, *people, capacity=150.0):
        villages = [
            village(f"V{n}", (x, 0), population=p)
            for n, (x, p) in enumerate(zip((0, 100, 9000), people, strict=True))
        ]
        stations = [
            facility("西", (200, 0), capacity=capacity),
            facility("东", (8000, 0)),
            facility("没坐标", capacity=5.0),
        ]
        return run(MAIN, villages, stations).facilities

    def test_people_beyond_the_capacity(self) -> None:
        west, east, nowhere = self.loads(100.0, 120.0, 30.0)
        assert (west.villages, west.population, west.residual) == (2, 220.0, 70.0)
        assert (east.villages, east.population, east.residual) == (1, 30.0, None)
        assert (nowhere.used, nowhere.villages, nowhere.residual) == (False, 0, 0.0)
        assert nowhere.cause.zh == "无坐标"

    def test_villages_where_no_population_is_known(self) -> None:
        west, *_ = self.loads(None, None, None, capacity=1.0)
        assert (west.population, west.residual) == (None, 1.0)

    def test_no_residual_where_units_differ(self) -> None:
        west, *_ = self.loads(100.0, None, 30.0, capacity=1.0)
        assert (west.population, west.residual) == (None, None)

    def test_all_facilities_come_out_in_their_order(self) -> None:
        assert [load.facility.name for load in self.loads(1.0, 1.0, 1.0)] == ["西", "东", "没坐标"]


def test_shares_add_up() -> None:
    villages = [
        village("A", (0, 0), population=10.0),
        village("B", (9000, 0), population=30.0, township="乙镇"),
        village("C", population=60.0, township="乙镇"),
    ]
    result = run(MAIN, villages, [facility("站", (100, 0))])
    city = result.shares[-1]
    assert (city.total, city.covered, city.not_covered, city.no_data) == (3, 1, 1, 1)
    assert (city.population, city.population_covered, city.judged) == (100.0, 10.0, 2)
    assert [s.name for s in result.shares] == ["甲镇", "乙镇", "东县", "全市"]


def test_areas_and_catchments_are_drawn() -> None:
    result = run(
        MAIN,
        [village("A", (0, 0))],
        [facility("西", (2000, 0)), facility("东", (8000, 0))],
        "2min",
        "4min",
    )
    assert set(result.areas["limit"]) == {"2min", "4min"}
    assert set(result.areas["facility"]) == {"", "station:西", "station:东"}
    assert set(result.catchments["name"]) == {"西", "东"}
    assert result.areas.crs == result.catchments.crs == "EPSG:4326"
    assert set(result.areas["label"]) == {"0–2 分钟", "2–4 分钟"}


def test_facility_off_the_roads_has_no_area() -> None:
    result = run(MAIN, [], [facility("西", (2000, 0)), facility("野", (0, 9000))], "2min")
    assert set(result.areas["facility"]) == {"", "station:西"}
    assert set(result.catchments["name"]) == {"西"}


def test_yard_beside_the_street_cuts_nobody_off() -> None:
    """A piece of road 100 m off the street, 50 m from the village: it drives to the street."""
    yard = roads(STREET, [(1000, 100), (1050, 100)])
    row = one(yard, village("V", (1000, 150)), [SHOP])
    assert row.states == (COVERED,)
    assert row.nearest.distance_m == pytest.approx(5150, abs=0.1)
    far = roads(STREET, [(1000, 300), (1050, 300)])
    assert one(far, village("V", (1000, 350)), [SHOP]).states == (UNROUTABLE,)
