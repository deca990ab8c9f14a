"""Time the coverage page in a browser: until it answers, and the frames of panning and zooming.

Usage: python -m benchmarks.web_map [--villages 2400 10000]

Made-up villages on Xiangtan's embedded roads go through `spatialplan coverage`; the page it writes
is opened in Chromium without network at 1366 × 768, all layers on. "Ready" is from navigation to
the first frame after the page has built map and panel; frames are those of 40 steps of panning and
12 of zooming by keyboard, each waited for by two animation frames.
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
    ready = float(page.evaluate(READY))
    page.evaluate("document.querySelectorAll('[data-layer]').forEach("
                  "(box) => { if (!box.checked) { box.click(); } })")  # fmt: skip
    acts = [["panBy", [60, 20], {"animate": False}], ["panBy", [-60, -20], {"animate": False}]] * 20
    acts += [["zoomIn", 1, {"animate": False}], ["zoomOut", 1, {"animate": False}]] * 6
    frames = [float(page.evaluate(STEP, act)) for act in acts]
    return {
        "ready": ready,
        "pan_median": statistics.median(frames[:40]),
        "pan_worst": max(frames[:40]),
        "zoom_median": statistics.median(frames[40:]),
        "zoom_worst": max(frames[40:]),
    }


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
