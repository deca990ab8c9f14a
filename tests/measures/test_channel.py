from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, affinity

from spatialplan.measures.channel import cover_by_roads
from tests.checks.world import ORIGIN, network_of

# A street of 4 km, a lane of 2 km, nothing for 2 km, a street of 2 km.
ROADS = ([(0, 0), (4000, 0)], [(4000, 0), (6000, 0)], [(8000, 0), (10_000, 0)])
NETWORK = network_of(ROADS, (True,) * 3, ["street", "lane", "street"])


def at_origin(line):
    return affinity.translate(line, *ORIGIN)


def test_classes_time_and_gap_by_hand() -> None:
    found = cover_by_roads(NETWORK, at_origin(LineString([(0, 5), (10_000, 5)])), 10.0)
    assert found.length_m == pytest.approx(10_000)
    assert found.on_road_m == pytest.approx(8000, abs=100)
    assert list(found.class_m) == ["street", "lane"]
    assert found.class_m["street"] == pytest.approx(6000, abs=100)
    assert found.time_min == pytest.approx(6 + 6, abs=0.3)  # 60 km/h and 20 km/h
    (gap,) = found.gaps
    assert gap.length == pytest.approx(2000, abs=100)
    assert gap.centroid.x - ORIGIN[0] == pytest.approx(7000, abs=100)


def test_a_line_beside_all_roads_is_one_gap() -> None:
    line = at_origin(LineString([(0, 500), (10_000, 500)]))
    found = cover_by_roads(NETWORK, line, 100.0)
    assert found.class_m == {}
    assert found.on_road_m == found.time_min == 0
    assert found.gaps[0].equals(line)


def test_parts_are_taken_one_by_one() -> None:
    both = MultiLineString([[(0, 0), (4000, 0)], [(8000, 0), (10_000, 0)]])
    found = cover_by_roads(NETWORK, at_origin(both), 10.0)
    assert found.gaps == ()
    assert found.on_road_m == pytest.approx(6000)


def test_a_line_shorter_than_a_step_and_one_of_no_length() -> None:
    found = cover_by_roads(NETWORK, at_origin(LineString([(10, 0), (20, 0)])), 1.0)
    assert found.on_road_m == pytest.approx(10)
    point = at_origin(LineString([(10, 0), (10, 0)]))
    assert cover_by_roads(NETWORK, point, 1.0).on_road_m == 0


@given(st.floats(0, 400), st.floats(0, 400))
def test_a_wider_reach_never_covers_less(one, other) -> None:
    line = at_origin(LineString([(0, 0), (10_000, 300)]))
    small, wide = sorted([one, other])
    assert (
        cover_by_roads(NETWORK, line, small).on_road_m
        <= cover_by_roads(NETWORK, line, wide).on_road_m
    )


def test_the_direction_of_the_line_does_not_matter() -> None:
    line = at_origin(LineString([(0, 0), (10_000, 0)]))
    one, other = cover_by_roads(NETWORK, line, 5.0), cover_by_roads(NETWORK, line.reverse(), 5.0)
    assert one.time_min == pytest.approx(other.time_min)
    assert one.class_m == pytest.approx(other.class_m)
    assert np.isclose(one.gaps[0].length, other.gaps[0].length)
