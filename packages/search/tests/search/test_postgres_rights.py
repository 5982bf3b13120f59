"""PostgreSQL that cannot be used: one clear line, without the password."""

from uuid import uuid4

import asyncpg
import pytest
from tests.servers import PostgresServer, free_port

from hotdish_search.engines import make_engine
from hotdish_search.errors import HotdishSearchError
from hotdish_search.indexing.content import Content

pytestmark = pytest.mark.anyio


def nothing(_done: int, _all: int) -> None:
    """Take progress and show none."""


async def test_a_user_without_rights_is_told_which_are_needed(
    postgres: PostgresServer, small_content: Content
) -> None:
    database, user = f"test_{uuid4().hex}", f"user_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.url())
    await connection.execute(f"CREATE USER {user} PASSWORD 'secret-word'")
    await connection.execute(f"CREATE DATABASE {database}")
    await connection.close()
    url = f"postgresql://{user}:secret-word@{postgres.host}:{postgres.port}/{database}"

    with pytest.raises(HotdishSearchError, match="GRANT CREATE ON DATABASE") as caught:
        await make_engine(url).replace(small_content, nothing)

    assert "\n" not in str(caught.value)
    assert "secret-word" not in str(caught.value)


async def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_CONNECT_TIMEOUT", "0.3")
    url = f"postgresql+asyncpg://me:secret-word@127.0.0.1:{free_port()}/docs"

    with pytest.raises(HotdishSearchError, match="cannot be used") as caught:
        await make_engine(url).open()

    assert "secret-word" not in str(caught.value)
