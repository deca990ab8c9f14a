"""Write what a run found: every output of a plan into one folder, all of them or none."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from spatialplan.errors import OutputError
from spatialplan.files import ensure_folder
from spatialplan.model.basemap import Basemap
from spatialplan.model.verdict import CheckResult
from spatialplan.outputs.documents import report, result_json, workbook
from spatialplan.outputs.qgis import geopackage
from spatialplan.outputs.qgis import project as qgis
from spatialplan.outputs.web import folium_map
from spatialplan.text import Lang

__all__ = ["time_stamp", "write_outputs"]


def time_stamp() -> str:
    """Return the time that outputs state; SOURCE_DATE_EPOCH fixes it for reproducible files."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).astimezone()
    return now.strftime("%Y-%m-%d %H:%M:%S %z")


def write_outputs(
    result: CheckResult, ground: Basemap, folder: Path, *, stamp: str, lang: Lang = "zh"
) -> list[Path]:
    """Write every output; all of them, or none when one fails.

    Raises
    ------
    OutputError
        When the folder cannot be written to; the previous files stay.
    """
    ensure_folder(folder)
    name = result.plan.id
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        folium_map.write_map(result, ground, aside / f"{name}_map.html", stamp=stamp, lang=lang)
        report.write_report(result, ground, aside / f"{name}_report.html", stamp=stamp, lang=lang)
        workbook.write_workbook(result, aside / f"{name}_tables.xlsx", stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        geopackage.write_geopackage(result, ground, gpkg, stamp=stamp, lang=lang)
        qgis.write_project(result, ground, gpkg, project, stamp=stamp, lang=lang)
        result_json.write_result(result, aside / "result.json", stamp=stamp)
        order = ("_map.html", "_report.html", "_tables.xlsx", ".gpkg", ".qgz")
        paths = [aside / f"{name}{end}" for end in order] + [aside / "result.json"]
        return _put_in_place(paths, folder, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(paths: list[Path], folder: Path, aside: Path) -> list[Path]:
    """Move the new files into the folder; when one cannot be, put every old one back."""
    old: list[tuple[Path, Path]] = []
    new: list[Path] = []
    try:
        for path in paths:
            target = folder / path.name
            # A write-ahead log left by a program that died would be replayed into the new file.
            if target.suffix == ".gpkg":
                geopackage.remove_companions(target)
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if target.exists():
                kept = aside / f"old-{path.name}"
                target.replace(kept)
                old.append((kept, target))
            path.replace(target)
            new.append(target)
    except OSError as error:
        for moved in new:
            moved.unlink(missing_ok=True)
        for kept, place in old:
            kept.replace(place)
        raise OutputError(
            f"换不了文件 {target}（{error.strerror}）；请关闭正在打开它的程序后重试，原有文件未动",
            f"cannot replace {target} ({error.strerror}); close the program that has it open; "
            "the previous files are as they were",
        ) from error
    return new
