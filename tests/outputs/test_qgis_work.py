"""Working with the projects in real QGIS: themes, relations, forms, bookmarks, online layers."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import geopandas as gpd
import pandas as pd
import pytest
from defusedxml import ElementTree
from shapely import Point, Polygon, box

from spatialplan.outputs import themes
from spatialplan.outputs.layers import build_layers
from spatialplan.outputs.qgis import presets, qml, relations, thematic, views
from spatialplan.outputs.qgis.coverage_package import write_coverage_package
from spatialplan.outputs.qgis.coverage_project import write_coverage_project
from spatialplan.outputs.qgis.document import Preset
from spatialplan.outputs.qgis.geopackage import write_geopackage
from spatialplan.outputs.qgis.project import write_project
from spatialplan.outputs.style import class_symbols, read_recipe, read_style
from spatialplan.outputs.township_frames import coverage_townships
from spatialplan.outputs.townships import SHARE_CLASSES
from spatialplan.outputs.web.basemaps import SERVICES
from tests.conftest import need
from tests.coverage_sample import sample_coverage
from tests.outputs.test_qgis import qgis_python
from tests.sample import sample_basemap, sample_result

STAMP = "2026-11-22 08:00:00 +0800"
SCRIPT = Path(__file__).with_name("qgis_work_check.py")


def work(project: Path, out: Path) -> dict[str, Any]:
    """Return what QGIS tells of working with a project."""
    need(bool(qgis_python()), "QGIS with its Python (apt install qgis python3-qgis)")
    out.chmod(0o700)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(out),
        "HOME": str(out),
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [qgis_python(), str(SCRIPT), str(project)],
        capture_output=True, text=True, env=environment, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan check in the plan's projected CRS."""
    folder = tmp_path_factory.mktemp("check")
    result, ground = sample_result(), sample_basemap()
    gpkg, path = folder / "样例.gpkg", folder / "样例.qgz"
    crs = result.plan.crs
    write_geopackage(result, ground, gpkg, stamp=STAMP, crs=crs)
    write_project(result, ground, gpkg, path, stamp=STAMP, stored_crs=crs)
    return path


@pytest.fixture(scope="module")
def check(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return work(project, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def coverage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("coverage")
    result, ground = sample_coverage(change=True), sample_basemap()
    gpkg, path = folder / "样例.gpkg", folder / "样例.qgz"
    write_coverage_package(result, ground, gpkg, stamp=STAMP)
    write_coverage_project(result, ground, gpkg, path, stamp=STAMP)
    return work(path, tmp_path_factory.mktemp("out"))


def of_layer(key: str) -> str:
    """Return the id of the map's layer that a project layer stands for."""
    return key.removeprefix("spatialplan_").rpartition("_")[0]


# ---- themes --------------------------------------------------------------------------------------


def test_themes_are_those_of_the_web_map_and_show_their_layers(check: dict[str, Any]) -> None:
    result = sample_result()
    drawn = build_layers(result, sample_basemap(), read_recipe("overview"))
    wanted = themes.check_themes(result, drawn, "zh")
    assert set(check["themes"]) == {theme.title for theme in wanted}
    assert len(wanted) >= 4
    there = {layer.id for layer in drawn}
    for theme in wanted:
        shown = {of_layer(key) for key in check["themes"][theme.title]}
        assert shown == there & set(theme.layers), theme.title


def test_the_project_opens_as_its_first_theme(check: dict[str, Any]) -> None:
    drawn = [key for key in check["shown_first"] if "_table_" not in key]
    assert check["themes"]["总览"] == drawn


def test_a_coverage_project_has_its_own_themes(coverage: dict[str, Any]) -> None:
    assert set(coverage["themes"]) == {"村级覆盖", "物流三级网络", "情景变化", "数据质量"}
    logistics = {of_layer(key) for key in coverage["themes"]["物流三级网络"]}
    assert {"paths", "facilities-hub", "facilities-station"} <= logistics
    assert not any(name.startswith("villages") for name in logistics)


# ---- relations and forms -------------------------------------------------------------------------


def test_relations_are_valid_and_lead_to_the_claims_of_each_feature(check: dict[str, Any]) -> None:
    assert all(relation["valid"] for relation in check["relations"].values())
    plan = sample_result().plan
    asked = [key for claim in plan.claims for key in (*claim.subjects, *claim.objects)]
    of_all = check["relations"]["feature_claims_spatialplan_table_features_all"]
    assert of_all["children"] == len(asked) > 0
    assert of_all["name"] == "相关论断"
    assert check["relations"]["claim_features_spatialplan_table_claims"]["children"] == len(asked)
    ring = [f.id for f in plan.features if f.theme == "ring" and f.geometry is not None]
    parts = [
        relation["children"]
        for key, relation in check["relations"].items()
        if key.startswith("feature_claims_spatialplan_features-ring_")
    ]
    assert sum(parts) == sum(asked.count(key) for key in ring) > 0


def test_villages_lead_to_their_chain_and_facilities_to_their_villages(
    coverage: dict[str, Any],
) -> None:
    result = sample_coverage(change=True)
    found = coverage["relations"]
    assert all(relation["valid"] for relation in found.values())
    served = sum(village.nearest is not None for village in result.villages)
    assert found["served_spatialplan_table_facilities_all"]["children"] == served > 0
    legs = sum(len(village.chain.legs) for village in result.villages if village.chain)
    assert found["chain_spatialplan_table_villages_all"]["children"] == legs > 0
    pairs = {
        (leg.start, leg.end)
        for village in result.villages
        if village.chain
        for leg in village.chain.legs[1:]
    }
    assert found["lower_spatialplan_table_facilities_all"]["children"] == len(pairs) > 0


def test_every_form_loads_and_shows_the_claims_under_a_feature(check: dict[str, Any]) -> None:
    assert len(check["forms"]) > 15
    for key, form in check["forms"].items():
        if key.startswith("spatialplan_features-"):
            assert form["pages"] == [
                "要素", "位置", "规划原文", "地图证据", "相关论断", "下级要素",
            ]  # fmt: skip
            assert form["relations"] >= 2, key


def test_forms_of_a_coverage_run_have_their_own_pages(coverage: dict[str, Any]) -> None:
    forms = coverage["forms"]
    for key in ("spatialplan_table_villages_all", "spatialplan_villages-covered_point"):
        assert forms[key]["pages"] == ["村", "网点", "配送链路", "来源", "其他", "链路各段"]
    for key in ("spatialplan_table_facilities_all", "spatialplan_facilities-hub_point"):
        assert forms[key]["pages"] == [
            "网点", "服务量", "来源", "其他", "以此为最近网点的村", "下级网点",
        ]  # fmt: skip
    assert forms["spatialplan_roads_line"]["pages"] == [], "a table of one purpose needs none"
    assert not any(form["editable"] for form in forms.values())


def test_each_column_stands_on_one_page_of_its_form(project: Path) -> None:
    """QGIS takes a column by its name; the number beside it must not contradict."""
    with zipfile.ZipFile(project) as archive:
        root = ElementTree.fromstring(archive.read(f"{project.stem}.qgs"))
    forms = 0
    for layer in root.iter("maplayer"):
        order = [field.get("name") for field in layer.iterfind("editable/field")]
        placed = list(layer.iter("attributeEditorField"))
        names = [field.get("name") for field in placed]
        assert len(names) == len(set(names))
        assert all(order[int(field.get("index"))] == field.get("name") for field in placed)
        assert not names or set(order) == {"fid", *names}
        forms += bool(names)
    assert forms > 5


def test_only_what_goes_back_into_the_pack_may_be_edited(check: dict[str, Any]) -> None:
    form = check["forms"]["spatialplan_features-ring_point"]
    assert set(form["editable"]) == {
        "id", "name", "kind", "role", "theme", "parent", "clause", "note", "status", "accuracy_m",
        "source",
    }  # fmt: skip
    assert check["forms"]["spatialplan_table_claims"]["editable"] == []
    assert check["forms"]["spatialplan_roads_line"]["editable"] == []


def test_a_feature_drawn_anew_takes_the_theme_of_its_layer(check: dict[str, Any]) -> None:
    made = check["new"]["spatialplan_features-ring_line"]
    assert made["theme"] == "ring"
    assert "status" not in made, "it follows from the accuracy, which nobody knows yet"
    assert check["new"]["spatialplan_features-logistics_point"]["theme"] == "logistics"
    assert check["forms"]["spatialplan_table_features_all"]["defaults"] == {}, "it is of no theme"


def test_rows_are_paired_by_key_and_not_at_all_where_a_key_is_not_unique() -> None:
    parts = next(one for one in relations.OF_CHECK if one.id == "parts")
    features = pd.DataFrame({"id": ["a", "b", "c"], "parent": ["b", "", "b"]})
    found = relations.pairs(parts, {"features_all": features})
    assert found.tolist() == [[1, 0], [1, 2]]
    twice = features.assign(id=["b", "b", "c"])
    assert relations.pairs(parts, {"features_all": twice}).shape == (0, 2)
    assert list(relations.present(relations.OF_CHECK, {"features_all": features})) == [parts]


# ---- thematic layers -----------------------------------------------------------------------------


def test_townships_are_graduated_by_the_share_covered(coverage: dict[str, Any]) -> None:
    layer = coverage["layers"]["spatialplan_township_shares_area"]["renderer"]
    assert layer["type"] == "graduatedSymbol"
    assert [low for low, _ in layer["ranges"]] == [0.0, 0.5, 0.75, 0.9, 1.0]
    result = sample_coverage(change=True)
    rows = coverage_townships(result, sample_basemap())
    for name, label in layer["of"]:
        row = rows.set_index("name").loc[name]
        judged = row["covered"] + row["not_covered"]
        share = row["covered"] / judged if judged else None
        wanted = None if share is None else "不足 50%" if share < 0.5 else "50%—75%"
        assert label == (wanted if share is None or share < 0.75 else "100%")
    assert any(label for _, label in layer["of"])


def test_townships_with_few_judged_villages_are_hatched(coverage: dict[str, Any]) -> None:
    layer = coverage["layers"]["spatialplan_township_shares_area"]["renderer"]
    fills = {tuple(counts): fill for *counts, fill in layer["fills"]}
    assert len(fills) == 5
    for (covered, not_covered, total), fill in fills.items():
        doubtful = 2 * (covered + not_covered) < total
        assert fill == ("b_diagonal" if doubtful else "solid"), (covered, not_covered, total)


def test_every_share_falls_into_one_class_in_its_colour() -> None:
    renderer = thematic.shares_renderer(gpd.GeoDataFrame(), "area", "zh")
    ranges = list(renderer.iter("range"))
    edges = [(float(one.get("lower")), float(one.get("upper"))) for one in ranges]
    for share, wanted in (
        (0.0, 0),
        (0.499, 0),
        (0.5, 1),
        (0.75, 2),
        (0.9, 3),
        (0.999, 3),
        (1.0, 4),
    ):
        assert [n for n, (low, high) in enumerate(edges) if low <= share <= high] == [wanted]
    assert [one.get("label") for one in ranges] == [label.zh for label in SHARE_CLASSES]
    symbols = {symbol.get("name"): symbol for symbol in renderer.find("symbols")}
    wanted = class_symbols(read_style(), len(SHARE_CLASSES))
    for one, symbol in zip(ranges, wanted, strict=True):
        outline = qml.rgba(symbol.color)
        drawn = symbols[one.get("symbol")].iter("Option")
        assert outline in {option.get("value") for option in drawn}


def test_thematic_layers_stand_for_what_is_drawn_alone() -> None:
    townships = coverage_townships(sample_coverage(), sample_basemap())
    facilities = gpd.GeoDataFrame(
        {"villages": [4, 0, 90]}, geometry=[Point(0, 0), Point(1, 1), None], crs="EPSG:4326"
    )
    [group] = thematic.thematic_groups(townships, facilities, "zh")
    loads, shares = group.children
    assert (list(loads.frame["villages"]), len(shares.frame)) == ([4, 0], 2)
    assert not any(node.visible for node in (group, loads, shares))
    assert thematic.thematic_groups(townships.iloc[:0], facilities.iloc[2:], "zh") == ()
    idle = ElementTree.tostring(thematic.loads_renderer(facilities.iloc[1:2], "point", "zh"))
    assert b"/ 1)" in idle, "nothing is divided by zero"


def test_facilities_are_drawn_in_proportion_to_the_villages_they_serve(
    coverage: dict[str, Any],
) -> None:
    layer = coverage["layers"]["spatialplan_facility_loads_point"]["renderer"]
    loads = {x.facility.id: x.villages for x in sample_coverage(change=True).facilities}
    most = max(loads[key] for key in layer["size"])
    for key, size in layer["size"].items():
        assert size == pytest.approx(max(1.5, 12 * (loads[key] / most) ** 0.5))
    assert len(set(layer["size"].values())) > 1


# ---- where and what from -------------------------------------------------------------------------


def test_every_county_has_a_bookmark(check: dict[str, Any]) -> None:
    result, ground = sample_result(), sample_basemap()
    outlines = ground.districts.to_crs(result.plan.crs)
    assert [(name, group) for name, group, *_ in check["bookmarks"]] == [
        (name, "县区") for name in outlines["name"]
    ]
    for (_, _, crs, bounds), outline in zip(check["bookmarks"], outlines.geometry, strict=True):
        assert crs == result.plan.crs
        shown = box(*bounds)
        assert shown.contains(outline)
        assert shown.area < 1.5 * outline.envelope.area


def test_areas_without_an_outline_have_no_bookmark() -> None:
    areas = gpd.GeoDataFrame(
        {"name": ["甲", "乙", "丙"]},
        geometry=[None, Polygon(), box(112.8, 27.8, 113.0, 27.9)],
        crs="EPSG:4326",
    )
    [mark] = views.bookmarks(areas, "县区", "EPSG:4547")
    west, south, east, north = areas.to_crs("EPSG:4547").geometry[2].bounds
    pad = 0.03 * (east - west)
    assert (mark.name, mark.group) == ("丙", "县区")
    assert mark.bounds == pytest.approx((west - pad, south - pad, east + pad, north + pad))


def test_views_of_themes_keep_some_ground_around_them() -> None:
    def theme(place: tuple[float, float, float, float] | None) -> themes.Theme:
        one = next(iter(themes.check_themes(sample_result(), [], "zh")))
        return dataclasses.replace(one, box=place)

    whole = (0.0, 0.0, 1.0, 1.0)
    row = (112.8, 27.85, 113.0, 27.85)
    places = (None, (112.9, 27.85, 112.9, 27.85), (112.5, 27.5, 113.5, 28.0), row)
    found = presets.presets([theme(place) for place in places], (), whole, "EPSG:4547")
    assert found[0].bounds == whole
    west, south, east, north = found[1].bounds
    assert (east - west, north - south) == pytest.approx((4000, 4000), abs=1)
    west, south, east, north = found[2].bounds
    inner = (
        gpd.GeoSeries([box(*places[2] or row)], crs="EPSG:4326").to_crs("EPSG:4547").total_bounds
    )
    pad = 0.05 * (inner[2] - inner[0])
    assert (west, east) == pytest.approx((inner[0] - pad, inner[2] + pad), abs=0.002 * pad)
    assert north == pytest.approx(inner[3] + pad, abs=0.02 * pad)
    assert south < inner[1]
    west, south, east, north = found[3].bounds
    assert (east - west, north - south) == pytest.approx((23_700, 4_000), rel=0.05)


def test_themes_of_one_title_are_told_apart_by_their_id() -> None:
    bounds = (0.0, 0.0, 1.0, 1.0)
    made = [
        Preset(id=key, title=title, text=(), layers=(), bounds=bounds)
        for key, title in (("a", "总览"), ("b", "物流"), ("c", "总览"))
    ]
    names = [presets.preset_name(one, made) for one in made]
    assert names == ["总览（a）", "物流", "总览（c）"]


def test_places_are_stored_and_read_in_the_projected_crs(check: dict[str, Any]) -> None:
    crs = sample_result().plan.crs
    spatial = [x for x in check["layers"].values() if x["crs"] and not x["raster"]]
    assert len(spatial) > 10
    assert {layer["crs"] for layer in spatial} == {crs}
    assert all(layer["valid"] for layer in check["layers"].values())
    assert not check["messages"]


def test_online_basemaps_are_there_off_and_without_a_token(
    check: dict[str, Any], project: Path
) -> None:
    online = {key: x for key, x in check["layers"].items() if x["raster"]}
    assert {key.split("_")[2] for key in online} == {"osm", "tianditu", "tianditu-image"}
    assert not set(online) & set(check["shown_first"])
    for shown in check["themes"].values():
        assert not set(online) & set(shown)
    sources = [unquote(layer["source"]) for layer in online.values()]
    assert all("type=xyz" in source and "{z}" in source for source in sources)
    tianditu = [source for source in sources if "tianditu" in source]
    assert len(tianditu) == 4
    assert all("tk=你的密钥" in source for source in tianditu)
    assert {layer["crs"] for layer in online.values()} == {"EPSG:3857"}


def test_online_labels_lie_over_their_map_and_addresses_are_whole(project: Path) -> None:
    with zipfile.ZipFile(project) as archive:
        root = ElementTree.fromstring(archive.read(f"{project.stem}.qgs"))
    tree = [
        (node.get("name").split("（")[0], parse_qs(node.get("source")))
        for node in root.find("layer-tree-group").iter("layer-tree-layer")
        if "type=xyz" in node.get("source")
    ]
    assert [name for name, _ in tree] == [
        "OpenStreetMap", "天地图矢量注记", "天地图矢量", "天地图影像注记", "天地图影像",
    ]  # fmt: skip
    hosts = [host for service in SERVICES.values() for host in service.hosts]
    for (name, source), kind in zip(tree, ("", "cva", "vec", "cia", "img"), strict=True):
        assert set(source) == {"type", "url", "zmax", "zmin"}, name
        [address] = source["url"]
        assert "/".join(address.split("/")[:3]) in hosts
        assert (source["zmax"], source["zmin"]) == (["18" if kind else "19"], ["0"])
        if kind:
            asked = parse_qs(urlsplit(address).query)
            assert (asked["LAYER"], asked["tk"]) == ([kind], ["你的密钥"])


def test_details_are_left_out_where_they_would_be_a_smear(check: dict[str, Any]) -> None:
    smallest = {key: layer["smallest"] for key, layer in check["layers"].items()}
    assert smallest["spatialplan_places_point"] == 1_500_000
    assert smallest["spatialplan_villages-covered_point"] == 2_500_000
    assert smallest["spatialplan_roads_line"] is None


def test_no_path_of_this_machine_is_in_the_project(project: Path) -> None:
    with zipfile.ZipFile(project) as archive:
        text = archive.read(f"{project.stem}.qgs").decode()
    assert str(project.parent) not in text
    assert str(Path.home()) not in text
