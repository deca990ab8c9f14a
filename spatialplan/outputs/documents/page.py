"""What all HTML pages share: the template engine, embedded pictures, states, sources."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from spatialplan.model.source import Provenance
from spatialplan.outputs.style import Symbol
from spatialplan.text import Lang

__all__ = ["Rows", "data_uri", "sources", "states", "template"]

Rows = list[dict[str, Any]]  # what a template shows, text by key


def template(name: str) -> jinja2.Template:
    """Return a template of this folder; whatever it is given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def data_uri(png: bytes) -> str:
    """Return a picture as it is embedded in a page."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def states(symbols: Mapping[str, Symbol], lang: Lang) -> Rows:
    """Return sign, name and colour of each state."""
    return [
        {"key": key, "sign": s.sign, "label": s.label.say(lang), "color": s.color}
        for key, s in symbols.items()
    ]


def sources(found: Sequence[Provenance], lang: Lang) -> Rows:
    """Return one row per source of data."""
    return [
        {
            "title": source.title.say(lang),
            "date": source.date,
            "licence": source.licence,
            "attribution": source.attribution,
            "accuracy": source.accuracy.say(lang),
        }
        for source in found
    ]
