"""Text tables: encodings proved, delimiters found, lines never swallowed."""

from __future__ import annotations

import pytest

from spatialplan.errors import DataError
from spatialplan.io.tables import delimited
from spatialplan.io.tables.delimited import read_delimited
from spatialplan.io.tables.encoding import Decoded, decode
from spatialplan.model.table import RawTable

SHORT = "村名,经度\n张家村,112.9\n"


def read(text: str, suffix: str = ".csv") -> RawTable:
    return read_delimited(Decoded(text=text, encoding="UTF-8"), f"表{suffix}", suffix)


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8-SIG"), ("gbk", "GB18030"), ("gb18030", "GB18030"),
        ("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE"), ("utf-16", "UTF-16 LE"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", [SHORT, "村\n", "村名,x\r\n张,1\r\n", "乡镇\t村\n"])
def test_short_tables_in_every_encoding(codec: str, label: str, text: str) -> None:
    found = decode(text.encode(codec), "表.csv")
    assert (found.text, found.encoding, found.notes) == (text, label, ())


def test_zero_characters_are_not_utf16() -> None:
    text = "村名,经度,纬度,备注\n张家村,112.9,27.8,\0\n"
    assert decode(text.encode(), "表.csv").text == text
    assert read(text).cells[1] == ("张家村", "112.9", "27.8", "\0")


def test_rare_characters_of_gb18030() -> None:
    text = "村名\n㙍村\n𠮷家村\n"
    assert decode(text.encode("gb18030"), "表.csv").text == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le"])
def test_broken_bytes_tell_their_line(codec: str) -> None:
    lines = [f"张家村{i},112.9".encode(codec) for i in range(50)]
    lines[30] += b"\xff" if codec != "utf-16-le" else b"\x00\xdc"
    content = "\n".encode(codec).join(lines)
    if codec == "utf-16-le":
        content = b"\xff\xfe" + content
    with pytest.raises(DataError, match=r"表\.csv 第 31 行"):
        decode(content, "表.csv")


def test_broken_utf8_is_not_read_as_gbk() -> None:
    """GB18030 would decode it without complaint, to nonsense."""
    content = ("村名,经度\n" * 20).encode() + "张家".encode()[:-1] + b"A\n"
    assert content.decode("gb18030").startswith("鏉戝悕")
    with pytest.raises(DataError, match="第 21 行"):
        decode(content, "表.csv")


def test_other_encodings_are_guessed_and_told() -> None:
    text = "nom;longitude\nChâteau-Gérard à côté de l'école;112.9\nÉglise près du marché;27.8\n"
    found = decode(text.encode("cp1252"), "表.csv")
    assert found.encoding not in {"UTF-8", "GB18030"}
    assert "猜测" in found.notes[0].zh


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，", "、"])
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
def test_delimiters(delimiter: str, suffix: str) -> None:
    rows = [["村名", "经度", "纬度"], ["张家村", "112.9", "27.8"], ["李家村", "", ""]]
    raw = read("点位表\n\n" + "\n".join(delimiter.join(row) for row in rows), suffix)
    assert raw.cells[2:] == tuple(map(tuple, rows))
    assert raw.numbers == (1, 2, 3, 4, 5)


def test_a_pair_in_one_cell_does_not_make_commas_the_delimiter() -> None:
    raw = read("村名;坐标\n张家村;112.9,27.8\n李家村;112.8,27.7\n")
    assert raw.cells[1] == ("张家村", "112.9,27.8")
    raw = read("村名\t地址\n张家村\t白石镇，大路，旁\n李家村\t桥头，西，侧\n", ".txt")
    assert raw.cells[1] == ("张家村", "白石镇，大路，旁")


def test_the_name_decides_between_equals() -> None:
    assert read("a;b,c\nd;e,f\n").cells[0] == ("a;b", "c")
    assert read("a;b\tc\nd;e\tf\n", ".tsv").cells[0] == ("a;b", "c")
    assert read("a,b;c\nd,e;f\n", ".txt").cells[0] == ("a", "b;c")


def test_spaces_only_as_last_resort() -> None:
    raw = read("村名  经度\u3000纬度\n张家村 112.9   27.8\n李家村 112.8 27.7\n", ".txt")
    assert raw.cells[1] == ("张家村", "112.9", "27.8")
    assert read("New Village\nOld Village\n").cells == (("New Village",), ("Old Village",))
    assert read("张家村 a,1 2\n李家村 b,3\n", ".txt").cells[0] == ("张家村 a", "1 2")


def test_line_numbers_with_breaks_in_cells_and_blank_lines() -> None:
    raw = read('村名,备注\r\n张家村,"第一行\r\n第二行"\r\n\r\n李家村,""\r\n')
    assert raw.numbers == (1, 2, 4, 5)
    assert raw.cells == (("村名", "备注"), ("张家村", "第一行\r\n第二行"), ("", ""), ("李家村", ""))


def test_unpaired_quotes_swallow_no_line() -> None:
    text = '村名,备注\n"张家村,112\n李家村,"好"\n王家村,坏\n'
    raw = read(text)
    assert raw.cells == (("村名", "备注"), ('"张家村', "112"), ("李家村", '"好"'), ("王家村", "坏"))
    assert "第 2 行" in raw.notes[0].zh
    assert read('村,"a"b\n张,1\n李,2\n').cells[0] == ("村", '"a"b')


def test_ragged_rows_are_padded() -> None:
    assert read("村名,经度,纬度\n张家村\n李家村,1,2,3\n").cells == (
        ("村名", "经度", "纬度", ""), ("张家村", "", "", ""), ("李家村", "1", "2", "3"),
    )  # fmt: skip


def test_sep_directive() -> None:
    raw = read("sep=;\r\n村名;坐标\r\n张家村;1,2\r\n")
    assert raw.cells == (("村名", "坐标"), ("张家村", "1,2"))
    assert raw.numbers == (2, 3)
    assert "sep=" in raw.notes[0].zh


def test_line_ends_of_other_kinds_split_no_row() -> None:
    raw = read("村名,备注\n张\u2028家\x0b村,a\x85b\n")
    assert raw.cells[1] == ("张\u2028家\x0b村", "a\x85b")


def test_very_long_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "长" * 300_000
    assert read(f"村名,备注\n张家村,{text}\n").cells[1][1] == text
    monkeypatch.setattr(delimited, "MAX_FIELD", 200_000)
    with pytest.raises(DataError, match="第 2 行有超过"):
        read(f"村名,备注\n张家村,{text}\n")
