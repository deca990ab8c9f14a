"""Make ids for new features from their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

__all__ = ["ID", "new_id"]

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 48


def new_id(name: str, kind: str, taken: Collection[str]) -> str:
    """Return an id in pinyin that is not taken; of the kind when the name has no sound.

    Examples
    --------
    >>> new_id("湘潭北站（新）", "station", {"xiang-tan-bei-zhan-xin"})
    'xiang-tan-bei-zhan-xin-2'
    >>> new_id("🚧", "logistics_park", set())
    'logistics-park'
    """
    from pypinyin import lazy_pinyin

    stem = _slug(" ".join(lazy_pinyin(name))) or _slug(kind) or "feature"
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def _slug(text: str) -> str:
    """Return a text in lower-case letters and digits joined by hyphens, cut at a whole word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    kept: list[str] = []
    for word in words:
        if kept and len("-".join([*kept, word])) > LONGEST:
            break
        kept.append(word[:LONGEST])
    return "-".join(kept)
