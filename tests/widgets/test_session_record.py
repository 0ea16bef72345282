"""A practice session on the page: each turn is on disk before the client's line is shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sample_items import VOCABULARY, sample_item

from curriculum_utils.content import ReleasedModule
from curriculum_utils.errors import AnswerError, LogNotSaved
from curriculum_utils.responses import Drafts, LogContents, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.record import ItemRecord

LABELS = {"whole": ["sample_apart", "sample_credit", "sample_question"], "fix": ["sample_fix"]}
Make = Callable[..., ItemRecord]


@pytest.fixture
def record(tmp_path: Path) -> Make:
    def make(use: str = "practice") -> ItemRecord:
        item = sample_item("practice-session", exercise={"use": use}, withheld=use == "graded")
        release = ReleasedModule("0" * 64, "sample-module", "Sample", VOCABULARY, (), {item.id: item})
        scorer = ScriptedScorer(LABELS, known_labels=VOCABULARY.rubric.labels())
        return ItemRecord(item, release, tmp_path, scorer=scorer, drafts=Drafts(tmp_path / "drafts"), learner="robin")

    return make


def log(folder: Path) -> LogContents:
    return read_log(log_path(folder, "1-sample", assessed=False))


def test_a_turn_is_saved_with_line_state_and_labels_and_drawn_with_what_it_did(record: Make, tmp_path: Path):
    drawn = record().turn([], "  whole ")
    assert drawn == {
        "text": "whole",
        "line": "It's afraid of the no.",
        "state": "open",
        "shown": "In touch",
        "openness": 4,
        "ended": True,
        "labels": [
            {"kind": "met", "name": "Plain sample_apart"},
            {"kind": "met", "name": "Plain sample_credit"},
            {"kind": "met", "name": "Plain sample_question"},
        ],
    }
    (event,) = log(tmp_path).events
    assert (event.kind, dict(event.answer)) == (
        "turn",
        {
            "number": 1,
            "text": "whole",
            "line": "It's afraid of the no.",
            "state": "open",
            "labels": ["sample_apart", "sample_credit", "sample_question"],
        },
    )


def test_of_a_graded_session_the_page_is_not_told_what_a_reply_did(record: Make):
    assert "labels" not in record("graded").turn([], "whole")


def test_a_turn_that_cannot_be_saved_is_not_shown(record: Make, tmp_path: Path):
    (tmp_path / "responses").write_text("in the way")
    with pytest.raises(LogNotSaved):
        record().turn([], "whole")


def test_an_empty_reply_is_not_a_turn(record: Make, tmp_path: Path):
    with pytest.raises(AnswerError, match="Write to the client first"):
        record().turn([], "  \n")
    assert log(tmp_path).events == ()


def test_going_back_is_recorded(record: Make, tmp_path: Path):
    first = record().turn([], "hello")
    record().branch(1)
    record().turn([], "whole")
    assert first["line"] == "Hm."
    assert [(event.kind, event.answer.get("turn")) for event in log(tmp_path).events] == [
        ("turn", None),
        ("branch", 1),
        ("turn", None),
    ]


def test_a_saved_session_comes_back_with_its_arc_and_what_each_turn_did(record: Make):
    turns = [
        {"text": "hello", "line": "Hm.", "state": "guarded"},
        {"text": "fix", "line": "I think I'll stop here.", "state": "gone"},
    ]
    record().commit({"turns": turns})
    state = record().state()
    assert isinstance(state["answer"], dict)
    assert [turn["openness"] for turn in state["answer"]["turns"]] == [1, 0]
    assert isinstance(state["feedback"], dict)
    assert [(turn["shown"], turn["labels"]) for turn in state["feedback"]["turns"]] == [
        ("On her guard", []),
        ("Gone", [{"kind": "trap", "name": "Plain sample_fix"}]),
    ]
