"""Charts with title and sources: on paper or as they are; the strip drawn as the page draws it."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree as ET

import pytest
from matplotlib.text import Text as Words

from spatialplan.model.profile import Strip, StripBand
from spatialplan.outputs.figures import canvas, chart_plate, plate, strip, strip_plot
from spatialplan.text import Text
from tests import sample
from tests.coverage_sample import sample_siting

STAMP = "2026-11-22 10:00:00 +0800"


def _charts(lang):
    result = sample.sample_result()
    return {
        "scorecard": chart_plate.scorecard_chart(result, lang),
        "strip": chart_plate.strip_chart(result, sample.sample_profiles()[0].strips[0], lang),
        "trade-off": chart_plate.trade_off_chart(sample_siting(), lang),
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["scorecard", "strip", "trade-off"])
@pytest.mark.parametrize("paper", [None, *plate.PAPERS])
def test_every_chart_has_title_sources_and_date_and_stays_on_its_sheet(name, lang, paper):
    with canvas.drawing():
        chart = _charts(lang)[name]
        figure, enlarge = chart_plate.compose(
            chart, plate.PAPERS.get(paper), stamp=STAMP, lang=lang
        )
        said = "\n".join(found.get_text() for found in figure.findobj(Words))
        tight = figure.get_tightbbox()
        width, height = figure.get_size_inches()
    assert chart.title in said
    assert ("制图时间 2026-11-22" if lang == "zh" else "Drawn 2026-11-22") in said
    assert name == "trade-off" or "OpenStreetMap" in said
    assert tight.x0 >= -0.01
    assert tight.y0 >= -0.01
    assert tight.x1 <= width + 0.01
    assert tight.y1 <= height + 0.01
    if paper is None:
        assert enlarge == 1.0
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(174)
    else:
        on_paper = figure.get_size_inches() * 25.4 * enlarge
        chosen = plate.PAPERS[paper]
        assert tuple(on_paper) == pytest.approx((chosen.width_mm, chosen.height_mm))


def test_a_chart_keeps_clear_of_title_and_notes():
    with canvas.drawing():
        chart = dataclasses.replace(_charts("zh")["trade-off"], notes=["说明很长" * 60] * 4)
        figure, _ = chart_plate.compose(chart, plate.PAPERS["A4"], stamp=STAMP, lang="zh")
        frame, axes = figure.axes
        drawn = axes.get_tightbbox().extents
        notes = [t.get_window_extent().extents for t in frame.texts]
    for box in notes:
        apart = box[3] <= drawn[1] + 1 or box[1] >= drawn[3] - 1
        assert apart


def test_the_strip_says_the_same_as_on_the_page():
    line = sample.sample_profiles()[0].strips[0]
    page = ET.fromstring(strip.strip_svg(line, "zh"))
    said = {node.text for node in page.iter("text") if node.text}
    with canvas.drawing():
        sheet = canvas.new_figure(strip.WIDTH_MM, strip_plot.height_mm(line, "zh"))
        axes = canvas.add_axes(sheet, 0, 0, strip.WIDTH_MM, strip_plot.height_mm(line, "zh"))
        strip_plot.draw_on(axes, line, "zh")
        drawn = {found.get_text() for found in axes.texts}
        assert drawn == {canvas.readable(words) for words in said}
        assert len(axes.patches) == len(list(page.iter("rect"))) + sum(
            node.get("fill") != "none" for node in page.iter("path")
        )
    assert float(page.get("viewBox").split()[3]) == pytest.approx(
        strip_plot.height_mm(line, "zh"), abs=0.06
    )


def test_bands_that_lie_on_each_other_get_lanes_of_their_own():
    def band(start, end, label):
        return StripBand(track=Text("带", "Belts"), start_km=start, end_km=end,
                         label=Text(label, label), tone="belt")  # fmt: skip

    apart = Strip(
        title=Text("线", "Line"), length_km=10, bands=(band(0, 4, "甲"), band(4, 10, "乙"))
    )
    over = Strip(
        title=Text("线", "Line"), length_km=10, bands=(band(0, 10, "甲"), band(2, 6, "乙"))
    )

    def tops(line):
        page = ET.fromstring(strip.strip_svg(line, "zh"))
        return {
            n.text: float(n.get("y")) for n in page.iter("text") if n.text in ("甲", "乙", "带")
        }

    assert tops(apart)["甲"] == tops(apart)["乙"]
    assert tops(over)["乙"] > tops(over)["甲"] + 5
    assert strip_plot.height_mm(over, "zh") > strip_plot.height_mm(apart, "zh") + 5
