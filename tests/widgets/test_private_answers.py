"""Before an answer that looks like a real client's details is saved, the card asks; nothing is saved meanwhile."""

from pathlib import Path

import pytest
from sample_client import TALK_FILES
from tiny_course import REPLY_LABELS, build

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.card import CARDS, Card
from curriculum_utils.widgets.record import ItemRecord

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
REAL = "Call me under 07700 900123 when it weighs on you."
FOUND = [{"kind": "phone", "words": "07700 900123"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "learner"
    build(tmp_path / "course", TALK_FILES).rename(home)
    return home


def card(folder: Path, item_id: str) -> tuple[Card, list[dict]]:
    """The card, and what it tells the page beside its state."""
    release = load_release(folder, SCHEMAS)
    item = release.items[item_id]
    scorer = ScriptedScorer(REPLY_LABELS, known_labels=LABELS)
    record = ItemRecord(item, release, folder, scorer=scorer, drafts=Drafts(folder / "drafts"), learner="robin")
    made, told = CARDS[item.exercise.type](record), list[dict]()
    made.send = lambda content, buffers=None: told.append(content)
    return made, told


def tell(made: Card, **message: object) -> None:
    made._handle_custom_msg(message, [])


@pytest.mark.parametrize(("item", "lesson", "graded"), [("fs-write", "1-look", False), ("fs-a-write", "2-show", True)])
def test_nothing_is_saved_before_the_learner_has_said_that_it_is_invented(
    folder: Path,
    item: str,
    lesson: str,
    graded: bool,  # noqa: FBT001
):
    made, _ = card(folder, item)
    log = log_path(folder, lesson, assessed=graded)
    before = log.read_bytes()
    tell(made, kind="commit", token="t", answer={"text": REAL})
    assert (made.state["private"], made.state["handled"], made.state["attempt"]) == (FOUND, "t", 0)
    assert log.read_bytes() == before
    tell(made, kind="commit", token="u", answer={"text": REAL}, despite=True)
    assert (made.state.get("private"), made.state["attempt"]) == (None, 1)
    assert [event.answer["text"] for event in read_log(log).commits(item)] == [REAL]


@pytest.mark.parametrize("despite", ["true", 1, {}])
def test_only_a_plain_yes_is_one(folder: Path, despite: object):
    made, _ = card(folder, "fs-write")
    tell(made, kind="commit", token="t", answer={"text": REAL}, despite=despite)
    assert made.state["attempt"] == 0


def test_what_was_said_to_be_invented_is_not_asked_about_again(folder: Path):
    made, _ = card(folder, "fs-write")
    tell(made, kind="commit", token="t", answer={"text": REAL}, despite=True)
    tell(made, kind="commit", token="u", answer={"text": f"{REAL} Any time."})
    assert made.state["attempt"] == 2
    tell(made, kind="commit", token="v", answer={"text": f"{REAL} Or write to m@example.org."})
    assert made.state["private"] == [{"kind": "email", "words": "m@example.org"}]


def test_a_refusal_of_another_kind_takes_the_question_away(folder: Path):
    made, _ = card(folder, "fs-write")
    tell(made, kind="commit", token="t", answer={"text": REAL})
    tell(made, kind="commit", token="u", answer={"text": 7})
    assert made.state["private"] == []
    assert made.state["problem"]


def test_a_draft_is_kept_and_the_page_is_told_what_it_looks_like(folder: Path):
    made, told = card(folder, "fs-write")
    tell(made, kind="draft", seq=1, attempt=1, at=7, answer={"text": REAL})
    assert told == [{"kind": "draft-kept", "seq": 1, "private": FOUND}]
    assert REAL in "".join(path.read_text("utf-8") for path in (folder / "drafts").glob("*.json"))


def test_a_reply_in_a_session_is_asked_about_before_the_client_hears_it(folder: Path):
    made, told = card(folder, "fs-session")
    log = log_path(folder, "3-talk", assessed=False)
    tell(made, kind="turn", token="t", turns=[], text=REAL)
    assert told == [{"kind": "turn", "token": "t", "private": FOUND}]
    assert [event.kind for event in read_log(log).events] == ["shown"]
    tell(made, kind="turn", token="u", turns=[], text=REAL, despite=True)
    turn = told[-1]["turn"]
    assert turn["text"] == REAL
    # At its end the session is saved without another question.
    tell(made, kind="commit", token="v", answer={"turns": [{name: turn[name] for name in ("text", "line", "state")}]})
    assert made.state["attempt"] == 1


def test_what_the_client_says_is_not_the_learners(folder: Path):
    made, _ = card(folder, "fs-session")
    tell(made, kind="commit", token="t", answer={"turns": [{"text": "Yes?", "line": REAL, "state": "curious"}]})
    assert made.state["attempt"] == 1


def test_the_words_are_in_no_file_after_the_question(folder: Path):
    made, _ = card(folder, "fs-write")
    tell(made, kind="commit", token="t", answer={"text": REAL})
    assert not [path for path in folder.rglob("*") if path.is_file() and b"900123" in path.read_bytes()]
