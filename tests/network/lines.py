"""Small networks of hand-drawn lines, for tests."""

from __future__ import annotations

import numpy as np
from shapely import LineString, box

from spatialplan.model.network import Snaps, SpeedTable
from spatialplan.network.build import network_from_lines
from spatialplan.network.snap import snap_points

CRS = "EPSG:4547"
SPEEDS = SpeedTable(
    kmh={"street": 36.0, "slow": 18.0, "motorway": 108.0, "motorway_link": 54.0},
    access_kmh=18.0,
    source="test",
)  # 36 km/h: a metre takes 100 ms


def line_array(*coords):
    """Return LineStrings as an object array."""
    out = np.empty(len(coords), dtype=object)
    out[:] = [LineString(c) for c in coords]
    return out


def make_network(*coords, road_class=None, forward=None, backward=None, **more):
    """Return a network of lines, of class street and two-way unless said otherwise."""
    lines = line_array(*coords)
    n = len(lines)
    values = {
        "road_class": road_class or ["street"] * n,
        "name": [""] * n,
        "ref": [""] * n,
        "accuracy_m": np.zeros(n),
        "crs": CRS,
        "extent": box(-1e6, -1e6, 1e6, 1e6),
        "speeds": SPEEDS,
        "provenance": (),
        "forward": None if forward is None else np.array(forward, dtype=bool),
        "backward": None if backward is None else np.array(backward, dtype=bool),
    }
    values.update(more)
    return network_from_lines(lines, **values)


def snap(network, points, limit_m=1e5) -> Snaps:
    """Snap (x, y) pairs."""
    xy = np.array(points, dtype=float).reshape(-1, 2)
    return snap_points(network, xy[:, 0], xy[:, 1], limit_m)
