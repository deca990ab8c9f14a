"""File Geodatabase by GDAL: one folder, Chinese aliases, a feature class for each shape."""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyogrio

from spatialplan.exchange.columns import Column, wide_as_text, without_binary
from spatialplan.exchange.gdal_layer import FAILURES, as_wkb, cannot_write, prove
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import plain_text, unique
from spatialplan.exchange.needed import need
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import in_crs
from spatialplan.exchange.shapes import Part, split

__all__ = ["write"]

_EXACT, _LONGEST, _GEOMETRY = 2**53, 60, "SHAPE"
_TAKEN = {"objectid", "shape", "shape_length", "shape_area", "fid", "oid"}


def write(package: Package, order: Order) -> Done:
    """Write one .gdb with every layer and table."""
    need("pyarrow", "File Geodatabase")
    ledger = Ledger()
    path = order.folder / f"{order.stem}.gdb"
    parts = [p for t in package.tables for p in split(in_crs(t, order.crs), ledger)]
    names = unique([_clean(part.name) for part in parts], _LONGEST)
    for part, name in zip(parts, names, strict=True):
        columns = _columns(part.table, ledger)
        clean = unique([_clean(column.name) for column in columns], _LONGEST)
        _write_layer(path, replace(part, name=name), columns, clean)
        pairs = zip([c.name for c in columns], clean, strict=True)
        ledger.name(part.table, name, list(pairs))
    return ledger.done([path])


def _clean(name: str) -> str:
    """Return a name as a geodatabase takes it: letters, digits and underscores, a letter first."""
    clean = re.sub(r"\W", "_", plain_text(name))
    if not clean[:1].isalpha():
        clean = f"x{clean}"
    return f"{clean}_" if clean.casefold() in _TAKEN else clean


def _columns(table: Table, ledger: Ledger) -> list[Column]:
    """Return the columns; the old form of geodatabase, which all read, rounds large numbers."""
    columns = without_binary(table, ledger)
    said = (" 2 的 53 次方", "2^53")
    return [wide_as_text(c, table, ledger, limit=_EXACT, said=said) for c in columns]


def _write_layer(path: Path, part: Part, columns: Sequence[Column], clean: Sequence[str]) -> None:
    crs = part.table.frame.crs if part.geometry is not None else None
    # Newer geodatabases hold more types, but QGIS 3.22 reads none of their rows.
    options: dict[str, Any] = {"LAYER_ALIAS": plain_text(part.table.title)}
    if part.geometry is not None:
        options |= {
            "geometry_name": _GEOMETRY,
            "geometry_type": part.shape,
            "crs": None if crs is None else crs.to_wkt(),
        }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            pyogrio.raw.write_arrow(
                _arrow(part, columns, clean), path, layer=part.name, driver="OpenFileGDB", **options
            )
    except FAILURES as error:
        raise cannot_write(path, error) from error
    prove(path, part)


def _arrow(part: Part, columns: Sequence[Column], clean: Sequence[str]) -> Any:
    """Return the rows as a table of Arrow: its fields carry the aliases."""
    pa: Any = importlib.import_module("pyarrow")
    types = {
        "text": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("ms"),
    }
    fields, arrays = [], []
    for column, name in zip(columns, clean, strict=True):
        kind = types[column.kind]
        if column.kind == "int" and all(abs(v or 0) < 2**31 for v in column.cells):
            kind = pa.int32()
        alias = plain_text(part.table.aliases.get(column.name, column.name))
        told = {b"GDAL:OGR:alternative_name": alias.encode()}
        fields.append(pa.field(name, kind, metadata=told))
        arrays.append(pa.array(list(column.cells), type=kind))
    geometry = as_wkb(part)
    if geometry is not None:
        told = {b"ARROW:extension:name": b"ogc.wkb"}
        fields.append(pa.field(_GEOMETRY, pa.binary(), metadata=told))
        arrays.append(pa.array(list(geometry), type=pa.binary()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))
