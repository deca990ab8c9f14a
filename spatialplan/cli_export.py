"""The command that hands a result to other programs: Shapefile, CAD, Excel, a database."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spatialplan.cli_shared import (
    JsonOption,
    LangOption,
    OutOption,
    as_lang,
    as_usage,
    print_json,
    print_lines,
    reporting,
)
from spatialplan.text import Lang

if TYPE_CHECKING:
    from pyproj import CRS

    from spatialplan.exchange.package import Loss, Package

__all__ = ["add_commands"]

URL_VARIABLE = "SPATIALPLAN_POSTGIS"
_POSTGIS = "postgis"
_IDS = (
    "shp",
    "geojson",
    "fgb",
    "geoparquet",
    "kml",
    "kmz",
    "dxf",
    "gdb",
    "xlsx",
    "csv",
    "mbtiles",
    "pmtiles",
    _POSTGIS,
)
_ENCODINGS = {"shp": "utf-8", "csv": "utf-8-sig"}

_ToOption = Annotated[str, typer.Option("--to", help="格式 / format", metavar="|".join(_IDS))]
_LayerOption = Annotated[
    list[str] | None,
    typer.Option("--layer", help="只导出这些图层，可重复；默认全部 / layers, all by default"),
]
_EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding", help="文字编码，限 shp 和 csv / encoding of text", metavar="utf-8|gbk"
    ),
]
_CrsOption = Annotated[
    str | None,
    typer.Option("--crs", help="坐标系，如 EPSG:4547；默认不变 / CRS", metavar="EPSG:…"),
]
_UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        help=f"数据库地址，也可用环境变量 {URL_VARIABLE} / of the database, for postgis",
        metavar="postgresql://…",
    ),
]
_SchemaOption = Annotated[
    str | None, typer.Option("--schema", help="数据库模式，默认同文件名 / schema, for postgis")
]


def add_commands(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(export)


def export(
    result: Annotated[
        Path, typer.Argument(help="结果文件 .gpkg 或它所在的文件夹 / a .gpkg or its folder")
    ],
    to: _ToOption,
    out: OutOption = None,
    layer: _LayerOption = None,
    encoding: _EncodingOption = None,
    crs: _CrsOption = None,
    url: _UrlOption = None,
    schema: _SchemaOption = None,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """把结果导出为其他软件的格式。Export a result to the formats of other programs."""
    from spatialplan import exporting
    from spatialplan.exchange.package import read_package

    chosen = as_lang(lang)
    to = to.casefold()
    text = _checked_encoding(to, encoding)
    reference = _checked_crs(to, crs)
    _check_database(to, {"--out": out, "--url": url, "--schema": schema})
    with reporting(chosen):
        package = read_package(exporting.find_package(result))
        with as_usage("--layer"):
            package = exporting.choose_layers(package, layer or ())
        if to == _POSTGIS:
            address = url or os.environ.get(URL_VARIABLE, "")
            paths, losses = [], _into_database(package, address, schema, chosen)
        else:
            folder = out or Path("spatialplan-out") / package.path.stem / f"export-{to}"
            done = exporting.export(package, to, folder, lang=chosen, encoding=text, crs=reference)
            paths, losses = list(done.paths), done.losses
    _tell(paths, losses, as_json=as_json, lang=chosen)


def _checked_encoding(to: str, encoding: str | None) -> str:
    """Return the encoding as Python names it; a usage error for one that cannot be."""
    if to not in _IDS:
        raise typer.BadParameter(
            f"没有格式“{to}”；可选：{'、'.join(_IDS)} / unknown format", param_hint="--to"
        )
    if encoding is None:
        return _ENCODINGS.get(to, "utf-8")
    if to not in _ENCODINGS:
        raise typer.BadParameter(
            "只有 shp 和 csv 能选编码 / only shp and csv have a choice", param_hint="--encoding"
        )
    given = encoding.lower()
    if given not in {"utf-8", "gbk"}:
        raise typer.BadParameter(
            f"“{encoding}”：只能是 utf-8 或 gbk / use utf-8 or gbk", param_hint="--encoding"
        )
    return given if given == "gbk" else _ENCODINGS[to]


def _checked_crs(to: str, code: str | None) -> CRS | None:
    """Return the CRS asked for; a usage error for one that is unknown or that the format lacks."""
    if code is None:
        return None
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    from spatialplan.exchange.formats import FORMATS

    try:
        crs = CRS.from_user_input(code)
    except CRSError:
        raise typer.BadParameter(
            f"不认识坐标系“{code}”；请写成 EPSG:4547 这样 / unknown CRS", param_hint="--crs"
        ) from None
    fixed = FORMATS[to].fixed_crs if to in FORMATS else ""
    if to == _POSTGIS or (fixed and crs.to_epsg() != int(fixed.removeprefix("EPSG:"))):
        kept = fixed or "数据原有的坐标系 / that of the data"
        raise typer.BadParameter(
            f"{to} 的坐标系固定为 {kept}，不能改 / the CRS is fixed", param_hint="--crs"
        )
    if to == "dxf" and not crs.is_projected:
        raise typer.BadParameter(
            "DXF 要用以米为单位的投影坐标系，如 EPSG:4547 / DXF needs a CRS in metres",
            param_hint="--crs",
        )
    return crs


def _check_database(to: str, given: dict[str, object]) -> None:
    """Refuse the options of a database with files, and those of files with a database."""
    wrong = ("--out",) if to == _POSTGIS else ("--url", "--schema")
    for option in wrong:
        if given[option] is not None:
            raise typer.BadParameter(
                f"{option} 不能与 --to {to} 同用 / not with --to {to}", param_hint=option
            )
    if to == _POSTGIS and not (given["--url"] or os.environ.get(URL_VARIABLE)):
        raise typer.BadParameter(
            f"请用 --url 或环境变量 {URL_VARIABLE} 给出数据库地址 / give its address",
            param_hint="--url",
        )


def _into_database(package: Package, url: str, schema: str | None, lang: Lang) -> tuple[Loss, ...]:
    """Write into the database and tell what is there now."""
    from spatialplan.exchange import postgis

    home, count = schema or package.path.stem, len(package.tables)
    losses = postgis.write_postgis(package, url, schema=home)
    said = f"模式“{home}”：写入 {count} 个表" if lang == "zh" else f"schema {home}: {count} tables"
    print_lines([said])
    return losses


def _tell(paths: Sequence[Path], losses: Sequence[Loss], *, as_json: bool, lang: Lang) -> None:
    from spatialplan.exchange.guide import line_of

    print_lines(line_of(loss, lang) for loss in losses)
    if as_json:
        told = [
            {"table": x.table, "column": x.column, "count": x.count, "zh": x.zh, "en": x.en}
            for x in losses
        ]
        print_json({"paths": [str(path) for path in paths], "losses": told})
        return
    for path in paths:
        typer.echo(str(path))
