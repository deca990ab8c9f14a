"""Put the rows of a table on the ground: whose word on the datum counts, and what it costs.

The user's word comes first, then a row's own column, then the file's CRS, then overwhelming
evidence. Where none speaks the numbers are taken as they are (WGS-84, CGCS2000), and each row is as
inaccurate as the farthest datum that the evidence leaves open. Nothing is converted on a leaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.measures import datum, datum_notes, datum_words
from spatialplan.measures.datum import Datum
from spatialplan.measures.datum_evidence import SURE, Weights, weigh_datums
from spatialplan.measures.ground import Ground
from spatialplan.measures.readings import Kind, Reading
from spatialplan.measures.zone_evidence import weigh_zones
from spatialplan.measures.zones import to_degrees
from spatialplan.model.table import DatumFinding, DatumScore
from spatialplan.text import Text

__all__ = ["Claims", "Placed", "place_rows"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OLD_DATUM_M = 150.0
"""Beijing 54 lies some 55 m off in Hunan, Xian 80 over 100 m; no parameters are public."""
ROUND_M = 50.0
STRONG = SURE / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is said of a table's coordinates beside the numbers.

    Attributes
    ----------
    user
        Datum key or EPSG code that the user gave, empty where none.
    column
        The same of each row's own column, or `datum_words.OLD`.
    area
        Position of the district that each row states, or `ground.CITY`, shape (n,).
    names
        Name of each row, empty where there is none.
    """

    user: str
    column: Sequence[str]
    area: IntArray
    names: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a row lies, and `widening_m` metres that the datum adds to its inaccuracy."""

    lon: float
    lat: float
    widening_m: float
    repairs: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Rows that share a datum; `by` as in `DatumFinding`, `told` is said once of them all."""

    rows: IntArray
    key: str
    by: str
    suspected: str = ""
    widening_m: FloatArray | float = 0.0
    scores: tuple[DatumScore, ...] = ()
    repairs: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()
    told: tuple[Text, ...] = ()


def place_rows(
    readings: Sequence[Reading | Text], claims: Claims, ground: Ground
) -> tuple[list[Placed | None], DatumFinding]:
    """Return where each row lies, None for a row without a reading, and the datum of the table."""
    groups = [*_degree_groups(readings, claims, ground), *_plane_groups(readings, claims, ground)]
    placed: list[Placed | None] = [None] * len(readings)
    for group in groups:
        for row, place in zip(group.rows, _place(group, readings), strict=True):
            placed[row] = place
    return placed, _finding(groups)


def _place(group: _Group, readings: Sequence[Reading | Text]) -> list[Placed]:
    x, y = _numbers(readings, group.rows)
    is_degrees = group.key in set(Datum) or group.key == datum_words.OLD
    if group.key in set(Datum):
        lon, lat = datum.wgs84_from(Datum(group.key), x, y)
    else:
        lon, lat = (x, y) if is_degrees else to_degrees(group.key, x, y)
    wide = np.broadcast_to(group.widening_m, x.shape)
    return [
        Placed(lon=a, lat=b, widening_m=w, repairs=group.repairs, doubts=group.doubts)
        for a, b, w in zip(lon.tolist(), lat.tolist(), wide.tolist(), strict=True)
    ]


def _numbers(
    readings: Sequence[Reading | Text], rows: Sequence[int] | IntArray
) -> tuple[FloatArray, FloatArray]:
    chosen = [reading for row in rows if isinstance(reading := readings[row], Reading)]
    return np.array([r.x for r in chosen], float), np.array([r.y for r in chosen], float)


def _rows(readings: Sequence[Reading | Text], kind: Kind) -> list[tuple[int, Reading]]:
    return [
        (row, reading)
        for row, reading in enumerate(readings)
        if isinstance(reading, Reading) and reading.kind is kind
    ]


def _gather(words: Sequence[tuple[int, str, str]]) -> Mapping[tuple[str, str], IntArray]:
    """Return the rows of each pair of datum and whose word it is."""
    found: dict[tuple[str, str], list[int]] = {}
    for row, key, by in words:
        found.setdefault((key, by), []).append(row)
    return {pair: np.array(rows) for pair, rows in sorted(found.items())}


def _degree_groups(
    readings: Sequence[Reading | Text], claims: Claims, ground: Ground
) -> list[_Group]:
    words = []
    for row, reading in _rows(readings, Kind.DEGREES):
        column = claims.column[row]
        if claims.user:
            words.append((row, datum_words.as_degrees(claims.user), "user"))
        elif column:
            words.append((row, datum_words.as_degrees(column), "column"))
        elif reading.crs:
            words.append((row, str(Datum.WGS84), "file"))
        else:
            words.append((row, "", "none"))
    return [
        _weighed(readings, rows, (key, by), claims, ground)
        for (key, by), rows in _gather(words).items()
    ]


def _weighed(
    readings: Sequence[Reading | Text],
    rows: IntArray,
    claim: tuple[str, str],
    claims: Claims,
    ground: Ground,
) -> _Group:
    """Hold rows with one claim, or none, against the evidence."""
    key, by = claim
    lon, lat = _numbers(readings, rows)
    weights = weigh_datums(ground, lon, lat, claims.area[rows], [claims.names[r] for r in rows])
    if not key:
        return _by_evidence(rows, weights, lon, lat)
    doubts: tuple[Text, ...] = ()
    if key == datum_words.OLD:
        doubts = (datum_notes.old_doubt(),)
    elif by != "user" and weights.is_sure and weights.best != key:
        doubts = (datum_notes.against_doubt(key, weights.best),)
    return _Group(
        rows=rows,
        key=key,
        by=by,
        suspected=str(weights.best) if weights.is_sure and weights.best != key else "",
        widening_m=OLD_DATUM_M if key == datum_words.OLD else 0.0,
        scores=weights.scores,
        repairs=datum_notes.moved_note(key),
        doubts=doubts,
    )


def _by_evidence(rows: IntArray, weights: Weights, lon: FloatArray, lat: FloatArray) -> _Group:
    scores = weights.scores
    if weights.is_sure:
        key = str(weights.best)
        return _Group(
            rows=rows, key=key, by="evidence", scores=scores, repairs=datum_notes.moved_note(key)
        )
    lean = weights.leaning
    widening = _open_shift(weights.open, lon, lat)
    told: tuple[Text, ...] = ()
    if weights.is_mixed:
        told = (datum_notes.mixed_doubt(weights.best, weights.partner),)
    elif lean is None:
        told = (datum_notes.open_doubt(),)
    told = (*told, datum_notes.widened(float(widening.max(initial=0.0))))
    strong = told[:1] if lean is None else (datum_notes.lean_doubt(lean),)
    return _Group(
        rows=rows, key=str(Datum.WGS84), by="none", suspected=str(lean or ""), told=told,
        widening_m=widening, scores=scores, doubts=strong if _is_strong(weights) else (),
    )  # fmt: skip


def _is_strong(weights: Weights) -> bool:
    """Return whether another datum, or a mixture, is likely enough to look at every row.

    Not where some shift that is no datum explains the table still better: points scattered about
    their villages lean somewhere by chance.
    """
    if weights.shift <= 0:
        return False
    if weights.is_mixed:
        return weights.mixture <= -STRONG
    return weights.best is not Datum.WGS84 and weights.lead >= STRONG


def _open_shift(left: Sequence[Datum], lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Return how far the numbers would move at most under the datums left open, in metres."""
    shift = np.zeros(len(lon))
    for other in left:
        east, north = datum.wgs84_from(other, lon, lat)
        metres = 111_320.0 * np.hypot((east - lon) * np.cos(np.radians(lat)), north - lat)
        shift = np.maximum(shift, np.ceil(metres / ROUND_M) * ROUND_M)
    return shift


def _plane_groups(
    readings: Sequence[Reading | Text], claims: Claims, ground: Ground
) -> list[_Group]:
    words = []
    for row, reading in _rows(readings, Kind.PLANE):
        column = claims.column[row]
        suffix = " old" if (old := datum_words.is_old(column)) else ""
        if reading.crs:
            by = "file" if reading.is_stored else "evidence"
            words.append((row, reading.crs + suffix, by))
        elif claims.user.startswith("EPSG"):
            words.append((row, claims.user + suffix, "user"))
        elif column.startswith("EPSG") and not old:
            words.append((row, column, "column"))
        else:
            words.append((row, suffix, "none"))
    return [
        _zoned(readings, rows, (key, by), claims, ground)
        for (key, by), rows in _gather(words).items()
    ]


def _zoned(
    readings: Sequence[Reading | Text],
    rows: IntArray,
    claim: tuple[str, str],
    claims: Claims,
    ground: Ground,
) -> _Group:
    """Return plane rows with their CRS, weighing the zones where nothing says it."""
    key, _, old = claim[0].partition(" ")
    by, suspected = claim[1], ""
    scores: tuple[DatumScore, ...] = ()
    doubts: tuple[Text, ...] = ()
    if not key:
        zones = weigh_zones(ground, *_numbers(readings, rows), claims.area[rows])
        scores = zones.scores(len(rows))
        key, by = (zones.sure, "evidence") if zones.sure else (ground.network.crs, "none")
        suspected = "" if zones.sure else zones.codes[int(np.argmax(zones.score))]
        doubts = () if zones.sure else (datum_notes.zone_doubt(key),)
    is_old = bool(old) or datum_words.old_datum(key)
    return _Group(
        rows=rows,
        key=key,
        by=by,
        suspected=suspected,
        widening_m=OLD_DATUM_M if is_old else 0.0,
        scores=scores,
        doubts=(*doubts, datum_notes.old_doubt()) if is_old else doubts,
    )


def _finding(groups: Sequence[_Group]) -> DatumFinding:
    """Return the finding of the largest group, with a word on each of the others."""
    if not groups:  # nothing to decide: `decided_by` is empty, for nobody need tell the datum
        said = Text("表中没有可用的坐标", "the table has no usable coordinates")
        return DatumFinding(key=str(Datum.WGS84), decided_by="", suspected="", scores=(), said=said)
    ordered = sorted(groups, key=lambda group: (-len(group.rows), group.key, group.by))
    main = ordered[0]
    words = [
        datum_notes.said_of(g.key, g.by, len(g.rows), g.suspected, g.scores, g.told)
        for g in ordered
    ]
    return DatumFinding(
        key=main.key,
        decided_by=main.by,
        suspected=main.suspected,
        scores=main.scores,
        said=Text("；".join(t.zh for t in words), "; ".join(t.en for t in words)),
    )
