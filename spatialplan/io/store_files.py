"""The files of one kept reading: how they are written, checked and read back without loss.

Roads are numpy arrays (``roads.npz``); places, POIs, boundaries, water and rails are FlatGeobuf
files, which QGIS opens too; ``meta.json`` tells what it is and holds a checksum of every file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from spatialplan.model.osm import Mode, OsmData, RoadWays
from spatialplan.model.source import Provenance
from spatialplan.text import Text

__all__ = [
    "BROKEN",
    "FILES",
    "FORMAT",
    "FRAMES",
    "META",
    "difference",
    "digest_of",
    "load_entry",
    "plain",
    "read_meta",
    "write_entry",
]

FORMAT = 1
FRAMES = ("places", "pois", "boundaries", "water", "rails")
ROADS, META = "roads.npz", "meta.json"
FILES = frozenset({ROADS, META, *(f"{name}.fgb" for name in FRAMES)})
BROKEN = (OSError, ValueError, KeyError, TypeError, RuntimeError, zipfile.BadZipFile)


def plain(value: object) -> object:
    """Return what JSON can hold, in an order that does not change from run to run."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return str(value)


def digest_of(content: bytes) -> str:
    """Return the digest by which contents are told apart."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read_meta(folder: Path) -> dict[str, Any]:
    """Return the description of an entry; ValueError when it is not as it was written."""
    meta: dict[str, Any] = json.loads((folder / META).read_text(encoding="utf-8"))
    check = meta.pop("check")
    if check != digest_of(json.dumps(meta, sort_keys=True).encode()):
        raise ValueError(f"checksum of {META}")
    return meta


def load_entry(folder: Path) -> OsmData:
    """Return the data of an entry; one of `BROKEN` when it is not as it was written."""
    meta = read_meta(folder)

    def content(name: str) -> bytes:
        found = (folder / name).read_bytes()
        if digest_of(found) != meta["files"][name]:
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


def write_entry(data: OsmData, folder: Path, about: Mapping[str, object]) -> None:
    """Write the files of an entry into an empty folder; `about` goes into its description."""
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
        "files": {f.name: digest_of(f.read_bytes()) for f in sorted(folder.iterdir())},
    }
    meta = json.loads(json.dumps(content, default=plain))
    meta["check"] = digest_of(json.dumps(meta, sort_keys=True).encode())
    (folder / META).write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")


def difference(one: OsmData, other: OsmData) -> str:
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
