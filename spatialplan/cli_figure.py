"""The command that draws one figure: a map, a chart, a strip, as PNG, SVG or PDF."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from spatialplan.cli_given import (
    CandidatesOption,
    DayOption,
    HubsOption,
    StationsOption,
    VillagesOption,
    as_day,
    as_limits,
)
from spatialplan.cli_shared import DatumOption, LangOption, PbfOption, as_lang, reporting
from spatialplan.settings import Settings
from spatialplan.text import Lang, Text

__all__ = ["add_commands"]

FORMATS, PAPERS = ("png", "svg", "pdf"), ("A4", "A3", "A1")
LEAST_DPI, MOST_DPI = 50, 1200
FIGURES = {
    "overview": Text("总览图", "overview map"),
    "scorecard": Text("核查结果条形图", "verdicts by theme as bars"),
    "ring": Text("环线展开图", "the ring unrolled"),
    "concept": Text("布局结构图，用 --concept 指明哪一个", "map of a layout concept: --concept"),
    "coverage": Text("分乡镇覆盖率图，要给 --villages", "coverage by township: --villages"),
    "trade-off": Text("新增站点数与覆盖曲线，要给 --villages", "new sites, coverage: --villages"),
}
_TABLES = {  # what the figures of villages are drawn from
    "coverage": ("--villages", "--stations", "--hubs"),
    "trade-off": ("--villages", "--stations", "--candidates"),
}
_DRAWING = Text("正在画图……", "Drawing…")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What a figure of villages is made from."""

    villages: list[Path]
    stations: list[Path]
    hubs: list[Path]
    candidates: list[Path]
    limit: Any
    sites: int | None
    day: date
    datum: str | None


_OutFile = Annotated[
    Path | None,
    typer.Option("--out", help="图的文件名，按后缀定格式：图.png、图.svg、图.pdf / file"),
]
_FormatOption = Annotated[
    str | None, typer.Option("--format", help="格式 / file format", metavar="png|svg|pdf")
]
_DpiOption = Annotated[
    int, typer.Option("--dpi", help="PNG 的分辨率 / of a PNG", min=LEAST_DPI, max=MOST_DPI)
]
_PaperOption = Annotated[
    str | None,
    typer.Option("--paper", help="纸张（横放）；地图默认 A4 / paper", metavar="A4|A3|A1"),
]
_ConceptOption = Annotated[
    str | None, typer.Option("--concept", help="布局结构的编号或名称 / id or name of a concept")
]


def add_commands(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(figure)


def figure(
    name: Annotated[
        str, typer.Argument(help="图名；写 list 列出全部 / which figure; list names them all")
    ],
    plan: Annotated[
        str, typer.Argument(help="规划：xiangtan、yiyang 或数据包文件夹 / plan or pack")
    ] = "",
    out: _OutFile = None,
    format_: _FormatOption = None,
    dpi: _DpiOption = 300,
    paper: _PaperOption = None,
    concept: _ConceptOption = None,
    villages: VillagesOption = None,
    stations: StationsOption = None,
    hubs: HubsOption = None,
    candidates: CandidatesOption = None,
    limit: Annotated[str, typer.Option("--limit", help="限值：15min、5km / limit")] = "15min",
    sites: Annotated[
        int | None, typer.Option("--sites", "-p", help="新建几个（曲线图）/ how many", min=1)
    ] = None,
    as_of: DayOption = None,
    datum: DatumOption = None,
    pbf: PbfOption = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="无路网处用直线×绕行系数估算并标明 / mark estimates")
    ] = False,
    lang: LangOption = "zh",
) -> None:
    """画一张图：总览、核查结果、环线展开、布局结构、覆盖率、选址曲线。Draw one figure."""
    from spatialplan import figuring, loading, writing

    chosen = as_lang(lang)
    with reporting(chosen):
        if name == "list":
            _print_list(plan, chosen)
            return
        found = _plan(name, plan)
        request = figuring.Request(
            name=name,
            concept=_concept(found, name, concept),
            form=figuring.Form(_form(out, format_)),
            dpi=dpi,
            paper=_paper(paper),
            lang=chosen,
            stamp=writing.time_stamp(),
        )
        given = _Given(
            villages=villages or [], stations=stations or [], hubs=hubs or [],
            candidates=candidates or [], limit=as_limits([limit], "--limit")[0],
            sites=sites, day=as_day(as_of), datum=datum,
        )  # fmt: skip
        _refuse_needless(name, given, estimate=estimate)
        figuring.require(found, request)
        with Console(stderr=True).status(_DRAWING.say(chosen)):
            inputs = loading.load_inputs(found, pbf)
            content = _drawn(
                found, inputs, request, given, Settings(lang=chosen, estimate=estimate)
            )
            path = figuring.write_figure(content, _target(out, figuring.file_name(found, request)))
    typer.echo(str(path))


def _print_list(plan: str, lang: Lang) -> None:
    """Print the figures there are, and the layout concepts of the plan."""
    from spatialplan.io.plans import find_pack, read_plan

    for name, label in FIGURES.items():
        typer.echo(f"{name:<10} {label.say(lang)}")
        if name == "concept" and plan:
            for concept in read_plan(find_pack(plan)).concepts:
                typer.echo(f"    --concept {concept.id:<18} {concept.name.say(lang)}")


def _plan(name: str, plan: str) -> Any:
    """Return the plan of a figure; a usage error where there is no such figure."""
    from spatialplan.io.plans import find_pack, read_plan

    if name not in FIGURES:
        near = difflib.get_close_matches(name, FIGURES, n=1, cutoff=0.5)
        hint = f"，是否指 {near[0]}" if near else ""
        raise typer.BadParameter(
            f"没有图“{name}”{hint}；可画：{'、'.join(FIGURES)} / no such figure",
            param_hint="NAME",
        )
    if not plan:
        raise typer.BadParameter(
            f"请写明规划，如 spatialplan figure {name} xiangtan / name a plan", param_hint="PLAN"
        )
    return read_plan(find_pack(plan))


def _concept(plan: Any, name: str, concept: str | None) -> str:
    """Return the id of the concept asked for, by id or name; empty for another figure."""
    if name != "concept":
        if concept is not None:
            raise typer.BadParameter(
                "只用于 figure concept / only for figure concept", param_hint="--concept"
            )
        return ""
    known: dict[str | None, str] = {
        key: c.id for c in plan.concepts for key in (c.name.zh, c.name.en, c.id)
    }
    if concept in known:
        return known[concept]
    listed = "、".join(f"{c.id}（{c.name.zh}）" for c in plan.concepts) or "无"
    said = "请指明画哪一个" if concept is None else f"没有布局结构“{concept}”"
    raise typer.BadParameter(
        f"{said}；规划“{plan.id}”有：{listed} / choose one of these", param_hint="--concept"
    )


def _form(out: Path | None, format_: str | None) -> str:
    """Return the format: that of the file's name, else the one asked for, else PNG."""
    ending = out.suffix[1:].lower() if out is not None else ""
    wanted = (format_ or "").lower()
    if format_ is not None and wanted not in FORMATS:
        raise typer.BadParameter(
            f"“{format_}”：只能是 png、svg、pdf / use one of these", param_hint="--format"
        )
    if wanted and ending in FORMATS and ending != wanted:
        raise typer.BadParameter(
            f"--out 的后缀是 {ending}，与 --format {wanted} 不一致 / the ending differs",
            param_hint="--format",
        )
    if ending and ending not in FORMATS and not wanted:
        raise typer.BadParameter(
            f"“{out}”：后缀只能是 png、svg、pdf / end the name so", param_hint="--out"
        )
    return ending if ending in FORMATS else wanted or "png"


def _target(out: Path | None, name: str) -> Path:
    """Return where the figure goes; a name without the ending of its format gets it."""
    if out is None:
        return Path("spatialplan-out") / name
    if out.is_dir():
        return out / name
    ending = Path(name).suffix
    return out if out.suffix.lower() == ending else out.with_name(out.name + ending)


def _paper(paper: str | None) -> str:
    if paper is None:
        return ""
    if paper.upper() not in PAPERS:
        raise typer.BadParameter(
            f"“{paper}”：只能是 {'、'.join(PAPERS)} / use one of these", param_hint="--paper"
        )
    return paper.upper()


def _refuse_needless(name: str, given: _Given, *, estimate: bool) -> None:
    """Refuse tables that the figure is not drawn from, and a figure of villages without any."""
    tables = {
        "--villages": given.villages,
        "--stations": given.stations,
        "--hubs": given.hubs,
        "--candidates": given.candidates,
    }
    used = _TABLES.get(name, ())
    needless = [option for option, paths in tables.items() if paths and option not in used]
    if name in _TABLES and estimate:
        raise typer.BadParameter(
            f"figure {name} 不用估算 / not for this figure", param_hint="--estimate"
        )
    if needless:
        raise typer.BadParameter(
            f"figure {name} 不用这些表 / not for this figure", param_hint="、".join(needless)
        )
    if name in _TABLES and not given.villages:
        raise typer.BadParameter(
            f"figure {name} 要给村级表，如 --villages 村表.xlsx / give the villages",
            param_hint="--villages",
        )


def _drawn(plan: Any, inputs: Any, request: Any, given: _Given, settings: Settings) -> bytes:
    """Compute what the figure shows and return the bytes of its file."""
    from spatialplan import figuring, loading, pipeline

    ground = loading.basemap(plan, inputs)
    if request.name == "coverage":
        return figuring.draw_coverage(_coverage(plan, inputs, given), ground, request)
    if request.name == "trade-off":
        return figuring.draw_siting(_siting(plan, inputs, given), request)
    result = pipeline.check(figuring.needed(plan, request), inputs, settings)
    return figuring.draw_check(result, ground, request)


def _coverage(plan: Any, inputs: Any, given: _Given) -> Any:
    from spatialplan.delivery.options import Options
    from spatialplan.delivery.run import assess
    from spatialplan.importing.gather import gather

    found = gather(inputs, given.villages, given.stations, given.hubs, given.datum)
    options = Options(limits=(given.limit,), day=given.day)
    return assess(plan, inputs, found.demand, found.facilities, options, found.imports)


def _siting(plan: Any, inputs: Any, given: _Given) -> Any:
    from spatialplan.delivery.sites import SitingOptions, propose_sites
    from spatialplan.importing.gather import gather, read_candidates
    from spatialplan.model.siting import Objective

    found = gather(inputs, given.villages, given.stations, [], given.datum)
    offered = read_candidates(inputs, given.candidates, given.datum) if given.candidates else None
    objective = Objective.LSCP if given.sites is None else Objective.MCLP
    return propose_sites(
        plan,
        inputs.network,
        found.demand,
        [facility for facility in found.facilities if facility.is_open(given.day)],
        offered,
        SitingOptions(objective=objective, limit=given.limit, p=given.sites),
        sources=inputs.sources,
        notes=inputs.notes,
    )
