"""The store: what comes out is what went in, and no state of its files makes a run fail."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from spatialplan.errors import SourceError
from spatialplan.io import osm_pbf, store, store_files
from spatialplan.io.osm_categories import read_categories
from spatialplan.model.osm import Mode, OsmData, RoadWays
from tests import osm_world


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "湖南.osm.pbf"
    path.write_bytes(b"content of the first day")
    age(path)
    return path


def age(path: Path, seconds: float = 60) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


class Reader:
    """Counts how often the source is read."""

    def __init__(self, data: OsmData) -> None:
        self.data, self.calls = data, 0

    def __call__(self) -> OsmData:
        self.calls += 1
        return self.data


def open_it(source: Path, reader: Reader, **more: object) -> tuple[OsmData, bool]:
    given_: dict[str, object] = {
        "area": osm_world.AREA, "mode": Mode.DRIVE, "cache": source.parent / "缓存", "version": "1", **more,
    }  # fmt: skip
    return store.open_or_read(source, read=reader, **given_)  # type: ignore[arg-type]


def assert_same(one: OsmData, other: OsmData) -> None:
    """Compare to the type and the kind of missing value."""
    for field in dataclasses.fields(RoadWays):
        a, b = getattr(one.roads, field.name), getattr(other.roads, field.name)
        assert a.dtype == b.dtype, field.name
        np.testing.assert_array_equal(a, b, err_msg=field.name)
    for name in store_files.FRAMES:
        a, b = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(pd.DataFrame(a), pd.DataFrame(b))
        assert isinstance(b, gpd.GeoDataFrame)
        assert a.crs == b.crs
        assert [g.wkb for g in a.geometry] == [g.wkb for g in b.geometry]
        for column in a.columns.drop("geometry"):
            assert [*map(repr, a[column])] == [*map(repr, b[column])], column
    for name in ("mode", "restrictions", "counts", "area", "provenance"):
        assert getattr(one, name) == getattr(other, name), name


def entry_of(source: Path) -> Path:
    (found,) = (source.parent / "缓存").glob("osm-*")
    return found


def test_round_trip_is_exact(source: Path) -> None:
    reader = Reader(osm_world.rich_world())
    first, from_store = open_it(source, reader)
    assert first is reader.data
    assert not from_store
    again, from_store = open_it(source, reader)
    assert from_store
    assert reader.calls == 1
    assert_same(first, again)
    assert sorted(p.name for p in entry_of(source).iterdir()) == sorted(store_files.FILES)


def test_object_columns_keep_their_kind_of_missing(source: Path) -> None:
    data = osm_world.rich_world()
    pois = data.pois.assign(
        name=pd.Series(["邮政所", None], dtype=object),
        name_zh=pd.Series([np.nan, "乙"], dtype=object),
        alt_name=pd.Series([None, None], dtype=object),
        level=np.array([4, -6], dtype=np.int8),
        checked=pd.array([True, None], dtype="boolean"),
        people=pd.array([None, 2**60], dtype="Int64"),
    )[[*data.pois.columns.drop("geometry"), "level", "checked", "people", "geometry"]]
    reader = Reader(dataclasses.replace(data, pois=pois))
    open_it(source, reader)
    again, from_store = open_it(source, reader)
    assert from_store
    assert_same(reader.data, again)


def test_empty_world(source: Path) -> None:
    reader = Reader(osm_world.world({}, []))
    open_it(source, reader)
    again, from_store = open_it(source, reader)
    assert from_store
    assert_same(reader.data, again)


NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(max_examples=25, deadline=None)
@given(
    names=st.lists(NAME, max_size=5),
    lon=st.floats(-180, 180),
    kmh=st.floats(0, 300) | st.just(np.nan),
)
def test_any_name_and_number_comes_back(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], lon: float, kmh: float
) -> None:
    source = tmp_path_factory.mktemp("any") / "a.osm.pbf"
    source.write_bytes(b"x")
    nodes = dict.fromkeys(range(len(names) + 1), (lon, 42.5))
    ways = [osm_world.way(i, [i, i + 1], name=n, maxspeed_kmh=kmh) for i, n in enumerate(names)]
    pois = [osm_world.poi(f"node/{i}", (lon, 1.0), name=n) for i, n in enumerate(names)]
    reader = Reader(osm_world.world(nodes, ways, pois=pois))
    open_it(source, reader)
    again, from_store = open_it(source, reader)
    assert from_store
    assert_same(reader.data, again)


def test_key_is_content_area_mode_options_version(source: Path) -> None:
    reader = Reader(osm_world.rich_world())
    tiny = 1e-9
    moved = box(1.40 + tiny, 42.40, 1.80, 42.70)
    turned = Polygon(osm_world.AREA.exterior.coords[1:])
    open_it(source, reader, options={"categories": frozenset({"b", "a"})})
    assert open_it(source, reader, options={"categories": frozenset({"a", "b"})})[1]
    for more in (
        {"area": box(1.41, 42.40, 1.80, 42.70)},
        {"mode": Mode.TRUCK},
        {"version": "2"},
        {"options": {"categories": {"post": ["amenity=post_office"]}}},
        {},
    ):
        assert not open_it(source, reader, **more)[1], more
        assert open_it(source, reader, **more)[1], more
    assert open_it(source, reader, area=moved)[1]
    assert open_it(source, reader, area=turned)[1]
    source.write_bytes(b"content of the other day")  # as long as before
    assert not open_it(source, reader)[1]
    age(source)
    other = source.with_name("别名.osm.pbf")
    other.write_bytes(source.read_bytes())
    assert open_it(other, reader)[1]  # the content counts, not the name


def test_unchanged_file_is_not_hashed_again(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    monkeypatch.setattr(store.hashlib, "file_digest", lambda *_: pytest.fail("hashed again"))
    assert open_it(source, reader)[1]


def test_file_changed_just_now_is_hashed_again(source: Path) -> None:
    reader = Reader(osm_world.rich_world())
    source.write_bytes(b"content of the other day")
    open_it(source, reader)
    assert not (source.parent / "缓存" / store.INDEX).exists()


@pytest.mark.parametrize("name", sorted(store_files.FILES))
@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "missing"])
def test_damage_is_found_and_mended(
    source: Path, name: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    path = entry_of(source) / name
    content = bytearray(path.read_bytes())
    if how == "flipped":
        content[len(content) // 2] ^= 1
    path.write_bytes({"cut": content[:-20], "empty": b""}.get(how, bytes(content)))
    if how == "missing":
        path.unlink()
    with caplog.at_level(logging.WARNING):
        again, from_store = open_it(source, reader)
    assert not from_store
    assert "damaged" in caplog.text
    assert again is reader.data
    assert open_it(source, reader)[1]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 3}', '{"/a": {"stamp": 1}}'])
def test_broken_index_is_ignored(source: Path, content: str) -> None:
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    (source.parent / "缓存" / store.INDEX).write_text(content, encoding="utf-8")
    assert open_it(source, reader)[1]


def test_entry_of_an_older_form_is_read_again(source: Path) -> None:
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    path = entry_of(source) / store_files.META
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta.pop("check")
    del meta["provenance"]["licence"]
    meta["check"] = store_files.digest_of(json.dumps(meta, sort_keys=True).encode())
    path.write_text(json.dumps(meta), encoding="utf-8")
    assert not open_it(source, reader)[1]
    assert open_it(source, reader)[1]


def test_what_does_not_read_back_is_not_kept(
    source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = osm_world.rich_world()
    mixed = data.pois.assign(name=pd.Series([1, "x"], dtype=object))
    reader = Reader(dataclasses.replace(data, pois=mixed))
    assert open_it(source, reader)[0] is reader.data
    assert not open_it(source, reader)[1]
    assert "not kept" in caplog.text
    assert not [*(source.parent / "缓存").glob("*osm-*")]


def test_cache_that_cannot_be_written(source: Path, caplog: pytest.LogCaptureFixture) -> None:
    (source.parent / "缓存").write_text("a file where a folder should be")
    reader = Reader(osm_world.rich_world())
    assert open_it(source, reader) == (reader.data, False)
    assert "not kept" in caplog.text


def test_errors_of_the_reader_pass_through(source: Path) -> None:
    def refuse() -> OsmData:
        raise SourceError("读不了", "cannot read")

    with pytest.raises(SourceError):
        store.open_or_read(
            source, osm_world.AREA, Mode.DRIVE, refuse, cache=source.parent / "缓存", version="1"
        )
    with pytest.raises(SourceError):
        store.open_or_read(
            source.with_name("none"), osm_world.AREA, Mode.DRIVE, refuse, cache=source.parent, version="1"
        )  # fmt: skip


def test_source_that_changes_while_read_is_not_kept(source: Path) -> None:
    data = osm_world.rich_world()

    def read() -> OsmData:
        source.write_bytes(b"another")
        return data

    cache = source.parent / "缓存"
    store.open_or_read(source, osm_world.AREA, Mode.DRIVE, read, cache=cache, version="1")
    assert not [*cache.glob("osm-*")]


def test_two_at_once_do_not_mix(source: Path) -> None:
    data = osm_world.rich_world()
    meeting = threading.Barrier(4)

    def read() -> OsmData:
        meeting.wait(timeout=20)
        return data

    results: list[OsmData] = []

    def run() -> None:
        cache = source.parent / "缓存"
        got = store.open_or_read(source, osm_world.AREA, Mode.DRIVE, read, cache=cache, version="1")
        results.append(got[0])

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert [p.name for p in (source.parent / "缓存").iterdir() if p.name.startswith(".")] == []
    reader = Reader(data)
    again, from_store = open_it(source, reader)
    assert from_store
    assert_same(data, again)


def test_list_entries(source: Path) -> None:
    cache = source.parent / "缓存"
    assert store.list_entries(cache) == []
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    open_it(source, reader, mode=Mode.WALK, version="0.2")
    age(
        entry_folder := next(e.path for e in store.list_entries(cache) if e.version == "1")
        / store_files.META
    )
    (cache / "osm-notes").mkdir()
    (cache / f"osm-{'0' * 32}").mkdir()
    newest, older = store.list_entries(cache)
    assert (newest.version, older.version) == ("0.2", "1")
    assert older.path == entry_folder.parent
    assert older.source == "湖南.osm.pbf"
    assert older.timestamp == "2026-04-04"
    assert older.bounds == osm_world.AREA.bounds
    assert older.mode == "drive"
    assert older.rows == {"roads": 3, "nodes": 7, "places": 2, "pois": 2, "boundaries": 0,
                          "water": 2, "rails": 0}  # fmt: skip
    assert older.counts == {"roads": 3, "dropped: private": 2}
    assert older.size_mb == pytest.approx(sum(p.stat().st_size for p in older.path.iterdir()) / 1e6)
    assert older.created.tzinfo is not None


def test_clean_by_age(source: Path) -> None:
    cache = source.parent / "缓存"
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    open_it(source, reader, version="2")
    old, new = sorted(store.list_entries(cache), key=lambda e: e.version)
    age(old.path / store_files.META, 40 * 86400)
    size = sum(p.stat().st_size for p in old.path.iterdir())
    assert store.clean(cache, timedelta(days=30)) == size
    assert [e.path for e in store.list_entries(cache)] == [new.path]
    assert store.clean(cache, timedelta(days=30)) == 0
    assert store.clean(cache) > 0
    assert store.list_entries(cache) == []
    assert store.clean(cache / "missing") == 0


def test_clean_spares_what_is_not_ours(source: Path, tmp_path: Path) -> None:
    cache = source.parent / "缓存"
    reader = Reader(osm_world.rich_world())
    open_it(source, reader)
    entry = entry_of(source)
    outside = tmp_path / "outside"
    outside.mkdir()
    spared = [outside / "meta.json", cache / "osm-notes.txt", entry / "我的笔记.txt",
              cache / f"osm-{'1' * 32}x" / "meta.json", cache / "docs" / "meta.json",
              cache / f".writing-osm-{'2' * 32}-ab" / "roads.npz"]  # fmt: skip
    for path in spared:
        path.parent.mkdir(exist_ok=True)
        path.write_text("keep")
    (cache / f"osm-{'3' * 32}").symlink_to(outside, target_is_directory=True)
    assert store.clean(cache) > 0
    assert all(path.exists() for path in spared)
    assert sorted(p.name for p in entry.iterdir()) == ["我的笔记.txt"]
    age(spared[-1].parent, 2 * 3600)
    assert store.clean(cache) == 4
    assert not spared[-1].parent.exists()
    assert source.exists()


def test_default_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SPATIALPLAN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.default_cache() == tmp_path / "spatialplan"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(store.Path, "home", lambda: tmp_path / "home")
    assert store.default_cache() == tmp_path / "home" / ".cache" / "spatialplan"
    monkeypatch.setenv("SPATIALPLAN_CACHE", str(tmp_path / "mine"))
    assert store.default_cache() == tmp_path / "mine"


def test_default_cache_on_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Windows:
        name = "nt"
        environ = {"LOCALAPPDATA": str(tmp_path)}  # noqa: RUF012

    monkeypatch.setattr(store, "os", Windows)
    assert store.default_cache() == tmp_path / "spatialplan" / "cache"


def test_large_world_opens_in_a_second(source: Path) -> None:
    """300,000 nodes, 60,000 ways, 60,000 POIs: measured 0.5 s on 2 cores."""
    rng = np.random.default_rng(1)
    count, ways = 300_000, 60_000
    small = osm_world.rich_world()

    def text(words: list[str]) -> np.ndarray:
        return np.array(words, dtype=object)[rng.integers(0, len(words), ways)]

    names = np.array([f"道路{i}" for i in range(ways)], dtype=object)
    roads = dataclasses.replace(
        small.roads, way_id=np.arange(ways), first=np.arange(0, count + 1, 5), node=np.arange(count),
        node_id=np.arange(count), lon=rng.random(count), lat=rng.random(count), name=names,
        road_class=text(["primary", "residential"]), ref=text(["", "G107"]), surface=text([""]),
        junction=text([""]), oneway=np.zeros(ways, np.int8), layer=np.zeros(ways, np.int8),
        maxspeed_kmh=np.full(ways, np.nan), bridge=np.zeros(ways, bool), tunnel=np.zeros(ways, bool),
        toll=np.zeros(ways, bool), barred_node=np.zeros(count, bool),
    )  # fmt: skip
    rows = rng.integers(0, 2, 60_000)
    pois = small.pois.iloc[rows].reset_index(drop=True).assign(name=names)
    pois = pois.set_geometry([Point(x, 1) for x in rng.random(60_000)], crs="EPSG:4326")
    reader = Reader(dataclasses.replace(small, roads=roads, pois=pois))
    open_it(source, reader)
    start = time.perf_counter()
    again, from_store = open_it(source, reader)
    took = time.perf_counter() - start
    assert from_store
    assert_same(reader.data, again)
    print(f"opened in {took:.2f} s")  # noqa: T201
    assert took < 3.0  # a busy machine


def test_andorra_comes_back_exactly(raw_data: Path, tmp_path: Path) -> None:
    categories = read_categories()
    path, area = raw_data / "osm/andorra-2026-04-04.osm.pbf", box(1.40, 42.42, 1.80, 42.67)

    def read() -> OsmData:
        data: OsmData = osm_pbf.read_osm(path, area, Mode.DRIVE, categories=categories)
        return data

    taken = []
    results = []
    for _ in range(2):
        start = time.perf_counter()
        results.append(
            store.open_or_read(path, area, Mode.DRIVE, read, cache=tmp_path, version="1")
        )
        taken.append(time.perf_counter() - start)
    assert [from_store for _, from_store in results] == [False, True]
    assert_same(results[0][0], results[1][0])
    assert taken[1] < 1.0
    (entry,) = store.list_entries(tmp_path)
    assert entry.timestamp == "2026-04-04"
    assert entry.rows["roads"] == len(results[0][0].roads.way_id)
