"""Who is in a cohort's gradebook: nbgrader's table of students, kept as the roster has it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Collection, Iterable
from typing import Any

from nbgrader.api import Base, Gradebook
from sqlalchemy import select

from curriculum_utils.cohorts.roster import Learner
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.process import prepare_process

_STUDENT: Any = Base.metadata.tables["student"]
_SUBMISSION: Any = Base.metadata.tables["submitted_assignment"]


def enrol(url: str, course: str, learners: Iterable[Learner], *, leaving: Collection[str] = ()) -> None:
    """Writes the learners into the gradebook, made if need be, and takes away those who leave; all in one step.

    Args:
        leaving: ids of learners without any submission.
    """
    prepare_process()
    with Gradebook(url, course):
        pass  # makes nbgrader's tables and the course's row where they are missing
    with engine(url).begin() as connection:
        known = {str(name) for (name,) in connection.execute(select(_STUDENT.c.id))}
        for one in learners:
            details = {"first_name": one.first_name, "last_name": one.last_name, "email": one.email}
            if one.id in known:
                connection.execute(_STUDENT.update().where(_STUDENT.c.id == one.id).values(**details))
            else:
                connection.execute(_STUDENT.insert().values(id=one.id, **details))
        for learner in sorted(known.intersection(leaving)):
            connection.execute(_STUDENT.delete().where(_STUDENT.c.id == learner))


def with_submissions(url: str) -> set[str]:
    """Who has a submission in the gradebook, by id."""
    with engine(url).connect() as connection:
        return {str(name) for (name,) in connection.execute(select(_SUBMISSION.c.student_id).distinct())}
