"""The page holds all it needs, and names nothing else."""

from __future__ import annotations

import re

import pytest

from spatialplan.errors import OutputError, SpatialPlanError
from spatialplan.outputs.web import offline


def test_leaflet_is_put_into_the_page_with_its_licence():
    page = offline.inline(
        f'<head><link rel="stylesheet" href="{offline.LEAFLET_CSS}"/>'
        f'<script src="{offline.LEAFLET_JS}"></script></head>'
    )
    assert "L.Map" in page or "t.Map=" in page
    assert page.count("BSD 2-Clause License") == 2
    assert "url(images/" not in page
    assert page.count("data:image/png;base64,") == 3
    assert not re.search(r"<(script|link)[^>]*(src|href)=\"http", page)
    assert "sourceMappingURL" not in page


def test_own_files_are_put_into_the_page():
    page = offline.inline('<script src="spatialplan:panel.js"></script>')
    assert "buildPanel" in page
    assert "spatialplan:" not in page


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://example.org/x.js"></script>',
        '<link rel="stylesheet" href="//example.org/x.css">',
        '<img src="http://example.org/x.png">',
        '<img src="x.png">',
        '<iframe src="file:///etc/passwd"></iframe>',
        '<object data="x.svg"></object>',
        '<img srcset="a.png 2x" src="data:,">',
        "<style>p { background: url(http://example.org/x.png) }</style>",
        "<style>@import 'x.css';</style>",
        '<p style="background: url(x.png)">a</p>',
        '<video poster="x.jpg"></video>',
        '<svg><image xlink:href="x.svg"/></svg>',
        '<SCRIPT SRC="https://example.org/x.js"></SCRIPT>',
        "<script src=https://example.org/x.js></script>",
    ],
)
def test_an_unknown_address_is_refused(page: str):
    with pytest.raises(OutputError) as caught:
        offline.inline(page)
    assert isinstance(caught.value, SpatialPlanError)
    assert "未知" in str(caught.value)
    assert "unknown" in caught.value.text.en


def test_the_policy_lets_in_nothing_but_images_from_stated_hosts():
    closed = offline.content_policy()
    assert closed.startswith("default-src 'none'; ")
    assert closed.endswith("; img-src data:")
    opened = offline.content_policy(["https://a.example", "https://b.example"])
    assert opened == f"{closed} https://a.example https://b.example"


def test_a_missing_own_file_is_an_error_with_a_remedy():
    with pytest.raises(OutputError, match="重新安装"):
        offline.own_text("absent.js")


def test_links_and_data_may_stay():
    page = '<a href="https://www.openstreetmap.org/copyright">OSM</a><img src="data:,">'
    assert offline.inline(page) == page


def test_addresses_inside_scripts_are_words_not_loads():
    page = '<script>var s = "http://www.w3.org/2000/svg"; // url(x.png)\n</script>'
    assert offline.inline(page) == page


def test_no_own_file_closes_its_element_early():
    page = offline.inline(
        "".join(f'<script src="spatialplan:{name}"></script>' for name in _scripts())
    )
    assert page.lower().count("</script") == len(_scripts())


def _scripts() -> list[str]:
    folder = offline.files("spatialplan.outputs.web") / "assets"
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".js"))


def test_own_scripts_go_without_comments_and_indentation_and_stay_the_same_program():
    page = offline.inline('<script src="spatialplan:symbols.js"></script>')
    lines = page.splitlines()[1:]
    assert not [line for line in lines if line.startswith((" ", "//"))]
    code = offline.own_text("symbols.js").splitlines()
    kept = [line.strip() for line in code if line.strip() and not line.strip().startswith("//")]
    assert "\n".join(lines) == "\n".join(kept) + "\n</script>"
    folder = offline.files("spatialplan.outputs.web") / "assets"
    names = [file.name for file in folder.iterdir() if file.name.endswith(".js")]
    programs = [offline.inline(f'<script src="spatialplan:{name}"></script>') for name in names]
    assert len(programs) > 20
    several = re.compile(r"`|\\$", re.MULTILINE)
    assert not [text for text in programs if several.search(text)], "a string of several lines"
