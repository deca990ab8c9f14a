"""A sheet of standard paper for one figure: the title over it, sources and doubts below.

Lengths are millimetres of the sheet as it is laid out; larger paper is laid out on a larger sheet
and printed enlarged, so that letters grow more slowly than the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spatialplan.model.source import Provenance
from spatialplan.outputs.figures import canvas
from spatialplan.text import Lang, Text

__all__ = ["MARGIN", "PAPERS", "Box", "Paper", "Plate", "lay_out", "sources_note", "split"]

Box = tuple[float, float, float, float]  # left, bottom, width, height

MARGIN = 9.0
_TITLE, _GAP, _MADE_MM = 12.5, 4.0, 62.0
_SIDE_SHARE, _SIDE_LEAST, _SIDE_MOST = 0.29, 86.0, 112.0
_INK, _QUIET, _ACCENT = "#1d2126", "#5d646b", "#8f2a22"
_TITLE_PT, _NOTE_PT, _LINE = 15.0, 5.8, 2.9
_NUMBER = Text("审图号：＿＿＿＿＿＿＿＿", "Map approval No.: ____________")
_INTERNAL = Text("内部工作底图", "Internal working map")
_MADE = Text("制图时间 {}", "Drawn {}")
_SOURCES, _STOP = Text("数据来源：{}", "Data: {}"), Text("；", "; ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A format of paper, lying, and how far what is laid out for it is enlarged in print."""

    name: str
    width_mm: float
    height_mm: float
    enlarge: float

    @property
    def sheet(self) -> tuple[float, float]:
        """Width and height that the figure is laid out on."""
        return self.width_mm / self.enlarge, self.height_mm / self.enlarge


PAPERS = {
    paper.name: paper
    for paper in (
        Paper(name="A4", width_mm=297.0, height_mm=210.0, enlarge=1.0),
        Paper(name="A3", width_mm=420.0, height_mm=297.0, enlarge=1.2),
        Paper(name="A1", width_mm=841.0, height_mm=594.0, enlarge=2.4),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """What stands around a figure on a sheet of `size`, width and height.

    `notes` are the sources and doubts below it; a map also has a field for its approval number.
    """

    size: tuple[float, float]
    title: str
    notes: Sequence[str]
    stamp: str
    lang: Lang
    is_map: bool = True


def lay_out(plate: Plate) -> tuple[Figure, Box]:
    """Return the sheet with all that stands around the figure, and the room for the figure."""
    width, height = plate.size
    sheet = canvas.new_figure(width, height)
    sheet.set_label(plate.title)
    frame = canvas.add_axes(sheet, 0, 0, width, height)
    frame.axis("off")
    frame.set_xlim(0, width)
    frame.set_ylim(0, height)
    rule = height - MARGIN - _TITLE + 2.5
    _write_title(frame, plate, rule)
    foot = _write_foot(frame, plate)
    return sheet, (MARGIN, foot, width - 2 * MARGIN, rule - 2.2 - foot)


def _write_title(frame: Axes, plate: Plate, rule: float) -> None:
    width, right = plate.size[0], plate.size[0] - MARGIN
    room = width - 2 * MARGIN - (56 if plate.is_map else 0)
    long = canvas.ems(plate.title) * _TITLE_PT * 25.4 / 72
    size = _TITLE_PT * min(1.0, room / max(long, 1.0))
    frame.text(MARGIN, rule + 4.6, plate.title, va="center", fontsize=size, fontweight="bold",
               color=_INK)  # fmt: skip
    if plate.is_map:
        frame.text(right, rule + 6.8, _INTERNAL.say(plate.lang), ha="right", va="center",
                   fontsize=9, fontweight="bold", color=_ACCENT)  # fmt: skip
        frame.text(right, rule + 2.5, _NUMBER.say(plate.lang), ha="right", va="center",
                   fontsize=7, color=_INK)  # fmt: skip
    frame.plot([MARGIN, right], [rule, rule], color=_INK, linewidth=0.9)


def _write_foot(frame: Axes, plate: Plate) -> float:
    """Write the notes at the bottom and when the figure was drawn; return their upper edge."""
    width, made = plate.size[0], _MADE.say(plate.lang).format(plate.stamp)
    ems = (width - 2 * MARGIN - _MADE_MM) / (_NOTE_PT * 25.4 / 72)
    said = [canvas.wrapped(note, ems) for note in plate.notes if note]
    lines = [line for note in said for line in note.split("\n")]
    for number, line in enumerate(reversed(lines)):
        y = MARGIN - 2.0 + number * _LINE
        frame.text(MARGIN, y, line, fontsize=_NOTE_PT, color=_QUIET)
    frame.text(width - MARGIN, MARGIN - 2.0, canvas.readable(made, 60), ha="right",
               fontsize=_NOTE_PT, color=_QUIET)  # fmt: skip
    return MARGIN + max(len(lines), 1) * _LINE


def split(room: Box) -> tuple[Box, Box]:
    """Return the part of the room for a map, and a column beside it."""
    left, bottom, width, height = room
    side = min(max(width * _SIDE_SHARE, _SIDE_LEAST), _SIDE_MOST)
    most = width - side - _GAP
    return (left, bottom, most, height), (left + most + _GAP, bottom, side, height)


def sources_note(sources: Sequence[Provenance], lang: Lang) -> str:
    """Return the attributions of the data as one line, empty where there are none."""
    named = _STOP.say(lang).join(dict.fromkeys(source.attribution for source in sources))
    return canvas.readable(_SOURCES.say(lang).format(named), 600) if named else ""
