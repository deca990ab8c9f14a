"""A PostgreSQL server with PostGIS, started for the tests in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "p@ss/词:%"
_ENCODED = "p%40ss%2F%E8%AF%8D%3A%25"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `boss` may do everything and needs no password."""

    port: int
    programs: Path

    def url(self, base: str = "gis", user: str = "boss") -> str:
        return f"postgresql://{user}:{_ENCODED}@127.0.0.1:{self.port}/{base}"


def programs() -> Path | None:
    """Return the folder of the server's programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _as_nobody(folder: Path) -> list[str]:
    """Return what starts a program unprivileged: the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def running() -> Iterator[Server]:
    """Start a server on a free port, stop it and remove its data at the end."""
    bin_ = programs()
    assert bin_ is not None
    # not below pytest's folders, which only their owner may enter
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix, data, port = _as_nobody(folder), folder / "data", _free_port()

    def call(*command: object) -> None:
        subprocess.run([*prefix, *map(str, command)], check=True, capture_output=True, cwd=folder)

    control = [bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    try:
        call(bin_ / "initdb", "-D", data, "-U", "boss", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        rules = data / "pg_hba.conf"
        said = rules.read_text(encoding="utf-8")
        rules.write_text("host all clerk all scram-sha-256\n" + said, encoding="utf-8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
        call(*control, "-o", options + "-c fsync=off", "start")
        yield Server(port=port, programs=bin_)
    finally:
        if (data / "postmaster.pid").exists():
            call(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder)
