"""Keep what was read of an OSM source, so that a second run starts at once.

One folder per reading, named by the content of the source, the area, the mode, the options and the
versions that made it. Roads are numpy arrays (``roads.npz``); places, POIs, boundaries, water and
rails are FlatGeobuf files, which QGIS opens too; ``meta.json`` tells what it is and holds a
checksum of every file. An entry is written aside, read back, compared and renamed, so that a
reader finds a whole entry or none; one that is damaged is removed and the source read again.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.model.osm import Mode, OsmData, RoadWays
from spatialplan.model.source import Provenance
from spatialplan.text import Text

__all__ = ["Entry", "clean", "default_cache", "list_entries", "open_or_read"]

_LOG = logging.getLogger(__name__)
FORMAT = 1
FRAMES = ("places", "pois", "boundaries", "water", "rails")
ROADS, META, INDEX = "roads.npz", "meta.json", "sources.json"
FILES = frozenset({ROADS, META, *(f"{name}.fgb" for name in FRAMES)})
OURS = re.compile(r"osm-[0-9a-f]{32}")
ASIDE = re.compile(r"\.writing-osm-[0-9a-f]{32}-\w+")
AREA_DIGITS = 7  # about a centimetre
FRESH_S = 2.0  # a file changed so lately may change again within one tick of its clock
ABANDONED_S = 3600.0  # what another process writes aside is left alone for so long
_BROKEN = (OSError, ValueError, KeyError, TypeError, RuntimeError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kept reading, as ``spatialplan osm info`` lists it.

    Attributes
    ----------
    source
        Name of the file that was read; `timestamp` is the date of its data.
    bounds
        Of the area asked for, WGS-84 degrees.
    rows
        Objects kept by layer; `counts` are the reader's own, kept and dropped by reason.
    created, used
        When it was written, and last opened, UTC.
    version
        Of the package that read it.
    """

    path: Path
    source: str
    timestamp: str
    bounds: tuple[float, float, float, float]
    mode: str
    rows: Mapping[str, int]
    counts: Mapping[str, int]
    size_mb: float
    created: datetime
    used: datetime
    version: str


def default_cache() -> Path:
    """Return the user's cache folder; the variable SPATIALPLAN_CACHE overrides the system's."""
    if chosen := os.environ.get("SPATIALPLAN_CACHE"):
        return Path(chosen)
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        root = Path(local) if local else Path.home() / "AppData" / "Local"
        return root / "spatialplan" / "cache"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(xdg) if Path(xdg).is_absolute() else Path.home() / ".cache") / "spatialplan"


def open_or_read(
    path: Path,
    area: BaseGeometry,
    mode: Mode,
    read: Callable[[], OsmData],
    *,
    cache: Path,
    version: str,
    options: Mapping[str, object] | None = None,
) -> tuple[OsmData, bool]:
    """Return what the store holds of a source, else read it and keep it.

    Parameters
    ----------
    path, area, mode
        The source file, the area asked for (WGS-84) and the mode.
    read
        Called without arguments when the store has nothing; its errors pass through.
    cache
        Folder of the store; made when missing. Where it cannot be written to, nothing is kept and
        a warning is logged.
    version
        Of whatever decides what is read: a change makes old entries unused.
    options
        Further arguments of the reading, such as the categories.

    Returns
    -------
    tuple[OsmData, bool]
        The data, and whether it came from the store.
    """
    try:
        stamp = _stamp(path)
        parts = [FORMAT, pd.__version__, _content(path, stamp, cache), _area_digest(area),
                 str(mode), version, options or {}]  # fmt: skip
    except OSError as error:
        _LOG.warning("不用缓存 / cache not used: %s", error)
        return read(), False
    key = _digest(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=_plain).encode())
    folder = cache / f"osm-{key}"
    kept = _open(folder)
    if kept is not None:
        return kept, True
    data = read()
    with suppress(OSError):
        if _stamp(path) == stamp:  # else the file changed while it was read
            _keep(data, folder, {"source": path.name, "version": version, "options": options or {}})
    return data, False


def _plain(value: object) -> object:
    """Return what JSON can hold, in an order that does not change from run to run."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return str(value)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _area_digest(area: BaseGeometry) -> str:
    """Return the digest of an area, the same however its rings begin and to a centimetre."""
    rounded = shapely.transform(area, lambda xy: np.round(xy, AREA_DIGITS) + 0.0)
    return _digest(shapely.to_wkb(shapely.normalize(rounded)))


def _stamp(path: Path) -> list[int]:
    """Return what changes when a file does: size, times, number on the disk."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _content(path: Path, stamp: list[int], cache: Path) -> str:
    """Return the digest of a file; that of an unchanged file is remembered."""
    index, name = cache / INDEX, str(path.resolve())
    known: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        known = dict(json.loads(index.read_text(encoding="utf-8")))
    if isinstance(found := known.get(name), dict) and found.get("stamp") == stamp:
        return str(found.get("digest"))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    if time.time() - stamp[1] / 1e9 > FRESH_S and _stamp(path) == stamp:
        still = {key: value for key, value in known.items() if Path(key).exists()}
        still[name] = {"stamp": stamp, "digest": digest}
        with suppress(OSError):
            cache.mkdir(parents=True, exist_ok=True)
            aside = _aside(index)
            aside.write_text(json.dumps(still, ensure_ascii=False, indent=1), encoding="utf-8")
            aside.replace(index)
    return digest


def _aside(path: Path) -> Path:
    """Return a name beside a path that no other process writes to."""
    return path.with_name(f".writing-{path.name}-{uuid4().hex}")


def _open(folder: Path) -> OsmData | None:
    """Return the data of an entry; None when there is none, or it was damaged and removed."""
    if not folder.is_dir():
        return None
    try:
        data = _load(folder)
    except _BROKEN as error:
        _LOG.warning("缓存 %s 已损坏，重读原文件 / damaged, read again: %r", folder.name, error)
        _remove(folder)
        return None
    with suppress(OSError):
        os.utime(folder / META)
    return data


def _meta(folder: Path) -> dict[str, Any]:
    """Return the description of an entry; ValueError when it is not as it was written."""
    meta: dict[str, Any] = json.loads((folder / META).read_text(encoding="utf-8"))
    check = meta.pop("check")
    if check != _digest(json.dumps(meta, sort_keys=True).encode()):
        raise ValueError(f"checksum of {META}")
    return meta


def _load(folder: Path) -> OsmData:
    meta = _meta(folder)

    def content(name: str) -> bytes:
        found = (folder / name).read_bytes()
        if _digest(found) != meta["files"][name]:
            raise ValueError(f"checksum of {name}")
        return found

    frames = {name: _frame(content(f"{name}.fgb"), meta["frames"][name]) for name in FRAMES}
    source = meta["provenance"]
    title, accuracy = Text(**source.pop("title")), Text(**source.pop("accuracy"))
    return OsmData(
        mode=Mode(meta["mode"]),
        roads=_roads(content(ROADS)),
        restrictions=meta["restrictions"],
        counts=meta["counts"],
        area=shapely.from_wkb(meta["area"]),
        provenance=Provenance(title=title, accuracy=accuracy, **source),
        **frames,
    )


def _roads(content: bytes) -> RoadWays:
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    for name in [name for name in arrays if f"{name}.words" in arrays]:
        words = json.loads(arrays.pop(f"{name}.words").tobytes())
        vocabulary = np.empty(len(words), dtype=object)
        vocabulary[:] = words
        arrays[name] = vocabulary[arrays[name]]
    return RoadWays(**arrays)


def _roads_content(roads: RoadWays) -> bytes:
    """Return the arrays as .npz; those of text as positions in a list of their distinct words."""
    arrays: dict[str, NDArray[Any]] = {}
    for field in fields(roads):
        array = getattr(roads, field.name)
        if array.dtype == object:
            words = {word: position for position, word in enumerate(dict.fromkeys(array))}
            arrays[f"{field.name}.words"] = np.frombuffer(json.dumps(list(words)).encode(), "u1")
            array = np.fromiter((words[word] for word in array), dtype=np.int32, count=len(array))
        arrays[field.name] = array
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stubs take allow_pickle for one
    return buffer.getvalue()


def _frame(content: bytes, kind: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return a frame with the column types it had: FlatGeobuf knows fewer."""
    frame = pyogrio.read_dataframe(content)
    for column, (dtype, missing) in kind["columns"].items():
        frame[column] = frame[column].astype(dtype)
        if missing == "none":
            frame[column] = frame[column].where(frame[column].notna(), None)
    ordered = frame[[*kind["columns"], "geometry"]]
    return ordered.set_crs(kind["crs"], allow_override=True) if kind["crs"] else ordered


def _frame_kind(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    columns = {}
    for column in frame.columns.drop("geometry"):
        values = frame[column]
        is_none = values.dtype == object and any(v is None for v in values[values.isna()])
        columns[column] = [str(values.dtype), "none" if is_none else "nan"]
    return {"columns": columns, "crs": frame.crs.to_wkt() if frame.crs else None}


def _keep(data: OsmData, folder: Path, about: dict[str, Any]) -> None:
    """Write an entry aside, read it back, compare, rename; log a warning when that fails."""
    aside = _aside(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir()
        _write(data, aside, about)
        if different := _difference(data, _load(aside)):
            raise ValueError(f"{different} does not read back as it was")
        aside.rename(folder)
    except _BROKEN as error:
        if not folder.is_dir():  # else another process was quicker with the same
            _LOG.warning("未能缓存 %s / not kept: %r", about["source"], error)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(data: OsmData, folder: Path, about: dict[str, Any]) -> None:
    (folder / ROADS).write_bytes(_roads_content(data.roads))
    frames = {name: getattr(data, name) for name in FRAMES}
    for name, frame in frames.items():
        pyogrio.write_dataframe(
            frame,
            folder / f"{name}.fgb",
            driver="FlatGeobuf",
            geometry_type="Unknown",  # lines and polygons in one layer
            promote_to_multi=False,
            SPATIAL_INDEX="NO",  # which would change the order
        )
    content = {
        **about,
        "mode": str(data.mode),
        "area": shapely.to_wkb(data.area, hex=True),
        "restrictions": int(data.restrictions),
        "counts": {reason: int(count) for reason, count in data.counts.items()},
        "provenance": asdict(data.provenance),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": {"roads": len(data.roads.way_id), "nodes": len(data.roads.node_id)}
        | {name: len(frame) for name, frame in frames.items()},
        "frames": {name: _frame_kind(frame) for name, frame in frames.items()},
        "files": {f.name: _digest(f.read_bytes()) for f in sorted(folder.iterdir())},
    }
    meta = json.loads(json.dumps(content, default=_plain))
    meta["check"] = _digest(json.dumps(meta, sort_keys=True).encode())
    (folder / META).write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")


def _difference(one: OsmData, other: OsmData) -> str:
    """Return the first part in which two readings differ; empty when they are equal."""
    for field in fields(RoadWays):
        a, b = getattr(one.roads, field.name), getattr(other.roads, field.name)
        if a.dtype != b.dtype or not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            return field.name
    for name in FRAMES:
        a, b = getattr(one, name), getattr(other, name)
        if not (a.dtypes.equals(b.dtypes) and a.crs == b.crs and a.equals(b)):
            return name
    for name in ("mode", "restrictions", "counts", "provenance", "area"):
        if getattr(one, name) != getattr(other, name):
            return name
    return ""


def _folders(cache: Path, pattern: re.Pattern[str]) -> Iterator[Path]:
    """Return the folders of the store whose whole name fits, never links."""
    if cache.is_dir():
        for path in sorted(cache.iterdir()):
            if pattern.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                yield path


def list_entries(cache: Path) -> list[Entry]:
    """Return the readable entries of the store, the latest used first."""
    found = []
    for folder in _folders(cache, OURS):
        with suppress(*_BROKEN):
            found.append(_entry(folder))
    return sorted(found, key=lambda entry: (entry.used, entry.path.name), reverse=True)


def _entry(folder: Path) -> Entry:
    meta = _meta(folder)
    return Entry(
        path=folder,
        source=meta["source"],
        timestamp=meta["provenance"]["date"],
        bounds=shapely.from_wkb(meta["area"]).bounds,
        mode=meta["mode"],
        rows=meta["rows"],
        counts=meta["counts"],
        size_mb=sum(file.stat().st_size for file in folder.iterdir()) / 1e6,
        created=datetime.fromisoformat(meta["created"]),
        used=datetime.fromtimestamp((folder / META).stat().st_mtime, UTC),
        version=meta["version"],
    )


def clean(cache: Path, older_than: timedelta | None = None) -> int:
    """Remove entries not used for `older_than`, all when omitted; return the bytes freed.

    Only folders named as the store names them, and in them only files it writes, are removed; what
    another process may be writing stays.
    """
    now, freed = time.time(), 0
    age_s = older_than.total_seconds() if older_than is not None else -np.inf
    for pattern, least in ((OURS, age_s), (ASIDE, max(age_s, ABANDONED_S))):
        for folder in _folders(cache, pattern):
            meta = folder / META
            with suppress(OSError):
                if now - (meta if meta.exists() else folder).stat().st_mtime >= least:
                    freed += _remove(folder)
    return freed


def _remove(folder: Path) -> int:
    """Remove the files of an entry and then its folder if nothing else is in it."""
    freed = 0
    with suppress(OSError):
        for file in [file for file in folder.iterdir() if file.name in FILES]:
            size = file.lstat().st_size
            file.unlink()
            freed += size
        folder.rmdir()
    return freed
