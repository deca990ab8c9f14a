"""``coverage.json`` and ``siting.json`` say everything, without NaN, the same way twice."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from spatialplan.outputs import coverage_summary
from spatialplan.outputs.documents import coverage_json, siting_json
from tests.coverage_sample import sample_coverage, sample_siting, without_positions
from tests.sample import HOSTILE

STAMP = "2026-11-22 10:00:00 +0800"


def _refuse(token):
    raise AssertionError(f"{token} is no JSON")


@pytest.mark.parametrize("result", [sample_coverage(change=True), sample_coverage(),
                                    without_positions(sample_coverage())])  # fmt: skip
def test_coverage_round_trip(result, tmp_path):
    path = tmp_path / "coverage.json"
    coverage_json.write_coverage_json(result, path, stamp=STAMP)
    document = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    assert document == coverage_json.to_dict(result, stamp=STAMP)
    assert document["schema"] == coverage_json.SCHEMA
    assert [row["id"] for row in document["villages"]] == [v.demand.id for v in result.villages]
    assert [row["name"] for row in document["villages"]] == [v.demand.name for v in result.villages]
    assert [text["zh"] for text in document["answer"]] == coverage_summary.answer(result)
    assert [text["en"] for text in document["requests"]] == coverage_summary.requests(result, "en")
    again = tmp_path / "again.json"
    coverage_json.write_coverage_json(result, again, stamp=STAMP)
    assert path.read_bytes() == again.read_bytes()


def test_a_village_has_states_services_and_chain():
    document = coverage_json.to_dict(sample_coverage(), stamp=STAMP, lang="zh")
    village = document["villages"][1]
    assert village["states"]["15min"] == {
        "state": "not_covered", "cause": "太远：最近为“站甲”，21.0 分钟，超出 6.0 分钟",
        "cause_class": "too_far",
    }  # fmt: skip
    assert village["states"]["30min"]["cause_class"] is None
    assert village["nearest"] == {
        "facility": "station:0", "time_min": 21.0, "distance_m": 10500.0, "straight_m": 8400.0,
        "delta": 1.1,
    }  # fmt: skip
    assert village["second"] is None
    assert village["chain"]["weakest"] == 0
    assert [leg["tier"] for leg in village["chain"]["legs"]] == ["station", "hub"]
    assert village["chain"]["parents_match"] is False
    last = document["villages"][4]
    assert (last["lon"], last["nearest"], last["chain"]) == (None, None, None)


def test_counts_areas_and_accessibility():
    document = coverage_json.to_dict(sample_coverage(), stamp=STAMP)
    first = document["counts"][0]
    assert (first["limit"], first["total"], first["located"]) == ("15min", 5, 4)
    assert first["states"]["covered"] == 1
    assert first["on_roster"] == 5
    assert first["causes"] == {
        "too_far": 1, "near_limit": 1, "cut_off": 1, "no_place": 1,
    }  # fmt: skip
    assert len(document["areas"]) == 8
    assert document["accessibility"]["430302001001"]["e2sfca"] == 0.8
    assert document["accessibility"]["430302001005"]["e2sfca"] is None
    assert document["imports"][0]["roster"]["missing"] == ["430302001005"]
    assert document["imports"][0]["tables"][0]["rows"][1]["state"] == "repaired"
    assert document["change"] is None


def test_rows_beyond_the_roster_are_counted_too():
    result = sample_coverage(change=True)
    first = result.villages[0]
    off = dataclasses.replace(first, demand=dataclasses.replace(first.demand, on_roster=False))
    result = dataclasses.replace(result, villages=(off, *result.villages[1:]))
    document = coverage_json.to_dict(result, stamp=STAMP)
    counts = document["counts"][0]
    assert (counts["total"], counts["on_roster"], counts["located"]) == (5, 4, 4)
    assert counts["states"]["covered"] == 1
    assert document["change"]["counts"]["15min"]["loses"] == 1


def test_the_scenario_with_missing_costs():
    change = coverage_json.to_dict(sample_coverage(change=True), stamp=STAMP)["change"]
    assert change["counts"]["15min"]["gains"] == 1
    assert change["villages"][0]["cost_after"] == 22.0
    assert change["villages"][2]["cost_before"] is None
    assert change["marks"][1]["geometry"]["type"] == "LineString"


def test_siting_round_trip(tmp_path):
    result = sample_siting()
    frame = result.trade_off.assign(share=[np.nan, 0.5, np.inf])
    result = dataclasses.replace(result, trade_off=frame)
    path = tmp_path / "siting.json"
    siting_json.write_siting_json(result, path, stamp=STAMP)
    document = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    assert document == siting_json.to_dict(result, stamp=STAMP)
    assert document["sites"][0]["name"] == HOSTILE
    assert [lost["village"] for lost in document["unservable"]] == ["430302001004", "430302001005"]
    assert [row["outcome"] for row in document["villages"]] == [
        "before", "newly", "newly", "unservable", "unservable",
    ]  # fmt: skip
    assert [row["share"] for row in document["trade_off"]] == [None, 0.5, None]
    assert document["solution"]["optimal"] is True
