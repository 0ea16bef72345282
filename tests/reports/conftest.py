"""The finished term that every test of the reports looks at."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import tiny_course
from report_term import DOUBTFUL, ONE_OF_THREE, TRAPPED, UNDECIDED, WHOLE, Term, begin

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.reports import ReportData


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Term]:
    return partial(begin, tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """Three of four learners have handed in; two are graded, and one answer of theirs nobody could decide.

    Points: fs-a-choose 1, fs-a-write 3, fs-a-spot 2, fs-a-match 3; 9 in all. Practice has the same four types.
    Not to be changed: `term` is a copy.
    """
    term = begin(tmp_path_factory.mktemp("finished"))
    term.late_rule("11.1111%")
    a, b, c = ({"option": name} for name in "abc")  # a: trap fixes_it; b: fits; c: trap soothes
    spot, match = tiny_course.ANSWERS["fs-spot"], tiny_course.ANSWERS["fs-match"]

    term.answer("ana", "fs-choose", a, b)  # 0 → 1
    term.answer("ana", "fs-write", {"text": ONE_OF_THREE}, {"text": WHOLE})  # 1/3 → 1
    term.answer("ana", "fs-a-choose", b)
    term.answer("ana", "fs-a-write", {"text": WHOLE, "confidence": 3})
    term.answer("ana", "fs-a-spot", spot)
    # no answer to fs-a-match
    term.grade("ana", {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 2.0, "fs-a-match": 0.0})

    term.answer("bo", "fs-choose", b)
    term.answer("bo", "fs-write", {"text": TRAPPED})  # 2/3 × 0.5 = 1/3
    term.answer("bo", "fs-a-choose", a)
    term.answer("bo", "fs-a-write", {"text": UNDECIDED})
    term.answer("bo", "fs-a-spot", {"trap": "fixes_it"})  # the name alone: 0.5 credit, 1 point
    term.answer("bo", "fs-a-match", match)
    term.grade(
        "bo",
        {"fs-a-choose": 0.0, "fs-a-write": None, "fs-a-spot": 1.0, "fs-a-match": 3.0},
        manual={"fs-a-spot": 1.5},
        waits=["fs-a-write"],
        late=True,  # 11.1111 % of 4.5 points: 0.5
    )

    term.answer("cy", "fs-choose", c, a)  # 0 → 0
    term.answer("cy", "fs-a-write", {"text": DOUBTFUL})  # 1/3, and the scorer unsure
    return term


@pytest.fixture(scope="session")
def data(finished: Term) -> ReportData:
    return finished.report()


@pytest.fixture
def term(finished: Term, tmp_path: Path) -> Term:
    """The finished term, to be damaged or continued."""
    shutil.copytree(finished.cohort.root, tmp_path / "course", symlinks=True)
    return Term(open_cohort(tmp_path / "course", "spring"), finished.release)
