"""Charts with title and sources: as wide as a page's text, or on a sheet of standard paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from spatialplan.model.check_result import CheckResult
from spatialplan.model.profile import Strip
from spatialplan.model.siting import SitingResult
from spatialplan.outputs.figures import canvas, plate, scorecard, strip, strip_plot, trade_off
from spatialplan.outputs.figures.plate import Paper, Plate, sources_note
from spatialplan.outputs.siting_summary import answer
from spatialplan.text import Lang, Text

__all__ = ["Chart", "compose", "scorecard_chart", "strip_chart", "trade_off_chart"]

_TITLE_PT, _NOTE_PT, _NOTE_LINE, _TOP, _AROUND = 10.5, 5.6, 2.8, 8.5, 4.0
_INK, _QUIET = "#1d2126", "#5d646b"
_SCORECARD = Text("{}　核查结果", "{}: verdicts by theme")
_TRADE_OFF = Text("{}　新增站点数与覆盖", "{}: new sites and coverage")
_NAMED = Text("{plan}　{name}", "{plan}: {name}")
_MADE = Text("制图时间 {}", "Drawn {}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of a size in millimetres; `draw` gets a figure and the chart's lower left corner."""

    title: str
    width_mm: float
    height_mm: float
    notes: Sequence[str]
    draw: Callable[[Figure, tuple[float, float]], None]


def compose(chart: Chart, paper: Paper | None, *, stamp: str, lang: Lang) -> tuple[Figure, float]:
    """Return the chart with title and notes, and how far it is enlarged in print.

    Without paper the figure is as large as it needs; on paper it is enlarged to fill the sheet.
    """
    made = canvas.readable(_MADE.say(lang).format(stamp), 60)
    if paper is None:
        return _bare(chart, made), 1.0
    ratio = paper.width_mm / paper.height_mm
    width = max(chart.width_mm + 2 * plate.MARGIN, chart.height_mm * ratio)
    sheet, room = _sheet(chart, width, ratio, stamp, lang)
    while room[3] < chart.height_mm + _AROUND:
        width += (chart.height_mm + _AROUND - room[3]) * ratio
        sheet, room = _sheet(chart, width, ratio, stamp, lang)
    left, bottom, wide, high = room
    corner = (left + (wide - chart.width_mm) / 2, bottom + (high - chart.height_mm) / 2)
    chart.draw(sheet, corner)
    return sheet, paper.width_mm / width


def _sheet(
    chart: Chart, width: float, ratio: float, stamp: str, lang: Lang
) -> tuple[Figure, plate.Box]:
    return plate.lay_out(
        Plate(
            size=(width, width / ratio),
            title=chart.title,
            notes=chart.notes,
            stamp=stamp,
            lang=lang,
            is_map=False,
        )
    )


def _bare(chart: Chart, made: str) -> Figure:
    most = chart.width_mm / (_NOTE_PT * 25.4 / 72) - 1
    said = [canvas.wrapped(note, most) for note in (*chart.notes, made) if note]
    lines = [line for note in said for line in note.split("\n")]
    foot = 1.6 + _NOTE_LINE * len(lines)
    height = _TOP + chart.height_mm + foot
    figure = canvas.new_figure(chart.width_mm, height)
    figure.set_label(chart.title)
    size = min(_TITLE_PT, chart.width_mm / max(canvas.ems(chart.title), 1.0) * 72 / 25.4)
    figure.text(0.5, 1 - 2.0 / height, chart.title, ha="center", va="top", fontsize=size,
                fontweight="bold", color=_INK)  # fmt: skip
    for number, line in enumerate(reversed(lines)):
        y = (1.2 + number * _NOTE_LINE) / height
        figure.text(0.004, y, line, fontsize=_NOTE_PT, color=_QUIET)
    chart.draw(figure, (0.0, foot))
    return figure


def _plan_title(title: Text, lang: Lang) -> str:
    return canvas.readable(title.say(lang), 80)


def scorecard_chart(result: CheckResult, lang: Lang) -> Chart:
    """Return the claims by theme and state as bars."""
    return Chart(
        title=_SCORECARD.say(lang).format(_plan_title(result.plan.title, lang)),
        width_mm=scorecard.WIDTH_MM,
        height_mm=scorecard.height_mm(result),
        notes=[sources_note(result.sources, lang)],
        draw=lambda figure, corner: scorecard.draw_scorecard(figure, result, corner, lang),
    )


def strip_chart(result: CheckResult, line: Strip, lang: Lang) -> Chart:
    """Return a line unrolled, such as a ring."""
    height = strip_plot.height_mm(line, lang)

    def draw(figure: Figure, corner: tuple[float, float]) -> None:
        axes = canvas.add_axes(figure, *corner, strip.WIDTH_MM, height)
        strip_plot.draw_on(axes, line, lang)

    return Chart(
        title=_NAMED.say(lang).format(
            plan=_plan_title(result.plan.title, lang),
            name=canvas.readable(line.title.say(lang), 60),
        ),
        width_mm=strip.WIDTH_MM,
        height_mm=height,
        notes=[sources_note(result.sources, lang)],
        draw=draw,
    )


def trade_off_chart(result: SitingResult, lang: Lang) -> Chart:
    """Return the curve of new sites against what they cover."""
    said = [canvas.readable(line, 300) for line in answer(result, lang)]
    return Chart(
        title=_TRADE_OFF.say(lang).format(_plan_title(result.plan.title, lang)),
        width_mm=trade_off.WIDTH_MM,
        height_mm=trade_off.HEIGHT_MM,
        notes=[*said, sources_note(result.sources, lang)],
        draw=lambda figure, corner: trade_off.draw_trade_off(figure, result, corner, lang),
    )
