"""What the files that people review have in common: TOML in and out, decisions kept, refusal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spatialplan.errors import OutputError, PackError
from spatialplan.io.feature_lines import read_text
from spatialplan.io.problems import Problem

__all__ = ["keep_decisions", "one_line", "quote", "read_toml", "refusal"]

ACCEPTED = re.compile(rb"^\s*accept\s*=\s*true", re.MULTILINE)


def read_toml(path: Path) -> dict[str, Any]:
    """Return a reviewed file as plain data.

    Raises
    ------
    PackError
        When it is missing, not UTF-8 or no TOML.
    """
    try:
        return tomllib.loads(read_text(path).removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise PackError(
            f"文件 {path} 语法错误：{error}；请按提示的行列修改",
            f"syntax error in {path}: {error}; mend it at the line and column given",
        ) from error


def keep_decisions(path: Path) -> None:
    """Refuse to overwrite a file in which the user has accepted something.

    Raises
    ------
    OutputError
        When the file holds accepted entries.
    """
    if path.is_file() and ACCEPTED.search(path.read_bytes()):
        raise OutputError(
            f"文件 {path} 中已有接受的条目，不覆盖；请先应用它，或换一个文件名",
            f"{path} holds accepted entries and is not overwritten; apply it first, or choose "
            "another name",
        )


def refusal(path: Path, problems: Sequence[Problem]) -> PackError:
    """Return the error that tells every problem of a reviewed file; nothing was changed."""
    n = len(problems)
    all_zh = "；".join(f"({i}) {p.say('zh')}" for i, p in enumerate(problems, 1))
    all_en = "; ".join(f"({i}) {p.say('en')}" for i, p in enumerate(problems, 1))
    return PackError(
        f"文件 {path} 有 {n} 个问题，未改动任何要素：{all_zh}",
        f"{path} has {n} problems, nothing was changed: {all_en}",
    )


def one_line(text: str) -> str:
    """Return a text that cannot end the comment it stands in."""
    return "".join(c if c.isprintable() else " " for c in text)


def quote(text: str) -> str:
    r"""Return a text as a TOML basic string; lone surrogates, which no file can hold, as \ufffd.

    Examples
    --------
    >>> print(quote('甲"乙\\n'), quote("a\nb"))
    "甲\"乙\\n" "a\nb"
    """
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\\ufffd"
    return f"\\u{code:04x}" if code < 0x20 or 0x7F <= code < 0xA0 else char
