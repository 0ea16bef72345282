"""A learner who deleted their practice before handing in is graded as anybody else."""

from pathlib import Path

import pytest
from nbgrader_course import ALL_POINTS, LOOK, NbgraderCourse

from curriculum_utils.responses import Drafts
from curriculum_utils.widgets.deleting import delete_practice

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def test_a_module_without_its_practice_earns_what_its_graded_answers_earn(course: NbgraderCourse, tmp_path: Path):
    def delete(folder: Path) -> None:
        done = delete_practice(folder.parent, Drafts(tmp_path / "drafts"))
        assert [path.name for path in done.gone] == ["1-look.practice.jsonl"]

    course.hand_in("ana", change=delete)
    course.hand_in("bo", second=1)
    course.collect()
    course.autograde()
    assert sum(score or 0 for score in course.scores("ana").values()) == ALL_POINTS
    assert course.scores("ana") == course.scores("bo")
    assert course.waiting("ana") == set()
    # Its feedback comes back as well, with nothing in the places of practice.
    assert "No answer." in course.feedback("ana", LOOK)
