"""Chromium for tests that look at pages as a reader does, without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spatialplan.outputs.web import coverage_map, folium_map, siting_map
from tests.conftest import need
from tests.coverage_sample import sample_coverage, sample_siting
from tests.sample import sample_basemap, sample_result

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# runs inside the system's QGIS Python, which has no pytest
collect_ignore_glob = ["qgis_*check.py"]

OFFLINE_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
    "--disable-background-networking",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running browser; SPATIALPLAN_CHROMIUM names its program."""
    program = os.environ.get("SPATIALPLAN_CHROMIUM") or shutil.which("chromium")
    need(program is not None, "Chromium (set SPATIALPLAN_CHROMIUM)")
    need(find_spec("playwright") is not None, "the Python package playwright")
    sync_api = import_module("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OFFLINE_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A new offline page of 1280 by 800 pixels."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, offline=True, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def sample_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three kinds of web maps, of small samples with hostile names."""
    folder = tmp_path_factory.mktemp("pages")
    pages = {name: folder / f"{name}.html" for name in ("plan", "coverage", "siting")}
    stamp, ground = "2026-11-22 08:00", sample_basemap()
    folium_map.write_map(sample_result(), ground, pages["plan"], stamp=stamp)
    coverage_map.write_coverage_map(
        sample_coverage(change=True), ground, pages["coverage"], stamp=stamp
    )
    siting_map.write_siting_map(sample_siting(), ground, pages["siting"], stamp=stamp)
    return pages


@pytest.fixture(scope="session")
def poppler() -> None:
    """The programs that read a PDF."""
    found = all(shutil.which(name) for name in ("pdftotext", "pdfinfo"))
    need(found, "pdftotext and pdfinfo (apt install poppler-utils)")


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The accessibility checker, to be run inside a page."""
    need(find_spec("axe_playwright_python") is not None, "the Python package axe-playwright-python")
    [script] = [
        path for path in files("axe_playwright_python").iterdir() if path.name == "axe.min.js"
    ]
    return script.read_text(encoding="utf-8")
