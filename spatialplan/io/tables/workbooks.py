"""Old Excel workbooks (xls), read in a process of its own.

The library that reads them stops the whole process on some damaged files; a user's other tables
must not be lost with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from spatialplan.errors import SourceError
from spatialplan.io.tables import xls_process
from spatialplan.io.tables.grid import Span, check_size, table_from_cells
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_xls"]

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # how Office wraps a workbook with a password
PATIENCE_S = 300


def read_xls(content: bytes, file: str) -> list[RawTable]:
    """Return one table for each worksheet, hidden ones too.

    Hidden rows cannot be told from others, and cells whose formula failed (``#N/A``) are blank:
    the library does not hand them on.

    Raises
    ------
    SourceError
        When the file has a password, is damaged, or is no workbook.
    DataError
        When a sheet is too large.
    """
    if ENCRYPTED in content:
        raise _locked(file)
    command = [sys.executable, "-P", "-m", xls_process.__name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, input=content, capture_output=True, timeout=PATIENCE_S, check=True
        )
    except subprocess.CalledProcessError as error:
        if error.returncode == xls_process.LOCKED:
            raise _locked(file) from error
        raise _damaged(file) from error
    except subprocess.TimeoutExpired as error:
        raise _damaged(file) from error
    return [_table(sheet, file) for sheet in json.loads(done.stdout)]


def _locked(file: str) -> SourceError:
    return SourceError(
        f"{file}：工作簿有密码；请在 Excel 或 WPS 里打开，取消密码另存后再导入",
        f"{file}: the workbook has a password; open it, remove the password and save it",
    )


def _damaged(file: str) -> SourceError:
    return SourceError(
        f"{file}：Excel 文件已损坏，或不是工作簿；请用 Excel 或 WPS 打开，另存为 xlsx 后再导入",
        f"{file}: damaged, or no workbook; open it, save it as xlsx and import that",
    )


def _table(sheet: dict[str, Any], file: str) -> RawTable:
    check_size(f"{file}［{sheet['name']}］", sheet["rows"], sheet["columns"])
    cells = {(row, column): text for row, column, text in sheet["cells"]}
    spans = [
        Span(top=top, left=left, bottom=bottom, right=right)
        for (top, left), (bottom, right) in sheet["merged"]
    ]
    told = Text("这张表是隐藏的，也已读取", "this sheet is hidden; it was read too")
    return table_from_cells(file, sheet["name"], cells, spans, [told] if sheet["hidden"] else [])
