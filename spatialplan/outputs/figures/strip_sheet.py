"""The sheet that strip diagrams are drawn on: an SVG element in millimetres, texts and symbols.

Text takes the page's own fonts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from xml.etree import ElementTree as ET

from spatialplan.outputs import wording

__all__ = ["INK", "QUIET", "RULE", "SIZE", "Anchor", "Pen", "Sheet", "corners", "outline"]

Anchor = Literal["start", "middle", "end"]

SIZE = 2.5
INK, QUIET, RULE = "#1d2126", "#5d646b", "#9aa1a8"
_CORNERS = {
    "triangle": (3, 0.0, 1.0),
    "diamond": (4, 0.0, 1.0),
    "square": (4, math.pi / 4, 1.0),
    "star": (10, 0.0, 0.45),
    "cross": (8, 0.0, 0.35),
}


def corners(shape: str, x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the corners of a point symbol, none for those that are drawn as a circle."""
    if shape not in _CORNERS:
        return []
    count, turn, inner = _CORNERS[shape]
    found = []
    for number in range(count):
        angle = turn + 2 * math.pi * number / count
        reach = 1.2 * radius * (inner if number % 2 else 1.0)
        found.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return found


def outline(shape: str, x: float, y: float, radius: float) -> str:
    """Return the path of a point symbol; a circle for every shape but the cornered ones."""
    found = corners(shape, x, y, radius)
    if not found:
        arc = f"a{radius:.2f} {radius:.2f} 0 1 0"
        return f"M{x - radius:.2f} {y:.2f}{arc} {2 * radius:.2f} 0{arc} {-2 * radius:.2f} 0Z"
    return "M" + "L".join(f"{east:.2f} {south:.2f}" for east, south in found) + "Z"


class Pen(Protocol):
    """What a strip diagram is drawn with; lengths are millimetres from the upper left corner."""

    def write(
        self, words: str, at: tuple[float, float], *, anchor: Anchor = "start", size: float = SIZE,
        ink: str = INK, rim: bool = True, turn: float = 0.0,
    ) -> None:  # fmt: skip
        """Write a line of text, turned clockwise by degrees; a white rim reads over lines."""

    def rule(self, points: Sequence[tuple[float, float]], *, dash: str = "", ink: str = RULE,
             width: float = 0.18) -> None:  # fmt: skip
        """Draw a thin line through points."""

    def box(
        self, at: tuple[float, float], size: tuple[float, float], *, fill: str, edge: str,
        width: float = 0.15, dash: str = "",
    ) -> None:  # fmt: skip
        """Draw a rectangle from its upper left corner."""

    def symbol(self, shape: str, x: float, y: float, color: str) -> None:
        """Draw a point symbol."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An SVG element that is being filled; all lengths are millimetres."""

    root: ET.Element

    def put(self, tag: str, words: str = "", **attributes: str | float) -> None:
        """Append an element; underscores in attribute names become hyphens."""
        said = {
            key.replace("_", "-"): f"{value:.2f}" if isinstance(value, float) else value
            for key, value in attributes.items()
        }
        ET.SubElement(self.root, tag, said).text = wording.clean(words) or None

    def write(
        self, words: str, at: tuple[float, float], *, anchor: Anchor = "start", size: float = SIZE,
        ink: str = INK, rim: bool = True, turn: float = 0.0,
    ) -> None:  # fmt: skip
        """Write a line of text, turned clockwise by degrees; a white rim reads over lines."""
        more: dict[str, str] = {}
        if turn:
            more["transform"] = f"rotate({turn:g} {at[0]:.2f} {at[1]:.2f})"
        if rim:
            more |= {"stroke": "#ffffff", "stroke-width": "0.5", "paint-order": "stroke"}
        self.put(
            "text", words, x=at[0], y=at[1], text_anchor=anchor, font_size=size, fill=ink, **more
        )  # fmt: skip

    def rule(self, points: Sequence[tuple[float, float]], *, dash: str = "", ink: str = RULE,
             width: float = 0.18) -> None:  # fmt: skip
        """Draw a thin line through points."""
        path = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        more = {"stroke-dasharray": dash} if dash else {}
        self.put("path", d=path, fill="none", stroke=ink, stroke_width=width, **more)

    def box(
        self, at: tuple[float, float], size: tuple[float, float], *, fill: str, edge: str,
        width: float = 0.15, dash: str = "",
    ) -> None:  # fmt: skip
        """Draw a rectangle from its upper left corner."""
        more = {"stroke-dasharray": dash} if dash else {}
        self.put(
            "rect", x=at[0], y=at[1], width=size[0], height=size[1], fill=fill, stroke=edge,
            stroke_width=width, **more,
        )  # fmt: skip

    def symbol(self, shape: str, x: float, y: float, color: str) -> None:
        """Draw a point symbol."""
        path = outline(shape, x, y, 1.05)
        self.put("path", d=path, fill=color, stroke="#ffffff", stroke_width=0.2)

    def text(self) -> str:
        """Return the element as it stands in a page."""
        return ET.tostring(self.root, encoding="unicode")
