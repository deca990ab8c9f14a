"""The sheet that figures are drawn on: a CJK font, millimetres, and PNG bytes without a date.

Only matplotlib's object interface is used, so that no global figure state is made.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from spatialplan.errors import OutputError
from spatialplan.outputs import wording
from spatialplan.outputs.style import read_style

__all__ = [
    "DPI",
    "MARKERS",
    "add_axes",
    "dashes",
    "drawing",
    "ems",
    "figure_font",
    "font_names",
    "new_figure",
    "png_bytes",
    "points",
    "readable",
    "wrapped",
]

DPI = 200
MARKERS: Mapping[str, str] = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle": "^",
    "star": "*",
    "pentagon": "p",
    "hexagon": "h",
    "cross": "P",
    "wedge": "v",
    "✗": "X",
    "⊘": "d",
}
_SIGNS_FONT = "DejaVu Sans"  # travels with matplotlib and has the state signs
_MM_PER_INCH = 25.4
# What may stand alone on a line: opening marks, one Chinese character or a word, closing marks.
_OPENING, _CLOSING = "（《“‘【〔(", "，。；：、！？）》”’】〕…%)"
_WIDE_MARKS = frozenset("“”‘’…—·×±")
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[{re.escape(_CLOSING)}]*\s*|\s+"
)


def figure_font() -> str:
    """Return the first font of the style's list that this machine has.

    Raises
    ------
    OutputError
        When none is installed; the message says what to install.
    """
    names = read_style().figure_fonts
    installed = {font.name for font in font_manager.fontManager.ttflist}
    for name in names:
        if name in installed:
            return name
    raise OutputError(
        f"没有可用的中文字体（找过：{'、'.join(names)}），画不出图；请安装思源黑体 "
        "Noto Sans CJK SC（Linux：apt install fonts-noto-cjk），或在 maps/style.toml 的 "
        "fonts.figure 中加入已有的中文字体",
        f"no Chinese font to draw figures with (looked for {', '.join(names)}); install "
        "Noto Sans CJK SC (Linux: apt install fonts-noto-cjk) or add one you have to "
        "fonts.figure in maps/style.toml",
    )


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with matplotlib's own defaults, the CJK font and no mathtext inside the block."""
    own: Any = {  # matplotlib types rcParams by a closed list of keys
        "font.family": list(font_names()),
        "text.parse_math": False,
        "text.usetex": False,
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.4,
        "path.simplify": True,
        "svg.fonttype": "none",
        "svg.hashsalt": "spatialplan",
        # CJK fonts mostly have PostScript outlines, which type 42 would embed under a wrong name.
        "pdf.fonttype": 3,
    }
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(own)
        yield


def font_names() -> tuple[str, str]:
    """Return the fonts that figures are drawn with, the one for signs last."""
    return figure_font(), _SIGNS_FONT


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty white figure with an Agg canvas."""
    size = (width_mm / _MM_PER_INCH, height_mm / _MM_PER_INCH)
    figure = Figure(figsize=size, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Return bare axes at a place given in millimetres from the lower left corner."""
    w_mm, h_mm = (inches * _MM_PER_INCH for inches in figure.get_size_inches())
    axes = figure.add_axes((left / w_mm, bottom / h_mm, width / w_mm, height / h_mm))
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def png_bytes(figure: Figure) -> bytes:
    """Return the figure as PNG; the same drawing makes the same bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def points(size_mm: float) -> float:
    """Return millimetres as typographic points."""
    return size_mm * 72 / _MM_PER_INCH


def dashes(pattern: str, scale: float) -> tuple[float, tuple[float, ...] | None]:
    """Return an SVG dash pattern as a matplotlib line style, in points."""
    lengths = tuple(float(part) * scale for part in pattern.split())
    return (0.0, lengths or None)


@cache
def _drawable(font: str) -> frozenset[int]:
    drawable: set[int] = set()
    for name in (font, _SIGNS_FONT):
        path = font_manager.findfont(font_manager.FontProperties(family=name))
        drawable |= set(font_manager.get_font(path).get_charmap())
    return frozenset(code for code in drawable if unicodedata.category(chr(code)) != "Cf")


def readable(text: str, limit: int = 200) -> str:
    """Return `text` on one line, shortened to `limit` characters and drawable with the font.

    Invisible direction marks and characters that the font lacks are left out.
    """
    drawable = _drawable(figure_font())
    shown = "".join(char for char in " ".join(text.split()) if ord(char) in drawable)
    # CJK fonts draw ’ as wide as a Chinese character, also inside an English word.
    return wording.shorten(re.sub(r"(?<=[A-Za-z])’", "'", shown), limit)


def ems(text: str) -> float:
    """Return about how wide a line is in ems; CJK fonts draw quotation marks and dots wide too.

    Examples
    --------
    >>> ems("“湘江”"), round(ems("km"), 2)
    (4.0, 1.12)
    """
    return sum(1.0 if char in _WIDE_MARKS else wording.ems(char) for char in text)


def wrapped(text: str, most: float) -> str:
    """Return `text` broken into lines of at most `most` full-width characters.

    Words, numbers and the marks around them stay together where a line can hold them.

    Examples
    --------
    >>> wrapped("长度 12.5 公里，不足", 4).splitlines()
    ['长度', '12.5 公', '里，不足']
    """
    lines, width = [""], 0.0
    for piece in _PIECE.findall(text):
        for part in (piece,) if ems(piece.strip()) <= most else piece:
            step = ems(part)
            if width and width + ems(part.rstrip()) > most:
                lines.append("")
                width = 0.0
                if not part.strip():
                    continue
            lines[-1] += part
            width += step
    return "\n".join(line.strip() for line in lines)
