"""What all commands share: the language option, JSON on stdout, errors in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from spatialplan.errors import SpatialPlanError
from spatialplan.text import Lang

__all__ = ["ERROR", "JsonOption", "LangOption", "as_lang", "print_json", "reporting"]

ERROR = 1

LangOption = Annotated[
    str, typer.Option("--lang", help="界面语言 zh 或 en / language", metavar="zh|en")
]
JsonOption = Annotated[bool, typer.Option("--json", help="机器可读输出 / JSON on stdout")]


@contextmanager
def reporting(lang: Lang) -> Iterator[None]:
    """End expected errors in one line and exit code 1."""
    try:
        yield
    except SpatialPlanError as error:
        line = f"错误：{error.text.zh}" if lang == "zh" else f"Error: {error.text.en}"
        typer.echo(line, err=True)
        raise typer.Exit(ERROR) from None


def as_lang(value: str) -> Lang:
    """Return the language of an option; a usage error otherwise."""
    if value == "zh":
        return "zh"
    if value == "en":
        return "en"
    raise typer.BadParameter(f"“{value}”：只能是 zh 或 en / use zh or en", param_hint="--lang")


def print_json(content: Any) -> None:
    """Print JSON for machines on stdout."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
