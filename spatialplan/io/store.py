"""Keep what was read of an OSM source, so that a second run starts at once.

One folder per reading, named by the content of the source, the area, the mode, the options and the
versions that made it; `store_files` knows what is in it. An entry is written aside, read back,
compared and renamed, so that a reader finds a whole entry or none; one that is damaged is removed
and the source read again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan import files
from spatialplan.io.store_files import (
    BROKEN,
    FILES,
    FORMAT,
    META,
    difference,
    digest_of,
    load_entry,
    plain,
    read_meta,
    write_entry,
)
from spatialplan.model.osm import Mode, OsmData

__all__ = ["Entry", "clean", "default_cache", "list_entries", "open_or_read"]

_LOG = logging.getLogger(__name__)
INDEX = "sources.json"
OURS = re.compile(r"osm-[0-9a-f]{32}")
ASIDE = re.compile(r"\.writing-osm-[0-9a-f]{32}-\w+")
AREA_DIGITS = 7  # about a centimetre
FRESH_S = 2.0  # a file changed so lately may change again within one tick of its clock
ABANDONED_S = 3600.0  # what another process writes aside is left alone for so long


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
    key = digest_of(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=plain).encode())
    folder = cache / f"osm-{key}"
    kept = _open(folder)
    if kept is not None:
        return kept, True
    data = read()
    with suppress(OSError):
        if _stamp(path) == stamp:  # else the file changed while it was read
            _keep(data, folder, {"source": path.name, "version": version, "options": options or {}})
    return data, False


def _area_digest(area: BaseGeometry) -> str:
    """Return the digest of an area, the same however its rings begin and to a centimetre."""
    rounded = shapely.transform(area, lambda xy: np.round(xy, AREA_DIGITS) + 0.0)
    return digest_of(shapely.to_wkb(shapely.normalize(rounded)))


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
        with suppress(OSError), files.aside(index, make_folder=True) as temporary:
            text = json.dumps(still, ensure_ascii=False, indent=1)
            temporary.write_text(text, encoding="utf-8")
    return digest


def _open(folder: Path) -> OsmData | None:
    """Return the data of an entry; None when there is none, or it was damaged and removed."""
    if not folder.is_dir():
        return None
    try:
        data = load_entry(folder)
    except BROKEN as error:
        _LOG.warning("缓存 %s 已损坏，重读原文件 / damaged, read again: %r", folder.name, error)
        _remove(folder)
        return None
    with suppress(OSError):
        os.utime(folder / META)
    return data


def _keep(data: OsmData, folder: Path, about: dict[str, Any]) -> None:
    """Write an entry aside, read it back, compare, rename; log a warning when that fails."""
    aside = folder.with_name(f".writing-{folder.name}-{uuid4().hex}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir()
        write_entry(data, aside, about)
        if different := difference(data, load_entry(aside)):
            raise ValueError(f"{different} does not read back as it was")
        aside.rename(folder)
    except BROKEN as error:
        if not folder.is_dir():  # else another process was quicker with the same
            _LOG.warning("未能缓存 %s / not kept: %r", about["source"], error)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


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
        with suppress(*BROKEN):
            found.append(_entry(folder))
    return sorted(found, key=lambda entry: (entry.used, entry.path.name), reverse=True)


def _entry(folder: Path) -> Entry:
    meta = read_meta(folder)
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
