"""Small tools for arrays give what plain Python would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotdish_search.ranking.arrays import distinct


@given(st.lists(st.integers(0, 30)))
def test_each_number_comes_once_and_in_order(numbers: list[int]) -> None:
    assert distinct(np.array(numbers, np.int32)).tolist() == sorted(set(numbers))
