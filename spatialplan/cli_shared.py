"""What all commands share: the language option, JSON on stdout, errors in one line."""

from __future__ import annotations

import json
import os
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
    "BasemapOption",
    "DatumOption",
    "DocxOption",
    "JsonOption",
    "LangOption",
    "NoTokenOption",
    "OutOption",
    "PbfOption",
    "ProjectedOption",
    "TokenOption",
    "as_lang",
    "as_usage",
    "print_json",
    "print_lines",
    "ready_token",
    "reporting",
    "warn_of_token",
]

ERROR = 1
TOKEN_VARIABLE = "TIANDITU_TOKEN"  # noqa: S105 - its name, not its value

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
BasemapOption = Annotated[
    str | None,
    typer.Option(
        "--basemap",
        help="网页另加可选的在线底图，默认不加 / online basemap, none by default",
        metavar="osm|tianditu|tianditu-image",
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--tianditu-token",
        help=f"天地图密钥，也可用环境变量 {TOKEN_VARIABLE} / token of Tianditu",
        metavar="TOKEN",
    ),
]
ProjectedOption = Annotated[
    bool,
    typer.Option(
        "--projected",
        help="GeoPackage 用规划的投影坐标系（默认 EPSG:4490 经纬度）/ GeoPackage in the plan's CRS",
    ),
]
DocxOption = Annotated[bool, typer.Option("--docx", help="另写 Word 报告 / a Word report too")]
NoTokenOption = Annotated[
    bool, typer.Option("--no-token", help="网页内不存密钥，打开后填写 / keep the token out")
]


@contextmanager
def reporting(lang: Lang) -> Iterator[None]:
    """End expected errors in one line and exit code 1."""
    try:
        yield
    except SpatialPlanError as error:
        line = f"错误：{error.text.zh}" if lang == "zh" else f"Error: {error.text.en}"
        typer.echo(line, err=True)
        raise typer.Exit(ERROR) from None


@contextmanager
def as_usage(hint: str) -> Iterator[None]:
    """Tell an expected error as wrong usage of the option `hint`."""
    try:
        yield
    except SpatialPlanError as error:
        raise typer.BadParameter(f"{error.text.zh} / {error.text.en}", param_hint=hint) from None


def ready_token() -> str:
    """Return the token of Tianditu that the environment holds; empty without one."""
    return os.environ.get(TOKEN_VARIABLE, "").strip()


def warn_of_token(token: str, lang: Lang) -> None:
    """Warn when a page will hold a token: whoever has the file can read it."""
    if token:
        zh = "提示：网页内含天地图密钥，拿到文件的人都能看到；对外提供请加 --no-token 重新生成"
        en = "Note: the page holds the Tianditu token for all to read; use --no-token to share it"
        typer.echo(zh if lang == "zh" else en, err=True)


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
