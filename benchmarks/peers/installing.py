"""Puts what the peers need into `benchmarks/.work`, and gives the command that runs one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers import Peer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALL_S = 600


class UnavailableError(Exception):
    """A peer cannot be had, or cannot do its job; the message says why in a line."""


def command(peer: Peer, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Install what a peer needs into a folder, and give its command and environment.

    Raises:
        UnavailableError: It cannot be installed here.
    """
    program = HERE / peer.program
    if program.suffix == ".mjs":
        modules = _install_from_npm(peer, folder) if peer.npm else folder
        return [_find("node"), str(program)], {**os.environ, "NODE_PATH": str(modules)}
    python = _install_from_pypi(peer, folder) if peer.pypi else Path(sys.executable)
    return [str(python), "-m", f"benchmarks.peers.{program.stem}"], dict(os.environ)


def run_program(
    arguments: list[str], environment: dict[str, str] | None = None, *, limit_s: int
) -> None:
    """Run a program in the project's folder.

    Raises:
        UnavailableError: It fails or takes too long; the message is its own line about it.
    """
    try:
        subprocess.run(arguments, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL,
                       capture_output=True, text=True, timeout=limit_s)  # fmt: skip
    except subprocess.TimeoutExpired:
        msg = f"{Path(arguments[0]).name} took more than {limit_s} s"
        raise UnavailableError(msg) from None
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
        said = [line for line in lines if line.startswith("error:")] or lines[-1:]
        msg = said[0] if said else f"{Path(arguments[0]).name} ended with {error.returncode}"
        raise UnavailableError(msg.replace(f"{ROOT}/", "")) from error


def _install_from_pypi(peer: Peer, folder: Path) -> Path:
    """Make a virtual environment of the peer's own, and give its Python."""
    uv = _find("uv")
    environment = folder / "venv"
    python = environment / "bin" / "python"
    if not python.exists():
        venv = [uv, "venv", "--quiet", "--no-python-downloads", "--python", peer.python]
        run_program([*venv, str(environment)], _with_all_pythons(), limit_s=INSTALL_S)
    packages = [uv, "pip", "install", "--quiet", "--python", str(python), *peer.pypi]
    run_program(packages, limit_s=INSTALL_S)
    return python


def _with_all_pythons() -> dict[str, str]:
    """Give the environment, with the Pythons that pyenv has but hides at the end of the path."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    hidden = sorted(str(folder) for folder in root.glob("versions/*/bin"))
    return {**os.environ, "PATH": os.pathsep.join([os.environ["PATH"], *hidden])}


def _install_from_npm(peer: Peer, folder: Path) -> Path:
    """Install packages of npm without running scripts of theirs, and give their folder."""
    npm = [_find("npm"), "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    run_program([*npm, "--prefix", str(folder), *peer.npm], limit_s=INSTALL_S)
    return folder / "node_modules"


def _find(program: str) -> str:
    path = shutil.which(program, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if path is None:
        msg = f"{program} is not installed"
        raise UnavailableError(msg)
    return path
