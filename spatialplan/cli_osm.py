"""Commands about OpenStreetMap: fetch, refine, and ``osm`` info, clean, diff."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from spatialplan.cli_shared import JsonOption, LangOption, as_lang, print_json, reporting
from spatialplan.text import Lang, Text

__all__ = ["add_commands"]

osm = typer.Typer(help="OSM 数据：缓存与变化。OSM data: store and change.", no_args_is_help=True)
CacheOption = Annotated[Path | None, typer.Option("--cache", help="缓存文件夹 / cache folder")]
PlanArgument = Annotated[str, typer.Argument(help="规划或数据包文件夹 / plan or pack folder")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(fetch)
    app.command()(refine)
    app.add_typer(osm, name="osm")


def _say(lang: Lang, zh: str, en: str) -> None:
    typer.echo(zh if lang == "zh" else en, err=True)


@contextmanager
def _bar(title: Text, lang: Lang) -> Iterator[Any]:
    columns = (TextColumn(title.say(lang)), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def fetch(
    plan: PlanArgument,
    out: Annotated[Path | None, typer.Option("--out", help="写出的 .osm.pbf / file")] = None,
    url: Annotated[
        list[str] | None, typer.Option("--url", help="Overpass 地址，可重复作镜像 / API, mirrors")
    ] = None,
    tile_km: Annotated[float, typer.Option("--tile-km", help="分块边长 / tile size", min=1)] = 20.0,
    cache: CacheOption = None,
    lang: LangOption = "zh",
) -> None:
    """用 Overpass 分块下载规划区域，可中断续传，写成 .osm.pbf。Fetch a plan's area by Overpass."""
    from spatialplan import loading
    from spatialplan.files import ensure_folder
    from spatialplan.io.overpass import fetch_extract
    from spatialplan.io.overpass_client import Service
    from spatialplan.io.plans import find_pack, read_plan
    from spatialplan.io.store import default_cache

    chosen = as_lang(lang)
    with reporting(chosen):
        found = read_plan(find_pack(plan))
        target = out or Path(f"{found.id}.osm.pbf")
        ensure_folder(target.parent)
        service = Service(urls=tuple(url)) if url else Service()
        with _bar(Text("下载", "Fetching"), chosen) as progress:
            report = fetch_extract(
                loading.plan_area(found),
                target,
                cache=(cache or default_cache()) / "overpass",
                service=service,
                tile_km=tile_km,
                progress=progress,
            )
    _say(
        chosen,
        f"{report.tiles} 块，其中 {report.reused} 块来自缓存；"
        f"节点 {report.nodes}、路 {report.ways}、关系 {report.relations}"
        f"（{report.incomplete_relations} 个不全）；"
        f"数据时间 {report.oldest:%Y-%m-%d %H:%M}",
        f"{report.tiles} tiles, {report.reused} from the cache; {report.nodes} nodes, "
        f"{report.ways} ways, {report.relations} relations ({report.incomplete_relations} "
        f"incomplete); data of {report.oldest:%Y-%m-%d %H:%M}",
    )
    typer.echo(str(target))


def refine(
    plan: PlanArgument,
    pbf: Annotated[Path | None, typer.Option("--pbf", help="OSM 提取文件 / OSM extract")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="建议文件 / proposal file")] = None,
    accept: Annotated[
        Path | None, typer.Option("--accept", help="采纳已审阅的建议文件 / reviewed proposals")
    ] = None,
    lang: LangOption = "zh",
) -> None:
    """按 OSM 匹配提出更准的位置供审阅；--accept 采纳。Propose better places; accept them."""
    from spatialplan import loading, pipeline
    from spatialplan.io.plans import find_pack, read_plan
    from spatialplan.io.proposals import apply_proposals, refuse_embedded, write_proposals
    from spatialplan.settings import Settings

    chosen = as_lang(lang)
    with reporting(chosen):
        folder = find_pack(plan)
        if accept is not None:
            refuse_embedded(folder)
            applied = apply_proposals(accept, folder)
            for one in applied:
                _say(chosen, one.message.zh, one.message.en)
            changed = sum(one.changed for one in applied)
            _say(chosen, f"采纳 {changed} 处", f"{changed} places taken over")
            typer.echo(str(folder / "features.geojson"))
            return
        found = read_plan(folder)
        result = pipeline.check(found, loading.load_inputs(found, pbf), Settings(lang=chosen))
        target = out or Path(f"{found.id}_proposals.toml")
        count = write_proposals(result.evidence, found, target)
    if count == 0:
        _say(chosen, "没有更准的位置可建议", "no better place to propose")
        return
    _say(
        chosen,
        f"{count} 处建议；审阅后把 accept 改为 true，"
        f"再运行 spatialplan refine {plan} --accept {target}",
        f"{count} proposals; set accept to true where they are right, then run "
        f"spatialplan refine {plan} --accept {target}",
    )
    typer.echo(str(target))


@osm.command()
def info(cache: CacheOption = None, as_json: JsonOption = False, lang: LangOption = "zh") -> None:
    """列出缓存里读过的 OSM 数据。List what the store holds."""
    from spatialplan.io.store import default_cache, list_entries

    chosen = as_lang(lang)
    with reporting(chosen):
        entries = list_entries(cache or default_cache())
    if as_json:
        print_json(
            [
                {"source": e.source, "timestamp": e.timestamp, "mode": e.mode, "bounds": e.bounds,
                 "rows": dict(e.rows), "counts": dict(e.counts), "size_mb": round(e.size_mb, 2),
                 "created": e.created.isoformat(), "version": e.version}
                for e in entries
            ]
        )  # fmt: skip
        return
    for e in entries:
        west, south, east, north = e.bounds
        rows = "、".join(f"{key} {value}" for key, value in e.rows.items())
        typer.echo(
            f"{e.source}  {e.timestamp}  {e.mode}  {west:.2f}–{east:.2f}°E "
            f"{south:.2f}–{north:.2f}°N  {e.size_mb:.1f} MB  {rows}"
        )
    _say(chosen, f"共 {len(entries)} 份", f"{len(entries)} entries")


@osm.command()
def clean(
    days: Annotated[
        int | None, typer.Option("--days", help="只删多少天未用的 / unused for days", min=0)
    ] = None,
    cache: CacheOption = None,
    lang: LangOption = "zh",
) -> None:
    """清除缓存。Remove what the store holds."""
    from spatialplan.io import store

    chosen = as_lang(lang)
    with reporting(chosen):
        older = None if days is None else timedelta(days=days)
        freed = store.clean(cache or store.default_cache(), older)
    _say(chosen, f"释放 {freed / 1e6:.1f} MB", f"{freed / 1e6:.1f} MB freed")


@osm.command()
def diff(
    old: Annotated[Path, typer.Argument(help="旧文件 / older extract")],
    new: Annotated[Path, typer.Argument(help="新文件 / newer extract")],
    plan: Annotated[
        str | None, typer.Option("--plan", help="只比规划区域，并重核其论断 / area and claims of")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="写出 GeoPackage / write a file")
    ] = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """比较两份 OSM：道路开闭改级、设施增减、结论变化。Compare two extracts for a plan."""
    from spatialplan import comparing
    from spatialplan.io.plans import find_pack, read_plan

    chosen = as_lang(lang)
    with reporting(chosen):
        found = None if plan is None else read_plan(find_pack(plan))
        change, verdicts = comparing.compare_extracts(found, old, new, cache)
        if out is not None:
            comparing.write_change(change, verdicts, out)
    rows = [
        {"claim": v.claim_id, "old": v.old_state, "new": v.new_state,
         "old_value": v.old_value, "new_value": v.new_value, "unit": v.unit}
        for v in verdicts
    ]  # fmt: skip
    if as_json:
        print_json({"summary": dict(change.summary), "verdicts": rows})
        return
    for key, value in change.summary.items():
        typer.echo(f"{key}\t{value:g}")
    turned = [row for row in rows if row["old"] != row["new"]]
    for row in turned:
        typer.echo(f"{row['claim']}\t{row['old']} → {row['new']}", err=True)
    for row in (row for row in rows if row not in turned):
        typer.echo(
            f"{row['claim']}\t{row['old_value']} → {row['new_value']} {row['unit']}", err=True
        )
    _say(
        chosen,
        f"结论改变 {len(turned)} 条，数值变化 {len(rows) - len(turned)} 条",
        f"{len(turned)} verdicts turned, {len(rows) - len(turned)} values moved",
    )
    if out is not None:
        typer.echo(str(out))
