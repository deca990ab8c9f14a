"""Straight-line measures in metres: distance to lines, depth inside areas, sides of a line.

All shapes are in one projected CRS. Straight lines ignore rivers and relief: they say where things
lie, never how one gets there.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

__all__ = ["depth_inside", "distance_along", "side_of_line"]

SAMPLE_M = 100.0
SLIVER_M = 0.01


def distance_along(subject: BaseGeometry, line: BaseGeometry) -> float:
    """Return how far a subject strays from a line, in metres.

    For points and areas the smallest distance; for lines the largest distance of any of their
    points (directed Hausdorff distance, Hausdorff 1914, sampled every 100 m).

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> axis = LineString([(0, 0), (1000, 0)])
    >>> distance_along(Point(500, 30), axis)
    30.0
    >>> distance_along(LineString([(0, 0), (1000, 400)]), axis)
    400.0
    """
    if subject.geom_type.endswith("LineString"):
        samples = shapely.get_coordinates(shapely.segmentize(subject, SAMPLE_M))
        return float(shapely.distance(shapely.points(samples), line).max())
    return float(shapely.distance(subject, line))


def depth_inside(subject: BaseGeometry, area: BaseGeometry) -> float:
    """Return how deep a subject lies inside an area, in metres; negative when it sticks out.

    The depth of a point is its distance to the boundary. A line or area that the area covers has
    the distance from its own boundary to the area's; otherwise minus the farthest distance of its
    part outside, sampled every 100 m and in its middle (so that a hole or bay of the area counts).
    Slivers below a centimetre, as projecting shared boundaries leaves them, are depth 0.

    Examples
    --------
    >>> from shapely import Point, box
    >>> depth_inside(Point(3, 5), box(0, 0, 10, 10))
    3.0
    >>> depth_inside(box(-4, 0, 5, 5), box(0, 0, 10, 10))
    -4.0
    """
    if area.covers(subject):
        return float(shapely.distance(subject, area.boundary))
    outside = shapely.get_parts(shapely.difference(subject, area))
    edges = shapely.get_coordinates(shapely.segmentize(outside, SAMPLE_M))
    samples = np.concatenate([shapely.points(edges), [_middle(part) for part in outside]])
    farthest = float(shapely.distance(samples, area).max(initial=0.0))
    return -farthest if farthest > SLIVER_M else 0.0


def _middle(part: BaseGeometry) -> Point:
    """Return the innermost point of a polygon, or a point of anything else."""
    if isinstance(part, Polygon) and part.area > SLIVER_M**2:
        return polylabel(part, tolerance=max(np.sqrt(part.area) / 100, SLIVER_M))
    return part.representative_point()


def side_of_line(points: NDArray[np.object_], line: BaseGeometry) -> NDArray[np.int8]:
    """Return on which side of a line each point lies: 1 left, -1 right of its direction, else 0.

    Parts of a multi-part line are chained where their ends touch, so that one direction holds.
    0 stands for a point on the line, and for one beside a part that does not touch the longest,
    whose direction is not known.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import LineString, points
    >>> side_of_line(points([(5, 3), (5, -3), (5, 0)]), LineString([(0, 0), (10, 0)])).tolist()
    [1, -1, 0]
    """
    parts = shapely.get_parts(shapely.line_merge(line) if line.geom_type[0] == "M" else line)
    axis = parts[np.argmax(shapely.length(parts))]
    at = shapely.line_locate_point(axis, points)
    before = shapely.line_interpolate_point(axis, np.maximum(at - 1.0, 0.0))
    after = shapely.line_interpolate_point(axis, np.minimum(at + 1.0, axis.length))
    ahead = shapely.get_coordinates(after) - shapely.get_coordinates(before)
    aside = shapely.get_coordinates(points) - shapely.get_coordinates(before)
    cross = ahead[:, 0] * aside[:, 1] - ahead[:, 1] * aside[:, 0]
    astray = shapely.distance(points, line) < shapely.distance(points, axis) - SLIVER_M
    return np.sign(np.where(astray | (np.abs(cross) < 1e-9), 0.0, cross)).astype(np.int8)
