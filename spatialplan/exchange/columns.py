"""The columns of a table as plain values, so that every format asks the same questions of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from spatialplan.exchange.ledger import Ledger
from spatialplan.exchange.package import Table

__all__ = ["Column", "Kind", "as_arrays", "columns_of", "finite", "wide_as_text", "without_binary"]

Kind = Literal["text", "int", "float", "bool", "date", "datetime", "binary"]

_STORED = {"int": "int64", "float": "float64", "bool": "bool", "datetime": "datetime64[ms]"}
_FILL = {"int": 0, "float": math.nan, "bool": False, "date": "NaT", "datetime": "NaT", "text": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, what it holds, and a value of Python for each row, None for a gap."""

    name: str
    kind: Kind
    cells: Sequence[Any]


def columns_of(table: Table) -> list[Column]:
    """Return every column except the geometry, in order."""
    frame = table.frame
    geometry = frame.geometry.name if table.is_spatial else None
    return [_column(str(name), frame[name]) for name in frame.columns if name != geometry]


def without_binary(table: Table, ledger: Ledger) -> list[Column]:
    """Return the columns that text can hold; those of raw bytes are told."""
    columns = columns_of(table)
    for column in columns:
        if column.kind == "binary":
            zh, en = "二进制内容不写入", "raw bytes are not written"
            ledger.add(table, zh, en, _filled(column), column=column.name)
    return [column for column in columns if column.kind != "binary"]


def finite(columns: Sequence[Column], table: Table, ledger: Ledger) -> list[Column]:
    """Empty the numbers without an end, which most formats cannot hold, and tell them."""
    result = []
    for column in columns:
        endless = [column.kind == "float" and _is_endless(value) for value in column.cells]
        zh, en = "无穷大的数写为空", "infinite numbers are left empty"
        ledger.add(table, zh, en, sum(endless), column=column.name)
        if any(endless):
            kept = zip(column.cells, endless, strict=True)
            column = replace(column, cells=[None if gone else value for value, gone in kept])  # noqa: PLW2901
        result.append(column)
    return result


def wide_as_text(
    column: Column, table: Table, ledger: Ledger, *, limit: int, said: tuple[str, str]
) -> Column:
    """Return whole numbers as text where one reaches `limit`; `said` tells the limit."""
    if column.kind != "int" or all(abs(cell or 0) < limit for cell in column.cells):
        return column
    texts = [None if cell is None else str(cell) for cell in column.cells]
    zh, en = f"整数超过{said[0]}，整列写成文字", f"whole numbers beyond {said[1]}: written as text"
    ledger.add(table, zh, en, sum(text is not None for text in texts), column=column.name)
    return replace(column, kind="text", cells=texts)


def as_arrays(columns: Sequence[Column]) -> tuple[list[Any], list[Any]]:
    """Return for each column an array of its own type and the mask of its gaps, for GDAL."""
    data, masks = [], []
    for column in columns:
        mask = np.array([value is None for value in column.cells], dtype=bool)
        filled = [_FILL[column.kind] if value is None else value for value in column.cells]
        if column.kind == "text":
            array = np.array([None if v is None else v for v in column.cells], dtype=object)
        elif column.kind == "date":
            array = np.array(filled, dtype="datetime64[D]")
        elif column.kind == "int" and all(abs(cast("int", value)) < 2**31 for value in filled):
            array = np.array(filled, dtype="int32")
        else:
            array = np.array(filled, dtype=_STORED[column.kind])
        data.append(array)
        masks.append(mask)
    return data, masks


def _column(name: str, series: pd.Series[Any]) -> Column:
    gaps = series.isna().to_numpy()
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    values = [None if gap else _plain(v) for v, gap in zip(series.tolist(), gaps, strict=True)]
    kind = _kind(series, values)
    if kind == "text":
        values = [None if value is None else str(value) for value in values]
    return Column(name=name, kind=kind, cells=values)


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value


def _kind(series: pd.Series[Any], values: Sequence[Any]) -> Kind:
    if pd.api.types.is_bool_dtype(series.dtype):
        return "bool"
    if pd.api.types.is_integer_dtype(series.dtype):
        return "int"
    if pd.api.types.is_float_dtype(series.dtype):
        return "float"
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return "datetime"
    there = [value for value in values if value is not None]
    if there and all(isinstance(v, date) and not isinstance(v, datetime) for v in there):
        return "date"
    return "binary" if any(isinstance(v, bytes) for v in there) else "text"


def _is_endless(value: Any) -> bool:
    return value is not None and math.isinf(value)


def _filled(column: Column) -> int:
    return sum(value is not None for value in column.cells)
