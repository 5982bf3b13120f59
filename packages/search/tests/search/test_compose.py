"""compose.yaml is a file that Docker Compose takes, and asks for the password that it needs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


def config(**environment: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("NO docker-compose HERE: compose.yaml is not validated")
    return subprocess.run(
        [program, "-f", ROOT / "compose.yaml", "config"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT / "deploy",
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
    )


def test_the_file_is_valid_and_listens_on_loopback_only() -> None:
    checked = config(POSTGRES_PASSWORD="secret-word")

    assert checked.returncode == 0, checked.stderr
    assert "127.0.0.1:8000:8000" in checked.stdout


def test_without_a_password_it_says_which_variable_is_missing() -> None:
    checked = config()

    assert checked.returncode != 0
    assert "Set POSTGRES_PASSWORD in .env" in checked.stderr
