"""Edit single features of a ``features.geojson`` in place: every other byte stays as it is."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from spatialplan.errors import OutputError, PackError

__all__ = [
    "Span",
    "feature_at",
    "feature_line",
    "feature_spans",
    "read_text",
    "rebuilt",
    "replace_file",
    "with_values",
]

Span = tuple[int, int]
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can hold one escaped, UTF-8 cannot


def read_text(path: Path) -> str:
    """Return a UTF-8 file with its line ends as they are.

    Raises
    ------
    PackError
        When the file is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise PackError(
            f"读不了文件 {path}（{error.strerror}）", f"cannot read {path} ({error.strerror})"
        ) from error
    except UnicodeDecodeError as error:
        raise PackError(
            f"{path} 不是 UTF-8 编码（第 {error.start} 字节）；请另存为 UTF-8",
            f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8",
        ) from error


def feature_spans(text: str, file: Path) -> dict[str, Span]:
    """Return where in the text of a sound pack each feature stands, by id and in file order.

    Raises
    ------
    PackError
        When the text holds ``features`` twice.
    """
    ids = [row["properties"]["id"] for row in json.loads(text.removeprefix("\ufeff"))["features"]]
    spans = [*_items(text)]
    if len(spans) != len(ids):
        raise PackError(f"{file} 有不止一个 features", f"{file} holds features more than once")
    return dict(zip(ids, spans, strict=True))


def _items(text: str) -> Iterator[Span]:
    """Yield the spans of the items of the top-level list ``features`` of sound JSON."""
    decoder = json.JSONDecoder()
    for key, value_at in _members(text):
        if key != "features":
            continue
        at = _skip(text, value_at + 1)
        while text[at] != "]":
            start, at = at, decoder.raw_decode(text, at)[1]
            yield start, at
            at = _skip(text, at)
            at = _skip(text, at + 1) if text[at] == "," else at


def _members(text: str) -> Iterator[tuple[str, int]]:
    """Yield the keys of a sound JSON object and where their values begin."""
    decoder = json.JSONDecoder()
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _skip(text, decoder.raw_decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    """Return the position of the next character that is no white space."""
    while text[at] in " \t\r\n":
        at += 1
    return at


def feature_at(text: str, span: Span) -> dict[str, Any]:
    """Return the feature that stands in a span."""
    feature: dict[str, Any] = json.loads(text[slice(*span)])
    return feature


def rebuilt(
    text: str,
    spans: Mapping[str, Span],
    edits: Mapping[str, str | None],
    added: Sequence[str] = (),
) -> str:
    r"""Return the text with some features replaced, left out (None) or added at the end.

    What stands between the features that stay, and all of them, keep every byte.

    Examples
    --------
    >>> text = '{"features": [\n{"a": 1},\n{"b": 2}\n]}'
    >>> rebuilt(text, {"a": (15, 23), "b": (25, 33)}, {"a": None}, ['{"c": 3}'])
    '{"features": [\n{"b": 2},\n{"c": 3}\n]}'
    """
    order = [*spans.items()]
    if not order:
        start = end = next(at for key, at in _members(text) if key == "features") + 1
    else:
        start, end = order[0][1][0], order[-1][1][1]
    pieces: list[str] = []
    for number, (id, span) in enumerate(order):
        item = edits.get(id, text[slice(*span)])
        if item is None:
            continue
        joint = text[order[number - 1][1][1] : span[0]] if number else ""
        pieces += [joint if pieces else "", item]
    usual = text[order[-2][1][1] : order[-1][1][0]] if len(order) > 1 else ",\n"
    for item in added:
        pieces += [usual if pieces else "", item]
    return text[:start] + "".join(pieces) + text[end:]


def with_values(line: str, geometry: Any, values: Mapping[str, Any]) -> str:
    """Return a feature's text with another geometry and some other properties, in the same style.

    Keys keep their order; new ones follow `status`, and a new `note` comes last. A value None
    takes its key away.

    Examples
    --------
    >>> line = '{"type":"Feature","properties":{"id":"a","status":"unlocated"},"geometry":null}'
    >>> with_values(line, {"type": "Point", "coordinates": [1, 2]}, {"accuracy_m": 5})[41:]
    '"status":"unlocated","accuracy_m":5},"geometry":{"type":"Point","coordinates":[1,2]}}'
    """
    feature = json.loads(line)
    new = {k: v for k, v in values.items() if k not in feature["properties"] and k != "note"}
    edited: dict[str, Any] = {}
    for key, value in feature["properties"].items():
        edited[key] = values.get(key, value)
        if key == "status":
            edited |= new
    kept = {
        k: v for k, v in (edited | new | {**values}).items() if v is not None or k not in values
    }
    return feature_line(feature | {"properties": kept, "geometry": geometry}, line)


def feature_line(feature: Mapping[str, Any], like: str) -> str:
    """Return a feature as text in the style of another: its spaces and escapes."""
    text = json.dumps(feature, ensure_ascii=False)
    is_escaped = (like.isascii() and "\\u" in like) or LONE_SURROGATE.search(text) is not None
    separators = (", ", ": ") if '": ' in like else (",", ":")
    return json.dumps(feature, ensure_ascii=is_escaped, separators=separators)


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file and rename, so that a failure leaves the old file whole.

    Raises
    ------
    OutputError
        When the file or its folder cannot be written to.
    """
    path = path.resolve()
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"写不出文件 {path}（{error.strerror}）；请关闭正在打开它的程序，或检查权限和磁盘空间",
            f"cannot write {path} ({error.strerror}); close the program that has it open, or check "
            "permissions and disk space",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
