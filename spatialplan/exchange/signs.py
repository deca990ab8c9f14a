"""Signs of a text that an encoding does not have."""

from __future__ import annotations

from spatialplan.exchange.columns import Column
from spatialplan.exchange.ledger import Ledger
from spatialplan.exchange.package import Table

__all__ = ["tell_foreign"]

_SHOWN = 5


def tell_foreign(column: Column, table: Table, encoding: str, ledger: Ledger) -> None:
    """Note the texts of which the encoding lacks signs, which become question marks."""
    texts = [value for value in column.cells if isinstance(value, str)]
    foreign = [text for text in texts if not _fits(text, encoding)]
    signs = sorted({sign for text in foreign for sign in text if not _fits(sign, encoding)})
    named = encoding.upper()
    zh = f"{named} 没有的字写成问号，如“{''.join(signs[:_SHOWN])}”"
    en = f"signs that {named} lacks become question marks, such as {''.join(signs[:_SHOWN])}"
    ledger.add(table, zh, en, len(foreign), column=column.name)


def _fits(text: str, encoding: str) -> bool:
    return text.encode(encoding, errors="replace").decode(encoding) == text
