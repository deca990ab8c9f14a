"""Service areas and catchments of the facilities that serve villages, ready to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatialplan.delivery.options import Options
from spatialplan.delivery.placing import WGS84, Placed
from spatialplan.model.delivery import Facility
from spatialplan.model.limit import Limit
from spatialplan.model.network import StreetNetwork
from spatialplan.network.catchment import catchments
from spatialplan.network.service_area import service_areas

__all__ = ["Areas", "draw"]

AREA_COLUMNS = ["facility", "name", "limit", "label", "low", "high", "geometry"]
ACCESS_M = 500.0  # drawn so far from a road; villages farther off are judged all the same
SIMPLIFY_DEG = 0.0001


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Bands of the limits and network Voronoi, WGS-84, columns as `CoverageResult` has them."""

    areas: gpd.GeoDataFrame
    catchments: gpd.GeoDataFrame


def draw(
    network: StreetNetwork,
    water: gpd.GeoDataFrame,
    facilities: Sequence[Facility],
    at: Placed,
    options: Options,
) -> Areas:
    """Return the areas of the facilities that lie on the network; none where there are none."""
    used = np.flatnonzero(at.snaps.is_snapped)
    if len(used) == 0:
        empty = gpd.GeoDataFrame(pd.DataFrame(columns=AREA_COLUMNS), geometry="geometry", crs=WGS84)
        nothing = gpd.GeoDataFrame({"facility": [], "name": []}, geometry=[], crs=WGS84)
        return Areas(areas=empty, catchments=nothing)
    there, chosen = at.take(used), [facilities[number] for number in used.tolist()]
    ids = [facility.id for facility in chosen]
    names = {facility.id: facility.name for facility in chosen}
    barriers = shapely.make_valid(water.to_crs(network.crs).geometry.to_numpy())
    bands = service_areas(
        network, there.snaps, there.xy, ids, options.limits, barriers=barriers, access_m=ACCESS_M
    )
    _, parts = catchments(
        network, there.snaps, there.xy, ids,
        by=options.limits[0].by, barriers=barriers, access_m=ACCESS_M,
    )  # fmt: skip
    labels = _labels(options.limits)
    bands = bands[~bands.geometry.is_empty].to_crs(WGS84)
    bands = bands.assign(
        name=bands["facility"].map(names).fillna(""), label=bands["limit"].map(labels)
    )
    parts = parts[parts["facility"].isin(ids)].to_crs(WGS84)
    return Areas(
        areas=_simple(bands)[AREA_COLUMNS].reset_index(drop=True),
        catchments=_simple(parts.assign(name=parts["facility"].map(names)))[
            ["facility", "name", "geometry"]
        ].reset_index(drop=True),
    )


def _labels(limits: Sequence[Limit]) -> dict[str, str]:
    """Return the band of each limit in words: from the next smaller of its kind to its own."""
    labels = {}
    for by in ("time", "length"):
        low = 0.0
        for limit in sorted((x for x in limits if x.by == by), key=lambda x: x.value):
            unit, factor = ("分钟", 1.0) if by == "time" else ("公里", 1000.0)
            labels[limit.key] = f"{low / factor:g}–{limit.value / factor:g} {unit}"
            low = limit.value
    return labels


def _simple(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(geometry=frame.geometry.simplify(SIMPLIFY_DEG))
