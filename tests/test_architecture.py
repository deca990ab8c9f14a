"""The rooms import only leftwards, and importing the package stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import spatialplan

PACKAGE = Path(spatialplan.__file__).parent
BASIC = {"errors", "text", "resources", "__init__"}
MAY_IMPORT = {
    "text": set(),
    "errors": {"text"},
    "resources": set(),
    "files": {"errors", "text"},
    "settings": {"text"},
    "__init__": set(),
    "model": BASIC | {"model"},
    "network": BASIC | {"model", "network"},
    "measures": BASIC | {"model", "measures", "network"},
    "io": BASIC | {"files", "model", "io", "network", "settings"},
    "checks": BASIC | {"model", "network", "measures", "checks", "settings"},
    "concepts": BASIC | {"model", "network", "measures", "checks", "concepts"},
    "pipeline": BASIC | {"model", "network", "measures", "checks", "concepts", "settings"},
    "delivery": BASIC | {"model", "network", "measures", "delivery", "settings"},
    "editing": BASIC | {"files", "model", "io", "editing"},
    "exchange": BASIC | {"files", "model", "exchange"},
    "exporting": BASIC | {"files", "exchange"},
    "importing": BASIC | {"model", "io", "measures", "delivery", "importing"},
    "outputs": BASIC | {"files", "model", "outputs"},
    "loading": BASIC | {"model", "network", "io"},
    "writing": BASIC | {"files", "model", "outputs"},
    "comparing": BASIC | {"files", "model", "measures", "io", "settings", "loading", "pipeline"},
    "cli_shared": BASIC,
    "cli_tables": BASIC
    | {"files", "model", "io", "outputs", "loading", "writing", "importing", "cli_shared"},
    "cli_delivery": BASIC
    | {
        "model",
        "io",
        "outputs",
        "loading",
        "writing",
        "importing",
        "delivery",
        "cli_given",
        "cli_shared",
    },
    "cli_claims": BASIC
    | {"model", "measures", "io", "outputs", "settings", "loading", "pipeline", "cli_shared"},
    "cli_absorb": BASIC | {"io", "editing", "cli_shared"},
    "cli_export": BASIC | {"exchange", "exporting", "cli_shared"},
    "cli_given": BASIC | {"model", "cli_shared"},
    "figuring": BASIC | {"files", "model", "outputs"},
    "cli_figure": BASIC
    | {"model", "io", "outputs", "settings", "loading", "pipeline", "writing", "figuring"}
    | {"importing", "delivery", "cli_given", "cli_shared"},
    "cli_osm": BASIC
    | {"files", "model", "io", "outputs", "settings", "loading", "pipeline"}
    | {"comparing", "cli_shared"},
    "cli": BASIC
    | {"files", "model", "io", "outputs", "settings", "loading", "pipeline", "writing"}
    | {
        "cli_absorb",
        "cli_claims",
        "cli_delivery",
        "cli_export",
        "cli_figure",
        "cli_osm",
        "cli_shared",
        "cli_tables",
    },
    "__main__": {"cli"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spatialplan"):
            parts = (node.module or "").split(".")
            names = [alias.name for alias in node.names]
            modules = {"__version__"} & set(names)
            if len(parts) > 1:
                found.add(parts[1])
            else:
                found |= {name for name in names if name not in modules}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("spatialplan.")}
    return found


def test_every_room_has_a_rule() -> None:
    rooms = {room(path) for path in PACKAGE.rglob("*.py")}
    assert rooms == set(MAY_IMPORT)


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_imports_point_left(path: Path) -> None:
    assert imported_rooms(path) <= MAY_IMPORT[room(path)]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_modules_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 450
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 70, node.name


def test_import_is_light() -> None:
    code = (
        "import sys, spatialplan;"
        "heavy = {'folium', 'osmnx', 'geopandas', 'typer', 'matplotlib', 'osmium'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_pipeline_loads_neither_folium_nor_osmnx() -> None:
    code = "import sys, spatialplan.pipeline; print(sorted({'folium', 'osmnx'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
