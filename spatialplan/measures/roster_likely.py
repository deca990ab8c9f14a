"""Rows that name no village outright: what they likely mean, as long as no other row means it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from spatialplan.measures import roster_names as names
from spatialplan.measures.roster_index import Roster
from spatialplan.measures.roster_read import Asked, Found, several
from spatialplan.text import Text

__all__ = ["settle", "shorter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likely:
    """A way to match a row that names no village outright: whom it may mean, and what to say."""

    how: Text
    fits: Callable[[Asked, int, Roster], bool]


def shorter(loose: str, town: int, roster: Roster) -> set[str]:
    """Return a name without ending, and without its township's name before it: 姜畲泉塘子."""
    stem = roster.places.stems[town]
    rest = loose.removeprefix(stem)
    return {loose, rest} if len(rest) >= 2 else {loose}


def _was_named(asked: Asked, at: int, roster: Roster) -> bool:
    name = roster.names[at]
    return any(one.core == name.core and one.kind in ("", name.kind) for one in asked.former)


def _is_loosely(asked: Asked, at: int, roster: Roster) -> bool:
    town = roster.places.town_of[at]
    ours = shorter(asked.name.loose, town, roster)
    return not ours.isdisjoint(shorter(roster.names[at].loose, town, roster))


def _is_misspelt(asked: Asked, at: int, roster: Roster) -> bool:
    return names.is_slip(asked.name.core, roster.names[at].core)


_WAYS = (
    _Likely(how=Text("按旧名", "by an old name"), fits=_was_named),
    _Likely(
        how=Text("村名相同，村、社区等后缀不同", "same name with another ending"), fits=_is_loosely
    ),
    _Likely(how=Text("村名相近，疑为笔误", "a similar name, perhaps a slip"), fits=_is_misspelt),
)


def settle(found: Sequence[Found], asked: Sequence[Asked], roster: Roster) -> list[Found]:
    """Match the rows left with what they likely mean, as long as nobody else does."""
    taken = {row.village for row in found if row.village >= 0}
    wanted = {
        at: _likely(row, taken, roster)
        for at, row in enumerate(asked)
        if found[at].village < 0 and not found[at].candidates and row.name.core
    }
    alone = _left_over(wanted, asked, taken, roster)
    settled = list(found)
    for at, likely in wanted.items():
        settled[at] = alone.get(at, likely or found[at])
    claims: dict[int, set[str]] = {}
    for at in wanted:
        if settled[at].village >= 0:
            claims.setdefault(settled[at].village, set()).add(asked[at].name.loose)
    for at in wanted:
        if len(claims.get(settled[at].village, ())) > 1:
            said = roster.say([settled[at].village])
            settled[at] = Found(
                how=Text(
                    f"有几行不同的村名都可能是 {said}；请核对",
                    f"rows of different names may all be {said}; check them",
                ),
                candidates=(settled[at].village,),
            )
    return settled


def _likely(asked: Asked, taken: set[int], roster: Roster) -> Found | None:
    """Return the one free village a row likely means, or several; None when there is none."""
    towns = asked.towns or roster.places.towns_before(asked.name.loose)
    inside, core = roster.inside(towns), asked.name.core
    for way in _WAYS:
        hits = [at for at in inside if way.fits(asked, at, roster)]
        if way.fits is _is_misspelt:
            hits = [at for at in hits if at not in taken]
        if len(hits) > 1:
            return several(hits, roster)
        if hits:
            said = roster.say(hits)
            if hits[0] in taken:
                return Found(
                    how=Text(f"名录中没有这个村；相近的 {said} 已有另一行",
                             f"the roster has no such village; {said} has a row of its own")
                )  # fmt: skip
            how = Text(f"{way.how.zh}：{said}", f"{way.how.en}: {said}")
            return Found(how=how, village=hits[0])
    return _hint([at for at in inside if names.is_near(core, roster.names[at].core)], roster)


def _hint(similar: Sequence[int], roster: Roster) -> Found | None:
    """Return no match that names similar villages, for the clerk to decide; None without any."""
    if not similar:
        return None
    said = roster.say(similar)
    return Found(
        how=Text(f"名录中没有这个村；该乡镇村名相近的有 {said}，是则改成名录的写法",
                 f"the roster has no such village; similar names in the township: {said}; "
                 "if one is meant, write it as the roster does")
    )  # fmt: skip


def _left_over(
    wanted: Mapping[int, Found | None],
    asked: Sequence[Asked],
    taken: set[int],
    roster: Roster,
) -> dict[int, Found]:
    """Match the only row and the only village left of a township when their names share half."""
    open_rows = {at: next(iter(asked[at].towns)) for at in wanted if len(asked[at].towns) == 1}
    rows = Counter(open_rows.values())
    matched: dict[int, Found] = {}
    for at, town in open_rows.items():
        free = [v for v in roster.members[town] if v not in taken]
        likely = wanted[at]
        if rows[town] != 1 or len(free) != 1 or (likely is not None and likely.village >= 0):
            continue
        if names.is_short_slip(asked[at].name.core, roster.names[free[0]].core):
            said = roster.say(free)
            how = Text(
                f"村名相近，且该乡镇只剩它没有行：{said}",
                f"a similar name, and the only village of the township without a row: {said}",
            )
            matched[at] = Found(how=how, village=free[0])
    return matched
