"""Commands about users' tables: import, template."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from spatialplan.cli_shared import (
    DatumOption,
    JsonOption,
    LangOption,
    OutOption,
    PbfOption,
    as_lang,
    print_json,
    print_lines,
    reporting,
)

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(name="import")(import_)
    app.command()(template)


def import_(
    files: Annotated[list[Path], typer.Argument(help="表格文件 / tables")],
    kind: Annotated[
        str, typer.Option("--kind", help="village 村、station 站点、hub 县级中心", metavar="KIND")
    ] = "village",
    pack: Annotated[
        str | None, typer.Option("--pack", help="规划；不给则按表中地名认 / plan")
    ] = None,
    datum: DatumOption = None,
    pbf: PbfOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """读入村、站点或县级中心的表：逐行判读、对名录，写出干净数据和标注表。Import tables."""
    from spatialplan import loading, writing
    from spatialplan.importing.guess import guess_plan
    from spatialplan.importing.run import import_tables
    from spatialplan.importing.said import said_of
    from spatialplan.io.plans import find_pack, read_plan

    chosen = as_lang(lang)
    wanted = _kind(kind)
    with reporting(chosen):
        found = read_plan(find_pack(pack or guess_plan(files)))
        inputs = loading.load_inputs(found, pbf)
        result = import_tables(files, wanted, inputs, datum=datum)
        folder = out if out is not None else Path("spatialplan-out") / found.id
        paths = writing.write_import(
            result, files, inputs.villages, folder, name=found.id, lang=chosen
        )
    if as_json:
        states = Counter(str(row.state) for row in result.rows)
        print_json({"plan": found.id, "kind": str(wanted), "rows": dict(states),
                    "files": [str(path) for path in paths]})  # fmt: skip
        return
    print_lines(said_of(result, inputs.villages, chosen))
    for path in paths:
        typer.echo(str(path))


def _kind(text: str) -> Any:
    from spatialplan.model.table import TableKind

    try:
        return TableKind(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}”：只能是 {'、'.join(TableKind)} / one of these", param_hint="--kind"
        ) from None


def template(
    kind: Annotated[str, typer.Argument(help="villages、stations 或 hubs / which table")],
    pack: Annotated[str, typer.Option("--pack", help="规划 / plan")] = "xiangtan",
    out: Annotated[Path | None, typer.Option("--out", help="写出的 .xlsx / file")] = None,
    lang: LangOption = "zh",
) -> None:
    """写出可填的 Excel 模板，选项来自名录。Write an Excel to fill, with lists of the roster."""
    from spatialplan.files import ensure_folder
    from spatialplan.io.base import read_villages
    from spatialplan.io.plans import find_pack, read_plan
    from spatialplan.outputs.documents.template import write_template

    chosen = as_lang(lang)
    wanted = _kind(kind.removesuffix("s"))
    with reporting(chosen):
        found = read_plan(find_pack(pack))
        roster = read_villages(found.adcode) if found.bounds is None else []
        path = out or Path(f"{found.id}_{kind}.xlsx")
        ensure_folder(path.parent)
        write_template(wanted, roster, path, chosen)
    typer.echo(str(path))
