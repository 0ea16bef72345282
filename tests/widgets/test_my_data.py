"""What is kept of a learner, shown whole and taken along; practice deleted, and what then happens to a lesson."""

import html
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from closed_folder import read_only
from sample_client import TALK_FILES
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, WHOLE_REPLY, build

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.deleting import delete_practice
from curriculum_utils.widgets.handing_in import COHORT, COURSE, digest_of, hand_in
from curriculum_utils.widgets.my_data import ASIDE, my_data
from curriculum_utils.widgets.my_data_file import write_copy
from curriculum_utils.widgets.my_data_panel import ASKED, answer_page
from curriculum_utils.widgets.progress import modules_in
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.scripts import static
from curriculum_utils.widgets.start_page import StartPage, state_of

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
Records = Callable[[str], ItemRecord]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (COURSE, COHORT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CURRICULUM_LEARNER", "robin")
    folder = tmp_path / "robin"
    folder.mkdir()
    build(tmp_path / "course", TALK_FILES).rename(folder / MODULE)
    return folder


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


@pytest.fixture
def record(home: Path, drafts: Drafts) -> Records:
    release = load_release(home / MODULE, SCHEMAS)

    def make(item: str) -> ItemRecord:
        scorer = ScriptedScorer(REPLY_LABELS, known_labels=LABELS)
        return ItemRecord(release.items[item], release, home / MODULE, scorer=scorer, drafts=drafts, learner="robin")

    return make


@pytest.fixture
def term(record: Records) -> None:
    """Some of everything: practice in two lessons, a session, graded answers, a draft of each kind."""
    for item in ("fs-choose", "fs-choose", "fs-write", "fs-spot", "fs-match", "fs-a-choose"):
        record(item).commit(ANSWERS[item])
    record("fs-session").turn([], WHOLE_REPLY)
    record("fs-session").branch(1)
    record("fs-write").keep_draft(2, {"text": "half a practice sentence"}, 1.0)
    record("fs-a-write").keep_draft(1, {"text": "half a graded sentence"}, 1.0)


def look(home: Path, *, assessed: bool = False) -> Path:
    return log_path(home / MODULE, "2-show" if assessed else "1-look", assessed=assessed)


# Shown


@pytest.mark.usefixtures("term")
def test_every_log_is_counted_with_its_place_and_its_beginning(home: Path, drafts: Drafts):
    data = my_data(home, drafts)
    (module,) = data.modules
    assert [(lesson.title, len(lesson.logs)) for lesson in module.lessons] == [("Look", 1), ("Show", 1), ("Talk", 1)]
    counted = {log.path.name: (log.practice, log.answered, log.tries, log.replies) for log in module.logs}
    assert counted == {
        "1-look.practice.jsonl": (True, 4, 5, 0),
        "2-show.jsonl": (False, 1, 1, 0),
        "3-talk.practice.jsonl": (True, 0, 0, 1),
    }
    assert all(log.since.startswith("20") for log in module.logs)
    assert {one.lines for one in data.drafts} == {
        ("You: half a practice sentence",),
        ("You: half a graded sentence",),
    }


@pytest.mark.usefixtures("term")
def test_each_answer_is_told_in_the_words_that_were_written_or_chosen(home: Path, drafts: Drafts):
    entries = [entry for log in my_data(home, drafts).logs for entry in log.entries]
    told = {(entry.title, entry.kind): entry.lines for entry in entries}
    assert told["The form, once more", "commit"] == (
        "Chosen: That form weighs on you. What is it like to see it there?",
    )
    assert told["Your words", "commit"] == (f"You: {WHOLE_REPLY}",)
    assert told["Where does it turn?", "commit"] == (
        # From 19, behind "That sounds heavy. ", to 55, behind "page".
        "Words marked: “What if you just sent the first page”",
        "Trap named: offers a fix",
    )
    assert told["What they do", "commit"][0] == "Fix it: It treats a feeling as a matter of planning."
    assert told["A session with Noor", "turn"] == (f"You: {WHOLE_REPLY}", "Client: curious 1.")
    assert told["A session with Noor", "branch"] == ("You went back to reply 1.",)


@pytest.mark.usefixtures("term")
def test_a_damaged_log_is_told_and_the_rest_of_it_is_shown(home: Path, drafts: Drafts):
    path = look(home)
    path.write_bytes(path.read_bytes() + b'{"kind":"comm\n\xff\xfe\n')
    other = log_path(home / MODULE, "2-show", assessed=False)
    other.write_bytes(b"\x00" * 30)
    logs = {log.path.name: log for log in my_data(home, drafts).logs}
    assert logs[path.name].tries == 5
    assert "cannot be read" in logs[path.name].problems[0]
    assert logs[other.name].problems
    assert answer_page("my-data", home, drafts)["modules"]


def test_a_module_whose_release_is_broken_still_shows_what_was_answered(home: Path, drafts: Drafts, record: Records):
    record("fs-choose").commit(ANSWERS["fs-choose"])
    (home / MODULE / "items.json").write_text("{")
    (module,) = my_data(home, drafts).modules
    assert module.problem
    assert [entry.lines for log in module.logs for entry in log.entries] == [("Chosen: b",)]


def test_what_a_link_leads_to_is_not_looked_at(home: Path, drafts: Drafts, tmp_path: Path, record: Records):
    record("fs-choose").commit(ANSWERS["fs-choose"])
    elsewhere = tmp_path / "elsewhere.practice.jsonl"
    look(home).rename(elsewhere)
    look(home).symlink_to(elsewhere)
    assert list(my_data(home, drafts).logs) == []
    delete_practice(home, drafts)
    assert elsewhere.is_file()


# Taken along


@pytest.mark.usefixtures("term")
def test_the_file_holds_what_is_the_learners_and_a_page_and_nothing_else(home: Path, drafts: Drafts):
    hand_in(home, next(modules_in(home)))
    path, left_out = write_copy(my_data(home, drafts))
    assert left_out == []
    with zipfile.ZipFile(home / path) as archive:
        names = sorted(name for name in archive.namelist() if not name.startswith("drafts/"))
        assert names == [
            f"{MODULE}/responses/1-look.practice.jsonl",
            f"{MODULE}/responses/2-show.jsonl",
            f"{MODULE}/responses/3-talk.practice.jsonl",
            "my-data.html",
            f"receipts/{MODULE}.jsonl",
        ]
        assert len(archive.namelist()) == len(names) + 2
        assert archive.read(f"{MODULE}/responses/1-look.practice.jsonl") == look(home).read_bytes()
        page = archive.read("my-data.html").decode()
    assert html.escape(WHOLE_REPLY) in page
    assert "half a practice sentence" in page
    # A later one takes its place.
    again, _ = write_copy(my_data(home, drafts))
    assert [one.relative_to(home).as_posix() for one in (home / "my-data").iterdir()] == [again]


def test_what_was_written_stays_text_in_the_page(home: Path, drafts: Drafts, record: Records):
    record("fs-write").commit({"text": "<script>alert(1)</script> & \"x\" <img src=x onerror='y'>"})
    path, _ = write_copy(my_data(home, drafts))
    with zipfile.ZipFile(home / path) as archive:
        page = archive.read("my-data.html").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert set(re.findall(r"<(script|img)", page)) == set()


@pytest.mark.usefixtures("term")
def test_a_file_that_cannot_be_made_is_told_and_nothing_is_changed(home: Path, drafts: Drafts):
    (home / "my-data").write_text("in the way")
    told = answer_page("my-data-file", home, drafts)
    assert str(told["problem"]).startswith("Nothing was changed. The file could not be made: ")


# Deleted


@pytest.mark.usefixtures("term")
def test_practice_goes_with_its_drafts_and_what_counts_stays(home: Path, drafts: Drafts):
    again = home / "practised-again" / MODULE
    again.mkdir(parents=True)
    look(home).rename(again / "old.jsonl")
    (again / "old.jsonl").write_bytes((again / "old.jsonl").read_bytes())
    graded = look(home, assessed=True).read_bytes()
    write_copy(my_data(home, drafts))
    announced = answer_page("practice-goes", home, drafts)
    # The five answers of the first lesson are practised again here; one reply and one step back are left.
    assert (announced["answers"], announced["replies"], announced["again"], announced["drafts"]) == (0, 1, 5, 1)
    assert announced["graded"] == 1
    done = delete_practice(home, drafts)
    assert done.left == []
    assert look(home, assessed=True).read_bytes() == graded
    after = my_data(home, drafts)
    assert [log.path.name for log in after.logs] == ["2-show.jsonl"]
    assert [draft.item for draft in after.drafts] == ["fs-a-write"]
    assert after.copies == ()
    assert not [path for path in home.rglob("*") if ASIDE in path.name]
    assert answer_page("practice-goes", home, drafts)["files"] == []


@pytest.mark.usefixtures("term")
def test_copies_of_practice_in_a_saved_lesson_page_go_and_those_of_what_counts_stay(home: Path, drafts: Drafts):
    def outputs(name: str) -> list[bool]:
        notebook = json.loads((home / MODULE / name).read_text())
        return [bool(cell.get("outputs")) for cell in notebook["cells"] if cell["cell_type"] == "code"]

    for name in ("1-look.ipynb", "2-show.ipynb"):
        path = home / MODULE / name
        notebook = json.loads(path.read_text())
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<p class='cu-copy'>"}}
                cell["outputs"] = [output]
        path.write_text(json.dumps(notebook))
    delete_practice(home, drafts)
    # The first cell of each is the setup.
    assert outputs("1-look.ipynb") == [True, False, False, False, False]
    assert outputs("2-show.ipynb") == [True, True, True, True, True]
    assert answer_page("practice-goes", home, drafts)["pages"] == []


@pytest.mark.usefixtures("term")
def test_what_cannot_be_removed_is_named_left_whole_and_the_rest_goes(
    home: Path, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
):
    stuck, before = look(home), look(home).read_bytes()
    unlink = Path.unlink

    def refuse(path: Path, *arguments: bool, **more: bool) -> None:
        # As Windows does while another program has the file open.
        if "1-look.practice" in path.name and ASIDE in path.name:
            raise PermissionError(13, "Permission denied")
        unlink(path, *arguments, **more)

    monkeypatch.setattr(Path, "unlink", refuse)
    told = answer_page("practice-delete", home, drafts)
    assert stuck.read_bytes() == before
    (left,) = told["left"]
    assert left.startswith(f"{stuck}: this computer does not allow writing there.")
    assert not log_path(home / MODULE, "3-talk", assessed=False).exists()
    # Its draft belongs to what is left.
    assert "fs-write" in [draft.item for draft in my_data(home, drafts).drafts]


@pytest.mark.usefixtures("term")
def test_in_a_folder_that_can_only_be_read_nothing_goes_and_it_is_told(home: Path, drafts: Drafts):
    folder, before = look(home).parent, look(home).read_bytes()
    with read_only(folder):
        told = answer_page("practice-delete", home, drafts)
    assert len(told["left"]) == 2
    assert look(home).read_bytes() == before


@pytest.mark.usefixtures("term")
def test_what_a_cut_short_deletion_has_left_goes_with_the_next(home: Path, drafts: Drafts):
    left = look(home).with_name(f".1-look.practice.jsonl{ASIDE}0123")
    left.write_text("{}")
    delete_practice(home, drafts)
    assert not left.exists()


@pytest.mark.usefixtures("term")
def test_a_lesson_that_is_open_begins_a_new_log_at_its_next_save(home: Path, drafts: Drafts, record: Records):
    open_elsewhere = record("fs-choose")
    old = open_elsewhere.state()
    assert old["attempt"] == 2
    delete_practice(home, drafts)
    assert (open_elsewhere.state()["attempt"], open_elsewhere.state()["answer"]) == (0, None)
    open_elsewhere.commit({"option": "a"})
    log = read_log(look(home))
    assert log.header is not None
    assert log.header.log != old["log"]
    assert [dict(event.answer) for event in log.commits("fs-choose")] == [{"option": "a"}]
    assert log.chain_intact


@pytest.mark.usefixtures("term")
def test_what_is_written_on_in_an_open_lesson_is_kept_for_its_new_log(home: Path, drafts: Drafts, record: Records):
    delete_practice(home, drafts)
    # The page still counts from the attempt that is gone.
    record("fs-write").keep_draft(2, {"text": "newly written"}, 1.0)
    draft = record("fs-write").state()["draft"]
    assert draft == {"at": 1.0, "answer": {"text": "newly written"}}


@pytest.mark.usefixtures("term")
def test_after_it_the_start_page_does_not_ask_to_hand_in_again(home: Path, drafts: Drafts, record: Records):
    hand_in(home, next(modules_in(home)))
    before = digest_of(home, next(modules_in(home)))
    delete_practice(home, drafts)
    assert digest_of(home, next(modules_in(home))) != before
    assert state_of(home)["modules"][0]["changed"] is False
    delete_practice(home, drafts)
    assert state_of(home)["modules"][0]["changed"] is False
    record("fs-a-write").commit(ANSWERS["fs-a-write"])
    assert state_of(home)["modules"][0]["changed"] is True


# The page


def test_the_page_has_every_sentence_that_its_script_asks_for(tmp_path: Path):
    script = static("my_data.js")
    asked = set(re.findall(r'(?:words\[|line\(|fill\(words\[)"([a-z-]+)"', script))
    asked |= {"data-browser-none", "data-browser-drafts", "data-handed-in-zip", "data-handed-in-exchange"}
    assert len(asked) > 30
    assert asked <= set(StartPage(tmp_path).sentences)


@pytest.mark.parametrize("kind", ASKED)
def test_a_folder_that_is_gone_is_told(tmp_path: Path, drafts: Drafts, kind: str):
    told = answer_page(kind, tmp_path / "gone", drafts)
    assert str(told["problem"]).endswith("No such file or directory.")
