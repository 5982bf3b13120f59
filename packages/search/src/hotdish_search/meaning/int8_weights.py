"""Lets onnxruntime compute with a model's weights as they are stored, one byte a number.

The model's graph turns weights into floats, by `Cast` and then `Mul` with a scale. onnxruntime does
that once, when it loads the model, and from then on every query reads four times as many bytes from
memory, which is what a query waits for. Written as `DequantizeLinear` the weights stay bytes and
are multiplied as bytes (by its operator `MatMulNBits`); and of a table of words, only the rows that
were looked up become floats.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from onnx import GraphProto, ModelProto, NodeProto, TensorProto
from onnx.helper import make_node


def keep_bytes(model: ModelProto) -> None:
    """Change a model so that it computes with its int8 weights; all else stays as it is.

    Vectors that it gave before and gives now have a cosine of .9998, as the numbers that go from
    layer to layer are rounded to bytes, too.
    """
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    instead: dict[str, list[NodeProto]] = {}  # by the output of the node that is replaced
    for cast, scaling, user in _find_weights(graph):
        instead[cast.output[0]] = instead[scaling.output[0]] = []
        if user.op_type == "MatMul":
            names = [cast.input[0], scaling.input[1]]
            instead[scaling.output[0]] = [
                make_node("DequantizeLinear", names, scaling.output, axis=1)
            ]
            del tensors[scaling.input[1]].dims[0]  # a table of one row becomes a list
        else:
            instead[user.output[0]] = _look_up(user, cast, scaling)
    nodes = [*chain.from_iterable(instead.get(node.output[0], [node]) for node in graph.node)]
    del graph.node[:]
    graph.node.extend(nodes)


def _find_weights(graph: GraphProto) -> Iterator[tuple[NodeProto, NodeProto, NodeProto]]:
    """Give the cast and the scaling of each int8 weight, and the one node that uses it."""
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    n_uses = Counter(chain.from_iterable(node.input for node in graph.node))
    users = {name: node for node in graph.node for name in node.input if n_uses[name] == 1}
    for cast in graph.node:
        weight = tensors.get(cast.input[0]) if cast.op_type == "Cast" else None
        scaling = users.get(cast.output[0])
        if weight is None or weight.data_type != TensorProto.INT8 or scaling is None:
            continue
        scale, user = tensors.get(scaling.input[1]), users.get(scaling.output[0])
        if scaling.op_type == "Mul" and scale is not None and user is not None:
            by_column, by_row = [1, *weight.dims[1:]], [*weight.dims[:1], 1]
            is_factor = user.op_type == "MatMul" and scale.dims == by_column
            is_table = user.op_type == "Gather" and scale.dims == by_row and not _axis_of(user)
            if len(weight.dims) == 2 and (is_factor or is_table):  # noqa: PLR2004  a matrix
                yield cast, scaling, user


def _axis_of(gather: NodeProto) -> int:
    return sum(attribute.i for attribute in gather.attribute if attribute.name == "axis")


def _look_up(gather: NodeProto, cast: NodeProto, scaling: NodeProto) -> list[NodeProto]:
    """Give what looks up bytes and scales, and only then multiplies them."""
    weight, scale, numbers = cast.input[0], scaling.input[1], gather.input[1]
    return [
        make_node("Gather", [weight, numbers], [f"{weight}_rows"]),
        make_node("Gather", [scale, numbers], [f"{scale}_rows"]),
        make_node("Cast", [f"{weight}_rows"], [f"{weight}_floats"], to=TensorProto.FLOAT),
        make_node("Mul", [f"{weight}_floats", f"{scale}_rows"], gather.output),
    ]
