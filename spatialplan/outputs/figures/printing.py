"""Print a figure as PNG, SVG or PDF: at its size on paper, text as text, the same bytes each time.

Figures are laid out on a sheet in millimetres. `Print.enlarge` prints that sheet larger, lines,
signs and letters with it, as a copier does.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_pdf import Op, PdfFile, RendererPdf
from matplotlib.figure import Figure

from spatialplan.errors import OutputError
from spatialplan.outputs import wording
from spatialplan.outputs.figures import canvas
from spatialplan.outputs.style import read_style

__all__ = ["Form", "Print", "print_figure"]

_MOST_PIXELS = 160_000_000  # A1 at 400 dpi; beyond it a picture takes gigabytes to draw
_POINTS, _MM = 72.0, 25.4


class Form(StrEnum):
    """What kind of file a figure is printed to; also the end of its name."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """How a figure is printed.

    `dpi` is of a PNG; `stamp` the moment that a PDF states as that of its making.
    """

    form: Form = Form.PNG
    dpi: int = 300
    enlarge: float = 1.0
    stamp: str = ""
    title: str = ""


def print_figure(figure: Figure, how: Print) -> bytes:
    """Return the figure as the bytes of a file; call it within `canvas.drawing`.

    Raises
    ------
    OutputError
        When a PNG of this size and resolution would be too large to draw.
    """
    if how.form is Form.PNG:
        return _png(figure, how)
    return _svg(figure, how) if how.form is Form.SVG else _pdf(figure, how)


def _png(figure: Figure, how: Print) -> bytes:
    width, height = (inches * how.enlarge * how.dpi for inches in figure.get_size_inches())
    if width * height > _MOST_PIXELS:
        raise OutputError(
            f"图片太大：{width:.0f}×{height:.0f} 像素；请调低 --dpi，或改用 PDF、SVG",
            f"the picture is too large: {width:.0f}×{height:.0f} pixels; "
            "lower --dpi, or choose PDF or SVG",
        )
    buffer = io.BytesIO()
    # The file states the resolution on paper; the drawing itself is that much finer.
    stated = {"dpi": (how.dpi, how.dpi)}
    figure.savefig(
        buffer, format="png", dpi=how.dpi * how.enlarge, metadata={"Software": None},
        pil_kwargs=stated,
    )  # fmt: skip
    return buffer.getvalue()


def _svg(figure: Figure, how: Print) -> bytes:
    buffer = io.StringIO()
    none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata={**none, "Title": how.title})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]  # without the address of a document type
    width, height = (inches * how.enlarge * _MM for inches in figure.get_size_inches())
    size = f'width="{width:.2f}mm" height="{height:.2f}mm"'
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', size, text, count=1)
    own = ", ".join(f"'{name}'" for name in canvas.font_names())
    known = ", ".join(f"'{name}'" for name in (*canvas.font_names(), *read_style().figure_fonts))
    return text.replace(own, f"{known}, sans-serif").encode("utf-8")


def _pdf(figure: Figure, how: Print) -> bytes:
    moment = wording.moment(how.stamp)
    words = {"Title": how.title, "CreationDate": moment, "Creator": None, "Producer": None}
    buffer, (width, height) = io.BytesIO(), figure.get_size_inches()
    dpi = figure.dpi
    file: Any = PdfFile(buffer, metadata=words)  # type: ignore[no-untyped-call]
    try:
        file.newPage(width * how.enlarge, height * how.enlarge)
        file.output(how.enlarge, 0, 0, how.enlarge, 0, 0, Op.concat_matrix)
        figure.dpi = _POINTS
        pages: Any = RendererPdf(file, dpi, height, width)  # type: ignore[no-untyped-call]
        renderer: Any = MixedModeRenderer(figure, width, height, dpi, pages)  # type: ignore[no-untyped-call]
        figure.draw(renderer)
        renderer.finalize()
        file.finalize()
    finally:
        figure.dpi = dpi
        file.close()
    return buffer.getvalue()
