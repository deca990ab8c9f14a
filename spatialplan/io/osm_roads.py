"""Collect the ways open to a mode while a file is read, and lay them out as `RoadWays`."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.io import osm_tags
from spatialplan.io.osm_tags import Tags
from spatialplan.model.osm import Mode, RoadWays

__all__ = ["FERRY", "RoadCollector", "RoadRules"]

TEXTS = ("road_class", "name", "ref", "surface", "junction")
COLUMNS = ("way_id", "size", *TEXTS, "oneway", "maxspeed_kmh", "layer", "flags")
BRIDGE, TUNNEL, TOLL = 1, 2, 4
FERRY = "ferry"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadRules:
    """Which ways are taken.

    Attributes
    ----------
    ferries
        Whether ferries count as roads.
    tolls
        Whether roads that the mode pays for are taken.
    access
        Whether access limits and barriers are honoured; without, every way of a class is taken.
    """

    mode: Mode
    ferries: bool = False
    tolls: bool = True
    access: bool = True


@dataclass(slots=True, kw_only=True)
class RoadCollector:
    """Ways and barriers of a file, kept as flat arrays.

    `counts` holds the ways by outcome: ``roads`` taken, and the others by reason.
    """

    rules: RoadRules
    counts: Counter[str] = field(default_factory=Counter)
    _rows: list[tuple[Any, ...]] = field(default_factory=list)
    _node: array[int] = field(default_factory=lambda: array("q"))
    _lonlat: bytearray = field(default_factory=bytearray)
    _barred: array[int] = field(default_factory=lambda: array("q"))
    _seen: set[int] = field(default_factory=set)

    def wants(self, way_id: int, road_class: str, tags: Tags) -> bool:
        """Whether a way is to be taken; one that is not is counted by reason."""
        reason = self._reason(road_class, way_id, tags)
        if reason:
            self.counts[reason] += 1
            return False
        self._seen.add(way_id)
        return True

    def _reason(self, road_class: str, way_id: int, tags: Tags) -> str:
        """Return why a way is left out; empty text where it is taken."""
        rules = self.rules
        if road_class == FERRY:
            if not rules.ferries:
                return "roads_ferry"
        elif road_class not in osm_tags.CLASSES[rules.mode]:
            return "roads_other_class"
        if tags.get("area", "") == "yes":
            return "roads_area"
        if rules.access and osm_tags.is_closed(tags, rules.mode):
            return "roads_closed"
        if not rules.tolls and osm_tags.is_toll(tags, rules.mode):
            return "roads_toll"
        return "roads_duplicate" if way_id in self._seen else ""

    def add(
        self,
        way_id: int,
        road_class: str,
        tags: Tags,
        runs: Sequence[tuple[Sequence[int], bytes]],
    ) -> None:
        """Take a way as runs of located nodes: node ids, and their longitudes and latitudes.

        The numbers are pairs of little-endian doubles. A whole way is one run; where nodes are
        missing it falls into several, so that no road is drawn across the gap.
        """
        mode = self.rules.mode
        flags = (
            osm_tags.is_yes(tags.get("bridge", "")) * BRIDGE
            | osm_tags.is_yes(tags.get("tunnel", "")) * TUNNEL
            | osm_tags.is_toll(tags, mode) * TOLL
        )
        about = (
            road_class,
            intern(osm_tags.chinese_name(tags)),
            intern(tags.get("ref", "")),
            intern(tags.get("surface", "")),
            intern(tags.get("junction", "")),
            osm_tags.oneway(tags, mode),
            osm_tags.maxspeed_kmh(tags, mode),
            _small_int(tags.get("layer", "")),
            flags,
        )
        for nodes, lonlat in runs:
            self._node.extend(nodes)
            self._lonlat += lonlat
            self._rows.append((way_id, len(nodes), *about))

    def add_node(self, node_id: int, tags: Tags) -> None:
        """Take a node that may hold a barrier."""
        if self.rules.access and osm_tags.is_barred(tags, self.rules.mode):
            self._barred.append(node_id)

    def finish(self, area: BaseGeometry) -> RoadWays:
        """Return the collected ways that touch an area (WGS-84), whole; count the others."""
        columns = dict(zip(COLUMNS, zip(*self._rows, strict=True), strict=False))
        size = _column(columns, "size", np.int64)
        lonlat = np.frombuffer(self._lonlat, dtype="<f8").reshape(-1, 2)
        kept = _touches(lonlat, np.concatenate([[0], np.cumsum(size)]), area)
        taken = np.repeat(kept, size)
        node_id, where, node = np.unique(
            np.frombuffer(self._node, dtype=np.int64)[taken], return_index=True, return_inverse=True
        )
        place = lonlat[taken][where]
        barred = np.isin(node_id, np.frombuffer(self._barred, dtype=np.int64))
        way_id = _column(columns, "way_id", np.int64)
        self._count(way_id, kept, barred)
        flags = _column(columns, "flags", np.int8)[kept]
        return RoadWays(
            way_id=way_id[kept],
            first=np.concatenate([[0], np.cumsum(size[kept])]),
            node=node.astype(np.int64),
            node_id=node_id,
            lon=place[:, 0].copy(),
            lat=place[:, 1].copy(),
            oneway=_column(columns, "oneway", np.int8)[kept],
            maxspeed_kmh=_column(columns, "maxspeed_kmh", np.float64)[kept],
            bridge=(flags & BRIDGE) > 0,
            tunnel=(flags & TUNNEL) > 0,
            layer=_column(columns, "layer", np.int8)[kept],
            toll=(flags & TOLL) > 0,
            barred_node=barred,
            **{name: _column(columns, name, np.object_)[kept] for name in TEXTS},
        )

    def _count(
        self, way_id: NDArray[np.int64], kept: NDArray[np.bool_], barred: NDArray[np.bool_]
    ) -> None:
        inside = len(np.unique(way_id[kept]))
        self.counts["roads"] = inside
        self.counts["roads_outside"] = len(np.unique(way_id)) - inside
        self.counts["barriers"] = int(barred.sum())


def _column(
    columns: Mapping[str, Sequence[Any]], name: str, dtype: type[np.generic]
) -> NDArray[Any]:
    """Return a column of the collected rows, empty when there is none."""
    return np.array(columns.get(name, ()), dtype=dtype)


def _small_int(value: str) -> int:
    """Return a ``layer`` value; 0 where it is no whole number of a believable size."""
    try:
        number = int(value or 0)
    except ValueError:
        return 0
    return number if abs(number) < 100 else 0


def _touches(
    lonlat: NDArray[np.float64], first: NDArray[np.int64], area: BaseGeometry
) -> NDArray[np.bool_]:
    """Whether each run of points meets the area: by its bounds where they tell, else exactly."""
    if len(first) == 1:
        return np.zeros(0, dtype=bool)
    low = np.minimum.reduceat(lonlat, first[:-1])
    high = np.maximum.reduceat(lonlat, first[:-1])
    min_x, min_y, max_x, max_y = area.bounds
    near = (high >= (min_x, min_y)).all(axis=1) & (low <= (max_x, max_y)).all(axis=1)
    shapely.prepare(area)
    found: NDArray[np.bool_] = np.array(near, dtype=bool)
    close = np.flatnonzero(near)
    found[close] = shapely.covers(area, shapely.box(*low[close].T, *high[close].T))
    unsure = np.flatnonzero(near & ~found)
    size = (first[1:] - first[:-1])[unsure]
    points = np.repeat(first[unsure] - np.cumsum(size) + size, size) + np.arange(size.sum())
    lines = shapely.linestrings(lonlat[points], indices=np.repeat(np.arange(len(size)), size))
    found[unsure] = shapely.intersects(area, lines)
    return found
