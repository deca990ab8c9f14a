"""Replace the tables of one package in a schema of a PostGIS server, in the caller's transaction.

A table is ours when the comment of its primary key says so, with the package and the table's name:
such a mark survives a dump of the server, goes with the table, and no longer fits a copy that
somebody renamed. Only such tables are emptied or dropped. A table that keeps its columns is
emptied and filled again, so that views on it and rights to it, which others made, stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from psycopg import Cursor, sql

from spatialplan.errors import OutputError
from spatialplan.exchange.postgis_columns import Column, Laid

__all__ = ["replace_tables"]

_IS_OURS = """
SELECT c.relname FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = %(schema)s
JOIN pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_constraint'::regclass
WHERE d.description = %(mark)s || c.relname
"""
_THERE = """
SELECT c.relname FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = %s
WHERE c.relname = ANY(%s) ORDER BY 1
"""
_COLUMNS = """
SELECT a.attname, regexp_replace(format_type(a.atttypid, a.atttypmod), '^.*\\.geometry', 'geometry')
FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'"
_POSTGIS = """
SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'postgis'
"""


def replace_tables(
    cursor: Cursor[Any],
    tables: Sequence[Laid],
    *,
    schema: str,
    package: str,
    is_whole: bool,
    wait_s: int,
) -> None:
    """Make a schema hold the tables of a package as they are now; of others it touches nothing.

    Parameters
    ----------
    package
        Whose tables they are.
    is_whole
        Whether these are all its tables: those it had before and has no longer are dropped.
    wait_s
        How long to wait for another export to the schema, or for readers of the old tables.

    Raises
    ------
    OutputError
        When the database has no PostGIS, or somebody else has a table of such a name.
    psycopg.Error
        For everything that the server refuses; the caller rolls back.
    """
    cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(f"{wait_s}s")))
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_lock_number(schema),))
    postgis = cursor.execute(_POSTGIS).fetchone()
    if postgis is None:
        raise OutputError(
            "这个数据库没有启用 PostGIS；请管理员在其中执行 CREATE EXTENSION postgis 后重试",
            "this database has no PostGIS; let its administrator run CREATE EXTENSION postgis",
        )
    if not cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone():
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    mark = f"spatialplan {package} "
    ours = {name for (name,) in cursor.execute(_IS_OURS, {"schema": schema, "mark": mark})}
    names = [table.name for table in tables]
    _refuse_foreign(cursor, schema, [name for name in names if name not in ours])
    for name in sorted(ours - set(names)) if is_whole else ():
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(schema, name)))
    for table in tables:
        place = sql.Identifier(schema, table.name)
        if table.name in ours and not _can_refill(cursor, place, table):
            cursor.execute(sql.SQL("DROP TABLE {}").format(place))
            ours.remove(table.name)
        if table.name in ours:
            cursor.execute(sql.SQL("TRUNCATE {}").format(place))
        else:
            _create(cursor, place, table, postgis[0])
        _fill(cursor, place, table)
        _describe(cursor, place, table, mark)


def _lock_number(schema: str) -> int:
    digest = hashlib.sha256(f"spatialplan {schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _refuse_foreign(cursor: Cursor[Any], schema: str, names: Sequence[str]) -> None:
    foreign = [name for (name,) in cursor.execute(_THERE, (schema, list(names)))]
    if foreign:
        raise OutputError(
            f"模式“{schema}”里已有 {len(foreign)} 个别人的或别的成果的同名表"
            f"（{'、'.join(foreign[:3])}），未动；请用 --schema 换一个模式",
            f"schema {schema!r} has {len(foreign)} tables of such names that are not of this "
            f"package ({', '.join(foreign[:3])}), left alone; choose another --schema",
        )


def _text(cursor: Cursor[Any], place: sql.Identifier) -> str:
    """Return the quoted name of a table as text, as ``regclass`` reads it."""
    return place.as_string(cursor)


def _can_refill(cursor: Cursor[Any], place: sql.Identifier, table: Laid) -> bool:
    there = cursor.execute(_COLUMNS, (_text(cursor, place),)).fetchall()
    return there == [(column.name, column.type) for column in table.columns]


def _create(cursor: Cursor[Any], place: sql.Identifier, table: Laid, postgis: str) -> None:
    key, *others = table.columns
    parts = [
        sql.SQL("{} bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY").format(
            sql.Identifier(key.name)
        ),
        *(_definition(column, postgis) for column in others),
    ]
    cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(place, sql.SQL(", ").join(parts)))
    for column in others:
        if column.is_place or column.is_indexed:
            method = sql.SQL("gist" if column.is_place else "btree")
            cursor.execute(
                sql.SQL("CREATE INDEX ON {} USING {} ({})").format(
                    place, method, sql.Identifier(column.name)
                )
            )


def _definition(column: Column, postgis: str) -> sql.Composable:
    """Return name and type; PostGIS may live in a schema that is not searched."""
    name = sql.Identifier(column.name)
    if not column.is_place:
        return sql.SQL("{} {}").format(name, sql.SQL(column.type))
    detail = column.type.removeprefix("geometry")
    parts = [name, sql.Identifier(postgis, "geometry") + sql.SQL(detail)]
    if column.srid:
        srid = sql.SQL("CHECK ({}({}) = {})").format(
            sql.Identifier(postgis, "st_srid"), name, sql.Literal(column.srid)
        )
        parts.append(srid)
    return sql.SQL(" ").join(parts)


def _fill(cursor: Cursor[Any], place: sql.Identifier, table: Laid) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(place, names)) as copy:
        for row in zip(*(column.values for column in table.columns), strict=True):
            copy.write_row(row)
    key = table.columns[0]
    following = max((value for value in key.values if isinstance(value, int)), default=0) + 1
    cursor.execute(
        sql.SQL("ALTER TABLE {} ALTER {} RESTART WITH {}").format(
            place, sql.Identifier(key.name), sql.Literal(max(following, 1))
        )
    )
    cursor.execute(sql.SQL("ANALYZE {}").format(place))


def _describe(cursor: Cursor[Any], place: sql.Identifier, table: Laid, mark: str) -> None:
    """Comment the table with its title, columns with their aliases, the key with whose it is."""
    cursor.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(place, sql.Literal(table.title)))
    for column in table.columns:
        if column.alias:
            cursor.execute(
                sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                    place, sql.Identifier(column.name), sql.Literal(column.alias)
                )
            )
    row = cursor.execute(_KEY, (_text(cursor, place),)).fetchone()
    if row is not None:
        cursor.execute(
            sql.SQL("COMMENT ON CONSTRAINT {} ON {} IS {}").format(
                sql.Identifier(row[0]), place, sql.Literal(mark + table.name)
            )
        )
