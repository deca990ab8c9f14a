"""``result.json`` says everything, in both languages, without NaN, the same way twice."""

from __future__ import annotations

import dataclasses
import json

import pytest
from shapely import LineString, box

from spatialplan.model.check_result import CheckResult
from spatialplan.model.verdict import Mark, Measure
from spatialplan.outputs.documents import result_json
from spatialplan.text import Text
from tests import sample

STAMP = "2026-11-22 10:00:00 +0800"


@pytest.fixture
def result() -> CheckResult:
    return sample.sample_result()


def _with_first(result: CheckResult, **changes) -> CheckResult:
    first = dataclasses.replace(result.verdicts[0], **changes)
    return dataclasses.replace(result, verdicts=(first, *result.verdicts[1:]))


def test_round_trip_keeps_rows_and_counts(result, tmp_path):
    path = tmp_path / "result.json"
    result_json.write_result(result, path, stamp=STAMP)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == result_json.to_dict(result, stamp=STAMP)
    assert document["schema"] == result_json.SCHEMA
    assert [row["claim"] for row in document["verdicts"]] == ["c1", "c2", "c3", "c4", "c5"]
    assert [row["id"] for row in document["features"]] == [f.id for f in result.features]
    assert [row["code"] for row in document["villages"]] == [v.code for v in result.villages]
    counts = document["counts"]
    assert counts["claims"] == dict.fromkeys(
        ("holds", "fails", "uncertain", "unroutable", "no_data"), 1
    )
    assert [theme["total"] for theme in counts["themes"]] == [2, 3]
    assert counts["features"] == {"located": 5, "approximate": 2, "unlocated": 1}
    assert counts["villages"]["counts"]["covered"] == 1
    assert (counts["villages"]["total"], counts["villages"]["located"]) == (3, 2)


def test_evidence_is_whole_and_a_proposed_place_is_fine(result):
    document = result_json.to_dict(result, stamp=STAMP)
    evidence = {row["feature"]: row for row in document["evidence"]}
    assert list(evidence) == [feature.id for feature in result.features]
    probable, park = evidence["f2"], evidence["f4"]
    assert (probable["state"], probable["osm_name"], probable["score"]) == (
        "probable", sample.HOSTILE, 0.875,
    )  # fmt: skip
    assert probable["cause"] == {"zh": "名称相似", "en": "a similar name"}
    assert probable["proposed"] == {
        "point": {"type": "Point", "coordinates": [112.871235, 27.89]},
        "accuracy_m": 60.0,
        "source": "OpenStreetMap",
    }
    assert park["osm_ids"] == ["way/44", "way/45"]
    [candidate] = park["candidates"]
    assert candidate["point"]["coordinates"] == [112.980123, 27.88]
    assert candidate["kind_fits"] is True
    assert evidence["f7"]["score"] is None
    assert evidence["f7"]["proposed"] is None
    assert document["counts"]["evidence"] == {
        "confirmed": 2, "probable": 1, "contradicted": 1, "not_found": 1, "no_data": 3,
    }  # fmt: skip


def test_doubts_are_listed_by_rank_up_to_two_hundred_and_counted(result):
    document = result_json.to_dict(result, stamp=STAMP, lang="en")
    assert [row["kind"] for row in document["network_issues"]] == [
        "gap", "dead_end", "piece", "oneway",
    ]  # fmt: skip
    first = document["network_issues"][0]
    assert (first["rank"], first["value_km"], first["villages"]) == (1, 1.24, 3)
    assert first["message"] == "1.24 km, 34 m short of the main network"
    assert first["geometry"]["type"] == "LineString"
    assert document["network_issues"][1]["message"] == sample.HOSTILE
    many = result_json.to_dict(sample.many_issues(1000), stamp=STAMP)
    assert [row["rank"] for row in many["network_issues"]] == list(range(1, 201))
    assert many["counts"]["network_issues"] == 1000


def test_without_evidence_and_doubts_the_lists_are_empty():
    document = result_json.to_dict(sample.bare_result(), stamp=STAMP)
    assert document["evidence"] == document["network_issues"] == []
    assert (document["counts"]["evidence"], document["counts"]["network_issues"]) == ({}, 0)


def test_texts_come_in_both_languages_or_in_one(result):
    both = result_json.to_dict(result, stamp=STAMP)
    assert both["verdicts"][1]["cause"] == {
        "zh": "西侧缺口 6.2 公里",
        "en": "gap of 6.2 km in the west",
    }
    english = result_json.to_dict(result, stamp=STAMP, lang="en")
    assert english["verdicts"][1]["cause"] == "gap of 6.2 km in the west"
    assert english["plan"]["title"] == "Sample plan"


def test_marks_are_geojson_rounded_to_five_decimals(result):
    mark = Mark(
        role="path", geometry=LineString([(112.1234567, 27.7654321), (113, 28)]), label=Text("", "")
    )
    document = result_json.to_dict(_with_first(result, marks=(mark,)), stamp=STAMP)
    geometry = document["verdicts"][0]["marks"][0]["geometry"]
    assert geometry == {
        "type": "LineString",
        "coordinates": [[112.12346, 27.76543], [113.0, 28.0]],
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_nan_or_infinite(result, tmp_path, value):
    changed = _with_first(result, measure=Measure(value=value, unit="m", threshold=value))
    result_json.write_result(changed, tmp_path / "r.json", stamp=STAMP)
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    assert "Infinity" not in text
    measure = json.loads(text)["verdicts"][0]["measure"]
    assert measure["value"] is None
    assert measure["threshold"] is None


def test_hostile_names_stay_whole(result, tmp_path):
    result_json.write_result(result, tmp_path / "r.json", stamp=STAMP)
    document = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    names = {row["name"] for row in document["features"]}
    assert {sample.HOSTILE, sample.FORMULA, sample.LONG, "样例县 😀\u202etxt"} <= names


def test_lone_surrogates_do_not_stop_the_writing(result, tmp_path):
    changed = _with_first(result, cause=Text("坏\ud800字\x85", "bad"))
    result_json.write_result(changed, tmp_path / "r.json", stamp=STAMP)
    document = json.loads((tmp_path / "r.json").read_bytes())
    assert document["verdicts"][0]["cause"]["zh"] == "坏字"


def test_same_bytes_twice(result, tmp_path):
    for name in ("a.json", "b.json"):
        result_json.write_result(result, tmp_path / name, stamp=STAMP)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_an_empty_result_is_written(result, tmp_path):
    empty = dataclasses.replace(
        result, verdicts=(), villages=(), features=(), network_extent=box(0, 0, 0, 0)
    )
    document = result_json.to_dict(empty, stamp=STAMP)
    assert document["counts"]["villages"]["total"] == 0
    result_json.write_result(empty, tmp_path / "r.json", stamp=STAMP)


def test_profiles_are_whole(result):
    belt, hubs = result_json.to_dict(result, stamp=STAMP)["profiles"]
    assert (belt["concept"], belt["family"], belt["theme"], belt["clause"]) == (
        "belt", "ring", "ring", "1",
    )  # fmt: skip
    assert belt["roles"] == {"sections": ["f1", "f8"]}
    assert belt["counts"] == {"holds": 1, "fails": 1, "uncertain": 0, "unroutable": 1, "no_data": 0}
    assert belt["findings"][0]["claims"] == ["c2"]
    assert [finding["state"] for finding in belt["findings"]] == ["fails", "unroutable", "holds"]
    assert belt["findings"][1]["value"] is None
    [sections, times] = belt["exhibits"]
    assert sections["columns"][1] == {
        "key": "length", "name": {"zh": "长度", "en": "Length"}, "unit": "km", "digits": 2,
    }  # fmt: skip
    assert sections["rows"][0] == [
        {"zh": "北段", "en": "North"}, 1234.567, 4, {"state": "holds"}, "G320",
    ]  # fmt: skip
    assert sections["rows"][1][1:3] == [None, None]
    assert sections["rows"][4][1] is None, "not a number"
    assert all(len(row) == len(times["columns"]) for row in times["rows"])
    assert times["note"] is None
    assert [mark["role"] for mark in belt["marks"]][:-1] == list(sample.SKETCH_ROLES)
    assert belt["marks"][3]["geometry"]["type"] == "Polygon"
    [strip] = belt["strips"]
    assert (strip["length_km"], strip["closed"], len(strip["bands"])) == (40.0, True, 9)
    assert strip["events"][0] == {"km": 0, "label": {"zh": "起点", "en": "Start"}, "kind": "gate"}
    assert hubs["name"]["zh"].endswith(sample.HOSTILE)
    assert hubs["marks"] == hubs["strips"] == []


def test_profiles_speak_one_language_and_are_none_without_concepts(result):
    belt, _ = result_json.to_dict(result, stamp=STAMP, lang="en")["profiles"]
    assert belt["answer"].startswith("The ring is open")
    assert belt["exhibits"][0]["rows"][0][0] == "North"
    assert result_json.to_dict(sample.bare_result(), stamp=STAMP)["profiles"] == []
