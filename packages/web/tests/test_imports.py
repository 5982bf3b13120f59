"""What is imported, and when."""

import subprocess
import sys

import pytest

import hotdish_web


@pytest.mark.parametrize("name", hotdish_web.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(hotdish_web, name).__name__ in {name, "Annotated"}


def test_a_prompt_completes_every_public_name() -> None:
    assert set(hotdish_web.__all__) <= set(dir(hotdish_web))


def test_a_name_that_does_not_exist_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Databass'"):
        hotdish_web.Databass  # noqa: B018


def test_settings_need_neither_fastapi_nor_a_driver() -> None:
    program = (
        "import sys; from hotdish_web import DatabaseSettings; DatabaseSettings(); "
        "print(sorted({'fastapi', 'aiosqlite', 'asyncpg', 'redis'} & sys.modules.keys()))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout

    assert printed.strip() == "[]"
