"""What an export is asked for, what it gives, and the list of what a format could not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pyproj import CRS

from spatialplan.exchange.package import Loss, Table
from spatialplan.text import Lang

__all__ = ["Done", "Ledger", "Name", "Order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to write a package.

    Attributes
    ----------
    folder
        An empty folder to write into.
    stem
        The name of a file that holds the whole package, without ending.
    encoding
        Of text, as Python names it; only of formats that leave a choice.
    crs
        The CRS asked for; None keeps that of the layer or takes the one that the format fixes.
    """

    folder: Path
    stem: str
    lang: Lang = "zh"
    encoding: str = "utf-8"
    crs: CRS | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a column, or a table where `column` is empty, is called in the files written."""

    table: str
    title: str
    written_table: str
    column: str = ""
    written: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The files written, in order; what they lack; what they call the columns; remarks."""

    paths: tuple[Path, ...]
    losses: tuple[Loss, ...]
    names: tuple[Name, ...]
    crs: str = ""


@dataclass(slots=True)
class Ledger:
    """Gathers losses and names while a format is written."""

    losses: list[Loss] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)

    def add(
        self,
        table: Table,
        zh: str,
        en: str,
        count: int,
        *,
        column: str = "",
        unit: Literal["处", "行", "列"] = "处",
    ) -> None:
        """Note a loss of `count` values, rows or columns; nothing when there are none."""
        if count:
            told = {"zh": f"{zh}，{count} {unit}", "en": f"{en}: {count}"}
            self.losses.append(Loss(table=table.name, count=count, column=column, **told))

    def name(self, table: Table, written_table: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Note what a table and its columns, given as (column, written), are called."""
        self.names.append(Name(table=table.name, title=table.title, written_table=written_table))
        for column, written in pairs:
            self.names.append(
                Name(
                    table=table.name,
                    title=table.title,
                    written_table=written_table,
                    column=column,
                    written=written,
                    alias=table.aliases.get(column, ""),
                )
            )

    def done(self, paths: Iterable[Path], crs: str = "") -> Done:
        """Return what is gathered, with the files."""
        return Done(paths=tuple(paths), losses=tuple(self.losses), names=tuple(self.names), crs=crs)
