"""How tables hang together: features and their claims, villages and their facilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatialplan.text import Text

__all__ = ["OF_CHECK", "OF_COVERAGE", "Relation", "pairs", "present"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows of `child` whose `child_key` is the `parent_key` of a row of `parent`.

    `name` is what readers call the child's rows when they stand under the parent's.
    """

    id: str
    name: Text
    parent: str
    parent_key: str
    child: str
    child_key: str


_SERVED = Text("以此为最近网点的村", "Villages nearest to it")
OF_CHECK = (
    Relation(
        id="feature_claims", name=Text("相关论断", "Claims about it"),
        parent="features_all", parent_key="id", child="feature_claims", child_key="feature",
    ),
    Relation(
        id="claim_features", name=Text("涉及的要素", "Features concerned"),
        parent="claims", parent_key="claim", child="feature_claims", child_key="claim",
    ),
    Relation(
        id="parts", name=Text("下级要素", "Parts of it"),
        parent="features_all", parent_key="id", child="features_all", child_key="parent",
    ),
    Relation(
        id="findings", name=Text("逐问回答", "Findings"),
        parent="concepts", parent_key="concept", child="concept_findings", child_key="concept",
    ),
)  # fmt: skip
OF_COVERAGE = (
    Relation(
        id="served", name=_SERVED,
        parent="facilities_all", parent_key="id", child="villages_all", child_key="nearest_id",
    ),
    Relation(
        id="chain", name=Text("链路各段", "Legs of its chain"),
        parent="villages_all", parent_key="id", child="chain_legs_all", child_key="village",
    ),
    Relation(
        id="lower", name=Text("下级网点", "Facilities below it"),
        parent="facilities_all", parent_key="id", child="facilities_all", child_key="upper_id",
    ),
)  # fmt: skip


def present(
    relations: tuple[Relation, ...], tables: Mapping[str, pd.DataFrame]
) -> Iterator[Relation]:
    """Yield the relations between tables that there are."""
    yield from (r for r in relations if r.parent in tables and r.child in tables)


def pairs(relation: Relation, tables: Mapping[str, pd.DataFrame]) -> NDArray[np.int64]:
    """Return the row numbers of parent and child, from 0, shape (n, 2), in the child's order."""
    parent, child = tables[relation.parent], tables[relation.child]
    at = pd.Index(parent[relation.parent_key])
    found = at.get_indexer(child[relation.child_key]) if at.is_unique else np.array([], dtype=int)
    rows = np.flatnonzero(found >= 0)
    return np.column_stack([found[rows], rows]).astype(np.int64)
