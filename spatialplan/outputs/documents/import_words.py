"""Words and colours of the documents that tell what became of an imported table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from spatialplan.model.table import ImportedTable, ImportResult, Meaning, RosterMatch, RowState
from spatialplan.model.village import Village
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = [
    "MATCH",
    "MEANINGS",
    "NOTES",
    "OWN_COLUMNS",
    "OWN_SHEETS",
    "joined",
    "roster_lines",
    "state_symbols",
    "table_lines",
    "village_name",
]

Line = tuple[str, str]
_ROAD_CAP_M = 3000.0  # distances to roads are looked up to here and told as this beyond

# Columns and sheets that the marked copy adds. Readers of tables give them no meaning, so that the
# copy can be corrected and imported again.
NOTES = Text("问题与处理", "Problems and repairs")
MATCH = Text("匹配的村", "Matched village")
OWN_COLUMNS = (
    Text("行状态", "Row state"),
    NOTES,
    Text("采用经度", "Longitude used"),
    Text("采用纬度", "Latitude used"),
    MATCH,
)
OWN_SHEETS: Mapping[str, Text] = MappingProxyType(
    {"notes": Text("导入说明", "Import notes"), "missing": Text("缺失的村", "Missing villages")}
)
MEANINGS: Mapping[Meaning, Text] = MappingProxyType(
    {
        Meaning.NAME: Text("名称", "name"),
        Meaning.CODE: Text("区划代码", "division code"),
        Meaning.OLD_NAME: Text("旧名", "old name"),
        Meaning.VILLAGE: Text("行政村", "village"),
        Meaning.TOWNSHIP: Text("乡镇街道", "township"),
        Meaning.DISTRICT: Text("县市区", "district"),
        Meaning.LON: Text("经度", "longitude"),
        Meaning.LAT: Text("纬度", "latitude"),
        Meaning.X: Text("X 坐标", "x"),
        Meaning.Y: Text("Y 坐标", "y"),
        Meaning.LONLAT: Text("经纬度", "longitude and latitude"),
        Meaning.DATUM: Text("坐标系", "datum"),
        Meaning.ACCURACY: Text("精度", "accuracy"),
        Meaning.POPULATION: Text("人口", "population"),
        Meaning.HOUSEHOLDS: Text("户数", "households"),
        Meaning.CAPACITY: Text("容量", "capacity"),
        Meaning.TIER: Text("级别", "tier"),
        Meaning.PARENT: Text("隶属站点", "parent"),
        Meaning.OPENED: Text("开通日期", "opened"),
        Meaning.CLOSED: Text("停用日期", "closed"),
    }
)
# Each state looks like the state of a claim or evidence that it is closest to, with its own sign.
_STATES = {
    RowState.ACCEPTED: (Text("采用", "Accepted"), "✓", "states", "holds"),
    RowState.REPAIRED: (Text("修正后采用", "Repaired"), "✎", "evidence", "probable"),
    RowState.DOUBTFUL: (Text("存疑，请核对", "Doubtful"), "?", "states", "uncertain"),
    RowState.REJECTED: (Text("位置不能用", "Rejected"), "✗", "states", "fails"),
}


def state_symbols() -> dict[RowState, Symbol]:
    """Return sign, label and colour of each row state, the colours of the shared style."""
    style = read_style()
    return {
        state: Symbol(label=label, sign=sign, color=getattr(style, vocabulary)[key].color)
        for state, (label, sign, vocabulary, key) in _STATES.items()
    }


def joined(notes: Sequence[Text], lang: Lang) -> str:
    """Return notes as one text."""
    return ("；" if lang == "zh" else "; ").join(note.say(lang) for note in notes)


def village_name(code: str, villages: Mapping[str, Village]) -> str:
    """Return a matched village as readers know it, its code where the roster is not given."""
    village = villages.get(code)
    return f"{village.name}（{village.township}）{code}" if village else code


def table_lines(table: ImportedTable, lang: Lang) -> list[Line]:
    """Return how a sheet was read: header, columns, counts, datum with scores, rows put aside."""
    read, raw = table.read, table.read.raw
    header = [str(raw.numbers[at]) for at in read.header]
    columns = [
        f"{MEANINGS[meaning].say(lang)} ← {read.columns[at] or _ordinal(at, lang)}"
        for meaning, at in sorted(read.meanings.items(), key=lambda item: item[1])
    ]
    lines = [
        (Text("表", "Sheet"), table.place),
        (Text("表头所在行", "Header in row"), "、".join(header) or _none(lang)),
        (Text("认出的列", "Columns found"), "，".join(columns) or _none(lang)),
        (Text("数据行", "Data rows"), _counts(table, lang)),
        (Text("坐标系", "Datum"), table.datum.said.say(lang)),
        *[
            (Text("　判别得分", "　score"), _score(table, at, lang))
            for at in range(len(table.datum.scores))
        ],
        *[(Text("读取时的说明", "Reader's note"), note.say(lang)) for note in raw.notes],
        *[
            (Text("未当作数据的行", "Row put aside"), _aside(raw.numbers[at], why, lang))
            for at, why in sorted(read.aside.items())
        ],
    ]
    return [(heading.say(lang), text) for heading, text in lines]


def roster_lines(result: ImportResult, lang: Lang) -> list[Line]:
    """Return what the tables say of the roster together; nothing without a roster."""
    match = result.roster
    if match is None:
        return []
    matched = len(set(match.village) - {""})
    lines = [
        (Text("名录中已有行的村", "Villages with a row"), str(matched)),
        (Text("名录中缺失的村", "Villages without a row"), str(len(match.missing))),
        (Text("对不上名录的行", "Rows of no village"), _rows(result, match.unknown)),
        (Text("分不清是哪个村的行", "Rows of several villages"), _rows(result, _unclear(match))),
    ]
    lines += [
        (Text("同一个村有几行", "Rows of one village"), f"{code}: {_rows(result, rows)}")
        for code, rows in match.twice.items()
    ]
    return [(heading.say(lang), text) for heading, text in lines]


def _unclear(match: RosterMatch) -> list[int]:
    unknown = set(match.unknown)
    return [at for at, code in enumerate(match.village) if not code and at not in unknown]


def _rows(result: ImportResult, positions: Sequence[int]) -> str:
    """Return how many rows and which, as sheet and row number."""
    places = [f"{table.place} {row.number}" for table in result.tables for row in table.rows]
    said = "、".join(places[at] for at in positions)
    return f"{len(positions)}" + (f"：{said}" if said else "")


def _counts(table: ImportedTable, lang: Lang) -> str:
    states = Counter(row.state for row in table.rows)
    said = [
        f"{symbol.sign} {symbol.label.say(lang)} {states[state]}"
        for state, symbol in state_symbols().items()
    ]
    return f"{len(table.rows)}：" + "，".join(said)


def _score(table: ImportedTable, at: int, lang: Lang) -> str:
    score = table.datum.scores[at]
    share, road = f"{score.inside_share:.1%}", f"{score.road_median_m:.0f}"
    road = f"≥{road}" if score.road_median_m >= _ROAD_CAP_M else road
    label, points, value = score.label.say(lang), score.points, f"{score.score:.1f}"
    if lang == "zh":
        return f"{label}：{points} 个点，{share} 在所写县区内，离路中位数 {road} 米，得分 {value}"
    return f"{label}: {points} points, {share} in their district, {road} m to roads, score {value}"


def _aside(number: int, why: Text, lang: Lang) -> str:
    return f"第 {number} 行：{why.zh}" if lang == "zh" else f"row {number}: {why.en}"


def _ordinal(at: int, lang: Lang) -> str:
    return f"第 {at + 1} 列" if lang == "zh" else f"column {at + 1}"


def _none(lang: Lang) -> str:
    return "没有" if lang == "zh" else "none"
