"""Files of every kind: read for what they are, or refused in one line."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
import xlsxwriter
import xlwt
from xlwt.CompoundDoc import XlsDoc

from spatialplan.errors import DataError, SourceError, SpatialPlanError
from spatialplan.io.tables import grid
from spatialplan.io.tables.headers import read_header
from spatialplan.io.tables.reading import read_tables
from spatialplan.io.tables.xlsx_values import Shown, shown_by
from spatialplan.model.table import Meaning, RawTable, TableKind

POINTS = gpd.GeoDataFrame(
    {"行政村名": ["张家村", "李家村"], "人口": [12, 34]},
    geometry=[shapely.Point(112.9, 27.8), None],
    crs="EPSG:4326",
)


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(path: Path) -> RawTable:
    (raw,) = read_tables(path)
    return raw


def said(raw: RawTable) -> str:
    return "；".join(note.zh for note in raw.notes)


def excel(path: Path) -> Path:
    """Title merged over the columns, a merged township, hidden rows and sheets, dates, formulas."""
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    clock = book.add_format({"num_format": "hh:mm"})
    angle = book.add_format({"num_format": "[h]:mm:ss"})
    sheet = book.add_worksheet("村表")
    sheet.merge_range("A1:H1", "点位表")
    sheet.write_row("A3", ["乡镇", "村名", "编码", "经度", "开通", "时刻", "度分秒", "算式"])
    sheet.merge_range("A4:A6", "白石镇")
    for row, name in ((3, "张家村"), (5, "李家村")):
        sheet.write_row(row, 1, [name, 430302001001.0, 112.90000000000001])
        sheet.write_datetime(row, 4, date(2024, 5, 1), day)
        sheet.write_datetime(row, 5, time(8, 30), clock)
        sheet.write_datetime(row, 6, timedelta(hours=112, minutes=54, seconds=30), angle)
    sheet.write_formula("H4", "=1+1", None, 2)
    sheet.write_formula("H5", "=NA()", None, "#N/A")
    sheet.write_formula("H6", "=1+1", None, "")
    sheet.write_boolean("I4", True)
    sheet.set_row(5, None, None, {"hidden": True})
    book.add_worksheet("空")
    hidden = book.add_worksheet("旧表")
    hidden.write("B2", "x")
    hidden.hide()
    book.close()
    return path


def test_xlsx(tmp_path: Path) -> None:
    village, empty, hidden = read_tables(excel(tmp_path / "表.xlsx"))
    assert [table.sheet for table in (village, empty, hidden)] == ["村表", "空", "旧表"]
    assert village.numbers == (1, 2, 3, 4, 5, 6)
    assert village.cells[0] == ("点位表",) * 8 + ("",)
    assert village.cells[1] == ("",) * 9
    assert village.cells[3] == (
        "白石镇", "张家村", "430302001001", "112.9", "2024-05-01", "08:30:00", "112:54:30", "2", "TRUE",
    )  # fmt: skip
    assert village.cells[4] == ("白石镇", *[""] * 6, "#N/A", "")
    assert village.cells[5][:2] == ("白石镇", "李家村")
    assert village.merged == {(0, c) for c in range(1, 8)} | {(4, 0), (5, 0)}
    assert "第 6 行" in said(village)
    assert (empty.numbers, empty.cells) == ((), ())
    assert hidden.cells == (("", ""), ("", "x"))
    assert "隐藏" in said(hidden)


def test_formula_that_was_never_calculated_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["村名", "=A2"])
    book.active.append(["张家村", 1])
    book.save(tmp_path / "表.xlsx")
    raw = only(tmp_path / "表.xlsx")
    assert raw.cells == (("村名", ""), ("张家村", "1"))
    assert "1 个公式" in said(raw)
    assert "B1" in said(raw)


def test_openpyxl_agrees(tmp_path: Path) -> None:
    """Another reader sees the same in the workbook of the roster's kind."""
    path = excel(tmp_path / "表.xlsx")
    sheet = openpyxl.load_workbook(path, data_only=True)["村表"]
    ours = read_tables(path)[0]
    for row in sheet.iter_rows():
        for cell in row:
            at = (cell.row - 1, cell.column - 1)
            if isinstance(cell.value, str) or (cell.value is None and at not in ours.merged):
                assert ours.cells[at[0]][at[1]] == (cell.value or "")
    assert sheet["E4"].value.date() == date.fromisoformat(ours.cells[3][4])


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy-mm-dd", Shown.DATE), ('m"月"d"日"', Shown.DATE), ("[$-804]yyyy年m月", Shown.DATE),
        ("m/d/yy h:mm", Shown.DATE), ("[h]:mm:ss", Shown.TIME), ("h:mm:ss.000", Shown.TIME),
        ("[mm]:ss", Shown.TIME), ("h:mm AM/PM", Shown.TIME), ("General", Shown.NUMBER),
        ("0.00E+00", Shown.NUMBER), ('0"d"', Shown.NUMBER), ("[Red]0.0", Shown.NUMBER),
        ("#,##0_);(#,##0)", Shown.NUMBER), ("@", Shown.NUMBER), ('"day "0', Shown.NUMBER),
        ("000000000000", Shown.NUMBER), ("mmm", Shown.DATE), ('0.0000"°"', Shown.NUMBER),
    ],
)  # fmt: skip
def test_number_formats(code: str, shown: Shown) -> None:
    assert shown_by(code) is shown


def bare_xlsx(rows: str, merges: str = "", prefix: bytes = b"") -> bytes:
    """A workbook with the least that the format asks for."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = (
        '<Relationships xmlns="{}"><Relationship Id="r1" Type="{}/{}" Target="{}"/></Relationships>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr(
            "_rels/.rels", link.format(rels, office, "officeDocument", "xl/workbook.xml")
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            link.format(rels, office, "worksheet", "/xl/worksheets/sheet1.xml"),
        )
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="表" r:id="r1"/></sheets></workbook>',
        )
        sheet = f"<worksheet {main}><sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"
        parts.writestr("xl/worksheets/sheet1.xml", prefix + sheet.encode())
    return stream.getvalue()


def cell(text: str, more: str = "") -> str:
    return f'<c t="inlineStr" {more}><is><t>{text}</t></is></c>'


def test_merged_over_the_whole_sheet_stays_small(tmp_path: Path) -> None:
    rows = f"<row>{cell('标题')}</row><row>{cell('白石镇')}</row><row><c/>{cell('张家村')}</row>"
    merges = '<mergeCell ref="A1:XFD1"/><mergeCell ref="A2:A1048576"/><mergeCell ref="Z9:ZZ99"/>'
    raw = only(put(tmp_path, "表.xlsx", bare_xlsx(rows, merges)))
    assert raw.cells == (("标题", "标题"), ("白石镇", ""), ("白石镇", "张家村"))
    assert raw.merged == {(0, 1), (2, 0)}


def test_workbook_without_styles_places_or_strings(tmp_path: Path) -> None:
    rows = (
        f'<row r="3">{cell("村名", "r=&quot;B3&quot;".replace("&quot;", chr(34)))}<c><v>1.50</v></c></row>'
        f"<row>{cell('张_x000D_家_x005F_x0041_村')}<c s='9'><v>45413</v></c><c t='e'><v>#REF!</v></c></row>"
    )
    raw = only(put(tmp_path, "表.xlsx", bare_xlsx(rows)))
    assert raw.cells == (
        ("",) * 3, ("",) * 3, ("", "村名", "1.5"), ("张\r家_x0041_村", "45413", "#REF!"),
    )  # fmt: skip
    with pytest.raises(SourceError, match="损坏"):
        read_tables(put(tmp_path, "表.xlsx", bare_xlsx(rows, prefix=b"<!DOCTYPE a>")))


def test_too_many_columns_and_cells(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "表.xlsx")
    book.add_worksheet().write(0, 1000, "x")
    book.close()
    with pytest.raises(DataError, match="1001 列"):
        read_tables(tmp_path / "表.xlsx")
    book = xlsxwriter.Workbook(tmp_path / "表.xlsx")
    book.add_worksheet().write(1_048_575, 500, "x")
    book.close()
    with pytest.raises(DataError, match="太大"):
        read_tables(tmp_path / "表.xlsx")
    with pytest.raises(DataError, match="1001 列"):
        read_tables(put(tmp_path, "表.csv", "村名\n" + "," * grid.MAX_COLUMNS))


def test_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("村表")
    sheet.write_merge(0, 0, 0, 3, "点位表")
    for column, value in enumerate(["村名", 430302001001.0, 112.9, " a\nb "]):
        sheet.write(2, column, value)
    sheet.write(3, 0, date(2024, 5, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(3, 1, 112.5 / 24, xlwt.easyxf(num_format_str="[h]:mm:ss"))
    book.add_sheet("空")
    book.add_sheet("旧").visibility = 1
    book.save(tmp_path / "表.xls")
    village, empty, hidden = read_tables(tmp_path / "表.xls")
    assert village.cells == (
        ("点位表",) * 4, ("",) * 4, ("村名", "430302001001", "112.9", " a\nb "),
        ("2024-05-01", "112:30:00", "", ""),
    )  # fmt: skip
    assert village.merged == {(0, 1), (0, 2), (0, 3)}
    assert empty.cells == ()
    assert "隐藏" in said(hidden)


def test_old_workbook_with_a_password(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "x")
    records = book.get_biff_data()
    first = 4 + int.from_bytes(records[2:4], "little")  # beyond the record that begins the book
    salt = bytes.fromhex("2f003600 0100 01000100") + bytes(48)  # RC4, the usual way
    locked = records[:first] + salt + records[first:]
    with (tmp_path / "表.xls").open("wb") as stream:
        XlsDoc().save(stream, locked)
    with pytest.raises(SourceError, match="有密码"):
        read_tables(tmp_path / "表.xls")


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    page = """<html><body><table><tr><td colspan=2>点位表</td></tr>
      <tr><th rowspan="2">白石镇</th><td>张家<br>村</td></tr><tr><td> 李&amp;家  村 </td></tr></table></body></html>"""
    raw = only(put(tmp_path, "网页.xls", page.encode("gbk")))
    assert raw.cells == (("点位表", "点位表"), ("白石镇", "张家\n村"), ("白石镇", "李&家 村"))
    assert raw.merged == {(0, 1), (2, 0)}
    assert raw.encoding == "GB18030"
    assert "HTML" in said(raw)
    raw = only(put(tmp_path, "文字.xls", "村名\t经度\n张家村\t112.9\n".encode("gbk")))
    assert raw.cells == (("村名", "经度"), ("张家村", "112.9"))
    assert "文件名是 .xls" in said(raw)
    content = excel(tmp_path / "表.xlsx").read_bytes()
    first, *_ = read_tables(put(tmp_path, "表.csv", content))
    assert first.cells[3][1] == "张家村"
    assert "文件名是 .csv" in said(first)
    assert "文件名" not in said(read_tables(tmp_path / "表.xlsx")[0])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.csv", b"", "空文件"),
        ("~$表.xlsx", b"\x05user", "临时文件"),
        ("表.xlsx", b"PK\x03\x04" + bytes(80), "损坏"),
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
        ("锁.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "不是能读的表格"),
        ("点.gpkg", b"SQLite format 3\0" + bytes(600), "读不了"),
        ("点.shp", b"\x00\x00\x27\x0a" + bytes(200), ".shx"),
        ("点.kml", b"<kml><Placemark>", "KML"),
        ("点.kml", b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "KML"),
        ("表.json", b'{"a": 1', "第 1 行第 8 字"),
        ("表.json", b'{"a": 1}', "没有记录列表"),
        ("表.json", b"[" * 100_000, "嵌套过深"),
        ("表.json", b"[" + b"9" * 5000 + b"]", "数字"),
        ("页.xls", b"<html><body>no</body></html>", "没有表格"),
        ("坏.csv", "村名,经度\n张家村,112\n李家".encode() + b"\xff" + "村,1\n湘潭县".encode(), "第 3 行"),
        ("坏.csv", "村名,经度\n张家村,112\n李家村,1\n".encode("gbk") + b"\xff,1\n", "第 4 行"),
    ],
)  # fmt: skip
def test_unreadable_files_give_one_line(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(SpatialPlanError, match=words) as caught:
        read_tables(put(tmp_path, name, content))
    assert "\n" not in str(caught.value)


def test_no_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="找不到文件"):
        read_tables(tmp_path / "无.xlsx")
    with pytest.raises(SourceError, match="是文件夹"):
        read_tables(tmp_path)


def test_json_shapes(tmp_path: Path) -> None:
    rows = [
        {"村名": "张家村", "经度": 112.90, "旧": None},
        {"村名": "李家村", "标": [1, "甲"], "真": True},
    ]
    for content in (rows, {"code": 0, "data": {"list": rows, "page": [1]}}):
        raw = only(put(tmp_path, "表.json", json.dumps(content)))
        assert raw.numbers == (0, 1, 2)
        assert raw.cells == (
            ("村名", "经度", "旧", "标", "真"), ("张家村", "112.9", "", "", ""),
            ("李家村", "", "", '[1, "甲"]', "TRUE"),
        )  # fmt: skip
    assert "data.list" in said(raw)
    raw = only(put(tmp_path, "表.json", '[{"名":"a","名":"b","全":"\\ud83d\\ude00\\ud83d"}]'))
    assert raw.cells == (("名", "名（2）", "全"), ("a", "b", "😀\ufffd"))
    assert "重复的键" in said(raw)


def test_geojson(tmp_path: Path) -> None:
    content = json.loads(POINTS.to_json())
    content["features"][1]["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[0, 0], [2, 0], [0, 2]]],
    }
    content["features"].append(
        {"type": "Feature", "properties": None, "geometry": {"type": "Point"}}
    )
    raw = only(put(tmp_path, "点.json", json.dumps(content)))
    assert raw.cells == (("行政村名", "人口"), ("张家村", "12"), ("李家村", "34"), ("", ""))
    assert raw.numbers == (0, 1, 2, 3)
    assert raw.points[:2] == (None, (112.9, 27.8))
    assert shapely.Polygon([(0, 0), (2, 0), (0, 2)]).contains(shapely.Point(raw.points[2]))
    assert raw.points[3] is None
    assert "不是点" in said(raw)
    assert "有错" in said(raw)
    assert raw.crs == "EPSG:4326"
    content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    assert only(put(tmp_path, "点.geojson", json.dumps(content))).crs == "EPSG:4547"


def test_geopackage_layers(tmp_path: Path) -> None:
    path = tmp_path / "点.gpkg"
    POINTS.to_crs(4547).to_file(path, layer="村点")
    gpd.GeoDataFrame({"a": [1.5]}, geometry=[shapely.box(0, 0, 2, 2)], crs=4326).to_file(
        path, layer="面"
    )
    village, area = read_tables(path)
    assert (village.sheet, village.crs, village.numbers) == ("村点", "EPSG:4547", (0, 1, 2))
    assert village.cells == (("行政村名", "人口"), ("张家村", "12"), ("李家村", "34"))
    assert village.points[2] is None
    assert village.points[1] == pytest.approx((391_500, 3_076_000), abs=2_000)
    assert area.points == (None, (1.0, 1.0))
    assert "第 1 个" in said(area)
    read = read_header(village, TableKind.VILLAGE)
    assert (read.header, read.body) == ((0,), (1, 2))
    assert read.meanings == {Meaning.NAME: 0, Meaning.POPULATION: 1}


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("declared", ["right", "missing", "wrong"])
def test_shapefile_encodings(tmp_path: Path, encoding: str, declared: str) -> None:
    path = tmp_path / "点.shp"
    POINTS.rename(columns={"行政村名": "村名"}).to_file(path, encoding=encoding)
    if declared == "missing":
        path.with_suffix(".cpg").unlink()
    if declared == "wrong":
        path.with_suffix(".cpg").write_text("UTF-8" if encoding == "GBK" else "ASCII")
    raw = only(path)
    assert raw.cells == (("村名", "人口"), ("张家村", "12"), ("李家村", "34"))
    assert raw.points == (None, (112.9, 27.8), None)
    assert raw.crs == "EPSG:4326"
    assert (".cpg" in said(raw)) is (declared != "right")


def test_shapefile_text_cut_within_a_character(tmp_path: Path) -> None:
    path = tmp_path / "点.shp"
    POINTS.rename(columns={"行政村名": "村名"}).assign(n="村" * 84 + "aa").to_file(path)
    dbf = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(dbf.replace(b"aa", b"a\xe6"))
    path.with_suffix(".prj").unlink()
    raw = only(path)
    assert raw.cells[1][2] == "村" * 84 + "a\ufffd"
    assert raw.crs == ""
    assert "截断" in said(raw)


KML = """<?xml version="1.0" encoding="{0}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>顶</name><Point><coordinates> 112.9,27.8,0 </coordinates></Point></Placemark>
<Folder><name>白石镇</name><Placemark><name>张家村</name><ExtendedData><Data name="人口"><value>12</value></Data>
</ExtendedData><LineString><coordinates>1,1 3,3</coordinates></LineString></Placemark>
<Placemark><name>李家村</name></Placemark><Placemark><Point><coordinates>东,西</coordinates></Point></Placemark>
</Folder></Document></kml>"""


def test_kml_and_kmz(tmp_path: Path) -> None:
    raw = only(put(tmp_path, "点.kml", KML.format("GBK").encode("gbk")))
    assert raw.cells == (
        ("文件夹", "名称", "描述", "人口"), ("", "顶", "", ""), ("白石镇", "张家村", "", "12"),
        ("白石镇", "李家村", "", ""), ("白石镇", "", "", ""),
    )  # fmt: skip
    assert raw.points[:2] == (None, (112.9, 27.8))
    assert raw.points[2] is not None
    assert raw.points[3:] == (None, None)
    assert raw.crs == "EPSG:4326"
    assert "读不懂" in said(raw)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("doc.kml", KML.format("UTF-8"))
    assert only(put(tmp_path, "点.kmz", stream.getvalue())).cells == raw.cells
