"""What changed between two runs, and why."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from spatialplan.errors import DataError
from spatialplan.measures.run_change import compare_runs
from spatialplan.model.run_record import ClaimRecord, FeatureRecord, Reason, RunRecord
from spatialplan.model.verdict import State
from spatialplan.text import Text


def claim_record(id="k", state=State.HOLDS, value=1.0, **definition):
    named = {"predicate": "near", "subjects": ["a"], "objects": ["b"], "params": {}, **definition}
    return ClaimRecord(
        id=id, theme="t", sentence="s", definition=MappingProxyType(named), state=state,
        value=value, unit="m", cause=Text("因", "cause"),
    )  # fmt: skip


def feature_record(id, place=(112.0, 27.0), shape="x", accuracy_m=100.0):
    return FeatureRecord(
        id=id, name=id, status="located", accuracy_m=accuracy_m, place=place, shape=shape
    )


def run_record(*claims, features=None, **more):
    values = {
        "plan": "p", "title": Text("p", "p"), "version": "1", "stamp": "now",
        "themes": {"t": Text("t", "t")}, "sources": {"osm": "2026-01"}, "settings": {"kmh": 60.0},
        "amounts": {"nodes": 5}, "claims": {one.id: one for one in claims or [claim_record()]},
        "features": features or {key: feature_record(key) for key in "ab"},
    }  # fmt: skip
    return RunRecord(**{**values, **more})


def test_equal_runs_have_no_change():
    change = compare_runs(run_record(), run_record(stamp="later"))
    assert change.claims == ()
    assert change.general == ()


def test_values_equal_to_nine_digits_are_equal():
    new = run_record(claim_record(value=1.0 + 1e-12))
    assert compare_runs(run_record(), new).claims == ()
    (one,) = compare_runs(run_record(), run_record(claim_record(value=1.001))).claims
    assert not one.turned


@pytest.mark.parametrize(
    ("more", "reason", "said"),
    [
        ({"sources": {"osm": "2026-09"}}, Reason.DATA, "osm 2026-01 → 2026-09"),
        ({"amounts": {"nodes": 9}}, Reason.DATA, "nodes 5 → 9"),
        ({"sources": {}}, Reason.DATA, "− osm 2026-01"),
        ({"settings": {"kmh": 50.0}}, Reason.SETTINGS, "kmh 60.0 → 50.0"),
        ({"version": "2"}, Reason.CODE, "1 → 2"),
    ],
)
def test_what_differs_alone_is_the_cause(more, reason, said):
    new = run_record(claim_record(state=State.FAILS), **more)
    (one,) = compare_runs(run_record(), new).claims
    assert one.turned
    ((found, text),) = one.reasons
    assert found is reason
    assert said in text.zh
    assert said in text.en


def test_an_edited_claim_is_told_from_its_features_and_the_data():
    moved = {"a": feature_record("a", place=(112.01, 27.0), shape="y"), "b": feature_record("b")}
    new = run_record(
        claim_record(state=State.FAILS, params={"max_km": 3}), features=moved, version="2"
    )
    (one,) = compare_runs(run_record(), new).claims
    assert [reason for reason, _ in one.reasons] == [Reason.CLAIM, Reason.PLACE, Reason.CODE]
    claim_said, place_said, _ = (text.zh for _, text in one.reasons)
    assert "参数" in claim_said
    assert "“a”移动 993 米" in place_said  # 0.01° of longitude at 27° north
    assert "b" not in place_said


def test_places_found_lost_and_sharpened():
    for before, after, said in (
        (feature_record("a", place=None, shape=""), feature_record("a"), "已定位"),
        (feature_record("a"), feature_record("a", place=None, shape=""), "不再有位置"),
        (feature_record("a"), feature_record("a", accuracy_m=10.0), "精度 100 → 10 米"),
        (feature_record("a"), feature_record("a", shape="y"), "形状改动"),
    ):
        old = run_record(features={"a": before, "b": feature_record("b")})
        new = run_record(claim_record(value=2.0), features={"a": after, "b": feature_record("b")})
        (one,) = compare_runs(old, new).claims
        ((reason, text),) = one.reasons
        assert reason is Reason.PLACE
        assert said in text.zh


def test_new_and_dropped_claims_in_order():
    old, new = (
        run_record(claim_record("k"), claim_record("gone")),
        run_record(claim_record("come"), claim_record("k")),
    )
    change = compare_runs(old, new)
    assert [one.id for one in change.claims] == ["come", "gone"]
    assert [one.reasons[0][1].zh for one in change.claims] == ["新增论断", "论断已删去"]
    assert all(one.turned for one in change.claims)


def test_runs_of_two_plans_cannot_be_compared():
    with pytest.raises(DataError, match="不同的规划"):
        compare_runs(run_record(), replace(run_record(), plan="q"))
