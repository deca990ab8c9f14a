from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from spatialplan.measures.assignment import assign, closures, loads

NO = np.inf
# Three centres, five places; the last place is reached by none, the fourth by one.
COST = np.array(
    [
        [1.0, 7.0, 4.0, NO, NO],
        [3.0, 2.0, 4.0, 9.0, NO],
        [8.0, 6.0, 9.0, NO, np.nan],
    ]
)
costs = arrays(
    float, array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.one_of(st.integers(0, 20).map(float), st.just(NO)),
)  # fmt: skip


def test_each_place_goes_to_its_nearest_centre_and_ties_to_the_first() -> None:
    found = assign(COST)
    assert found.first.tolist() == [0, 1, 0, 1, -1]
    assert found.second.tolist() == [1, 2, 1, -1, -1]
    assert found.first_cost.tolist() == [1.0, 2.0, 4.0, 9.0, NO]
    assert found.second_cost.tolist() == [3.0, 6.0, 4.0, NO, NO]


def test_loads_by_hand() -> None:
    found = loads(assign(COST))
    assert found.served.tolist() == [2, 2, 0]
    np.testing.assert_array_equal(found.mean, [2.5, 5.5, np.nan])
    np.testing.assert_array_equal(found.worst, [4.0, 9.0, np.nan])
    assert found.farthest.tolist() == [2, 3, -1]


def test_closures_by_hand() -> None:
    found = closures(assign(COST))
    assert found.unserved.tolist() == [0, 1, 0]
    np.testing.assert_array_equal(found.mean_extra, [1.0, 4.0, np.nan])
    np.testing.assert_array_equal(found.worst_extra, [2.0, 4.0, np.nan])
    assert found.heirs.tolist() == [[0, 2, 0], [0, 0, 1], [0, 0, 0]]


def test_nobody_to_serve_and_nobody_who_serves() -> None:
    for shape in ((0, 3), (2, 0), (0, 0)):
        found = assign(np.empty(shape))
        assert (found.first == -1).all()
        assert len(found.first) == shape[1]
        assert loads(found).served.tolist() == [0] * shape[0]
        assert closures(found).unserved.tolist() == [0] * shape[0]


@given(costs, st.randoms(use_true_random=False))
def test_the_order_of_the_centres_does_not_matter(cost, random) -> None:
    order = list(range(len(cost)))
    random.shuffle(order)
    one, other = assign(cost), assign(cost[order])
    np.testing.assert_array_equal(one.first_cost, other.first_cost)
    np.testing.assert_array_equal(one.second_cost, other.second_cost)


@given(costs)
def test_one_more_centre_never_makes_a_place_worse_off(cost) -> None:
    fewer, more = assign(cost[:-1]), assign(cost)
    assert (more.first_cost <= fewer.first_cost).all()
    assert (more.second_cost <= fewer.second_cost).all()


@given(costs)
def test_a_closure_is_the_assignment_without_that_centre(cost) -> None:
    found = assign(cost)
    shut = closures(found)
    assert (shut.heirs.sum(axis=1) + shut.unserved == loads(found).served).all()
    for k in range(len(cost)):
        own = found.first == k
        again = assign(np.delete(cost, k, axis=0))
        extra = again.first_cost[own] - found.first_cost[own]
        assert np.isinf(extra).sum() == shut.unserved[k]
        if np.isfinite(extra).any():
            assert shut.mean_extra[k] == extra[np.isfinite(extra)].mean()
