"""Write what a run found: every output of a plan into one folder, all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from spatialplan.errors import OutputError
from spatialplan.model.basemap import Basemap
from spatialplan.model.verdict import CheckResult
from spatialplan.outputs.documents import report, result_json, workbook
from spatialplan.outputs.files import ensure_folder
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
        return [_move(path, folder) for path in paths]
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(path: Path, folder: Path) -> Path:
    target = folder / path.name
    try:
        # A write-ahead log left by a program that died would be replayed into the new file.
        if target.suffix == ".gpkg":
            geopackage.remove_companions(target)
        path.replace(target)
    except OSError as error:
        raise OutputError(
            f"换不了文件 {target}（{error.strerror}）；请关闭正在打开它的程序后重试",
            f"cannot replace {target} ({error.strerror}); close the program that has it open",
        ) from error
    return target
