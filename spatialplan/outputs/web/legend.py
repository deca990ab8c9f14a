"""The legend of the web map: every entry there can be; the page shows those of visible layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spatialplan.outputs.style import Style, Symbol
from spatialplan.outputs.web import style as web_style
from spatialplan.outputs.web.style import FORMS, Form, Options
from spatialplan.text import Lang, Text

__all__ = ["LegendEntry", "basemap_entries", "legend", "village_entries"]

_BASEMAP_ORDER = ("roads", "rails", "water", "districts", "places")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """One line of the legend: under which heading, which words, which swatch."""

    id: str
    section: str
    label: str
    form: Form
    style: Options


def legend(style: Style, words: Mapping[str, str], lang: Lang) -> list[LegendEntry]:
    """Return every entry of the style, in the order in which a legend lists them."""
    return [
        *_sketches(style, words["concept_section"], lang),
        *_kinds(style, lang),
        *_statuses(style, words["status_section"], lang),
        *_evidence(style, words["evidence_section"], lang),
        *village_entries(style, words["village_section"], lang),
        *_issues(style, words["issue_section"], lang),
        *basemap_entries(style, words, lang),
    ]


def _kinds(style: Style, lang: Lang) -> list[LegendEntry]:
    exact = style.statuses["located"]
    return [
        LegendEntry(
            id=f"kind:{key}:{form}",
            section=style.families[symbol.family].label.say(lang),
            label=symbol.label.say(lang),
            form=form,
            style=web_style.feature(symbol, exact, form),
        )
        for family in style.families
        for key, symbol in style.kinds.items()
        if symbol.family == family
        for form in FORMS
    ]


def _statuses(style: Style, section: str, lang: Lang) -> list[LegendEntry]:
    plain = Symbol(label=Text("", ""), color=web_style.NEUTRAL, size_mm=3.2)
    return [
        LegendEntry(
            id=f"status:{key}",
            section=section,
            label=status.label.say(lang),
            form="point",
            style=web_style.feature(plain, status, "point"),
        )
        for key, status in style.statuses.items()
    ]


def _evidence(style: Style, section: str, lang: Lang) -> list[LegendEntry]:
    neutral = Symbol(label=Text("", ""), color=web_style.NEUTRAL)
    states = [
        LegendEntry(
            id=f"state:{key}",
            section=section,
            label=f"{state.sign} {state.label.say(lang)}",
            form="line",
            style=web_style.evidence(state, style.marks["path"], "line"),
        )
        for key, state in style.states.items()
    ]
    roles = [
        LegendEntry(
            id=f"mark:{key}",
            section=section,
            label=mark.label.say(lang),
            form="point" if key == "point" else "line",
            style=web_style.evidence(neutral, mark, "point" if key == "point" else "line"),
        )
        for key, mark in style.marks.items()
    ]
    return states + roles


def village_entries(style: Style, section: str, lang: Lang) -> list[LegendEntry]:
    """Return an entry for each state of a village."""
    return [
        LegendEntry(
            id=f"village:{key}",
            section=section,
            label=state.label.say(lang),
            form="point",
            style=web_style.village(state),
        )
        for key, state in style.village_states.items()
    ]


def _issues(style: Style, section: str, lang: Lang) -> list[LegendEntry]:
    return [
        LegendEntry(
            id=f"issue:{key}:{form}",
            section=section,
            label=symbol.label.say(lang),
            form=form,
            style=web_style.issue(symbol, form),
        )
        for key, symbol in style.issues.items()
        for form in FORMS
    ]


def _sketches(style: Style, section: str, lang: Lang) -> list[LegendEntry]:
    return [
        LegendEntry(
            id=f"sketch:{role}:{form}",
            section=section,
            label=symbol.label.say(lang),
            form=form,
            style=web_style.sketch(symbol, form),
        )
        for role, symbol in style.sketches.items()
        for form in reversed(FORMS)
    ]


def basemap_entries(style: Style, words: Mapping[str, str], lang: Lang) -> list[LegendEntry]:
    """Return the entries of the basemap and of the extent of the road data."""
    section = words["basemap_section"]
    entries = [
        LegendEntry(
            id=f"{source}:{key}:{form}",
            section=section,
            label=symbol.label.say(lang),
            form=form,
            style=web_style.basemap(symbol, form),
        )
        for source in _BASEMAP_ORDER
        for key, symbol in style.basemap[source].items()
        for form in FORMS
    ]
    road_data = LegendEntry(
        id="extent",
        section=section,
        label=words["extent"],
        form="area",
        style=web_style.extent(),
    )
    return [*entries, road_data]
