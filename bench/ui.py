"""What a learner waits for, measured in a real browser on a real module with the real scorer.

make bench-ui                                     # all measures, 20 times each: about ten minutes
python bench/ui.py --quick                        # a look, three times each
python bench/ui.py --only talking,sizes --out build/ui.json

A missed target is said in words; the exit status stays 0, because a busy machine is no mistake of the code's.
"""

import argparse
import os
import platform
import signal
import sys
import time
from pathlib import Path

from ui_figures import Figure, as_json, chosen, summary, table
from ui_measures import MEASURES, Stage, choose_stage, items_of
from ui_pages import Server, window

ROOT = Path(__file__).resolve().parent.parent
REPETITIONS, QUICK = 20, 3


def main() -> None:
    """Runs the chosen measures on one server and one browser, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--module", type=Path, default=ROOT / "source" / "self-sabotage", help="a built module's folder"
    )
    parser.add_argument("--only", default="", help=f"measures, with commas between: {', '.join(MEASURES)}")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} repetitions, for trying")
    parser.add_argument("--out", type=Path, help="a file for every value, as JSON")
    arguments = parser.parse_args()
    try:
        names = chosen(arguments.only, MEASURES)
    except ValueError as error:
        parser.error(str(error))
    items = items_of(arguments.module)
    many, talk = choose_stage(items)
    repetitions = QUICK if arguments.quick else arguments.repetitions
    # Whoever ends this ends its server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    begun = time.monotonic()
    figures: list[Figure] = []
    server = Server(arguments.module)
    try:
        with window() as opened:
            stage = Stage(
                server, opened, many, talk, repetitions, lambda line: print(line, file=sys.stderr, flush=True)
            )
            for name in names:
                stage.say(f"{name} …")
                figures += MEASURES[name](stage)
    finally:
        server.stop()
    about = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "module": arguments.module.name,
        "lesson": many,
        "seconds": round(time.monotonic() - begun),
        "load": os.getloadavg(),
    }
    print(f"On {about['machine']}, Python {about['python']}; {arguments.module.name}; load {about['load'][0]:.1f}.\n")
    print(table(figures))
    print(summary(figures))
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(as_json(figures, about), encoding="utf-8")


if __name__ == "__main__":
    main()
