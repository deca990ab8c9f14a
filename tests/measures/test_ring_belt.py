"""The belt along a ring: nearest section, counts by section and kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box, points

from spatialplan.measures.ring_belt import count_by, nearest_section
from tests.measures.test_ring_world import SQUARE, lines

SIDES = lines(*SQUARE)


def test_each_thing_belongs_to_its_nearest_section():
    section, apart = nearest_section(
        SIDES, points([(2000, 4300), (3600, 2000), (2000, -900)]), 1000
    )
    assert section.tolist() == [0, 1, 2]
    assert apart == pytest.approx([300, 400, 900])


def test_beyond_the_limit_is_none_and_the_limit_itself_is_inside():
    section, apart = nearest_section(SIDES, points([(2000, 5000), (2000, 5000.5)]), 1000)
    assert section.tolist() == [0, -1]
    assert apart[0] == 1000
    assert np.isnan(apart[1])


def test_an_area_on_the_road_is_at_no_distance():
    section, apart = nearest_section(SIDES, np.array([box(-500, 1000, 500, 2000)], dtype=object))
    assert (section.tolist(), apart.tolist()) == ([3], [0.0])


def test_nothing_has_no_section():
    section, apart = nearest_section(SIDES, np.empty(0, dtype=object), 1000)
    assert len(section) == len(apart) == 0
    assert count_by(section, section, (4, 2)).tolist() == [[0, 0]] * 4


def test_counts_by_section_and_kind():
    section, kind = np.array([0, 0, 1, -1, 0]), np.array([1, 1, 0, 0, 0])
    assert count_by(section, kind, (2, 2)).tolist() == [[1, 2], [1, 0]]


places = st.lists(st.tuples(st.integers(-3000, 7000), st.integers(-3000, 7000)), max_size=20)


@given(places, st.integers(100, 2000), st.integers(0, 2000))
@settings(max_examples=30, deadline=None)
def test_a_wider_belt_never_holds_less(xy, limit, more):
    shapes = points(np.array(xy, dtype=float).reshape(-1, 2))
    narrow, _ = nearest_section(SIDES, shapes, limit)
    wide, _ = nearest_section(SIDES, shapes, limit + more)
    assert ((narrow < 0) | (narrow == wide)).all()
