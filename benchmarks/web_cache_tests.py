"""How `mode="rfc"` does in http-tests/cache-tests, beside the same proxy without a cache.

The suite is not part of this repository. Clone https://github.com/http-tests/cache-tests, run
`npm install --omit=dev --ignore-scripts` in it, and name the folder in `CACHE_TESTS`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port, wait_until_open

HERE = Path(__file__).parent
REQUIRED, GOAL = 160, 138
# Takes each test's verdict from the suite's own code.
SUM_UP = """
import fs from 'fs'
const suite = process.argv[2]
const tests = (await import(suite + '/tests/index.mjs')).default
const { determineTestResult } = await import(suite + '/test-engine/lib/results.mjs')
const results = JSON.parse(fs.readFileSync(process.argv[3]))
const found = []
for (const group of tests) for (const test of group.tests) {
  if (test.browser_only) continue
  let verdict
  try { verdict = determineTestResult(tests, test.id, results, false)[2] } catch { verdict = '-' }
  found.push([test.id, test.kind || 'required', verdict])
}
console.log(JSON.stringify(found))
"""
WELL_DONE = "\u2705"
Verdicts = dict[str, tuple[str, str]]


def run() -> str:
    folder = os.environ.get("CACHE_TESTS", "")
    suite = Path(folder)
    if not folder or not (suite / "test-engine" / "cli.mjs").is_file():
        return "Not run: set `CACHE_TESTS` to a clone of http-tests/cache-tests (see the module)."
    verdicts = {variant: measure(suite.resolve(), variant) for variant in ("pass", "rfc")}
    return table(verdicts)


def table(verdicts: dict[str, Verdicts]) -> str:
    lines = ["| | required, of 160 | optimal, of 105 |", "|---|---|---|"]
    labels = {"pass": "the proxy without a cache", "rfc": '**hotdish-web, `mode="rfc"`**'}
    for variant, label in labels.items():
        passed = Counter(kind for kind, sign in verdicts[variant].values() if sign == WELL_DONE)
        lines.append(f"| {label} | {passed['required']} | {passed['optimal']} |")
    lost = [
        name
        for name, (kind, sign) in verdicts["pass"].items()
        if kind == "required" and sign == WELL_DONE and verdicts["rfc"][name][1] != WELL_DONE
    ]
    missed = [
        f"`{name}`"
        for name, (kind, sign) in verdicts["rfc"].items()
        if kind == "required" and sign != WELL_DONE
    ]
    lines += ["", f"Required tests that only the proxy passes: {', '.join(lost) or 'none'}."]
    lines.append(f"Required tests not passed: {', '.join(missed) or 'none'}.")
    return "\n".join(lines)


def measure(suite: Path, variant: str) -> Verdicts:
    with tempfile.TemporaryDirectory() as name, origin_server(suite, Path(name)) as origin:
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "web_proxy:app", "--app-dir", str(HERE)]
        command += ["--port", str(port), "--http", "h11", "--no-server-header"]
        command += ["--no-date-header", "--no-access-log", "--log-level", "critical"]
        environment = {**os.environ, "VARIANT": variant, "ORIGIN": f"http://127.0.0.1:{origin}"}
        proxy = subprocess.Popen(command, env=environment)
        try:
            wait_until_open(port, proxy)
            return ask(suite, port, Path(name))
        finally:
            proxy.terminate()
            proxy.wait(20)


def ask(suite: Path, port: int, folder: Path) -> Verdicts:
    # Without the empty id the suite's client takes that of an npm script and fails.
    environment = {
        **os.environ,
        "npm_config_base": f"http://127.0.0.1:{port}",
        "npm_package_config_id": "",
    }
    results = folder / "results.json"
    with results.open("wb") as output:
        subprocess.run(
            ["node", "--no-warnings", "test-engine/cli.mjs"],
            cwd=suite,
            env=environment,
            stdout=output,
            timeout=400,
            check=True,
        )
    script = folder / "sum_up.mjs"
    script.write_text(SUM_UP)
    command = ["node", str(script), str(suite), str(results)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: (kind, sign) for name, kind, sign in json.loads(text)}


@contextmanager
def origin_server(suite: Path, folder: Path) -> Iterator[int]:
    """Run the suite's origin on loopback only; the suite's own would listen everywhere."""
    port = free_port()
    server = suite / "test-engine" / "server" / "server.mjs"
    patched = server.with_name("server-loopback.mjs")
    patched.write_text(
        server.read_text().replace("server.listen(port)", "server.listen(port, '127.0.0.1')")
    )
    environment = {
        **os.environ,
        "npm_config_protocol": "http",
        "npm_config_port": str(port),
        "npm_config_pidfile": str(folder / "pid"),
    }
    command = ["node", "--no-warnings", str(patched)]
    process = subprocess.Popen(command, cwd=suite, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until_open(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)
        patched.unlink(missing_ok=True)


if __name__ == "__main__":
    print(run())
