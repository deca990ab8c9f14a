"""JSON and GeoJSON: lists of objects or of lists, and features."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from spatialplan.errors import DataError
from spatialplan.io.tables.cell_text import joined_surrogates, list_some, text_of
from spatialplan.io.tables.encoding import Decoded
from spatialplan.io.tables.grid import padded
from spatialplan.io.tables.points import points_of
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_json"]

WGS84 = "EPSG:4326"


def read_json(decoded: Decoded, file: str) -> RawTable:
    """Return the table of a JSON text.

    Objects become rows under a header row of their keys, numbered 0; the objects count from 1.
    Lists become rows as they are. An object may hold the list at any depth: the longest one counts.
    Values that are lists or objects are kept as JSON text.

    Raises
    ------
    DataError
        When the text is no JSON, or holds no list of rows.
    """
    try:
        return _read(decoded, file)
    except RecursionError as error:
        raise DataError(
            f"{file}：JSON 嵌套过深，读不了；请导出为 CSV",
            f"{file}: the JSON is nested too deeply; export it as CSV",
        ) from error


def _read(decoded: Decoded, file: str) -> RawTable:
    notes = list(decoded.notes)
    content = _parsed(decoded.text, file, notes)
    if isinstance(content, Mapping) and content.get("type") == "Feature":
        content = {"type": "FeatureCollection", "features": [content]}
    if isinstance(content, Mapping) and content.get("type") == "FeatureCollection":
        return _features(content, file, decoded.encoding, notes)
    where, rows = _longest_list(content)
    if where:
        notes.append(Text(f"读取其中的列表“{where}”", f"the list {where!r} in it was read"))
    if not rows and not isinstance(content, list):
        raise DataError(
            f'{file}：没有记录列表；请给出对象的列表，如 [{{"村名": …, "经度": …}}]',
            f"{file}: no list of records; give a list of objects",
        )
    if any(isinstance(row, Mapping) for row in rows):
        objects = [row if isinstance(row, Mapping) else {"": row} for row in rows]
        return _table(file, decoded.encoding, _with_header(file, objects), notes)
    lists = [row if isinstance(row, list) else [row] for row in rows]
    cells = padded(file, [[_cell(value) for value in row] for row in lists])
    numbers = tuple(range(1, len(cells) + 1))
    return RawTable(file=file, sheet="", numbers=numbers, cells=cells,
                    encoding=decoded.encoding, notes=tuple(notes))  # fmt: skip


def _parsed(text: str, file: str, notes: list[Text]) -> Any:
    twice: list[str] = []

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            name, again = key, 1
            while name in found:
                again += 1
                name = f"{key}（{again}）"
            if again > 1:
                twice.append(key)
            found[name] = value
        return found

    try:
        content = json.loads(text, object_pairs_hook=noted)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{file} 第 {error.lineno} 行第 {error.colno} 字不是合法的 JSON；请改正后再导入",
            f"{file}, line {error.lineno} column {error.colno}: not JSON; mend it",
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise DataError(
            f"{file}：JSON 里有长达数千位的数字，读不了；请改正后再导入",
            f"{file}: the JSON holds a number of thousands of digits; mend it",
        ) from error
    if twice:
        keys = list_some(dict.fromkeys(twice))
        zh, en = "同一对象里重复的键，后面的另成一列：", "keys that an object holds twice: "
        notes.append(Text(zh + keys, en + keys))
    return content


def _longest_list(content: Any) -> tuple[str, list[Any]]:
    """Return the path and the rows of the longest list that is not within another list."""
    return max(_lists(content, ""), key=lambda pair: len(pair[1]), default=("", []))


def _lists(content: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(content, list):
        yield path, content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from _lists(value, f"{path}.{key}".removeprefix("."))


def _features(content: Mapping[str, Any], file: str, encoding: str, notes: list[Text]) -> RawTable:
    features = content.get("features")
    if not isinstance(features, list) or not all(isinstance(f, Mapping) for f in features):
        raise DataError(
            f"{file}：GeoJSON 没有要素列表（features）；请重新导出",
            f"{file}: the GeoJSON has no list of features; export it again",
        )
    objects = [f.get("properties") for f in features]
    rows = [row if isinstance(row, Mapping) else {} for row in objects]
    broken: list[int] = []
    shapes = [_shape(f.get("geometry"), n, broken) for n, f in enumerate(features, start=1)]
    if broken:
        listed = list_some(broken)
        zh, en = f"{len(broken)} 个图形有错（第 {listed} 个），按无图形处理", "shapes are broken"
        notes.append(Text(zh, f"{len(broken)} {en} and left out (no. {listed})"))
    points, told = points_of(shapes)
    table = _table(file, encoding, _with_header(file, rows), [*notes, *told])
    return RawTable(
        file=file, sheet="", numbers=table.numbers, cells=table.cells, encoding=encoding,
        points=(None, *points), crs=_crs(content), notes=table.notes,
    )  # fmt: skip


def _shape(geometry: Any, number: int, broken: list[int]) -> shapely.Geometry | None:
    if geometry is None:
        return None
    try:
        return shapely.force_2d(shape(geometry))
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, ShapelyError):
        broken.append(number)
        return None


def _crs(content: Mapping[str, Any]) -> str:
    """Return the CRS of the old ``crs`` member; WGS-84 is the standard's only one."""
    try:
        name = str(content["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return WGS84
    code = name.rsplit(":", 1)[-1]
    return f"EPSG:{code}" if "EPSG" in name.upper() and code.isdigit() else WGS84


def _with_header(file: str, objects: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    keys = list(dict.fromkeys(key for row in objects for key in row))
    rows: Iterable[list[str]] = ([_cell(row.get(key)) for key in keys] for row in objects)
    return padded(file, [[joined_surrogates(key) for key in keys], *rows])


def _table(
    file: str, encoding: str, cells: tuple[tuple[str, ...], ...], notes: list[Text]
) -> RawTable:
    numbers = tuple(range(len(cells)))
    return RawTable(
        file=file, sheet="", numbers=numbers, cells=cells, encoding=encoding, notes=tuple(notes)
    )


def _cell(value: Any) -> str:
    if isinstance(value, (list, Mapping)):
        return joined_surrogates(json.dumps(value, ensure_ascii=False))
    return joined_surrogates(text_of(value))
