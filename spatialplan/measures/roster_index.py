"""The official roster, indexed: its villages by code and name, its townships and districts.

Townships are found with or without 镇, 乡, 街道…, also at the beginning of a village's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spatialplan.measures import roster_names as names
from spatialplan.measures.name_words import strip_rank
from spatialplan.model.village import Village

__all__ = ["Lead", "Places", "Roster"]

_TOWN = re.compile(
    r"(?:街道办事处|街道办|街道|办事处|管理处"
    r"|(?:(?:土家|维吾尔|蒙古|回|苗|瑶|侗|白|壮|满|畲)族)?(?:民族)?乡|镇"
    r"|(?:经济|产业)?开发区|产业园地区|地区)$"
)
_GOVERNMENT = re.compile(r"(?:人民政府|政府)$")
_SHOWN = 3  # villages that a sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What stands before a village's name: townships, districts, whether a place is unknown."""

    rest: str
    towns: frozenset[int] = frozenset()
    districts: frozenset[str] = frozenset()
    foreign: bool = False


class Places:
    """The townships and districts of a roster, found by name.

    A township is a position in `towns`, a pair of district code and name.
    """

    def __init__(self, villages: Sequence[Village]) -> None:
        self.towns = sorted({(v.district_code, v.township) for v in villages})
        position = {town: at for at, town in enumerate(self.towns)}
        self.town_of = [position[v.district_code, v.township] for v in villages]
        self.stems = [_stem(names.plain_form(name)) for _, name in self.towns]
        self._by_code: dict[str, set[int]] = {}
        for village, town in zip(villages, self.town_of, strict=True):
            self._by_code.setdefault(village.code[:9], set()).add(town)
        self._full: dict[str, set[int]] = {}
        self._stem: dict[str, set[int]] = {}
        for at, (_, name) in enumerate(self.towns):
            self._full.setdefault(names.plain_form(name), set()).add(at)
            self._stem.setdefault(self.stems[at], set()).add(at)
        self._districts = {names.plain_form(v.district): v.district_code for v in villages}
        self._town_lead = _lead(self._full)
        self._district_lead = _lead(self._districts)

    def towns_named(self, text: str) -> frozenset[int]:
        """Return the townships a text names; several where 镇, 乡… is left out or has changed."""
        form = _GOVERNMENT.sub("", names.plain_form(text))
        found = self._full.get(form) or self._stem.get(_stem(form))
        if not found and (match := self._town_lead.fullmatch(form + "村")):
            found = self._full[match["place"]]
        if not found and (match := self._district_lead.fullmatch(form)):
            found = self._stem.get(_stem(match["rest"]))
        return frozenset(found or ())

    def towns_coded(self, digits: str) -> frozenset[int]:
        """Return the township of a code of 9 digits or more."""
        return frozenset(self._by_code.get(digits[:9], ()) if len(digits) >= 9 else ())

    def split_name(self, form: str) -> Lead:
        """Read the places that stand before a village's name, larger places first.

        Examples
        --------
        >>> village = Village(
        ...     code="430302101203", name="泉塘子村委会", township="姜畲镇", district="雨湖区",
        ...     district_code="430302", lon=None, lat=None, accuracy_m=None, source="",
        ... )
        >>> Places([village]).split_name("雨湖区姜畲镇泉塘子村").rest
        '泉塘子村'
        """
        lead = Lead(rest=form)
        while match := self._town_lead.fullmatch(lead.rest) or self._district_lead.fullmatch(
            lead.rest
        ):
            place, rest = match["place"], match["rest"]
            if not names.read_village_name(rest).core:
                break
            lead = Lead(
                rest=rest,
                towns=lead.towns or frozenset(self._full.get(place, ())),
                districts=lead.districts
                or frozenset({*filter(None, [self._districts.get(place)])}),
                foreign=lead.foreign or self.is_foreign(_last_place(match["before"] or "")),
            )
        return lead

    def towns_before(self, core: str) -> frozenset[int]:
        """Return the townships whose name without 镇, 乡… a core begins with."""
        return frozenset(
            at for at, stem in enumerate(self.stems)
            if core.startswith(stem) and len(core) >= len(stem) + 2
        )  # fmt: skip

    def districts_named(self, text: str, digits: str) -> frozenset[str]:
        """Return the codes of the districts a text or code names; none where that is unclear."""
        form = names.plain_form(text)
        found = {code for name, code in self._districts.items() if form.endswith(name)}
        if not found and form and form[-1] not in "市县":  # 湘潭市 is not 湘潭县
            stem = strip_rank(form)
            found = {c for name, c in self._districts.items() if len(stem) >= 2 and stem in name}
            found = found if len(found) == 1 else set()
        if not found and digits[:6] in self._districts.values():
            found = {digits[:6]}
        return frozenset(found)

    def is_foreign(self, district: str) -> bool:
        """Whether a stated district is none of the roster's and no larger place of theirs."""
        stem = strip_rank(names.plain_form(district))
        return stem != "" and not any(stem in name for name in self._districts)


def _stem(form: str) -> str:
    """Return a township's name without its rank; names of one character stay whole."""
    stem = _TOWN.sub("", form)
    return stem if len(stem) >= 2 else form


def _last_place(text: str) -> str:
    """Return the smallest of the places that a text strings together."""
    places = re.findall(r"[^省市县区州]+[省市县区州]", text)
    return places[-1] if places else ""


def _lead(places: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of a place before a name, larger places before it allowed."""
    longest_first = sorted(places, key=lambda name: (-len(name), name))
    known = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"(?P<before>.{{1,24}}?[省市县区州])??(?P<place>{known})(?P<rest>.+)")


class Roster:
    """The roster, with the positions of its villages by code and by name."""

    def __init__(self, villages: Sequence[Village]) -> None:
        self.villages = villages
        self.places = Places(villages)
        self.names = [
            names.read_village_name(self.places.split_name(names.plain_form(v.name)).rest)
            for v in villages
        ]
        self.by_code = {village.code: at for at, village in enumerate(villages)}
        self.members: dict[int, list[int]] = {}
        self._by_name: dict[tuple[str, str], list[int]] = {}
        self._by_core: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            self.members.setdefault(self.places.town_of[at], []).append(at)
            self._by_name.setdefault((name.core, name.kind), []).append(at)
            self._by_core.setdefault(name.core, []).append(at)

    def named(self, name: names.VillageName) -> list[int]:
        """Return the villages with a name; without an ending, those of any kind."""
        if not name.kind:
            return self._by_core.get(name.core, [])
        return self._by_name.get((name.core, name.kind), [])

    def inside(self, towns: frozenset[int]) -> list[int]:
        """Return the villages of some townships."""
        return [at for town in sorted(towns) for at in self.members[town]]

    def say(self, positions: Iterable[int]) -> str:
        """Return villages as readers know them, at most three."""
        shown = sorted(positions, key=lambda at: self.villages[at].code)
        said = [f"{self.villages[at].name}（{self.villages[at].township}）" for at in shown]
        return "、".join(said[:_SHOWN]) + ("…" if len(said) > _SHOWN else "")
