"""Tourism routes: a tiny world by hand, degenerate inputs, the embedded cities, Andorra."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import LineString

from spatialplan import loading
from spatialplan.concepts.routes import measure
from spatialplan.io.plans import read_plan
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from tests.checks.world import claim, feature, features_at, metres, network_of
from tests.concepts.test_regions_world import (
    check_shape,
    concept_of,
    embedded,
    finding,
    rows,
    setting_of,
    whole_run,
)
from tests.conftest import ROOT

STOPS = {"a": (0, 0), "b": (4000, 3000), "c": (9000, 0)}


def measured(features, stops="a b c", params=None, **more) -> Profile:
    claims = [claim("continuous", "line", stops, max_detour=2)] if stops else []
    ids = [f.id for f in features]
    features = features if "line" in ids else [*features, feature("line", None)]
    concept = concept_of("routes", params, corridors="line")
    profile = measure(setting_of(features, claims, **more), concept)
    check_shape(profile)
    return profile


def test_a_corridor_by_hand() -> None:
    """7 km to the side street's end, and 3 km back and 5 on: a kilometre a minute."""
    profile = measured(features_at(**STOPS))
    first, second = rows(profile, "legs")
    assert (first["km"], second["km"]) == (pytest.approx(7, abs=1e-3), pytest.approx(8, abs=1e-3))
    assert first["straight"] == pytest.approx(5, abs=1e-3)
    assert first["detour"] == pytest.approx(1.4, abs=1e-3)
    (line,) = rows(profile, "corridors")
    assert (line["km"], line["min"]) == (pytest.approx(15, abs=1e-3), pytest.approx(15, abs=1e-3))
    assert line["detour"] == pytest.approx(15 / (5 + 34**0.5), abs=1e-3)
    assert (line["state"], line["legs"], line["plan-share"]) == (State.HOLDS, "2/2", None)
    found = finding(profile, "连续")
    assert (found.state, found.value, found.claims) == (
        State.HOLDS,
        pytest.approx(15, abs=1e-3),
        ("k",),
    )
    paths = [metres(mark.geometry) for mark in profile.marks if mark.role == "path"]
    assert [round(path.length) for path in paths] == [7000, 8000]


def test_quickest_path_and_shortest_detour_may_differ() -> None:
    """A lane of 6 km at 20 km/h beside a street of 10 km at 60 km/h."""
    network = network_of(
        [[(0, 0), (6000, 0)], [(0, 0), (3000, 4000), (6000, 0)]], road_class=["lane", "street"]
    )
    profile = measured(features_at(a=(0, 0), b=(6000, 0)), "a b", network=network)
    (leg,) = rows(profile, "legs")
    assert (leg["km"], leg["min"]) == (pytest.approx(10, abs=1e-3), pytest.approx(10, abs=1e-3))
    assert (leg["shortest"], leg["detour"]) == (pytest.approx(6, abs=1e-3), pytest.approx(1))


def test_class_shares_and_strip() -> None:
    network = network_of(
        [[(0, 0), (500, 0)], [(500, 0), (3500, 0)], [(3500, 0), (4000, 0)]],
        road_class=["street", "motorway", "street"],
    )
    profile = measured(features_at(a=(0, 0), b=(4000, 0)), "a b", network=network)
    (line,) = rows(profile, "corridors")
    assert line["classes"].zh == "高速公路 75%、street 25%"
    (strip,) = profile.strips
    bands = [(b.tone, round(b.start_km, 3), round(b.end_km, 3)) for b in strip.bands]
    assert bands == [
        ("local", 0, 0.5), ("express", 0.5, 3.5), ("local", 3.5, 4), ("section", 0, 4),
    ]  # fmt: skip
    assert [(round(e.km, 3), e.label.zh) for e in strip.events] == [(0, "a"), (4, "b")]
    assert strip.length_km == pytest.approx(4, abs=1e-3)


def test_a_stop_off_the_road_begins_the_strip_with_its_leg() -> None:
    (strip,) = measured(features_at(a=(1000, -600), b=(4000, 0)), "a b").strips
    bands = [(b.tone, round(b.start_km, 3), round(b.end_km, 3)) for b in strip.bands]
    assert bands == [("local", 0.6, 3.6), ("section", 0, 3.6)]


def test_the_claim_s_wider_snap_limit_holds_for_its_corridor() -> None:
    features = [*features_at(a=(0, 0), b=(4000, -4000)), feature("line", None)]
    concept = concept_of("routes", corridors="line")
    states = []
    for snap_m in (3500, 4500):
        claims = [claim("continuous", "line", "a b", max_detour=2, snap_m=snap_m)]
        profile = measure(setting_of(features, claims), concept)
        states.append(finding(profile, "连续").state)
    assert states == [State.NO_DATA, State.HOLDS]


def test_an_unlocated_stop_leaves_a_part_and_no_bridge() -> None:
    features = [*features_at(**STOPS), feature("lost", None)]
    profile = measured(features, "a b lost c")
    (line,) = rows(profile, "corridors")
    assert (line["legs"], line["state"]) == ("1/3", State.NO_DATA)
    assert line["km"] == pytest.approx(7, abs=1e-3)
    found = finding(profile, "连续")
    assert found.value is None
    assert "不是全程" in found.answer.zh
    assert "lost" in found.answer.zh
    (strip,) = profile.strips
    assert [(e.kind, round(e.km, 2)) for e in strip.events] == [
        ("stop", 0), ("stop", 7), ("missing", 7), ("stop", 7),
    ]  # fmt: skip


def test_a_gap_is_drawn_and_told() -> None:
    profile = measured(features_at(a=(0, 0), b=(4000, 3000), i=(6000, 4000)), "a b i")
    (line,) = rows(profile, "corridors")
    assert (line["state"], line["legs"]) == (State.UNROUTABLE, "1/2")
    (gap,) = [metres(mark.geometry) for mark in profile.marks if mark.role == "gap"]
    # From the side street's end to the island.
    assert gap.length == pytest.approx(1000, abs=1)
    (strip,) = profile.strips
    assert [b.tone for b in strip.bands] == ["local", "section", "gap"]
    assert strip.length_km == pytest.approx(7 + 5**0.5, abs=0.01)


def test_stops_are_the_corridor_s_own_without_a_claim() -> None:
    features = [feature("a", (0, 0), parent="line"), feature("c", (9000, 0), parent="line")]
    profile = measured(features, stops="")
    (line,) = rows(profile, "corridors")
    assert (line["stops"], line["km"]) == (2, pytest.approx(9, abs=1e-3))
    assert any("归属" in note.zh for note in profile.notes)


def test_the_plan_line_is_compared_within_both_accuracies() -> None:
    drawn = LineString([(0, 0), (4000, 0), (9000, 0)])
    features = [*features_at(**STOPS), feature("line", drawn, accuracy_m=300.0)]
    (line,) = rows(measured(features), "corridors")
    # 15 km of path, of which the side street leaves the line for 2.7 km each way.
    assert line["plan-share"] == pytest.approx(1 - 5.4 / 15, abs=0.02)
    assert line["plan-covered"] == pytest.approx(1)
    assert line["plan-far"] == pytest.approx(3, abs=0.01)
    assert line["within"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("features", "stops", "state"),
    [
        ([], "", State.NO_DATA),
        ([feature("a", (0, 0), parent="line")], "", State.NO_DATA),
        ([feature("a", None), feature("b", None)], "a b", State.NO_DATA),
        (features_at(a=(0, 0), b=(0, 11_900)), "a b", State.UNROUTABLE),
        (features_at(a=(0, 0), b=(40_000, 0)), "a b", State.NO_DATA),
        (features_at(a=(10_000, 2000), b=(0, 0)), "a b", State.UNROUTABLE),
        (features_at(a=(0, 0), b=(0, 0)), "a b", State.HOLDS),
    ],
)
def test_degenerate_corridors_have_a_state(features: list, stops: str, state: State) -> None:
    profile = measured(features, stops, {"day_hours": 8})
    assert finding(profile, "连续").state is state
    if state is not State.HOLDS:
        assert finding(profile, "连续").value is None
        days = [f for f in profile.findings if "一日" in f.question.zh]
        assert all(day.state in (State.NO_DATA, State.UNROUTABLE) for day in days)


def test_no_tours_unless_a_day_is_given() -> None:
    profile = measured(features_at(**STOPS))
    assert not any("一日" in f.question.zh for f in profile.findings)
    assert not any(table.key == "day-tours" for table in profile.exhibits)


@pytest.mark.parametrize(
    ("visit", "hours", "state", "most"),
    [
        (60, 4.0, State.HOLDS, 3),  # 24 minutes of driving: a to c and back, and the side street
        (60, 3.3, State.FAILS, 2),
        (60, 1.5, State.FAILS, 1),
        (200, 3.0, State.FAILS, None),
    ],
)
def test_a_day_holds_as_many_stops_as_fit(
    visit: float, hours: float, state: State, most: int | None
) -> None:
    profile = measured(features_at(**STOPS), params={"visit_min": visit, "day_hours": hours})
    (row,) = rows(profile, "day-tours")
    assert (row["state"], row["most"]) == (state, most)
    assert row["whole"] == pytest.approx(24 + 3 * visit, abs=0.01)
    assert row["one-way"] == pytest.approx(15 + 3 * visit, abs=0.01)
    assert finding(profile, "一日").value == pytest.approx((24 + 3 * visit) / 60, abs=0.01)


def test_a_day_that_lies_within_the_accuracy_is_open() -> None:
    vague = features_at(1500.0, **STOPS)
    profile = measured(vague, params={"visit_min": 60, "day_hours": 204.5 / 60})
    assert finding(profile, "一日").state is State.UNCERTAIN


def test_a_missing_stop_leaves_the_day_open_unless_it_is_too_long_already() -> None:
    features = [*features_at(**STOPS), feature("lost", None)]
    stay = {"visit_min": 60.0}
    open_ = measured(features, "a b c lost", {**stay, "day_hours": 9})
    assert finding(open_, "一日").state is State.NO_DATA
    assert finding(open_, "一日").value is None
    long = measured(features, "a b c lost", {**stay, "day_hours": 3})
    assert finding(long, "一日").state is State.FAILS


def test_more_than_ten_stops_are_told_and_not_approximated() -> None:
    stops = {f"s{i:02}": (800 * i, 0) for i in range(11)}
    profile = measured(features_at(**stops), " ".join(stops), {"day_hours": 24})
    found = finding(profile, "一日")
    assert (found.state, found.value) == (State.NO_DATA, None)
    assert "不作近似" in found.answer.zh
    assert rows(profile, "day-tours")[0]["order"] is None
    assert finding(profile, "连续").state is State.HOLDS


# The paths are fixed by the snapshot; stops are known to 1.5 to 4 km, and coarse roads to 100 m.


@pytest.fixture(scope="module")
def xiangtan() -> Profile:
    return embedded("xiangtan", "routes")


def test_xiangtan_riverside_route_is_whole(xiangtan: Profile) -> None:
    check_shape(xiangtan)
    found = finding(xiangtan, "湘江湾滨江历史文化旅游带是否连续")
    assert found.state is State.HOLDS
    assert found.value == pytest.approx(101, abs=5)
    legs = {(row["from"], row["to"]): row for row in rows(xiangtan, "legs")}
    leg = legs["窑湾文化旅游街区", "昭山"]
    assert leg["km"] == pytest.approx(24.5, abs=2)
    assert leg["min"] == pytest.approx(29, abs=4)
    day = finding(xiangtan, "湘江湾滨江历史文化旅游带能否一日")
    assert day.state is State.HOLDS
    assert day.value == pytest.approx(8.0, abs=0.4)


def test_xiangtan_red_routes_lack_mapped_roads_and_say_so(xiangtan: Profile) -> None:
    assert finding(xiangtan, "大东山—乌石—易俗河红色旅游公路是否连续").state is State.NO_DATA
    express = finding(xiangtan, "旅游观光快速道是否连续")
    assert (express.state, express.value) == (State.UNROUTABLE, None)
    assert "缺口" in express.answer.zh
    assert "全程可算 1 条" in xiangtan.answer.zh


def test_yiyang_corridor_to_zhangjiajie_is_told_in_part() -> None:
    profile = embedded("yiyang", "routes")
    check_shape(profile)
    line = rows(profile, "corridors")[0]
    assert line["legs"] == "1/3"
    assert line["km"] == pytest.approx(89, abs=5)
    found = profile.findings[1]
    assert (found.state, found.value) == (State.NO_DATA, None)
    assert "不是全程" in found.answer.zh
    none = finding(profile, "湖区精品旅游线路是否连续")
    assert (none.state, none.answer.zh) == (State.NO_DATA, "规划没有列出停靠点")


def test_andorra_cg2(raw_data: Path) -> None:
    """From Encamp up the valley and through the pass to Pas de la Casa, about 21 km."""
    plan = read_plan(ROOT / "tests" / "packs" / "andorra")
    pbf = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
    inputs = loading.load_inputs(plan, pbf)
    (profile,) = whole_run(plan, inputs, "routes").profiles
    check_shape(profile)
    found = finding(profile, "连续")
    assert found.state is State.HOLDS
    assert found.value == pytest.approx(21, abs=1.5)
    (row,) = rows(profile, "day-tours")
    assert row["state"] is State.HOLDS
    # There and back on one road: twice the way, whichever side each stop is visited on.
    assert row["km"] == pytest.approx(2 * found.value, rel=0.05)
