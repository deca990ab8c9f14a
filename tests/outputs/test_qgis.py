"""The QGIS project, opened by real QGIS in a process of its own."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from defusedxml import ElementTree
from PIL import Image
from pyproj import Transformer

from spatialplan.errors import OutputError
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.layers import Layer, build_layers, features_frame, marks_frame
from spatialplan.outputs.qgis import qml, qml_labels, qml_renderers, qml_symbols
from spatialplan.outputs.qgis.geopackage import write_geopackage
from spatialplan.outputs.qgis.project import write_project
from spatialplan.outputs.qgis.tables import plain_tables, spatial_tables, split_shapes
from spatialplan.outputs.style import read_recipe, read_style
from tests.conftest import need
from tests.sample import FORMULA, HOSTILE, bare_result, sample_basemap, sample_result

STAMP = "2026-11-22 08:00:00 +0800"
SCRIPT = Path(__file__).with_name("qgis_check.py")
ONLINE = 5  # layers of online basemaps, off
SHAPE_NAMES = {"point": "点", "line": "线", "area": "面"}


@functools.cache
def qgis_python() -> str:
    """Return a Python that can import QGIS, empty when there is none."""
    for python in (os.environ.get("SPATIALPLAN_QGIS_PYTHON"), "/usr/bin/python3"):
        if python and shutil.which(python):
            probe = subprocess.run(
                [python, "-c", "import qgis.core"], capture_output=True, check=False
            )
            if probe.returncode == 0:
                return python
    return ""


def write(
    folder: Path, name: str = "样例", result: CheckResult | None = None, lang: str = "zh"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    result, ground = result or sample_result(), sample_basemap()
    gpkg, project = folder / f"{name}.gpkg", folder / f"{name}.qgz"
    write_geopackage(result, ground, gpkg, stamp=STAMP, lang=lang)
    write_project(result, ground, gpkg, project, stamp=STAMP, lang=lang)
    return project


def open_in_qgis(project: Path, out: Path) -> dict[str, Any]:
    """Return what QGIS says of a project; ``map.png`` and ``layout.pdf`` come into `out`."""
    need(bool(qgis_python()), "QGIS with its Python (apt install qgis python3-qgis)")
    out.mkdir(parents=True, exist_ok=True)
    out.chmod(0o700)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(out),
        "HOME": str(out),
        "FC_LANG": "zh-cn",
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [qgis_python(), str(SCRIPT), str(project), str(out)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def report(project: Path, out: Path) -> dict[str, Any]:
    return open_in_qgis(project, out)


@pytest.fixture(scope="module")
def drawn() -> list[Layer]:
    return build_layers(sample_result(), sample_basemap(), read_recipe("overview"))


def in_project(layer: Layer, shape: str) -> str:
    return f"spatialplan_{layer.id}_{shape}"


def xml_of(project: Path) -> str:
    with zipfile.ZipFile(project) as archive:
        return archive.read(f"{project.stem}.qgs").decode("utf-8")


# What QGIS finds


def test_opens_without_any_complaint(report: dict[str, Any]) -> None:
    assert report["opened"]
    assert report["error"] == ""
    assert report["render_errors"] == []
    assert report["messages"] == []


def test_knows_title_crs_background_and_sources(report: dict[str, Any]) -> None:
    assert report["title"] == "样例规划　空间核查图"
    assert report["crs"] == "EPSG:4547"
    assert report["crs_valid"]
    assert report["background"] == "#eceff1"
    assert "© OpenStreetMap contributors" in report["metadata"]
    assert "路网仅含主干道路" in report["metadata"]


def test_every_layer_is_valid_and_in_the_tree(report: dict[str, Any]) -> None:
    assert all(layer["valid"] for layer in report["layers"].values())
    assert report["in_tree"] == len(report["layers"]) + ONLINE


def test_layers_and_counts_are_those_of_the_web_map(
    report: dict[str, Any], drawn: list[Layer]
) -> None:
    expected = {
        in_project(layer, shape): len(part)
        for layer in drawn
        for shape, part in split_shapes(layer.frame).items()
    }
    plain = {
        f"spatialplan_table_{name}": len(frame)
        for name, frame in plain_tables(sample_result()).items()
    }
    atlas = {"spatialplan_townships_area": 2}
    counts = {key: layer["count"] for key, layer in report["layers"].items()}
    assert counts == expected | plain | atlas


def test_spatial_layers_are_in_cgcs2000_and_draw_every_row(report: dict[str, Any]) -> None:
    spatial = [layer for layer in report["layers"].values() if layer["spatial"]]
    assert {layer["crs"] for layer in spatial} == {"EPSG:4490"}
    assert {layer["undrawn"] for layer in spatial} == {0}


def test_the_tree_has_the_recipe_order_names_and_visibility(
    report: dict[str, Any], drawn: list[Layer]
) -> None:
    found = [
        (name, visible, [child[:2] for child in children if isinstance(children, list)])
        for name, visible, children in report["tree"]
    ]
    expected: list[tuple[str, bool, list[list[object]]]] = []
    for layer in reversed(drawn):
        if not expected or expected[-1][0] != layer.group.zh:
            expected.append((layer.group.zh, True, []))
        expected[-1][2].append([layer.label.zh, layer.visible])
    *drawn_groups, atlas, tables, online = found
    assert drawn_groups == expected
    assert (atlas[0], tables[0]) == ("图集范围", "数据表")
    assert online[:2] == ("在线底图（需联网，默认关闭）", False)


def test_shapes_of_one_theme_lie_points_over_lines_over_areas(report: dict[str, Any]) -> None:
    features = next(children for name, _, children in report["tree"] if name == "规划要素")
    logistics = next(children for name, _, children in features if name == "物流")
    assert [child[0] for child in logistics] == ["物流（点）", "物流（线）", "物流（面）"]


def test_villages_are_named_by_their_state(report: dict[str, Any]) -> None:
    states = read_style().village_states
    layer = report["layers"]["spatialplan_villages-covered_point"]
    assert layer["name"] == states["covered"].label.zh
    assert layer["renderer"]["type"] == "singleSymbol"
    assert layer["renderer"]["colors"] == [states["covered"].color]


def test_features_are_classed_by_kind_in_their_family_colour(
    report: dict[str, Any], drawn: list[Layer]
) -> None:
    kinds = read_style().kinds
    for layer in (layer for layer in drawn if layer.source == "features"):
        for shape, part in split_shapes(layer.frame).items():
            renderer = report["layers"][in_project(layer, shape)]["renderer"]
            assert renderer["type"] == "RuleRenderer"
            *rules, (others, _) = renderer["classes"]
            assert others == "ELSE", "a kind that somebody adds is drawn too"
            exact = {"located": "=", "approximate": "<>"}
            wanted = {
                f"\"kind\" = '{kind}' AND \"status\" {exact[status]} 'located'": kind
                for kind, status in zip(part["kind"], part["status"], strict=True)
            }
            assert {condition for condition, _ in rules} == set(wanted)
            for condition, label in rules:
                assert label.startswith(kinds[wanted[condition]].label.zh)
                assert ("约略位置" in label) == ("<>" in condition)
    point = report["layers"]["spatialplan_features-logistics_point"]["renderer"]
    assert set(point["colors"]) == {"#d55e00", "#b5477f", "#ffffff"}, "others are hollow"
    approximate = report["layers"]["spatialplan_features-ring_point"]["renderer"]
    assert [label for _, label in approximate["classes"]] == [
        "院校（约略位置）", "其他（新增类型）",
    ]  # fmt: skip
    assert approximate["colors"] == ["#ffffff"], "hollow"


def test_verdicts_are_classed_by_state(report: dict[str, Any]) -> None:
    layer = report["layers"]["spatialplan_verdicts-ring_line"]
    assert layer["renderer"]["type"] == "RuleRenderer"
    assert [label for _, label in layer["renderer"]["classes"]] == ["✓ 成立", "✗ 不成立"]


def test_estimated_evidence_is_drawn_apart(tmp_path: Path) -> None:
    result = sample_result()
    first, *others = result.verdicts
    changed = replace(result, verdicts=(replace(first, estimated=True), *others))
    theme = result.claim(first.claim_id).theme
    report = open_in_qgis(write(tmp_path, result=changed), tmp_path / "out")
    layer = report["layers"][f"spatialplan_verdicts-{theme}_line"]
    said = {label: condition for condition, label in layer["renderer"]["classes"]}
    state = read_style().states[str(first.state)]
    estimated = f"{state.sign} {state.label.zh}（估算）"
    assert said[estimated] == f'"state" = \'{first.state}\' AND coalesce("estimated", false)'
    assert layer["undrawn"] == 0


def test_doubts_are_classed_by_kind_unlabelled_and_off(report: dict[str, Any]) -> None:
    line = report["layers"]["spatialplan_network_issues_line"]
    point = report["layers"]["spatialplan_network_issues_point"]
    assert line["renderer"]["classes"] == [["gap", "缺口"], ["piece", "孤立路段"]]
    assert point["renderer"]["classes"] == [["dead_end", "断头"], ["oneway", "单行可疑"]]
    issues = read_style().issues
    assert point["renderer"]["colors"] == sorted(issues[k].color for k in ("dead_end", "oneway"))
    assert not line["labels"]
    assert not point["labels"]
    quality = next(children for name, _, children in report["tree"] if name == "数据质量")
    assert [child[:2] for child in quality] == [["路网疑点", False]]
    assert point["fields"]["kind"]["words"] == {k: s.label.zh for k, s in issues.items()}
    assert point["fields"]["value"]["alias"] == "涉及里程（公里）"
    assert all(field["alias"] for field in line["fields"].values())
    assert "&lt;img src=x" in point["tips"][0]
    assert "<img" not in point["tips"][0]
    assert "断头" in point["tips"][0]


def test_sketches_are_classed_by_role_in_the_colours_of_the_web_map(
    report: dict[str, Any], project: Path
) -> None:
    roles = read_style().sketches
    forms = {"area": 3, "line": 8, "point": 4}
    for shape, count in forms.items():
        layer = report["layers"][f"spatialplan_sketches-belt_{shape}"]
        classes = dict(layer["renderer"]["classes"])
        assert layer["count"] == count
        assert classes == {role: roles[role].label.zh for role in classes}
        assert layer["labels"]
        assert layer["halo"]
        assert all(field["alias"] for field in layer["fields"].values())
        assert layer["fields"]["role"]["words"]["gap"] == "断点缺口"
    lines = report["layers"]["spatialplan_sketches-belt_line"]["renderer"]
    assert {role for role, _ in lines["classes"]} == {
        "section", "channel", "path", "line", "estimate", "missing_link", "gap", "crossing",
    }  # fmt: skip
    points = report["layers"]["spatialplan_sketches-belt_point"]
    assert set(points["renderer"]["colors"]) == {
        roles[role].color for role in ("core", "gateway", "point")
    }
    assert "&lt;img src=x" in "".join(points["tips"])
    assert "<img" not in "".join(points["tips"])
    for role in ("gap", "missing_link", "crossing"):
        assert f'"{qml.rgba(roles[role].color)}"' in xml_of(project)


def test_short_sketches_have_a_symbol_at_their_middle(project: Path) -> None:
    root = ElementTree.fromstring(xml_of(project))
    layer = next(
        element for element in root.iter("maplayer")
        if element.findtext("id") == "spatialplan_sketches-belt_line"
    )  # fmt: skip
    renderer = layer.find("renderer-v2")
    roles = {c.get("symbol"): c.get("value") for c in renderer.iter("category")}
    spotted = {
        roles[symbol.get("name")]
        for symbol in renderer.find("symbols")
        if any(x.get("class") == "GeometryGenerator" for x in symbol.iter("layer"))
    }
    assert spotted == {"gap", "missing_link", "crossing"}


def test_the_tables_of_concepts_have_names_and_words(report: dict[str, Any]) -> None:
    for table in ("concepts", "concept_findings", "concept_values"):
        fields = report["layers"][f"spatialplan_table_{table}"]["fields"]
        assert all(field["alias"] for field in fields.values()), table
    findings = report["layers"]["spatialplan_table_concept_findings"]
    assert findings["fields"]["state"]["words"]["no_data"] == "无数据"
    concepts = report["layers"]["spatialplan_table_concepts"]
    assert concepts["fields"]["fails"]["alias"] == "不成立"


def test_evidence_has_words_and_stays_text(report: dict[str, Any]) -> None:
    ring = report["layers"]["spatialplan_features-ring_point"]
    words = ring["fields"]["evidence"]["words"]
    assert words.pop("") == "—"
    assert words == {key: symbol.label.zh for key, symbol in read_style().evidence.items()}
    assert ring["fields"]["evidence"]["alias"] == "证据"
    assert ring["fields"]["osm_id"]["alias"] == "地图对象编号"
    [tip] = ring["tips"]
    for said in ("可能", "名称相似", "node/7"):
        assert said in tip
    assert tip.count("&lt;img src=x") == 2
    claims = report["layers"]["spatialplan_table_claims"]["fields"]
    assert claims["evidence"]["alias"] == "证据编号"


def test_roads_are_classed_and_the_unknown_have_a_class(report: dict[str, Any]) -> None:
    layer = report["layers"]["spatialplan_roads_line"]
    assert layer["renderer"]["type"] == "categorizedSymbol"
    assert layer["undrawn"] == 0


def test_labels_have_a_font_and_a_halo(report: dict[str, Any], drawn: list[Layer]) -> None:
    named = {layer.id for layer in drawn if layer.labels or layer.source == "districts"}
    for layer in drawn:
        for shape in split_shapes(layer.frame):
            found = report["layers"][in_project(layer, shape)]
            assert found["labels"] == (layer.id in named), layer.id
            if found["labels"]:
                assert found["halo"]
                assert "CJK" in found["font"] or found["font"] == read_style().desktop_font


def test_columns_have_names_and_codes_have_words(report: dict[str, Any]) -> None:
    fields = report["layers"]["spatialplan_features-ring_point"]["fields"]
    assert all(field["alias"] for field in fields.values())
    assert fields["name"]["alias"] == "名称"
    assert fields["kind"]["words"]["campus"] == "院校"
    assert fields["status"]["words"] == {
        "located": "已定位", "approximate": "约略位置", "unlocated": "未定位",
    }  # fmt: skip
    claims = report["layers"]["spatialplan_table_claims"]["fields"]
    assert claims["state"]["words"]["unroutable"] == "无法路由"
    assert claims["confidence"]["words"]["high"] == "高"
    assert claims["origin"]["words"] == {"plan": "规划", "assumed": "假设"}
    villages = report["layers"]["spatialplan_villages-covered_point"]["fields"]
    assert villages["state"]["words"]["not_covered"] == "未覆盖"


def test_hostile_names_survive_and_stay_text(report: dict[str, Any]) -> None:
    ring = report["layers"]["spatialplan_features-ring_point"]
    assert ring["names"] == [HOSTILE]
    logistics = report["layers"]["spatialplan_features-logistics_point"]
    assert FORMULA in logistics["names"]
    [tip] = ring["tips"]
    assert "<img" not in tip
    assert "&lt;img src=x" in tip
    assert "院校" in tip
    assert "800" in tip


def test_the_view_shows_the_districts(report: dict[str, Any]) -> None:
    x, y, width, height = report["view"]
    to_plan = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)
    for lon, lat in ((112.8, 27.8), (113.0, 27.95)):
        east, north = to_plan.transform(lon, lat)
        assert x < east < x + width
        assert y < north < y + height
    assert width < 30_000


def test_the_map_is_drawn_in_the_shared_colours(report: dict[str, Any], out: Path) -> None:
    assert report["opened"]
    image = Image.open(out / "map.png").convert("RGB")
    pixels, counts = np.unique(np.asarray(image).reshape(-1, 3), axis=0, return_counts=True)
    found = {tuple(pixel): count for pixel, count in zip(pixels.tolist(), counts, strict=True)}
    style = read_style()
    for color, least in (
        ("#eceff1", 10_000),
        (style.basemap["districts"]["default"].fill, 100_000),
        (style.families["logistics"].color, 300),
        (style.kinds["ring_section"].color, 300),
        (style.village_states["covered"].color, 10),
    ):
        pixel = tuple(int(color[start : start + 2], 16) for start in (1, 3, 5))
        assert found.get(pixel, 0) >= least, color


def test_the_page_is_complete_and_exports(report: dict[str, Any], out: Path) -> None:
    [layout] = report["layouts"]
    assert layout["name"] == "总览 A4"
    assert layout["page"] == [297, 210]
    assert layout["exported"]
    assert set(layout["items"]) >= {
        "title", "map", "legend", "map-scale", "north", "sources", "internal", "findings",
    }  # fmt: skip
    assert layout["map_crs"] == "EPSG:4547"
    assert layout["map_layers"] == 13, "everything visible, no verdicts, no tables"
    assert (out / "layout.pdf").stat().st_size > 10_000


def test_the_page_says_it_in_chinese_with_a_chinese_font(report: dict[str, Any], out: Path) -> None:
    assert report["opened"]
    need(bool(shutil.which("pdffonts")), "pdffonts (apt install poppler-utils)")
    pdf = str(out / "layout.pdf")
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout
    assert "CJK" in fonts or "YaHei" in fonts


def test_a_layer_dragged_from_the_geopackage_takes_its_style(report: dict[str, Any]) -> None:
    stored = {table.name for table in spatial_tables(sample_result(), sample_basemap())}
    assert set(report["styles"]) == stored
    assert all(applied for applied, _, _ in report["styles"].values())
    assert report["styles"]["features_ring_point"] == [True, "RuleRenderer", True]
    assert report["styles"]["villages"][1] == "categorizedSymbol"


def test_the_folder_can_move_under_another_name(project: Path, tmp_path: Path) -> None:
    moved = tmp_path / "成果 提交（第 2 版）& 备份"
    shutil.copytree(project.parent, moved)
    found = open_in_qgis(moved / project.name, tmp_path / "out")
    assert found["messages"] == []
    assert len(found["layers"]) == 30
    assert all(layer["valid"] for layer in found["layers"].values())
    assert all(str(moved) in layer["source"] for layer in found["layers"].values())


def test_names_that_break_addresses_and_english_words(tmp_path: Path) -> None:
    project = write(tmp_path / "a b", name="湘潭 & <2025> #1 100%'", lang="en")
    found = open_in_qgis(project, tmp_path / "out")
    assert all(layer["valid"] for layer in found["layers"].values())
    assert found["title"] == "Sample plan: spatial check"
    assert found["layouts"][0]["name"] == "Overview A4"
    assert found["layers"]["spatialplan_features-ring_point"]["fields"]["name"]["alias"] == "Name"
    assert [group[0] for group in found["tree"]][1:3] == ["Layout concepts", "Plan features"]


def test_a_result_without_villages_or_districts_opens_on_the_features(tmp_path: Path) -> None:
    result, ground = replace(bare_result(), villages=()), sample_basemap()
    empty = replace(ground, districts=ground.districts.iloc[:0])
    gpkg, project = tmp_path / "x.gpkg", tmp_path / "x.qgz"
    write_geopackage(result, empty, gpkg, stamp=STAMP)
    write_project(result, empty, gpkg, project, stamp=STAMP)
    found = open_in_qgis(project, tmp_path / "out")
    assert all(layer["valid"] for layer in found["layers"].values())
    assert 15_000 < found["view"][2] < 30_000
    assert [group[0] for group in found["tree"]] == [
        "论断核查", "规划要素", "底图", "数据表", "在线底图（需联网，默认关闭）",
    ]  # fmt: skip


# What needs no QGIS


def test_a_far_feature_does_not_widen_the_view(tmp_path: Path) -> None:
    from shapely import Point

    result, ground = sample_result(), sample_basemap()
    far = replace(result.features[1], id="far", geometry=Point(121.5, 31.2))
    empty = replace(ground, districts=ground.districts.iloc[:0])
    path = tmp_path / "x.qgz"
    wider = replace(result, features=(*result.features, far))
    write_project(wider, empty, tmp_path / "x.gpkg", path, stamp=STAMP)
    view = ElementTree.fromstring(xml_of(path)).find("ProjectViewSettings/DefaultViewExtent")
    assert float(view.get("xmax")) - float(view.get("xmin")) < 30_000


def test_the_same_input_and_stamp_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_data_are_addressed_beside_the_project_as_plain_text(project: Path) -> None:
    root = ElementTree.fromstring(xml_of(project))
    sources = [element.text for element in root.iter("datasource")]
    own = [source for source in sources if not source.startswith("type=xyz")]
    assert all(source.startswith("./样例.gpkg|layername=") for source in own)
    assert "./样例.gpkg|layername=villages|subset=\"state\" = 'covered'" in sources
    assert "./样例.gpkg|layername=features_ring_point" in sources
    assert str(project.parent) not in xml_of(project)
    with zipfile.ZipFile(project) as archive:
        assert archive.namelist() == ["样例.qgs"]


def test_a_failure_leaves_the_old_project_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.qgz"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_project(sample_result(), sample_basemap(), tmp_path / "a.gpkg", path, stamp=STAMP)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_control_characters_do_not_break_the_project(tmp_path: Path) -> None:
    result = sample_result()
    theme = replace(
        result.plan.themes[0], name=replace(result.plan.themes[0].name, zh="环\x00线\x1f圈")
    )
    plan = replace(result.plan, themes=(theme, *result.plan.themes[1:]))
    path = tmp_path / "x.qgz"
    write_project(
        replace(result, plan=plan), sample_basemap(), tmp_path / "x.gpkg", path, stamp=STAMP
    )
    assert 'name="环线圈"' in xml_of(path)


def test_the_legend_shows_each_symbol_once(project: Path) -> None:
    root = ElementTree.fromstring(xml_of(project))
    tree = root.find("Layouts/Layout/LayoutItem[@id='legend']/layer-tree-group")
    groups = [group.get("name") for group in tree.findall("layer-tree-group")]
    assert groups == ["规划要素", "村级状态", "底图"], "no evidence: it is not visible"
    labels = [
        option.get("value")
        for option in tree.iter("Option")
        if (option.get("name") or "").startswith("legend/label-")
    ]
    assert len(labels) == len(set(labels))
    assert {"院校", "物流园区", "高速公路"} <= set(labels)


def renderer_of(project: Path, key: str) -> Any:
    root = ElementTree.fromstring(xml_of(project))
    found = next(layer for layer in root.iter("maplayer") if layer.findtext("id") == key)
    return found.find("renderer-v2")


def test_estimated_verdicts_are_paler_and_marks_as_wide_as_their_role() -> None:
    frame = marks_frame(sample_result())
    rows = frame[frame.geom_type.str.contains("Line")]
    one = rows.assign(estimated=[True] * len(rows))
    drawn = {
        name: qml_renderers.renderer(table, "verdicts", "line") for name, table in (
            ("exact", rows.assign(estimated=False)), ("estimated", one),
        )
    }  # fmt: skip
    alphas = {
        name: {symbol.get("alpha") for symbol in renderer.find("symbols")}
        for name, renderer in drawn.items()
    }
    assert alphas == {"exact": {"1"}, "estimated": {"0.6"}}
    text = ElementTree.tostring(drawn["exact"], encoding="unicode").replace("&quot;", '"')
    for role, mark in read_style().marks.items():
        width = f"{qml_symbols.mm(mark):.2f}"
        assert f"WHEN \"role\" = '{role}' THEN {width}" in text


def test_wide_roads_lie_over_narrow_ones(project: Path) -> None:
    renderer = renderer_of(project, "spatialplan_roads_line")
    assert renderer.get("symbollevels") == "1"
    words = {one.get("symbol"): one.get("value") for one in renderer.iter("category")}
    classes = read_style().basemap["roads"]
    last = list(classes)[-1]
    found = [
        (int(symbol.find("layer").get("pass")), classes[words[symbol.get("name")] or last].width_px)
        for symbol in renderer.find("symbols")
    ]
    assert len({level for level, _ in found}) > 1
    assert sorted(found) == sorted(found, key=lambda pair: pair[1])


def test_doubts_too_short_to_be_seen_have_a_symbol_at_their_middle(project: Path) -> None:
    renderer = renderer_of(project, "spatialplan_network_issues_line")
    for symbol in renderer.find("symbols"):
        assert "GeometryGenerator" in {part.get("class") for part in symbol.iter("layer")}


def test_the_edge_of_an_approximate_area_is_dashed() -> None:
    frame = features_frame(sample_result())
    areas = frame[frame.geom_type == "Polygon"]
    vague, exact = (
        ElementTree.tostring(
            qml_renderers.renderer(areas.assign(status=status), "features", "area").find(
                "symbols/symbol[@name='0']"
            ),
            encoding="unicode",
        )
        for status in ("approximate", "located")
    )
    dash = qml.dash_of(read_style().statuses["approximate"].dash)
    assert len(areas)
    assert dash
    assert dash in vague
    assert dash not in exact


def test_no_class_stands_for_roads_that_there_are_not() -> None:
    roads = sample_basemap().roads
    known = roads.assign(**{"class": "motorway"})
    renderer = qml_renderers.renderer(known, "roads", "line")
    assert [one.get("value") for one in renderer.iter("category")] == ["motorway"]
    renderer = qml_renderers.renderer(roads.assign(**{"class": "track"}), "roads", "line")
    assert [one.get("value") for one in renderer.iter("category")] == [""]


def test_colours_and_dashes_are_written_in_qgis_units() -> None:
    assert qml.rgba("#d55e00") == "213,94,0,255"
    assert qml.dash_of("10 4") == "2.65;1.06"
    assert qml.dash_of("") == ""


def test_what_a_sketch_says_is_never_cut_inside_a_figure() -> None:
    def expression(source: str) -> str:
        style = qml_labels.labeling(source, "point").find("settings/text-style")
        return style.get("fieldName")

    assert "left(" in expression("features"), "a long name is cut"
    assert "left(" not in expression("sketches")
    assert "'[，,；;].*$'" in expression("sketches"), "a clause goes as a whole"
