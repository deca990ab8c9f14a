"""What people did in QGIS is not lost by the next run."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest

from spatialplan import writing
from spatialplan.outputs.qgis.edited import keep_edited
from tests.sample import sample_basemap, sample_result

STAMP = "2026-11-22 08:00:00 +0800"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    writing.write_outputs(sample_result(), sample_basemap(), folder, stamp=STAMP)
    return folder


@pytest.fixture
def run(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "成果"))


def edit(gpkg: Path) -> None:
    """Change a row as QGIS does: the table gets a new moment of change."""
    with closing(sqlite3.connect(gpkg)) as base:
        base.execute("UPDATE claims SET sentence = '我改过的' WHERE fid = 1")
        moment = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 day')"
        base.execute(f"UPDATE gpkg_contents SET last_change = {moment} WHERE table_name = 'claims'")
        base.commit()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def again(run: Path) -> list[str]:
    paths = writing.write_outputs(sample_result(), sample_basemap(), run, stamp=STAMP)
    return [path.name for path in paths]


def test_what_nobody_touched_is_replaced(run: Path) -> None:
    before = names(run)
    again(run)
    assert names(run) == before


def test_an_edited_package_is_kept_and_told(run: Path) -> None:
    gpkg = next(run.glob("*.gpkg"))
    for number in ("", "2"):
        edit(gpkg)
        kept = f"{gpkg.stem}_edited{number}.gpkg"
        assert kept in again(run)
        rows = pyogrio.read_dataframe(run / kept, layer="claims")
        assert rows.loc[0, "sentence"] == "我改过的"
        assert pyogrio.read_dataframe(gpkg, layer="claims").loc[0, "sentence"] != "我改过的"


def test_edits_that_still_lie_in_the_log_are_kept(run: Path) -> None:
    gpkg = next(run.glob("*.gpkg"))
    with closing(sqlite3.connect(gpkg)) as base:
        base.execute("PRAGMA journal_mode = wal")
        base.execute("UPDATE claims SET sentence = '还在日志里'")
        base.execute("UPDATE gpkg_contents SET last_change = 'x' WHERE table_name = 'claims'")
        base.commit()
        assert gpkg.with_name(f"{gpkg.name}-wal").stat().st_size > 0
        [kept] = keep_edited(run, run, gpkg.stem)
    assert (pyogrio.read_dataframe(kept, layer="claims")["sentence"] == "还在日志里").all()


def test_an_edited_project_is_kept(run: Path) -> None:
    project = next(run.glob("*.qgz"))
    with zipfile.ZipFile(project, "a") as archive:
        archive.writestr("auxiliary.qgd", b"labels moved by hand")
    assert f"{project.stem}_edited.qgz" in again(run)
    with zipfile.ZipFile(run / f"{project.stem}_edited.qgz") as archive:
        assert "auxiliary.qgd" in archive.namelist()


@pytest.mark.parametrize("ending", [".gpkg", ".qgz"])
def test_a_file_of_somebody_else_is_kept(run: Path, ending: str) -> None:
    own = next(run.glob(f"*{ending}"))
    own.write_bytes(b"not ours")
    kept = f"{own.stem}_edited{ending}"
    assert kept in again(run)
    assert (run / kept).read_bytes() == b"not ours"
