"""A problem of a plan pack: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from spatialplan.text import Lang, Text

__all__ = ["Problem", "RawPack", "missing_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong: where, what, and how to mend it."""

    severity: Literal["error", "warning"]
    file: str
    id: str
    what: Text
    remedy: Text

    @classmethod
    def error(cls, file: str, id: str, zh: str, en: str, do_zh: str, do_en: str) -> Self:
        """Return a problem that keeps the pack from being used."""
        return cls(severity="error", file=file, id=id, what=Text(zh, en), remedy=Text(do_zh, do_en))

    @classmethod
    def warning(cls, file: str, id: str, zh: str, en: str, do_zh: str, do_en: str) -> Self:
        """Return a doubt; the pack can be used."""
        return cls(
            severity="warning", file=file, id=id, what=Text(zh, en), remedy=Text(do_zh, do_en)
        )

    def say(self, lang: Lang) -> str:
        """Return the problem as one line."""
        where = f"{self.file} [{self.id}]" if self.id else self.file
        if lang == "zh":
            return f"{where}：{self.what.zh}；{self.remedy.zh}"
        return f"{where}: {self.what.en}; {self.remedy.en}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPack:
    """The three files of a pack as parsed, and the name of their folder."""

    folder: str
    plan: Mapping[str, Any]
    features: Mapping[str, Any]
    claims: Mapping[str, Any]


def missing_key(file: str, id: str, key: str) -> Problem:
    """Return the problem of a key that is not there."""
    return Problem.error(
        file, id, f"缺少“{key}”", f"{key!r} is missing",
        "按 layers/README.md 补上", "add it as layers/README.md says",
    )  # fmt: skip
