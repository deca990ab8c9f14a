"""Write what a run found: every output of a plan into one folder, all of them or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from spatialplan.files import write_text, write_together
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
    docx_siting,
    marked_copy,
    report,
    result_json,
    siting_json,
    siting_report,
    siting_workbook,
    workbook,
)
from spatialplan.outputs.qgis import (
    coverage_package,
    coverage_project,
    geopackage,
    siting_package,
    siting_project,
)
from spatialplan.outputs.qgis import project as qgis
from spatialplan.outputs.qgis.edited import keep_edited
from spatialplan.outputs.qgis.tables import CRS
from spatialplan.outputs.web import coverage_map, folium_map, siting_map
from spatialplan.outputs.web.basemaps import OnlineBasemap, offer_online
from spatialplan.text import Lang

__all__ = [
    "Wanted",
    "time_stamp",
    "write_coverage",
    "write_import",
    "write_outputs",
    "write_siting",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a user asks of the outputs beyond the usual.

    Attributes
    ----------
    online
        A basemap that the web map offers besides its own; such a map is no longer closed.
    docx
        Whether to write the report as a Word document too.
    projected
        Whether the GeoPackage stores places in the plan's projected CRS, not in EPSG:4490.
    """

    online: OnlineBasemap | None = None
    docx: bool = False
    projected: bool = False


USUAL = Wanted()


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
    wanted: Wanted = USUAL,
) -> list[Path]:
    """Write every output of a check; all of them, or none when one fails.

    What somebody edited in QGIS since the last run is kept under another name.

    Raises
    ------
    OutputError
        When the folder cannot be written to; the previous files stay.
    """
    name = result.plan.id

    def write(aside: Path) -> list[Path]:
        page = aside / f"{name}_map.html"
        folium_map.write_map(result, ground, page, stamp=stamp, lang=lang)
        _offer(page, wanted.online)
        report.write_report(result, ground, aside / f"{name}_report.html", stamp=stamp, lang=lang)
        workbook.write_workbook(result, aside / f"{name}_tables.xlsx", stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        crs = result.plan.crs if wanted.projected else CRS
        geopackage.write_geopackage(result, ground, gpkg, stamp=stamp, lang=lang, crs=crs)
        qgis.write_project(result, ground, gpkg, project, stamp=stamp, lang=lang, stored_crs=crs)
        result_json.write_result(result, aside / "result.json", stamp=stamp)
        order = ("_map.html", "_report.html", "_tables.xlsx", ".gpkg", ".qgz")
        paths = [aside / f"{name}{end}" for end in order] + [aside / "result.json"]
        if wanted.docx:
            paths.append(aside / f"{name}_report.docx")
            docx_report.write_docx(result, ground, paths[-1], stamp=stamp, lang=lang)
        return [*paths, *keep_edited(folder, aside, name)]

    return write_together(folder, write)


def write_coverage(
    result: CoverageResult,
    ground: Basemap,
    folder: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    wanted: Wanted = USUAL,
) -> list[Path]:
    """Write every output of a coverage run; all of them, or none when one fails."""
    name = f"{result.plan.id}_coverage"

    def write(aside: Path) -> list[Path]:
        page, paper = aside / f"{name}_map.html", aside / f"{name}_report.html"
        table, data = aside / f"{name}.xlsx", aside / f"{name}.json"
        coverage_map.write_coverage_map(result, ground, page, stamp=stamp, lang=lang)
        _offer(page, wanted.online)
        coverage_report.write_coverage_report(result, ground, paper, stamp=stamp, lang=lang)
        coverage_workbook.write_coverage_workbook(result, table, stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        crs = result.plan.crs if wanted.projected else CRS
        coverage_package.write_coverage_package(
            result, ground, gpkg, stamp=stamp, lang=lang, crs=crs
        )
        coverage_project.write_coverage_project(
            result, ground, gpkg, project, stamp=stamp, lang=lang, stored_crs=crs
        )
        coverage_json.write_coverage_json(result, data, stamp=stamp)
        paths = [page, paper, table, gpkg, project, data]
        if wanted.docx:
            paths.append(aside / f"{name}_report.docx")
            docx_coverage.write_coverage_docx(result, ground, paths[-1], stamp=stamp, lang=lang)
        return [*paths, *keep_edited(folder, aside, name)]

    return write_together(folder, write)


def write_siting(
    result: SitingResult,
    ground: Basemap,
    folder: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    wanted: Wanted = USUAL,
) -> list[Path]:
    """Write every output of a siting run; all of them, or none when one fails."""
    name = f"{result.plan.id}_sites"

    def write(aside: Path) -> list[Path]:
        page, paper = aside / f"{name}_map.html", aside / f"{name}_report.html"
        table, data = aside / f"{name}.xlsx", aside / f"{name}.json"
        siting_map.write_siting_map(result, ground, page, stamp=stamp, lang=lang)
        _offer(page, wanted.online)
        siting_report.write_siting_report(result, ground, paper, stamp=stamp, lang=lang)
        siting_workbook.write_siting_workbook(result, table, stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        crs = result.plan.crs if wanted.projected else CRS
        siting_package.write_siting_package(result, ground, gpkg, stamp=stamp, lang=lang, crs=crs)
        siting_project.write_siting_project(
            result, ground, gpkg, project, stamp=stamp, lang=lang, stored_crs=crs
        )
        siting_json.write_siting_json(result, data, stamp=stamp)
        paths = [page, paper, table, gpkg, project, data]
        if wanted.docx:
            paths.append(aside / f"{name}_report.docx")
            docx_siting.write_siting_docx(result, ground, paths[-1], stamp=stamp, lang=lang)
        return [*paths, *keep_edited(folder, aside, name)]

    return write_together(folder, write)


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

    return write_together(folder, write)


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
