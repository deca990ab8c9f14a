"""One heading against the words: which meaning it has, and how surely."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from spatialplan.io.tables import meanings
from spatialplan.model.table import Meaning, TableKind

__all__ = ["Heading", "heading_of", "is_serial", "plain"]

BRACKETS = re.compile(r"[(\[{〔【《<].*?[)\]}〕】》>]")
MARKS = re.compile(r"[\W_]+")
YEAR = re.compile(r"^(19|20)\d\d年?(底|末|度)?")
LONGEST = 30  # characters; longer texts are sentences, not headings
ROOT = 2  # characters of the shortest word that is looked for within a heading
DATA = re.compile(r"\d{6,}|\d+\.\d{2,}|\d\s*[°º度]|^[-+]?\d+(\.\d+)?$")
PLACE = re.compile(r"..(村|社区|居委会|委会|镇|乡|街道|办事处|县|区|站|点|中心|所|局)$")
RELATION = re.compile("所属|所在|隶属|归属|上级|主管")  # of a heading, never of a place's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a heading means.

    Attributes
    ----------
    meaning
        None where a listed word says that the column holds nothing we read.
    exact
        Whether the heading is a listed word itself, not only holds one.
    rank
        Place of the word in its list; the lower, the better.
    """

    meaning: Meaning | None
    exact: bool
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A listed word, its meaning and its place in the list."""

    text: str
    meaning: Meaning | None
    rank: int


def plain(text: str) -> str:
    r"""Return a heading for comparison: NFKC, no blanks or punctuation, lower case.

    Examples
    --------
    >>> plain(" 村（社区）\n名 称 * ")
    '村社区名称'
    """
    return MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


@functools.lru_cache(maxsize=4096)
def heading_of(text: str, kind: TableKind) -> Heading | None:
    """Return what a heading means, None where no listed word is in it.

    Examples
    --------
    >>> heading_of("经度(E)", TableKind.VILLAGE).meaning
    <Meaning.LON: 'lon'>
    >>> heading_of("联系电话", TableKind.VILLAGE).meaning is heading_of("张家村", TableKind.VILLAGE)
    True
    """
    forms = _forms(text) if len(text) <= 4 * LONGEST else []
    if not forms or DATA.search(unicodedata.normalize("NFKC", text).strip()):
        return None
    if any(word in forms[0] for word in _never()):
        return Heading(meaning=None, exact=False, rank=0)
    words = _words(kind)
    for form in forms:
        if form in words:
            word = words[form]
            return Heading(meaning=word.meaning, exact=True, rank=word.rank)
    if len(forms[0]) > LONGEST or (PLACE.search(forms[0]) and not RELATION.search(forms[0])):
        return None
    held = next(filter(None, (_held(form, words) for form in forms)), None)
    return None if held is None else Heading(meaning=held.meaning, exact=False, rank=held.rank)


def is_serial(text: str) -> bool:
    """Return whether a heading stands over mere row numbers."""
    return plain(text) in meanings.SERIAL.split()


def _forms(text: str) -> list[str]:
    """Return the forms to compare: whole, without brackets, year in front, or datum (ASCII)."""
    folded = unicodedata.normalize("NFKC", text)
    whole, bare = plain(folded), plain(BRACKETS.sub("", folded))
    forms = [whole, bare, YEAR.sub("", whole), YEAR.sub("", bare)]
    if folded.isascii():
        tokens = re.findall("[a-z]+|[0-9]+", folded.lower())
        forms.append("".join(token for token in tokens if token not in _frames()))
    return list(dict.fromkeys(form for form in forms if form))


@functools.cache
def _never() -> tuple[str, ...]:
    return tuple(meanings.NEVER.split())


@functools.cache
def _frames() -> frozenset[str]:
    return frozenset(meanings.FRAMES.split())


@functools.cache
def _words(kind: TableKind) -> Mapping[str, Word]:
    """Return all words of a kind of table; a word of two lists belongs to the first."""
    found: dict[str, Word] = {}
    for meaning, words in meanings.words_for(kind).items():
        for rank, word in enumerate(words):
            found.setdefault(word, Word(text=word, meaning=meaning, rank=rank))
    for word in meanings.NO_MEANING.split():
        found.setdefault(word, Word(text=word, meaning=None, rank=0))
    return found


def _held(form: str, words: Mapping[str, Word]) -> Word | None:
    """Return the word within a heading that ends last, the longest of those."""
    best: tuple[int, int] = (0, 0)
    chosen = None
    for text, word in words.items():
        at = form.rfind(text) if len(text) >= ROOT and not text.isascii() else -1
        if at >= 0 and (at + len(text), len(text)) > best:
            best, chosen = (at + len(text), len(text)), word
    return chosen
