"""Match the rows of a table with the official roster of villages: by code, name, township.

A row is matched when one village fits what it says; a row that fits several villages fits none.
What is only likely (other ending, old name, slip of the pen) is matched in a second pass, only
inside the township, only with villages that no row names outright, and is never certain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from spatialplan.measures import roster_names as names
from spatialplan.measures.roster_index import Roster
from spatialplan.measures.roster_likely import settle, shorter
from spatialplan.measures.roster_read import Asked, Found, RosterQuery, read_query, several, told
from spatialplan.model.table import RosterMatch
from spatialplan.model.village import Village
from spatialplan.text import Text

__all__ = ["RosterQuery", "match_roster"]

_ZONES = range(71, 80)  # fifth and sixth digit of development zones: land of other districts
_DEGREE_M = 111_195.0

_NOTHING = Found(how=Text("名录中没有这个村", "the roster has no such village"))


def match_roster(queries: Sequence[RosterQuery], villages: Sequence[Village]) -> RosterMatch:
    """Match rows with the roster; the order of rows and villages does not matter.

    A code decides unless the name contradicts it; a name decides inside its township, and in the
    whole roster only when it is the only one of its kind. Villages of the same name are told apart
    by township, district, then by location: the only one whose stated accuracy holds the point.

    Parameters
    ----------
    villages
        The roster; codes of 12 digits, each once.

    Examples
    --------
    >>> village = Village(
    ...     code="430302101203", name="泉塘子村委会", township="姜畲镇", district="雨湖区",
    ...     district_code="430302", lon=None, lat=None, accuracy_m=None, source="",
    ... )
    >>> match_roster([RosterQuery(name="姜畲镇泉塘子村")], [village]).village
    ('430302101203',)
    """
    roster = Roster(villages)
    asked = [read_query(query, roster) for query in queries]
    found = settle([_judge(row, roster) for row in asked], asked, roster)
    rows_of: dict[str, list[int]] = {}
    for at, row in enumerate(found):
        if row.village >= 0:
            rows_of.setdefault(villages[row.village].code, []).append(at)
    return RosterMatch(
        village=tuple(villages[row.village].code if row.village >= 0 else "" for row in found),
        how=tuple(told(row.how, said.remarks) for row, said in zip(found, asked, strict=True)),
        certain=tuple(row.certain for row in found),
        missing=tuple(village.code for village in villages if village.code not in rows_of),
        twice={code: tuple(rows) for code, rows in sorted(rows_of.items()) if len(rows) > 1},
        unknown=tuple(at for at, row in enumerate(found) if row.village < 0 and not row.candidates),
    )


def _judge(asked: Asked, roster: Roster) -> Found:
    by_name = _by_name(asked, roster)
    if asked.coded < 0:
        return by_name
    return _by_code(asked, by_name, roster)


def _by_name(asked: Asked, roster: Roster) -> Found:
    """Match by name: in the townships stated, else where the roster has the name only once."""
    if not asked.name.core:
        return Found(how=Text("没有村名", "the row has no village name"))
    hits = roster.named(asked.name)
    if asked.towns:
        near = [at for at in hits if roster.places.town_of[at] in asked.towns]
        return _in_township(asked, near, hits, roster)
    return _in_roster(asked, hits, roster)


def _in_township(asked: Asked, hits: list[int], elsewhere: list[int], roster: Roster) -> Found:
    if not hits and elsewhere:
        said = roster.say(elsewhere)
        return Found(
            how=Text(f"该乡镇名录中没有这个村；同名的有 {said}",
                     f"the township has no such village; of that name there is {said}")
        )  # fmt: skip
    if not hits:
        return _NOTHING
    kept = _in_districts(asked, hits, roster)
    doubt = asked.doubt or not kept
    chosen = kept or hits
    if len(chosen) > 1:
        same = names.plain_form(asked.query.name)
        exact = [at for at in chosen if names.plain_form(roster.villages[at].name) == same]
        chosen = exact or chosen
    if len(chosen) == 1:
        how = Text("按村名和乡镇", "by name and township")
        if not kept:
            how = told(how, (Text("县市区与名录不符", "the district disagrees with the roster"),))
        return Found(how=how, village=chosen[0], certain=not doubt)
    return _nearest(asked, chosen, roster)


def _in_roster(asked: Asked, hits: list[int], roster: Roster) -> Found:
    if not hits:
        return _NOTHING
    kept = _in_districts(asked, hits, roster)
    if not kept:
        said = roster.say(hits)
        return Found(
            how=Text(f"该县市区名录中没有这个村；同名的有 {said}",
                     f"the district has no such village; of that name there is {said}")
        )  # fmt: skip
    if len(kept) > 1:
        return _nearest(asked, kept, roster)
    if asked.lost and not _is_backed(asked, kept[0], roster):
        said = roster.say(kept)
        return Found(
            how=Text(f"名录中这个名字的只有 {said}，但所写的乡镇或县市区对不上，未采用",
                     f"of that name there is only {said}, but it is stated elsewhere: not used"),
            candidates=tuple(kept),
        )  # fmt: skip
    if len(hits) > 1:
        return Found(how=Text("同名的村按县市区区分", "namesakes told apart by district"),
                      village=kept[0])  # fmt: skip
    return Found(how=Text("只按村名：名录中仅此一个", "by name alone: the roster has one such"),
                  village=kept[0])  # fmt: skip


def _is_backed(asked: Asked, at: int, roster: Roster) -> bool:
    """Whether an unknown township is that of a village misspelt, or its district is stated."""
    stated = names.plain_form(asked.query.township)
    town = names.plain_form(roster.villages[at].township)
    return names.is_slip(stated, town) or roster.villages[at].district_code in asked.districts


def _in_districts(asked: Asked, hits: list[int], roster: Roster) -> list[int]:
    """Return the villages that may be in the stated districts; zones may be in any."""
    if not asked.districts:
        return hits
    codes = [roster.villages[at].district_code for at in hits]
    return [
        at for at, code in zip(hits, codes, strict=True)
        if code in asked.districts or (code[4:6].isdigit() and int(code[4:6]) in _ZONES)
    ]  # fmt: skip


def _nearest(asked: Asked, hits: list[int], roster: Roster) -> Found:
    """Tell namesakes apart by location: the only one that lies at the row's point."""
    at_point = [at for at in hits if _is_at(roster.villages[at], asked.query)]
    if len(at_point) == 1:
        return Found(how=Text("同名的村按位置区分", "namesakes told apart by location"),
                      village=at_point[0])  # fmt: skip
    return several(hits, roster)


def _is_at(village: Village, query: RosterQuery) -> bool:
    """Whether the point of a row lies within the accuracy of a village's place."""
    if village.lon is None or village.lat is None or village.accuracy_m is None:
        return False
    if query.lon is None or query.lat is None:
        return False
    across = (query.lon - village.lon) * math.cos(math.radians(village.lat))
    return math.hypot(across, query.lat - village.lat) * _DEGREE_M <= village.accuracy_m


def _by_code(asked: Asked, by_name: Found, roster: Roster) -> Found:
    """Match by code unless the name speaks against it."""
    coded = asked.coded
    home = not asked.towns or roster.places.town_of[coded] in asked.towns
    rivals = {*by_name.candidates, by_name.village} - {-1, coded}
    agrees = coded in (by_name.village, *by_name.candidates) or (
        not rivals and (not asked.name.core or _is_like(asked, coded, roster))
    )
    if agrees:
        how = Text("按编码", "by code")
        if not home:
            how = told(how, (_disagree(asked, roster),))
        return Found(how=how, village=coded, certain=home and not asked.doubt)
    said = _disagree(asked, roster)
    if by_name.certain:
        how = told(Text("按村名和乡镇", "by name and township"), (said,))
        return Found(how=how, village=by_name.village)
    if rivals or not home:
        return Found(how=said, candidates=tuple(sorted({coded, *rivals})))
    return Found(how=told(Text("按编码", "by code"), (said,)), village=coded)


def _is_like(asked: Asked, at: int, roster: Roster) -> bool:
    """Whether a village's name is the asked one but for its ending, a slip or an old name."""
    name = roster.names[at]
    return (
        name.loose in shorter(asked.name.loose, roster.places.town_of[at], roster)
        or names.is_slip(asked.name.core, name.core)
        or any(former.loose == name.loose for former in asked.former)
    )


def _disagree(asked: Asked, roster: Roster) -> Text:
    village = roster.villages[asked.coded]
    stated = f"{asked.query.township}{asked.query.name}"
    return Text(
        f"编码 {village.code} 是 {roster.say([asked.coded])}，表中写的是“{stated}”",
        f'the code {village.code} is {roster.say([asked.coded])}, the row says "{stated}"',
    )
