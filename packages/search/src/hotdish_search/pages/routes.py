"""All routes that a browser uses, put together."""

from fastapi import APIRouter

from hotdish_search.pages.assets import asset_routes, load_assets
from hotdish_search.pages.documents import document_routes
from hotdish_search.pages.doors import door_routes
from hotdish_search.pages.search import search_routes
from hotdish_search.pages.views import load_views
from hotdish_search.service_protocol import Search


def page_routes(search: Search) -> APIRouter:
    """Make the routes of the page; templates and static files are read now and then kept."""
    assets = load_assets()
    views = load_views(assets)
    router = APIRouter()
    for routes in (
        search_routes(search, views),
        document_routes(search, views),
        door_routes(search, views),
        asset_routes(assets),
    ):
        router.routes.extend(routes.routes)
    return router
