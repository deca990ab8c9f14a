"""Names, old names and codes of villages as tables write them, read for the roster match.

A village's name is read as a core and what kind of division its ending says: 泉塘子村委会 and
泉塘子村村民委员会 are both the village 泉塘子, 泉塘居委会 is the community 泉塘.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz.distance import OSA

from spatialplan.measures.name_words import SIGNS
from spatialplan.measures.names import normalise_name

__all__ = [
    "Code",
    "VillageName",
    "is_near",
    "is_short_slip",
    "is_slip",
    "old_names",
    "plain_form",
    "read_code",
    "read_village_name",
    "split_brackets",
]

# Endings as met in rosters and sheets, slips of rosters included: 村季会, 委员会会.
_VILLAGE = re.compile(r"(?:村民委员会|村委员会|村委会|村民委|村委|村.会|村)+会*$")
_COMMUNITY = re.compile(
    r"(?:社区(?:居民委员会|居委会|居委|委员会)?|居民委员会|居委会|居民委|居委)会*$"
)
_BRACKET = re.compile(r"[(\[【〔〖{<《]([^()\[\]【】〔〕〖〗{}<>《》]*)(?:[)\]】〕〗}>》]|$)")
_BETWEEN = re.compile(r"[、,，;；/\s]+|(?<=[村区会])[和及与]")
_FORMER = re.compile(r"^(?:原名?|由|曾用名|又名|旧名|旧称|含|系)[:：]?")
_MERGED = re.compile(r"(?:两个?村)?(?:合并|并入|组成|整合|撤并|合村)?(?:而成|成立)?$")
_LISTED = re.compile(r"^\s*\d+\s*[.、．)）]\s*(?=\D)")  # 12、泉塘子村
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_NUMBERS = frozenset("0123456789一二三四五六七八九十百")


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageName:
    """A village's name: `kind` is ``village``, ``community`` or empty, `loose` has no ending left.

    The core keeps what a second ending leaves: of 洪家村社区 it is 洪家村, `loose` is 洪家.
    """

    core: str
    kind: str
    loose: str


@lru_cache(maxsize=100_000)
def plain_form(text: str) -> str:
    """Return the normal form of a name, without a number of a list before it.

    Examples
    --------
    >>> plain_form("１２、 泉塘子村\u200b"), plain_form("十里村")
    ('泉塘子村', '10里村')
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return normalise_name(_LISTED.sub("", text))


def read_village_name(form: str) -> VillageName:
    """Read a normal form (`plain_form`); a name that is nothing but an ending has no core.

    Examples
    --------
    >>> read_village_name("和平村村委会")
    VillageName(core='和平', kind='village', loose='和平')
    >>> read_village_name("洪家村社区居委会")
    VillageName(core='洪家村', kind='community', loose='洪家')
    """
    core, kind = _strip(form)
    loose, more = core, kind
    while more and loose:
        shorter, more = _strip(loose)
        loose = shorter or loose
        more = more if shorter else ""
    return VillageName(core=core, kind=kind, loose=loose)


def _strip(form: str) -> tuple[str, str]:
    """Return a form without its ending, and what the ending says."""
    for pattern, kind in ((_VILLAGE, "village"), (_COMMUNITY, "community")):
        found = pattern.search(form)
        if found:
            return form[: found.start()], kind
    return form, ""


def split_brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its brackets, and what stood in them.

    Examples
    --------
    >>> split_brackets("新和村（由石坝村、高桥村合并）")
    ('新和村', ('由石坝村、高桥村合并',))
    """
    text = unicodedata.normalize("NFKC", text)
    return _BRACKET.sub("", text), tuple(inner for inner in _BRACKET.findall(text) if inner)


def old_names(text: str, *, said: bool) -> tuple[str, ...]:
    """Return the normal forms of the names in a text that tells old or merged names.

    Parameters
    ----------
    said
        Whether the text is known to hold old names (a column of them); else, as in brackets, only
        what says so, or ends as a village does, is one.

    Examples
    --------
    >>> old_names("由石坝村和高桥村合并", said=False), old_names("中心", said=False)
    (('石坝村', '高桥村'), ())
    """
    said = said or _FORMER.match(text) is not None
    found = []
    for piece in _BETWEEN.split(text.strip()):
        form = plain_form(_MERGED.sub("", _FORMER.sub("", piece)))
        name = read_village_name(form)
        if name.core and (said or name.kind):
            found.append(form)
    return tuple(dict.fromkeys(found))


def is_slip(a: str, b: str) -> bool:
    """Whether two cores differ as by a slip of the pen: one character of three, two of five.

    Names of two characters with one in common are two villages more often than a slip; so are
    names that differ in a number, in 东, 新, 大…, or in the last character, which says what the
    place is: 金花坪, 金花湖. (Optimal string alignment distance.)

    Examples
    --------
    >>> is_slip("泉塘子", "泉唐子"), is_slip("新塘", "新桥"), is_slip("三株岭", "五株岭")
    (True, False, False)
    """
    shorter = min(len(a), len(b))
    limit = 0 if shorter < 3 or a[-1] != b[-1] else 1 if shorter < 5 else 2
    return OSA.distance(a, b, score_cutoff=limit) <= limit and not _tells_apart(a, b)


def is_near(a: str, b: str) -> bool:
    """Whether two cores differ by one character: worth a hint, not a match."""
    return min(len(a), len(b)) >= 2 and OSA.distance(a, b, score_cutoff=1) <= 1


def is_short_slip(a: str, b: str) -> bool:
    """Whether two cores of two characters share one, and the others are no telling signs."""
    return len(a) == len(b) == 2 and is_near(a, b) and not _tells_apart(a, b)


def _tells_apart(a: str, b: str) -> bool:
    left, right = Counter(a), Counter(b)
    odd = {*(left - right), *(right - left)}
    return not odd.isdisjoint(SIGNS | _NUMBERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A division code: `digits` are 12, 9 or 6, or none; `lost` where the text holds no code."""

    digits: str
    lost: bool = False


def read_code(text: str) -> Code:
    """Read a division code: 12 digits of a village, 9 of a township, 6 of a district.

    A number shown as 4.30302E+11 has lost its digits; with all twelve it is read.

    Examples
    --------
    >>> read_code("430302101203.0").digits, read_code("430302101000").digits
    ('430302101203', '430302101')
    >>> read_code("4.30302E+11")
    Code(digits='', lost=True)
    """
    text = re.sub(r"[\s'’`\"]", "", unicodedata.normalize("NFKC", text))
    if not text:
        return Code(digits="")
    if re.fullmatch(r"\d\.\d{11}E\+?11", text, re.IGNORECASE):
        text = str(int(Decimal(text)))
    text = re.sub(r"\.0+$", "", text)
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", text) or not text.isascii():
        return Code(digits="", lost=True)
    if len(text) == 12 and text.endswith("000"):
        text = text[:9]
    return Code(digits=text[:6] if text.endswith("000") and len(text) == 9 else text)
