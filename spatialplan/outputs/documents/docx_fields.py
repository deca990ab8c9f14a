"""Parts of a Word document that python-docx has no names for: fields, bookmarks, links."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph
from docx.text.run import Run

__all__ = ["add_bookmark", "add_field", "add_link", "begin_field", "element", "end_field"]


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return a new element such as ``w:shd`` with attributes of the same namespace."""
    made: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _mark(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType=kind))  # noqa: SLF001


def begin_field(paragraph: Paragraph, code: str) -> None:
    """Begin a field; what is written up to `end_field` is shown until it is updated."""
    _mark(paragraph, "begin")
    text = element("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {code} "
    paragraph.add_run()._r.append(text)  # noqa: SLF001
    _mark(paragraph, "separate")


def end_field(paragraph: Paragraph) -> None:
    """End the field that was begun."""
    _mark(paragraph, "end")


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field such as ``PAGE`` with the text that is shown until it is updated."""
    begin_field(paragraph, code)
    paragraph.add_run(shown)
    end_field(paragraph)


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Put a bookmark around what the paragraph holds so far."""
    start = element("w:bookmarkStart", id=str(number), name=name)
    place = 1 if paragraph._p.pPr is not None else 0  # noqa: SLF001
    paragraph._p.insert(place, start)  # noqa: SLF001
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))  # noqa: SLF001


def add_link(paragraph: Paragraph, text: str, bookmark: str) -> None:
    """Add text that leads to a bookmark of the same document."""
    link = element("w:hyperlink", anchor=bookmark, history="1")
    run = element("w:r")
    link.append(run)
    paragraph._p.append(link)  # noqa: SLF001
    Run(run, paragraph).text = text
