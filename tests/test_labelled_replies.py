"""The labelled replies are what their datasheet promises, and no part of them leaks into another."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_amounts_agreement_and_split_are_as_promised():
    check = subprocess.run(
        [sys.executable, "tools/check_replies.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
    assert check.stdout.endswith("; 0 problems found.\n")


def test_a_reply_of_the_test_part_reworded_in_training_is_found():
    # In a process of its own: the tools import each other by bare names.
    code = """
import dataclasses, sys
sys.path[:0] = ["tools", "src"]
import check_replies as tool
rows = tool.read_rows(tool.course_vocabulary(tool.ROOT / "curriculum"))
parts = tool.split()
test = next(row for row in rows if row.writer in parts["test"] and len(row.reply.split()) > 20)
copy = dataclasses.replace(test, id="x-1", writer=parts["train"][0], client="other", reply=test.reply.upper() + " ok")
print(*tool.leaks([*rows, copy]))
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "x-1 (train) is nearly" in told.stdout
