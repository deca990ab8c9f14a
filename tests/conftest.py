"""Fixtures shared by all tests: the raw data folder, and a helper to skip or fail without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def need(found: bool, what: str) -> None:
    """Skip a test whose outside part is missing; in CI a missing part fails."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not here")


@pytest.fixture(scope="session")
def raw_data() -> Path:
    """The folder of raw source files, which a user's checkout lacks."""
    folder = ROOT.parent / "shared" / "data"
    need(folder.is_dir(), "the raw data folder ../shared/data")
    return folder


@pytest.fixture(scope="session")
def plan_texts() -> Path:
    """The folder of the plans' full texts, which a user's checkout lacks."""
    folder = ROOT.parent / "shared" / "plans"
    need(folder.is_dir(), "the folder of plan texts ../shared/plans")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _store_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the tests read out of the user's own store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPATIALPLAN_CACHE", str(tmp_path_factory.mktemp("store")))
        yield
