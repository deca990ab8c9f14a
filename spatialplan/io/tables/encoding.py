"""Which encoding a text file is in, proved where it can be, and its text.

Short Chinese tables defeat statistics, so proof comes first: a byte order mark; strict UTF-8, which
Chinese text in another encoding practically never passes; UTF-16 by the zero bytes of its
delimiters and line ends; strict GB18030, which holds all of GBK. Only what is none of these is
guessed, and the guess is told.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from spatialplan.errors import DataError
from spatialplan.text import Text

__all__ = ["Decoded", "codec_name", "decode", "decode_fields"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8-SIG"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
ZERO_SHARE = 0.03  # of all characters of a table, at least so many are ASCII
ONE_SIDED = 0.95  # and their zero bytes lie on one side
NEAR = 0.02  # a text with fewer bad characters is broken, not of another encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text, the encoding it was in, and what had to be decided."""

    text: str
    encoding: str
    notes: tuple[Text, ...] = ()


def decode(content: bytes, file: str) -> Decoded:
    """Return the text of a file.

    Parameters
    ----------
    file
        The name of the file, for messages.

    Raises
    ------
    DataError
        When bytes cannot be decoded; the message tells the line.
    """
    for mark, codec, label in MARKS:
        if content.startswith(mark):
            return Decoded(text=_strict(content[len(mark) :], codec, label, file), encoding=label)
    for codec, label in _candidates(content):
        try:
            return Decoded(text=content.decode(codec), encoding=label)
        except UnicodeDecodeError:
            continue
    broken = _broken(content)
    if broken is not None:
        _strict(content, *broken, file)
    return _guessed(content, file)


def decode_fields(fields: list[bytes], declared: str) -> tuple[list[str], str, int]:
    """Decode the short fields of a table that belong together, such as those of a DBF file.

    A field may end within a character, because writers cut at a number of bytes; the cut end
    becomes U+FFFD.

    Parameters
    ----------
    declared
        The encoding the data says it is in, empty where it does not; it is believed only when all
        fields can be decoded with it.

    Returns
    -------
    texts, encoding, cut
        The texts, the name of the encoding, and how many fields were cut.

    Raises
    ------
    UnicodeDecodeError
        When neither the declared encoding nor UTF-8 nor GB18030 holds for all fields.
    """
    tried = [name for name in (codec_name(declared), "utf-8", "gb18030") if name]
    for codec in tried[:-1]:
        try:
            return _decode_all(fields, codec)
        except UnicodeDecodeError:
            continue
    return _decode_all(fields, tried[-1])


def codec_name(declared: str) -> str:
    """Return Python's name of what a .cpg file says, empty text where it has none."""
    name = declared.strip().lower()
    if name.isdigit():
        name = {"65001": "utf-8", "936": "gb18030", "54936": "gb18030"}.get(name, f"cp{name}")
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return "gb18030" if found in {"gbk", "gb2312", "cp936"} else found


def _candidates(content: bytes) -> list[tuple[str, str]]:
    """Return the strict encodings to try, in order; a broken UTF-8 text is not read as GB18030."""
    if wide := _utf16_side(content):
        return [(f"utf-16-{wide.lower()}", f"UTF-16 {wide}"), ("utf-8", "UTF-8")]
    rest = [] if _mostly(content, "utf-8") else [("gb18030", "GB18030")]
    return [("utf-8", "UTF-8"), *rest]


def _utf16_side(content: bytes) -> str:
    """Return the byte order that zero bytes give away, empty text where they do not."""
    units = len(content) // 2
    if not units or len(content) % 2 or b"\0" not in content:
        return ""
    high, low = content[::2].count(0), content[1::2].count(0)
    if max(high, low) < max(ZERO_SHARE * units, ONE_SIDED * (high + low)):
        return ""
    side = "LE" if low > high else "BE"
    try:
        text = content.decode(f"utf-16-{side.lower()}")
    except UnicodeDecodeError:
        return ""
    return side if "\0" not in text else ""


def _mostly(content: bytes, codec: str) -> bool:
    """Return whether a text that `codec` refuses is nearly that encoding: a few bytes broken."""
    text = content.decode(codec, "replace")
    bad = text.count("\ufffd")
    wide = sum(char > "\u07ff" for char in text) - bad
    return 0 < bad <= max(1, NEAR * len(text)) and wide > bad


def _broken(content: bytes) -> tuple[str, str] | None:
    """Return the encoding of a text with a few broken bytes, None where it is none we know."""
    known = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
    return next((pair for pair in known if _mostly(content, pair[0])), None)


def _strict(content: bytes, codec: str, label: str, file: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(codec, "replace").count("\n") + 1
        raise DataError(
            f"{file} 第 {line} 行有不能按 {label} 解码的字节；"
            "文件可能损坏或混用编码，请用 Excel 或 WPS 打开改正后另存为“CSV UTF-8”",
            f"{file}, line {line}: bytes that are not {label}; the file may be damaged "
            "or mix encodings: mend it and save it as UTF-8 CSV",
        ) from error


def _guessed(content: bytes, file: str) -> Decoded:
    """Ask statistics about what is no encoding that Chinese tables come in."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(content).best()
    label = best.encoding if best is not None else "utf-8"  # which fails, and tells where
    note = Text(
        f"编码不是 UTF-8、UTF-16 或 GBK，猜测为 {label}，请核对文字",
        f"the encoding is not UTF-8, UTF-16 or GBK; guessed {label}: check the text",
    )
    return Decoded(text=_strict(content, label, label, file), encoding=label, notes=(note,))


def _decode_all(fields: list[bytes], codec: str) -> tuple[list[str], str, int]:
    texts, cut = [], 0
    for field in fields:
        decoder = codecs.getincrementaldecoder(codec)()
        text = decoder.decode(field)
        rest = bool(decoder.getstate()[0])
        texts.append(text + "\ufffd" * rest)
        cut += rest
    return texts, codec.upper(), cut
