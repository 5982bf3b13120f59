"""All rows are multiplied at once, and the product is what multiplying them one by one gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hotdish_search.meaning.product import ByteMatrix

N_ROWS, N_COLUMNS = 40, 24
ROWS = np.random.default_rng(1).integers(-127, 128, (N_ROWS, N_COLUMNS), np.int8)
MATRIX = ByteMatrix(ROWS)

numbers = st.floats(-1, 1, width=32)


@given(arrays(np.float32, N_COLUMNS, elements=numbers))
def test_the_product_is_as_exact_as_numbers_of_thirteen_bits(vector: NDArray[np.float32]) -> None:
    product = MATRIX.multiply(vector)

    rows = ROWS.astype(np.float64)
    most = np.abs(rows).sum(axis=1) * np.abs(vector).max()
    assert (np.abs(product - rows @ vector) <= most / 15_000 + 1e-4).all()


def test_extremes_of_rows_and_vector_do_not_overflow() -> None:
    """Processors without VNNI add pairs of products in 16 bits."""
    rows = np.array([[127] * 384, [-127] * 384, [127, -127] * 192], np.int8)

    product = ByteMatrix(rows).multiply(np.ones(384, np.float32))

    np.testing.assert_allclose(product, [127 * 384, -127 * 384, 0])


def test_one_row_of_one_number_is_multiplied_too() -> None:
    product = ByteMatrix(np.array([[-3]], np.int8)).multiply(np.array([0.5], np.float32))

    np.testing.assert_allclose(product, [-1.5])
