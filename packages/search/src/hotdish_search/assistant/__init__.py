"""What an assistant gets: search and the documentation's text over the Model Context Protocol."""

from hotdish_search.assistant.server import make_server, serve_stdio

__all__ = ["make_server", "serve_stdio"]
