"""The learnt encoder as an ONNX graph: weights in 16 bits, arithmetic in 32, ids in and word pieces out."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
CLOSE = 0.02
"""How far the graph may stray from PyTorch in any number; they range over some ±6."""


class _Hidden(torch.nn.Module):
    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        # One text at a time: nothing is padded, so nothing is masked.
        mask, kinds = torch.ones_like(ids), torch.zeros_like(ids)
        return self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state


def export(encoder: Any, path: Path) -> None:
    """Writes the graph: `ids` of shape (1, n) to `hidden` of shape (1, n, width).

    Raises:
        ValueError: the graph does not compute what the encoder does.
    """
    module = _Hidden(encoder).eval()
    example = torch.arange(1000, 1017).unsqueeze(0)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.onnx"
        places = {"ids": {1: "n"}, "hidden": {1: "n"}}
        names: dict[str, Any] = {"input_names": ["ids"], "output_names": ["hidden"], "dynamic_axes": places}
        torch.onnx.export(module, (example,), str(raw), opset_version=OPSET, dynamo=False, **names)
        graph = onnx.load(raw)
    _halve(graph.graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    module.eval()
    _compare(module, path)


def _halve(graph: Any) -> None:
    """Stores each matrix in 16 bits with a cast back; of a table of embeddings only the rows looked up are cast."""
    halves: list[Any] = []
    before: list[Any] = []
    after: dict[str, Any] = {}
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.ndim != 2:
            halves.append(tensor)
            continue
        name = f"{tensor.name}_16"
        halves.append(numpy_helper.from_array(array.astype(np.float16), name))
        readers = [node for node in graph.node if tensor.name in node.input]
        if len(readers) == 1 and readers[0].op_type == "Gather":
            node = readers[0]
            node.input[list(node.input).index(tensor.name)] = name
            looked_up = node.output[0]
            node.output[0] = f"{looked_up}_16"
            after[node.name] = helper.make_node("Cast", [f"{looked_up}_16"], [looked_up], to=TensorProto.FLOAT)
        else:
            before.append(helper.make_node("Cast", [name], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*before]
    for node in graph.node:
        nodes += [node, after[node.name]] if node.name in after else [node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(halves)
    graph.node.extend(nodes)


def _compare(module: torch.nn.Module, path: Path) -> None:
    import onnxruntime  # noqa: PLC0415

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(1)
    for length in (3, 40, 256):
        ids = rng.integers(1000, 20_000, (1, length))
        found = np.asarray(session.run(None, {"ids": ids})[0])
        with torch.no_grad():
            expected = module(torch.tensor(ids)).numpy()
        if not np.abs(found - expected).max() < CLOSE:
            raise ValueError(f"{path}: strays by {np.abs(found - expected).max()} from the encoder at {length} pieces")
