"""Time the whole check of a plan: the embedded cities, and a large extract read before.

Usage: python -m benchmarks.check EXTRACT.osm.pbf [--tiles 20]

The cities are checked by `spatialplan run` on the embedded data. The extract of Andorra is tiled N
times side by side and the test pack is checked on all of it, its bounds widened; reading is timed
apart, since the network is stored after the first time. Every run is a process of its own, timed
whole: start, reading, claims, concepts, and writing every output.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.osm_read import TILE_DEG, tile

PACK = Path(__file__).resolve().parent.parent / "tests" / "packs" / "andorra"


def run(*words: str | Path, cache: Path) -> tuple[float, float]:
    """Return wall seconds and peak memory in MB of a run."""
    env = {**os.environ, "SPATIALPLAN_CACHE": str(cache)}
    begin = time.perf_counter()
    command = [sys.executable, "-m", "spatialplan", "run", *map(str, words)]
    subprocess.run(command, env=env, check=True, capture_output=True)
    seconds = time.perf_counter() - begin
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def wide_pack(folder: Path, tiles: int) -> Path:
    """Copy the test pack with bounds that hold all tiles."""
    pack = folder / "andorra"
    shutil.copytree(PACK, pack)
    text = (pack / "plan.toml").read_text(encoding="utf-8")
    east = 1.79 + TILE_DEG * (tiles - 1)
    wider = re.sub(r"bounds = \[.*?\]", f"bounds = [1.40, 42.42, {east}, 42.66]", text)
    (pack / "plan.toml").write_text(wider, encoding="utf-8")
    return pack


def main() -> None:
    """Print one line for each run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extract", type=Path)
    parser.add_argument("--tiles", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for city in ("xiangtan", "yiyang"):
            seconds, memory = run(city, "--out", folder / city, cache=folder)
            print(f"{city}: {seconds:.1f} s, {memory:.0f} MB")
        large = folder / "large.osm.pbf"
        tile(options.extract, large, options.tiles)
        pack = wide_pack(folder, options.tiles)
        for what in ("first", "network stored"):
            seconds, memory = run(
                pack, "--pbf", large, "--out", folder / "large", cache=folder / "store"
            )
            size = large.stat().st_size / 1e6
            print(f"{size:.0f} MB extract, {what}: {seconds:.1f} s, {memory:.0f} MB")


if __name__ == "__main__":
    main()
