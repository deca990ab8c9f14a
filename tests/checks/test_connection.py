"""connected, reaches, near on the tiny world, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from spatialplan.checks import CHECKS
from spatialplan.model.plan import Origin
from spatialplan.model.verdict import Confidence, State
from spatialplan.settings import Settings

from .world import claim, context_of, degrees, feature, features_at, judge, metres, network_of

# a at 1 km of the main street, b at 9 km, north on the branch, i on the island.
HERE = {
    "a": (1000, 0), "b": (9000, 0), "north": (4000, 2000), "i": (6000, 4000), "top": (10_000, 2000),
    "far": (6000, 8000), "beyond": (30_000, 0), "nowhere": None, "off": (1000, 600),
}  # fmt: skip


def run(predicate, subjects, objects, accuracy_m=1.0, settings=None, **params):
    """Judge on the world with all features of one accuracy."""
    one = claim(predicate, subjects, objects, **params)
    return judge(features_at(accuracy_m, **HERE), one, settings=settings or Settings())


def test_connected_without_limits():
    verdict = run("connected", "a", "b")
    assert verdict.state is State.HOLDS
    assert verdict.measure.value == pytest.approx(8000, abs=0.1)
    assert (verdict.measure.unit, verdict.measure.threshold, verdict.measure.origin) == (
        "m",
        None,
        None,
    )
    (part,) = verdict.parts
    assert part.time_min == pytest.approx(8, abs=0.001)
    (mark,) = part.marks
    assert mark.role == "path"
    assert metres(mark.geometry).hausdorff_distance(LineString([(1000, 0), (9000, 0)])) < 1


def test_access_legs_count_in_distance_and_time():
    (part,) = run("connected", "off", "b").parts
    assert part.distance_m == pytest.approx(8600, abs=0.1)
    assert part.time_min == pytest.approx(8 + 1.2, abs=0.001)  # 600 m at 30 km/h
    assert metres(part.marks[0].geometry).length == pytest.approx(8600, abs=0.1)


@pytest.mark.parametrize(
    ("accuracy", "max_km", "state"),
    [(1, 8.1, "holds"), (1, 7.9, "fails"), (500, 8.1, "uncertain"), (500, 7.9, "uncertain"),
     (500, 9.0, "holds"), (500, 7.0, "fails")],
)  # fmt: skip
def test_connected_within_a_distance(accuracy, max_km, state):
    verdict = run("connected", "a", "b", accuracy, max_km=max_km)
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(8000, abs=0.1)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", pytest.approx(1000 * max_km))
    assert verdict.measure.origin is Origin.PLAN
    assert verdict.parts[0].delta == pytest.approx(accuracy * 2**0.5)


@pytest.mark.parametrize(("max_min", "state"), [(8.1, "holds"), (7.9, "fails"), (8.0, "uncertain")])
@pytest.mark.parametrize("predicate", ["connected", "reaches"])
def test_within_a_time(predicate, max_min, state):
    verdict = run(predicate, "a", "b", max_min=max_min)
    assert verdict.state == state
    assert (verdict.measure.unit, verdict.measure.threshold) == ("min", max_min)
    assert verdict.measure.value == pytest.approx(8, abs=0.001)
    assert verdict.parts[0].delta == pytest.approx(2**0.5 / 1000)


@pytest.mark.parametrize(
    ("max_km", "max_min", "state", "unit"),
    [
        (9, 9, "holds", "m"),
        (9, 7, "fails", "min"),
        (7, 9, "fails", "m"),
        (9, 8.5, "holds", "min"),
        (8.5, 9, "holds", "m"),
    ],
)
def test_connected_with_both_limits_shows_the_one_that_decides(max_km, max_min, state, unit):
    verdict = run("connected", "a", "b", max_km=max_km, max_min=max_min)
    assert (verdict.state, verdict.measure.unit) == (state, unit)
    expected = {"m": (8000, 1000 * max_km), "min": (8, max_min)}[unit]
    assert (verdict.measure.value, verdict.measure.threshold) == pytest.approx(expected, abs=0.1)


def test_distance_is_of_the_shortest_path_and_time_of_the_quickest():
    # 2 km of lane at 20 km/h, or 3 km of street at 60.
    roads = [[(0, 0), (2000, 0)], [(0, 0), (1000, 1118.034), (2000, 0)]]
    network = network_of(roads, (True, True), ["lane", "street"])
    features = features_at(1.0, a=(0, 0), b=(2000, 0))
    near = judge(features, claim("near", "a", "b", max_km=2.5), network=network)
    assert (near.state, near.measure.value) == (State.HOLDS, pytest.approx(2000, abs=0.1))
    reach = judge(features, claim("reaches", "a", "b", max_min=3.5), network=network)
    assert (reach.state, reach.measure.value) == (State.HOLDS, pytest.approx(3, abs=0.001))


@pytest.mark.parametrize("predicate", ["connected", "near", "reaches"])
def test_unlocated_is_no_data(predicate):
    verdict = run(
        predicate, "a", "nowhere", **{"max_min" if predicate == "reaches" else "max_km": 5}
    )
    assert verdict.state is State.NO_DATA
    assert "nowhere" in verdict.cause.zh
    assert verdict.measure.value is None
    assert verdict.measure.threshold is not None


def test_beyond_the_extent_is_no_data_and_says_where_the_roads_end():
    verdict = run("connected", "a", "beyond")
    assert verdict.state is State.NO_DATA
    lon, lat = degrees(Point(10_000, 0)).coords[0]
    assert f"({lon:.3f}, {lat:.3f})" in verdict.cause.zh
    assert "20 公里" in verdict.cause.zh
    assert "--pbf" in verdict.would_change.zh


def test_too_far_from_any_road_is_unroutable():
    verdict = run("connected", "a", "far", snap_m=1500)
    assert verdict.state is State.UNROUTABLE
    assert "far" in verdict.cause.zh
    assert "1500 米" in verdict.cause.zh


def test_snap_limit_of_the_claim_counts():
    assert run("connected", "off", "b", snap_m=599).state is State.UNROUTABLE
    assert run("connected", "off", "b", snap_m=601).state is State.HOLDS


def test_larger_snap_limit_of_another_claim_does_not_leak():
    claims = [
        claim("connected", "off", "b", snap_m=500),
        claim("connected", "far", "b", id="l", snap_m=5000),
    ]
    context = context_of(features_at(1.0, **HERE), claims)
    assert [CHECKS["connected"](context, c).state for c in claims] == [
        State.UNROUTABLE,
        State.UNROUTABLE,
    ]
    assert "500 米" in CHECKS["connected"](context, claims[0]).cause.zh


def test_separate_pieces_are_unroutable_with_the_gap_located():
    verdict = run("connected", "a", "i")
    assert verdict.state is State.UNROUTABLE
    assert "缺口 1.00 公里" in verdict.cause.zh
    (mark,) = verdict.parts[0].marks
    assert mark.role == "gap"
    assert metres(mark.geometry).hausdorff_distance(LineString([(4000, 3000), (4000, 4000)])) < 1


def test_gap_is_the_least_between_any_pieces_at_which_a_line_is_entered():
    # The line touches a stub far away first; its other end lies on the main street.
    roads = [[(0, 9000), (100, 9000)], [(0, 0), (4000, 0)], [(5000, 0), (8000, 0)]]
    features = [feature("l", LineString([(50, 9000), (3000, 10)])), feature("b", (7000, 0))]
    verdict = judge(features, claim("connected", "l", "b"), network=network_of(roads, (True,) * 3))
    assert verdict.state is State.UNROUTABLE
    gap = metres(verdict.parts[0].marks[0].geometry)
    assert gap.hausdorff_distance(LineString([(4000, 0), (5000, 0)])) < 1


def test_one_way_keeps_apart_in_one_direction_only():
    assert run("reaches", "a", "top", max_min=20).state is State.HOLDS
    verdict = run("reaches", "top", "a", max_min=20)
    assert verdict.state is State.UNROUTABLE
    assert "单行" in verdict.cause.zh
    assert verdict.parts[0].marks == ()


def test_one_way_is_the_cause_wherever_both_touch_one_piece():
    # The line also touches the main street; the goal lies up a one-way that leads to the line.
    roads = [[(0, 0), (4000, 0)], [(4000, 0), (5000, 0)], [(5000, 9000), (4000, 9000)]]
    features = [feature("l", LineString([(4000, 9000), (3000, 10)])), feature("b", (5000, 9000))]
    network = network_of(roads, (True, True, False))
    verdict = judge(features, claim("connected", "l", "b"), network=network)
    assert verdict.state is State.UNROUTABLE
    assert "单行" in verdict.cause.zh


def test_two_places_at_one_spot_of_a_one_way_are_together():
    features = features_at(1.0, a=(10_000, 1000), b=(10_000, 1000))
    for pair in ("ab", "ba"):
        verdict = judge(features, claim("reaches", pair[0], pair[1], max_min=1))
        assert (verdict.state, verdict.measure.value) == (State.HOLDS, 0)


def test_every_pair_counts():
    verdict = run("connected", "a north", "b top", max_km=9)
    assert [p.subject + p.object for p in verdict.parts] == ["ab", "atop", "northb", "northtop"]
    assert [p.state.value for p in verdict.parts] == ["holds", "fails", "holds", "fails"]
    assert verdict.state is State.FAILS
    assert verdict.measure.value == pytest.approx(11_000, abs=0.1)


def test_one_unlocated_among_holds_is_no_data():
    assert run("connected", "a nowhere", "b").state is State.NO_DATA


def test_nearest_object_decides():
    verdict = run("near", "a", "b north", max_km=6)
    (part,) = verdict.parts
    assert (verdict.state, part.object) == (State.HOLDS, "north")
    assert verdict.measure.value == pytest.approx(5000, abs=0.1)


@pytest.mark.parametrize(
    ("objects", "max_km", "state"),
    [
        ("north nowhere", 6, "holds"),
        ("nowhere north", 4, "no_data"),
        ("north i", 4, "fails"),  # 6.4 km in a straight line
        ("b i", 7, "unroutable"),
        ("north b", 4, "fails"),
        ("north beyond", 4, "fails"),  # 29 km in a straight line
        ("beyond", 4, "no_data"),
    ],
)
def test_object_that_cannot_be_judged_leaves_near_open(objects, max_km, state):
    assert run("near", "a", objects, max_km=max_km).state == state


@pytest.mark.parametrize(
    ("accuracy", "max_km", "state"), [(1, 5.1, "holds"), (1, 4.9, "fails"), (200, 4.9, "uncertain")]
)
def test_near_threshold(accuracy, max_km, state):
    verdict = run("near", "a", "north", accuracy, max_km=max_km)
    assert verdict.state == state
    assert verdict.measure.threshold == pytest.approx(1000 * max_km)


def test_estimate_stands_in_beyond_the_roads():
    verdict = run("near", "a", "beyond", max_km=60, settings=Settings(estimate=True))
    assert (verdict.state, verdict.estimated, verdict.confidence) == (
        State.HOLDS,
        True,
        Confidence.LOW,
    )
    assert verdict.measure.value == pytest.approx(29_000 * 1.4, rel=0.001)
    (part,) = verdict.parts
    assert part.estimated
    assert part.time_min == pytest.approx(29 * 1.4 / 40 * 60, rel=0.001)
    assert part.delta == pytest.approx(0.2 * 29_000 * 1.4, rel=0.001)
    assert [mark.role for mark in part.marks] == ["estimate"]
    assert "估算" in verdict.cause.zh


def test_estimate_is_uncertain_within_a_fifth():
    assert (
        run("near", "a", "beyond", max_km=45, settings=Settings(estimate=True)).state
        is State.UNCERTAIN
    )
    assert (
        run("near", "a", "beyond", max_km=30, settings=Settings(estimate=True)).state is State.FAILS
    )


def test_estimate_uses_the_settings():
    settings = Settings(estimate=True, circuity=2.0, estimate_kmh=60.0)
    (part,) = run("reaches", "a", "beyond", max_min=90, settings=settings).parts
    assert part.time_min == pytest.approx(58, rel=0.001)


def test_estimate_never_shows_a_connection_nor_bridges_a_gap():
    on = Settings(estimate=True)
    assert run("connected", "a", "beyond", settings=on).state is State.NO_DATA
    assert run("near", "a", "i", max_km=50, settings=on).state is State.UNROUTABLE
    assert run("reaches", "top", "a", max_min=50, settings=on).state is State.UNROUTABLE


def test_no_estimate_unless_asked_for_or_needed():
    assert not run("near", "a", "north", max_km=6, settings=Settings(estimate=True)).estimated
    assert run("near", "a", "beyond", max_km=60).state is State.NO_DATA


def test_area_is_entered_at_its_anchor():
    features = [feature("area", box(7000, 3000, 9000, 11_000), anchor="seat"), feature("seat", (8000, 0), 100.0),
                feature("a", (1000, 0), 0.1)]  # fmt: skip
    verdict = judge(features, claim("connected", "a", "area", max_km=8))
    assert verdict.state is State.HOLDS
    assert verdict.measure.value == pytest.approx(7000, abs=0.1)
    assert verdict.parts[0].delta == pytest.approx(100, abs=0.1)


def test_area_without_anchor_is_as_uncertain_as_wide():
    features = [feature("area", box(7000, -1000, 9000, 1000)), feature("a", (1000, 0), 0.1)]
    (part,) = judge(features, claim("connected", "a", "area", max_km=8)).parts
    assert part.distance_m == pytest.approx(7000, abs=1)
    assert part.delta == pytest.approx(2000 / 3.14159265**0.5, rel=0.001)
    assert part.state is State.UNCERTAIN


def test_anchor_without_a_place_falls_back_to_the_area():
    features = [
        feature("area", box(7000, -1000, 9000, 1000), anchor="seat"),
        feature("seat"),
        feature("a", (1000, 0)),
    ]
    assert judge(features, claim("connected", "a", "area")).parts[0].distance_m == pytest.approx(
        7000, abs=1
    )


def test_line_is_entered_anywhere_along_it():
    features = [feature("l", LineString([(6000, 100), (9000, 100)])), feature("a", (1000, 0))]
    (part,) = judge(features, claim("connected", "a", "l")).parts
    assert part.distance_m == pytest.approx(5100, abs=1)


def test_line_far_from_roads_does_not_snap_by_the_limit_of_places():
    features = [feature("l", LineString([(6000, 300), (9000, 300)])), feature("a", (1000, 0))]
    verdict = judge(features, claim("connected", "a", "l", snap_m=1500))
    assert verdict.state is State.UNROUTABLE
    assert "150 米" in verdict.cause.zh
    features[0] = feature("l", LineString([(6000, 300), (9000, 300)]), 400.0)
    assert judge(features, claim("connected", "a", "l", snap_m=1500)).state is State.HOLDS


def test_place_beside_a_motorway_cannot_enter_it():
    roads = [[(0, 0), (10_000, 0)], [(0, 0), (0, 900), (10_000, 900), (10_000, 0)]]
    network = network_of(roads, (True, True), ["motorway", "street"])
    features = features_at(1.0, a=(1000, 50), b=(9000, 50))
    (part,) = judge(features, claim("connected", "a", "b"), network=network).parts
    assert part.distance_m == pytest.approx(850 + 8000 + 850, abs=1)


@given(
    st.permutations(list(HERE)),
    st.floats(0.5, 20),
    st.floats(0, 10),
    st.sampled_from(["near", "connected"]),
)
@settings(max_examples=25, deadline=None)
def test_order_does_not_matter_and_a_larger_limit_never_hurts(keys, max_km, more, predicate):
    features = [feature(key, HERE[key], 200.0) for key in keys]
    states = {
        limit: judge(features, claim(predicate, "a north", "b top", max_km=limit)).state
        for limit in (max_km, max_km + more)
    }
    order = [State.FAILS, State.UNCERTAIN, State.HOLDS]
    assert order.index(states[max_km + more]) >= order.index(states[max_km])
    plain = features_at(200.0, **HERE)
    verdict = judge(plain, claim(predicate, "a north", "b top", max_km=max_km))
    assert verdict.state == states[max_km]
