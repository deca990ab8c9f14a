"""Hand-made imports, with hostile texts, for tests of the documents that tell of them."""

from __future__ import annotations

from datetime import date

from spatialplan.model.table import (
    DatumFinding,
    DatumScore,
    ImportedRow,
    ImportedTable,
    ImportResult,
    Meaning,
    RawTable,
    ReadTable,
    RosterMatch,
    RowState,
    TableKind,
)
from spatialplan.model.village import Village
from spatialplan.text import Text

FORMULA = '=HYPERLINK("http://x","点")'
HOSTILE = "坏\x00字\x1f符\ud800 <b>&"
HEADINGS = ("村名", "乡镇", "编码", "经度", "纬度", "备注")
ROWS = (
    ("泉塘子村", "姜畲镇", "430302101001", "112.801", "27.912", "好"),
    ("光明村", "姜畲镇", "430302101002", "112°48′", "27.92", FORMULA),
    ("某村", "姜畲镇", "007", "27.93", "112.83", HOSTILE),
    ("石坝村", "姜畲镇", "430302101004", "", "", "12.50"),
)
TITLE = ("2026 年村级点位表", "", "", "", "", "")
TOTAL = ("合计", "", "", "", "", "4")
STATES = (RowState.ACCEPTED, RowState.REPAIRED, RowState.DOUBTFUL, RowState.REJECTED)
PLACES = ((112.801, 27.912), (112.8, 27.92), (112.83, 27.93), (None, None))
HOW = (
    Text("按编码", "by code"),
    Text("按编码", "by code"),
    Text("名录中没有这个村", "the roster has no such village"),
    Text("按编码", "by code"),
)
NOTES = (
    (),
    (Text("度分换算为度", "degrees and minutes read"),),
    (HOW[2],),
    (Text("没有坐标", "no coordinates"),),
)
MATCHED = ("430302101001", "430302101002", "", "430302101004")


def villages() -> list[Village]:
    """Return a roster of five villages; the third and fifth have no row."""
    names = ("泉塘子村委会", "光明村委会", "红星村委会", "石坝村委会", FORMULA)
    return [
        Village(
            code=f"430302101{number:03d}", name=name, township="姜畲镇", district="雨湖区",
            district_code="430302", lon=None, lat=None, accuracy_m=None, source="",
        )
        for number, name in enumerate(names, start=1)
    ]  # fmt: skip


def finding() -> DatumFinding:
    """Return a finding with two scores."""
    scores = tuple(
        DatumScore(
            key=key, label=Text(key, key), points=3, inside_share=share, road_median_m=40.0,
            score=score,
        )
        for key, share, score in (("wgs84", 1.0, -3.2), ("gcj02", 0.667, -9.8))
    )  # fmt: skip
    return DatumFinding(
        key="wgs84", decided_by="evidence", suspected="", scores=scores,
        said=Text("按证据判为 WGS84", "WGS84 by the evidence"),
    )  # fmt: skip


def raw_table(file: str = "村点.xlsx", sheet: str = "点位", rows=ROWS, **more) -> RawTable:
    """Return a title, a header, the rows and a total."""
    cells = (TITLE, HEADINGS, *rows, TOTAL)
    values = {"numbers": tuple(range(1, len(cells) + 1)), "cells": cells} | more
    return RawTable(file=file, sheet=sheet, **values)


def table(raw: RawTable | None = None, kind: TableKind = TableKind.VILLAGE) -> ImportedTable:
    """Return a table whose rows go through the four states in turn."""
    raw = raw or raw_table()
    count = len(raw.cells) - 3
    meanings = (Meaning.NAME, Meaning.TOWNSHIP, Meaning.CODE, Meaning.LON, Meaning.LAT)
    read = ReadTable(
        raw=raw, header=(1,), columns=raw.cells[1],
        meanings={meaning: at for at, meaning in enumerate(meanings)},
        body=tuple(range(2, 2 + count)),
        aside={0: Text("标题", "title"), 1: Text("表头", "header"),
               2 + count: Text("合计行", "a total")},
    )  # fmt: skip
    rows = tuple(_row(raw, at) for at in range(count))
    return ImportedTable(read=read, kind=kind, rows=rows, datum=finding())


def _row(raw: RawTable, at: int) -> ImportedRow:
    cells, turn = raw.cells[at + 2], at % 4
    return ImportedRow(
        number=raw.numbers[at + 2], state=STATES[turn], notes=NOTES[turn], cells=cells,
        name=cells[0], code=cells[2], old_name="", township=cells[1], district="",
        village=MATCHED[turn], lon=PLACES[turn][0], lat=PLACES[turn][1],
        accuracy_m=None if turn == 3 else 10.0, population=120.0 if turn == 0 else None,
        capacity=None, tier="", parent="", opened=date(2024, 5, 1) if turn == 1 else None,
        closed=None,
    )  # fmt: skip


def result(*tables: ImportedTable, kind: TableKind = TableKind.VILLAGE) -> ImportResult:
    """Return an import of the tables; of villages also the match with the roster."""
    tables = tables or (table(),)
    return ImportResult(
        kind=kind, tables=tables, roster=_match(tables) if kind == "village" else None
    )


def _match(tables: tuple[ImportedTable, ...]) -> RosterMatch:
    rows = [row for one in tables for row in one.rows]
    where: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        where.setdefault(row.village, []).append(at)
    return RosterMatch(
        village=tuple(row.village for row in rows),
        how=tuple(HOW[at % 4] for one in tables for at in range(len(one.rows))),
        certain=tuple(bool(row.village) for row in rows),
        missing=tuple(v.code for v in villages() if v.code not in where),
        twice={code: tuple(at) for code, at in where.items() if code and len(at) > 1},
        unknown=tuple(where.get("", ())),
    )
