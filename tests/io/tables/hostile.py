"""Hostile tables: what clerks and programs put into cells, and files of several formats."""

from __future__ import annotations

import codecs
import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from hypothesis import strategies as st

Cells = list[list[str]]

NASTY = [
    "", " ", "\u3000", "\n", "a\nb", "a\r\nb", "\t", '"', '""', "'", ",", ";", "|", "，", "、", "，，",
    '112°54\'30"', '"112.9', "=1+1", "+86", "-", "@SUM(A1)", "#N/A", "TRUE", "1e999", "NaN", "nan",
    "null", "0x10", "00123", "430302001001", "112.90000000000001", "2024-05-01", "合计", "合计村",
    "小计", "注：", "行政村", "经度", "纬度", "村名", "序号", "坐标", "乡镇", "张家村", "（°）", "共3个",
    "\u200f", "\u202e张家村", "\u200b", "\ufeff", "\u00a0", "😀", "👨\u200d👩\u200d👧", "𠮷家村", "㙍村", "é", "°",
    "_x0041_", "_x005F_", "<b>&amp;</b>", "]]>", "\\", "\\n", "{}", "[1]", "sep=;", "x" * 3000, "村" * 500,
    "112,54", "27.8 112.9", "\u2028", "\u0085", "\x0b", "\x0c", "\x1c", "ﾊﾝ", "Ａ１",
]  # fmt: skip
CHARS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CELL = st.one_of(
    st.sampled_from(NASTY),
    st.sampled_from(NASTY),
    st.text(CHARS, max_size=6),
    st.integers(-(10**12), 10**12).map(str),
    st.floats(allow_nan=False, width=32).map(repr),
)


@st.composite
def tables(draw: st.DrawFn) -> Cells:
    """A rectangle of 2 to 5 columns and up to 6 rows."""
    width = draw(st.integers(2, 5))
    row = st.lists(CELL, min_size=width, max_size=width)
    return draw(st.lists(row, max_size=6))


def random_table(rng: random.Random) -> Cells:
    """A rectangle like those of `tables`, drawn at once: for tests of thousands."""
    width, height = rng.randint(2, 5), rng.randint(0, 6)
    return [[random_cell(rng) for _ in range(width)] for _ in range(height)]


def random_cell(rng: random.Random) -> str:
    """A nasty text, one glued of two, or a few characters from anywhere but the surrogates."""
    choice = rng.random()
    if choice < 0.5:
        return rng.choice(NASTY)
    if choice < 0.7:
        return rng.choice(NASTY[:30]) + rng.choice(NASTY)[:20]
    last = rng.choice([0x7F, 0x17F, 0xD7FF, 0x2FFFF])
    points = (rng.randint(1, last) for _ in range(rng.randint(0, 5)))
    return "".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)


def csv_bytes(cells: Cells, encoding: str, delimiter: str = ",") -> bytes:
    """Text as Excel and Python write it; `encoding` may ask for a mark (``utf-16-le-bom``)."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(cells)
    mark = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}
    return mark.get(encoding, b"") + text.getvalue().encode(encoding.removesuffix("-bom"))


def xlsx_bytes(cells: Cells) -> bytes:
    """A workbook of strings only, as the format escapes them."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("表")
    for r, row in enumerate(cells):
        for c, text in enumerate(row):
            sheet.write_string(r, c, text)
    book.close()
    return stream.getvalue()


def json_bytes(cells: Cells) -> bytes:
    """A list of lists."""
    return json.dumps(cells, ensure_ascii=False).encode()


WRITERS: dict[str, tuple[str, Callable[[Cells], bytes]]] = {
    "UTF-8": ("表.csv", lambda cells: csv_bytes(cells, "utf-8")),
    "UTF-8-SIG": ("表.csv", lambda cells: csv_bytes(cells, "utf-8-sig")),
    "GB18030": ("表.csv", lambda cells: csv_bytes(cells, "gb18030")),
    "UTF-16 LE": ("表.csv", lambda cells: csv_bytes(cells, "utf-16-le-bom")),
    "UTF-16 BE": ("表.csv", lambda cells: csv_bytes(cells, "utf-16-be-bom")),
    "tsv": ("表.TSV", lambda cells: csv_bytes(cells, "gb18030", "\t")),
    "xlsx": ("表.xlsx", xlsx_bytes),
    "json": ("表.json", json_bytes),
}


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
