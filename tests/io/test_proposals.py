"""Proposals: written for people, taken over only when accepted, and nothing else is touched."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from spatialplan.errors import OutputError, PackError
from spatialplan.io.feature_lines import feature_spans
from spatialplan.io.plans import find_pack, read_plan, validate_pack
from spatialplan.io.proposals import _quote, apply_proposals, write_proposals
from spatialplan.model.evidence import Evidence, EvidenceState, Proposed
from spatialplan.model.plan import Plan, Status
from spatialplan.text import Text

HOSTILE = '甲"\\\n[[proposal]]\naccept = true\u2028\u0000\u0085\ud800#\'\'\'"""'
WANDA, TEMPLE, YIWU = "wanda-plaza", "tangxing-temple", "yiwu-city"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of a real pack, to be changed."""
    folder = tmp_path / "xiangtan"
    shutil.copytree(find_pack("xiangtan"), folder)
    return folder


def evidence(feature: str, lon: float, lat: float, name: str = "万达广场") -> Evidence:
    return Evidence(
        feature=feature,
        state=EvidenceState.CONFIRMED,
        cause=Text("相符", "alike"),
        osm_id="node/7",
        osm_name=name,
        score=1.0,
        proposed=Proposed(
            point=Point(lon, lat), accuracy_m=50.0, source=f"OpenStreetMap node/7 “{name}”"
        ),
    )


def some(plan: Plan, path: Path) -> Path:
    """Write two proposals: one moves, one locates."""
    found = [
        evidence(WANDA, 112.94112, 27.83051),
        Evidence(feature=TEMPLE, state=EvidenceState.NO_DATA, cause=Text("无", "none")),
        evidence(YIWU, 112.871, 27.851, "义乌小商品城"),
    ]
    assert write_proposals(found, plan, path) == 2
    return path


def accept(path: Path, *ids: str) -> None:
    blocks = path.read_text(encoding="utf-8").split("[[proposal]]")
    path.write_text(
        "[[proposal]]".join(
            b.replace("accept = false", "accept = true")
            if any(f'id = "{i}"' in b for i in ids)
            else b
            for b in blocks
        ),
        encoding="utf-8",
    )


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_file_reads_back_and_explains_itself(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert raw["plan"] == "xiangtan"
    moved, located = raw["proposal"]
    assert moved == {
        "id": WANDA, "name": "万达广场", "old_lon": 112.945, "old_lat": 27.834, "old_accuracy_m": 1000.0,
        "moved_m": pytest.approx(544, abs=2), "new_lon": 112.94112, "new_lat": 27.83051,
        "new_accuracy_m": 50.0, "osm_id": "node/7", "osm_name": "万达广场", "score": 1.0,
        "source": "OpenStreetMap node/7 “万达广场”", "accept": False,
    }  # fmt: skip
    assert "old_lon" not in located
    assert "moved_m" not in located
    text = path.read_text(encoding="utf-8")
    assert "# 万达广场：移动 544 米，精度由 ±1000 米改进为 ±50 米" in text
    assert "accept = true" in text.split("[[proposal]]")[0]  # how to accept, in a comment
    assert text.count("\naccept = false") == 2


def test_nothing_is_applied_unless_accepted(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    before = (pack / "features.geojson").read_bytes()
    assert apply_proposals(path, pack) == []
    assert (pack / "features.geojson").read_bytes() == before


def test_accepted_feature_changes_and_nothing_else(pack: Path, tmp_path: Path) -> None:
    file, path = pack / "features.geojson", some(read_plan(pack), tmp_path / "refine.toml")
    before = file.read_bytes().splitlines(keepends=True)
    accept(path, WANDA)
    [applied] = apply_proposals(path, pack)
    assert (applied.id, applied.changed, applied.old) == (WANDA, True, (112.945, 27.834, 1000.0))
    assert "移动 544 米，精度由 ±1000 改为 ±50 米" in applied.message.zh
    after = file.read_bytes().splitlines(keepends=True)
    [(old, new)] = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    was, now = (json.loads(line.decode().strip().removesuffix(",")) for line in (old, new))
    assert now["geometry"] == {"type": "Point", "coordinates": [112.94112, 27.83051]}
    changed = {k for k in now["properties"] if now["properties"][k] != was["properties"].get(k)}
    assert changed == {"status", "accuracy_m", "source", "note"}
    assert [*now["properties"]] == [*was["properties"], "note"]
    assert now["properties"]["note"].startswith(
        "原位置 112.945000,27.834000（±1000 米，approximate；公开"
    )
    assert new.endswith(b'"coordinates": [112.94112, 27.83051]}},\n')
    feature = read_plan(pack).feature(WANDA)
    assert (feature.status, feature.accuracy_m) == (Status.LOCATED, 50)


def test_unlocated_feature_gets_a_place(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    accept(path, WANDA, YIWU)
    assert [a.id for a in apply_proposals(path, pack)] == [WANDA, YIWU]
    feature = read_plan(pack).feature(YIWU)
    assert feature.geometry == Point(112.871, 27.851)
    assert (feature.status, feature.accuracy_m, feature.parent) == (
        Status.LOCATED,
        50,
        "shaziling-circle",
    )
    assert feature.note.startswith("原未定位（未定位：")
    line = next(
        row
        for row in (pack / "features.geojson").read_text(encoding="utf-8").splitlines()
        if f'"{YIWU}"' in row
    )
    keys = [*json.loads(line.removesuffix(","))["properties"]]
    assert keys[keys.index("status") + 1] == "accuracy_m"
    assert [p for p in validate_pack(pack) if p.severity == "error"] == []


def test_second_apply_changes_nothing_and_says_so(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    accept(path, WANDA, YIWU)
    apply_proposals(path, pack)
    file = pack / "features.geojson"
    before, stamp = file.read_bytes(), file.stat().st_mtime_ns
    again = apply_proposals(path, pack)
    assert [a.changed for a in again] == [False, False]
    assert all("已在建议的位置，未改动" in a.message.zh for a in again)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, stamp)


def test_later_refinement_keeps_every_former_place(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    accept(path, WANDA)
    apply_proposals(path, pack)
    better = evidence(WANDA, 112.9412, 27.8306)
    assert better.proposed is not None
    better = dataclasses.replace(
        better, proposed=dataclasses.replace(better.proposed, accuracy_m=10.0)
    )
    second = tmp_path / "again.toml"
    write_proposals([better], read_plan(pack), second)
    accept(second, WANDA)
    apply_proposals(second, pack)
    assert read_plan(pack).feature(WANDA).note.count("原位置") == 2


TAMPERED = [
    ('id = "wanda-plaza"', 'id = "wanda"', "没有这个要素"),
    ('id = "wanda-plaza"', 'id = "yiwu-city"', "出现 2 次"),
    ('plan = "xiangtan"', 'plan = "yiyang"', "属于规划“yiyang”"),
    ("new_lon = 112.94112", "new_lon = 113.94112", "坐标被改动过"),
    ("new_lon = 112.94112", "new_lon = 1129.4", "超出范围"),
    ("new_lon = 112.94112", 'new_lon = "112.9"', "“new_lon”缺失"),
    ("new_lon = 112.94112", "new_lon = nan", "“new_lon”缺失"),
    ("new_lon = 112.94112", "new_lon = true", "“new_lon”缺失"),
    ("new_accuracy_m = 50.0", "new_accuracy_m = -5", "超出范围"),
    ("new_accuracy_m = 50.0", "new_accuracy_m = 1000", "并不优于"),
    ("old_lat = 27.834\n", "", "“old_lat”缺失"),
    ("old_lon = 112.945", "old_lon = 112.94501", "已不是建议所依据的原位置"),
    ("old_accuracy_m = 1000.0", "old_accuracy_m = 900.0", "已不是建议所依据的原位置"),
    ("accept = true\n", 'accept = "true"\n', "不加引号"),
    ("accept = true\n", "accept = true\nforce = true\n", "多出的项“force”"),
    ('source = "Open', 'source = 5\n"" = "', "“source”缺失"),
    ("[[proposal]]", "[[proposal", "语法错误"),
]


@pytest.mark.parametrize(("old", "new", "complaint"), TAMPERED)
def test_tampered_file_is_refused(
    pack: Path, tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    before = (pack / "features.geojson").read_bytes()
    accept(path, WANDA)
    header, body = path.read_text(encoding="utf-8").split("plan = ", 1)
    body = f"plan = {body}"
    assert old in body
    path.write_text(header + body.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError, match=complaint):
        apply_proposals(path, pack)
    assert (pack / "features.geojson").read_bytes() == before


def test_all_problems_are_told_at_once_in_both_languages(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    edit(path, 'id = "wanda-plaza"', 'id = "nowhere"')
    edit(path, "new_lat = 27.851", "new_lat = 127.851")
    edit(path, 'plan = "xiangtan"', 'plan = "yiyang"')
    with pytest.raises(PackError) as caught:
        apply_proposals(path, pack)
    zh, en = caught.value.text.zh, caught.value.text.en
    assert "有 3 个问题，未改动任何要素" in zh
    assert all(part in zh for part in ("属于规划", "超出范围", "没有这个要素"))
    assert all(
        part in en for part in ("3 problems", "belongs to", "out of range", "no such feature")
    )
    assert "\n" not in zh + en


def test_feature_moved_since_is_refused_only_when_accepted(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    edit(pack / "features.geojson", "[112.945, 27.834]", "[112.9, 27.8]")
    accept(path, YIWU)
    assert [a.id for a in apply_proposals(path, pack)] == [YIWU]
    accept(path, WANDA)
    with pytest.raises(PackError, match=r"wanda-plaza.*已不是建议所依据的原位置"):
        apply_proposals(path, pack)


def test_feature_that_became_an_area_is_refused(pack: Path, tmp_path: Path) -> None:
    path = some(read_plan(pack), tmp_path / "refine.toml")
    accept(path, WANDA)
    polygon = '{"type": "Polygon", "coordinates": [[[112.9, 27.8], [112.95, 27.8], [112.95, 27.85], [112.9, 27.8]]]}'
    edit(pack / "features.geojson", '{"type": "Point", "coordinates": [112.945, 27.834]}', polygon)
    with pytest.raises(PackError, match="拒绝改动"):
        apply_proposals(path, pack)


def test_hostile_names_stay_data(pack: Path, tmp_path: Path) -> None:
    plan = read_plan(pack)
    features = tuple(
        dataclasses.replace(f, name=HOSTILE) if f.id == WANDA else f for f in plan.features
    )
    path = tmp_path / "refine.toml"
    found = dataclasses.replace(
        evidence(WANDA, 112.94112, 27.83051, HOSTILE), cause=Text(HOSTILE, HOSTILE)
    )
    write_proposals([found], dataclasses.replace(plan, features=features), path)
    [entry] = tomllib.loads(path.read_text(encoding="utf-8"))["proposal"]
    assert entry["accept"] is False
    assert entry["name"] == entry["osm_name"] == HOSTILE.replace("\ud800", "\ufffd")
    assert apply_proposals(path, pack) == []
    edit(path, "\naccept = false", "\naccept = true")
    assert apply_proposals(path, pack)[0].changed
    assert HOSTILE.replace("\ud800", "\ufffd") in read_plan(pack).feature(WANDA).source


@given(st.text())
def test_any_text_survives_toml(text: str) -> None:
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert tomllib.loads(f"x = {_quote(text)}")["x"] == expected


@pytest.mark.parametrize("style", ["crlf", "compact", "pretty", "bom", "ascii"])
def test_other_ways_to_write_the_file_are_kept(pack: Path, tmp_path: Path, style: str) -> None:
    file = pack / "features.geojson"
    text = file.read_text(encoding="utf-8")
    data = json.loads(text)
    rewritten = {
        "crlf": text.replace("\n", "\r\n"),
        "compact": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        "pretty": json.dumps(data, ensure_ascii=False, indent=2),
        "bom": "\ufeff" + text,
        "ascii": json.dumps(data),
    }[style]
    file.write_bytes(rewritten.encode())
    path = some(read_plan(pack), tmp_path / "refine.toml")
    accept(path, WANDA)
    apply_proposals(path, pack)
    after = file.read_bytes().decode()
    start, end = feature_spans(rewritten, file)[WANDA]
    assert after.startswith(rewritten[:start])
    assert after.endswith(rewritten[end:])
    changed = after[start : len(after) - len(rewritten[end:])]
    assert "\n" not in changed
    assert (": " in changed) == (style != "compact")
    assert changed.isascii() == (style == "ascii")
    assert read_plan(pack).feature(WANDA).geometry == Point(112.94112, 27.83051)


def test_accepted_decisions_are_not_overwritten(pack: Path, tmp_path: Path) -> None:
    plan = read_plan(pack)
    path = some(plan, tmp_path / "refine.toml")
    some(plan, path)  # nothing accepted: written anew
    accept(path, WANDA)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="已有审阅内容"):
        some(plan, path)
    assert path.read_bytes() == before


def test_file_without_proposals(pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "refine.toml"
    assert write_proposals([], read_plan(pack), path) == 0
    assert apply_proposals(path, pack) == []


def test_missing_and_unwritable_files(pack: Path, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="读不了"):
        apply_proposals(tmp_path / "none.toml", pack)
    with pytest.raises(OutputError, match="写不出"):
        write_proposals([], read_plan(pack), tmp_path / "no" / "such" / "refine.toml")
    latin = tmp_path / "gbk.toml"
    latin.write_bytes("plan = '湘潭'".encode("gbk"))
    with pytest.raises(PackError, match="UTF-8"):
        apply_proposals(latin, pack)
    (pack / "claims.toml").unlink()
    with pytest.raises(PackError, match="缺少文件"):
        apply_proposals(some(read_plan(find_pack("xiangtan")), tmp_path / "refine.toml"), pack)
    assert not [*tmp_path.glob(".*")]
