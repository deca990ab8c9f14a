"""Write files aside and rename them, so that a failure leaves the old file whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spatialplan.errors import OutputError

__all__ = ["aside", "ensure_folder", "write_bytes", "write_text"]


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
    except OSError as error:
        raise OutputError(
            f"写不出文件 {path}（{error.strerror or error}）；"
            "请关闭正在打开它的程序，或检查磁盘空间",
            f"cannot write {path} ({error.strerror or error}); "
            "close the program that has it open, or free disk space",
        ) from error
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
