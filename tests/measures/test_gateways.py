"""Gateways of a square of ten kilometres, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, affinity, box

from spatialplan.measures.gateways import Gateways, find_gateways
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.network.build import network_from_lines

SQUARE = box(0, 0, 10_000, 10_000)
SPEEDS = SpeedTable(
    kmh={"motorway": 100.0, "street": 40.0, "lane": 20.0}, access_kmh=20.0, source="test"
)


def network_of(roads: list, classes: list[str] | None = None) -> StreetNetwork:
    lines = np.empty(len(roads), dtype=object)
    lines[:] = [road if isinstance(road, LineString) else LineString(road) for road in roads]
    n = len(roads)
    return network_from_lines(
        lines, road_class=classes or ["street"] * n, name=[""] * n, ref=[""] * n,
        accuracy_m=np.zeros(n), crs="EPSG:4547", extent=box(-1e5, -1e5, 1e5, 1e5),
        speeds=SPEEDS, provenance=(),
    )  # fmt: skip


def gates(roads: list, classes: list[str] | None = None, area: Polygon = SQUARE) -> Gateways:
    return find_gateways(network_of(roads, classes), area, accuracy_m=200.0, merge_m=300.0)


def eastward(y: float, end: float = 15_000) -> list[tuple[float, float]]:
    return [(5000, y), (end, y)]


def places(found: Gateways) -> list[tuple[float, float]]:
    return [tuple(xy) for xy in found.xy[found.lead].round(3).tolist()]


def test_one_road_crosses_where_it_crosses() -> None:
    found = gates([eastward(3000)])
    assert places(found) == [(10_000, 3000)]
    assert found.along.tolist() == [0.5]
    assert found.doubtful == 0


def test_a_road_that_passes_through_has_two() -> None:
    assert places(gates([[(-5000, 4000), (15_000, 4000)]])) == [(10_000, 4000), (0, 4000)]


@pytest.mark.parametrize(("apart", "count"), [(30, 1), (299, 1), (301, 2), (1000, 2)])
def test_carriageways_merge_within_the_distance(apart: float, count: int) -> None:
    found = gates([eastward(3000), eastward(3000 + apart)])
    assert len(found) == count
    assert len(found.edge) == 2


def test_a_row_of_streets_does_not_become_one() -> None:
    """Eleven streets 200 m apart: by chaining one gateway 2 km wide, by its width at least six."""
    found = gates([eastward(3000 + 200 * i) for i in range(11)])
    assert len(found) >= 6
    for gate in range(len(found)):
        y = found.xy[found.gateway == gate, 1]
        assert np.ptp(y) <= 300


def test_the_fastest_road_stands_for_a_gateway() -> None:
    found = gates([eastward(3000), eastward(3200), eastward(3100)], ["street", "motorway", "lane"])
    assert found.edge[found.lead].tolist() == [1]
    assert places(found) == [(10_000, 3200)]


def test_a_node_on_the_boundary_is_a_crossing() -> None:
    roads = [[(5000, 3000), (10_000, 3000)], [(10_000, 3000), (15_000, 3000)]]
    assert places(gates(roads)) == [(10_000, 3000)]


@pytest.mark.parametrize("end", [10_000, 10_050, 10_199])
def test_a_road_that_ends_at_the_boundary_is_none(end: float) -> None:
    found = gates([eastward(3000, end)])
    assert len(found) == 0
    assert found.doubtful == (0 if end == 10_000 else 1)


def test_a_road_that_ends_beyond_the_accuracy_is_one() -> None:
    assert len(gates([eastward(3000, 10_400)])) == 1


def test_a_road_that_strays_over_the_line_is_none() -> None:
    found = gates([[(9000, 3000), (9900, 3000), (10_100, 3500), (9900, 4000), (9000, 4000)]])
    assert len(found) == 0
    assert found.doubtful == 2


def test_a_wiggle_on_the_way_out_counts_once() -> None:
    wiggle = [
        (9000, 3000),
        (10_100, 3000),
        (10_100, 3400),
        (9900, 3400),
        (9900, 3800),
        (12_000, 3800),
    ]
    found = gates([wiggle])
    assert places(found) == [(10_000, 3800)]


def test_a_road_from_outside_that_strays_in_is_none() -> None:
    """The same wiggle, but its inner end leads nowhere: the pocket inside joins nothing deep."""
    found = gates([[(9900, 3400), (9900, 3800), (12_000, 3800)], eastward(8000)])
    assert places(found) == [(10_000, 8000)]
    assert found.doubtful == 1


def test_a_road_along_the_boundary_is_none() -> None:
    assert len(gates([[(10_000, 1000), (10_000, 9000)]])) == 0
    assert len(gates([[(10_100, 1000), (10_100, 9000)]])) == 0


def test_a_stub_that_joins_a_road_outside_is_a_gateway() -> None:
    """Whether it leads far is told by the roads it hangs together with, not by the edge itself."""
    roads = [[(9000, 3000), (10_050, 3000)], [(10_050, 3000), (10_050, 9000)],
             [(10_050, 9000), (14_000, 9000)]]  # fmt: skip
    assert places(gates(roads)) == [(10_000, 3000)]


def test_gateways_are_numbered_clockwise_from_north() -> None:
    roads = [eastward(5000), [(5000, 5000), (5000, 15_000)], [(5000, 5000), (-5000, 5000)],
             [(5000, 5000), (5000, -5000)]]  # fmt: skip
    assert places(gates(roads)) == [(5000, 10_000), (10_000, 5000), (5000, 0), (0, 5000)]


def test_no_road_crosses() -> None:
    found = gates([[(2000, 2000), (3000, 3000)]])
    assert (len(found), len(found.edge), found.doubtful) == (0, 0, 0)


def test_a_hole_has_a_boundary_too() -> None:
    area = SQUARE.difference(box(4000, 4000, 6000, 6000))
    found = gates([[(1000, 5000), (5000, 5000)]], area=area)
    assert places(found) == [(4000, 5000)]


WORLD = [
    [(5000, 5000), (15_000, 5000)],
    [(5000, 5000), (5000, 15_000)],
    [(5000, 5000), (-3000, -1000)],
    [(2000, 5000), (2000, 10_100), (2500, 10_100), (2500, 5000)],
    [(7000, 5000), (7000, 12_000)],
    [(7100, 5000), (7100, 12_000)],
]
CLASSES = ["motorway", "street", "lane", "street", "motorway", "street"]


@settings(max_examples=30)
@given(
    st.permutations(range(len(WORLD))), st.floats(0, 360), st.floats(-9000, 9000),
    st.lists(st.booleans(), min_size=len(WORLD), max_size=len(WORLD)),
)  # fmt: skip
def test_order_direction_place_and_turn_do_not_matter(
    order: list[int], angle: float, shift: float, flip: list[bool]
) -> None:
    def moved(shape):
        return affinity.translate(affinity.rotate(shape, angle, origin=(0, 0)), shift, -shift)

    expected = gates(WORLD, CLASSES)
    lines = [LineString(WORLD[i]) for i in order]
    lines = [line.reverse() if turn else line for line, turn in zip(lines, flip, strict=True)]
    found = gates([moved(line) for line in lines], [CLASSES[i] for i in order], moved(SQUARE))
    assert len(found) == len(expected) == 4
    assert found.doubtful == expected.doubtful == 2
    assert found.gateway[found.lead].tolist() == [0, 1, 2, 3]
    assert np.hypot(*(found.xy - found.xy[found.lead][found.gateway]).T).max() <= 300
    there = np.array(
        [moved(LineString([xy, xy + 1])).coords[0] for xy in expected.xy[expected.lead]]
    )
    gap = np.hypot(*(found.xy[found.lead][:, None] - there[None]).transpose(2, 0, 1))
    assert gap.min(axis=1).max() < 1e-3
