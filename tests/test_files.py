"""Files that belong together come into place together, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import threading
import time
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from spatialplan import files
from spatialplan.errors import OutputError, SourceError
from spatialplan.files import write_together

NAMES = ("a.txt", "乙 表.txt", "c.gdb", "d.txt")


def write_set(said: str):
    """Return a writer of three files and a folder that all say the same."""

    def write(new: Path) -> list[Path]:
        assert not list(new.iterdir())
        paths = [new / name for name in NAMES]
        for path in paths:
            if path.suffix == ".gdb":
                path.mkdir()
                (path / f"{said}.part").write_text(said)
            else:
                path.write_text(said)
        (new / "scratch.tmp").write_text("not named")
        return paths

    return write


def state(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def whole(said: str) -> dict[str, str]:
    found = {name: said for name in NAMES if name != "c.gdb"}
    return found | {f"c.gdb{os.sep}{said}.part": said}


def test_a_set_replaces_a_set(tmp_path) -> None:
    folder = tmp_path / "新 文件夹"
    assert write_together(folder, write_set("one")) == [folder / name for name in NAMES]
    assert state(folder) == whole("one")
    (folder / "notes.txt").write_text("the user's own")
    write_together(folder, write_set("two"))
    assert state(folder) == whole("two") | {"notes.txt": "the user's own"}


def fail_at(monkeypatch, step: int, error: BaseException) -> None:
    """Let the renames, links and removals from a number on fail once, as a locked file does."""
    counter = count()

    def failing(real):
        def call(*args, **kwargs):
            if next(counter) == step:
                raise error
            return real(*args, **kwargs)

        return call

    monkeypatch.setattr(Path, "replace", failing(Path.replace))
    monkeypatch.setattr(os, "link", failing(os.link))


@pytest.mark.parametrize("earlier", [True, False], ids=["over old files", "into an empty folder"])
@pytest.mark.parametrize(
    "error",
    [PermissionError(errno.EACCES, "locked"), KeyboardInterrupt()],
    ids=["locked", "interrupted"],
)
@pytest.mark.parametrize("step", range(9))
def test_a_failure_at_any_step_leaves_the_old_set(
    tmp_path, monkeypatch, step: int, error: BaseException, *, earlier: bool
) -> None:
    if earlier:
        write_together(tmp_path, write_set("old"))
    before = state(tmp_path)
    with monkeypatch.context() as patch:
        fail_at(patch, step, error)
        try:
            write_together(tmp_path, write_set("new"))
        except (OutputError, KeyboardInterrupt):
            assert state(tmp_path) == before
        else:  # a link that fails is a copy instead; there are no more steps
            assert state(tmp_path) == whole("new")
    assert not list(tmp_path.glob(".spatialplan*"))


def test_every_step_of_the_test_above_is_reached(tmp_path, monkeypatch) -> None:
    write_together(tmp_path, write_set("old"))
    failed = 0
    for step in range(9):
        with monkeypatch.context() as patch:
            fail_at(patch, step, KeyboardInterrupt())
            try:
                write_together(tmp_path, write_set("new"))
            except KeyboardInterrupt:
                failed += 1
    assert failed == 9  # three links, the journal, the old folder, four files


class Killed(BaseException):
    """What no handler of a dead process sees: nothing of ours runs after it."""


@pytest.mark.parametrize("step", range(6))
def test_the_next_writer_finishes_what_died_among_the_renames(
    tmp_path, monkeypatch, step: int
) -> None:
    write_together(tmp_path, write_set("old"))
    fail_at(monkeypatch, 3 + step, Killed())
    # a dead process rolls nothing back and removes nothing
    monkeypatch.setattr(files, "_move_back", lambda *_: None)
    monkeypatch.setattr(files, "_clear", lambda _: None)
    monkeypatch.setattr(files.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(Killed):
        write_together(tmp_path, write_set("new"))
    monkeypatch.undo()
    [left] = tmp_path.glob(".spatialplan-*")
    journal = left / "journal.json"
    if journal.exists():  # the dying hand above could still write that it was to go back
        told = json.loads(journal.read_text())
        journal.write_text(json.dumps(told | {"way": "in"}))

    def only_one(new: Path) -> list[Path]:
        found = state(tmp_path)
        for name in (path.relative_to(tmp_path) for path in new.parent.rglob("*")):
            found.pop(str(name), None)
        assert found.pop(".spatialplan.lock") == ""
        assert found == (whole("old") if step == 0 else whole("new"))
        (new / "e.txt").write_text("later")
        return [new / "e.txt"]

    write_together(tmp_path, only_one)
    assert not list(tmp_path.glob(".spatialplan*"))


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_a_way_back_that_died_is_gone_to_its_end(tmp_path, kept: int) -> None:
    write_together(tmp_path, write_set("old"))
    left = tmp_path / ".spatialplan-dead"
    for part in ("new", "old"):
        (left / part).mkdir(parents=True)
    for name in ("a.txt", "乙 表.txt", "d.txt")[:kept]:
        (left / "old" / name).write_text("old")
        (tmp_path / name).write_text("new")
    (tmp_path / "z.txt").write_text("new")
    told = {"way": "back", "names": [*NAMES, "z.txt"], "kept": list(NAMES)}
    (left / "journal.json").write_text(json.dumps(told))
    write_together(tmp_path, lambda new: [])
    assert state(tmp_path) == whole("old")


def test_what_a_writer_raises_is_passed_on_and_nothing_is_left(tmp_path) -> None:
    write_together(tmp_path, write_set("old"))
    for error, seen in (
        (SourceError("坏", "bad"), SourceError),
        (ValueError("bug"), ValueError),
        (OSError(errno.ENOSPC, "No space left"), OutputError),
    ):

        def write(new: Path, error: Exception = error) -> list[Path]:
            write_set("new")(new)
            raise error

        with pytest.raises(seen) as caught:
            write_together(tmp_path, write)
        assert isinstance(error, (ValueError, SourceError)) or "No space left" in str(caught.value)
        assert state(tmp_path) == whole("old")


def test_a_folder_is_not_replaced_by_a_file(tmp_path) -> None:
    (tmp_path / "a.txt").mkdir()
    (tmp_path / "a.txt" / "inside").write_text("the user's own")
    with pytest.raises(OutputError, match=r"换不了文件 .*a\.txt"):
        write_together(tmp_path, write_set("new"))
    assert state(tmp_path) == {f"a.txt{os.sep}inside": "the user's own"}


def test_files_are_copied_where_links_cannot_be_made(tmp_path, monkeypatch) -> None:
    write_together(tmp_path, write_set("old"))

    def refuse(*_args: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    write_together(tmp_path, write_set("new"))
    assert state(tmp_path) == whole("new")


def base(path: Path, said: str) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (said TEXT)")
        made.execute("INSERT INTO t VALUES (?)", (said,))
        made.commit()


def read_base(path: Path) -> str:
    with closing(sqlite3.connect(path)) as made:
        return made.execute("SELECT said FROM t").fetchone()[0]


def dead_log(path: Path) -> None:
    """Leave a write-ahead log, as a program does that is killed while it edits."""
    copy = path.with_name("copy.gpkg")
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("UPDATE t SET said = 'edited'")
        made.commit()
        copy.write_bytes(path.read_bytes())
        log = path.with_name(path.name + "-wal").read_bytes()
    path.write_bytes(copy.read_bytes())
    copy.unlink()
    path.with_name(path.name + "-wal").write_bytes(log)


def test_a_stale_log_does_not_enter_a_new_base_and_stays_with_the_old(
    tmp_path, monkeypatch
) -> None:
    path = tmp_path / "a.gpkg"
    base(path, "old")
    dead_log(path)

    def write(new: Path) -> list[Path]:
        base(new / "a.gpkg", "new")
        return [new / "a.gpkg"]

    with monkeypatch.context() as patch:
        fail_at(patch, 3, PermissionError(errno.EACCES, "locked"))  # link, journal, log, base
        with pytest.raises(OutputError):
            write_together(tmp_path, write)
    assert read_base(path) == "edited"
    dead_log(path)
    write_together(tmp_path, write)
    assert read_base(path) == "new"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.gpkg"]


def test_writers_of_one_folder_take_turns(tmp_path) -> None:
    inside, most = [], []

    def run(number: int) -> None:
        def write(new: Path) -> list[Path]:
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            made = write_set(str(number))(new)
            inside.remove(number)
            return made

        for _ in range(5):
            write_together(tmp_path, write)
            seen.append(number)

    seen: list[int] = []
    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(seen) == 20
    assert state(tmp_path) in [whole(str(number)) for number in range(4)]


def test_a_writer_that_does_not_end_is_told_in_one_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "_WAIT_S", 0.2)
    with files._alone(tmp_path) as is_alone:
        assert is_alone
        with pytest.raises(OutputError, match="另一个 spatialplan 正在往") as caught:
            write_together(tmp_path, write_set("new"))
    assert "\n" not in caught.value.text.zh + caught.value.text.en
    assert state(tmp_path) == {}


def test_a_lock_file_that_a_dead_writer_left_holds_nobody_up(tmp_path) -> None:
    (tmp_path / ".spatialplan.lock").write_text("")
    write_together(tmp_path, write_set("new"))
    assert state(tmp_path) == whole("new")


@pytest.mark.skipif(os.name == "nt", reason="locks of Windows need no such fallback")
def test_without_locks_it_still_writes_and_clears_nothing_of_others(tmp_path, monkeypatch) -> None:
    other = tmp_path / ".spatialplan-other" / "new"
    other.mkdir(parents=True)

    def refuse(*_args: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files.fcntl, "flock", refuse)
    write_together(tmp_path, write_set("new"))
    assert state(tmp_path) == whole("new")
    assert other.is_dir()


def test_a_way_back_is_written_down_before_it_is_gone(tmp_path, monkeypatch) -> None:
    write_together(tmp_path, write_set("old"))

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        fail_at(patch, 6, PermissionError(errno.EACCES, "locked"))  # two files are in place
        patch.setattr(files, "_move_back", die)
        with pytest.raises(Killed):
            write_together(tmp_path, write_set("new"))
    assert state(tmp_path)["a.txt"] == "new"
    write_together(tmp_path, lambda new: [])
    assert state(tmp_path) == whole("old")


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no file that is open")
def test_the_lock_of_a_file_that_is_gone_is_none(tmp_path, monkeypatch) -> None:
    """The writer before removes its lock file between our opening it and our locking it."""
    path, flock = tmp_path / ".spatialplan.lock", files.fcntl.flock

    def late(handle: int, how: int) -> None:
        path.unlink()
        path.touch()
        flock(handle, how)

    monkeypatch.setattr(files.fcntl, "flock", late)
    assert files._open_locked(path) is None
    monkeypatch.undo()
    handle = files._open_locked(path)
    assert handle is not None
    assert files._open_locked(path) is None
    files._release(path, handle)
    assert not path.exists()


def test_a_message_names_the_place_that_the_user_knows(tmp_path) -> None:
    def write(new: Path) -> list[Path]:
        raise OutputError(f"写不出 {new / 'a.txt'}", f"cannot write {new / 'a.txt'}")

    with pytest.raises(OutputError) as caught:
        write_together(tmp_path, write)
    assert caught.value.text.zh == f"写不出 {tmp_path / 'a.txt'}"
    assert caught.value.text.en == f"cannot write {tmp_path / 'a.txt'}"
