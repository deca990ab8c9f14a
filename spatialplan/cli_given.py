"""What coverage, site and figure are given: tables, limits, the day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from spatialplan.cli_shared import as_usage

__all__ = [
    "CandidatesOption",
    "DayOption",
    "HubsOption",
    "StationsOption",
    "VillagesOption",
    "as_day",
    "as_limits",
]

VillagesOption = Annotated[
    list[Path] | None, typer.Option("--villages", help="村级表，可重复 / table of villages")
]
StationsOption = Annotated[
    list[Path] | None, typer.Option("--stations", help="站点表，可重复 / table of stations")
]
HubsOption = Annotated[
    list[Path] | None, typer.Option("--hubs", help="县级中心表，可重复 / table of hubs")
]
CandidatesOption = Annotated[
    list[Path] | None,
    typer.Option("--candidates", help="候选点表；不给则各村都是 / candidates"),
]
DayOption = Annotated[
    str | None, typer.Option("--as-of", help="站点以哪天开放为准，如 2026-01-01 / open on this day")
]


def as_day(text: str | None) -> date:
    """Return a day, today when none is given; what cannot be read is a usage error."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}”：请写成 2026-01-01 / write 2026-01-01", param_hint="--as-of"
        ) from None


def as_limits(texts: list[str], hint: str) -> tuple[Any, ...]:
    """Return limits, each once; what cannot be read is a usage error."""
    from spatialplan.model.limit import parse_limit

    with as_usage(hint):
        return tuple(dict.fromkeys(parse_limit(text) for text in texts))
