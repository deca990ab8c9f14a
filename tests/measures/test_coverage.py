"""Coverage states: by hand, against all pairs, and what more stations and higher limits may do."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from spatialplan.checks.judging import judge
from spatialplan.measures.bounds import best_bounds
from spatialplan.measures.coverage import (
    UNKNOWN_M,
    Reason,
    bounds_of,
    combined_accuracy,
    coverage_states,
    nearest_delta,
    uncertainty,
)
from spatialplan.measures.shares import area_shares
from spatialplan.model.coverage import Service, VillageService
from spatialplan.model.delivery import Demand
from spatialplan.model.limit import parse_limit
from spatialplan.model.verdict import State, VillageState
from spatialplan.network.nearest import nearest_two
from spatialplan.network.od import pair_paths
from tests.network.lines import SPEEDS, make_network, snap
from tests.network.test_nearest import SNAP_M, worlds
from tests.network.test_routing import network_of

S = VillageState
NAN, INF = np.nan, np.inf


def states(cost, delta, limit, placed=True, in_extent=True, snapped=True):
    n = len(cost)
    flags = [np.broadcast_to(np.array(f), (n,)) for f in (placed, in_extent, snapped)]
    bounds = bounds_of(np.array(cost, float), np.array(delta, float), np.arange(n))
    return [list(found) for found in coverage_states(*flags, bounds, limit)]


def test_every_state_and_reason():
    state, reason = states(
        cost=[900, 901, 800, 1000, 780, INF, INF, INF, INF, 700],
        delta=[0, 0, 100, 100, 100, NAN, NAN, NAN, NAN, 0],
        limit=900.0,
        placed=np.array([1, 1, 1, 1, 1, 0, 1, 1, 1, 1], dtype=bool),
        in_extent=np.array([1, 1, 1, 1, 1, 0, 0, 1, 1, 0], dtype=bool),
        snapped=np.array([1, 1, 1, 1, 1, 0, 0, 0, 1, 0], dtype=bool),
    )
    assert list(zip(state, reason, strict=True)) == [
        (S.COVERED, Reason.WITHIN),
        (S.NOT_COVERED, Reason.BEYOND),
        (S.UNCERTAIN, Reason.DOUBTFUL),  # 800 + 100 is the limit itself
        (S.UNCERTAIN, Reason.DOUBTFUL),  # as is 1000 - 100
        (S.COVERED, Reason.WITHIN),
        (S.NO_DATA, Reason.UNPLACED),
        (S.NO_DATA, Reason.OUTSIDE),
        (S.UNROUTABLE, Reason.NO_ROAD),
        (S.UNROUTABLE, Reason.DISCONNECTED),
        (S.COVERED, Reason.WITHIN),  # beyond the mapped roads, with its point on the spot
    ]


@given(cost=st.integers(0, 50), delta=st.integers(0, 20), limit=st.integers(1, 50))
def test_one_facility_is_judged_as_claims_are(cost, delta, limit):
    same = {State.HOLDS: S.COVERED, State.FAILS: S.NOT_COVERED, State.UNCERTAIN: S.UNCERTAIN}
    assert states([cost], [delta], limit)[0] == [same[judge(cost, limit, delta)]]


RANK = {S.NOT_COVERED: 0, S.UNCERTAIN: 1, S.COVERED: 2}
costs = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), min_size=1, max_size=5)


@given(costs, st.integers(1, 60), st.integers(0, 30))
def test_a_higher_limit_never_lowers_the_state(rows, limit, more):
    cost, delta = zip(*rows, strict=True)
    low, high = (states(cost, delta, value)[0] for value in (limit, limit + more))
    assert all(RANK[a] <= RANK[b] for a, b in zip(low, high, strict=True))


def test_accuracies_combine_as_squares_and_unknown_is_assumed():
    found = combined_accuracy(np.array([3.0, NAN]), np.array([4.0, 0]), np.array([12.0, 0]))
    assert found.tolist() == [13, UNKNOWN_M]


def test_metres_become_time_at_the_pace_of_the_path_but_no_slower_than_the_leg():
    def delta(time_ms, length_m, by="time"):
        return uncertainty(
            np.array([50.0]), np.array([time_ms]), np.array([length_m]), access_kmh=18.0, by=by
        )[0]

    assert delta(100_000.0, 1000.0) == 50 * 100
    assert delta(0.0, 0.0) == 50 * 200
    assert delta(900_000.0, 1000.0) == 50 * 200
    assert delta(100_000.0, 1000.0, "length") == 50_000
    assert np.isnan(delta(NAN, NAN))
    assert np.isnan(delta(NAN, NAN, "length"))


def located(network, places):
    """Return the sites of (x, y, accuracy) triples."""
    table = np.array(places, dtype=float).reshape(-1, 3)
    return snap(network, table[:, :2], SNAP_M), table[:, :2], table[:, 2]


def found_bounds(network, villages, stations, by, limits):
    found = nearest_two(network, *villages[:2], *stations[:2], by)
    return best_bounds(network, villages, stations, found, by=by, limits=tuple(limits))


def states_of(network, villages, stations, by, limits):
    bounds = found_bounds(network, villages, stations, by, limits)
    n = len(villages[2])
    yes = np.ones(n, dtype=bool)
    return [coverage_states(yes, yes, villages[0].is_snapped, bounds, c)[0] for c in limits]


def test_the_third_facility_can_make_sure():
    """Two vague stations near by, a sure one a little farther: covered, by the sure one."""
    network = make_network([(0, 0), (3000, 0)])
    villages = located(network, [(0, 0, 0)])
    vague = [(800, 0, 400), (900, 0, 400)]
    limit = 100_000.0  # a kilometre
    assert states_of(network, villages, located(network, vague), "time", [limit])[0] == [
        "uncertain"
    ]
    stations = located(network, [*vague, (950, 0, 10), (950, 0, 10)])
    bounds = found_bounds(network, villages, stations, "time", [limit])
    assert bounds.by.tolist() == [2]
    assert states_of(network, villages, stations, "time", [limit])[0] == ["covered"]


def test_the_third_facility_can_be_possible():
    """The two nearest are surely too far, a vague one beyond them may be near enough."""
    network = make_network([(0, 0), (3000, 0)])
    villages = located(network, [(0, 0, 0)])
    sure = [(1010, 0, 1), (1020, 0, 1)]
    limit = 1_000_000.0
    for by, c in (("time", limit / 10), ("length", limit)):
        assert states_of(network, villages, located(network, sure), by, [c])[0] == ["not_covered"]
        stations = located(network, [*sure, (1100, 0, 150)])
        assert states_of(network, villages, stations, by, [c])[0] == ["uncertain"]


accuracies = st.sampled_from([0.0, 5.0, 40.0, 120.0, NAN])


def with_accuracy(draw, network, xy):
    chosen = [draw(accuracies) for _ in range(len(xy))]
    return snap(network, xy, SNAP_M), xy, np.array(chosen, dtype=float)


@st.composite
def doubtful_worlds(draw):
    edges, villages, stations = draw(worlds())
    accuracy_m = np.full(len(edges), draw(st.sampled_from([0.0, 30.0])))
    network = dataclasses.replace(network_of(edges), accuracy_m=accuracy_m)
    return network, with_accuracy(draw, network, villages), with_accuracy(draw, network, stations)


limits_of = st.lists(st.integers(1000, 60_000).map(lambda ms: ms + 0.5), min_size=1, max_size=3)


@pytest.mark.parametrize("by", ["time", "length"])
@given(world=doubtful_worlds(), limits=limits_of)
@settings(max_examples=100, deadline=None)
def test_states_equal_those_over_all_pairs(by, world, limits):
    network, villages, stations = world
    limits = [c if by == "time" else 10 * c + 0.5 for c in limits]
    shape = len(villages[2]), len(stations[2])
    pairs = np.argwhere(np.ones(shape))
    paths = pair_paths(network, villages[:2], stations[:2], pairs, by=by)
    accuracy = combined_accuracy(villages[2][pairs[:, 0]], stations[2][pairs[:, 1]], paths.road_m)
    delta = uncertainty(
        accuracy, paths.time_ms, paths.length_m, access_kmh=SPEEDS.access_kmh, by=by
    )
    low = np.where(paths.reached, paths.cost - delta, INF).reshape(shape)
    high = np.where(paths.reached, paths.cost + delta, INF).reshape(shape)
    for c, found in zip(limits, states_of(network, villages, stations, by, limits), strict=True):
        for i in range(shape[0]):
            if np.isinf(low[i]).all():
                assert found[i] == "unroutable"
            elif (high[i] < c).any():
                assert found[i] == "covered"
            else:
                assert found[i] == ("uncertain" if (low[i] <= c).any() else "not_covered")


@given(world=doubtful_worlds(), limits=limits_of, data=st.data())
@settings(max_examples=100, deadline=None)
def test_another_station_never_lowers_the_state(world, limits, data):
    network, villages, stations = world
    kept = data.draw(st.integers(0, len(stations[2])))
    fewer = snap(network, stations[1][:kept], SNAP_M), stations[1][:kept], stations[2][:kept]
    order = ["unroutable", "not_covered", "uncertain", "covered"]
    before = states_of(network, villages, fewer, "length", limits)
    # A station may round the road that it parts by a millimetre.
    after = states_of(network, villages, stations, "length", [c + 5 for c in limits])
    for low, high in zip(before, after, strict=True):
        assert all(order.index(a) <= order.index(b) for a, b in zip(low, high, strict=True))


def test_delta_of_the_nearest():
    network = make_network([(0, 0), (1000, 0)], accuracy_m=np.array([12.0]))
    villages = located(network, [(0, 0, 3), (500, 900, 3)])
    stations = located(network, [(600, 0, 4)])
    found = nearest_two(network, *villages[:2], *stations[:2], "time")
    accuracy = villages[2], stations[2]
    delta = nearest_delta(found, 0, accuracy, access_kmh=18.0, by="time")
    assert delta[0] == 13 * 100
    assert np.isnan(delta[1])
    assert np.isnan(nearest_delta(found, 1, accuracy, access_kmh=18.0, by="time")).all()


def service(minutes):
    return Service(facility="f", time_min=minutes, distance_m=minutes * 500, straight_m=0.0,
                   delta=0.0, path=LineString())  # fmt: skip


def village(number, township, district, state, minutes=None, population=None):
    demand = Demand(id=str(number), name=f"村{number}", township=township, district=district,
                    district_code="", on_roster=True, lon=None, lat=None, accuracy_m=None,
                    population=population, parent="", source="", origin="")  # fmt: skip
    states_ = state if isinstance(state, tuple) else (state,)
    return VillageService(
        demand=demand, states=states_, causes=(), second=None, chain=None,
        nearest=None if minutes is None else service(minutes),
    )  # fmt: skip


def test_shares_by_hand():
    rows = [
        village(1, "乙镇", "东县", S.COVERED, 4, 100),
        village(2, "甲镇", "东县", S.NOT_COVERED, 20, 300),
        village(3, "乙镇", "东县", S.UNCERTAIN, 8, 50),
        village(4, "甲镇", "西县", S.NO_DATA),
    ]
    shares = area_shares(rows, [parse_limit("15min")], "某市")
    assert [(s.level, s.name, s.district) for s in shares] == [
        ("township", "乙镇", "东县"), ("township", "甲镇", "东县"), ("township", "甲镇", "西县"),
        ("district", "东县", "东县"), ("district", "西县", "西县"), ("city", "某市", ""),
    ]  # fmt: skip
    first, east, city = shares[0], shares[3], shares[5]
    assert (first.total, first.covered, first.uncertain, first.judged) == (2, 1, 1, 1)
    assert (first.p50, first.p90) == pytest.approx((6, 7.6))
    assert (east.population, east.population_covered) == (450, 100)
    assert (city.population, city.population_covered, city.no_data) == (None, None, 1)
    assert (shares[2].p50, shares[2].p90) == (None, None)
    metres = area_shares(rows, [parse_limit("5km")], "某市")[0]
    assert metres.p50 == pytest.approx(3000)


rosters = st.lists(
    st.tuples(
        st.sampled_from("甲乙丙"), st.sampled_from("东西"),
        st.tuples(st.sampled_from(list(S)), st.sampled_from(list(S))), st.integers(0, 9),
    ),
    max_size=30,
)  # fmt: skip


@given(rosters)
def test_rows_add_up(roster):
    rows = [village(i, t, d, s, population=p) for i, (t, d, s, p) in enumerate(roster)]
    limits = [parse_limit("15min"), parse_limit("5km")]
    shares = area_shares(rows, limits, "某市")
    counts = [*map(str, S), "total", "population", "population_covered"]
    for limit in limits:
        by_level = {
            level: [s for s in shares if s.level == level and s.limit == limit]
            for level in ("township", "district", "city")
        }
        totals = {
            level: [sum(getattr(s, name) for s in group) for name in counts]
            for level, group in by_level.items()
        }
        assert totals["township"] == totals["district"] == totals["city"]
        assert totals["city"][5] == len(roster)
        for share in by_level["district"]:
            below = [s for s in by_level["township"] if s.district == share.name]
            for name in counts:
                assert sum(getattr(s, name) for s in below) == getattr(share, name)
        for s in shares:
            assert s.total == sum(getattr(s, name) for name in counts[:5])
