"""The web application: the page, the API and the documentation itself over one search."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from hotdish_search import __version__
from hotdish_search.api import api_routes, bad_request, health_routes, not_ready
from hotdish_search.caching import INDEX_TAG
from hotdish_search.engines import make_engine
from hotdish_search.meaning import VectorShelf
from hotdish_search.memory import share_one_heap
from hotdish_search.pages import page_routes
from hotdish_search.service import SearchService
from hotdish_search.service_protocol import BadRequestError, IndexNotReadyError
from hotdish_search.settings import Settings, load_settings
from hotdish_web import ResponseCache


def create_app(settings: Settings | None = None) -> FastAPI:
    """Give the application; the database is opened when it starts, not here."""
    settings = settings or load_settings()
    shelf = VectorShelf.find(settings.meaning_dir, is_wanted=settings.meaning)
    service = SearchService(make_engine(settings.database), shelf, data_dir=settings.data_dir)

    cache = ResponseCache.from_settings()

    async def forget_answers() -> None:
        await cache.invalidate(INDEX_TAG)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        share_one_heap()
        async with service, service.following(forget_answers):
            yield

    app = FastAPI(
        title="hotdish-search",
        version=__version__,
        summary="Search of Python's official documentation.",
        openapi_url="/api",
        docs_url=None,  # they load scripts from a CDN; the page works offline
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_exception_handler(BadRequestError, bad_request)
    app.add_exception_handler(IndexNotReadyError, not_ready)
    for router in (api_routes(service), health_routes(service), page_routes(service)):
        # An included router is looked through twice with each request.
        app.router.routes.extend(router.routes)
    cache.install(app)
    return app
