"""Straight-line measures, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from spatialplan.measures.straight import depth_inside, distance_along, side_of_line

AXIS = LineString([(0, 0), (1000, 0)])
AREA = box(0, 0, 1000, 1000)
U_SHAPE = Polygon([(0, 0), (900, 0), (900, 900), (600, 900), (600, 300), (300, 300), (300, 900),
                   (0, 900)])  # fmt: skip
RING_AREA = AREA.difference(box(300, 300, 700, 700))


@pytest.mark.parametrize(
    ("subject", "metres"),
    [
        (Point(500, 30), 30),
        (Point(1300, 400), 500),
        (Point(500, 0), 0),
        (box(100, 20, 200, 90), 20),
        (box(100, -20, 200, 90), 0),
        (LineString([(0, 0), (1000, 400)]), 400),
        (MultiLineString([[(0, 10), (100, 10)], [(0, 70), (100, 70)]]), 70),
        (LineString([(0, 0), (500, 200), (1000, 0)]), 200),
    ],
)
def test_distance_along(subject, metres):
    assert distance_along(subject, AXIS) == pytest.approx(metres)


def test_line_that_strays_between_its_vertices_is_noticed():
    around = LineString([(0, 0), (0, 500), (1000, 500), (1000, 0)])
    assert distance_along(AXIS, around) == pytest.approx(500, abs=1)


@pytest.mark.parametrize(
    ("subject", "area", "depth"),
    [
        (Point(300, 500), AREA, 300),
        (Point(-40, 500), AREA, -40),
        (Point(0, 500), AREA, 0),
        (box(100, 100, 200, 200), AREA, 100),
        (box(0, 0, 200, 200), AREA, 0),
        (AREA, AREA, 0),
        (box(-50, 100, 200, 200), AREA, -50),
        (box(1500, 0, 1600, 100), AREA, -600),
        (LineString([(500, 500), (1300, 500)]), AREA, -300),
        (LineString([(500, 400), (500, 600)]), AREA, 400),
        (MultiPolygon([box(100, 100, 200, 200), box(0, 1000, 10, 1070)]), AREA, -70),
    ],
)
def test_depth_inside(subject, area, depth):
    assert depth_inside(subject, area) == pytest.approx(depth)


def test_bays_and_holes_of_the_area_count_as_outside():
    # All corners of what sticks out lie on the area: only its middle tells.
    assert depth_inside(box(250, 300, 650, 900), U_SHAPE) == pytest.approx(-150, abs=8)
    assert depth_inside(box(200, 200, 800, 800), RING_AREA) == pytest.approx(-200, abs=8)
    assert depth_inside(LineString([(200, 500), (800, 500)]), RING_AREA) == pytest.approx(
        -200, abs=51
    )


def test_slivers_of_shared_boundaries_are_no_excess():
    assert depth_inside(box(0, 0, 1000.001, 500), AREA) == 0.0
    assert depth_inside(box(0, 0, 1000.5, 500), AREA) == pytest.approx(-0.5)


@given(st.integers(-500, 1500), st.integers(-500, 1500))
def test_depth_of_a_point_is_its_signed_distance(x, y):
    distance = shapely.distance(Point(x, y), AREA.boundary)
    inside = 0 <= x <= 1000 and 0 <= y <= 1000
    assert depth_inside(Point(x, y), AREA) == pytest.approx(
        distance if inside else -distance, abs=0.01
    )


def sides(points, line):
    return side_of_line(shapely.points(points), line).tolist()


def test_sides_of_a_straight_line():
    assert sides([(500, 9), (500, -9), (500, 0)], AXIS) == [1, -1, 0]
    assert sides([(500, 9), (500, -9)], shapely.reverse(AXIS)) == [-1, 1]


def test_sides_beyond_the_ends_follow_the_last_stretch():
    assert sides([(1500, 100), (-500, -100)], AXIS) == [1, -1]


def test_sides_of_a_bend():
    # North, then east: the inside of the bend is its right.
    bend = LineString([(0, 0), (0, 1000), (1000, 1000)])
    assert sides([(300, 700), (-300, 1300), (100, 500), (-100, 500)], bend) == [-1, 1, -1, 1]


def test_touching_parts_are_chained_whatever_their_order():
    parts = MultiLineString([[(1000, 0), (2000, 0)], [(0, 0), (1000, 0)]])
    assert sides([(500, 9), (1500, 9), (1500, -9)], parts) == [1, 1, -1]


def test_parts_that_do_not_touch_have_no_known_direction():
    parts = MultiLineString([[(0, 0), (1000, 0)], [(3000, 0), (2500, 0)]])
    assert sides([(500, 9), (2700, 9), (2700, -9)], parts) == [1, 0, 0]


@given(st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_reversing_the_line_swaps_the_sides(x, y):
    bend = LineString([(0, 0), (300, 1000), (1000, 1100)])
    point = np.array([Point(x, y)])
    assert side_of_line(point, bend)[0] == -side_of_line(point, shapely.reverse(bend))[0]
