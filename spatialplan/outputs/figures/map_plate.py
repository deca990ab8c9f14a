"""Maps of a check on standard paper: the overview, and the map of one layout concept."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Profile
from spatialplan.outputs import profile_frames, summary
from spatialplan.outputs.figures import canvas, map_layers, map_legend, plate
from spatialplan.outputs.figures import inset as inset_frame
from spatialplan.outputs.figures import map_scene as scenes
from spatialplan.outputs.figures.column import Column, state_tiles
from spatialplan.outputs.figures.map_drawing import Geometries
from spatialplan.outputs.figures.plate import Paper, Plate, sources_note
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["concept_map", "overview"]

_INSET_LEAST, _INSET_ASPECT = 46.0, 0.9  # height in mm, and least width over height
_ROOM_AROUND = 0.15  # how far beyond the districts the map of a concept may reach
_LEAST_EXTENT_M = 8000.0
_NOTES_MM = 17.0  # kept for the doubts of a concept
_TITLE = Text("{}　空间核查图", "{}: spatial check")
_CONCEPT_TITLE = Text("{plan}　{name}", "{plan}: {name}")
_CLAIMS = Text("论断核查 {} 条", "{} claims checked")
_FINDINGS = Text("核查要点 {} 项", "{} findings")
_ANSWER, _POINTS = Text("结论", "Answer"), Text("逐项核查", "Findings")
_DOUBTS = Text("数据质量", "Data quality")
_NOT_DRAWN = Text(
    "数据质量：要素 {total} 个，其中已定位 {located} 个、约略位置 {vague} 个（空心、虚线）、"
    "未定位 {missing} 个（未画）；图幅以外 {beyond} 个。路网范围以外一律为无数据。坐标系 {crs}。",
    "Data quality: {total} features, {located} located, {vague} approximate (hollow, dashed), "
    "{missing} unlocated and not drawn; {beyond} beyond the map. Beyond the mapped roads there is "
    "no data. CRS {crs}.",
)
_CONCEPT_NOT_DRAWN = Text(
    "数据质量：本结构所列要素 {total} 个，其中未定位 {missing} 个（未画）；约略位置画成空心、虚线。"
    "路网范围以外一律为无数据。坐标系 {crs}。",
    "Data quality: the concept lists {total} features, {missing} of them unlocated and not drawn; "
    "approximate places are hollow or dashed. Beyond the mapped roads there is no data. CRS {crs}.",
)


def overview(
    result: CheckResult, basemap: Basemap, paper: Paper, *, stamp: str, lang: Lang
) -> Figure:
    """Return the overview map on a sheet, with an inset where features crowd."""
    scene = scenes.read_scene(result, basemap, lang)
    extent = scenes.content_bounds(scene, result)
    title = _TITLE.say(lang).format(canvas.readable(result.plan.title.say(lang), 80))
    notes = (_feature_note(result, scene, extent), sources_note(result.sources, lang))
    sheet, room = plate.lay_out(
        Plate(size=paper.sheet, title=title, notes=notes, stamp=stamp, lang=lang)
    )
    map_box, side = plate.split(room)
    bounds = scenes.framed(extent, map_box[2] / map_box[3])
    main = canvas.add_axes(sheet, *map_box)
    column = Column(sheet, side, lang)
    whole = summary.tally_themes(result, lang)[-1]
    column.tiles(
        _CLAIMS.say(lang).format(whole.total), state_tiles(whole.counts, read_style().states, lang)
    )
    _fill_map(main, column, scene, bounds)
    return sheet


def _fill_map(main: Axes, column: Column, scene: scenes.Scene, bounds: scenes.Bounds) -> None:
    """Draw the map, an inset in the column where there is a crowd and room, and the legend."""
    entries = map_legend.legend_entries(scene, bounds)
    legend_mm = column.legend_height(entries, column.room - _INSET_LEAST)
    inset_mm = min(column.room - legend_mm - 3.0, column.width / _INSET_ASPECT)
    inset = None
    if inset_mm >= _INSET_LEAST / 2:
        inset = scenes.crowded_bounds(scene, bounds, column.width / inset_mm)
    if inset is not None:
        part = column.take(inset_mm)
        inset_frame.name_inset(main, part, inset, scene.lang)
        map_layers.draw_scene(part, scene, inset, north=False)
        inset_frame.frame_inset(main, part, inset)
    map_layers.draw_scene(main, scene, bounds, skip=inset)
    column.legend(entries, column.room)


def _feature_note(result: CheckResult, scene: scenes.Scene, bounds: scenes.Bounds) -> str:
    statuses = [str(feature.status) for feature in result.features]
    said = _NOT_DRAWN.say(scene.lang).format(
        total=len(statuses),
        located=statuses.count("located"),
        vague=statuses.count("approximate"),
        missing=len(statuses) - len(scene.features),
        beyond=int((~scenes.is_inside(scene.anchors, bounds)).sum()),
        crs=result.plan.crs,
    )
    return canvas.readable(said, 400)


def concept_map(
    result: CheckResult,
    basemap: Basemap,
    chosen: tuple[Concept, Profile],
    paper: Paper,
    *,
    stamp: str,
    lang: Lang,
) -> Figure:
    """Return the map of a layout concept: its features and sketches, answer, findings, doubts."""
    concept, profile = chosen
    scene = _concept_scene(result, basemap, concept, lang)
    title = _CONCEPT_TITLE.say(lang).format(
        plan=canvas.readable(result.plan.title.say(lang), 80),
        name=canvas.readable(concept.name.say(lang), 60),
    )
    named = {feature for features in concept.roles.values() for feature in features}
    missing = sum(not f.is_located for f in result.features if f.id in named)
    said = _CONCEPT_NOT_DRAWN.say(lang).format(
        total=len(named), missing=missing, crs=result.plan.crs
    )
    notes = (canvas.readable(said, 400), sources_note(result.sources, lang))
    sheet, room = plate.lay_out(
        Plate(size=paper.sheet, title=title, notes=notes, stamp=stamp, lang=lang)
    )
    map_box, side = plate.split(room)
    bounds = scenes.framed(_extent(scene, result), map_box[2] / map_box[3])
    map_layers.draw_scene(canvas.add_axes(sheet, *map_box), scene, bounds)
    entries = map_legend.legend_entries(scene, bounds)
    _fill_column(Column(sheet, side, lang), profile, entries, lang)
    return sheet


def _fill_column(
    column: Column, profile: Profile, entries: Sequence[map_legend.Entry], lang: Lang
) -> None:
    """Write answer, findings and doubts over the legend, which always has its room."""
    states = read_style().states
    tiles = state_tiles(profile_frames.tally_findings(profile), states, lang)
    column.tiles(_FINDINGS.say(lang).format(len(profile.findings)), tiles)
    column.paragraph(_ANSWER.say(lang), canvas.readable(profile.answer.say(lang), 700))
    legend_mm = column.legend_height(entries, column.room * 0.45) + 3.0
    found = [
        (states[f.state].sign, states[f.state].color, canvas.readable(f.answer.say(lang), 400))
        for f in profile.findings
    ]
    doubts = [("·", "#5d646b", canvas.readable(note.say(lang), 400)) for note in profile.notes]
    column.points(_POINTS.say(lang), found, legend_mm + (_NOTES_MM if doubts else 0.0))
    column.points(_DOUBTS.say(lang), doubts, legend_mm)
    column.legend(entries, column.room)


def _concept_scene(
    result: CheckResult, basemap: Basemap, concept: Concept, lang: Lang
) -> scenes.Scene:
    """Return the scene of a concept: its own features, and its sketches over them."""
    whole = scenes.read_scene(result, basemap, lang)
    frame = profile_frames.sketches_frame(result, lang)
    sketches = scenes.projected(frame[frame["concept"] == concept.id], result.plan.crs)
    named = {feature for features in concept.roles.values() for feature in features}
    # A sketch says more of a place than the feature's own symbol under it.
    sketched = _is_sketched(whole.features.geometry.to_numpy(), sketches.geometry.to_numpy())
    chosen = whole.features["id"].isin(named).to_numpy() & ~sketched
    return dataclasses.replace(
        whole,
        features=whole.features[chosen].reset_index(drop=True),
        anchors=whole.anchors[chosen],
        villages=whole.villages.iloc[:0],
        marks=whole.marks.iloc[:0],
        sketches=sketches,
    )


def _is_sketched(shapes: Geometries, sketches: Geometries) -> NDArray[np.bool_]:
    """Return which points have the symbol of a sketch within a metre."""
    spots = shapely.STRtree(sketches[shapely.get_dimensions(sketches) == 0])
    near = np.zeros(len(shapes), dtype=bool)
    near[spots.query(shapes, predicate="dwithin", distance=1.0)[0]] = True
    near &= shapely.get_dimensions(shapes) == 0
    return near


def _extent(scene: scenes.Scene, result: CheckResult) -> scenes.Bounds:
    """Return where the concept lies, as far as that is in or near the plan's area."""
    frames = [frame for frame in (scene.sketches, scene.drawn_features) if len(frame)]
    whole = scenes.content_bounds(scene, result)
    if not frames:
        return whole
    boxes = np.array([frame.total_bounds for frame in frames])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    reach = _ROOM_AROUND * max(whole[2] - whole[0], whole[3] - whole[1])
    low, high = (
        np.maximum(low, np.array(whole[:2]) - reach),
        np.minimum(high, np.array(whole[2:]) + reach),
    )
    centre, half = (low + high) / 2, np.maximum((high - low) / 2, _LEAST_EXTENT_M / 2)
    (left, bottom), (right, top) = centre - half, centre + half
    return float(left), float(bottom), float(right), float(top)
