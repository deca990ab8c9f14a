"""The extensions of GeoPackage 1.3 that let a file explain itself: schema, metadata, relations.

Chapters F.9 (metadata), F.8 (schema) of OGC 12-128r17 and OGC 18-000 (related tables).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

import pandas as pd

from spatialplan.outputs import wording
from spatialplan.outputs.qgis import relations as qgis_relations
from spatialplan.outputs.qgis.package_words import TableWords
from spatialplan.outputs.qgis.relations import Relation

__all__ = ["add_metadata", "add_relations", "add_schema"]

_SCHEMA = """
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
_METADATA = """
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
);
"""
_RELATIONS = """
CREATE TABLE gpkgext_relations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, base_table_name TEXT NOT NULL,
    base_primary_column TEXT NOT NULL DEFAULT 'id', related_table_name TEXT NOT NULL,
    related_primary_column TEXT NOT NULL DEFAULT 'id', relation_name TEXT NOT NULL,
    mapping_table_name TEXT NOT NULL UNIQUE
);
"""
_EXTENSIONS = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
"""
_SCHEMA_URI = "http://www.geopackage.org/spec131/#extension_schema"
_METADATA_URI = "http://www.geopackage.org/spec131/#extension_metadata"
_RELATED_URI = "http://www.opengis.net/doc/IS/gpkg-rte/1.0"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
ET.register_namespace("dc", _DUBLIN_CORE)


def _extend(base: sqlite3.Connection, tables: Sequence[str], name: str, uri: str) -> None:
    base.executescript(_EXTENSIONS)
    base.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [(table, name, uri) for table in tables],
    )


def add_schema(base: sqlite3.Connection, tables: Sequence[TableWords]) -> None:
    """Store names and comments of columns, and the words of codes as domains.

    Columns with the same words share a domain.
    """
    base.executescript(_SCHEMA)
    domains: dict[tuple[tuple[str, str], ...], str] = {}
    rows = []
    for table in tables:
        base.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (table.title, table.about, table.table),
        )
        taken: set[str] = set()  # the extension wants names unique within a table
        for column in table.columns:
            name = None if column.alias in taken else column.alias
            taken.add(column.alias)
            domain = None
            if column.words:
                fresh = f"{column.column}_{len(domains) + 1}"
                domain = domains.setdefault(column.words, fresh)
            rows.append((table.table, column.column, name, column.alias, column.comment, domain))
    base.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)", rows)
    base.executemany(
        "INSERT INTO gpkg_data_column_constraints VALUES (?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
        [(name, *pair) for words, name in domains.items() for pair in words],
    )
    bookkeeping = ("gpkg_data_columns", "gpkg_data_column_constraints")
    _extend(base, bookkeeping, "gpkg_schema", _SCHEMA_URI)


def _record(fields: Mapping[str, str]) -> str:
    """Return a record of Dublin Core elements as XML."""
    root = ET.Element("metadata")
    for name, value in fields.items():
        if value:
            ET.SubElement(root, f"{{{_DUBLIN_CORE}}}{name}").text = wording.clean(value)
    return ET.tostring(root, encoding="unicode")


def add_metadata(
    base: sqlite3.Connection, records: Sequence[Mapping[str, str]], moment: str
) -> None:
    """Store records of Dublin Core elements of the whole file: the first stands over the others."""
    base.executescript(_METADATA)
    base.executemany(
        "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'text/xml', ?)",
        [(number, _DUBLIN_CORE, _record(fields)) for number, fields in enumerate(records, 1)],
    )
    base.executemany(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, ?, ?)",
        [(moment, number, 1 if number > 1 else None) for number in range(1, len(records) + 1)],
    )
    _extend(
        base, ("gpkg_metadata", "gpkg_metadata_reference"), "gpkg_metadata", _METADATA_URI
    )  # fmt: skip


def add_relations(
    base: sqlite3.Connection, relations: Sequence[Relation], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Store the relations between plain tables, each with its table of pairs of primary keys."""
    base.executescript(_RELATIONS)
    mappings = []
    for relation in relations:
        mapping = f"map_{relation.id}"
        base.execute(
            f"CREATE TABLE {mapping} (base_id INTEGER NOT NULL, related_id INTEGER NOT NULL)"
        )
        pairs = qgis_relations.pairs(relation, tables) + 1  # the keys count from 1
        base.executemany(f"INSERT INTO {mapping} VALUES (?, ?)", pairs.tolist())  # noqa: S608
        base.execute(
            "INSERT INTO gpkgext_relations (base_table_name, base_primary_column, "
            "related_table_name, related_primary_column, relation_name, mapping_table_name) "
            "VALUES (?, 'fid', ?, 'fid', 'attributes', ?)",
            (relation.parent, relation.child, mapping),
        )
        mappings.append(mapping)
    names = ("gpkgext_relations", *mappings)
    _extend(base, names, "gpkg_related_tables", _RELATED_URI)
