"""What a sheet of the workbook is: a table, its columns and their headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spatialplan.outputs.style import Symbol
from spatialplan.text import Text

__all__ = ["Column", "Sheet"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the frame's column, its heading, its width in characters.

    `symbols` are given where the column holds states, to be shown with sign and colour.
    """

    key: str
    title: Text
    width: float
    symbols: Mapping[str, Symbol] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one table, and `below` it a second one where given.

    `frozen` is the number of leading columns that stay in view; `totals` marks tables whose last
    row sums the others.
    """

    name: Text
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    frozen: int = 1
    totals: bool = False
    below: Sheet | None = None
