"""The themes of a map: of each its title, its words, its layers from bottom to top, its view.

The web map and the QGIS project offer the same ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.model.check_result import CheckResult
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Demand, Tier
from spatialplan.model.plan import Concept, Kind, Status
from spatialplan.model.profile import Profile
from spatialplan.model.siting import SitingResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, siting_summary, summary, wording
from spatialplan.outputs.coverage_counts import counted, tally_chains
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.profile_frames import pairs
from spatialplan.outputs.style import ThemeSpec, read_themes
from spatialplan.text import Lang, Text

__all__ = [
    "Subject",
    "Theme",
    "check_themes",
    "check_words",
    "coverage_themes",
    "coverage_words",
    "siting_themes",
    "siting_words",
    "themes",
]

Box = tuple[float, float, float, float]
# Paragraphs by the word that a theme names in `text`.
Words = Mapping[str, Sequence[str]]

_FEATURES = Text(
    "规划要素共 {total} 个：已定位 {located} 个，约略位置 {approximate} 个（空心、虚线），"
    "未定位 {unlocated} 个（不画在图上，另有清单）。",
    "Of {total} plan features {located} are located, {approximate} approximate (hollow, dashed) "
    "and {unlocated} unlocated (not drawn, listed apart).",
)
_ISSUES = Text("路网疑点 {count} 处。", "Doubts about the roads: {count}.")
_EXTENT = Text(
    "路网数据只在 {west}—{east}、{south}—{north} 之间，以外一律“无数据”。",
    "Road data lie between {west} and {east}, {south} and {north} only; beyond is “no data”.",
)
_WITHIN = Text("{limit}内 {count} 个", "{count} within {limit}")
_COVERED = Text("共 {total} 个村，已覆盖：{said}。", "Covered of {total} villages: {said}.")
_COVERED_BEFORE = Text(
    "共 {total} 个村，情景之前已覆盖：{said}。",
    "Covered of {total} villages before the scenario: {said}.",
)
_OF_TIER = Text("{tier} {count} 个", "{tier} {count}")
_FACILITIES = Text(
    "参与计算的网点：{said}；未参与 {idle} 个。", "Took part: {said}; took no part: {idle}."
)
_PLACED = Text(
    "共 {total} 个村：{placed} 个有坐标，{bare} 个缺坐标（不画在图上，另有清单）。",
    "Of {total} villages {placed} have coordinates and {bare} have none (not drawn, listed apart).",
)
_UNSERVABLE = Text(
    "{count} 个村因缺坐标、缺路网或太远无法安排，原因逐村列出。",
    "For {count} villages no site can be found (no place, no roads, or too far); each has its "
    "reason.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One way to look at a map.

    Attributes
    ----------
    id
        Unique on the map, ASCII.
    text
        The paragraphs under the title.
    layers
        Ids of the layers that it shows, from the bottom to the top.
    box
        What it shows: west, south, east, north in degrees (WGS-84); None for the whole plan.
    """

    id: str
    title: str
    text: tuple[str, ...]
    layers: tuple[str, ...]
    box: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a page has to tell in its themes.

    Attributes
    ----------
    layers
        Those of the page from the bottom to the top.
    words
        Paragraphs by the word that a theme names in `text`.
    concepts
        The layout concepts with their profiles, in the plan's order.
    theme_of
        The plan's theme of each feature.
    """

    layers: Sequence[Layer]
    words: Words
    concepts: Sequence[tuple[Concept, Profile]] = ()
    theme_of: Mapping[str, str] = field(default_factory=dict)


def check_themes(result: CheckResult, layers: Sequence[Layer], lang: Lang) -> list[Theme]:
    """Return the themes of a plan check; `layers` are those of the map."""
    subject = Subject(
        layers=layers,
        words=check_words(result, lang),
        concepts=tuple(pairs(result)),
        theme_of={feature.id: feature.theme for feature in result.features},
    )
    return themes("overview", subject, lang)


def coverage_themes(result: CoverageResult, layers: Sequence[Layer], lang: Lang) -> list[Theme]:
    """Return the themes of a coverage run; `layers` are those of the map."""
    subject = Subject(layers=layers, words=coverage_words(result, lang))
    return themes("coverage", subject, lang)


def siting_themes(result: SitingResult, layers: Sequence[Layer], lang: Lang) -> list[Theme]:
    """Return the themes of a siting run; `layers` are those of the map."""
    return themes("siting", Subject(layers=layers, words=siting_words(result, lang)), lang)


def themes(recipe_id: str, subject: Subject, lang: Lang) -> list[Theme]:
    """Return the themes of a map that have something to show, in the order they are offered.

    The first is what the page shows at first.
    """
    found: list[Theme] = []
    for spec in read_themes(recipe_id):
        if spec.family:
            mine = [pair for pair in subject.concepts if pair[0].family == spec.family]
            made = [_of_concept(spec, concept, profile, subject, lang) for concept, profile in mine]
        else:
            made = [_of_map(spec, subject, lang)]
        shown = [theme for theme in made if theme is not None]
        # a plan with two concepts of one family has two themes, which a link must tell apart
        found += [
            replace(theme, id=f"{spec.id}-{number}" if number > 1 else spec.id)
            for number, theme in enumerate(shown, start=1)
        ]
    return found


def _of_map(spec: ThemeSpec, subject: Subject, lang: Lang) -> Theme | None:
    if spec.needs and not _matching(spec.needs, subject.layers):
        return None
    if spec.layers is None:
        shown = [layer.id for layer in subject.layers if layer.visible]
    else:
        shown = _matching(spec.layers, subject.layers)
    return Theme(
        id=spec.id,
        title=spec.title.say(lang),
        text=tuple(subject.words[spec.text]),
        layers=tuple(shown),
        box=None,
    )


def _of_concept(
    spec: ThemeSpec, concept: Concept, profile: Profile, subject: Subject, lang: Lang
) -> Theme | None:
    """Return the theme of a layout concept under the plan's own name, None if it draws nothing."""
    if not _matching(_resolved(spec.needs, concept, subject), subject.layers):
        return None
    shown = _matching(_resolved(spec.layers or (), concept, subject), subject.layers)
    drawn = [layer for layer in subject.layers if layer.id in shown]
    return Theme(
        id=spec.id,
        title=concept.name.say(lang) or spec.title.say(lang),
        text=(profile.answer.say(lang),),
        layers=tuple(shown),
        box=_box(profile, drawn) if spec.view == "concept" else None,
    )


def _resolved(names: Sequence[str], concept: Concept, subject: Subject) -> list[str]:
    """Return the names with the concept's id, its theme, the themes of a role's features filled in.

    A role that the concept does not have names no layer.
    """
    values = {"{theme}": [concept.theme], "{concept}": [concept.id]}
    for role, features in concept.roles.items():
        values[f"{{{role}}}"] = [subject.theme_of[feature] for feature in features]
    found = []
    for name in names:
        blank = next((blank for blank in values if blank in name), "")
        found += [name.replace(blank, value) for value in values[blank]] if blank else [name]
    return found


def _matching(names: Sequence[str], layers: Sequence[Layer]) -> list[str]:
    """Return the ids of the layers of these names, in the order of the names."""
    found = [layer.id for name in names for layer in layers if name in _names(layer)]
    return list(dict.fromkeys(found))


def _names(layer: Layer) -> tuple[str, str]:
    """Return the two names of a layer: its own, and that of the whole that it is a part of."""
    return layer.id, layer.id.removesuffix(f"-{layer.value}") if layer.value else layer.id


def _box(profile: Profile, drawn: Sequence[Layer]) -> Box | None:
    """Return what a concept is about: its sketches and features, but what lies beyond the city."""
    shapes = [mark.geometry for mark in profile.marks]
    for layer in drawn:
        if layer.source == "features":
            near = layer.frame["kind"] != Kind.OUTWARD_TARGET
            shapes += list(layer.frame.geometry[near])
    return _bounds(shapes)


def _bounds(shapes: Iterable[BaseGeometry | None]) -> Box | None:
    found = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not found:
        return None
    west, south, east, north = map(float, shapely.total_bounds(found))
    return (west, south, east, north)


# ---- words ---------------------------------------------------------------------------------------


def check_words(result: CheckResult, lang: Lang) -> Words:
    """Return what the themes of a plan check say."""
    claims, *villages = summary.answer(result, lang)
    return {"claims": [claims], "villages": villages, "quality": _doubts(result, lang)}


def coverage_words(result: CoverageResult, lang: Lang) -> Words:
    """Return what the themes of a coverage run say, whatever limit is shown."""
    answers, limits = coverage_summary.answer(result, lang), len(result.limits)
    beyond = limits + (tally_chains(result) is not None)
    return {
        "villages": [_covered(result, lang)],
        "logistics": [_facilities(result, lang), *answers[limits:beyond]],
        "scenario": answers[beyond:],
        "quality": [
            _placed([village.demand for village in result.villages], lang),
            *_extent(result.network_extent, lang),
        ],
    }


def siting_words(result: SitingResult, lang: Lang) -> Words:
    """Return what the themes of a siting run say."""
    return {
        "siting": siting_summary.answer(result, lang)[-2:],
        "quality": [
            _placed(result.villages, lang),
            _UNSERVABLE.say(lang).format(count=len(result.unservable)),
        ],
    }


def _covered(result: CoverageResult, lang: Lang) -> str:
    """Return how many villages are covered within each limit, before a scenario if there is one."""
    villages = counted(result)
    covered = (
        sum(village.states[at] is VillageState.COVERED for village in villages)
        for at in range(len(result.limits))
    )
    said = (
        _WITHIN.say(lang).format(limit=limit.label.say(lang), count=count)
        for limit, count in zip(result.limits, covered, strict=True)
    )
    text = _COVERED if result.change is None else _COVERED_BEFORE
    listed = ("，" if lang == "zh" else ", ").join(said)
    return text.say(lang).format(total=len(villages), said=listed)


def _facilities(result: CoverageResult, lang: Lang) -> str:
    used = Counter(load.facility.tier for load in result.facilities if load.used)
    said = (
        _OF_TIER.say(lang).format(
            tier=coverage_summary.tier_name(tier, lang).lower(), count=used[tier]
        )
        for tier in Tier
        if used[tier]
    )
    idle = sum(not load.used for load in result.facilities)
    listed = ("、" if lang == "zh" else ", ").join(said) or wording.NOTHING
    return _FACILITIES.say(lang).format(said=listed, idle=idle)


def _placed(demands: Sequence[Demand], lang: Lang) -> str:
    placed = sum(demand.is_placed for demand in demands)
    return _PLACED.say(lang).format(total=len(demands), placed=placed, bare=len(demands) - placed)


def _doubts(result: CheckResult, lang: Lang) -> list[str]:
    """Return how many features have no exact place, how many roads are doubted, and the extent."""
    found = Counter(str(feature.status) for feature in result.features)
    counts = {str(status): found[str(status)] for status in Status}
    said = [_FEATURES.say(lang).format(total=len(result.features), **counts)]
    if result.network_issues:
        said.append(_ISSUES.say(lang).format(count=len(result.network_issues)))
    return said + _extent(result.network_extent, lang)


def _extent(extent: BaseGeometry, lang: Lang) -> list[str]:
    """Return the sentence on how far the roads reach; none without roads."""
    if extent.is_empty:
        return []
    west, south, east, north = extent.bounds
    said = _EXTENT.say(lang).format(
        west=_degrees(west, "EW"),
        east=_degrees(east, "EW"),
        south=_degrees(south, "NS"),
        north=_degrees(north, "NS"),
    )
    return [said]


def _degrees(value: float, signs: str) -> str:
    return f"{abs(value):.2f}°{signs[value < 0]}"
