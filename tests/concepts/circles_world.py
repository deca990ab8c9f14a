"""A world for circles: the streets of `tests.checks.world`, points, villages, counties."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Point, affinity, box

from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Kind, Origin, Parameter
from spatialplan.network.build import network_from_lines
from spatialplan.text import Text
from tests.checks.world import CRS, ORIGIN, SPEEDS, context_of, feature

LONG = ([(0, 0), (60_000, 0)],)
WIDE = box(-5000, -5000, 70_000, 20_000)


def streets(*roads, two_way=None, road_class=None, extent=WIDE):
    """Return a network of straight streets at 60 km/h: a kilometre takes a minute."""
    n = len(roads)
    lines = np.empty(n, dtype=object)
    lines[:] = [affinity.translate(LineString(road), *ORIGIN) for road in roads]
    return network_from_lines(
        lines, road_class=road_class or ["street"] * n, name=[""] * n, ref=[""] * n,
        accuracy_m=np.zeros(n), crs=CRS, extent=affinity.translate(extent, *ORIGIN), speeds=SPEEDS,
        provenance=(), forward=np.ones(n, dtype=bool),
        backward=np.ones(n, dtype=bool) if two_way is None else np.array(two_way),
    )  # fmt: skip


def circle(id, at=None, accuracy_m=1.0, **more):
    """Return a commercial circle at (x, y), or nowhere."""
    return feature(id, at, accuracy_m, kind=Kind.COMMERCIAL_CIRCLE, **more)


def concept(city=(), county=(), culture=(), **params):
    """Return a concept of circles by level, ids in one text."""
    roles = {"city": city, "county": county, "culture": culture}
    return Concept(
        id="circles", family="circles", theme="t", clause="c", name=Text("商圈", "Circles"),
        roles=MappingProxyType({k: tuple(v.split()) for k, v in roles.items() if v}),
        params=MappingProxyType(
            {k: Parameter(value=v, origin=Origin.PLAN) for k, v in params.items()}
        ),
    )  # fmt: skip


def _frame(points, **columns):
    shapes = [affinity.translate(Point(xy), *ORIGIN) for xy in points]
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def pois(*rows):
    """Return points of interest as (category, (x, y)), one metre accurate."""
    return _frame(
        [xy for _, xy in rows], osm_id=[f"node/{i}" for i in range(len(rows))], name="店",
        kind="shop=yes", category=[category for category, _ in rows], accuracy_m=1.0, source="test",
    )  # fmt: skip


def villages(*rows):
    """Return villages as (name, township, (x, y), accuracy in metres)."""
    return _frame(
        [row[2] for row in rows], code=[row[0] for row in rows], name=[row[0] for row in rows],
        township=[row[1] for row in rows], district="", district_code="",
        accuracy_m=[float(row[3]) for row in rows],
    )  # fmt: skip


def townships(*rows, kind="township"):
    """Return township seats as (name, (x, y))."""
    return _frame(
        [xy for _, xy in rows], name=[name for name, _ in rows], kind=kind, accuracy_m=0.0,
    )  # fmt: skip


def counties(*rows):
    """Return districts as (code, name, box)."""
    shapes = [affinity.translate(shape, *ORIGIN) for _, _, shape in rows]
    return gpd.GeoDataFrame(
        {"adcode": [row[0] for row in rows], "name": [row[1] for row in rows]},
        geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS,
    )  # fmt: skip


def setting(features, claims=(), network=None, **more):
    """Return the setting of a plan of these features; frames that are left out are empty."""
    context = context_of(features, claims, network)
    placed = more.get("villages", villages())
    return Setting(
        context=context,
        verdicts={},
        objects=more.get("objects", pois()),
        townships=more.get("townships", townships()),
        villages=placed,
        n_villages=more.get("n_villages", len(placed)),
        districts=more.get("districts", counties(("430321", "甲县", WIDE))),
        water=more.get("water", gpd.GeoDataFrame({"class": [], "name": []}, geometry=[], crs=CRS)),
    )


def water(*lines):
    """Return rivers as lines of metres."""
    shapes = [affinity.translate(LineString(line), *ORIGIN) for line in lines]
    return gpd.GeoDataFrame(
        {"class": ["river"] * len(lines), "name": "江"},
        geometry=gpd.GeoSeries(shapes, crs=CRS),
        crs=CRS,
    )


def at(x, y):
    """Return a point of the world in the plan's CRS."""
    return shapely.Point(ORIGIN[0] + x, ORIGIN[1] + y)
