"""What would close a gap, on a square ring without its west side, reckoned by hand.

The gap is 4000 m. A tertiary road counts 0.7, a secondary road 0.4 of a new one; a bridge 3 more.
"""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, affinity, box

from spatialplan.measures.ring import Gap
from spatialplan.measures.ring_closing import MAJOR, MINOR, WATER, propose, rebuild_weights
from tests.measures.test_ring_world import EAST, NORTH, SOUTH, roads

SIDES = (NORTH, EAST, SOUTH)
DRY = np.empty(0, dtype=object)
DETOUR = [(0, 0), (-1000, 2000), (0, 4000)]
DETOUR_M = 2 * hypot(1000, 2000)
FAR = [(0, 0), (-3250, 0), (-3250, 4000), (0, 4000)]  # 10.5 km
GAP = Gap(line=LineString([(0, 0), (0, 4000)]), length_m=4000.0, bearing_deg=270.0)


def proposal(water=DRY, gap=GAP, centre=(2000, 2000), **network):
    made = roads(primary=SIDES, **network)
    weights = rebuild_weights(made, made.road_class == "primary", "primary")
    return propose(made, gap, (centre, "primary"), weights, np.array(water, dtype=object))


def test_an_existing_road_that_costs_less_than_a_new_one():
    found = proposal(tertiary=[DETOUR])
    assert found.existing.length_m == pytest.approx(DETOUR_M, abs=0.1)
    assert found.existing.time_min == pytest.approx(DETOUR_M / 500, rel=1e-3)
    assert found.existing.by_class() == {"tertiary": pytest.approx(DETOUR_M, abs=0.1)}
    assert found.cheapest == found.minimal == found.existing
    assert found.cost_m == pytest.approx(MINOR * DETOUR_M, abs=0.1)
    assert found.straight.length_m == found.straight.new_m == 4000
    assert found.straight.time_min == pytest.approx(4)


def test_a_long_way_round_is_told_but_a_new_road_is_cheaper():
    found = proposal(secondary=[FAR])
    assert found.existing.length_m == pytest.approx(10_500)
    assert MAJOR * 10_500 > 4000
    assert found.cheapest.new_m == pytest.approx(4000)
    assert found.cost_m == pytest.approx(4000)


def test_water_makes_the_existing_bridge_cheaper():
    river = box(-3000, 1900, 6000, 2100)
    found = proposal(water=[river], secondary=[FAR])
    assert found.straight.water_m == pytest.approx(200)
    assert found.cheapest == found.existing
    assert 4000 + WATER * 200 > found.cost_m == pytest.approx(MAJOR * 10_500)


def test_half_a_road_is_used_and_the_rest_is_built():
    found = proposal(tertiary=[[(0, 0), (0, 2000)]])
    assert found.existing is None
    assert found.cheapest.new_m == pytest.approx(2000)
    assert [p.road_class for p in found.cheapest.pieces] == ["tertiary", ""]
    assert found.cost_m == pytest.approx(0.7 * 2000 + 2000)


def test_the_missing_bridge_between_two_ends():
    river = box(-5000, 1600, 3000, 1800)
    found = proposal(water=[river], tertiary=[[(0, 0), (0, 1500)], [(0, 2500), (0, 4000)]])
    assert found.existing is None
    for way in (found.minimal, found.cheapest):
        assert way.new_m == pytest.approx(1000)
        assert way.water_m == pytest.approx(200)
    assert found.cost_m == pytest.approx(0.7 * 3000 + 1000 + WATER * 200)


def test_the_least_new_road_need_not_be_the_cheapest():
    """Over the lanes 200 m are missing, yet the way there and back costs more than a new road."""
    lanes = [[(0, 0), (-5000, 0), (-5000, 1900)], [(-5000, 2100), (-5000, 4000), (0, 4000)]]
    inside = [(-900, 0), (-900, 1900)], [(-900, 2100), (-900, 4000)]
    far = proposal(tertiary=lanes)
    assert far.cheapest.new_m == pytest.approx(4000)
    assert far.minimal.new_m == pytest.approx(4000)  # the lanes lie outside the ellipse
    near = proposal(tertiary=[[(0, 0), *inside[0]], [*inside[1], (0, 4000)]])
    assert near.minimal.new_m == pytest.approx(200)
    assert near.minimal.length_m == pytest.approx(5800)
    assert 0.7 * 5600 + 200 > near.cost_m == pytest.approx(4000)


def test_motorways_are_not_rebuilt_into_a_ring():
    assert proposal(motorway=[DETOUR]).existing is None
    assert proposal(motorway=[DETOUR]).cheapest.new_m == pytest.approx(4000)


def test_the_ring_itself_is_no_way_across_its_gap():
    """Back along north, east and south is 12 km at 0.2, and would leave the ring open."""
    found = proposal()
    assert found.existing is None
    assert found.cheapest.pieces == found.straight.pieces
    assert found.cost_m == pytest.approx(4000)


def test_an_end_off_the_roads_gives_no_proposal():
    away = Gap(line=LineString([(-200, 0), (0, 4000)]), length_m=4005.0, bearing_deg=270.0)
    assert proposal(gap=away, tertiary=[DETOUR]) is None


@given(
    st.floats(0, 360), st.floats(-1e5, 1e5),
    st.lists(st.tuples(st.integers(-1500, -100), st.integers(100, 3900)), min_size=1, max_size=3),
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_cost_keeps_to_its_bounds_and_does_not_depend_on_place(turn, shift, corners):
    def move(shape):
        return affinity.translate(affinity.rotate(shape, turn, origin=(0, 0)), shift, -shift)

    lane = [(0, 0), *sorted(corners, key=lambda xy: xy[1]), (0, 4000)]
    plain = proposal(tertiary=[lane])
    assert plain.cost_m <= 4000.01
    assert plain.cost_m <= 0.7 * plain.existing.length_m + 0.1
    assert plain.cheapest.length_m >= 4000 - 0.01
    moved = proposal(
        gap=Gap(line=move(GAP.line), length_m=4000.0, bearing_deg=270.0 - turn),
        centre=move(LineString([(2000, 2000), (0, 0)])).coords[0], move=move, tertiary=[lane],
    )  # fmt: skip
    assert moved.cost_m == pytest.approx(plain.cost_m, abs=1)
    assert moved.existing.length_m == pytest.approx(plain.existing.length_m, abs=1)
    more = proposal(tertiary=[lane, [(0, 0), (-50, 2000), (0, 4000)]])
    assert more.cost_m <= plain.cost_m + 0.1
