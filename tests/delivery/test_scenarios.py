"""What if: who gains and loses when stations and roads change, by hand."""

from __future__ import annotations

import pytest

from spatialplan.delivery.run import assess
from spatialplan.delivery.scenarios import compare_scenario
from spatialplan.errors import DataError
from spatialplan.model.delivery import Tier
from spatialplan.model.scenario import Action, RoadStep, Scenario, StationStep
from spatialplan.text import Text
from tests.checks.world import plan_of
from tests.delivery.world import facility, inputs_of, lonlat, options_of, roads, village

BRIDGE = [(4000, 0), (6000, 0)]
NETWORK = roads(
    [(0, 0), (4000, 0)], BRIDGE, [(6000, 0), (10_000, 0)], [(0, 0), (0, 8000), (10_000, 8000), (10_000, 0)],
    name=["西路", "大桥", "东路", "环路"], ref=["", "G320", "", ""],
)  # fmt: skip
VILLAGES = [village("西", (1000, 0)), village("东", (9000, 0)), village("无")]
STATION = facility("站", (2000, 0))


def station(action, name, at=None, **more):
    lon, lat = (None, None) if at is None else lonlat(*at)
    values = {
        "tier": Tier.STATION,
        "township": "",
        "district": "",
        "accuracy_m": 0.0,
        "capacity": None,
    }
    return StationStep(**{"action": action, "name": name, "lon": lon, "lat": lat, **values, **more})


def road(action, **more):
    values = {"name": "", "ref": "", "near": None, "radius_m": 200.0, "line": (), "road_class": ""}
    return RoadStep(**{"action": action, **values, **more})


def compare(*steps, facilities=(STATION,), limits=("12min",), villages=VILLAGES, **more):
    inputs, options = inputs_of(NETWORK), options_of(*limits, **more)
    before = assess(plan_of([], []), inputs, villages, facilities, options)
    scenario = Scenario(title=Text("情景", "scenario"), steps=steps)
    after = compare_scenario(inputs, before, villages, facilities, options, scenario)
    assert after.villages == before.villages
    assert len(after.change.steps) == len(after.change.marks) == len(steps)
    return after.change


def kinds(change):
    return dict(zip(change.frame["id"], change.frame["kind"], strict=True))


class TestStations:
    def test_added(self) -> None:
        change = compare(station(Action.ADD, "新", (9000, 0)), limits=("8min",))
        assert kinds(change) == {"西": "same", "东": "gains", "无": "same"}
        row = change.frame.set_index("id").loc["东"]
        assert (row["before"], row["after"], row["limit"]) == ("not_covered", "covered", "8min")
        assert (row["cost_before"], row["cost_after"]) == pytest.approx((7000 / 600, 0), abs=1e-3)
        mark = change.marks.iloc[0]
        assert (mark["kind"], mark["label"], mark["label_en"]) == (
            "station_added",
            "新增“新”",
            "add 新",
        )
        assert (mark.geometry.x, mark.geometry.y) == pytest.approx(lonlat(9000, 0))
        assert change.frame.geometry.isna().tolist() == [False, False, True]

    def test_added_nearer_and_farther(self) -> None:
        assert kinds(compare(station(Action.ADD, "新", (8000, 0))))["东"] == "nearer"
        assert kinds(compare(station(Action.MOVE, "站", (2500, 0)))) == {
            "西": "farther", "东": "nearer", "无": "same",
        }  # fmt: skip

    def test_closed(self) -> None:
        both = (STATION, facility("站东", (9000, 0)))
        change = compare(station(Action.CLOSE, "站东"), facilities=both, limits=("8min",))
        assert kinds(change)["东"] == "loses"
        assert change.marks["kind"].tolist() == ["station_closed"]

    def test_closing_the_last_one(self) -> None:
        change = compare(station(Action.CLOSE, "站"))
        assert change.frame["after"].tolist() == ["no_data"] * 3
        assert kinds(change) == {"西": "loses", "东": "loses", "无": "same"}

    def test_adding_and_closing_is_neutral(self) -> None:
        change = compare(station(Action.ADD, "新", (9000, 0)), station(Action.CLOSE, "新"))
        assert set(kinds(change).values()) == {"same"}
        assert (change.frame["before"] == change.frame["after"]).all()

    def test_closing_one_without_coordinates(self) -> None:
        change = compare(station(Action.CLOSE, "没坐标"), facilities=(STATION, facility("没坐标")))
        assert change.marks.geometry.is_empty.tolist() == [True]

    def test_villages_are_covered_by_the_same_tier(self) -> None:
        """A point added, or the last station closed, does not change the question."""
        point = station(Action.ADD, "点", (5000, 0), tier=Tier.POINT)
        assert set(kinds(compare(point)).values()) == {"same"}
        hub = facility("中心", (1000, 0), Tier.HUB)
        change = compare(station(Action.CLOSE, "站"), facilities=(STATION, hub))
        assert kinds(change)["西"] == "loses"
        first = compare(station(Action.ADD, "点", (5000, 0), tier=Tier.POINT), facilities=())
        assert kinds(first) == {"西": "gains", "东": "gains", "无": "same"}

    def test_which_one_is_meant(self) -> None:
        two = (STATION, facility("站", (9000, 0), township="乙子镇"))
        with pytest.raises(DataError, match="有 2 个"):
            compare(station(Action.CLOSE, "站"), facilities=two)
        change = compare(
            station(Action.CLOSE, " 站", township="乙子"), facilities=two, limits=("8min",)
        )
        assert kinds(change)["东"] == "loses"
        hub = (STATION, facility("站", (9000, 0), Tier.HUB))
        assert kinds(compare(station(Action.CLOSE, "站"), facilities=hub))["西"] == "loses"
        with pytest.raises(DataError, match="没有"):
            compare(station(Action.MOVE, "别的站", (0, 0)))


class TestRoads:
    def test_bridge_closed_and_opened_again(self) -> None:
        close = road(Action.CLOSE, name="大桥")
        change = compare(close)
        assert kinds(change) == {"西": "same", "东": "loses", "无": "same"}
        mark = change.marks.iloc[0]
        assert (mark["kind"], mark["label"]) == ("road_closed", "封闭“大桥”2.00 公里")
        line = tuple(lonlat(*xy) for xy in BRIDGE)
        again = compare(close, road(Action.OPEN, name="新桥", line=line, road_class="street"))
        assert set(kinds(again).values()) == {"same"}
        assert again.marks["kind"].tolist() == ["road_closed", "road_opened"]
        costs = again.frame[["cost_before", "cost_after"]].dropna()
        assert costs["cost_before"].tolist() == pytest.approx(
            costs["cost_after"].tolist(), abs=1e-3
        )

    def test_by_number_and_by_place(self) -> None:
        by_ref = compare(road(Action.CLOSE, ref="G320"))
        by_place = compare(road(Action.CLOSE, near=lonlat(5000, 50), radius_m=60.0))
        assert kinds(by_ref) == kinds(by_place)
        whole, part = (change.marks.geometry.iloc[0] for change in (by_ref, by_place))
        assert part.length < whole.length / 5  # only the stretch inside the circle is closed
        assert part.within(whole.buffer(1e-6))

    def test_short_cut(self) -> None:
        line = (lonlat(2000, 0), lonlat(9000, 8000))
        change = compare(
            road(Action.OPEN, line=line, road_class="street"), villages=[village("北", (9000, 8000))],
            limits=("18min",),
        )  # fmt: skip
        assert kinds(change) == {"北": "gains"}

    def test_road_that_is_not_there(self) -> None:
        with pytest.raises(DataError, match="找不到"):
            compare(road(Action.CLOSE, name="没有这路"))


def test_every_village_and_limit_has_a_row() -> None:
    change = compare(station(Action.ADD, "新", (9000, 0)), limits=("8min", "3km"))
    assert list(zip(change.frame["id"], change.frame["limit"], strict=True)) == [
        (v.id, key) for v in VILLAGES for key in ("8min", "3000m")
    ]
    assert change.frame["kind"].tolist() == ["same", "same", "gains", "gains", "same", "same"]


def test_kind_of_another_cost_follows_the_state_alone() -> None:
    """The nearest is so by time: that it is longer says nothing of the limit of length."""
    change = compare(station(Action.ADD, "新", (8000, 0)), limits=("12min", "12km"))
    assert change.frame[change.frame["id"] == "东"]["kind"].tolist() == ["nearer", "same"]
