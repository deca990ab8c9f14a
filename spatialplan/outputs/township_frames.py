"""The townships of a run as rows: what a page for each of them shows and counts.

Their outlines are drawn from the villages, for no boundary of townships is at hand; every row says
so in its note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_layers, layers
from spatialplan.outputs.townships import Key, township_shapes
from spatialplan.text import Lang, Text

__all__ = ["check_townships", "coverage_townships"]

_COLUMNS = ["id", "name", "district", "total", *map(str, VillageState), "note"]
_AROUND_M = 1500.0  # drawn around villages that lie where their district is not
_NAMELESS = Text("未注明乡镇", "Township not given")
_DRAWN = Text(
    "乡镇范围由村庄位置推算，只作示意，不是行政界线。",
    "The outline is drawn from the places of villages; it is no boundary.",
)
_AWAY = Text(
    "村庄坐标都在所属县市区之外，范围按村庄外扩 1.5 公里画出，请核对坐标。",
    "All its villages lie outside their district; drawn 1.5 km around them. Check the coordinates.",
)
_SOME_AWAY = Text(
    "{count} 个村的坐标在所画范围之外，请核对。",
    "Villages outside the outline, to be checked: {count}.",
)
_BARE = Text("{count} 个村缺坐标，不在图上。", "Villages without a place, not drawn: {count}.")
_BY_LIMIT = Text("村数按 {limit}统计。", "Counts are for {limit}.")


def check_townships(result: CheckResult, basemap: Basemap, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return the townships of a plan check that have villages with a place, in WGS-84."""
    villages = layers.villages_frame(result, lang)
    return _frame(villages, basemap.districts, result.plan.crs, "", lang)


def coverage_townships(
    result: CoverageResult, basemap: Basemap, lang: Lang = "zh"
) -> gpd.GeoDataFrame:
    """Return the townships of a coverage run that have villages with a place, in WGS-84.

    Counts are of the roster, for the first limit.
    """
    villages = coverage_layers.villages_frame(result, lang)
    listed = villages["on_roster"].astype(bool)
    said = _BY_LIMIT.say(lang).format(limit=result.limits[0].label.say(lang))
    counted = villages[listed] if listed.any() else villages
    return _frame(counted, basemap.districts, result.plan.crs, said, lang)


def _frame(
    villages: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, crs: str, said: str, lang: Lang
) -> gpd.GeoDataFrame:
    """Return the rows by district, then in the roster's order; ``id`` sorts them."""
    outlines = districts[["name", "geometry"]].to_crs(crs)
    placed = villages[villages.geometry.notna()].to_crs(crs)
    shapes = township_shapes(placed, outlines)
    rows: list[dict[str, object]] = []
    drawn: list[shapely.Geometry] = []
    for (district, name), mine in _by_district(villages, list(outlines["name"])):
        points = mine.geometry.dropna().to_crs(crs).to_numpy()
        if len(points) == 0:
            continue
        shape = shapes.get((district, name))
        counts = Counter(map(str, mine["state"]))
        note = [said, _DRAWN.say(lang), *_doubts(shape, points, len(mine), lang)]
        rows.append(
            {
                "id": f"township-{len(rows) + 1:03d}",
                "name": name or _NAMELESS.say(lang),
                "district": district,
                "total": len(mine),
                **{str(state): counts[str(state)] for state in VillageState},
                "note": ("" if lang == "zh" else " ").join(part for part in note if part),
            }
        )
        drawn.append(_around(points) if shape is None else shape)
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(drawn, crs=crs)).to_crs(layers.WGS84)


def _by_district(
    villages: gpd.GeoDataFrame, districts: list[str]
) -> Iterator[tuple[Key, gpd.GeoDataFrame]]:
    """Yield the villages of each township, districts in the map's order, zones without one last."""
    groups = villages.groupby(["district", "township"], sort=False, dropna=False)
    found = [((str(key[0]), str(key[1])), rows) for key, rows in groups]
    order = list(dict.fromkeys([*districts, *(district for (district, _), _ in found)]))
    yield from sorted(found, key=lambda item: order.index(item[0][0]))


def _around(points: NDArray[Any]) -> shapely.Geometry:
    found: shapely.Geometry = MultiPoint(points).convex_hull.buffer(_AROUND_M)
    return found


def _doubts(
    shape: shapely.Geometry | None, points: NDArray[Any], total: int, lang: Lang
) -> list[str]:
    """Return what a reader must know of the outline and of the villages that it lacks."""
    away = 0 if shape is None else int((~shapely.intersects(shape, points)).sum())
    said = [_AWAY.say(lang)] if shape is None else []
    if away:
        said.append(_SOME_AWAY.say(lang).format(count=away))
    if total > len(points):
        said.append(_BARE.say(lang).format(count=total - len(points)))
    return said
