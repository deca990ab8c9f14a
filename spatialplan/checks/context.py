"""What every check may look at: the plan in metres, the routing graph, places, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.model.evidence import Evidence
from spatialplan.model.families import FAMILIES
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.model.plan import Claim, Feature, Origin, Parameter, Plan
from spatialplan.model.predicates import PREDICATES
from spatialplan.network.routing import RoutingGraph, graph_with_points
from spatialplan.network.snap import snap_to_main
from spatialplan.settings import Settings

__all__ = [
    "LINE_STEP_M",
    "Access",
    "Context",
    "build_context",
    "parameter",
    "required",
    "snap_limit_m",
]

MAIN_SLACK_M = 150.0  # a place is driven to from the street behind the yard beside it
LINE_STEP_M = 200.0  # a line is entered at any of these points
LINE_OFFSET_M = 150.0  # a line lies on roads: its points snap no farther than this or its accuracy
WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where a feature meets the network: positions among the snapped points.

    `accuracy_m` is the positional uncertainty of the feature as a place to drive to; `limit_m` is
    how far its points may lie from a road, whatever the snap limit of a claim.
    """

    points: NDArray[np.int64]
    accuracy_m: float
    limit_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The inputs of all checks; shapes are in the plan's projected CRS.

    `quickest` and `shortest` are the routing graphs by travel time and by length; `found` keeps
    the routes between features, which several claims and concepts ask for.
    """

    plan: Plan
    features: Mapping[str, Feature]
    shapes: Mapping[str, BaseGeometry]
    network: StreetNetwork
    snaps: Snaps
    quickest: RoutingGraph
    shortest: RoutingGraph
    access: Mapping[str, Access]
    xy: NDArray[np.float64]
    evidence: Mapping[str, Evidence]
    n_villages: Mapping[str, tuple[int, int]]
    boundary_codes: frozenset[str]
    settings: Settings
    found: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def name(self, feature_id: str) -> str:
        """Return a feature's name."""
        return self.features[feature_id].name

    def is_located(self, feature_id: str) -> bool:
        """Whether a feature has a shape."""
        return feature_id in self.shapes

    def accuracy(self, feature_id: str) -> float:
        """Return a located feature's positional accuracy in metres."""
        return float(self.features[feature_id].accuracy_m or 0.0)

    def to_wgs84(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape of the plan's CRS in WGS-84."""
        return _project(shape, self.plan.crs, WGS84)

    def to_metres(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a WGS-84 shape in the plan's CRS."""
        return _project(shape, WGS84, self.plan.crs)


def parameter(claim: Claim, name: str) -> Parameter | None:
    """Return a claim's parameter, else the predicate's default as an assumption, else None."""
    if name in claim.params:
        return claim.params[name]
    default = PREDICATES[claim.predicate].params[name].default
    return None if default is None else Parameter(value=default, origin=Origin.ASSUMED)


def required(claim: Claim, name: str) -> Parameter:
    """Return a parameter that the check cannot do without; KeyError when nobody states it."""
    found = parameter(claim, name)
    if found is None:
        raise KeyError(name)
    return found


def snap_limit_m(plan: Plan) -> float:
    """Return the greatest snap limit of any claim or concept: no road is looked for farther out."""
    limits = [p.value for c in plan.claims if "snap_m" in PREDICATES[c.predicate].params
              and (p := parameter(c, "snap_m"))]  # fmt: skip
    for concept in plan.concepts:
        spec = FAMILIES[concept.family].params.get("snap_m")
        if spec is not None and spec.default is not None:
            own = concept.params.get("snap_m")
            limits.append(own.value if own else spec.default)
    return max(limits, default=0.0)


def build_context(
    plan: Plan,
    features: Sequence[Feature],
    network: StreetNetwork,
    evidence: Sequence[Evidence],
    n_villages: Mapping[str, tuple[int, int]],
    boundary_codes: frozenset[str],
    settings: Settings,
) -> Context:
    """Project the plan, lay its features onto the network and build the routing graph once.

    Parameters
    ----------
    features
        The plan's features with district boundaries resolved, WGS-84.
    network
        In the plan's CRS.
    evidence
        What the map says of each feature.
    n_villages
        By district and prefecture code: villages of the roster, and how many have coordinates.
    boundary_codes
        Codes of all districts of the prefecture.
    """
    by_id = {feature.id: feature for feature in features}
    shapes = {f.id: _project(f.geometry, WGS84, plan.crs) for f in features if f.geometry}
    access, xy = _entries(by_id, shapes)
    on_motorway = np.zeros(len(xy), dtype=bool)
    for key, way in access.items():
        on_motorway[way.points] = "LineString" in shapes[key].geom_type
    limit_m = snap_limit_m(plan)
    snaps = snap_to_main(network, xy[:, 0], xy[:, 1], limit_m, MAIN_SLACK_M, on_motorway)
    return Context(
        plan=plan,
        features=by_id,
        shapes=shapes,
        network=network,
        snaps=snaps,
        quickest=graph_with_points(network, snaps, "time"),
        shortest=graph_with_points(network, snaps, "length"),
        access=access,
        xy=xy,
        evidence={found.feature: found for found in evidence},
        n_villages=n_villages,
        boundary_codes=boundary_codes,
        settings=settings,
    )


@cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _project(shape: BaseGeometry, source: str, target: str) -> BaseGeometry:
    transformer = _transformer(source, target)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(shape, move)


def _entries(
    features: Mapping[str, Feature], shapes: Mapping[str, BaseGeometry]
) -> tuple[dict[str, Access], NDArray[np.float64]]:
    """Return where each located feature is entered, and the points of all, shape (k, 2)."""
    access: dict[str, Access] = {}
    points: list[NDArray[np.float64]] = [np.empty((0, 2))]
    count = 0
    for key in features:
        if key in shapes:
            xy, accuracy_m, limit_m = _entry(features[key], features, shapes)
            where = np.arange(count, count + len(xy))
            access[key] = Access(points=where, accuracy_m=accuracy_m, limit_m=limit_m)
            points.append(xy)
            count += len(xy)
    return access, np.vstack(points)


def _entry(
    feature: Feature, features: Mapping[str, Feature], shapes: Mapping[str, BaseGeometry]
) -> tuple[NDArray[np.float64], float, float]:
    """Return a feature's entry points, their accuracy, and how far they may lie from a road."""
    shape, accuracy = shapes[feature.id], float(feature.accuracy_m or 0.0)
    anchor = features[feature.anchor] if feature.anchor and feature.anchor in shapes else None
    if anchor is not None and "Point" in shapes[anchor.id].geom_type:
        return shapely.get_coordinates(shapes[anchor.id]), float(anchor.accuracy_m or 0), np.inf
    if "Polygon" in shape.geom_type:
        # Without an anchor an inner point stands for the area, as uncertain as the area is wide.
        radius = float(np.sqrt(shape.area / np.pi))
        return shapely.get_coordinates(shape.representative_point()), radius, np.inf
    if "LineString" in shape.geom_type:
        dense = shapely.segmentize(shape, LINE_STEP_M)
        return shapely.get_coordinates(dense), accuracy, max(LINE_OFFSET_M, accuracy)
    return shapely.get_coordinates(shape), accuracy, np.inf
