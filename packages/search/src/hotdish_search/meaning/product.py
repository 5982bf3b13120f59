"""The product of many rows of bytes with one vector, by onnxruntime.

NumPy cannot multiply bytes but as floats, four times as big; onnxruntime does it as fast as memory
can be read.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hotdish_search.meaning.sessions import open_session

if TYPE_CHECKING:
    from onnx import ModelProto

FloatArray = NDArray[np.float32]
ByteRows = NDArray[np.int8]

# A vector is rounded to numbers up to 63, and what that loses to 126ths of their unit. So they have
# 7 bits, with which processors that add two products in 16 bits (AVX2) cannot overflow.
_MOST = 63
_ZERO = 64  # what stands for 0, as the numbers are written without a sign
_OPSET, _IR = 17, 8  # versions of ONNX that all versions of onnxruntime in use can read


class ByteMatrix:
    """Rows of bytes, laid out for multiplying all of them with a vector."""

    def __init__(self, rows: ByteRows) -> None:
        """Take a copy of the rows."""
        self._session = open_session(_make_model(rows))

    def multiply(self, vector: FloatArray) -> FloatArray:
        """Give the product of each row with a vector.

        The vector's numbers are rounded to an 8,000th of the largest of them.
        """
        step = np.maximum(np.abs(vector).max() / _MOST, np.float32(1e-9))
        coarse = np.round(vector / step)
        fine = np.round((vector / step - coarse) * (2 * _MOST))
        numbers = (np.stack([coarse, fine]) + _ZERO).astype(np.uint8)
        (products,) = self._session.run(None, {"numbers": numbers})
        by_coarse, by_fine = products.astype(np.float32)
        product: FloatArray = (by_coarse + by_fine / (2 * _MOST)) * step
        return product


def _make_model(rows: ByteRows) -> "ModelProto":
    """Give a model of one node, with the rows as its weights."""
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415  an extra

    node = helper.make_node("MatMulInteger", ["numbers", "columns", "zero"], ["products"])
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("numbers", TensorProto.UINT8, [2, rows.shape[1]])],
        [helper.make_tensor_value_info("products", TensorProto.INT32, [2, len(rows)])],
        [
            numpy_helper.from_array(np.ascontiguousarray(rows.T), "columns"),
            numpy_helper.from_array(np.array(_ZERO, np.uint8), "zero"),
        ],
    )
    opsets = [helper.make_opsetid("", _OPSET)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)
