"""The README's first example is run as it stands, and the blog's two routes work."""

import ast
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from hotdish_web import CacheSettings, DatabaseSettings, cache_response
from hotdish_web.cache.policy import PolicyOptions

Serve = Callable[[Any], AbstractContextManager[httpx2.Client]]

SETTINGS = (CacheSettings, DatabaseSettings)
README = Path(__file__).parents[1] / "README.md"


def test_the_first_example_runs(serve: Serve) -> None:
    example = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0]
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(example, str(README), "exec"), names)  # noqa: S102  # our own text

    with serve(names["app"]) as client:
        pages = [client.get("/") for _ in range(2)]
        notes = client.get("/notes")

    assert pages[1].text == "<h1>Welcome</h1>"
    assert "; hit;" in pages[1].headers["cache-status"]
    assert notes.json() == ["a note"]


def test_every_example_is_python() -> None:
    examples = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)

    for example in examples:
        compile(example, str(README), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    assert len(examples) >= 4


def test_every_option_and_every_variable_is_told_with_its_default() -> None:
    text = README.read_text(encoding="utf-8")
    variables = [name.upper() for kind in SETTINGS for name in kind.model_fields]

    missing = [name for name in variables if f"`{name}`" not in text]
    options = re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", text, re.MULTILINE)
    told = {name for pair in options for name in pair if name.islower()}

    assert missing == ["DATABASE_ECHO"]  # for those who look for it in SQLAlchemy's manual
    assert told == set(PolicyOptions.__annotations__)


def test_a_bare_decorator_works_for_json_and_for_a_template(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "home.html").write_text("<p>{{ number }}</p>")
    templates = Jinja2Templates(tmp_path)
    app = FastAPI()
    runs: list[int] = []

    @app.get("/json")
    @cache_response
    async def data() -> dict[str, int]:
        runs.append(1)
        return {"number": len(runs)}

    @app.get("/", response_class=HTMLResponse)
    @cache_response
    async def home(request: Request) -> HTMLResponse:
        runs.append(1)
        return templates.TemplateResponse(request, "home.html", {"number": len(runs)})

    with serve(app) as client:
        answers = [client.get(path) for path in ("/json", "/json", "/", "/")]

    assert [answer.text for answer in answers] == ['{"number":1}'] * 2 + ["<p>2</p>"] * 2
    assert answers[3].headers["content-type"] == "text/html; charset=utf-8"
