"""The command line: parse, call, write. Result paths go to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from spatialplan import (
    __version__,
    cli_absorb,
    cli_claims,
    cli_delivery,
    cli_export,
    cli_figure,
    cli_osm,
    cli_tables,
)
from spatialplan.cli_shared import (
    BasemapOption,
    DocxOption,
    JsonOption,
    LangOption,
    NoTokenOption,
    ProjectedOption,
    TokenOption,
    as_lang,
    print_json,
    reporting,
)
from spatialplan.model.osm import Mode, ReadingChoice
from spatialplan.settings import Settings
from spatialplan.text import Lang, Text

__all__ = ["app", "main"]

USAGE, FAILED_CHECK, INTERRUPTED = 2, 3, 130
UsageError: type[Any] = typer.BadParameter.__mro__[1]  # typer does not export it by name

app = typer.Typer(
    help="城市空间规划：成数据、对路网核查、出图、交 QGIS。A city's spatial plan as data, checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console in GBK cannot print every sign
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        typer.echo(f"用法错误：{error.format_message()}；用 spatialplan --help 查看用法", err=True)
        sys.exit(USAGE)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("已中断 / interrupted", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"spatialplan {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="版本 / version"),
    ] = False,
) -> None:
    """城市空间规划核查工具。A checker of city plans."""


@app.command()
def run(
    plan: Annotated[
        str, typer.Argument(help="规划：xiangtan、yiyang 或数据包文件夹 / plan or pack")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="输出文件夹 / output folder")] = None,
    pbf: Annotated[
        Path | None, typer.Option("--pbf", help="OSM 提取文件 .osm.pbf，代替内置路网 / OSM extract")
    ] = None,
    mode: Annotated[
        Mode, typer.Option("--mode", help="出行方式（用 --pbf 时）/ mode of travel, with --pbf")
    ] = Mode.DRIVE,
    ferries: Annotated[
        bool, typer.Option("--ferries", help="轮渡算作道路（用 --pbf 时）/ ferries are roads")
    ] = False,
    no_tolls: Annotated[
        bool, typer.Option("--no-tolls", help="不走收费路（用 --pbf 时）/ avoid toll roads")
    ] = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="无路网处用直线×绕行系数估算并标明 / mark estimates")
    ] = False,
    basemap: BasemapOption = None,
    tianditu_token: TokenOption = None,
    no_token: NoTokenOption = False,
    docx: DocxOption = False,
    projected: ProjectedOption = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="有论断不成立时以退出码 3 结束 / exit 3 on a failed claim"),
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """核查一个规划并写出地图、QGIS 项目、表格和报告。Check a plan and write every output."""
    chosen = as_lang(lang)
    with reporting(chosen):
        if pbf is None and (mode is not Mode.DRIVE or ferries or no_tolls):
            raise typer.BadParameter(
                "内置路网只供驾车；--mode、--ferries、--no-tolls 需配 --pbf / these need --pbf",
                param_hint="--mode",
            )
        choice = ReadingChoice(mode=mode, ferries=ferries, tolls=not no_tolls)
        online = cli_delivery.online_basemap(basemap, tianditu_token, chosen, no_token=no_token)
        settings = Settings(lang=chosen, estimate=estimate)
        result, paths = _run(
            plan,
            out,
            {"online": online, "docx": docx, "projected": projected},
            (pbf, choice),
            settings,
        )
    if as_json:
        print_json(_summary(result, paths))
    else:
        _print_table(result, chosen)
        for path in paths:
            typer.echo(str(path))
    if strict and any(str(verdict.state) == "fails" for verdict in result.verdicts):
        raise typer.Exit(FAILED_CHECK)


def _run(
    plan_name: str,
    out: Path | None,
    wanted: dict[str, Any],
    source: tuple[Path | None, ReadingChoice],
    settings: Settings,
) -> tuple[Any, list[Path]]:
    """Load, check and write, with progress on stderr."""
    from spatialplan import loading, pipeline, writing
    from spatialplan.files import ensure_folder
    from spatialplan.io.plans import find_pack, read_plan

    lang = settings.lang
    steps = (
        Text("读取规划", "Reading the plan"),
        Text("读取路网", "Reading the roads"),
        Text("核查论断", "Checking the claims"),
        Text("写出结果", "Writing the results"),
    )
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(steps[0].say(lang), total=len(steps))

        def step(number: int) -> None:
            progress.update(bar, completed=number, description=steps[number].say(lang))

        plan = read_plan(find_pack(plan_name))
        folder = out if out is not None else Path("spatialplan-out") / plan.id
        ensure_folder(folder)
        step(1)
        inputs = loading.load_inputs(plan, *source)
        step(2)
        result = pipeline.check(
            plan,
            inputs,
            settings,
            lambda done, total: progress.update(bar, completed=2 + done / max(total, 1)),
        )
        step(3)
        ground = loading.basemap(plan, inputs)
        stamp = writing.time_stamp()
        paths = writing.write_outputs(
            result, ground, folder, stamp=stamp, lang=lang, wanted=writing.Wanted(**wanted)
        )
    return result, paths


def _summary(result: Any, paths: list[Path]) -> dict[str, Any]:
    return {
        "plan": result.plan.id,
        "version": result.version,
        "verdicts": dict(Counter(str(verdict.state) for verdict in result.verdicts)),
        "villages": dict(Counter(str(village.state) for village in result.villages)),
        "files": [str(path) for path in paths],
    }


def _print_table(result: Any, lang: Lang) -> None:
    """Print the verdicts by theme on stderr."""
    from spatialplan.model.verdict import State
    from spatialplan.outputs.style import read_style

    states = read_style().states
    table = Table(title=result.plan.title.say(lang))
    table.add_column("主题" if lang == "zh" else "Theme")
    for state in State:
        symbol = states[str(state)]
        table.add_column(f"{symbol.sign} {symbol.label.say(lang)}", justify="right")
    theme_of = {claim.id: claim.theme for claim in result.plan.claims}
    counts = Counter((theme_of[v.claim_id], v.state) for v in result.verdicts)
    for theme in result.plan.themes:
        row = [counts[theme.id, state] for state in State]
        if any(row):
            table.add_row(theme.name.say(lang), *(str(n) if n else "·" for n in row))
    totals = [sum(n for (_, s), n in counts.items() if s is state) for state in State]
    table.add_section()
    table.add_row("合计" if lang == "zh" else "Total", *map(str, totals))
    console = Console(stderr=True)
    console.print(table)
    located = sum(village.lon is not None for village in result.villages)
    total = len(result.villages)
    zh = f"行政村 {total} 个，{located} 个有坐标；村级覆盖要读入点位表：spatialplan coverage。"
    en = f"{total} villages, {located} with coordinates; for coverage see spatialplan coverage."
    console.print(zh if lang == "zh" else en, highlight=False)


@app.command()
def validate(
    pack: Annotated[str, typer.Argument(help="数据包名称或文件夹 / pack name or folder")],
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """列出数据包的所有问题：文件、编号、做法。List every problem of a pack at once."""
    from spatialplan.io.plans import find_pack, validate_pack

    chosen = as_lang(lang)
    with reporting(chosen):
        folder = find_pack(pack)
        problems = validate_pack(folder)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print_json(
            [
                {"severity": p.severity, "file": p.file, "id": p.id,
                 "what": p.what.say(chosen), "remedy": p.remedy.say(chosen)}
                for p in problems
            ]
        )  # fmt: skip
    else:
        words = {"error": Text("错误", "error"), "warning": Text("提示", "warning")}
        for problem in problems:
            typer.echo(f"{words[problem.severity].say(chosen)} {problem.say(chosen)}", err=True)
        zh = f"{folder.name}：{errors} 个错误，{len(problems) - errors} 个提示"
        en = f"{folder.name}: {errors} errors, {len(problems) - errors} warnings"
        typer.echo(zh if chosen == "zh" else en, err=True)
    if errors:
        raise typer.Exit(FAILED_CHECK)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="新数据包的文件夹，如 changsha / new folder")],
    lang: LangOption = "zh",
) -> None:
    """新建带注释、能通过校验的数据包骨架。Write a commented skeleton that validates."""
    from spatialplan.io.skeleton import write_skeleton

    with reporting(as_lang(lang)):
        for path in write_skeleton(folder):
            typer.echo(str(path))


cli_claims.add_commands(app)
cli_figure.add_commands(app)
cli_tables.add_commands(app)
cli_delivery.add_commands(app)
cli_export.add_commands(app)
cli_absorb.add_commands(app)
cli_osm.add_commands(app)
