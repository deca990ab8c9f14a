"""Location models equal brute force on small worlds, and answer every hostile one."""

from __future__ import annotations

from itertools import chain, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from spatialplan.errors import DataError
from spatialplan.measures import siting_median, siting_served
from spatialplan.measures.siting import lscp, mclp, pmedian, trade_off

LIMIT = 4.0


def world(seed, n_max=9, m_max=7):
    """Return costs (some without a way), weights (some 0) and a number of existing columns."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(0, n_max + 1)), int(rng.integers(0, m_max + 1))
    cost = rng.integers(0, 12, (n, m)).astype(float)
    cost[rng.random((n, m)) < rng.choice([0.0, 0.2, 0.7])] = np.inf
    weight = rng.integers(0, 6, n).astype(float)
    return cost, weight, int(rng.integers(0, m + 1)) if rng.random() < 0.5 else 0


def subsets(existing, m, p):
    """Return every set of open columns with at most `p` new ones."""
    new = range(existing, m)
    sizes = range(min(p, m - existing) + 1)
    return [
        [*range(existing), *s] for s in chain.from_iterable(combinations(new, k) for k in sizes)
    ]


def nearest(cost, columns):
    return cost[:, columns].min(axis=1, initial=np.inf)


def check_honest(cost, limit, existing, found):
    """The assignment goes to open columns within the limit, and the gap is closed."""
    opened = {*range(existing), *found.sites}
    assert list(found.sites) == sorted(set(found.sites))
    assert all(site >= existing for site in found.sites)
    for i, j in enumerate(found.assigned):
        assert j == -1 or (j in opened and cost[i, j] <= limit and np.isfinite(cost[i, j]))
    within = np.isfinite(cost) & (cost <= limit)
    assert set(found.uncoverable) >= set(np.flatnonzero(~within.any(axis=1)))
    assert found.optimal
    assert found.gap == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("block", range(10))
def test_lscp_equals_brute_force(block) -> None:
    for seed in range(block * 30, block * 30 + 30):
        cost, _, existing = world(seed)
        m = cost.shape[1]
        found = lscp(cost, LIMIT, existing=existing)
        check_honest(cost, LIMIT, existing, found)
        able = nearest(cost, range(m)) <= LIMIT
        full = [s for s in subsets(existing, m, m) if (nearest(cost, s)[able] <= LIMIT).all()]
        assert found.value == len(found.sites) == min(map(len, full)) - existing
        assert [j >= 0 for j in found.assigned] == able.tolist()
        assert found.uncoverable == tuple(np.flatnonzero(~able))
        # Minimal: without any one of them some demand is left.
        for site in found.sites:
            rest = [*range(existing), *(s for s in found.sites if s != site)]
            assert (nearest(cost, rest)[able] > LIMIT).any()


@pytest.mark.parametrize("block", range(10))
def test_mclp_equals_brute_force(block) -> None:
    for seed in range(block * 30, block * 30 + 30):
        cost, weight, existing = world(seed)
        p = seed % 4
        found = mclp(cost, LIMIT, p, weight, existing=existing)
        check_honest(cost, LIMIT, existing, found)
        sets = subsets(existing, cost.shape[1], p)
        assert found.value == max(weight[nearest(cost, s) <= LIMIT].sum() for s in sets)
        assert found.value == weight[np.array(found.assigned, dtype=int) >= 0].sum()
        assert len(found.sites) <= p


def median_key(cost, weight, columns):
    best = nearest(cost, columns)
    reached = np.isfinite(best)
    return -weight[reached].sum(), (weight[reached] * best[reached]).sum()


@pytest.mark.parametrize("block", range(10))
def test_pmedian_serves_most_at_least_cost(block) -> None:
    for seed in range(block * 30, block * 30 + 30):
        cost, weight, existing = world(seed)
        p = seed % 4
        found = pmedian(cost, p, weight, existing=existing)
        check_honest(cost, np.inf, existing, found)
        sets = subsets(existing, cost.shape[1], p)
        served, least = min(median_key(cost, weight, s) for s in sets)
        assert found.value == pytest.approx(least)
        assert weight[np.array(found.assigned, dtype=int) >= 0].sum() == -served
        assert len(found.sites) <= p


@pytest.mark.parametrize("seed", range(20))
def test_bound_and_reduction_of_pmedian_lose_nothing(monkeypatch, seed) -> None:
    """Costs at random leave a wide gap to the relaxation, and the start is poor without swaps."""
    monkeypatch.setattr(siting_median, "NEAREST_MIN", 3)
    monkeypatch.setattr(siting_median, "NEAREST_FACTOR", 0)
    monkeypatch.setattr(siting_median, "_swap", lambda cost, fallback, p, found, until: found)
    rng = np.random.default_rng(seed)
    cost, fallback = rng.random((24, 18)), np.full(24, 0.9)
    ways = [list(s) for s in combinations(range(18), 3)]
    least = min(np.minimum(nearest(cost, s), 0.9).sum() for s in ways)
    found = siting_median.least_cost(cost, fallback, 3, 60.0, unavoidable=0.0)
    assert found.proved
    assert found.bound == pytest.approx(least)
    assert np.minimum(nearest(cost, found.columns), 0.9).sum() == pytest.approx(least)
    monkeypatch.setattr(siting_median, "MAX_PAIRS", 0)
    climbed = siting_median.least_cost(cost, fallback, 3, 60.0, unavoidable=0.0)
    assert 0 < climbed.bound <= least + 1e-9


def test_assignment_is_to_the_cheapest_open_column() -> None:
    for seed in range(100):
        cost, weight, existing = world(seed)
        found = pmedian(cost, 2, weight, existing=existing)
        opened = np.array(sorted({*range(existing), *found.sites}), dtype=int)
        for i, j in enumerate(found.assigned):
            ways = cost[i, opened]
            if np.isfinite(ways).any():
                assert j == opened[np.argmin(ways)]
            else:
                assert j == -1


# ---- capacities --------------------------------------------------------------------------------


def packings(pair, weight, capacity):
    """Return every assignment, -1 for none, that fits the capacities."""
    n, m = pair.shape
    states = [((), tuple(capacity))]
    for i in range(n):
        grown = []
        for done, room in states:
            grown.append(((*done, -1), room))
            for j in range(m):
                if pair[i, j] and weight[i] <= room[j]:
                    left = (*room[:j], room[j] - weight[i], *room[j + 1 :])
                    grown.append(((*done, j), left))
        states = grown
    return [np.array(done, dtype=int) for done, _ in states]


def small(seed):
    cost, weight, existing = world(seed, n_max=5, m_max=4)
    rng = np.random.default_rng(seed + 10_000)
    capacity = rng.integers(0, 9, cost.shape[1]).astype(float)
    capacity[rng.random(len(capacity)) < 0.2] = np.inf
    return cost, weight, existing, capacity


def new_of(column, existing):
    return len({j for j in column.tolist() if j >= existing})


def check_load(cost, limit, weight, capacity, found):
    column = np.array(found.assigned, dtype=int)
    for j in set(column[column >= 0].tolist()):
        assert weight[column == j].sum() <= capacity[j]
    assert all(cost[i, j] <= limit for i, j in enumerate(column) if j >= 0)


@pytest.mark.parametrize("block", range(5))
def test_capacities_equal_brute_force(block) -> None:
    for seed in range(block * 40, block * 40 + 40):
        cost, weight, existing, capacity = small(seed)
        more = {"existing": existing, "capacity": capacity}
        ways = packings(cost <= LIMIT, weight, capacity)
        found = lscp(cost, LIMIT, weight=weight, **more)
        check_load(cost, LIMIT, weight, capacity, found)
        count = max((w >= 0).sum() for w in ways)
        assert sum(j >= 0 for j in found.assigned) == count
        assert found.value == min(new_of(w, existing) for w in ways if (w >= 0).sum() == count)
        assert found.optimal

        p = seed % 3
        few = [w for w in ways if new_of(w, existing) <= p]
        found = mclp(cost, LIMIT, p, weight, **more)
        check_load(cost, LIMIT, weight, capacity, found)
        assert found.value == max(weight[w >= 0].sum() for w in few)
        assert len(found.sites) <= p
        assert found.optimal

        found = pmedian(cost, p, weight, **more)
        check_load(cost, np.inf, weight, capacity, found)
        ways = packings(np.isfinite(cost), weight, capacity)
        at = np.arange(len(cost))
        least = (
            min(
                (-weight[w >= 0].sum(), (weight * np.where(w >= 0, cost[at, w], 0))[w >= 0].sum())
                for w in ways
                if new_of(w, existing) <= p
            )
            if len(cost) and cost.shape[1]
            else (0.0, 0.0)
        )
        assert found.value == pytest.approx(least[1])
        assert found.optimal


def test_without_tight_capacity_the_answer_is_that_without() -> None:
    for seed in range(60):
        cost, weight, existing = world(seed, 6, 5)
        loose = np.full(cost.shape[1], weight.sum())
        more = {"existing": existing}
        for value, other in (
            (lscp(cost, LIMIT, **more), lscp(cost, LIMIT, weight=weight, capacity=loose, **more)),
            (
                mclp(cost, LIMIT, 2, weight, **more),
                mclp(cost, LIMIT, 2, weight, capacity=loose, **more),
            ),
            (pmedian(cost, 2, weight, **more), pmedian(cost, 2, weight, capacity=loose, **more)),
        ):
            assert value.value == pytest.approx(other.value)


def test_lscp_names_whom_capacities_shut_out() -> None:
    cost = np.zeros((3, 2))
    found = lscp(cost, 1.0, capacity=np.array([1.0, 1.0]))
    assert found.value == 2
    assert sorted(found.assigned) == [-1, 0, 1]
    assert found.uncoverable == ()
    found = lscp(cost, 1.0, weight=np.array([1.0, 1.0, 5.0]), capacity=np.array([2.0, 2.0]))
    assert found.assigned == (0, 0, -1)
    assert found.uncoverable == (2,)


def test_many_pairs_are_thinned_with_an_honest_bound(monkeypatch) -> None:
    rng = np.random.default_rng(3)
    points = rng.random((18, 2)) * 10
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    weight = rng.integers(1, 9, 18).astype(float)
    room = np.full(18, 32.0)
    exact = pmedian(cost, 4, weight, capacity=room)
    assert exact.optimal
    monkeypatch.setattr(siting_served, "MAX_PAIRS", 60)
    thin = pmedian(cost, 4, weight, capacity=room)
    check_load(cost, np.inf, weight, room, thin)
    assert thin.bound == pytest.approx(pmedian(cost, 4, weight).value)
    assert thin.bound <= exact.value <= thin.value + 1e-9
    assert thin.value <= exact.value * 1.1
    loose = pmedian(cost, 4, weight, capacity=np.full(18, weight.sum()))
    assert loose.optimal
    assert loose.value == pytest.approx(pmedian(cost, 4, weight).value)


# ---- properties --------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_more_sites_never_do_worse(seed) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.random((14, 9)) * 10
    weight = rng.random(14) * 3
    covered = [mclp(cost, 3.0, p, weight).value for p in range(10)]
    total = [pmedian(cost, p, weight).value for p in range(1, 10)]
    assert all(b >= a - 1e-9 for a, b in pairwise(covered))
    assert all(b <= a + 1e-9 for a, b in pairwise(total))
    assert lscp(cost, 4.0).value <= lscp(cost, 3.0).value or lscp(cost, 3.0).uncoverable


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_rows_does_not_matter(seed) -> None:
    rng = np.random.default_rng(seed)
    points = rng.random((25, 2)) * 10
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    weight = rng.integers(1, 9, 25).astype(float)
    order = rng.permutation(25)
    for run in (
        lambda c, w: lscp(c, 2.5),
        lambda c, w: mclp(c, 2.5, 3, w),
        lambda c, w: pmedian(c, 3, w),
    ):
        one, other = run(cost, weight), run(cost[order], weight[order])
        assert one.value == pytest.approx(other.value)
        assert one.sites == run(cost, weight).sites
        if one.value != pytest.approx(0):
            assert np.array(one.assigned)[order].tolist() == list(other.assigned)


def test_equal_columns_give_the_lowest() -> None:
    cost = np.tile(np.array([[1.0], [2.0]]), (1, 4))
    weight = np.ones(2)
    assert lscp(cost, 2.0).sites == (0,)
    assert mclp(cost, 2.0, 2, weight).sites == (0,)
    assert pmedian(cost, 2, weight).sites == (0,)
    assert lscp(cost, 2.0, existing=2).sites == ()
    assert lscp(cost, 2.0, existing=2).assigned == (0, 0)


def test_one_site_per_row_is_an_assignment() -> None:
    """With capacity 1 everywhere and every row served, p-median is the assignment problem."""
    rng = np.random.default_rng(5)
    cost = rng.random((8, 8))
    found = pmedian(cost, 8, np.ones(8), capacity=np.ones(8))
    row, column = linear_sum_assignment(cost)
    assert found.value == pytest.approx(cost[row, column].sum())


# ---- the curve ---------------------------------------------------------------------------------


def test_curve_rises_to_the_lscp() -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        points = rng.random((60, 2)) * 10
        cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
        cost[-3:, :] = np.inf
        weight = rng.integers(0, 5, 60).astype(float)
        existing = seed % 3
        curve = trade_off(cost, 1.6, weight, existing=existing)
        every = lscp(cost, 1.6, existing=existing)
        assert curve["sites"].iloc[0] == 0
        assert curve["sites"].iloc[-1] == every.value
        assert curve["covered"].iloc[-1] == 57
        assert curve["weight"].is_monotonic_increasing
        assert (curve["gap"] == 0).all()
        for p, value in zip(curve["sites"], curve["weight"], strict=True):
            if p % 4 == 0:
                assert mclp(cost, 1.6, int(p), weight, existing=existing).value == value
        assert curve["share"].to_numpy() == pytest.approx(curve["weight"].to_numpy() / weight.sum())


def test_curve_of_many_sites_takes_larger_steps() -> None:
    cost = np.where(np.eye(60) > 0, 0.0, np.inf)
    curve = trade_off(cost, 1.0, np.arange(60, 0, -1.0))
    assert curve["sites"].tolist() == [*range(21), 25, 31, 38, 47, 58, 60]
    assert curve["covered"].tolist() == curve["sites"].tolist()
    assert trade_off(cost, 1.0, np.ones(60), p_max=22)["sites"].iloc[-1] == 22
    assert trade_off(cost, 1.0, np.ones(60), p_max=0)["sites"].tolist() == [0]


def test_curve_without_weight_or_demand() -> None:
    curve = trade_off(np.zeros((2, 1)), 1.0, np.zeros(2))
    assert curve["sites"].tolist() == [0, 1]
    assert curve["covered"].tolist() == [0, 2]
    assert curve["share"].isna().all()
    assert trade_off(np.zeros((0, 3)), 1.0, np.zeros(0))["sites"].tolist() == [0]


# ---- edges -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("with_capacity", [False, True])
def test_nothing_to_do(shape, with_capacity) -> None:
    cost, weight = np.zeros(shape), np.ones(shape[0])
    more = {"capacity": np.ones(shape[1])} if with_capacity else {}
    for found in (
        lscp(cost, 1.0, **more),
        mclp(cost, 1.0, 5, weight, **more),
        pmedian(cost, 5, weight, **more),
    ):
        assert (found.sites, found.value, found.optimal) == ((), 0.0, True)
        assert found.uncoverable == tuple(range(shape[0]))
        assert found.assigned == (-1,) * shape[0]


def test_more_sites_asked_than_there_are() -> None:
    cost = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert mclp(cost, 0.5, 99, np.ones(2)).sites == (0, 1)
    assert pmedian(cost, 99, np.ones(2)).sites == (0, 1)
    assert mclp(cost, 0.5, 99, np.ones(2), capacity=np.ones(2)).sites == (0, 1)


def test_no_time_still_gives_an_answer_and_its_gap() -> None:
    rng = np.random.default_rng(1)
    points = rng.random((150, 2)) * 10
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    weight = rng.integers(1, 9, 150).astype(float)
    rooms = np.full(150, 12.0)
    every = lscp(cost, 1.0, time_limit_s=0.0)
    assert min(every.assigned) >= 0
    assert every.bound <= lscp(cost, 1.0).value <= every.value
    some = mclp(cost, 0.8, 10, weight, time_limit_s=0.0)
    assert some.value <= mclp(cost, 0.8, 10, weight).value <= some.bound
    median = pmedian(cost, 10, weight, time_limit_s=0.0)
    assert median.bound <= pmedian(cost, 10, weight).value <= median.value
    packed = lscp(cost, 1.0, weight=weight, capacity=rooms, time_limit_s=0.0)
    check_load(cost, 1.0, weight, rooms, packed)
    assert packed.bound <= packed.value
    for found in (every, some, median, packed):
        assert found.optimal == (found.gap < 1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": np.zeros(3)}, "二维"),
        ({"cost": np.array([[np.nan, 1.0]])}, "费用有 1 个"),
        ({"cost": np.array([[-1.0, 1.0]])}, "费用有 1 个"),
        ({"weight": np.ones(2)}, "权重的形状"),
        ({"weight": np.array([-1.0])}, "权重有 1 个"),
        ({"weight": np.array([np.inf])}, "有限"),
        ({"capacity": np.ones(3)}, "容量的形状"),
        ({"capacity": np.array([np.nan, 1.0])}, "容量有 1 个"),
        ({"existing": 3}, "现有站点数 3"),
        ({"limit": np.nan}, "限值"),
        ({"p": -1}, "不能为负"),
    ],
)
def test_broken_numbers_are_refused(change, words) -> None:
    values = {"cost": np.zeros((1, 2)), "limit": 1.0, "p": 1, "weight": np.ones(1)} | change
    cost, limit, p, weight = (values.pop(k) for k in ("cost", "limit", "p", "weight"))
    with pytest.raises(DataError, match=words):
        mclp(cost, limit, p, weight, **values)
