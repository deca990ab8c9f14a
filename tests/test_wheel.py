"""An installed wheel runs from another folder with no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_wheel_carries_layers_and_maps(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("layers/xiangtan/plan.toml", "layers/yiyang/claims.toml", "layers/base/roads.geojson",
                 "maps/style.toml", "outputs/documents/report.html.j2", "py.typed"):  # fmt: skip
        assert f"spatialplan/{name}" in names
    assert not any(name.startswith(("tests/", "scripts/")) for name in names)
    assert wheel.stat().st_size < 5_000_000


def test_installed_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The wheel alone is unpacked; the dependencies come from this environment."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = "import spatialplan, sys; print(spatialplan.__file__); from spatialplan.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "xiangtan", "--out", "o"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(str(site))
    assert (tmp_path / "o" / "xiangtan.qgz").is_file()
