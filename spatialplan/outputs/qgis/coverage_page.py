"""Find what the printed page of a coverage run is worth enlarging: where villages crowd."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.model.verdict import VillageState
from spatialplan.outputs.qgis.page import Bounds

__all__ = ["crowded_bounds", "crowded_window"]

_INSET_SHARE = 0.24  # of the map's width
_CROWD, _CROWD_SHARE = 12, 0.3  # villages that make an inset worth its place
_ASPECT = 1.2  # about that of the inset on the page


def crowded_window(points: NDArray[np.float64], bounds: Bounds, aspect: float) -> Bounds | None:
    """Return the window, `aspect` wide over high, about the point with most others around it.

    Parameters
    ----------
    points
        Shape (n, 2), in the CRS of `bounds`.

    Returns
    -------
    Bounds or None
        None where too few lie together to be worth an inset.
    """
    width = (bounds[2] - bounds[0]) * _INSET_SHARE
    half = np.array([width, width / aspect]) / 2
    boxes = shapely.box(*(points - half).T, *(points + half).T)
    near = gpd.GeoSeries(gpd.points_from_xy(*points.T)).sindex
    owner = near.query(boxes, predicate="intersects")[0]
    counts = np.bincount(owner, minlength=len(points))
    if counts.max(initial=0) < max(_CROWD, _CROWD_SHARE * len(points)):
        return None
    x, y = points[int(counts.argmax())]
    return (float(x - half[0]), float(y - half[1]), float(x + half[0]), float(y + half[1]))


def crowded_bounds(villages: gpd.GeoDataFrame, bounds: Bounds, crs: str) -> Bounds | None:
    """Return what to enlarge of a map that shows `bounds`, None where villages do not crowd.

    Only those count that the run could tell something of.
    """
    known = villages[villages.geometry.notna() & (villages["state"] != VillageState.NO_DATA)]
    points = shapely.get_coordinates(known.geometry.to_crs(crs).to_numpy())
    return crowded_window(points, bounds, _ASPECT)
