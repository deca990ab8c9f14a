"""Turn a `SitingResult` into the frames and layers that every output draws or writes.

Geometry is WGS-84. The columns are a contract: web map, GeoPackage and workbook use them.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary
from spatialplan.outputs.coverage_frames import point
from spatialplan.outputs.layers import WGS84, Layer, draw_recipe
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.text import Lang

__all__ = [
    "build_siting_layers",
    "existing_frame",
    "links_frame",
    "sites_frame",
    "villages_frame",
]

_SITES = ["rank", "id", "name", "township", "district", "accuracy_m", "serves", "newly_covered",
          "weight"]  # fmt: skip
_VILLAGES = ["id", "code", "name", "township", "district", "on_roster", "population",
             "accuracy_m", "source", "origin", "state", "state_label", "site", "site_name",
             "cause"]  # fmt: skip
_EXISTING = ["id", "name", "tier", "township", "district", "capacity", "origin"]


def sites_frame(result: SitingResult) -> gpd.GeoDataFrame:
    """Return the proposed sites by rank; ``serves`` and ``newly_covered`` count villages."""
    rows = [
        {
            "rank": site.rank,
            "id": site.id,
            "name": site.name,
            "township": site.township,
            "district": site.district,
            "accuracy_m": site.accuracy_m,
            "serves": len(site.serves),
            "newly_covered": len(site.newly_covered),
            "weight": site.weight,
        }
        for site in result.sites
    ]
    frame = pd.DataFrame(rows, columns=_SITES).astype({"accuracy_m": float, "weight": float})
    shapes = [point(site.lon, site.lat) for site in result.sites]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def villages_frame(result: SitingResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return every village with its state before and after; geometry is None where unplaced.

    ``state`` is that of `siting_summary.outcomes`, ``site`` the proposed site that serves it
    (empty where none does), ``cause`` why nothing can cover it (empty where something can).
    """
    states, labels = siting_summary.outcomes(result), read_style().siting
    served = {key: site for site in result.sites for key in site.serves}
    causes = {item.demand.id: item.cause.say(lang) for item in result.unservable}
    rows = [
        {
            "id": v.id,
            "code": v.id if v.on_roster else "",
            "name": v.name,
            "township": v.township,
            "district": v.district,
            "on_roster": v.on_roster,
            "population": v.population,
            "accuracy_m": v.accuracy_m,
            "source": v.source,
            "origin": v.origin,
            "state": states[v.id],
            "state_label": labels[states[v.id]].label.say(lang),
            "site": served[v.id].id if v.id in served else "",
            "site_name": served[v.id].name if v.id in served else "",
            "cause": causes.get(v.id, ""),
        }
        for v in result.villages
    ]
    frame = pd.DataFrame(rows, columns=_VILLAGES).astype({"population": float, "accuracy_m": float})
    shapes = [point(v.lon, v.lat) for v in result.villages]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def existing_frame(result: SitingResult) -> gpd.GeoDataFrame:
    """Return the facilities that were kept."""
    rows = [
        {
            "id": f.id,
            "name": f.name,
            "tier": str(f.tier),
            "township": f.township,
            "district": f.district,
            "capacity": f.capacity,
            "origin": f.origin,
        }
        for f in result.existing
    ]
    frame = pd.DataFrame(rows, columns=_EXISTING).astype({"capacity": float})
    shapes = [point(f.lon, f.lat) for f in result.existing]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def links_frame(result: SitingResult) -> gpd.GeoDataFrame:
    """Return the line from each served village to its site: ``village``, ``site``."""
    return gpd.GeoDataFrame(
        {
            "village": [village for village, _, _ in result.links],
            "site": [site for _, site, _ in result.links],
        },
        geometry=[line for _, _, line in result.links],
        crs=WGS84,
    )


def build_siting_layers(result: SitingResult, basemap: Basemap, lang: Lang = "zh") -> list[Layer]:
    """Return the layers of ``maps/siting.toml`` that have something to draw, bottom to top."""
    frames = {
        "links": links_frame(result),
        "villages": villages_frame(result, lang),
        "existing": existing_frame(result),
        "sites": sites_frame(result),
    }
    labels = {"state": {key: symbol.label for key, symbol in read_style().siting.items()}}
    return draw_recipe(read_recipe("siting"), basemap, frames, labels)
