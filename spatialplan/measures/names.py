"""Chinese place names: one normal form, alternative names, and how alike two names are.

A name is read as a row of units with weights: what tells it apart (each character, each number)
10; words that say what a thing is (站, 大学, 物流园) 5; common words (文化, 旅游) 4; area words (片区,
景区, 镇) 3; the place it begins with (湘潭市…) 3 a character; filler (有限公司, 中国) 1. Spellings of
one word are one unit (火车站 = 高铁站 = 站). The similarity is Dice's over weights, on the heaviest
common subsequence (weighted LCS):

    s = 2 · W(common) / (W(a) + W(b))

Equal normal forms are 1, all else is at most 0.97. Each contradiction multiplies s by 0.7: other
numbers (一中, 二中), other or one-sided compass words (湘潭站, 湘潭北站), other leading places
(益阳…, 安化…), another rank (湘潭市, 湘潭县), another thing (建设路, 建设路口; 湘潭大学, 湘潭).
Limits: abbreviations (湘大) are known only where the map gives them as another name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

__all__ = [
    "Pairs",
    "is_distinctive",
    "name_similarity",
    "name_stem",
    "name_variants",
    "normalise_name",
    "similar_pairs",
]

LONGEST = 120  # characters of a name that are compared
NOT_EQUAL = 0.97  # the most that names with different normal forms can reach
CONTRADICTION = 0.7
SCREEN_PERCENT = 45  # unweighted similarity below which no pair reaches 0.6 by weight
SCREEN_CELLS = 16_000_000
CORE, STRICT, WEAK, LOOSE, PLACE, FILLER = 10, 5, 4, 3, 3, 1

# One group a blank, spellings of one word joined by a stroke. STRICT words say what a thing is.
STRICT_WORDS = """
站/火车站/高铁站/铁路站/车站 汽车站/客运站/汽车客运站/长途汽车站/汽车总站 公交站/公交车站 地铁站 加油站
服务区 收费站 路口/十字路口/交叉口 路 街/步行街/商业街/老街/古街/金街 巷 大道 高速/高速公路 国道 省道
铁路/铁路线 大桥 隧道 大学 学院 职业技术学院 中学 小学 学校 幼儿园 医院 人民医院 中医院/中医医院 卫生院
诊所 公园 森林公园 湿地公园 水库 市场/大市场/批发市场 农贸市场/菜市场 商贸城/国际商贸城 超市
酒店/大酒店/宾馆/饭店 银行 图书馆 博物馆 文化馆 体育馆 纪念馆 博览园 会展中心/国际会展中心 故居/旧居
旧址/遗址/古遗址 派出所 法院 人民政府 物流园/物流园区 产业园/产业园区/工业园/工业园区/工业集中区 科技园
科创园 高新区/高新技术产业开发区/高新技术开发区 经开区/经济技术开发区/经济开发区 开发区/产业开发区
综保区/综合保税区 港区/港口/码头 商会 公司 厂 馆
"""
LOOSE_WORDS = """
片区 商圈 景区/风景区/旅游区/风景名胜区/旅游景区/风景旅游区 度假区/旅游度假区 街区 新城 小镇 城区 园区 广场
商业区 核心区 示范区 集聚区 功能区 物流中心 校区 省 市 县 区 镇 乡/民族乡 街道/街道办事处/办事处
村/村委会/村民委员会 社区/社区居委会/社区居民委员会/居委会/居民委员会
"""
WEAK_WORDS = """
文化 旅游 文旅 产业 商业 商贸 生态 历史 创意 农产品 物流 农业 工业 服务 休闲 消费 时尚 都市 批发 零售
金融 教育 体育 健康 康养 智慧 电商/电子商务 中心 基地 项目 工程 平台 科技 综合体 国际 县城 发展 经济
"""
FILLER_WORDS = "中国 国家 国家级 省级 市级 有限公司 有限责任公司 股份有限公司 股份 集团 同志 现代 综合 重点"
RANKS = {"省": 1, "市": 2, "县": 3, "区": 4, "镇": 5, "乡": 5, "街道": 5, "村": 6, "社区": 6}
COMPASS = frozenset("东南西北中上下新老")
PROVINCES = frozenset(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 "
    "四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门".split()
)
TRADITIONAL = str.maketrans(
    "縣鎮鄉郷鄕區國廣場東門園橋灣龍馬長陽陰漢灘濱鄰縱橫樓觀鐵電車會館學醫藥業農產貿鋪舖嶺島關興寧"
    "義劉張楊陳黃葉鄭錢羅蘇呂趙鄧蕭盧韓馮鄒湯萬雙單圓環華團總統體處辦務農莊麗盤爐煙風鳳鷺鴨雞鮎鯉魚"
    "齊聯創發經濟開閘頭衛護視聽優頂順項項領題類飛靈應慶廟廳廠歷歸檢檔樹權歡歐沖沙滄潔澤濕灣狀獅玆現",
    "县镇乡乡乡区国广场东门园桥湾龙马长阳阴汉滩滨邻纵横楼观铁电车会馆学医药业农产贸铺铺岭岛关兴宁"
    "义刘张杨陈黄叶郑钱罗苏吕赵邓萧卢韩冯邹汤万双单圆环华团总统体处办务农庄丽盘炉烟风凤鹭鸭鸡鲇鲤鱼"
    "齐联创发经济开闸头卫护视听优顶顺项项领题类飞灵应庆庙厅厂历归检档树权欢欧冲沙沧洁泽湿湾状狮兹现",
) | str.maketrans("〇零壹贰叁肆伍陆柒捌玖拾", "零零一二三四五六七八九十")

NUMERAL = {char: value for value, char in enumerate("零一二三四五六七八九")}
NUMERALS = re.compile(r"[零一二三四五六七八九十][零一二三四五六七八九十百]*")
NOISE = re.compile(r"[\s\-_‐-―~·・•‧∙.,，。、;:：；'\"“”‘’《》〈〉「」『』()\[\]{}【】〔〕〖〗!?！？*#|/\\\x00-\x1f\x7f]+")
INSIDE = re.compile(r"[(\[【〔〖{]([^()\[\]【】〔〕〖〗{}]*)[)\]】〕〗}]")
QUOTED = re.compile(r"[“《「『\"]([^“”《》「」『』\"]{4,})[”》」』\"]")
FORMER = re.compile(r"^(?:原名?|又名|又称|即|简称|旧称|旧名|曾用名|俗称)[:：]?")
LEVELS = re.compile(r"(.{2,3}?省|.{2,3}?市|.{2,3}?县|.{2,3}?区)")
NO_PLACE = re.compile(  # 超市, 园区… end no place name; 市场, 县城… begin no new word
    r"(?:[超城都夜门集菜花股]市|[小社园片景城新郊矿灌厂校库港湖山专街地功示心发业济高经保聚假务]区)$"
)
NOT_AFTER = ("场", "城", "域", "级", "辖", "属")


def normalise_name(name: str) -> str:
    """Return the normal form: width, case, script, numerals, spaces and punctuation made equal.

    Examples
    --------
    >>> normalise_name("湘潭縣第一中學"), normalise_name("湘潭县 一中"), normalise_name("十八总·河街")
    ('湘潭县1中学', '湘潭县1中学', '18总河街')
    >>> normalise_name("Ｇ３２０"), normalise_name("中国（中部）岳塘")
    ('320国道', '中国中部岳塘')
    """
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
    a, b = _read(normalise_name(outer)), _read(normalise_name(inner))
    shared = set(a.core) & set(b.core)
    return bool(b.core) and (bool(shared) or (b.head != "" and b.head == a.head))


def name_stem(name: str) -> str:
    """Return a place name without its rank: the form in which leading places are passed on.

    Examples
    --------
    >>> name_stem("湘潭市"), name_stem("大通湖区"), name_stem("南县")
    ('湘潭', '大通湖', '南县')
    """
    text = normalise_name(name)
    stem = re.sub(r"(省|市|县|区|镇|乡|街道)$", "", text)
    return stem if len(stem) >= 2 else text


def is_distinctive(name: str) -> bool:
    """Whether a name can tell one thing from all others: 中心医院 or 创业孵化基地 cannot.

    Examples
    --------
    >>> is_distinctive("湘潭大学"), is_distinctive("万楼"), is_distinctive("文化旅游中心")
    (True, True, False)
    """
    read = _read(normalise_name(name))
    return len(read.core) >= 2 or bool((read.core or read.stems) and read.is_strict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A normal form read as units; `units` is one character a unit, so that rapidfuzz compares."""

    text: str
    units: str
    weights: tuple[int, ...]
    total: int
    core: str
    stems: frozenset[str]
    signs: Counter[str]
    numbers: Counter[str]
    head: str
    is_strict: bool
    rank: int


def _vocabulary() -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, ...]]]:
    """Return word → (unit, weight), and first character → words, the longest first."""
    words: dict[str, tuple[str, int]] = {}
    unit = 0xF0000  # private use: no name holds these characters
    for table, weight in (
        (STRICT_WORDS, STRICT), (LOOSE_WORDS, LOOSE), (WEAK_WORDS, WEAK), (FILLER_WORDS, FILLER),
    ):  # fmt: skip
        for group in table.split():
            unit += 1
            words |= dict.fromkeys(group.split("/"), (chr(unit), weight))
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return words, {c: tuple(w for w in longest_first if w[0] == c) for c in {w[0] for w in words}}


WORDS, BY_FIRST = _vocabulary()
RANK_OF = {WORDS[word][0]: rank for word, rank in RANKS.items()}
NO_PLACES: frozenset[str] = frozenset()


@lru_cache(maxsize=200_000)
def _read(text: str, places: frozenset[str] = NO_PLACES) -> _Reading:
    """Read a normal form; `places` are stems of places that names begin with."""
    text = text[:LONGEST]
    units: list[tuple[str, int]] = []
    stems, start = _lead(text, places, units)
    core: list[str] = []
    numbers: list[str] = []
    head = ("", 0)
    for word in _words(text, start):
        head = ("", 0)
        if word.isascii() and word.isdigit():
            numbers.append(word)
            units.append((chr(0x100000 + int(word[:9]) % 0xFFFD), CORE))
        elif word in WORDS:
            head = WORDS[word]
            units.append(head)
        else:
            core.append(word)
            units.append((word, CORE))
    weights = tuple(weight for _, weight in units)
    return _Reading(
        text=text, units="".join(unit for unit, _ in units), weights=weights, total=sum(weights),
        core="".join(core), stems=frozenset(stems), numbers=Counter(numbers),
        signs=Counter(char for char in core if char in COMPASS),
        head=head[0] if head[1] in (STRICT, LOOSE) else "", is_strict=head[1] == STRICT,
        rank=RANK_OF.get(head[0], 0),
    )  # fmt: skip


def _lead(
    text: str, places: frozenset[str], units: list[tuple[str, int]]
) -> tuple[list[str], int]:
    """Read filler and leading places into `units`; return the places and where the rest begins."""
    stems: list[str] = []
    at = 0
    while at < len(text):
        word = next((w for w in BY_FIRST.get(text[at], ()) if text.startswith(w, at)), "")
        if word and WORDS[word][1] == FILLER:
            end = at + len(word)
            units.append(WORDS[word])
        elif (end := _place_end(text, at, places)) > at:
            stem = name_stem(text[at:end]) if text[end - 1] in RANKS else text[at:end]
            stems.append(stem)
            units += [(char, PLACE) for char in stem]
            units += [(WORDS[char][0], FILLER) for char in text[at + len(stem) : end]]
        else:
            break
        at = end
    return stems, at


def _place_end(text: str, at: int, places: frozenset[str]) -> int:
    """Return where a leading place ends; `at` when there is none or nothing would be left."""
    for length in (4, 3, 2):
        stem = text[at : at + length]
        if stem in places or stem in PROVINCES:
            end = at + length
            end += text[end : end + 1] in ("省", "市", "县", "区") and _is_rank(text, end)
            return end if end < len(text) else at
    match = LEVELS.match(text, at, at + 4)
    if match is None or NO_PLACE.search(match.group()) or match.end() >= len(text):
        return at
    return match.end() if _is_rank(text, match.end() - 1) else at


def _is_rank(text: str, at: int) -> bool:
    """Whether the 市, 县 or 区 at a position ends a place and begins no word such as 市场."""
    after = text[at + 1 : at + 2]
    return after not in NOT_AFTER or (after == "级" and text[at] == after)


def _words(text: str, start: int) -> Iterator[str]:
    """Yield vocabulary words, numbers and single characters; one-character words only at the end."""
    at, size = start, len(text)
    while at < size:
        end = at + 1
        if "0" <= text[at] <= "9":
            while end < size and "0" <= text[end] <= "9":
                end += 1
        else:
            for word in BY_FIRST.get(text[at], ()):
                if text.startswith(word, at) and (len(word) > 1 or (at and end == size >= 3)):
                    end = at + len(word)
                    break
            else:
                yield text[at]
                at = end
                continue
        yield text[at:end]
        at = end


