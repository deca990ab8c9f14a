"""The drive round a square ring of 16 km at 60 km/h: a kilometre takes a minute."""

from __future__ import annotations

import numpy as np
import pytest

from spatialplan.measures.ring_circuit import unroll
from spatialplan.measures.ring_drive import drive_round, tour_metres, tour_minutes
from spatialplan.measures.ring_match import match_sections
from spatialplan.measures.ring_stops import RingRoads
from tests.measures.test_ring_world import (
    EAST,
    JOIN_M,
    NORTH,
    SOUTH,
    SQUARE,
    WEST,
    closure,
    lines,
    roads,
)

GATES = np.array([0.0, 4000, 8000, 12_000])
NO_GAP = np.zeros(4, dtype=bool)
LANE = [(0, 0), (-1000, 2000), (0, 4000)]


def drive(network, *sections, at_m=GATES, over_gap=NO_GAP):
    circuit = unroll(closure(*sections), lines(*sections))
    matches = match_sections(network, lines(*sections), np.full(len(sections), 5.0))
    made = RingRoads(on_ring=matches.on_ring, join_m=JOIN_M, join_kmh=60.0)
    return drive_round(network, circuit, np.asarray(at_m), np.asarray(over_gap), made)


def test_both_ways_of_a_two_way_ring_are_alike():
    there, back = drive(roads(primary=SQUARE), *SQUARE)
    assert [(leg.start, leg.end) for leg in there] == [(0, 1), (1, 2), (2, 3), (3, 0)]
    assert [(leg.start, leg.end) for leg in back] == [(0, 3), (3, 2), (2, 1), (1, 0)]
    for legs in (there, back):
        assert [leg.time_min for leg in legs] == pytest.approx([4] * 4, abs=0.01)
        assert [leg.ring_share for leg in legs] == pytest.approx([1] * 4)
        assert tour_metres(legs) == pytest.approx(16_000, abs=1)
    assert there[0].line.coords[0] == pytest.approx((2000, 4000))
    assert there[0].line.length == pytest.approx(4000)


def test_a_one_way_ring_is_driven_one_way_only():
    there, back = drive(roads(primary=SQUARE, oneway=True), *SQUARE)
    assert tour_minutes(there) == pytest.approx(16, abs=0.01)
    assert tour_minutes(back) is None
    assert tour_metres(back) is None
    assert all(leg.line is None for leg in back)


def test_each_direction_takes_its_own_carriageway():
    outer = [[(x, y) for x, y in reversed(side)] for side in (
        [(-20, 4020), (4020, 4020)], [(4020, 4020), (4020, -20)],
        [(4020, -20), (-20, -20)], [(-20, -20), (-20, 4020)])]  # fmt: skip
    there, back = drive(roads(primary=[*SQUARE, *outer], oneway=True), *SQUARE)
    assert tour_minutes(there) == pytest.approx(16, abs=0.01)
    assert tour_minutes(back) == pytest.approx(16.16, abs=0.01)


def test_the_drive_keeps_to_the_ring_past_a_shortcut():
    """A street across a bend is quicker than the bend, but is not the ring."""
    north = [(0, 4000), (300, 4000), (300, 4250), (600, 4250), (600, 4000), (4000, 4000)]
    bend = [(0, 4000), (300, 4000)], [(300, 4000), *north[2:5]], [(600, 4000), (4000, 4000)]
    network = roads(primary=[*bend, EAST, SOUTH, WEST], secondary=[[(300, 4000), (600, 4000)]])
    for legs in drive(network, north, EAST, SOUTH, WEST):
        assert tour_metres(legs) == pytest.approx(16_500, abs=1)


def test_no_leg_goes_round_the_other_way():
    """The west side is a lane of 6 km/h as it were: still it is driven, not passed by."""
    slow = [(0, 0), *[(x, y) for y in range(100, 3900, 100) for x in (-900, 900)], (0, 4000)]
    network = roads(primary=[NORTH, EAST, SOUTH], tertiary=[slow])
    there, back = drive(network, NORTH, EAST, SOUTH, slow)
    for legs in (there, back):
        assert tour_metres(legs) > 60_000


def test_over_a_gap_all_roads_count():
    network = roads(primary=[NORTH, EAST, SOUTH], tertiary=[LANE])
    there, back = drive(
        network, NORTH, EAST, SOUTH, at_m=[0, 4000, 8000, 10_000, 14_000],
        over_gap=[False, False, False, True, False],
    )  # fmt: skip
    (gap,) = [leg for leg in there if leg.over_gap]
    length = 2 * np.hypot(1000, 2000)
    assert (gap.start, gap.end) == (3, 4)
    assert gap.length_m == pytest.approx(length, abs=0.1)
    assert gap.time_min == pytest.approx(length / 500, abs=0.01)
    assert gap.ring_share == pytest.approx(0)
    assert tour_minutes(there) == pytest.approx(12 + length / 500, abs=0.01)
    assert tour_minutes(back) == pytest.approx(tour_minutes(there))


def test_the_way_back_round_the_ring_is_not_across_the_gap():
    network = roads(primary=[NORTH, EAST, SOUTH])
    there, back = drive(
        network, NORTH, EAST, SOUTH, at_m=[0, 4000, 8000, 10_000, 14_000],
        over_gap=[False, False, False, True, False],
    )  # fmt: skip
    for legs in (there, back):
        (gap,) = [leg for leg in legs if leg.over_gap]
        assert gap.length_m is gap.time_min is gap.line is None
        assert sum(leg.length_m for leg in legs if leg is not gap) == pytest.approx(12_000, abs=1)
        assert tour_minutes(legs) is None


def test_a_break_of_the_mapped_road_is_driven_across():
    upper, lower = [(4000, 4000), (4000, 2525)], [(4000, 2475), (4000, 0)]
    there, back = drive(
        roads(primary=[NORTH, upper, lower, SOUTH, WEST]), NORTH, upper, lower, SOUTH, WEST
    )
    for legs in (there, back):
        assert tour_metres(legs) == pytest.approx(16_000, abs=1)
        assert sum(leg.joined_m for leg in legs) == pytest.approx(50, abs=0.1)
        assert tour_minutes(legs) == pytest.approx(16, abs=0.01)


def test_a_wide_break_is_not():
    upper, lower = [(4000, 4000), (4000, 2600)], [(4000, 2300), (4000, 0)]
    network = roads(primary=[NORTH, upper, lower, SOUTH, WEST])
    there, _ = drive(network, *SQUARE)
    assert there[0].length_m is None
    assert there[2].length_m == pytest.approx(4000, abs=1)
    assert tour_minutes(there) is None


def test_a_ring_without_roads_cannot_be_driven():
    there, back = drive(roads(tertiary=[[(50_000, 0), (51_000, 0)]]), *SQUARE)
    assert tour_minutes(there) is tour_minutes(back) is None
    assert len(there) == len(back) == 4
