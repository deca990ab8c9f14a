"""An Excel workbook: one sheet for each table, the geometry as well-known text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from spatialplan.errors import OutputError
from spatialplan.exchange.columns import Column, finite, without_binary
from spatialplan.exchange.csv_wkt import WKT_COLUMN, well_known_text
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import plain_text, unique
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import code_of, crs_of, in_crs
from spatialplan.text import Text

__all__ = ["write"]

LONGEST_CELL = 32_767
_LONGEST_SHEET, _MOST_ROWS, _LARGEST_INT, _FIRST_YEAR = 31, 1_048_575, 10**15, 1900
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_INDEX = Text("目录", "Contents")
_HEADS = (
    Text("工作表", "Sheet"),
    Text("内容", "What"),
    Text("行数", "Rows"),
    Text("坐标系", "CRS"),
)
_HEAD = {"bold": True, "bg_color": "#1d3557", "font_color": "#ffffff", "valign": "vcenter"}
# A fixed day, so that the same tables make the same bytes.
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001


def write(package: Package, order: Order) -> Done:
    """Write one .xlsx with every layer and table."""
    ledger = Ledger()
    tables = [in_crs(table, order.crs) for table in package.tables]
    sheets = _sheet_names(tables, order)
    buffer = BytesIO()
    options = {"in_memory": True, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _CREATED, "title": plain_text(order.stem)})
        styles = {
            "head": book.add_format(_HEAD),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
        }
        _write_index(book.add_worksheet(sheets[0]), tables, sheets[1:], order, styles["head"])
        for table, name in zip(tables, sheets[1:], strict=True):
            columns = _columns(table, ledger)
            heads = unique([_said_as(table, column) for column in columns], LONGEST_CELL)
            ledger.name(table, name, zip([c.name for c in columns], heads, strict=True))
            _write_sheet(book.add_worksheet(name), heads, columns, styles)
    path = order.folder / f"{order.stem}.xlsx"
    path.write_bytes(buffer.getvalue())
    return ledger.done([path])


def _sheet_names(tables: Sequence[Table], order: Order) -> list[str]:
    clean = [plain_text(table.title).translate(_FORBIDDEN).strip() for table in tables]
    # Excel keeps the name History to itself.
    clean = [name if name.casefold() != "history" else f"{name}_" for name in clean]
    return unique([_INDEX.say(order.lang), *(name or "_" for name in clean)], _LONGEST_SHEET)


def _said_as(table: Table, column: Column) -> str:
    return table.aliases.get(column.name) or column.name


def _columns(table: Table, ledger: Ledger) -> list[Column]:
    columns = finite(without_binary(table, ledger), table, ledger)
    places = well_known_text(table)
    if places is not None:
        too_long = [p is not None and len(p) > LONGEST_CELL for p in places]
        zh = "几何文字超过 32767 字，单元格留空"
        en = "geometry of more than 32,767 signs of text is left empty"
        ledger.add(table, zh, en, sum(too_long))
        kept = [None if gone else p for p, gone in zip(places, too_long, strict=True)]
        columns.append(Column(name=WKT_COLUMN, kind="text", cells=kept))
    if (rows := len(table.frame)) > _MOST_ROWS:
        raise OutputError(
            f"表“{table.name}”有 {rows} 行，Excel 至多 {_MOST_ROWS} 行；请改用 --to csv",
            f"table {table.name} has {rows} rows, Excel at most {_MOST_ROWS}; use --to csv",
        )
    return [_fitting(column, table, ledger) for column in columns]


def _fitting(column: Column, table: Table, ledger: Ledger) -> Column:
    name, values = column.name, list(column.cells)
    if column.kind == "int":
        large = [v is not None and abs(v) >= _LARGEST_INT for v in values]
        zh, en = "整数超过 15 位，写成文字", "whole numbers beyond 15 digits are written as text"
        ledger.add(table, zh, en, sum(large), column=name)
        values = [str(v) if as_text else v for v, as_text in zip(values, large, strict=True)]
    if column.kind == "text":
        long = sum(v is not None and _length(v) > LONGEST_CELL for v in values)
        zh, en = "文字超过 32767 字，已截断", "text cut at 32,767 signs"
        ledger.add(table, zh, en, long, column=name)
        returns = sum(v is not None and "\r" in v for v in values)
        zh, en = "回车符统一为换行", "carriage returns become line feeds"
        ledger.add(table, zh, en, returns, column=name)
        values = [None if v is None else _cut(v) for v in values]
    if column.kind in {"date", "datetime"}:
        early = [v is not None and v.year < _FIRST_YEAR for v in values]
        zh, en = "1900 年以前的日期写成文字", "days before 1900 are written as text"
        ledger.add(table, zh, en, sum(early), column=name)
        values = [v.isoformat() if old else v for v, old in zip(values, early, strict=True)]
    return replace(column, cells=values)


def _length(text: str) -> int:
    """Return the length as Excel counts it: a sign beyond the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = text.encode("utf-16-le")[: LONGEST_CELL * 2]
    return raw.decode("utf-16-le", errors="ignore")


def _write_index(
    sheet: Any, tables: Sequence[Table], names: Sequence[str], order: Order, head: Any
) -> None:
    for number, text in enumerate(_HEADS):
        sheet.write_string(0, number, text.say(order.lang), head)
    for row, (table, name) in enumerate(zip(tables, names, strict=True), start=1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, table.title)
        sheet.write_number(row, 2, len(table.frame))
        sheet.write_string(row, 3, code_of(crs_of(table)))
    sheet.set_column(0, 1, 32)
    sheet.set_column(2, 3, 12)
    sheet.freeze_panes(1, 0)


def _write_sheet(
    sheet: Any, heads: Sequence[str], columns: Sequence[Column], styles: dict[str, Any]
) -> None:
    for number, (name, column) in enumerate(zip(heads, columns, strict=True)):
        sheet.write_string(0, number, name, styles["head"])
        for row, value in enumerate(column.cells, start=1):
            _write_cell(sheet, row, number, value, styles)
        longest = max([len(name) * 2, *(_width(v) for v in column.cells[:200])])
        sheet.set_column(number, number, min(max(longest, 8), 40))
    sheet.freeze_panes(1, 0)
    if columns and len(columns[0].cells):
        sheet.autofilter(0, 0, len(columns[0].cells), len(columns) - 1)


def _width(value: Any) -> int:
    return 0 if value is None else sum(2 if ord(sign) > 0x2E80 else 1 for sign in str(value)[:40])


def _write_cell(sheet: Any, row: int, number: int, value: Any, styles: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, number, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, number, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, number, value, styles["datetime"])
    elif isinstance(value, date):
        sheet.write_datetime(row, number, value, styles["date"])
    else:
        sheet.write_string(row, number, value)
