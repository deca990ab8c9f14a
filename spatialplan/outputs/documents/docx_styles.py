"""The look of Word documents: paper, fonts and styles as official documents have them."""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import parse_xml
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from spatialplan.outputs.documents.docx_fields import element
from spatialplan.text import Lang

__all__ = ["HEAD", "LINE", "RED", "TEXT_MM", "WIDE_MM", "set_paper", "set_styles"]

HEAD, LINE, RED, QUIET, BAND = "1F3A5F", "9AA5B1", "C8102E", "5D646B", "EEF2F6"
# A4 with the margins of official documents; wide tables lie across on narrower ones.
_PAGE_MM = (210, 297)
_MARGINS_MM = (37, 35, 28, 26)  # top, bottom, left, right
_WIDE_MARGINS_MM = (26, 22, 20, 20)
TEXT_MM = _PAGE_MM[0] - _MARGINS_MM[2] - _MARGINS_MM[3]
WIDE_MM = _PAGE_MM[1] - _WIDE_MARGINS_MM[2] - _WIDE_MARGINS_MM[3]
_SONG, _FANG, _HEI, _KAI = "宋体", "仿宋", "黑体", "楷体"
# What other systems call these fonts, tried by the reader's program in this order.
_ALTERNATIVES = {
    _SONG: ("SimSun", "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC"),
    _FANG: ("仿宋_GB2312", "FangSong", "STFangsong", "Noto Serif CJK SC"),
    _HEI: ("SimHei", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC"),
    _KAI: ("楷体_GB2312", "KaiTi", "STKaiti", "Noto Serif CJK SC"),
}
_SERIF, _SANS = "Times New Roman", "Arial"
_NEITHER = WD_ALIGN_PARAGRAPH.LEFT
_POINTS, _LARGEST_EN = 10.0, 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """Fonts, size in points and spacing of a style; `indent` is in ems of the first line."""

    east: str
    latin: str
    size: float
    bold: bool = False
    color: str = ""
    align: WD_ALIGN_PARAGRAPH = _NEITHER
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0  # in lines; from 10 on it is points, whatever the font
    indent: float = 0.0
    next: bool = False


_CENTER, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_LOOKS = {
    "Normal": _Look(east=_FANG, latin=_SERIF, size=12, line=20),
    "Title": _Look(east=_SONG, latin=_SERIF, size=22, bold=True, align=_CENTER, line=30),
    "Subtitle": _Look(
        east=_SONG, latin=_SERIF, size=18, bold=True, color=RED, align=_CENTER, after=2
    ),
    "Heading 1": _Look(
        east=_HEI, latin=_SANS, size=16, bold=True, color=HEAD, before=10, after=4, next=True
    ),
    "Heading 2": _Look(
        east=_KAI, latin=_SANS, size=14, bold=True, color=HEAD, before=10, after=4, next=True
    ),
    "Heading 3": _Look(east=_HEI, latin=_SANS, size=12, bold=True, before=8, after=3, next=True),
    "Caption": _Look(
        east=_HEI, latin=_SANS, size=10.5, bold=True, align=_CENTER, before=6, after=3
    ),
    "TOC Heading": _Look(
        east=_HEI, latin=_SANS, size=16, bold=True, color=HEAD, align=_CENTER, before=6, after=8
    ),
    "List Bullet": _Look(east=_FANG, latin=_SERIF, size=12, line=20),
    "List Number": _Look(east=_FANG, latin=_SERIF, size=12, line=20),
    "Header": _Look(east=_SONG, latin=_SERIF, size=9, color=QUIET, align=_CENTER),
    "Footer": _Look(east=_SONG, latin=_SERIF, size=10.5, align=_CENTER),
    # Styles of this report; names are what the style list of the program shows.
    "Lead": _Look(east=_FANG, latin=_SERIF, size=12, align=_BOTH, line=20, indent=2),
    "Small Lead": _Look(east=_FANG, latin=_SERIF, size=10.5, align=_BOTH, line=16, indent=2),
    "Details": _Look(east=_SONG, latin=_SERIF, size=9, color=QUIET, align=_CENTER, line=14),
    "Note": _Look(east=_SONG, latin=_SERIF, size=9, color=QUIET, before=2, after=3, line=1.2),
    "Request": _Look(east=_SONG, latin=_SERIF, size=10.5, line=15.5),
    "Spacer": _Look(east=_SONG, latin=_SERIF, size=4, line=_POINTS),
    "Figure": _Look(east=_SONG, latin=_SERIF, size=10.5, align=_CENTER, before=6, next=True),
    "Table Heading": _Look(
        east=_HEI, latin=_SANS, size=9, bold=True, color=HEAD, line=12, next=True
    ),
    "Table Text": _Look(east=_SONG, latin=_SERIF, size=9, line=12),
    "Tile Number": _Look(east=_HEI, latin=_SANS, size=17, bold=True, align=_CENTER, next=True),
    "Tile Text": _Look(east=_SONG, latin=_SERIF, size=8.5, align=_CENTER),
    "toc 1": _Look(east=_SONG, latin=_SERIF, size=12, before=3, line=18),
    "toc 2": _Look(east=_SONG, latin=_SERIF, size=10.5, line=15),
}
_BUILT_IN = ("toc 1", "toc 2")


def set_paper(section: Section, *, wide: bool = False) -> None:
    """Make a section A4 with the margins of official documents, lying across where `wide`."""
    size = _PAGE_MM[::-1] if wide else _PAGE_MM
    section.page_width, section.page_height = Mm(size[0]), Mm(size[1])
    top, bottom, left, right = _WIDE_MARGINS_MM if wide else _MARGINS_MM
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance, section.footer_distance = Mm(16 if wide else 24), Mm(14)


def set_styles(document: Document, lang: Lang) -> None:
    """Give the document its styles; no style is left that names a font of the template."""
    for name, look in _LOOKS.items():
        known = name in [style.name for style in document.styles]
        style = (
            document.styles[name]
            if known
            else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _BUILT_IN)
        )
        if not isinstance(style, ParagraphStyle):
            raise TypeError(f"{name} is not a style of paragraphs")
        _apply(style, look, lang)
    for number, indent in ((1, 0), (2, 8)):
        toc = document.styles[f"toc {number}"]
        if isinstance(toc, ParagraphStyle):
            toc.paragraph_format.left_indent = Mm(indent)
            toc.paragraph_format.tab_stops.add_tab_stop(
                Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
    _add_table_style(document)
    _name_alternatives(document)


def _apply(style: ParagraphStyle, look: _Look, lang: Lang) -> None:
    _set_fonts(style, look, lang)
    text = style.paragraph_format
    justify = look.align is _BOTH and lang == "zh"
    text.alignment = look.align if justify or look.align is _CENTER else _NEITHER
    text.space_before, text.space_after = Pt(look.before), Pt(look.after)
    exact = look.line >= _POINTS
    text.line_spacing_rule = WD_LINE_SPACING.EXACTLY if exact else WD_LINE_SPACING.MULTIPLE
    text.line_spacing = Pt(look.line) if exact else look.line
    text.keep_with_next = look.next
    text.widow_control = True
    if look.indent and lang == "zh":
        text.first_line_indent = Pt(look.indent * look.size)
    for old in style.element.xpath("./w:pPr/w:pBdr"):  # the template underlines titles
        old.getparent().remove(old)


def _set_fonts(style: ParagraphStyle, look: _Look, lang: Lang) -> None:
    """Set size, colour and the fonts of Latin and of Chinese characters."""
    # Titles are longer in English.
    size = look.size if lang == "zh" else min(look.size, _LARGEST_EN)
    style.font.size, style.font.bold, style.font.italic = Pt(size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.color or "1D2126")
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = element(
        "w:rFonts", ascii=look.latin, hAnsi=look.latin, cs=look.latin, eastAsia=look.east
    )
    properties.insert(0, fonts)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    spoken = "zh-CN" if lang == "zh" else "en-GB"
    properties.append(element("w:lang", val=spoken, eastAsia="zh-CN"))
    for tag in ("w:spacing", "w:kern"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)


def _add_table_style(document: Document) -> None:
    """Add the style of all tables: thin rules, a shaded head, a shaded total."""
    style = document.styles.add_style("Report Table", WD_STYLE_TYPE.TABLE)
    whole = element("w:tblPr")
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color=LINE))
    whole.append(borders)
    margins = element("w:tblCellMar")
    for side, width in (("top", 25), ("left", 60), ("bottom", 25), ("right", 60)):
        margins.append(element(f"w:{side}", w=str(width), type="dxa"))
    whole.append(margins)
    style.element.append(whole)
    for place in ("firstRow", "lastRow"):
        part = element("w:tblStylePr", type=place)
        cell = element("w:tcPr")
        cell.append(element("w:shd", val="clear", color="auto", fill=BAND))
        part.append(cell)
        style.element.append(part)


def _name_alternatives(document: Document) -> None:
    """Tell in the table of fonts what stands in where a font is not installed."""
    part = next(
        rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable")
    )
    table = parse_xml(part.blob)
    for name, others in _ALTERNATIVES.items():
        for old in table.findall("w:font", nsmap):
            if old.get(qn("w:name")) == name:
                table.remove(old)
        font = element("w:font", name=name)
        font.append(element("w:altName", val=",".join(others)))
        font.append(element("w:charset", val="86"))
        font.append(element("w:family", val="auto"))
        table.append(font)
    part._blob = serialize_part_xml(table)  # noqa: SLF001
