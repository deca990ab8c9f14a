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
from spatialplan.outputs.qgis.geopackage import write_tables
from spatialplan.outputs.qgis.tables import (
    BASEMAP,
    Tables,
    basemap_frames,
    notes_table,
    shaped_tables,
    sources_table,
)
from spatialplan.text import Lang

__all__ = ["TABLES", "coverage_tables", "plain_coverage_tables", "write_coverage_package"]

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
        **_SCENARIO,
        "facilities": {"point": "facilities"},
    }
)


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


def _plain(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry"))


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
        **{name: _plain(frames[source]) for name, source in every.items() if source in frames},
        "shares": coverage_layers.shares_frame(result),
        "sources": sources_table(result.sources, lang),
        "notes": notes_table(result.notes, lang),
    }


def write_coverage_package(
    result: CoverageResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write a coverage run and the basemap as a GeoPackage in CGCS2000 (EPSG:4490).

    Spatial layers hold the rows that have a place; ``villages_all``, ``facilities_all``,
    ``chain_legs_all`` and ``changes_all`` hold every row. Without a scenario there are no tables of
    changes. The same input and stamp make the same bytes.

    Parameters
    ----------
    stamp
        The run's date or moment; it becomes the date of change of every table.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    frames = coverage_tables(result, lang)
    shown = {**basemap_frames(basemap), **frames}
    tables = {source: names for source, names in TABLES.items() if source in shown}
    write_tables(
        list(shaped_tables(shown, tables)),
        plain_coverage_tables(result, frames, lang),
        path,
        stamp=stamp,
        lang=lang,
    )
