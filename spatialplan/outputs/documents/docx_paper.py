"""Write a Word document piece by piece: headings, text, numbered figures and tables, contents."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from spatialplan.outputs import wording
from spatialplan.outputs.documents import docx_fields, docx_styles
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row, fill_table
from spatialplan.outputs.documents.docx_tiles import Tile, add_tiles
from spatialplan.text import Lang

__all__ = ["Paper"]

_FIGURE_MM = 190.0  # a figure with its caption fits on a page of its own
# Marks that turn the direction of what follows; each is closed where its text ends.
_EMBEDDINGS, _ISOLATES = re.compile("[\u202a\u202b\u202d\u202e]"), re.compile("[\u2066-\u2068]")


def _plain(text: str) -> str:
    """Return text that XML may hold and that turns no direction beyond its own end."""
    said = wording.clean(text)
    left = len(_EMBEDDINGS.findall(said)) - said.count("\u202c")
    isolated = len(_ISOLATES.findall(said)) - said.count("\u2069")
    return said + "\u202c" * max(left, 0) + "\u2069" * max(isolated, 0)


class Paper:
    """A Word document on A4 that is written from the top to the bottom.

    Parameters
    ----------
    words
        The fixed words: ``figure``, ``table``, ``contents``, ``page_of``.
    head
        What the header of each page says.
    """

    def __init__(self, words: Mapping[str, str], head: str, lang: Lang) -> None:
        self.lang: Lang = lang
        self._words = words
        self._document = docx.Document()
        self._figures = self._tables = self._headings = 0
        self._wide = False
        self._contents: list[tuple[int, str, str]] = []
        self._contents_at: Paragraph | None = None
        docx_styles.set_styles(self._document, lang)
        section = self._document.sections[0]
        docx_styles.set_paper(section)
        section.header.paragraphs[0].add_run(_plain(head))
        before, between, after = words["page_of"].split("|")
        foot = section.footer.paragraphs[0]
        foot.add_run(before)
        docx_fields.add_field(foot, "PAGE", "1")
        foot.add_run(between)
        docx_fields.add_field(foot, "NUMPAGES", "1")
        foot.add_run(after)

    @property
    def width_mm(self) -> float:
        """Width of the text."""
        return docx_styles.WIDE_MM if self._wide else docx_styles.TEXT_MM

    def write(self, text: str, style: str = "Normal") -> Paragraph:
        """Add a paragraph in one of the styles."""
        return self._document.add_paragraph(_plain(text), style=style)

    def write_list(self, texts: Iterable[str], style: str = "List Bullet") -> None:
        """Add one paragraph for each text."""
        for text in texts:
            self.write(text, style)

    def underline(self, paragraph: Paragraph) -> None:
        """Draw the red rule under a title block."""
        borders = docx_fields.element("w:pBdr")
        borders.append(
            docx_fields.element("w:bottom", val="single", sz="18", space="6", color=docx_styles.RED)
        )
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        style = properties.find(qn("w:pStyle"))
        properties.insert(0 if style is None else 1, borders)

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """Add a heading that the table of contents lists down to the second level."""
        paragraph = self._document.add_heading(_plain(text), level)
        paragraph.paragraph_format.page_break_before = True if new_page else None
        self._headings += 1
        name = f"_Toc{self._headings:06}"
        docx_fields.add_bookmark(paragraph, name, self._headings)
        if level <= 2:
            self._contents.append((level, _plain(text), name))

    def contents(self) -> None:
        """Leave the place for the table of contents, on a new page."""
        heading = self._document.add_paragraph(self._words["contents"], style="TOC Heading")
        heading.paragraph_format.page_break_before = True
        self._contents_at = self._document.add_paragraph(style="toc 1")

    def lie_across(self, *, wide: bool) -> None:
        """Go on on pages that lie across, or upright again."""
        if wide == self._wide:
            return
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        docx_styles.set_paper(section, wide=wide)
        self._wide = wide

    def table(self, grid: Grid) -> None:
        """Add a table under its numbered caption."""
        self._tables += 1
        caption = self._caption("table", self._tables, grid.caption)
        caption.paragraph_format.keep_with_next = True
        rows = grid.rows or [Row(cells=[Cell(text=self._words["none"])], kind="group")]
        plain = replace(grid, heads=[*map(_clean, grid.heads)], rows=[*map(_clean_row, rows)])
        table = self._document.add_table(rows=1 + len(rows), cols=len(grid.heads))
        fill_table(table, plain, self.width_mm)

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Add a row of large numbers between narrow spaces, which also part it from the next."""
        self.write("", "Spacer")
        add_tiles(self._document, tiles, self.width_mm)
        self.write("", "Spacer")

    def figure(self, png: bytes, caption: str, *, most_mm: float = _FIGURE_MM) -> None:
        """Add a picture over its numbered caption, as wide as the text unless it is too high."""
        width, height = struct.unpack(">II", png[16:24])
        shown = min(self.width_mm, most_mm * width / height)
        paragraph = self._document.add_paragraph(style="Figure")
        paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(shown))
        for described in paragraph._p.iter(qn("wp:docPr")):  # noqa: SLF001
            described.set("descr", _plain(caption))
        self._figures += 1
        self._caption("figure", self._figures, caption)

    def quote(self, number: int, text: str) -> None:
        """Add a clause after the number by which the report cites it."""
        paragraph = self.write(f"[{number}] {text}", "Request")
        paragraph.paragraph_format.left_indent = Pt(28)
        paragraph.paragraph_format.first_line_indent = Pt(-28)

    def _caption(self, kind: str, number: int, text: str) -> Paragraph:
        """Add a caption; its number is a field, so that programs can list figures and tables."""
        paragraph = self._document.add_paragraph(self._words[kind], style="Caption")
        label = self._words[kind].strip()
        docx_fields.add_field(paragraph, f"SEQ {label} \\* ARABIC", str(number))
        paragraph.add_run("　" + _plain(text))
        return paragraph

    def to_bytes(self, *, title: str, stamp: str, version: str) -> bytes:
        """Return the document; the same pieces and stamp make the same bytes."""
        self._fill_contents()
        moment = wording.moment(stamp).replace(tzinfo=None)
        core = self._document.core_properties
        core.title, core.author, core.last_modified_by = _plain(title)[:255], "spatialplan", ""
        core.comments, core.keywords, core.revision = f"spatialplan {version}", "", 1
        core.created = core.modified = moment
        core.language = "zh-CN" if self.lang == "zh" else "en-GB"
        # Programs that know page numbers then fill in those of the contents.
        settings = self._document.settings.element
        later = settings.xpath("w:hdrShapeDefaults|w:footnotePr|w:endnotePr|w:compat")
        later[0].addprevious(docx_fields.element("w:updateFields", val="true"))
        buffer = io.BytesIO()
        self._document.save(buffer)
        return _dated(buffer.getvalue(), moment.timetuple()[:6])

    def _fill_contents(self) -> None:
        if self._contents_at is None:
            return
        last = self._contents_at
        lines = [last.insert_paragraph_before(style=f"toc {at}") for at, _, _ in self._contents]
        if not lines:
            return
        docx_fields.begin_field(lines[0], 'TOC \\o "1-2" \\h \\z \\u')
        for line, (_, text, name) in zip(lines, self._contents, strict=True):
            docx_fields.add_link(line, text, name)
        docx_fields.end_field(last)


def _clean(cell: Cell) -> Cell:
    return replace(cell, text=_plain(cell.text), small=_plain(cell.small))


def _clean_row(row: Row) -> Row:
    return replace(row, cells=[_clean(cell) for cell in row.cells])


def _dated(content: bytes, moment: tuple[int, ...]) -> bytes:
    """Return a zip file with the same files, each dated at the moment."""
    buffer = io.BytesIO()
    year, month, day, hour, minute, second = moment
    date = (max(year, 1980), month, day, hour, minute, second)
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
