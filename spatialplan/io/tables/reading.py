"""Read a user's file, whatever it is: the content decides, not the name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from spatialplan.errors import DataError, SourceError
from spatialplan.io.tables.encoding import Decoded, decode
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_tables"]

FORMATS = "xlsx、xls、csv、tsv、txt、json、geojson、gpkg、shp、kml、kmz"
FORMATS_EN = FORMATS.replace("、", ", ")
SUFFIXES = {
    "xlsx": {".xlsx", ".xlsm", ".xltx"},
    "xls": {".xls", ".et", ".xlt"},
    "gpkg": {".gpkg"},
    "shp": {".shp"},
    "kmz": {".kmz"},
    "kml": {".kml"},
    "html": {".htm", ".html"},
    "json": {".json", ".geojson"},
    "text": {".csv", ".tsv", ".txt"},
}
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHAPEFILE = b"\x00\x00\x27\x0a"


def read_tables(path: Path) -> list[RawTable]:
    """Return the tables of a file: one for each sheet or layer, empty ones too.

    A file that is something else than its name says is read for what it is, and a note tells.

    Raises
    ------
    SourceError
        When there is no such file, it cannot be opened, is empty, damaged, has a password, or is
        of no kind that is read.
    DataError
        When its text cannot be decoded, it holds no table, or a table is too large.
    """
    content = _content(path)
    kind, decoded = _kind_of(content, path)
    tables = _read(kind, path, content, decoded)
    suffix = path.suffix.lower()
    strange = set().union(*SUFFIXES.values()) if kind == "text" else {suffix}
    if suffix in SUFFIXES[kind] or suffix not in strange:
        return tables
    note = Text(
        f"文件名是 {suffix or '无后缀'}，内容是 {kind}，按内容读取",
        f"named {suffix or 'without suffix'}, but the content is {kind}; read as that",
    )
    return [replace(table, notes=(note, *table.notes)) for table in tables]


def _content(path: Path) -> bytes:
    """Return the bytes of a file that is there and not empty."""
    if path.is_dir():
        raise SourceError(
            f"{path} 是文件夹，不是文件；请给出其中的表格文件",
            f"{path} is a folder; name the file within",
        )
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(
            f"找不到文件 {path}；请检查路径和文件名", f"no such file: {path}; check the path"
        ) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise SourceError(
            f"打不开文件 {path}（{said}）；请检查权限，或关闭正在使用它的程序",
            f"cannot open {path} ({said}); check its permissions or close what uses it",
        ) from error
    if not content:
        raise SourceError(f"{path.name} 是空文件；请检查是否存好", f"{path.name} is empty")
    if path.name.startswith("~$"):
        raise SourceError(
            f"{path.name} 是 Excel 打开文件时的临时文件；请给出去掉“~$”的那个文件",
            f"{path.name} is Excel's lock file; name the file without '~$'",
        )
    return content


def _kind_of(content: bytes, path: Path) -> tuple[str, Decoded | None]:
    """Return what the content is, and its text where it is text."""
    if content.startswith(b"PK"):
        return _zipped_kind(content, path), None
    if content.startswith(COMPOUND):
        return "xls", None
    if content.startswith(b"SQLite format 3\0"):
        return "gpkg", None
    if content.startswith(SHAPEFILE):
        return "shp", None
    return _text_kind(content, path)


def _zipped_kind(content: bytes, path: Path) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        names = []
        if path.suffix.lower() in SUFFIXES["xlsx"] | SUFFIXES["kmz"]:
            raise SourceError(
                f"{path.name}：文件已损坏或没有传完；请重新取得，或用 Excel 打开修复后另存",
                f"{path.name}: damaged or incomplete; get it again, or open it and save it anew",
            ) from None
    if any(name.endswith(".kml") for name in names):
        return "kmz"
    if "[Content_Types].xml" in names and any("workbook" in name for name in names):
        return "xlsx"
    raise _unknown(path)


def _text_kind(content: bytes, path: Path) -> tuple[str, Decoded]:
    suffix = path.suffix.lower()
    textual = SUFFIXES["text"] | SUFFIXES["json"] | SUFFIXES["kml"] | SUFFIXES["html"]
    try:
        decoded = decode(content, path.name)
    except DataError:
        if suffix in textual:
            raise
        raise _unknown(path) from None
    lead = decoded.text[:4000].lstrip().lower()
    if lead.startswith("<"):
        if "<kml" in lead or suffix == ".kml":
            return "kml", decoded
        if "<table" in decoded.text.lower() or "<html" in lead:
            return "html", decoded
        raise _unknown(path)
    if suffix in SUFFIXES["json"] or (lead[:1] in {"{", "["} and suffix not in SUFFIXES["text"]):
        return "json", decoded
    if suffix not in textual and any(char < " " and char not in "\t\r\n" for char in decoded.text):
        raise _unknown(path)
    return "text", decoded


def _unknown(path: Path) -> SourceError:
    return SourceError(
        f"{path.name}：不是能读的表格，或已损坏；能读 {FORMATS}，请另存为其中一种",
        f"{path.name}: no table that can be read, or damaged; save it as one of {FORMATS_EN}",
    )


def _read(kind: str, path: Path, content: bytes, decoded: Decoded | None) -> list[RawTable]:
    """Read with the reader of the kind; each is loaded only when it is needed."""
    if decoded is not None:
        return _text_reader(kind)(decoded, path)
    match kind:
        case "xlsx":
            from spatialplan.io.tables.xlsx import read_xlsx

            return read_xlsx(content, path.name)
        case "xls":
            from spatialplan.io.tables.workbooks import read_xls

            return read_xls(content, path.name)
        case "kmz":
            from spatialplan.io.tables.kml import read_kmz

            return [read_kmz(content, path.name)]
        case "gpkg":
            from spatialplan.io.tables.vectors import read_geopackage

            return read_geopackage(path)
        case _:
            from spatialplan.io.tables.vectors import read_shapefile

            return [read_shapefile(path)]


def _text_reader(kind: str) -> Callable[[Decoded, Path], list[RawTable]]:
    match kind:
        case "kml":
            from spatialplan.io.tables.kml import read_kml

            return lambda decoded, path: [read_kml(decoded, path.name)]
        case "html":
            from spatialplan.io.tables.html_tables import read_html

            return lambda decoded, path: read_html(decoded, path.name)
        case "json":
            from spatialplan.io.tables.json_tables import read_json

            return lambda decoded, path: [read_json(decoded, path.name)]
        case _:
            from spatialplan.io.tables.delimited import read_delimited

            return lambda decoded, path: [read_delimited(decoded, path.name, path.suffix.lower())]
