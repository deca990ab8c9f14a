"""The words of Chinese place names, and reading a normal form as weighted units.

Units are what tells a name apart (each character, each number; 10), words that say what a thing
is (站, 大学, 物流园; 5), common words (文化, 旅游; 4), area words (片区, 景区, 镇; 3), the place a
name begins with (湘潭市…; 3 a character) and filler (有限公司, 中国; 1). Spellings of one word are
one unit. The tables are meant to be edited: a word that is missing only counts as telling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "FIRST_UNIT",
    "LONGEST",
    "RANKS",
    "SIGNS",
    "TRADITIONAL",
    "Reading",
    "read_form",
    "strip_rank",
]

FIRST_UNIT = chr(0xF0000)  # private use: no name holds these characters
LONGEST = 120  # characters of a name that are compared
CORE, STRICT, WEAK, LOOSE, PLACE, FILLER = 10, 5, 4, 3, 3, 1

# One group a blank, spellings of one word joined by a stroke. STRICT words say what a thing is.
STRICT_WORDS = """
站/火车站/高铁站/铁路站/车站 汽车站/客运站/汽车客运站/长途汽车站/汽车总站 公交站/公交车站 地铁站
加油站 服务区 收费站 路口/十字路口/交叉口 路 街/步行街/商业街/老街/古街/金街 巷 大道 高速/高速公路
国道 省道 铁路/铁路线 大桥 隧道 大学 学院 职业技术学院 中学 小学 学校 幼儿园 医院 人民医院
中医院/中医医院 卫生院 诊所 公园 森林公园 湿地公园 水库 市场/大市场/批发市场 农贸市场/菜市场
商贸城/国际商贸城 超市 酒店/大酒店/宾馆/饭店 银行 图书馆 博物馆 文化馆 体育馆 纪念馆 博览园
会展中心/国际会展中心 故居/旧居 旧址/遗址/古遗址 派出所 法院 人民政府 物流园/物流园区
产业园/产业园区/工业园/工业园区/工业集中区 科技园 科创园 高新区/高新技术产业开发区/高新技术开发区
经开区/经济技术开发区/经济开发区 开发区/产业开发区 综保区/综合保税区 港区/港口/码头 公司 厂 馆
"""
LOOSE_WORDS = """
片区 商圈 景区/风景区/旅游区/风景名胜区/旅游景区/风景旅游区 度假区/旅游度假区 街区 新城 小镇 城区
园区 广场 商业区 核心区 示范区 集聚区 功能区 物流中心 校区 省 市 县 区 镇 乡/民族乡
街道/街道办事处/办事处 村/村委会/村民委员会/村村委会/村村民委员会
社区/社区居委会/社区居民委员会/居委会/居民委员会
"""
WEAK_WORDS = """
文化 旅游 文旅 产业 商业 商贸 生态 历史 创意 农产品 物流 农业 工业 服务 休闲 消费 时尚 都市 批发
零售 金融 教育 体育 健康 康养 智慧 电商/电子商务 中心 基地 项目 工程 平台 科技 综合体 国际 县城
发展 经济 非遗 医疗 妇幼 保健 少年 老年 创业 孵化
"""
FILLER_WORDS = """
中国 国家 国家级 省级 市级 有限公司 有限责任公司 股份有限公司 股份 集团 同志 现代 综合 重点
"""
RANKS = {"省": 1, "市": 2, "县": 3, "区": 4, "镇": 5, "乡": 5, "街道": 5, "村": 6, "社区": 6}
SIGNS = frozenset("东南西北中上下新老大小")  # what alone tells siblings apart: 湘潭站, 湘潭北站
PROVINCES = frozenset(
    """
    北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东
    海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
    """.split()  # noqa: SIM905  # a list of thirty would fill a screen
)
# Traditional to simplified: the characters that place names use; and formal numerals.
TRADITIONAL = str.maketrans(
    "縣鎮鄉郷鄕區國廣場東門園橋灣龍馬長陽陰漢灘濱鄰縱橫樓觀鐵電車會館學醫藥業農產貿鋪舖嶺島關興寧"
    "義劉張楊陳黃葉鄭錢羅蘇呂趙鄧蕭盧韓馮鄒湯萬雙單圓環華團總統體處辦務農莊麗盤爐煙風鳳鷺鴨雞鮎鯉魚"
    "齊聯創發經濟開閘頭衛護視聽優頂順項項領題類飛靈應慶廟廳廠歷歸檢檔樹權歡歐沖沙滄潔澤濕灣狀獅玆現",
    "县镇乡乡乡区国广场东门园桥湾龙马长阳阴汉滩滨邻纵横楼观铁电车会馆学医药业农产贸铺铺岭岛关兴宁"
    "义刘张杨陈黄叶郑钱罗苏吕赵邓萧卢韩冯邹汤万双单圆环华团总统体处办务农庄丽盘炉烟风凤鹭鸭鸡鲇鲤鱼"
    "齐联创发经济开闸头卫护视听优顶顺项项领题类飞灵应庆庙厅厂历归检档树权欢欧冲沙沧洁泽湿湾状狮兹现",
) | str.maketrans("〇零壹贰叁肆伍陆柒捌玖拾", "零零一二三四五六七八九十")
LEVELS = re.compile(r"(.{2,3}?省|.{2,3}?市|.{2,3}?县|.{2,3}?区)")
NO_PLACE = re.compile(  # 超市, 园区… end no place name; 市场, 县城… begin no new word
    r"(?:[超城都夜门集菜花股]市|[小社园片景城新郊矿灌厂校库专街地能范验心发业济开保聚假务]区)$"
)
NOT_AFTER = ("场", "城", "域", "级", "辖", "属")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A normal form read as units.

    Attributes
    ----------
    units
        One character a unit, so that rapidfuzz compares them; words are private-use characters.
    weights, total
        Weight of each unit, and their sum.
    screen
        The units, each repeated by its weight in steps of about 3: the similarity of such texts
        is near the weighted one.
    core
        The characters that are no word, place or number.
    stems
        Leading places without their rank, and the rank (市, 县…) or empty text.
    signs, numbers
        Sibling signs (东, 新, 大…) among the core, and numbers.
    head
        Unit of the last word when it says what the thing is; `is_strict` when it is no area word.
    rank
        Administrative rank of the head, 0 when it is none.
    """

    text: str
    units: str
    weights: tuple[int, ...]
    total: int
    screen: str
    core: str
    stems: Mapping[str, str]
    signs: str
    numbers: tuple[str, ...]
    head: str
    is_strict: bool
    rank: int


def _vocabulary() -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, ...]]]:
    """Return word → (unit, weight), and first character → words, the longest first."""
    words: dict[str, tuple[str, int]] = {}
    unit = ord(FIRST_UNIT)
    for table, weight in (
        (STRICT_WORDS, STRICT), (LOOSE_WORDS, LOOSE), (WEAK_WORDS, WEAK), (FILLER_WORDS, FILLER),
    ):  # fmt: skip
        for group in table.split():
            unit += 1
            words |= dict.fromkeys(group.split("/"), (chr(unit), weight))
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return words, {c: tuple(w for w in longest_first if w[0] == c) for c in {w[0] for w in words}}


WORDS, BY_FIRST = _vocabulary()
STEPS = {weight: (weight + 1) // 3 for weight in (CORE, STRICT, WEAK, LOOSE, PLACE, FILLER)}
RANK_OF = {WORDS[word][0]: rank for word, rank in RANKS.items()}
NO_PLACES: frozenset[str] = frozenset()


def strip_rank(place: str) -> str:
    """Return a place name without 市, 县…; names of two characters stay whole.

    Examples
    --------
    >>> strip_rank("湘潭市"), strip_rank("大通湖区"), strip_rank("南县")
    ('湘潭', '大通湖', '南县')
    """
    for rank in ("省", "市", "县", "区", "镇", "乡", "街道"):
        if place.endswith(rank) and len(place) - len(rank) >= 2:
            return place[: -len(rank)]
    return place


@lru_cache(maxsize=200_000)
def read_form(text: str, places: frozenset[str] = NO_PLACES) -> Reading:
    """Read a normal form (`names.normalise_name`).

    Parameters
    ----------
    places
        Places that names begin with, without rank (`strip_rank`). Provinces, and what ends in 省,
        市, 县, 区, are recognised without.

    Examples
    --------
    >>> read_form("湘潭市中心医院").core, read_form("岳塘国际商贸城").core
    ('', '岳塘')
    >>> read_form("湘潭北站", frozenset({"湘潭"})).weights
    (3, 3, 10, 5)
    """
    text = text[:LONGEST]
    stems, units, start = _lead(text, places)
    core, numbers, head = "", [], ("", 0)
    for word, known in _words(text, start):
        if known:
            units.append(head := WORDS[word])
            continue
        head = ("", 0)
        if "0" <= word[0] <= "9":
            numbers.append(word)
            units.append((chr(0x100000 + int(word[:9]) % 0xFFFD), CORE))
        else:
            core += word
            units.append((word, CORE))
    symbols, weights = zip(*units, strict=True) if units else ((), ())
    return Reading(
        text=text, units="".join(symbols), weights=weights, total=sum(weights),
        screen="".join([unit * STEPS[weight] for unit, weight in units]) or text,
        core=core, stems=stems, numbers=tuple(sorted(numbers)),
        signs="".join(sorted(SIGNS.intersection(core))),
        head=head[0] if head[1] in (STRICT, LOOSE) else "", is_strict=head[1] == STRICT,
        rank=RANK_OF.get(head[0], 0),
    )  # fmt: skip


def _lead(text: str, places: frozenset[str]) -> tuple[dict[str, str], list[tuple[str, int]], int]:
    """Read filler and leading places; return the places, their units, and where the rest begins."""
    stems: dict[str, str] = {}
    units: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        word = _word_at(text, at)
        if word and WORDS[word][1] == FILLER:
            units.append(WORDS[word])
            at += len(word)
            continue
        end = _place_end(text, at, places)
        if end == at:
            break
        stem = strip_rank(text[at:end])
        rank = text[at + len(stem) : end]
        stems[stem] = rank
        units += [(char, PLACE) for char in stem]
        units += [(WORDS[char][0], FILLER) for char in rank]
        at = end
    return stems, units, at


def _word_at(text: str, at: int) -> str:
    """Return the longest word that stands at a position, or empty text."""
    for word in BY_FIRST.get(text[at], ()):
        if text.startswith(word, at):
            return word
    return ""


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
    return text[at + 1 : at + 2] not in NOT_AFTER


def _words(text: str, start: int) -> Iterator[tuple[str, bool]]:
    """Yield words and whether the vocabulary has them; those of one character only at the end."""
    at, size = start, len(text)
    while at < size:
        end = at + 1
        word = _word_at(text, at)
        if len(word) > 1 or (word and at and end == size >= 3):  # 南县 stays whole
            at += len(word)
            yield word, True
            continue
        if "0" <= text[at] <= "9":
            while end < size and "0" <= text[end] <= "9":
                end += 1
        yield text[at:end], False
        at = end
