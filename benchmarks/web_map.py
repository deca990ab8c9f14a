"""Time the coverage page in a browser: until it answers, and the frames of panning and zooming.

Usage: python -m benchmarks.web_map [--villages 2400 10000]

Made-up villages on Xiangtan's embedded roads go through `spatialplan coverage`; the page it writes
is opened in Chromium without network at 1366 × 768. "Ready" is from navigation to the first frame
after the page has built map and panel, "all" the same with every layer switched on. Frames are
those of 40 steps of panning and 12 of zooming, each until the second animation frame after it
(two frames of an idle page take 33 ms); "first" with the layers that the page shows by itself,
"all" with every layer.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
from playwright.sync_api import Page, sync_playwright

from spatialplan import loading
from spatialplan.io.plans import find_pack, read_plan

STATIONS = 120
STEP = """
(act) => new Promise((done) => {
  const begin = performance.now();
  SpatialPlan.map[act[0]](...act.slice(1));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
})
"""
READY = """
() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
  () => done(performance.now()))))
"""


def write_tables(folder: Path, villages: int) -> tuple[Path, Path]:
    """Write villages and stations beside random roads as CSV, WGS-84."""
    plan = read_plan(find_pack("xiangtan"))
    network = loading.load_inputs(plan).network
    rng = np.random.default_rng(7)
    paths = []
    for name, count in (("villages", villages), ("stations", STATIONS)):
        edges = rng.integers(0, network.n_edges, count)
        middle = [line.interpolate(rng.random(), normalized=True) for line in
                  network.geometry[edges]]  # fmt: skip
        points = gpd.GeoSeries(middle, crs=network.crs).to_crs("EPSG:4326")
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(["名称", "经度", "纬度"])
            table.writerows((f"样本{i}", f"{p.x:.6f}", f"{p.y:.6f}") for i, p in enumerate(points))
        paths.append(path)
    return paths[0], paths[1]


def make_page(folder: Path, villages: int) -> Path:
    """Return the coverage page of made-up villages."""
    demand, stations = write_tables(folder, villages)
    command = [sys.executable, "-m", "spatialplan", "coverage", "xiangtan", "--villages",
               str(demand), "--stations", str(stations), "--limit", "15min", "--datum", "wgs84",
               "--out", str(folder / "out")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return folder / "out" / "xiangtan_coverage_map.html"


def measure(page: Page, path: Path) -> dict[str, float]:
    """Return the milliseconds until the page answers, and those of its frames."""
    page.goto(path.as_uri())
    found = {"ready": float(page.evaluate(READY))}
    found |= {f"first {name}": value for name, value in _frames(page).items()}
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('[data-layer]').forEach("
                  "(box) => { if (!box.checked) { box.click(); } })")  # fmt: skip
    found["ready with all"] = float(page.evaluate(READY))
    return found | {f"all {name}": value for name, value in _frames(page).items()}


def _frames(page: Page) -> dict[str, float]:
    pans = [["panBy", [way * 60, way * 20], {"animate": False}] for way in (1, -1)] * 20
    zooms = [[way, 1, {"animate": False}] for way in ("zoomIn", "zoomOut")] * 6
    found: dict[str, float] = {}
    for name, acts in (("pan", pans), ("zoom", zooms)):
        frames = [float(page.evaluate(STEP, act)) for act in acts]
        found |= {f"{name} median": statistics.median(frames), f"{name} worst": max(frames)}
    return found


def main() -> None:
    """Print one line for each number of villages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--villages", type=int, nargs="+", default=[2400, 10_000])
    options = parser.parse_args()
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as name:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
        for count in options.villages:
            folder = Path(name) / str(count)
            folder.mkdir()
            path = make_page(folder, count)
            found = measure(context.new_page(), path)
            size = path.stat().st_size / 1e6
            said = ", ".join(f"{key} {value:.0f} ms" for key, value in found.items())
            print(f"{count} villages, {size:.2f} MB: {said}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
