"""How far a learner has come, as the start page tells it; handing in without an exchange; receipts."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, build

from curriculum_utils.content import load_release
from curriculum_utils.errors import HandingInFailed
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import Drafts, log_path
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.handing_in import COHORT, COURSE, digest_of, hand_in
from curriculum_utils.widgets.lab import START_PAGE, write_start
from curriculum_utils.widgets.progress import ModuleProgress, modules_in
from curriculum_utils.widgets.receipts import FOLDER, Receipt, keep, keep_notice_read, receipts
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.start_page import StartPage, state_of

Answer = Callable[[str], None]
RECEIPT = Receipt(MODULE, "2026-03-01T10:00:00Z", "exchange", 3, 8, "ab" * 32)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder with the tiny module in it, on a machine without an exchange."""
    for name in (COURSE, COHORT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CURRICULUM_LEARNER", "robin")
    folder = tmp_path / "robin"
    folder.mkdir()
    build(tmp_path / "course").rename(folder / MODULE)
    return folder


@pytest.fixture
def answer(home: Path, tmp_path: Path) -> Answer:
    def commit(item: str) -> None:
        release = load_release(home / MODULE, SCHEMAS)
        drafts = Drafts(tmp_path / "drafts")
        scorer = ScriptedScorer(REPLY_LABELS, known_labels=())
        record = ItemRecord(release.items[item], release, home / MODULE, scorer=scorer, drafts=drafts, learner="robin")
        record.commit(ANSWERS[item.replace("-a-", "-")])

    return commit


def module(home: Path) -> ModuleProgress:
    (found,) = modules_in(home)
    return found


# Progress


def test_a_fetched_module_has_nothing_answered(home: Path):
    found = module(home)
    assert (found.slug, found.folder, found.answered, found.items) == (MODULE, MODULE, 0, 8)
    assert [(one.title, one.minutes, one.path, one.graded) for one in found.notebooks] == [
        ("Look", 5, f"{MODULE}/1-look.ipynb", False),
        ("Show", 5, f"{MODULE}/2-show.ipynb", True),
    ]
    assert (found.receipts, found.feedback) == ((), ())


def test_answers_are_counted_where_they_were_given(home: Path, answer: Answer):
    for item in ("fs-choose", "fs-choose", "fs-write", "fs-a-spot"):
        answer(item)
    look, show = module(home).notebooks
    assert (look.answered, show.answered) == (2, 1)
    assert [one.title for one in show.unanswered] == ["The form, once more", "Your words", "What they do"]
    assert all(one.graded for one in show.unanswered)


def test_an_answer_to_an_earlier_version_is_not_counted(home: Path, answer: Answer, tmp_path: Path):
    answer("fs-choose")
    corrected = build(tmp_path / "again", {"vignettes/the-form.yaml": None} | _other_form())
    (corrected / "items.json").replace(home / MODULE / "items.json")
    assert module(home).answered == 0


def _other_form() -> dict[str, str | None]:
    from tiny_course import FILES

    return {"vignettes/the-form.yaml": FILES["vignettes/the-form.yaml"].replace("Again.", "Once more.")}


def test_a_log_that_cannot_be_read_is_told_and_the_rest_is_counted(home: Path, answer: Answer):
    answer("fs-a-choose")
    log_path(home / MODULE, "1-look", assessed=False).mkdir(parents=True)
    look, show = module(home).notebooks
    assert look.answered == 0
    assert look.problem
    assert (show.answered, show.problem) == (1, "")


def test_what_is_no_module_is_passed_over(home: Path):
    (home / "notes").mkdir()
    (home / "broken").mkdir()
    (home / "broken" / "items.json").write_text("{")
    (home / "linked").symlink_to(home / MODULE)
    assert [one.slug for one in modules_in(home)] == [MODULE]


def test_the_newest_feedback_is_shown_lesson_by_lesson(home: Path):
    for at in ("2026-03-01 10:00:00 UTC", "2026-03-08 10:00:00 UTC"):
        (home / MODULE / "feedback" / at).mkdir(parents=True)
        (home / MODULE / "feedback" / at / "2-show.html").write_text("x")
    assert module(home).feedback == (("Show", f"{MODULE}/feedback/2026-03-08 10:00:00 UTC/2-show.html"),)


# Receipts


def test_receipts_come_back_in_order_and_a_torn_line_is_passed_over(home: Path):
    later = replace(RECEIPT, at="2026-03-02T10:00:00Z", how="zip", file="to-hand-in/x.zip")
    keep(home, RECEIPT)
    with (home / FOLDER / f"{MODULE}.jsonl").open("a") as file:
        file.write('{"module": "first-st\n[1]\n')
    keep(home, later)
    assert list(receipts(home, MODULE)) == [RECEIPT, later]
    assert list(receipts(home, "other")) == []


# Handing in without an exchange


def test_without_an_exchange_one_file_holds_all_that_is_handed_in(home: Path, answer: Answer):
    answer("fs-choose")
    answer("fs-a-choose")
    receipt = hand_in(home, module(home))
    assert (receipt.how, receipt.answers, receipt.items) == ("zip", 2, 8)
    assert list(receipts(home, MODULE)) == [receipt]
    with zipfile.ZipFile(home / receipt.file) as archive:
        assert sorted(archive.namelist()) == [
            f"{MODULE}/1-look.ipynb",
            f"{MODULE}/2-show.ipynb",
            f"{MODULE}/handed-in.json",
            f"{MODULE}/items.json",
            f"{MODULE}/responses/1-look.practice.jsonl",
            f"{MODULE}/responses/2-show.jsonl",
        ]
        about = json.loads(archive.read(f"{MODULE}/handed-in.json"))
        log = (home / MODULE / "responses/2-show.jsonl").read_bytes()
        assert archive.read(f"{MODULE}/responses/2-show.jsonl") == log
    assert about == {"module": MODULE, "learner": "robin", "release": module(home).release, "at": receipt.at}


def test_a_learner_s_name_leads_nowhere_else(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CURRICULUM_LEARNER", "../../etc/passwd\n")
    receipt = hand_in(home, module(home))
    assert Path(receipt.file).parent == Path("to-hand-in")
    assert (home / receipt.file).is_file()


def test_what_keeps_it_from_being_written_is_told_and_nothing_is_lost(home: Path, answer: Answer):
    answer("fs-a-choose")
    before = digest_of(home, module(home))
    (home / "to-hand-in").write_text("in the way")
    with pytest.raises(HandingInFailed, match=r"It was not handed in: .* Your answers are safe"):
        hand_in(home, module(home))
    assert module(home).receipts == ()
    assert digest_of(home, module(home)) == before


def test_a_receipt_that_cannot_be_kept_is_told_as_handed_in(home: Path):
    (home / FOLDER).write_text("in the way")
    with pytest.raises(HandingInFailed, match="It was handed in, but the receipt could not be kept"):
        hand_in(home, module(home))
    assert len(list((home / "to-hand-in").glob("*.zip"))) == 1


# The page


def test_the_page_says_when_answers_have_changed_since(home: Path, answer: Answer):
    answer("fs-a-choose")
    hand_in(home, module(home))
    # To open a lesson is to change nothing: what was shown is no answer.
    release = load_release(home / MODULE, SCHEMAS)
    scorer = ScriptedScorer(REPLY_LABELS, known_labels=())
    ItemRecord(release.items["fs-a-spot"], release, home / MODULE, scorer=scorer, learner="robin").order()
    (drawn,) = state_of(home)["modules"]
    assert drawn["changed"] is False
    answer("fs-a-spot")
    (drawn,) = state_of(home)["modules"]
    assert drawn["changed"] is True
    assert [one["title"] for one in drawn["unanswered"]] == ["Your words", "What they do"]
    assert drawn["left_out"] == 4


def test_the_page_has_every_sentence_that_its_script_asks_for(tmp_path: Path):
    import re

    from curriculum_utils.widgets.scripts import static

    asked = set(re.findall(r'words\["(start-[a-z-]+)"\]', static("start.js")))
    asked |= {"start-receipt-exchange", "start-receipt-zip", "start-begin", "start-go-on", "start-hand-in-again"}
    assert asked <= set(StartPage(tmp_path).sentences)


def test_what_is_recorded_is_told_until_it_has_been_read(home: Path):
    assert state_of(home)["read"] is False
    keep_notice_read(home, "2026-03-01T10:00:00Z")
    assert state_of(home)["read"] is True
    # Nor is the note taken for a receipt.
    assert list(receipts(home, "notice-read")) == []


def test_the_start_page_is_the_same_file_each_time(home: Path):
    first = write_start(home).read_bytes()
    assert write_start(home).read_bytes() == first
    assert (home / START_PAGE).is_file()
