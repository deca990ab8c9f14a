"""Which rows are the header: beneath titles, above data, on one to three levels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spatialplan.io.tables.headings import DATA, RELATION, Heading, heading_of, plain
from spatialplan.model.table import RawTable, TableKind

__all__ = ["columns_of", "find_header", "has_text", "is_data", "looks_like_header", "own_texts"]

DEEP = 60  # rows looked through for a header
LEVELS = 3
NUMBER = re.compile(r"\s*[-+]?\d[\d,]*\.?\d*\s*(?:[eE][-+]?\d+)?\s*")
PLACE_NAME = re.compile(r".{2,}(村|社区|[居村]委会|村民委员会|居民委员会|镇|乡|街道)$")
UNKNOWN = {"无", "不详", "未知", "待定", "暂无", "/", "-", "—", "——"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A row that may be the header, and how many columns it explains."""

    row: int
    meanings: int
    exact: int


def has_text(text: str) -> bool:
    """Return whether a cell holds more than blanks, invisible marks included."""
    return any(not char.isspace() and char not in "\ufeff\u200b\u200e\u200f" for char in text)


def own_texts(raw: RawTable, row: int) -> dict[int, str]:
    """Return the texts of a row by column, a merged cell counted once, at its first column."""
    found: dict[int, str] = {}
    for column, text in enumerate(raw.cells[row]):
        repeats = column > 0 and (row, column) in raw.merged and raw.cells[row][column - 1] == text
        if has_text(text) and not repeats:
            found[column] = text
    return found


def is_data(text: str) -> bool:
    """Return whether a text is a value, never a heading: a number, a code, a coordinate.

    Examples
    --------
    >>> [is_data(text) for text in ("112.9", "东经112°54′", "430302001001", "2023年人口")]
    [True, True, True, False]
    """
    return bool(NUMBER.fullmatch(text) or DATA.search(text)) or text.strip() in UNKNOWN


def find_header(raw: RawTable, kind: TableKind) -> tuple[int, ...]:
    """Return the positions of the header rows, none where the first rows are data already.

    Only rows above the first row of data are asked: a header further down stands over another
    table. Formats with named fields number their header row 0.
    """
    if raw.numbers and raw.numbers[0] == 0:
        return (0,)
    best: Candidate | None = None
    for row in range(min(DEEP, len(raw.cells))):
        candidate = _candidate(raw, row, kind)
        if candidate is None:
            if _holds_data(raw, row):
                break
            continue
        if best is None or (candidate.meanings, candidate.exact) > (best.meanings, best.exact):
            best = candidate
    return _with_levels(raw, best.row, kind) if best is not None else ()


def looks_like_header(raw: RawTable, row: int, kind: TableKind, least: int = 2) -> bool:
    """Return whether a row, taken for itself, explains at least so many columns."""
    candidate = _candidate(raw, row, kind)
    return candidate is not None and candidate.exact >= least


def columns_of(raw: RawTable, header: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Return, for each column, the texts of its headings from the top level down.

    A heading over a group of columns is written once; columns right of it that have a heading
    below but none above belong to it.
    """
    width = len(raw.cells[0]) if raw.cells else 0
    levels: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(header):
        above = ""
        for column in range(width):
            text = raw.cells[row][column]
            below = any(has_text(raw.cells[r][column]) for r in header[depth + 1 :])
            above = text if has_text(text) else above if below else ""
            if has_text(above) and above not in levels[column]:
                levels[column].append(above)
    return tuple(map(tuple, levels))


def _candidate(raw: RawTable, row: int, kind: TableKind) -> Candidate | None:
    texts = own_texts(raw, row)
    if not texts or any(is_data(text) for text in texts.values()):
        return None
    headings = {text: heading_of(text, kind) for text in texts.values()}
    known = [found for found in headings.values() if found is not None]
    named = {found.meaning for found in known if found.meaning is not None}
    exact = sum(found.exact for found in known)
    places = any(found is None and _is_place(text) for text, found in headings.items())
    if places and not _are_mostly_words(known, len(headings)):
        return None
    alone = len(texts) == 1 and _is_only_column(raw, next(iter(texts)))
    enough = len(named) >= 2 or (len(named) == 1 and exact >= (1 if alone else 2))
    enough = enough or (len(named) == 1 and exact == 1 and len(texts) > 1 and _is_first(raw, row))
    return Candidate(row=row, meanings=len(named), exact=exact) if enough else None


def _is_place(text: str) -> bool:
    """Return whether a text ends as names of places do and is no relation (“所属镇”)."""
    return bool(PLACE_NAME.match(text.strip())) and not RELATION.search(text)


def _are_mostly_words(known: Sequence[Heading], texts: int) -> bool:
    """Return whether most texts of a row are listed words of at least two meanings.

    Then the row is a header, whatever one of its cells ends in.
    """
    words = [found for found in known if found.exact]
    named = {found.meaning for found in words if found.meaning is not None}
    return len(named) >= 2 and 2 * len(words) > texts


def _is_only_column(raw: RawTable, column: int) -> bool:
    return not any(
        has_text(t) for row in raw.cells[:DEEP] for t in (*row[:column], *row[column + 1 :])
    )


def _is_first(raw: RawTable, row: int) -> bool:
    """Return whether no row above has several texts, as data rows would."""
    return all(len(own_texts(raw, above)) < 2 for above in range(row))


def _holds_data(raw: RawTable, row: int) -> bool:
    """Return whether a row is surely data: two values or names of places."""
    texts = own_texts(raw, row).values()
    return sum(is_data(text) or _is_place(text) for text in texts) >= 2


def _with_levels(raw: RawTable, row: int, kind: TableKind) -> tuple[int, ...]:
    """Add the rows above and below that are levels of the same header."""
    first = last = row
    while first > 0 and last - first + 1 < LEVELS and _is_level(raw, first - 1, first, kind):
        first -= 1
    while (
        last + 1 < len(raw.cells)
        and last - first + 1 < LEVELS
        and _is_level(raw, last, last + 1, kind)
    ):
        last += 1
    return tuple(range(first, last + 1))


def _is_level(raw: RawTable, upper: int, lower: int, kind: TableKind) -> bool:
    """Return whether two neighbouring rows are one header: the lower splits groups of the upper.

    Each text of the lower row must stand under a group (a merged heading, or one with blanks to
    its right) or repeat a heading merged downwards; at least one must be a known heading.
    """
    above, below = own_texts(raw, upper), own_texts(raw, lower)
    if len(above) < 2 or not below or any(is_data(t) for t in (*above.values(), *below.values())):
        return False
    groups = _groups(raw, upper, lower)
    split = {}
    for column, text in below.items():
        if (lower, column) in raw.merged and raw.cells[upper][column] == text:
            continue
        if column not in groups or _is_place(text):
            return False
        split[column] = text
    known = [heading_of(text, kind) for text in split.values()]
    return any(found is not None for found in known) or _are_units(split.values())


def _groups(raw: RawTable, upper: int, lower: int) -> set[int]:
    """Return the columns under a heading of several columns."""
    width = len(raw.cells[upper])
    starts = [*own_texts(raw, upper), width]
    found: set[int] = set()
    for start, end in itertools.pairwise(starts):
        covered = [c for c in range(start, end) if has_text(raw.cells[lower][c])]
        if len(covered) > 1 and covered[0] == start:
            found.update(covered)
    return found


def _are_units(texts: Iterable[str]) -> bool:
    """Return whether headings split an angle into degrees, minutes and seconds."""
    words = {plain(text) for text in texts}
    return bool(words) and words <= {"度", "分", "秒"}
