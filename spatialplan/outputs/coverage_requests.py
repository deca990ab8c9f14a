"""What the reader can supply to get more villages judged: exactly, with numbers and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from spatialplan.model.coverage import CoverageResult, VillageService
from spatialplan.model.delivery import Tier
from spatialplan.model.table import ImportedRow, ImportedTable, Meaning, RowState, TableKind
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_causes
from spatialplan.outputs.coverage_causes import Cause
from spatialplan.text import Lang, Text

__all__ = ["requests"]

_PLACES = (Meaning.LON, Meaning.LAT, Meaning.X, Meaning.Y, Meaning.LONLAT)
_NAMES = 5  # named in a sentence; the tables have all
_NO_VILLAGES = Text(
    "未给村级点位表：请用 spatialplan template villages 生成带名录的空表，填好经纬度后"
    "以 --villages 给出",
    "no table of villages was given: spatialplan template villages writes one with the roster to "
    "fill in; give it with --villages",
)
_ABSENT = Text(
    "名录上有、表中没有的 {} 个村的坐标（{}）",
    "coordinates of {} villages that are on the roster and in no table ({})",
)
_UNREAD = Text(
    "表中有、但没有可用坐标的 {} 个村的坐标（{}），逐行原因见“导入情况”",
    "usable coordinates of {} villages that the tables name ({}); the import sheet says why, row "
    "by row",
)
_NO_STATIONS = Text(
    "未给站点表：请用 spatialplan template stations 生成空表，填好后以 --stations 给出；"
    "没有站点就无法判断任何村",
    "no table of stations was given: spatialplan template stations writes one to fill in; give it "
    "with --stations; without stations no village can be judged",
)
_NO_HUBS = Text(
    "要看三级链条全程，请以 --hubs 给出县级中心表",
    "for the whole three-tier chain, a table of county hubs with --hubs",
)
_STATIONS = Text(
    "{} 个没有坐标的站点的坐标（{}）", "coordinates of {} stations that have none ({})"
)
_ROADS = Text(
    "{} 个有坐标的村（{}）所在处的路网：请用 --pbf 给出更全的 OSM 提取文件",
    "roads around {} villages with coordinates ({}): give a fuller OSM extract with --pbf",
)
_CUT_OFF = Text(
    "{} 个无法路由的村（{}）：请核对坐标，或补画缺失的路段",
    "{} villages that cannot be routed ({}): check their coordinates, or map the missing roads",
)
_VAGUE = Text(
    "{} 个不确定的村（{}）更准确的坐标",
    "more exact coordinates of {} uncertain villages ({})",
)
_UNSEEN = Text(
    "{} 个村（{}）近处站点的坐标，或更全的路网（--pbf）：近处的站点无坐标、路网接不上或绕得离谱",
    "the places of stations near {} villages ({}), or fuller roads (--pbf): a station is near, but "
    "without a place, off the roads, or absurdly far on them",
)
_PEOPLE = Text(
    "{} 个村的人口数，有了才能按人口计算覆盖率",
    "the population of {} villages, to weigh coverage by people",
)
_DATUM = Text(
    "{} 的坐标系没有定论，请核实后用 --datum 指明",
    "the datum of {} is not settled; find out and tell it with --datum",
)
_CHECKS = {
    RowState.DOUBTFUL: Text(
        "核对导入表中存疑的 {} 行（见“导入情况”和加注的原表）",
        "a look at {} doubtful rows of the tables (import sheet and marked-up copy)",
    ),
    RowState.REJECTED: Text(
        "改正导入表中位置不能用的 {} 行（见“导入情况”和加注的原表）",
        "corrections of {} rows whose place cannot be used (import sheet and marked-up copy)",
    ),
}
_TWICE = Text(
    "核对表中重复出现的 {} 个村", "a look at {} villages that the tables name more than once"
)
_UNKNOWN = Text(
    "核对名录上找不到的 {} 行的村名、乡镇或编码",
    "names, townships or codes of {} rows that the roster does not know",
)


def requests(result: CoverageResult, lang: Lang = "zh") -> list[str]:
    """Return what to supply, what matters most first; empty when nothing is missing."""
    return [*_places(result, lang), *_facilities(result, lang), *_more(result, lang)]


def _districts(villages: Iterable[VillageService], lang: Lang) -> str:
    """Return how many villages lie in each district, in the order of the roster."""
    unknown = "未写县市区" if lang == "zh" else "no district"
    found = Counter(village.demand.district or unknown for village in villages)
    between = "、" if lang == "zh" else ", "
    return between.join(f"{name} {number}" for name, number in found.items())


def _by_district(text: Text, villages: Sequence[VillageService], lang: Lang) -> list[str]:
    if not villages:
        return []
    return [text.say(lang).format(len(villages), _districts(villages, lang))]


def _places(result: CoverageResult, lang: Lang) -> list[str]:
    unplaced = [village for village in result.villages if not village.demand.is_placed]
    given = any(found.kind is TableKind.VILLAGE for found in result.imports)
    said = [] if given or not unplaced else [_NO_VILLAGES.say(lang)]
    absent = [village for village in unplaced if not village.demand.origin]
    unread = [village for village in unplaced if village.demand.origin]
    return said + _by_district(_ABSENT, absent, lang) + _by_district(_UNREAD, unread, lang)


def _facilities(result: CoverageResult, lang: Lang) -> list[str]:
    facilities = [load.facility for load in result.facilities]
    if all(facility.tier is Tier.HUB for facility in facilities):
        return [_NO_STATIONS.say(lang)]
    said = []
    lost = [facility.name for facility in facilities if not facility.is_placed]
    if lost:
        between = "、" if lang == "zh" else ", "
        names = between.join(lost[:_NAMES]) + ("……" if len(lost) > _NAMES else "")
        said.append(_STATIONS.say(lang).format(len(lost), names))
    if all(facility.tier is not Tier.HUB for facility in facilities):
        said.append(_NO_HUBS.say(lang))
    return said


def _more(result: CoverageResult, lang: Lang) -> list[str]:
    """Return what lacks besides places: roads, accuracy, population, rows to look at."""
    by_limit = [coverage_causes.village_causes(result, at) for at in range(len(result.limits))]
    of = list(zip(result.villages, zip(*by_limit, strict=True), strict=True))
    roadless = [village for village, told in of if told[0] is Cause.NO_ROADS]
    cut_off = [v for v in result.villages if VillageState.UNROUTABLE in v.states]
    vague = [village for village, told in of if Cause.NEAR_LIMIT in told]
    unseen = [village for village, told in of if Cause.UNSEEN in told]
    nobody = sum(village.demand.population is None for village in result.villages)
    return [
        *_by_district(_ROADS, roadless, lang),
        *_by_district(_CUT_OFF, cut_off, lang),
        *_by_district(_VAGUE, vague, lang),
        *_by_district(_UNSEEN, unseen, lang),
        *_tables(result, lang),
        *([_PEOPLE.say(lang).format(nobody)] if nobody else []),
    ]


def _has_place(table: ImportedTable, row: ImportedRow) -> bool:
    """Return whether anything, good or bad, is written where the row's coordinates belong."""
    if row.lon is not None:
        return True
    meanings = table.read.meanings
    columns = [meanings[meaning] for meaning in _PLACES if meaning in meanings]
    return any(row.cells[at].strip() for at in columns if at < len(row.cells))


def _tables(result: CoverageResult, lang: Lang) -> list[str]:
    tables = [table for found in result.imports for table in found.tables]
    said = [
        _DATUM.say(lang).format(table.place)
        for table in tables
        if table.datum.decided_by == "none" and any(_has_place(table, row) for row in table.rows)
    ]
    # Cells left blank want no correction: their places are asked for above.
    rows = Counter(
        row.state
        for table in tables
        for row in table.rows
        if row.state is not RowState.REJECTED or _has_place(table, row)
    )
    rosters = [found.roster for found in result.imports if found.roster is not None]
    counted = (
        *((text, rows[state]) for state, text in _CHECKS.items()),
        (_TWICE, sum(len(roster.twice) for roster in rosters)),
        (_UNKNOWN, sum(len(roster.unknown) for roster in rosters)),
    )
    return said + [text.say(lang).format(number) for text, number in counted if number]
