"""The web maps for readers with a keyboard, a screen reader, a phone, or weak eyes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PAGES = ("plan", "coverage", "siting")
LEGIBLE = 4.5
# What a finger may hit and how large it is; a box is as large as the label around it.
TARGETS = """() => [...document.querySelectorAll(
    'button, a[href], input, select, summary')]
    .filter(node => node.checkVisibility({visibilityProperty: true}))
    .map(node => [node, (node.matches('input') && node.closest('label') || node)
        .getBoundingClientRect()])
    .filter(([node, box]) => box.width && !node.closest('.leaflet-control-attribution'))
    .map(([node, box]) => [node.tagName + '.' + node.className, box.width, box.height])
    .filter(([name, width, height]) => Math.min(width, height) < 24)"""


def open_page(chromium: Any, path: Path, size: dict[str, int], **more: Any) -> Any:
    context = chromium.new_context(
        viewport=size, offline=True, **({"reduced_motion": "reduce"} | more)
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#print-open")
    return page


def faults(page: Any) -> list[str]:
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")[
        "violations"
    ]
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def tabs(page: Any) -> list[str]:
    return [tab.get_attribute("id") for tab in page.locator("#panel .tab").all()]


def thing(page: Any) -> list[str]:
    """Return kind and id of something on the map that has a popup."""
    return page.evaluate(
        "Object.keys(SpatialPlan.kinds).map(key => [key, (SpatialPlan.data.features"
        " ? Object.keys(SpatialPlan.data.features) : Object.keys(SpatialPlan.villages))"
        ".find(id => SpatialPlan.shapesOf(key, id).length)]).find(pair => pair[1])"
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(
    chromium: Any, sample_pages: dict[str, Path], axe_script: str, name: str, size: dict[str, int]
):
    page = open_page(chromium, sample_pages[name], size)
    page.evaluate(axe_script + "; 0")
    found = []
    for tab in tabs(page) if size == DESKTOP else tabs(page)[:1]:
        page.click(f"#{tab}")
        opener = page.locator(
            "#panel .page:not([hidden]) :is(.claim, .concept)[aria-expanded='false'],"
            " #panel .page:not([hidden]) summary"
        )
        if opener.count():
            opener.first.click()
        found += faults(page)
    key, id_ = thing(page)
    page.evaluate(
        "([key, id]) => { const shape = SpatialPlan.shapesOf(key, id)[0]; SpatialPlan.openPopup("
        "key, id, shape.getLatLng ? shape.getLatLng() : shape.getBounds().getCenter()); }",
        [key, id_],
    )
    assert page.locator(".leaflet-popup-content").is_visible()
    found += faults(page)
    page.evaluate("SpatialPlan.setSheet(true)")
    page.click("#print-open")
    found += faults(page)
    page.context.close()
    assert found == []


def test_axe_does_find_faults(chromium: Any, sample_pages: dict[str, Path], axe_script: str):
    page = open_page(chromium, sample_pages["plan"], DESKTOP)
    page.evaluate(axe_script + "; 0")
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    page.evaluate("document.getElementById('print-open').textContent = ''")
    found = faults(page)
    page.context.close()
    assert {fault.split(":")[0] for fault in found} == {"button-name", "color-contrast"}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_its_landmarks_and_may_be_enlarged(
    chromium: Any, sample_pages: dict[str, Path], name: str
):
    page = open_page(chromium, sample_pages[name], PHONE)
    assert page.locator("[role=main]").get_attribute("aria-label") == "地图"
    assert page.locator("aside").get_attribute("aria-label")
    assert page.locator("h1:visible").count() == 1
    view = page.locator("meta[name=viewport]").get_attribute("content")
    assert "user-scalable" not in view
    assert "maximum-scale" not in view
    page.context.close()


def test_every_badge_and_every_name_is_legible(chromium: Any, sample_pages: dict[str, Path]):
    page = open_page(chromium, sample_pages["plan"], DESKTOP)
    ratios = page.evaluate(
        "(app => ['states', 'villageStates', 'evidenceStates'].flatMap(kind =>"
        " Object.keys(app.data[kind]).map(state => {"
        "  const badge = app.badge({states: app.data[kind]}, state);"
        "  const hex = color => '#' + color.match(/\\d+/g).map(n =>"
        "   Number(n).toString(16).padStart(2, '0')).join('');"
        "  return app.contrast(hex(badge.style.color), hex(badge.style.backgroundColor)); })))"
        "(SpatialPlan)"
    )
    assert len(ratios) > 10
    assert min(ratios) >= LEGIBLE
    orange = page.evaluate("SpatialPlan.legible('#d55e00', '#f1eee6')")
    assert orange != "#d55e00"
    assert page.evaluate(f"SpatialPlan.contrast('{orange}', '#f1eee6')") >= LEGIBLE
    assert page.evaluate("SpatialPlan.legible('#1d3f4f', '#f1eee6')") == "#1d3f4f"
    # black on white and grey on white, as WCAG gives them
    assert page.evaluate("SpatialPlan.contrast('#000000', '#ffffff')") == pytest.approx(21)
    assert page.evaluate("SpatialPlan.contrast('#ffffff', '#767676')") == pytest.approx(
        4.54, abs=0.01
    )
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_finger_hits_what_it_aims_at(chromium: Any, sample_pages: dict[str, Path], name: str):
    page = open_page(chromium, sample_pages[name], PHONE, has_touch=True)
    small = []
    for tab in tabs(page):
        page.click(f"#{tab}")
        small += page.evaluate(TARGETS)
    page.click("#print-open")
    small += page.evaluate(TARGETS)
    page.context.close()
    assert small == []


def test_focus_is_seen(chromium: Any, sample_pages: dict[str, Path]):
    page = open_page(chromium, sample_pages["plan"], DESKTOP)
    page.focus("h1 >> xpath=ancestor::aside//button[@id='print-open']")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    style, width = page.evaluate(
        "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])"
        "(getComputedStyle(document.getElementById('print-open')))"
    )
    page.context.close()
    assert style == "solid"
    assert width >= 2


def test_nothing_moves_for_those_who_asked_for_rest(chromium: Any, sample_pages: dict[str, Path]):
    lengths = []
    for motion in ("reduce", "no-preference"):
        page = open_page(chromium, sample_pages["plan"], DESKTOP, reduced_motion=motion)
        lengths.append(
            page.evaluate(
                "(node => { node.classList.add('leaflet-zoom-anim');"
                " const pane = document.querySelector('.leaflet-zoom-animated');"
                " return getComputedStyle(pane).transitionDuration; })(SpatialPlan.map.getPane("
                "'mapPane'))"
            )
        )
        page.context.close()
    assert lengths[0] == "0s"
    assert lengths[1] != "0s", "what is switched off was there"


def test_the_systems_own_colours_keep_what_is_chosen(chromium: Any, sample_pages: dict[str, Path]):
    page = open_page(chromium, sample_pages["coverage"], DESKTOP, forced_colors="active")
    looks = page.evaluate(
        "['true', 'false'].map(on => getComputedStyle("
        "document.querySelector(`.choice[aria-checked=${on}]`)).backgroundColor)"
    )
    assert looks[0] != looks[1]
    chosen, other, ground = page.evaluate(
        "['true', 'false'].map(on => getComputedStyle("
        "document.querySelector(`.tab[aria-selected=${on}]`)).borderBottomColor)"
        ".concat(getComputedStyle(document.body).backgroundColor)"
    )
    assert chosen != ground
    assert other == ground
    badge = page.evaluate(
        "(s => [s.color, s.backgroundColor])(getComputedStyle(document.querySelector('.badge')))"
    )
    page.context.close()
    assert badge[0] != badge[1]
