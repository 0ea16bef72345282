"""How far probabilities differ between two machines.

python bench/other_machine.py --write here.json      # on one machine
python bench/other_machine.py --compare here.json    # on the other
"""

import argparse
import json
from pathlib import Path

from drawn_replies import drawn

from curriculum_utils.scoring.shipped import load_scorer


def main() -> None:
    """Scores the same replies, and writes or compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--write", type=Path)
    group.add_argument("--compare", type=Path)
    parser.add_argument("--replies", type=int, default=200)
    arguments = parser.parse_args()
    replies = drawn(arguments.replies)
    scorer = load_scorer()
    scores = scorer.score(replies)
    found = {score.id: {"probabilities": dict(score.probabilities), "labels": list(score.labels)} for score in scores}
    if arguments.write:
        arguments.write.write_text(json.dumps(found), encoding="utf-8")
        return
    there = json.loads(arguments.compare.read_text(encoding="utf-8"))
    gaps = [
        abs(value - there[name]["probabilities"][label])
        for name, one in found.items()
        for label, value in one["probabilities"].items()
    ]
    other = sum(one["labels"] != there[name]["labels"] for name, one in found.items())
    print(f"{scorer.scorer_version}, {len(found)} replies: probabilities differ by at most {max(gaps):.2e};")
    print(f"labels differ in {other} replies.")


if __name__ == "__main__":
    main()
