"""The three-tier chain by hand: who is whose parent, which leg fails, and why."""

from __future__ import annotations

import pytest

from spatialplan.model.delivery import Tier
from spatialplan.model.verdict import VillageState
from tests.delivery.world import facility, one, roads, run, village

COVERED, NOT_COVERED, UNCERTAIN, UNROUTABLE, NO_DATA = VillageState
STREET = [(0, 0), (30_000, 0)]
ISLAND = [(0, 5000), (3000, 5000)]
MAIN = roads(STREET)
APART = roads(STREET, ISLAND)
HUB = facility("中心", (15_000, 0), Tier.HUB)
STATION = facility("站", (6000, 0))


def point(name, at=None, **more):
    return facility(name, at, Tier.POINT, **more)


def hub(name, at=None, **more):
    return facility(name, at, Tier.HUB, **more)


def chain(a_village, facilities, *limits, network=MAIN, **more):
    return one(network, a_village, facilities, *limits, **more).chain


def ends(found):
    return [leg.end.split(":")[-1] for leg in found.legs]


class TestWhole:
    def test_three_legs(self) -> None:
        found = chain(village("V", (0, 0)), [point("点", (600, 0)), STATION, HUB], workday_h=1.0)
        assert ends(found) == ["点", "站", "中心"]
        assert [leg.start.split(":")[-1] for leg in found.legs] == ["V", "点", "站"]
        assert [leg.tier for leg in found.legs] == [Tier.POINT, Tier.STATION, Tier.HUB]
        assert [leg.time_min for leg in found.legs] == pytest.approx([1, 9, 15], abs=1e-3)
        assert found.state is COVERED
        assert found.parents_match is True
        assert found.time_min == pytest.approx(25, abs=1e-3)
        assert found.distance_m == pytest.approx(15_000, abs=0.1)
        assert found.round_trip_h == pytest.approx(50 / 60, abs=1e-3)
        assert found.fits_workday is True
        assert found.legs[0].limit is not None
        assert found.legs[1].limit is found.legs[2].limit is None

    @pytest.mark.parametrize(("hours", "fits"), [(None, None), (0.84, True), (0.83, False)])
    def test_working_day(self, hours, fits) -> None:
        """There and back are 50 minutes, 0.8333 h."""
        found = chain(village("V", (0, 0)), [STATION, HUB], workday_h=hours)
        assert found.fits_workday is fits

    def test_working_day_is_not_known_without_a_path(self) -> None:
        found = chain(village("V", (0, 0)), [STATION, hub("中心")], workday_h=9.0)
        assert found.round_trip_h is found.fits_workday is found.time_min is None

    def test_no_chain_of_points_alone(self) -> None:
        assert chain(village("V", (0, 0)), [point("点", (600, 0))]) is None
        assert chain(village("V", (0, 0)), []) is None

    def test_tiers_that_are_not_given_have_no_leg(self) -> None:
        assert ends(chain(village("V", (0, 0)), [HUB], "30min")) == ["中心"]
        assert ends(chain(village("V", (0, 0)), [point("点", (600, 0)), HUB])) == ["点", "中心"]


class TestLegs:
    def test_first_leg_has_the_first_limit(self) -> None:
        found = chain(village("V", (0, 0)), [STATION, HUB], "5min")
        assert (found.state, found.weakest) == (NOT_COVERED, 0)
        assert found.cause.zh.startswith("太远：到“站”10.0 分钟")

    @pytest.mark.parametrize(
        ("limits", "state", "weakest"),
        [
            ({}, COVERED, 0),
            ({"hub_limit": "14min"}, NOT_COVERED, 2),
            ({"station_limit": "8min"}, NOT_COVERED, 1),
            ({"station_limit": "8min", "hub_limit": "5min"}, NOT_COVERED, 2),
            ({"station_limit": "9.1min", "hub_limit": "30min"}, COVERED, 1),
            ({"station_limit": "5.3km"}, NOT_COVERED, 1),
        ],
    )
    def test_weakest(self, limits, state, weakest) -> None:
        """Legs of 1, 9 and 15 minutes, 0.6, 5.4 and 9 km; the one farthest beyond its limit."""
        found = chain(village("V", (0, 0)), [point("点", (600, 0)), STATION, HUB], **limits)
        assert (found.state, found.weakest) == (state, weakest)
        assert found.cause == found.legs[weakest].cause

    def test_a_leg_is_judged_along_the_best_path_by_its_own_limit(self) -> None:
        """The short road takes 20 minutes, the long one 10."""
        both = roads(
            [(0, 0), (6000, 0)], [(0, 0), (0, 1500), (6000, 1500), (6000, 0)],
            road_class=["slow", "motorway_link"],
        )  # fmt: skip
        there = [point("点", (0, 0)), STATION]
        found = chain(village("V", (0, 0)), there, "5km", station_limit="11min", network=both)
        assert found.legs[1].time_min == pytest.approx(10, abs=0.01)
        assert found.state is COVERED
        found = chain(village("V", (0, 0)), there, "5km", station_limit="6.1km", network=both)
        assert found.legs[1].distance_m == pytest.approx(6000, abs=0.1)
        assert found.state is COVERED

    def test_uncertain_leg(self) -> None:
        found = chain(village("V", (0, 0), accuracy_m=500.0), [STATION, HUB], "10.5min")
        assert (found.state, found.weakest) == (UNCERTAIN, 0)

    def test_accuracy_of_the_roads_counts(self) -> None:
        vague = roads(STREET, accuracy_m=[600.0])
        assert chain(village("V", (0, 0)), [STATION], "10.5min", network=vague).state is UNCERTAIN
        assert chain(village("V", (0, 0)), [STATION], "10.5min").state is COVERED

    def test_failing_goes_before_unknown(self) -> None:
        found = chain(village("V", (0, 0)), [STATION, hub("中心")], "5min")
        assert (found.state, found.weakest) == (NOT_COVERED, 0)
        found = chain(village("V", (0, 0)), [STATION, hub("中心")])
        assert (found.state, found.weakest, found.cause.zh) == (NO_DATA, 1, "“中心”无坐标")

    def test_villages_cause_comes_first(self) -> None:
        found = chain(village("V"), [STATION, HUB])
        assert (found.state, found.cause.zh) == (NO_DATA, "无坐标")
        found = chain(village("V", (0, 9000)), [facility("站", (6000, 0), township="乙镇"), HUB])
        assert found.state is UNROUTABLE
        assert found.cause.zh.startswith("离道路太远")

    def test_cut_off_and_where_the_gap_is(self) -> None:
        there = [facility("站", (100, 5000)), HUB]
        found = chain(village("V", (0, 5000)), there, network=APART)
        assert [leg.state for leg in found.legs] == [COVERED, UNROUTABLE]
        assert (found.state, found.weakest) == (UNROUTABLE, 1)
        assert "缺口 5.00 公里" in found.cause.zh

    def test_facility_of_a_leg_is_named(self) -> None:
        found = chain(
            village("V", (0, 0)), [facility("站", (0, 0), township="甲镇"), hub("远", (0, 9000))]
        )
        assert found.legs[1].cause.zh.startswith("“远”离道路太远")
        found = chain(village("V", (9, 9000)), [facility("野", (9, 9000)), HUB])
        assert found.legs[0].state is COVERED
        assert found.legs[1].cause.zh.startswith("“野”离道路太远")

    def test_leg_that_leads_nowhere(self) -> None:
        found = chain(village("V", (0, 0), parent="没有这站"), [STATION, HUB])
        assert [leg.state for leg in found.legs] == [NO_DATA, NO_DATA]
        assert found.legs[1].cause.zh == "下一级尚无着落，无从计算"
        assert (found.legs[0].end, found.legs[1].start) == ("", "")


class TestPoints:
    def test_own_point_by_the_roster_goes_before_a_nearer_one(self) -> None:
        there = [point("近", (10, 0)), point("自己的", (1200, 0), village="V"), STATION]
        assert ends(chain(village("V", (0, 0)), there))[0] == "自己的"
        assert ends(chain(village("W", (0, 0)), there))[0] == "近"

    def test_own_point_without_coordinates(self) -> None:
        there = [point("近", (10, 0)), point("自己的", village="V"), STATION]
        found = chain(village("V", (0, 0)), there)
        assert (found.state, found.cause.zh) == (NO_DATA, "“自己的”无坐标")

    def test_of_two_own_points_the_closer_one_with_coordinates(self) -> None:
        own = [
            point("甲", village="V"),
            point("丙", (50, 0), village="V"),
            point("乙", (90, 0), village="V"),
        ]
        assert ends(chain(village("V", (0, 0)), [*own, STATION]))[0] == "丙"

    def test_point_that_no_road_leads_to(self) -> None:
        found = chain(village("V", (0, 0)), [point("岛", (0, 5000)), STATION], network=APART)
        assert found.state is UNROUTABLE
        assert "缺口 5.00 公里" in found.cause.zh


class TestParents:
    NEAR = facility("近", (600, 0), township="乙镇")

    def test_own_township_goes_before_a_nearer_station(self) -> None:
        found = chain(village("V", (0, 0)), [self.NEAR, STATION, HUB])
        assert ends(found)[0] == "站"
        assert found.parents_match is True

    @pytest.mark.parametrize("written", ["姜畲", "姜畲乡", " 姜畲镇 "])
    def test_township_may_be_written_without_its_rank_or_with_an_old_one(self, written) -> None:
        stations = [self.NEAR, facility("站", (6000, 0), township=written)]
        assert ends(chain(village("V", (0, 0), township="姜畲镇"), stations)) == ["站"]

    def test_township_of_the_same_name_in_another_county_is_another(self) -> None:
        namesake = facility("近", (600, 0), district="西县")
        assert ends(chain(village("V", (0, 0)), [namesake, STATION]))[0] == "站"
        untold = facility("近", (600, 0), district="")
        assert ends(chain(village("V", (0, 0)), [untold, STATION]))[0] == "近"

    def crossing(self, **more):
        """甲镇 has no station; that of 乙镇 serves a village of its own."""
        villages = [village("V", (0, 0)), village("W", (0, 0), township="乙镇")]
        return [row.chain for row in run(MAIN, villages, [self.NEAR, HUB], **more).villages]

    def test_crossing_fails_the_chain(self) -> None:
        stranger, own = self.crossing()
        assert (stranger.state, stranger.parents_match) == (NOT_COVERED, False)
        assert stranger.cause.zh == "隶属不符：本乡镇没有站点，最近的“近”属别的乡镇"
        assert (own.state, own.parents_match) == (COVERED, True)

    def test_crossing_fails_an_uncertain_chain_too(self) -> None:
        villages = [village("V", (0, 0), accuracy_m=500.0), village("W", (0, 0), township="乙镇")]
        found = run(MAIN, villages, [self.NEAR], "1.2min").villages[0].chain
        assert (found.legs[0].state, found.state) == (UNCERTAIN, NOT_COVERED)
        assert found.cause.zh.startswith("隶属不符")

    def test_village_without_coordinates_has_no_nearest(self) -> None:
        villages = [village("V"), village("W", (0, 0), township="乙镇")]
        found = run(MAIN, villages, [self.NEAR]).villages[0].chain
        assert (ends(found), found.state, found.cause.zh) == ([""], NO_DATA, "无坐标")
        assert found.parents_match is None

    @pytest.mark.parametrize("township", ["", "乙镇"])
    def test_village_that_tells_no_township(self, township) -> None:
        villages = [village("V", (0, 0), township=""), village("W", (0, 0), township="乙镇")]
        station = facility("近", (600, 0), township=township)
        found = run(MAIN, villages, [station]).villages[0].chain
        assert (found.state, found.parents_match) == (COVERED, None)

    def test_crossing_allowed(self) -> None:
        stranger, _ = self.crossing(allow_crossing=True)
        assert (stranger.state, stranger.parents_match) == (COVERED, False)
        assert stranger.cause.zh == "到“近”1.0 分钟、0.60 公里"

    def test_crossing_besides_another_cause(self) -> None:
        villages = [village("V", (10_000, 0)), village("W", (0, 0), township="乙镇")]
        found = run(MAIN, villages, [self.NEAR], "5min").villages[0].chain
        assert found.state is NOT_COVERED
        assert found.cause.zh.startswith("太远")
        assert "隶属不符" in found.cause.zh

    @pytest.mark.parametrize("township", ["", "名录上没有的镇"])
    def test_areas_not_told_are_no_mismatch(self, township) -> None:
        found = chain(village("V", (0, 0)), [facility("近", (600, 0), township=township)])
        assert (found.state, found.parents_match) == (COVERED, None)

    def test_station_that_may_be_the_own_one_keeps_crossing_open(self) -> None:
        villages = [village("V", (0, 0)), village("W", (0, 0), township="乙镇")]
        stations = [self.NEAR, facility("不明", (9000, 0), township="")]
        found = run(MAIN, villages, stations).villages[0].chain
        assert (ends(found), found.state, found.parents_match) == (["近"], COVERED, None)

    def test_named_parent_goes_before_all(self) -> None:
        named = village("V", (0, 0), parent="近 ")
        found = chain(named, [self.NEAR, STATION, HUB])
        assert (ends(found)[0], found.parents_match) == ("近", True)
        of_point = [point("点", (10, 0), parent="近"), self.NEAR, STATION]
        assert ends(chain(village("V", (0, 0)), of_point))[1] == "近"

    def test_named_parent_of_two_with_one_name_is_that_of_the_township(self) -> None:
        twins = [
            facility("站", (600, 0), township="乙镇", id="b"),
            facility("站", (900, 0), id="a"),
        ]
        assert ends(chain(village("V", (0, 0), parent="站"), twins)) == ["a"]

    def test_named_parent_that_is_missing(self) -> None:
        found = chain(village("V", (0, 0), parent="没有这站"), [STATION])
        assert (found.state, found.parents_match) == (NO_DATA, False)
        assert "表中写的上级“没有这站”不在站点表里" in found.cause.zh
        found = chain(village("V", (0, 0)), [point("点", (10, 0), parent="点的站"), STATION])
        assert "点的站" in found.cause.zh

    def test_own_station_without_coordinates(self) -> None:
        found = chain(village("V", (0, 0)), [facility("没坐标"), self.NEAR])
        assert ends(found) == ["没坐标"]
        assert (found.state, found.parents_match) == (NO_DATA, True)
        assert found.cause.zh == "“没坐标”无坐标"

    def test_own_station_cut_off(self) -> None:
        found = chain(village("V", (0, 0)), [facility("岛", (0, 5000)), self.NEAR], network=APART)
        assert ends(found) == ["岛"]
        assert found.state is UNROUTABLE

    def test_hub_of_the_county(self) -> None:
        hubs = [hub("近", (7000, 0), district="西县"), HUB]
        assert ends(chain(village("V", (0, 0)), [STATION, *hubs])) == ["站", "中心"]
        villages = [village("V", (0, 0)), village("W", (0, 0), district="西县")]
        found = run(MAIN, villages, [STATION, hubs[0]]).villages[0].chain
        assert found.cause.zh == "隶属不符：本县市区没有县级中心，最近的“近”属别的县市区"

    def test_county_and_city_of_one_stem_are_two(self) -> None:
        """湘潭县 lies in 湘潭市, which is another district's name elsewhere."""
        villages = [
            village("V", (0, 0), district="湘潭县"),
            village("W", (0, 0), district="湘潭市"),
        ]
        hubs = [hub("市", (100, 0), district="湘潭市"), hub("县", (9000, 0), district="湘潭县")]
        rows = run(MAIN, villages, hubs, "30min").villages
        assert [ends(row.chain) for row in rows] == [["县"], ["市"]]

    def test_parent_that_a_station_names(self) -> None:
        hubs = [HUB, hub("另一个", (9000, 0), district="西县")]
        station = facility("站", (6000, 0), parent="另一个")
        assert ends(chain(village("V", (0, 0)), [station, *hubs])) == ["站", "另一个"]

    def test_parent_of_a_point_is_no_hub(self) -> None:
        """Points name their stations, also where no table of stations is given."""
        found = chain(village("V", (0, 0)), [point("点", (10, 0), parent="某站"), HUB])
        assert (ends(found), found.state) == (["点", "中心"], COVERED)


class TestHiddenParents:
    """A leg too long is left open where another parent may be nearer, unseen."""

    def test_second_station_of_the_township_without_coordinates(self) -> None:
        found = chain(village("V", (0, 0)), [STATION, facility("没坐标"), HUB], "5min")
        assert found.legs[0].state is UNCERTAIN
        assert found.state is UNCERTAIN
        assert "1 个服务点无坐标" in found.cause.zh

    def test_one_of_another_township_changes_nothing(self) -> None:
        villages = [village("V", (0, 0)), village("W", (0, 0), township="乙镇")]
        for more in (
            facility("没坐标", township="乙镇"),
            facility("野", (0, 1600), township="乙镇"),
        ):
            assert (
                run(MAIN, villages, [STATION, more], "5min").villages[0].chain.state is NOT_COVERED
            )
        allowed = run(MAIN, villages, [STATION, more], "5min", allow_crossing=True)
        assert allowed.villages[0].chain.state is UNCERTAIN

    def test_one_cut_off_that_may_be_of_the_township(self) -> None:
        for township in ("甲镇", ""):
            off = facility("野", (0, 1600), township=township)
            assert chain(village("V", (0, 0)), [STATION, off], "5min").state is UNCERTAIN

    def test_a_named_parent_is_judged_as_it_is(self) -> None:
        found = chain(village("V", (0, 0), parent="站"), [STATION, facility("没坐标")], "5min")
        assert found.state is NOT_COVERED

    def test_hub_of_the_county_without_coordinates(self) -> None:
        found = chain(village("V", (0, 0)), [STATION, HUB, hub("没坐标")], hub_limit="5min")
        assert (found.state, found.weakest) == (UNCERTAIN, 1)
