"""The shipped model is the one that data, rubric and code give."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_shipped_scorer_is_current():
    check = subprocess.run(
        [sys.executable, "tools/train_scorer.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (check.stdout, check.stderr, check.returncode) == ("The shipped scorer is current.\n", "", 0)
