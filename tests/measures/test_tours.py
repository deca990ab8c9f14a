"""Round trips against all permutations and all subsets."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.errors import DataError
from spatialplan.measures.tours import MOST_STOPS, largest_tour, shortest_tour


@st.composite
def worlds(draw: st.DrawFn, most: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Return times that differ by direction, some ways missing, and stays."""
    n = draw(st.integers(1, most))
    entry = st.one_of(st.integers(1, 60).map(float), st.sampled_from([np.inf, np.nan]))
    time = np.array(draw(st.lists(entry, min_size=n * n, max_size=n * n))).reshape(n, n)
    stay = np.array(draw(st.lists(st.integers(0, 40).map(float), min_size=n, max_size=n)))
    return time, stay


def drive(time: np.ndarray, order: tuple[int, ...]) -> float:
    if len(order) == 1:
        return 0.0
    legs = [time[a, b] for a, b in zip(order, (*order[1:], order[0]), strict=True)]
    return float(sum(leg if np.isfinite(leg) else np.inf for leg in legs))


def brute(time: np.ndarray, stops: tuple[int, ...]) -> float:
    return min(drive(time, order) for order in permutations(stops))


@given(worlds())
def test_shortest_equals_all_permutations(world: tuple[np.ndarray, np.ndarray]) -> None:
    time, stay = world
    best = brute(time, tuple(range(len(stay))))
    tour = shortest_tour(time, stay)
    if np.isinf(best):
        assert tour is None
        return
    assert tour is not None
    assert tour.drive_min == pytest.approx(best)
    assert sorted(tour.stops) == list(range(len(stay)))
    assert drive(time, tour.stops) == pytest.approx(tour.drive_min)
    assert tour.total_min == pytest.approx(best + stay.sum())


@given(worlds(5), st.integers(0, 250))
def test_largest_equals_all_subsets(world: tuple[np.ndarray, np.ndarray], day: int) -> None:
    time, stay = world
    fits = [
        (-len(stops), total)
        for size in range(1, len(stay) + 1)
        for stops in combinations(range(len(stay)), size)
        if (total := brute(time, stops) + stay[list(stops)].sum()) <= day
    ]
    tour = largest_tour(time, stay, day)
    if not fits:
        assert tour is None
        return
    assert tour is not None
    size, total = min(fits)
    assert len(tour.stops) == -size
    assert tour.total_min == pytest.approx(total)
    assert drive(time, tour.stops) + stay[list(tour.stops)].sum() == pytest.approx(total)


@given(worlds(), st.randoms())
def test_numbering_does_not_matter(world: tuple[np.ndarray, np.ndarray], random) -> None:
    time, stay = world
    order = list(range(len(stay)))
    random.shuffle(order)
    a, b = shortest_tour(time, stay), shortest_tour(time[np.ix_(order, order)], stay[order])
    assert (a is None) == (b is None)
    if a is not None and b is not None:
        assert a.drive_min == pytest.approx(b.drive_min)


@given(worlds(), st.integers(0, 200), st.integers(0, 200))
def test_a_longer_day_never_holds_fewer(
    world: tuple[np.ndarray, np.ndarray], day: int, more: int
) -> None:
    short, long = largest_tour(*world, day), largest_tour(*world, day + more)
    assert short is None or (long is not None and len(long.stops) >= len(short.stops))


def test_hand_computed_one_way_ring() -> None:
    """Quick clockwise, slow the other way: the direction is seen."""
    time = np.full((4, 4), 50.0)
    for i in range(4):
        time[i, (i + 1) % 4] = 5.0
    tour = shortest_tour(time, np.full(4, 10.0))
    assert tour is not None
    assert tour.stops == (0, 1, 2, 3)
    assert (tour.drive_min, tour.visit_min) == (20.0, 40.0)


def test_a_day_of_exactly_so_many_minutes_fits() -> None:
    time = np.full((3, 3), 0.1)
    tour = largest_tour(time, np.full(3, 0.1), 0.6)
    assert tour is not None
    assert len(tour.stops) == 3
    less = largest_tour(time, np.full(3, 0.1), 0.59)
    assert less is not None
    assert len(less.stops) == 2


def test_one_stop_is_no_drive_and_none_may_fit() -> None:
    tour = shortest_tour(np.array([[99.0]]), np.array([30.0]))
    assert tour is not None
    assert (tour.stops, tour.total_min) == ((0,), 30.0)
    assert largest_tour(np.array([[0.0]]), np.array([30.0]), 20.0) is None


def test_ten_stops_are_solved_and_eleven_refused() -> None:
    angle = np.arange(MOST_STOPS) * 2 * np.pi / MOST_STOPS
    xy = np.column_stack([np.cos(angle), np.sin(angle)]) * 100
    time = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1))
    tour = shortest_tour(time, np.zeros(MOST_STOPS))
    assert tour is not None
    # Round a circle: ten chords of 36 degrees.
    assert tour.drive_min == pytest.approx(10 * 200 * np.sin(np.pi / 10))
    with pytest.raises(DataError, match="11"):
        shortest_tour(np.zeros((11, 11)), np.zeros(11))
    with pytest.raises(DataError):
        shortest_tour(np.zeros((0, 0)), np.zeros(0))
    with pytest.raises(DataError):
        largest_tour(np.zeros((2, 2)), np.zeros(3), 10)
