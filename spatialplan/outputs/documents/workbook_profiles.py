"""The sheets of the layout concepts: every finding in one table, then a sheet for each concept."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import profile_frames, wording
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet, Stack
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["answer_rows", "concept_sheets", "findings_sheets", "sheet_name"]

_LONGEST = 31  # characters of a sheet's name
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def findings_sheets(result: CheckResult, lang: Lang) -> list[Sheet]:
    """Return the table of all findings, one row each; none where the plan has no concepts."""
    if not result.profiles:
        return []
    frame = profile_frames.findings_frame(result, lang)
    units = [wording.unit_name(unit, lang) for unit in frame["unit"]]
    return [
        Sheet(
            name=Text("布局结构", "Layout concepts"),
            columns=(
                Column("concept_name", Text("布局结构", "Concept"), 24),
                Column("question", Text("问题", "Question"), 34),
                Column("answer", Text("回答", "Answer"), 60),
                Column("state", Text("结论", "Verdict"), 12, read_style().states),
                Column("value", Text("实测值", "Value"), 10, digits=2),
                Column("unit", Text("单位", "Unit"), 10),
                Column("claims", Text("相关论断", "Claims"), 28),
            ),
            frame=frame.assign(unit=units),
        )
    ]


def answer_rows(result: CheckResult, lang: Lang) -> list[tuple[str, str]]:
    """Return for the first sheet the answer to each concept, each under the same heading."""
    heading = Text("布局结构", "Concept").say(lang)
    colon = "：" if lang == "zh" else ": "
    return [
        (heading, concept.name.say(lang) + colon + profile.answer.say(lang))
        for concept, profile in profile_frames.pairs(result)
    ]


def concept_sheets(result: CheckResult, taken: Iterable[str], lang: Lang) -> list[Stack]:
    """Return a sheet for each concept that has tables; `taken` are the names of other sheets."""
    names = {name.lower() for name in taken}
    sheets = []
    for concept, profile in profile_frames.pairs(result):
        if not profile.exhibits:
            continue
        name = sheet_name(concept.name.say(lang), concept.id, names)
        names.add(name.lower())
        sheets.append(
            Stack(
                name=name,
                title=concept.name.say(lang),
                lead=profile.answer.say(lang),
                exhibits=profile.exhibits,
                notes=profile.notes,
            )
        )
    return sheets


def sheet_name(wanted: str, otherwise: str, taken: set[str]) -> str:
    """Return a name that Excel allows for a sheet and that no other sheet has.

    Parameters
    ----------
    otherwise
        The name where nothing of the wanted one is allowed.
    taken
        Names of other sheets in small letters; Excel does not tell capitals apart.

    Examples
    --------
    >>> sheet_name("[环线]: 一/二", "ring", {"要素"}), sheet_name("要素", "x", {"要素"})
    ('环线 一二', '要素 2')
    """
    plain = _FORBIDDEN.sub("", wording.shorten(wanted, 200)).strip(" '")
    base = plain or otherwise
    ends = ("" if number == 1 else f" {number}" for number in itertools.count(1))
    names = (base[: _LONGEST - len(end)].strip(" '") + end for end in ends)
    return next(name for name in names if name.lower() not in taken)
