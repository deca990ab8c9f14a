"""Read an OpenStreetMap file (.osm.pbf, .osm, .osm.bz2) for one area and one mode.

The file is read once for nodes and ways, after a quick look at its relations.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import SourceError
from spatialplan.io.osm_categories import PoiCategories
from spatialplan.io.osm_features import FeatureCollector
from spatialplan.io.osm_roads import RoadCollector, RoadRules
from spatialplan.io.osm_scan import Scan
from spatialplan.model.osm import Mode, OsmData
from spatialplan.model.source import Provenance
from spatialplan.text import Text

__all__ = ["READER", "read_osm"]

READER = 2  # raised when other things are read of a file: what the store kept before is left alone


def read_osm(
    path: Path,
    area: BaseGeometry,
    mode: Mode = Mode.DRIVE,
    *,
    categories: PoiCategories,
    ferries: bool = False,
    tolls: bool = True,
    access: bool = True,
    roads_only: bool = False,
) -> OsmData:
    """Read the part of an OpenStreetMap file that meets an area.

    Parameters
    ----------
    area
        The plan's area with its margin, WGS-84. Ways that touch it are kept whole.
    categories
        Which objects are points of interest, and of which category.
    ferries, tolls
        Whether ferries, and roads that the mode pays for, count as roads.
    access
        Whether access limits and barriers are honoured.
    roads_only
        Whether places, points of interest, boundaries, water and rails are left out, which takes
        half the time.

    Returns
    -------
    OsmData
        With the number of objects kept and left out by reason in ``counts``.

    Raises
    ------
    SourceError
        When the file is missing, is no OSM file, is cut short, or holds no road of the area.
    """
    rules = RoadRules(mode=mode, ferries=ferries, tolls=tolls, access=access)
    scan = Scan(
        roads=RoadCollector(rules=rules), features=FeatureCollector(sorter=categories.sorter())
    )
    if not path.is_file():
        raise _unreadable(path, Text("没有这个文件", "no such file"))
    try:
        if roads_only:
            scan.run_roads(path)
        else:
            scan.run(path, categories.keys)
        date = _date(path)
    except (RuntimeError, OSError) as error:
        cause = " ".join(str(error).split())
        raise _unreadable(path, Text(cause, cause)) from error
    roads = scan.roads.finish(area)
    layers = scan.features.finish(area)
    if len(roads.way_id) == 0:
        raise _roadless(path, area, scan)
    return OsmData(
        mode=mode,
        roads=roads,
        **layers,
        restrictions=int(np.isin(scan.restricted, roads.way_id).sum()),
        counts=dict(sorted((scan.roads.counts + scan.features.counts + scan.counts).items())),
        area=area,
        provenance=_provenance(path, date),
    )


def _unreadable(path: Path, cause: Text) -> SourceError:
    return SourceError(
        f"读不了 OSM 文件 {path}（{cause.zh}）；请给出完整的 .osm.pbf 文件，如 Geofabrik 的"
        " hunan-latest.osm.pbf",
        f"cannot read {path} as an OSM extract ({cause.en}); give a whole .osm.pbf file",
    )


def _roadless(path: Path, area: BaseGeometry, scan: Scan) -> SourceError:
    """Return the error of a file without roads in the area, with the likely cause."""
    missing = scan.counts["roads_missing_nodes"]
    if missing and not scan.roads.counts["roads_outside"]:
        cause = Text(
            f"{missing} 条道路的节点没有坐标：缺少节点，或未按节点、路、关系的顺序排列，可用"
            " osmium sort 排序",
            f"{missing} roads have nodes without coordinates: nodes are missing, or come after the"
            " ways; osmium sort puts them in order",
        )
        return _unreadable(path, cause)
    min_x, min_y, max_x, max_y = area.bounds
    where = f"{min_x:.2f}–{max_x:.2f}°E, {min_y:.2f}–{max_y:.2f}°N"
    return SourceError(
        f"OSM 文件 {path} 在规划区域（{where}）内没有道路，可能是别处的数据；"
        "请换成覆盖本市的省级文件",
        f"{path} has no road in the plan's area ({where}); give an extract that covers the city",
    )


def _date(path: Path) -> str:
    """Return the date of the data, empty text where the file does not tell."""
    header = osmium.io.Reader(str(path), osmium.osm.NOTHING).header()
    return str(header.get("osmosis_replication_timestamp", "") or header.get("timestamp", ""))[:10]


def _provenance(path: Path, date: str) -> Provenance:
    return Provenance(
        id="osm-pbf",
        title=Text(f"OpenStreetMap 提取文件 {path.name}", f"OpenStreetMap extract {path.name}"),
        date=date or "unknown",
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors",
        accuracy=Text("约 ±10 米", "about ±10 m"),
    )
