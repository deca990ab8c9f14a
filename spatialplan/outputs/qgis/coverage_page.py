"""Share out the printed page of a coverage run: how much room notes, legend and inset take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.model.coverage import CoverageResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs.qgis import legend as qgis_legend
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.page import Bounds, Page
from spatialplan.text import Lang

__all__ = ["crowded_window", "plan"]

_NOTES_PT = 7.0
_MOST_NOTES_MM = 44.0
_INSET_MM = (45.0, 96.0)  # lower, it shows too little; higher, it leaves the legend none
_INSET_SHARE = 0.24  # of the map's width
_CROWD, _CROWD_SHARE = 12, 0.3  # villages that make an inset worth its place
_GAP_MM = 3.0


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


def _judged(villages: gpd.GeoDataFrame, crs: str) -> NDArray[np.float64]:
    """Return where the villages lie that the run could tell something of, shape (n, 2)."""
    known = villages[villages.geometry.notna() & (villages["state"] != VillageState.NO_DATA)]
    return shapely.get_coordinates(known.geometry.to_crs(crs).to_numpy())


def plan(
    result: CoverageResult,
    villages: gpd.GeoDataFrame,
    legend: Sequence[Group],
    bounds: Bounds,
    lang: Lang,
) -> tuple[Page, Bounds | None]:
    """Return the page and, where villages crowd and there is room for it, the inset's window.

    Parameters
    ----------
    villages
        The villages of the run, placed or not.
    legend
        The groups that the legend shows.
    bounds
        What the map must show, in the plan's CRS.
    """
    page = qgis_page.plan_page(bounds)
    _, _, width, height = page.side_box
    notes = "\n".join(note.say(lang) for note in result.notes)
    notes_mm = min(qgis_page.text_height(notes, width, _NOTES_PT), _MOST_NOTES_MM) if notes else 0.0
    entries = qgis_legend.legend_entries(legend, lang)
    room = height - notes_mm - qgis_legend.height_mm(entries) - 2 * _GAP_MM
    page = replace(page, notes_mm=notes_mm, inset_mm=min(room, _INSET_MM[1]))
    if room < _INSET_MM[0]:
        return page, None
    points = _judged(villages, result.plan.crs)
    return page, crowded_window(points, page.extent, width / page.inset_mm)
