"""Rivers with banks: chainage, sides, distances; hand-computed and under motion."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon, affinity, box

from spatialplan.measures.river import lie_beside, river_of, run_along
from spatialplan.measures.river_walk import walk_along

AXIS = LineString([(0, 0), (10_000, 0)])
NO_WATER = np.array([], dtype=object)
BED = box(-1000, -300, 11_000, 300)


def shapes(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def beside(river, *items, accuracy_m=0.0):
    return lie_beside(river, shapes(*items), np.full(len(items), accuracy_m))


def test_parts_are_chained_across_small_gaps_in_the_direction_of_flow() -> None:
    parts = [
        [(600, 0), (900, 0)],
        [(-200, 0), (-90, 0)],
        [(0, 0), (500, 0)],
        [(2000, 0), (2100, 0)],
    ]
    river = river_of(MultiLineString(parts), NO_WATER, 5.0)
    assert shapely.get_coordinates(river.axis)[:, 0].tolist() == [-200, -90, 0, 500, 600, 900]
    assert river.left_out_m == pytest.approx(100)


def test_a_part_against_the_flow_is_not_chained_at_its_wrong_end() -> None:
    parts = [[(0, 0), (1000, 0)], [(1800, 0), (1010, 0)]]
    river = river_of(MultiLineString(parts), NO_WATER, 5.0)
    assert river.axis.length == pytest.approx(1000)
    assert river.left_out_m == pytest.approx(790)


def test_only_water_that_the_axis_runs_along_is_the_river() -> None:
    pond = box(4000, -20, 4100, 900)  # the axis clips its end
    lake = box(0, 400, 10_000, 900)
    with_island = Polygon(BED.exterior, [box(5000, -50, 6000, 50).exterior])
    river = river_of(AXIS, shapes(pond, lake, with_island, LineString([(0, 9), (9, 9)])), 5.0)
    assert shapely.equals(river.surface, BED), "the island is filled, pond and lake left out"
    assert river.mapped_share == pytest.approx(1.0)
    assert river_of(AXIS, shapes(pond, lake), 5.0).mapped_share == 0


def test_invalid_water_is_mended() -> None:
    bow_tie = Polygon([(0, -300), (10_000, 300), (10_000, -300), (0, 300)])
    assert river_of(AXIS, shapes(bow_tie), 5.0).surface.area > 0


def test_side_distance_and_chainage_by_hand() -> None:
    river = river_of(AXIS, shapes(BED), 30.0)
    found = beside(river, Point(2000, 1300), Point(7000, -800), accuracy_m=40.0)
    assert found.side.tolist() == [1, -1]
    assert found.axis_m.tolist() == [1300, 800]
    assert found.bank_m.tolist() == [1000, 500]
    assert found.low_m.tolist() == [950, 450]
    assert found.high_m.tolist() == [1050, 550]
    assert found.chainage_m.tolist() == [2000, 7000]


def test_without_water_half_a_width_is_left_open() -> None:
    found = beside(river_of(AXIS, NO_WATER, 30.0), Point(2000, 1300), Point(0, 200), accuracy_m=40)
    assert np.isnan(found.bank_m).all()
    assert found.low_m.tolist() == [750, 0]
    assert found.high_m.tolist() == [1350, 250]


def test_side_is_not_told_within_the_accuracy_across_or_past_the_ends() -> None:
    river = river_of(AXIS, NO_WATER, 30.0)
    near, past = Point(5000, 49), Point(10_200, 400)
    across = box(3000, -100, 4000, 900)
    found = beside(river, near, past, across, Point(5000, 51), accuracy_m=40.0)
    assert found.side.tolist() == [0, 0, 0, 1]
    assert np.isnan(found.chainage_m).tolist() == [False, True, False, False]


def test_nothing_beside_a_river() -> None:
    found = beside(river_of(AXIS, NO_WATER, 30.0))
    assert found.side.shape == found.low_m.shape == (0,)


@pytest.mark.parametrize(
    ("shape", "run"),
    [
        (LineString([(1000, 100), (4000, -100)]), (1000, 4000, 1.0)),
        (LineString([(4000, 100), (1000, 100)]), (1000, 4000, 1.0)),
        (box(1000, -100, 4000, 100), (1000, 4000, 1.0)),
        (LineString([(1000, 0), (1000, 9000)]), (1000, 1000, 4 / 91)),
    ],
)
def test_runs_by_hand(shape, run) -> None:
    found = run_along(AXIS, shape, 300.0)
    assert found is not None
    assert (found.start_m, found.end_m, found.share) == pytest.approx(run)


def test_a_belt_elsewhere_has_no_run() -> None:
    assert run_along(AXIS, LineString([(0, 5000), (9000, 5000)]), 300.0) is None


places = st.lists(
    st.tuples(st.integers(-500, 10_500), st.integers(-4000, 4000)), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(places, st.integers(0, 359), st.integers(-(10**6), 10**6), st.booleans())
def test_motion_changes_nothing(points, degrees, shift, mapped) -> None:
    items = [Point(x, y + 0.5) for x, y in points]

    def moved(shape):
        return affinity.translate(affinity.rotate(shape, degrees, origin=(0, 0)), shift, -shift)

    water = [BED] if mapped else []
    here = beside(river_of(AXIS, shapes(*water), 30.0), *items, accuracy_m=10.0)
    there = beside(
        river_of(moved(AXIS), shapes(*map(moved, water)), 30.0), *map(moved, items), accuracy_m=10.0
    )
    edge = np.abs(here.axis_m - np.hypot(30, 10)) < 1e-3
    assert (there.side == here.side)[~edge].all()
    for name in ("axis_m", "bank_m", "low_m", "high_m", "chainage_m"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name), atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(places, st.floats(0, 3000), st.floats(0, 3000))
def test_less_accuracy_never_tells_more(points, better, worse) -> None:
    better, worse = sorted((better, worse))
    items = [Point(x, y) for x, y in points]
    river = river_of(AXIS, shapes(BED), 30.0)
    sharp, blurred = (beside(river, *items, accuracy_m=a) for a in (better, worse))
    assert (blurred.low_m <= sharp.low_m).all()
    assert (blurred.high_m >= sharp.high_m).all()
    assert ((blurred.side == sharp.side) | (blurred.side == 0)).all()


def test_walking_by_hand() -> None:
    river = river_of(AXIS, shapes(BED), 5.0)
    # By the left bank (y = 300) from 0 to 4000 and from 6000 on; the right path is too far off.
    paths = shapes(
        LineString([(0, 350), (4000, 350)]),
        LineString([(6000, 310), (10_000, 310)]),
        LineString([(0, -600), (10_000, -600)]),
    )
    left, right = walk_along(river, paths, (0.0, 10_000.0), 200.0)
    # Paths reach past their ends as far as the circle of 200 m round their end cuts the bank.
    assert left.share == pytest.approx(1 - 1600 / 10_000, abs=0.006)
    assert left.break_m == pytest.approx(1600, abs=60)
    assert left.break_at_m == pytest.approx(4200, abs=50)
    assert (right.share, right.break_m, right.break_at_m) == (0.0, 10_000.0, 0.0)


def test_a_path_on_the_other_bank_does_not_accompany_this_one() -> None:
    river = river_of(AXIS, NO_WATER, 5.0)
    paths = shapes(LineString([(0, 20), (10_000, 20)]))
    left, right = walk_along(river, paths, (2000.0, 3000.0), 200.0)
    assert (left.share, left.break_m) == (1.0, 0.0)
    assert (right.share, right.break_m, right.break_at_m) == (0.0, 1000.0, 2000.0)


def test_walking_without_any_path() -> None:
    for bank in walk_along(river_of(AXIS, NO_WATER, 5.0), shapes(), (0.0, 1000.0), 200.0):
        assert (bank.share, bank.break_m) == (0.0, 1000.0)
