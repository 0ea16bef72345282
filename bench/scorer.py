"""What one reply costs: time on one thread, memory, and the wait for the first score. Writes data/replies/speed.md.

make bench
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPLIES, FIRST = 300, 5
ONCE = """
import resource, time
begun = time.perf_counter()
from curriculum_utils.scoring.protocol import Reply
from curriculum_utils.scoring.shipped import load_scorer
load_scorer().score([Reply("a", "self-sabotage", "I didn't.", "What would you not have to face if it stayed?")])
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Measures in this order: first scores in processes of their own, then a run over many replies in this one."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    firsts: list[tuple[float, float]] = []
    for _ in range(FIRST):
        told = subprocess.run([sys.executable, "-c", ONCE], env=env, capture_output=True, text=True, check=True)
        seconds, mebibytes = map(float, told.stdout.split())
        firsts.append((seconds, mebibytes))
    from drawn_replies import drawn  # noqa: PLC0415

    from curriculum_utils.scoring.shipped import load_scorer  # noqa: PLC0415

    replies = drawn(REPLIES)
    scorer = load_scorer()
    times: list[float] = []
    for reply in replies:
        begun = time.perf_counter()
        scorer.score([reply])
        times.append((time.perf_counter() - begun) * 1000)
    words = statistics.median(len(reply.reply.split()) for reply in replies)
    cuts = statistics.quantiles(times, n=20)
    page = (
        f"On {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()} (`make bench`), "
        f"{len(replies)} replies drawn evenly from data/replies (median {words:.0f} words), one thread:\n\n"
        "| | measured | aim |\n|---|---|---|\n"
        f"| one reply, median | {cuts[9]:.1f} ms | 15 ms |\n"
        f"| one reply, 95th percentile | {cuts[18]:.1f} ms | |\n"
        f"| process from nothing to the first score, median of {FIRST} | "
        f"{statistics.median(one for one, _ in firsts):.2f} s | 0.5 s |\n"
        f"| most memory resident until then | {statistics.median(two for _, two in firsts):.0f} MiB | 200 MB |\n"
    )
    (ROOT / "data/replies/speed.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
