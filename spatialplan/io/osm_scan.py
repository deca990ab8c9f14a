"""Scan an OpenStreetMap file by pyosmium: its objects, one by one, to the collectors.

Every question to an object crosses from Python to C++, and there are millions of objects: so
filters written in C++ keep back what they can, and the rest is asked as little as possible.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, RELATION, WAY

from spatialplan.io import osm_tags
from spatialplan.io.osm_features import WAY_KEYS, FeatureCollector
from spatialplan.io.osm_roads import FERRY, RoadCollector
from spatialplan.io.osm_tags import Tags

__all__ = ["Scan"]

WKB_HEAD = 9  # byte order, type and number of points come before the coordinates
# The keys that most objects have, also those of no use.
FREQUENT_NODE = ("highway", "amenity", "tourism", "shop", "man_made", "power", "barrier", "place")
FREQUENT_WAY = ("building", "natural", "landuse", "leisure", "waterway", "amenity", "barrier")
ROAD_CLASSES = frozenset().union(*osm_tags.CLASSES.values())

_wkb = osmium.geom.WKBFactory()


@dataclass(slots=True, kw_only=True)
class Scan:
    """One reading of a file, as the handler that pyosmium calls with each object.

    A method that returns True ends the way of an object through the chain of handlers.
    `restricted` holds the ways that turn restrictions start from.
    """

    roads: RoadCollector
    features: FeatureCollector
    counts: Counter[str] = field(default_factory=Counter)
    restricted: list[int] = field(default_factory=list)
    _node_keys: tuple[str, ...] = ()
    _way_keys: tuple[str, ...] = ()
    _members: set[int] = field(default_factory=set)

    def run(self, path: Path, poi_keys: tuple[str, ...]) -> None:
        """Read the file: first its relations, for their areas, then all of it."""
        node_keys = (*poi_keys, "place", "barrier")
        self._node_keys = tuple(dict.fromkeys((*FREQUENT_NODE, *node_keys)))
        self._way_keys = tuple(dict.fromkeys((*FREQUENT_WAY, *WAY_KEYS, *poi_keys, "route")))
        areas = osmium.area.AreaManager()
        candidates = _Candidates(features=self.features)
        with osmium.io.Reader(str(path), RELATION) as reader:
            osmium.apply(reader, candidates, areas.first_pass_handler())
        self._members = candidates.members
        assembled = _Assembled(features=self.features)
        with osmium.io.Reader(str(path)) as reader:
            osmium.apply(
                reader,
                _locations(),
                _only(NODE, node_keys),
                self,
                areas.second_pass_handler(assembled),
            )
        self.counts["areas_incomplete"] = candidates.count - assembled.count

    def run_roads(self, path: Path) -> None:
        """Read the file for its roads alone: in one go, and past most of what is in it."""
        self._node_keys, self._way_keys = ("barrier",), ("route",)
        with osmium.io.Reader(str(path)) as reader:
            osmium.apply(
                reader,
                _only(WAY, ("highway", "route")),
                _locations(),
                _only(NODE, self._node_keys),
                self,
            )

    def node(self, node: osmium.osm.Node) -> bool:
        """Take a node as barrier, place or point of interest."""
        tags = cast("Tags", node.tags)
        kinds = _ask(node.tags, self._node_keys)
        if "barrier" in kinds:
            self.roads.add_node(node.id, tags)
        self.features.add_node(node.id, kinds, tags, partial(_point, node))
        return True

    def way(self, way: osmium.osm.Way) -> bool:
        """Take a way as road, line or area; hand it on when an area of a relation needs it."""
        tags = cast("Tags", way.tags)
        way_id = way.id
        highway = tags.get("highway", "")
        if highway in ROAD_CLASSES:
            self._road(way, tags, highway)
        elif kinds := _ask(way.tags, self._way_keys):
            if kinds.get("route") == FERRY:
                self._road(way, tags, FERRY)
            taken = self.features.add_way(way_id, kinds, tags, partial(_line, way))
            self.roads.counts["roads_other_class"] += bool(highway) and not taken
        elif highway:
            self.roads.counts["roads_other_class"] += 1
        return way_id not in self._members

    def _road(self, way: osmium.osm.Way, tags: Tags, road_class: str) -> None:
        if self.roads.wants(way.id, road_class, tags) and (runs := self._runs(way)):
            self.roads.add(way.id, road_class, tags, runs)

    def relation(self, relation: osmium.osm.Relation) -> bool:
        """Take a turn restriction."""
        tags = cast("Tags", relation.tags)
        is_restriction = tags.get("type", "") == "restriction"
        if is_restriction and osm_tags.restricts(tags, self.roads.rules.mode):
            self.restricted += [m.ref for m in relation.members if m.role == "from"][:1]
        return True

    def _runs(self, way: osmium.osm.Way) -> list[tuple[list[int], bytes]]:
        """Return the node ids and coordinates of a way, parted where nodes are missing."""
        if shape := _line(way):
            return [([node.ref for node in way.nodes], bytes.fromhex(shape)[WKB_HEAD:])]
        if len(way.nodes) < 2:
            self.counts["roads_too_short"] += 1
            return []
        self.counts["roads_missing_nodes"] += 1
        runs: list[list[tuple[int, float, float]]] = [[]]
        for node in way.nodes:
            if node.location.valid():
                runs[-1].append((node.ref, node.lon, node.lat))
            else:
                runs.append([])
        return [
            ([ref for ref, _, _ in run], np.array([at for _, *at in run], dtype="<f8").tobytes())
            for run in runs
            if len(run) > 1
        ]


@dataclass(slots=True, kw_only=True)
class _Candidates:
    """Handler that finds the relations whose areas are wanted, and their member ways."""

    features: FeatureCollector
    count: int = 0
    members: set[int] = field(default_factory=set)

    def relation(self, relation: osmium.osm.Relation) -> bool:
        """Pass on a relation whose area is wanted."""
        tags = dict(relation.tags)
        if tags.get("type") not in ("multipolygon", "boundary"):
            return True
        if not self.features.wants_relation(tags):
            return True
        self.count += 1
        self.members.update(member.ref for member in relation.members if member.type == "w")
        return False


@dataclass(slots=True, kw_only=True)
class _Assembled:
    """Handler that takes the assembled areas of relations."""

    features: FeatureCollector
    count: int = 0

    def area(self, area: osmium.osm.Area) -> None:
        """Take an area, unless it is that of a closed way."""
        if not area.from_way():
            self.count += 1
            shape = partial(_wkb.create_multipolygon, area)
            self.features.add_relation(area.orig_id(), dict(area.tags), shape)


def _locations() -> osmium.NodeLocationsForWays:
    """Return the handler that remembers where nodes are and tells the ways."""
    handler = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    handler.ignore_errors()
    return handler


def _only(entity: osmium.osm.osm_entity_bits, keys: tuple[str, ...]) -> KeyFilter:
    """Return a filter that stops objects of one kind that have none of the keys."""
    keys_filter = KeyFilter(*keys)
    keys_filter.enable_for(entity)
    return keys_filter


def _ask(tags: osmium.osm.TagList, keys: tuple[str, ...]) -> dict[str, str]:
    """Return those tags of an object that have one of the keys, with few questions.

    The frequent keys stand first: most objects have a single tag, and are done with it.
    """
    left = len(tags)
    found: dict[str, str] = {}
    for key in keys if left else ():
        if value := tags.get(key, ""):
            found[key] = value
            left -= 1
            if not left:
                break
    return found


def _point(node: osmium.osm.Node) -> str:
    return str(_wkb.create_point(node)) if node.location.valid() else ""


def _line(way: osmium.osm.Way) -> str:
    """Return the line of a way; empty text where it has no two nodes, or some are missing."""
    if len(way.nodes) < 2:
        return ""
    try:
        return str(_wkb.create_linestring(way, osmium.geom.use_nodes.ALL))
    except osmium.InvalidLocationError:
        return ""
