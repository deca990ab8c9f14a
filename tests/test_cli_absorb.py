"""Absorb and add-layer as a user types them, with edits made by QGIS itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import pytest
import typer
from shapely import Point
from typer.testing import CliRunner, Result

from spatialplan.cli_absorb import absorb, add_layer
from spatialplan.io.plans import find_pack, read_plan
from tests.conftest import need
from tests.editing.edited_package import edit, table_of, write_package

app = typer.Typer()
app.command("absorb")(absorb)
app.command("add-layer")(add_layer)

QGIS_EDIT = """
import sys
from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(f"{sys.argv[1]}|layername={sys.argv[2]}", "p", "ogr")
assert layer.isValid() and layer.startEditing()
field = layer.fields().indexOf
def of(id):
    return next(layer.getFeatures(f"\\"id\\" = '{id}'")).id()
layer.changeGeometry(of("wanda-plaza"), QgsGeometry.fromPointXY(QgsPointXY(112.94112, 27.83051)))
layer.changeAttributeValue(of("wanda-plaza"), field("accuracy_m"), 30)
layer.changeAttributeValue(of("wanda-plaza"), field("source"), "现场 GPS")
layer.changeAttributeValue(of("panlong-garden"), field("role"), None)
layer.deleteFeature(of(sys.argv[3]))
for name, x in (("义乌小商品城", 112.87), ("新市场", 112.9), (None, 112.91)):
    new = QgsFeature(layer.fields())
    new.setAttribute("name", name)
    new.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, 27.85)))
    assert layer.addFeature(new)
assert layer.commitChanges(), layer.commitErrors()
"""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "160"})


def one_line(result: Result, *words: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, lines
    for word in words:
        assert word in lines[0]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "我的 数据" / "xiangtan"
    shutil.copytree(find_pack("xiangtan"), folder)
    return folder


def unused_point(pack: Path) -> str:
    """Return a point that nothing refers to."""
    plan = read_plan(pack)
    used = {i for c in plan.claims for i in (*c.subjects, *c.objects)}
    used |= {i for c in plan.concepts for ids in c.roles.values() for i in ids}
    used |= {i for f in plan.features for i in (f.parent, f.anchor)}
    return next(
        f.id
        for f in plan.features
        if f.id not in used and f.geometry is not None and f.geometry.geom_type == "Point"
    )


def test_edits_made_in_qgis_come_back(pack: Path, tmp_path: Path) -> None:
    python = os.environ.get("SPATIALPLAN_QGIS_PYTHON") or "/usr/bin/python3"
    probe = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    need(probe.returncode == 0, "QGIS with its Python (apt install qgis python3-qgis)")
    package, target = tmp_path / "成果 1.gpkg", tmp_path / "变更.toml"
    write_package(pack, package, split=False)
    gone = unused_point(pack)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path),
                   "HOME": str(tmp_path)}  # fmt: skip
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [python, "-c", QGIS_EDIT, str(package), table_of(package, "wanda-plaza"), gone],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    listed = run("absorb", package, "--plan", pack, "--out", target)
    assert listed.exit_code == 0, listed.output
    assert listed.stdout == f"{target}\n"
    for words in ("移动 543.8 米", "改动作用", "原未定位", "新增“新市场”", f"删除“{read_plan(pack).feature(gone).name}”",
                  "既无 id 也无名称，未取", "5 处变更写入清单"):  # fmt: skip
        assert words in listed.stderr, listed.stderr
    text = target.read_text(encoding="utf-8").replace("accept = false\n", "accept = true\n")
    target.write_text(text, encoding="utf-8")
    half = run("absorb", "--accept", target, "--plan", pack)
    one_line(half, "未改动任何要素", "[xin-shi-chang]：“kind”未填", "[yiwu-city]：“source”未填")
    for key, value in (("kind", '"market"'), ("theme", '"commerce"'), ("clause", '"1.1.4"'),
                       ("accuracy_m", "40"), ("source", '"现场"')):  # fmt: skip
        text = text.replace(f'{key} = ""  #', f"{key} = {value}  #")
    target.write_text(text, encoding="utf-8")
    taken = run("absorb", "--accept", target, "--plan", pack)
    assert taken.exit_code == 0, taken.output
    assert taken.stdout == f"{pack / 'features.geojson'}\n"
    plan = read_plan(pack)
    assert plan.feature("wanda-plaza").geometry == Point(112.94112, 27.83051)
    assert plan.feature("wanda-plaza").source == "现场 GPS"
    assert plan.feature("panlong-garden").role == ""
    assert plan.feature("yiwu-city").accuracy_m == 40
    assert plan.feature("xin-shi-chang").geometry == Point(112.9, 27.85)
    assert gone not in {f.id for f in plan.features}
    again = run("absorb", "--accept", target, "--plan", pack)
    assert "数据包未动" in again.stderr


def test_untouched_package_writes_no_list(pack: Path, tmp_path: Path) -> None:
    target = tmp_path / "c.toml"
    package = write_package(pack, tmp_path / "x.gpkg")
    done = run("absorb", package, "--plan", pack, "--out", target, "--lang", "en")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "0 of changes, 0 not taken" in done.stderr
    assert not target.exists()


def test_wrong_usage(pack: Path, tmp_path: Path) -> None:
    assert run("absorb", "--plan", pack).exit_code == 2
    assert run("absorb", "a.gpkg", "--plan", pack, "--accept", "b.toml").exit_code == 2
    assert run("absorb", "a.gpkg").exit_code == 2
    one_line(run("absorb", tmp_path / "a.gpkg", "--plan", pack), "不是 GeoPackage")
    one_line(run("absorb", "--accept", tmp_path / "a.toml", "--plan", pack), "a.toml")
    one_line(run("absorb", "--accept", "a.toml", "--plan", "nowhere"), "nowhere")


def test_installed_pack_is_read_only(tmp_path: Path) -> None:
    folder = tmp_path / "site-packages" / "layers" / "xiangtan"
    shutil.copytree(find_pack("xiangtan"), folder)
    one_line(run("absorb", "--accept", "a.toml", "--plan", folder), "随软件安装", "复制")


def test_decisions_are_not_overwritten(pack: Path, tmp_path: Path) -> None:
    package, target = write_package(pack, tmp_path / "x.gpkg"), tmp_path / "c.toml"
    edit(package, "wanda-plaza", role="改")
    words = ("absorb", package, "--plan", pack, "--out", target)
    assert run(*words).exit_code == 0
    before = target.read_bytes()
    assert run(*words).exit_code == 0
    assert target.read_bytes() == before  # the same edits, the same bytes
    target.write_bytes(before.replace(b"accept = false\n", b"accept = true\n"))
    done = run(*words)
    assert done.exit_code == 1
    assert "不覆盖" in done.stderr


def test_layer_is_listed_then_accepted(pack: Path, tmp_path: Path) -> None:
    file, target = tmp_path / "园区.geojson", tmp_path / "c.toml"
    gpd.GeoDataFrame(
        {"名称": ["甲园", None]},
        geometry=gpd.points_from_xy([112.9, 112.8], [27.8, 27.9]),
        crs=4490,
    ).to_file(file)
    words = ("add-layer", pack, file, "--theme", "logistics", "--kind", "logistics_park",
             "--clause", "6.3", "--source", "红线图", "--accuracy", "20", "--out", target)  # fmt: skip
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert "读 2 行：新增 1，未取 1" in done.stderr
    target.write_text(
        target.read_text(encoding="utf-8").replace("accept = false\n", "accept = true\n"),
        encoding="utf-8",
    )
    assert run("absorb", "--accept", target, "--plan", pack).exit_code == 0
    assert read_plan(pack).feature("jia-yuan").source == "红线图"
    one_line(run(*words[:4], "nope", *words[5:]), "--theme", "可用")
