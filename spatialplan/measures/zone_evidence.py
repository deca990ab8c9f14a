"""Tell which central meridian eastings without zone prefix are counted from.

Meridians 3° apart put a point some 300 km apart, so that only one reading lies in the city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.measures import datum_words
from spatialplan.measures.datum_evidence import district_term
from spatialplan.measures.ground import CITY, FAR_M, Ground
from spatialplan.measures.zones import epsg_of_meridian, to_degrees
from spatialplan.model.table import DatumScore

__all__ = ["Zones", "weigh_zones"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

REACH_DEGREES = 4.5  # a sheet is at most one and a half zones off its meridian
INSIDE, NOT_INSIDE = 0.5, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Candidate CRSs of plane coordinates, and how well each places the points, shape (k,).

    `inside_share` counts the points in their stated districts, `score` is the log-likelihood of
    that; `sure` is the code of the only one that can be meant, empty where there is none.
    """

    codes: tuple[str, ...]
    inside_share: FloatArray
    road_median_m: FloatArray
    score: FloatArray
    sure: str

    def scores(self, points: int) -> tuple[DatumScore, ...]:
        """Return the scores of that many points as they are told."""
        return tuple(
            DatumScore(
                key=code,
                label=datum_words.label_of(code),
                points=points,
                inside_share=float(self.inside_share[position]),
                road_median_m=float(self.road_median_m[position]),
                score=float(self.score[position]),
            )
            for position, code in enumerate(self.codes)
        )


def weigh_zones(ground: Ground, x: FloatArray, y: FloatArray, area: IntArray) -> Zones:
    """Try the central meridians near the city on eastings without prefix.

    Parameters
    ----------
    area
        Position of the stated district, or `CITY`, shape (n,).
    """
    west, _, east, _ = ground.districts.total_bounds
    nearest = range(75, 136, 3)
    codes = tuple(
        epsg_of_meridian(degrees)
        for degrees in nearest
        if west - REACH_DEGREES <= degrees <= east + REACH_DEGREES
    )
    city, inside, road, score = np.zeros((4, len(codes)))
    for position, code in enumerate(codes):
        xy = ground.project(*to_degrees(code, x, y))[:, None]
        city[position] = (ground.depth(xy, np.full(len(x), CITY)) >= 0).mean()
        inside[position] = (ground.depth(xy, area) >= 0).mean()
        road[position] = np.median(np.minimum(ground.road_distance(xy)[0], FAR_M))
        score[position] = district_term(ground, xy, area).sum()
    best = int(np.argmax(city))
    is_sure = city[best] >= INSIDE and np.delete(city, best).max(initial=0.0) <= NOT_INSIDE
    return Zones(
        codes=codes,
        inside_share=inside,
        road_median_m=road,
        score=score,
        sure=codes[best] if is_sure else "",
    )
