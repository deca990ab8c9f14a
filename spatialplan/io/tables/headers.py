"""From a sheet as it was found to a table with headings, meanings and sorted rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from spatialplan.io.tables.asides import HEADER, TITLE, layout_of, reason
from spatialplan.io.tables.contents import looks_like_codes, meanings_by_contents
from spatialplan.io.tables.header_rows import columns_of, find_header, has_text
from spatialplan.io.tables.headings import Heading, heading_of, plain
from spatialplan.model.table import Meaning, RawTable, ReadTable, TableKind
from spatialplan.text import Text

__all__ = ["read_header"]

SPLIT_ANGLE = re.compile(r"(.*(?:经|纬).*?)[度分秒]")
WHOLE = 2  # a meaning told by the lowest heading alone counts more than one told by all levels
Told = tuple[int, Heading]


def read_header(raw: RawTable, kind: TableKind) -> ReadTable:
    """Find the header and the meaning of the columns, and sort the rows.

    Every position of ``raw.cells`` is in `body` or has its reason in `aside`, never both; the
    header rows are in `aside` too, with the reason “表头”. Where there is no header, meanings
    come from contents that leave no doubt. What had to be decided is added to ``raw.notes``.

    Parameters
    ----------
    kind
        What the rows stand for: “行政村” is the name of a village, but tells where a station is.
    """
    header = find_header(raw, kind)
    levels = columns_of(raw, header)
    columns = tuple("/".join(texts) for texts in levels)
    below = range(header[-1] + 1 if header else 0, len(raw.cells))
    meanings, notes = _meanings(levels, kind)
    meanings = _completed(raw, below, columns, meanings, kind)
    layout = layout_of(raw, kind, header, columns, meanings)
    aside: dict[int, Text] = {}
    for row in range(len(raw.cells)):
        told = reason(layout, row) if row in below else HEADER if row in header else TITLE
        if told is not None:
            aside[row] = told
    return ReadTable(
        raw=replace(raw, notes=(*raw.notes, *notes)),
        header=header,
        columns=columns,
        meanings=MappingProxyType(meanings),
        body=tuple(row for row in below if row not in aside),
        aside=MappingProxyType(aside),
    )


def _meanings(
    levels: Sequence[tuple[str, ...]], kind: TableKind
) -> tuple[dict[Meaning, int], list[Text]]:
    """Return the column of each meaning, and what to tell about the choice."""
    split = _split_angles(levels)
    found: dict[Meaning, list[tuple[tuple[int, int, int], int]]] = {}
    for column, texts in enumerate(levels):
        told = _heading(texts, kind) if column not in split else None
        if told is not None and told[1].meaning is not None:
            depth, heading = told
            key = (-heading.exact, -depth, heading.rank)
            found.setdefault(told[1].meaning, []).append((key, column))
    notes = []
    if split:
        notes.append(
            Text(
                "经纬度的度、分、秒分在几列，不能读；请合成一列（如 112°54′30″）后再导入",
                "degrees, minutes and seconds stand in columns of their own and cannot be read; "
                "join them to one column",
            )
        )
    for meaning in (Meaning.LON, Meaning.LAT):
        rivals = sorted(found.get(meaning, []))
        if len(rivals) > 1 and rivals[0][0] == rivals[1][0]:
            words = "/".join(levels[rivals[0][1]])
            notes.append(
                Text(
                    f"有 {len(rivals)} 列都像“{words}”，用最左边的一列，请核对",
                    f"{len(rivals)} columns look like {words!r}; the leftmost is used: check",
                )
            )
    return {meaning: min(places)[1] for meaning, places in found.items()}, notes


def _heading(texts: Sequence[str], kind: TableKind) -> Told | None:
    """Return what the levels of a heading mean: the lowest alone, or all together either way."""
    if not texts:
        return None
    told = heading_of(texts[-1], kind)
    if told is not None:
        return WHOLE, told
    if len(texts) == 1:
        return None
    joined = (heading_of("".join(order), kind) for order in (texts[::-1], texts))
    held = next((heading for heading in joined if heading is not None and heading.exact), None)
    return (1, held) if held is not None else None


def _split_angles(levels: Sequence[tuple[str, ...]]) -> set[int]:
    """Return the columns that hold degrees, minutes or seconds alone.

    “经度（度）” by itself is a unit; with “经度（分）” beside it, it is a part.
    """
    parts: dict[str, dict[str, tuple[int, int]]] = {}
    for column, texts in enumerate(levels):
        whole = plain("".join(texts))
        found = SPLIT_ANGLE.fullmatch(whole)
        if found is not None:
            units = parts.setdefault(found[1].removesuffix("度"), {})
            units[whole[-1]] = max(units.get(whole[-1], (0, 0)), (len(whole), column))
    return {column for units in parts.values() if "分" in units for _, column in units.values()}


def _completed(
    raw: RawTable,
    rows: range,
    columns: Sequence[str],
    meanings: Mapping[Meaning, int],
    kind: TableKind,
) -> dict[Meaning, int]:
    """Add what contents tell of columns without a heading, and numbers that are codes."""
    bare = [column for column, text in enumerate(columns) if not has_text(text)]
    completed = {**meanings_by_contents(raw, rows, bare, kind), **meanings}
    if Meaning.CODE not in completed:
        named = (c for c, text in enumerate(columns) if plain(text) in {"编号", "id", "序号"})
        for column in named:
            if looks_like_codes(raw.cells[row][column].strip() for row in rows):
                completed[Meaning.CODE] = column
                break
    return completed
