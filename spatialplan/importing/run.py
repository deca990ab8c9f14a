"""Import tables of one kind: every sheet read, every row placed, matched and given a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType

from spatialplan.errors import DataError
from spatialplan.importing import abroad
from spatialplan.importing import rows as rows_
from spatialplan.io.tables.headers import read_header
from spatialplan.io.tables.reading import read_tables
from spatialplan.measures.ground import Ground
from spatialplan.measures.positions import read_positions
from spatialplan.measures.roster import match_roster
from spatialplan.model.inputs import Inputs
from spatialplan.model.table import (
    DatumFinding,
    ImportedTable,
    ImportResult,
    Meaning,
    Position,
    ReadTable,
    RosterMatch,
    TableKind,
)
from spatialplan.text import Text

__all__ = ["OWN_SHEETS", "import_tables"]

# Sheets that our marked-up copies and templates add; a test holds them to the writers' names.
OWN_SHEETS = frozenset(
    {"导入说明", "缺失的村", "填写说明", "名录勿改"}
    | {"Import notes", "Missing villages", "How to fill", "Lists"}
)
# By which the layer of a clean GeoPackage is known to be ours.
OWN_FIELDS = frozenset({"name", "village", "state", "row_number"})


def import_tables(
    paths: Sequence[Path], kind: TableKind, inputs: Inputs, *, datum: str | None = None
) -> ImportResult:
    """Return every row of the files with its state; rows in are rows out.

    Parameters
    ----------
    inputs
        Districts, roads and places that the coordinates are judged by, and the roster.
    datum
        What the user says the coordinates are in; else the evidence decides, table by table.

    Raises
    ------
    SourceError
        When a file cannot be read.
    DataError
        When no file holds a data row, or two have the same name.
    """
    _refuse_namesakes(paths)
    sheets = [read for path in paths for read in _sheets(path, kind)]
    reads = [read for read in sheets if read.body]
    if not reads:
        files = "、".join(str(path) for path in paths)
        raise DataError(
            f"{files} 里没有数据行；请核对工作表是否为空、表头下面是否有内容",
            f"no data rows in {', '.join(map(str, paths))}; check that the sheets are not empty",
        )
    reads[0] = _told(reads[0], [read for read in sheets if not read.body])
    starts = [0, *accumulate(len(read.body) for read in reads)]
    # The roster knows districts that tables leave out: they are evidence of where points can lie.
    by_name = _match(reads, None, kind, inputs)
    if abroad.is_abroad(inputs.districts):
        placed = [abroad.read_positions_abroad(read, inputs.districts) for read in reads]
    else:
        ground = Ground(districts=inputs.districts, network=inputs.network, places=inputs.objects)
        placed = [
            read_positions(read, ground, datum, _districts(by_name, inputs, slice(first, last)))
            for read, (first, last) in zip(reads, pairwise(starts), strict=True)
        ]
    match = _match(reads, placed, kind, inputs)
    names = [_name(read, at) for read in reads for at in read.body]
    if kind is TableKind.VILLAGE:
        alike = rows_.alike_villages(match)
    else:
        alike = rows_.alike_stations(reads, [positions for positions, _ in placed])
    tables = []
    for read, (positions, finding), first in zip(reads, placed, starts, strict=False):
        found = rows_.findings_of(positions, match, first, names, alike)
        rows = rows_.understand_rows(read, found, kind)
        tables.append(ImportedTable(read=read, kind=kind, rows=rows, datum=finding))
    roster = match if kind is TableKind.VILLAGE and inputs.villages else None
    return ImportResult(kind=kind, tables=tuple(tables), roster=roster)


def _refuse_namesakes(paths: Sequence[Path]) -> None:
    """Rows are told by the name of their file, so no two may have the same."""
    names = [path.name for path in paths]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(
            f"有同名的输入文件：{'、'.join(twice)}；请改名，或分次导入",
            f"input files of the same name: {', '.join(twice)}; rename them or import one by one",
        )


def _told(read: ReadTable, idle: Sequence[ReadTable]) -> ReadTable:
    """Return a table that notes which other sheets have text but no data row."""
    raws = [one.raw for one in idle if any(text.strip() for row in one.raw.cells for text in row)]
    notes = tuple(
        Text(
            f"“{raw.sheet or raw.file}”有 {len(raw.cells)} 行但没有数据行，未导入",
            f"{raw.sheet or raw.file} has {len(raw.cells)} rows, none of them data: not imported",
        )
        for raw in raws
    )
    return replace(read, raw=replace(read.raw, notes=(*read.raw.notes, *notes)))


def _sheets(path: Path, kind: TableKind) -> list[ReadTable]:
    """Return the sheets of a file that hold the clerk's rows.

    Of our own clean GeoPackage that is the layer of its kind; of our marked-up copies and
    templates every sheet but those that only explain.
    """
    raws = read_tables(path)
    if path.suffix.lower() == ".gpkg":
        layers = [read_header(raw, kind) for raw in raws if raw.sheet == f"{kind}s"]
        own = [_named(read) for read in layers if set(read.columns) >= OWN_FIELDS]
        if own:
            return own
    return [read_header(raw, kind) for raw in raws if raw.sheet not in OWN_SHEETS]


def _named(read: ReadTable) -> ReadTable:
    """Return a layer of our own, whose field ``village`` is no name but the code of the match."""
    name = read.columns.index("name")
    return replace(read, meanings=MappingProxyType({**read.meanings, Meaning.NAME: name}))


def _match(
    reads: Sequence[ReadTable],
    placed: Sequence[tuple[list[Position], DatumFinding]] | None,
    kind: TableKind,
    inputs: Inputs,
) -> RosterMatch:
    """Match the rows of all tables with the roster, by their places too where these are read."""
    queries = [
        query
        for number, read in enumerate(reads)
        for query in rows_.roster_queries(read, placed[number][0] if placed else None, kind)
    ]
    return match_roster(queries, inputs.villages)


def _districts(match: RosterMatch, inputs: Inputs, rows: slice) -> list[str]:
    """Return the district of the village that each row surely names, empty text for the others."""
    district = {village.code: village.district_code for village in inputs.villages}
    pairs = zip(match.village[rows], match.certain[rows], strict=True)
    return [district.get(code, "") if certain else "" for code, certain in pairs]


def _name(read: ReadTable, at: int) -> str:
    """Return where a row is found: the sheet and the row number."""
    raw = read.raw
    return f"{raw.sheet or raw.file} 第 {raw.numbers[at]} 行"
