"""Packs: what is wrong with them is told at once, each with file, id and remedy."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.errors import PackError
from spatialplan.io import validation
from spatialplan.io.plans import find_pack, list_packs, read_plan, validate_pack
from spatialplan.io.problems import RawPack
from spatialplan.io.skeleton import write_skeleton


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A sound pack in a folder of its own."""
    folder = tmp_path / "demo"
    write_skeleton(folder)
    return folder


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(folder: Path) -> list[str]:
    return [p.say("zh") for p in validate_pack(folder) if p.severity == "error"]


def test_skeleton_validates_and_reads(pack: Path) -> None:
    assert errors(pack) == []
    plan = read_plan(pack)
    assert (plan.id, len(plan.features), len(plan.claims)) == ("demo", 3, 2)
    assert plan.claims[1].params["max_km"].value == 10


def test_skeleton_refuses_existing_folder_and_bad_name(pack: Path, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="已存在"):
        write_skeleton(pack)
    with pytest.raises(PackError, match="小写字母"):
        write_skeleton(tmp_path / "我的城市")


CASES = [
    ("plan.toml", 'crs = "EPSG:4547"', 'crs = "EPSG:4326"', "plan.toml [plan]", "不是以米为单位"),
    ("plan.toml", 'crs = "EPSG:4547"', 'crs = "EPSG:999999"', "plan.toml [plan]", "无法识别"),
    ("plan.toml", 'id = "demo"', 'id = "other"', "plan.toml [plan]", "与文件夹名"),
    ("features.geojson", '"clause": "1"', '"clause": "9"', "features.geojson [district]", "“9”不存在"),
    ("features.geojson", '"kind": "station"', '"kind": "statoin"', "features.geojson [station]", "是否指 station"),
    ("features.geojson", '"id": "hub"', '"id": "station"', "features.geojson [station]", "id 重复 2 次"),
    ("features.geojson", "[112.90801, 27.87957]", "[38412345.0, 3083000.0]", "features.geojson [station]", "超出经纬度范围"),
    ("features.geojson", '"status": "unlocated"', '"status": "located"', "features.geojson [hub]", "没有几何"),
    ("features.geojson", '"accuracy_m": 50', '"accuracy_m": "五十"', "features.geojson [station]", "accuracy_m 应为正数"),
    ("features.geojson", '{"type": "Point", "coordinates": [112.90801, 27.87957]}',
     '{"type": "Polygon", "coordinates": [[[112,27],[113,28],[113,27],[112,28],[112,27]]]}',
     "features.geojson [station]", "几何损坏"),
    ("features.geojson", '{"type": "Point", "coordinates": [112.90801, 27.87957]}',
     '{"type": "Point", "coordinates": "东经"}', "features.geojson [station]", "几何损坏"),
    ("claims.toml", 'predicate = "within"', 'predicate = "inside"', "claims.toml [station-in-district]", "“inside”不存在"),
    ("claims.toml", 'clause = "1"', 'clause = "7"', "claims.toml [station-in-district]", "“7”不存在"),
    ("claims.toml", 'objects = ["district"]', 'objects = ["distrct"]', "claims.toml [station-in-district]", "是否指 district"),
    ("claims.toml", 'objects = ["district"]', "objects = []", "claims.toml [station-in-district]", "客体至少 1 个"),
    ("claims.toml", 'origin = "assumed"', 'origin = "guess"', "claims.toml [hub-near-station]", "“guess”不存在"),
    ("claims.toml", "max_km = {", "max_kn = {", "claims.toml [hub-near-station]", "是否指 max_km"),
    ("claims.toml", "[[claims]]", "[[claims]", "claims.toml", "语法错误"),
    ("plan.toml", 'family = "logistics"', 'family = "logistic"', "plan.toml [hubs]", "是否指 logistics"),
    ("plan.toml", 'hubs = ["hub"]', 'hubs = ["hup"]', "plan.toml [hubs]", "是否指 hub"),
    ("plan.toml", 'hubs = ["hub"]', "hubs = []", "plan.toml [hubs]", "应有 1 个"),
    ("plan.toml", 'hubs = ["hub"]', 'hubs = "hub"', "plan.toml [hubs]", "“roles.hubs”应为列表"),
    ("plan.toml", 'hubs = ["hub"]', "hubs = [3]", "plan.toml [hubs]", "应为文字"),
    ("plan.toml", 'hubs = ["hub"]', 'hub = ["hub"]', "plan.toml [hubs]", "“hub”不存在"),
    ("plan.toml", 'stations = ["station"]', '[concepts.params]\nnear = { value = 3, origin = "plan" }',
     "plan.toml [hubs]", "是否指 near_km"),
    ("plan.toml", 'name_en = "Logistics hubs"\n', 'name_en = "Logistics hubs"\nid = "x"\n', "plan.toml", "语法错误"),
    ("plan.toml", 'name = "物流枢纽"', "name = 3", "plan.toml [hubs]", "“name”应为文字"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where", "what"), CASES, ids=[c[4] for c in CASES])
def test_each_problem_is_told_in_one_line(
    pack: Path, file: str, old: str, new: str, where: str, what: str
) -> None:
    edit(pack, file, old, new)
    found = [line for line in errors(pack) if line.startswith(where) and what in line]
    assert found, errors(pack)
    assert all("\n" not in line and "；" in line for line in errors(pack))
    with pytest.raises(PackError, match="spatialplan validate"):
        read_plan(pack)


def test_all_problems_at_once(pack: Path) -> None:
    edit(pack, "plan.toml", 'crs = "EPSG:4547"', 'crs = "EPSG:4326"')
    edit(pack, "features.geojson", '"kind": "station"', '"kind": "x"')
    edit(pack, "claims.toml", 'predicate = "within"', 'predicate = "inside"')
    assert len(errors(pack)) == 3


def test_claim_on_unlocated_feature_is_a_warning(pack: Path) -> None:
    warnings = [p.say("zh") for p in validate_pack(pack) if p.severity == "warning"]
    assert len(warnings) == 1
    assert warnings[0].startswith("claims.toml [hub-near-station]")
    assert "未定位" in warnings[0]


def test_a_line_is_judged_by_its_stops_so_it_needs_no_place(pack: Path) -> None:
    text = """
[[claims]]
id = "way"
theme = "logistics"
clause = "1"
predicate = "continuous"
subjects = ["hub"]
objects = ["station", "station"]
sentence = "线路"
"""
    with (pack / "claims.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    assert not any("way" in p.say("zh") for p in validate_pack(pack))


def test_concepts_are_read_with_roles_and_numbers(pack: Path) -> None:
    edit(pack, "plan.toml", 'stations = ["station"]',
         'stations = ["station"]\n[concepts.params]\nnear_km = { value = 3, origin = "plan" }')  # fmt: skip
    (concept,) = read_plan(pack).concepts
    assert (concept.id, concept.family, concept.name.en) == ("hubs", "logistics", "Logistics hubs")
    assert concept.role("stations") == ("station",)
    assert concept.role("ports") == ()
    assert concept.params["near_km"].value == 3
    assert read_plan(pack).concept("hubs") is not None


def test_missing_file_and_wrong_encoding(pack: Path) -> None:
    (pack / "claims.toml").unlink()
    (pack / "features.geojson").write_bytes("规划".encode("gbk"))
    lines = errors(pack)
    assert any("缺少文件" in line for line in lines)
    assert any("不是 UTF-8" in line for line in lines)


def test_unknown_pack_lists_the_embedded() -> None:
    with pytest.raises(PackError, match="xiangtan、yiyang"):
        find_pack("changsha")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "properties", "geometry", "type", "coordinates", "features", "claims",
                         "subjects", "objects", "params", "predicate", "plan", "themes", "clauses",
                         "roles", "family", "concepts"]),
        inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["plan", "themes", "clauses", "concepts"]), json_values),
       st.dictionaries(st.sampled_from(["features", "crs", "type"]), json_values),
       st.dictionaries(st.just("claims"), json_values))  # fmt: skip
def test_hostile_packs_never_crash(plan: dict, features: dict, claims: dict) -> None:
    problems = validation.check(RawPack(folder="x", plan=plan, features=features, claims=claims))
    assert any(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize("name", list_packs())
class TestEmbeddedPacks:
    def test_no_errors(self, name: str) -> None:
        assert errors(find_pack(name)) == []

    def test_counts(self, name: str) -> None:
        plan = read_plan(find_pack(name))
        assert len(plan.claims) >= 50
        assert len(plan.features) >= {"xiangtan": 120, "yiyang": 100}[name]
        assert len({claim.clause for claim in plan.claims}) >= 20

    def test_quotes_are_verbatim(self, name: str, plan_texts: Path) -> None:
        text = "".join((plan_texts / f"{name}.txt").read_text(encoding="utf-8").split())
        plan = read_plan(find_pack(name))
        wrong = [c.id for c in plan.clauses if "".join(c.quote.split()) not in text]
        assert wrong == []

    def test_every_feature_states_source_and_accuracy(self, name: str) -> None:
        plan = read_plan(find_pack(name))
        for feature in plan.features:
            assert feature.source
            assert (feature.accuracy_m is None) == (str(feature.status) == "unlocated")

    def test_plan_parameters_are_in_the_document(self, name: str, plan_texts: Path) -> None:
        text = (plan_texts / f"{name}.txt").read_text(encoding="utf-8")
        numerals = dict(zip(range(11), "零一两三四五六七八九十", strict=True)) | {2: "二两双"}
        for claim in read_plan(find_pack(name)).claims:
            for param in claim.params.values():
                if param.origin == "plan":
                    written = [f"{param.value:g}", *numerals.get(int(param.value), "")]
                    assert any(word in text for word in written), claim.id


def test_files_are_plain_data() -> None:
    for name in list_packs():
        folder = find_pack(name)
        json.loads((folder / "features.geojson").read_text(encoding="utf-8"))
        tomllib.loads((folder / "claims.toml").read_text(encoding="utf-8"))
        assert (folder / "features.geojson").stat().st_size < 600_000
