"""The archive format PMTiles, version 3: tiles along a curve, found by directories.

See https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Mapping, Sequence

__all__ = ["archive", "tile_id"]

_HEADER, _FIRST_READ, _IN_LEAF = 127, 16_384, 2_048
_GZIP, _MVT = 2, 1

# Number of the tile on the curve, place in its section, length, how many tiles it stands for
# (0: the entry is of a leaf directory).
Entry = tuple[int, int, int, int]


def archive(tiles: Mapping[tuple[int, int, int], bytes], told: Mapping[str, str]) -> bytes:
    """Return the archive of compressed vector tiles by (zoom, column, row from the north).

    Parameters
    ----------
    told
        The metadata as MBTiles holds it: ``bounds``, ``center``, ``minzoom`` and the like.
    """
    numbered = sorted((tile_id(*place), content) for place, content in tiles.items())
    entries: list[Entry] = []
    content = bytearray()
    for number, tile in numbered:
        entries.append((number, len(content), len(tile), 1))
        content += tile
    root, leaves = _directories(entries)
    said = {"name": told["name"], "type": told["type"], **json.loads(told["json"])}
    metadata = gzip.compress(json.dumps(said, ensure_ascii=False).encode(), mtime=0)
    sections = []
    place = _HEADER
    for section in (root, metadata, leaves, bytes(content)):
        sections += [place, len(section)]
        place += len(section)
    head = struct.pack("<7sB8Q", b"PMTiles", 3, *sections)
    head += struct.pack("<3Q", *[len(entries)] * 3)
    head += struct.pack("<4B", 1, _GZIP, _GZIP, _MVT)
    head += _extent(told)
    return head + root + metadata + leaves + bytes(content)


def tile_id(zoom: int, column: int, row: int) -> int:
    """Return the number of a tile: levels one after the other, each along a Hilbert curve.

    >>> tile_id(0, 0, 0), tile_id(1, 0, 0), tile_id(1, 1, 0), tile_id(12, 3423, 1763)
    (0, 1, 4, 19078479)
    """
    number, side = ((1 << 2 * zoom) - 1) // 3, (1 << zoom) // 2
    x, y = column, row
    while side > 0:
        right, up = int(x & side > 0), int(y & side > 0)
        number += side * side * ((3 * right) ^ up)
        if not up:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side //= 2
    return number


def _directories(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """Return the root directory, which the first read must hold, and the leaves below it."""
    root, leaves = _directory(entries), b""
    in_leaf = _IN_LEAF
    while _HEADER + len(root) > _FIRST_READ:
        tops: list[Entry] = []
        leaves = b""
        for start in range(0, len(entries), in_leaf):
            leaf = _directory(entries[start : start + in_leaf])
            tops.append((entries[start][0], len(leaves), len(leaf), 0))
            leaves += leaf
        root = _directory(tops)
        in_leaf *= 2
    return root, leaves


def _directory(entries: Sequence[Entry]) -> bytes:
    raw = bytearray(_varint(len(entries)))
    previous = 0
    for number, *_ in entries:
        raw += _varint(number - previous)
        previous = number
    for *_, run in entries:
        raw += _varint(run)
    for _, _, length, _ in entries:
        raw += _varint(length)
    end = -1
    for _, place, length, _ in entries:
        raw += _varint(0 if place == end else place + 1)
        end = place + length
    return gzip.compress(bytes(raw), mtime=0)


def _varint(value: int) -> bytes:
    result = bytearray()
    while value > 0x7F:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def _extent(told: Mapping[str, str]) -> bytes:
    bounds = [round(float(value) * 1e7) for value in told["bounds"].split(",")]
    x, y, zoom = told["center"].split(",")
    return struct.pack(
        "<2B4iB2i",
        int(told["minzoom"]),
        int(told["maxzoom"]),
        *bounds,
        int(zoom),
        round(float(x) * 1e7),
        round(float(y) * 1e7),
    )
