"""Fetch an OpenStreetMap extract of an area from Overpass, politely, whole or not at all.

The manners are those of osmnx: the area is cut into tiles, the server's ``/status`` is asked for a
free slot, 429 and 504 are waited out, replies are cached. Its public functions cannot do the work
itself: they return a graph or a table, without turn restrictions or untouched relations; they take
a reply with a remark for whole, try one server for ever, and change the process's name resolution.
Requests are therefore made here, one at a time, and the result is a sorted ``.osm.pbf`` that the
one reader of the package reads like any other extract.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import requests
from shapely.geometry.base import BaseGeometry

from spatialplan import __version__
from spatialplan.errors import SourceError
from spatialplan.io import _tiles
from spatialplan.io._tiles import Failure, Kind, Reply, Store, Tile
from spatialplan.text import Text

__all__ = ["FetchReport", "Service", "fetch_extract"]

log = logging.getLogger(__name__)

PUBLIC = ("https://overpass-api.de/api",)
FIRST_WAIT_S = 5.0  # doubled at each failure in a row
LONGEST_WAIT_S = 900.0  # a server that asks for more is given up, not pestered
RUNNING_WAIT_S = 5.0  # all slots are busy with queries whose end is not known
PATIENCE = 1.5  # times the server's own limit: the query may queue first
DRIBBLE = 4.0  # times that for a reply that comes in drops
SPLIT_AFTER = 2  # gateway timeouts: one may be a busy server, two are a big tile
CHUNK = 1024  # bytes; the deadline is looked at after each
UNUSABLE = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405, 406, 410, 451})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where to ask, and how patiently.

    Attributes
    ----------
    urls
        API addresses, the preferred one first, then its mirrors.
    user_agent
        How we name ourselves, as the usage policy asks.
    timeout_s
        What the server may spend on one query.
    max_tries
        Requests for one tile before the download stops.
    min_pause_s
        Least pause between two queries.
    """

    urls: tuple[str, ...] = PUBLIC
    user_agent: str = f"spatialplan/{__version__}"
    timeout_s: float = 180.0
    max_tries: int = 6
    min_pause_s: float = 2.0

    def __post_init__(self) -> None:
        for url in self.urls:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise SourceError(
                    f"Overpass 地址应为 http(s)://… ，现为“{url}”",
                    f"an Overpass address starts with http:// or https://, got {url!r}",
                )
        if not self.urls or self.max_tries < 1 or self.timeout_s <= 0 or self.min_pause_s < 0:
            raise SourceError(f"Overpass 设置无效：{self}", f"invalid Overpass settings: {self}")


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


def slot_wait_s(status: str) -> float:
    r"""Return how long a server's ``/status`` page asks to wait; 0 when it does not say.

    Examples
    --------
    >>> slot_wait_s("Rate limit: 2\nSlot available after: 2026-04-04T20:20:37Z, in 7 seconds.")
    7.0
    """
    if re.search(r"Rate limit: 0\b|[1-9]\d* slots? available now", status):
        return 0.0
    waits = [float(s) for s in re.findall(r"Slot available after: .*? in (-?\d+) seconds", status)]
    if waits:
        return max(1.0, min(waits))
    return RUNNING_WAIT_S if "Currently running queries" in status else 0.0


@dataclass(slots=True, kw_only=True)
class _Client:
    """Sends one request at a time; knows what wait it owes to each server."""

    service: Service
    sleep: Callable[[float], None]
    rng: np.random.Generator
    session: requests.Session
    owed: dict[str, float] = field(init=False)
    failures: dict[str, int] = field(init=False)
    mute: set[str] = field(default_factory=set)
    sent: int = 0
    last: Text = field(default=Text("", ""))

    def __post_init__(self) -> None:
        urls = [url.rstrip("/").removesuffix("/interpreter") for url in self.service.urls]
        self.owed = dict.fromkeys(urls, 0.0)
        self.failures = dict.fromkeys(urls, 0)
        self.session.headers["User-Agent"] = self.service.user_agent

    def choose(self) -> str:
        """Return the server that may be asked soonest; of equals the preferred one."""
        return min(self.owed, key=self.owed.__getitem__)

    def query(self, url: str, statements: str) -> bytes:
        """Wait what is owed, ask for a slot, send a query and return the body of the reply."""
        self._rest(url)
        if wait := self._slot_wait(url):
            raise Failure(Kind.BUSY, Text("没有空闲的查询名额", "no free query slot"), wait)
        limit = math.ceil(self.service.timeout_s)
        data = {"data": f"[out:json][timeout:{limit}];{statements}"}
        self.sent += 1
        start = time.monotonic()
        patience = self.service.timeout_s * PATIENCE
        try:
            with self._post(f"{url}/interpreter", data, patience) as response:
                body = _read(response, start + patience * DRIBBLE)
        except requests.RequestException as error:
            late = time.monotonic() - start >= patience
            text = Text(f"连接失败（{_cause(error)}）", f"connection failed ({_cause(error)})")
            raise Failure(Kind.LATE if late else Kind.BUSY, text) from error
        finally:
            for each in self.owed:
                self._owe(each, self.service.min_pause_s)
        _judge(response, body)
        return body

    def _post(self, url: str, data: dict[str, str], patience: float) -> requests.Response:
        return self.session.post(url, data, timeout=patience, stream=True, allow_redirects=False)

    def succeeded(self, url: str) -> None:
        """Forgive a server its failures."""
        self.failures[url] = 0

    def failed(self, url: str, failure: Failure) -> None:
        """Owe a server a wait: what it asked for, or ever longer ones with some chance."""
        self.failures[url] += 1
        backoff = FIRST_WAIT_S * 2.0 ** (self.failures[url] - 1) * self.rng.uniform(1.0, 1.5)
        wait = max(failure.wait_s, min(backoff, LONGEST_WAIT_S / 3))
        self._owe(url, math.inf if failure.kind is Kind.UNUSABLE else wait)
        self.last = Text(*(f"{_host(url)} {text}" for text in (failure.text.zh, failure.text.en)))
        log.info("%s", self.last.en)

    def _owe(self, url: str, seconds: float) -> None:
        self.owed[url] = max(self.owed[url], seconds)

    def _rest(self, url: str) -> None:
        wait = self.owed[url]
        if wait > 0:
            self.sleep(wait)
            self.owed = {each: max(0.0, owed - wait) for each, owed in self.owed.items()}

    def _slot_wait(self, url: str) -> float:
        """Return the wait that a server's status asks for; one without a status is not asked."""
        if url in self.mute:
            return 0.0
        try:
            limit = self.service.timeout_s * PATIENCE
            page = self.session.get(f"{url}/status", timeout=limit, allow_redirects=False)
        except requests.RequestException:
            page = None
        if page is None or page.status_code != requests.codes.ok:
            self.mute.add(url)
            return 0.0
        return slot_wait_s(page.text)


def _read(response: requests.Response, deadline: float) -> bytes:
    """Return the body, unless it takes for ever."""
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if time.monotonic() > deadline:
            raise requests.Timeout("the reply comes in drops")
    return bytes(body)


def _cause(error: Exception) -> str:
    """Return the innermost reason of a connection error in a few words."""
    while isinstance(inner := error.__cause__ or error.__context__, Exception):
        error = inner
    return " ".join(str(error).split())[:120] or type(error).__name__


def _judge(response: requests.Response, body: bytes) -> None:
    """Raise for a reply whose status says failure."""
    status = response.status_code
    if status == requests.codes.ok:
        return
    text = Text(*[f"HTTP {status} {_tiles.gist_of(body)}".strip()] * 2)
    kind = Kind.LATE if status == requests.codes.gateway_timeout else Kind.BUSY
    if status in UNUSABLE:
        kind = Kind.UNUSABLE
    elif status == requests.codes.bad_request:
        kind = Kind.WRONG
    raise Failure(kind, text, _retry_after_s(response.headers.get("Retry-After", "")))


def _retry_after_s(value: str) -> float:
    """Return the wait of a Retry-After header, given in seconds or as a date."""
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (moment - datetime.now(moment.tzinfo)).total_seconds())


def _host(url: str) -> str:
    return str(urlsplit(url).hostname)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One download: what is held, and which servers are known to hold the area."""

    client: _Client
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
                self.store.keep(tile, body, reply, _host(url))
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
        reply = _tiles.parse_reply(body)
        if reply.has_roads:
            self.proven.add(url)
        elif url not in self.proven:
            self._prove(url)
        return body, reply

    def _prove(self, url: str) -> None:
        """Tell a tile without roads from a server without the area, such as a regional mirror."""
        if not _tiles.parse_reply(self.client.query(url, self.area.probe)).nodes:
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
    first = _tiles.cut(area, tile_km)
    store = Store.open(cache, first)
    with requests.Session() as session:
        client = _Client(
            service=service, sleep=sleep, rng=rng or np.random.default_rng(), session=session
        )
        run = _Run(client=client, store=store, area=first[-1], progress=progress)
        tiles = run.gather(first)
    oldest, newest = _span(store, tiles)
    found = store.merged(tiles)
    _tiles.write_extract(found, target, first[-1].bounds, oldest)
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
    stale = [tile for tile, t in zip(tiles, times, strict=True) if newest - t > _tiles.FRESH]
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
