"""Names that other programs take: of files, of columns of ten bytes, of sheets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["file_names", "plain_text", "short_names", "unique"]

_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_LONGEST_FILE, _LONGEST_SHORT = 50, 10


def unique(names: Sequence[str], longest: int) -> list[str]:
    """Return the names cut to `longest` signs, those that agree but for case numbered."""
    taken: set[str] = set()
    result = []
    for name in names:
        free, number = name[:longest], 2
        while free.casefold() in taken:
            ending = f"_{number}"
            free, number = name[: longest - len(ending)] + ending, number + 1
        taken.add(free.casefold())
        result.append(free)
    return result


def short_names(columns: Sequence[str]) -> list[str]:
    """Return names of at most ten bytes, of letters, digits and underscores of ASCII.

    >>> short_names(["match_score", "match_distance_m", "match_distance_km", "名称"])
    ['match_scor', 'match_dist', 'match_di_2', 'f4']
    """
    cleaned = []
    for position, column in enumerate(columns, start=1):
        ascii_only = re.sub(r"[^A-Za-z0-9_]", "", column).strip("_")
        cleaned.append(ascii_only if ascii_only[:1].isalpha() else f"f{position}{ascii_only}")
    return unique(cleaned, _LONGEST_SHORT)


def file_names(names: Sequence[str]) -> list[str]:
    """Return names that every system takes as a file's, without ending, in the order given.

    >>> file_names(["roads", "Roads", "a/b", "CON", "..", "路" * 200])[:5]
    ['roads', 'Roads_2', 'a_b', 'CON_', 'layer']
    """
    return unique([_file_name(name) for name in names], _LONGEST_FILE)


def plain_text(name: str) -> str:
    """Return a name without control signs and marks of direction."""
    return "".join(s for s in name if unicodedata.category(s) not in {"Cc", "Cf", "Cs"})


def _file_name(name: str) -> str:
    clean = _FORBIDDEN.sub("_", plain_text(name)).strip(" .")[:_LONGEST_FILE].rstrip(" .")
    return f"{clean}_" if _RESERVED.match(clean.split(".")[0]) else clean or "layer"
