"""The sources: a saved file, a browser's profile, the Windows app, Microsoft Graph."""

from hotdish_todo.readers.opening import open_path, open_place
from hotdish_todo.readers.source import Source

__all__ = ["Source", "open_path", "open_place"]
