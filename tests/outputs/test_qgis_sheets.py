"""The printed sheets of the projects, printed by real QGIS: themes on A4 and A3, and the atlas."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import re
import shutil
import subprocess
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from defusedxml import ElementTree
from shapely import Point, box

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import summary, themes, township_frames, townships
from spatialplan.outputs.layers import build_layers, features_frame
from spatialplan.outputs.qgis import coverage_page, items, layout
from spatialplan.outputs.qgis import legend as qgis_legend
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis.coverage_package import write_coverage_package
from spatialplan.outputs.qgis.coverage_project import write_coverage_project
from spatialplan.outputs.qgis.geopackage import write_geopackage
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.project import write_project
from spatialplan.outputs.style import read_recipe
from spatialplan.outputs.townships import read_townships
from spatialplan.text import Text
from tests.conftest import need
from tests.coverage_sample import sample_coverage, without_positions
from tests.outputs.test_qgis import qgis_python, xml_of
from tests.sample import HOSTILE, sample_basemap, sample_result

STAMP = "2026-11-22 08:00:00 +0800"
SCRIPT = Path(__file__).with_name("qgis_sheets_check.py")
PAPERS = {"A4": [297, 210], "A3": [420, 297]}
ATLAS = "乡镇覆盖图集 A4"
LEAVES = "spatialplan_townships_area"


def environment(out: Path) -> dict[str, str]:
    out.mkdir(parents=True, exist_ok=True)
    out.chmod(0o700)
    found = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(out),
        "HOME": str(out),
        "FC_LANG": "zh-cn",
    }
    found.pop("PYTHONPATH", None)
    # QGIS asks the first Python of the path for its libraries; that of a virtual environment has none.
    system = [part for part in os.defpath.split(os.pathsep) if part]
    found["PATH"] = os.pathsep.join(["/usr/bin", *system])
    return found


def printed(project: Path, out: Path) -> dict[str, Any]:
    """Return what QGIS says of the layouts of a project; their PDF come into `out`."""
    need(bool(qgis_python()), "QGIS with its Python (apt install qgis python3-qgis)")
    done = subprocess.run(
        [qgis_python(), str(SCRIPT), str(project), str(out)],
        capture_output=True, text=True, env=environment(out), timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def write_coverage(
    folder: Path,
    result: CoverageResult,
    ground: Basemap | None = None,
    lang: str = "zh",
) -> Path:
    ground = ground or sample_basemap()
    gpkg, project = folder / "样例.gpkg", folder / "样例.qgz"
    write_coverage_package(result, ground, gpkg, stamp=STAMP, lang=lang)
    write_coverage_project(result, ground, gpkg, project, stamp=STAMP, lang=lang)
    return project


def text_of(pdf: Path) -> str:
    """Return the words of a PDF without spaces, as they were before fonts chose other codes."""
    need(bool(shutil.which("pdftotext")), "pdftotext (apt install poppler-utils)")
    done = subprocess.run(
        ["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True
    )
    return "".join(unicodedata.normalize("NFKC", done.stdout).split())


def said(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def coverage(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """The project of a coverage run, the folder of its prints, and what QGIS says of them."""
    project = write_coverage(tmp_path_factory.mktemp("coverage"), sample_coverage(change=True))
    out = tmp_path_factory.mktemp("prints")
    return project, out, printed(project, out)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """The same of a plan check."""
    folder, out = tmp_path_factory.mktemp("plan"), tmp_path_factory.mktemp("prints")
    result, ground = sample_result(), sample_basemap()
    gpkg, project = folder / "样例.gpkg", folder / "样例.qgz"
    write_geopackage(result, ground, gpkg, stamp=STAMP)
    write_project(result, ground, gpkg, project, stamp=STAMP)
    return project, out, printed(project, out)


@pytest.fixture(params=["coverage", "plan"])
def either(request: pytest.FixtureRequest) -> tuple[Path, Path, dict[str, Any]]:
    return request.getfixturevalue(request.param)


# ---- the sheets of the themes --------------------------------------------------------------------


def sheets(report: dict[str, Any]) -> dict[str, Any]:
    return {name: found for name, found in report["layouts"].items() if name != ATLAS}


def test_every_theme_has_a_sheet_on_each_paper(
    coverage: tuple[Path, Path, dict[str, Any]], plan: tuple[Path, Path, dict[str, Any]]
) -> None:
    themes = ["村级覆盖", "物流三级网络", "情景变化", "数据质量"]
    wanted = [f"{theme} {paper}" for theme in themes for paper in PAPERS]
    assert list(coverage[2]["layouts"]) == [*wanted, ATLAS]
    assert {"总览 A4", "总览 A3", "环线产业圈 A3", "村级覆盖 A4"} <= set(plan[2]["layouts"])
    for report in (coverage[2], plan[2]):
        assert report["opened"]
        assert report["messages"] == []
        for name, found in report["layouts"].items():
            assert found["page"] == PAPERS[name[-2:]]


def test_every_map_follows_its_theme_over_a_kilometre_grid(
    either: tuple[Path, Path, dict[str, Any]],
) -> None:
    for name, found in sheets(either[2]).items():
        for shown in found["maps"].values():
            assert shown["theme"] == name[:-3]
            assert shown["layers"] == found["theme_layers"] != []
            assert shown["crs"] == "EPSG:4547"
        grid = found["maps"]["map"]["grid"]
        width = found["maps"]["map"]["extent"][2] - found["maps"]["map"]["extent"][0]
        assert grid >= 1000
        assert str(int(grid)).strip("0") in {"1", "2", "5"}
        assert 2 <= width / grid <= 12


def test_the_legend_shows_each_symbol_of_the_theme_once_and_no_other(
    either: tuple[Path, Path, dict[str, Any]],
) -> None:
    report = either[2]
    for found in sheets(report).values():
        # a layer of areas and lines under one name shows the areas alone
        lines = {"spatialplan_water_line"}
        drawn = [key for key in found["theme_layers"] if key not in lines]
        assert set(found["legend"]) <= set(drawn)
        shown = [
            (report["shapes"][key], label)
            for key, labels in found["legend"].items()
            if report["classes"][key]
            for label in labels
        ]
        assert len(shown) == len(set(shown))
        wanted = {(report["shapes"][key], label) for key in drawn for label in classes(report, key)}
        assert {label for _, label in shown} == {label for _, label in wanted}
        single = {key for key in drawn if not report["classes"][key]}
        assert single <= set(found["legend"])


def classes(report: dict[str, Any], key: str) -> list[str]:
    """Return the labels of a layer's classes as the legend says them.

    That a class is of approximate places, and that a class is for rows yet to come, is for the
    layer tree alone.
    """
    labels = [label.split("（约略位置")[0] for label in report["classes"][key]]
    return [label for label in labels if "新增类型" not in label]


def test_nothing_overlaps_or_leaves_the_page(either: tuple[Path, Path, dict[str, Any]]) -> None:
    upon = {"page", "north", "map-scale", "inset-scale"}
    for name, found in either[2]["layouts"].items():
        width, height = found["page"]
        areas = {key: box(*edges) for key, edges in found["boxes"].items() if key not in upon}
        assert {"title", "subtitle", "map", "legend", "sources", "internal", "number"} <= set(areas)
        for key, area in areas.items():
            assert box(4, 4, width - 4, height - 3).contains(area), (name, key)
        for (one, first), (two, second) in itertools.combinations(areas.items(), 2):
            assert first.intersection(second).area < 1, (name, one, two)


def test_every_sheet_prints_what_it_must_say(either: tuple[Path, Path, dict[str, Any]]) -> None:
    _, out, report = either
    for name, found in sheets(report).items():
        assert found["exported"], name
        text = text_of(out / found["file"])
        extent, step = found["maps"]["map"]["extent"], found["maps"]["map"]["grid"]
        line = int((extent[0] + step) // step * step / 1000)
        for piece in ("样例规划", "图例", "内部工作底图", "审图号:", "坐标系EPSG:", "方里网",
                      "2026-11-22制图", "公里", f"{line}"):  # fmt: skip
            assert piece in text, (name, piece)
        assert ("路网范围之外一律无数据" in text) or ("路网仅含主干道路" in text), "the notes"
        # a title of 200 characters is cut, what is there of it stands as text
        assert said(name[:-3])[:20] in text


def test_the_larger_paper_has_a_larger_map_and_larger_letters(
    coverage: tuple[Path, Path, dict[str, Any]],
) -> None:
    found = coverage[2]["layouts"]
    small, large = (box(*found[f"村级覆盖 {p}"]["boxes"]["map"]).area for p in PAPERS)
    assert large > 1.9 * small
    need(bool(shutil.which("pdffonts")), "pdffonts (apt install poppler-utils)")
    pdf = str(coverage[1] / found["村级覆盖 A3"]["file"])
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout
    embedded = [line for line in fonts.splitlines() if "CJK" in line or "YaHei" in line]
    assert embedded
    assert all(" yes " in line for line in embedded)


def test_grids_are_numbered_at_two_edges_and_bars_are_round(
    either: tuple[Path, Path, dict[str, Any]],
) -> None:
    for found in sheets(either[2]).values():
        main = found["maps"]["map"]
        assert (main["numbered"], main["upright"]) == (["Left", "Bottom"], ["Left"])
        assert set(main["kept_clear"]) == {"map-scale", "north"}, "no label runs under them"
        for bar in found["bars"]:
            extent = found["maps"][bar["map"]]["extent"]
            assert bar["km"] == pytest.approx(qgis_page.segment_km(tuple(extent)))


def parts(project: Path) -> dict[str, dict[str, Any]]:
    """Return by layout its items by their names, as XML."""
    root = ElementTree.fromstring(xml_of(project))
    return {
        one.get("name"): {item.get("id"): item for item in one.iterfind("LayoutItem")}
        for one in root.iterfind("Layouts/Layout")
    }


def size_of(item: Any, font: str = "LabelFont") -> float:
    """Return the size of the letters of an item in points."""
    return float(item.find(font).get("description").split(",")[1])


def test_letters_grow_with_the_paper_and_stand_where_they_belong(
    either: tuple[Path, Path, dict[str, Any]],
) -> None:
    wanted = {"title": "1", "notes": "1", "number": "2", "internal": "4"}
    for name, found in parts(either[0]).items():
        part = 1.2 if name.endswith("A3") else 1.0
        assert size_of(found["number"]) == pytest.approx(7.5 * part), name
        assert size_of(found["internal"]) == pytest.approx(8.5 * part), name
        styles = {style.get("name"): style for style in found["legend"].iter("style")}
        sizes = {key: size_of(style, "styleFont") for key, style in styles.items()}
        assert sizes["title"] - sizes["symbolLabel"] == pytest.approx(2 * part), name
        letters = [item for item in found.values() if item.find("LabelFont") is not None]
        assert {item.get("htmlState") for item in letters} == {"0"}, "markup in data is text"
        assert {key: found[key].get("halign") for key in wanted} == wanted
        lines = {key: found[key].get("valign") for key in ("notes", "sources", "title")}
        assert lines == {"notes": "64", "sources": "32", "title": "128"}


def test_each_sheet_says_the_words_of_its_theme_and_the_owners_of_its_data(
    plan: tuple[Path, Path, dict[str, Any]], coverage: tuple[Path, Path, dict[str, Any]]
) -> None:
    result = sample_result()
    drawn = build_layers(result, sample_basemap(), read_recipe("overview"))
    found = parts(plan[0])
    first, *others = themes.check_themes(result, drawn, "zh")
    owners = "；".join(dict.fromkeys(source.attribution for source in result.sources))
    for paper in PAPERS:
        text = said(found[f"{first.title} {paper}"]["findings"].get("labelText"))
        assert text.startswith(said(summary.answer(result, "zh")[0])[:20])
        for theme in others:
            label = next(
                items
                for name, items in found.items()
                if name.startswith(theme.title) and name.endswith(paper)
            ).get("findings")
            shown = "" if label is None else said(label.get("labelText")).rstrip("…")
            assert said("".join(theme.text)).startswith(shown.removesuffix("。"))
            assert bool(shown) == bool(theme.text)
        assert said(owners) in said(found[f"{first.title} {paper}"]["sources"].get("labelText"))
    logistics = parts(coverage[0])["物流三级网络 A4"]["findings"].get("labelText")
    assert "参与计算的网点" in said(logistics)
    counts = {
        layer.get("id")
        for layer in parts(coverage[0])["村级覆盖 A4"]["legend"].iter("layer-tree-layer")
        for option in layer.iter("Option")
        if option.get("name") == "showFeatureCount"
    }
    assert counts
    assert all("_villages-" in key or "_facilities-" in key or "_changes-" in key for key in counts)


def test_a_theme_of_one_place_has_a_map_of_that_place(
    plan: tuple[Path, Path, dict[str, Any]],
) -> None:
    result = sample_result()
    drawn = build_layers(result, sample_basemap(), read_recipe("overview"))
    themed = [theme for theme in themes.check_themes(result, drawn, "zh") if theme.box]
    assert themed
    for theme in themed:
        place = gpd.GeoSeries([box(*theme.box)], crs="EPSG:4326").to_crs(result.plan.crs)[0]
        name = next(key for key in plan[2]["layouts"] if key[:-3].startswith(theme.title))
        shown = box(*plan[2]["layouts"][name]["maps"]["map"]["extent"])
        assert shown.contains(place)
        assert shown.centroid.distance(place.centroid) < 100
        sides = (place.bounds[2] - place.bounds[0]), (place.bounds[3] - place.bounds[1])
        wide = shown.bounds[2] - shown.bounds[0], shown.bounds[3] - shown.bounds[1]
        left = min(w - s for w, s in zip(wide, sides, strict=True))
        assert left == pytest.approx(max(0.1 * max(sides), 4000), rel=0.05)


def test_classes_keep_their_order_in_the_legend(
    coverage: tuple[Path, Path, dict[str, Any]],
) -> None:
    legend = coverage[2]["layouts"]["村级覆盖 A4"]["legend"]
    assert legend["spatialplan_areas-time_area"] == ["0–15 分钟", "15–30 分钟"]
    assert legend["spatialplan_roads_line"] == ["高速公路", "主次干路"]


def test_points_come_first_in_the_legend_of_features(
    plan: tuple[Path, Path, dict[str, Any]],
) -> None:
    folders = parts(plan[0])["总览 A4"]["legend"].iter("layer-tree-group")
    features = next(folder for folder in folders if folder.get("name") == "规划要素")
    shapes = [layer.get("id").rsplit("_")[-1] for layer in features.iterfind("layer-tree-layer")]
    assert len(shapes) > 3
    assert shapes == sorted(shapes, key=["point", "line", "area"].index)


def test_the_first_sheet_enlarges_where_villages_crowd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = (390_000.0, 3_082_000.0, 392_000.0, 3_090_000.0)
    monkeypatch.setattr(coverage_page, "crowded_bounds", lambda *_: window)
    made = parts(write_coverage(tmp_path, sample_coverage()))
    for name, found in made.items():
        assert ("inset" in found) == name.startswith("村级覆盖"), name
        for of in {"map", "inset"} & set(found):
            if f"{of}-scale" in found:
                assert found[f"{of}-scale"].get("mapUuid") == found[of].get("uuid")
    for paper in PAPERS:
        found = made[f"村级覆盖 {paper}"]
        [frame] = found["map"].iter("ComposerMapOverview")
        assert frame.get("frameMap") == found["inset"].get("uuid")
        extent = found["inset"].find("Extent")
        west, south, east, north = (
            float(extent.get(key)) for key in ("xmin", "ymin", "xmax", "ymax")
        )
        assert box(west, south, east, north).buffer(0.01).contains(box(*window))
        width, height = map(float, found["inset"].get("size").split(",")[:2])
        assert (east - west) / (north - south) == pytest.approx(width / height, rel=1e-3)


# ---- the atlas -----------------------------------------------------------------------------------


def test_the_atlas_has_a_page_for_each_township_with_placed_villages(
    coverage: tuple[Path, Path, dict[str, Any]],
) -> None:
    _, out, report = coverage
    pages, villages = report["pages"], sample_coverage().villages
    placed = {v.demand.township for v in villages if v.demand.is_placed}
    assert [page["name"] for page in pages] == ["雨湖区 样例镇", f"雨湖区 {HOSTILE}"]
    assert {page["name"].split(" ", 1)[1] for page in pages} == placed
    assert [page["called"][:7] for page in pages] == ["001_雨湖区", "002_雨湖区"]
    for page in pages:
        assert not set(page["called"]) & set("\\/:*?\"<>|'")
        assert page["exported"]
        assert LEAVES in page["legend"]
    one, two = (text_of(out / page["file"]) for page in pages)
    for piece in ("雨湖区样例镇", "村数3", "已覆盖1", "未覆盖1", "不确定1", "无法路由0", "无数据0",
                  "村数按15分钟统计。", "不是行政界线"):  # fmt: skip
        assert piece in one, piece
    for piece in ("<imgsrc=x", "村数2", "已覆盖0", "无法路由1", "无数据1", "1个村缺坐标"):
        assert piece in two, piece


def test_each_page_of_the_atlas_shows_its_township_at_a_round_scale(
    coverage: tuple[Path, Path, dict[str, Any]],
) -> None:
    result = sample_coverage()
    frame = township_frames.coverage_townships(result, sample_basemap()).to_crs(result.plan.crs)
    for page, shape in zip(coverage[2]["pages"], frame.geometry, strict=True):
        shown = box(*page["extent"])
        assert shown.contains(shape)
        assert shown.centroid.distance(shape.envelope.centroid) < 10
        sides = [(a - b) / (c - d) for a, b, c, d in (
            (shape.bounds[i + 2], shape.bounds[i], shown.bounds[i + 2], shown.bounds[i])
            for i in (0, 1)
        )]  # fmt: skip
        assert 0.4 < max(sides) < 0.9
        width, height = qgis_page.plan_page(frame.total_bounds, text="\n" * 3).map_box[2:]
        least = 1150 * max(
            (shape.bounds[2] - shape.bounds[0]) / width,
            (shape.bounds[3] - shape.bounds[1]) / height,
        )
        steps = (step * 10**power for power in range(3, 7) for step in (1, 1.5, 2, 2.5, 4, 5))
        assert page["scale"] == pytest.approx(next(step for step in steps if step >= least))
        assert 20 < page["bar"]["mm"] <= 44
        assert f"{page['bar']['km']:g}".strip("0.") in {"1", "2", "4", "5"}


def test_the_scale_of_a_page_is_that_of_its_longer_side(
    coverage: tuple[Path, Path, dict[str, Any]],
) -> None:
    """The townships of the sample are nearly square, so that either side would do."""
    item = parts(coverage[0])[ATLAS]["map"]
    [rule] = [
        option.get("value") for option in item.iter("Option")
        if "bounds_width" in (option.get("value") or "")
    ]  # fmt: skip
    told = dict(re.findall(r"bounds_(width|height)\(@g\) / ([0-9.]+)", rule))
    width, height = (float(side) / 1000 for side in item.get("size").split(",")[:2])
    assert (float(told["width"]), float(told["height"])) == pytest.approx((width, height), abs=1e-4)
    assert width != height


def test_pages_of_the_atlas_are_headed_and_told_line_by_line(
    coverage: tuple[Path, Path, dict[str, Any]],
) -> None:
    rows = township_frames.coverage_townships(sample_coverage(), sample_basemap())
    for page, note in zip(coverage[2]["pages"], rows["note"], strict=True):
        assert page["note"] == note.replace("。", "。\n")
    assert coverage[2]["pages"][0]["title"] == "雨湖区　样例镇"
    assert coverage[2]["pages"][1]["title"] == f"雨湖区　{HOSTILE[:21]}…"


def test_the_grid_of_the_atlas_follows_the_rule_of_the_other_maps(
    either: tuple[Path, Path, dict[str, Any]],
) -> None:
    found = either[2]["layouts"][ATLAS]
    edges = found["boxes"]["map"]
    for width, *both in found["grids"]:
        wanted = qgis_page.grid_m((0, 0, width, width), edges[2] - edges[0])
        assert both == [wanted, wanted], width


def test_the_atlas_shows_the_theme_of_the_villages_and_where_the_page_lies(
    either: tuple[Path, Path, dict[str, Any]],
) -> None:
    report = either[2]
    maps = report["layouts"][ATLAS]["maps"]
    theme = report["layouts"]["村级覆盖 A4"]["theme_layers"]
    assert maps["map"]["layers"] == [LEAVES, *theme]
    assert maps["overview"]["layers"] == [LEAVES, "spatialplan_districts_area"]
    assert maps["overview"]["scale"] > maps["map"]["scale"]
    assert maps["overview"]["frames"] == ["map"], "where the page lies"
    labels = report["pages"][0]["legend"]["spatialplan_villages-covered_point"]
    assert labels == ["已覆盖"], "no count of the whole on the page of a part"


def test_the_atlas_of_a_plan_counts_its_villages(plan: tuple[Path, Path, dict[str, Any]]) -> None:
    _, out, report = plan
    assert [page["name"] for page in report["pages"]] == ["雨湖区 雨湖路街道", "雨湖区 城正街街道"]
    text = text_of(out / report["pages"][0]["file"])
    for piece in ("村数2", "已覆盖1", "无数据1", "1个村缺坐标"):
        assert piece in text, piece


# ---- without any code of ours --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("algorithm", "name", "pages"),
    [("native:printlayouttopdf", "物流三级网络 A3", 1), ("native:atlaslayouttopdf", ATLAS, 2)],
)
def test_qgis_prints_from_the_project_alone(
    coverage: tuple[Path, Path, dict[str, Any]],
    tmp_path: Path,
    algorithm: str,
    name: str,
    pages: int,
) -> None:
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    need(program is not None, "qgis_process (apt install qgis)")
    need(bool(shutil.which("pdfinfo")), "pdfinfo (apt install poppler-utils)")
    folder = tmp_path / "移交 成果"
    shutil.copytree(coverage[0].parent, folder)
    pdf = tmp_path / "o.pdf"
    done = subprocess.run(
        [str(program), "run", algorithm, f"--project_path={folder / coverage[0].name}", "--",
         f"LAYOUT={name}", "TEXT_FORMAT=1", f"OUTPUT={pdf}"],
        capture_output=True, text=True, env=environment(tmp_path / "run"), timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    about = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    assert f"Pages: {pages}" in " ".join(about.split())
    text = text_of(pdf)
    assert "内部工作底图" in text
    assert ("样例镇" if pages > 1 else "乡镇站") in text


# ---- rows and texts, without QGIS ----------------------------------------------------------------


def test_a_township_counts_every_village_and_tells_what_its_outline_is() -> None:
    result = sample_coverage()
    frame = township_frames.coverage_townships(result, sample_basemap())
    assert frame.crs == "EPSG:4326"
    rows = frame.drop(columns="geometry").to_dict("records")
    states = ["covered", "not_covered", "uncertain", "unroutable", "no_data"]
    assert [row["id"] for row in rows] == ["township-001", "township-002"]
    assert [[row[state] for state in states] for row in rows] == [[1, 1, 1, 0, 0], [0, 0, 0, 1, 1]]
    assert [row["total"] for row in rows] == [3, 2]
    assert all("不是行政界线" in row["note"] for row in rows)
    assert "缺坐标" not in rows[0]["note"]
    assert "1 个村缺坐标" in rows[1]["note"]
    for village in result.villages:
        if village.demand.is_placed:
            mine = frame.loc[frame["name"] == village.demand.township, "geometry"].iloc[0]
            assert mine.contains(Point(village.demand.lon, village.demand.lat))


def changed(number: int, **values: object) -> CoverageResult:
    """Return the sample with other facts of one village."""
    result = sample_coverage()
    villages = list(result.villages)
    demand = dataclasses.replace(villages[number].demand, **values)
    villages[number] = dataclasses.replace(villages[number], demand=demand)
    return dataclasses.replace(result, villages=tuple(villages))


def test_the_atlas_counts_the_roster_and_names_what_has_no_name() -> None:
    ground = sample_basemap()
    rows = township_frames.coverage_townships(changed(0, on_roster=False), ground)
    assert (rows["total"].iloc[0], rows["covered"].iloc[0]) == (2, 0)
    rows = township_frames.coverage_townships(changed(0, township=""), ground)
    assert rows["name"].iloc[0] == "未注明乡镇"
    assert "范围之外" not in "".join(rows["note"])


def squares(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Return villages, each of the township of its name, of the district ``甲``."""
    points = [Point(xy) for xy in places.values()]
    columns = {"district": ["甲"] * len(points), "township": list(places)}
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4547")


def test_zones_that_are_no_district_share_the_land_in_which_they_lie() -> None:
    places = squares(a=(1000, 1000), b=(3000, 1000)).assign(district=["甲", "高新区"])
    land = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[box(0, 0, 4000, 2000)], crs=places.crs)
    shapes = townships.township_shapes(places, land)
    areas = {key: shape.area for key, shape in shapes.items()}
    assert areas == pytest.approx({("甲", "a"): 4e6, ("高新区", "b"): 4e6})
    far = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[box(0, 0, 4e6, 2000)], crs=places.crs)
    blank = sum(shape.area for shape in townships.township_shapes(places, far).values())
    assert blank == pytest.approx(15_000 * 2000, rel=0.01), "far from villages it is left blank"


def test_the_name_of_a_township_stands_in_its_largest_part() -> None:
    tally = read_townships(sample_coverage(), 0, sample_basemap().districts.to_crs("EPSG:4547"))
    parted = shapely.union_all([box(0, 0, 10, 10), box(100, 0, 400, 300)])
    one = townships._township(tally[0].tally, parted)
    assert one.anchor is not None
    assert box(100, 0, 400, 300).contains(Point(one.anchor))


def moved(number: int, lon: float) -> CoverageResult:
    """Return the sample with one village moved."""
    result = sample_coverage()
    village = result.villages[number]
    far = dataclasses.replace(village, demand=dataclasses.replace(village.demand, lon=lon))
    villages = [far if v is village else v for v in result.villages]
    return dataclasses.replace(result, villages=tuple(villages))


def test_villages_that_lie_outside_their_district_keep_their_page_and_are_told() -> None:
    lost = township_frames.coverage_townships(moved(3, 115.2), sample_basemap())
    assert len(lost) == 2
    assert "都在所属县市区之外" in lost["note"].iloc[1]
    hull = lost.to_crs("EPSG:4547").geometry.iloc[1]
    assert hull.area == pytest.approx(3.14 * 1500**2, rel=0.02)
    assert hull.centroid.distance(
        lost.set_geometry([Point(115.2, 27.85)] * 2, crs="EPSG:4326").to_crs("EPSG:4547")
        .geometry.iloc[0]
    ) < 20_000  # fmt: skip
    some = township_frames.coverage_townships(moved(0, 115.2), sample_basemap())
    assert "1 个村的坐标在所画范围之外" in some["note"].iloc[0]
    assert "都在" not in some["note"].iloc[0]


def test_townships_come_by_district_in_the_order_of_the_map() -> None:
    result = sample_coverage()
    ground = sample_basemap()
    one = ground.districts
    districts = pd.concat([one.assign(name=name) for name in ("丙区", "甲区")], ignore_index=True)
    ground, names = dataclasses.replace(ground, districts=districts), ["丙区", "甲区"]
    order = [names[1], names[0], "高新区", names[0], names[1]]
    villages = tuple(
        dataclasses.replace(
            village,
            demand=dataclasses.replace(
                village.demand, district=district, township=f"乡{n}", lon=112.9, lat=27.85
            ),
        )
        for n, (village, district) in enumerate(zip(result.villages, order, strict=True))
    )
    frame = township_frames.coverage_townships(
        dataclasses.replace(result, villages=villages), ground
    )
    assert list(frame["district"]) == [names[0], names[0], names[1], names[1], "高新区"]
    assert list(frame["name"]) == ["乡1", "乡3", "乡0", "乡4", "乡2"]


def test_without_placed_villages_there_is_no_atlas(tmp_path: Path) -> None:
    bare = dataclasses.replace(sample_basemap(), districts=sample_basemap().districts.iloc[:0])
    for number, ground in enumerate((sample_basemap(), bare)):
        folder = tmp_path / str(number)
        folder.mkdir()
        text = xml_of(write_coverage(folder, without_positions(sample_coverage()), ground))
        assert "<Atlas" not in text
        assert "spatialplan_townships" not in text
        assert text.count("<Layout ") >= 4


def test_the_same_run_makes_the_same_bytes_and_every_part_has_its_own_name(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        write_coverage(folder, sample_coverage(change=True))
    one, two = ((folder / "样例.qgz").read_bytes() for folder in folders)
    assert one == two
    with zipfile.ZipFile(folders[0] / "样例.qgz") as archive:
        lines = archive.read("样例.qgs").decode().splitlines()
    own = [line.split(' uuid="')[1][:38] for line in lines
           if "<LayoutItem " in line or "<ComposerMap" in line]  # fmt: skip
    assert len(own) > 50
    assert len(own) == len(set(own))


def test_texts_of_data_are_never_evaluated(tmp_path: Path) -> None:
    result = sample_coverage()
    note = Text("口令 [% @user_full_name %]", "password [% @user_full_name %]")
    plan = dataclasses.replace(result.plan, title=note)
    made = dataclasses.replace(result, notes=(note,), plan=plan)
    text = xml_of(write_coverage(tmp_path, made))
    evaluated = [part.split("%]")[0] for part in text.split("[%")[1:]]
    assert not [part for part in evaluated if "user_full_name" in part and "口令" in part]
    labels = [line for line in text.splitlines() if 'id="notes"' in line]
    assert labels
    assert all("［% @user_full_name" in line and "[%" not in line for line in labels)
    for kind in ("title", "subtitle"):
        told = [line for line in text.splitlines() if f'id="{kind}"' in line and "口令" in line]
        assert told, kind
        assert not any("[% @user_full_name" in line for line in told)
    assert items.unevaluated("[% 1 %]") == "［% 1 %]"


def test_a_long_legend_finds_room_and_a_short_one_is_large() -> None:
    def made(count: int) -> qgis_legend.Legend:
        entry = {"layer": None, "title": ""}
        return {
            "组": [
                qgis_legend.Entry(**entry, classes=((0, f"第 {n} 种要素符号"),))  # type: ignore[arg-type]
                for n in range(count)
            ]
        }

    def fitted(count: int, *, saving: bool = False) -> qgis_legend.Fit:
        for entry in (legend := made(count))["组"]:
            object.__setattr__(entry, "layer", sample_layer())
        return qgis_legend.fit(legend, 88, 140, 18, saving=saving)

    assert fitted(5).size_pt == 8.5
    assert fitted(5, saving=True).size_pt == 7.0
    assert fitted(60).height_mm <= 140
    assert fitted(60).columns > fitted(5).columns == 1
    assert fitted(600).size_pt == 5.0, "the smallest, where nothing fits"


def test_a_kind_with_exact_and_approximate_places_is_in_the_legend_once() -> None:
    frame = features_frame(sample_result())
    points = frame[frame.geom_type == "Point"].iloc[[0, 0, 0]]
    points = points.assign(status=["located", "approximate", "located"])
    layer = dataclasses.replace(sample_layer(), frame=points)
    group = Group(name="组", children=(layer,), visible=True, expanded=True)
    [entry] = qgis_legend.legend_entries((group,))["组"]
    assert len(entry.classes) == 1


def sample_layer() -> Any:
    from spatialplan.outputs.qgis.layers import ProjectLayer

    return ProjectLayer(
        id="a", name="a", table="a", subset="", source="features", shape="point", value="",
        frame=sample_basemap().places, visible=True, labels=False,
    )  # fmt: skip


def test_the_column_shares_its_room_among_inset_legend_and_notes() -> None:
    side = qgis_page.plan_page((0, 0, 100_000, 80_000)).side_box
    column = layout.plan_column(side, {}, "须知，" * 60, 18, has_inset=True)
    assert column.inset_box is not None
    x, y, width, height = column.inset_box
    assert (x, y, width) == side[:3]
    assert y + height < column.legend_box[1]
    assert column.legend_box[1] + column.legend_box[3] < column.notes_box[1]
    assert column.notes_box[1] + column.notes_box[3] == pytest.approx(side[1] + side[3])
    entry = qgis_legend.Entry(
        layer=sample_layer(), title="", classes=tuple((n, f"第 {n} 种") for n in range(90))
    )
    crowded = layout.plan_column(side, {"组": [entry]}, "须知", 90, has_inset=True)
    assert crowded.inset_box is None, "the legend comes first"
    assert crowded.fit.height_mm <= crowded.legend_box[3]
    plain = layout.plan_column(side, {}, "", 18, has_inset=False)
    assert plain.inset_box is None
    assert plain.legend_box == pytest.approx(side)
