"""Whom circles reach by road, and how they share the custom of places between them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatialplan.concepts.circles_ground import Ground, Numbers, snap
from spatialplan.concepts.circles_pois import Offer
from spatialplan.concepts.setting import Setting
from spatialplan.measures.huff import huff_shares
from spatialplan.model.verdict import State
from spatialplan.network.od import cost_matrix, pair_paths
from spatialplan.text import Text

__all__ = [
    "FLOOR_MIN",
    "KINDS",
    "LIMITS_MIN",
    "MAIN_LIMIT_MIN",
    "Competition",
    "Reach",
    "compete",
    "measure_reach",
    "ways_to_city",
]

LIMITS_MIN = (15.0, 30.0, 60.0)
MAIN_LIMIT_MIN = 30.0
KINDS = {"village": Text("村", "villages"), "township": Text("乡镇", "townships")}
# Parking and walking in takes about as long; and a kilometre or two, to which villages and centres
# are known, is 2 to 5 minutes: nearer than this the model would follow errors of position.
FLOOR_MIN = 5.0
MS_PER_MIN = 60_000.0
LOCAL = ("city", "county")  # people shop there; circles of culture live on visitors


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Driving times from places to circles.

    Attributes
    ----------
    places
        ``name``, ``township``, ``kind`` (village or township), ``accuracy_m``, points in the plan's
        CRS.
    minutes
        From place to circle, inf where no road leads, shape (n, m).
    delta_min
        What the accuracy of place and centre leaves open, at the mean speed of the roads.
    mapped
        Whether roads are mapped where a place lies, shape (n,).
    """

    places: gpd.GeoDataFrame
    minutes: NDArray[np.float64]
    delta_min: NDArray[np.float64]
    mapped: NDArray[np.bool_]

    def of_kind(self, kind: str) -> NDArray[np.bool_]:
        """Return which places are villages or townships, shape (n,)."""
        return np.asarray(self.places["kind"] == kind)

    def tally(self, kind: str, limit_min: float, column: int | None = None) -> dict[State, int]:
        """Count the places of a kind by whether they reach a circle (any, when omitted) in time.

        *Unroutable* are those too far from any road or cut off, *no data* those beyond the mapped
        roads.
        """
        rows = self.of_kind(kind)
        columns = slice(None) if column is None else [column]
        minutes, delta = self.minutes[rows][:, columns], self.delta_min[rows][:, columns]
        sure = (minutes + delta <= limit_min).any(axis=1)
        maybe = (minutes - delta <= limit_min).any(axis=1) & ~sure
        routed = np.isfinite(minutes).any(axis=1)
        return {
            State.HOLDS: int(sure.sum()),
            State.UNCERTAIN: int(maybe.sum()),
            State.FAILS: int((routed & ~sure & ~maybe).sum()),
            State.UNROUTABLE: int((~routed & self.mapped[rows]).sum()),
            State.NO_DATA: int((~routed & ~self.mapped[rows]).sum()),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """How circles share the custom of the places that reach any, by Huff's model.

    `columns` are positions of circles; `attraction`, `shares` (of all custom) and `first` (places
    for which the circle comes first) go with them.
    """

    columns: NDArray[np.int64]
    attraction: NDArray[np.float64]
    shares: NDArray[np.float64]
    first: NDArray[np.int64]
    n_places: int
    n_reached: int
    by_points: bool


def measure_reach(setting: Setting, ground: Ground, numbers: Numbers) -> Reach:
    """Return the driving times of all placed villages and townships to the circles."""
    places = _places(setting)
    xy = shapely.get_coordinates(places.geometry.to_numpy()).reshape(-1, 2)
    snaps = snap(setting, xy, numbers.snap_m)
    network = setting.context.network
    cost = cost_matrix(network, snaps, xy, ground.snaps, ground.xy, by="time")
    own = places["accuracy_m"].fillna(0.0).to_numpy(dtype=float)
    theirs = np.array([circle.accuracy_m for circle in ground.circles])
    ms_per_m = network.time_ms.sum() / max(float(network.length_m.sum()), 1.0)
    mapped = np.asarray(shapely.intersects_xy(network.extent, xy[:, 0], xy[:, 1]), dtype=bool)
    return Reach(
        places=places,
        mapped=mapped,
        minutes=cost / MS_PER_MIN,
        delta_min=np.hypot(own[:, None], theirs[None, :]) * ms_per_m / MS_PER_MIN,
    )


def compete(
    ground: Ground, reach: Reach, offer: Offer | None, numbers: Numbers
) -> Competition | None:
    """Return how the circles of city and counties share the places; None with fewer than two.

    Demand is every placed village, and the seat of every township that has none; all weigh the
    same. Attraction is the number of commercial points in the walking area; 1 where none is mapped,
    which is not to say that there are none.
    """
    columns = [int(i) for i in ground.on_road() if ground.circles[i].level in LOCAL]
    rows = _demand(reach.places)
    if len(columns) < 2 or not rows.any():
        return None
    points = np.zeros(len(columns)) if offer is None else offer.commercial()[columns]
    attraction = np.maximum(points, 1.0)
    cost = reach.minutes[rows][:, columns]
    shares = huff_shares(cost, attraction, numbers.huff_beta, FLOOR_MIN)
    reached = np.isfinite(shares).all(axis=1)
    if not reached.any():
        return None
    first = np.bincount(shares[reached].argmax(axis=1), minlength=len(columns))
    return Competition(
        columns=np.array(columns),
        attraction=attraction,
        shares=shares[reached].mean(axis=0),
        first=first,
        n_places=int(rows.sum()),
        n_reached=int(reached.sum()),
        by_points=bool((points > 0).any()),
    )


def ways_to_city(setting: Setting, ground: Ground) -> dict[int, tuple[int, float, float]]:
    """Return by position the quickest way of each circle that is not the city's to one that is.

    A way is the position of the city's circle, kilometres and minutes.
    """
    on_road = ground.on_road()
    city = [int(i) for i in on_road if ground.circles[i].level == "city"]
    others = [int(i) for i in on_road if ground.circles[i].level != "city"]
    pairs = np.array([(i, j) for i in others for j in city], dtype=np.int64).reshape(-1, 2)
    if len(pairs) == 0:
        return {}
    both = (ground.snaps, ground.xy)
    found = pair_paths(setting.context.network, both, both, pairs, by="time")
    nearest: dict[int, tuple[int, float, float]] = {}
    for k in np.flatnonzero(found.reached)[np.argsort(found.cost[found.reached], kind="stable")]:
        i, j = (int(end) for end in pairs[k])
        minutes = float(found.time_ms[k] / MS_PER_MIN)
        nearest.setdefault(i, (j, float(found.length_m[k] / 1000), minutes))
    return nearest


def _places(setting: Setting) -> gpd.GeoDataFrame:
    """Return the placed villages, and the townships within the plan's area."""
    villages = setting.villages[["name", "township", "accuracy_m", "geometry"]]
    area = shapely.union_all(setting.districts.geometry.to_numpy())
    seats = setting.townships[setting.townships.geometry.intersects(area)]
    seats = seats.assign(township=seats["name"])[["name", "township", "accuracy_m", "geometry"]]
    return pd.concat(
        [villages.assign(kind="village"), seats.assign(kind="township")], ignore_index=True
    )


def _demand(places: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which places stand for demand: villages, and townships without any, shape (n,)."""
    is_village = (places["kind"] == "village").to_numpy()
    villages = places[is_village]
    covered = set(villages["township"]) | set(villages["name"])
    return np.asarray(is_village | ~places["name"].isin(covered).to_numpy())
