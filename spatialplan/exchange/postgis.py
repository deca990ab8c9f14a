"""Write a package into a schema of a PostGIS server: all its tables, or none when one fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from spatialplan.errors import OutputError
from spatialplan.exchange.package import Loss, Package, Table
from spatialplan.exchange.postgis_columns import clean, lay_out, names_for

if TYPE_CHECKING:
    import psycopg

__all__ = ["write_postgis"]

_WAIT_S, _CONNECT_S = 60, 10
_BY_STATE = {
    "42501": (
        "没有权限；请管理员授予该账号建模式、建表的权限，或换一个 --schema",
        "no right to do so; let the administrator grant it, or choose another --schema",
    ),
    "53100": ("服务器磁盘已满；请管理员清理", "the server's disk is full"),
    "55P03": (
        f"另一个程序占用这些表超过 {_WAIT_S} 秒；请稍后重试",
        f"another program has held the tables for {_WAIT_S} seconds; try again later",
    ),
    "2BP01": (
        "有视图或外键依赖要换掉的旧表；请先删除它们，或换一个 --schema",
        "views or foreign keys depend on old tables; drop them first, or choose another --schema",
    ),
}


def write_postgis(package: Package, url: str, *, schema: str) -> tuple[Loss, ...]:
    """Replace a package's tables in a schema, in one transaction, and return what was changed.

    The schema holds one table for each of the package, with comments from titles and aliases,
    a spatial index, indexes on id columns, and a table ``<package>_codes`` that tells the words of
    codes. Tables of other people are never touched. Exports to one schema wait for one another.

    Parameters
    ----------
    url
        ``postgresql://user:password@host:port/database``; libpq's variables and ``~/.pgpass``
        hold for what it leaves out. It appears in no message.
    schema
        Made when it is missing.

    Raises
    ------
    OutputError
        When the driver is not installed, the server cannot be reached or refuses, or somebody
        else has a table of the same name. The old tables are as they were.
    """
    psycopg = _driver()
    tables = list(package.tables)
    codes = _codes(package) if package.is_whole else []  # of a part, the old ones hold
    laid, losses = lay_out([*tables, *codes])
    [home] = names_for([schema])
    if home != schema:
        raise OutputError(
            f"模式名“{schema}”服务器不能用（至多 63 字节）；请用 --schema 换一个短名",
            f"the server cannot hold the schema name {schema!r} (63 bytes at most); "
            "give a shorter --schema",
        )
    connection = _connect(url)
    try:
        from spatialplan.exchange.postgis_sql import replace_tables

        # A lock waited for must show what was committed meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        with connection, connection.cursor() as cursor:
            replace_tables(
                cursor,
                laid,
                schema=schema,
                package=clean(package.path.stem),
                is_whole=package.is_whole,
                wait_s=_WAIT_S,
            )
    except psycopg.Error as error:
        raise _refused(error, schema) from None
    finally:
        connection.close()
    return tuple(losses)


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:  # missing, or without the library that it is built upon
        raise OutputError(
            "写 PostGIS 需要另装驱动：pip install psycopg[binary]",
            "PostGIS needs a driver: pip install psycopg[binary]",
        ) from error
    return psycopg


def _codes(package: Package) -> list[Table]:
    """Return the words of all codes as one table, none when no column has codes."""
    rows = [
        (table.name, column, code, word)
        for table in package.tables
        for column, words in table.words.items()
        for code, word in words.items()
    ]
    aliases = {"table_name": "表", "column_name": "字段", "code": "代码", "word": "含义"}
    frame = pd.DataFrame(rows, columns=list(aliases), dtype=object)
    name = f"{package.path.stem}_codes"
    return [Table(name=name, title="代码含义", frame=frame, aliases=aliases)] if rows else []


def _connect(url: str) -> psycopg.Connection[Any]:
    import psycopg

    given = _parts(url)
    settings = {"connect_timeout": _CONNECT_S, **given, "client_encoding": "utf8"}
    try:
        return psycopg.connect(**settings)
    except psycopg.Error as error:
        place = f"{given.get('host') or 'localhost'}:{given.get('port') or 5432}"
        reason = _one_line(str(error), str(given.get("password") or ""))
        raise OutputError(
            f"连不上数据库 {place}/{given.get('dbname', '')}（{reason}）；"
            "请检查地址、用户名、密码和服务器是否开着",
            f"cannot connect to the database {place}/{given.get('dbname', '')} ({reason}); "
            "check address, user, password and whether the server runs",
        ) from None


def _parts(url: str) -> dict[str, Any]:
    """Return the parts of an address.

    A password with a bare @ or / in it ends up, in part, as host, port or database, which messages
    show; and libpq's reason quotes what it does not understand. Neither is passed on.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    plain = re.sub(r"^(postgres|postgresql|postgis)(\+\w+)?://", "postgresql://", url.strip())
    try:
        given = conninfo_to_dict(plain)
    except psycopg.Error:
        given = {"host": "@"}
    places = f"{given.get('host', '')}{given.get('dbname', '')}"
    if "@" in places or not re.fullmatch(r"[\d,]*", str(given.get("port", ""))):
        raise OutputError(
            "看不懂数据库地址；请写成 postgresql://用户名:密码@主机:5432/库名，"
            "密码里的 @ : / % 等写成 %40 这样的编码",
            "the database's address is not understood; "
            "write postgresql://user:password@host:5432/database, "
            "with @ : / % in a password as codes such as %40",
        )
    return given


def _refused(error: psycopg.Error, schema: str) -> OutputError:
    """Return what the server refused as one line; everything was rolled back."""
    detail = f"{error.diag.message_primary or error} {error.diag.message_detail or ''}"
    reason = _one_line(detail, "")
    zh, en = _BY_STATE.get(error.sqlstate or "", ("请按提示处理后重试", "try again after a remedy"))
    return OutputError(
        f"写不进模式“{schema}”（{reason}）；原有的表未动；{zh}",
        f"cannot write to schema {schema!r} ({reason}); the old tables are as they were; {en}",
    )


def _one_line(reason: str, secret: str) -> str:
    """Return the end of what a library said, without line breaks and without the password."""
    told = " ".join(reason.split())
    return (told.replace(secret, "***") if secret else told)[-300:]
