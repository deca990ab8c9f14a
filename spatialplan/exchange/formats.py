"""The formats that an export can choose from: what each is called, and what it cannot hold."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from spatialplan.exchange.ledger import Done, Order
from spatialplan.exchange.package import Package
from spatialplan.text import Text

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of files.

    Attributes
    ----------
    limits
        What it cannot hold, a sentence each: what is lost within them is not told again.
    has_encoding
        Whether the user chooses the encoding of text.
    fixed_crs
        The CRS that the format demands; empty where it holds any.
    """

    id: str
    name: Text
    module: str
    writer: str
    limits: tuple[Text, ...]
    has_encoding: bool = False
    fixed_crs: str = ""

    def write(self, package: Package, order: Order) -> Done:
        """Write a package into the folder of the order."""
        module = importlib.import_module(f"spatialplan.exchange.{self.module}")
        writer = cast("Callable[[Package, Order], Done]", getattr(module, self.writer))
        return writer(package, order)


_WGS84 = Text(
    "坐标为 WGS 84 经纬度，由 CGCS2000 换算，两者相差通常不到 1 米",
    "coordinates are WGS 84; CGCS2000 differs by less than a metre as a rule",
)
_ONE_SHAPE = Text(
    "一个图层只存一种几何，混合的图层按点、多点、线、面拆开；单部件与多部件不分",
    "a layer holds one shape; mixed layers are split; single and multiple are not told apart",
)
_NO_TABLES = Text(
    "只写有位置的图层，其余表见提示", "only layers are written; the other tables are told"
)
_WORDS = Text(
    "字段别名和代码含义不在文件内，见随附的对照表",
    "readers' names and the words of codes are in the tables beside the files",
)
_TILES = (
    Text(
        "瓦片级别 5–13，级别越低几何越简化，供显示，不供量算",
        "zooms 5 to 13, simplified the more the lower: to look at, not to measure",
    ),
    Text(
        "坐标为 Web 墨卡托；日期写成文字；单部件与多部件不分；无值的属性不存；无高程",
        "Web Mercator; days as text; single and multiple are not told apart; no heights",
    ),
    _NO_TABLES,
    _WORDS,
)
_KML = (
    _WGS84,
    _NO_TABLES,
    Text(
        "坐标保留 9 位小数；布尔值为 1 和 0，日期写成文字；空文字与无值不分",
        "coordinates have 9 decimals; yes and no are 1 and 0, days are text, empty text is none",
    ),
    Text(
        "颜色与地图一致，符号形状由看图软件决定",
        "the colours are those of the maps, the shape of signs is the viewer's",
    ),
    Text("代码含义不在文件内，见随附的对照表", "the words of codes are in the table beside"),
)
_FORMATS = (
    Format(
        id="shp",
        name=Text("Shapefile", "Shapefile"),
        module="shapefile",
        writer="write",
        has_encoding=True,
        limits=(
            Text(
                "字段名至多 10 字节，原名和别名见字段对照表",
                "names of columns have at most 10 bytes; the table of columns has the full ones",
            ),
            Text(
                "文字至多 254 字节，数值至多 15 位小数，时间写成文字，空文字与无值不分",
                "text of 254 bytes, numbers of 15 decimals, times as text, empty text is no value",
            ),
            _ONE_SHAPE,
            Text("单个文件不超过 2 GB、255 列", "at most 2 GB and 255 columns"),
        ),
    ),
    Format(
        id="geojson",
        name=Text("GeoJSON（RFC 7946）", "GeoJSON (RFC 7946)"),
        module="geojson",
        writer="write",
        fixed_crs="EPSG:4326",
        limits=(
            _WGS84,
            Text(
                "坐标保留 7 位小数（约 1 厘米）；日期写成文字；超过 2 的 53 次方的整数"
                "有的软件读不准",
                "coordinates have 7 decimals (1 cm); days are text; some programs read whole "
                "numbers beyond 2^53 wrongly",
            ),
            _WORDS,
        ),
    ),
    Format(
        id="fgb",
        name=Text("FlatGeobuf", "FlatGeobuf"),
        module="flatgeobuf",
        writer="write",
        limits=(
            _ONE_SHAPE,
            Text(
                "有无几何行的文件不建空间索引；日期写成当日零时",
                "a file with rows without geometry has no index; days are midnight of the day",
            ),
            _WORDS,
        ),
    ),
    Format(
        id="geoparquet",
        name=Text("GeoParquet 1.1", "GeoParquet 1.1"),
        module="parquet",
        writer="write",
        limits=(_WORDS,),
    ),
    Format(
        id="kml",
        name=Text("KML", "KML"),
        module="kml",
        writer="write_kml",
        fixed_crs="EPSG:4326",
        limits=_KML,
    ),
    Format(
        id="kmz",
        name=Text("KMZ", "KMZ"),
        module="kml",
        writer="write_kmz",
        fixed_crs="EPSG:4326",
        limits=_KML,
    ),
    Format(
        id="dxf",
        name=Text("DXF（AutoCAD 2004）", "DXF (AutoCAD 2004)"),
        module="dxf",
        writer="write",
        limits=(
            Text(
                "DXF 不记坐标系：坐标为米，坐标系见本文件；导入时须自行指定",
                "DXF holds no CRS: coordinates are metres of the CRS said here",
            ),
            Text(
                "图形带颜色，名称为宋体注记，其余属性不写入；多部件拆开，面为闭合多段线",
                "names are drawn as text, other columns are not written; areas are closed lines",
            ),
            _NO_TABLES,
        ),
    ),
    Format(
        id="gdb",
        name=Text("文件地理数据库", "File Geodatabase"),
        module="geodatabase",
        writer="write",
        limits=(
            _ONE_SHAPE,
            Text(
                "字段有别名；代码含义（属性域）写不进去，见随附的代码对照表",
                "columns have their readers' names; the words of codes (domains) are beside it",
            ),
            Text(
                "布尔值写成 1 和 0，日期写成当日零时，时间到秒；"
                "坐标取整到 0.000000001 度或 0.1 毫米",
                "yes and no are 1 and 0, days are midnight, times are in seconds; "
                "coordinates are rounded to 1e-9 degrees or 0.1 mm",
            ),
        ),
    ),
    Format(
        id="xlsx",
        name=Text("Excel 工作簿", "Excel workbook"),
        module="excel",
        writer="write",
        limits=(
            Text(
                "表头用别名；几何为文字（WKT），超过 32767 字的留空",
                "heads are readers' names; geometry is text (WKT), left empty beyond 32,767",
            ),
            Text(
                "数值 16 位有效数字，整数 15 位；空文字与无值不分",
                "numbers have 16 digits, whole numbers 15; empty text is no value",
            ),
            Text(
                "代码含义不在文件内，见随附的对照表", "the words of codes are in the table beside"
            ),
        ),
    ),
    Format(
        id="csv",
        name=Text("CSV（几何为 WKT）", "CSV with WKT"),
        module="csv_wkt",
        writer="write",
        has_encoding=True,
        limits=(
            Text(
                "只有文字：数值、日期、布尔值由读的人解释；空文字与无值不分",
                "all is text: the reader decides on types; empty text is no value",
            ),
            Text(
                "以 = + - @ 等开头的文字前加撇号，以免被表格软件当公式运行；数值不变",
                "an apostrophe keeps text like a formula from being run; numbers are untouched",
            ),
            _WORDS,
        ),
    ),
    Format(
        id="mbtiles",
        name=Text("MBTiles 矢量瓦片", "MBTiles vector tiles"),
        module="tiles",
        writer="write_mbtiles",
        fixed_crs="EPSG:3857",
        limits=_TILES,
    ),
    Format(
        id="pmtiles",
        name=Text("PMTiles 矢量瓦片", "PMTiles vector tiles"),
        module="tiles",
        writer="write_pmtiles",
        fixed_crs="EPSG:3857",
        limits=_TILES,
    ),
)
FORMATS = {format_.id: format_ for format_ in _FORMATS}
