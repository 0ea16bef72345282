"""One learner and one item: what is saved, what comes back, and what is said when neither works."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, WHOLE_REPLY, build

from curriculum_utils.content import load_release
from curriculum_utils.errors import AnswerError, LogNotSaved, ScoringError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.record import ItemRecord

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
Records = Callable[[str], ItemRecord]


class FailingScorer(ScriptedScorer):
    """A scorer whose files are gone."""

    def score(self, replies):
        raise ScoringError("the model is missing.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "learner"
    build(tmp_path / "course").rename(home)
    return home


@pytest.fixture
def record(folder: Path, tmp_path: Path) -> Records:
    release = load_release(folder, SCHEMAS)

    def make(item: str, scorer=None) -> ItemRecord:
        scorer = scorer or ScriptedScorer(REPLY_LABELS, known_labels=LABELS)
        drafts = Drafts(tmp_path / "drafts")
        return ItemRecord(release.items[item], release, folder, scorer=scorer, drafts=drafts, learner="robin")

    return make


def practice_log(folder: Path):
    return read_log(log_path(folder, "1-look", assessed=False))


def test_options_keep_the_order_in_which_they_were_shown_first(record: Records, folder: Path):
    order = record("fs-choose").order()
    assert sorted(order) == ["a", "b", "c"]
    assert record("fs-choose").order() == order
    shown = [event for event in practice_log(folder).events if event.kind == "shown"]
    assert [dict(event.answer) for event in shown] == [{"order": order}]


def test_an_item_without_options_is_recorded_as_shown_once(record: Records, folder: Path):
    assert record("fs-write").order() == record("fs-write").order() == []
    assert [(event.kind, dict(event.answer)) for event in practice_log(folder).events] == [("shown", {})]


def test_an_item_can_be_shown_where_nothing_can_be_written(record: Records, folder: Path):
    (folder / "responses").write_text("in the way")
    assert sorted(record("fs-choose").order()) == ["a", "b", "c"]
    assert record("fs-choose").state()["answer"] is None
    with pytest.raises(LogNotSaved):
        record("fs-choose").commit({"option": "b"})


def test_a_new_item_has_neither_answer_nor_feedback(record: Records):
    state = record("fs-choose").state()
    assert (state["attempt"], state["next"], state["answer"], state["feedback"]) == (0, 1, None, None)


def test_a_saved_answer_comes_back_with_its_feedback(record: Records):
    record("fs-choose").commit({"option": "a"})
    state = record("fs-choose").state()
    assert (state["attempt"], state["next"], state["answer"]) == (1, 2, {"option": "a"})
    feedback = state["feedback"]
    assert isinstance(feedback, dict)
    assert feedback["tone"] == "wrong"
    assert feedback["remarks"][0] == {"kind": "trap", "text": "Trap: offers a fix", "authored": False}


def test_between_saving_and_scoring_there_is_an_answer_without_feedback(record: Records):
    record("fs-choose").commit({"option": "a"})
    state = record("fs-choose").state(with_feedback=False)
    assert (state["answer"], state["feedback"]) == ({"option": "a"}, None)


def test_earlier_attempts_come_with_what_was_said_of_them_the_latest_first(record: Records):
    for option in ("a", "c", "b"):
        record("fs-choose").commit({"option": option})
    earlier = record("fs-choose").state()["earlier"]
    assert [(old["attempt"], old["answer"]["option"], old["feedback"]["tone"]) for old in earlier] == [
        (2, "c", "wrong"),
        (1, "a", "wrong"),
    ]


def test_a_graded_answer_comes_back_without_feedback_and_into_its_own_file(record: Records, folder: Path):
    record("fs-a-choose").commit(ANSWERS["fs-a-choose"])
    state = record("fs-a-choose").state()
    assert (state["answer"], state["feedback"], state["earlier"]) == ({"option": "b"}, None, [])
    assert record("fs-a-choose").outcome({"option": "b"}) is None
    assert read_log(log_path(folder, "2-show", assessed=True)).last_commit("fs-a-choose") is not None
    assert practice_log(folder).events == ()


def test_a_blank_answer_is_not_saved(record: Records, folder: Path):
    with pytest.raises(AnswerError, match="Write a reply first"):
        record("fs-write").commit({"text": "  "})
    assert practice_log(folder).events == ()


def test_an_answer_that_the_item_does_not_know_is_not_saved(record: Records, folder: Path):
    with pytest.raises(AnswerError, match="no option"):
        record("fs-choose").commit({"option": "z"})
    assert practice_log(folder).events == ()


def test_a_saved_answer_whose_scoring_fails_is_told_as_saved(record: Records):
    scorer = FailingScorer(REPLY_LABELS, known_labels=LABELS)
    record("fs-write").commit({"text": WHOLE_REPLY})
    state = record("fs-write", scorer).state()
    assert state["answer"] == {"text": WHOLE_REPLY}
    assert state["problem"] == "Your answer is saved. Feedback could not be shown: the model is missing."


def test_a_draft_comes_back_until_its_attempt_is_saved(record: Records):
    record("fs-write").order()
    record("fs-write").keep_draft(1, {"text": "Nine months"}, at=5.0)
    assert record("fs-write").state()["draft"] == {"at": 5.0, "answer": {"text": "Nine months"}}
    record("fs-write").commit({"text": "Nine months of this."})
    assert record("fs-write").state()["draft"] is None


def test_a_draft_of_an_attempt_that_was_saved_elsewhere_is_refused(record: Records):
    record("fs-write").commit({"text": "First."})
    assert record("fs-write").keep_draft(2, {"text": "Second"}, at=4.0)
    # From a window that was opened before: it must not take the place of what belongs to the next attempt.
    assert not record("fs-write").keep_draft(1, {"text": "Fir"}, at=5.0)
    assert record("fs-write").state()["draft"] == {"at": 4.0, "answer": {"text": "Second"}}


def test_an_answer_to_an_earlier_version_is_kept_and_not_judged(record: Records, folder: Path):
    record("fs-choose").commit({"option": "a"})
    _pretend_it_was_another_version(folder, record("fs-choose").item.digest)
    state = record("fs-choose").state()
    assert (state["stale"], state["answer"], state["feedback"]) == (True, {"option": "a"}, None)
    assert str(state["notice"]).startswith("This exercise was corrected since you answered.")


def test_an_answer_that_fits_only_the_earlier_version_is_named_and_asked_again(record: Records, folder: Path):
    record("fs-choose").commit({"option": "a"})
    path = log_path(folder, "1-look", assessed=False)
    path.write_text(path.read_text("utf-8").replace('{"option":"a"}', '{"option":"gone"}'), "utf-8")
    _pretend_it_was_another_version(folder, record("fs-choose").item.digest)
    state = record("fs-choose").state()
    assert (state["answer"], state["notice"]) == (
        None,
        "You answered an earlier version of this exercise. It is kept; please answer the corrected one.",
    )


def test_a_log_that_cannot_be_read_is_told_and_left_alone(record: Records, folder: Path):
    path = log_path(folder, "1-look", assessed=False)
    path.parent.mkdir()
    (folder / "elsewhere").write_text("{}")
    path.symlink_to(folder / "elsewhere")
    assert "cannot be read" in str(record("fs-choose").state()["problem"])
    assert (folder / "elsewhere").read_text() == "{}"


def test_answers_given_while_looking_at_the_source_stay_out_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    source = build(tmp_path / "course")
    release = load_release(source, SCHEMAS)
    scorer = ScriptedScorer(REPLY_LABELS)
    record = ItemRecord(release.items["fs-choose"], release, source, scorer=scorer, learner="author")
    record.order()
    record.commit({"option": "b"})
    assert sorted(path.name for path in source.iterdir()) == ["1-look.ipynb", "2-show.ipynb", "items.json"]
    assert record.state()["answer"] == {"option": "b"}
    assert MODULE in str(list((tmp_path / "data").rglob("*.practice.jsonl")))


def _pretend_it_was_another_version(folder: Path, digest: str) -> None:
    path = log_path(folder, "1-look", assessed=False)
    path.write_text(path.read_text("utf-8").replace(digest, "0" * 64), "utf-8")
