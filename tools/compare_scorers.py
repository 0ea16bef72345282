"""Which scorer reads the dev writers best, and what more replies would bring: writes data/replies/comparison.md.

    make compare        # under an hour on two cores the first time; encoders learnt from part of the writers are kept

Thresholds for each dev writer come from the others, so that no scorer is measured on what it was tuned to.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

import scorer_fit as fitting
import scorer_tfidf as tfidf
from reading import seen
from reply_data import REPLIES, Row, read_rows, split

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.encoder import Encoder
from curriculum_utils.scoring.model import HEADS, WORDS, read_words, unpacked
from curriculum_utils.scoring.shipped import said_sentences
from curriculum_utils.scoring.spelling import Speller
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, course_vocabulary

SHARES = (0.25, 0.5, 1.0)
SHIPPED = ROOT / "src/curriculum_utils/scoring/model"
KEPT = ROOT / "build" / "encoders"
LAYERS = (2, 4, 6)
BLEND = 0.3
"""Of the words-and-letters scorer, beside the encoder's, each divided by its spread."""
Matrix = fitting.Matrix


def main() -> int:
    vocabulary = course_vocabulary(ROOT / "curriculum")
    rows = read_rows(vocabulary)
    parts = split()
    dev = [row for row in rows if row.writer in parts["dev"]]
    lines = ["| scorer | share of writers | replies | macro-F1 | criteria | traps |", "|---|---|---|---|---|---|"]
    for share in SHARES:
        chosen = parts["train"][: max(1, round(share * len(parts["train"])))]
        train = [row for row in rows if row.writer in chosen]
        words = words_and_letters(train, dev, vocabulary)
        tuned = tuned_encoder(share, train, dev, vocabulary)
        found: dict[str, Matrix] = {
            "words and letters (TF-IDF, whole reply and best sentence)": words,
            "MiniLM as it is, mean and maximum of layers 2, 4 and 6": frozen_encoder(train, dev, vocabulary),
            "MiniLM read on, a query a label (shipped)": tuned,
            f"the last with {BLEND:.0%} of the first": _scaled(tuned) * (1 - BLEND) + _scaled(words) * BLEND,
        }
        for name, evidence in found.items():
            f1 = macro_f1(evidence, dev, vocabulary)
            figures = " | ".join(f"{value:.3f}" for value in f1)
            lines.append(f"| {name} | {share:.0%} | {len(train):,} | {figures} |")
            print(lines[-1], flush=True)
    (REPLIES / "comparison.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def macro_f1(evidence: Matrix, dev: Sequence[Row], vocabulary: ScoringVocabulary) -> tuple[float, float, float]:
    """Over all labels, criteria and traps: pooled over the dev writers, each with the others' thresholds."""
    truth, labels = _truth(dev, vocabulary), vocabulary.labels
    said = np.zeros_like(truth)
    for writer in sorted({row.writer for row in dev}):
        own = np.array([row.writer == writer for row in dev])
        settings = fitting.calibrate(evidence[~own], truth[~own], labels, vocabulary.traps)
        for at, label in enumerate(labels):
            one = settings[label]
            said[own, at] = 1 / (1 + np.exp(-(one.slope * evidence[own, at] + one.intercept))) >= one.threshold
    f1 = 2 * (said * truth).sum(axis=0) / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1)
    number = len(vocabulary.criteria)
    return float(f1.mean()), float(f1[:number].mean()), float(f1[number:].mean())


def words_and_letters(train: Sequence[Row], dev: Sequence[Row], vocabulary: ScoringVocabulary) -> Matrix:
    """Evidence for the dev replies from weights over words and letters."""

    def cut(row: Row) -> tfidf.Reply:
        found = said_sentences(row.reply, guards.marker_spans(row.reply))
        return tfidf.Reply(row.id, row.writer, tuple(row.reply[start:end] for start, end in found) or ("",))

    heads = tfidf.fit([cut(row) for row in train], _truth(train, vocabulary), tfidf.Settings())
    return heads.evidence([cut(row) for row in dev])


def frozen_encoder(train: Sequence[Row], dev: Sequence[Row], vocabulary: ScoringVocabulary) -> Matrix:
    """Evidence from linear heads over the base model's layers, as its authors left it."""
    import torch  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415
    from train_encoder import base_folder  # noqa: PLC0415
    from transformers import AutoModel  # noqa: PLC0415

    base = base_folder()
    model = AutoModel.from_pretrained(base, output_hidden_states=True, add_pooling_layer=False).eval()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)

    def layers_of(row: Row) -> Matrix:
        ids = torch.tensor([tokenizer.encode(row.reply).ids])
        with torch.no_grad():
            layers = model(input_ids=ids).hidden_states
        pooled = [part for at in LAYERS for part in (layers[at][0].mean(0), layers[at][0].max(0).values)]
        return torch.cat(pooled).double().numpy()

    known, new = np.stack([layers_of(row) for row in train]), np.stack([layers_of(row) for row in dev])
    mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-9
    known, new, truth = (known - mean) / spread, (new - mean) / spread, _truth(train, vocabulary)
    columns = [fitting.logistic(known, truth[:, at], penalty=100.0) for at in range(truth.shape[1])]
    return np.stack([new @ one[:-1] + one[-1] for one in columns], axis=1)


def tuned_encoder(share: float, train: Sequence[Row], dev: Sequence[Row], vocabulary: ScoringVocabulary) -> Matrix:
    """Evidence from an encoder that was read on with `share` of the training writers."""
    folder = SHIPPED if share == 1 else KEPT / f"{share:.2f}"
    if not (folder / HEADS).exists():
        import train_encoder  # noqa: PLC0415

        sys.argv = ["train_encoder", "--share", str(share), "--out", str(folder)]
        train_encoder.main()
    encoder = Encoder(folder)
    speller = Speller(read_words((folder / WORDS).read_text(encoding="utf-8")))
    queries = unpacked((folder / HEADS).read_bytes()).queries[: len(vocabulary.labels)]
    heads = fitting.fit_heads(queries, seen(encoder, speller, queries, train), _truth(train, vocabulary))
    return fitting.evidence(heads, seen(encoder, speller, queries, dev))


def _scaled(evidence: Matrix) -> Matrix:
    return evidence / evidence.std(axis=0)


def _truth(rows: Sequence[Row], vocabulary: ScoringVocabulary) -> Matrix:
    return np.array([[float(label in row.labels) for label in vocabulary.labels] for row in rows])


if __name__ == "__main__":
    sys.exit(main())
