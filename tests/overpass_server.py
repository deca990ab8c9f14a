"""A small Overpass on loopback: answers real queries from a small world, and misbehaves on command.

It understands the part of Overpass QL that is sent to it: filters on tags, boxes and polygons,
and recursion down to nodes. A mischief takes the reply's bytes and the handler, and does harm.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import osmium
import shapely
from shapely.geometry import Polygon, box

TIME = "2026-04-04T20:20:37Z"
STATUS = """Connected as: 1
Current time: 2026-04-04T20:21:00Z
Announced endpoint: none
Rate limit: 2
2 slots available now.
Currently running queries (pid, space limit, time limit, start time):
"""
STATEMENT = re.compile(
    r"(node|way|relation)((?:\[(?:\"[^\"]*\"|'[^']*'|[^\]\"'])*\])+)\((poly:'[^']*'|[-\d.,]+)\)"
)
FILTER = re.compile(r"\[[\"']([^\"']+)[\"'](?:(=|!?~)[\"']([^\"']*)[\"'])?\]")

Mischief = Callable[["Handler", bytes], None]


@dataclass
class World:
    """What a server knows: tags and places of nodes, nodes of ways, members of relations."""

    nodes: dict[int, dict[str, Any]] = field(default_factory=dict)
    ways: dict[int, dict[str, Any]] = field(default_factory=dict)
    relations: dict[int, dict[str, Any]] = field(default_factory=dict)
    time: str = TIME
    shapes: dict[tuple[str, int], Any] = field(default_factory=dict)
    trees: dict[tuple[str, int], Any] = field(default_factory=dict)

    def node(self, id: int, lon: float, lat: float, **tags: str) -> None:
        self.nodes[id] = element("node", id, tags, lat=lat, lon=lon)

    def way(self, id: int, nodes: list[int], **tags: str) -> None:
        self.ways[id] = element("way", id, tags, nodes=nodes)

    def relation(self, id: int, members: list[tuple[str, int, str]], **tags: str) -> None:
        named = [{"type": kind, "ref": ref, "role": role} for kind, ref, role in members]
        self.relations[id] = element("relation", id, tags, members=named)

    def shape(self, kind: str, id: int) -> Any:
        if (kind, id) not in self.shapes:
            self.shapes[kind, id] = self._shape(kind, id)
        return self.shapes[kind, id]

    def _shape(self, kind: str, id: int) -> Any:
        if kind == "node":
            return shapely.Point(self.nodes[id]["lon"], self.nodes[id]["lat"])
        if kind == "way":
            places = [self.nodes[n] for n in self.ways[id]["nodes"]]
            return shapely.LineString([(n["lon"], n["lat"]) for n in places])
        members = [(m["type"], m["ref"]) for m in self.relations[id]["members"]]
        known = [m for m in members if m[0] != "relation" and m[1] in self.of(m[0])]
        return shapely.GeometryCollection([self.shape(*member) for member in known])

    def of(self, kind: str) -> dict[int, dict[str, Any]]:
        return {"node": self.nodes, "way": self.ways, "relation": self.relations}[kind]

    def tree(self, kind: str) -> tuple[list[int], shapely.STRtree]:
        known = self.of(kind)
        if (kind, len(known)) not in self.trees:
            tree = shapely.STRtree([self.shape(kind, id) for id in known])
            self.trees[kind, len(known)] = list(known), tree
        return self.trees[kind, len(known)]

    def select(self, query: str) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {"node": set(), "way": set(), "relation": set()}
        near: dict[tuple[str, str], list[int]] = {}
        for kind, filters, where in STATEMENT.findall(query):
            if (kind, where) not in near:
                ids, tree = self.tree(kind)
                near[kind, where] = [ids[i] for i in tree.query(area_of(where), "intersects")]
            rules, known = FILTER.findall(filters), self.of(kind)
            found[kind] |= {
                id for id in near[kind, where] if fits(known[id].get("tags", {}), rules)
            }
        return found

    def answer(self, query: str) -> dict[str, Any]:
        """Return what Overpass answers to a query."""
        found = self.select(query)
        if ">" in query:
            members = [m for r in found["relation"] for m in self.relations[r]["members"]]
            found["way"] |= {m["ref"] for m in members if m["type"] == "way"} & self.ways.keys()
            found["node"] |= {m["ref"] for m in members if m["type"] == "node"} & self.nodes.keys()
        if ">" in query or "node(w)" in query:
            found["node"] |= {n for w in found["way"] for n in self.ways[w]["nodes"]}
        elements = [self.of(kind)[id] for kind, ids in found.items() for id in ids]
        if "out body 1;" in query:
            elements = [self.nodes[id] for id in found["node"]][:1]
        return {
            "version": 0.6,
            "generator": "Overpass API",
            "osm3s": {"timestamp_osm_base": self.time, "copyright": "ODbL"},
            "elements": elements,
        }


def element(kind: str, id: int, tags: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": id, **more, **({"tags": tags} if tags else {})}


def area_of(where: str) -> Any:
    if where.startswith("poly:"):
        numbers = [float(n) for n in where[6:-1].split()]
        return Polygon(list(zip(numbers[1::2], numbers[::2], strict=True)))
    south, west, north, east = map(float, where.split(","))
    return box(west, south, east, north)


def fits(tags: dict[str, str], rules: list[tuple[str, str, str]]) -> bool:
    for key, sign, value in rules:
        mine = tags.get(key)
        if sign == "!~":
            if mine is not None and re.search(value, mine):
                return False
        elif mine is None or {"=": mine != value, "~": not re.search(value, mine)}.get(sign, False):
            return False
    return True


def world_of_pbf(path: Path, bounds: tuple[float, float, float, float]) -> World:
    """Return all that an extract has in a box, with whole ways, and whole areas of relations."""
    world, (west, south, east, north) = World(), bounds
    kinds, members = {"n": "node", "w": "way", "r": "relation"}, set()
    for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION):
        tags, named = dict(relation.tags), [(m.type, m.ref, m.role) for m in relation.members]
        world.relation(relation.id, [(kinds[kind], ref, role) for kind, ref, role in named], **tags)
        if not {"forest", "wood", "scrub"} & {tags.get("landuse"), tags.get("natural")}:
            members |= {ref for kind, ref, _ in named if kind == "w" and tags["type"] != "route"}
    tagged: dict[int, dict[str, str]] = {}
    ways: list[tuple[int, str, dict[str, str], list[int]]] = []
    draw, every = osmium.geom.WKBFactory().create_linestring, osmium.geom.use_nodes.ALL
    reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for thing in reader.with_filter(osmium.filter.EmptyTagFilter().enable_for(osmium.osm.NODE)):
        if isinstance(thing, osmium.osm.Way):
            refs = [node.ref for node in thing.nodes]
            ways.append((thing.id, draw(thing, every), dict(thing.tags), refs))
        else:
            tagged[thing.id] = dict(thing.tags)
            if west <= thing.lon <= east and south <= thing.lat <= north:
                world.node(thing.id, thing.lon, thing.lat, **tagged[thing.id])
    lines = shapely.from_wkb([line for _, line, _, _ in ways])
    near = shapely.intersects(lines, box(*bounds))
    for (id, _, tags, refs), line, is_near in zip(ways, lines, near, strict=True):
        if is_near or id in members:
            for ref, (lon, lat) in zip(refs, shapely.get_coordinates(line).tolist(), strict=True):
                world.node(ref, lon, lat, **tagged.get(ref, {}))
            world.way(id, refs, **tags)
    return world


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        self.server.status_asked += 1
        self.send(self.server.status_code, self.server.status.encode(), "text/plain")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        query = parse_qs(self.rfile.read(length).decode())["data"][0]
        with self.server.lock:
            self.server.busy += 1
            self.server.most_busy = max(self.server.most_busy, self.server.busy)
            self.server.queries.append(query)
            self.server.agents.add(self.headers["User-Agent"])
            mischief = self.server.script.popleft() if self.server.script else self.server.habit
        try:
            mischief(self, json.dumps(self.server.world.answer(query)).encode())
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def send(self, code: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """An Overpass that keeps a diary; `script` is done once in order, `habit` ever after."""

    daemon_threads = True

    def __init__(self, world: World) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.world = world
        self.script: deque[Mischief] = deque()
        self.habit: Mischief = well
        self.status, self.status_code, self.status_asked = STATUS, 200, 0
        self.queries: list[str] = []
        self.agents: set[str | None] = set()
        self.busy = self.most_busy = 0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/api"

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


def well(handler: Handler, body: bytes) -> None:
    """Answer as one should."""
    handler.send(200, body)


def code(status: int, text: str = "busy", **headers: str) -> Mischief:
    page = (
        f'<html><style>p{{}}</style><p><strong style="color:#F00">Error</strong>: {text}</p></html>'
    )
    return lambda handler, body: handler.send(status, page.encode(), "text/html", **headers)


def remark(text: str) -> Mischief:
    """Answer 200 with half the elements and a remark, as Overpass does when a query breaks off."""

    def act(handler: Handler, body: bytes) -> None:
        content = json.loads(body)
        content["elements"] = content["elements"][: len(content["elements"]) // 2]
        handler.send(200, json.dumps({**content, "remark": text}).encode())

    return act


def changed(**parts: Any) -> Mischief:
    """Answer with other top-level parts; None leaves one out."""

    def act(handler: Handler, body: bytes) -> None:
        content = {k: v for k, v in {**json.loads(body), **parts}.items() if v is not None}
        handler.send(200, json.dumps(content).encode())

    return act


def without_nodes(handler: Handler, body: bytes) -> None:
    """Answer whole JSON whose ways lack nodes."""
    content = json.loads(body)
    content["elements"] = [e for e in content["elements"] if e["type"] != "node"]
    handler.send(200, json.dumps(content).encode())


def truncated(handler: Handler, body: bytes) -> None:
    """Answer half the JSON and call it all."""
    handler.send(200, body[: len(body) // 2])


def dropped(handler: Handler, body: bytes) -> None:
    """Announce all, send half, go away."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()


def reset(handler: Handler, body: bytes) -> None:
    """Cut the connection without a word."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def slow(seconds: float) -> Mischief:
    def act(handler: Handler, body: bytes) -> None:
        time.sleep(seconds)
        handler.send(200, body)

    return act


def too_much_above(degrees: float, mischief: Mischief) -> Mischief:
    """Fail for boxes higher than so many degrees."""

    def act(handler: Handler, body: bytes) -> None:
        south, _, north, _ = map(
            float, STATEMENT.findall(handler.server.queries[-1])[0][2].split(",")
        )
        (mischief if north - south > degrees else well)(handler, body)

    return act


def drips(handler: Handler, body: bytes) -> None:
    """Answer in drops, each in time."""
    body += b" " * 6000
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for start in range(0, len(body), 64):
        handler.wfile.write(body[start : start + 64])
        time.sleep(0.02)
