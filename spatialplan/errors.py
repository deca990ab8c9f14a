"""Errors and warnings: one base, and the fitting builtin as second parent.

Every error ends as one line for the user, so a message says what is wrong, where, how many and
what to do. Messages are held in both languages; ``str(error)`` is the Chinese one.
"""

from __future__ import annotations

from spatialplan.text import Text

__all__ = [
    "CrsError",
    "DataError",
    "OutputError",
    "PackError",
    "SourceError",
    "SpatialPlanError",
    "SpatialPlanWarning",
]


class SpatialPlanError(Exception):
    """Base of every expected error of the package.

    Parameters
    ----------
    zh, en
        The whole message, one line, in Chinese and in English.
    """

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh=zh, en=en)
        super().__init__(zh)


class PackError(SpatialPlanError, ValueError):
    """A plan pack is missing, unreadable or has problems."""


class CrsError(SpatialPlanError, ValueError):
    """A coordinate reference system is missing, not in metres, or disagrees."""


class DataError(SpatialPlanError, ValueError):
    """Numbers or tables given to a function break its contract."""


class SourceError(SpatialPlanError, OSError):
    """A source of roads or places cannot be read, or does not cover the plan's area."""


class OutputError(SpatialPlanError, OSError):
    """A result cannot be written."""


class SpatialPlanWarning(UserWarning):
    """A usable but doubtful result; it also enters the report."""
