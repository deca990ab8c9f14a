"""Huff's shares by hand, and what holds for every world."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spatialplan.errors import DataError
from spatialplan.measures.huff import huff_shares

INF, NAN = np.inf, np.nan


def test_by_hand():
    # Pulls 8/2² = 2, 9/3² = 1, 4/2² = 1.
    found = huff_shares(np.array([[2.0, 3.0, 2.0]]), np.array([8.0, 9.0, 4.0]), 2.0, 1.0)
    assert found[0] == pytest.approx([0.5, 0.25, 0.25])


def test_costs_below_the_floor_count_as_it():
    cost = np.array([[0.0, 10.0], [5.0, 10.0], [4.9, 10.0]])
    found = huff_shares(cost, np.ones(2), 2.0, 5.0)
    assert found == pytest.approx(np.array([[0.8, 0.2]] * 3))


def test_what_is_not_reached_gets_nothing_and_who_reaches_nothing_is_unknown():
    cost = np.array([[10.0, INF], [INF, NAN], [10.0, 10.0]])
    found = huff_shares(cost, np.array([1.0, 1.0]), 2.0, 5.0)
    assert found[0].tolist() == [1.0, 0.0]
    assert np.isnan(found[1]).all()
    without = huff_shares(cost, np.array([0.0, 1.0]), 2.0, 5.0)
    assert np.isnan(without[0]).all()  # it reaches only a centre of no attraction
    assert without[2].tolist() == [0.0, 1.0]


def test_very_far_places_do_not_underflow():
    found = huff_shares(np.array([[1e150, 2e150]]), np.ones(2), 3.0, 1.0)
    assert found[0] == pytest.approx([8 / 9, 1 / 9])


def test_nothing_to_compare():
    assert huff_shares(np.zeros((0, 2)), np.ones(2), 2.0, 1.0).shape == (0, 2)
    assert huff_shares(np.zeros((3, 0)), np.ones(0), 2.0, 1.0).shape == (3, 0)


@st.composite
def worlds(draw):
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cost = draw(arrays(float, (n, m), elements=st.one_of(st.floats(0, 120), st.just(INF))))
    attraction = draw(arrays(float, m, elements=st.integers(0, 300).map(float)))
    return cost, attraction


@given(worlds(), st.floats(0.5, 3), st.floats(1, 10))
def test_rows_sum_to_one_or_are_unknown(world, beta, floor):
    cost, attraction = world
    found = huff_shares(cost, attraction, beta, floor)
    reaches = (np.isfinite(cost) & (attraction > 0)).any(axis=1)
    assert found[reaches].sum(axis=1) == pytest.approx(np.ones(reaches.sum()))
    assert np.isnan(found[~reaches]).all()


@given(worlds(), st.floats(0.5, 3), st.randoms(use_true_random=False), st.floats(0.1, 9))
def test_order_and_units_do_not_matter(world, beta, rng, factor):
    cost, attraction = world
    found = huff_shares(cost, attraction, beta, 5.0)
    order = list(range(len(attraction)))
    rng.shuffle(order)
    turned = huff_shares(cost[:, order], attraction[order], beta, 5.0)
    assert turned == pytest.approx(found[:, order], nan_ok=True)
    scaled = huff_shares(cost * factor, attraction * factor, beta, 5.0 * factor)
    assert scaled == pytest.approx(found, nan_ok=True)


@given(worlds(), st.floats(0.5, 3))
def test_more_attraction_never_lowers_a_share(world, beta):
    cost, attraction = world
    before = huff_shares(cost, attraction, beta, 5.0)
    more = attraction.copy()
    more[0] += 10
    after = huff_shares(cost, more, beta, 5.0)
    known = ~np.isnan(before[:, 0])
    assert (after[known, 0] >= before[known, 0] - 1e-12).all()


@pytest.mark.parametrize(("beta", "floor"), [(0.0, 1.0), (2.0, 0.0), (-1.0, 1.0)])
def test_wrong_parameters_are_refused(beta, floor):
    with pytest.raises(DataError, match="大于 0"):
        huff_shares(np.ones((1, 1)), np.ones(1), beta, floor)


def test_wrong_attraction_is_refused():
    with pytest.raises(DataError, match="吸引力"):
        huff_shares(np.ones((1, 2)), np.array([1.0, NAN]), 2.0, 1.0)
