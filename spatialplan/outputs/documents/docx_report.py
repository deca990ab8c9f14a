"""Write a `CheckResult` as a Word document: the answer on the first page, appendices last."""

from __future__ import annotations

from pathlib import Path

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.verdict import State
from spatialplan.outputs import summary
from spatialplan.outputs.documents import docx_claims, docx_concepts, docx_front, page, report_rows
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_tiles import Tile
from spatialplan.outputs.documents.report_outline import Part, report_outline
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.figures import figure
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_docx"]

_BESIDE_CONTENTS_MM = 70.0


def write_docx(
    result: CheckResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the report as a Word document; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.

    Raises
    ------
    OutputError
        When this machine has no CJK font for the figures, or the file cannot be written.
    """
    t = words(lang)
    title = result.plan.title.say(lang)
    paper = Paper(t, docx_front.head(result.plan, t["report"], lang), lang)
    parts = report_outline(result, lang, evidence=False)
    _write_front(paper, result, parts, stamp, lang)
    paper.figure(figure.scorecard_png(result, lang), t["scorecard"], most_mm=_BESIDE_CONTENTS_MM)
    paper.figure(figure.overview_png(result, basemap, lang), t["overview"])
    _write_main(paper, result, parts, lang)
    _write_appendices(paper, result, parts, lang)
    content = paper.to_bytes(title=f"{title} {t['report']}", stamp=stamp, version=result.version)
    files.write_bytes(path, content)


def _write_front(
    paper: Paper, result: CheckResult, parts: dict[str, Part], stamp: str, lang: Lang
) -> None:
    """Write the first page, which stands alone, and the contents."""
    t = words(lang)
    docx_front.write_title(paper, result.plan, t, stamp=stamp, version=result.version, lang=lang)
    paper.heading(parts["answer"].title)
    for sentence in summary.answer(result, lang):
        paper.write(sentence, "Lead")
    *themes, total = summary.tally_themes(result, lang)
    paper.tiles(
        [
            Tile(number=total.total, label=t["claims"], color="#1f3a5f"),
            *(
                Tile(
                    number=total.counts[key],
                    label=f"{symbol.sign} {symbol.label.say(lang)}",
                    color=symbol.color,
                )
                for key, symbol in read_style().states.items()
            ),
        ]
    )
    docx_front.write_supply(paper, t["supply"], summary.requests(result, lang))
    states = page.states(read_style().states, lang)
    paper.table(docx_claims.tally_grid(t["summary"], t["theme"], states, [*themes, total], t))
    paper.contents()


def _write_main(paper: Paper, result: CheckResult, parts: dict[str, Part], lang: Lang) -> None:
    t = words(lang)
    if "concepts" in parts:
        paper.heading(parts["concepts"].title)
        docx_concepts.write_concepts(paper, result, parts["exhibits"].title, lang)
    rows = report_rows.verdict_rows(result, lang)
    paper.heading(parts["attention"].title)
    attention = [row for row in rows if row["state"] in (State.FAILS, State.UNCERTAIN)]
    if attention:
        paper.table(docx_claims.why_grid(t["attention"], attention, t))
        paper.write(t["origin_note"], "Note")
    else:
        paper.write(t["none"])
    paper.heading(parts["causes_head"].title)
    docx_claims.write_causes(paper, result, lang)
    if "villages_head" in parts:
        paper.heading(parts["villages_head"].title)
        states = page.states(read_style().village_states, lang)
        tallies = summary.tally_villages(result, lang)
        paper.table(docx_claims.tally_grid(t["villages_table"], t["district"], states, tallies, t))
        paper.write(t["villages_note"], "Note")
    paper.heading(parts["method_head"].title)
    paper.write(t["states_note"])
    paper.write_list(note.say(lang) for note in result.notes)
    paper.heading(parts["sources"].title)
    paper.table(docx_front.sources_grid(page.sources(result.sources, lang), t))


def _write_appendices(
    paper: Paper, result: CheckResult, parts: dict[str, Part], lang: Lang
) -> None:
    t = words(lang)
    paper.heading(parts["all"].title, new_page=True)
    paper.table(docx_claims.all_grid(result, lang))
    if "exhibits" in parts:
        paper.lie_across(wide=True)
        paper.heading(parts["exhibits"].title)
        docx_concepts.write_exhibits(paper, result, lang)
        paper.lie_across(wide=False)
    paper.heading(parts["unlocated"].title)
    unlocated = report_rows.unlocated(result, lang)
    if unlocated:
        paper.table(docx_claims.unlocated_grid(unlocated, t))
    else:
        paper.write(t["none"])
    if "map_head" in parts:
        paper.heading(parts["map_head"].title)
        docx_claims.write_map_evidence(paper, result, lang)
    paper.heading(parts["clauses"].title)
    for group in report_rows.clauses(result):
        paper.heading(group["heading"], 3)
        for quote in group["quotes"]:
            paper.quote(quote["number"], f"“{quote['text']}”")
