"""Ring closure on drawn rings: circles, rectangles, gaps of known length and place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, affinity

from spatialplan.errors import DataError
from spatialplan.measures.ring import STEP_M, ring_closure


def arc(begin, end, radius=5000.0, centre=(0.0, 0.0)):
    """Return an arc by bearings in degrees, clockwise from north."""
    t = np.radians(np.linspace(begin, end, max(3, round(abs(end - begin) * 4))))
    return LineString(
        np.column_stack([centre[0] + radius * np.sin(t), centre[1] + radius * np.cos(t)])
    )


def chord(degrees, radius=5000.0):
    return 2 * radius * np.sin(np.radians(degrees / 2))


def rectangle(width, height):
    """Return the four sides, from the south anticlockwise."""
    corners = [(0, 0), (width, 0), (width, height), (0, height), (0, 0)]
    return [LineString(corners[i : i + 2]) for i in range(4)]


def apart(a, b):
    """Return the angle between two bearings."""
    return abs((a - b + 180) % 360 - 180)


@pytest.mark.parametrize("radius", [100.0, 300.0, 1000.0, 2500.0, 5000.0, 20_000.0])
def test_circle_of_any_size_is_closed(radius):
    ring = ring_closure([arc(0, 120, radius), arc(120, 240, radius), arc(240, 360, radius)], 20.0)
    assert ring.is_closed
    assert ring.closure == 1.0
    assert ring.gaps == ()
    assert ring.bearings_deg == 360
    assert ring.perimeter_m == pytest.approx(2 * np.pi * radius, rel=0.01)
    assert ring.centre.distance(Point(0, 0)) < 0.05 * radius


@pytest.mark.parametrize("size", [(4000, 4000), (10_000, 2000), (2000, 10_000), (20_000, 1000)])
def test_rectangle_is_closed(size):
    ring = ring_closure(rectangle(*size), 50.0)
    assert ring.is_closed
    assert ring.perimeter_m == pytest.approx(2 * sum(size), rel=0.01)


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("size", [(4000, 4000), (10_000, 2000)])
def test_missing_side_of_a_rectangle_is_the_gap(size, side):
    sides = rectangle(*size)
    gone = sides.pop(side)
    ring = ring_closure(sides, 50.0)
    (gap,) = ring.gaps
    assert gap.length_m == pytest.approx(gone.length, abs=STEP_M)
    assert gap.line.hausdorff_distance(gone) < STEP_M
    assert apart(gap.bearing_deg, (180, 90, 0, 270)[side]) < 10
    assert ring.closure == pytest.approx(1 - gone.length / (2 * sum(size)), abs=0.01)


@pytest.mark.parametrize("radius", [1000.0, 5000.0, 10_000.0, 20_000.0])
@pytest.mark.parametrize(("at", "width"), [(90.0, 3.0), (0.0, 7.0), (270.0, 40.0), (200.0, 150.0)])
def test_gap_is_found_by_length_and_place(radius, at, width):
    join = chord(width, radius) * 0.6
    ring = ring_closure([arc(at + width / 2, at + 360 - width / 2, radius)], min(join, 200.0))
    (gap,) = ring.gaps
    assert gap.length_m == pytest.approx(chord(width, radius), abs=STEP_M)
    assert apart(gap.bearing_deg, at) < 1
    middle = gap.line.interpolate(0.5, normalized=True)
    height = radius * np.cos(np.radians(width / 2))
    expected = Point(height * np.sin(np.radians(at)), height * np.cos(np.radians(at)))
    assert middle.distance(expected) < STEP_M
    road = np.radians(360 - width) * radius
    assert ring.closure == pytest.approx(road / (road + chord(width, radius)), abs=0.01)


def test_gap_is_joined_at_the_joining_distance_and_not_beyond():
    length = chord(2)
    assert ring_closure([arc(1, 359)], length + 0.5).is_closed
    assert not ring_closure([arc(1, 359)], length - 0.5).is_closed


def test_two_gaps_come_longest_first():
    ring = ring_closure([arc(5, 170), arc(190, 355)], 100.0)
    assert [round(gap.length_m) for gap in ring.gaps] == [round(chord(20)), round(chord(10))]
    assert apart(ring.gaps[0].bearing_deg, 180) < 1
    assert apart(ring.gaps[1].bearing_deg, 0) < 1
    assert ring.bearings_deg == pytest.approx(330, abs=4)


def test_sections_that_overlap_in_bearing_but_lie_apart_do_not_join():
    ring = ring_closure([arc(-5, 185), arc(175, 365, 5500.0)], 200.0)
    assert not ring.is_closed
    assert len(ring.gaps) == 2
    assert all(500 <= gap.length_m < 550 for gap in ring.gaps)
    assert ring.bearings_deg == 360


def test_dual_carriageways_count_once():
    both = [arc(0, 180), arc(0, 180, 5030.0), arc(180, 360), arc(180, 360, 5030.0)]
    ring = ring_closure(both, 100.0)
    assert ring.is_closed
    assert ring.perimeter_m == pytest.approx(2 * np.pi * 5000, rel=0.01)


def test_gap_of_a_dual_carriageway():
    ring = ring_closure([arc(20, 340), arc(20, 340, 5030.0)], 100.0)
    (gap,) = ring.gaps
    assert gap.length_m == pytest.approx(chord(40), abs=STEP_M)
    assert apart(gap.bearing_deg, 0) < 1


def test_staggered_ends_of_a_dual_carriageway_end_with_the_longer():
    ring = ring_closure([arc(20, 340), arc(18, 338, 5030.0)], 100.0)
    (gap,) = ring.gaps
    assert gap.length_m == pytest.approx(chord(38), rel=0.01)


@pytest.mark.parametrize("radial", [(5000, 9000), (4990, 1000), (-5000, -9000)])
def test_spurs_do_no_harm(radial):
    spur = LineString([(radial[0], 0), (radial[1], 0)])
    closed = ring_closure([arc(0, 360), spur], 50.0)
    assert closed.is_closed
    assert closed.perimeter_m == pytest.approx(2 * np.pi * 5000, rel=0.01)
    ring = ring_closure([arc(20, 340), spur], 50.0)
    assert len(ring.gaps) == 1
    assert ring.gaps[0].length_m == pytest.approx(chord(40), abs=STEP_M)


def test_joins_do_not_cut_corners():
    ring = ring_closure(rectangle(1000, 1000), 200.0)
    assert ring.is_closed
    assert ring.perimeter_m == pytest.approx(4000, rel=0.01)


def test_gap_is_between_open_ends_not_where_sections_are_joined():
    # The north side is joined at its middle, where the south side is nearest.
    sections = [
        LineString([(0, 0), (10_000, 0), (10_000, 1500), (5000, 1500)]),
        LineString([(4980, 1500), (0, 3000)]),
    ]
    (gap,) = ring_closure(sections, 50.0).gaps
    # It may leave out a little of the slanting road, but not half of the ring.
    assert gap.length_m == pytest.approx(3000, abs=50)
    assert gap.line.hausdorff_distance(LineString([(0, 0), (0, 3000)])) < 150


def test_crossing_lines_join_without_shared_vertices():
    sides = [
        LineString([(-100, 0), (4100, 0)]), LineString([(4000, -100), (4000, 4100)]),
        LineString([(4100, 4000), (-100, 4000)]), LineString([(0, 4100), (0, -100)]),
    ]  # fmt: skip
    assert ring_closure(sides, 1.0).is_closed


def test_off_centre_bulge_and_l_shape():
    bulge = [
        arc(0, 180, 2000.0),
        LineString([(0, -2000), (-15_000, -500), (-15_000, 500), (0, 2000)]),
    ]
    assert ring_closure(bulge, 20.0).is_closed
    corners = [(0, 0), (0, 9), (3, 9), (3, 3), (9, 3), (9, 0), (0, 0)]
    whole = LineString([(1000 * x, 1000 * y) for x, y in corners])
    assert ring_closure([whole], 20.0).is_closed


def test_road_beside_the_ring_is_not_the_ring():
    loop = arc(0, 360, 300.0, (6000, 6000))
    ring = ring_closure([arc(20, 340), loop], 100.0)
    assert len(ring.gaps) == 1
    assert ring.gaps[0].length_m == pytest.approx(chord(40), abs=STEP_M)


@pytest.mark.parametrize(
    "line",
    [
        LineString([(0, 0), (1000, 0)]),
        LineString([(0, 0), (300, 400)]),
        LineString([(0, 0), (5, 0), (10, 0)]),
        MultiLineString([[(0, 0), (400, 0)], [(600, 0), (1000, 0)]]),
    ],
)
def test_one_straight_line_is_half_a_ring(line):
    ring = ring_closure([line], 5.0)
    assert not ring.is_closed
    first, last = line.bounds[:2], line.bounds[2:]
    across = np.hypot(last[0] - first[0], last[1] - first[1])
    assert ring.gaps[0].length_m == pytest.approx(across)
    assert ring.closure <= 0.5


def test_one_line_shorter_than_the_joining_distance_is_not_closed():
    assert not ring_closure([LineString([(0, 0), (50, 0), (100, 5)])], 200.0).is_closed


def test_no_line_is_refused():
    with pytest.raises(DataError):
        ring_closure([Point(0, 0)], 10.0)


RINGS = st.tuples(
    st.sampled_from([1000.0, 4000.0]),
    st.integers(0, 359),
    st.integers(5, 120),
    st.sampled_from([1.0, 0.3]),
)


@given(RINGS, st.integers(0, 359), st.integers(-50, 50), st.integers(-50, 50))
@settings(max_examples=40, deadline=None)
def test_moving_and_turning_change_nothing(ring, angle, dx, dy):
    radius, at, width, squeeze = ring
    line = affinity.scale(arc(at + width, at + 360, radius), 1.0, squeeze, origin=(0, 0))
    moved = affinity.rotate(line, angle, origin=(0, 0))
    moved = affinity.translate(moved, 10_000.0 * dx, 10_000.0 * dy)
    one, other = ring_closure([line], 20.0), ring_closure([moved], 20.0)
    assert other.closure == pytest.approx(one.closure, abs=0.01)
    assert len(other.gaps) == len(one.gaps) == 1
    assert other.perimeter_m == pytest.approx(one.perimeter_m, rel=0.01)


@given(st.integers(1, 4), st.floats(10.0, 250.0))
@settings(max_examples=20, deadline=None)
def test_a_larger_joining_distance_never_opens_a_ring(width, join):
    line = arc(width, 360)
    tight, loose = ring_closure([line], join), ring_closure([line], join * 1.5)
    assert tight.is_closed <= loose.is_closed
    assert 0.0 <= tight.closure <= 1.0
