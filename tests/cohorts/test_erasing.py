"""One learner is taken out and erased: afterwards nothing in the course speaks of them, and the rest stands."""

import json
import logging
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import chdir, closing
from pathlib import Path

import pytest
from handed_term import CHOICES, Handed, make_term
from killed import kill_points
from tiny_course import MODULE

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.cohorts.erasing import ERASURES, erase, plan, under_way
from curriculum_utils.cohorts.taking_out import take_out
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.blind_names import blind_names
from curriculum_utils.grading.erasing import rows_of
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.second_marks import Sample, keep_sample, samples
from curriculum_utils.responses import read_log

WHO = "zoe.quill"
WORDS = "Zarathustra would have waited by the harbour."
REMARK = "A remark about quince and marmalade."
ROSTER = (
    "id,first_name,last_name,email\n"
    f'{WHO},Zoë,Quillfeather,zq@example.org\nzoe,Zora,Other,zora@example.org\nbo,Bo,"Smith, Jr.",bo@example.org\n'
)


class Heard(logging.Handler):
    """Every line that anything logs."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """A term in which three learners handed in, by zip and by exchange, and everything was done to it."""
    root = tmp_path_factory.mktemp("made") / "course"
    root.mkdir()
    make_term(root, [WHO, "zoe", "bo"])
    term = Handed(root)
    (root.parent / "roster.csv").write_text(ROSTER, "utf-8")
    term.run("cohort", "change", "spring", "--roster", str(root.parent / "roster.csv"))
    for learner in (WHO, "zoe"):
        term.answer(learner, {**CHOICES, "fs-a-write": {"text": f"{WORDS} {learner}"}})
        term.hand_in(learner, f"{learner}-work.zip")
    term.answer(WHO, CHOICES, signed="nobody-known", minute=5)
    term.hand_in(WHO, "mixed.zip")
    term.answer("bo")
    shutil.copytree(
        term.home("bo") / MODULE,
        term.cohort.exchange / "spring" / "inbound" / f"bo+{MODULE}+2027-02-02 10:00:00.000000 UTC+abcdef",
    )
    (root / "roster.csv").unlink()
    heard = Heard()
    logging.getLogger().addHandler(heard)
    with chdir(root):
        told = term.collect(code=None).output
        told += term.run("grade", MODULE, "--workers", "1", code=None).output
        told += term.run("remark", WHO, MODULE, "fs-a-choose", REMARK).output
        told += term.run("extend", MODULE, WHO, "--until", "2027-04-01 17:00 Europe/Berlin").output
        told += term.run("feedback", MODULE).output + term.run("report").output
    logging.getLogger().removeHandler(heard)
    (root.parent / "told.txt").write_text(told + "\n".join(heard.lines), "utf-8")
    url = term.cohort.gradebook_url
    blind_names(url, [WHO, "zoe"])
    mine, other = ([str(row["id"]) for row in rows_of(url, who)["grade"]] for who in (WHO, "zoe"))
    keep_sample(url, Sample(MODULE, "lee", 0.5, 1, (mine[0], other[0])))
    (term.cohort.folder / "certificates.csv").write_text(
        f"mark,learner,modules,hours,completed_on\nm1,{WHO},{MODULE},1,2027-02-01\nm2,zoe,{MODULE},1,2027-02-01\n"
    )
    (term.cohort.folder / f"certificate-{WHO}.pdf").write_bytes(b"%PDF")
    return term


@pytest.fixture
def term(made: Handed, tmp_path: Path) -> Handed:
    return own_copy(made, tmp_path / "own")


def own_copy(made: Handed, folder: Path) -> Handed:
    shutil.copytree(made.root.parent, folder)
    return Handed(folder / "course")


def every_text(root: Path) -> Iterator[tuple[str, bytes]]:
    """The name and bytes of every file below a folder, of those in zips and of those in zips in zips."""
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield from opened(path.relative_to(root).as_posix(), path)


def opened(name: str, path: Path) -> Iterator[tuple[str, bytes]]:
    yield name, path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for inner in archive.namelist():
                yield f"{name}/{inner}", archive.read(inner)


def told_of(root: Path, logs: list[str]) -> list[str]:
    """Files that say the learner's id, name, address, words, a remark to them, or one of their logs."""
    whole = rb"(?<![\w.@-])" + re.escape(WHO.encode()) + rb"(?![\w@-])"
    texts = ("Quillfeather", "zq@example.org", f"{WORDS} {WHO}", REMARK, *logs)
    pattern = re.compile(b"|".join([whole, *(re.escape(text.encode()) for text in texts)]))
    return [name for name, raw in every_text(root) if pattern.search(name.encode()) or pattern.search(raw)]


def logs_of(term: Handed, learner: str) -> list[str]:
    paths = (term.home(learner) / MODULE / "responses").glob("*.jsonl")
    return [one for path in paths for one in read_log(path).log_ids]


def others(term: Handed) -> dict[str, object]:
    """What must not change: the others' folders and rows."""
    cohort = term.cohort
    tops = [cohort.step(step) for step in ("submitted", "autograded", "feedback", "release")]
    files = {
        str(path.relative_to(term.root)): path.read_bytes()
        for top in tops
        for path in top.rglob("*")
        if path.is_file() and WHO not in path.parts
    }
    inbound = sorted(
        path.name for path in (cohort.exchange / "spring" / "inbound").iterdir() if not path.name.startswith(f"{WHO}+")
    )
    rows = {who: rows_of(cohort.gradebook_url, who) for who in ("zoe", "bo")}
    return {"files": files, "inbound": inbound, "rows": rows, "receipts": [term.receipt(who) for who in ("zoe", "bo")]}


def test_nothing_in_the_course_speaks_of_the_learner_afterwards_and_the_others_stand(term: Handed):
    logs, before = logs_of(term, WHO), others(term)
    found = told_of(term.root, logs)
    for place in ("roster.csv", "gradebook.db", "receipts/", "received/", "inbound/", "feedback/", "report/"):
        assert any(place in name for name in found), place
    pages = term.cohort.exchange / "spring" / "feedback"
    returned = len(list(pages.iterdir()))
    done = term.run("protect", "erase", WHO, "--yes", "--cohort", "spring").output
    assert told_of(term.root, logs) == []
    assert others(term) == before
    assert rows_of(term.cohort.gradebook_url, WHO) == {}
    assert [one.id for one in term.cohort.roster()] == ["bo", "zoe"] or [o.id for o in term.cohort.roster()] == [
        "zoe",
        "bo",
    ]
    # Two lessons came back to each of three learners: those of one are gone.
    assert len(list(pages.iterdir())) == returned * 2 // 3
    assert (term.cohort.folder / "certificates.csv").read_text("utf-8").splitlines()[1:] == [
        f"m2,zoe,{MODULE},1,2027-02-01"
    ]
    assert "look at this" not in done


def test_a_sample_for_a_second_marker_loses_the_learners_grades_alone(term: Handed):
    url = term.cohort.gradebook_url
    other = str(rows_of(url, "zoe")["grade"][0]["id"])
    erase(term.cohort, WHO, by="lee")
    assert [one.grades for one in samples(url)] == [(other,)]


def test_the_line_that_is_left_says_when_by_whom_and_how_much_and_nothing_of_whom(term: Handed):
    done = erase(term.cohort, WHO, by="lee")
    (line,) = (term.cohort.folder / ERASURES).read_text("utf-8").splitlines()
    entry = json.loads(line)
    assert (entry["id"], entry["by"], entry["counts"]) == (done.id, "lee", done.counts)
    # Three steps of nbgrader, two zips with their entries, two notebooks and four graded items of one submission.
    kinds = {name: done.counts[name] for name in ("submitted", "autograded", "feedback", "receipt", "received zip")}
    assert kinds == {"submitted": 1, "autograded": 1, "feedback": 1, "receipt": 1, "received zip": 4}
    assert (done.counts["student row"], done.counts["grade row"], done.counts["curriculum_remark row"]) == (1, 4, 1)
    assert (term.cohort.folder / ERASURES).stat().st_mode & 0o777 == 0o600


def test_a_dry_run_changes_nothing_and_foresees_what_is_done(term: Handed):
    before = dict(every_text(term.root))
    told = json.loads(term.run("protect", "erase", WHO, "--dry-run", "--json", "--cohort", "spring").output)
    assert dict(every_text(term.root)) == before
    assert told["counts"] == erase(term.cohort, WHO, by="lee").counts


def test_without_a_yes_nothing_is_erased(term: Handed):
    before = dict(every_text(term.root))
    term.run("protect", "erase", WHO, "--cohort", "spring", code=1)
    assert dict(every_text(term.root)) == before


def test_nobody_of_that_id_is_told_and_a_second_erasure_finds_nothing(term: Handed):
    with pytest.raises(CohortError, match='nothing is held of a learner "zo" in spring'):
        plan(term.cohort, "zo")
    erase(term.cohort, WHO, by="lee")
    with pytest.raises(CohortError, match="nothing is held"):
        erase(term.cohort, WHO, by="lee")


def test_a_backup_that_holds_the_learner_is_named(term: Handed):
    term.run("backup", "spring")
    (backup,) = (term.root / "cohorts" / ".backups").iterdir()
    done = erase(term.cohort, WHO, by="lee")
    assert done.traces == (backup,)
    assert any(backup.name in sentence for sentence in done.left)


def test_a_roster_that_lies_about_in_the_course_is_named(term: Handed):
    (term.root / "old.csv").write_text("id,email\np-1,ZQ@example.org\np-2,zq@example.org\n", "utf-8")
    assert erase(term.cohort, WHO, by="lee").traces == (term.root / "old.csv",)


def test_what_cannot_be_removed_is_told_and_a_second_run_goes_on(term: Handed, monkeypatch: pytest.MonkeyPatch):
    real = shutil.rmtree

    def refuses(path: Path, *arguments: object, **named: object) -> None:
        if Path(path).name == WHO and "autograded" in Path(path).parts:
            raise PermissionError(13, "Permission denied")
        real(path, *arguments, **named)

    monkeypatch.setattr("curriculum_utils.cohorts.erasing.shutil.rmtree", refuses)
    with pytest.raises(CohortError, match=r"1 of what was to be erased could not be: .*Permission denied"):
        erase(term.cohort, WHO, by="lee")
    assert under_way(term.cohort) == [WHO]
    assert not (term.cohort.folder / ERASURES).exists()
    monkeypatch.undo()
    logs = logs_of(term, WHO)
    erase(term.cohort, WHO, by="lee")
    assert told_of(term.root, logs) == []
    assert under_way(term.cohort) == []


def test_killed_anywhere_a_second_run_completes_it_and_one_line_is_left(made: Handed, tmp_path: Path):
    logs, copies = logs_of(made, WHO), tmp_path / "copies"
    wanted = plan(made.cohort, WHO).counts

    def prepare() -> None:
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(made.root, copies / "course")

    def run() -> object:
        engine.cache_clear()
        return erase(open_cohort(copies / "course", "spring"), WHO, by="lee")

    points = 0
    for point in kill_points(run, prepare=prepare, most=400, every=8):
        points += 1
        cohort = open_cohort(copies / "course", "spring")
        try:
            run()
        except CohortError:  # killed behind the last step: nothing is held any more
            assert not list(cohort.folder.glob(".erasing-*"))
        assert told_of(copies, logs) == [], point
        entries = [json.loads(line) for line in (cohort.folder / ERASURES).read_text("utf-8").splitlines()]
        assert [entry["counts"] for entry in entries] == [wanted], point
    assert points > 8


def test_what_is_held_is_taken_out_with_a_page_the_files_and_the_rows(term: Handed, tmp_path: Path):
    to = tmp_path / "zoe.zip"
    term.run("protect", "export", WHO, "--to", str(to), "--cohort", "spring")
    assert to.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(to) as archive:
        names, data = archive.namelist(), json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        for log in archive.namelist():
            if log.startswith(f"submitted/{WHO}/") and log.endswith(".jsonl"):
                own = term.cohort.step("submitted") / log.removeprefix("submitted/")
                assert archive.read(log) == own.read_bytes()
    tops = {name.partition("/")[0] for name in names}
    wanted = {"submitted", "autograded", "feedback", "handed-in", "receipt", "received-zip", "certificate"}
    assert wanted | {"feedback-returned"} <= tops
    assert data["roster"] == [{"id": WHO, "first_name": "Zoë", "last_name": "Quillfeather", "email": "zq@example.org"}]
    assert [row["text"] for row in data["curriculum_remark"]] == [REMARK]
    assert len(data["grade"]) == 4
    assert {row["learner"] for row in data["curriculum_grade_history"]} == {WHO}
    assert data["report learners"][0]["learner"] == WHO
    assert f"{WORDS} {WHO}" in page
    assert REMARK in page
    assert "Zora" not in page
    assert not [name for name, raw in opened("zip", to) if b"zora@example.org" in raw]


def test_a_file_among_the_cohorts_own_is_refused(term: Handed):
    with pytest.raises(CohortError, match="lies among the cohort's own files"):
        take_out(term.cohort, WHO, term.cohort.folder / "out.zip")


def test_the_key_to_the_pseudonyms_loses_the_line(tmp_path: Path):
    root = tmp_path / "course"
    root.mkdir()
    make_term(root, ["ana"])
    term, key = Handed(root), tmp_path / "key.csv"
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    arguments = ("--roster", str(tmp_path / "roster.csv"), "--pseudonyms", "--key-file", str(key))
    term.run("cohort", "new", "veiled", *arguments)
    cohort = open_cohort(root, "veiled")
    line = next(line for line in key.read_text("utf-8").splitlines() if WHO in line)
    pseudonym = line.split(",")[1]
    assert any("--key-file" in sentence for sentence in plan(cohort, pseudonym).left)
    out = take_out(cohort, pseudonym, tmp_path / "out.zip", key_file=key)
    with zipfile.ZipFile(out.path) as archive:
        assert json.loads(archive.read("data.json"))["key"][0]["id"] == WHO
    erase(cohort, pseudonym, by="lee", key_file=key)
    assert line not in key.read_text("utf-8").splitlines()
    # The header and two learners.
    assert len(key.read_text("utf-8").splitlines()) == 3
    assert pseudonym not in {one.id for one in cohort.roster()}


def test_the_gradebooks_free_pages_hold_nothing_either(term: Handed):
    erase(term.cohort, WHO, by="lee")
    with closing(sqlite3.connect(term.cohort.gradebook_path)) as database:
        assert database.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_no_command_writes_a_log_and_what_they_tell_holds_no_names_or_words(made: Handed):
    told = (made.root.parent / "told.txt").read_text("utf-8")
    assert f"Collected submission: {WHO} {MODULE}" in told  # as nbgrader tells it: the id alone
    assert [text for text in ("Quillfeather", "zq@example.org", "Zarathustra", REMARK) if text in told] == []
    assert sorted(made.root.rglob("*.log")) == []
