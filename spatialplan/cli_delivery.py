"""Commands about village delivery points: coverage, site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from spatialplan.cli_given import (
    CandidatesOption,
    DayOption,
    HubsOption,
    StationsOption,
    VillagesOption,
    as_day,
    as_limits,
)
from spatialplan.cli_shared import (
    BasemapOption,
    DatumOption,
    DocxOption,
    JsonOption,
    LangOption,
    NoTokenOption,
    OutOption,
    PbfOption,
    ProjectedOption,
    TokenOption,
    as_lang,
    as_usage,
    print_json,
    print_lines,
    ready_token,
    reporting,
    warn_of_token,
)
from spatialplan.model.osm import Mode, ReadingChoice
from spatialplan.text import Lang, Text

__all__ = ["add_commands", "online_basemap"]

FAILED_CHECK = 3
PlanArgument = Annotated[str, typer.Argument(help="规划或数据包文件夹 / plan or pack folder")]
ModeOption = Annotated[
    Mode, typer.Option("--mode", help="出行方式（用 --pbf 时）/ mode of travel, with --pbf")
]

_STEPS = (
    Text("读取规划和路网", "Reading plan and roads"),
    Text("读取表格", "Reading the tables"),
)
_WRITING = Text("写出结果", "Writing the results")


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(coverage)
    app.command()(site)


@contextmanager
def _steps(lang: Lang, *steps: Text) -> Iterator[Callable[[int], None]]:
    """Show which step is under way."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(steps[0].say(lang), total=len(steps))
        yield lambda number: progress.update(
            bar, completed=number, description=steps[number].say(lang)
        )


def _choice(mode: Mode, pbf: Path | None) -> ReadingChoice:
    if pbf is None and mode is not Mode.DRIVE:
        raise typer.BadParameter(
            "内置路网只供驾车；--mode 需配 --pbf / --mode needs --pbf", param_hint="--mode"
        )
    return ReadingChoice(mode=mode)


def _leg_limit(text: str | None, hint: str) -> Any:
    return None if text is None else as_limits([text], hint)[0]


def online_basemap(name: str | None, token: str | None, lang: Lang, *, no_token: bool) -> Any:
    """Return the online basemap of the web map, None without one; warn when it holds a token."""
    from spatialplan.outputs.web.basemaps import choose_basemap

    with as_usage("--basemap"):
        chosen = choose_basemap(name, token, ready_token(), no_token=no_token)
    warn_of_token(chosen.token if chosen else "", lang)
    return chosen


def coverage(
    plan: PlanArgument,
    villages: VillagesOption = None,
    stations: StationsOption = None,
    hubs: HubsOption = None,
    limit: Annotated[
        list[str] | None, typer.Option("--limit", help="限值，可重复：15min、5km / limits")
    ] = None,
    station_limit: Annotated[
        str | None, typer.Option("--station-limit", help="村级点到乡镇站的限值 / point to station")
    ] = None,
    hub_limit: Annotated[
        str | None, typer.Option("--hub-limit", help="乡镇站到县级中心的限值 / station to hub")
    ] = None,
    allow_crossing: Annotated[
        bool, typer.Option("--allow-crossing", help="允许跨乡镇、跨县服务 / cross borders")
    ] = False,
    workday: Annotated[
        float | None,
        typer.Option("--workday", help="当日往返的工时（小时）/ working day, h", min=0),
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="情景文件 .toml：加站、撤站、封路 / what if")
    ] = None,
    as_of: DayOption = None,
    mode: ModeOption = Mode.DRIVE,
    pbf: PbfOption = None,
    datum: DatumOption = None,
    out: OutOption = None,
    basemap: BasemapOption = None,
    tianditu_token: TokenOption = None,
    no_token: NoTokenOption = False,
    docx: DocxOption = False,
    projected: ProjectedOption = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="有村未覆盖时以退出码 3 结束 / exit 3 if not covered")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """每个村是否被服务点覆盖、哪些没有、为什么。Which villages are covered, which not, and why."""
    from spatialplan.delivery.options import Options

    chosen = as_lang(lang)
    choice = _choice(mode, pbf)
    options = Options(
        limits=as_limits(limit or ["15min"], "--limit"),
        station_limit=_leg_limit(station_limit, "--station-limit"),
        hub_limit=_leg_limit(hub_limit, "--hub-limit"),
        allow_crossing=allow_crossing,
        workday_h=workday,
        day=as_day(as_of),
        mode=mode,
    )
    tables = (villages or [], stations or [], hubs or [])
    online = online_basemap(basemap, tianditu_token, chosen, no_token=no_token)
    beyond = {"online": online, "docx": docx, "projected": projected}
    with reporting(chosen):
        result, paths = _coverage(
            plan, tables, scenario, (pbf, choice, datum), options, (out, beyond, chosen)
        )
    states = _tell_coverage(result, paths, chosen, as_json=as_json)
    if strict and states["not_covered"]:
        raise typer.Exit(FAILED_CHECK)


def _tell_coverage(result: Any, paths: list[Path], lang: Lang, *, as_json: bool) -> Counter[str]:
    """Print the answer, and return how many villages of the roster are in each state."""
    from spatialplan.outputs import coverage_summary

    rostered = [village for village in result.villages if village.demand.on_roster]
    states = Counter(str(village.states[0]) for village in rostered)
    if as_json:
        print_json({"plan": result.plan.id, "limit": result.limits[0].key,
                    "villages": dict(states), "files": [str(path) for path in paths]})  # fmt: skip
    else:
        print_lines(coverage_summary.answer(result, lang))
        print_lines(coverage_summary.requests(result, lang))
        for path in paths:
            typer.echo(str(path))
    return states


def _coverage(
    plan: str,
    tables: tuple[list[Path], list[Path], list[Path]],
    scenario: Path | None,
    source: tuple[Path | None, ReadingChoice, str | None],
    options: Any,
    wanted: tuple[Path | None, dict[str, Any], Lang],
) -> tuple[Any, list[Path]]:
    """Load, measure and write, with progress on stderr."""
    from spatialplan import loading, writing
    from spatialplan.delivery.run import assess
    from spatialplan.delivery.scenarios import compare_scenario
    from spatialplan.importing.gather import gather
    from spatialplan.io.plans import find_pack, read_plan
    from spatialplan.io.scenarios import read_scenario

    pbf, choice, datum = source
    out, beyond, lang = wanted
    with _steps(lang, *_STEPS, Text("计算覆盖", "Measuring coverage"), _WRITING) as step:
        found = read_plan(find_pack(plan))
        what_if = read_scenario(scenario) if scenario is not None else None
        inputs = loading.load_inputs(found, pbf, choice)
        step(1)
        given = gather(inputs, *tables, datum)
        step(2)
        result = assess(found, inputs, given.demand, given.facilities, options, given.imports)
        if what_if is not None:
            result = compare_scenario(
                inputs, result, given.demand, given.facilities, options, what_if
            )
        step(3)
        folder = out if out is not None else Path("spatialplan-out") / found.id
        ground = loading.basemap(found, inputs)
        stamp = writing.time_stamp()
        paths = writing.write_coverage(
            result, ground, folder, stamp=stamp, lang=lang, wanted=writing.Wanted(**beyond)
        )
        return result, paths


def site(
    plan: PlanArgument,
    villages: VillagesOption = None,
    stations: StationsOption = None,
    candidates: CandidatesOption = None,
    objective: Annotated[
        str,
        typer.Option(
            "--objective", help="lscp 最少点、mclp 最多覆盖、pmedian 最省路程", metavar="MODEL"
        ),
    ] = "lscp",
    sites: Annotated[
        int | None, typer.Option("--sites", "-p", help="新建几个（mclp、pmedian）/ how many", min=1)
    ] = None,
    limit: Annotated[str, typer.Option("--limit", help="限值：15min、5km / limit")] = "15min",
    weighted: Annotated[
        bool, typer.Option("--population", help="按人口加权 / weigh by population")
    ] = False,
    capacity: Annotated[
        float | None, typer.Option("--capacity", help="每个新点的容量 / of a new site", min=0)
    ] = None,
    as_of: DayOption = None,
    mode: ModeOption = Mode.DRIVE,
    pbf: PbfOption = None,
    datum: DatumOption = None,
    out: OutOption = None,
    basemap: BasemapOption = None,
    tianditu_token: TokenOption = None,
    no_token: NoTokenOption = False,
    docx: DocxOption = False,
    projected: ProjectedOption = False,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """下一批点建在哪里：最少几个、建 p 个覆盖最多、总路程最省。Where the next points should go."""
    from spatialplan.delivery.sites import SitingOptions
    from spatialplan.outputs import siting_summary

    chosen = as_lang(lang)
    choice = _choice(mode, pbf)
    options = SitingOptions(
        objective=_objective(objective, sites),
        limit=as_limits([limit], "--limit")[0],
        p=sites,
        weighted=weighted,
        capacity=capacity,
    )
    tables = (villages or [], stations or [], candidates or [])
    day = as_day(as_of)
    online = online_basemap(basemap, tianditu_token, chosen, no_token=no_token)
    beyond = {"online": online, "docx": docx, "projected": projected}
    with reporting(chosen):
        result, paths = _site(
            plan, tables, (pbf, choice, datum), (options, day), (out, beyond, chosen)
        )
    if as_json:
        print_json({"plan": result.plan.id, "objective": str(result.objective),
                    "sites": len(result.sites), "covered_before": len(result.covered_before),
                    "covered_after": len(result.covered_after),
                    "unservable": len(result.unservable), "gap": result.selection.gap,
                    "files": [str(path) for path in paths]})  # fmt: skip
        return
    print_lines(siting_summary.answer(result, chosen))
    print_lines(note.say(chosen) for note in result.notes)
    for path in paths:
        typer.echo(str(path))


def _site(
    plan: str,
    tables: tuple[list[Path], list[Path], list[Path]],
    source: tuple[Path | None, ReadingChoice, str | None],
    asked: tuple[Any, date],
    wanted: tuple[Path | None, dict[str, Any], Lang],
) -> tuple[Any, list[Path]]:
    """Load, solve and write, with progress on stderr."""
    from spatialplan import loading, writing
    from spatialplan.delivery.sites import propose_sites
    from spatialplan.importing.gather import gather, read_candidates
    from spatialplan.io.plans import find_pack, read_plan

    villages, stations, candidates = tables
    pbf, choice, datum = source
    options, day = asked
    out, beyond, lang = wanted
    with _steps(lang, *_STEPS, Text("求解选址", "Solving the location model"), _WRITING) as step:
        found = read_plan(find_pack(plan))
        inputs = loading.load_inputs(found, pbf, choice)
        step(1)
        given = gather(inputs, villages, stations, [], datum)
        offered = read_candidates(inputs, candidates, datum) if candidates else None
        step(2)
        existing = [f for f in given.facilities if f.is_open(day)]
        result = propose_sites(
            found, inputs.network, given.demand, existing, offered, options,
            sources=inputs.sources, notes=inputs.notes,
        )  # fmt: skip
        step(3)
        folder = out if out is not None else Path("spatialplan-out") / found.id
        ground = loading.basemap(found, inputs)
        stamp = writing.time_stamp()
        paths = writing.write_siting(
            result, ground, folder, stamp=stamp, lang=lang, wanted=writing.Wanted(**beyond)
        )
        return result, paths


def _objective(text: str, sites: int | None) -> Any:
    from spatialplan.model.siting import Objective

    try:
        wanted = Objective(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}”：只能是 {'、'.join(Objective)} / one of these", param_hint="--objective"
        ) from None
    if (wanted is Objective.LSCP) == (sites is not None):
        raise typer.BadParameter(
            "mclp、pmedian 要给 --sites，lscp 不要 / mclp and pmedian need --sites, lscp does not",
            param_hint="--sites",
        )
    return wanted
