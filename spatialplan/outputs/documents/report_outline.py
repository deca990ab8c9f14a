"""The parts of a report in order, with the marks they carry: 一、二、 then 附录A, 附录B."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spatialplan.model.check_result import CheckResult
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs.documents import coverage_rows, coverage_words
from spatialplan.outputs.documents.report_words import words
from spatialplan.text import Lang

__all__ = ["Part", "chinese_number", "coverage_outline", "outline", "report_outline"]

_DIGITS = "零一二三四五六七八九"
_TEN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a report: its key, and its title with the mark before it."""

    key: str
    title: str
    appendix: bool = False


def chinese_number(number: int) -> str:
    """Return a number from 1 to 99 in Chinese.

    Examples
    --------
    >>> chinese_number(3), chinese_number(10), chinese_number(12), chinese_number(21)
    ('三', '十', '十二', '二十一')
    """
    tens, ones = divmod(number, _TEN)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def outline(
    main: Sequence[str], appendices: Sequence[str], titles: Mapping[str, str], lang: Lang
) -> dict[str, Part]:
    """Return the parts by key, numbered through the main part, lettered through the appendices.

    Examples
    --------
    >>> titles = {"answer": "结论", "clauses": "条款"}
    >>> print(*(part.title for part in outline(["answer"], ["clauses"], titles, "zh").values()))
    一、结论 附录A　条款
    """
    zh = lang == "zh"
    parts = {}
    for number, key in enumerate(main, start=1):
        mark = f"{chinese_number(number)}、" if zh else f"{number}. "
        parts[key] = Part(key=key, title=mark + titles[key])
    for number, key in enumerate(appendices):
        letter = chr(ord("A") + number)
        mark = f"附录{letter}　" if zh else f"Appendix {letter}. "
        parts[key] = Part(key=key, title=mark + titles[key], appendix=True)
    return parts


def report_outline(result: CheckResult, lang: Lang, *, evidence: bool = True) -> dict[str, Part]:
    """Return the parts of the report on a check; parts without content are left out.

    Parameters
    ----------
    evidence
        Whether an appendix tells what each verdict rests on.
    """
    concepts = ["concepts"] if result.profiles else []
    villages = ["villages_head"] if result.villages else []
    main = ["answer", *concepts, "attention", "causes_head", *villages, "method_head", "sources"]
    exhibits = ["exhibits"] if concepts else []
    mapped = ["map_head"] if result.evidence or result.network_issues else []
    whys = ["why"] if evidence else []
    appendices = ["all", *exhibits, *whys, "unlocated", *mapped, "clauses"]
    return outline(main, appendices, words(lang), lang)


def coverage_outline(result: CoverageResult, lang: Lang) -> dict[str, Part]:
    """Return the parts of the report on a coverage run; parts without content are left out."""
    change = ["change_head"] if result.change is not None else []
    access = ["access_head"] if coverage_rows.accessibility(result, lang) else []
    claims = ["claims_head"] if result.verdicts else []
    main = ["answer", "areas_head", "open_head", "chain_head", "loads_head", *change, *claims]
    appendices = [*access, "imports_head"]
    found = (*main, "supply_head", "method_head", "sources")
    return outline(found, appendices, coverage_words.words(lang), lang)
