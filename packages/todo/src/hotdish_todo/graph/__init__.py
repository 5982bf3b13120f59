"""Microsoft Graph as a source: fewer fields than the browser has, but the bytes of attachments."""

from hotdish_todo.graph.client import URL, GraphClient
from hotdish_todo.graph.reading import open_graph
from hotdish_todo.graph.signing_in import sign_in

__all__ = ["URL", "GraphClient", "open_graph", "sign_in"]
