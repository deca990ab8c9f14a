"""Chinese place names: one normal form, alternative names, and how alike two names are.

A name is read as a row of weighted units (`name_words`): telling characters and numbers weigh much,
common words, area words and leading places little. The similarity is Dice's coefficient (1945) over
the weights, on the heaviest common subsequence:

    s = 2 · W(common) / (W(a) + W(b))

Equal normal forms are 1, all else is at most 0.97. Each contradiction multiplies s by 0.7: other
numbers (一中, 二中), other or one-sided sibling signs (湘潭站, 湘潭北站), other leading places
(益阳…, 安化…), another rank (湘潭市, 湘潭县), another thing (建设路, 建设路口; 湘潭大学, 湘潭).
Limits: abbreviations (湘大) are known only where the map gives them as another name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from spatialplan.measures.name_words import (
    FIRST_UNIT,
    LONGEST,
    SIGNS,
    TRADITIONAL,
    Reading,
    read_form,
    strip_rank,
)

__all__ = [
    "Pairs",
    "is_distinctive",
    "name_similarity",
    "name_variants",
    "normalise_name",
    "rank_of",
    "similar_pairs",
]

NOT_EQUAL = 0.97  # the most that names with different normal forms can reach
CONTRADICTION = 0.7
SCREEN_PERCENT = 50  # similarity of the screens below which no pair of 0.7 was seen
SCREEN_CELLS = 16_000_000


NUMERAL = {char: value for value, char in enumerate("零一二三四五六七八九")}
NUMERALS = re.compile(r"[一二三四五六七八九十][零一二三四五六七八九十百]*")  # never the 零 of 零售
NOISE = re.compile(
    r"[\s\-_‐-―~·・•‧∙.,，。、;:：；'\"“”‘’《》〈〉「」『』()\[\]{}【】〔〕〖〗!?！？*#|/\\\x00-\x1f\x7f]+"
)
PLAIN = re.compile(r"[\u4e00-\u9fff]*")
SPECIAL = frozenset("第一二三四五六七八九十") | {chr(code) for code in TRADITIONAL}
INSIDE = re.compile(r"[(\[【〔〖{]([^()\[\]【】〔〕〖〗{}]*)[)\]】〕〗}]")
QUOTED = re.compile(r"[“《「『\"]([^“”《》「」『』\"]{4,})[”》」』\"]")
FORMER = re.compile(r"^(?:原名?|又名|又称|即|简称|旧称|旧名|曾用名|俗称)[:：]?")


def normalise_name(name: str) -> str:
    """Return the normal form: width, case, script, numerals, spaces and punctuation made equal.

    Examples
    --------
    >>> normalise_name("湘潭縣第一中學"), normalise_name("湘潭县 一中")
    ('湘潭县1中学', '湘潭县1中学')
    >>> normalise_name("Ｇ３２０"), normalise_name("中国（中部）岳塘")
    ('320国道', '中国中部岳塘')
    """
    if PLAIN.fullmatch(name) and SPECIAL.isdisjoint(name):
        return name
    for _ in range(4):  # until nothing changes: foldings can call for each other
        before, name = name, _fold(name)
        if name == before:
            break
    return name


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = NOISE.sub("", unicodedata.normalize("NFKC", text).translate(TRADITIONAL))
    text = NUMERALS.sub(lambda match: _number(match.group()), text)
    text = re.sub(r"第+(?=[0-9])", "", text)
    text = re.sub(r"(?<=[0-9])([中小])$", r"\1学", text)
    return re.sub(r"^(?:g|国道)([0-9]{3})(?:国道|线)?$", r"\1国道", text)


def _number(numeral: str) -> str:
    """Return a Chinese numeral in digits: 十八 is 18, 一百二十 is 120, 三二 is 32."""
    if not set(numeral) & {"十", "百"}:
        return "".join(str(NUMERAL[char]) for char in numeral)
    value, digit = 0, -1
    for char in numeral:
        if char in NUMERAL:
            digit = NUMERAL[char]
        else:
            value += (1 if digit < 0 else digit) * (10 if char == "十" else 100)
            digit = -1
    return str(value + max(digit, 0))


def name_variants(name: str) -> tuple[str, ...]:
    """Return the normal forms a name can be met under, the fullest first.

    What stands in brackets at the end is another name when it shares the thing or a telling
    character with what precedes, or says so (原…, 又名…); else it only qualifies. Quoted titles of
    four characters or more are names of their own.

    Examples
    --------
    >>> name_variants("十八总河街（十八总商业街）")
    ('18总河街18总商业街', '18总河街', '18总商业街')
    >>> name_variants("湖南健康产业园核心区（昭山）")
    ('湖南健康产业园核心区昭山', '湖南健康产业园核心区')
    """
    if PLAIN.fullmatch(name):
        return (normalise_name(name),) if name else ()
    text = unicodedata.normalize("NFKC", name[: 4 * LONGEST])
    outer, inner = text, ""
    for _ in range(8):  # nested brackets, innermost first
        match = None
        for match in INSIDE.finditer(outer):  # noqa: B007  # the last one is wanted
            pass
        if match is None:
            break
        if match.end() == len(outer.rstrip()):
            inner = match.group(1)
        outer = outer[: match.start()] + outer[match.end() :]
    found = [text, outer]
    if inner and (FORMER.match(inner) or _is_other_name(outer, inner)):
        found.append(FORMER.sub("", inner))
    found += [title for title in QUOTED.findall(text) if is_distinctive(title)]
    return tuple(dict.fromkeys(form for form in map(normalise_name, found) if form))


def _is_other_name(outer: str, inner: str) -> bool:
    a, b = read_form(normalise_name(outer)), read_form(normalise_name(inner))
    shared = set(a.core) & set(b.core)
    return bool(b.core) and (bool(shared) or (b.head != "" and b.head == a.head))


def is_distinctive(name: str) -> bool:
    """Whether a name can tell one thing from all others: 中心医院 or 创业孵化基地 cannot.

    Examples
    --------
    >>> is_distinctive("湘潭大学"), is_distinctive("万楼"), is_distinctive("文化旅游中心")
    (True, True, False)
    """
    read = read_form(normalise_name(name))
    return len(read.core) >= 2 or bool((read.core or read.stems) and read.is_strict)


def name_similarity(a: str, b: str, places: Collection[str] = ()) -> float:
    """Return how alike two names are, in [0, 1]: the best over their variants, symmetric.

    Parameters
    ----------
    places
        Names of places that names begin with (districts, counties): they weigh little. Provinces
        and what ends in 省, 市, 县, 区 are recognised without.

    Returns
    -------
    1 for equal normal forms, at most 0.97 for others, 0 when one has nothing but punctuation.

    Examples
    --------
    >>> name_similarity("湘潭火车站", "湘潭站")
    0.97
    >>> name_similarity("湘潭站", "湘潭北站") < 0.6
    True
    >>> name_similarity("天易物流园", "南洲物流园") < 0.3
    True
    """
    stems = _stems(places)
    left = [read_form(form, stems) for form in name_variants(a)]
    right = [read_form(form, stems) for form in name_variants(b)]
    return max((_alike(p, q) for p in left for q in right), default=0.0)


def _stems(places: Collection[str]) -> frozenset[str]:
    return frozenset(
        stem for place in places if 2 <= len(stem := strip_rank(normalise_name(place))) <= 4
    )


def _alike(p: Reading, q: Reading, cutoff: float = 0.0) -> float:
    """Return the similarity of two normal forms; 0 when it cannot reach the cut-off."""
    if p.text == q.text:
        return 1.0
    dice = min(2 * _common(p, q) / (p.total + q.total), NOT_EQUAL)
    return 0.0 if dice < cutoff else dice * CONTRADICTION ** _contradictions(p, q)


def _common(p: Reading, q: Reading) -> float:
    """Return the weight of the heaviest common subsequence, a matched pair counting its mean."""
    row = [0] * (len(q.units) + 1)
    for unit, weight in zip(p.units, p.weights, strict=True):
        above = 0
        for j, (other, more) in enumerate(zip(q.units, q.weights, strict=True), 1):
            best = above + weight + more if unit == other else max(row[j], row[j - 1])
            above, row[j] = row[j], best
    return row[-1] / 2


def _contradictions(p: Reading, q: Reading) -> int:
    """Count what speaks against two names: numbers, sibling signs, leading place, rank, thing."""
    odd = [u for u in {*p.units, *q.units} if p.units.count(u) != q.units.count(u)]
    only_signs = all(unit in SIGNS or unit >= FIRST_UNIT for unit in odd)
    return (
        _clash(p.numbers, q.numbers, only=only_signs)
        + _clash(p.signs, q.signs, only=only_signs)
        + _is_elsewhere(p.stems, q.stems)
        + bool(p.rank and q.rank and p.rank != q.rank)
        + (_is_missing(p, q) or _is_missing(q, p))
    )


def _clash(a: Sequence[str], b: Sequence[str], *, only: bool) -> bool:
    """Whether marks differ: both have some, or one has and nothing else tells the two apart."""
    return a != b and (only or bool(a and b))


def _is_elsewhere(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether leading places differ, or have one stem and two ranks (湘潭市…, 湘潭县…)."""
    shared = a.keys() & b.keys()
    return bool(a and b and not shared) or any(a[s] and b[s] and a[s] != b[s] for s in shared)


def _is_missing(p: Reading, q: Reading) -> bool:
    """Whether the thing `p` is, is not in `q`; area words may be left out after a name."""
    return bool(p.head) and p.head not in q.units and (p.is_strict or not p.core)


def rank_of(name: str) -> int:
    """Return the administrative rank that a name ends in, 0 when it ends in none (`RANKS`).

    Examples
    --------
    >>> rank_of("湘潭市"), rank_of("易俗河镇（县城）"), rank_of("湘潭站")
    (2, 5, 0)
    """
    return max((read_form(form).rank for form in name_variants(name)), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Names found alike: positions into the two lists, and the similarity; sorted by position."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float64]


def similar_pairs(
    left: Sequence[str], right: Sequence[str], *, cutoff: float, places: Collection[str] = ()
) -> Pairs:
    """Return all pairs of names at least `cutoff` alike (`name_similarity`), for long lists.

    rapidfuzz screens all pairs; what may reach the cut-off is weighed exactly. A cut-off below 0.7
    can miss pairs.

    Examples
    --------
    >>> pairs = similar_pairs(["湘潭站", "万楼"], ["万楼景区", "湘潭火车站"], cutoff=0.8)
    >>> list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.score.round(2).tolist()))
    [(0, 1, 0.97), (1, 0, 0.93)]
    """
    stems = _stems(places)
    ours, our_owner = _readings(left, stems)
    theirs, their_owner = _readings(right, stems)
    best: dict[tuple[int, int], float] = {}
    for i, j in _screened(ours, theirs):
        score = _alike(ours[i], theirs[j], cutoff)
        if score >= cutoff:
            for pair in ((a, b) for a in our_owner[i] for b in their_owner[j]):
                best[pair] = max(score, best.get(pair, 0.0))
    found = sorted(best)
    ends = np.array(found, dtype=np.int64).reshape(-1, 2)
    scores = np.array([best[pair] for pair in found], dtype=np.float64)
    return Pairs(left=ends[:, 0], right=ends[:, 1], score=scores)


def _readings(names: Sequence[str], stems: frozenset[str]) -> tuple[list[Reading], list[list[int]]]:
    """Return the distinct variants of names, and the positions of the names that have each."""
    owners: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        for form in name_variants(name):
            owners.setdefault(form, []).append(position)
    return [read_form(form, stems) for form in owners], list(owners.values())


def _screened(ours: list[Reading], theirs: list[Reading]) -> Iterator[tuple[int, int]]:
    """Yield positions of pairs that share enough units, in blocks that fit into memory."""
    if not theirs:
        return
    units = [reading.screen for reading in theirs]
    block = max(1, SCREEN_CELLS // len(units))
    for first in range(0, len(ours), block):
        rows = [reading.screen for reading in ours[first : first + block]]
        table = process.cdist(
            rows, units, scorer=fuzz.ratio, score_cutoff=SCREEN_PERCENT, dtype=np.uint8, workers=-1
        )
        for i, j in np.argwhere(table).tolist():
            yield first + i, j
