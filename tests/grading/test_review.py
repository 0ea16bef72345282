"""Which grades wait for a person, and which decisions stay when a submission is graded again."""

import pytest
from nbgrader_course import DOUBTFUL, UNDECIDED, NbgraderCourse, answer
from sqlalchemy import text
from tiny_course import ANSWERS, MODULE

from curriculum_utils.grading.gradebook import engine

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def reply(words: str) -> dict[str, dict[str, object]]:
    """All answers right but the written one."""
    return {**ANSWERS, "fs-a-write": {"text": words}}


def test_right_answers_earn_all_points_and_wait_for_nobody(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    course.autograde()
    # choose 1, write 3 of 3 criteria × 3, spot ½ + ½ × F1 1 = 1 × 2, match 3 of 3 × 3
    assert course.scores("ana") == {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 2.0, "fs-a-match": 3.0}
    assert course.waiting("ana") == set()


def test_an_unscored_reply_has_no_score_and_waits_with_its_reason(course: NbgraderCourse):
    course.hand_in("ana", reply(UNDECIDED), collected=True)
    course.autograde()
    assert course.scores("ana")["fs-a-write"] is None
    assert course.waiting("ana") == {"fs-a-write"}
    shown = str(course.outputs("ana", "fs-a-write"))
    assert "For a person to look at: It cannot be decided." in shown


def test_a_doubtful_reply_keeps_its_score_and_waits(course: NbgraderCourse):
    course.hand_in("ana", reply(DOUBTFUL), collected=True)
    course.autograde()
    # No label is scripted for it: 0 of 3 criteria.
    assert course.scores("ana")["fs-a-write"] == 0.0
    assert course.waiting("ana") == {"fs-a-write"}


def test_a_score_given_by_a_person_stays_settled_when_nothing_has_changed(course: NbgraderCourse):
    course.hand_in("ana", reply(UNDECIDED), collected=True)
    course.autograde()
    course.decide("ana", "fs-a-write", 2.5)
    course.autograde()
    assert course.waiting("ana") == set()
    assert course.grades("ana")["fs-a-write"].score == 2.5


def test_a_flag_that_a_person_resolved_without_another_score_stays_resolved(course: NbgraderCourse):
    course.hand_in("ana", reply(DOUBTFUL), collected=True)
    course.autograde()
    course.decide("ana", "fs-a-write", None)
    course.autograde()
    assert course.waiting("ana") == set()


def test_a_decision_about_an_answer_that_has_changed_since_waits_for_a_new_look(course: NbgraderCourse):
    folder = course.hand_in("ana", reply(UNDECIDED), collected=True)
    course.autograde()
    course.decide("ana", "fs-a-write", 2.5)
    answer(folder, "ana", reply("Something else altogether."))
    course.autograde()
    assert course.waiting("ana") == {"fs-a-write"}
    # The person's score still counts until they have looked.
    assert course.grades("ana")["fs-a-write"].score == 2.5


def test_a_decision_waits_again_when_a_new_reason_to_look_has_come_up(course: NbgraderCourse):
    folder = course.hand_in("ana", reply(DOUBTFUL), collected=True)
    course.autograde()
    course.decide("ana", "fs-a-write", 1.0)
    course.hand_in("bo", {}, collected=True)
    # Bo hands in Ana's log as his own.
    for log in folder.glob("responses/*.jsonl"):
        copy = course.folders.step("submitted", "bo", MODULE) / "responses" / log.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(log.read_bytes())
    course.autograde()
    assert "fs-a-write" in course.waiting("ana")
    assert "handed in by bo as well" in str(course.outputs("ana", "fs-a-write"))


def test_a_grading_killed_before_its_flags_were_set_does_not_settle_them(course: NbgraderCourse):
    course.hand_in("ana", reply(DOUBTFUL), collected=True)
    course.autograde()
    # As a kill leaves it after SaveAutoGrades of the next run: its flag is gone, ours not yet set.
    with engine(course.db_url).begin() as connection:
        connection.execute(text("update curriculum_review set under_way = 1, settled = 0"))
        connection.execute(text("update grade set needs_manual_grade = 0"))
    course.autograde()
    assert course.waiting("ana") == {"fs-a-write"}


def test_a_grading_killed_before_its_flags_were_set_does_not_forget_a_decision(course: NbgraderCourse):
    course.hand_in("ana", reply(UNDECIDED), collected=True)
    course.autograde()
    course.decide("ana", "fs-a-write", 3.0)
    # As above: SaveAutoGrades has put every cell with a person's score back into the queue.
    with engine(course.db_url).begin() as connection:
        connection.execute(text("update curriculum_review set under_way = 1, settled = 1"))
        connection.execute(text("update grade set needs_manual_grade = 1"))
    course.autograde()
    assert course.waiting("ana") == set()
