"""Find the data that travels with the package: ``layers/`` (what) and ``maps/`` (how).

An installed wheel holds both inside the package; a checkout holds them beside it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["layers_dir", "maps_dir"]

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def layers_dir() -> Path:
    """Return the folder of plan packs and base data."""
    return _folder("layers")


def maps_dir() -> Path:
    """Return the folder of map recipes and the shared style."""
    return _folder("maps")
