"""Working with the projects in real QGIS: themes, relations, forms, bookmarks, online layers."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from shapely import box

from spatialplan.outputs import themes
from spatialplan.outputs.layers import build_layers
from spatialplan.outputs.qgis.coverage_package import write_coverage_package
from spatialplan.outputs.qgis.coverage_project import write_coverage_project
from spatialplan.outputs.qgis.geopackage import write_geopackage
from spatialplan.outputs.qgis.project import write_project
from spatialplan.outputs.style import read_recipe
from spatialplan.outputs.township_frames import coverage_townships
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
    relations = coverage["relations"]
    assert all(relation["valid"] for relation in relations.values())
    served = sum(village.nearest is not None for village in result.villages)
    assert relations["served_spatialplan_table_facilities_all"]["children"] == served > 0
    legs = sum(len(village.chain.legs) for village in result.villages if village.chain)
    assert relations["chain_spatialplan_table_villages_all"]["children"] == legs > 0
    pairs = {
        (leg.start, leg.end)
        for village in result.villages
        if village.chain
        for leg in village.chain.legs[1:]
    }
    assert relations["lower_spatialplan_table_facilities_all"]["children"] == len(pairs) > 0


def test_every_form_loads_and_shows_the_claims_under_a_feature(check: dict[str, Any]) -> None:
    assert len(check["forms"]) > 15
    for key, form in check["forms"].items():
        if key.startswith("spatialplan_features-"):
            assert form["pages"] == [
                "要素", "位置", "规划原文", "地图证据", "相关论断", "下级要素",
            ]  # fmt: skip
            assert form["relations"] >= 2, key


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
    assert (made["theme"], made["status"]) == ("ring", "located")
    assert check["new"]["spatialplan_features-logistics_point"]["theme"] == "logistics"


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
