"""What the map shows in circles: points of interest, their density and mix, the density core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.judging import judge
from spatialplan.concepts.circles_centres import Circle
from spatialplan.concepts.circles_ground import SQUARE_KM, Ground, Numbers
from spatialplan.concepts.setting import Setting
from spatialplan.measures.kernel_density import Surface, core_area, kernel_density, peak_near
from spatialplan.measures.location_quotient import location_quotient
from spatialplan.measures.mix import shannon_evenness
from spatialplan.measures.straight import depth_inside
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["Core", "Offer", "find_cores", "read_offer"]

# What people go to a commercial circle for; the other categories make it mixed.
COMMERCIAL = ("commerce", "food")
CORE_SHARE = 0.5  # the core is where the density is at least half of the peak's
CELLS_PER_BANDWIDTH = 5.0
LEAST_POINTS = 10  # of fewer points the surface shows the kernel, not a centre
POI_M = 30.0  # positional accuracy of a mapped point where the map states none


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Points of interest of the city and within the walking areas of circles.

    Attributes
    ----------
    categories, names
        Those that occur in the city, K of the mix, and what readers call them.
    city
        Points of the city by category, shape (K,).
    counts
        Points by circle and category, shape (m, K), in the order of `Ground.circles`.
    per_km2, evenness
        Shape (m,); nan where the circle has no walking area, or no points for a mix.
    quotient
        Location quotient against the city, shape (m, K).
    """

    categories: tuple[str, ...]
    names: tuple[Text, ...]
    city: NDArray[np.float64]
    counts: NDArray[np.float64]
    per_km2: NDArray[np.float64]
    evenness: NDArray[np.float64]
    quotient: NDArray[np.float64]

    @property
    def city_evenness(self) -> float | None:
        """Mix of the whole city; None where it has one category only."""
        found = float(shannon_evenness(self.city[None, :])[0])
        return found if np.isfinite(found) else None

    def commercial(self) -> NDArray[np.float64]:
        """Return the commercial points of each circle, shape (m,)."""
        chosen = np.isin(self.categories, COMMERCIAL)
        return np.asarray(self.counts[:, chosen].sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The densest commerce near a circle's centre, against that centre.

    `offset_m` is from the plan's centre to the peak, known to ± `delta_m`; `outside_m` how far the
    centre lies outside the core area, negative inside. All None where too few points are mapped.
    """

    circle: Circle
    state: State
    points: int
    peak: Point | None = None
    area: Polygon | None = None
    per_km2: float | None = None
    is_summit: bool = False
    offset_m: float | None = None
    outside_m: float | None = None
    delta_m: float | None = None


def read_offer(setting: Setting, ground: Ground) -> Offer | None:
    """Return the points of interest in the city and the circles; None where the map has none.

    A circle's points are those inside its drawn walking area, so that count and area of a density
    are of the same ground.
    """
    objects = setting.objects
    named = objects[objects["category"] != ""]
    points, category = named.geometry.to_numpy(), named["category"].to_numpy(dtype=object)
    city = shapely.union_all(setting.districts.geometry.to_numpy())
    inside = _within(points, city)
    if not inside.any():
        return None
    categories = setting.categories_in(category[inside])
    column = {key: i for i, key in enumerate(categories)}

    def count(kept: NDArray[np.bool_]) -> NDArray[np.float64]:
        # A circle at the border may hold what the city has not: it counts for no circle.
        numbers = [column[key] for key in category[kept] if key in column]
        found = np.bincount(np.array(numbers, dtype=np.int64), minlength=len(categories))
        return found.astype(np.float64)

    own = np.array([count(_within(points, area)) for area in ground.walk])
    counts = own.reshape(len(ground.walk), len(categories))
    area_km2 = shapely.area(np.array(ground.walk, dtype=object)) / SQUARE_KM
    per_km2 = np.where(area_km2 > 0, counts.sum(axis=1) / np.maximum(area_km2, 1e-9), np.nan)
    total = count(inside)
    return Offer(
        categories=categories,
        names=tuple(setting.category_name(key) for key in categories),
        city=total,
        counts=counts,
        per_km2=per_km2,
        evenness=shannon_evenness(counts),
        quotient=location_quotient(counts, total),
    )


def find_cores(setting: Setting, ground: Ground, numbers: Numbers) -> list[Core]:
    """Return the densest commerce within the walking distance of each centre.

    The centre's accuracy widens the search. The question is whether the plan's centre lies in the
    core; accuracy of centre, points and cells makes it *uncertain*.
    """
    objects = setting.objects[setting.objects["category"].isin(COMMERCIAL)]
    xy = shapely.get_coordinates(objects.geometry.to_numpy())
    cell_m = numbers.bandwidth_m / CELLS_PER_BANDWIDTH
    surface = kernel_density(xy[:, 0], xy[:, 1], numbers.bandwidth_m, cell_m)
    point_m = float(objects["accuracy_m"].fillna(POI_M).median()) if len(objects) else POI_M
    fuzz_m = float(np.hypot(point_m, cell_m / 2))
    return [_core(circle, surface, xy, numbers, fuzz_m) for circle in ground.circles]


def _core(
    circle: Circle,
    surface: Surface | None,
    xy: NDArray[np.float64],
    numbers: Numbers,
    fuzz_m: float,
) -> Core:
    """Return the core of one circle."""
    at = circle.centre or Point()
    radius_m = numbers.walk_m + circle.accuracy_m
    near = int((np.hypot(xy[:, 0] - at.x, xy[:, 1] - at.y) <= radius_m).sum())
    peak = None if surface is None else peak_near(surface, at.x, at.y, radius_m)
    if surface is None or peak is None or near < LEAST_POINTS:
        return Core(circle=circle, state=State.NO_DATA, points=near)
    area = core_area(surface, peak, CORE_SHARE)
    outside_m = -float(depth_inside(at, area))
    delta_m = float(np.hypot(circle.accuracy_m, fuzz_m))
    return Core(
        circle=circle,
        state=judge(outside_m, 0.0, delta_m),
        points=near,
        peak=Point(peak.x, peak.y),
        area=area,
        per_km2=peak.per_km2,
        is_summit=peak.is_summit,
        offset_m=float(np.hypot(peak.x - at.x, peak.y - at.y)),
        outside_m=outside_m,
        delta_m=delta_m,
    )


def _within(points: Sequence[BaseGeometry], area: BaseGeometry) -> NDArray[np.bool_]:
    shapely.prepare(area)
    return np.asarray(shapely.covers(area, np.array(points, dtype=object)), dtype=bool)
