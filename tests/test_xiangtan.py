"""Verdicts on Xiangtan's real roads, with tolerances argued from the accuracy of the data."""

from __future__ import annotations

import pytest
import shapely
from pyproj import Geod

from spatialplan import loading, pipeline
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.check_result import CheckResult
from spatialplan.model.verdict import State, Verdict
from spatialplan.settings import Settings

GEOD = Geod(ellps="GRS80")
# Lines lie on a 65 m grid, so an end is known to about 40 m and a joint to two of them.
GRID_M = 65.0


@pytest.fixture(scope="module")
def result() -> CheckResult:
    plan = read_plan(find_pack("xiangtan"))
    return pipeline.check(plan, loading.load_inputs(plan), Settings())


def verdict(result: CheckResult, claim_id: str) -> Verdict:
    return next(v for v in result.verdicts if v.claim_id == claim_id)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return GEOD.inv(*a, *b)[2]


def ring(result: CheckResult) -> Verdict:
    claim = next(c for c in result.plan.claims if c.predicate == "ring_closed")
    return verdict(result, claim.id)


def test_ring_is_not_closed_in_the_west(result: CheckResult) -> None:
    found = ring(result)
    assert found.state is State.FAILS
    gaps = [mark for mark in found.all_marks() if mark.role == "gap"]
    assert len(gaps) == 1
    ends = sorted(map(tuple, shapely.get_coordinates(gaps[0].geometry)))
    # The southern end of the west ring's first phase, and the western end of the south ring, read
    # off the OSM lines themselves.
    assert metres(ends[0], (112.8399, 27.8481)) < 200
    assert metres(ends[1], (112.8696, 27.7664)) < 200
    assert GEOD.geometry_length(gaps[0].geometry) == pytest.approx(9500, abs=2 * GRID_M)
    assert "西侧缺口 9.5" in found.cause.zh


def test_gap_ends_lie_on_osm_lines(result: CheckResult) -> None:
    gap = next(mark.geometry for mark in ring(result).all_marks() if mark.role == "gap")
    sections = [f for f in result.features if str(f.kind) == "ring_section"]
    lines = shapely.union_all([f.geometry for f in sections])
    for x, y in shapely.get_coordinates(gap):
        near = shapely.shortest_line(shapely.Point(x, y), lines)
        assert GEOD.geometry_length(near) < 1.0


@pytest.mark.parametrize(("claim_id", "km"), [("ring-north-xtu", 0.4), ("ring-north-hnust", 4.6)])
def test_campuses_are_linked_by_the_north_section(
    result: CheckResult, claim_id: str, km: float
) -> None:
    found = verdict(result, claim_id)
    assert found.state is State.HOLDS
    part = found.parts[0]
    assert part.distance_m == pytest.approx(km * 1000, abs=200)
    (path,) = [mark.geometry for mark in part.marks if mark.role == "path"]
    assert GEOD.geometry_length(path) == pytest.approx(part.distance_m, rel=0.01)
    ring_north = result.plan.feature("ring-north").geometry
    campus = result.plan.feature(result.claim(claim_id).objects[0]).geometry
    start, end = shapely.get_coordinates(path)[[0, -1]]
    assert shapely.distance(shapely.Point(start), ring_north) < 1e-3
    assert metres(tuple(end), (campus.x, campus.y)) < 1.0


def test_no_verdict_holds_on_an_unlocated_feature(result: CheckResult) -> None:
    located = {feature.id for feature in result.features if feature.geometry is not None}
    for found in result.verdicts:
        claim = result.claim(found.claim_id)
        if found.state is State.HOLDS and claim.predicate not in ("near", "along"):
            assert set(claim.subjects) | set(claim.objects) <= located, claim.id


def test_verdicts_carry_number_cause_and_remedy(result: CheckResult) -> None:
    for found in result.verdicts:
        assert found.cause.zh
        assert found.would_change.zh
        if found.state in (State.HOLDS, State.FAILS):
            assert found.measure.value is not None


def test_villages_are_all_there_without_data(result: CheckResult) -> None:
    assert len(result.villages) == 957
    assert {str(village.state) for village in result.villages} == {"no_data"}
    assert all(village.cause.zh for village in result.villages)


def test_estimate_is_marked(result: CheckResult) -> None:
    plan = result.plan
    estimated = pipeline.check(plan, loading.load_inputs(plan), Settings(estimate=True))
    marked = [v for v in estimated.verdicts if v.estimated]
    assert marked
    assert all(str(v.confidence) == "low" for v in marked)
    assert not any(v.estimated for v in result.verdicts)
    assert any("估算" in note.zh for note in estimated.notes)
