"""What a cache hit costs: CPU per request, beside constant routes, peers and nginx.

The figure is (user + system time of the server's processes) / requests, while `wrk` asks with 32
connections: on a shared machine it holds far better than requests a second. Each variant is
measured in turn, for some rounds, and its least figure counts.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port, redis_server, wait_until_open

HERE = Path(__file__).parent
PEERS_FOLDER = HERE / ".work" / "web-peers"
PEERS = (
    "fastapi-cache2>=0.2.2",
    "cashews>=7",
    "fastapi-alcazaba",
    "fastapi-cachex",
    "jinja2",  # fastapi-cache2 imports it
    "redis>=6",
    "uvicorn[standard]",
)
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = os.environ.get("SECONDS_EACH", "3")
TICKS = os.sysconf("SC_CLK_TCK")
PAGES = ("html", "json")


@dataclass(frozen=True, slots=True)
class Variant:
    label: str
    name: str
    with_redis: bool = False
    is_peer: bool = False


OWN = (
    Variant("Starlette, constant route", "starlette"),
    Variant("FastAPI, constant route", "fastapi"),
    Variant("FastAPI, no cache, constant value", "plain"),
    Variant("**hotdish-web, layer**, memory", "layer"),
    Variant("**hotdish-web, layer**, Redis", "layer", with_redis=True),
    Variant("**hotdish-web, decorator alone**, memory", "decorator"),
    Variant("**hotdish-web, decorator alone**, Redis", "decorator", with_redis=True),
)
OTHERS = tuple(
    Variant(f"{name}, {'Redis' if redis else 'memory'}", name, with_redis=redis, is_peer=True)
    for name in ("fastapi-cache2", "cashews", "alcazaba", "cachex")
    for redis in (False, True)
)

NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache keys_zone=z:1m;
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{origin}; proxy_cache z; proxy_cache_valid 10m; }} }}
}}
"""


def run() -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        return "Not run: `wrk` is not installed (apt-get install wrk)."
    peers = peers_python()
    variants = [*OWN, *(OTHERS if peers else ())]
    best: dict[tuple[str, str], float] = {}
    with redis_server() as (redis_port, _):
        for _ in range(ROUNDS):
            for variant in variants:
                python = peers if variant.is_peer and peers else sys.executable
                redis = f"redis://127.0.0.1:{redis_port}/0" if variant.with_redis else ""
                with (
                    contextlib.suppress(RuntimeError),
                    served(python, variant.name, redis) as (
                        port,
                        pid,
                    ),
                ):
                    note(best, variant.label, port, pid)
            if shutil.which("nginx"):
                with served(sys.executable, "plain", "") as (port, _), nginx(port) as (front, pid):
                    note(best, "nginx `proxy_cache`", front, pid)
    return table(best)


def note(best: dict[tuple[str, str], float], label: str, port: int, pid: int) -> None:
    for page in PAGES:
        cost = cpu_per_request(port, pid, page)
        best[label, page] = min(cost, best.get((label, page), cost))
        print(f"  {label} {page}: {cost:.1f} us", file=sys.stderr, flush=True)


def table(best: dict[tuple[str, str], float]) -> str:
    lines = [
        "CPU per hit in µs (least of the rounds) and its ratio to the floor of its kind:",
        "Starlette's constant route for the layer, FastAPI's for what runs inside a route.",
        "",
        "| variant | HTML 30 KB | JSON 2 KB | to Starlette | to FastAPI |",
        "|---|---|---|---|---|",
    ]
    labels = dict.fromkeys(label for label, _ in best)
    for label in sorted(labels, key=lambda label: best[label, "html"]):
        costs = [best[label, page] for page in PAGES]
        ratios = [
            " / ".join(
                f"{cost / best[floor, page]:.2f}" for cost, page in zip(costs, PAGES, strict=True)
            )
            for floor in ("Starlette, constant route", "FastAPI, constant route")
        ]
        lines.append(f"| {label} | {costs[0]:.0f} | {costs[1]:.0f} | {ratios[0]} | {ratios[1]} |")
    return "\n".join(lines)


@contextmanager
def served(python: str, variant: str, redis: str) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [python, "-m", "uvicorn", "web_apps:app", "--app-dir", str(HERE)]
    command += ["--port", str(port), "--no-access-log", "--log-level", "error"]
    environment = {**os.environ, "VARIANT": variant, "REDIS_URL": redis}
    process = subprocess.Popen(command, env=environment)
    try:
        wait_until_open(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def nginx(origin: int) -> Iterator[tuple[int, int]]:
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        config = Path(name) / "conf"
        config.write_text(NGINX.format(folder=name, port=port, origin=origin))
        process = subprocess.Popen(["nginx", "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            wait_until_open(port, process)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def cpu_per_request(port: int, pid: int, page: str) -> float:
    url = f"http://127.0.0.1:{port}/{page}"
    wrk("8", "1", url)
    before = cpu_seconds(pid)
    n_requests = wrk("32", SECONDS, url)
    return (cpu_seconds(pid) - before) / n_requests * 1e6


def wrk(connections: str, seconds: str, url: str) -> int:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        msg = f"{url} answered with errors: {text}"
        raise RuntimeError(msg)
    found = re.search(r"(\d+) requests in", text)
    assert found is not None
    return int(found[1])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) == pid or int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def peers_python() -> str | None:
    """Make the peers' environment once; None if they cannot be installed."""
    python = PEERS_FOLDER / "bin" / "python"
    if not python.exists():
        uv = Path(sys.executable).parent / "uv"
        install = [str(uv), "pip", "install", "--quiet", "--python", str(python), *PEERS]
        try:
            subprocess.run([sys.executable, "-m", "venv", PEERS_FOLDER], check=True)
            subprocess.run(install, check=True)
        except subprocess.CalledProcessError as error:
            print(f"The peers cannot be installed, so they are left out: {error}", file=sys.stderr)
            shutil.rmtree(PEERS_FOLDER, ignore_errors=True)
            return None
    return str(python)


if __name__ == "__main__":
    started = time.monotonic()
    print(run())
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
