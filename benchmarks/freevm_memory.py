"""How much memory does the recipe's stack take? Caddy and hotdish-search with a real index."""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

CADDYFILE = Path(__file__).parents[1] / "deploy/azure-free-vm/files/Caddyfile"
LIMIT_MIB = 1024
QUERIES = ("re.sub", "how to sort a dict by value", "asyncio gather", "dataclass", "pathlib glob")
N_SEARCHES = 200
START_TIMEOUT_S = 60


def run() -> str:
    if shutil.which("caddy") is None:
        return "Not measured: caddy is not installed (tools/install_system_packages.sh)."
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        data = Path(folder) / "data"
        search = (str(Path(sys.executable).with_name("hotdish-search")),)
        subprocess.run([*search, "index", "--quiet", "--data-dir", str(data)], check=True)
        inside, outside = free_port(), free_port()
        service = stack.enter_context(
            started(*search, "serve", "--port", str(inside), "--data-dir", str(data))
        )
        wait_for(f"http://127.0.0.1:{inside}/readyz")
        config = caddy_config(Path(folder), inside, outside)
        caddy = stack.enter_context(started("caddy", "run", "--config", str(config)))
        site = f"http://127.0.0.1:{outside}"
        wait_for(f"{site}/readyz")
        before = [resident_mib(service.pid), resident_mib(caddy.pid)]
        for number in range(N_SEARCHES):
            query = urllib.parse.quote(f"{QUERIES[number % len(QUERIES)]} {number // 50}")
            fetch(f"{site}/api/search?q={query}")
            fetch(f"{site}/search?q={query}")
        after = [resident_mib(service.pid), resident_mib(caddy.pid)]
        index_mib = (data / "index.sqlite3").stat().st_size / 2**20
    total = sum(after)
    return (
        "| process | started | after the searches |\n| --- | --- | --- |\n"
        f"| hotdish-search, 1 worker | {before[0]:.0f} MiB | {after[0]:.0f} MiB |\n"
        f"| caddy | {before[1]:.0f} MiB | {after[1]:.0f} MiB |\n"
        f"| together | {sum(before):.0f} MiB | {total:.0f} MiB |\n\n"
        f"Proportional memory (PSS) of each process with its children, after {2 * N_SEARCHES} "
        f"searches through Caddy; the index has {index_mib:.0f} MiB. Of the {LIMIT_MIB} MiB of a "
        f"B2ats v2, {LIMIT_MIB - total:.0f} are left for the system and the page cache."
    )


@contextlib.contextmanager
def started(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def caddy_config(folder: Path, inside: int, outside: int) -> Path:
    """The recipe's own Caddyfile, on a free port and without certificates."""
    text = CADDYFILE.read_text("utf-8")
    text = text.replace("{$HOTDISH_DOMAIN::80}", f"http://127.0.0.1:{outside}")
    path = folder / "Caddyfile"
    path.write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{inside}"), encoding="utf-8")
    return path


def resident_mib(pid: int) -> float:
    """What a process and its children take, pages that are shared counted by their share."""
    total = 0
    for process in (pid, *children(pid)):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in path.read_text("utf-8").split()]
    return found + [inner for child in found for inner in children(child)]


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            fetch(url)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback only
        return bytes(answer.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
