"""Draw a strip diagram, a line unrolled, as SVG that stands inside a page and prints sharp.

From the top: points with their labels, one track of bands under the other, the chainage, what the
numbers in narrow bands stand for, the key. Lengths are millimetres of paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

from spatialplan.model.profile import Strip, StripBand
from spatialplan.outputs import wording
from spatialplan.outputs.figures import strip_labels
from spatialplan.outputs.figures.strip_sheet import INK, QUIET, RULE, SIZE, Anchor, Pen, Sheet
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.outputs.wording import ems, fitted
from spatialplan.text import Lang, Text

__all__ = ["WIDTH_MM", "draw_strip", "strip_svg", "tick_step"]

WIDTH_MM, _LEFT, _RIGHT = 174.0, 25.0, 6.0
_CHART = WIDTH_MM - _LEFT - _RIGHT
_BAND, _TRACK, _ROW, _LINE = 6.4, 8.0, 3.9, 4.0
_SMALL = 2.15
_EVENT_EMS, _TRACK_EMS = 14.0, 9.5
_MOST_ROWS, _PITCH, _SLANT = 10, 3.4, 55.0  # more rows than that stand slanted
_COLUMNS, _MOST_TICKS = 3, 10
_SEAM = "#b3261e"
_TOUCH_KM = 1e-6
_STEPS = (1.0, 2.0, 5.0, 10.0)
_KM = Text("公里", "km")
_CLOSED = Text("两端为同一处（环线）", "both ends are one place (a ring)")

X = Callable[[float], float]  # from km along the line to millimetres on paper


def strip_svg(strip: Strip, lang: Lang = "zh") -> str:
    """Return the diagram as an ``<svg>`` element for a page; it loads nothing and has no ids."""
    sheet = Sheet(
        ET.Element("svg", {"role": "img", "aria-label": wording.clean(strip.title.say(lang))})
    )
    height = draw_strip(sheet, strip, lang)
    sheet.root.set("viewBox", f"0 0 {WIDTH_MM:g} {height:.1f}")
    return sheet.text()


def draw_strip(sheet: Pen, strip: Strip, lang: Lang) -> float:
    """Draw the diagram, `WIDTH_MM` wide, and return its height."""
    tracks = _draw_events(sheet, strip, lang)
    foot, left_out = _draw_tracks(sheet, strip, tracks, lang)
    y = _draw_axis(sheet, strip, (tracks, foot), lang)
    y = _write_left_out(sheet, left_out, y)
    return _draw_key(sheet, strip, y, lang)


def _scale(strip: Strip) -> X:
    """Return where a chainage lies; beyond the ends it stays at the end."""

    def x(km: float) -> float:
        share = km / strip.length_km if strip.length_km > 0 else 0.0
        return _LEFT + _CHART * min(max(share, 0.0), 1.0)

    return x


def tick_step(length_km: float, most: int = _MOST_TICKS) -> float:
    """Return the distance between ticks: 1, 2 or 5 times a power of ten, `most` of them at most.

    Examples
    --------
    >>> tick_step(40.0), tick_step(7.3), tick_step(0.9)
    (5.0, 1.0, 0.1)
    """
    if length_km <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length_km / most))
    return next(step * power for step in _STEPS if step * power * most >= length_km * (1 - 1e-9))


def _event_symbol(kind: str) -> Symbol:
    known = read_style().events
    return known.get(kind, known["place"])


def _draw_events(sheet: Pen, strip: Strip, lang: Lang) -> float:
    """Draw the points over the tracks and return where the tracks begin."""
    events = sorted(strip.events, key=lambda event: event.km)
    if not events:
        return 1.0
    at = list(map(_scale(strip), (event.km for event in events)))
    texts = [fitted(event.label.say(lang), _EVENT_EMS) for event in events]
    symbols = [_event_symbol(event.kind) for event in events]
    labels = strip_labels.placed(at, texts, WIDTH_MM)
    if max(label.row for label in labels) < _MOST_ROWS:
        foot = _draw_rows(sheet, labels, symbols)
    else:
        foot = _draw_slanted(sheet, at, texts, symbols)
    for x, symbol in zip(at, symbols, strict=True):
        sheet.symbol(symbol.shape, x, foot - 1.3, symbol.color)
    return foot


def _draw_rows(
    sheet: Pen, labels: Sequence[strip_labels.Label], symbols: Sequence[Symbol]
) -> float:
    """Draw upright labels in rows over their leaders; return where the leaders end."""
    foot = 1.0 + (max(label.row for label in labels) + 1) * _ROW + 3.0
    for label in labels:
        sheet.rule(((label.x, foot - 3.0 - label.row * _ROW), (label.x, foot)))
    for label, symbol in zip(labels, symbols, strict=True):
        side = -0.7 if label.flipped else 0.7
        anchor: Anchor = "end" if label.flipped else "start"
        at = (label.x + side, foot - 3.2 - label.row * _ROW)
        sheet.write(label.text, at, anchor=anchor, ink=symbol.color)
    return foot


def _draw_slanted(
    sheet: Pen, at: Sequence[float], texts: Sequence[str], symbols: Sequence[Symbol]
) -> float:
    """Draw slanted labels side by side, with leaders that bend; return where the leaders end."""
    places = strip_labels.spread(at, _PITCH, (_LEFT, _LEFT + _CHART))
    rise = math.sin(math.radians(_SLANT)) * max(map(ems, texts)) * SIZE
    foot = 1.5 + rise + 8.0
    for x, place, text, symbol in zip(at, places, texts, symbols, strict=True):
        sheet.rule(((place, foot - 7.2), (x, foot - 2.8), (x, foot)))
        end = (place + 0.3, foot - 7.4)
        sheet.write(text, end, anchor="end", ink=symbol.color, turn=_SLANT)
    return foot


def _draw_tracks(sheet: Pen, strip: Strip, top: float, lang: Lang) -> tuple[float, dict[str, int]]:
    """Draw the tracks; return their lower edge and, by label, the number of those left out."""
    tracks: dict[str, list[StripBand]] = {}
    for band in strip.bands:
        tracks.setdefault(band.track.say(lang), []).append(band)
    left_out: dict[str, int] = {}
    x, y = _scale(strip), top
    for name, bands in tracks.items():
        name_at = (_LEFT - 1.5, y + _BAND / 2 + 0.9)
        sheet.write(fitted(name, _TRACK_EMS), name_at, anchor="end")
        for lane in _lanes(bands):
            sheet.box((_LEFT, y), (_CHART, _BAND), fill="none", edge=RULE, width=0.12)
            for band in lane:
                _draw_band(sheet, band, (x(band.start_km), x(band.end_km), y), left_out, lang)
            y += _TRACK
    return y - (_TRACK - _BAND if tracks else 0.0), left_out


def _lanes(bands: Sequence[StripBand]) -> list[list[StripBand]]:
    """Return the bands of a track in lanes within which none lies on another."""
    lanes: list[list[StripBand]] = []
    for band in bands:
        free = (
            lane
            for lane in lanes
            if all(
                band.start_km >= other.end_km - _TOUCH_KM
                or band.end_km <= other.start_km + _TOUCH_KM
                for other in lane
            )
        )
        lane = next(free, None)
        if lane is None:
            lanes.append([band])
        else:
            lane.append(band)
    return lanes


def _draw_band(
    sheet: Pen,
    band: StripBand,
    at: tuple[float, float, float],
    left_out: dict[str, int],
    lang: Lang,
) -> None:
    """Draw a band with its label, or with a number where the label finds no room."""
    tone = read_style().tones[band.tone]
    x, end, y = at
    edge, width = (tone.color, 0.4) if tone.dash else (QUIET, 0.15)
    size = (max(end - x, 0.3), _BAND)
    sheet.box((x, y), size, fill=tone.fill, edge=edge, width=width, dash=tone.dash)
    label = " ".join(wording.clean(band.label.say(lang)).split())
    room = end - x - 0.5
    letters = next((fit for fit in (SIZE, _SMALL) if ems(label) * fit <= room), 0.0)
    if not letters:
        label, letters = str(left_out.setdefault(label, len(left_out) + 1)), _SMALL
    middle = ((x + end) / 2, y + _BAND / 2 + letters * 0.36)
    inside = end - x > ems(label) * letters
    ink = tone.color if inside else INK
    sheet.write(label, middle, anchor="middle", size=letters, ink=ink, rim=not inside)


def _draw_axis(sheet: Pen, strip: Strip, edges: tuple[float, float], lang: Lang) -> float:
    """Draw the chainage under the tracks, and the seam of a ring; return the lower edge."""
    top, foot = edges
    x, y = _scale(strip), foot + 1.6
    sheet.rule(((_LEFT, y), (_LEFT + _CHART, y)), ink=INK, width=0.25)
    step, length = tick_step(strip.length_km), strip.length_km
    # A tick close to the end would run into the end's own label.
    marks = [step * n for n in range(int(length / step) + 1) if length - step * n > step * 0.6]
    for km in marks:
        sheet.rule(((x(km), y), (x(km), y + 1.0)), ink=INK, width=0.25)
        sheet.write(f"{km:g}", (x(km), y + 3.6), anchor="middle", size=_SMALL)
    end = _LEFT + _CHART
    sheet.rule(((end, y), (end, y + 1.0)), ink=INK, width=0.25)
    said = f"{length:,.1f} {_KM.say(lang)}"
    sheet.write(said, (WIDTH_MM - 0.5, y + 3.6), anchor="end", size=_SMALL)
    if strip.closed:
        for edge in (_LEFT, end):
            sheet.rule(((edge, top), (edge, y)), dash="1 0.6", ink=_SEAM, width=0.35)
            sheet.symbol("circle", edge, y, _SEAM)
        sheet.write(_CLOSED.say(lang), (_LEFT, y + 7.0), size=_SMALL, ink=_SEAM)
    return y + (8.2 if strip.closed else 4.8)


def _write_left_out(sheet: Pen, left_out: dict[str, int], top: float) -> float:
    """Write what the numbers stand for, in columns; return the lower edge."""
    column = (WIDTH_MM - _LEFT) / _COLUMNS
    for position, (label, number) in enumerate(left_out.items()):
        line, place = divmod(position, _COLUMNS)
        words = fitted(f"{number} {label}", column / _SMALL - 1)
        at = (_LEFT + place * column, top + line * _LINE + 2.6)
        sheet.write(words, at, size=_SMALL, ink=QUIET)
    return top + math.ceil(len(left_out) / _COLUMNS) * _LINE


def _draw_key(sheet: Pen, strip: Strip, top: float, lang: Lang) -> float:
    """Draw the tones and the kinds of points that occur; return the lower edge."""
    style = read_style()
    tones = {band.tone for band in strip.bands}
    kinds = {event.kind if event.kind in style.events else "place" for event in strip.events}
    used = [(style.tones[key], True) for key in style.tones if key in tones]
    used += [(style.events[key], False) for key in style.events if key in kinds]
    x, y = _LEFT, top + 3.2
    for symbol, is_band in used:
        words = symbol.label.say(lang)
        wide = 7.0 + ems(words) * _SMALL
        if x + wide > WIDTH_MM:
            x, y = _LEFT, y + _LINE
        if is_band:
            edge, width = (symbol.color, 0.4) if symbol.dash else (QUIET, 0.15)
            sheet.box(
                (x, y - 2.1), (4.0, 2.6), fill=symbol.fill, edge=edge, width=width,
                dash=symbol.dash,
            )  # fmt: skip
        else:
            sheet.symbol(symbol.shape, x + 2.0, y - 0.8, symbol.color)
        sheet.write(words, (x + 5.0, y), size=_SMALL)
        x += wide + 2.0
    return y + 1.4
