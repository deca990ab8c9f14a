"""The Overpass download against a stand-in that also misbehaves: whole, polite, or an error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import MultiPolygon, box

from spatialplan import __version__
from spatialplan.errors import CrsError, DataError, OutputError, SourceError
from spatialplan.io import overpass_tiles, tile_store
from spatialplan.io.osm_categories import read_categories
from spatialplan.io.osm_pbf import read_osm
from spatialplan.io.overpass import FetchReport, fetch_extract
from spatialplan.io.overpass_client import Service, slot_wait_s
from tests import overpass_server as stand_in
from tests.overpass_server import Mischief, Server, World, world_of_pbf

AREA = box(112.0, 27.0, 112.2, 27.2)
TILE_KM = 11.2  # four tiles, which meet at 112.1, 27.1; the north-western one is empty
ANDORRA = box(1.515, 42.50, 1.54, 42.512)


def tiny_world() -> World:
    world = World()
    world.node(1, 112.02, 27.02)
    world.node(2, 112.18, 27.02, highway="traffic_signals")
    world.node(3, 112.18, 27.18)
    world.node(4, 112.30, 27.18)
    world.node(20, 112.05, 27.05, amenity="post_office", name="邮政所")
    world.node(21, 112.15, 27.15, place="village", name="团结村")
    world.node(22, 112.15, 27.16, power="tower")
    for id, (lon, lat) in enumerate([(111.9, 26.9), (112.3, 26.9), (112.15, 27.3)], start=40):
        world.node(id, lon, lat)
    world.way(10, [1, 2], highway="trunk", name="G320")
    world.way(11, [2, 3], highway="tertiary", oneway="yes")
    world.way(12, [4, 41], highway="primary")  # beyond the area
    world.way(13, [40, 41])
    world.way(14, [41, 42, 40])
    world.way(15, [1, 2, 21, 1], natural="water", name="水库")
    world.way(16, [1, 2, 3, 1], building="yes")
    world.relation(
        30,
        [("way", 13, "outer"), ("way", 14, "outer"), ("relation", 99, "subarea")],
        type="boundary", boundary="administrative", admin_level="6", name="湘潭县",
    )  # fmt: skip
    members = [("way", 10, "from"), ("node", 2, "via"), ("way", 11, "to")]
    world.relation(31, members, type="restriction", restriction="no_left_turn")
    return world


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(tiny_world()) as running:
        yield running


class Bench:
    """Calls the download with a clock that only notes the waits."""

    def __init__(self, folder: Path) -> None:
        self.cache, self.target = folder / "cache", folder / "city.osm.pbf"
        self.waits: list[float] = []
        self.steps: list[tuple[int, int]] = []

    def fetch(
        self, *servers: Server, area: Any = AREA, km: float = TILE_KM, **how: Any
    ) -> FetchReport:
        urls = tuple(server.url for server in servers)
        return fetch_extract(
            area,
            self.target,
            cache=self.cache,
            service=Service(**{"urls": urls, "timeout_s": 20, "max_tries": 3, **how}),
            tile_km=km,
            progress=lambda done, total: self.steps.append((done, total)),
            sleep=self.waits.append,
            rng=np.random.default_rng(7),
        )

    def fails(self, *servers: Server, **how: Any) -> str:
        """Return the error of a download that must fail and must not touch the target."""
        self.target.write_bytes(b"yesterday")
        with pytest.raises(SourceError) as caught:
            self.fetch(*servers, **how)
        assert self.target.read_bytes() == b"yesterday"
        assert {p.name for p in self.target.parent.iterdir()} <= {"cache", "city.osm.pbf"}
        text = caught.value.text
        assert "\n" not in text.zh + text.en
        return f"{text.zh} | {text.en}"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def objects(path: Path) -> dict[tuple[str, int], dict[str, str]]:
    found = {
        (thing.type_str(), thing.id): dict(thing.tags) for thing in osmium.FileProcessor(str(path))
    }
    order = sorted(found, key=lambda key: ("nwr".index(key[0]), key[1]))
    assert list(found) == order
    return found


# ---- whole ----------------------------------------------------------------------------------


def test_writes_what_the_reader_needs_once_and_sorted(server: Server, bench: Bench) -> None:
    report = bench.fetch(server)
    found = objects(bench.target)
    nodes = [("n", id) for id in (1, 2, 3, 20, 21, 40, 41, 42)]
    ways = [("w", id) for id in (10, 11, 13, 14, 15)]
    assert list(found) == [*nodes, *ways, ("r", 30), ("r", 31)]
    assert found["n", 20] == {"amenity": "post_office", "name": "邮政所"}
    assert found["n", 2] == {"highway": "traffic_signals"}
    assert found["w", 11] == {"highway": "tertiary", "oneway": "yes"}
    assert (report.nodes, report.ways, report.relations) == (8, 5, 2)
    assert (report.tiles, report.reused, report.requests) == (5, 0, 5)
    assert report.incomplete_relations == 0
    assert report.hosts == ("127.0.0.1",)
    assert bench.steps == [(n, 5) for n in range(6)]


def test_ferries_and_places_drawn_as_areas_are_asked_for(server: Server, bench: Bench) -> None:
    server.world.way(18, [1, 2], route="ferry")
    server.world.way(19, [1, 2, 3, 1], place="village")
    server.world.way(20, [1, 2, 3, 1], landuse="reservoir")
    server.world.way(21, [1, 2, 3, 1], landuse="forest")
    bench.fetch(server)
    assert {("w", 18), ("w", 19), ("w", 20)} <= objects(bench.target).keys()
    assert ("w", 21) not in objects(bench.target)


def test_ways_are_located_and_boundaries_close(server: Server, bench: Bench) -> None:
    bench.fetch(server)
    areas = osmium.filter.TagFilter(("boundary", "administrative"))
    reader = osmium.FileProcessor(str(bench.target)).with_locations().with_areas(areas)
    wkb, rings = osmium.geom.WKBFactory(), []
    for thing in reader:
        if isinstance(thing, osmium.osm.Way):
            assert all(node.location.valid() for node in thing.nodes)
        if isinstance(thing, osmium.osm.Area) and "boundary" in thing.tags:
            rings.append(shapely.from_wkb(bytes.fromhex(wkb.create_multipolygon(thing))))
    assert [ring.area for ring in rings] == pytest.approx([0.5 * 0.4 * 0.4])


def test_header_states_date_and_box(server: Server, bench: Bench) -> None:
    server.script.extend(
        stand_in.changed(osm3s={"timestamp_osm_base": f"2026-04-0{day}T00:00:00Z"})
        for day in (5, 3, 4, 6, 7)
    )
    report = bench.fetch(server)
    with osmium.io.Reader(str(bench.target), osmium.osm.osm_entity_bits.NOTHING) as reader:
        header = reader.header()
    assert header.get("osmosis_replication_timestamp") == "2026-04-03T00:00:00Z"
    assert header.get("sorting") == "Type_then_ID"
    corners = header.box().bottom_left, header.box().top_right
    assert [(c.lon, c.lat) for c in corners] == [(112.0, 27.0), (112.2, 27.2)]
    assert (report.oldest.day, report.newest.day) == (3, 7)


def test_two_runs_write_the_same_bytes(server: Server, bench: Bench) -> None:
    bench.fetch(server)
    first = bench.target.read_bytes()
    bench.fetch(server)
    assert bench.target.read_bytes() == first


def test_the_newest_of_two_versions_is_taken(server: Server, bench: Bench) -> None:
    def renamed(handler: Any, body: bytes) -> None:
        content = json.loads(body.replace(b"G320", b"S320"))
        content["osm3s"]["timestamp_osm_base"] = "2026-04-05T00:00:00Z"
        handler.send(200, json.dumps(content).encode())

    server.script.append(renamed)
    bench.fetch(server)
    assert objects(bench.target)["w", 10]["name"] == "S320"


def test_relations_without_all_members_are_counted(server: Server, bench: Bench) -> None:
    del server.world.ways[13]
    assert bench.fetch(server).incomplete_relations == 1


@pytest.fixture(scope="module")
def andorra(raw_data: Path) -> World:
    return world_of_pbf(raw_data / "osm" / "andorra-2026-04-04.osm.pbf", ANDORRA.bounds)


@pytest.fixture(scope="module")
def andorra_extract(andorra: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bench = Bench(tmp_path_factory.mktemp("andorra"))
    with pytest.MonkeyPatch.context() as patch, Server(andorra) as server:
        patch.setenv("NO_PROXY", "127.0.0.1")
        assert bench.fetch(server, area=ANDORRA, km=1.1).tiles == 2 * 2 + 1
    return bench.target


def test_reads_like_the_real_extract(andorra_extract: Path, raw_data: Path) -> None:
    source = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
    real, ours = (
        read_osm(path, ANDORRA, categories=read_categories(), ferries=True)
        for path in (source, andorra_extract)
    )
    assert len(real.roads.way_id) > 150
    for field in real.roads.__slots__:
        np.testing.assert_array_equal(getattr(ours.roads, field), getattr(real.roads, field), field)
    for layer, least in {"places": 1, "pois": 200, "boundaries": 1, "water": 3, "rails": 0}.items():
        expected = getattr(real, layer)
        assert len(expected) >= least, layer
        assert_geodataframe_equal(getattr(ours, layer), expected)
    assert ours.restrictions == real.restrictions > 0
    assert ours.provenance.date == real.provenance.date == "2026-04-04"


def test_osmnx_sees_the_same_roads(
    andorra: World, andorra_extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import osmnx

    monkeypatch.setattr("osmnx._http._config_dns", lambda url: None)
    monkeypatch.setattr(osmnx.settings, "use_cache", False)
    with Server(andorra) as server:
        monkeypatch.setattr(osmnx.settings, "overpass_url", server.url)
        graph = osmnx.graph_from_polygon(
            ANDORRA, network_type="all", simplify=False, retain_all=True, truncate_by_edge=True
        )
    ours = {
        frozenset(pair)
        for way in osmium.FileProcessor(str(andorra_extract), osmium.osm.WAY)
        if "highway" in way.tags
        for pair in pairwise(node.ref for node in way.nodes)
    }
    theirs = {frozenset(edge) for edge in graph.edges()}
    assert len(theirs) > 1000
    assert theirs <= ours


# ---- tiles ----------------------------------------------------------------------------------


def test_tiles_cover_the_area_and_nothing_far_from_it() -> None:
    ell = MultiPolygon([box(112, 27, 112.1, 28), box(112, 27, 113, 27.1)])
    *local, wide = overpass_tiles.cut(ell, 12)
    shapes = [box(*tile.bounds) for tile in local]
    assert shapely.union_all(shapes).buffer(1e-6).contains(ell)
    assert all(shape.intersects(ell) for shape in shapes)
    assert len(shapes) < 9 * 10
    assert wide.bounds == (112, 27, 113, 28)
    assert max(t.bounds[3] - t.bounds[1] for t in local) * 111.32 <= 12


def test_quarters_make_up_the_tile_until_it_is_small() -> None:
    tile = overpass_tiles.cut(AREA, TILE_KM)[0]
    shapes = [box(*quarter.bounds) for quarter in tile.quarters()]
    assert shapely.union_all(shapes).equals(box(*tile.bounds))
    depth = 0
    while tile.quarters():
        tile, depth = tile.quarters()[0], depth + 1
    assert depth == 3


@pytest.mark.parametrize("area", [box(600_000, 3_000_000, 700_000, 3_100_000), shapely.Polygon()])
def test_an_area_not_in_degrees_is_refused(area: Any, bench: Bench) -> None:
    with pytest.raises(CrsError, match="WGS-84"):
        bench.fetch(area=area, urls=("http://127.0.0.1:9/api",))


@pytest.mark.parametrize("km", [0.0, -1.0, float("nan")])
def test_a_tile_needs_a_side(km: float) -> None:
    with pytest.raises(DataError, match="大于 0"):
        overpass_tiles.cut(AREA, km)


# ---- polite ---------------------------------------------------------------------------------


def test_asks_one_at_a_time_with_pauses_and_a_name(server: Server, bench: Bench) -> None:
    bench.fetch(server, min_pause_s=3.5)
    assert server.most_busy == 1
    assert bench.waits == [3.5] * 4
    assert server.agents == {f"spatialplan/{__version__}"}
    assert all("[out:json][timeout:20];" in query for query in server.queries)
    assert server.status_asked == 5


@pytest.mark.parametrize(
    ("header", "least"),
    [
        ("37", 37.0),
        ("date", 60.0),
        ("soon", 5.0),
    ],
)
def test_retry_after_is_honoured(header: str, least: float, server: Server, bench: Bench) -> None:
    if header == "date":  # told from now, however long the other tests took
        header = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    server.script.append(stand_in.code(429, Retry_After=header))
    bench.fetch(server)
    assert bench.waits[0] >= least
    assert bench.waits[1:] == [2.0] * 4


def test_a_server_that_asks_for_hours_is_not_pestered(server: Server, bench: Bench) -> None:
    server.habit = stand_in.code(429, "rate limited", Retry_After="7200")
    assert "429" in bench.fails(server)
    assert len(server.queries) == 1
    assert bench.waits == []


def test_waits_grow_and_are_repeatable(server: Server, tmp_path: Path) -> None:
    server.habit = stand_in.code(503)
    runs = [Bench(tmp_path / name) for name in "ab"]
    for run in runs:
        run.target.parent.mkdir()
        run.fails(server, max_tries=6)
    waits = runs[0].waits
    assert len(waits) == 5
    assert all(5 * 2**n <= wait <= 7.5 * 2**n for n, wait in enumerate(waits))
    assert runs[1].waits == waits


def test_success_forgives(server: Server, bench: Bench) -> None:
    server.script.extend([stand_in.code(503), stand_in.well, stand_in.code(503)])
    bench.fetch(server)
    assert [5.0 <= wait <= 7.5 for wait in bench.waits] == [True, False, True, False, False, False]


def test_a_free_slot_is_waited_for(server: Server, bench: Bench) -> None:
    free, pages = (
        server.status,
        iter(["Slot available after: 2026-04-04T20:30:00Z, in 41 seconds."]),
    )
    del server.status
    type(server).status = property(lambda self: next(pages, free))  # type: ignore[attr-defined]
    try:
        bench.fetch(server)
    finally:
        del type(server).status
    assert bench.waits[0] == 41.0
    assert len(server.queries) == 5


@pytest.mark.parametrize(
    ("page", "wait"),
    [
        (stand_in.STATUS, 0.0),
        ("Rate limit: 0\nCurrently running queries", 0.0),
        ("Slot available after: x, in 12 seconds.\nSlot available after: y, in 5 seconds.", 5.0),
        ("Rate limit: 2\nSlot available after: x, in -3 seconds.", 1.0),
        ("Rate limit: 1\nCurrently running queries (pid, …):\n77 5 180", 5.0),
        ("<html>welcome</html>", 0.0),
    ],
)  # fmt: skip
def test_status_pages(page: str, wait: float) -> None:
    assert slot_wait_s(page) == wait


def test_a_server_without_status_is_asked_once_for_it(server: Server, bench: Bench) -> None:
    server.status_code = 404
    bench.fetch(server)
    assert server.status_asked == 1


# ---- complete or an error -------------------------------------------------------------------

TRANSIENT: dict[str, Mischief] = {
    "429": stand_in.code(429),
    "500": stand_in.code(500),
    "504": stand_in.code(504),
    "html": stand_in.code(200, "Dispatcher_Client::request_read_and_idx::timeout. Too busy."),
    "remark": stand_in.remark("runtime error: open64: 0 Success\nDispatcher_Client::timeout"),
    "truncated": stand_in.truncated,
    "dropped": stand_in.dropped,
    "reset": stand_in.reset,
    "no date": stand_in.changed(osm3s=None),
    "empty date": stand_in.changed(osm3s={"timestamp_osm_base": ""}),
    "no elements": stand_in.changed(elements=None),
    "odd elements": stand_in.changed(elements=[{"type": "count", "tags": {}}]),
    "no places": stand_in.changed(elements=[{"type": "node", "id": 1}]),
    "no nodes": stand_in.without_nodes,
    "list": lambda handler, body: handler.send(200, b"[1, 2]"),
    "nothing": lambda handler, body: handler.send(200, b""),
    "binary": lambda handler, body: handler.send(200, b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("name", TRANSIENT)
def test_one_bad_reply_is_asked_again(name: str, server: Server, bench: Bench) -> None:
    server.script.extend([stand_in.well, TRANSIENT[name]])
    report = bench.fetch(server)
    assert report.requests == 6
    assert len(objects(bench.target)) == 15
    assert bench.waits[1] >= 5.0


@pytest.mark.parametrize("name", TRANSIENT)
def test_bad_replies_for_ever_are_an_error(name: str, server: Server, bench: Bench) -> None:
    server.script.append(stand_in.well)
    server.habit = TRANSIENT[name]
    told = bench.fails(server)
    assert "已取 1/" in told
    assert "1 of " in told
    assert "--url" in told
    assert "--pbf" in told


def test_a_refused_query_is_an_error_at_once(server: Server, bench: Bench) -> None:
    server.habit = stand_in.code(400, "parse error: Unknown query clause")
    told = bench.fails(server)
    assert "HTTP 400 parse error: Unknown query clause" in told
    assert len(server.queries) == 1


@pytest.mark.parametrize("status", [301, 403, 404])
def test_an_unusable_server_is_not_asked_again(status: int, server: Server, bench: Bench) -> None:
    server.habit = stand_in.code(status, "no", Location=f"{server.url}/status")
    assert f"HTTP {status}" in bench.fails(server)
    assert len(server.queries) == 1


def test_nobody_listens(bench: Bench) -> None:
    with Server(World()) as gone:
        url = gone.url
    told = bench.fails(urls=(url,))
    assert "refused" in told
    assert "0/5 块" in told
    assert len(bench.waits) == 2


def test_an_area_without_roads_is_an_error(server: Server, bench: Bench) -> None:
    server.world.ways.clear()
    server.world.relations.clear()
    assert "没有本区域的道路" in bench.fails(server)


def test_an_empty_first_tile_is_asked_about(server: Server, bench: Bench) -> None:
    west = box(112.0, 27.1, 112.2, 27.2)
    report = bench.fetch(server, area=west)
    assert report.tiles == 3
    assert report.requests == 4
    assert "out body 1;" in server.queries[1]


def test_distant_dates_are_an_error_and_asked_again(server: Server, bench: Bench) -> None:
    server.script.append(stand_in.changed(osm3s={"timestamp_osm_base": "2025-01-19T00:00:00Z"}))
    told = bench.fails(server)
    assert "2025-01-19 至 2026-04-04" in told
    report = bench.fetch(server)
    assert (report.reused, report.requests) == (4, 1)


def test_an_unwritable_target_is_an_error(server: Server, bench: Bench) -> None:
    bench.target.mkdir()
    with pytest.raises(OutputError, match=r"city\.osm\.pbf"):
        bench.fetch(server)
    assert sorted(p.name for p in bench.target.parent.iterdir()) == ["cache", "city.osm.pbf"]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), RuntimeError("No space left")])
def test_a_write_that_breaks_off_leaves_the_old_file(
    error: Exception, server: Server, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**parts: Any) -> None:
        raise error

    monkeypatch.setattr(tile_store, "Relation", full)
    bench.target.write_bytes(b"yesterday")
    with pytest.raises(OutputError, match="No space left"):
        bench.fetch(server)
    assert bench.target.read_bytes() == b"yesterday"
    assert sorted(p.name for p in bench.target.parent.iterdir()) == ["cache", "city.osm.pbf"]


def test_an_unwritable_cache_is_an_error(server: Server, bench: Bench) -> None:
    bench.cache.write_text("a file")
    with pytest.raises(OutputError, match="cache"):
        bench.fetch(server)


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/api", "file:///etc/passwd", "overpass.de", "http://"]
)
def test_only_web_addresses(url: str) -> None:
    with pytest.raises(SourceError, match="http"):
        Service(urls=(url,))


@pytest.mark.parametrize(
    "wrong", [{"urls": ()}, {"max_tries": 0}, {"timeout_s": 0.0}, {"min_pause_s": -1.0}]
)
def test_settings_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match="设置无效"):
        Service(**wrong)


def test_the_address_may_name_the_interpreter(server: Server, bench: Bench) -> None:
    assert bench.fetch(server, urls=(f"{server.url}/interpreter/",)).requests == 5


# ---- splitting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mischief",
    [
        stand_in.remark('runtime error: Query timed out in "query" at line 1 after 20 seconds.'),
        stand_in.remark("runtime error: Query run out of memory using about 512 MB of RAM."),
        stand_in.code(504),
    ],
    ids=["timed out", "memory", "504"],
)
def test_a_tile_too_big_is_split(mischief: Mischief, server: Server, bench: Bench) -> None:
    bench.fetch(server)
    whole = objects(bench.target)
    server.queries.clear()
    bench.cache = bench.cache / "other"
    server.habit = stand_in.too_much_above(0.07, mischief)
    report = bench.fetch(server)
    assert objects(bench.target) == whole
    assert report.tiles == 4 * 4 + 16
    assert bench.steps[-1] == (32, 32)
    asked = len(server.queries)
    server.queries.clear()
    again = bench.fetch(server)
    assert (again.reused, len(server.queries)) == (32, 0)
    assert asked >= 32 + 4 + 1 + 4


def test_a_slow_server_is_left_and_the_tile_split(server: Server, bench: Bench) -> None:
    server.script.extend([stand_in.slow(0.5), stand_in.slow(0.5)])
    report = bench.fetch(server, timeout_s=0.2)
    assert report.tiles == 4 + 4
    assert len(objects(bench.target)) == 15


def test_a_reply_in_drops_is_not_waited_for(server: Server, bench: Bench) -> None:
    server.script.extend([stand_in.drips, stand_in.drips])
    assert bench.fetch(server, timeout_s=0.05).tiles == 4 + 4


def test_the_smallest_tile_is_not_split(server: Server, bench: Bench) -> None:
    server.habit = stand_in.remark("runtime error: Query timed out")
    assert "timed out" in bench.fails(server)
    assert len(server.queries) == 3 + 3  # three sizes, and all tries for the smallest


# ---- going on -------------------------------------------------------------------------------


def test_goes_on_after_a_crash(server: Server, bench: Bench) -> None:
    def crash(handler: Any, body: bytes) -> None:
        bench.cache.chmod(0o755)
        raise SystemError

    server.script.extend([stand_in.well, stand_in.well, crash, crash, crash])
    bench.fails(server)
    first = set(server.queries[:2])
    server.queries.clear()
    bench.steps.clear()
    report = bench.fetch(server)
    assert (report.reused, report.requests) == (2, 3 + 1)  # one: are there roads at all?
    assert not first & set(server.queries)
    assert bench.steps[0] == (0, 5)
    assert len(objects(bench.target)) == 15


def test_goes_on_after_an_interrupt(server: Server, bench: Bench) -> None:
    def interrupt(seconds: float) -> None:
        if len(server.queries) == 3:
            raise KeyboardInterrupt

    service = Service(urls=(server.url,))
    with pytest.raises(KeyboardInterrupt):
        fetch_extract(
            AREA, bench.target, cache=bench.cache, service=service, tile_km=TILE_KM, sleep=interrupt
        )
    assert not bench.target.exists()
    assert bench.fetch(server).reused == 3


def test_other_areas_do_not_share_a_store(server: Server, bench: Bench) -> None:
    bench.fetch(server)
    assert bench.fetch(server, km=30).reused == 0


def entries(bench: Bench) -> tuple[Path, dict[str, Any]]:
    path = next(bench.cache.glob("*/manifest.json"))
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_the_manifest_tells_of_every_tile(server: Server, bench: Bench) -> None:
    bench.fetch(server)
    path, manifest = entries(bench)
    assert {f"{key}.json.gz" for key in manifest["tiles"]} == {
        p.name for p in path.parent.iterdir() if p.name != "manifest.json"
    }
    about = next(iter(manifest["tiles"].values()))
    assert about.keys() == {"bounds", "content", "sha256", "host", "fetched", "data_time"}


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "old", "future", "odd entry"])
def test_a_damaged_or_old_tile_is_asked_again(harm: str, server: Server, bench: Bench) -> None:
    bench.fetch(server)
    path, manifest = entries(bench)
    south_west = overpass_tiles.cut(AREA, TILE_KM)[0]
    key, about = south_west.key, manifest["tiles"][south_west.key]
    tile = path.parent / f"{key}.json.gz"
    body = tile.read_bytes()
    if harm == "flip":
        tile.write_bytes(body[:-20] + bytes([body[-20] ^ 1]) + body[-19:])
    elif harm == "cut":
        tile.write_bytes(body[: len(body) // 2])
    elif harm == "remove":
        tile.unlink()
    elif harm == "odd entry":
        manifest["tiles"][key] = "?"
    else:
        days = timedelta(days=8 if harm == "old" else -8)
        about["fetched"] = (datetime.now(UTC) - days).isoformat()
    path.write_text(json.dumps(manifest), encoding="utf-8")
    report = bench.fetch(server)
    assert (report.reused, report.requests) == (4, 1)
    assert len(objects(bench.target)) == 15


@pytest.mark.parametrize("text", ["", "{", "[]", '{"tiles": 3, "split": []}'])
def test_an_unreadable_manifest_starts_anew(text: str, server: Server, bench: Bench) -> None:
    bench.fetch(server)
    entries(bench)[0].write_text(text, encoding="utf-8")
    assert bench.fetch(server).requests == 5


def test_damage_after_the_check_is_told(
    server: Server, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.fetch(server)
    south_west = overpass_tiles.cut(AREA, TILE_KM)[0]
    next(bench.cache.glob(f"*/{south_west.key}.json.gz")).write_bytes(b"no gzip")
    monkeypatch.setattr(tile_store.Store, "holds", lambda store, tile: tile.key in store.tiles)
    assert "缓存的分块已损坏" in bench.fails(server)
    assert bench.fetch(server).requests == 1


# ---- mirrors --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["429", "504", "html", "reset", "403"])
def test_a_mirror_stands_in(name: str, server: Server, bench: Bench) -> None:
    with Server(tiny_world()) as mirror:
        server.habit = TRANSIENT.get(name, stand_in.code(403))
        bench.fetch(server, mirror)
        assert len(mirror.queries) == 5
        assert len(objects(bench.target)) == 15
        assert 1 <= len(server.queries) <= 3
        assert max(bench.waits) < 5.0


def test_the_preferred_server_is_asked_while_it_answers(server: Server, bench: Bench) -> None:
    with Server(tiny_world()) as mirror:
        bench.fetch(server, mirror)
        assert (len(server.queries), len(mirror.queries)) == (5, 0)


def test_a_regional_mirror_is_not_believed(server: Server, bench: Bench) -> None:
    server.script.append(stand_in.code(503))
    with Server(World()) as elsewhere:
        bench.fetch(server, elsewhere)
        assert len(elsewhere.queries) == 2
    assert len(objects(bench.target)) == 15


def test_all_mirrors_fail(server: Server, bench: Bench) -> None:
    server.habit = stand_in.code(404)
    with Server(World()) as elsewhere:
        assert "没有本区域的道路" in bench.fails(server, elsewhere)


# ---- light ----------------------------------------------------------------------------------


def test_import_opens_no_connection_and_loads_no_osmnx() -> None:
    code = (
        "import socket, sys; socket.socket.connect = None; socket.getaddrinfo = None;"
        "import spatialplan.io.overpass; print('osmnx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
