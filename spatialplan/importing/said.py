"""Say on the command line what an import found: sheets, datum, rows by state, the roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from spatialplan.model.table import ImportedTable, ImportResult, RowState
from spatialplan.model.village import Village
from spatialplan.text import Lang, Text

__all__ = ["STATE_NAMES", "said_of"]

STATE_NAMES = {
    RowState.ACCEPTED: Text("采用", "accepted"),
    RowState.REPAIRED: Text("修正后采用", "repaired"),
    RowState.DOUBTFUL: Text("存疑", "doubtful"),
    RowState.REJECTED: Text("不能定位", "rejected"),
}
_SHOWN = 5


def said_of(result: ImportResult, villages: Sequence[Village], lang: Lang) -> list[str]:
    """Return the lines that tell an import: one or two per sheet, then the roster."""
    lines = [line for table in result.tables for line in _table_lines(table, lang)]
    roster = result.roster
    if roster is None:
        return lines
    names = {village.code: village.name for village in villages}
    found = len({code for code in roster.village if code})
    missing = [names.get(code, code) for code in roster.missing]
    zh = (
        f"名录 {len(villages)} 个村：表中有 {found} 个，缺 {len(missing)} 个，"
        f"重复 {len(roster.twice)} 个，名录外 {len(roster.unknown)} 行"
    )
    en = (
        f"Roster of {len(villages)} villages: {found} in the table, {len(missing)} missing, "
        f"{len(roster.twice)} twice, {len(roster.unknown)} rows not on it"
    )
    if missing:
        some = "、".join(missing[:_SHOWN])
        zh += f"（缺：{some}{'…' if len(missing) > _SHOWN else ''}）"
        en += f" (missing: {some}{' …' if len(missing) > _SHOWN else ''})"
    return [*lines, zh if lang == "zh" else en]


def _table_lines(table: ImportedTable, lang: Lang) -> list[str]:
    counts = Counter(row.state for row in table.rows)
    states = "，".join(
        f"{STATE_NAMES[state].say(lang)} {counts[state]}" for state in RowState if counts[state]
    )
    aside = len(table.read.aside)
    zh = f"{table.place}：{len(table.rows)} 行数据（{states}），另有 {aside} 行不是数据"
    en = f"{table.place}: {len(table.rows)} data rows ({states}), {aside} other rows"
    notes = [note.say(lang) for note in table.read.raw.notes]
    return [zh if lang == "zh" else en, *(f"  {n}" for n in [table.datum.said.say(lang), *notes])]
