"""A model computes with its weights as bytes, and gives what it gave with them as floats."""

from itertools import pairwise

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from hotdish_search.meaning.int8_weights import keep_bytes
from hotdish_search.meaning.minilm import model_file
from hotdish_search.meaning.sessions import open_session

N_WORDS, WIDTH = 10, 32


def make_model(product_uses: int = 1) -> ModelProto:
    """Look words up in a table, and multiply what is found by a weight, once or several times."""
    random = np.random.default_rng(1)

    def weight(name: str, shape: tuple[int, int], scales: tuple[int, int]) -> list[TensorProto]:
        return [
            numpy_helper.from_array(random.integers(-127, 128, shape, np.int8), f"{name}_q"),
            numpy_helper.from_array(random.random(scales, np.float32) / 127, f"{name}_scale"),
        ]

    floats = [
        node
        for name in ("table", "weight")
        for node in (
            helper.make_node("Cast", [f"{name}_q"], [f"{name}_f"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}_f", f"{name}_scale"], [name]),
        )
    ]
    names = ["words", *(f"after_{number}" for number in range(1, product_uses)), "result"]
    products = [
        helper.make_node("MatMul", [before, "weight"], [after]) for before, after in pairwise(names)
    ]
    graph = helper.make_graph(
        [*floats, helper.make_node("Gather", ["table", "numbers"], ["words"]), *products],
        "words",
        [helper.make_tensor_value_info("numbers", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, ["n", WIDTH])],
        [
            *weight("table", (N_WORDS, WIDTH), (N_WORDS, 1)),
            *weight("weight", (WIDTH, WIDTH), (1, WIDTH)),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: ModelProto) -> NDArray[np.float32]:
    numbers = np.array([3, 0, N_WORDS - 1])
    (result,) = open_session(model).run(None, {"numbers": numbers})
    found: NDArray[np.float32] = result
    return found


def operators(model: ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def test_weights_are_multiplied_as_bytes_and_tables_looked_up_as_bytes() -> None:
    model = make_model()
    before = run(model)

    keep_bytes(model)

    onnx.checker.check_model(model)
    assert operators(model) == ["DequantizeLinear", "Gather", "Gather", "Cast", "Mul", "MatMul"]
    np.testing.assert_allclose(run(model), before, atol=0.02 * np.abs(before).max())


def test_a_weight_that_is_used_twice_stays_as_it_is() -> None:
    model = make_model(product_uses=2)
    before = run(model)

    keep_bytes(model)

    assert operators(model).count("DequantizeLinear") == 0
    np.testing.assert_allclose(run(model), before, rtol=1e-5)


def test_a_model_without_bytes_stays_as_it_is() -> None:
    model = make_model()
    keep_bytes(model)
    once = model.SerializeToString(deterministic=True)

    keep_bytes(model)

    assert model.SerializeToString(deterministic=True) == once


def test_texts_have_nearly_the_vectors_that_they_have_with_floats() -> None:
    model = onnx.load(model_file())
    before = embed(model)

    keep_bytes(model)

    assert ((embed(model) * before).sum(axis=1) > 0.999).all()


def embed(model: ModelProto) -> NDArray[np.float32]:
    """Give the vectors of texts of twelve words."""
    words = np.random.default_rng(1).integers(1_000, 30_000, (5, 12))
    inputs = {"input_ids": words, "attention_mask": np.ones_like(words),
              "token_type_ids": np.zeros_like(words)}  # fmt: skip
    (hidden,) = open_session(model).run(None, inputs)
    summed = hidden.sum(axis=1)
    vectors: NDArray[np.float32] = summed / np.linalg.norm(summed, axis=1, keepdims=True)
    return vectors


def test_no_weight_of_the_model_is_made_floats() -> None:
    model = onnx.load(model_file())

    keep_bytes(model)

    stored = {one.name for one in model.graph.initializer if one.data_type == TensorProto.INT8}
    used = {node.op_type for node in model.graph.node if stored & {*node.input}}
    assert used == {"DequantizeLinear", "Gather"}
