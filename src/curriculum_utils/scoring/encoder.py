"""The encoder: what a small language model makes of each word piece of a text, with its place in it.

One text at a time, unpadded, on one thread: what stands beside a text can never touch its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring.protocol import Span

ENCODER, TOKENIZER = "encoder.onnx", "tokenizer.json"

MOST_PIECES = 254
"""Word pieces read at once; the encoder has 512 places, and its authors trained it on up to 256."""
_START, _END = "[CLS]", "[SEP]"

Hidden = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """`hidden` has shape (n_pieces, width); `spans` has each piece's characters, (0, 0) for the two at the ends."""

    hidden: Hidden
    spans: Sequence[Span]


class Encoder:
    """Reads texts with the ONNX graph and the tokenizer of one folder."""

    def __init__(self, folder: Path) -> None:
        # Imported here: a learner's page without written replies should not wait for them.
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = cast(Any, onnxruntime).SessionOptions()  # the library is not typed
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(folder / ENCODER), options, providers=["CPUExecutionProvider"]
            )
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # noqa: BLE001 - both libraries raise bare exceptions of their own
            raise ScoringError(f"{folder}: the encoder cannot be loaded ({error}); install again") from None
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._ends = (tokenizer.token_to_id(_START), tokenizer.token_to_id(_END))

    def read(self, text: str) -> list[Reading]:
        """The text's readings, in order: one, or several where it is longer than can be read at once."""
        pieces = self._tokenizer.encode(text, add_special_tokens=False)
        numbers, spans = list(pieces.ids), list(pieces.offsets)
        found: list[Reading] = []
        for start in range(0, max(len(numbers), 1), MOST_PIECES):
            part = slice(start, start + MOST_PIECES)
            row = np.array([[self._ends[0], *numbers[part], self._ends[1]]], dtype=np.int64)
            hidden = cast(Hidden, self._session.run(None, {"ids": row})[0][0])
            found.append(Reading(hidden, [(0, 0), *spans[part], (0, 0)]))
        return found
