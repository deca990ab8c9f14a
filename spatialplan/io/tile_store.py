"""Keep the replies of an Overpass download, and write what they hold together as one extract.

The replies of one area share a folder with a manifest; a stopped download goes on from there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Relation, Way

from spatialplan import __version__
from spatialplan.errors import SourceError
from spatialplan.files import aside
from spatialplan.io.overpass_reply import Failure, Reply, parse_reply
from spatialplan.io.overpass_tiles import Tile

__all__ = ["FRESH", "Store", "write_extract"]

_LOG = logging.getLogger(__name__)
FRESH = timedelta(days=7)  # tiles of one extract are at most this far apart


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
            _LOG.warning("unreadable %s (%s): every tile is asked again", store.folder, error)
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
        with aside(self.path(tile), make_folder=True) as temporary:
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
        with aside(self.folder / "manifest.json", make_folder=True) as temporary:
            temporary.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


def write_extract(
    found: Reply, target: Path, bounds: tuple[float, float, float, float], data_time: datetime
) -> None:
    """Write the objects by type and id.

    Raises
    ------
    OutputError
        When it cannot be written; the old file stays.
    """
    west, south, east, north = bounds
    header = osmium.io.Header()
    header.set("generator", f"spatialplan {__version__}")
    header.set("sorting", "Type_then_ID")
    header.set("osmosis_replication_timestamp", f"{data_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    header.add_box(osmium.osm.Box(west, south, east, north))
    with aside(target, make_folder=True) as temporary:
        try:
            _write_objects(found, osmium.io.File(str(temporary), "pbf"), header)
        except RuntimeError as error:  # how libosmium tells of a full disk
            raise OSError(str(error)) from error


def _write_objects(found: Reply, file: osmium.io.File, header: osmium.io.Header) -> None:
    with osmium.SimpleWriter(file, header=header, overwrite=True) as w:
        for key, node in sorted(found.nodes.items()):
            place = (node["lon"], node["lat"])
            w.add_node(Node(id=key, location=place, tags=node.get("tags", {})))
        for key, way in sorted(found.ways.items()):
            w.add_way(Way(id=key, nodes=way["nodes"], tags=way.get("tags", {})))
        for key, relation in sorted(found.relations.items()):
            members = [(m["type"][0], m["ref"], m["role"]) for m in relation.get("members", ())]
            w.add_relation(Relation(id=key, members=members, tags=relation.get("tags", {})))
