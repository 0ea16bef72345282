"""What shows in the answers, and that judging them is remembered without their words."""

from pathlib import Path

import pytest
from again_course import WRONG, Learner, right
from tiny_course import FIX_REPLY, WHOLE_REPLY

from curriculum_utils.again import Judge
from curriculum_utils.again.tendencies import LATELY, tendencies


@pytest.fixture
def robin(tmp_path: Path) -> Learner:
    return Learner(tmp_path / "robin")


def tally(robin: Learner, label: str):
    found = robin.look().tendencies
    return next(one for one in (*found.traps, *found.criteria) if one.label == label)


def test_a_trap_is_counted_out_of_the_times_that_it_was_offered(robin: Learner):
    robin.answers("fs-choose", WRONG)  # offers fixes_it and soothes
    robin.answers("fs-choose-milan")
    robin.answers("fs-write", {"text": FIX_REPLY})  # may fall into any
    robin.answers("fs-spot")  # is read, not done
    fixes = tally(robin, "fixes_it")
    assert (fixes.times, fixes.occasions) == (2, 3)
    assert [one.label for one in robin.look().tendencies.traps] == ["fixes_it"]


def test_what_a_written_reply_leaves_out_is_counted_where_it_was_asked_for(robin: Learner):
    robin.answers("fs-write", {"text": FIX_REPLY})
    robin.answers("fs-write-nora", {"text": WHOLE_REPLY})
    assert [(one.label, one.times, one.occasions) for one in robin.look().tendencies.criteria] == [
        ("asks_open", 1, 2),
        ("names_pattern", 1, 2),
        ("names_weight", 1, 2),
    ]


def test_a_second_try_in_a_lesson_is_not_counted(robin: Learner):
    robin.answers("fs-choose", WRONG)
    robin.answers("fs-choose", WRONG)
    assert tally(robin, "fixes_it").occasions == 1


def test_lately_is_told_apart_from_before(robin: Learner):
    for _ in range(12):
        robin.later(days=1).repeats("fs-choose", WRONG)
    for _ in range(LATELY):
        robin.later(days=1).repeats("fs-choose")
    fixes = tally(robin, "fixes_it")
    assert ((fixes.before, fixes.before_of), (fixes.lately, fixes.lately_of)) == ((12, 12), (0, 10))


def test_with_few_occasions_nothing_is_told_apart(robin: Learner):
    for _ in range(5):
        robin.later(days=1).repeats("fs-choose", WRONG)
    assert tally(robin, "fixes_it").lately_of == 0


def test_what_happens_more_often_lately_comes_first(robin: Learner):
    for option in ("a", "a", "a", "c", "c", "c"):
        robin.later(days=1).repeats("fs-choose", {"option": option})
    assert [one.label for one in robin.look().tendencies.traps] == ["soothes", "fixes_it"]


def test_nobody_has_tendencies_before_the_first_answer():
    assert tendencies([]).traps == tendencies([]).criteria == ()


def test_written_replies_are_judged_once_and_known_again_without_a_scorer(robin: Learner, tmp_path: Path):
    file = tmp_path / "data" / "judged.json"
    robin.answers("fs-write", {"text": FIX_REPLY})
    assert robin.look(Judge(None, file)).judged == ()
    judge = Judge(robin.scorer, file)
    judged = robin.look(judge).judged
    judge.keep()
    assert len(judged) == 1
    assert [one for _, one in robin.look(Judge(None, file)).judged] == [one for _, one in judged]
    assert "plan" not in file.read_text("utf-8")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 1, "judged": {"x": 3}}', '{"v": 9, "judged": {}}'])
def test_a_damaged_file_is_as_good_as_none(robin: Learner, tmp_path: Path, text: str):
    file = tmp_path / "judged.json"
    file.write_text(text)
    robin.answers("fs-write", {"text": FIX_REPLY})
    judge = Judge(robin.scorer, file)
    assert len(robin.look(judge).judged) == 1
    judge.keep()
    assert len(robin.look(Judge(None, file)).judged) == 1


def test_another_scorer_judges_anew(robin: Learner, tmp_path: Path):
    from curriculum_utils.scoring import ScriptedScorer

    file = tmp_path / "judged.json"
    robin.answers("fs-write", {"text": WHOLE_REPLY})
    first = Judge(robin.scorer, file)
    robin.look(first)
    first.keep()
    blind = ScriptedScorer({}, known_labels=robin.scorer.known_labels, scorer_version="blind")
    ((_, judged),) = robin.look(Judge(blind, file)).judged
    assert judged.missing == ("names_weight", "names_pattern", "asks_open")


def test_what_the_machine_cannot_judge_brings_nothing_back(robin: Learner):
    from curriculum_utils.scoring import ScriptedScorer

    robin.answers("fs-write", {"text": WHOLE_REPLY})
    robin.answers("fs-choose", right("fs-choose"))
    found = robin.look(Judge(ScriptedScorer({}, known_labels=())))
    assert [one.item.id for one, _ in found.judged] == ["fs-choose"]
    assert found.cards == {}
