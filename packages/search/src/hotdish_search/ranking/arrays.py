"""What ranking keeps in memory consists of arrays; this puts many of them into a few bytes."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]  # what is kept
ScoreArray = NDArray[np.float64]  # what is worked out for one search
IntArray = NDArray[np.int32]
Arrays = Mapping[str, NDArray[Any]]


def distinct(numbers: IntArray) -> IntArray:
    """Give numbers in order, each once; lists in order, one behind the other, are quickest."""
    ordered = numbers.copy()
    ordered.sort(kind="stable")
    is_first = np.empty(len(ordered), np.bool_)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def best_first(scores: ScoreArray, most: int) -> NDArray[np.intp]:
    """Give the positions of the best scores, so many at most; equal ones keep their order.

    Which of equal ones are left out, if there are too many, is not said.
    """
    if len(scores) <= most:
        return (-scores).argsort(kind="stable")
    looked_at = scores.argpartition(-most)[-most:]
    looked_at.sort()
    found: NDArray[np.intp] = looked_at[(-scores[looked_at]).argsort(kind="stable")]
    return found


def prefixed(name: str, arrays: Arrays) -> Arrays:
    """Give arrays under longer names, so that those of several things fit into one mapping."""
    return {f"{name}.{key}": array for key, array in arrays.items()}


def inside(name: str, arrays: Arrays) -> Arrays:
    """Give back what was `prefixed`."""
    start = f"{name}."
    return {key.removeprefix(start): array for key, array in arrays.items()
            if key.startswith(start)}  # fmt: skip


def pack(arrays: Arrays) -> bytes:
    """Give arrays as bytes that `unpack` understands."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpack(data: bytes) -> Arrays:
    """Read what `pack` gave."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return dict(arrays.items())
