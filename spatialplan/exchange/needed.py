"""Libraries that only some formats need."""

from __future__ import annotations

from importlib.util import find_spec

from spatialplan.errors import OutputError

__all__ = ["need"]


def need(library: str, format_name: str) -> None:
    """Raise an error when a library is missing.

    Raises
    ------
    OutputError
        One line that says how to install it.
    """
    if find_spec(library) is None:
        raise OutputError(
            f"写 {format_name} 要用 {library}，这里没有安装；请运行 pip install {library}",
            f"{format_name} needs {library}, which is not installed here; "
            f"run pip install {library}",
        )
