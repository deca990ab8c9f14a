"""Circles in a world that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import Point, box

from spatialplan.concepts import circles
from spatialplan.concepts.circles_measured import take_measures
from spatialplan.model.verdict import State
from tests.checks.world import claim, feature, features_at, metres, network_of
from tests.concepts.circles_world import (
    LONG,
    circle,
    concept,
    counties,
    pois,
    setting,
    streets,
    townships,
    villages,
    water,
)

CITY = concept("a")


def one_measured(features, claims=(), **more):
    return take_measures(setting(features, claims, **more), CITY)


def states(measured):
    return {part.object: part.state for part in measured.landmarks}


# -- centres and landmarks ------------------------------------------------------------------------


def test_landmarks_by_walking_distance_and_accuracy():
    measured = one_measured(
        [
            circle("a", (4000, 0)),
            feature("near", (4800, 0), parent="a"),
            feature("far", (4000, 2000), parent="a"),
            feature("rough", (5000, 0), accuracy_m=500.0, parent="a"),
            feature("lost", parent="a"),
            feature("island", (6000, 4000), parent="a"),
            feature("abroad", (30_000, 0), parent="a"),
            feature("other", (4100, 0)),
        ],
        [claim("gathers", "a", "other near", radius_m=1000)],
    )
    assert states(measured) == {
        "near": State.HOLDS,
        "far": State.FAILS,
        "rough": State.UNCERTAIN,
        "lost": State.NO_DATA,
        "island": State.UNROUTABLE,
        "abroad": State.NO_DATA,
        "other": State.HOLDS,
    }
    near = next(part for part in measured.landmarks if part.object == "near")
    assert near.value == pytest.approx(800, abs=1)
    assert near.time_min == pytest.approx(10, abs=0.05)
    assert near.delta == pytest.approx(np.hypot(1, 1))


def test_a_landmark_is_measured_to_its_own_circle():
    world = [
        circle("a", (0, 0)), circle("b", (5000, 0)),
        feature("m", (4800, 0), parent="a"), feature("n", (4800, 0), parent="b"),
    ]  # fmt: skip
    base = setting(world)
    measured = take_measures(base, concept("a b"))
    assert states(measured) == {"m": State.FAILS, "n": State.HOLDS}
    summary = circles.measure(base, concept("a b")).exhibits[0]
    at = [column.key for column in summary.columns].index("inside")
    assert [row[at : at + 3] for row in summary.rows] == [(0, 1, 0), (1, 0, 0)]


def test_a_detour_of_the_roads_of_cars_does_not_put_a_landmark_outside():
    """800 m straight, 6.8 km by road: a footpath that is not mapped may join them."""
    u_turn = streets([(0, 0), (0, 3000)], [(0, 3000), (800, 3000)], [(800, 3000), (800, 0)])
    measured = one_measured(
        [circle("a", (0, 0)), feature("b", (800, 0), parent="a")], network=u_turn
    )
    (part,) = measured.landmarks
    assert part.value == pytest.approx(6800, abs=1)
    assert part.state is State.UNCERTAIN


def test_one_walks_against_one_ways_and_not_on_motorways():
    one_way = streets([(0, 0), (1000, 0)], two_way=[False])
    world = [circle("a", (0, 0)), feature("b", (1000, 0), parent="a")]
    assert states(one_measured(world, network=one_way)) == {"b": State.HOLDS}
    split = streets(
        [(-500, 0), (0, 0)], [(0, 0), (1000, 0)], [(1000, 0), (1500, 0)],
        road_class=["street", "motorway", "street"],
    )  # fmt: skip
    assert states(one_measured(world, network=split)) == {"b": State.UNROUTABLE}


def test_a_circle_without_place_is_centred_on_two_landmarks():
    both = features_at(30.0, p=(4000, 0), q=(4800, 0))
    gathered = [claim("gathers", "a", "p q", radius_m=1000)]
    measured = one_measured([circle("a"), *both], gathered)
    (found,) = measured.circles
    assert metres(_degrees(measured, found.centre)).equals_exact(Point(4400, 0), 1e-3)
    assert found.accuracy_m == pytest.approx(np.hypot(30, 30) / 2)
    assert found.derived_from == ("p", "q")
    assert set(states(measured).values()) == {State.HOLDS}
    alone = one_measured([circle("a"), both[0]], [claim("gathers", "a", "p", radius_m=1000)])
    assert alone.circles[0].centre is None
    assert states(alone) == {"p": State.NO_DATA}


def _degrees(measured, point):
    from spatialplan.checks.context import _project

    return _project(point, measured.ground.on_foot.crs, "EPSG:4326")


# -- service areas --------------------------------------------------------------------------------


def test_area_on_foot_by_hand():
    """Round a straight street: discs of radius min(1200 − c, 500) at walking cost c.

    Up to c = 700 they are 500 m wide; those beyond all end at 1200 m and lie within the disc at
    700. So the area is a rectangle of 1400 m by 1000 m with a half disc of 500 m at both ends.
    """
    plain = one_measured([circle("a", (2000, 0))]).ground.walk[0]
    assert plain.area / 1e6 == pytest.approx(1.4 + np.pi * 0.25, rel=0.02)
    assert plain.bounds[2] - plain.bounds[0] == pytest.approx(2400, abs=50)


def test_a_river_without_bridge_bounds_the_area():
    """100 m north of the street it leaves the southern half and a strip of 100 m."""
    river = water([(-2000, 100), (12_000, 100)])
    area = one_measured([circle("a", (2000, 0))], water=river).ground.walk[0]
    caps = 0.1 * np.sqrt(0.25 - 0.01) + 0.25 * np.arcsin(0.2)
    assert area.area / 1e6 == pytest.approx((1.4 + np.pi * 0.25) / 2 + 0.14 + caps, rel=0.02)


def test_areas_grow_with_the_time_and_need_a_road():
    world = [circle("a", (4000, 0)), circle("b", (4000, 9000))]
    found = [
        take_measures(setting(world), concept("a b", walk_min=m, drive_min=m)).ground
        for m in (5.0, 10.0)
    ]
    assert found[0].walk[0].area < found[1].walk[0].area
    assert found[0].drive[0].area < found[1].drive[0].area
    assert found[0].walk[1].is_empty
    assert found[0].drive[1].is_empty


def test_overlap_is_that_of_the_areas_and_uncertain_within_the_accuracy():
    def pair(accuracy_m, apart):
        # The street begins at 0, so that the first circle is the smaller.
        world = [circle("a", (500, 0), accuracy_m), circle("b", (500 + apart, 0), accuracy_m)]
        return take_measures(setting(world), concept("a b"))

    near = pair(10.0, 1000)
    (found,) = near.overlaps
    a, b = near.ground.walk
    assert a.area < 0.95 * b.area
    assert found.walk_km2 == pytest.approx(a.intersection(b).area / 1e6)
    assert found.walk_share == pytest.approx(a.intersection(b).area / a.area)
    assert (found.on_foot, found.apart_m) == (State.HOLDS, pytest.approx(1000, abs=0.01))
    (apart,) = pair(10.0, 3000).overlaps
    assert (apart.walk_km2, apart.on_foot) == (0.0, State.FAILS)
    assert apart.drive_km2 > 0
    for gap in (1000, 3000):
        (open_,) = pair(1500.0, gap).overlaps
        assert open_.on_foot is State.UNCERTAIN


# -- points of interest ---------------------------------------------------------------------------


def test_density_and_mix_by_hand():
    inside = [("commerce", (3900 + 10 * i, 10)) for i in range(6)] + [
        ("food", (3900 + 10 * i, -10)) for i in range(6)
    ]
    far = [("health", (9000, 0)), ("health", (9000, 10)), ("", (4000, 0))]
    measured = one_measured([circle("a", (4000, 0))], objects=pois(*inside, *far))
    offer = measured.offer
    assert offer.categories == ("commerce", "food", "health")
    assert offer.counts.tolist() == [[6, 6, 0]]
    assert offer.city.tolist() == [6, 6, 2]
    assert offer.evenness == pytest.approx([np.log(2) / np.log(3)])
    assert offer.per_km2 == pytest.approx([12 / (measured.ground.walk[0].area / 1e6)])
    assert offer.quotient[0] == pytest.approx([0.5 / (6 / 14), 0.5 / (6 / 14), 0.0])
    assert offer.commercial().tolist() == [12]


def test_points_beyond_the_city_make_no_category():
    districts = counties(("430321", "甲县", box(-2000, -2000, 6000, 6000)))
    measured = one_measured(
        [circle("a", (4000, 0))],
        objects=pois(("commerce", (4000, 5)), ("port", (9000, 0)), ("zoo", (4000, 9))),
        districts=districts,
    )
    assert measured.offer.categories == ("commerce", "zoo")


@pytest.mark.parametrize(
    ("x", "state"), [(4050, State.HOLDS), (4600, State.FAILS), (4280, State.UNCERTAIN)]
)
def test_core_against_the_centre(x, state):
    """Twenty shops on one spot: the core is a disc of 0.541 · 500 m = 271 m round it."""
    shops = pois(*[("commerce", (x, 0))] * 20)
    measured = one_measured([circle("a", (4000, 0), 10.0)], objects=shops)
    (core,) = measured.cores
    assert core.state is state
    assert core.offset_m == pytest.approx(x - 4000, abs=75)
    assert core.outside_m == pytest.approx(x - 4000 - 271, abs=75)
    assert core.per_km2 == pytest.approx(20 * 3 / (np.pi * 0.25), rel=0.06)
    assert core.is_summit
    assert core.points == 20


def test_the_accuracy_of_the_centre_widens_the_search():
    shops = pois(*[("commerce", (5800, 0))] * 20)
    for accuracy_m, points in ((10.0, 0), (1000.0, 20)):
        measured = one_measured([circle("a", (4000, 0), accuracy_m)], objects=shops)
        assert [core.points for core in measured.cores] == [points]
    assert measured.cores[0].state is State.FAILS  # 1.5 km outside, known to 1 km


def test_few_points_make_no_core_and_none_no_offer():
    nine = one_measured([circle("a", (4000, 0))], objects=pois(*[("food", (4000, 0))] * 9))
    assert [(c.state, c.points, c.area) for c in nine.cores] == [(State.NO_DATA, 9, None)]
    bare = one_measured([circle("a", (4000, 0))])
    assert (bare.offer, bare.cores) == (None, ())


# -- reach and competition ------------------------------------------------------------------------


def test_reach_counts_states_of_places():
    """A kilometre takes a minute; a place known to 1 km is known to a minute."""
    placed = villages(
        ("in", "甲镇", (10_000, 0), 0), ("later", "甲镇", (20_000, 0), 0),
        ("edge", "甲镇", (30_500, 0), 1000), ("close", "甲镇", (29_500, 0), 1000), ("off", "甲镇", (20_000, 9000), 0),
        ("abroad", "甲镇", (90_000, 0), 0),
    )  # fmt: skip
    measured = one_measured(
        [circle("a", (0, 0))], network=streets(*LONG), villages=placed, n_villages=12,
        townships=townships(("甲镇", (12_000, 0)), ("乙镇", (50_000, 0)), ("外", (69_000, 30_000))),
    )  # fmt: skip
    expect = {
        15.0: (1, 0, 3, 1, 1), 30.0: (2, 2, 0, 1, 1), 60.0: (4, 0, 0, 1, 1),
    }  # fmt: skip
    order = (State.HOLDS, State.UNCERTAIN, State.FAILS, State.UNROUTABLE, State.NO_DATA)
    for limit, numbers in expect.items():
        tally = measured.reach.tally("village", limit)
        assert tuple(tally[state] for state in order) == numbers
        assert sum(tally.values()) == 6
    assert measured.reach.tally("township", 30.0)[State.HOLDS] == 1
    assert measured.reach.of_kind("township").sum() == 2  # one lies beyond the counties


def test_demand_travels_to_the_circle():
    """On a one-way street away from the circle nobody gets there."""
    world, place = [circle("a", (0, 0))], villages(("v", "t", (10_000, 0), 0))
    for start, end, state in ((10_000, 0, State.HOLDS), (0, 10_000, State.UNROUTABLE)):
        roads = streets([(start, 0), (end, 0)], two_way=[False])
        measured = one_measured(world, network=roads, villages=place)
        assert measured.reach.tally("village", 30.0)[state] == 1


def test_huff_by_hand():
    """The village is 10 min from a and 20 from b: pulls 1/100 and 1/400, so 80 and 20 %."""
    world = [circle("a", (10_000, 0)), circle("b", (40_000, 0)), circle("c", (21_000, 0))]
    roads, place = streets(*LONG), villages(("v", "甲镇", (20_000, 0), 0))
    asked = concept("a", county="b", culture="c")
    found = take_measures(
        setting(world, network=roads, villages=place, townships=townships(("甲镇", (0, 0)))), asked
    ).competition
    assert found.shares == pytest.approx([0.8, 0.2], abs=1e-4)
    assert found.attraction.tolist() == [1, 1]
    assert (found.n_places, found.n_reached, found.by_points) == (1, 1, False)
    assert found.first.tolist() == [1, 0]
    # Four shops in b make it as strong as a at half the distance.
    shops = pois(*[("commerce", (40_000, 0))] * 4)
    found = take_measures(
        setting(world, network=roads, villages=place, objects=shops), asked
    ).competition
    assert found.shares == pytest.approx([0.5, 0.5], abs=1e-4)
    assert found.by_points


def test_a_township_stands_for_itself_where_it_has_no_village():
    world = [circle("a", (10_000, 0)), circle("b", (40_000, 0))]
    found = take_measures(
        setting(
            world, network=streets(*LONG), villages=villages(("v", "甲镇", (10_000, 0), 0)),
            townships=townships(("甲镇", (10_000, 0)), ("乙镇", (40_000, 0)), ("丙镇", (0, 9000))),
        ),
        concept("a b"),
    ).competition  # fmt: skip
    assert (found.n_places, found.n_reached) == (3, 2)
    # Both are 5 (the floor) from one and 30 from the other: 36 to 1 and 1 to 36.
    assert found.shares == pytest.approx([0.5, 0.5], abs=1e-4)


def test_fewer_than_two_circles_do_not_compete():
    place = villages(("v", "t", (1000, 0), 0))
    assert one_measured([circle("a", (0, 0))], villages=place).competition is None
    two = [circle("a", (0, 0)), circle("b", (3000, 0))]
    assert take_measures(setting(two), concept("a b")).competition is None  # no demand


# -- hierarchy ------------------------------------------------------------------------------------


def test_counties_and_the_way_to_the_city():
    world = [
        circle("a", (1000, 0)), circle("far", (40_000, 0)), circle("b", (21_000, 0), 50.0),
        circle("edge", (30_100, 0), 500.0), circle("lost"),
    ]  # fmt: skip
    districts = counties(
        ("430302", "城区", box(-5000, -5000, 20_000, 5000)),
        ("430321", "甲县", box(20_000, -5000, 30_000, 5000)),
        ("430322", "乙县", box(30_000, -5000, 38_000, 5000)),
        ("430381", "丙市", box(50_000, -5000, 60_000, 5000)),
    )
    base = setting(world, network=streets(*LONG), districts=districts)
    measured = take_measures(base, concept("a far", county="b edge", culture="lost"))
    assert {c.name: c.state for c in measured.counties} == {
        "甲县": State.HOLDS, "乙县": State.UNCERTAIN, "丙市": State.NO_DATA,
    }  # fmt: skip
    assert measured.ways == {
        2: (1, pytest.approx(19.0, abs=1e-3), pytest.approx(19.0, abs=1e-3)),
        3: (1, pytest.approx(9.9, abs=1e-3), pytest.approx(9.9, abs=1e-3)),
    }
    all_placed = take_measures(base, concept("a far", county="b edge"))
    assert {c.name: c.state for c in all_placed.counties}["丙市"] is State.FAILS
    assert take_measures(base, concept("a", culture="lost")).counties == ()


# -- whole profiles -------------------------------------------------------------------------------

WORLDS = {
    "nothing located": ([circle("a"), circle("b")], {}),
    "one circle": ([circle("a", (4000, 0)), circle("b")], {}),
    "off the road": ([circle("a", (4000, 9000)), circle("b", (50_000, 50_000))], {}),
    "one spot": ([circle("a", (4000, 0)), circle("b", (4000, 0))], {}),
    "no accuracy": ([circle("a", (4000, 0), 0.0), circle("b", (9000, 0), 0.0)], {}),
    "an area": ([circle("a", box(3500, -500, 4500, 500)), circle("b", (9000, 0))], {}),
    "a full one": (
        [circle("a", (4000, 0)), circle("b", (5000, 0)), feature("m", (4000, 300), parent="a")],
        {
            "objects": pois(*[("commerce", (4000, 0))] * 11, ("food", (4100, 0)), ("own", (0, 0))),
            "villages": villages(("v", "t", (0, 0), 100)),
            "townships": townships(("t", (0, 0)), ("u", (9000, 0))),
            "n_villages": 3,
        },
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_every_world_has_a_whole_profile(name):
    features, more = WORLDS[name]
    profile = circles.measure(setting(features, **more), concept("a", county="b"))
    assert len(profile.findings) == 7
    assert len({exhibit.key for exhibit in profile.exhibits}) == len(profile.exhibits)
    for exhibit in profile.exhibits:
        assert all(len(row) == len(exhibit.columns) for row in exhibit.rows)
        values = [cell for row in exhibit.rows for cell in row if isinstance(cell, float)]
        assert np.isfinite(values).all()
    said = [profile.answer, *profile.notes, *(m.label for m in profile.marks)]
    said += [text for f in profile.findings for text in (f.question, f.answer)]
    for text in said:
        assert text.zh
        assert text.en
        assert not {"nan", "inf", "None"} & set(f"{text.zh} {text.en}".replace("，", " ").split())
        assert "。。" not in text.zh
    assert all(mark.geometry.is_valid and not mark.geometry.is_empty for mark in profile.marks)
    for finding in profile.findings:
        assert finding.value is None or np.isfinite(finding.value)


def test_states_where_nothing_can_be_measured():
    nowhere = circles.measure(setting([circle("a")]), CITY)
    assert {f.state for f in nowhere.findings} == {State.NO_DATA}
    off = circles.measure(setting([circle("a", (4000, 9000))]), CITY)
    assert off.findings[4].state is State.UNROUTABLE
    assert not off.marks


def test_order_of_circles_changes_no_row():
    features, more = WORLDS["a full one"]
    world = setting(features, **more)
    rows = [
        {row[0]: row for row in circles.measure(world, concept(ids)).exhibits[0].rows}
        for ids in ("a b", "b a")
    ]
    for key, row in rows[0].items():
        for one, other in zip(row, rows[1][key], strict=True):
            assert other == (pytest.approx(one) if isinstance(one, float) else one)


def test_parameters_of_the_plan_count():
    near = feature("n", (4000, 900), parent="a")
    world = setting([circle("a", (4000, 0)), near], network=network_of())
    for minutes, state in ((15.0, State.HOLDS), (10.0, State.FAILS)):
        assert states(take_measures(world, concept("a", walk_min=minutes))) == {"n": state}
    assert any("假设" in note.zh for note in circles.measure(world, CITY).notes)
    given = concept("a", walk_min=15.0, walk_kmh=4.8, drive_min=15.0)
    assert "假设" not in circles.measure(world, given).notes[0].zh
