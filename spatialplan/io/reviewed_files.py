"""What the files that people review have in common: TOML in and out, decisions kept, refusal."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spatialplan.errors import OutputError, PackError
from spatialplan.io.feature_lines import read_text
from spatialplan.io.problems import Problem

__all__ = ["keep_decisions", "one_line", "quote", "read_toml", "refusal", "sealed"]

SEAL = "# 校验 {}（勿改此行：靠它辨认本文件写出后有没有人改过）\n"
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


def sealed(text: str) -> bytes:
    """Return a file for review: its last line tells whether anybody has changed it since."""
    return (text + SEAL.format(_digest(text))).encode()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep_decisions(path: Path) -> None:
    """Refuse to overwrite a file in which the user has accepted or changed something.

    Raises
    ------
    OutputError
        When the file holds accepted entries, or is not as it was written.
    """
    if not path.is_file():
        return
    content = path.read_bytes()
    text = content.decode("utf-8", "replace")
    body = text[: text.rfind("\n", 0, -1) + 1]
    if ACCEPTED.search(content) or text != body + SEAL.format(_digest(body)):
        raise OutputError(
            f"文件 {path} 已有审阅内容（接受或改动过的条目），不覆盖；请先应用它，或换一个文件名",
            f"{path} holds what somebody accepted or filled in and is not overwritten; apply it "
            "first, or choose another name",
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
