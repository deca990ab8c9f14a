"""The ring unrolled: chainage, gates, stretches, crossings."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, affinity, box

from spatialplan.measures.ring import ring_closure
from spatialplan.measures.ring_circuit import crossings, unroll, winding_number
from tests.measures.test_ring_world import EAST, JOIN_M, NORTH, SOUTH, SQUARE, closure, lines


def circuit_of(*sections):
    return unroll(closure(*sections), lines(*sections))


def test_chainage_runs_clockwise_from_the_north():
    circuit = circuit_of(*SQUARE)
    assert circuit.line.coords[0] == circuit.line.coords[-1] == pytest.approx((2000, 4000))
    assert circuit.line.interpolate(1000).distance(Point(3000, 4000)) < 1e-6
    assert circuit.gates_m == pytest.approx((0, 4000, 8000, 12_000))
    runs = [(round(s.begin_m), round(s.end_m), s.section, s.gap) for s in circuit.stretches]
    assert runs == [
        (0, 2000, 0, -1), (2000, 6000, 1, -1), (6000, 10_000, 2, -1), (10_000, 14_000, 3, -1),
        (14_000, 16_000, 0, -1),
    ]  # fmt: skip
    assert circuit.road_m == pytest.approx([4000] * 4)
    assert circuit.joined_m == 0
    assert winding_number(circuit.line, (2000, 2000)) == 1


def test_a_gap_has_chainage_and_its_gate_is_in_it():
    circuit = circuit_of(NORTH, EAST, SOUTH)
    (gap,) = [s for s in circuit.stretches if s.gap >= 0]
    assert (gap.begin_m, gap.end_m, gap.section) == (10_000, 14_000, -1)
    assert circuit.in_gap(12_000)
    assert not circuit.in_gap(10_000)
    assert not circuit.in_gap(8000)
    assert circuit.road_m.sum() == 12_000


def test_a_gap_in_the_north_is_cut_by_the_start():
    circuit = circuit_of(EAST, SOUTH, [(0, 0), (0, 4000)])
    gaps = [(s.begin_m, s.end_m) for s in circuit.stretches if s.gap == 0]
    assert gaps == [(0, 2000), (14_000, 16_000)]
    assert circuit.gates_m[0] == 0


def test_small_breaks_are_counted_as_joined():
    circuit = circuit_of(NORTH, [(4000, 4000), (4000, 2550)], [(4000, 2450), (4000, 0)], SOUTH,
                         [(0, 0), (0, 4000)])  # fmt: skip
    assert all(s.gap < 0 for s in circuit.stretches)
    assert circuit.joined_m == pytest.approx(100)
    assert circuit.line.length == pytest.approx(16_000)


def test_crossings_of_lines_and_areas():
    circuit = circuit_of(*SQUARE)
    stream = LineString([(3000, 3500), (3000, 4500)])
    river = box(3900, 1000, 4100, 1300)
    islands = shapely.MultiPolygon([box(3900, 900, 4100, 950), river])
    pond = box(1000, 1000, 1500, 1500)
    water = np.array([pond, islands, stream], dtype=object)
    assert crossings(circuit, water) == [(pytest.approx(1000), 2), (pytest.approx(4850), 1)]
    assert crossings(circuit, water[:0]) == []


def test_no_circuit_no_chainage():
    assert unroll(closure(NORTH), lines(NORTH)) is None


moves = st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))


@given(moves, st.permutations(range(4)))
@settings(max_examples=15, deadline=None)
def test_neither_place_nor_order_matters(move, order):
    sides = [affinity.translate(line, *move) for line in lines(*SQUARE)]
    mixed = [sides[i] for i in order]
    circuit = unroll(ring_closure(mixed, JOIN_M), mixed)
    assert circuit.gates_m == pytest.approx((0, 4000, 8000, 12_000), abs=1)
    assert circuit.road_m == pytest.approx([4000] * 4, abs=1)
    assert [order[s.section] for s in circuit.stretches] == [0, 1, 2, 3, 0]
