"""Match the drawn sections of a ring onto the edges of the network, by place and direction.

Every 25 m of a section is laid onto the nearest edge that runs about the same way within the
tolerance, of the classes that the section usually has if there is one; what finds none is not on
the network. It is the nearest-candidate matching of White,
Bernstein & Kornhauser (2000), without a path: sections are drawn from the same map as the roads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.model.network import StreetNetwork

__all__ = ["Matches", "class_shares", "match_sections", "section_figures"]

STEP_M = 25.0
SAME_WAY_COS = np.cos(np.radians(30.0))
SERVES_SHARE = 0.5  # an edge is of the ring when at least this share of it runs along one
USUAL_SHARE = 0.05  # a class with less of a section is that of a road beside it
CARRIAGEWAYS_M = 50.0  # a section drawn as one line has its carriageways within this
TOLERANCE = 2.0  # times the accuracy of section and road together

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Pieces of sections, at most 25 m each, and the edge that each lies on.

    Attributes
    ----------
    section
        Position of the section of each piece, shape (k,).
    length_m
        Length of each piece in metres, shape (k,).
    edge
        Position of the edge, -1 where there is none, shape (k,).
    on_ring
        Which edges of the section's usual classes run along it for at least half their length,
        both carriageways, shape (m,).
    """

    section: IntArray
    length_m: FloatArray
    edge: IntArray
    on_ring: NDArray[np.bool_]


def match_sections(
    network: StreetNetwork, sections: Sequence[BaseGeometry], accuracy_m: FloatArray
) -> Matches:
    """Return which edge each piece of the sections lies on.

    An edge may be off by twice the accuracy of section and edge together (95 % when it is one
    standard deviation).

    Parameters
    ----------
    sections
        Lines in the network's CRS.
    accuracy_m
        Of each section, shape (sections,).
    """
    parts, of = shapely.get_parts(np.array(sections, dtype=object), return_index=True)
    accuracy = np.asarray(accuracy_m, dtype=float)
    drawn = _pieces(parts)
    section = of[drawn.line].astype(np.int64)
    reach = TOLERANCE * np.hypot(accuracy.max(initial=0.0), network.accuracy_m.max())
    reach = max(float(reach), CARRIAGEWAYS_M)
    near = np.unique(STRtree(network.geometry).query(parts, predicate="dwithin", distance=reach)[1])
    roads = _pieces(network.geometry[near])
    off, road_off = accuracy[section], network.accuracy_m[near][roads.line]
    kind = _base_classes(network)[near][roads.line]
    piece, road, apart = _candidates(drawn, off, roads, road_off)
    found = _nearest(piece, road, apart, len(section))
    usual = _usual(section, kind, found, drawn.length_m)
    fits = usual[section[piece], kind[road]]
    better = _nearest(piece[fits], road[fits], apart[fits], len(section))
    found = np.where(better >= 0, better, found)
    edge = np.full(len(section), -1, dtype=np.int64)
    edge[found >= 0] = near[roads.line[found[found >= 0]]]
    road, piece, _ = _candidates(roads, road_off, drawn, off, CARRIAGEWAYS_M)
    served = np.zeros(len(roads.line), dtype=bool)
    served[road[usual[section[piece], kind[road]]]] = True
    along = np.bincount(roads.line[served], roads.length_m[served], len(near))
    on_ring = np.zeros(network.n_edges, dtype=bool)
    on_ring[near] = along >= SERVES_SHARE * network.length_m[near]
    return Matches(section=section, length_m=drawn.length_m, edge=edge, on_ring=on_ring)


def _base_classes(network: StreetNetwork) -> IntArray:
    """Return a number for the class of each edge, a link's that of its road."""
    base = [str(c).removesuffix("_link") for c in network.road_class]
    return np.unique(base, return_inverse=True)[1].ravel().astype(np.int64)


def _usual(
    section: IntArray, kind: IntArray, found: IntArray, length_m: FloatArray
) -> NDArray[np.bool_]:
    """Return which classes a section usually has, shape (sections, classes)."""
    hit = found >= 0
    total = np.zeros((int(section.max(initial=0)) + 1, int(kind.max(initial=0)) + 1))
    np.add.at(total, (section[hit], kind[found[hit]]), length_m[hit])
    return np.asarray((total > 0) & (total >= USUAL_SHARE * total.sum(axis=1, keepdims=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pieces:
    """Straight pieces of lines: the line of each, its start, its way, its length."""

    line: IntArray
    start: FloatArray
    way: FloatArray
    length_m: FloatArray


def _pieces(lines: NDArray[np.object_]) -> _Pieces:
    xy, line = shapely.get_coordinates(shapely.segmentize(lines, STEP_M), return_index=True)
    same = line[1:] == line[:-1]
    a, b = xy[:-1][same], xy[1:][same]
    return _Pieces(
        line=line[:-1][same].astype(np.int64), start=a, way=b - a, length_m=np.hypot(*(b - a).T)
    )


def _candidates(
    pieces: _Pieces,
    accuracy_m: FloatArray,
    others: _Pieces,
    other_accuracy_m: FloatArray,
    least_m: float = 0.0,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return pieces, others that run the same way within the tolerance, and how far they are.

    Distance is from the middle of a piece; the tolerance is `least_m` at least.
    """
    middle = pieces.start + pieces.way / 2
    reach = TOLERANCE * np.hypot(accuracy_m, other_accuracy_m.max(initial=0.0))
    reach = np.maximum(reach, least_m)
    ends = np.stack([others.start, others.start + others.way], axis=1)
    piece, other = STRtree(np.asarray(shapely.linestrings(ends), dtype=object)).query(
        shapely.points(middle), predicate="dwithin", distance=reach
    )
    own, way = pieces.way[piece], others.way[other]
    keep = np.abs((way * own).sum(axis=1)) >= SAME_WAY_COS * (
        pieces.length_m[piece] * others.length_m[other]
    )
    piece, other, way = piece[keep], other[keep], way[keep]
    to = middle[piece] - others.start[other]
    share = (to * way).sum(axis=1) / np.maximum(others.length_m[other], 1e-9) ** 2
    apart = np.hypot(*(to - np.clip(share, 0.0, 1.0)[:, None] * way).T)
    tolerance = TOLERANCE * np.hypot(accuracy_m[piece], other_accuracy_m[other])
    near = apart <= np.maximum(tolerance, least_m)
    return piece[near], other[near], apart[near]


def _nearest(piece: IntArray, other: IntArray, apart: FloatArray, n_pieces: int) -> IntArray:
    """Return the nearest candidate of each piece, -1 for none."""
    order = np.lexsort((other, apart, piece))
    first = order[np.unique(piece[order], return_index=True)[1]]
    found = np.full(n_pieces, -1, dtype=np.int64)
    found[piece[first]] = other[first]
    return found


def section_figures(network: StreetNetwork, matches: Matches, n_sections: int) -> pd.DataFrame:
    """Return length, share on the network and mean speed of each section.

    Returns
    -------
    DataFrame
        By position of the section: ``drawn_m``, ``found_share`` in [0, 1], ``speed_kmh`` (length
        over time of what was found, nan without any), ``accuracy_m`` of the roads (nan likewise).
    """
    hit = matches.edge >= 0
    edge, section, length = matches.edge[hit], matches.section[hit], matches.length_m[hit]
    drawn = np.bincount(matches.section, matches.length_m, n_sections)
    found = np.bincount(section, length, n_sections)
    pace = network.time_ms[edge] / network.length_m[edge]  # milliseconds per metre
    time = np.bincount(section, length * pace, n_sections)
    worst = np.full(n_sections, np.nan)
    np.fmax.at(worst, section, network.accuracy_m[edge])
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "drawn_m": drawn,
                "found_share": found / drawn,
                "speed_kmh": found / time * 3600,
                "accuracy_m": worst,
            }
        )


def class_shares(network: StreetNetwork, matches: Matches) -> pd.DataFrame:
    """Return how much of each section is of which road class.

    Returns
    -------
    DataFrame
        ``section``, ``road_class``, ``length_m``, ``share`` of what was found of the section,
        ``speed_kmh``; from the longest within each section.
    """
    hit = matches.edge >= 0
    edge, length = matches.edge[hit], matches.length_m[hit]
    table = pd.DataFrame(
        {
            "section": matches.section[hit],
            "road_class": network.road_class[edge].astype(str),
            "length_m": length,
            "time_ms": length * network.time_ms[edge] / network.length_m[edge],
        }
    )
    table = table.groupby(["section", "road_class"], as_index=False).sum()
    table["share"] = table["length_m"] / table.groupby("section")["length_m"].transform("sum")
    table["speed_kmh"] = table["length_m"] / table.pop("time_ms") * 3600
    table = table.sort_values(["section", "length_m", "road_class"], ascending=[True, False, True])
    return table.reset_index(drop=True)
