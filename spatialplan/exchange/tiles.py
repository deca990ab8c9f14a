"""Vector tiles: every layer in one MBTiles or PMTiles, cut by GDAL."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from spatialplan.errors import OutputError
from spatialplan.exchange import pmtiles
from spatialplan.exchange.columns import Column, finite, wide_as_text, without_binary
from spatialplan.exchange.gdal_layer import FAILURES, cannot_write, write_unproved
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import plain_text, unique
from spatialplan.exchange.package import Package
from spatialplan.exchange.reference import WGS84, in_crs
from spatialplan.exchange.shapes import Part, layers_of, split

__all__ = ["LEAST_ZOOM", "MOST_ZOOM", "write_mbtiles", "write_pmtiles"]

LEAST_ZOOM, MOST_ZOOM = 5, 13
_LONGEST, _EXACT = 80, 2**53
_TABLES = (
    "CREATE TABLE metadata (name TEXT, value TEXT)",
    "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data)",
    "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)",
)
Tiles = dict[tuple[int, int, int], bytes]


def write_mbtiles(package: Package, order: Order) -> Done:
    """Write one .mbtiles with every layer."""
    ledger = Ledger()
    tiles, told = _cut(package, order, ledger)
    path = order.folder / f"{order.stem}.mbtiles"
    try:
        with closing(sqlite3.connect(path)) as base, base:
            for sql in _TABLES:
                base.execute(sql)
            base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
            rows = [(*place, content) for place, content in sorted(tiles.items())]
            base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    except sqlite3.Error as error:
        raise cannot_write(path, error) from error
    return ledger.done([path], "EPSG:3857")


def write_pmtiles(package: Package, order: Order) -> Done:
    """Write one .pmtiles with every layer."""
    ledger = Ledger()
    tiles, told = _cut(package, order, ledger)
    path = order.folder / f"{order.stem}.pmtiles"
    from_north = {(z, x, 2**z - 1 - y): content for (z, x, y), content in tiles.items()}
    path.write_bytes(pmtiles.archive(from_north, told))
    return ledger.done([path], "EPSG:3857")


def _cut(package: Package, order: Order, ledger: Ledger) -> tuple[Tiles, dict[str, str]]:
    """Return the tiles of all layers, counted from the south, and what the file says of itself."""
    if "MBTiles" not in pyogrio.list_drivers(write=True):
        raise OutputError(
            "这里的 GDAL 不会切矢量瓦片（缺 MBTiles 驱动）；请改用 --to geojson 或 --to fgb",
            "this GDAL cuts no vector tiles (no MBTiles driver); use --to geojson or --to fgb",
        )
    parts = _parts(package, ledger)
    names = unique([plain_text(part.name) or "_" for part in parts], _LONGEST)
    work = order.folder / ".tiles"
    work.mkdir()
    pieces: dict[tuple[int, int, int], list[bytes]] = {}
    about: list[dict[str, str]] = []
    try:
        for number, (part, name) in enumerate(zip(parts, names, strict=True)):
            path = work / f"{number}.mbtiles"
            _cut_part(path, replace(part, name=name), ledger)
            about.append(_read_into(path, pieces))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    tiles = {place: gzip.compress(b"".join(parts), mtime=0) for place, parts in pieces.items()}
    return tiles, _metadata(order.stem, about)


def _parts(package: Package, ledger: Ledger) -> list[Part]:
    parts = []
    for table in layers_of(package, ledger):
        for part in split(in_crs(table, WGS84), ledger):
            geometry = np.array([*(part.geometry or []), None], dtype=object)[:-1]
            there = np.array([g is not None for g in geometry], dtype=bool)
            zh, en = "没有位置，不写入", "rows without a place: not written"
            ledger.add(table, zh, en, int((~there).sum()), unit="行")
            if there.any():
                kept = replace(part.table, frame=part.table.frame[there])
                shape = (part.shape or "").removesuffix(" Z")
                flat = list(shapely.force_2d(geometry[there]))
                parts.append(replace(part, table=kept, geometry=flat, shape=shape))
    return parts


def _cut_part(path: Path, part: Part, ledger: Ledger) -> None:
    columns = finite(without_binary(part.table, ledger), part.table, ledger)
    ledger.name(part.table, part.name, [(c.name, c.name) for c in columns])
    options = {
        "dataset_options": {"MINZOOM": LEAST_ZOOM, "MAXZOOM": MOST_ZOOM},
        "layer_options": None,
    }
    said = (" 2 的 53 次方", "2^53")
    columns = [
        wide_as_text(_as_tile_text(c), part.table, ledger, limit=_EXACT, said=said) for c in columns
    ]
    write_unproved(path, part, columns, driver="MBTiles", options=options)


def _as_tile_text(column: Column) -> Column:
    """Return days and times as text: tiles have no type for them."""
    if column.kind not in {"date", "datetime"}:
        return column
    texts = [None if value is None else value.isoformat() for value in column.cells]
    return replace(column, kind="text", cells=texts)


def _read_into(path: Path, pieces: dict[tuple[int, int, int], list[bytes]]) -> dict[str, str]:
    """Add the tiles of one layer: a tile of several layers is theirs one after the other."""
    try:
        with closing(sqlite3.connect(path)) as base:
            for zoom, column, row, content in base.execute(
                "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
            ):
                pieces.setdefault((zoom, column, row), []).append(gzip.decompress(content))
            return dict(base.execute("SELECT name, value FROM metadata"))
    except (sqlite3.Error, *FAILURES) as error:
        raise cannot_write(path, error) from error


def _metadata(stem: str, about: list[dict[str, str]]) -> dict[str, str]:
    layers: list[Mapping[str, Any]] = []
    boxes = []
    for told in about:
        layers += json.loads(told["json"])["vector_layers"]
        boxes.append([float(value) for value in told["bounds"].split(",")])
    box = np.array(boxes) if boxes else np.array([[-180.0, -85.0, 180.0, 85.0]])
    bounds = (*box[:, :2].min(axis=0), *box[:, 2:].max(axis=0))
    middle = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, LEAST_ZOOM + 4)
    return {
        "name": stem,
        "format": "pbf",
        "type": "overlay",
        "version": "2",
        "minzoom": str(LEAST_ZOOM),
        "maxzoom": str(MOST_ZOOM),
        "bounds": ",".join(f"{value:.7f}" for value in bounds),
        "center": ",".join(f"{value:.7f}" for value in middle[:2]) + f",{middle[2]}",
        "json": json.dumps({"vector_layers": layers}, ensure_ascii=False),
    }
