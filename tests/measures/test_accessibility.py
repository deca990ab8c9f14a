"""Accessibility by hand, and what holds for every world."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spatialplan.errors import DataError
from spatialplan.measures.accessibility import cumulative, detour, e2sfca, gravity
from spatialplan.measures.map_classes import map_classes

INF, NAN = np.inf, np.nan

# Three places, two facilities; place 0 sees both, 1 the first from far, 2 reaches nothing,
# 3 has no position.
COST = np.array([[10.0, 20.0], [30.0, 31.0], [INF, INF], [NAN, NAN]])
DEMAND = np.array([100.0, 200.0, 50.0, NAN])
SUPPLY = np.array([72.0, 34.0])


def test_e2sfca_by_hand():
    access, ratio = e2sfca(COST, DEMAND, SUPPLY)
    # Facility 0: 100·1 + 200·0.22 = 144; facility 1: 100·0.68 = 68.
    assert ratio.tolist() == [0.5, 0.5]
    assert access[:2] == pytest.approx([0.5 + 0.5 * 0.68, 0.5 * 0.22])
    assert access[2] == 0
    assert np.isnan(access[3])


def test_zones_include_their_limit_and_end_after_the_last():
    for minutes, weight in ((0, 1), (10, 1), (10.001, 0.68), (20, 0.68), (30, 0.22)):
        access, _ = e2sfca(np.array([[0.0], [minutes]]), np.array([1.0, 0.0]), np.array([1.0]))
        assert access[1] == pytest.approx(weight)
    access, _ = e2sfca(np.array([[0.0], [30.001]]), np.array([1.0, 0.0]), np.array([1.0]))
    assert access[1] == 0


def test_a_facility_without_demand_has_no_ratio_and_adds_nothing():
    cost = np.array([[5.0, 5.0], [5.0, INF]])
    access, ratio = e2sfca(cost, np.array([0.0, 10.0]), np.array([20.0, 7.0]))
    assert ratio[0] == 2
    assert np.isnan(ratio[1])
    assert access.tolist() == [2.0, 2.0]


def test_direction_is_from_demand_to_supply():
    # Place 0 reaches the facility, place 1 does not: a transposed matrix would not even fit.
    access, ratio = e2sfca(np.array([[1.0], [INF]]), np.array([4.0, 1000.0]), np.array([8.0]))
    assert (access.tolist(), ratio.tolist()) == ([2.0, 0.0], [2.0])


minutes = st.one_of(st.floats(0, 60), st.just(INF))


@st.composite
def worlds(draw):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    cost = draw(arrays(float, (n, m), elements=minutes))
    cost[draw(arrays(bool, n))] = NAN
    demand = draw(arrays(float, n, elements=st.floats(0, 1e4).map(lambda p: round(p, 3))))
    supply = draw(arrays(float, m, elements=st.floats(0, 1e4)))
    return cost, demand, supply


@settings(max_examples=200)
@given(worlds())
def test_e2sfca_conserves_supply(world):
    cost, demand, supply = world
    access, ratio = e2sfca(cost, demand, supply)
    assert np.nansum(demand * access) == pytest.approx(supply[np.isfinite(ratio)].sum())
    reaches = (np.where(demand[:, None] > 0, cost, INF) <= 30).any(axis=0)
    assert (np.isfinite(ratio) == reaches).all()


@given(worlds(), st.floats(0.1, 3), st.floats(0.1, 10), st.randoms(use_true_random=False))
def test_missing_stays_missing_nothing_is_zero_and_order_does_not_matter(world, beta, floor, rng):
    cost, demand, supply = world
    order = list(range(len(cost)))
    rng.shuffle(order)
    unplaced = np.isnan(cost).all(axis=1)
    cut_off = np.isinf(cost).all(axis=1)
    for measure in (
        lambda c, p: e2sfca(c, p, supply)[0],
        lambda c, p: gravity(c, supply, beta, floor),
        lambda c, p: cumulative(c, supply, 15.0),
    ):
        found = measure(cost, demand)
        assert (np.isnan(found) == unplaced).all()
        assert (found[cut_off] == 0).all()
        assert (found[~unplaced] >= 0).all()
        assert measure(cost[order], demand[order]) == pytest.approx(found[order], nan_ok=True)


def test_gravity_by_hand():
    found = gravity(COST, SUPPLY, beta=2.0, floor_min=20.0)
    assert found[0] == pytest.approx(72 / 400 + 34 / 400)  # 10 minutes count as 20
    assert found[1] == pytest.approx(72 / 900 + 34 / 961)
    assert found[2] == 0
    assert np.isnan(found[3])


def test_cumulative_by_hand():
    assert cumulative(COST, SUPPLY, 20.0)[:3].tolist() == [106.0, 0.0, 0.0]
    assert cumulative(COST, SUPPLY, 30.0)[:3].tolist() == [106.0, 72.0, 0.0]


@given(worlds(), st.floats(0, 60), st.floats(0, 60))
def test_a_greater_limit_never_counts_less(world, one, other):
    cost, _, supply = world
    low, high = (cumulative(cost, supply, limit) for limit in sorted((one, other)))
    assert (np.nan_to_num(low) <= np.nan_to_num(high)).all()


def test_partly_missing_costs_are_not_reached():
    cost = np.array([[5.0, NAN]])
    assert cumulative(cost, np.array([1.0, 1.0]), 10.0).tolist() == [1.0]
    assert gravity(cost, np.array([1.0, 1.0]), 1.0, 1.0).tolist() == [0.2]
    assert e2sfca(cost, np.array([1.0]), np.array([1.0, 1.0]))[0].tolist() == [1.0]


def test_without_facilities_nothing_is_reached():
    cost = np.empty((2, 0))
    assert cumulative(cost, np.empty(0), 10.0).tolist() == [0.0, 0.0]
    assert gravity(cost, np.empty(0), 1.0, 1.0).tolist() == [0.0, 0.0]
    assert e2sfca(cost, np.ones(2), np.empty(0))[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: e2sfca(COST, np.array([1.0, NAN, 1, 1]), SUPPLY),
            "需求有 1 个为负或缺失（第 2 个起",
        ),
        (lambda: e2sfca(COST, DEMAND, np.array([-1.0, 1.0])), "供给有 1 个"),
        (lambda: e2sfca(COST, DEMAND, SUPPLY, zones=((20, 1), (10, 0.5))), "由近到远"),
        (lambda: gravity(COST, SUPPLY, 0.0, 1.0), "大于 0"),
        (lambda: gravity(COST, SUPPLY, 1.0, 0.0), "大于 0"),
        (lambda: cumulative(COST, np.array([NAN, 1.0]), 1.0), "供给有 1 个"),
    ],
)
def test_wrong_numbers_are_refused(call, said):
    with pytest.raises(DataError, match=said):
        call()


def test_detour():
    found = detour(np.array([1300.0, 999.0, 5.0, NAN, INF]), np.array([1000.0, 1000.0, 0, 1, 1]))
    assert found[:2].tolist() == [1.3, 1.0]
    assert np.isnan(found[2:]).all()


def test_classes_hold_equal_numbers():
    values = np.array([20.0, 1.0, 1.2, 2.0, 5.0, 5.1, 9.0, 9.5, NAN, INF])
    classes, breaks = map_classes(values, k=4)
    assert (classes[-2:] == -1).all()
    assert np.bincount(classes[:8]).tolist() == [2, 2, 2, 2]
    assert breaks.tolist() == [1.2, 5.0, 9.0, 20.0]


@pytest.mark.parametrize(
    ("values", "classes", "breaks"),
    [
        ([], [], []),
        ([NAN, NAN], [-1, -1], []),
        ([3.0, 3.0, NAN], [0, 0, -1], [3.0]),
        ([0.0, 7.0, 0.0, 2.0], [0, 2, 0, 1], [0.0, 2.0, 7.0]),
    ],
)
def test_few_distinct_values_make_few_classes(values, classes, breaks):
    found = map_classes(np.array(values, dtype=float))
    assert found[0].tolist() == classes
    assert found[1].tolist() == breaks


@settings(max_examples=50, deadline=None)
@given(arrays(float, st.integers(1, 40), elements=st.floats(0, 100)), st.integers(1, 6))
def test_classes_follow_the_values(values, k):
    classes, breaks = map_classes(values, k)
    assert len(breaks) <= k
    assert classes.max() == len(breaks) - 1
    assert (values <= breaks[classes]).all()
    order = np.argsort(values)
    assert (np.diff(classes[order]) >= 0).all()
    assert (map_classes(values[::-1], k)[0][::-1] == classes).all()
