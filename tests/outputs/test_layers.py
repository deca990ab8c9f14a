"""The frames that every output starts from: evidence beside its feature, doubts by rank."""

from __future__ import annotations

import dataclasses

from spatialplan.model.evidence import EvidenceState
from spatialplan.outputs import layers, summary
from spatialplan.outputs.style import read_recipe, read_style
from tests.sample import (
    FORMULA,
    HOSTILE,
    bare_result,
    many_issues,
    sample_basemap,
    sample_result,
)

EVIDENCE = ["evidence", "osm_id", "osm_name", "match_score", "match_distance_m", "evidence_cause"]


def test_each_feature_has_its_own_evidence():
    result = sample_result()
    frame = layers.features_frame(result).set_index("id")
    assert frame["evidence"].tolist() == [str(found.state) for found in result.evidence]
    assert set(frame["evidence"]) == {str(state) for state in EvidenceState}
    assert frame.loc["f2", EVIDENCE].tolist() == [
        "probable", "node/7", HOSTILE, 0.875, 610.0, "名称相似",
    ]  # fmt: skip
    assert frame.loc["f4", "osm_name"] == FORMULA
    assert frame.loc["f7", ["match_score", "match_distance_m"]].isna().all()


def test_evidence_is_told_by_its_feature_and_not_by_its_place_in_the_list():
    result = sample_result()
    turned = dataclasses.replace(result, evidence=result.evidence[:0:-1])
    frame = layers.features_frame(turned, "en").set_index("id")
    assert frame.loc["f4", "evidence_cause"] == "a park of this name within 12 m"
    assert frame.loc["f1", "evidence"] == ""


def test_without_evidence_the_columns_are_empty():
    frame = layers.features_frame(bare_result())
    for column in ("evidence", "osm_id", "osm_name", "evidence_cause"):
        assert frame[column].eq("").all()
    assert frame[["match_score", "match_distance_m"]].isna().all(axis=None)
    assert frame["match_score"].dtype == "float64"


def test_doubts_are_in_the_order_of_their_rank():
    frame = layers.issues_frame(many_issues(9))
    assert frame["rank"].tolist() == list(range(1, 10))
    assert frame["message"].iloc[0] == "疑点 1"
    assert frame.crs == "EPSG:4326"
    first = layers.issues_frame(sample_result(), "en").iloc[0]
    assert (first["kind"], first["kind_label"], first["value"], first["villages"]) == (
        "gap", "Gap", 1.24, 3,
    )  # fmt: skip


def test_no_doubts_make_an_empty_frame_with_its_columns():
    frame = layers.issues_frame(bare_result())
    assert len(frame) == 0
    assert frame.columns.tolist() == [
        "rank", "kind", "kind_label", "message", "value", "villages", "geometry",
    ]  # fmt: skip
    assert frame["rank"].dtype == "int64"


def test_the_layer_of_doubts_is_off_and_absent_without_doubts():
    recipe = read_recipe("overview")
    drawn = layers.build_layers(sample_result(), sample_basemap(), recipe)
    [doubts] = [layer for layer in drawn if layer.source == "network_issues"]
    assert (doubts.group.zh, doubts.label.zh, doubts.visible) == ("数据质量", "路网疑点", False)
    assert len(doubts.frame) == 4
    bare = layers.build_layers(bare_result(), sample_basemap(), recipe)
    assert "network_issues" not in {layer.source for layer in bare}


def test_evidence_is_counted_by_theme_with_a_total():
    ring, logistics, total = summary.tally_evidence(sample_result())
    assert (ring.label, list(ring.counts.values())) == ("环线产业圈", [0, 1, 0, 0, 2])
    assert (logistics.label, list(logistics.counts.values())) == ("物流", [2, 0, 1, 1, 1])
    assert (total.label, total.total) == ("合计", 8)
    assert summary.tally_evidence(bare_result()) == []


def test_proposals_are_told_when_there_are_some():
    assert (
        summary.proposals(sample_result())
        == "1 处可改进位置，运行 spatialplan refine 得到建议文件。"
    )
    assert summary.proposals(bare_result()) == ""


def test_states_and_kinds_differ_by_more_than_colour():
    style = read_style()
    assert set(style.evidence) == {str(state) for state in EvidenceState}
    assert len({symbol.sign for symbol in style.evidence.values()}) == 5
    for of in ("shape", "color", "dash"):
        assert len({getattr(symbol, of) for symbol in style.issues.values()}) == len(style.issues)
