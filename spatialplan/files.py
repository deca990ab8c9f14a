"""Write files aside and rename them, so that a failure leaves the old files whole.

One file: `aside`. Files that belong together: `write_together`. Its guarantee: whoever opens the
folder finds every old file or every new one, whatever ends the writer. Files are made in a work
folder of their own; only when all of them are there does a journal say so, and then they are
renamed into place. A writer that dies before the journal changed nothing; one that dies among the
renames, which take milliseconds, is finished by the next writer. One writer works in a folder at a
time: the operating system holds the lock and frees it when the process ends, however it ends, so
what a lock holder finds left behind is of the dead.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from spatialplan.errors import OutputError, SpatialPlanError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["aside", "ensure_folder", "write_bytes", "write_text", "write_together"]

_LOCK, _WORK = ".spatialplan.lock", ".spatialplan-"
_JOURNAL, _NEW, _OLD = "journal.json", "new", "old"
_WAIT_S, _PAUSE_S = 120.0, 0.05
_DRAFT, _UNLOCKED = "draft.json", -1
_COMPANIONS = ("-wal", "-shm", "-journal")
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def ensure_folder(folder: Path) -> None:
    """Create the output folder and prove that it can be written to.

    Raises
    ------
    OutputError
        When the folder cannot be made, is a file, or is read-only.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"输出文件夹无法写入：{folder}（{error.strerror}）；请换一个 --out 文件夹或修改权限",
            f"cannot write to the output folder {folder} ({error.strerror}); "
            "choose another --out or change its permissions",
        ) from error


@contextmanager
def aside(path: Path, *, make_folder: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place when the block succeeds.

    Parameters
    ----------
    make_folder
        Whether to create the folder of `path` when it is missing.

    Raises
    ------
    OutputError
        When the disk is full, the file is locked or the folder is read-only. The old file stays.
    """
    temporary: Path | None = None
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except SpatialPlanError:
        raise
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with aside(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Write `content` as UTF-8 with line feeds to `path`, whole or not at all."""
    write_bytes(path, content.encode("utf-8"))


def write_together(folder: Path, write: Callable[[Path], Sequence[Path]]) -> list[Path]:
    """Let `write` fill an empty folder, then move what it names into `folder`, all or nothing.

    A second writer waits for the first, for two minutes. What a killed writer left is cleared away.

    Parameters
    ----------
    folder
        Made when it is missing. Files in it that are not named stay as they are.
    write
        Is given the empty folder and returns paths directly in it, files or folders (such as a
        ``.gdb``), in the order to be told. What it makes and does not name is thrown away.

    Returns
    -------
    list of Path
        The same names in `folder`, in the same order.

    Raises
    ------
    OutputError
        When `write` fails on the disk, a file cannot be replaced, or another writer does not end.
        Every old file stays as it was.
    """
    ensure_folder(folder)
    with _alone(folder) as is_alone:
        if is_alone:
            for left in sorted(folder.glob(f"{_WORK}*/")):
                _finish(left, folder)
        work = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
        new = work / _NEW
        try:
            new.mkdir()
            (work / _OLD).mkdir()
            names = [path.name for path in write(new)]
            _prepare(work, folder, names)
        except OutputError as error:  # tells of a place that no user knows
            told = (text.replace(str(new), str(folder)) for text in (error.text.zh, error.text.en))
            raise OutputError(*told) from error
        except SpatialPlanError:
            raise
        except OSError as error:
            raise _cannot_write(folder, error) from error
        finally:
            if not (work / _JOURNAL).exists():
                shutil.rmtree(work, ignore_errors=True)
        _finish(work, folder)
        return [folder / name for name in names]


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder; yield False where the file system, a network share, has none."""
    path = folder / _LOCK
    deadline = time.monotonic() + _WAIT_S
    while (handle := _open_locked(path)) is None:
        if time.monotonic() > deadline:
            raise OutputError(
                f"另一个 spatialplan 正在往 {folder} 写结果；"
                "请等它结束后重试，或换一个 --out 文件夹",
                f"another spatialplan is writing to {folder}; "
                "try again when it has ended, or choose another --out",
            )
        time.sleep(_PAUSE_S)
    try:
        yield handle != _UNLOCKED
    finally:
        _release(path, handle)


def _open_locked(path: Path) -> int | None:
    """Return an open, locked file; None while another has it, -1 where files cannot be locked."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        if sys.platform == "win32" and isinstance(error, PermissionError):
            return None  # it is just being removed
        raise _cannot_write(path, error) from error
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno in _NO_LOCKS:
            return _UNLOCKED
        if error.errno in _BUSY:
            return None
        raise _cannot_write(path, error) from error
    if sys.platform == "win32" or _is_at(path, handle):
        return handle
    os.close(handle)
    return None


def _is_at(path: Path, handle: int) -> bool:
    """Whether the path still names the open file: the writer before may have removed it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _release(path: Path, handle: int) -> None:
    """Remove a lock file and free its lock.

    Windows removes no file that is open, here or with a writer that waits. Elsewhere it must go
    while it is locked, lest a writer that waits locks what is gone.
    """
    if handle == _UNLOCKED:
        path.unlink(missing_ok=True)
    elif sys.platform == "win32":
        os.close(handle)
        with suppress(PermissionError):
            path.unlink(missing_ok=True)
    else:
        path.unlink(missing_ok=True)
        os.close(handle)


def _prepare(work: Path, folder: Path, names: Sequence[str]) -> None:
    """Keep the old files under a second name and say in the journal that all new ones are there."""
    for name in names:
        target, new = folder / name, work / _NEW / name
        if target.exists() and target.is_dir() != new.is_dir():
            raise _cannot_replace(target, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
        for path in (part for part in [new, *new.rglob("*")] if part.is_file()):
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        if target.is_file():
            _keep(target, work / _OLD / name)
    kept = [name for name in names if (folder / name).exists()]
    _write_journal(work, {"way": "in", "names": list(names), "kept": kept})


def _keep(target: Path, old: Path) -> None:
    try:
        os.link(target, old)
    except OSError:  # a file system without links, or a file that another program holds
        try:
            shutil.copy2(target, old)
        except OSError as error:
            raise _cannot_replace(target, error) from error


def _write_journal(work: Path, told: Mapping[str, Any]) -> None:
    with (work / _DRAFT).open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    (work / _DRAFT).replace(work / _JOURNAL)


def _finish(work: Path, folder: Path) -> None:
    """Do what a journal says, which may be half done, and remove the work folder."""
    journal = work / _JOURNAL
    if journal.exists():
        told = json.loads(journal.read_text(encoding="utf-8"))
        try:
            if told["way"] == "in":
                _move_in(work, folder, told["names"])
            else:
                _move_back(work, folder, told)
        except BaseException:
            told["way"] = "back"
            _write_journal(work, told)
            _move_back(work, folder, told)
            _clear(work)
            raise
    _clear(work)


def _clear(work: Path) -> None:
    (work / _JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)


def _move_in(work: Path, folder: Path, names: Sequence[str]) -> None:
    for name in names:
        target, new, old = folder / name, work / _NEW / name, work / _OLD / name
        if not new.exists():
            continue
        try:
            if target.is_dir():
                target.replace(old)
            for log in _logs(target):
                log.replace(work / _OLD / log.name)
            new.replace(target)
        except OSError as error:
            raise _cannot_replace(target, error) from error


def _move_back(work: Path, folder: Path, told: Mapping[str, Any]) -> None:
    for name in told["names"]:
        target, new, old = folder / name, work / _NEW / name, work / _OLD / name
        if old.exists():
            if target.is_dir():
                target.replace(new)
            old.replace(target)
        elif name not in told["kept"] and target.exists():
            target.replace(new)
        for log in _logs(old):
            log.replace(folder / log.name)


def _logs(path: Path) -> list[Path]:
    """Return what SQLite keeps beside a base; a stale log would be replayed into a new file."""
    beside = [path.with_name(path.name + ending) for ending in _COMPANIONS]
    return [log for log in beside if path.suffix == ".gpkg" and log.exists()]


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"写不出文件 {path}（{error.strerror or error}）；请关闭正在打开它的程序，或检查磁盘空间",
        f"cannot write {path} ({error.strerror or error}); "
        "close the program that has it open, or free disk space",
    )


def _cannot_replace(target: Path, error: OSError) -> OutputError:
    return OutputError(
        f"换不了文件 {target}（{error.strerror}）；请关闭正在打开它的程序后重试，原有文件未动",
        f"cannot replace {target} ({error.strerror}); close the program that has it open; "
        "the previous files are as they were",
    )
