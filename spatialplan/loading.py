"""Load what a check looks at: roads, places, boundaries and villages, embedded or of an extract."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from spatialplan import __version__
from spatialplan.errors import SourceError
from spatialplan.io import base, boundaries, osm_pbf, store
from spatialplan.io.osm_categories import read_categories
from spatialplan.model.basemap import Basemap
from spatialplan.model.inputs import Inputs
from spatialplan.model.osm import OsmData, ReadingChoice
from spatialplan.model.plan import Plan
from spatialplan.model.village import Village
from spatialplan.network.classes import drawn_class
from spatialplan.network.contract import network_from_ways
from spatialplan.text import Text

__all__ = ["basemap", "load_inputs", "plan_area", "read_extract"]

WGS84 = "EPSG:4326"
DRIVING = ReadingChoice()
MARGIN_M = 20_000.0  # roads are read this far beyond the plan's area: the detours of its edge
BASEMAP_MARGIN_M = 8_000.0
SIMPLIFY_DEG = 0.0002
DRAWN_EDGES = 20_000
SMALL_STREETS = ("unclassified", "residential", "living_street", "service", "road", "track")
OSM_POINT_M = 30.0  # of a mapped place or point of interest
VILLAGE_KINDS = ("village", "hamlet")
DISTRICT_LEVEL = 6
SETTLEMENT_KINDS = {"city": "town", "village": "town", "railway=station": "station"}


def plan_area(plan: Plan) -> BaseGeometry:
    """Return the box of roads that a plan needs: its own area and the margin, WGS-84."""
    if plan.bounds is not None:
        own = gpd.GeoSeries([box(*plan.bounds)], crs=WGS84)
    else:
        own = boundaries.read_districts(plan.adcode).geometry
    min_x, min_y, max_x, max_y = own.to_crs(plan.crs).total_bounds
    around = box(min_x - MARGIN_M, min_y - MARGIN_M, max_x + MARGIN_M, max_y + MARGIN_M)
    west, south, east, north = gpd.GeoSeries([around], crs=plan.crs).to_crs(WGS84).total_bounds
    return box(west, south, east, north)


def read_extract(
    path: Path,
    area: BaseGeometry,
    choice: ReadingChoice = DRIVING,
    cache: Path | None = None,
) -> OsmData:
    """Return an extract's objects of an area, from the store when they were read before."""
    rules = read_categories()

    def read() -> OsmData:
        return osm_pbf.read_osm(
            path, area, choice.mode, categories=rules, ferries=choice.ferries, tolls=choice.tolls
        )

    if not path.is_file():  # nothing to look up in the store: the reader tells what is wrong
        return read()
    data, _ = store.open_or_read(
        path,
        area,
        choice.mode,
        read,
        cache=cache or store.default_cache(),
        version=f"{__version__}+{osm_pbf.READER}",
        options={"categories": rules.rules, "ferries": choice.ferries, "tolls": choice.tolls},
    )
    return data


def load_inputs(
    plan: Plan,
    pbf: Path | None = None,
    choice: ReadingChoice = DRIVING,
    cache: Path | None = None,
) -> Inputs:
    """Return what a check of a plan looks at: of an OSM extract when given, else embedded.

    Raises
    ------
    SourceError
        When the extract cannot be read or does not cover the plan, or a plan abroad has none.
    """
    if pbf is not None:
        area = plan_area(plan)
        return _from_extract(plan, read_extract(pbf, area, choice, cache), area)
    if plan.bounds is not None:
        raise SourceError(
            f"规划“{plan.id}”不在内置路网范围内；请用 --pbf 给出覆盖它的 OSM 文件",
            f"plan {plan.id!r} is not covered by the embedded roads; give an extract with --pbf",
        )
    network = base.read_embedded_network(plan.crs)
    known = base.read_sources()
    return Inputs(
        network=network,
        objects=base.read_places(),
        districts=(districts := boundaries.read_districts(plan.adcode)),
        boundaries=_boundaries(plan, districts),
        villages=tuple(base.read_villages(plan.adcode)),
        water=base.read_base_lines("water"),
        rails=base.read_base_lines("rails"),
        sources=(
            *network.provenance,
            *(known[key] for key in ("places", "roster", "districts", "water")),
        ),
        categories=read_categories().labels,
    )


def _from_extract(plan: Plan, data: OsmData, area: BaseGeometry) -> Inputs:
    extent = gpd.GeoSeries([area], crs=WGS84).to_crs(plan.crs).iloc[0]
    network = network_from_ways(
        data.roads,
        crs=plan.crs,
        extent=extent,
        speeds=base.read_speeds(data.mode),
        provenance=(data.provenance,),
    )
    known = base.read_sources()
    abroad = plan.bounds is not None
    embedded = [] if abroad else [base.read_places()]
    districts, all_mapped = _districts(plan, data)
    shared = ["places", "roster"] if not abroad else []
    shared += [] if all_mapped else ["districts"]
    return Inputs(
        network=network,
        objects=pd.concat([_osm_objects(data), *embedded], ignore_index=True),
        districts=districts,
        boundaries=_boundaries(plan, districts),
        villages=_osm_villages(data, districts)
        if abroad
        else tuple(base.read_villages(plan.adcode)),
        water=data.water,
        rails=data.rails,
        sources=(data.provenance, *(known[key] for key in shared)),
        notes=(_losses(data),),
        categories=read_categories().labels,
    )


def _osm_objects(data: OsmData) -> gpd.GeoDataFrame:
    """Return the named places and points of interest with their accuracy and source."""
    objects = pd.concat([data.places, data.pois], ignore_index=True)
    named = objects[objects["name"].fillna("") != ""]
    return named.assign(
        accuracy_m=OSM_POINT_M, source=f"OpenStreetMap（ODbL）{data.provenance.date}"
    )


def _districts(plan: Plan, data: OsmData) -> tuple[gpd.GeoDataFrame, bool]:
    """Return the districts, and whether all of them come from the extract itself."""
    if plan.bounds is not None:
        wanted = {code for feature in plan.features for code in feature.districts}
        found = data.boundaries[data.boundaries["osm_id"].isin(wanted)]
        if missing := sorted(wanted - set(found["osm_id"])):
            raise SourceError(
                f"OSM 文件里没有规划引用的 {len(missing)} 个行政区：{'、'.join(missing[:5])}；"
                "请核对编号，或换一个完整的文件",
                f"the extract lacks {len(missing)} areas the plan names: {', '.join(missing[:5])}",
            )
        table = {"adcode": found["osm_id"].to_numpy(), "name": found["name"].to_numpy()}
        return gpd.GeoDataFrame(table, geometry=found.geometry.to_numpy(), crs=WGS84), True
    districts = boundaries.read_districts(plan.adcode)
    mapped = data.boundaries[data.boundaries["admin_level"] == DISTRICT_LEVEL]
    by_name = dict(zip(mapped["name"], mapped.geometry, strict=True))
    shapes = [
        by_name.get(name, shape)
        for name, shape in zip(districts["name"], districts.geometry, strict=True)
    ]
    return districts.assign(geometry=shapes), bool(districts["name"].isin(list(by_name)).all())


def _boundaries(plan: Plan, districts: gpd.GeoDataFrame) -> dict[str, BaseGeometry]:
    """Return polygons by code: the plan's districts, and others that its features name."""
    shapes = dict(zip(districts["adcode"], districts.geometry, strict=True))
    for code in sorted({code for f in plan.features for code in f.districts} - set(shapes)):
        shapes[code] = boundaries.district_boundary(code)
    return shapes


def _osm_villages(data: OsmData, districts: gpd.GeoDataFrame) -> tuple[Village, ...]:
    """Return the mapped villages and hamlets, for lands without an official roster."""
    rows = data.places[data.places["kind"].isin(VILLAGE_KINDS)]
    points = rows.geometry.to_numpy()
    inside = np.full(len(rows), -1)
    point, area = shapely.STRtree(districts.geometry.to_numpy()).query(points, "intersects")
    inside[point] = area
    codes = [*districts["adcode"], ""]
    names = [*districts["name"], ""]
    return tuple(
        Village(
            code=osm_id, name=name, township="", district=names[i], district_code=codes[i],
            lon=float(lon), lat=float(lat), accuracy_m=OSM_POINT_M, source="OpenStreetMap（ODbL）",
        )
        for osm_id, name, (lon, lat), i in zip(
            rows["osm_id"], rows["name"], shapely.get_coordinates(points), inside, strict=True
        )
    )  # fmt: skip


def _losses(data: OsmData) -> Text:
    counts = "、".join(f"{key} {value}" for key, value in data.counts.items())
    counts_en = ", ".join(f"{key} {value}" for key, value in data.counts.items())
    return Text(
        f"读取 {data.provenance.title.zh}：{counts}；"
        f"转弯限制 {data.restrictions} 处已读、未计入路由。",
        f"Read of {data.provenance.title.en}: {counts_en}; {data.restrictions} turn restrictions "
        "were read and are not honoured in routing.",
    )


def basemap(plan: Plan, inputs: Inputs) -> Basemap:
    """Return the light basemap around the plan's districts, WGS-84.

    Of a network too dense to draw, the streets below tertiary are left out.
    """
    around = inputs.districts.to_crs(plan.crs).union_all().buffer(BASEMAP_MARGIN_M)
    area = gpd.GeoSeries([around], crs=plan.crs).to_crs(WGS84).iloc[0].simplify(0.005)
    network = inputs.network
    roads = gpd.GeoDataFrame(
        {
            "class": [drawn_class(c) for c in network.road_class],
            "ref": network.ref.astype(str),
            "name": network.name.astype(str),
        },
        geometry=network.geometry,
        crs=network.crs,
    ).to_crs(WGS84)
    if network.n_edges > DRAWN_EDGES:
        roads = roads[~np.isin(network.road_class.astype(str), SMALL_STREETS)]
    return Basemap(
        districts=inputs.districts,
        water=_clip(inputs.water, area)[["class", "name", "geometry"]],
        roads=_merge(_clip(roads, area)),
        rails=_clip(inputs.rails, area)[["class", "geometry"]],
        places=_clip(_named_places(inputs.objects), area)[
            ["name", "kind", "accuracy_m", "source", "geometry"]
        ],
    )


def _clip(frame: gpd.GeoDataFrame, area: BaseGeometry) -> gpd.GeoDataFrame:
    shapely.prepare(area)
    return frame[shapely.intersects(area, frame.geometry.to_numpy())].reset_index(drop=True)


def _merge(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join the pieces of equal class, ref and name into long lines, drawn once."""
    keys = ["class", "ref", "name"]
    whole = roads.dissolve(by=keys, sort=True, as_index=False)
    whole["geometry"] = shapely.line_merge(whole.geometry.to_numpy())
    parts = whole.explode(ignore_index=True)
    parts["geometry"] = parts.geometry.simplify(SIMPLIFY_DEG)
    return parts[[*keys, "geometry"]]


def _named_places(objects: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what a basemap names: township seats, stations and settlements."""
    kinds = objects["kind"].replace(SETTLEMENT_KINDS)
    return objects.assign(kind=kinds)[kinds.isin(["township", "station", "town"])]
