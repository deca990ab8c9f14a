"""Time the nearest and second-nearest station of every village beside pandana and networkx.

Usage: python -m benchmarks.coverage [--nodes 300000] [--villages 2500] [--stations 2000]

The network is a seeded, irregular grid with bent streets, gaps and one-ways, of five road classes.
Each tool works in a process of its own on one processor, and its CPU seconds are counted, which do
not depend on what else runs; "peak MB" is the memory of that process, of which the row "data" is
what the network and the Python libraries take before any work. pandana (`pip install pandana`) and
networkx know places at nodes only, so that the comparison has them there for all; the costs are
checked against each other. What the others leave out is printed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import box

from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.network.build import network_from_lines
from spatialplan.network.nearest import nearest_two
from spatialplan.network.od import cost_matrix
from spatialplan.network.snap import snap_points

SPEEDS = SpeedTable(
    kmh={"primary": 45, "secondary": 40, "tertiary": 35, "unclassified": 30, "residential": 25},
    access_kmh=20.0,
    source="benchmark",
)
SPACING_M = 200.0
SNAP_M = 1500.0
QUARTER_HOUR_MS = 15 * 60_000.0
HORIZON_S = 20 * 60.0  # pandana slows down with it; what is farther is not compared

FloatArray = NDArray[np.float64]
Seconds = dict[str, float]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A network, and places beside its roads or at its nodes."""

    network: StreetNetwork
    villages: FloatArray
    stations: FloatArray


def make_world(n_nodes: int, n_villages: int, n_stations: int, *, at_nodes: bool) -> World:
    """Return a seeded world; its places lie anywhere, or at nodes."""
    rng = np.random.default_rng(7)
    side = int(np.sqrt(n_nodes))
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    xy = np.column_stack([column, row]) * SPACING_M + rng.normal(0, SPACING_M / 5, (side**2, 2))
    ids = np.arange(side**2).reshape(side, side)
    across = np.column_stack([ids[:, :-1].ravel(), ids[:, 1:].ravel()])
    along = np.column_stack([ids[:-1].ravel(), ids[1:].ravel()])
    ends = np.vstack([across, along])
    ends = ends[rng.random(len(ends)) < 0.8]
    middle = xy[ends].mean(axis=1) + rng.normal(0, SPACING_M / 10, (len(ends), 2))
    lines = shapely.linestrings(np.stack([xy[ends[:, 0]], middle, xy[ends[:, 1]]], axis=1))
    # Streets of one row or column of the grid are of one class: every 27th is a main road.
    place = np.where(ends[:, 1] - ends[:, 0] == 1, row[ends[:, 0]], column[ends[:, 0]])
    rank = sum((place % step == 0).astype(int) for step in (27, 9, 3)) + (
        rng.random(len(ends)) < 0.5
    )
    classes = np.array(["residential", "unclassified", "tertiary", "secondary", "primary"])
    one_way = rng.random(len(ends)) < 0.12
    network = network_from_lines(
        lines, road_class=list(classes[rank]), name=[""] * len(ends), ref=[""] * len(ends),
        accuracy_m=np.full(len(ends), 10.0), crs="EPSG:4547",
        extent=box(*shapely.total_bounds(lines)), speeds=SPEEDS, provenance=(),
        backward=~one_way, ends=ends,
    )  # fmt: skip
    wanted = n_villages + n_stations
    if at_nodes:
        main = np.flatnonzero(network.piece == 0)
        node = rng.choice(main, wanted, replace=False)
        places = np.column_stack([network.x[node], network.y[node]])
    else:
        places = rng.uniform(0, side * SPACING_M, (wanted, 2))
    return World(network=network, villages=places[:n_villages], stations=places[n_villages:])


def timed(work: Callable[[], Result]) -> tuple[float, float, Result]:
    """Return the seconds of a first and of a second run, and the result."""
    seconds = []
    for _ in range(2):
        before = time.process_time()
        result = work()
        seconds.append(time.process_time() - before)
    return seconds[0], seconds[1], result


def ours(world: World) -> tuple[Seconds, FloatArray]:
    """Snap, find the nearest two of every village, and draw all paths."""
    network, villages, stations = world.network, world.villages, world.stations
    *snapping, (a, b) = timed(
        lambda: tuple(snap_points(network, *xy.T, SNAP_M) for xy in (villages, stations))
    )
    *searching, found = timed(lambda: nearest_two(network, a, villages, b, stations, "time"))
    rows = np.arange(len(villages))
    *drawing, lines = timed(lambda: [found.paths(rows, rank) for rank in (0, 1)])
    n_lines = sum(line is not None for rank in lines for line in rank)
    if n_lines != int((found.facility >= 0).sum()):
        sys.exit("a path is missing")
    return {
        "snap": snapping[1], "cold": searching[0] + drawing[0],
        "nearest": searching[1], "paths": drawing[1],
    }, found.cost  # fmt: skip


def matrix(world: World) -> tuple[Seconds, FloatArray]:
    """Find the costs of all pairs of stations within a quarter of an hour."""
    snaps = snap_points(world.network, *world.stations.T, SNAP_M)
    side = snaps, world.stations
    cold, warm, cost = timed(
        lambda: cost_matrix(world.network, *side, *side, by="time", limit=QUARTER_HOUR_MS)
    )
    return {"cold": cold, "nearest": warm}, np.isfinite(cost).sum(axis=1)


def arcs(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    """Return tail, head and time of every arc."""
    n, (ahead, back) = world.network, (world.network.forward, world.network.backward)
    return (
        np.concatenate([n.source[ahead], n.target[back]]).astype(np.int64),
        np.concatenate([n.target[ahead], n.source[back]]).astype(np.int64),
        np.concatenate([n.time_ms[ahead], n.time_ms[back]]).astype(float),
    )


def nodes_of(world: World, xy: FloatArray) -> NDArray[np.int64]:
    """Return the nodes that places lie at."""
    return cKDTree(np.column_stack([world.network.x, world.network.y])).query(xy)[1]


def pandana(world: World) -> tuple[Seconds, FloatArray]:
    """Find the nearest two of every node: no legs, no paths.

    In seconds, for pandana counts in thousandths of the unit and overflows in milliseconds.
    """
    import pandana as pdna
    import pandas as pd

    tail, head, time_ms = arcs(world)
    x, y = pd.Series(world.network.x), pd.Series(world.network.y)
    weights = pd.DataFrame({"s": time_ms / 1000})
    before = time.process_time()
    graph = pdna.Network(x, y, pd.Series(tail), pd.Series(head), weights, twoway=False)
    build = time.process_time() - before
    villages, at = nodes_of(world, world.villages), nodes_of(world, world.stations)

    def work() -> pd.DataFrame:
        graph.set_pois("station", HORIZON_S, 2, x.iloc[at], y.iloc[at])
        return graph.nearest_pois(HORIZON_S, "station", num_pois=2, include_poi_ids=True)

    cold, warm, found = timed(work)
    return {"build": build, "cold": cold, "nearest": warm}, found[[1, 2]].to_numpy()[
        villages
    ] * 1000


def networkx(world: World) -> tuple[Seconds, FloatArray]:
    """Find the nearest of every node: no second, no legs, no paths."""
    import networkx as nx

    before = time.process_time()
    graph = nx.DiGraph()
    for tail, head, ms in zip(*(column.tolist() for column in arcs(world)), strict=True):
        known = graph.get_edge_data(head, tail, {"ms": np.inf})["ms"]
        graph.add_edge(head, tail, ms=min(known, ms))
    build = time.process_time() - before
    stations = set(nodes_of(world, world.stations).tolist())
    cold, warm, found = timed(
        lambda: nx.multi_source_dijkstra_path_length(graph, stations, weight="ms")
    )
    cost = np.array([found.get(node, np.inf) for node in nodes_of(world, world.villages).tolist()])
    return {"build": build, "cold": cold, "nearest": warm}, cost[:, None]


def data(world: World) -> tuple[Seconds, FloatArray]:
    """Do nothing: what the network and the libraries take."""
    return {}, world.villages[:0]


TOOLS = {"data": data, "spatialplan": ours, "matrix": matrix, "pandana": pandana,
         "networkx": networkx}  # fmt: skip
COLUMNS = ("snap", "build", "cold", "nearest", "paths")
LACKS = {
    "pandana": "no paths, no legs, places at nodes only; it truncates road times",
    "networkx": "no second nearest, no paths, no legs, places at nodes only",
}


def run_tool(name: str, sizes: tuple[int, int, int], target: Path, *, at_nodes: bool) -> None:
    """Do one tool's work and print its cost as JSON: the body of a subprocess."""
    seconds, cost = TOOLS[name](make_world(*sizes, at_nodes=at_nodes))
    np.save(target, cost)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak}))


def measure(name: str, sizes: tuple[int, int, int], *, at_nodes: bool) -> FloatArray | None:
    """Run a tool in a process of its own, print its line and return its costs."""
    if name == "pandana" and importlib.util.find_spec("pandana") is None:
        print(f"{name:14}missing; pip install pandana")
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "cost.npy"
        command = [
            sys.executable,
            "-m",
            "benchmarks.coverage",
            "--tool",
            name,
            "--out",
            str(target),
        ]
        command += [f"--{key}={n}" for key, n in zip(SIZES, sizes, strict=True)]
        done = subprocess.run(
            [*command, *(["--at-nodes"] if at_nodes else [])],
            capture_output=True, text=True, check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        if done.returncode:
            sys.exit(f"{name} failed: {done.stderr.strip().splitlines()[-1]}")
        told = json.loads(done.stdout.splitlines()[-1])
        seconds = told["seconds"]
        cells = "".join(f"{seconds[c]:9.2f}" if c in seconds else f"{'':9}" for c in COLUMNS)
        print(f"{name:14}{cells}{told['peak_mb']:9.0f}", flush=True)
        if "paths" in seconds:
            warm = seconds["nearest"] + seconds["paths"]
            print(f"{'':14}nearest, second and paths: {warm:.2f} s warm, "
                  f"{warm + seconds['snap']:.2f} s with snapping")  # fmt: skip
        return np.load(target)


SIZES = {"nodes": 300_000, "villages": 2500, "stations": 2000}


def main() -> None:
    """Compare the tools."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for key, number in SIZES.items():
        parser.add_argument(f"--{key}", type=int, default=number)
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--at-nodes", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    sizes = (args.nodes, args.villages, args.stations)
    if args.tool:
        run_tool(args.tool, sizes, args.out, at_nodes=args.at_nodes)
        return
    print("{} nodes, {} villages, {} stations; CPU seconds, warm but for `cold`".format(*sizes))
    head = "".join(f"{column:>9}" for column in COLUMNS)
    print(f"\nPlaces anywhere, snapped to edges\n{'':14}{head}{'peak MB':>9}")
    for name in ("data", "spatialplan"):
        measure(name, sizes, at_nodes=False)
    within = measure("matrix", sizes, at_nodes=False)
    if within is not None:
        print(f"{'':14}stations × stations within 15 min: {within.mean():.1f} of each in reach")
    print(f"\nPlaces at nodes, for the others' sake\n{'':14}{head}{'peak MB':>9}")
    own = measure("spatialplan", sizes, at_nodes=True)
    for name, lacks in LACKS.items():
        cost = measure(name, sizes, at_nodes=True)
        if own is not None and cost is not None:
            print(f"{'':14}{lacks}\n{'':14}{agreement(own[:, : cost.shape[1]], cost)}")


def agreement(own: FloatArray, other: FloatArray) -> str:
    """Say how far two tools' costs in milliseconds differ; what is not reached is far for both."""
    reached = own < HORIZON_S * 1000
    astray = int((reached != (other < HORIZON_S * 1000)).sum())
    gap = np.abs(own[reached] - other[reached]).max(initial=0.0)
    return (
        f"{reached.sum()} costs differ by {gap:.1f} ms at most, {astray} reached by one tool only"
    )


if __name__ == "__main__":
    main()
