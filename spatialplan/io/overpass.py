"""Fetch an OpenStreetMap extract of an area from Overpass, politely, whole or not at all.

The area is cut into tiles, replies are cached, and the result is a sorted ``.osm.pbf`` that the one
reader of the package reads like any other extract. The public functions of osmnx cannot do the
work: they return a graph or a table, without turn restrictions or untouched relations; they take a
reply with a remark for whole, try one server for ever, and change the process's name resolution.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import requests
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import SourceError
from spatialplan.io.overpass_client import LONGEST_WAIT_S, Client, Service, host_of
from spatialplan.io.overpass_reply import Failure, Kind, Reply, parse_reply
from spatialplan.io.overpass_tiles import Tile, cut
from spatialplan.io.tile_store import FRESH, Store, write_extract
from spatialplan.text import Text

__all__ = ["FetchReport", "fetch_extract"]

SPLIT_AFTER = 2  # gateway timeouts: one may be a busy server, two are a big tile


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What was fetched.

    Attributes
    ----------
    tiles, reused, requests
        Tiles in the extract, how many of them the cache held, and queries sent.
    nodes, ways, relations
        Objects in the extract.
    incomplete_relations
        Relations some of whose member ways no server gave.
    oldest, newest
        Times of the data; the extract carries the oldest.
    hosts
        Servers that answered.
    """

    target: Path
    tiles: int
    reused: int
    requests: int
    nodes: int
    ways: int
    relations: int
    incomplete_relations: int
    oldest: datetime
    newest: datetime
    hosts: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Run:
    """One download: what is held, and which servers are known to hold the area."""

    client: Client
    store: Store
    area: Tile
    progress: Callable[[int, int], None]
    proven: set[str] = field(default_factory=set)
    reused: int = 0

    def gather(self, first: Sequence[Tile]) -> list[Tile]:
        """Hold a whole reply of every tile, splitting the tiles too big for the servers."""
        pending, done = list(reversed(first)), list[Tile]()
        self.progress(0, len(pending))
        while pending:
            tile = pending.pop()
            if tile.key in self.store.split:
                pending += reversed(tile.quarters())
                continue
            if self.store.holds(tile):
                self.reused += 1
            elif not self._fetch(tile, len(done), len(done) + len(pending) + 1):
                self.store.replace_by_quarters(tile)
                pending += reversed(tile.quarters())
                continue
            done.append(tile)
            self.progress(len(done), len(done) + len(pending))
        return done

    def _fetch(self, tile: Tile, done: int, total: int) -> bool:
        """Hold a whole reply of a tile; False when only its quarters can be had.

        Raises
        ------
        SourceError
            When neither can.
        """
        late, client = 0, self.client
        for _ in range(client.service.max_tries):
            url = client.choose()
            if client.owed[url] > LONGEST_WAIT_S:
                break
            try:
                body, reply = self._ask(url, tile)
            except Failure as failure:
                client.failed(url, failure)
                late += failure.kind is Kind.LATE
                if failure.kind is Kind.WRONG:
                    break
                if (failure.kind is Kind.TOO_BIG or late >= SPLIT_AFTER) and tile.quarters():
                    return False
            else:
                client.succeeded(url)
                self.store.keep(tile, body, reply, host_of(url))
                return True
        raise SourceError(
            f"Overpass 取数未完成（{tile.label} 这一块：{client.last.zh}）；已取 {done}/{total} 块"
            "并留在缓存里，再运行一次会接着取；也可用 --url 换镜像地址，"
            "或用 --pbf 给出 .osm.pbf 文件",
            f"the Overpass download is not complete (tile {tile.label}: {client.last.en}); "
            f"{done} of {total} tiles are cached and running again goes on from there; "
            "or name a mirror with --url, or give an .osm.pbf file with --pbf",
        )

    def _ask(self, url: str, tile: Tile) -> tuple[bytes, Reply]:
        """Return a whole reply of a server that holds the area."""
        body = self.client.query(url, tile.statements)
        reply = parse_reply(body)
        if reply.has_roads:
            self.proven.add(url)
        elif url not in self.proven:
            self._prove(url)
        return body, reply

    def _prove(self, url: str) -> None:
        """Tell a tile without roads from a server without the area, such as a regional mirror."""
        if not parse_reply(self.client.query(url, self.area.probe)).nodes:
            text = Text("没有本区域的道路（可能是只含别处的镜像）", "has no road in the whole area")
            raise Failure(Kind.UNUSABLE, text)
        self.proven.add(url)


def fetch_extract(
    area: BaseGeometry,
    target: Path,
    *,
    cache: Path,
    service: Service,
    tile_km: float = 20.0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    sleep: Callable[[float], None] = time.sleep,
    rng: np.random.Generator | None = None,
) -> FetchReport:
    """Write an ``.osm.pbf`` of an area, whole or not at all.

    Parameters
    ----------
    area
        What to fetch, with its margin, WGS-84. Roads that cross its edge come whole.
    target
        The file to write; it is replaced only when everything has been fetched.
    cache
        Folder of the tiles; a second call goes on from what it holds.
    tile_km
        Side of a tile; a tile too big for the server is split in four.
    progress
        Called with the tiles done and the tiles known of.
    sleep, rng
        How to wait, and the chance in the waits.

    Raises
    ------
    SourceError
        When a tile cannot be had, or the tiles are of times too far apart.
    OutputError
        When the cache or the target cannot be written.
    CrsError, DataError
        When the area is not in degrees, or `tile_km` is not positive.
    """
    first = cut(area, tile_km)
    store = Store.open(cache, first)
    with requests.Session() as session:
        client = Client(
            service=service, sleep=sleep, rng=rng or np.random.default_rng(), session=session
        )
        run = _Run(client=client, store=store, area=first[-1], progress=progress)
        tiles = run.gather(first)
    oldest, newest = _span(store, tiles)
    found = store.merged(tiles)
    write_extract(found, target, first[-1].bounds, oldest)
    return FetchReport(
        target=target,
        tiles=len(tiles),
        reused=run.reused,
        requests=client.sent,
        nodes=len(found.nodes),
        ways=len(found.ways),
        relations=len(found.relations),
        incomplete_relations=found.incomplete_relations,
        oldest=oldest,
        newest=newest,
        hosts=tuple(sorted({store.tiles[tile.key]["host"] for tile in tiles})),
    )


def _span(store: Store, tiles: Sequence[Tile]) -> tuple[datetime, datetime]:
    """Return the oldest and newest time of the data; a road may be lost between distant ones."""
    times = [store.data_time(tile) for tile in tiles]
    oldest, newest = min(times), max(times)
    stale = [tile for tile, t in zip(tiles, times, strict=True) if newest - t > FRESH]
    if stale:
        hosts = ", ".join(sorted({store.tiles[tile.key]["host"] for tile in stale}))
        store.forget(stale)
        raise SourceError(
            f"各块数据日期差太远（{oldest.date()} 至 {newest.date()}），接不成一张路网；"
            f"{hosts} 的 {len(stale)} 块已作废，请再运行一次，或去掉这个数据陈旧的镜像",
            f"tiles of {oldest.date()} and {newest.date()} do not make one network; "
            f"{len(stale)} tiles of {hosts} are dropped: run again, or leave out that mirror",
        )
    return oldest, newest
