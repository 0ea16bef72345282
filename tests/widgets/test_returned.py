"""What came back, as the learner's side reads it: the newest return, of their own answers, and never more than that."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, WHOLE_REPLY, build

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import write_due
from curriculum_utils.items.returned import (
    InstructorRemark,
    ReturnedItem,
    ReturnedOutcome,
    ReturnedPage,
    ReturnedRemark,
    as_script,
)
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.progress import ModuleProgress, modules_in
from curriculum_utils.widgets.receipts import Receipt, keep
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.start_page import state_of

SHOW = "2-show"
NOON, LATER = "2026-03-01T12:00:00Z", "2026-03-08T12:00:00Z"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CURRICULUM_LEARNER", "robin")
    folder = tmp_path / "robin"
    folder.mkdir()
    build(tmp_path / "course").rename(folder / MODULE)
    return folder


@pytest.fixture
def record(home: Path, tmp_path: Path) -> Callable[[str], ItemRecord]:
    def made(item: str) -> ItemRecord:
        release = load_release(home / MODULE, SCHEMAS)
        scorer = ScriptedScorer(REPLY_LABELS, known_labels=())
        drafts = Drafts(tmp_path / "drafts")
        return ItemRecord(release.items[item], release, home / MODULE, scorer=scorer, drafts=drafts, learner="robin")

    return made


def item(home: Path, item_id: str = "fs-a-write", **changes: object) -> ReturnedItem:
    digest = load_release(home / MODULE, SCHEMAS).items[item_id].digest
    facts = {"id": item_id, "digest": digest, "score": 1.0, "maximum": 3.0, "answer": ANSWERS[item_id]}
    return ReturnedItem.model_validate(facts | changes)


def lay(
    home: Path, *items: ReturnedItem, place: str = "2026-03-01 12:00:00 UTC/2-show.html", **changes: object
) -> Path:
    facts = {"module": MODULE, "notebook": SHOW, "submitted": NOON, "score": 1.0, "maximum": 3.0, "items": items}
    path = home / MODULE / "feedback" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    page = ReturnedPage.model_validate(facts | changes)
    path.write_text(f"<html><head>{as_script(page)}</head><body></body></html>", "utf-8")
    return path


def module(home: Path) -> ModuleProgress:
    return next(iter(modules_in(home)))


MET = ReturnedOutcome(
    credit=1 / 3,
    verdict="Your reply does 1 of the 3 things this move asks.",
    met=("asks_open",),
    missing=("names_weight", "names_pattern"),
    evidence={"asks_open": ((0, 12),)},
    remarks=(ReturnedRemark(kind="missing", text="Not there yet.", label="names_weight"),),
)


# At the answer


def test_nothing_has_come_back_at_first_and_never_for_practice(home: Path, record: Callable[[str], ItemRecord]):
    assert record("fs-a-write").state()["returned"] is None
    lay(home, item(home), item(home, "fs-a-choose"))
    assert record("fs-write").state()["returned"] is None


def test_what_came_back_is_drawn_as_feedback_on_practice_is(home: Path, record: Callable[[str], ItemRecord]):
    record("fs-a-write").commit(ANSWERS["fs-a-write"])
    remark = InstructorRemark(text="Read it aloud.", by="lee", at=LATER)
    lay(home, item(home, outcome=MET, remarks=(remark,)))
    back = record("fs-a-write").state()["returned"]
    assert isinstance(back, dict)
    assert (back["points"], back["submitted"], back["earlier"], back["waiting"]) == (
        "1 of 3 points",
        NOON,
        False,
        False,
    )
    feedback = back["feedback"]
    assert [piece["text"] for piece in feedback["pieces"] if piece["kind"] == "met"] == [WHOLE_REPLY[:12]]
    assert [label["name"] for label in feedback["labels"]] == [
        "Asks what it is like",
        "Says how much this weighs",
        "Says what keeps happening",
    ]
    assert back["remarks"] == [{"text": "Read it aloud.", "by": "lee", "at": LATER}]


def test_an_answer_that_was_changed_since_makes_the_result_an_earlier_one_s(
    home: Path, record: Callable[[str], ItemRecord]
):
    made = record("fs-a-write")
    made.commit(ANSWERS["fs-a-write"])
    made.commit({"text": "Another one."})
    lay(home, item(home))
    back = made.returned()
    assert back is not None
    assert back["earlier"]
    assert back["answer"] == ANSWERS["fs-a-write"]
    made.commit(ANSWERS["fs-a-write"])
    now = made.returned()
    assert now is not None
    # The answer that came back is the last one again: it can be contested.
    assert (back.pop("contest"), bool(now.pop("contest"))) == (None, True)
    assert now == {**back, "earlier": False}


def test_where_the_exercise_was_corrected_since_the_score_stands_without_the_answer(
    home: Path, record: Callable[[str], ItemRecord]
):
    lay(home, item(home, digest="another", outcome=MET))
    back = record("fs-a-write").returned()
    assert back is not None
    assert (back["points"], back["other_version"], back["answer"]) == ("1 of 3 points", True, None)
    assert back["feedback"] == {"verdict": MET.verdict, "tone": "unscored"}


def test_pairs_say_whether_they_fit_without_a_key(home: Path, record: Callable[[str], ItemRecord]):
    pairs = {"m1": True, "m2": False, "m3": False}
    lay(home, item(home, "fs-a-match", outcome=ReturnedOutcome(credit=1 / 3, verdict="1 of 3 pairs fit.", pairs=pairs)))
    back = record("fs-a-match").returned()
    assert back is not None
    assert back["feedback"] == {
        "verdict": "1 of 3 pairs fit.",
        "tone": "partly",
        "remarks": [],
        "note": "",
        "pairs": pairs,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": {"text": [1, {"x": "y"}]}},
        {"answer": {"option": "z"}},
        {"outcome": {"credit": 1, "evidence": {"nonsense": [[5, 2], [0, 99_999]]}, "met": ["nonsense"]}},
        {"outcome": {"credit": 0.5, "evidence": {"asks_open": [[50, 90_000]]}, "met": ["asks_open"]}},
        {"outcome": {"turns": [{"met": ["x"]}], "credit": 0.2}},
        {"outcome": {"pairs": {"x": True}, "credit": 0.2}},
        {"score": None, "outcome": None, "answer": None},
    ],
)
def test_strange_data_keeps_no_exercise_from_being_shown(
    home: Path, record: Callable[[str], ItemRecord], changes: dict[str, object]
):
    lay(home, item(home, **changes))
    back = record("fs-a-write").state()["returned"]
    assert isinstance(back, dict)
    assert set(back) >= {"points", "answer", "feedback", "remarks"}


# Which page


def test_the_newest_return_counts_wherever_it_was_put(home: Path):
    lay(home, item(home, score=1))
    newest = lay(home, item(home, score=2), place="from Dr. Lee/page (1).html", submitted=LATER)
    lay(home, item(home, score=3), place="zzz/2-show.html", submitted=NOON)
    (back,) = module(home).back
    assert back.page == newest.relative_to(home).as_posix()
    assert back.data is not None
    assert back.data.items[0].score == 2


def test_of_two_pages_about_one_submission_the_one_made_last_counts(home: Path):
    lay(home, item(home, score=1), place="a/2-show.html", made=LATER)
    lay(home, item(home, score=2), place="b/2-show.html", made=NOON)
    (back,) = module(home).back
    assert back.page.endswith("/a/2-show.html")


def test_a_page_may_lie_in_the_folder_itself(home: Path):
    lay(home, item(home), place="2-show.html")
    assert [title for title, _ in module(home).feedback] == ["Show"]


def test_pages_of_another_module_or_of_somebody_else_s_answers_are_passed_over(
    home: Path, record: Callable[[str], ItemRecord]
):
    record("fs-a-write").commit(ANSWERS["fs-a-write"])
    (own,) = read_log(log_path(home / MODULE, SHOW, assessed=True)).log_ids
    lay(home, item(home), place="a/2-show.html", module="another")
    lay(home, item(home), place="b/2-show.html", logs=("0" * 32,))
    assert module(home).back == ()
    lay(home, item(home), place="c/2-show.html", logs=("0" * 32, own))
    assert len(module(home).back) == 1


def test_links_large_files_and_deep_folders_are_not_read(home: Path, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    page = lay(home, item(home), place="x/2-show.html").read_bytes()
    (home / MODULE / "feedback" / "x" / "2-show.html").unlink()
    (outside / "2-show.html").write_bytes(page)
    feedback = home / MODULE / "feedback"
    (feedback / "linked").symlink_to(outside)
    (feedback / "x" / "2-show.html").symlink_to(outside / "2-show.html")
    os.mkfifo(feedback / "pipe.html")
    (feedback / "large.html").write_bytes(page + b" " * 10_000_001)
    deep = feedback / "1" / "2" / "3" / "4" / "5"
    deep.mkdir(parents=True)
    (deep / "page.html").write_bytes(page)
    assert [one.data for one in module(home).back] == []


# On the start page


def shown(home: Path) -> dict[str, object]:
    state = state_of(home)["modules"]
    assert isinstance(state, list)
    return state[0]


def test_the_start_page_adds_the_lessons_up(home: Path):
    lay(home, item(home, waiting=True), score=4.5, maximum=8)
    lay(home, place="a/1-look.html", notebook="1-look", score=0, maximum=0)
    found = shown(home)
    assert found["total"] == {"points": 4.5, "maximum": 8.0, "waiting": 1}
    assert found["feedback"] == [
        {
            "title": "Look",
            "path": f"{MODULE}/feedback/a/1-look.html",
            "lesson": f"{MODULE}/1-look.ipynb",
            "total": None,
        },
        {
            "title": "Show",
            "path": f"{MODULE}/feedback/2026-03-01 12:00:00 UTC/2-show.html",
            "lesson": f"{MODULE}/2-show.ipynb",
            "total": {"points": 4.5, "maximum": 8.0, "waiting": 1},
        },
    ]


def test_without_a_date_nothing_is_said_of_one(home: Path):
    assert (shown(home)["due"], shown(home)["due_met"], shown(home)["total"]) == ("", "", None)


@pytest.mark.parametrize(
    ("handed_in", "met"),
    [
        ([], "none"),
        ([("2027-03-01T16:00:00Z", "exchange")], "before"),
        ([("2027-03-01T16:00:01Z", "exchange")], "after"),
        ([("2027-02-01T00:00:00Z", "exchange"), ("2027-04-01T00:00:00Z", "exchange")], "both"),
        ([("2027-02-01T00:00:00Z", "zip")], "file-before"),
        ([("2027-04-01T00:00:00Z", "zip")], "file-after"),
    ],
)
def test_a_due_date_is_told_with_whether_it_was_met(home: Path, handed_in: list[tuple[str, str]], met: str):
    write_due(home / MODULE, datetime(2027, 3, 1, 16, tzinfo=UTC))
    for at, how in handed_in:
        keep(home, Receipt(MODULE, at, "zip" if how == "zip" else "exchange", 1, 8, "ab" * 32))
    found = shown(home)
    assert (found["due"], found["due_met"]) == ("2027-03-01T16:00:00Z", met)
