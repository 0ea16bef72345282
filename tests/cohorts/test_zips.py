"""Zips that learners pass on: in any name, nested, damaged, hostile, of nobody known; none stops the rest."""

import io
import json
import shutil
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from handed_term import Handed, make_term, rewritten
from nbgrader.api import Gradebook
from tiny_course import MODULE

from curriculum_utils.cohorts import new_cohort
from curriculum_utils.cohorts.zips import receive
from curriculum_utils.grading.received import Ledger
from curriculum_utils.grading.submissions import Limits

LOG = f"{MODULE}/responses/2-show.graded.jsonl"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "course"
    root.mkdir()
    make_term(root)
    return root


@pytest.fixture
def term(made: Path, tmp_path: Path) -> Handed:
    shutil.copytree(made, tmp_path / "course")
    return Handed(tmp_path / "course")


def log_name(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".jsonl"))
    return name


def packed(files: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def test_zips_in_any_naming_are_matched_by_their_logs_and_receipts_agree_with_the_learners(term: Handed):
    for learner in ("ana", "bo", "cy"):
        term.answer(learner)
    term.hand_in("ana", "handed-in (3).zip")
    term.hand_in("bo", "Participant_77_assignsubmission_file/Übung 1.ZIP")
    inner = term.hand_in("cy", "to-nest.zip").read_bytes()
    (term.inbox / "to-nest.zip").unlink()
    (term.inbox / "bulk.zip").write_bytes(packed({"x_cy_late_9_1/my work.zip": inner, "__MACOSX/._my work.zip": b"?"}))
    (term.inbox / "letter.docx").write_bytes(b"PK\x03\x04 no zip of ours")
    done = term.collect()
    assert f"{MODULE}: 3 submissions of 4 learners." in done.output
    for learner in ("ana", "bo", "cy"):
        receipt = term.receipt(learner)
        # The learner's own receipt, made by their own start page, against the instructor's.
        own = json.loads((term.home(learner) / "receipts" / f"{MODULE}.jsonl").read_text("utf-8"))
        assert [receipt[key] for key in ("digest", "answers", "items")] == [own["digest"], 3, 8]
        assert own["answers"] == 3
        assert receipt["how"] == "zip"
        submitted = term.cohort.step("submitted") / learner / MODULE
        sent = next((term.home(learner) / MODULE / "responses").glob("*.jsonl"))
        assert (submitted / "responses" / sent.name).read_bytes() == sent.read_bytes()
    for private in (term.cohort.folder / "received").iterdir():
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    # Again: nothing changes, nothing doubles.
    before = {path: path.read_bytes() for path in term.cohort.step("submitted").rglob("*") if path.is_file()}
    term.collect()
    assert {path: path.read_bytes() for path in before} == before
    assert len(list((term.cohort.exchange / "spring" / "inbound").iterdir())) == 3


def test_a_submission_came_when_it_was_first_seen_and_the_instructor_may_say_otherwise(term: Handed):
    term.answer("ana")
    path = term.hand_in("ana")
    first = datetime(2027, 3, 2, 8, tzinfo=UTC)
    receive(term.cohort, MODULE, term.inbox, now=first)
    receive(term.cohort, MODULE, term.inbox, now=datetime(2027, 3, 9, tzinfo=UTC))
    path.rename(path.with_name("renamed.zip"))
    receive(term.cohort, MODULE, term.inbox, now=datetime(2027, 3, 10, tzinfo=UTC))
    term.run("collect", MODULE)
    assert term.receipt("ana")["received"] == "2027-03-02T08:00:00Z"
    # An hour after it was due, so late; the e-mail came an hour before.
    status = json.loads(term.run("status", MODULE, "--json").output)[0]
    assert status["late"] == ["ana"]
    receive(
        term.cohort,
        MODULE,
        term.inbox,
        received=datetime(2027, 3, 1, 15, tzinfo=UTC),
        now=datetime(2027, 3, 11, tzinfo=UTC),
    )
    term.run("collect", MODULE)
    assert term.receipt("ana")["received"] == "2027-03-01T15:00:00Z"
    assert json.loads(term.run("status", MODULE, "--json").output)[0]["late"] == []


def test_the_newest_by_its_log_counts_in_whatever_order_they_come_and_all_are_kept(term: Handed):
    term.answer("ana", minute=0)
    old = term.hand_in("ana", "b-old.zip")
    kept_old = old.read_bytes()
    old.unlink()
    term.answer("ana", {"fs-a-choose": {"option": "a"}}, minute=5)
    newest = term.digest("ana")
    term.hand_in("ana", "a-new.zip")
    term.collect()
    assert term.receipt("ana")["digest"] == newest
    old.write_bytes(kept_old)
    done = term.collect()
    assert term.receipt("ana")["digest"] == newest, done.output
    assert len(list((term.cohort.folder / "received").glob("*.zip"))) == 2
    assert len(list((term.cohort.exchange / "spring" / "inbound").iterdir())) == 1
    (term.inbox / "copy of a-new.zip").write_bytes((term.inbox / "a-new.zip").read_bytes())
    assert "copy of a-new.zip: the same file again" in term.collect().output


def test_somebody_unknown_is_kept_apart_until_the_instructor_confirms_and_then_not_flagged(term: Handed):
    term.answer("bo", signed="Bo's laptop")
    term.hand_in("bo", "mail 1.zip", signed="Bo's laptop")
    done = term.collect(code=1)
    assert "who is not on the roster" in done.output
    assert '--assign "mail 1.zip=ID"' in term.why("mail-1")
    assert not (term.cohort.step("submitted") / "bo").exists()
    for wrong, told in (("mail 1.zip=bob", "no learner"), ("mail 2.zip=bo", "no such file"), ("bo", "write FILE=ID")):
        assert told in str(term.run("collect", MODULE, "--assign", wrong, code=1).exception)
    done = term.run("collect", MODULE, "--assign", "mail 1.zip=bo")
    assert term.receipt("bo")["digest"] == term.digest("bo")
    assert not list(term.cohort.set_aside.rglob("WHY.txt"))
    (entry,) = Ledger(term.cohort.folders).entries()
    assert (entry.assigned, entry.learner, entry.names) == ("bo", "bo", ("Bo's laptop",))
    assert entry.by != ""
    term.run("grade", MODULE, "--workers", "1")
    with Gradebook(term.cohort.gradebook_url, "spring") as gradebook:
        (one,) = (n for n in gradebook.find_submission(MODULE, "bo").notebooks if n.name == "2-show")
        # 1 + 2 + 3 points: the written one was not answered. Nothing waits because of the other name.
        assert one.score == 6.0
        assert not [grade.name for grade in one.grades if grade.needs_manual_grade]


def test_what_cannot_be_taken_is_told_in_plain_words_and_stops_nobody(term: Handed):
    term.answer("ana")
    good = term.hand_in("ana", "good.zip")
    raw = good.read_bytes()
    log = log_name(good)
    with zipfile.ZipFile(good) as archive:
        answers = archive.read(log)

    def bad(name: str, changes: dict[str, bytes | None]) -> None:
        rewritten(good, term.inbox / f"{name}.zip", changes)

    (term.inbox / "cut.zip").write_bytes(raw[: len(raw) // 2])
    (term.inbox / "text.zip").write_text("hello")
    (term.inbox / "empty.zip").write_bytes(b"")
    bad("traversal", {"../../evil.ipynb": b"x"})
    bad("absolute", {"/etc/evil": b"x"})
    bad("windows", {"C:\\evil": b"x"})
    bad("noanswers", {log: None})
    bad("nobody", {log: b"no log\n"})
    bad("two", {f"other/{MODULE}/responses/x.jsonl": answers})
    link = zipfile.ZipInfo(f"{MODULE}/link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    shutil.copyfile(good, term.inbox / "link.zip")
    with zipfile.ZipFile(term.inbox / "link.zip", "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(term.inbox / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LOG, b"\0" * 30_000_000)
    shutil.copyfile(good, term.inbox / "locked.zip")
    locked = bytearray(raw)
    at = locked.rfind(b"PK\x01\x02")
    locked[at + 8] |= 1  # the flag "encrypted" of the last file in the list at the end
    (term.inbox / "locked.zip").write_bytes(locked)
    lying = bytearray(raw)
    # The list at the end calls the log otherwise than the file itself.
    where = lying.rfind(log.encode())
    lying[where : where + len(MODULE)] = MODULE.replace("f", "g").encode()
    (term.inbox / "lying.zip").write_bytes(lying)
    broken = bytearray(raw)
    inside = raw.find(log.encode()) + len(log) + 12
    broken[inside] ^= 0xFF
    (term.inbox / "brokenlog.zip").write_bytes(broken)
    done = term.collect(code=1)
    assert term.receipt("ana")["digest"] == term.digest("ana"), done.output
    told = {
        "cut": "only a part of one",
        "text": "it is no zip file",
        "empty": "it is no zip file",
        "traversal": "outside its folder",
        "absolute": "outside its folder",
        "windows": "outside its folder",
        "noanswers": "holds no answers",
        "nobody": "says whose answers",
        "two": "several modules or several learners",
        "link": "is a link",
        "bomb": "larger than 25,000,000 bytes",
        "locked": "locked with a password",
        "lying": "damaged",
        "brokenlog": "is damaged; it is to be sent once more",
    }
    for name, words in told.items():
        assert words in term.why(f"{name}.zip"), name
    assert f"{len(told)}" == str(len(list(term.cohort.set_aside.rglob("WHY.txt"))))
    assert not (term.root.parent / "evil.ipynb").exists()
    assert {path.name for path in term.cohort.step("submitted").iterdir()} == {"ana"}


def test_a_damaged_notebook_is_taken_from_the_release_as_answers_are_in_the_log(term: Handed):
    term.answer("ana")
    good = term.hand_in("ana", "good.zip")
    broken = bytearray(good.read_bytes())
    name = f"{MODULE}/2-show.ipynb".encode()
    broken[broken.find(name) + len(name) + 20] ^= 0xFF
    good.write_bytes(broken)
    done = term.collect()
    assert "2-show.ipynb could not be unpacked and was left out" in done.output
    assert term.receipt("ana")["digest"] == term.digest("ana")
    (kept,) = (path for path in (term.cohort.releases / MODULE).iterdir() if path.is_dir())
    restored = term.cohort.step("submitted") / "ana" / MODULE / "2-show.ipynb"
    assert restored.read_bytes() == (kept / "2-show.ipynb").read_bytes()


def test_what_is_of_another_module_or_another_cohort_says_so(term: Handed):
    term.answer("ana")
    good = term.hand_in("ana", "good.zip")
    log = log_name(good)
    with zipfile.ZipFile(good) as archive:
        items, answers = archive.read(f"{MODULE}/items.json"), archive.read(log)
        release = json.loads(items)["release"].encode()
    other = b"0" * 64
    foreign = {
        f"{MODULE}/items.json": items.replace(MODULE.encode(), b"last-steps"),
        log: answers.replace(release, other),
    }
    rewritten(good, term.inbox / "foreign.zip", foreign)
    new_cohort(term.root, "autumn", term.root / "roster.csv")
    (term.root / "cohorts/autumn/releases" / MODULE / ("1" * 64)).mkdir(parents=True)
    rewritten(good, term.inbox / "autumn.zip", {log: answers.replace(release, b"1" * 64)})
    good.unlink()
    term.run("collect", MODULE, "--from", str(term.inbox), "--cohort", "spring", code=1)
    assert "of another module (“last-steps”)" in term.why("foreign")
    assert "a release of another cohort (autumn)" in term.why("autumn")
    assert not (term.cohort.step("submitted") / "ana").exists()


def test_a_file_that_is_too_large_is_not_read_further(term: Handed):
    term.answer("ana")
    term.hand_in("ana", "good.zip")
    done = receive(term.cohort, MODULE, term.inbox, limits=Limits(file_bytes=100, total_bytes=10_000_000, files=500))
    assert ["is larger than 100 bytes" in one.reason for one in done.aside] == [True]


def test_a_learner_cannot_pretend_that_a_submission_is_a_zip_of_ours(term: Handed):
    term.answer("ana")
    term.hand_in("ana")
    term.collect()
    (entry,) = Ledger(term.cohort.folders).entries()
    forged = term.root / "forged"
    forged.mkdir()
    (forged / "submission_secret.txt").write_text(f"zip-{entry.sha256}-{'0' * 32}")
    assert Ledger(term.cohort.folders).origin(forged) is None
    assert Ledger(term.cohort.folders).origin(term.cohort.step("submitted") / "ana" / MODULE) == entry
