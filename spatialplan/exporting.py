"""Export a GeoPackage: find it, choose its layers, write a format whole or not at all."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyproj import CRS

from spatialplan.errors import SourceError
from spatialplan.exchange import guide
from spatialplan.exchange.formats import FORMATS
from spatialplan.exchange.ledger import Done, Order
from spatialplan.exchange.package import Loss, Package
from spatialplan.files import write_together
from spatialplan.text import Lang

__all__ = ["Exported", "choose_layers", "export", "find_package"]

_SHOWN = 8  # names of layers that a message lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The files of an export and what they lack."""

    paths: tuple[Path, ...]
    losses: tuple[Loss, ...]


def find_package(given: Path) -> Path:
    """Return the GeoPackage itself, or the only one in a folder.

    Raises
    ------
    SourceError
        When the folder holds none or several.
    """
    if not given.is_dir():
        return given
    found = sorted(path for path in given.glob("*.gpkg") if path.is_file())
    if len(found) == 1:
        return found[0]
    if not found:
        raise SourceError(
            f"{given} 里没有 .gpkg 文件；请给出 run、coverage 或 import 写出的文件",
            f"{given} holds no .gpkg; give the file that run, coverage or import wrote",
        )
    names = "、".join(path.name for path in found)
    raise SourceError(
        f"{given} 里有 {len(found)} 个 .gpkg：{names}；请指明其中一个",
        f"{given} holds {len(found)} .gpkg files: {names}; name one of them",
    )


def choose_layers(package: Package, names: Sequence[str]) -> Package:
    """Return a package of the tables named or titled, in its own order; all of them for no names.

    Raises
    ------
    SourceError
        When a name is not there; the message names some, those that come nearest first.
    """
    there = sorted(table.name for table in package.tables)
    known = {*there, *(table.title for table in package.tables)}
    missing = [name for name in names if name not in known]
    if missing:
        alike = difflib.get_close_matches(missing[0], there, n=_SHOWN, cutoff=0.4)
        near = list(dict.fromkeys([*alike, *there]))[:_SHOWN]
        raise SourceError(
            f"没有图层“{'、'.join(missing)}”；共 {len(there)} 个，如：{'、'.join(near)}",
            f"no layer {', '.join(missing)}; of {len(there)}, for instance {', '.join(near)}",
        )
    if not names:
        return package
    chosen = tuple(t for t in package.tables if t.name in names or t.title in names)
    return replace(package, tables=chosen, is_whole=False)


def export(
    package: Package,
    format_id: str,
    folder: Path,
    *,
    lang: Lang = "zh",
    encoding: str = "utf-8",
    crs: CRS | None = None,
) -> Exported:
    """Write a package in a format into a folder, with what explains it.

    Parameters
    ----------
    encoding
        Of text, as Python names it, in a format that leaves the choice.
    crs
        The CRS to write; None keeps what the layers have.

    Raises
    ------
    OutputError
        When the format or the disk refuses, or the folder has such files of another export; the
        previous files stay.
    """
    format_ = FORMATS[format_id]
    done: list[Done] = []

    def write(aside: Path) -> list[Path]:
        order = Order(folder=aside, stem=package.path.stem, lang=lang, encoding=encoding, crs=crs)
        done.append(format_.write(package, order))
        files = [*done[0].paths, *guide.write_guide(package, format_, done[0], order)]
        guide.refuse_others(folder, files, guide.prefix_of(format_, order))
        return files

    paths = write_together(folder, write)
    return Exported(paths=tuple(paths), losses=done[0].losses)
