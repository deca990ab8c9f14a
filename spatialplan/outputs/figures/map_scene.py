"""What the overview figure shows: everything in the plan's CRS, the extent, and where it crowds."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Kind
from spatialplan.outputs import layers
from spatialplan.text import Lang

__all__ = [
    "Bounds",
    "Scene",
    "content_bounds",
    "crowded_bounds",
    "fitted",
    "framed",
    "is_inside",
    "project_basemap",
    "projected",
    "read_scene",
    "scene_bounds",
]

Bounds = tuple[float, float, float, float]
Points = NDArray[np.float64]

_FLATTEST, _TALLEST = 1.9, 1.3  # width over height of the map on the page
_MARGIN = 0.03  # of the extent's longer side
_LEAST_M = 1000.0
_INSET_SHARES = (0.14, 0.19, 0.25)  # of the map's width, the closest first
_CROWD, _CROWD_SHARE = 7, 0.35  # features that make an inset worth its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Frames in the plan's CRS, only rows that have a place.

    Attributes
    ----------
    basemap
        districts, water, roads, rails, places.
    features
        Columns of `layers.features_frame` and ``label``, the name in the figure's language.
    anchors
        A point inside or on each feature, where its label belongs, shape (n, 2).
    marks
        ``role``, ``state`` and ``label`` of each piece of evidence.
    sketches
        Columns of `profile_frames.sketches_frame`; none but on the map of a layout concept.
    """

    basemap: dict[str, gpd.GeoDataFrame]
    features: gpd.GeoDataFrame
    anchors: Points
    villages: gpd.GeoDataFrame
    marks: gpd.GeoDataFrame
    lang: Lang
    sketches: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)

    @property
    def drawn_features(self) -> gpd.GeoDataFrame:
        """Features but for districts where the basemap draws them already."""
        if self.basemap["districts"].empty:
            return self.features
        return self.features[self.features["kind"] != Kind.DISTRICT]


def read_scene(result: CheckResult, basemap: Basemap, lang: Lang) -> Scene:
    """Project everything that has a place into the plan's CRS."""
    crs = result.plan.crs
    names = [f.name_en if lang == "en" and f.name_en else f.name for f in result.features]
    features = projected(layers.features_frame(result, lang).assign(label=names), crs)
    return Scene(
        basemap=project_basemap(basemap, crs),
        features=features,
        anchors=shapely.get_coordinates(features.geometry.representative_point()),
        villages=projected(layers.villages_frame(result, lang), crs),
        marks=projected(_marks(result, lang), crs),
        lang=lang,
    )


def project_basemap(basemap: Basemap, crs: str) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of the basemap by name, in `crs`."""
    sources = ("districts", "water", "roads", "rails", "places")
    return {source: projected(getattr(basemap, source), crs) for source in sources}


def projected(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return the rows that have a place, in `crs`; a frame without CRS is WGS-84."""
    if frame.empty:
        columns = frame.drop(columns="geometry", errors="ignore")
        return gpd.GeoDataFrame(columns, geometry=[], crs=crs)
    placed = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    known = placed if placed.crs else placed.set_crs("EPSG:4326")
    return known.to_crs(crs).reset_index(drop=True)


def _marks(result: CheckResult, lang: Lang) -> gpd.GeoDataFrame:
    marks = [(mark, str(v.state)) for v in result.verdicts for mark in v.all_marks()]
    columns = {
        "role": [mark.role for mark, _ in marks],
        "state": [state for _, state in marks],
        "label": [mark.label.say(lang) for mark, _ in marks],
    }
    return gpd.GeoDataFrame(columns, geometry=[mark.geometry for mark, _ in marks], crs="EPSG:4326")


def scene_bounds(scene: Scene, result: CheckResult) -> Bounds:
    """Return the extent of the map in metres, widened to a shape that fits a page."""
    return fitted(np.array(content_bounds(scene, result)))


def content_bounds(scene: Scene, result: CheckResult) -> Bounds:
    """Return where the plan lies: districts, else features, else evidence, else the network."""
    found: NDArray[np.float64] | None = None
    for frame in (scene.basemap["districts"], scene.features, scene.marks, scene.villages):
        if found is None and not frame.empty:
            found = frame.total_bounds
    if found is None:
        network = gpd.GeoSeries([result.network_extent], crs="EPSG:4326")
        found = network.to_crs(result.plan.crs).total_bounds
    left, bottom, right, top = map(float, found)
    return left, bottom, right, top


def fitted(bounds: NDArray[np.float64]) -> Bounds:
    """Return the extent with a margin, widened to a shape that fits the page."""
    low, high = bounds[:2], bounds[2:]
    centre, size = (low + high) / 2, np.maximum(high - low, _LEAST_M)
    size = size + 2 * _MARGIN * size.max()
    width = max(size[0], size[1] * _TALLEST)
    height = max(size[1], width / _FLATTEST)
    return _around(centre, width, height)


def framed(bounds: Bounds, aspect: float) -> Bounds:
    """Return the extent with a margin, widened to `aspect`, width over height."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    size = np.maximum(high - low, _LEAST_M)
    size = size + 2 * _MARGIN * size.max()
    width = max(float(size[0]), float(size[1]) * aspect)
    return _around((low + high) / 2, width, width / aspect)


def _around(centre: NDArray[np.float64], width: float, height: float) -> Bounds:
    x, y = float(centre[0]), float(centre[1])
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def is_inside(xy: Points, bounds: Bounds) -> NDArray[np.bool_]:
    """Return whether each point, shape (n, 2), lies within the bounds."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    inside: NDArray[np.bool_] = np.all((xy >= low) & (xy <= high), axis=1)
    return inside


def crowded_bounds(scene: Scene, bounds: Bounds, aspect: float) -> Bounds | None:
    """Return the closest window, `aspect` wide over high, that holds most of a crowd.

    None where no window holds enough of the features to be worth an inset.
    """
    xy = scene.anchors[is_inside(scene.anchors, bounds)]
    if len(xy) == 0:
        return None
    for share in _INSET_SHARES:
        width = (bounds[2] - bounds[0]) * share
        size = np.array([width, width / aspect])
        near = np.all(np.abs(xy[:, None, :] - xy[None, :, :]) <= size / 2, axis=2)
        counts = near.sum(axis=1)
        best = int(counts.argmax())
        if counts[best] >= max(_CROWD, _CROWD_SHARE * len(xy)):
            members = xy[near[best]]
            centre = (members.min(axis=0) + members.max(axis=0)) / 2
            return _around(centre, float(size[0]), float(size[1]))
    return None
