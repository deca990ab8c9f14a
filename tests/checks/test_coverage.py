"""covers: without a table of service points the answer is no data, with the roster counted."""

from __future__ import annotations

from shapely import box

from spatialplan.model.plan import Origin
from spatialplan.model.verdict import State

from .world import claim, feature, judge

COUNTS = {"430302": (12, 5), "430304": (20, 7), "430300": (40, 15)}
CODES = {"430302", "430304", "430381"}


def run(*districts, **params):
    features = [feature("hub", (0, 0)), feature("area", box(0, 0, 100, 100), districts=districts)]
    one = claim("covers", "hub", "area", **params)
    return judge(features, one, n_villages=COUNTS, codes=CODES)


def test_villages_are_counted_by_district():
    verdict = run("430302", "430304")
    assert verdict.state is State.NO_DATA
    assert "名录 32 个村，12 个有坐标" in verdict.cause.zh
    assert "32 个村" in verdict.would_change.zh
    assert (verdict.measure.value, verdict.measure.unit, verdict.measure.threshold) == (
        None,
        "%",
        100,
    )
    assert verdict.measure.origin is Origin.ASSUMED


def test_whole_prefecture_is_counted_apart_from_its_districts():
    assert "名录 40 个村，15 个有坐标" in run(*CODES).cause.zh


def test_area_without_districts_is_not_taken_for_the_prefecture():
    features = [feature("hub", (0, 0)), feature("area", box(0, 0, 100, 100))]
    verdict = judge(features, claim("covers", "hub", "area"), n_villages=COUNTS, codes=())
    assert "40" not in verdict.cause.zh


def test_share_of_the_plan_is_the_threshold():
    measure = run("430302", share_pct=90).measure
    assert (measure.threshold, measure.origin) == (90, Origin.PLAN)


def test_unlocated_and_located_alike_are_never_covered():
    features = [feature("hub"), feature("area")]
    assert judge(features, claim("covers", "hub", "area")).state is State.NO_DATA
