"""Write small OpenStreetMap files by hand, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

Tags = Mapping[str, str]
NodeRow = tuple[int, float, float] | tuple[int, float, float, Tags]
WayRow = tuple[int, Sequence[int], Tags]
MemberRow = tuple[str, int, str]
RelationRow = tuple[int, Sequence[MemberRow], Tags]


def write_osm(
    path: Path,
    nodes: Iterable[NodeRow],
    ways: Iterable[WayRow] = (),
    relations: Iterable[RelationRow] = (),
    *,
    date: str = "2026-04-04T20:21:00Z",
) -> Path:
    """Write a file of the format its name tells: nodes (id, lon, lat[, tags]), ways, relations."""
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", date)
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for id_, lon, lat, *tags in nodes:
            writer.add_node(Node(id=id_, version=1, location=(lon, lat), tags=dict(*tags)))
        for id_, refs, tags in ways:
            writer.add_way(Way(id=id_, version=1, nodes=list(refs), tags=dict(tags)))
        for id_, members, tags in relations:
            writer.add_relation(Relation(id=id_, version=1, members=list(members), tags=dict(tags)))
    return path


def write_roads(source: Path, target: Path, classes: Iterable[str]) -> Path:
    """Write the ways of some highway classes of a file, and their nodes, to another."""
    wanted = frozenset(classes)
    roads = osmium.filter.KeyFilter("highway")
    needed: set[int] = set()
    for way in osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(roads):
        if way.tags["highway"] in wanted:
            needed.update(node.ref for node in way.nodes)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
            if node.id in needed:
                writer.add_node(node)
        for way in osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(roads):
            if way.tags["highway"] in wanted:
                writer.add_way(way)
    return target
