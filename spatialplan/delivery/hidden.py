"""Facilities that the roads at hand cannot judge, so that no village is called uncovered for them.

A facility without coordinates, too far from the mapped roads or on a piece cut off from the
village may well serve it, and one next door that the mapped roads reach only by an absurd way round
probably does: a gap in the data is no gap in service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from spatialplan.delivery.parents import area_key
from spatialplan.delivery.placing import Placed
from spatialplan.measures.coverage import known_accuracy
from spatialplan.model.delivery import Facility
from spatialplan.model.limit import Limit
from spatialplan.model.network import StreetNetwork
from spatialplan.network.od import pair_paths
from spatialplan.settings import Settings
from spatialplan.text import Text

__all__ = ["Hidden"]

_UNPLACED = Text("同一辖区（或辖区不明）有 {} 个服务点无坐标、未计入",
                 "{} facilities of its area, or of none known, have no coordinates")  # fmt: skip
_OFF = Text("“{}”直线只有 {:.1f} 公里，但现有路网接不上",
            "{} is only {:.1f} km away in a straight line, where no mapped road leads")  # fmt: skip


_ROUND = Text("“{}”直线只有 {:.1f} 公里，现有路网却要绕 {:.0f} 倍，疑缺路或缺桥",
              "{} is only {:.1f} km away, but {:.0f} times as far on the mapped roads")  # fmt: skip
# No vehicle of this service averages more: what lies within the limit at this speed, as the crow
# flies, may be within it on a road that the map lacks.
FASTEST_KMH = 60.0
ABSURD = 5.0  # a way round so many times the straight one speaks of a missing road or bridge


class Hidden:
    """Looks up what may serve a village unseen.

    Parameters
    ----------
    areas
        Of each village: the township that its station, or the county that its hub belongs to.
    facilities, stations
        Those that serve, and where they are.
    own
        The area of each facility; one that no village has is as good as not told.
    """

    def __init__(
        self,
        network: StreetNetwork,
        areas: Sequence[str],
        villages: Placed,
        facilities: Sequence[Facility],
        stations: Placed,
        own: Sequence[str],
    ) -> None:
        self._keys, self._facilities = [area_key(area) for area in areas], facilities
        self._villages, self._stations = villages, stations
        known = set(self._keys)
        self._own = [key if key in known else "" for key in map(area_key, own)]
        told = zip(facilities, self._own, strict=True)
        self._unplaced = Counter(key for facility, key in told if not facility.is_placed)
        self._network = network
        self._vaguest = float(known_accuracy(stations.accuracy_m).max(initial=0.0))
        self._here, self._there = _pieces(network, villages), _pieces(network, stations)
        self._placed = np.flatnonzero(stations.is_placed)
        self._tree = cKDTree(stations.xy[self._placed]) if len(self._placed) else None

    def of(self, row: int, limit: Limit, *, own_only: bool = False) -> Text | None:
        """Return what may serve a placed village within a limit although no road shows it.

        With `own_only`, of the facilities cut off only those of its own area, or of none known.
        """
        key = self._keys[row]
        unplaced = self._unplaced[key] + self._unplaced[""] if key else self._unplaced.total()
        if unplaced:
            return Text(_UNPLACED.zh.format(unplaced), _UNPLACED.en.format(unplaced))
        if self._tree is None:
            return None
        xy = self._villages.xy[row]
        vague = float(known_accuracy(self._villages.accuracy_m[[row]])[0])
        far_m = _bound_m(limit) + vague + self._vaguest
        near = self._placed[self._tree.query_ball_point(xy, far_m)]
        off = near[self._there[near] != self._here[row]]
        gap = np.hypot(*(self._stations.xy[off] - xy).T)
        own = known_accuracy(self._stations.accuracy_m[off])
        off = off[gap - np.hypot(vague, own) <= _bound_m(limit)]
        if own_only:
            off = np.array([at for at in off.tolist() if self._own[at] in ("", key)], dtype=int)
        if len(off) == 0:
            return None
        far = np.hypot(*(self._stations.xy[off] - xy).T)
        best = int(np.argmin(far))
        name, km = self._facilities[int(off[best])].name, float(far[best]) / 1000
        return Text(_OFF.zh.format(name, km), _OFF.en.format(name, km))

    def ways_round(self, rows: NDArray[np.int64], limit: Limit) -> dict[int, Text]:
        """Return by village what is next door but absurdly far on the mapped roads.

        Parameters
        ----------
        rows
            Positions of villages on the roads that no facility covers within the limit.
        """
        if self._tree is None or len(rows) == 0:
            return {}
        # Any: the stubs know neither the list of lists nor the array of them.
        within: Any = self._tree.query_ball_point(self._villages.xy[rows], _usual_m(limit))
        near = [np.array(found, dtype=np.int64) for found in within]
        village = np.repeat(rows, [len(found) for found in near])
        facility = self._placed[np.concatenate(near)]
        joined = (self._here[village] >= 0) & (self._here[village] == self._there[facility])
        pairs = np.column_stack([village, facility])[joined]
        if len(pairs) == 0:
            return {}
        a, b = self._villages, self._stations
        straight = np.hypot(*(a.xy[pairs[:, 0]] - b.xy[pairs[:, 1]]).T)
        # As the crow flies at the speed of estimates, in the routing cost of the limit.
        usual = straight * (1000.0 if limit.by == "length" else 3600.0 / Settings().estimate_kmh)
        found = pair_paths(
            self._network, (a.snaps, a.xy), (b.snaps, b.xy), pairs, by=limit.by,
            limit=ABSURD * limit.cost,
        )  # fmt: skip
        cost = np.where(found.reached, found.cost, ABSURD * limit.cost)
        ratio = cost / np.maximum(usual, 1.0)
        told: dict[int, Text] = {}
        for at in np.flatnonzero((ratio >= ABSURD) & (cost > limit.cost))[::-1].tolist():
            name, km = self._facilities[int(pairs[at, 1])].name, float(straight[at]) / 1000
            told[int(pairs[at, 0])] = Text(
                _ROUND.zh.format(name, km, ratio[at]), _ROUND.en.format(name, km, ratio[at])
            )
        return told


def _pieces(network: StreetNetwork, points: Placed) -> NDArray[np.int64]:
    """Return the piece of road each point lies on, -1 where none."""
    edge = points.snaps.edge
    piece = network.piece[network.source[np.maximum(edge, 0)]].astype(np.int64)
    return np.where(edge >= 0, piece, -1)


def _bound_m(limit: Limit) -> float:
    """Return how far a facility can be in a straight line and yet be within a limit."""
    return limit.value if limit.by == "length" else limit.value * FASTEST_KMH * 1000 / 60


def _usual_m(limit: Limit) -> float:
    """Return how far a facility is in a straight line, on roads as they usually are."""
    usual = Settings()
    metres = limit.value if limit.by == "length" else limit.value * usual.estimate_kmh * 1000 / 60
    return metres / usual.circuity
