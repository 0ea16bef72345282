"""A card told what the page tells it: saved first, feedback second, failures in words."""

from pathlib import Path

import pytest
from tiny_course import REPLY_LABELS, WHOLE_REPLY, build

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.card import CARDS, Card
from curriculum_utils.widgets.record import ItemRecord

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "learner"
    build(tmp_path / "course").rename(home)
    return home


def card(folder: Path, item_id: str) -> Card:
    release = load_release(folder, SCHEMAS)
    item = release.items[item_id]
    scorer = ScriptedScorer(REPLY_LABELS, known_labels=LABELS)
    record = ItemRecord(item, release, folder, scorer=scorer, drafts=Drafts(folder / "drafts"), learner="robin")
    return CARDS[item.exercise.type](record)


def tell(made: Card, **message: object) -> list[dict]:
    """Sends the card a message as the page does; what its state went through meanwhile."""
    states: list[dict] = []
    made.observe(lambda change: states.append(dict(change["new"])), "state")
    made._handle_custom_msg(message, [])
    return states


def test_an_answer_is_told_as_saved_before_anything_is_said_of_it(folder: Path):
    saved, judged = tell(card(folder, "fs-write"), kind="commit", token="t", answer={"text": WHOLE_REPLY})
    assert (saved["attempt"], saved["feedback"], saved["handled"], saved["looking"]) == (1, None, "t", True)
    assert judged["feedback"]["tone"] == "right"
    assert "looking" not in judged


def test_a_graded_answer_is_told_as_saved_and_nothing_more(folder: Path):
    (saved,) = tell(card(folder, "fs-a-write"), kind="commit", token="t", answer={"text": WHOLE_REPLY})
    assert (saved["attempt"], saved["feedback"], saved["looking"]) == (1, None, False)


def test_an_answer_that_cannot_be_saved_is_told_and_not_shown_as_saved(folder: Path):
    made = card(folder, "fs-choose")
    log = log_path(folder, "1-look", assessed=False)
    log.unlink()
    log.mkdir()
    (state,) = tell(made, kind="commit", token="t", answer={"option": "b"})
    assert (state["attempt"], state["answer"], state["handled"]) == (0, None, "t")
    assert state["problem"].startswith("All that you saved before is safe. This was not saved:")


@pytest.mark.parametrize("answer", [{"option": "z"}, {"option": 7}, {"text": "x"}, {}])
def test_an_answer_of_the_wrong_form_is_told_and_not_saved(folder: Path, answer: dict):
    (state,) = tell(card(folder, "fs-choose"), kind="commit", token="t", answer=answer)
    assert state["problem"].startswith("Your answer could not be saved: ")
    assert read_log(log_path(folder, "1-look", assessed=False)).commits("fs-choose") == []


@pytest.mark.parametrize("message", [{}, {"kind": "commit"}, {"kind": "draft"}, {"kind": "draft", "attempt": "x"}])
def test_a_message_that_makes_no_sense_changes_nothing_on_disk(folder: Path, message: dict):
    made = card(folder, "fs-choose")
    before = log_path(folder, "1-look", assessed=False).read_bytes()
    tell(made, **message)
    assert log_path(folder, "1-look", assessed=False).read_bytes() == before


def test_a_draft_is_kept_for_the_next_card(folder: Path):
    tell(card(folder, "fs-write"), kind="draft", seq=1, attempt=1, at=7, answer={"text": "Nine months"})
    assert card(folder, "fs-write").state["draft"] == {"at": 7, "answer": {"text": "Nine months"}}
    assert "Nine months" not in log_path(folder, "1-look", assessed=False).read_text("utf-8")


def test_learners_text_reaches_the_page_as_text_only():
    scripts = Path(__file__).parents[2] / "src" / "curriculum_utils"
    for path in [*scripts.rglob("*.js")]:
        source = path.read_text("utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in source, f"{path}: {way}"
