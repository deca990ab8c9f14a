"""The page on the map files tells what their readers accept, and its examples are read."""

from __future__ import annotations

import dataclasses
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from spatialplan import resources
from spatialplan.outputs import style
from spatialplan.outputs.web import engine

README = (resources.maps_dir() / "README.md").read_text(encoding="utf-8")
CHINESE, ENGLISH = README.split("\n---\n")
RECIPES = ("overview", "coverage", "siting")


def section(heading: str) -> str:
    return CHINESE.split(f"\n## {heading}")[1].split("\n## ")[0]


def table_keys(part: str) -> set[str]:
    """Return the keys in the first column of the first table that is headed by 键."""
    rows = part.split("| 键 |")[1].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}


def examples(part: str) -> str:
    return "\n".join(re.findall(r"```toml\n(.*?)```", part, re.DOTALL))


class Asked(dict):
    """A table that remembers which keys its reader asked for."""

    def __init__(self, seen: set[str], **values: object) -> None:
        super().__init__(**values)
        self.seen = seen

    def __getitem__(self, key: str) -> object:
        self.seen.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:
        self.seen.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.seen.add(str(key))
        return super().__contains__(key)


def asked_by_readers(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return the keys that the readers ask of symbols, layers and themes."""
    seen: dict[str, set[str]] = {"symbols": set(), "layers": set(), "themes": set()}
    load = tomllib.load

    def spy(file: object) -> dict[str, object]:
        raw = load(file)
        for name in ("layers", "themes"):
            if name in raw:
                raw[name] = [Asked(seen[name], **item) for item in raw[name]]
        if "kinds" in raw:
            for name, table in raw.items():
                if name not in {"fonts", "basemap"}:
                    raw[name] = {k: Asked(seen["symbols"], **v) for k, v in table.items()}
        return raw

    monkeypatch.setattr(style.tomllib, "load", spy)
    style.read_style.cache_clear()
    style.read_style()
    for recipe in RECIPES:
        style.read_recipe(recipe)
        style.read_themes(recipe)
    style.read_style.cache_clear()
    return seen


def test_the_tables_name_the_keys_that_the_readers_ask_for(monkeypatch: pytest.MonkeyPatch):
    seen = asked_by_readers(monkeypatch)
    english = {"label_en", "group_en", "title_en"}
    assert table_keys(section("样式")) == seen["symbols"]
    assert table_keys(section("配方")) == seen["layers"] - english
    assert table_keys(section("专题")) - english == seen["themes"] - english
    for name, keys in seen.items():
        missing = [key for key in keys - english if f"`{key}`" not in ENGLISH]
        assert not missing, name


def test_every_table_of_the_style_is_named():
    with (resources.maps_dir() / "style.toml").open("rb") as file:
        raw = tomllib.load(file)
    named = set(re.findall(r"`([\w.]+)`", section("样式")))
    tables = set(raw) - {"basemap"} | {f"basemap.{source}" for source in raw["basemap"]}
    assert tables <= named
    assert {field.name for field in dataclasses.fields(style.Style)} - {
        "web_font", "desktop_font", "figure_fonts", "basemap",
    } <= tables  # fmt: skip
    assert set(raw["fonts"]) <= named


def test_every_shape_that_is_drawn_is_named():
    symbols = Path(engine.__file__).parent / "assets" / "symbols.js"
    block = symbols.read_text(encoding="utf-8").split("var SHAPES = {")[1].split("\n  };")[0]
    drawn = set(re.findall(r"^    \"?([^\s\":]+)\"?:", block, re.MULTILINE))
    row = next(line for line in section("样式").splitlines() if line.startswith("| `shape`"))
    assert set(re.findall(r"`([^`]+)`", row.split("|")[2])) == drawn


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_sources_of_each_map_are_named(recipe: str):
    row = next(line for line in section("配方").splitlines() if line.startswith(f"| {recipe} |"))
    named = dict(re.findall(r"(\w+)(?:\((\w+)\))?(?= |$)", row.split("|")[2].strip()))
    assert named == {spec.source: spec.by for spec in style.read_recipe(recipe).layers}


def test_the_examples_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(resources.maps_dir(), tmp_path / "maps", ignore=shutil.ignore_patterns("*.png"))
    own = tmp_path / "maps"
    (own / "overview.toml").write_text(examples(section("配方")), encoding="utf-8")
    (own / "themes.toml").write_text(examples(section("专题")), encoding="utf-8")
    monkeypatch.setattr(style.resources, "maps_dir", lambda: own)
    (layer,) = style.read_recipe("overview").layers
    assert (layer.id, layer.by, layer.labels) == ("features", "theme", True)
    (theme,) = style.read_themes("overview")
    assert theme.family == "ring"
    assert theme.layers[:1] == ("districts",)
    raw = tomllib.loads(examples(section("样式")))
    real = tomllib.loads((resources.maps_dir() / "style.toml").read_text(encoding="utf-8"))
    assert raw["kinds"]["market"] == real["kinds"]["market"]
    assert raw["families"]["commerce"] == real["families"]["commerce"]


def test_the_words_of_themes_are_named():
    with (resources.maps_dir() / "themes.toml").open("rb") as file:
        raw = tomllib.load(file)
    row = next(line for line in section("专题").splitlines() if line.startswith("| `text`"))
    family = next(line for line in section("专题").splitlines() if line.startswith("| `family`"))
    for theme in raw["themes"]:
        assert f"`{theme['text']}`" in row
        assert f"`{theme['view']}`" in section("专题")
        assert not theme.get("family") or f"`{theme['family']}`" in family
