"""What a sheet of the workbook is: lines of text, a table, or several tables with titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spatialplan.model.profile import Exhibit
from spatialplan.outputs.style import Symbol
from spatialplan.text import Text

__all__ = ["Column", "Lines", "Sheet", "Stack"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the frame's column, its heading, its width in characters.

    `symbols` are given where the column holds states, to be shown with sign and colour; `digits`
    are the decimals that a reader needs, all that there are where not given.
    """

    key: str
    title: Text
    width: float
    symbols: Mapping[str, Symbol] | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A sheet of lines, each a heading and a text, under a title."""

    name: Text
    title: Text
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one table, and `below` it a second one where given, and so on.

    `frozen` is the number of leading columns that stay in view; `totals` marks tables whose last
    row sums the others, but for `after` rows that follow it and are not in the sum; `printed` is
    the number of leading columns that go on paper, 0 for all.
    """

    name: Text
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    frozen: int = 1
    totals: bool = False
    after: int = 0
    below: Sheet | None = None
    printed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A sheet of tables one under the other, each with its title; `lead` is what they add up to.

    `name` is what the sheet is called, as Excel allows it.
    """

    name: str
    title: str
    lead: str
    exhibits: tuple[Exhibit, ...]
    notes: tuple[Text, ...]
