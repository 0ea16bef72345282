"""Fits the shipped scorer's heads and limits, measures it, and writes model and card; `--check` only compares.

    python tools/train_scorer.py            # a few minutes
    python tools/train_scorer.py --check    # at once

The same replies, rubric and code give the same bytes on one machine and set of library versions.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

# With more threads BLAS adds in another order, and the weights differ in their last digits. Set before NumPy loads.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from curriculum_utils.scoring.model import DESCRIPTION, FILES, VOCABULARY, version_of
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, course_vocabulary

KIND = "minilm"
REPLIES = ROOT / "data" / "replies"
SCORING = ROOT / "src" / "curriculum_utils" / "scoring"
MODEL = SCORING / "model"
CODE = (
    *(SCORING / name for name in ("encoder.py", "heads.py", "guards.py", "segments.py", "spelling.py", "shipped.py")),
    *(SCORING / name for name in ("credit.py", "doubt.py")),
    *(ROOT / "tools" / name for name in ("reading.py", "reply_data.py", "scorer_fit.py")),
    *(ROOT / "tools" / name for name in ("scorer_figures.py", "scorer_limits.py", "scorer_report.py")),
)
"""What decides which weights are learnt: a change here makes the shipped model out of date."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Train, measure and write the shipped reply scorer.")
    parser.add_argument("--check", action="store_true", help="only say whether the shipped model is current")
    arguments = parser.parse_args()
    vocabulary = course_vocabulary(ROOT / "curriculum")
    if arguments.check:
        problems = differences(vocabulary)
        for problem in problems:
            print(problem)
        print("The shipped scorer is out of date. Run: make model" if problems else "The shipped scorer is current.")
        return 1 if problems else 0
    train(vocabulary)
    return 0


def differences(vocabulary: ScoringVocabulary) -> list[str]:
    """How the shipped model differs from what data, rubric and code would give; nothing is trained for it."""
    try:
        description = json.loads((MODEL / DESCRIPTION).read_bytes())
        digests = {name: hashlib.sha256((MODEL / name).read_bytes()).hexdigest() for name in FILES}
        shipped = (MODEL / VOCABULARY).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        return [f"{MODEL.relative_to(ROOT)}: cannot be read ({error})"]
    problems: list[str] = []
    if shipped != as_text(vocabulary.as_json()):
        problems.append("vocabulary.json differs from curriculum/rubric.yaml and curriculum/moves/")
    if description.get("inputs_sha256") != inputs_hash(vocabulary):
        problems.append("heads and limits were learnt from other replies, labels or code")
    problems += [
        f"{name} is not the file that model.json was written for"
        for name, digest in digests.items()
        if description.get("sha256", {}).get(name) != digest
    ]
    if description.get("scorer_version") != version_of(description):
        problems.append("model.json was changed after it was written")
    return problems


def inputs_hash(vocabulary: ScoringVocabulary) -> str:
    """The SHA-256 (hex) of all that decides the weights."""
    digest = hashlib.sha256(json.dumps(vocabulary.labels).encode("utf-8"))
    for path in (*sorted(REPLIES.glob("*.jsonl")), REPLIES / "split.json", *CODE):
        digest.update(f"{path.name}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def as_text(value: object) -> str:
    """JSON as it is shipped."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def train(vocabulary: ScoringVocabulary) -> None:
    """Fits, measures and writes; every setting was chosen before."""
    import scorer_report  # noqa: PLC0415  (beside this file; needs SciPy, which --check does not)

    scorer_report.build(vocabulary, inputs_hash(vocabulary))


if __name__ == "__main__":
    sys.exit(main())
