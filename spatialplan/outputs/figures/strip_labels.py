"""Where the labels over a strip diagram stand, so that no leader crosses a label.

Few labels stand upright in rows (`placed`); many are slanted, side by side (`spread`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spatialplan.outputs.figures.strip_sheet import SIZE
from spatialplan.outputs.wording import ems

__all__ = ["Label", "placed", "spread"]

_GAP = 1.6


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the top of its leader; `row` 0 is the lowest, a flipped one stands left of it."""

    x: float
    text: str
    row: int
    flipped: bool


def placed(at: Sequence[float], texts: Sequence[str], right: float) -> list[Label]:
    """Return the labels of leaders that rise at `at`, in ascending order, in rows.

    Labels stand right of their leaders, but from one on, at the latest the first that would run
    over the `right` edge, they stand left: the one with which the fewest rows suffice. A label
    lies higher than every label whose leader rises within its width.

    Examples
    --------
    >>> [(label.row, label.flipped) for label in placed([0, 1, 99], ["甲", "乙", "丙丙"], 100)]
    [(1, False), (0, False), (0, True)]
    """
    wide = [ems(text) * SIZE + _GAP for text in texts]
    over = (n for n, (x, width) in enumerate(zip(at, wide, strict=True)) if x + width > right)
    tried = ((turn, _rows(at, wide, turn)) for turn in range(next(over, len(at)), -1, -1))
    # With all on the left none can cross, so there is always one.
    turn, rows = min(
        ((turn, rows) for turn, rows in tried if rows is not None),
        key=lambda found: max(found[1], default=0),
    )
    return [
        Label(x, text, row, flipped=n >= turn)
        for n, (x, text, row) in enumerate(zip(at, texts, rows, strict=True))
    ]


def _rows(at: Sequence[float], wide: Sequence[float], turn: int) -> list[int] | None:
    """Return the row of each label where those from `turn` on stand left; None if they cross."""
    count = len(at)
    spans = [
        (x - width, x) if n >= turn else (x, x + width)
        for n, (x, width) in enumerate(zip(at, wide, strict=True))
    ]
    lower = [
        {
            n
            for n in (range(number) if number >= turn else range(number + 1, count))
            if _is_over(number, n, at, spans, turn)
        }
        for number in range(count)
    ]
    rows = [0] * count
    for _ in range(count + 1):
        raised = [max((rows[n] + 1 for n in under), default=0) for under in lower]
        if raised == rows:
            return rows
        rows = raised
    return None


def _is_over(
    number: int,
    other: int,
    at: Sequence[float],
    spans: Sequence[tuple[float, float]],
    turn: int,
) -> bool:
    """Whether a label must lie over another: it covers its leader, or meets it from the left."""
    start, end = spans[number]
    if start <= at[other] <= end:
        return True
    return number < turn <= other and start <= spans[other][0] <= end


def spread(at: Sequence[float], step: float, edges: tuple[float, float]) -> list[float]:
    """Return places as near to `at`, in ascending order, as they can be `step` apart.

    The sum of squared moves is the least there is: with ``y = x - i * step`` it is an isotonic
    regression, solved by pooling neighbours that are out of order (Barlow et al. 1972), and then
    clipped to the edges. Where the edges leave less room than that, the step shrinks.

    Examples
    --------
    >>> spread([0, 10, 10, 30], 4, (0, 40))
    [0, 8.0, 12.0, 30]
    """
    last = len(at) - 1
    step = min(step, (edges[1] - edges[0]) / max(last, 1))
    pools: list[tuple[float, int]] = []  # mean and number of those that move together
    for number, x in enumerate(at):
        mean, count = x - number * step, 1
        while pools and pools[-1][0] > mean:
            before, others = pools.pop()
            mean = (mean * count + before * others) / (count + others)
            count += others
        pools.append((mean, count))
    level = [mean for mean, count in pools for _ in range(count)]
    low, high = edges[0], edges[1] - last * step
    return [min(max(y, low), high) + number * step for number, y in enumerate(level)]
