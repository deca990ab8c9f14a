"""Read an OpenStreetMap extract (.osm.pbf) by pyosmium: roads, named places, boundaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import SourceError
from spatialplan.io import base
from spatialplan.model.network import StreetNetwork
from spatialplan.model.source import Provenance
from spatialplan.network.build import network_from_lines
from spatialplan.text import Text

__all__ = ["OsmExtract", "network_from_extract", "read_extract"]

DRIVABLE = frozenset(
    {"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
     "living_street", "service", "road", "motorway_link", "trunk_link", "primary_link",
     "secondary_link", "tertiary_link"}
)  # fmt: skip
CLOSED = frozenset({"no", "private"})
ROUND = frozenset({"roundabout", "circular"})
OSM_ACCURACY_M = 10.0


@dataclass(slots=True, kw_only=True)
class _Ways:
    """What is collected of the roads while reading."""

    refs: list[NDArray[np.int64]] = field(default_factory=list)
    coords: list[NDArray[np.float64]] = field(default_factory=list)
    road_class: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    ref: list[str] = field(default_factory=list)
    oneway: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmExtract:
    """Roads cut at junctions, named places and boundaries of an extract, in WGS-84.

    ``roads`` has ``class``, ``name``, ``ref``, ``oneway`` (1, 0 or -1) and the node ids ``start``
    and ``finish`` of each piece; ``boundaries`` maps names to polygons.
    """

    roads: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    boundaries: dict[str, BaseGeometry]
    provenance: Provenance
    skipped: dict[str, int]


def read_extract(path: Path, area: BaseGeometry) -> OsmExtract:
    """Read the part of an extract that meets an area.

    Parameters
    ----------
    area
        The plan's area with its margin, WGS-84.

    Raises
    ------
    SourceError
        When the file is missing, is no PBF, is cut short, or holds no road of the area.
    """
    ways = _Ways()
    places: list[dict[str, Any]] = []
    skipped = {"closed": 0, "no_location": 0, "outside": 0}
    boundaries: dict[str, BaseGeometry] = {}
    bounds = area.bounds
    try:
        _scan(path, bounds, ways, places, boundaries, skipped)
        timestamp = _timestamp(path)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise SourceError(
            f"读不了 OSM 文件 {path}（{error}）；请给出完整的 .osm.pbf 文件，如 Geofabrik 的"
            " hunan-latest.osm.pbf",
            f"cannot read {path} as an OSM extract ({error}); give a whole .osm.pbf file",
        ) from error
    if not ways.refs:
        raise SourceError(
            f"OSM 文件 {path} 在规划区域（{_box(bounds)}）内没有道路，可能是别处的数据；"
            "请换成覆盖本市的省级文件",
            f"{path} has no road in the plan's area ({_box(bounds)}); "
            "give an extract that covers the city",
        )
    return OsmExtract(
        roads=_cut(ways),
        places=gpd.GeoDataFrame(
            {k: [p[k] for p in places] for k in ("name", "name_alt", "kind", "source")},
            geometry=gpd.points_from_xy([p["x"] for p in places], [p["y"] for p in places]),
            crs="EPSG:4326",
        ).assign(accuracy_m=50.0),
        boundaries=boundaries,
        provenance=_provenance(path, timestamp),
        skipped=skipped,
    )


def _box(bounds: tuple[float, float, float, float]) -> str:
    return "{:.2f}–{:.2f}°E, {:.2f}–{:.2f}°N".format(bounds[0], bounds[2], bounds[1], bounds[3])


def _scan(
    path: Path,
    bounds: tuple[float, float, float, float],
    ways: _Ways,
    places: list[dict[str, Any]],
    boundaries: dict[str, BaseGeometry],
    skipped: dict[str, int],
) -> None:
    """Read nodes, ways and areas in one go."""
    wkb = osmium.geom.WKBFactory()
    admin = osmium.filter.TagFilter(("boundary", "administrative"))
    reader = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_areas(admin)
        .with_filter(osmium.filter.KeyFilter("highway", "place", "railway", "boundary"))
    )
    for thing in reader:
        tags = thing.tags
        if isinstance(thing, osmium.osm.Way) and tags.get("highway") in DRIVABLE:
            _take_way(thing, tags, bounds, ways, skipped)
        elif isinstance(thing, osmium.osm.Node) and "name" in tags:
            _take_place(thing, tags, bounds, places)
        elif isinstance(thing, osmium.osm.Area) and tags.get("admin_level") == "6" and "name" in tags:
            boundaries[tags["name"]] = shapely.from_wkb(bytes.fromhex(wkb.create_multipolygon(thing)))


def _take_way(
    way: Any,
    tags: Any,
    bounds: tuple[float, float, float, float],
    ways: _Ways,
    skipped: dict[str, int],
) -> None:
    if tags.get("area") == "yes" or tags.get("motor_vehicle", tags.get("access")) in CLOSED:
        skipped["closed"] += 1
        return
    nodes = [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]
    if len(nodes) < len(way.nodes):
        skipped["no_location"] += 1
    if len(nodes) < 2:
        return
    table = np.array(nodes)
    x, y = table[:, 1], table[:, 2]
    if x.max() < bounds[0] or x.min() > bounds[2] or y.max() < bounds[1] or y.min() > bounds[3]:
        skipped["outside"] += 1
        return
    ways.refs.append(np.array([n[0] for n in nodes], dtype=np.int64))
    ways.coords.append(table[:, 1:])
    ways.road_class.append(tags["highway"])
    ways.name.append(tags.get("name", ""))
    ways.ref.append(tags.get("ref", ""))
    ways.oneway.append(_oneway(tags))


def _oneway(tags: Any) -> int:
    """Return 1 for one-way along the way, -1 against it, 0 for both directions."""
    value = tags.get("oneway", "")
    if value in ("yes", "true", "1"):
        return 1
    if value in ("-1", "reverse"):
        return -1
    if value in ("no", "false", "0"):
        return 0
    round_or_motorway = tags.get("junction") in ROUND or tags.get("highway") == "motorway"
    return 1 if round_or_motorway else 0


def _take_place(
    node: Any, tags: Any, bounds: tuple[float, float, float, float], places: list[dict[str, Any]]
) -> None:
    kind = "station" if tags.get("railway") == "station" else "town"
    if kind == "town" and "place" not in tags:
        return
    if not (bounds[0] <= node.lon <= bounds[2] and bounds[1] <= node.lat <= bounds[3]):
        return
    places.append(
        {"name": tags["name"], "name_alt": tags.get("alt_name", ""), "kind": kind,
         "source": f"OpenStreetMap node/{node.id}", "x": node.lon, "y": node.lat}
    )  # fmt: skip


def _cut(ways: _Ways) -> gpd.GeoDataFrame:
    """Cut the ways at nodes that more than one of them use."""
    sizes = np.array([len(refs) for refs in ways.refs])
    refs, xy = np.concatenate(ways.refs), np.vstack(ways.coords)
    way = np.repeat(np.arange(len(sizes)), sizes)
    _, inverse, count = np.unique(refs, return_inverse=True, return_counts=True)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    is_stop = count[inverse] > 1
    is_stop[first] = is_stop[first + sizes - 1] = True
    stops = np.flatnonzero(is_stop)
    inner = way[stops[:-1]] == way[stops[1:]]
    begin, finish = stops[:-1][inner], stops[1:][inner]
    span = finish - begin + 1
    vertex = np.repeat(begin - np.concatenate([[0], np.cumsum(span)[:-1]]), span)
    vertex += np.arange(span.sum())
    lines = shapely.linestrings(xy[vertex], indices=np.repeat(np.arange(len(span)), span))
    of = way[begin]
    return gpd.GeoDataFrame(
        {
            "class": np.array(ways.road_class, dtype=object)[of],
            "name": np.array(ways.name, dtype=object)[of],
            "ref": np.array(ways.ref, dtype=object)[of],
            "oneway": np.array(ways.oneway)[of],
            "start": refs[begin],
            "finish": refs[finish],
        },
        geometry=lines,
        crs="EPSG:4326",
    )


def _timestamp(path: Path) -> str:
    header = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING).header()
    return str(header.get("osmosis_replication_timestamp", ""))[:10]


def _provenance(path: Path, timestamp: str) -> Provenance:
    return Provenance(
        id="osm-pbf",
        title=Text(f"OpenStreetMap 提取文件 {path.name}", f"OpenStreetMap extract {path.name}"),
        date=timestamp or "unknown",
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors",
        accuracy=Text("约 ±10 米", "about ±10 m"),
    )


def network_from_extract(extract: OsmExtract, crs: str, area: BaseGeometry) -> StreetNetwork:
    """Return the drivable network of an extract in `crs`; `area` (WGS-84) is its extent."""
    roads = extract.roads
    return network_from_lines(
        roads.to_crs(crs).geometry.to_numpy(),
        road_class=roads["class"].tolist(),
        name=roads["name"].tolist(),
        ref=roads["ref"].tolist(),
        accuracy_m=np.full(len(roads), OSM_ACCURACY_M),
        crs=crs,
        extent=gpd.GeoSeries([area], crs="EPSG:4326").to_crs(crs).iloc[0],
        speeds=base.read_speeds(),
        provenance=(extract.provenance,),
        forward=(roads["oneway"] >= 0).to_numpy(),
        backward=(roads["oneway"] <= 0).to_numpy(),
        ends=roads[["start", "finish"]].to_numpy(),
    )
