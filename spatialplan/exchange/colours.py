"""The colour of a row on the maps: by its state, its kind, its tier."""

from __future__ import annotations

import tomllib
from functools import cache

from spatialplan.exchange.package import Table
from spatialplan.resources import maps_dir

__all__ = ["OTHER", "colours_of"]

OTHER = "#5b6770"
_SECTIONS = {
    "state": ("states", "village_states"),
    "kind": ("kinds", "issues", "changes", "steps"),
    "tier": ("tiers",),
    "band": ("bands",),
}


def colours_of(table: Table) -> list[str]:
    """Return ``#rrggbb`` for each row, by the first column whose codes the style knows."""
    for column, colours in _codes().items():
        if column in table.frame.columns:
            codes = [str(code) for code in table.frame[column].tolist()]
            if any(code in colours for code in codes):
                return [colours.get(code, OTHER) for code in codes]
    return [OTHER] * len(table.frame)


@cache
def _codes() -> dict[str, dict[str, str]]:
    """Return colours by code for each column that decides them, the deciding column first."""
    with (maps_dir() / "style.toml").open("rb") as file:
        style = tomllib.load(file)
    found: dict[str, dict[str, str]] = {}
    for column, sections in _SECTIONS.items():
        found[column] = {}
        for code, entry in [item for section in sections for item in style[section].items()]:
            family = style["families"].get(entry.get("family"), {})
            found[column].setdefault(code, entry.get("color") or family.get("color", OTHER))
    return found
