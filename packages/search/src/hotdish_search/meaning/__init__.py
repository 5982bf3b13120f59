"""Likeness in meaning: vectors of texts from a small model that comes as a package, offline."""

from hotdish_search.meaning.embedder import Embedder, find_embedder
from hotdish_search.meaning.shelf import VectorShelf

__all__ = ["Embedder", "VectorShelf", "find_embedder"]
