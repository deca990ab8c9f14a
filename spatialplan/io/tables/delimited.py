"""Text with delimiters: csv, tsv, txt. Every line counts, whatever quotes it holds."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spatialplan.errors import DataError
from spatialplan.io.tables.encoding import Decoded
from spatialplan.io.tables.grid import padded
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_delimited"]

HABIT = {".csv": ",", ".tsv": "\t"}  # of names that promise a delimiter
DELIMITERS = ("\t", ",", ";", "|", "，", "、")
SPACES = " "
NAMES = {
    "\t": Text("制表符", "tab"),
    ",": Text("逗号", "comma"),
    ";": Text("分号", "semicolon"),
    "|": Text("竖线", "vertical bar"),
    "，": Text("全角逗号", "fullwidth comma"),
    "、": Text("顿号", "ideographic comma"),
    SPACES: Text("空格", "spaces"),
}
SAMPLE = 200  # records looked at to find the delimiter
AGREE = 0.5  # share of records that must have the same number of fields
AGREE_SPACES = 0.8
MAX_FIELD = 10_000_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The fields of one record, and the line where it starts, from 1."""

    line: int
    fields: list[str]


class UnpairedQuoteError(Exception):
    """Quotes that do not pair: read with quotes, lines would vanish into one field."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_delimited(decoded: Decoded, file: str, suffix: str) -> RawTable:
    """Return the table of a text, one row for each record, numbered by the line it starts on.

    Parameters
    ----------
    suffix
        The file's suffix with its point, lower case: ``.csv`` and ``.tsv`` promise a delimiter,
        which is kept when another fits no better.

    Raises
    ------
    DataError
        When there are too many columns, or a field is too long to be one.
    """
    notes = list(decoded.notes)
    text, first, told = _without_directive(decoded.text)
    if told is not None:
        notes.append(Text("首行 sep= 只说明分隔符，不算数据", "the sep= line is no row"))
    delimiter = told or _sniffed(text, suffix)
    try:
        records = list(_records(text, delimiter, quoted=True, file=file))
    except UnpairedQuoteError as error:
        line = error.line + first - 1
        notes.append(
            Text(
                f"第 {line} 行起有不成对的双引号，全文的双引号按普通文字读，请核对",
                f"quotes do not pair from line {line}; all quotes were read as text: check",
            )
        )
        records = list(_records(text, delimiter, quoted=False, file=file))
    if delimiter != HABIT.get(suffix):
        name = NAMES.get(delimiter, Text(delimiter, delimiter))
        notes.append(Text(f"按{name.zh}分列", f"columns split at: {name.en}"))
    return RawTable(
        file=file,
        sheet="",
        numbers=tuple(record.line + first - 1 for record in records),
        cells=padded(file, [record.fields for record in records]),
        encoding=decoded.encoding,
        notes=tuple(notes),
    )


def _without_directive(text: str) -> tuple[str, int, str | None]:
    """Return the text, the number of its first line, and the delimiter a ``sep=`` line told."""
    found = re.match(r"\"?sep=([^\r\n\"])\"?(\r\n|\r|\n|$)", text, re.IGNORECASE)
    if found is None:
        return text, 1, None
    return text[found.end() :], 2, found[1]


def _sniffed(text: str, suffix: str) -> str:
    """Return the delimiter that splits most records into the same number of fields."""
    habit = HABIT.get(suffix)
    order = [*([habit] if habit else []), *(d for d in DELIMITERS if d != habit)]
    shares = {delimiter: _agreement(text, delimiter) for delimiter in order}
    best = max(order, key=shares.__getitem__)  # the earliest of equals
    if shares[best] >= AGREE:
        return best
    if suffix == ".txt" and _agreement(text, SPACES) >= AGREE_SPACES:
        return SPACES
    return habit or "\t"


def _agreement(text: str, delimiter: str) -> float:
    """Return the share of records that have the usual number of fields, 0 where that is one."""
    if delimiter not in text:
        return 0.0
    counts: Counter[int] = Counter()
    try:
        for record in _records(text, delimiter, quoted=True, file=""):
            if any(record.fields):
                counts[len(record.fields)] += 1
            if counts.total() >= SAMPLE:
                break
    except (UnpairedQuoteError, DataError):
        counts = Counter(line.count(delimiter) + 1 for line in text.splitlines() if line.strip())
    several = [count for fields, count in counts.items() if fields > 1]
    return max(several, default=0) / counts.total() if counts else 0.0


def _records(text: str, delimiter: str, *, quoted: bool, file: str) -> Iterator[Record]:
    """Yield the records of a text.

    Raises
    ------
    UnpairedQuoteError
        With `quoted`, where quotes do not pair.
    DataError
        When a field is longer than `MAX_FIELD`.
    """
    lines = io.StringIO(text, newline="")  # splits at line ends only, and keeps them
    if delimiter == SPACES:
        yield from _spaced(lines)
        return
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        strict=quoted,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    limit = csv.field_size_limit(MAX_FIELD)
    start = 1
    try:
        for fields in reader:
            yield Record(line=start, fields=fields)
            start = reader.line_num + 1
    except csv.Error as error:
        if quoted and "field limit" not in str(error):
            raise UnpairedQuoteError(start) from error
        raise DataError(
            f"{file} 第 {start} 行有超过 {MAX_FIELD} 个字的单元格；请检查该处是否缺换行或引号",
            f"{file}, line {start}: a cell of more than {MAX_FIELD} characters; "
            "look for a missing line end or quote",
        ) from error
    finally:
        csv.field_size_limit(limit)


def _spaced(lines: Iterable[str]) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        words = re.split(r"[ \u3000\t]+", line.strip(" \u3000\t\r\n"))
        yield Record(line=number, fields=words if words != [""] else [])
