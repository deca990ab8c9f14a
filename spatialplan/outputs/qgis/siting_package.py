"""Write the GeoPackage of a siting run: sites, villages and every table, styled for QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_layers
from spatialplan.outputs.qgis import relations as qgis_relations
from spatialplan.outputs.qgis.geopackage import Contents, write_tables
from spatialplan.outputs.qgis.relations import Relation
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
from spatialplan.text import Lang, Text

__all__ = ["OF_SITING", "PLAIN", "TABLES", "plain_siting_tables", "siting_tables",
           "write_siting_package"]  # fmt: skip

TABLES: Tables = MappingProxyType(
    {
        **BASEMAP,
        "links": {"line": "assignments"},
        "siting_villages": {"point": "villages"},
        "existing": {"point": "existing_facilities"},
        "sites": {"point": "proposed_sites"},
    }
)

# What readers call the plain tables.
PLAIN: PlainNames = {
    "sites_all": ("sites", Text("建议新增点一览", "All proposed sites")),
    "villages_all": ("siting_villages", Text("全部村（含无坐标）", "All villages, unlocated too")),
    "existing_all": (
        "existing", Text("全部现有网点（含无坐标）", "All existing facilities, unlocated too"),
    ),
    "trade_off": ("trade_off", Text("建多少与覆盖多少", "How many sites, how much coverage")),
    "sources": ("sources", Text("数据来源", "Sources")),
    "notes": ("notes", Text("使用须知", "Notes")),
}  # fmt: skip
OF_SITING = (
    Relation(
        id="assigned", name=Text("由此点服务的村", "Villages it serves"),
        parent="sites_all", parent_key="id", child="villages_all", child_key="site",
    ),
)  # fmt: skip
_STEPS = ["sites", "covered", "weight", "share", "gap"]


def siting_tables(result: SitingResult, lang: Lang) -> dict[str, gpd.GeoDataFrame]:
    """Return the rows of each source of `TABLES` but the basemap's, placed or not.

    ``links`` name their village and the proposed or existing site that it is assigned to.
    """
    names = {station.id: station.name for station in result.existing}
    names |= {site.id: site.name for site in result.sites}
    villages = {village.id: village.name for village in result.villages}
    links = siting_layers.links_frame(result)
    links.insert(1, "village_name", links["village"].map(villages).astype(str))
    links.insert(3, "site_name", links["site"].map(names).astype(str))
    return {
        "links": links,
        "siting_villages": siting_layers.villages_frame(result, lang),
        "existing": siting_layers.existing_frame(result),
        "sites": siting_layers.sites_frame(result),
    }


def plain_siting_tables(
    result: SitingResult, frames: Mapping[str, gpd.GeoDataFrame], lang: Lang
) -> dict[str, pd.DataFrame]:
    """Return the tables without geometry, where every row is, drawn or not.

    Parameters
    ----------
    frames
        Those of `siting_tables`.
    """
    return {
        "sites_all": without_places(frames["sites"]),
        "villages_all": without_places(frames["siting_villages"]),
        "existing_all": without_places(frames["existing"]),
        "trade_off": result.trade_off[_STEPS].reset_index(drop=True),
        "sources": sources_table(result.sources, lang),
        "notes": notes_table(result.notes, lang),
    }


def write_siting_package(
    result: SitingResult,
    basemap: Basemap,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    crs: str = CRS,
) -> None:
    """Write a siting run and the basemap as a GeoPackage.

    Spatial layers hold the rows that have a place; ``sites_all``, ``villages_all`` and
    ``existing_all`` hold every row, a village that nothing can cover with its cause. The same input
    and stamp make the same bytes.

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
    frames = siting_tables(result, lang)
    plain = plain_siting_tables(result, frames, lang)
    contents = Contents(
        plan=result.plan,
        recipe="siting",
        spatial=list(shaped_tables({**basemap_frames(basemap), **frames}, TABLES)),
        plain=plain,
        names=PLAIN,
        relations=list(qgis_relations.present(OF_SITING, plain)),
        values={},
        sources=result.sources,
        notes=result.notes,
        version=result.version,
        crs=crs,
    )
    write_tables(contents, path, stamp=stamp, lang=lang)
