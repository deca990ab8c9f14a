"""Where a drive round a ring may pass: carriageways, breaks, places between waypoints."""

from __future__ import annotations

import numpy as np
import pytest

from spatialplan.measures.ring_circuit import unroll
from spatialplan.measures.ring_stops import RingRoads, breaks, carriageways, vias
from tests.measures.test_ring_world import JOIN_M, NORTH, SQUARE, closure, lines, roads


def test_carriageways_are_near_each_other_and_bends_are_not_carriageways():
    circuit = unroll(closure(*SQUARE), lines(*SQUARE))
    network = roads(
        primary=[[(0, y), (4000, y)] for y in (4010, 4030, 4095)],
        tertiary=[[(0, 4001), (4000, 4001)]],
    )
    on_ring = network.road_class == "primary"
    snaps, owner = carriageways(network, circuit, np.array([0.0]), on_ring)
    assert snaps.edge.tolist() == [0, 1]
    assert snaps.offset_m == pytest.approx([10, 30])
    assert owner.tolist() == [0, 0]


def test_without_a_road_of_the_ring_any_road_stands_in_and_a_far_one_does_not():
    circuit = unroll(closure(*SQUARE), lines(*SQUARE))
    network = roads(tertiary=[[(0, 4250), (4000, 4250)]])
    snaps, owner = carriageways(network, circuit, np.array([0.0, 8000.0]), np.array([False]))
    assert snaps.edge.tolist() == [0]
    assert owner.tolist() == [0]


def joined(*primary, tertiary=()):
    """Return the breaks of a ring's roads as (end, landing)."""
    network = roads(primary=primary, tertiary=tertiary)
    made = RingRoads(on_ring=network.road_class == "primary", join_m=JOIN_M, join_kmh=60.0)
    ends, landing = breaks(network, made)
    rows = zip(network.x[ends], network.y[ends], landing.x, landing.y, strict=True)
    return sorted(((round(a), round(b)), (round(x), round(y))) for a, b, x, y in rows)


def test_a_road_goes_on_ahead_of_its_end_only():
    here, there, beside = [(0, 0), (1000, 0)], [(1100, 0), (2000, 0)], [(500, 150), (900, 150)]
    assert joined(here, there, beside) == [((1000, 0), (1100, 0)), ((1100, 0), (1000, 0))]


def test_an_end_may_land_in_the_middle_of_a_road():
    assert joined(NORTH, [(2000, 0), (2000, 3900)]) == [((2000, 3900), (2000, 4000))]


def test_a_road_that_another_road_carries_on_has_no_break():
    here, there = [(0, 0), (1000, 0)], [(1100, 0), (2000, 0)]
    assert joined(here, there, tertiary=[[(1000, 0), (1050, 60), (1100, 0)]]) == []


def test_too_wide_a_break_is_none():
    assert joined([(0, 0), (1000, 0)], [(1201, 0), (2000, 0)]) == []


def test_vias_leave_gaps_alone():
    at, gap, leg = vias(np.array([0.0, 900, 1100]), np.array([False, True, False]), 1200.0)
    assert at.tolist() == [*range(0, 1000, 100), 1100]
    assert gap.tolist() == [*[False] * 9, True, False]
    assert leg.tolist() == [*[0] * 9, 1, 2]
