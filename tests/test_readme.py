"""Every command of the README runs as printed, and its picture and links are there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_cli import spatialplan

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = list(
    dict.fromkeys(
        line.split("&&")[-1].strip()
        for block in BLOCKS
        for line in block.splitlines()
        if "spatialplan " in line
    )
)


def test_commands_are_found() -> None:
    assert "spatialplan run xiangtan" in COMMANDS
    assert len(COMMANDS) >= 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all commands: later ones read what earlier ones wrote."""
    return tmp_path_factory.mktemp("readme")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(command: str, folder: Path) -> None:
    done = spatialplan(*shlex.split(command)[1:], cwd=folder, SPATIALPLAN_CACHE=str(folder))
    assert done.returncode == 0, done.stderr


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)h][^)]*)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_outputs_table_is_true(tmp_path: Path) -> None:
    named = set(re.findall(r"`(xiangtan(?:_\w+)?\.\w+|result\.json)`", README))
    done = spatialplan("run", "xiangtan", "--out", tmp_path)
    written = {Path(line).name for line in done.stdout.splitlines()}
    assert written == named


def test_scenario_of_the_readme_is_read(tmp_path: Path) -> None:
    from spatialplan.io.scenarios import read_scenario

    example = re.search(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    assert example is not None
    (tmp_path / "a.toml").write_text(example.group(1), encoding="utf-8")
    assert len(read_scenario(tmp_path / "a.toml").steps) == 3


def test_counts_in_the_readme_are_true() -> None:
    from spatialplan.io import base

    assert "957" in README
    assert "1446" in README
    assert len(base.read_villages("430300")) == 957
    assert len(base.read_villages("430900")) == 1446


def test_tables_of_the_vocabulary_are_current() -> None:
    text = (ROOT / "layers/README.md").read_text(encoding="utf-8")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import vocabulary_tables
    finally:
        sys.path.pop(0)
    assert set(vocabulary_tables.TABLES) == {"predicates", "families"}
    for table in vocabulary_tables.TABLES.values():
        assert table() in text


def test_nothing_speaks_of_how_it_was_made() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    word = re.compile(r"(?<![\w.:/-])/(?:work|root|home|opt)/\w", re.IGNORECASE)
    texts = (".py", ".md", ".toml", ".geojson", ".js", ".css", ".txt", ".j2")
    found = [
        name
        for name in listed
        if name.endswith(texts) and word.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []
