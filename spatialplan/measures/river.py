"""A river as an axis with banks: chainage along it, side and distance of what lies beside it.

The axis is a line drawn in the direction of flow; left and right are those of a boatman who looks
downstream. The bank is the edge of the water areas that the axis runs through, their islands filled
in. Where no such area is mapped, the bank lies between the axis and `HALF_WIDTH_M` beside it. All
shapes are in one projected CRS in metres. Straight lines ignore roads and relief.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from spatialplan.measures.straight import side_of_line

__all__ = ["HALF_WIDTH_M", "Beside", "River", "Run", "lie_beside", "river_of", "run_along"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]

JOIN_M = 500.0  # parts of an axis are one river across gaps up to this: culverts, confluences
HALF_WIDTH_M = 500.0  # the widest that half a river without mapped banks is taken to be
LEAST_SHARE = 0.5  # an area is the river's if the axis runs through at least so much of its length
STEP_M = 100.0
TOUCH_M = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """An axis, the filled water areas along it (empty where none is mapped) and its accuracy.

    `left_out_m` is the length of the parts that do not continue the longest one.
    """

    axis: LineString
    surface: BaseGeometry
    accuracy_m: float
    left_out_m: float

    @property
    def mapped_share(self) -> float:
        """Share of the axis along which the banks are mapped."""
        return float(shapely.intersection(self.axis, self.surface).length / self.axis.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How shapes lie beside a river, in the order given, shape (k,).

    Attributes
    ----------
    side
        1 left, -1 right, 0 not told within the accuracy, across the axis or beyond its ends.
    axis_m, bank_m
        Straight distance to the axis and to the mapped bank; `bank_m` is nan where none is mapped.
    low_m, high_m
        The distance to the bank lies between these.
    chainage_m
        Along the axis from its start; nan beyond its ends.
    """

    side: NDArray[np.int8]
    axis_m: Floats
    bank_m: Floats
    low_m: Floats
    high_m: Floats
    chainage_m: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The run of a shape along an axis: chainages of its ends, and how much of it lies by it."""

    start_m: float
    end_m: float
    share: float


def river_of(shape: BaseGeometry, water: Shapes, accuracy_m: float) -> River:
    """Return the river of a line.

    Parameters
    ----------
    shape
        LineString or MultiLineString in the direction of flow, of positive length. The longest part
        is continued by the parts that begin where it ends (within 500 m), and end where it begins.
    water
        Polygons and other shapes of water, shape (k,); only polygons count, and only those along
        at least half of whose length the axis runs.
    accuracy_m
        Positional accuracy of the axis.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import MultiLineString, box
    >>> axis = MultiLineString([[(0, 0), (600, 0)], [(700, 0), (1000, 0)]])
    >>> river = river_of(axis, np.array([box(0, -50, 500, 50)]), 10.0)
    >>> river.axis.length, river.mapped_share
    (1000.0, 0.5)
    """
    axis, used_m = _chain(shape)
    return River(
        axis=axis,
        surface=_surface(axis, water),
        accuracy_m=accuracy_m,
        left_out_m=max(float(shape.length) - used_m, 0.0),
    )


def _chain(shape: BaseGeometry) -> tuple[LineString, float]:
    """Return the longest part continued at both ends, and the length of what was used."""
    merged = shapely.line_merge(shape, directed=True) if shape.geom_type[0] == "M" else shape
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(merged)]
    lengths = [float(np.hypot(*np.diff(part, axis=0).T).sum()) for part in parts]
    first = int(np.argmax(lengths))
    xy, used = parts.pop(first), lengths.pop(first)
    while parts:
        after = [float(np.hypot(*(part[0] - xy[-1]))) for part in parts]
        before = [float(np.hypot(*(part[-1] - xy[0]))) for part in parts]
        if min(*after, *before) > JOIN_M:
            break
        at = int(np.argmin(np.minimum(after, before)))
        goes_on = after[at] <= before[at]
        xy = np.vstack([xy, parts[at]] if goes_on else [parts[at], xy])
        used += lengths.pop(at)
        parts.pop(at)
    return LineString(xy), used


def _surface(axis: LineString, water: Shapes) -> BaseGeometry:
    """Return the water areas that the axis runs through, without islands."""
    near = water[shapely.intersects(water, axis)]
    # What was invalid comes back as a collection of polygons and lines.
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(near)))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    inside = shapely.length(shapely.intersection(parts, axis))
    hull = shapely.oriented_envelope(parts)
    # The long side of a rectangle from its perimeter and its area.
    half, area = shapely.length(hull) / 2, shapely.area(hull)
    long_side = half / 2 + np.sqrt(np.maximum(half**2 / 4 - area, 0.0))
    own = parts[(inside > 0) & (inside >= LEAST_SHARE * long_side)]
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(own)))


def lie_beside(river: River, shapes: Shapes, accuracy_m: Floats) -> Beside:
    """Return how shapes lie beside a river.

    The distance to the bank is known to ± δ, δ² = (accuracy of the shape)² + (of the axis)². Where
    no bank is mapped abreast of the shape, it lies between (distance to the axis − 500 m) − δ and
    (distance to the axis) + δ. The side is told where the shape lies farther than δ from the axis.

    Parameters
    ----------
    shapes, accuracy_m
        Places in the river's CRS and their accuracy in metres, shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import LineString, Point
    >>> river = river_of(LineString([(0, 0), (1000, 0)]), np.array([]), 10.0)
    >>> beside = lie_beside(river, np.array([Point(400, 900)]), np.array([0.0]))
    >>> beside.side.tolist(), beside.low_m.tolist(), beside.high_m.tolist()
    ([1], [390.0], [910.0])
    """
    shapes = np.asarray(shapes, dtype=object)
    axis = river.axis
    delta = np.hypot(accuracy_m, river.accuracy_m)
    axis_m = np.asarray(shapely.distance(shapes, axis), dtype=float)
    middle = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    chainage = np.asarray(shapely.line_locate_point(axis, middle), dtype=float)
    nearest = shapely.line_interpolate_point(axis, chainage)
    is_mapped = np.zeros(len(shapes), dtype=bool)
    if not river.surface.is_empty:
        is_mapped = np.asarray(shapely.distance(nearest, river.surface) <= river.accuracy_m)
    bank_m = np.where(is_mapped, shapely.distance(shapes, river.surface), np.nan)
    beyond = _beyond_ends(axis, middle, chainage)
    cut = shapely.intersects(shapes, axis) & (shapely.get_dimensions(shapes) > 0)
    told = ~(beyond | cut) & (shapely.distance(middle, axis) > delta)
    low = np.where(is_mapped, bank_m, np.maximum(axis_m - HALF_WIDTH_M, 0.0))
    return Beside(
        side=np.where(told, side_of_line(middle, axis), 0).astype(np.int8),
        axis_m=axis_m,
        bank_m=bank_m,
        low_m=np.maximum(low - delta, 0.0),
        high_m=np.where(is_mapped, bank_m, axis_m) + delta,
        chainage_m=np.where(beyond, np.nan, chainage),
    )


def _beyond_ends(axis: LineString, points: Shapes, chainage: Floats) -> Bools:
    """Return whether points lie past an end of the axis, behind the line square to it there."""
    past = np.zeros(len(points), dtype=bool)
    xy = shapely.get_coordinates(points)
    ends = shapely.get_coordinates(axis)
    first, last = chainage <= TOUCH_M, chainage >= axis.length - TOUCH_M
    for at, end, inner in ((first, ends[0], ends[1]), (last, ends[-1], ends[-2])):
        ahead = (end - inner) / np.hypot(*(end - inner))
        past |= at & ((xy - end) @ ahead > TOUCH_M)
    return past


def run_along(axis: LineString, shape: BaseGeometry, reach_m: float) -> Run | None:
    """Return the run of a line or area along an axis; None where no part lies within `reach_m`.

    Its points every 100 m (of an area, those of its boundary) are laid onto the axis; `share` is
    the share of those within `reach_m`, and the run goes from the least to the greatest chainage.

    Examples
    --------
    >>> from shapely import LineString
    >>> axis = LineString([(0, 0), (1000, 0)])
    >>> run = run_along(axis, LineString([(200, 50), (700, 50)]), 100.0)
    >>> run.start_m, run.end_m, run.share
    (200.0, 700.0, 1.0)
    """
    line = shape.boundary if "Polygon" in shape.geom_type else shape
    xy = shapely.get_coordinates(shapely.segmentize(line, STEP_M))
    points = np.asarray(shapely.points(xy), dtype=object)
    near = shapely.distance(points, axis) <= reach_m
    if not near.any():
        return None
    at = shapely.line_locate_point(axis, points[near])
    return Run(start_m=float(at.min()), end_m=float(at.max()), share=float(near.mean()))
