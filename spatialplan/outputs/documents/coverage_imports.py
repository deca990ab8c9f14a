"""The workbook's sheet on the tables of a coverage run: how they were read, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from spatialplan.model.coverage import CoverageResult
from spatialplan.model.table import ImportedTable, ImportResult, RowState, TableKind
from spatialplan.outputs.documents.coverage_villages import frame_of
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["KINDS", "imports_sheet", "row_states", "table_rows"]

KINDS = {
    TableKind.VILLAGE: Text("村", "villages"),
    TableKind.STATION: Text("站点", "stations"),
    TableKind.HUB: Text("县级中心", "hubs"),
}
_DECIDED = {
    "user": Text("使用者指定", "by the user"),
    "column": Text("表中一列", "by a column"),
    "file": Text("文件自带", "by the file"),
    "evidence": Text("证据", "by evidence"),
    "none": Text("没有定论", "not settled"),
}
_STATES = {
    RowState.ACCEPTED: ("covered", Text("可用", "Accepted")),
    RowState.REPAIRED: ("unroutable", Text("已修正", "Repaired")),
    RowState.DOUBTFUL: ("uncertain", Text("存疑", "Doubtful")),
    RowState.REJECTED: ("not_covered", Text("被拒", "Rejected")),
}
_SIGNS = {RowState.REPAIRED: "↻"}
_ROSTER = {
    "missing": Text("名录上有，表中没有", "on the roster, not in the table"),
    "twice": Text("表中重复", "named more than once"),
    "unknown": Text("名录上找不到", "not on the roster"),
}
Row = dict[str, Any]


def row_states() -> Mapping[str, Symbol]:
    """Return the states of rows, in the colours of the style."""
    known = read_style().village_states
    return {
        str(state): replace(known[like], label=label, sign=_SIGNS.get(state, known[like].sign))
        for state, (like, label) in _STATES.items()
    }


def table_rows(result: CoverageResult, lang: Lang) -> list[Row]:
    """Return one row per sheet that was read: rows by state, and the datum."""
    return [_table_row(found, table, lang) for found in result.imports for table in found.tables]


def _table_row(found: ImportResult, table: ImportedTable, lang: Lang) -> Row:
    states = Counter(row.state for row in table.rows)
    return {
        "place": table.place,
        "kind": KINDS[found.kind].say(lang),
        "total": len(table.rows),
        **{str(state): states[state] for state in RowState},
        "aside": len(table.read.aside),
        "datum": table.datum.said.say(lang),
        "decided": _DECIDED[table.datum.decided_by].say(lang)
        if table.datum.decided_by in _DECIDED
        else table.datum.decided_by,
    }


def _tables(result: CoverageResult, lang: Lang) -> Sheet:
    columns = (
        Column("place", Text("文件［表］", "File [sheet]"), 30),
        Column("kind", Text("内容", "Holds"), 22),
        Column("total", Text("数据行", "Data rows"), 9),
        *(
            Column(state, Text(f"{s.sign} {s.label.zh}", f"{s.sign} {s.label.en}"), 11)
            for state, s in row_states().items()
        ),
        Column("aside", Text("非数据行", "Other rows"), 9),
        Column("datum", Text("坐标系", "Datum"), 44),
        Column("decided", Text("依据", "Decided"), 12),
    )
    return Sheet(
        name=Text("导入情况", "Import"),
        columns=columns,
        frame=frame_of(table_rows(result, lang), columns),
    )


def _scores(result: CoverageResult, lang: Lang) -> Sheet:
    rows = [
        {
            "place": table.place,
            "label": score.label.say(lang),
            "points": score.points,
            "inside": 100 * score.inside_share,
            "road_m": score.road_median_m,
            "score": score.score,
        }
        for found in result.imports
        for table in found.tables
        for score in table.datum.scores
    ]
    columns = (
        Column("place", Text("文件［表］", "File [sheet]"), 30),
        Column("label", Text("若坐标系为", "If the datum were"), 22),
        Column("points", Text("点数", "Points"), 9),
        Column("inside", Text("落在所写县市区内（%）", "Inside the stated district (%)"), 11),
        Column("road_m", Text("离路中位数（米）", "Median to a road (m)"), 11),
        Column("score", Text("得分（对数似然）", "Score (log-likelihood)"), 11),
    )
    return Sheet(name=Text("坐标系", "Datum"), columns=columns, frame=frame_of(rows, columns))


def _roster_rows(result: CoverageResult, lang: Lang) -> Iterator[Row]:
    places = {village.demand.id: village.demand for village in result.villages}
    for found in result.imports:
        if found.roster is None:
            continue
        rows = [(table.place, row) for table in found.tables for row in table.rows]
        for position in found.roster.unknown:
            place, row = rows[position]
            how = found.roster.how[position].say(lang)
            yield {"place": place, "what": _ROSTER["unknown"].say(lang), "number": row.number,
                   "name": row.name, "township": row.township, "district": row.district,
                   "how": how}  # fmt: skip
        for code, positions in found.roster.twice.items():
            for position in positions:
                place, row = rows[position]
                yield {"place": place, "what": _ROSTER["twice"].say(lang), "number": row.number,
                       "name": row.name, "township": row.township, "district": row.district,
                       "how": code}  # fmt: skip
        for code in found.roster.missing:
            village = places.get(code)
            yield {"place": "", "what": _ROSTER["missing"].say(lang), "number": None,
                   "name": village.name if village else "", "how": code,
                   "township": village.township if village else "",
                   "district": village.district if village else ""}  # fmt: skip


def _roster(result: CoverageResult, lang: Lang) -> Sheet:
    columns = (
        Column("place", Text("文件［表］", "File [sheet]"), 30),
        Column("what", Text("与名录对照", "Against the roster"), 22),
        Column("number", Text("行号", "Row"), 9),
        Column("name", Text("村（居）", "Village"), 20),
        Column("township", Text("乡镇街道", "Township"), 15),
        Column("district", Text("县市区", "District"), 11),
        Column("how", Text("编码或说明", "Code or note"), 20),
    )
    rows = list(_roster_rows(result, lang))
    return Sheet(name=Text("名录", "Roster"), columns=columns, frame=frame_of(rows, columns))


def _rows(result: CoverageResult, lang: Lang) -> Sheet:
    between = "；" if lang == "zh" else "; "
    rows = [
        {
            "place": table.place,
            "name": row.name,
            "number": row.number,
            "state": str(row.state),
            "notes": between.join(note.say(lang) for note in row.notes),
            "township": row.township,
            "district": row.district,
        }
        for found in result.imports
        for table in found.tables
        for row in table.rows
        if row.state is not RowState.ACCEPTED
    ]
    columns = (
        Column("place", Text("文件［表］", "File [sheet]"), 30),
        Column("name", Text("名称", "Name"), 22),
        Column("number", Text("行号", "Row"), 9),
        Column("state", Text("状态", "State"), 11, row_states()),
        Column("township", Text("乡镇街道", "Township"), 15),
        Column("district", Text("县市区", "District"), 11),
        Column("notes", Text("说明", "Notes"), 44),
    )
    return Sheet(name=Text("行", "Rows"), columns=columns, frame=frame_of(rows, columns))


def imports_sheet(result: CoverageResult, lang: Lang) -> Sheet:
    """Return the tables that were read, their datum, rows to look at, and the roster."""
    roster = _roster(result, lang)
    rows = replace(_rows(result, lang), below=roster)
    scores = replace(_scores(result, lang), below=rows)
    return replace(_tables(result, lang), below=scores)
