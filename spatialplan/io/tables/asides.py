"""Rows that hold no data, and why: titles, headers, blanks, totals, notes.

A row is set aside only for what it shows itself; whatever is in doubt stays data, where a person
will see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spatialplan.io.tables.header_rows import has_text, is_data, looks_like_header, own_texts
from spatialplan.io.tables.headings import is_serial, plain
from spatialplan.model.table import Meaning, RawTable, TableKind
from spatialplan.text import Text

__all__ = ["HEADER", "TITLE", "Layout", "layout_of", "reason"]

TITLE = Text("表头以上的标题或说明", "a title or remark above the header")
HEADER = Text("表头", "the header")
AGAIN = Text("重复的表头", "the header repeated")
OTHER_HEADER = Text(
    "另一个表头，与本表的不同：其下各行仍按本表的列读，可能错列，请分成两张表",
    "another header that differs from this table's: rows below it are still read by this table's "
    "columns and may be shifted; make it two tables",
)
BLANK = Text("空行", "blank")
MERGED_ONLY = Text("空行，只有合并单元格延续下来的文字", "blank but for the text of a merged cell")
ONLY_NUMBER = Text("只有序号，没有内容", "a row number and nothing else")
COLUMN_NUMBERS = Text("栏号", "numbers of the columns")
UNITS = Text("计量单位", "units of the columns")
TOTAL = Text("合计行", "a total")
NOTE = Text("注释、填表说明或签章", "a note or signature")
SECTION = Text("分段小标题", "a heading of a section")

TOTALS = re.compile(
    r"(.{0,10}(合计|小计|总计|共计|总数|汇总)([（(].{0,12}[)）])?|total|sum|subtotal|grand total"
    r"|[共合]计?\s*\d+\s*(个|户|人|村|条|行|站|处|家).{0,8})[:：]?",
    re.IGNORECASE,
)
COUNT = re.compile(r"\s*\d+\s*(个|条|处|家)?\s*[村站点社区]*\s*")
NOTES = re.compile(
    r"[\s*※（(]*(注|备注|附注|说明|填表说明|填报说明|填写说明|填表人|填报人|制表人|制表|审核|审核人"
    r"|复核人|负责人|单位负责人|分管领导|联系人|联系电话|填报单位|填表单位|制表单位|报送单位|单位"
    r"|填报日期|填表日期|填报时间|填表时间|制表日期|日期|时间|数据来源|资料来源|来源|截止|截至)"
    r"\s*(\d{1,2}|[（(].{0,10}[)）])?\s*[:：].*",
    re.DOTALL,
)
EXAMPLES = re.compile(
    r"\s*[（(]?(示例|样例|填写示例|填报示例|例|举例|填写说明|填表说明)[)）]?\s*[:：]?\s*"
)
SECTIONS = re.compile(
    r"\s*([一二三四五六七八九十]{1,3}\s*、|[（(][一二三四五六七八九十]{1,3}[)）]).{1,30}"
)
UNITS_KNOWN = """
    人 个 户 度 米 千米 公里 件 件日 件天 万件 元 万元 平方米 平方公里 亩 公顷 处 分钟
    年 年月日 m km"""
PLACES = (Meaning.CODE, Meaning.LON, Meaning.LAT, Meaning.X, Meaning.Y, Meaning.LONLAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is known of a table when its rows are sorted.

    Attributes
    ----------
    header
        Positions of the header rows, and in `headings` their texts for comparison.
    serial
        Columns of mere row numbers.
    places
        Columns that say where or which a place is: codes and coordinates.
    name
        The column of names, None where it is unknown.
    """

    raw: RawTable
    kind: TableKind
    header: tuple[int, ...]
    headings: tuple[tuple[str, ...], ...]
    serial: frozenset[int]
    places: frozenset[int]
    name: int | None


def layout_of(
    raw: RawTable,
    kind: TableKind,
    header: tuple[int, ...],
    columns: Sequence[str],
    meanings: Mapping[Meaning, int],
) -> Layout:
    """Return what sorting needs, from the headings and their meanings."""
    numbers = {column for column, text in enumerate(columns) if is_serial(text)}
    return Layout(
        raw=raw,
        kind=kind,
        header=header,
        headings=tuple(_plain_row(raw.cells[row]) for row in header),
        serial=frozenset(numbers - set(meanings.values())),
        places=frozenset(meanings[meaning] for meaning in PLACES if meaning in meanings),
        name=meanings.get(Meaning.NAME),
    )


def reason(layout: Layout, row: int) -> Text | None:
    """Return why a row below the header holds no data, None where it is data."""
    texts = own_texts(layout.raw, row)
    if not texts:
        return BLANK
    if blank := _blank(layout, row, texts):
        return blank
    if layout.header and (told := _header_like(layout, row, texts)):
        return told
    if _is_total(layout, row, texts):
        return TOTAL
    return _note(layout, row, texts)


def _blank(layout: Layout, row: int, texts: Mapping[int, str]) -> Text | None:
    raw = layout.raw
    own = {column for column in texts if (row, column) not in raw.merged}
    if not own:
        return MERGED_ONLY
    if own <= layout.serial and all(re.fullmatch(r"\s*\d+\s*", texts[c]) for c in own):
        return ONLY_NUMBER
    return None


def _header_like(layout: Layout, row: int, texts: Mapping[int, str]) -> Text | None:
    """Return whether a row repeats the header, numbers its columns or tells their units."""
    again = _plain_row(layout.raw.cells[row])
    if len(texts) > 1 or len(layout.raw.cells[row]) == 1:
        for header in layout.headings:
            if all(text in {"", header[c]} for c, text in enumerate(again)) and any(again):
                return AGAIN
    if row == layout.header[-1] + 1:
        if _numbers_columns(texts):
            return COLUMN_NUMBERS
        if all(map(_is_unit, texts.values())):
            return UNITS
    return OTHER_HEADER if looks_like_header(layout.raw, row, layout.kind, least=3) else None


def _is_unit(text: str) -> bool:
    return bool(re.fullmatch(r"\s*[（(].*[)）]\s*", text)) or plain(text) in UNITS_KNOWN.split()


def _numbers_columns(texts: Mapping[int, str]) -> bool:
    """Return whether cells count up by one, as rows do that number the columns."""
    found = [re.fullmatch(r"\s*[（(]?(\d{1,2})[)）]?\s*", text) for text in texts.values()]
    numbers = [int(match[1]) for match in found if match]
    return (
        len(numbers) >= 3
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and all(
            match or text.strip() in "甲乙丙丁"
            for match, text in zip(found, texts.values(), strict=True)
        )
    )


def _is_total(layout: Layout, row: int, texts: Mapping[int, str]) -> bool:
    """Return whether a row sums others: it says so, and names no place beside that."""
    said = {column for column, text in texts.items() if TOTALS.fullmatch(_joined(text))}
    if not said:
        return False
    cells = layout.raw.cells[row]
    words = {cells[column] for column in said}
    if layout.name is not None:
        name = cells[layout.name]
        if has_text(name) and name not in words and not COUNT.fullmatch(name):
            return False
    return all(not has_text(cells[place]) or cells[place] in words for place in layout.places)


def _note(layout: Layout, row: int, texts: Mapping[int, str]) -> Text | None:
    """Return whether a row is a remark: it starts as one, or is one cell merged over the table."""
    column, first = next(iter(texts.items()))
    if EXAMPLES.fullmatch(first) and column != layout.name:
        return NOTE
    if any(is_data(layout.raw.cells[row][place]) for place in layout.places):
        return None
    if NOTES.fullmatch(first):
        return NOTE
    if len(texts) == 1 and _is_wide(layout.raw, row, column):
        return NOTE if len(first) > 30 else SECTION
    if len(texts) == 1 and SECTIONS.fullmatch(first) and column != layout.name:
        return SECTION
    return None


def _is_wide(raw: RawTable, row: int, column: int) -> bool:
    """Return whether a cell is merged over at least half of the table's columns."""
    width = len(raw.cells[row])
    covered = sum((row, c) in raw.merged for c in range(column, width)) + 1
    return covered > 1 and covered >= width / 2


def _joined(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _plain_row(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(plain, cells))
