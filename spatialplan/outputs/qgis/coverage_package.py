"""Write the GeoPackage of a coverage run: what is drawn and every table, styled for QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import coverage_layers
from spatialplan.outputs.qgis import relations as qgis_relations
from spatialplan.outputs.qgis.geopackage import Contents, write_tables
from spatialplan.outputs.qgis.tables import (
    BASEMAP,
    CRS,
    PlainNames,
    Tables,
    basemap_frames,
    notes_table,
    shaped_tables,
    sources_table,
    without_places,
)
from spatialplan.outputs.township_frames import coverage_townships
from spatialplan.text import Lang, Text

__all__ = ["PLAIN", "TABLES", "coverage_tables", "plain_coverage_tables", "write_coverage_package"]

_SCENARIO: Tables = MappingProxyType(
    {
        "changes": {"point": "changes"},
        "steps": {
            "area": "change_marks_area",
            "line": "change_marks_line",
            "point": "change_marks_point",
        },
    }
)
TABLES: Tables = MappingProxyType(
    {
        **BASEMAP,
        "areas": {"area": "service_areas"},
        "facility_areas": {"area": "service_areas_by_facility"},
        "catchments": {"area": "catchments"},
        "paths": {"line": "paths"},
        "legs": {"line": "chain_legs"},
        "accessibility": {"point": "accessibility"},
        "village_services": {"point": "villages"},
        "townships": {"area": "townships"},
        **_SCENARIO,
        "facilities": {"point": "facilities"},
    }
)

# What readers call the plain tables.
PLAIN: PlainNames = {
    "villages_all": ("village_services", Text("全部村（含无坐标）", "All villages, unlocated too")),
    "facilities_all": (
        "facilities", Text("全部网点（含无坐标）", "All facilities, unlocated too"),
    ),
    "shares": ("shares", Text("各地区覆盖情况", "Coverage by area")),
    "chain_legs_all": ("legs", Text("全部配送链路分段", "All legs of the chains")),
    "changes_all": ("changes", Text("全部情景变化", "All changes by the scenario")),
    "sources": ("sources", Text("数据来源", "Sources")),
    "notes": ("notes", Text("使用须知", "Notes")),
}  # fmt: skip


def coverage_tables(result: CoverageResult, lang: Lang) -> dict[str, gpd.GeoDataFrame]:
    """Return the rows of each source of `TABLES` but the basemap's, placed or not.

    ``changes`` are those of every limit. A run without a scenario has neither ``changes`` nor
    ``steps``.
    """
    areas = coverage_layers.areas_frame(result, lang)
    is_whole = areas["facility"] == ""
    frames = {
        "areas": areas[is_whole],
        "facility_areas": areas[~is_whole],
        "catchments": coverage_layers.catchments_frame(result),
        "paths": coverage_layers.paths_frame(result, lang),
        "legs": coverage_layers.chain_frame(result, lang),
        "accessibility": coverage_layers.accessibility_frame(result, lang),
        "village_services": coverage_layers.villages_frame(result, lang),
        "facilities": coverage_layers.facilities_frame(result, lang),
    }
    if result.change is not None:
        frames["changes"] = coverage_layers.change_frame(result, lang)
        frames["steps"] = coverage_layers.change_marks_frame(result)
    return frames


def plain_coverage_tables(
    result: CoverageResult, frames: Mapping[str, gpd.GeoDataFrame], lang: Lang
) -> dict[str, pd.DataFrame]:
    """Return the tables without geometry, where every row is, drawn or not.

    Parameters
    ----------
    frames
        Those of `coverage_tables`.
    """
    every = {
        "villages_all": "village_services",
        "facilities_all": "facilities",
        "chain_legs_all": "legs",
        "changes_all": "changes",
    }
    return {
        **{
            name: without_places(frames[source])
            for name, source in every.items()
            if source in frames
        },
        "shares": coverage_layers.shares_frame(result),
        "sources": sources_table(result.sources, lang),
        "notes": notes_table(result.notes, lang),
    }


def write_coverage_package(
    result: CoverageResult,
    basemap: Basemap,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    crs: str = CRS,
) -> None:
    """Write a coverage run and the basemap as a GeoPackage.

    Spatial layers hold the rows that have a place; ``villages_all``, ``facilities_all``,
    ``chain_legs_all`` and ``changes_all`` hold every row. Without a scenario there are no tables of
    changes. The same input and stamp make the same bytes.

    Parameters
    ----------
    stamp
        The run's date or moment; it becomes the date of change of every table.
    crs
        In which places are stored, CGCS2000 (EPSG:4490) or the plan's projected one.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    frames = coverage_tables(result, lang)
    townships = coverage_townships(result, basemap, lang)
    shown = {**basemap_frames(basemap), **frames, "townships": townships}
    tables = {source: names for source, names in TABLES.items() if source in shown}
    plain = plain_coverage_tables(result, frames, lang)
    contents = Contents(
        plan=result.plan,
        recipe="coverage",
        spatial=list(shaped_tables(shown, tables)),
        plain=plain,
        names=PLAIN,
        relations=list(qgis_relations.present(qgis_relations.OF_COVERAGE, plain)),
        values={},
        sources=result.sources,
        notes=result.notes,
        version=result.version,
        crs=crs,
    )
    write_tables(contents, path, stamp=stamp, lang=lang)
