"""A built index as one file, for servers that shall not compute it again."""

from hotdish_search.transfer.reading import import_index
from hotdish_search.transfer.writing import Parts, export_index

__all__ = ["Parts", "export_index", "import_index"]
