"""Plan the layer tree of the QGIS project: which table, under which name, in which group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.qgis.tables import (
    PLAIN,
    SHAPE_NAMES,
    TABLES,
    PlainNames,
    Shape,
    Tables,
    plain_tables,
    split_shapes,
    table_name,
)
from spatialplan.text import Lang, Text

__all__ = [
    "Group",
    "Node",
    "ProjectLayer",
    "datasource",
    "flat",
    "layer_tree",
    "plain_group",
    "table_group",
]

_PLAIN_GROUP = Text("数据表", "Tables")
_SPLIT_COLUMNS = {
    "villages": "state",
    "village_services": "state",
    "siting_villages": "state",
    "facilities": "tier",
    "areas": "unit",
    "accessibility": "measure",
    "changes": "kind",
}
_EVERYTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLayer:
    """One layer of the project: rows of one table with one shape, None for a plain table.

    `drawn` is the id of the layer of the map that it stands for, empty for a plain table.
    """

    id: str
    name: str
    table: str
    subset: str
    source: str
    shape: Shape | None
    value: str
    frame: pd.DataFrame
    visible: bool
    labels: bool
    drawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A folder of the layer tree, its children from the top to the bottom."""

    name: str
    children: tuple[Node, ...]
    visible: bool
    expanded: bool


Node = ProjectLayer | Group


def datasource(gpkg: Path, table: str, subset: str = "") -> str:
    """Return the address of a table in a GeoPackage that lies beside the project."""
    address = f"./{gpkg.name}|layername={table}"
    return f"{address}|subset={subset}" if subset else address


def _subset(layer: Layer, only: str) -> str:
    """Return the condition in SQL for the rows of a layer, empty for the whole table."""
    column = _SPLIT_COLUMNS.get(layer.source, "")
    if not column or not layer.value:
        return only
    value = layer.value.replace("'", "''")
    said = f"\"{column}\" = '{value}'"
    return f"{said} AND {only}" if only else said


def _nodes(layer: Layer, names: Mapping[Shape, str], only: str, lang: Lang) -> Node:
    """Return a layer of the recipe as one project layer, or as a group of one per shape."""
    parts = split_shapes(layer.frame)
    label = layer.label.say(lang)
    nodes = [
        ProjectLayer(
            id=f"spatialplan_{layer.id}_{shape}",
            name=f"{label}（{name.say(lang)}）" if len(parts) > 1 else label,
            table=table_name(names[shape], layer.value),
            subset=_subset(layer, only),
            source=layer.source,
            shape=shape,
            value=layer.value,
            frame=parts[shape],
            visible=layer.visible,
            labels=layer.labels,
            drawn=layer.id,
        )
        for shape, name in SHAPE_NAMES.items()
        if shape in parts
    ]
    if len(nodes) == 1:
        return nodes[0]
    return Group(name=label, children=tuple(nodes), visible=layer.visible, expanded=False)


def layer_tree(
    drawn: Sequence[Layer],
    lang: Lang = "zh",
    *,
    tables: Tables = TABLES,
    only: Mapping[str, str] = _EVERYTHING,
) -> tuple[Group, ...]:
    """Return the groups of the tree from the top to the bottom, as the recipe orders them.

    Parameters
    ----------
    drawn
        The layers from the bottom to the top.
    tables
        The table of each source and shape.
    only
        By source, a condition in SQL where its table holds more rows than are drawn.
    """
    top_down = list(reversed(drawn))
    return tuple(
        Group(
            name=name,
            children=tuple(
                _nodes(layer, tables[layer.source], only.get(layer.source, ""), lang)
                for layer in members
            ),
            visible=True,
            expanded=True,
        )
        for name, members in groupby(top_down, key=lambda layer: layer.group.say(lang))
    )


def plain_group(frames: Mapping[str, pd.DataFrame], names: PlainNames, lang: Lang) -> Group:
    """Return the group of the plain tables, where every row is, drawn or not."""
    return Group(
        name=_PLAIN_GROUP.say(lang),
        children=tuple(
            ProjectLayer(
                id=f"spatialplan_table_{table}",
                name=name.say(lang),
                table=table,
                subset="",
                source=source,
                shape=None,
                value="",
                frame=frames[table],
                visible=True,
                labels=False,
            )
            for table, (source, name) in names.items()
        ),
        visible=True,
        expanded=False,
    )


def table_group(result: CheckResult, lang: Lang = "zh") -> Group:
    """Return the group of the plain tables of a plan check."""
    return plain_group(plain_tables(result, lang), PLAIN, lang)


def flat(nodes: Sequence[Node]) -> Iterator[ProjectLayer]:
    """Yield the layers of a tree from the top to the bottom."""
    for node in nodes:
        if isinstance(node, Group):
            yield from flat(node.children)
        else:
            yield node
