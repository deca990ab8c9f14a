"""Commands about verdicts: every claim, the story of one, and what changed between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spatialplan.cli_shared import (
    JsonOption,
    LangOption,
    PbfOption,
    as_lang,
    print_json,
    reporting,
)
from spatialplan.settings import Settings

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(claims)
    app.command()(compare)


def claims(
    plan: Annotated[
        str, typer.Argument(help="规划：xiangtan、yiyang 或数据包文件夹 / plan or pack")
    ],
    why: Annotated[
        list[str] | None,
        typer.Option("--why", help="讲清一条论断的来龙去脉，可重复 / the whole story of a claim"),
    ] = None,
    pbf: PbfOption = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="无路网处用直线×绕行系数估算并标明 / mark estimates")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """列出全部论断：判断方法、参数及出处、结论；--why 讲清一条。List every claim; tell one."""
    from spatialplan import loading, pipeline
    from spatialplan.io.plans import find_pack, read_plan
    from spatialplan.outputs import claim_words
    from spatialplan.outputs.documents.result_json import verdict_values

    chosen = as_lang(lang)
    with reporting(chosen):
        found = read_plan(find_pack(plan))
        ids = [claim.id for claim in found.claims]
        for claim_id in why or ():
            if claim_id not in ids:
                raise typer.BadParameter(_unknown(claim_id, ids, found.id), param_hint="--why")
        inputs, settings = loading.load_inputs(found, pbf), Settings(lang=chosen, estimate=estimate)
        if why:
            told = pipeline.explain_claims(found, inputs, settings, why)
            if as_json:
                print_json([claim_words.explanation_values(one, chosen) for one in told])
                return
            lines = [line for one in told for line in (*claim_words.story_lines(one, chosen), "")]
        else:
            result = pipeline.check(found, inputs, settings)
            if as_json:
                print_json(
                    [verdict_values(v, found.claim(v.claim_id), chosen) for v in result.verdicts]
                )
                return
            lines = list(claim_words.claim_lines(result, chosen))
    for line in lines:
        typer.echo(line)


def _unknown(claim_id: str, ids: list[str], plan_id: str) -> str:
    import difflib

    near = "、".join(difflib.get_close_matches(claim_id, ids, n=3, cutoff=0.4))
    hint = f"，是否指 {near}" if near else f"；用 spatialplan claims {plan_id} 列出全部"
    return f"没有论断“{claim_id}”{hint} / no such claim"


def compare(
    old: Annotated[Path, typer.Argument(help="先前的 result.json / the earlier run")],
    new: Annotated[Path, typer.Argument(help="后来的 result.json / the later run")],
    as_json: JsonOption = False,
    lang: LangOption = "zh",
) -> None:
    """比较两次核查：哪些结论变了、为什么（规划、数据、设置、版本）。What changed, and why."""
    from spatialplan.io.results import read_result
    from spatialplan.measures.run_change import compare_runs
    from spatialplan.outputs import run_change_words

    chosen = as_lang(lang)
    with reporting(chosen):
        change = compare_runs(read_result(old), read_result(new))
    if as_json:
        print_json(run_change_words.change_values(change, chosen))
        return
    for line in run_change_words.change_lines(change, chosen):
        typer.echo(line)
