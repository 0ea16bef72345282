"""Which item comes back, and which never does."""

from pathlib import Path

import pytest
from again_course import CHANGES, START, SURE, UNSURE, WRONG, Learner, right, twin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum_utils.again import MOST_TASKS
from curriculum_utils.again.choosing import client_of

MOVE, TRAP = "meet-the-weight", "fixes_it"
SPOT_WRONG = {"trap": "soothes", "marks": []}


@pytest.fixture
def robin(tmp_path: Path) -> Learner:
    return Learner(tmp_path / "robin")


def tasks(robin: Learner) -> list[str]:
    return [task.item.id for task in robin.look().round.tasks]


def test_what_was_missed_comes_back_with_another_client(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    # fs-write aims at the same move, with the same client; fs-choose-tess has a client of the test.
    assert tasks(robin.later(days=1)) == ["fs-choose-milan"]


def test_the_client_of_the_last_time_does_not_come_twice_in_a_row(robin: Learner):
    for item in ("fs-write", "fs-choose-milan"):
        robin.answers(item)
    robin.answers("fs-choose", WRONG, SURE)
    robin.later(days=1).repeats("fs-choose-milan")
    # By now Nora's is the one that was answered last.
    robin.later(days=1).answers("fs-choose-nora")
    assert tasks(robin.later(days=90)) == ["fs-choose-nora"]


def test_a_task_that_was_missed_itself_comes_last_however_long_ago_it_was(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    robin.later(minutes=60).answers("fs-choose-milan", WRONG, SURE)
    robin.later(minutes=1).answers("fs-choose-nora")
    # Ines's was answered longest ago, but it is the very task that was missed.
    assert tasks(robin.later(days=90)) == ["fs-choose-nora"]


def test_a_lesson_that_was_not_begun_gives_nothing_away(robin: Learner):
    robin.answers("fs-choose-milan", WRONG, SURE)
    # Ines is the only other client in the first lesson: the written reply is of another type.
    assert tasks(robin.later(days=1)) == ["fs-write"]


def test_another_type_is_preferred_and_then_what_was_answered_longest_ago(robin: Learner):
    for item in ("fs-choose-nora", "fs-write-nora", "fs-choose"):
        robin.later(minutes=1).answers(item)
    robin.answers("fs-choose-milan", WRONG, SURE)
    assert tasks(robin.later(days=1)) == ["fs-write-nora"]


def test_what_was_answered_in_its_lesson_comes_before_what_is_still_to_come_there(robin: Learner):
    robin.answers("fs-choose-nora")
    robin.answers("fs-choose", WRONG, SURE)
    assert tasks(robin.later(days=1)) == ["fs-choose-nora"]


def test_where_there_is_no_other_client_it_is_told(tmp_path: Path):
    robin = Learner(tmp_path / "robin", {**CHANGES, **_without_milan_s_transcript()})
    robin.answers("fs-spot", SPOT_WRONG)
    found = robin.later(days=2).look().round
    assert (found.tasks, found.due, found.alone) == ((), 0, (TRAP,))


def _without_milan_s_transcript() -> dict[str, str | None]:
    guide = "guides/first-steps/1-look.md"
    text = str(CHANGES[guide]).replace("```{exercise} fs-spot-milan\n```\n\n", "")
    return {guide: text, "exercises/first-steps/fs-spot-milan.yaml": None, "vignettes/milan-transcript.yaml": None}


def test_what_is_not_due_waits_and_its_day_is_known(robin: Learner):
    robin.answers("fs-spot", SPOT_WRONG)
    found = robin.look().round
    assert (found.tasks, found.due) == ((), 0)
    assert found.next == robin.look().cards[TRAP].due > START


def test_a_trap_that_two_modules_share_is_one_card_and_comes_back_from_either(robin: Learner):
    robin.add(twin())
    robin.answers("os-spot", right("os-spot"))
    robin.answers("fs-spot", SPOT_WRONG)
    robin.later(minutes=1).answers("fs-spot-milan")
    robin.later(minutes=1).answers("os-spot-milan")
    found = robin.later(days=9).look()
    assert [len(card.reviews) for card in found.cards.values()] == [4]
    assert [(task.item.module, task.item.id) for task in found.round.tasks] == [("other-steps", "os-spot")]


_ITEMS = ("fs-choose", "fs-write", "fs-spot", "fs-choose-milan", "fs-spot-milan", "fs-choose-nora", "fs-write-nora")
_ANSWERS = {"choose": WRONG, "write": {"text": "What if we made you a plan for the form?"}, "spot": SPOT_WRONG}
step = st.tuples(st.sampled_from(_ITEMS), st.booleans(), st.sampled_from([None, UNSURE, SURE]), st.integers(0, 5))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=1, max_size=6), days=st.integers(0, 30))
def test_a_round_never_holds_a_test_the_same_client_or_a_lesson_to_come(tmp_path_factory, steps, days: int):
    robin = Learner(tmp_path_factory.mktemp("again") / "robin")
    for item, fits, confidence, later in steps:
        wrong = _ANSWERS[item.split("-")[1]]
        robin.later(days=later).answers(item, None if fits else wrong, confidence)
    found = robin.later(days=days).look()
    assert len(found.round.tasks) <= MOST_TASKS
    assert [(t.item.id, t.card.aim) for t in found.round.tasks] == [
        (t.item.id, t.card.aim) for t in robin.look().round.tasks
    ]
    for task in found.round.tasks:
        assert not task.item.assessed
        assert client_of(task.item) not in (client_of(task.card.slip.answered.item), "tess", None)
        assert (task.item.module, task.item.notebook) in found.answers.begun
        assert task.card.due <= robin.now
