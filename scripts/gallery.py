"""Make the previews in ``maps/gallery/``: pictures of web maps, of printed sheets, of QGIS sheets.

Usage: python scripts/gallery.py [OUT_FOLDER]

Needs Chromium (SPATIALPLAN_CHROMIUM names its program), playwright, pdftoppm (poppler-utils) and
QGIS (SPATIALPLAN_QGIS_PROCESS names its program without windows).
The coverage map is made of positions that this script invents; its pictures say so.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1366, 768
PRINT_DPI = 140
COLOURS = 256  # of a picture's palette: maps have few, and palettes keep the files small
ROUNDS = 8  # keep rare colours, such as that of one symbol, and the paper true
MOST_BYTES = 400_000
SEED = 14  # the invented villages are the same each time
VILLAGES_PER_TOWNSHIP = 12
SPREAD_DEG = 0.022  # about two kilometres
SAMPLE = "（示例数据，非实际情况）"
# The sheet that is pictured of each plan's QGIS project.
LAYOUTS = {"xiangtan": "环线产业圈 A4", "yiyang": "一核两翼三极 A4"}
# What the page shows besides the concepts, which have pictures of their own.
NOT_CONCEPTS = {"overview", "villages", "quality"}


def main() -> None:
    """Write all pictures into the folder named on the command line, or ``maps/gallery/``."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "maps" / "gallery"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium() as page:
        folder = Path(name)
        for plan in ("xiangtan", "yiyang"):
            run("run", plan, "--out", str(folder))
            picture_plan(page, folder / f"{plan}_map.html", out, plan)
            picture_layout(folder / f"{plan}.qgz", LAYOUTS[plan], out / f"{plan}-qgis-a4.png")
        picture_sheet(page, folder / "xiangtan_map.html", out / "xiangtan-print-a4.png")
        villages, stations = invent(folder)
        run(
            "coverage", "xiangtan", "--villages", str(villages), "--stations", str(stations),
            "--limit", "15min", "--limit", "5km", "--out", str(folder),
        )  # fmt: skip
        picture_sample(page, folder / "xiangtan_coverage_map.html", out)


def run(*arguments: str) -> None:
    """Run one command of spatialplan."""
    subprocess.run([sys.executable, "-m", "spatialplan", *arguments], check=True)  # noqa: S603


@contextmanager
def chromium() -> Iterator[Page]:
    """Yield a page of a desktop screen."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("SPATIALPLAN_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, offline=True, reduced_motion="reduce"
        )
        yield context.new_page()
        browser.close()


def invent(folder: Path) -> tuple[Path, Path]:
    """Write tables of villages and stations of Xiangtan with invented positions."""
    random = np.random.default_rng(SEED)
    base = ROOT / "layers" / "base"
    seats = {
        row["code"]: row
        for row in read(base / "places.csv")
        if row["kind"] == "township" and row["code"].startswith("4303")
    }
    left = dict.fromkeys(seats, VILLAGES_PER_TOWNSHIP)
    villages = [["县市区", "乡镇", "行政村", "经度", "纬度"]]
    for row in read(base / "villages.csv"):
        code = row["township_code"]
        if left.get(code):
            left[code] -= 1
            at = random.normal((float(seats[code]["lon"]), float(seats[code]["lat"])), SPREAD_DEG)
            where = [f"{value:.5f}" for value in at]
            villages.append([row["district"], row["township"], row["name"], *where])
    stations = [["站点名称", "乡镇", "经度", "纬度", "级别"]]
    stations += [
        [f"示例站（{seat['name']}）", seat["name"], seat["lon"], seat["lat"], "乡镇运输服务站"]
        for seat in seats.values()
    ]
    return write(folder / "示例村.csv", villages), write(folder / "示例站点.csv", stations)


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def write(path: Path, rows: list[list[str]]) -> Path:
    """Write rows as CSV that spreadsheets read too; return its path."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def open_page(page: Page, path: Path) -> list[dict[str, Any]]:
    """Open a web map and return its themes."""
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.wait_for_selector("#theme")
    themes: list[dict[str, Any]] = page.evaluate("SpatialPlan.data.mapThemes")
    return themes


def picture_plan(page: Page, path: Path, out: Path, plan: str) -> None:
    """Picture the overview of a plan and each of its concepts."""
    for theme in open_page(page, path):
        if theme["id"] in NOT_CONCEPTS - {"overview"}:
            continue
        page.evaluate("id => SpatialPlan.setTheme(id)", theme["id"])
        if theme["id"] not in NOT_CONCEPTS:
            page.click("#tab-concepts")
        page.wait_for_timeout(500)
        save(page.screenshot(), out / f"{plan}-{theme['id']}.png")


def picture_sheet(page: Page, path: Path, picture: Path, title: str = "") -> None:
    """Picture the first view as it is printed on A4."""
    open_page(page, path)
    page.evaluate("window.print = () => {}; 0")
    page.click("#print-open")
    page.fill("#print-name", title)
    page.click("#print-go")
    with tempfile.TemporaryDirectory() as name:
        stem = Path(name) / "sheet"
        page.pdf(path=f"{stem}.pdf", prefer_css_page_size=True, print_background=True)
        save(first_page(stem), picture)


def first_page(stem: Path) -> bytes:
    """Return the first page of a PDF, named without its ending, as PNG."""
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(PRINT_DPI), f"{stem}.pdf", str(stem)]
    subprocess.run(command, check=True)  # noqa: S603
    return stem.with_suffix(".png").read_bytes()


def picture_layout(project: Path, layout: str, picture: Path) -> None:
    """Picture a sheet of a QGIS project as QGIS prints it."""
    program = os.environ.get("SPATIALPLAN_QGIS_PROCESS") or shutil.which("qgis_process.bin")
    with tempfile.TemporaryDirectory() as name:
        stem = Path(name) / "sheet"
        settings = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": name, "HOME": name}
        command = [
            str(program), "run", "native:printlayouttopdf", f"--project_path={project}", "--",
            f"LAYOUT={layout}", f"OUTPUT={stem}.pdf",
        ]  # fmt: skip
        # QGIS asks the first Python of the path for its libraries.
        system = {"PATH": f"/usr/bin{os.pathsep}{os.defpath}", "FC_LANG": "zh-cn"}
        subprocess.run(command, check=True, env=os.environ | settings | system)  # noqa: S603
        save(first_page(stem), picture)


def picture_sample(page: Page, path: Path, out: Path) -> None:
    """Picture the coverage map of invented positions, on the screen and on paper."""
    open_page(page, path)
    title = page.evaluate("SpatialPlan.data.plan.title") + SAMPLE
    page.evaluate("title => { document.querySelector('#panel h1').textContent = title; }", title)
    page.evaluate("SpatialPlan.settle()")
    save(page.screenshot(), out / "sample-coverage.png")
    picture_sheet(page, path, out / "sample-coverage-print-a4.png", title)


def save(png: bytes, path: Path) -> None:
    """Write a picture with a small palette.

    Raises
    ------
    ValueError
        When it is still too large for a gallery.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    small = picture.quantize(
        COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=ROUNDS, dither=Image.Dither.NONE
    )
    small.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.name}: {path.stat().st_size} bytes, more than {MOST_BYTES}")


if __name__ == "__main__":
    main()
