"""Chromium for tests that look at pages as a reader does, without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.conftest import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# runs inside the system's QGIS Python, which has no pytest
collect_ignore = ["qgis_check.py"]

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
