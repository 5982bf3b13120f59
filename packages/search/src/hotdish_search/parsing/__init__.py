"""Cuts a documentation that Sphinx built (HTML pages and objects.inv) into searchable entries."""

from hotdish_search.parsing.folder import parse_docs

__all__ = ["parse_docs"]
