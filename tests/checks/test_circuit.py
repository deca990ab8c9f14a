"""ring_closed on a square ring of 4 km sides."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString, MultiLineString

from spatialplan.model.plan import Origin
from spatialplan.model.verdict import State

from .world import claim, feature, judge, metres

SOUTH = LineString([(0, 0), (4000, 0)])
EAST = LineString([(4000, 0), (4000, 4000)])
NORTH = LineString([(4000, 4000), (0, 4000)])
WEST = LineString([(0, 4000), (0, 0)])


def run(*sections, accuracy_m=10.0, **params):
    features = [feature(f"s{i}", shape, accuracy_m) for i, shape in enumerate(sections)]
    return judge(features, claim("ring_closed", [f.id for f in features], **params))


def test_closed_ring_holds():
    verdict = run(SOUTH, EAST, NORTH, WEST)
    assert verdict.state is State.HOLDS
    assert (verdict.measure.value, verdict.measure.unit, verdict.measure.threshold) == (
        100,
        "%",
        100,
    )
    assert verdict.measure.origin is Origin.PLAN
    assert verdict.marks == ()
    assert "16.0 公里闭合成环" in verdict.cause.zh


def test_missing_section_fails_and_the_gap_is_located():
    verdict = run(SOUTH, EAST, NORTH)
    assert verdict.state is State.FAILS
    assert verdict.measure.value == pytest.approx(75, abs=0.2)
    (mark,) = verdict.marks
    assert mark.role == "gap"
    assert metres(mark.geometry).hausdorff_distance(WEST) < 1
    assert "西侧缺口 4.00 公里" in verdict.cause.zh
    assert "gap of 4.00 km in the west" in verdict.cause.en


@pytest.mark.parametrize(
    ("gap", "accuracy", "state"),
    [(150, 10, "holds"), (199, 10, "holds"), (215, 10, "uncertain"), (225, 10, "fails"),
     (380, 500, "uncertain"), (420, 500, "fails")],
)  # fmt: skip
def test_gap_against_the_joining_distance_and_the_accuracy(gap, accuracy, state):
    west = MultiLineString([[(0, 4000), (0, 2000 + gap)], [(0, 2000), (0, 0)]])
    verdict = run(SOUTH, EAST, NORTH, west, accuracy_m=accuracy, gap_m=200)
    assert verdict.state == state


def test_default_joining_distance_is_200_m():
    assert run(SOUTH, EAST, NORTH, LineString([(0, 3850), (0, 0)])).state is State.HOLDS
    assert run(SOUTH, EAST, NORTH, LineString([(0, 3750), (0, 0)])).state is State.FAILS


def test_small_gap_of_a_large_ring_is_not_overlooked():
    # 872 m of a ring of 10 km radius: 5 degrees.
    t = np.radians(np.linspace(95, 365 + 85, 800))
    circle = LineString(np.column_stack([10_000 * np.sin(t), 10_000 * np.cos(t)]))
    parts = LineString(circle.coords[:400]), LineString(circle.coords[399:])
    verdict = run(*parts)
    assert verdict.state is State.FAILS
    assert "东侧缺口 0.87 公里" in verdict.cause.zh


@pytest.mark.parametrize("west", [None, (0, 2000)])
def test_section_without_a_line_is_no_data(west):
    verdict = run(SOUTH, EAST, NORTH, west)
    assert verdict.state is State.NO_DATA
    assert "s3" in verdict.cause.zh
    assert verdict.measure.value is None


def test_order_of_sections_does_not_matter():
    one, other = run(SOUTH, EAST, NORTH), run(NORTH, SOUTH, EAST)
    assert one.state == other.state
    assert one.measure.value == pytest.approx(other.measure.value, abs=0.01)
