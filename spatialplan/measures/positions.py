"""Give every row of a table its place on the ground, or the reason why it has none.

The parts: what the text says (`degrees`), what the numbers mean (`readings`), which datum they are
in (`datum_choice`, by `datum_evidence` and `zones`), and whether the place can be right
(`whereabouts`). Rows in are rows out, in the same order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from spatialplan.errors import DataError
from spatialplan.measures import datum_words
from spatialplan.measures.datum_choice import Claims, Placed, place_rows
from spatialplan.measures.ground import CITY, Ground
from spatialplan.measures.readings import Reading, read_rows
from spatialplan.measures.whereabouts import place_doubts, place_problems
from spatialplan.model.table import DatumFinding, Meaning, Position, ReadTable
from spatialplan.text import Text

__all__ = ["ASSUMED_M", "read_positions"]

ASSUMED_M = 30.0
"""Accuracy of a point whose table does not tell one: a hand-held receiver, or a point on a map."""
LENGTH = re.compile(r"[±+]?\s*([0-9]+(?:\.[0-9]*)?)\s*(m|米|km|公里|千米)?")


def read_positions(
    read: ReadTable,
    ground: Ground,
    datum: str | None = None,
    districts: Sequence[str] | None = None,
) -> tuple[list[Position], DatumFinding]:
    """Return the place of each body row, in order, and which datum the table is in.

    A row's accuracy is its accuracy column, else the greater of 30 m (assumed) and half of the last
    written place; to that is added how far the numbers would move under another datum that cannot
    be ruled out (`datum_choice`). Degrees in WGS-84 are returned bit for bit. A place farther than
    50 km outside the city is a problem and not returned.

    Parameters
    ----------
    ground
        Of the plan's area.
    datum
        What the user says the numbers are: ``wgs84``, ``gcj02``, ``bd09``, ``cgcs2000`` or an EPSG
        code; goes before the table's own column, the file's CRS and all evidence.
    districts
        Name or code of the district of each body row where it is known better than from the table
        (from the roster); empty text where it is not.

    Raises
    ------
    DataError
        When `datum` is none of these, or `districts` is not one for each body row.
    """
    if districts is not None and len(districts) != len(read.body):
        raise DataError(
            f"县区有 {len(districts)} 个，数据行有 {len(read.body)} 行，应一一对应",
            f"{len(districts)} districts for {len(read.body)} rows; they must correspond",
        )
    readings = read_rows(read)
    said = _column(read, Meaning.DATUM)
    claims = Claims(
        user=datum_words.user_datum(datum) if datum else "",
        column=[datum_words.named_datum(text) for text in said],
        area=_areas(read, ground, districts),
        names=_first(_column(read, Meaning.VILLAGE), _column(read, Meaning.NAME)),
    )
    placed, finding = place_rows(readings, claims, ground)
    accuracy = [
        _accuracy(reading, place, text)
        for reading, place, text in zip(
            readings, placed, _column(read, Meaning.ACCURACY), strict=True
        )
    ]
    checked = _checked(read, ground, claims, placed, accuracy)
    unknown = [
        bool(text.strip()) and not key for text, key in zip(said, claims.column, strict=True)
    ]
    rows = zip(readings, placed, accuracy, checked, unknown, said, strict=True)
    return [_position(*row) for row in rows], finding


def _column(read: ReadTable, meaning: Meaning) -> list[str]:
    """Return the texts of a column, empty texts where the table has none."""
    at = read.meanings.get(meaning)
    return [read.raw.cells[row][at] if at is not None else "" for row in read.body]


def _first(*columns: Sequence[str]) -> list[str]:
    """Return the first text of each row that is not empty."""
    return [next((text for text in row if text.strip()), "") for row in zip(*columns, strict=True)]


def _areas(
    read: ReadTable, ground: Ground, districts: Sequence[str] | None
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the position of each row's district, from the caller, the table, or the code."""
    sources = [
        list(districts) if districts is not None else [""] * len(read.body),
        _column(read, Meaning.DISTRICT),
        [code.strip()[:6] for code in _column(read, Meaning.CODE)],
    ]
    known = {text: ground.stated_district(text) for source in sources for text in set(source)}
    rows = zip(*sources, strict=True)
    return np.array(
        [next((known[t] for t in row if t and known[t] != CITY), CITY) for row in rows], np.int64
    )


def _accuracy(reading: Reading | Text, place: Placed | None, text: str) -> float | None:
    if isinstance(reading, Text) or place is None:
        return None
    given = LENGTH.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if given and float(given[1]) > 0:
        stated = float(given[1]) * (1000.0 if given[2] in {"km", "公里", "千米"} else 1.0)
    else:
        stated = max(ASSUMED_M, reading.precision_m)
    return stated + place.widening_m


def _checked(
    read: ReadTable,
    ground: Ground,
    claims: Claims,
    placed: Sequence[Placed | None],
    accuracy: Sequence[float | None],
) -> list[Text | tuple[Text, ...]]:
    """Return why each row's place cannot be used, else what is doubtful of it."""
    rows = [row for row, place in enumerate(placed) if place is not None]
    places = [place for place in placed if place is not None]
    where = (
        ground,
        np.array([place.lon for place in places], float),
        np.array([place.lat for place in places], float),
        np.array([accuracy[row] for row in rows], float),
    )
    numbers = [read.raw.numbers[read.body[row]] for row in rows]
    doubts = place_doubts(*where, claims.area[rows], numbers)
    checked: list[Text | tuple[Text, ...]] = [()] * len(placed)
    for row, problem, texts in zip(rows, place_problems(*where), doubts, strict=True):
        checked[row] = texts if problem is None else problem
    return checked


def _position(
    reading: Reading | Text,
    place: Placed | None,
    accuracy_m: float | None,
    checked: Text | tuple[Text, ...],
    is_unknown: bool,
    said: str,
) -> Position:
    if isinstance(reading, Text) or place is None:
        problem = reading if isinstance(reading, Text) else None
        return Position(lon=None, lat=None, accuracy_m=None, problem=problem)
    repairs, doubts = (*reading.repairs, *place.repairs), (*reading.doubts, *place.doubts)
    if is_unknown:
        unknown = Text(f"不认识坐标系“{said}”，未采用", f"unknown datum {said!r}, not used")
        doubts = (*doubts, unknown)
    if isinstance(checked, Text):
        return Position(
            lon=None, lat=None, accuracy_m=None, repairs=repairs, doubts=doubts, problem=checked
        )
    return Position(
        lon=place.lon, lat=place.lat, accuracy_m=accuracy_m,
        repairs=repairs, doubts=(*doubts, *checked),
    )  # fmt: skip
