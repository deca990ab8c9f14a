"""What all commands share: the language option, JSON on stdout, errors in one line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from spatialplan.errors import SpatialPlanError
from spatialplan.text import Lang

__all__ = [
    "ERROR",
    "DatumOption",
    "JsonOption",
    "LangOption",
    "OutOption",
    "PbfOption",
    "as_lang",
    "print_json",
    "print_lines",
    "reporting",
]

ERROR = 1

LangOption = Annotated[
    str, typer.Option("--lang", help="界面语言 zh 或 en / language", metavar="zh|en")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="输出文件夹 / output folder")]
PbfOption = Annotated[
    Path | None, typer.Option("--pbf", help="OSM 提取文件，代替内置路网 / OSM extract")
]
DatumOption = Annotated[
    str | None,
    typer.Option("--datum", help="表中坐标系：wgs84、cgcs2000、gcj02、bd09、EPSG:… / datum"),
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


def print_lines(lines: Iterable[str]) -> None:
    """Print lines for people on stderr, whatever signs they hold."""
    console = Console(stderr=True)
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
