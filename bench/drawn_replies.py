"""Labelled replies to measure with, drawn evenly over all writers."""

import json
from pathlib import Path

from curriculum_utils.scoring.protocol import Reply

REPLIES = Path(__file__).resolve().parent.parent / "data" / "replies"


def drawn(number: int) -> list[Reply]:
    """At most `number` replies, the same ones each time."""
    lines = [line for path in sorted(REPLIES.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    rows = [json.loads(line) for line in lines[:: max(1, len(lines) // number)]][:number]
    return [Reply(row["id"], row["module"], row["client"], row["reply"]) for row in rows]
