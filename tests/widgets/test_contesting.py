"""A learner sees what came back differently: what the form offers, what the log holds, and what grading makes of it."""

from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, build

from curriculum_utils.content import load_release, words
from curriculum_utils.errors import AnswerError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.assessing import Assessor, read_submitted
from curriculum_utils.items.returned import ReturnedItem, ReturnedOutcome, ReturnedPage, as_script
from curriculum_utils.responses import Drafts, log_path, read_log, standing_contest
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.record import ItemRecord

SHOW, WRITE = "2-show", "fs-a-write"
OUTCOME = ReturnedOutcome(
    credit=1 / 3, verdict="One.", met=("asks_open",), missing=("names_weight",), traps=("fixes_it",)
)
SCORER = ScriptedScorer(REPLY_LABELS, known_labels=())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A learner's own: answers to what lies in a course's `source/` would be kept elsewhere."""
    (tmp_path / "robin").mkdir()
    return build(tmp_path / "course").rename(tmp_path / "robin" / MODULE)


@pytest.fixture
def record(folder: Path, tmp_path: Path) -> ItemRecord:
    """An answered exercise of which something has come back."""
    release = load_release(folder, SCHEMAS)
    drafts = Drafts(tmp_path / "drafts")
    found = ItemRecord(release.items[WRITE], release, folder, scorer=SCORER, drafts=drafts, learner="robin")
    found.commit(ANSWERS[WRITE])
    lay(folder)
    return found


def lay(folder: Path, **changes: object) -> None:
    """Feedback on the exercise, in the place of what was there."""
    digest = load_release(folder, SCHEMAS).items[WRITE].digest
    facts = {"id": WRITE, "digest": digest, "score": 1.0, "maximum": 3.0, "answer": ANSWERS[WRITE], "outcome": OUTCOME}
    page = ReturnedPage(module=MODULE, notebook=SHOW, items=(ReturnedItem.model_validate(facts | changes),))
    path = folder / "feedback" / "2026-03-01 12:00:00 UTC" / "2-show.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<html><head>{as_script(page)}</head></html>", "utf-8")


def form(record: ItemRecord) -> dict[str, object] | None:
    back = record.returned()
    assert back is not None
    return back["contest"]  # type: ignore[return-value]


def grade(record: ItemRecord) -> str:
    found = form(record)
    assert found is not None
    return str(found["grade"])


def contests(folder: Path) -> list[dict[str, object]]:
    events = read_log(log_path(folder, SHOW, assessed=True)).events
    return [dict(event.answer) for event in events if event.kind == "contest"]


def test_the_form_offers_what_came_back_in_the_rubrics_order_and_the_answer_as_a_whole(record: ItemRecord):
    found = form(record)
    assert found is not None
    assert [one["label"] for one in found["labels"]] == ["names_weight", "asks_open", "fixes_it", ""]  # type: ignore[union-attr]
    assert found["labels"][0]["plain"] == "says how much this weighs"  # type: ignore[index]
    assert found["standing"] is None


def test_a_saved_reason_stands_until_it_is_taken_back(record: ItemRecord, folder: Path):
    record.contest("fixes_it", "  It was her idea. ", grade(record))
    assert contests(folder) == [{"label": "fixes_it", "reason": "It was her idea.", "grade": grade(record)}]
    standing = form(record)
    assert standing is not None
    assert standing["standing"] == {"label": "fixes_it", "reason": "It was her idea."}
    record.contest("fixes_it", "It was her idea.", grade(record))  # the same again is no new event
    assert len(contests(folder)) == 1
    record.contest("", "", grade(record))
    record.contest("", "", grade(record))
    assert [one["reason"] for one in contests(folder)] == ["It was her idea.", ""]
    after = form(record)
    assert after is not None
    assert after["standing"] is None


def test_one_contest_holds_per_grade_and_a_new_grade_can_be_contested_anew(record: ItemRecord, folder: Path):
    record.contest("fixes_it", "One.", grade(record))
    record.contest("asks_open", "Two.", grade(record))
    standing = standing_contest(read_log(log_path(folder, SHOW, assessed=True)), WRITE)
    assert standing is not None
    assert (standing.label, standing.reason, standing.attempt) == ("asks_open", "Two.", 1)
    before = grade(record)
    lay(folder, by_person=True)
    fresh = form(record)
    assert fresh is not None
    assert (fresh["grade"] != before, fresh["standing"]) == (True, None)
    with pytest.raises(AnswerError, match="has changed meanwhile"):
        record.contest("fixes_it", "Too late.", before)


@pytest.mark.parametrize(
    ("changes", "answers"),
    [({"digest": "0" * 64}, []), ({"answer": None}, []), ({}, [{"text": "Another reply."}])],
    ids=["another version", "no answer", "changed since"],
)
def test_what_is_not_the_last_graded_answer_cannot_be_contested(
    record: ItemRecord, folder: Path, changes: dict[str, object], answers: list[dict[str, object]]
):
    before = grade(record)
    lay(folder, **changes)
    for answer in answers:
        record.commit(answer)
    assert form(record) is None
    with pytest.raises(AnswerError, match="cannot be contested"):
        record.contest("fixes_it", "No.", before)
    assert contests(folder) == []


def test_a_label_that_did_not_come_back_cannot_be_contested(record: ItemRecord, folder: Path):
    with pytest.raises(AnswerError, match="cannot be contested"):
        record.contest("soothes", "No.", grade(record))
    assert contests(folder) == []


def test_grading_gives_the_same_points_and_asks_a_person_with_the_reason(record: ItemRecord, folder: Path):
    release = load_release(folder, SCHEMAS)
    item = release.items[WRITE]

    def graded():
        log = read_submitted(folder, SHOW, assessed=True)
        return Assessor(log, "robin", release, lambda _: release, SCORER).grade(item)

    before = graded()
    record.contest("fixes_it", "It was <b>her</b> {idea}.", grade(record))
    after = graded()
    told = words("review-contested", about="offers a fix", reason="It was <b>her</b> {idea}.")
    assert (after.score, after.review) == (before.score, (*before.review, told))
    assert after.basis != before.basis  # a settled decision is looked at once more
    record.contest("", "", grade(record))
    assert graded().basis == before.basis
