"""CSV with the geometry as well-known text, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from typing import Any

import shapely

from spatialplan.exchange.columns import Column, without_binary
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import file_names, unique
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import code_of, crs_of, geometry_of, in_crs
from spatialplan.exchange.signs import tell_foreign

__all__ = ["WKT_COLUMN", "neutral", "well_known_text", "write"]

WKT_COLUMN = "geometry_wkt"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"^[+-]?\d+([.]\d+)?$")
_LONGEST = 200


def write(package: Package, order: Order) -> Done:
    """Write a .csv for each layer and table."""
    ledger = Ledger()
    paths = []
    names = file_names([table.name for table in package.tables])
    for table, name in zip(package.tables, names, strict=True):
        columns = _columns(in_crs(table, order.crs), order.encoding, ledger)
        heads = unique([neutral(column.name) for column in columns], _LONGEST)
        ledger.name(table, name, zip([c.name for c in columns], heads, strict=True))
        path = order.folder / f"{name}.csv"
        with path.open("w", encoding=order.encoding, errors="replace", newline="") as file:
            rows = csv.writer(file, lineterminator="\r\n")
            rows.writerow(heads)
            cells = [[_said(value) for value in column.cells] for column in columns]
            rows.writerows(zip(*cells, strict=True))
        paths.append(path)
    crs = {code_of(order.crs or crs_of(t)) for t in package.tables if t.is_spatial}
    return ledger.done(paths, "、".join(sorted(crs)))


def well_known_text(table: Table) -> list[str | None] | None:
    """Return the geometry of each row at full precision; None for a plain table."""
    if not table.is_spatial:
        return None
    return list(shapely.to_wkt(geometry_of(table), rounding_precision=-1, output_dimension=3))


def neutral(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; numbers stay as they are.

    >>> neutral("=1+1"), neutral("-5"), neutral("长沙")
    ("'=1+1", '-5', '长沙')
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.match(text) else text


def _columns(table: Table, encoding: str, ledger: Ledger) -> list[Column]:
    columns = [_safe(c, table, encoding, ledger) for c in without_binary(table, ledger)]
    places = well_known_text(table)
    if places is not None:
        columns.append(Column(name=WKT_COLUMN, kind="text", cells=places))
    return columns


def _safe(column: Column, table: Table, encoding: str, ledger: Ledger) -> Column:
    if column.kind != "text":
        return column
    texts = [value for value in column.cells if value is not None]
    zh = "像公式的文字前加了撇号"
    en = "text like a formula is preceded by an apostrophe"
    ledger.add(table, zh, en, sum(neutral(text) != text for text in texts), column=column.name)
    tell_foreign(column, table, encoding, ledger)
    return replace(column, cells=[None if v is None else neutral(v) for v in column.cells])


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
