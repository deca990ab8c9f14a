"""Cohesion of regions against hand-computed worlds and what the formula promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spatialplan.errors import DataError
from spatialplan.measures.cohesion import cohesion

NAN = np.nan
# Four seats on a line at 0, 10, 50 and 70 minutes; travel westward costs 2 minutes more.
AT = np.array([0.0, 10.0, 50.0, 70.0])
LINE = np.abs(AT[:, None] - AT[None, :]) + 2.0 * (AT[:, None] > AT[None, :])
WEST = np.array([True, True, False, False])

times = arrays(float, (5, 5), elements=st.floats(1, 200))
members = arrays(bool, 5).filter(lambda m: 2 <= m.sum() <= 4)


def test_hand_computed() -> None:
    found = cohesion(LINE, WEST)
    assert found.within == pytest.approx((10 + 12) / 2)
    # West to east 50, 70, 40, 60, and each back with 2 minutes more.
    assert found.between == pytest.approx((50 + 70 + 40 + 60) / 4 + 1)
    assert found.ratio == pytest.approx(11 / 56)
    assert (found.members, found.pairs_within, found.pairs_between) == (2, (2, 2), (8, 8))
    assert found.is_whole


def test_both_directions_count() -> None:
    back = LINE.copy()
    back[1, 0] = 110.0
    assert cohesion(back, WEST).within == pytest.approx((10 + 110) / 2)
    out = LINE.copy()
    out[2, 0] += 80.0
    assert cohesion(out, WEST).between == pytest.approx(56 + 10)


def test_unknown_pairs_are_left_out_and_told() -> None:
    time = LINE.copy()
    time[0, 1] = NAN
    time[0, 3] = np.inf
    found = cohesion(time, WEST)
    assert found.within == pytest.approx(12)
    assert found.pairs_within == (1, 2)
    assert found.pairs_between == (7, 8)
    assert not found.is_whole


@pytest.mark.parametrize(
    ("member", "known"),
    [
        ([False] * 4, (None, None)),
        ([True, False, False, False], (None, 44.0 + 1 / 3)),
        ([True] * 4, (pytest.approx(42 + 2 / 3), None)),
    ],
)
def test_degenerate_regions_have_no_ratio(member: list[bool], known: tuple) -> None:
    found = cohesion(LINE, np.array(member))
    assert found.ratio is None
    assert found.within == known[0]
    assert found.between == pytest.approx(known[1])


def test_no_route_at_all_and_no_distance() -> None:
    assert cohesion(np.full((3, 3), NAN), np.array([True, True, False])).ratio is None
    assert cohesion(np.zeros((3, 3)), np.array([True, True, False])).ratio is None
    assert cohesion(np.empty((0, 0)), np.empty(0, dtype=bool)).members == 0


def test_uncertainty_of_the_ratio() -> None:
    sure = cohesion(LINE, WEST, np.zeros((4, 4)))
    assert sure.delta == 0.0
    found = cohesion(LINE, WEST, np.full((4, 4), 3.0))
    # Quotient of two means, each known to 3 minutes.
    low, high = (11 - 3) / 56, (11 + 3) / 56
    assert found.delta == pytest.approx(np.hypot((high - low) / 2, 11 / 56 * 3 / 56))


def test_shape_is_checked() -> None:
    with pytest.raises(DataError, match="4 × 4"):
        cohesion(LINE[:3], WEST)


@given(times, members, st.permutations(range(5)))
def test_order_does_not_matter(time: np.ndarray, member: np.ndarray, order: list[int]) -> None:
    turned = cohesion(time[np.ix_(order, order)], member[order])
    assert turned.ratio == pytest.approx(cohesion(time, member).ratio)


@given(times, members, st.floats(0.1, 10))
def test_scale_and_direction_do_not_matter(
    time: np.ndarray, member: np.ndarray, scale: float
) -> None:
    ratio = cohesion(time, member).ratio
    assert cohesion(time * scale, member).ratio == pytest.approx(ratio)
    assert cohesion(time.T, member).ratio == pytest.approx(ratio)


@given(times, members)
def test_longer_ways_within_loosen_and_longer_ways_between_tighten(
    time: np.ndarray, member: np.ndarray
) -> None:
    ratio = cohesion(time, member).ratio
    a, b = np.flatnonzero(member)[:2]
    out = np.flatnonzero(~member)[0]
    within, between = time.copy(), time.copy()
    within[a, b] += 50
    between[a, out] += 50
    assert cohesion(within, member).ratio > ratio
    assert cohesion(between, member).ratio < ratio


@given(times, members)
def test_the_diagonal_is_not_used(time: np.ndarray, member: np.ndarray) -> None:
    filled = time.copy()
    np.fill_diagonal(filled, 1e9)
    assert cohesion(filled, member) == cohesion(time, member)
