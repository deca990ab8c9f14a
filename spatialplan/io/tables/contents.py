"""What a column without a heading holds, where its contents leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from spatialplan.io.tables.header_rows import has_text
from spatialplan.model.table import Meaning, RawTable, TableKind

__all__ = ["looks_like_codes", "meanings_by_contents"]

SHARE = 0.9  # of the texts of a column that must look alike
CODE = re.compile(r"\d{12}")
DECIMAL = re.compile(r"\d{1,3}\.\d{2,}")
VILLAGE = re.compile(r".+(村|社区|居委会|村委会|村民委员会|居民委员会)")
STATION = re.compile(r".+(服务站|服务点|网点|村邮站|驿站|支局|邮政所|集散中心|物流园|配送中心)")
TOWNSHIP = re.compile(r".+(镇|乡|街道|街道办事处)")
DISTRICT = re.compile(r".+[县区市]")
EAST, NORTH = (73.0, 135.0), (3.0, 54.0)  # degrees, of China


def looks_like_codes(texts: Iterable[str]) -> bool:
    """Return whether texts are codes of villages: twelve digits."""
    return _mostly(texts, lambda text: CODE.fullmatch(text) is not None)


def meanings_by_contents(
    raw: RawTable, rows: Sequence[int], columns: Sequence[int], kind: TableKind
) -> dict[Meaning, int]:
    """Return the meaning of columns that look like one thing only, and alone do so.

    Parameters
    ----------
    rows
        Positions of the rows to look at.
    columns
        The columns asked, those without a heading.
    """
    found: dict[Meaning, list[int]] = {}
    for column in columns:
        texts = [raw.cells[row][column].strip() for row in rows]
        for meaning, test in _tests(kind).items():
            if _mostly(texts, test):
                found.setdefault(meaning, []).append(column)
                break
    return {meaning: where[0] for meaning, where in found.items() if len(where) == 1}


def _tests(kind: TableKind) -> Mapping[Meaning, Callable[[str], bool]]:
    villages = Meaning.NAME if kind is TableKind.VILLAGE else Meaning.VILLAGE
    tests: dict[Meaning, Callable[[str], bool]] = {
        Meaning.CODE: lambda text: CODE.fullmatch(text) is not None,
        Meaning.LON: lambda text: _within(text, EAST),
        Meaning.LAT: lambda text: _within(text, NORTH),
        villages: lambda text: VILLAGE.fullmatch(text) is not None,
        Meaning.TOWNSHIP: lambda text: TOWNSHIP.fullmatch(text) is not None,
        Meaning.DISTRICT: lambda text: DISTRICT.fullmatch(text) is not None,
    }
    if kind is not TableKind.VILLAGE:
        tests[Meaning.NAME] = lambda text: STATION.fullmatch(text) is not None
    return tests


def _within(text: str, bounds: tuple[float, float]) -> bool:
    return DECIMAL.fullmatch(text) is not None and bounds[0] <= float(text) <= bounds[1]


def _mostly(texts: Iterable[str], test: Callable[[str], bool]) -> bool:
    """Return whether nearly all texts that are not blank pass, and there are any."""
    asked = [text for text in texts if has_text(text)]
    return bool(asked) and sum(map(test, asked)) >= SHARE * len(asked)
