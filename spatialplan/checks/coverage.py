"""covers: whether service points cover every village of an area."""

from __future__ import annotations

from spatialplan.checks.context import Context, parameter
from spatialplan.checks.judging import conclude
from spatialplan.model.plan import Claim
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.text import Text

__all__ = ["covers"]


def covers(context: Context, claim: Claim) -> Verdict:
    """Judge the coverage of all villages by delivery points.

    A plan names networks, not the village points themselves; those come from the users' tables,
    which ``spatialplan coverage`` reads and judges these claims by. Here the answer is *no data*,
    with what is known of the villages counted.
    """
    share = parameter(claim, "share_pct")
    counts = [_villages(context, key) for key in claim.objects]
    parts = [
        Part(
            subject=claim.subjects[0], object=key, state=State.NO_DATA, value=None,
            cause=Text(
                f"“{context.name(key)}”名录 {total} 个村，{placed} 个有坐标；没有村级服务点",
                f"{context.name(key)}: {total} villages on the roster, {placed} with coordinates; "
                "no table of village service points",
            ),
        )
        for key, (total, placed) in zip(claim.objects, counts, strict=True)
    ]  # fmt: skip
    wanted = sum(total for total, _ in counts)
    return conclude(
        context, claim, parts, unit="%", threshold=share,
        would_change=Text(
            f"需 {wanted} 个村的坐标和服务点：用 spatialplan coverage 读入两张表即有结论",
            f"places of {wanted} villages and of service points: spatialplan coverage reads them",
        ),
    )  # fmt: skip


def _villages(context: Context, key: str) -> tuple[int, int]:
    """Return the villages of an area by the roster, and how many have coordinates."""
    districts = set(context.features[key].districts)
    if districts and districts >= context.boundary_codes:
        return context.n_villages.get(context.plan.adcode, (0, 0))
    counts = [context.n_villages.get(code, (0, 0)) for code in districts]
    return sum(total for total, _ in counts), sum(placed for _, placed in counts)
