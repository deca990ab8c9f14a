"""What travels beside exported files: limits of the format, what is lost, what is called what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from spatialplan.errors import OutputError
from spatialplan.exchange.csv_wkt import neutral
from spatialplan.exchange.formats import Format
from spatialplan.exchange.ledger import Done, Order
from spatialplan.exchange.names import plain_text
from spatialplan.exchange.package import Loss, Package
from spatialplan.text import Lang, Text

__all__ = ["line_of", "prefix_of", "refuse_others", "write_guide"]

_GUIDE = Text("说明.txt", "README.txt")
_COLUMNS = Text("字段对照.csv", "columns.csv")
_CODES = Text("代码对照.csv", "codes.csv")
_LISTED = "- "
_COLUMN_HEADS = (
    Text("图层", "layer"),
    Text("图层名称", "title"),
    Text("文件中的图层", "written layer"),
    Text("原字段", "column"),
    Text("文件中的字段", "written column"),
    Text("字段别名", "alias"),
)
_CODE_HEADS = (
    Text("图层", "layer"),
    Text("字段", "column"),
    Text("代码", "code"),
    Text("含义", "meaning"),
)
_SOURCE = Text("数据来源：", "Exported from: ")
_FORMAT = Text("格式：", "Format: ")
_CRS = Text("坐标系：", "CRS: ")
_LIMITS = Text("本格式的限制", "Limits of the format")
_LOST = Text("这次没有原样写入的内容", "What is not written as it was")
_NOTHING = Text("无", "nothing")
_FILES = Text("文件", "Files")


def line_of(loss: Loss, lang: Lang) -> str:
    """Return a loss as one line."""
    where = f"{loss.table}.{loss.column}" if loss.column else loss.table
    said = Text(loss.zh, loss.en).say(lang)
    return f"{plain_text(where)}：{said}" if lang == "zh" else f"{plain_text(where)}: {said}"


def write_guide(package: Package, format_: Format, done: Done, order: Order) -> list[Path]:
    """Write the files that explain an export, into the folder of the order."""
    lang = order.lang
    beside_name = prefix_of(format_, order)
    columns = order.folder / f"{beside_name}{_COLUMNS.say(lang)}"
    named = [name for name in done.names if name.column]
    rows = [(n.table, n.title, n.written_table, n.column, n.written, n.alias) for n in named]
    _write_table(columns, [head.say(lang) for head in _COLUMN_HEADS], rows)
    beside = [columns]
    codes = [
        (table.name, column, code, said)
        for table in package.tables
        for column, words in table.words.items()
        for code, said in words.items()
    ]
    if codes:
        beside.append(order.folder / f"{beside_name}{_CODES.say(lang)}")
        _write_table(beside[-1], [head.say(lang) for head in _CODE_HEADS], codes)
    guide = order.folder / f"{beside_name}{_GUIDE.say(lang)}"
    lines = _lines(package, format_, done, [p.name for p in [*done.paths, *beside]], lang)
    guide.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))
    return [*beside, guide]


def prefix_of(format_: Format, order: Order) -> str:
    """Return how the names of the files begin that explain an export."""
    return f"{order.stem}_{format_.id}_"


def refuse_others(folder: Path, files: Sequence[Path], own: str) -> None:
    """Refuse files that bear the name of one that another export left in the folder.

    Parameters
    ----------
    files
        Those to be written.
    own
        How the guides of this export begin, whatever their language.

    Raises
    ------
    OutputError
        When a guide of another export lists one of them.
    """
    names = {path.name for path in files}
    for ending in (_GUIDE.zh, _GUIDE.en):
        for guide in sorted(folder.glob(f"*_{ending}")):
            if guide.name.startswith(own):
                continue
            lines = guide.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            listed = {line.removeprefix(_LISTED) for line in lines if line.startswith(_LISTED)}
            taken = sorted(listed & names)
            if taken:
                raise OutputError(
                    f"{folder} 里已有另一份成果的 {len(taken)} 个同名文件（{taken[0]} 等，"
                    f"见 {guide.name}），未动；请用 --out 换一个文件夹",
                    f"{folder} has {len(taken)} files of another export of such names "
                    f"({taken[0]}, see {guide.name}), left alone; choose another --out",
                )


def _lines(
    package: Package, format_: Format, done: Done, files: Sequence[str], lang: Lang
) -> list[str]:
    lines = [
        _SOURCE.say(lang) + plain_text(package.path.name),
        _FORMAT.say(lang) + format_.name.say(lang),
    ]
    if done.crs:
        lines.append(_CRS.say(lang) + done.crs)
    losses = [line_of(loss, lang) for loss in done.losses]
    for heading, items in (
        (_LIMITS, [limit.say(lang) for limit in format_.limits]),
        (_LOST, losses or [_NOTHING.say(lang)]),
        (_FILES, files),
    ):
        lines += ["", heading.say(lang), *(f"{_LISTED}{item}" for item in items)]
    return lines


def _write_table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(heads)
    table.writerows([neutral(cell) for cell in row] for row in rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
