"""A square ring of 4 km sides in metres, its roads at 60 km/h, and what other tests build on it.

::

    (0, 4000)  ---- north ----  (4000, 4000)
        |                            |
       west                         east
        |                            |
      (0, 0)   ---- south ----   (4000, 0)
"""

from __future__ import annotations

import numpy as np
from shapely import LineString, Point, box

from spatialplan.measures.ring import ring_closure
from spatialplan.model.network import SpeedTable
from spatialplan.network.build import network_from_lines

SPEEDS = SpeedTable(
    kmh={"motorway": 120.0, "primary": 60.0, "secondary": 40.0, "tertiary": 30.0},
    access_kmh=30.0,
    source="test",
)
NORTH = [(0, 4000), (4000, 4000)]
EAST = [(4000, 4000), (4000, 0)]
SOUTH = [(4000, 0), (0, 0)]
WEST = [(0, 0), (0, 4000)]
SQUARE = (NORTH, EAST, SOUTH, WEST)
JOIN_M = 200.0


def lines(*roads):
    """Return roads as lines."""
    return [LineString(road) for road in roads]


def roads(primary=(), move=lambda shape: shape, oneway=False, **others):
    """Return the network of roads by class; primary roads may be one-way as they are drawn."""
    by_class = {"primary": primary, **others}
    drawn = [(name, road) for name, group in by_class.items() for road in group]
    shapes = np.empty(len(drawn), dtype=object)
    shapes[:] = [move(LineString(road)) for _, road in drawn]
    n = len(drawn)
    return network_from_lines(
        shapes, road_class=[name for name, _ in drawn], name=[""] * n, ref=[""] * n,
        accuracy_m=np.full(n, 5.0), crs="EPSG:4547", extent=box(-1e5, -1e5, 1e5, 1e5),
        speeds=SPEEDS, provenance=(), forward=np.ones(n, dtype=bool),
        backward=np.array([not (oneway and name == "primary") for name, _ in drawn]),
    )  # fmt: skip


def closure(*sections):
    """Return the closure of sections."""
    return ring_closure(lines(*sections), JOIN_M)


def test_the_world_is_a_ring_of_16_km():
    ring = closure(*SQUARE)
    assert ring.is_closed
    assert ring.perimeter_m == 16_000
    assert ring.circuit.length == 16_000
    assert ring.centre.distance(Point(2000, 2000)) < 1e-6


def test_without_the_west_the_circuit_leads_over_the_gap():
    ring = closure(NORTH, EAST, SOUTH)
    (gap,) = ring.gaps
    assert gap.length_m == 4000
    assert ring.circuit.length == ring.perimeter_m == 16_000


def test_a_straight_road_has_no_circuit():
    assert closure(NORTH).circuit is None


def test_bends_of_a_mountain_road_are_not_cut_across():
    """Hairpins 100 m apart lie within the joining distance and are road all the same."""
    hairpins = [(0, 0)]
    for n in range(5):
        y = n * 200
        hairpins += [(-1500, y + 50), (-1500, y + 100), (-100, y + 150), (-100, y + 200)]
    hairpins += [(0, 4000)]
    road = LineString(hairpins)
    ring = closure(NORTH, EAST, SOUTH, hairpins)
    assert ring.is_closed
    assert abs(ring.perimeter_m - 12_000 - road.length) < 60
