"""Draw one figure of a plan into a file: what it is drawn from, its paper, its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from matplotlib.figure import Figure

from spatialplan.errors import OutputError
from spatialplan.files import ensure_folder, write_bytes
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.plan import Plan
from spatialplan.model.profile import Strip
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import profile_frames
from spatialplan.outputs.figures import canvas, chart_plate, coverage_plate, map_plate, plate
from spatialplan.outputs.figures.chart_plate import Chart
from spatialplan.outputs.figures.plate import Paper
from spatialplan.outputs.figures.printing import Form, Print, print_figure
from spatialplan.text import Lang

__all__ = [
    "Form",
    "Request",
    "draw_check",
    "draw_coverage",
    "draw_siting",
    "file_name",
    "needed",
    "require",
    "write_figure",
]

_RING_FAMILY, _MAP_PAPER = "ring", "A4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which figure, and how it is printed.

    `paper` is empty for A4 under a map, and for a chart as wide as a page's text.
    """

    name: str
    concept: str = ""
    form: Form = Form.PNG
    dpi: int = 300
    paper: str = ""
    lang: Lang = "zh"
    stamp: str = ""


def draw_check(result: CheckResult, ground: Basemap, request: Request) -> bytes:
    """Return a figure of a check, as the bytes of its file.

    Raises
    ------
    OutputError
        When the plan has nothing to draw it from, or this machine has no Chinese font.
    """
    lang, stamp = request.lang, request.stamp
    if request.name == "overview":
        return _map(
            request,
            lambda paper: map_plate.overview(result, ground, paper, stamp=stamp, lang=lang),
        )
    if request.name == "concept":
        found = next(p for p in profile_frames.pairs(result) if p[0].id == request.concept)
        return _map(
            request,
            lambda paper: map_plate.concept_map(
                result, ground, found, paper, stamp=stamp, lang=lang
            ),
        )
    if request.name == "ring":
        line = _ring(result)
        return _chart(request, lambda: chart_plate.strip_chart(result, line, lang))
    return _chart(request, lambda: chart_plate.scorecard_chart(result, lang))


def draw_coverage(result: CoverageResult, ground: Basemap, request: Request) -> bytes:
    """Return the map of coverage by township, as the bytes of its file."""
    return _map(
        request,
        lambda paper: coverage_plate.coverage_map(
            result, ground, paper, stamp=request.stamp, lang=request.lang
        ),
    )


def draw_siting(result: SitingResult, request: Request) -> bytes:
    """Return the curve of new sites against coverage, as the bytes of its file."""
    return _chart(request, lambda: chart_plate.trade_off_chart(result, request.lang))


def _map(request: Request, draw: Callable[[Paper], Figure]) -> bytes:
    paper = plate.PAPERS[request.paper or _MAP_PAPER]
    with canvas.drawing():
        return _printed(draw(paper), paper.enlarge, request)


def _chart(request: Request, chart: Callable[[], Chart]) -> bytes:
    paper = plate.PAPERS[request.paper] if request.paper else None
    with canvas.drawing():
        figure, enlarge = chart_plate.compose(
            chart(), paper, stamp=request.stamp, lang=request.lang
        )
        return _printed(figure, enlarge, request)


def _printed(figure: Figure, enlarge: float, request: Request) -> bytes:
    how = Print(
        form=request.form, dpi=request.dpi, enlarge=enlarge, stamp=request.stamp,
        title=str(figure.get_label()),
    )  # fmt: skip
    return print_figure(figure, how)


def require(plan: Plan, request: Request) -> None:
    """Refuse a figure that the plan has nothing for, before anything is computed.

    Raises
    ------
    OutputError
        When a ring is to be unrolled and the plan has none.
    """
    if request.name == "ring" and all(c.family != _RING_FAMILY for c in plan.concepts):
        raise OutputError(
            f"规划“{plan.id}”没有环线类布局结构，画不出环线展开图；"
            f"可画的图见 spatialplan figure list {plan.id}",
            f"plan {plan.id!r} has no ring to unroll; "
            f"spatialplan figure list {plan.id} names what can be drawn",
        )


def needed(plan: Plan, request: Request) -> Plan:
    """Return the plan with the layout concepts that a figure shows, to measure no others."""
    shown = tuple(
        concept
        for concept in plan.concepts
        if (request.name == "ring" and concept.family == _RING_FAMILY)
        or (request.name == "concept" and concept.id == request.concept)
    )
    return replace(plan, concepts=shown)


def _ring(result: CheckResult) -> Strip:
    """Return the ring unrolled; OutputError where none could be traced on the roads."""
    for concept, profile in profile_frames.pairs(result):
        if concept.family == _RING_FAMILY and profile.strips:
            return profile.strips[0]
    raise OutputError(
        f"规划“{result.plan.id}”的环线在现有路网上没有线位，画不出展开图；请用 --pbf 给出路网",
        f"the ring of plan {result.plan.id!r} is not on the roads at hand and cannot be unrolled; "
        "give roads with --pbf",
    )


def file_name(plan: Plan, request: Request) -> str:
    """Return the name of a figure's file; ids from data keep only letters, digits, - and _."""
    parts = [plan.id, request.name, request.concept]
    return "_".join(_safe(part) for part in parts if part) + f".{request.form}"


def _safe(part: str) -> str:
    return re.sub(r"[^\w-]+", "-", part)[:60]


def write_figure(content: bytes, path: Path) -> Path:
    """Write a figure, whole or not at all, and return its path.

    Raises
    ------
    OutputError
        When the file cannot be written; an older one stays as it was.
    """
    if path.is_dir():
        raise OutputError(
            f"{path} 是文件夹，不能写成图；请把 --out 写到文件名",
            f"{path} is a folder; give --out a file name",
        )
    ensure_folder(path.parent)
    write_bytes(path, content)
    return path
