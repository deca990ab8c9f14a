"""Shannon evenness by hand, and what holds for all counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spatialplan.errors import DataError
from spatialplan.measures.mix import shannon_evenness

counts = st.integers(2, 6).flatmap(
    lambda k: arrays(float, (4, k), elements=st.integers(0, 50).map(float))
)


def test_by_hand():
    found = shannon_evenness(np.array([[2.0, 1.0, 1.0, 0.0]]))
    # p = ½, ¼, ¼: H = ½ ln 2 + ½ ln 4 = 1.5 ln 2, of at most ln 4 = 2 ln 2.
    assert found == pytest.approx([0.75])


def test_k_counts_categories_that_a_row_lacks():
    two = shannon_evenness(np.array([[5.0, 5.0]]))
    three = shannon_evenness(np.array([[5.0, 5.0, 0.0]]))
    assert two == pytest.approx([1.0])
    assert three == pytest.approx([np.log(2) / np.log(3)])


def test_nothing_is_not_zero_mix_and_one_category_has_no_mix():
    assert np.isnan(shannon_evenness(np.zeros((1, 3)))).all()
    assert np.isnan(shannon_evenness(np.array([[7.0], [0.0]]))).all()
    assert shannon_evenness(np.zeros((0, 3))).shape == (0,)


@given(counts, st.randoms(use_true_random=False), st.integers(2, 9))
def test_bounds_order_and_scale(table, rng, factor):
    found = shannon_evenness(table)
    empty = table.sum(axis=1) == 0
    assert (np.isnan(found) == empty).all()
    assert ((found[~empty] >= 0) & (found[~empty] <= 1)).all()
    columns = list(range(table.shape[1]))
    rng.shuffle(columns)
    assert shannon_evenness(table[:, columns]) == pytest.approx(found, nan_ok=True)
    assert shannon_evenness(table * factor) == pytest.approx(found, nan_ok=True)


@given(counts)
def test_moving_one_from_the_most_to_the_least_mixes(table):
    row = table[:1].copy()
    most, least = int(row[0].argmax()), int(row[0].argmin())
    if row[0, most] - row[0, least] < 2:
        return
    before = shannon_evenness(row)[0]
    row[0, most] -= 1
    row[0, least] += 1
    assert shannon_evenness(row)[0] > before


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_wrong_counts_are_refused(wrong):
    with pytest.raises(DataError, match="不能为负或缺失"):
        shannon_evenness(np.array([[1.0, wrong]]))
