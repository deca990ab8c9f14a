"""What search and filters of a page need: how its names are read aloud, and where things lie.

The page itself matches what is typed against these readings; it gets each character once, not each
name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import shapely
from pypinyin import Style, lazy_pinyin, pinyin
from shapely.geometry.base import BaseGeometry

from spatialplan.model.basemap import Basemap
from spatialplan.model.plan import Feature

__all__ = ["districts_of", "readings"]

# Any: JSON made of words, numbers, lists and dictionaries.
Json = Any

# Keys under which a page tells names; ``words`` are those that it tells by their numbers.
NAMES = frozenset({"district", "heading", "name", "other", "sentence", "text", "township", "words"})
CHINESE = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)  # 〇, the ideographs and their extensions
# The keyboard has no ü: input methods take v, passports and road signs yu, and many people u.
SPELLINGS = {"lv": "lyu", "nv": "nyu", "lve": "lue", "nve": "nue"}
# What a thing has of itself in a district to lie in it: borders drawn twice overlap by slivers.
LEAST_SHARE = 0.005


def readings(said: Mapping[str, Json]) -> dict[str, str]:
    """Return how each Chinese character of a page's names can be read.

    Parameters
    ----------
    said
        All that the page tells, as `engine.render_page` takes it.

    Returns
    -------
    readings
        By character, in order, its readings in pinyin without tones, separated by spaces: first
        those that it has in these names, then all others it can have; empty where none is known.

    Examples
    --------
    >>> readings({"name": "长沙"})
    {'沙': 'sha suo', '长': 'chang zhang'}
    """
    runs = dict.fromkeys(
        run
        for name in _names(said)
        for written in (name, unicodedata.normalize("NFKC", name))
        for run in CHINESE.findall(written)
    )
    known = {char: _all_readings(char) for char in sorted({char for run in runs for char in run})}
    spoken: dict[str, dict[str, None]] = {char: {} for char in known}
    for run in runs:
        # phrases are known with the reading of the place, which a character alone may not have
        readable = "".join(char for char in run if known[char])
        for char, reading in zip(readable, lazy_pinyin(readable, style=Style.NORMAL), strict=True):
            spoken[char][reading] = None
    return {char: " ".join(_spelt([*spoken[char], *known[char]])) for char in known}


def _all_readings(char: str) -> list[str]:
    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return found[0] if found else []


def _spelt(spoken: Iterable[str]) -> dict[str, None]:
    """Return readings as a keyboard writes them, each once, in their order."""
    plain = [reading for reading in spoken if re.fullmatch("[a-z]+", reading)]
    other = [SPELLINGS[reading] for reading in plain if reading in SPELLINGS]
    return dict.fromkeys([*plain, *other])


def _names(value: Json, *, named: bool = False) -> Iterator[str]:
    """Yield every name told anywhere in a page."""
    if isinstance(value, str):
        if named:
            yield value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _names(below, named=named or key in NAMES)
    elif isinstance(value, (list, tuple)):
        for below in value:
            yield from _names(below, named=named)


def districts_of(features: Iterable[Feature], basemap: Basemap) -> dict[str, list[str]]:
    """Return the names of the districts in which each feature with a place lies, by its id.

    A line or an area lies in each district that holds more than a sliver of it.
    """
    frame = basemap.districts
    districts = list(zip(frame["name"], frame.geometry, strict=True))
    found = {
        feature.id: [name for name, area in districts if _lies_in(feature.geometry, area)]
        for feature in features
        if feature.is_located and feature.geometry is not None
    }
    return {key: names for key, names in found.items() if names}


def _lies_in(shape: BaseGeometry, area: BaseGeometry) -> bool:
    """Return whether more than a sliver of a shape is in an area; degrees do for a share."""
    if not shape.intersects(area):
        return False
    measure = (shapely.get_num_coordinates, shapely.length, shapely.area)
    size = measure[int(shapely.get_dimensions(shape))]
    return bool(size(shape.intersection(area)) > LEAST_SHARE * size(shape))
