"""The dependencies of a route: `DatabaseDep`, `SessionDep` and `ReadSessionDep`."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from hotdish_web.database.database import Database
from hotdish_web.errors import DatabaseNotReadyError


async def get_database(connection: HTTPConnection) -> Database:
    """Give the database of the application's lifespan.

    Replace it in tests: `app.dependency_overrides[get_database] = lambda: other`.
    """
    database = getattr(connection.state, "database", None)
    if not isinstance(database, Database):
        msg = (
            "There is no database in the lifespan's state. "
            'Use FastAPI(lifespan=db.lifespan), or yield {"database": db} from your own lifespan'
        )
        raise DatabaseNotReadyError(msg)
    return database


# Not a generator: it costs next to nothing, and a cached answer does not need it.
get_database.cache_safe = True  # type: ignore[attr-defined]

DatabaseDep = Annotated[Database, Depends(get_database)]


async def request_session(database: DatabaseDep) -> AsyncGenerator[AsyncSession]:
    """Give a session that is committed when the route returns, rolled back if it raises."""
    async with database.session() as session:
        yield session


async def request_read_session(database: DatabaseDep) -> AsyncGenerator[AsyncSession]:
    """Give a session that cannot write."""
    async with database.session(read_only=True) as session:
        yield session


# scope="function": the commit is done before the response is sent, so that a failing commit is
# a 500 and not a 200 that the client has already seen.
SessionDep = Annotated[AsyncSession, Depends(request_session, scope="function")]
ReadSessionDep = Annotated[AsyncSession, Depends(request_read_session, scope="function")]
