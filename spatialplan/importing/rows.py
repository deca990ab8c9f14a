"""From a read table, its positions and the roster to one understood row for each data row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spatialplan.importing.values import read_amount, read_day, read_tier
from spatialplan.measures.names import normalise_name
from spatialplan.measures.roster import RosterQuery
from spatialplan.model.table import (
    ImportedRow,
    Meaning,
    Position,
    ReadTable,
    RosterMatch,
    RowState,
    TableKind,
)
from spatialplan.text import Text

__all__ = [
    "Findings",
    "alike_stations",
    "alike_villages",
    "findings_of",
    "roster_queries",
    "understand_rows",
]

_AMOUNTS = (Meaning.POPULATION, Meaning.CAPACITY)
_DAYS = (Meaning.OPENED, Meaning.CLOSED)
_STATION = (Meaning.DISTRICT, Meaning.TOWNSHIP, Meaning.VILLAGE, Meaning.TIER)
_WHAT = {
    TableKind.VILLAGE: Text("同一个村", "village"),
    TableKind.STATION: Text("同一个站点", "station"),
    TableKind.HUB: Text("同一个中心", "hub"),
}
CODE_DIGITS = 12
SPOT_DEG = 0.002  # some 200 m


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found out of one row of a table.

    `village` is the roster code and `how` the words of the match; `also` names other rows of the
    same village, or of the same station.
    """

    position: Position
    village: str = ""
    how: Text | None = None
    certain: bool = True
    also: tuple[str, ...] = ()


def cell(read: ReadTable, at: int, meaning: Meaning) -> str:
    """Return the text of a row's cell by its meaning, without outer blanks; empty if no column."""
    column = read.meanings.get(meaning)
    return "" if column is None else " ".join(read.raw.cells[at][column].split())


def roster_queries(
    read: ReadTable, positions: Sequence[Position] | None, kind: TableKind
) -> list[RosterQuery]:
    """Return what each row says of its village: of a station's row, the village it stands in.

    Parameters
    ----------
    positions
        Of each row; None where they are not known yet.
    """
    places = [(p.lon, p.lat) for p in positions] if positions else [(None, None)] * len(read.body)
    is_village = kind is TableKind.VILLAGE
    name = Meaning.NAME if is_village else Meaning.VILLAGE
    return [
        RosterQuery(
            name=cell(read, at, name),
            code=cell(read, at, Meaning.CODE) if is_village else _code(cell(read, at, name)),
            old_name=cell(read, at, Meaning.OLD_NAME) if is_village else "",
            township=cell(read, at, Meaning.TOWNSHIP),
            district=cell(read, at, Meaning.DISTRICT),
            lon=lon,
            lat=lat,
        )
        for at, (lon, lat) in zip(read.body, places, strict=True)
    ]


def _code(village: str) -> str:
    """Return the code where a station tells its village by that, empty text where by name."""
    return village if village.isdecimal() and len(village) == CODE_DIGITS else ""


def findings_of(
    positions: Sequence[Position],
    match: RosterMatch,
    first: int,
    names: Sequence[str],
    alike: Sequence[Sequence[int]],
) -> list[Findings]:
    """Return the findings of one table's rows, which begin at `first` among all rows.

    Parameters
    ----------
    names
        File, sheet and row of every row of the import.
    alike
        Other rows that stand for the same as each row of the import.
    """
    return [
        Findings(
            position=position,
            village=match.village[number],
            how=match.how[number],
            certain=match.certain[number],
            also=tuple(names[row] for row in alike[number]),
        )
        for number, position in enumerate(positions, start=first)
    ]


def alike_villages(match: RosterMatch) -> list[list[int]]:
    """Return for each row the others that name the same village."""
    return [
        [row for row in match.twice.get(village, ()) if row != number]
        for number, village in enumerate(match.village)
    ]


def alike_stations(
    reads: Sequence[ReadTable], positions: Sequence[Sequence[Position]]
) -> list[list[int]]:
    """Return for each row of all tables the others of the same name and area, on the same spot."""
    groups: dict[tuple[str, ...], list[int]] = {}
    places = [place for found in positions for place in found]
    rows = [(read, at) for read in reads for at in read.body]
    for number, (read, at) in enumerate(rows):
        name = normalise_name(cell(read, at, Meaning.NAME))
        key = (name, *(cell(read, at, meaning) for meaning in _STATION))
        groups.setdefault(key, []).append(number)
    alike: list[list[int]] = [[] for _ in rows]
    for key, members in groups.items():
        for number in members if key[0] else ():
            alike[number] = [
                other
                for other in members
                if other != number
                and _on_one_spot(places[number], places[other], is_told=any(key[1:]))
            ]
    return alike


def _on_one_spot(a: Position, b: Position, *, is_told: bool) -> bool:
    """Whether two positions are about the same; unknown ones may be where the area is told."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return is_told
    return abs(a.lon - b.lon) < SPOT_DEG and abs(a.lat - b.lat) < SPOT_DEG


def understand_rows(
    read: ReadTable, found: Sequence[Findings], kind: TableKind
) -> tuple[ImportedRow, ...]:
    """Return one row for each data row, with its state and the notes that explain it."""
    return tuple(_row(read, at, one, kind) for at, one in zip(read.body, found, strict=True))


def _row(read: ReadTable, at: int, found: Findings, kind: TableKind) -> ImportedRow:
    place = found.position
    doubts = [*place.doubts, *_doubts(read, at, found, kind)]
    if place.problem is not None or place.lon is None:
        state = RowState.REJECTED
    elif doubts:
        state = RowState.DOUBTFUL
    else:
        state = RowState.REPAIRED if place.repairs else RowState.ACCEPTED
    problem = () if place.problem is None else (place.problem,)
    amounts = {m: read_amount(cell(read, at, m)) for m in _AMOUNTS}
    days = {m: read_day(cell(read, at, m)) for m in _DAYS}
    return ImportedRow(
        number=read.raw.numbers[at],
        state=state,
        notes=(*problem, *doubts, *place.repairs),
        cells=read.raw.cells[at],
        name=cell(read, at, Meaning.NAME) or cell(read, at, Meaning.VILLAGE),
        code=cell(read, at, Meaning.CODE),
        old_name=cell(read, at, Meaning.OLD_NAME),
        township=cell(read, at, Meaning.TOWNSHIP),
        district=cell(read, at, Meaning.DISTRICT),
        village=found.village,
        lon=place.lon,
        lat=place.lat,
        accuracy_m=place.accuracy_m,
        population=amounts[Meaning.POPULATION],
        capacity=amounts[Meaning.CAPACITY],
        tier=read_tier(cell(read, at, Meaning.TIER)),
        parent=cell(read, at, Meaning.PARENT),
        opened=days[Meaning.OPENED],
        closed=days[Meaning.CLOSED],
    )


def _doubts(read: ReadTable, at: int, found: Findings, kind: TableKind) -> list[Text]:
    """Return what a person should look at besides the place: village, doubles, unread cells."""
    doubts = []
    named = kind is TableKind.VILLAGE or cell(read, at, Meaning.VILLAGE)
    if named and found.how is not None and not (found.certain and found.village):
        doubts.append(found.how)
    if found.also:
        others, others_en = "、".join(found.also[:3]), ", ".join(found.also[:3])
        what = _WHAT[kind]
        doubts.append(
            Text(f"{what.zh}还见于 {others}", f"the same {what.en} is also in {others_en}")
        )
    if not (cell(read, at, Meaning.NAME) or cell(read, at, Meaning.VILLAGE)):
        doubts.append(Text("没有名称", "no name"))
    for meaning in (*_AMOUNTS, *_DAYS):
        text = cell(read, at, meaning)
        understood = read_amount(text) if meaning in _AMOUNTS else read_day(text)
        if text and understood is None:
            heading = read.columns[read.meanings[meaning]]
            doubts.append(
                Text(f"“{heading}”看不懂：{text[:20]}", f"cannot read {heading}: {text[:20]}")
            )
    return doubts
