"""A user's table: what was found in it, how it was read, and what became of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from spatialplan.text import Text

__all__ = [
    "DatumFinding",
    "DatumScore",
    "ImportResult",
    "ImportedRow",
    "ImportedTable",
    "Meaning",
    "Position",
    "RawTable",
    "ReadTable",
    "RosterMatch",
    "RowState",
    "TableKind",
]


class TableKind(StrEnum):
    """What the rows of a table stand for."""

    VILLAGE = "village"
    STATION = "station"
    HUB = "hub"


class RowState(StrEnum):
    """What became of a row; none ever disappears.

    `REPAIRED`: used after a change that is told. `DOUBTFUL`: used, but a person should look.
    `REJECTED`: its place cannot be used; the row still goes into every output.
    """

    ACCEPTED = "accepted"
    REPAIRED = "repaired"
    DOUBTFUL = "doubtful"
    REJECTED = "rejected"


class Meaning(StrEnum):
    """What a column holds, told from its heading and its contents.

    `X` and `Y` are headings that do not say which is east: the numbers decide. `LONLAT` is one
    cell that holds both.
    """

    NAME = "name"
    CODE = "code"
    OLD_NAME = "old_name"
    VILLAGE = "village"
    TOWNSHIP = "township"
    DISTRICT = "district"
    LON = "lon"
    LAT = "lat"
    X = "x"
    Y = "y"
    LONLAT = "lonlat"
    DATUM = "datum"
    ACCURACY = "accuracy"
    POPULATION = "population"
    HOUSEHOLDS = "households"
    CAPACITY = "capacity"
    TIER = "tier"
    PARENT = "parent"
    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One sheet as it was found: every row, every cell as text.

    Attributes
    ----------
    file, sheet
        Name of the file, and of the sheet or layer; `sheet` is empty where the format has none.
    numbers
        Row numbers as the user's program shows them, counted from 1, shape (n,).
    cells
        Text of all cells, n rows of equal length; empty text where there is nothing. Numbers are
        written as shortest, dates as ISO.
    merged
        Positions (row, column) of cells that only repeat the text of a merged cell.
    points
        Of formats with geometry: x, y of each row in `crs`, None for a row without; else None.
    crs
        CRS of `points`, empty where the file does not tell.
    encoding
        How text was decoded, empty where the format leaves no choice.
    notes
        What the reader had to decide, in words.
    """

    file: str
    sheet: str
    numbers: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    merged: frozenset[tuple[int, int]] = frozenset()
    points: tuple[tuple[float, float] | None, ...] | None = None
    crs: str = ""
    encoding: str = ""
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """A sheet whose header was found. Positions count from 0 into ``raw.cells``.

    Attributes
    ----------
    header
        Positions of the header rows; empty where there is none.
    columns
        One heading per column; empty text where the column has none.
    meanings
        Column position of each meaning that was recognised.
    body
        Positions of the data rows.
    aside
        Why each other row holds no data: title, header, blank, total, note.
    """

    raw: RawTable
    header: tuple[int, ...]
    columns: tuple[str, ...]
    meanings: Mapping[Meaning, int]
    body: tuple[int, ...]
    aside: Mapping[int, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumScore:
    """How well one reading of the numbers places the points.

    `key` is ``wgs84``, ``gcj02``, ``bd09`` or an ``EPSG:…`` code. `score` is a log-likelihood:
    only differences within a table mean something.
    """

    key: str
    label: Text
    points: int
    inside_share: float
    road_median_m: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumFinding:
    """Which datum the coordinates of a table are in, and why.

    `decided_by` is ``user``, ``column``, ``file``, ``evidence`` or ``none``, and empty for a table
    without coordinates. With ``none`` the numbers are taken as they are, `suspected` says what the
    evidence leans to (empty when it tells nothing), and the accuracy of the rows allows for it.
    """

    key: str
    decided_by: str
    suspected: str
    scores: tuple[DatumScore, ...]
    said: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a row lies, WGS-84 degrees; None with a `problem` where it cannot be told.

    `repairs` tells what was changed to read it, `doubts` what a person should look at.
    """

    lon: float | None
    lat: float | None
    accuracy_m: float | None
    repairs: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()
    problem: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """One data row: its cells as they were, and what was understood.

    `number` is the row number in the user's program; `village` is the roster code it was matched
    with, empty where none. `lon`, `lat` are WGS-84.
    """

    number: int
    state: RowState
    notes: tuple[Text, ...]
    cells: tuple[str, ...]
    name: str
    code: str
    old_name: str
    township: str
    district: str
    village: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    population: float | None
    capacity: float | None
    tier: str
    parent: str
    opened: date | None
    closed: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTable:
    """A sheet, how it was read, and one row for each of its data rows, in its order."""

    read: ReadTable
    kind: TableKind
    rows: tuple[ImportedRow, ...]
    datum: DatumFinding

    @property
    def place(self) -> str:
        """The file, and the sheet where there is one."""
        raw = self.read.raw
        return f"{raw.file}［{raw.sheet}］" if raw.sheet else raw.file


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterMatch:
    """A table against the roster of villages.

    Attributes
    ----------
    village
        Roster code of each row, empty text where the village is unknown or ambiguous.
    how
        How each row was matched, or why not.
    certain
        Whether the match is by code or by full name within its township.
    missing
        Codes of the roster that no row names.
    twice
        Positions of the rows that name the same village, by roster code.
    unknown
        Positions of rows that name no village of the roster.
    """

    village: tuple[str, ...]
    how: tuple[Text, ...]
    certain: tuple[bool, ...]
    missing: tuple[str, ...]
    twice: Mapping[str, tuple[int, ...]]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """All sheets of one import, and what they say of the roster together.

    `roster` counts its positions over the rows of all tables in their order; None where the rows
    are not villages or there is no roster.
    """

    kind: TableKind
    tables: tuple[ImportedTable, ...]
    roster: RosterMatch | None

    @property
    def rows(self) -> tuple[ImportedRow, ...]:
        """The data rows of all tables."""
        return tuple(row for table in self.tables for row in table.rows)
