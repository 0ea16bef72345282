"""What a learner's page asks of nbgrader, run in a process of its own: `submit MODULE FOLDER LEARNER`, or `feedback`.

`take` makes a module what is released; `look` and `look-and-fetch`, which fetches new modules, are for all modules.
The last line of the output is JSON: `{"done": true}`, or `{"done": false, "problem": …}`; after a look with `modules`.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from nbgrader.exchange import ExchangeError

from curriculum_utils.cohorts.cohort import open_cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.cohorts.due import refresh_due
from curriculum_utils.cohorts.fetching import look, take
from curriculum_utils.errors import CurriculumError


def main(arguments: list[str]) -> int:
    """Runs the errand; its exit status."""
    errand, module, folder, learner = arguments
    told: dict[str, object] = {"done": True}
    try:
        cohort = open_cohort(Path(os.environ["CURRICULUM_COURSE"]), os.environ["CURRICULUM_COHORT"])
        desk = LearnerDesk(cohort, learner, Path(folder))
        if errand == "submit":
            desk.submit(module)
        elif errand == "take":
            take(cohort, learner, Path(folder), module)
        elif errand in ("look", "look-and-fetch"):
            found = look(cohort, learner, Path(folder), fetch_new=errand == "look-and-fetch")
            told["modules"] = [asdict(one) for one in found]
        # nbgrader takes it for a mistake to ask before anything has ever come back.
        elif (cohort.exchange / cohort.name / "feedback").is_dir():
            desk.fetch_feedback(module)
        # What was asked for is done, whether or not a date could be noted.
        with suppress(OSError):
            refresh_due(cohort, module, Path(folder) / module)
    except (CurriculumError, ExchangeError, OSError, KeyError, SystemExit) as error:
        print(json.dumps({"done": False, "problem": str(error)}))  # noqa: T201 - this is what is asked for
        return 1
    print(json.dumps(told))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
