"""Trains the shipped reply scorer, measures it, and writes model and figures; `--check` only compares.

    python tools/train_scorer.py            # about three minutes
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

from curriculum_utils.scoring.model import DESCRIPTION, VOCABULARY, WEIGHTS, version_of  # noqa: E402
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, course_vocabulary  # noqa: E402

KIND = "tfidf"
TEST_WRITER = "eli"
"""Never learnt from, never looked at to choose a setting: the writer whose figures count."""

REPLIES = ROOT / "data" / "replies"
SCORING = ROOT / "src" / "curriculum_utils" / "scoring"
MODEL = SCORING / "model"
CODE = (
    SCORING / "features.py",
    SCORING / "segments.py",
    SCORING / "guards.py",
    ROOT / "tools" / "scorer_fit.py",
    ROOT / "tools" / "scorer_report.py",
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
        weights = (MODEL / WEIGHTS).read_bytes()
        shipped = (MODEL / VOCABULARY).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        return [f"{MODEL.relative_to(ROOT)}: cannot be read ({error})"]
    problems: list[str] = []
    if shipped != as_text(vocabulary.as_json()):
        problems.append("vocabulary.json differs from curriculum/rubric.yaml and curriculum/moves/")
    if description.get("inputs_sha256") != inputs_hash(vocabulary):
        problems.append("the weights were learnt from other replies, labels or code")
    if description.get("weights_sha256") != hashlib.sha256(weights).hexdigest():
        problems.append("weights.npz is not the file that model.json was written for")
    if description.get("scorer_version") != version_of(description):
        problems.append("model.json was changed after it was written")
    return problems


def inputs_hash(vocabulary: ScoringVocabulary) -> str:
    """The SHA-256 (hex) of all that decides the weights."""
    digest = hashlib.sha256(json.dumps(vocabulary.labels).encode("utf-8"))
    for path in (*sorted(REPLIES.glob("*.jsonl")), *CODE):
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
