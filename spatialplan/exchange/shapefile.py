"""Shapefile: short names, a code page, text of at most 254 bytes, one shape in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from spatialplan.errors import OutputError
from spatialplan.exchange.columns import Column, finite, wide_as_text, without_binary
from spatialplan.exchange.gdal_layer import write_layer
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import file_names, short_names
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import in_crs
from spatialplan.exchange.shapes import Part, split
from spatialplan.exchange.signs import tell_foreign

__all__ = ["write"]

LONGEST_TEXT = 254
_MOST_COLUMNS, _LARGEST_FILE, _WIDTH, _DECIMALS = 255, 2**31 - 1, 24, 15
_LONGEST_INT = 10**17
_ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def write(package: Package, order: Order) -> Done:
    """Write a Shapefile for each shape of each layer, and a .dbf for each plain table."""
    ledger = Ledger()
    parts = [p for t in package.tables for p in split(in_crs(t, order.crs), ledger)]
    paths = []
    for part, name in zip(parts, file_names([p.name for p in parts]), strict=True):
        columns = _columns(part.table, order.encoding, ledger)
        ledger.name(part.table, name, columns_named := _short(columns))
        short = [replace(c, name=s) for c, (_, s) in zip(columns, columns_named, strict=True)]
        main = order.folder / f"{name}{'.dbf' if part.geometry is None else '.shp'}"
        write_layer(
            main,
            replace(part, name=name),
            short or [_number(part)],
            driver="ESRI Shapefile",
            encoding="UTF-8" if order.encoding == "utf-8" else "CP936",
            options={},
        )
        written = [p for end in _ENDINGS if (p := order.folder / f"{name}{end}").exists()]
        _check_size(part.table, sum(p.stat().st_size > _LARGEST_FILE for p in written))
        paths += written
    return ledger.done(paths)


def _short(columns: Sequence[Column]) -> list[tuple[str, str]]:
    names = [column.name for column in columns]
    return list(zip(names, short_names(names), strict=True))


def _number(part: Part) -> Column:
    """Return the column that a table without columns must have."""
    return Column(name="number", kind="int", cells=range(1, len(part.table.frame) + 1))


def _check_size(table: Table, too_large: int) -> None:
    if too_large:
        raise OutputError(
            f"图层“{table.name}”超过 Shapefile 的 2 GB 上限；请改用 --to fgb 或 --to gdb",
            f"layer {table.name} is beyond the 2 GB of a Shapefile; use --to fgb or --to gdb",
        )


def _columns(table: Table, encoding: str, ledger: Ledger) -> list[Column]:
    columns = finite(without_binary(table, ledger), table, ledger)
    for column in columns[_MOST_COLUMNS:]:
        zh, en = "超过 255 列，整列不写入", "beyond 255 columns, not written"
        ledger.add(table, zh, en, len(column.cells), column=column.name)
    return [_fitting(column, table, encoding, ledger) for column in columns[:_MOST_COLUMNS]]


def _fitting(column: Column, table: Table, encoding: str, ledger: Ledger) -> Column:
    said = (" 17 位", "17 digits")
    column = wide_as_text(column, table, ledger, limit=_LONGEST_INT, said=said)
    if column.kind == "float":
        column = _as_number(column, table, ledger)
    elif column.kind == "datetime":
        column = _as_text(column)
    return _cut(column, table, encoding, ledger) if column.kind == "text" else column


def _as_text(column: Column) -> Column:
    said = [v.isoformat() if isinstance(v, datetime) else v for v in column.cells]
    return replace(column, kind="text", cells=[None if v is None else str(v) for v in said])


def _as_number(column: Column, table: Table, ledger: Ledger) -> Column:
    """Return numbers as text where one is too large for a field of 24 signs."""
    if all(v is None or len(f"{v:.{_DECIMALS}f}") <= _WIDTH for v in column.cells):
        return column
    zh, en = "数值过大，整列写成文字", "numbers too large for the field: the column is text"
    ledger.add(table, zh, en, _filled(column), column=column.name)
    texts = [None if v is None else repr(v) for v in column.cells]
    return replace(column, kind="text", cells=texts)


def _cut(column: Column, table: Table, encoding: str, ledger: Ledger) -> Column:
    """Fit text into the encoding and into 254 bytes; what is lost on the way is told."""
    tell_foreign(column, table, encoding, ledger)
    cut, trimmed, cells = 0, 0, []
    for value in column.cells:
        kept = None
        if value is not None:
            raw = value.encode(encoding, errors="replace")
            kept = raw[:LONGEST_TEXT].decode(encoding, errors="ignore")
            cut += len(raw) > LONGEST_TEXT
            trimmed += kept != kept.rstrip(" ") or "\0" in kept
        cells.append(kept)
    zh, en = "文字超过 254 字节，已截断", "text cut at 254 bytes"
    ledger.add(table, zh, en, cut, column=column.name)
    zh, en = "末尾的空格读回时丢失", "spaces at the end are lost"
    ledger.add(table, zh, en, trimmed, column=column.name)
    return replace(column, cells=cells)


def _filled(column: Column) -> int:
    return sum(value is not None for value in column.cells)
