"""The editable table that sorts OpenStreetMap objects into categories of points of interest."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spatialplan import resources
from spatialplan.errors import DataError
from spatialplan.text import Text

__all__ = ["PoiCategories", "Sorter", "read_categories"]

_NOTHING = frozenset({"", "no", "vacant", "disused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PoiCategories:
    """Categories in order of precedence.

    Attributes
    ----------
    labels
        Name of each category for people.
    rules
        (key, value, category) in order; value ``*`` stands for any.
    """

    labels: Mapping[str, Text]
    rules: tuple[tuple[str, str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The tag keys that the rules look at, in order."""
        return tuple(dict.fromkeys(key for key, _, _ in self.rules))

    def sorter(self) -> Sorter:
        """Return the rules arranged for quick lookup."""
        table: dict[str, dict[str, tuple[int, str]]] = {}
        for rank, (key, value, category) in enumerate(self.rules):
            table.setdefault(key, {}).setdefault(value, (rank, category))
        return Sorter(table=table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorter:
    """Rules by key and value, each with its rank."""

    table: Mapping[str, Mapping[str, tuple[int, str]]]

    def sort(self, tags: Mapping[str, str]) -> tuple[str, str] | None:
        """Return the category and the deciding tag (``amenity=cafe``), None where no rule fits."""
        found: list[tuple[int, str, str]] = []
        for key, value in tags.items():
            values = self.table.get(key)
            if values is None or value in _NOTHING:
                continue
            hits = [hit for hit in (values.get(value), values.get("*")) if hit]
            if hits:
                found.append((*min(hits), f"{key}={value}"))
        return min(found)[1:] if found else None


def read_categories(path: Path | None = None) -> PoiCategories:
    """Return the category table of a file, the embedded one when omitted.

    Raises
    ------
    DataError
        When a category lacks its labels, or an entry is not ``key=value``.
    """
    source = path or resources.layers_dir() / "base" / "poi_categories.toml"
    try:
        with source.open("rb") as file:
            raw = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(
            f"读不了兴趣点分类表 {source}（{error}）", f"cannot read the table {source} ({error})"
        ) from error
    labels: dict[str, Text] = {}
    rules: list[tuple[str, str, str]] = []
    for category, about in raw.items():
        try:
            labels[category] = Text(zh=about["zh"], en=about["en"])
            pairs = [tuple(entry.split("=", 1)) for entry in about["tags"]]
            rules += [(key, value, category) for key, value in pairs]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise DataError(
                f"兴趣点分类表 {source} 的“{category}”有误（{error}）；"
                "每类要有 zh、en 和 tags，标签写成“键=值”或“键=*”",
                f"category {category!r} of {source} is wrong ({error}); it needs zh, en and tags "
                'of the form "key=value" or "key=*"',
            ) from error
    return PoiCategories(labels=labels, rules=tuple(rules))
