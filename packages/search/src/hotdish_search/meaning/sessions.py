"""Lets onnxruntime load a model that was made or changed in memory."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hotdish_search.memory import give_back

if TYPE_CHECKING:
    from onnx import ModelProto
    from onnxruntime import InferenceSession


def open_session(model: "ModelProto", n_threads: int = 1) -> "InferenceSession":
    """Give a session that runs a model on the processor."""
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  an extra

    options = SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    # The arena keeps the memory of the largest batch for ever, and saves no time here.
    options.enable_cpu_mem_arena = False
    # Through a file: of bytes that it is given, a session keeps a copy for as long as it lives.
    with TemporaryDirectory(prefix="hotdish-search-") as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(model.SerializeToString())
        session = InferenceSession(str(path), options, ["CPUExecutionProvider"])
    give_back()  # reading a model leaves much that is free
    return session
