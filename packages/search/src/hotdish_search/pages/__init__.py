"""What a browser gets: the search page, documentation with a bar, redirects, static files."""

from hotdish_search.pages.routes import page_routes

__all__ = ["page_routes"]
