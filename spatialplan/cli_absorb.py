"""Commands that bring features into a pack: absorb what QGIS edited, add-layer from any file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spatialplan.cli_shared import LangOption, as_lang, print_lines, reporting
from spatialplan.text import Lang

if TYPE_CHECKING:
    from spatialplan.editing.changes import Change
    from spatialplan.editing.package_rows import Told

__all__ = ["add_commands"]

PlanOption = Annotated[
    str, typer.Option("--plan", help="规划或数据包文件夹 / plan or pack folder", show_default=False)
]
ListOption = Annotated[
    Path | None, typer.Option("--out", help="变更清单文件 / list of changes (.toml)")
]
KINDS = {"moved": "移动或改形", "added": "新增", "edited": "改属性", "deleted": "删除"}


def add_commands(app: typer.Typer) -> None:
    """Add the commands that bring features into a pack."""
    app.command()(absorb)
    app.command(name="add-layer")(add_layer)


def absorb(
    plan: PlanOption,
    package: Annotated[
        Path | None, typer.Argument(help="在 QGIS 中编辑过的 GeoPackage / edited GeoPackage")
    ] = None,
    out: ListOption = None,
    accept: Annotated[
        Path | None, typer.Option("--accept", help="采纳已审阅的变更清单 / reviewed changes")
    ] = None,
    lang: LangOption = "zh",
) -> None:
    """把 QGIS 中的编辑列成清单供审阅；--accept 采纳。List edits made in QGIS; accept them."""
    chosen = as_lang(lang)
    if (package is None) == (accept is None):
        raise typer.BadParameter(
            "给出编辑过的 GeoPackage，或用 --accept 给出审阅过的清单，二者取一 / "
            "give the edited GeoPackage, or --accept with the reviewed list",
            param_hint="PACKAGE",
        )
    if accept is not None:
        _accept(accept, plan, chosen)
    elif package is not None:
        _list_edits(package, plan, out, chosen)


def _list_edits(package: Path, plan: str, out: Path | None, lang: Lang) -> None:
    from spatialplan.editing.absorbing import absorb_package
    from spatialplan.editing.changes import write_changes
    from spatialplan.io.plans import find_pack

    with reporting(lang):
        reading = absorb_package(package, find_pack(plan))
        target = out or Path(f"{reading.plan}_changes.toml")
        if reading.changes:
            write_changes(reading.changes, reading.plan, target)
    _tell(reading.changes, reading.told, lang)
    left = sum(one.rows for one in reading.told)
    zh = (f"读要素 {reading.rows} 行：未变 {reading.unchanged_rows}，"
          f"涉及变更 {reading.changed_rows}，未取 {left}")  # fmt: skip
    en = (f"{reading.rows} rows read: {reading.unchanged_rows} unchanged, "
          f"{reading.changed_rows} of changes, {left} not taken")  # fmt: skip
    print_lines([zh if lang == "zh" else en])
    _tell_next(len(reading.changes), target, plan, lang)


def _tell(changes: Sequence[Change], told: Sequence[Told], lang: Lang) -> None:
    """Print a line for each change and for each thing not taken."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    from spatialplan.editing.changes import describe
    from spatialplan.io.reviewed_files import one_line

    heads = ("变更", "编号", "内容") if lang == "zh" else ("Change", "Id", "What")
    table = Table()
    for head in heads:
        table.add_column(head, overflow="fold")
    for one in changes:
        kind = KINDS[one.kind] if lang == "zh" else str(one.kind)
        table.add_row(kind, Plain(one.id), Plain(one_line(describe(one).say(lang))))
    if changes:
        Console(stderr=True).print(table)
    colon = "：" if lang == "zh" else ": "
    print_lines(one_line(f"{one.where}{colon}{one.what.say(lang)}") for one in told)


def _tell_next(count: int, target: Path, plan: str, lang: Lang) -> None:
    if count == 0:
        print_lines(["没有可采纳的变更" if lang == "zh" else "no changes to take over"])
        return
    zh = (f"{count} 处变更写入清单；审阅、补齐必填项，把 accept 改为 true，"
          f"再运行 spatialplan absorb --accept {target} --plan {plan}")  # fmt: skip
    en = (f"{count} changes listed; review, fill in what is required, set accept to true, then "
          f"run spatialplan absorb --accept {target} --plan {plan}")  # fmt: skip
    print_lines([zh if lang == "zh" else en])
    typer.echo(str(target))


def _accept(path: Path, plan: str, lang: Lang) -> None:
    from spatialplan.editing.applying import apply_changes
    from spatialplan.io.plans import find_pack
    from spatialplan.io.proposals import refuse_embedded

    with reporting(lang):
        folder = find_pack(plan)
        refuse_embedded(folder)
        applied = apply_changes(path, folder)
    lines = []
    for one in applied:
        kind = KINDS[one.change.kind] if lang == "zh" else str(one.change.kind)
        done = "" if one.changed else ("（数据包已是如此）" if lang == "zh" else " (already so)")
        lines.append(f"{kind} {one.change.id} {one.change.name}{done}")
    changed = sum(one.changed for one in applied)
    if changed:
        zh = f"采纳 {changed} 处，已改写数据包；请重新运行 spatialplan run，再在新成果上编辑"
        en = f"{changed} changes taken over; run spatialplan run again before editing further"
    else:
        zh, en = "没有要采纳的变更，数据包未动", "nothing to take over, the pack is as it was"
    lines.append(zh if lang == "zh" else en)
    print_lines(lines)
    typer.echo(str(folder / "features.geojson"))


def add_layer(
    pack: Annotated[str, typer.Argument(help="规划或数据包文件夹 / plan or pack folder")],
    file: Annotated[Path, typer.Argument(help="矢量文件或表格 / vector file or table")],
    theme: Annotated[str, typer.Option("--theme", help="主题编号 / theme id")],
    kind: Annotated[str, typer.Option("--kind", help="要素类型 / kind of feature")],
    clause: Annotated[str, typer.Option("--clause", help="条款编号 / clause id")],
    source: Annotated[str, typer.Option("--source", help="数据来源 / where the data is from")],
    accuracy: Annotated[float, typer.Option("--accuracy", help="位置精度（米）/ accuracy in m")],
    layer: Annotated[
        str | None, typer.Option("--layer", help="图层或工作表 / layer, sheet")
    ] = None,
    name_column: Annotated[
        str | None, typer.Option("--name-column", help="名称列 / column of names")
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help="坐标系，如 EPSG:4526 / CRS of the file")
    ] = None,
    out: ListOption = None,
    lang: LangOption = "zh",
) -> None:
    """把矢量文件列成新增要素的清单，供审阅。List the features of a file as additions to a pack."""
    from spatialplan.editing.adding import Given, layer_changes
    from spatialplan.editing.changes import write_changes
    from spatialplan.io.plans import find_pack

    chosen = as_lang(lang)
    given = Given(
        theme=theme, kind=kind, clause=clause, source=source, accuracy_m=accuracy, layer=layer,
        name_column=name_column, crs=crs,
    )  # fmt: skip
    with reporting(chosen):
        added = layer_changes(file, find_pack(pack), given)
        target = out or Path(f"{added.plan}_changes.toml")
        if added.changes:
            write_changes(added.changes, added.plan, target)
    _tell(added.changes, added.told, chosen)
    left = sum(one.rows for one in added.told)
    zh = f"读 {added.rows} 行：新增 {len(added.changes)}，未取 {left}"
    en = f"{added.rows} rows read: {len(added.changes)} to be added, {left} not taken"
    print_lines([zh if chosen == "zh" else en])
    _tell_next(len(added.changes), target, pack, chosen)
