"""How an Overpass server is asked: one request at a time, waits honoured, mirrors in reserve.

The manners are those of osmnx: the server's ``/status`` is asked for a free slot, 429 and 504 are
waited out. A server that fails is owed ever longer waits; one that cannot serve is not asked again.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import numpy as np
import requests

from spatialplan import __version__
from spatialplan.errors import SourceError
from spatialplan.io.overpass_reply import Failure, Kind, gist_of
from spatialplan.text import Text

__all__ = ["LONGEST_WAIT_S", "Client", "Service", "host_of", "slot_wait_s"]

_LOG = logging.getLogger(__name__)

PUBLIC = ("https://overpass-api.de/api",)
FIRST_WAIT_S = 5.0  # doubled at each failure in a row
LONGEST_WAIT_S = 900.0  # a server that asks for more is given up, not pestered
RUNNING_WAIT_S = 5.0  # all slots are busy with queries whose end is not known
PATIENCE = 1.5  # times the server's own limit: the query may queue first
DRIBBLE = 4.0  # times that for a reply that comes in drops
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
class Client:
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
        self.last = Text(*(f"{host_of(url)} {text}" for text in (failure.text.zh, failure.text.en)))
        _LOG.info("%s", self.last.en)

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
    text = Text(*[f"HTTP {status} {gist_of(body)}".strip()] * 2)
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


def host_of(url: str) -> str:
    """Return the name of the server of an address."""
    return str(urlsplit(url).hostname)
