"""Time service areas and catchments of many stations on a large grid of streets.

Usage: python -m benchmarks.service_area [--nodes 300000] [--stations 100] [--limits 15min 30min]

Streets form a square grid of 200 m, every tenth one a faster road, with a river that has a bridge
every 5 km. Times are of the process (user and system), memory its peak. The first run compiles.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import shapely

from spatialplan.io.base import read_speeds
from spatialplan.model.limit import parse_limit
from spatialplan.model.network import StreetNetwork
from spatialplan.network.build import network_from_lines
from spatialplan.network.catchment import catchments
from spatialplan.network.service_area import service_areas
from spatialplan.network.snap import snap_points

BLOCK_M = 200.0
BRIDGE_EVERY = 25  # blocks


def city(nodes: int) -> tuple[StreetNetwork, shapely.LineString]:
    """Return a network of about so many nodes, and a river across its middle."""
    size = round(nodes**0.5)
    at = np.arange(size)
    along = np.stack(np.meshgrid(at[:-1], at, indexing="ij"), -1).reshape(-1, 2)
    ahead = np.concatenate([along, along + np.array([1, 0])], axis=1)
    upward = np.concatenate([along[:, ::-1], along[:, ::-1] + np.array([0, 1])], axis=1)
    middle = size // 2
    wet = (upward[:, 1] == middle) & (upward[:, 0] % BRIDGE_EVERY != 0)
    ends = np.vstack([ahead, upward[~wet]])
    line = np.where(ends[:, 1] == ends[:, 3], ends[:, 1], ends[:, 0])
    names = np.where(line % 10 == 0, "secondary", "residential")
    network = network_from_lines(
        np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2) * BLOCK_M)),
        road_class=names.tolist(),
        name=[""] * len(ends),
        ref=[""] * len(ends),
        accuracy_m=np.zeros(len(ends)),
        crs="EPSG:4547",
        extent=shapely.box(-1e6, -1e6, 1e6, 1e6),
        speeds=read_speeds(),
        provenance=(),
    )
    bank = (middle + 0.5) * BLOCK_M
    return network, shapely.LineString([(-1e4, bank), (size * BLOCK_M + 1e4, bank)])


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=300_000)
    parser.add_argument("--stations", type=int, default=100)
    parser.add_argument("--limits", nargs="+", default=["15min"])
    told = parser.parse_args()
    network, river = city(told.nodes)
    rng = np.random.default_rng(4)
    xy = rng.uniform(0, network.x.max(), (told.stations, 2))
    snaps = snap_points(network, xy[:, 0], xy[:, 1], 500.0)
    ids = [str(k) for k in range(told.stations)]
    limits = [parse_limit(text) for text in told.limits]
    barriers = np.array([river], dtype=object)
    print(f"{network.n_nodes:,} nodes, {network.n_edges:,} edges, {told.stations} stations")
    for run in ("cold", "warm"):
        start = time.process_time()
        bands = service_areas(network, snaps, xy, ids, limits, barriers=barriers, access_m=500.0)
        areas_s = time.process_time() - start
        start = time.process_time()
        catchments(network, snaps, xy, ids, by="time", barriers=barriers, access_m=500.0)
        catchments_s = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{run}: {len(bands)} service areas {areas_s:.1f} s, catchments {catchments_s:.1f} s, "
            f"peak {peak:.2f} GB"
        )


if __name__ == "__main__":
    main()
