"""What the page of a coverage run tells: villages, facilities, legs, change, in few bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import shapely

from spatialplan.model.coverage import Chain, CoverageResult, Leg, Service
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, wording
from spatialplan.outputs.coverage_layers import MEASURES, SCALES, change_frame
from spatialplan.outputs.style import read_style
from spatialplan.outputs.web import columns
from spatialplan.outputs.web import data as web_data
from spatialplan.text import Lang

__all__ = ["STATES", "told"]

# Any: JSON made of words, numbers, lists and dictionaries.
Json = dict[str, Any]

STATES = [str(state) for state in VillageState]
_WANTED = [
    VillageState.NOT_COVERED,
    VillageState.UNCERTAIN,
    VillageState.UNROUTABLE,
    VillageState.NO_DATA,
    VillageState.COVERED,
]


@dataclass(slots=True)
class _Book:
    """The numbers by which columns name sentences, paths, facilities and legs."""

    facilities: dict[str, int]
    names: dict[str, str]
    lang: Lang
    words: columns.Words = field(default_factory=columns.Words)
    paths: columns.Paths = field(default_factory=columns.Paths)
    legs: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def leg(self, leg: Leg) -> int:
        """Return the number of a leg; those from stations up are shared by many villages."""
        row = (
            self.words.number(self.names.get(leg.start, leg.start)),
            self.words.number(self.names.get(leg.end, leg.end)),
            str(leg.tier),
            columns.rounded(leg.time_min, 1),
            columns.rounded(leg.distance_m, 0),
            self.words.number(leg.limit.label.say(self.lang) if leg.limit else ""),
            STATES.index(leg.state),
            self.words.number(leg.cause.say(self.lang)),
            self.paths.number(leg.path),
        )
        return self.legs.setdefault(row, len(self.legs))


def told(result: CoverageResult, lang: Lang) -> Json:
    """Return all that is told of villages, facilities, areas and change."""
    loads = result.facilities
    names = {v.demand.id: v.demand.name for v in result.villages}
    names |= {load.facility.id: load.facility.name for load in loads}
    book = _Book({load.facility.id: at for at, load in enumerate(loads)}, names, lang)
    villages = _villages(result, book)
    said: Json = {
        "limits": [{"key": limit.key, "label": limit.label.say(lang)} for limit in result.limits],
        "deltaUnit": wording.unit_name(result.limits[0].unit, lang),
        "villages": villages,
        "facilities": _facilities(result, book),
        "access": _access(result, lang),
        "areas": [_areas(result, at, lang) for at in range(len(result.limits))],
        "change": _change(result, book),
        "claims": [_claim(result, at, lang) for at in range(len(result.verdicts))],
        "answers": _answers(result, lang),
        "requests": coverage_summary.requests(result, lang),
    }
    first = [at for at in villages["nearest_path"] if at is not None]
    paths, left = book.paths.encode(sorted(first, key=_need(result, villages)))
    notes = [note.say(lang) for note in result.notes]
    if left:
        notes.append(web_data.page_words(lang)["paths_left"].format(left=left, total=len(paths)))
    return said | {
        "legs": [list(row) for row in book.legs],
        "paths": paths,
        "words": book.words.said,
        "notes": notes,
    }


def _answers(result: CoverageResult, lang: Lang) -> Json:
    """Return the paragraphs of the answer: by limit, on the chain, on the scenario by limit."""
    paragraphs, count = coverage_summary.answer(result, lang), len(result.limits)
    rest = paragraphs[count:]
    split = len(rest) - (count if result.change else 0)
    return {"limits": paragraphs[:count], "chain": rest[:split], "change": rest[split:]}


def _need(result: CoverageResult, villages: Json) -> Callable[[int], int]:
    """Return the rank by which paths are kept: those of villages in doubt before the covered."""
    ranks: dict[int, int] = {}
    for village, path in zip(result.villages, villages["nearest_path"], strict=True):
        if path is not None:
            rank = min(_WANTED.index(state) for state in village.states)
            ranks[path] = min(rank, ranks.get(path, rank))
    return ranks.__getitem__


def _service(service: Service | None, book: _Book) -> list[Any] | None:
    if service is None:
        return None
    return [
        book.facilities[service.facility],
        columns.rounded(service.time_min, 1),
        columns.rounded(service.distance_m, 0),
        columns.rounded(service.delta, 1),
    ]


def _chain(chain: Chain | None, book: _Book) -> list[Any] | None:
    if chain is None:
        return None
    return [
        STATES.index(chain.state),
        chain.weakest,
        book.words.number(chain.cause.say(book.lang)),
        chain.parents_match,
        columns.rounded(chain.time_min, 1),
        columns.rounded(chain.distance_m, 0),
        columns.rounded(chain.round_trip_h, 2),
        chain.fits_workday,
        [book.leg(leg) for leg in chain.legs],
    ]


def _villages(result: CoverageResult, book: _Book) -> Json:
    villages, limits = result.villages, range(len(result.limits))
    return columns.places_of([v.demand for v in villages], book.words) | {
        # one figure per village, the place of its state among STATES
        "states": ["".join(str(STATES.index(v.states[at])) for v in villages) for at in limits],
        "causes": [
            [book.words.number(v.causes[at].say(book.lang)) for v in villages] for at in limits
        ],
        "nearest": [_service(v.nearest, book) for v in villages],
        "nearest_path": [
            book.paths.number(v.nearest.path) if v.nearest else None for v in villages
        ],
        "second": [_service(v.second, book) for v in villages],
        "chain": [_chain(v.chain, book) for v in villages],
    }


def _facilities(result: CoverageResult, book: _Book) -> Json:
    loads, words = result.facilities, book.words
    facilities = [load.facility for load in loads]
    return {
        "id": [f.id for f in facilities],
        "name": [f.name for f in facilities],
        "tier": [str(f.tier) for f in facilities],
        "township": [words.number(f.township) for f in facilities],
        "district": [words.number(f.district) for f in facilities],
        "used": [int(load.used) for load in loads],
        "cause": [words.number(load.cause.say(book.lang)) for load in loads],
        "villages": [load.villages for load in loads],
        "population": [columns.rounded(load.population, 0) for load in loads],
        "capacity": [columns.rounded(f.capacity, 0) for f in facilities],
        "residual": [columns.rounded(load.residual, 0) for load in loads],
        "opened": [f.opened.isoformat() if f.opened else "" for f in facilities],
        "closed": [f.closed.isoformat() if f.closed else "" for f in facilities],
        "origin": [words.number(f.origin) for f in facilities],
        "radius": [columns.rounded(f.accuracy_m, 0) for f in facilities],
        "at": [columns.place(f.lon, f.lat) for f in facilities],
    }


def _access(result: CoverageResult, lang: Lang) -> list[Json]:
    """Return the measures of accessibility that any village has, values by village."""
    found = []
    for measure, label in MEASURES.items():
        known = result.accessibility.reindex(
            index=[v.demand.id for v in result.villages], columns=[measure, f"{measure}_class"]
        )
        classes = known[f"{measure}_class"].fillna(-1).astype(int).tolist()
        if max(classes, default=-1) >= 0:
            values = [
                columns.significant(value, 4)
                for value in known[measure].astype(float) * SCALES[measure]
            ]
            found.append(
                {"id": measure, "label": label.say(lang), "values": values, "classes": classes}
            )
    return found


def _areas(result: CoverageResult, at: int, lang: Lang) -> list[list[Any]]:
    """Return name, district and counts of each district, its townships after it, then the whole.

    Rows that are not on the roster have a line of their own before the whole, which counts none of
    them.
    """
    districts = coverage_summary.tally_areas(result, at, "district")
    townships = coverage_summary.tally_areas(result, at, "township")[:-1]
    beyond = coverage_summary.tally_strangers(result, at)
    rows: list[list[Any]] = []
    for tally in districts:
        is_whole = tally is districts[-1]
        if is_whole and beyond is not None:
            name = web_data.page_words(lang)["off_roster"]
            rows.append(["off_roster", name, "", beyond.total, *beyond.counts.values()])
        level = "city" if is_whole else "district"
        rows.append([level, tally.name, tally.district, tally.total, *tally.counts.values()])
        members = [] if is_whole else [t for t in townships if t.district == tally.district]
        rows += [["township", t.name, t.district, t.total, *t.counts.values()] for t in members]
    return rows


def _claim(result: CoverageResult, at: int, lang: Lang) -> Json:
    verdict = result.verdicts[at]
    sentences = {claim.id: claim.sentence for claim in result.plan.claims}
    state = read_style().states[verdict.state]
    return {
        "sentence": sentences[verdict.claim_id],
        "label": state.label.say(lang),
        "color": state.color,
        "sign": state.sign,
        "measured": wording.measured(verdict.measure, lang),
        "threshold": wording.threshold(verdict.measure, lang),
        "cause": verdict.cause.say(lang),
        "change": verdict.would_change.say(lang),
    }


def _change(result: CoverageResult, book: _Book) -> Json | None:
    """Return title and steps of a scenario, counts before and after, and who is touched."""
    change = result.change
    if change is None:
        return None
    frame = change_frame(result, book.lang)
    limits = {limit.key: at for at, limit in enumerate(result.limits)}
    numbers = {v.demand.id: at for at, v in enumerate(result.villages)}
    touched = frame[frame["kind"] != "same"]
    fields = ("id", "limit", "before", "after", "cost_before", "cost_after", "kind")
    rows = [
        [numbers[key], limits[limit], before, after, columns.rounded(old, 1),
         columns.rounded(new, 1), kind]
        for key, limit, before, after, old, new, kind in zip(
            *(touched[name] for name in fields), strict=True
        )
    ]  # fmt: skip
    found = [coverage_summary.change_states(result, limit) for limit in result.limits]
    counts = [[[before[state], after[state]] for state in STATES] for before, after in found]
    shapes = change.marks.geometry.to_numpy()
    is_drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return {
        "title": change.title.say(book.lang),
        "steps": [step.say(book.lang) for step in change.steps],
        "marks": change.marks.loc[is_drawn, "label" if book.lang == "zh" else "label_en"].tolist(),
        "units": [wording.unit_name(limit.unit, book.lang) for limit in result.limits],
        "counts": counts,
        "rows": rows,
    }
