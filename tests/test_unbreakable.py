"""Results survive what happens to a writer: kill -9, a second writer, a full or read-only disk."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from spatialplan import files
from spatialplan.errors import OutputError
from spatialplan.figuring import write_figure
from spatialplan.files import write_together
from spatialplan.writing import write_coverage, write_import, write_outputs, write_siting
from tests.conftest import ROOT
from tests.coverage_sample import sample_coverage, sample_siting
from tests.outputs import import_sample
from tests.sample import sample_basemap, sample_result

resource = pytest.importorskip("resource")  # a system with kill -9

STAMP = "2026-11-22 08:00"


def write_run(folder: Path) -> list[Path]:
    return write_outputs(sample_result(), sample_basemap(), folder, stamp=STAMP)


def write_cover(folder: Path) -> list[Path]:
    return write_coverage(sample_coverage(), sample_basemap(), folder, stamp=STAMP)


def write_sites(folder: Path) -> list[Path]:
    return write_siting(sample_siting(), sample_basemap(), folder, stamp=STAMP)


def write_read(folder: Path) -> list[Path]:
    rows = tuple(tuple(cell.replace("\ud800", "") for cell in row) for row in import_sample.ROWS)
    result = import_sample.result(import_sample.table(import_sample.raw_table(rows=rows)))
    return write_import(result, [], import_sample.villages(), folder, name="sample")


def write_drawn(folder: Path) -> list[Path]:
    return [write_figure(b"new" * 9000, folder / "sample_overview.png")]


WRITERS: dict[str, Callable[[Path], list[Path]]] = {
    "run": write_run,
    "coverage": write_cover,
    "site": write_sites,
    "import": write_read,
    "figure": write_drawn,
}


def die_at(step: int) -> None:
    """Kill this process when all is written but not moved (0), or before the nth rename after."""
    write_journal, replace, armed = files._write_journal, Path.replace, []

    def die(*_args: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def dying_replace(path: Path, target: Path) -> Path:
        if armed:
            armed.append(path)
        if len(armed) > step:
            die()
        return replace(path, target)

    def arm(*args: object) -> None:
        write_journal(*args)
        armed.append("journal")

    files._write_journal = die if step == 0 else arm
    Path.replace = dying_replace


def child(what: str, folder: str, step: int) -> None:
    """Write in a process of its own, and die at a step; -1 lives."""
    if what == "figure":
        Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    elif step >= 0:
        die_at(step)
    WRITERS[what](Path(folder))


def start(what: str, folder: Path, step: int = -1) -> subprocess.Popen[str]:
    code = f"from tests.test_unbreakable import child; child({what!r}, {str(folder)!r}, {step})"
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def state(folder: Path) -> dict[str, bytes]:
    """Return the files that a user sees."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
    }


def new_set(folder: Path, old: dict[str, bytes]) -> dict[str, bytes]:
    """Return what a run has put into a folder; old files that were none of a run's it has kept."""
    found = state(folder)
    kept = {name: found.pop(name) for name in list(found) if "_edited." in name}
    assert kept == {
        f"{Path(name).stem}_edited{Path(name).suffix}": content
        for name, content in old.items()
        if name.endswith((".gpkg", ".qgz"))
    }
    return found


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The sets that the writers write, undisturbed."""
    found = {}
    for what, write in WRITERS.items():
        folder = tmp_path_factory.mktemp(what)
        write(folder)
        found[what] = state(folder)
    return found


def put_old(folder: Path, names: dict[str, bytes]) -> dict[str, bytes]:
    """Fill a folder with an earlier set, which is recognised by its content."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(f"old {name}".encode())
    return state(folder)


@pytest.mark.parametrize("what", ["run", "coverage", "import", "figure"])
def test_killed_before_the_end_it_leaves_every_old_file(tmp_path, whole, what: str) -> None:
    old = put_old(tmp_path, whole[what])
    done = start(what, tmp_path, 0)
    done.communicate(timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert state(tmp_path) == old
    assert hidden(tmp_path)
    if what == "figure":  # one file needs no folder aside
        return
    written = WRITERS[what](tmp_path)
    assert not hidden(tmp_path)
    assert all((tmp_path / path.name).read_bytes() != old.get(path.name) for path in written)
    if what != "import":  # which tells its moment, and never writes over a copy of a clerk
        assert new_set(tmp_path, old) == whole[what]


@pytest.mark.parametrize("step", [1, 4])
def test_killed_among_the_renames_it_is_finished_by_the_next_writer(
    tmp_path, whole, step: int
) -> None:
    old = put_old(tmp_path, whole["run"])
    done = start("run", tmp_path, step)
    done.communicate(timeout=60)
    assert done.returncode == -signal.SIGKILL
    found = state(tmp_path)
    moved = [name for name in found if found[name] == whole["run"][name]]
    assert len(moved) == step - 1
    assert all(found[name] == old[name] for name in set(old) - set(moved))
    write_together(tmp_path, lambda new: [])
    assert new_set(tmp_path, old) == whole["run"]
    assert not hidden(tmp_path)


def test_of_two_commands_at_once_one_is_killed_and_the_other_finishes(tmp_path) -> None:
    """Real runs: the first to write is killed while the other waits or still computes."""
    names = ("xiangtan_map.html", "xiangtan_report.html", "xiangtan_tables.xlsx", "xiangtan.gpkg",
             "xiangtan.qgz", "result.json")  # fmt: skip
    old = put_old(tmp_path, dict.fromkeys(names, b""))
    both = {year: command(tmp_path, year) for year in (2002, 2003)}
    until = time.monotonic() + 120
    while not (made := list(tmp_path.glob(".spatialplan-*/new/xiangtan_report.html"))):
        assert all(one.poll() is None for one in both.values())
        assert time.monotonic() < until
        time.sleep(0.01)
    writing = int(year_of(made[0]))
    both[writing].kill()
    both[writing].communicate()
    assert both[writing].returncode == -signal.SIGKILL
    assert state(tmp_path) == old
    assert hidden(tmp_path)

    [other] = set(both) - {writing}
    _, said = both[other].communicate(timeout=120)
    assert both[other].returncode == 0, said
    assert not hidden(tmp_path)
    assert {year_of(tmp_path / name) for name in names} == {str(other)}


RUN = """
import resource, sys
from spatialplan.cli import main
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main()
"""


def command(folder: Path, year: int, most_bytes: int = 2**40) -> subprocess.Popen[str]:
    """Start `spatialplan run` as if at midsummer of a year, with a limit of file sizes."""
    midsummer = (year - 1970) * 31556952 + 15778476
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(most_bytes), "run", "xiangtan", "--out", str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "SOURCE_DATE_EPOCH": str(midsummer)},
    )  # fmt: skip


def year_of(path: Path) -> str:
    """Return the only one of the years above that a file tells, wherever it tells it."""
    if path.suffix in {".xlsx", ".qgz"}:
        apart = path.parent / f".{path.name}-apart"
        shutil.unpack_archive(path, apart, "zip")
        content = b"".join(part.read_bytes() for part in sorted(apart.rglob("*")) if part.is_file())
        shutil.rmtree(apart)
    else:
        content = path.read_bytes()
    [year] = set(re.findall(rb"\b(200[1-3])-0[67]-", content))
    return year.decode()


def test_a_second_writer_waits_and_the_set_is_of_one(tmp_path, whole) -> None:
    both = [start(what, tmp_path) for what in ("run", "run")]
    for one in both:
        _, said = one.communicate(timeout=90)
        assert one.returncode == 0, said
    assert state(tmp_path) == whole["run"]
    assert not hidden(tmp_path)


@contextmanager
def file_limit(most_bytes: int) -> Iterator[None]:
    """Let files grow so far only, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(folder: Path, size: int | None) -> Iterator[None]:
    """Mount a disk of so many bytes, or a read-only one; only root may do so."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    option = "ro" if size is None else f"size={size}"
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", option, "tmpfs", folder], check=False)
    if done.returncode:
        pytest.skip("this container mounts no disks")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def one_line(error: OutputError, folder: Path) -> None:
    """The message is one line and names places that a user knows."""
    for text in (error.text.zh, error.text.en):
        assert "\n" not in text
        assert ".spatialplan" not in text
        assert str(folder) in text


@pytest.mark.parametrize("what", ["run", "coverage", "import", "figure"])
def test_a_limit_of_file_sizes_ends_in_one_line(tmp_path, whole, what: str) -> None:
    old = put_old(tmp_path, whole[what])
    sizes = [len(content) for content in whole[what].values()]
    for most_bytes in {100, max(sizes) - 1}:
        with file_limit(most_bytes), pytest.raises(OutputError) as caught:
            WRITERS[what](tmp_path)
        one_line(caught.value, tmp_path)
        assert state(tmp_path) == old
        assert not hidden(tmp_path)


@pytest.mark.parametrize("nth", range(6))
def test_a_full_disk_ends_in_one_line_whichever_file_it_stops(tmp_path, whole, nth: int) -> None:
    """The disk ends in the middle of the nth file of the set."""
    folder = tmp_path / "满"
    room = 0
    order = ["_map.html", "_report.html", "_tables.xlsx", ".gpkg", ".qgz", "result.json"]
    contents = [next(c for n, c in whole["run"].items() if n.endswith(end)) for end in order]
    for at, content in enumerate(contents[: nth + 1]):
        room += len(content) // (2 if at == nth else 1) + 8192
    with small_disk(folder, room):
        old = put_old(folder, whole["run"])
        with pytest.raises(OutputError) as caught:
            write_run(folder)
        one_line(caught.value, folder)
        assert state(folder) == old
        assert not hidden(folder)


def test_a_read_only_folder_ends_in_one_line(tmp_path) -> None:
    folder = tmp_path / "只读"
    if os.geteuid() == 0:
        with small_disk(folder, None), pytest.raises(OutputError, match="无法写入") as caught:
            write_sites(folder)
    else:
        folder.mkdir(mode=0o555)
        with pytest.raises(OutputError, match="无法写入") as caught:
            write_sites(folder)
    one_line(caught.value, folder)


def test_the_command_ends_with_one_line_and_code_1(tmp_path) -> None:
    old = put_old(tmp_path, {"xiangtan_map.html": b"", "result.json": b""})
    done = command(tmp_path, 2004, 1_000_000)
    said, told = done.communicate(timeout=60)
    assert done.returncode == 1
    assert said == ""
    lines = [line for line in told.splitlines() if line.startswith("错误：")]
    assert len(lines) == 1
    assert f"{tmp_path}/xiangtan_" in lines[0]
    assert "Traceback" not in told
    assert state(tmp_path) == old
    assert not hidden(tmp_path)
