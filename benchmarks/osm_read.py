"""Compare the OSM reader and network builder with osmnx and pyrosm: CPU, memory, size of the graph.

Usage: python -m benchmarks.osm_read EXTRACT.osm.pbf [--tiles 20]

Every tool makes the drivable network (motorway … residential, living_street, service, road, track)
of the extract, and of the extract tiled N times side by side, each in a process of its own. The
others are favoured: osmnx gets the roads alone, converted to XML beforehand at no cost; pyrosm need
not build or simplify a graph. The line "…everything" is our reader with places, points of interest,
boundaries and water as well. CPU is user and system time without imports, memory the peak of the
process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import osmium

from tests.osm_files import write_roads

LINKS = ("motorway", "trunk", "primary", "secondary", "tertiary")
CLASSES = {*LINKS, *(f"{name}_link" for name in LINKS), "unclassified", "residential",
           "living_street", "service", "road", "track"}  # fmt: skip
TILE_IDS = 20_000_000_000  # beyond the greatest id in use
TILE_DEG = 0.5
CRS = "EPSG:25831"

Counts = dict[str, float]


def ours(path: Path, *, roads_only: bool = False) -> Callable[[], Counts]:
    """Read the file and build the simplified network."""
    import numpy as np
    from shapely import box

    from spatialplan.io.base import read_speeds
    from spatialplan.io.osm_categories import read_categories
    from spatialplan.io.osm_pbf import read_osm
    from spatialplan.network.contract import network_from_ways

    def work() -> Counts:
        world = box(-180, -90, 180, 90)
        data = read_osm(
            path, world, categories=read_categories(), access=False, roads_only=roads_only
        )
        network = network_from_ways(
            data.roads, crs=CRS, extent=world, speeds=read_speeds(), provenance=(data.provenance,)
        )
        directions = network.forward.astype(np.int64) + network.backward
        return {
            "nodes": network.n_nodes,
            "edges": int(directions.sum()),
            "km": float((directions * network.length_m).sum() / 1000),
        }

    return work


def osmnx(path: Path) -> Callable[[], Counts]:
    """Build the simplified graph of the roads, read from XML."""
    import osmnx as ox

    def work() -> Counts:
        graph = ox.graph_from_xml(path.with_suffix("").with_suffix(".roads.osm"), retain_all=True)
        km = sum(length for *_, length in graph.edges(data="length")) / 1000
        return {"nodes": len(graph), "edges": len(graph.edges), "km": km}

    return work


def pyrosm(path: Path) -> Callable[[], Counts]:
    """Read the roads as tables of nodes and edges."""
    import pyrosm

    def work() -> Counts:
        reader = pyrosm.OSM(str(path))
        nodes, edges = reader.get_network(network_type="all", nodes=True)
        edges = edges[edges["highway"].isin(CLASSES)]
        return {"nodes": len(nodes), "edges": len(edges), "km": float(edges["length"].sum() / 1000)}

    return work


TOOLS = {
    "spatialplan": partial(ours, roads_only=True),
    "…everything": ours,
    "osmnx": osmnx,
    "pyrosm": pyrosm,
}


def run_tool(name: str, path: Path) -> None:
    """Do one tool's work and print its cost as JSON: the body of a subprocess."""
    work = TOOLS[name](path)
    before = time.process_time()
    counts = work()
    cpu = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": cpu, "peak_mb": peak, **counts}))


def tile(source: Path, target: Path, times: int) -> None:
    """Write an extract several times side by side, with ids of their own, sorted by kind and id."""
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
            for number in range(times):
                ids, shift = number * TILE_IDS, number * TILE_DEG
                for thing in osmium.FileProcessor(str(source), kind):
                    if isinstance(thing, osmium.osm.Node):
                        place = (thing.lon + shift, thing.lat)
                        writer.add_node(thing.replace(id=thing.id + ids, location=place))
                    elif isinstance(thing, osmium.osm.Way):
                        nodes = [node.ref + ids for node in thing.nodes]
                        writer.add_way(thing.replace(id=thing.id + ids, nodes=nodes))
                    elif isinstance(thing, osmium.osm.Relation):
                        members = [(m.type, m.ref + ids, m.role) for m in thing.members]
                        writer.add_relation(thing.replace(id=thing.id + ids, members=members))


def roads_as_xml(source: Path) -> None:
    """Write the roads of an extract as XML beside it, the only format that osmnx reads."""
    write_roads(source, source.with_suffix("").with_suffix(".roads.osm"), CLASSES)


def apart(work: Callable[..., None], *args: object) -> None:
    """Do work in a process of its own: a tool's peak memory counts from its parent's."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=args)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{work.__name__} failed")


def compare(path: Path) -> dict[str, Counts]:
    """Run every tool on one file and print its line."""
    print(f"\n{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    print(f"{'':12}{'CPU s':>9}{'peak MB':>9}{'nodes':>9}{'edges':>9}{'km':>10}")
    found: dict[str, Counts] = {}
    for name in TOOLS:
        command = [sys.executable, "-m", "benchmarks.osm_read", str(path), "--tool", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:12}failed: {done.stderr.strip().splitlines()[-1]}")
            continue
        cost = found[name] = json.loads(done.stdout.splitlines()[-1])
        print(f"{name:12}{cost['cpu_s']:9.2f}{cost['peak_mb']:9.0f}{cost['nodes']:9.0f}"
              f"{cost['edges']:9.0f}{cost['km']:10.1f}")  # fmt: skip
    for name in [name for name in found if name != "spatialplan"]:
        cpu, peak = (found[name][k] / found["spatialplan"][k] for k in ("cpu_s", "peak_mb"))
        print(f"{name} / spatialplan: CPU {cpu:.1f}x, memory {peak:.1f}x")
    return found


def main() -> None:
    """Compare the tools on the extract and on its tiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("extract", type=Path)
    parser.add_argument("--tiles", type=int, default=20)
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.tool:
        run_tool(args.tool, args.extract)
        return
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder) / "extract.osm.pbf", Path(folder) / "tiled.osm.pbf"
        one.write_bytes(args.extract.read_bytes())
        apart(tile, args.extract, many, args.tiles)
        results = []
        for path in (one, many):
            apart(roads_as_xml, path)
            results.append(compare(path))
        growth = results[1]["spatialplan"]["cpu_s"] / results[0]["spatialplan"]["cpu_s"]
        print(f"\nspatialplan: {args.tiles} times the data, {growth:.1f} times the CPU")


if __name__ == "__main__":
    main()
