"""XML from strangers: no document types, no entities."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

__all__ = ["local_name", "parse", "refuse_entities"]

DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def refuse_entities(content: bytes) -> None:
    """Refuse XML that declares a document type or entities; tables never need them.

    Raises
    ------
    ValueError
        When it does. UTF-16 is looked through without its zero bytes.
    """
    if DECLARED.search(content.replace(b"\0", b"")):
        raise ValueError("DOCTYPE")


def parse(content: bytes) -> ET.Element:
    """Return the root element.

    Raises
    ------
    ValueError
        When document types or entities are declared.
    xml.etree.ElementTree.ParseError
        When it is no XML.
    """
    refuse_entities(content)
    return ET.fromstring(content)  # noqa: S314 - entities were refused


def local_name(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
