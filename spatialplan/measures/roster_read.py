"""What a row says of its village, read against the roster: name, townships, districts, code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spatialplan.measures import roster_names as names
from spatialplan.measures.roster_index import Roster
from spatialplan.text import Text

__all__ = ["Asked", "Found", "RosterQuery", "read_query", "several", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterQuery:
    """What a row says of its village; empty text and None where it says nothing (WGS-84)."""

    name: str
    code: str = ""
    old_name: str = ""
    township: str = ""
    district: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query as read: name, old names, townships and districts it may be in, code.

    `lost` when it states a township or district that the roster has not; `doubt` when what it
    states contradicts itself or the roster; `remarks` are for the reader.
    """

    query: RosterQuery
    name: names.VillageName
    former: tuple[names.VillageName, ...]
    towns: frozenset[int]
    districts: frozenset[str]
    coded: int
    lost: bool
    doubt: bool
    remarks: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a row was matched with: a position, or candidates that it cannot decide between."""

    how: Text
    village: int = -1
    certain: bool = False
    candidates: tuple[int, ...] = ()


def read_query(query: RosterQuery, roster: Roster) -> Asked:
    """Read what a row says; what it says twice of its township is laid over each other."""
    places = roster.places
    main, inner = names.split_brackets(query.name)
    lead = places.split_name(names.plain_form(main))
    towns = lead.towns
    for text in inner:
        towns = towns or places.towns_named(text)
    former = [form for text in inner for form in names.old_names(text, said=False)]
    former += names.old_names(query.old_name, said=True)
    code = names.read_code(query.code)
    column = places.towns_named(query.township)
    coded = roster.by_code.get(code.digits, -1)
    towns, clash = _overlaid(column, towns)
    if coded < 0:
        towns, other = _overlaid(towns, places.towns_coded(code.digits))
        clash = clash or other
    remarks = [*_code_remarks(query, code, coded)]
    if query.township.strip() and not column:
        remarks.append(
            Text(f"名录中没有“{query.township}”", f'the roster has no township "{query.township}"')
        )
    if clash:
        remarks.append(Text("所写的乡镇互相矛盾", "the townships it states contradict each other"))
    districts = lead.districts or places.districts_named(query.district, code.digits)
    foreign = lead.foreign or (not districts and places.is_foreign(query.district))
    if foreign:
        remarks.append(
            Text(f"县市区不在名录中{_quoted(query.district)}",
                 f"its district is not in the roster{_quoted(query.district)}")
        )  # fmt: skip
    return Asked(
        query=query, name=names.read_village_name(lead.rest),
        former=tuple(map(names.read_village_name, dict.fromkeys(former))),
        towns=towns, districts=districts, coded=coded, doubt=clash or foreign,
        lost=foreign or bool(query.township.strip() and not column), remarks=tuple(remarks),
    )  # fmt: skip


def _quoted(text: str) -> str:
    return f"：{text}" if text.strip() else ""


def _overlaid(a: frozenset[int], b: frozenset[int]) -> tuple[frozenset[int], bool]:
    """Return the townships that two statements allow, and whether they contradict each other."""
    if a and b and not a & b:
        return a | b, True
    return (a & b if a and b else a or b), False


def _code_remarks(query: RosterQuery, code: names.Code, coded: int) -> Iterator[Text]:
    if code.lost:
        yield Text(
            f"编码“{query.code}”不是完整的区划代码（可能被 Excel 改成了科学计数），未使用",
            f'the code "{query.code}" is no whole division code (rounded by Excel?): unused',
        )
    elif len(code.digits) == 12 and coded < 0:
        yield Text(f"名录中没有编码 {code.digits}", f"the roster has no code {code.digits}")


def several(hits: Iterable[int], roster: Roster) -> Found:
    """Return that a row fits several villages, so none."""
    hits = sorted(set(hits))
    said = roster.say(hits)
    return Found(
        how=Text(f"分不清是哪个村：{said}；请补充乡镇或编码",
                 f"cannot tell which village: {said}; add the township or the code"),
        candidates=tuple(hits),
    )  # fmt: skip


def told(how: Text, remarks: Iterable[Text]) -> Text:
    """Return a sentence with its remarks."""
    said = [how, *remarks]
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))
