"""The maps of a coverage run and of a siting run: villages by state, stations, roads, as PNG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.siting import SitingResult
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import siting_summary
from spatialplan.outputs.figures import canvas, figure, map_drawing
from spatialplan.outputs.figures import map_scene as scenes
from spatialplan.outputs.figures.point_map import Marks, PointMap, draw_png
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = ["coverage_map_png", "facility_marks", "siting_map_png"]

_SMALLEST_PT, _LARGEST_PT, _CROWD_PT = 2.8, 5.2, 70.0
# Marker by sign, so that states differ in black-and-white print too.
_SHAPES = {"✓": "circle", "✗": "✗", "?": "triangle", "⊘": "⊘", "–": "circle"}
# From the bottom to the top: what calls for action lies on top.
_ORDER = (
    VillageState.NO_DATA,
    VillageState.COVERED,
    VillageState.UNROUTABLE,
    VillageState.UNCERTAIN,
    VillageState.NOT_COVERED,
)


def coverage_map_png(
    result: CoverageResult, basemap: Basemap, at: int = 0, lang: Lang = "zh"
) -> bytes:
    """Return villages by state for the limit at position `at`, as PNG at 200 dpi.

    Raises
    ------
    OutputError
        When this machine has no CJK font.
    """
    limit = result.limits[at].label.say(lang)
    within = f"{limit}内" if lang == "zh" else f"within {limit}"
    crs = result.plan.crs
    placed = sum(village.demand.is_placed for village in result.villages)
    title = _short_title(result.plan.title.say(lang), lang)
    fills = _fills(result)
    areas = result.areas[result.areas["facility"] == ""] if len(result.areas) else result.areas
    drawn = PointMap(
        title=f"{title}　村级服务覆盖图（{within}）" if lang == "zh"
        else f"{title}: coverage of villages {within}",
        marks={
            f"村（居），{within}" if lang == "zh" else f"Villages, {within}":
                _village_marks(result, at, crs),
            "站点" if lang == "zh" else "Facilities": facility_marks(result),
        },
        lines=_lines(len(result.villages), placed, crs, result.sources, lang),
        basemap=scenes.project_basemap(basemap, crs),
        lang=lang,
        areas=scenes.projected(areas, crs),
        fills=fills,
    )  # fmt: skip
    return draw_png(drawn, gpd.GeoSeries([result.network_extent], crs="EPSG:4326").to_crs(crs))


def siting_map_png(result: SitingResult, basemap: Basemap, lang: Lang = "zh") -> bytes:
    """Return the proposed sites, those there are, and what becomes of the villages, as PNG.

    Raises
    ------
    OutputError
        When this machine has no CJK font.
    """
    crs, symbols = result.plan.crs, read_style().siting
    limit = result.limit.label.say(lang)
    title = _short_title(result.plan.title.say(lang), lang)
    placed = sum(village.is_placed for village in result.villages)
    links = gpd.GeoDataFrame(geometry=[line for _, _, line in result.links], crs="EPSG:4326")
    sites = _xy([(site.lon, site.lat) for site in result.sites], crs)
    names = [f"{site.rank} {site.name}" for site in result.sites]
    star = symbols["proposed"]
    proposed = Marks(symbol=star, xy=sites, size_pt=map_drawing.size_pt(star), names=names)
    existing = symbols["existing"]
    drawn = PointMap(
        title=f"{title}　新增站点建议图（{limit}内）" if lang == "zh"
        else f"{title}: proposed sites (within {limit})",
        marks={
            "村（居）" if lang == "zh" else "Villages": _siting_marks(result, crs),
            "站点" if lang == "zh" else "Facilities": [
                Marks(
                    symbol=existing,
                    xy=_places(result.existing, crs),
                    size_pt=map_drawing.size_pt(existing),
                ),
                proposed,
            ],
        },
        lines=_lines(len(result.villages), placed, crs, result.sources, lang),
        basemap=scenes.project_basemap(basemap, crs),
        lang=lang,
        links=scenes.projected(links, crs),
    )  # fmt: skip
    return draw_png(drawn, gpd.GeoSeries())


def _short_title(title: str, lang: Lang) -> str:
    """Return a plan's title as it fits over a map."""
    return canvas.readable(title, 30 if lang == "zh" else 60)


def _xy(places: Iterable[tuple[float, float]], crs: str) -> map_drawing.Numbers:
    degrees = np.array(list(places), dtype=float).reshape(-1, 2)
    points = gpd.GeoSeries(gpd.points_from_xy(degrees[:, 0], degrees[:, 1]), crs="EPSG:4326")
    projected = points.to_crs(crs)
    return np.column_stack([projected.x, projected.y])


def _places(items: Iterable[Demand | Facility], crs: str) -> map_drawing.Numbers:
    """Return the places of those that have one."""
    return _xy([(i.lon, i.lat) for i in items if i.lon is not None and i.lat is not None], crs)


def _village_pt(number: int) -> float:
    """Return the size of a village's marker: the more there are, the smaller."""
    return float(np.clip(_CROWD_PT / np.sqrt(max(number, 1)), _SMALLEST_PT, _LARGEST_PT))


def _village_marks(result: CoverageResult, at: int, crs: str) -> list[Marks]:
    symbols = read_style().village_states
    size = _village_pt(len(result.villages))
    return [
        Marks(
            symbol=replace(
                symbols[state],
                shape=_SHAPES[symbols[state].sign],
                hollow=state is VillageState.NO_DATA,
            ),
            xy=_places((v.demand for v in result.villages if v.states[at] is state), crs),
            size_pt=size * (0.8 if state is VillageState.NO_DATA else 1.0),
        )
        for state in _ORDER
    ]


def _siting_marks(result: SitingResult, crs: str) -> list[Marks]:
    """Return the villages by what becomes of them, in the order of drawing."""
    symbols, size = read_style().siting, _village_pt(len(result.villages))
    groups: dict[str, list[Demand]] = {"before": [], "unservable": [], "left": [], "newly": []}
    outcomes = siting_summary.outcomes(result)
    for village in result.villages:
        groups[outcomes[village.id]].append(village)
    return [
        Marks(symbol=symbols[key], xy=_places(members, crs), size_pt=size)
        for key, members in groups.items()
    ]


def facility_marks(result: CoverageResult) -> list[Marks]:
    """Return the facilities that took part by tier, those of a tier without any left out."""
    facilities = [load.facility for load in result.facilities if load.used]
    crs, found = result.plan.crs, []
    for tier, symbol in read_style().tiers.items():
        mine = [f for f in facilities if f.tier == tier and f.is_placed]
        size = map_drawing.size_pt(symbol)
        names = [facility.name for facility in mine]
        if mine:
            found.append(Marks(symbol=symbol, xy=_places(mine, crs), size_pt=size, names=names))
    return found


def _fills(result: CoverageResult) -> dict[str, Symbol]:
    """Return the fill of the service area of each limit, the narrowest first."""
    bands = list(read_style().bands.values())
    limits = sorted({limit.value: limit for limit in result.limits}.values(), key=lambda x: x.value)
    return {
        limit.key: replace(bands[min(rank, len(bands) - 1)], label=limit.label)
        for rank, limit in enumerate(limits)
    }


def _lines(
    total: int, placed: int, crs: str, sources: Sequence[Provenance], lang: Lang
) -> list[str]:
    """Return the lines under the map: what is not drawn, CRS, attributions."""
    credits_ = "；".join(dict.fromkeys(source.attribution for source in sources))
    if lang == "zh":
        text = f"村（居）{total} 个，其中 {total - placed} 个无坐标未画出。坐标系 {crs}。"
        text += f"数据：{credits_}" if credits_ else ""
    else:
        text = f"{total} villages; {total - placed} without coordinates are not drawn. CRS {crs}."
        text += f" Data: {credits_}" if credits_ else ""
    return canvas.wrapped(canvas.readable(text, 400), figure.WIDTH_MM / 1.98).split("\n")
