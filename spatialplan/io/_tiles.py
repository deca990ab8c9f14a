"""Tiles of an Overpass download: how they are cut, what is asked, when a reply is whole, the cache.

Roads and points are asked tile by tile. Relations are asked once for the whole area, because a
boundary or a river bank comes with all its members however little of it lies in a tile.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import math
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from osmium.osm.mutable import Node, Relation, Way
from shapely.geometry.base import BaseGeometry

from spatialplan import __version__
from spatialplan.errors import CrsError, DataError, OutputError, SourceError
from spatialplan.io import osm_categories
from spatialplan.text import Text

__all__ = [
    "FRESH",
    "Failure",
    "Kind",
    "Reply",
    "Store",
    "Tile",
    "cut",
    "gist_of",
    "parse_reply",
    "write_extract",
]

log = logging.getLogger(__name__)

FRESH = timedelta(days=7)  # tiles of one extract are at most this far apart
MIN_TILE_KM = 1.0
KM_PER_DEGREE = 111.32
WHOLE_WORLD = (-180.0, -90.0, 180.0, 90.0)

LOCAL = (
    'way["highway"]',
    'way["route"="ferry"]',
    'node["place"]',
    'way["place"]',
    'way["natural"="water"]',
    'way["landuse"~"^(reservoir|basin)$"]',
    'way["waterway"]',
    'relation["type"="restriction"]',
)
WIDE = (
    'relation["boundary"="administrative"]["admin_level"~"^[4-8]$"]',
    'relation["place"]',
    'relation["natural"="water"]',
    'relation["landuse"~"^(reservoir|basin)$"]',
    'relation["waterway"="riverbank"]',
)
WHOLE_KEYS = ("amenity", "shop", "office", "tourism", "healthcare", "railway", "industrial")

Element = Mapping[str, Any]  # parsed JSON


class Content(StrEnum):
    """What is asked of a tile."""

    LOCAL = "local"
    WIDE = "wide"


@cache
def things(content: Content) -> tuple[str, ...]:
    """Return the Overpass filters of a content: fixed ones, and what the category table sorts."""
    values: dict[str, list[str]] = {key: ["*"] for key in WHOLE_KEYS}
    for key, value, _ in osm_categories.read_categories().rules:
        values.setdefault(key, []).append(value)
    keys = [
        f'["{key}"]' if "*" in some else f'["{key}"~"^({"|".join(some)})$"]'
        for key, some in values.items()
    ]
    if content is Content.WIDE:
        return (*WIDE, *(f"relation{key}" for key in keys))
    return (*LOCAL, *(f"{kind}{key}" for kind in ("node", "way") for key in keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A rectangle to ask for, WGS-84 ``(west, south, east, north)``."""

    bounds: tuple[float, float, float, float]
    content: Content

    @property
    def statements(self) -> str:
        """The Overpass QL after its settings: the things and all nodes that draw them."""
        west, south, east, north = self.bounds
        box = f"({south:.7f},{west:.7f},{north:.7f},{east:.7f})"
        asked = "".join(f"{thing}{box};" for thing in things(self.content))
        return f"({asked});(._;>;);out body qt;"

    @property
    def probe(self) -> str:
        """The Overpass QL that asks for one node of any road."""
        west, south, east, north = self.bounds
        return f'way["highway"]({south:.7f},{west:.7f},{north:.7f},{east:.7f});node(w);out body 1;'

    @property
    def key(self) -> str:
        """The name of the tile in the cache: a hash of what is asked, whatever the server."""
        return hashlib.sha256(self.statements.encode()).hexdigest()

    @property
    def label(self) -> str:
        """The rectangle in words."""
        west, south, east, north = self.bounds
        return f"{west:.3f}–{east:.3f}°E, {south:.3f}–{north:.3f}°N"

    def quarters(self) -> tuple[Tile, ...]:
        """Return the four quarters, or nothing when they would be too small to help."""
        west, south, east, north = self.bounds
        if (north - south) * KM_PER_DEGREE < 2 * MIN_TILE_KM:
            return ()
        x, y = round((west + east) / 2, 7), round((south + north) / 2, 7)
        columns, rows = ((west, x), (x, east)), ((south, y), (y, north))
        corners = [(left, low, right, high) for low, high in rows for left, right in columns]
        return tuple(Tile(bounds=corner, content=self.content) for corner in corners)


def cut(area: BaseGeometry, tile_km: float) -> tuple[Tile, ...]:
    """Return the tiles that meet an area, and last the one of relations for all of it.

    Parameters
    ----------
    area
        Any shape, WGS-84.
    tile_km
        Greatest side of a tile in kilometres.

    Raises
    ------
    CrsError
        When the area is empty or not in degrees.
    DataError
        When the side is not positive.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> [tile.content.value for tile in cut(box(112.0, 27.0, 112.15, 27.1), 12)]
    ['local', 'local', 'wide']
    """
    west, south, east, north = area.bounds if not area.is_empty else (math.nan,) * 4
    low, high = WHOLE_WORLD[:2], WHOLE_WORLD[2:]
    if not (low[0] <= west <= east <= high[0] and low[1] <= south <= north <= high[1]):
        raise CrsError(
            f"取数范围应为经纬度（WGS-84）且不为空，现为 {area.bounds}；请先转换坐标系",
            f"the area to fetch must be longitude and latitude and not empty, got {area.bounds}",
        )
    if not tile_km > 0:
        raise DataError(f"分块边长应大于 0，现为 {tile_km}", f"tile_km must be > 0, got {tile_km}")
    shrink = math.cos(math.radians((south + north) / 2))
    columns = max(1, math.ceil((east - west) * KM_PER_DEGREE * shrink / tile_km - 1e-9))
    rows = max(1, math.ceil((north - south) * KM_PER_DEGREE / tile_km - 1e-9))
    x = np.linspace(west, east, columns + 1).round(7).tolist()
    y = np.linspace(south, north, rows + 1).round(7).tolist()
    boxes = [(x[i], y[j], x[i + 1], y[j + 1]) for j in range(rows) for i in range(columns)]
    met = np.flatnonzero(shapely.intersects(area, shapely.box(*np.array(boxes).T)))
    local = [Tile(bounds=boxes[i], content=Content.LOCAL) for i in met]
    whole = Tile(bounds=(x[0], y[0], x[-1], y[-1]), content=Content.WIDE)
    return (*local, whole)


class Kind(Enum):
    """What a failure asks for."""

    BUSY = auto()  # wait, try again
    LATE = auto()  # the same, and split when it happens again
    TOO_BIG = auto()  # split
    UNUSABLE = auto()  # never ask this server again
    WRONG = auto()  # our query is at fault: stop


class Failure(Exception):  # noqa: N818
    """A request that brought no whole answer; `wait_s` is what the server asked for."""

    def __init__(self, kind: Kind, text: Text, wait_s: float = 0.0) -> None:
        super().__init__(text.zh)
        self.kind = kind
        self.text = text
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer: OSM objects by id, as Overpass JSON writes them, and the time of the data."""

    nodes: dict[int, Element]
    ways: dict[int, Element]
    relations: dict[int, Element]
    data_time: datetime

    @property
    def incomplete_relations(self) -> int:
        """How many relations have a member way that is not here."""
        refs = (
            {m["ref"] for m in relation.get("members", ()) if m["type"] == "way"}
            for relation in self.relations.values()
        )
        return sum(not self.ways.keys() >= ways for ways in refs)

    @property
    def has_roads(self) -> bool:
        """Whether any way is a road."""
        return any("highway" in way.get("tags", ()) for way in self.ways.values())


def parse_reply(body: bytes) -> Reply:
    """Read a reply and prove that it is whole.

    Raises
    ------
    Failure
        When it is no JSON, is cut short, carries a remark (how Overpass tells of a failure after
        it has said 200), lacks its date, or holds a way without all its nodes.
    """
    found: dict[str, dict[int, Element]] = {"node": {}, "way": {}, "relation": {}}
    try:
        content = json.loads(body)
        elements, remark = content["elements"], " ".join(content.get("remark", "").split())
        if remark:
            kind = Kind.TOO_BIG if re.search("timed out|out of memory", remark) else Kind.BUSY
            raise Failure(kind, Text(f"备注：{remark}", f"it remarks: {remark}"))
        data_time = datetime.fromisoformat(content["osm3s"]["timestamp_osm_base"])
        for element in elements:
            found[element["type"]][element["id"]] = element
        located = {key for key, e in found["node"].items() if "lat" in e and "lon" in e}
        lame = [key for key, e in found["way"].items() if not located.issuperset(e["nodes"])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        gist = gist_of(body)
        raise Failure(
            Kind.BUSY,
            Text(f"回复不是完整的 Overpass JSON（“{gist}”）", f"no whole Overpass JSON ({gist!r})"),
        ) from error
    if lame or len(located) < len(found["node"]):
        zh, en = f"{len(lame)} 条路线缺节点，或节点缺坐标", f"{len(lame)} ways lack located nodes"
        raise Failure(Kind.BUSY, Text(zh, en))
    return Reply(
        nodes=found["node"],
        ways=found["way"],
        relations=found["relation"],
        data_time=data_time.replace(tzinfo=data_time.tzinfo or UTC),
    )


def gist_of(body: bytes) -> str:
    """Return the words of a page that should have been data, in one short line."""
    words = re.sub(r"<style.*?</style>|<[^>]*>|\s+", " ", body[:4000].decode("utf-8", "replace"))
    told = re.search(r"Error\s*:(.*)", words)
    return " ".join((told.group(1) if told else words).split())[:120]


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Yield a path beside `path`; move it into place when the block succeeds.

    Raises
    ------
    OutputError
        When it cannot be written; the old file stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"写不出文件 {path}（{reason}）；请检查磁盘空间和权限，或关闭正在打开它的程序",
            f"cannot write {path} ({reason}); check disk space and permissions",
        ) from error


@dataclass(slots=True, kw_only=True)
class Store:
    """The replies of one area on disk, with a manifest: what a stopped download goes on from.

    A reply counts only when the manifest names it, its checksum agrees and it is fresh.
    """

    folder: Path
    tiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    split: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path, tiles: Sequence[Tile]) -> Store:
        """Return the store of an area, known by its first tiles; an unreadable one starts anew."""
        name = hashlib.sha256("".join(tile.key for tile in tiles).encode()).hexdigest()[:16]
        store = cls(folder=root / name)
        try:
            manifest = json.loads((store.folder / "manifest.json").read_bytes())
            store.tiles, store.split = dict(manifest["tiles"]), list(manifest["split"])
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("unreadable %s (%s): every tile is asked again", store.folder, error)
        return store

    def path(self, tile: Tile) -> Path:
        """Return where the reply of a tile is kept."""
        return self.folder / f"{tile.key}.json.gz"

    def holds(self, tile: Tile) -> bool:
        """Return whether a whole and fresh reply is kept."""
        try:
            entry = self.tiles[tile.key]
            age = datetime.now(UTC) - datetime.fromisoformat(entry["fetched"])
            digest = hashlib.sha256(self.path(tile).read_bytes()).hexdigest()
            return abs(age) <= FRESH and digest == str(entry["sha256"])
        except (OSError, KeyError, ValueError, TypeError):
            return False

    def keep(self, tile: Tile, body: bytes, reply: Reply, host: str) -> None:
        """Keep a whole reply, then name it in the manifest."""
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        with aside(self.path(tile)) as temporary:
            temporary.write_bytes(packed)
        self.tiles[tile.key] = {
            "bounds": tile.bounds,
            "content": tile.content,
            "sha256": hashlib.sha256(packed).hexdigest(),
            "host": host,
            "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
            "data_time": reply.data_time.isoformat(),
        }
        self._save()

    def merged(self, tiles: Sequence[Tile]) -> Reply:
        """Return what the kept replies hold together; of an object in several, the newest.

        A newer way cannot miss a node, because each reply has all nodes of its ways.

        Raises
        ------
        SourceError
            When a reply on disk has been damaged since.
        """
        whole = Reply(nodes={}, ways={}, relations={}, data_time=self.data_time(tiles[0]))
        for tile in sorted(tiles, key=self.data_time):
            try:
                reply = parse_reply(gzip.decompress(self.path(tile).read_bytes()))
            except (Failure, OSError, EOFError) as error:
                self.forget([tile])
                raise SourceError(
                    f"缓存的分块已损坏：{self.path(tile)}；请再运行一次，只会重取这一块",
                    f"a cached tile is damaged: {self.path(tile)}; run again to fetch it anew",
                ) from error
            whole.nodes.update(reply.nodes)
            whole.ways.update(reply.ways)
            whole.relations.update(reply.relations)
        return whole

    def data_time(self, tile: Tile) -> datetime:
        """Return the time of the data of a kept reply."""
        return datetime.fromisoformat(self.tiles[tile.key]["data_time"])

    def replace_by_quarters(self, tile: Tile) -> None:
        """Remember that a tile is too big for the server."""
        self.split.append(tile.key)
        self._save()

    def forget(self, tiles: Sequence[Tile]) -> None:
        """Have tiles asked again next time."""
        for tile in tiles:
            self.tiles.pop(tile.key, None)
        self._save()

    def _save(self) -> None:
        content = {"tiles": self.tiles, "split": self.split}
        with aside(self.folder / "manifest.json") as temporary:
            temporary.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


def write_extract(
    found: Reply, target: Path, bounds: tuple[float, float, float, float], data_time: datetime
) -> None:
    """Write the objects by type and id."""
    west, south, east, north = bounds
    header = osmium.io.Header()
    header.set("generator", f"spatialplan {__version__}")
    header.set("sorting", "Type_then_ID")
    header.set("osmosis_replication_timestamp", f"{data_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    header.add_box(osmium.osm.Box(west, south, east, north))
    with (
        aside(target) as temporary,
        osmium.SimpleWriter(
            osmium.io.File(str(temporary), "pbf"), header=header, overwrite=True
        ) as w,
    ):
        for key, node in sorted(found.nodes.items()):
            place = (node["lon"], node["lat"])
            w.add_node(Node(id=key, location=place, tags=node.get("tags", {})))
        for key, way in sorted(found.ways.items()):
            w.add_way(Way(id=key, nodes=way["nodes"], tags=way.get("tags", {})))
        for key, relation in sorted(found.relations.items()):
            members = [(m["type"][0], m["ref"], m["role"]) for m in relation.get("members", ())]
            w.add_relation(Relation(id=key, members=members, tags=relation.get("tags", {})))
