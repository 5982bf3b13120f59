"""Answers are kept until the index is replaced, whichever process serves them."""

import dataclasses

import anyio
import httpx2
import pytest

from hotdish_search.app import create_app
from hotdish_search.engines import make_engine
from hotdish_search.indexing.content import Content
from hotdish_search.settings import Settings

pytestmark = pytest.mark.anyio


def nothing(_done: int, _all: int) -> None:
    """Take progress and show none."""


@pytest.mark.parametrize("path", ["/", "/search?q=soup.stir", "/api/search?q=soup.stir",
                                  "/api/docsets"])  # fmt: skip
async def test_an_answer_is_kept_and_forgotten_with_its_index(
    path: str, database_url: str, small_content: Content
) -> None:
    await make_engine(database_url).replace(small_content, nothing)
    app = create_app(Settings(database_url=database_url))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as client,
    ):
        first, again = await client.get(path), await client.get(path)
        held = {"If-None-Match": again.headers["etag"]}
        unchanged = await client.get(path, headers=held)

        docset = dataclasses.replace(small_content.docset, build="another")
        await make_engine(database_url).replace(
            dataclasses.replace(small_content, docset=docset), nothing
        )
        with anyio.fail_after(20):
            while "hit" in (last := await client.get(path)).headers["cache-status"]:  # noqa: ASYNC110
                await anyio.sleep(0.05)  # until the watcher has looked

    assert "fwd" in first.headers["cache-status"]
    assert "hit" in again.headers["cache-status"]
    assert unchanged.status_code == 304
    assert last.status_code == 200


async def test_a_wrong_request_is_never_kept(settings: Settings) -> None:
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as client,
    ):
        answers = [await client.get("/api/search", params={"q": "x" * 301}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert not any("hit" in answer.headers.get("cache-status", "") for answer in answers)
