"""What it brings to let the recall of traps weigh more, on the dev writers: writes data/replies/thresholds.md.

make thresholds     # some minutes
"""

import dataclasses
import os
import sys

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import train_scorer
from reply_data import REPLIES, read_rows, split, suspected
from scorer_figures import measure, scored
from scorer_fit import calibrate, evidence
from scorer_limits import review_limit
from scorer_report import labelled, what_the_heads_see

from curriculum_utils.scoring.model import load_model
from curriculum_utils.scoring.shipped import RISK, ShippedScorer
from curriculum_utils.scoring.vocabulary import course_vocabulary

BETAS = (1.0, 1.5, 2.0)


def main() -> int:
    vocabulary = course_vocabulary(train_scorer.ROOT / "curriculum")
    shipped = load_model(train_scorer.MODEL)
    dev = [row for row in read_rows(vocabulary) if row.writer in split()["dev"]]
    truth = np.array([[float(name in row.labels or name in suspected(row)) for name in shipped.names] for row in dev])
    found = evidence(shipped.heads, what_the_heads_see(dev))
    replies = [labelled(row) for row in dev]
    lines = [
        "| recall of traps weighs | macro-F1 | traps | traps found | kappa | error, not flagged | of all |",
        "|---|---|---|---|---|---|---|",
    ]
    for beta in BETAS:
        settings = calibrate(found, truth, shipped.names, vocabulary.traps, beta) | {RISK: shipped.settings[RISK]}
        open_ = ShippedScorer(dataclasses.replace(shipped, settings=settings, review_limit=1.0), vocabulary)
        limit = review_limit(open_, replies)
        scorer = ShippedScorer(dataclasses.replace(shipped, settings=settings, review_limit=limit), vocabulary)
        got = measure(replies, scored(scorer, replies), vocabulary)
        error = got["ordinary"]["error"]
        values = (
            got["macro_f1"]["all"],
            got["macro_f1"]["traps"],
            got["trap_recall"],
            got["kappa"]["all"],
            error["unflagged"],
            error["unflagged"] / error["all"],
        )
        lines.append(f"| {beta:g} times its precision | " + " | ".join(f"{value:.3f}" for value in values) + " |")
        print(lines[-1], flush=True)
    (REPLIES / "thresholds.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
