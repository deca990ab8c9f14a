"""Forms: what belongs together on a page, what may be edited, what stands under a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis.layers import Node, ProjectLayer, flat
from spatialplan.outputs.qgis.relations import Relation
from spatialplan.text import Lang, Text

__all__ = ["Link", "add_form", "add_relations", "links"]

_PAGES: Mapping[str, tuple[tuple[Text, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "features": (
            (Text("要素", "Feature"),
             ("id", "name", "kind", "role", "theme", "parent", "clause", "note")),
            (Text("位置", "Place"), ("status", "accuracy_m", "source")),
            (Text("规划原文", "Quote"), ("theme_name", "heading", "quote", "parent_name")),
            (Text("地图证据", "Evidence"),
             ("evidence", "evidence_cause", "osm_id", "osm_name", "match_score",
              "match_distance_m")),
        ),
        "verdicts": (
            (Text("结论", "Verdict"),
             ("claim", "sentence", "state", "cause", "value", "threshold", "unit", "origin",
              "confidence", "estimated", "would_change")),
            (Text("依据", "Basis"),
             ("quote", "clause", "theme_name", "predicate", "subjects", "objects", "evidence",
              "role", "label")),
        ),
        "village_services": (
            (Text("村", "Village"),
             ("id", "name", "township", "district", "population", "state", "cause")),
            (Text("网点", "Facilities"),
             ("nearest_name", "nearest_min", "nearest_km", "second_name", "second_min",
              "second_km")),
            (Text("配送链路", "Delivery chain"),
             ("chain_state", "chain_min", "chain_km", "chain_cause", "weakest", "round_trip_h",
              "fits_workday")),
            (Text("来源", "Source"), ("accuracy_m", "source", "origin", "on_roster")),
        ),
        "siting_villages": (
            (Text("村", "Village"),
             ("id", "name", "township", "district", "population", "state", "cause")),
            (Text("服务站点", "Site"), ("site", "site_name")),
            (Text("来源", "Source"), ("accuracy_m", "source", "origin", "on_roster")),
        ),
        "sites": (
            (Text("建议新增点", "Proposed site"),
             ("rank", "id", "name", "township", "district", "accuracy_m")),
            (Text("服务量", "Load"), ("serves", "newly_covered", "weight")),
        ),
        "facilities": (
            (Text("网点", "Facility"),
             ("id", "name", "tier", "township", "district", "used", "cause", "upper_name")),
            (Text("服务量", "Load"), ("villages", "population", "capacity", "residual")),
            (Text("来源", "Source"), ("opened", "closed", "accuracy_m", "origin")),
        ),
    }
)  # fmt: skip
# Of these sources the columns that a reader may edit, for they go back into the pack.
_EDITABLE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "features": frozenset(
            {"id", "name", "kind", "role", "theme", "parent", "clause", "note", "status",
             "accuracy_m", "source"}
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relation between two layers of a project: rows of `child` stand under those of `parent`."""

    id: str
    relation: Relation
    parent: str
    child: str


def links(relations: Sequence[Relation], tree: Sequence[Node]) -> tuple[Link, ...]:
    """Return the relations between the layers of a project.

    A layer that draws some rows of a plain table's source is as good a parent as that table.
    """
    layers = list(flat(tree))
    plain = {layer.table: layer for layer in layers if layer.shape is None}
    found = []
    for relation in relations:
        if relation.parent not in plain or relation.child not in plain:
            continue
        source = plain[relation.parent].source
        for parent in layers:
            if parent.source == source and relation.parent_key in parent.frame.columns:
                key = f"{relation.id}_{parent.id}"
                child = plain[relation.child].id
                found.append(Link(id=key, relation=relation, parent=parent.id, child=child))
    return tuple(found)


def add_relations(root: ET.Element, found: Sequence[Link], lang: Lang) -> None:
    """Append the relations of a project."""
    box = qml.child(root, "relations")
    for link in found:
        element = qml.child(
            box, "relation", id=link.id, name=link.relation.name.say(lang),
            referencedLayer=link.parent, referencingLayer=link.child, strength="Association",
        )  # fmt: skip
        keys = {
            "referencedField": link.relation.parent_key,
            "referencingField": link.relation.child_key,
        }
        qml.child(element, "fieldRef", **keys)


def _pages(layer: ProjectLayer, lang: Lang) -> Iterator[tuple[str, list[str]]]:
    """Yield the pages of a form with the columns that the layer has; what no page names is last."""
    there = [column for column in layer.frame.columns if column != "geometry"]
    named: set[str] = set()
    for title, columns in _PAGES.get(layer.source, ()):
        present = [column for column in columns if column in there]
        named.update(present)
        if present:
            yield title.say(lang), present
    rest = [column for column in there if column not in named]
    if rest and named:
        yield Text("其他", "More").say(lang), rest


def _container(parent: ET.Element, name: str) -> ET.Element:
    return qml.child(
        parent, "attributeEditorContainer", name=name, columnCount="1", groupBox="0",
        showLabel="1", visibilityExpressionEnabled="0", visibilityExpression="",
    )  # fmt: skip


def add_form(element: ET.Element, layer: ProjectLayer, found: Sequence[Link], lang: Lang) -> None:
    """Append the form of a layer: pages of columns, and a page of what stands under the row.

    Columns that are worked out are for reading; a new feature takes the theme of its layer.
    """
    under = [link for link in found if link.parent == layer.id]
    columns = [column for column in layer.frame.columns if column != "geometry"]
    editable = _EDITABLE.get(layer.source, frozenset())
    box = qml.child(element, "editable")
    for column in ("fid", *columns):
        qml.child(box, "field", name=column, editable="1" if column in editable else "0")
    if layer.source == "features" and layer.shape is not None:
        defaults, text = qml.child(element, "defaults"), layer.value.replace("'", "''")
        qml.child(defaults, "default", field="theme", expression=f"'{text}'", applyOnUpdate="0")
    pages = list(_pages(layer, lang))
    if not pages:
        return
    qml.child(element, "editorlayout", "tablayout")
    form = qml.child(element, "attributeEditorForm")
    index = {column: number for number, column in enumerate(("fid", *columns))}
    for title, names in pages:
        page = _container(form, title)
        for name in names:
            qml.child(
                page, "attributeEditorField", name=name, index=str(index[name]), showLabel="1"
            )
    for link in under:
        name = link.relation.name.say(lang)
        qml.child(
            _container(form, name), "attributeEditorRelation", name=link.id, relation=link.id,
            showLabel="0", label=name, forceSuppressFormPopup="0", nmRelationId="",
            relationWidgetTypeId="relation_editor",
        )  # fmt: skip
