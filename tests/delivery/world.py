"""A tiny delivery world in metres: streets at 36 km/h (100 ms a metre), legs at 18 km/h.

Coordinates of the tests are metres from `ORIGIN` in the plan's CRS; villages and facilities are
put there by inverse projection, so that what is measured is what is written here.
"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pyproj
from shapely import box

from spatialplan.delivery.options import Options
from spatialplan.delivery.run import assess
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.inputs import Inputs
from spatialplan.model.limit import parse_limit
from tests.checks.world import CRS, ORIGIN, plan_of
from tests.network.lines import make_network

DAY = date(2026, 11, 22)
EXTENT = box(ORIGIN[0] - 1e5, ORIGIN[1] - 1e5, ORIGIN[0] + 1e5, ORIGIN[1] + 1e5)
_to_wgs84 = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def lonlat(x, y):
    """Return WGS-84 degrees of a place in metres of the world."""
    return _to_wgs84.transform(ORIGIN[0] + x, ORIGIN[1] + y)


def roads(*coords, **more):
    """Return a network of lines in metres of the world."""
    moved = [[(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in line] for line in coords]
    return make_network(*moved, **{"crs": CRS, "extent": EXTENT, **more})


def village(name, at=None, **more):
    """Return a village, exactly placed unless said otherwise; `at` is None without coordinates."""
    lon, lat = (None, None) if at is None else lonlat(*at)
    values = {
        "id": name, "name": name, "township": "甲镇", "district": "东县", "district_code": "430001",
        "on_roster": True, "lon": lon, "lat": lat, "accuracy_m": None if at is None else 0.0,
        "population": None, "parent": "", "source": "test", "origin": "",
    }  # fmt: skip
    return Demand(**{**values, **more})


def facility(name, at=None, tier=Tier.STATION, **more):
    """Return a facility, exactly placed unless said otherwise."""
    lon, lat = (None, None) if at is None else lonlat(*at)
    values = {
        "id": f"{tier}:{name}", "name": name, "tier": tier, "township": "甲镇", "district": "东县",
        "village": "", "parent": "", "lon": lon, "lat": lat,
        "accuracy_m": None if at is None else 0.0, "capacity": None, "opened": None, "closed": None,
        "origin": "",
    }  # fmt: skip
    return Facility(**{**values, **more})


def inputs_of(network):
    """Return the inputs of a run on a network, without water, things or roster."""
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    names = {"adcode": ["430001", "430002"], "name": ["东县", "西县"]}
    districts = gpd.GeoDataFrame(names, geometry=[EXTENT, EXTENT], crs=CRS)
    return Inputs(
        network=network, objects=nothing, districts=districts.to_crs("EPSG:4326"), boundaries={},
        villages=(), water=nothing, rails=nothing, sources=(),
    )  # fmt: skip


def options_of(*limits, **more):
    """Return options: limits as the user writes them, one of 10 minutes when none is given."""
    legs = {k: parse_limit(v) for k, v in more.items() if k.endswith("_limit") and v}
    return Options(
        limits=tuple(parse_limit(limit) for limit in limits or ("10min",)), **{"day": DAY, **more, **legs}
    )  # fmt: skip


def run(network, villages, facilities, *limits, claims=(), features=(), **more):
    """Return the coverage of a world."""
    plan = plan_of(features, claims)
    return assess(plan, inputs_of(network), villages, facilities, options_of(*limits, **more))


def one(network, a_village, facilities, *limits, **more):
    """Return the row of the only village."""
    return run(network, [a_village], facilities, *limits, **more).villages[0]
