"""Small OpenStreetMap worlds, built by hand: ways by node ids, POIs and places by coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from spatialplan.model.osm import Mode, OsmData, RoadWays
from spatialplan.model.source import Provenance
from spatialplan.text import Text

AREA = box(1.40, 42.40, 1.80, 42.70)
NAMES = ("name", "name_zh", "name_en", "old_name", "alt_name")
TEXTS = ("road_class", "name", "ref", "surface", "junction")
M = 1 / 111_320.0  # a metre in degrees of latitude
EAST = M / 0.7373  # a metre in degrees of longitude at 42.5°N


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Return longitude and latitude so many metres from the world's corner at 1.5°E, 42.5°N."""
    return 1.5 + east_m * EAST, 42.5 + north_m * M


def way(way_id: int, nodes: Sequence[int], **tags: Any) -> dict[str, Any]:
    """Return a way; the road class is residential unless given."""
    return {"way_id": way_id, "nodes": list(nodes), "road_class": "residential", **tags}


def road_ways(
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[dict[str, Any]],
    barred: Sequence[int] = (),
) -> RoadWays:
    """Return the ways over the nodes they use, in the order of the node ids."""
    used = sorted({node for w in ways for node in w["nodes"]})
    position = {node: i for i, node in enumerate(used)}
    chain = [position[node] for w in ways for node in w["nodes"]]
    sizes = [len(w["nodes"]) for w in ways]

    def column(key: str, default: Any, dtype: Any) -> Any:
        array = np.empty(len(ways), dtype=dtype)
        array[:] = [w.get(key, default) for w in ways]
        return array

    return RoadWays(
        way_id=column("way_id", 0, np.int64),
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        node=np.array(chain, dtype=np.int64),
        node_id=np.array(used, dtype=np.int64),
        lon=np.array([nodes[node][0] for node in used], dtype=float),
        lat=np.array([nodes[node][1] for node in used], dtype=float),
        **{key: column(key, "", object) for key in TEXTS},
        oneway=column("oneway", 0, np.int8),
        maxspeed_kmh=column("maxspeed_kmh", np.nan, np.float64),
        bridge=column("bridge", False, bool),
        tunnel=column("tunnel", False, bool),
        layer=column("layer", 0, np.int8),
        toll=column("toll", False, bool),
        barred_node=np.isin(used, list(barred)),
    )


def frame(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Return a frame of the given columns; text is empty and population nan where not given."""
    table = {
        key: [row.get(key, np.nan if key == "population" else "") for row in rows]
        for key in columns
    }
    out = gpd.GeoDataFrame(table, geometry=[row["geometry"] for row in rows], crs="EPSG:4326")
    return out.astype({"population": float}) if "population" in columns else out


def poi(osm_id: str, lonlat: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {"osm_id": osm_id, "geometry": Point(lonlat), **more}


def world(
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[dict[str, Any]],
    *,
    pois: Sequence[dict[str, Any]] = (),
    places: Sequence[dict[str, Any]] = (),
    water: Sequence[dict[str, Any]] = (),
    barred: Sequence[int] = (),
    date: str = "2026-04-04",
    mode: Mode = Mode.DRIVE,
    area: BaseGeometry = AREA,
) -> OsmData:
    """Return what a reading of this world holds."""
    return OsmData(
        mode=mode,
        roads=road_ways(nodes, ways, barred),
        places=frame(places, ("osm_id", "kind", *NAMES, "population")),
        pois=frame(pois, ("osm_id", "category", "kind", *NAMES)),
        boundaries=frame([], ("osm_id", "admin_level", "name", "name_zh", "adcode")),
        water=frame(water, ("osm_id", "class", "name")),
        rails=frame([], ("osm_id", "class", "name")),
        restrictions=3,
        counts={"roads": len(ways), "dropped: private": 2},
        area=area,
        provenance=provenance(date),
    )


def provenance(date: str = "2026-04-04") -> Provenance:
    return Provenance(
        id="osm-pbf",
        title=Text("OpenStreetMap 提取文件", "OpenStreetMap extract"),
        date=date,
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors",
        accuracy=Text("约 ±10 米", "about ±10 m"),
    )


def rich_world() -> OsmData:
    """Return a world with everything that is hard to keep: scripts, holes, mixed shapes, gaps."""
    nodes = {i: at(100.0 * i, (37 * i) % 50) for i in range(1, 8)}
    lake = Polygon(
        box(1.5, 42.5, 1.51, 42.51).exterior, [box(1.503, 42.503, 1.505, 42.505).exterior]
    )
    return world(
        nodes,
        [
            way(10, [1, 2, 3], name="人民路", ref="G107", oneway=1, bridge=True, layer=1),
            way(11, [3, 4], name='"引号",\n换行', maxspeed_kmh=40.0, toll=True),
            way(2**40, [4, 5, 6, 7], road_class="", oneway=-1, tunnel=True, layer=-2),
        ],
        pois=[
            poi("node/1", at(0, 0), category="post", kind="amenity=post_office", name="邮政所 😀"),
            poi("way/2", at(50, 9), category="school", name="", name_zh="第一中学"),
        ],
        places=[
            poi("node/3", at(1, 1), kind="village", name="甲村", population=120.0),
            poi("node/4", at(2, 2), kind="hamlet"),
        ],
        water=[
            {
                "osm_id": "way/5",
                "class": "river",
                "name": "湘江",
                "geometry": LineString([at(0, 0), at(9, 9)]),
            },
            {"osm_id": "relation/6", "class": "lake", "geometry": lake},
        ],
        barred=[4],
    )
