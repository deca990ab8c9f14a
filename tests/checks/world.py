"""A tiny world in metres, put into WGS-84: streets at 60 km/h, so a kilometre takes a minute.

::

    y km                 island  4 ========== 8
      4                  (x 4 to 8, no road to the rest)
      3        4
               |                                       10 ^ one-way northward
      0  0 ====+=====================================  10 |
         x km

Coordinates of the tests are metres from `ORIGIN` in the plan's CRS.
"""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely import LineString, Point, affinity, box

from spatialplan.checks import CHECKS
from spatialplan.checks.context import build_context
from spatialplan.model.evidence import Evidence, EvidenceState
from spatialplan.model.network import SpeedTable
from spatialplan.model.plan import (
    Claim,
    Clause,
    Feature,
    Kind,
    Origin,
    Parameter,
    Plan,
    Status,
    Theme,
)
from spatialplan.network.build import network_from_lines
from spatialplan.settings import Settings
from spatialplan.text import Text

CRS = "EPSG:4547"
ORIGIN = (500_000.0, 3_080_000.0)
SPEEDS = SpeedTable(
    kmh={"street": 60.0, "lane": 20.0, "motorway": 120.0}, access_kmh=30.0, source="test"
)
ROADS = (
    [(0, 0), (4000, 0)],
    [(4000, 0), (10_000, 0)],
    [(4000, 0), (4000, 3000)],
    [(4000, 4000), (8000, 4000)],
    [(10_000, 0), (10_000, 2000)],
)
TWO_WAY = (True, True, True, True, False)
EXTENT = box(-2000, -2000, 12_000, 12_000)

_to_wgs84 = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def degrees(shape):
    """Return a shape of the world in WGS-84."""
    moved = affinity.translate(shape, *ORIGIN)
    return shapely.transform(moved, _to_wgs84.transform, interleaved=False)


def metres(shape):
    """Return a WGS-84 shape in metres of the world."""
    back = partial(_to_wgs84.transform, direction="INVERSE")
    moved = shapely.transform(shape, back, interleaved=False)
    return affinity.translate(moved, -ORIGIN[0], -ORIGIN[1])


def feature(id, shape=None, accuracy_m=1.0, **more):
    """Return a feature at a shape, a point (x, y), or nowhere."""
    shape = Point(shape) if isinstance(shape, tuple) else shape
    placed = shape is not None or more.get("districts")
    values = {
        "id": id, "name": id, "kind": Kind.OTHER, "theme": "t", "clause": "c", "source": "test",
        "status": Status.LOCATED if placed else Status.UNLOCATED,
        "geometry": None if shape is None else degrees(shape),
        "accuracy_m": accuracy_m if placed else None,
    }  # fmt: skip
    return Feature(**{**values, **more})


def features_at(accuracy_m=1.0, /, **shapes):
    """Return one feature for each keyword: its id and its shape."""
    return [feature(key, shape, accuracy_m) for key, shape in shapes.items()]


def claim(predicate, subjects, objects=(), id="k", origin=Origin.PLAN, **params):
    """Return a claim whose parameters the plan states."""
    return Claim(
        id=id, predicate=predicate, theme="t", clause="c", sentence=f"{predicate} {id}",
        subjects=tuple(subjects.split()) if isinstance(subjects, str) else tuple(subjects),
        objects=tuple(objects.split()) if isinstance(objects, str) else tuple(objects),
        params={name: Parameter(value=value, origin=origin) for name, value in params.items()},
    )  # fmt: skip


def plan_of(features, claims):
    """Return a plan of features and claims."""
    return Plan(
        id="world", title=Text("小世界", "Tiny world"), number="", date="", adcode="430300", crs=CRS,
        horizon=2025, issuer="test", clauses=(Clause(id="c", heading="h", quote="q"),),
        themes=(Theme(id="t", name=Text("t", "t")),), features=tuple(features), claims=tuple(claims),
    )  # fmt: skip


def network_of(roads=ROADS, two_way=TWO_WAY, road_class=None, accuracy_m=0.0, crs=CRS):
    """Return the network of the world's streets, or of other roads."""
    lines = np.empty(len(roads), dtype=object)
    lines[:] = [affinity.translate(LineString(road), *ORIGIN) for road in roads]
    n = len(roads)
    return network_from_lines(
        lines, road_class=road_class or ["street"] * n, name=[""] * n, ref=[""] * n,
        accuracy_m=np.full(n, accuracy_m), crs=crs, extent=affinity.translate(EXTENT, *ORIGIN),
        speeds=SPEEDS, provenance=(), forward=np.ones(n, dtype=bool),
        backward=np.array(two_way[:n] if len(two_way) >= n else [True] * n),
    )  # fmt: skip


def places_of(*rows):
    """Return places as (name, (x, y), accuracy in metres)."""
    return gpd.GeoDataFrame(
        {
            "name": [row[0] for row in rows], "name_alt": "", "kind": "town",
            "accuracy_m": [float(row[2]) for row in rows], "source": "map",
        },
        geometry=[degrees(Point(row[1])) for row in rows], crs="EPSG:4326",
    )  # fmt: skip


def context_of(features, claims=(), network=None, evidence=None, **more):
    """Return the context of a plan of these features."""
    return build_context(
        plan_of(features, claims), features, network or network_of(),
        [evidence_of(f.id) for f in features] if evidence is None else evidence,
        more.get("n_villages", {}), frozenset(more.get("codes", ())), more.get("settings", Settings()),
    )  # fmt: skip


def evidence_of(feature_id, state=EvidenceState.NO_DATA, distance_m=None):
    """Return what the map says of a feature."""
    return Evidence(
        feature=feature_id, state=state, cause=Text(f"图上：{state}", str(state)), distance_m=distance_m
    )  # fmt: skip


def judge(features, one_claim, **more):
    """Return the verdict of one claim."""
    return CHECKS[one_claim.predicate](context_of(features, [one_claim], **more), one_claim)
