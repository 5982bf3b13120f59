"""PostgreSQL that cannot be used as it is: one clear line, or an index beside the older one."""

from uuid import uuid4

import asyncpg
import pytest
from tests.servers import PostgresServer, free_port

from hotdish_search.engines import make_engine
from hotdish_search.engines.schema import LAYOUT
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


@pytest.mark.parametrize("schema", ["hotdish_search", f"hotdish_search_{LAYOUT - 1}"])
async def test_an_older_layout_is_left_to_its_servers_until_the_second_build(
    postgres: PostgresServer, small_content: Content, schema: str
) -> None:
    database = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.url())
    await connection.execute(f"CREATE DATABASE {database}")
    await connection.close()
    older = await asyncpg.connect(postgres.url(database))
    await older.execute(f"CREATE SCHEMA {schema} CREATE TABLE docset (number int, name text)")
    await older.execute(f"SET search_path = {schema}")
    await older.execute("INSERT INTO docset VALUES (1, 'soup-1.0')")
    engine = make_engine(postgres.url(database))

    with pytest.raises(HotdishSearchError, match="Build it: hotdish-search index"):
        await engine.open()
    await engine.replace(small_content, nothing)
    kept = await older.fetchval("SELECT name FROM docset")
    await engine.replace(small_content, nothing)
    gone = await older.fetchval("SELECT to_regnamespace($1)", schema)
    await older.close()

    assert kept == "soup-1.0"
    assert gone is None
    assert await engine.exists()


async def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_CONNECT_TIMEOUT", "0.3")
    url = f"postgresql+asyncpg://me:secret-word@127.0.0.1:{free_port()}/docs"

    with pytest.raises(HotdishSearchError, match="cannot be used") as caught:
        await make_engine(url).open()

    assert "secret-word" not in str(caught.value)
