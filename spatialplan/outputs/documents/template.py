"""Write an Excel for clerks to fill: a row for each village, or lists to choose places from.

Lists that depend on each other are ranges of a hidden sheet, found by MATCH and COUNTIF: they need
no named ranges, whose names could not hold every place's name.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from spatialplan import files
from spatialplan.model.table import TableKind
from spatialplan.model.village import Village
from spatialplan.outputs import wording
from spatialplan.outputs.documents import import_columns as columns
from spatialplan.outputs.documents.import_columns import TemplateColumn
from spatialplan.text import Lang, Text

__all__ = ["ADVICE_SHEET", "LIST_SHEET", "write_template"]

ADVICE_SHEET = Text("填写说明", "How to fill")
LIST_SHEET = Text("名录勿改", "Lists")
_EMPTY_ROWS = 300
_FONT = "Microsoft YaHei"
_HEADER, _HEADER_TEXT, _LINE, _GIVEN = "#1f3a5f", "#ffffff", "#d5d9de", "#eef1f5"
_FORMATS = {"lon": "0.000000", "lat": "0.000000", "number": "0", "date": "yyyy-mm-dd"}
_RULES = (
    Text(
        "一行一个对象，不要合并单元格，不要在表头上面加行，表尾不要写合计。",
        "One thing a row; no merged cells, no rows above the header, no totals.",
    ),
    Text(
        "灰底的列已按名录填好，请勿改动；没有的内容空着，不要写“无”“不详”。",
        "Grey columns are prefilled; leave what is unknown empty.",
    ),
    Text(
        "坐标用度分秒（112°48′04″）或有偏移的地图坐标也能导入，但请如实选坐标系。",
        "Degrees, minutes, seconds and shifted coordinates are read too; say the true datum.",
    ),
    Text(
        "填好保存后导入；哪一行有问题、怎么处理，会写在导入后的标注表里。",
        "Save and import it; the marked copy tells what became of each row.",
    ),
)


def write_template(
    kind: TableKind, villages: Sequence[Village], path: Path, lang: Lang = "zh"
) -> None:
    """Write the template of a kind; the same roster makes the same bytes.

    Villages have one prefilled row each; stations and hubs have 300 empty rows with lists of
    districts, townships of the district, and villages of the township.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": wording.moment("").replace(tzinfo=None)})
        target = book.add_worksheet(columns.SHEETS[kind].say(lang))
        roster = [_clean(village) for village in sorted(villages, key=lambda v: v.code)]
        is_given = kind is TableKind.VILLAGE
        rows = len(roster) if is_given else _EMPTY_ROWS
        _write_header(book, target, kind, lang)
        _write_cells(book, target, columns.COLUMNS[kind], rows)
        if is_given:
            _prefill(book, target, roster)
        _write_advice(book, kind, lang)
        lists = _write_lists(book, roster, lang)
        _validate(target, columns.COLUMNS[kind], lists, rows, lang)
        _set_view(target, rows, len(columns.COLUMNS[kind]), frozen=4 if is_given else 1)
    files.write_bytes(path, buffer.getvalue())


def _clean(village: Village) -> Village:
    return replace(
        village, name=wording.clean(village.name), township=wording.clean(village.township),
        district=wording.clean(village.district),
    )  # fmt: skip


def _format(book: xlsxwriter.Workbook, **more: object) -> Format:
    base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter", "border": 1,
            "border_color": _LINE}  # fmt: skip
    return book.add_format({**base, **more})


def _header_format(book: xlsxwriter.Workbook) -> Format:
    return _format(book, bold=True, font_color=_HEADER_TEXT, bg_color=_HEADER, align="center")


def _write_header(
    book: xlsxwriter.Workbook, target: Worksheet, kind: TableKind, lang: Lang
) -> None:
    header = _header_format(book)
    target.set_row(0, 28)
    for at, column in enumerate(columns.COLUMNS[kind]):
        target.set_column(at, at, column.width)
        target.write_string(0, at, column.heading.say(lang), header)
        comment = _advice(column, lang)
        target.write_comment(0, at, comment, {"width": 260, "height": 90, "author": "spatialplan"})


def _advice(column: TemplateColumn, lang: Lang) -> str:
    said = column.advice.say(lang)
    if not column.example:
        return said
    return f"{said}。例：{column.example}" if lang == "zh" else f"{said}; e.g. {column.example}"


def _write_cells(
    book: xlsxwriter.Workbook, target: Worksheet, chosen: Sequence[TemplateColumn], rows: int
) -> None:
    """Give the empty cells their formats: texts stay texts, also a code of 12 digits."""
    for at, column in enumerate(chosen):
        cell = _format(book, num_format=_FORMATS.get(column.allowed, "@"))
        for row in range(1, rows + 1):
            target.write_blank(row, at, None, cell)


def _prefill(book: xlsxwriter.Workbook, target: Worksheet, roster: Sequence[Village]) -> None:
    given = _format(book, num_format="@", bg_color=_GIVEN)
    for row, village in enumerate(roster, start=1):
        texts = (village.code, village.district, village.township, village.name)
        for at, text in enumerate(texts):
            target.write_string(row, at, text, given)


def _write_advice(book: xlsxwriter.Workbook, kind: TableKind, lang: Lang) -> None:
    sheet = book.add_worksheet(ADVICE_SHEET.say(lang))
    header, text = _header_format(book), _format(book, text_wrap=True, num_format="@")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 24)
    heads = ("说明", "怎么填", "例") if lang == "zh" else ("About", "How to fill", "Example")
    sheet.write_row(0, 0, heads, header)
    for row, rule in enumerate(_RULES, start=1):
        sheet.write_row(row, 0, (str(row), rule.say(lang), ""), text)
    for row, column in enumerate(columns.COLUMNS[kind], start=len(_RULES) + 1):
        heading = f"“{column.heading.say(lang)}”"
        sheet.write_row(row, 0, (heading, column.advice.say(lang), column.example), text)
    _set_print(sheet)


def _write_lists(
    book: xlsxwriter.Workbook, roster: Sequence[Village], lang: Lang
) -> Mapping[str, str]:
    """Write the hidden lists and return the source of each choice, as a formula.

    Columns: districts; district and township; district|township and village; each group together.
    """
    name = LIST_SHEET.say(lang)
    sheet = book.add_worksheet(name)
    sheet.hide()
    districts = list(dict.fromkeys(village.district for village in roster))
    order = {district: at for at, district in enumerate(districts)}
    towns = sorted(
        dict.fromkeys((village.district, village.township) for village in roster),
        key=lambda town: order[town[0]],
    )
    place = {town: at for at, town in enumerate(towns)}
    inside = sorted(
        ((village.district, village.township, village.name) for village in roster),
        key=lambda village: place[village[:2]],
    )
    sheet.write_column(0, 0, districts)
    for row, town in enumerate(towns):
        sheet.write_row(row, 1, town)
    for row, (district, township, village) in enumerate(inside):
        sheet.write_row(row, 3, (f"{district}|{township}", village))
    return {
        "district": f"='{name}'!$A$1:$A${max(len(districts), 1)}",  # at least one row
        "township": _dependent(name, "B", "C", "{district}"),
        "village": _dependent(name, "D", "E", '{district}&"|"&{township}'),
    }


def _dependent(sheet: str, keys: str, values: str, key: str) -> str:
    """Return the formula of the values that stand beside a key, in one run of rows."""
    found = f"'{sheet}'!${keys}:${keys}"
    return f"=OFFSET('{sheet}'!${values}$1,MATCH({key},{found},0)-1,0,COUNTIF({found},{key}),1)"


def _validate(
    target: Worksheet,
    chosen: Sequence[TemplateColumn],
    lists: Mapping[str, str],
    rows: int,
    lang: Lang,
) -> None:
    """Add the choices and limits; a place that the roster lacks may be typed after a warning."""
    cells = {column.allowed: f"${chr(ord('A') + at)}2" for at, column in enumerate(chosen)}
    for at, column in enumerate(chosen):
        rule = _rule(column, lists)
        if not rule or not rows:
            continue
        if column.allowed in lists:
            rule["source"] = rule["source"].format(**cells)
        title = column.heading.say(lang)
        rule |= {"input_title": title, "input_message": _advice(column, lang)[:255]}
        rule |= {"error_title": title, "error_message": _ERRORS[column.allowed].say(lang)}
        target.data_validation(1, at, rows, at, rule)


def _rule(column: TemplateColumn, lists: Mapping[str, str]) -> dict[str, Any]:
    """Return what xlsxwriter calls a data validation; empty where all is allowed."""
    if column.allowed in lists:
        return {"validate": "list", "source": lists[column.allowed], "error_type": "warning"}
    make = _LIMITS.get(column.allowed)
    return make() if make else {}


def _between(low: float, high: float) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
            "error_type": "warning"}  # fmt: skip


_LIMITS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "lon": lambda: _between(73, 135),
    "lat": lambda: _between(3, 54),
    "number": lambda: {"validate": "decimal", "criteria": ">=", "value": 0},
    "date": lambda: {
        "validate": "date", "criteria": "between", "minimum": date(1949, 10, 1),
        "maximum": date(2100, 12, 31),
    },
    "datum": lambda: {"validate": "list", "source": list(columns.DATUMS)},
    "tier": lambda: {"validate": "list", "source": list(columns.TIERS)},
}  # fmt: skip
_LISTED = Text("请从下拉列表里选", "choose from the list")
_UNLISTED = Text("名录里没有这个名称，确定要这样写吗？", "not in the roster; keep it all the same?")
_ERRORS: Mapping[str, Text] = {
    "lon": Text(
        "经度一般在 73 到 135 之间，用十进制度；确定要这样写吗？",
        "a longitude is 73 to 135, in decimal degrees; keep it all the same?",
    ),
    "lat": Text(
        "纬度一般在 3 到 54 之间，用十进制度；确定要这样写吗？",
        "a latitude is 3 to 54, in decimal degrees; keep it all the same?",
    ),
    "number": Text("请填不小于 0 的数，不带单位", "a number of 0 or more, without a unit"),
    "date": Text("请填日期，如 2024-05-01", "a date such as 2024-05-01"),
    "datum": _LISTED,
    "tier": _LISTED,
    "district": _UNLISTED,
    "township": _UNLISTED,
    "village": _UNLISTED,
}


def _set_view(target: Worksheet, rows: int, width: int, *, frozen: int) -> None:
    target.freeze_panes(1, frozen)
    target.repeat_rows(0)
    target.autofilter(0, 0, max(rows, 1), width - 1)
    target.ignore_errors({"number_stored_as_text": "A1:Z1048576"})
    target.set_landscape()
    _set_print(target)


def _set_print(target: Worksheet) -> None:
    target.set_paper(9)  # A4
    target.fit_to_pages(1, 0)
    target.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    target.set_footer("&C&9&P / &N")
