"""Write what a run found: every output of a plan into one folder, all of them or none."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from spatialplan.errors import OutputError
from spatialplan.files import ensure_folder, write_text
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.siting import SitingResult
from spatialplan.model.table import ImportResult
from spatialplan.model.village import Village
from spatialplan.outputs.documents import (
    clean_table,
    coverage_json,
    coverage_report,
    coverage_workbook,
    docx_coverage,
    docx_report,
    marked_copy,
    report,
    result_json,
    siting_json,
    siting_report,
    siting_workbook,
    workbook,
)
from spatialplan.outputs.qgis import coverage_package, coverage_project, geopackage
from spatialplan.outputs.qgis import project as qgis
from spatialplan.outputs.web import coverage_map, folium_map, siting_map
from spatialplan.outputs.web.basemaps import OnlineBasemap, offer_online
from spatialplan.text import Lang

__all__ = ["time_stamp", "write_coverage", "write_import", "write_outputs", "write_siting"]


def time_stamp() -> str:
    """Return the time that outputs state; SOURCE_DATE_EPOCH fixes it for reproducible files."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).astimezone()
    return now.strftime("%Y-%m-%d %H:%M:%S %z")


def write_outputs(
    result: CheckResult,
    ground: Basemap,
    folder: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    online: OnlineBasemap | None = None,
    docx: bool = False,
) -> list[Path]:
    """Write every output of a check; all of them, or none when one fails.

    Parameters
    ----------
    online
        A basemap that the web map offers besides its own; such a map is no longer closed.
    docx
        Whether to write the report as a Word document too.

    Raises
    ------
    OutputError
        When the folder cannot be written to; the previous files stay.
    """
    name = result.plan.id

    def write(aside: Path) -> list[Path]:
        page = aside / f"{name}_map.html"
        folium_map.write_map(result, ground, page, stamp=stamp, lang=lang)
        _offer(page, online)
        report.write_report(result, ground, aside / f"{name}_report.html", stamp=stamp, lang=lang)
        workbook.write_workbook(result, aside / f"{name}_tables.xlsx", stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        geopackage.write_geopackage(result, ground, gpkg, stamp=stamp, lang=lang)
        qgis.write_project(result, ground, gpkg, project, stamp=stamp, lang=lang)
        result_json.write_result(result, aside / "result.json", stamp=stamp)
        order = ("_map.html", "_report.html", "_tables.xlsx", ".gpkg", ".qgz")
        paths = [aside / f"{name}{end}" for end in order] + [aside / "result.json"]
        if docx:
            paths.append(aside / f"{name}_report.docx")
            docx_report.write_docx(result, ground, paths[-1], stamp=stamp, lang=lang)
        return paths

    return _all_or_none(folder, write)


def write_coverage(
    result: CoverageResult,
    ground: Basemap,
    folder: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    online: OnlineBasemap | None = None,
    docx: bool = False,
) -> list[Path]:
    """Write every output of a coverage run; all of them, or none when one fails."""
    name = f"{result.plan.id}_coverage"

    def write(aside: Path) -> list[Path]:
        page, paper = aside / f"{name}_map.html", aside / f"{name}_report.html"
        table, data = aside / f"{name}.xlsx", aside / f"{name}.json"
        coverage_map.write_coverage_map(result, ground, page, stamp=stamp, lang=lang)
        _offer(page, online)
        coverage_report.write_coverage_report(result, ground, paper, stamp=stamp, lang=lang)
        coverage_workbook.write_coverage_workbook(result, table, stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        coverage_package.write_coverage_package(result, ground, gpkg, stamp=stamp, lang=lang)
        coverage_project.write_coverage_project(
            result, ground, gpkg, project, stamp=stamp, lang=lang
        )
        coverage_json.write_coverage_json(result, data, stamp=stamp)
        paths = [page, paper, table, gpkg, project, data]
        if docx:
            paths.append(aside / f"{name}_report.docx")
            docx_coverage.write_coverage_docx(result, ground, paths[-1], stamp=stamp, lang=lang)
        return paths

    return _all_or_none(folder, write)


def write_siting(
    result: SitingResult,
    ground: Basemap,
    folder: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    online: OnlineBasemap | None = None,
) -> list[Path]:
    """Write every output of a siting run; all of them, or none when one fails."""
    name = f"{result.plan.id}_sites"

    def write(aside: Path) -> list[Path]:
        page, paper = aside / f"{name}_map.html", aside / f"{name}_report.html"
        table, data = aside / f"{name}.xlsx", aside / f"{name}.json"
        siting_map.write_siting_map(result, ground, page, stamp=stamp, lang=lang)
        _offer(page, online)
        siting_report.write_siting_report(result, ground, paper, stamp=stamp, lang=lang)
        siting_workbook.write_siting_workbook(result, table, stamp=stamp, lang=lang)
        siting_json.write_siting_json(result, data, stamp=stamp)
        return [page, paper, table, data]

    return _all_or_none(folder, write)


def write_import(
    result: ImportResult,
    sources: Sequence[Path],
    villages: Sequence[Village],
    folder: Path,
    *,
    name: str,
    lang: Lang = "zh",
) -> list[Path]:
    """Write the clean data of an import and the marked-up copies; all of them, or none.

    Parameters
    ----------
    villages
        The roster, to name the villages that the tables lack.
    """

    def write(aside: Path) -> list[Path]:
        clean = aside / f"{name}_{result.kind}s.gpkg"
        clean_table.write_clean(result, clean, lang, villages)
        originals = {path.name: path for path in sources}
        copies = marked_copy.write_marked_copy(result, originals, aside, lang, villages)
        return [clean, *(_beside_older(copy, folder) for copy in copies)]

    return _all_or_none(folder, write)


def _offer(page: Path, online: OnlineBasemap | None) -> None:
    """Let a web map offer an online basemap; without one it stays as it was written."""
    if online is not None:
        write_text(page, offer_online(page.read_text(encoding="utf-8"), online))


def _beside_older(path: Path, folder: Path) -> Path:
    """Rename a new file to a name that is free in the folder: the clerk may work on the old one."""
    free, number = path, 2
    while (folder / free.name).exists():
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
        number += 1
    return path.rename(free)


def _all_or_none(folder: Path, write: Callable[[Path], list[Path]]) -> list[Path]:
    """Let `write` fill a folder aside and move the files it names into place, together."""
    ensure_folder(folder)
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        return _put_in_place(write(aside), folder, aside)
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
