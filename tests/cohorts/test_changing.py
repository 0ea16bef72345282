"""Changing cohorts: rosters, settings, pseudonyms, databases, archiving; and making one killed at every step."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from killed import kill_points
from nbgrader.api import Gradebook

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, chosen_cohort, new_cohort, open_cohort, term, update_settings
from curriculum_utils.cohorts.changing import archive, change_cohort, key_of, unarchive
from curriculum_utils.cohorts.policy import parse_retention
from curriculum_utils.errors import CohortError, ContentError


def roster(folder: Path, *rows: str, name: str = "roster.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(("id,first_name,last_name,email", *rows, "")), "utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "course/curriculum").mkdir(parents=True)
    (tmp_path / "course/curriculum/course.yaml").touch()
    return tmp_path / "course"


def students(cohort: Cohort) -> dict[str, str]:
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        return {str(one.id): str(one.last_name or "") for one in gradebook.students}


def ids(cohort: Cohort) -> list[str]:
    return [one.id for one in cohort.roster()]


def test_a_new_roster_adds_learners_and_keeps_those_it_lacks(root: Path, tmp_path: Path):
    cohort = new_cohort(root, "spring", roster(tmp_path, "sam,Sam,Smith,", "tove,Tove,N,"))
    done = change_cohort(cohort, roster=roster(tmp_path, 'ana,Ana,"O, K",', "sam,Sam,Jones,"))
    assert (done.added, done.missing, done.removed) == (("ana",), ("tove",), ())
    assert ids(cohort) == ["ana", "sam", "tove"]
    assert students(cohort) == {"ana": "O, K", "sam": "Jones", "tove": "N"}
    again = change_cohort(cohort, roster=tmp_path / "roster.csv")
    assert (again.added, again.missing) == ((), ("tove",))


def test_whoever_has_handed_in_is_not_removed(root: Path, tmp_path: Path):
    cohort = new_cohort(root, "spring", roster(tmp_path, "a,,,", "b,,,", "c,,,", "d,,,", "e,,,"))
    (cohort.exchange / "spring/inbound/b+m+2027+x").mkdir(parents=True)
    (cohort.step("submitted") / "c/m").mkdir(parents=True)
    with Gradebook(cohort.gradebook_url, "spring") as gradebook:
        gradebook.add_assignment("m")
        gradebook.add_submission("m", "d")
    done = change_cohort(cohort, roster=roster(tmp_path, "a,,,"), remove_missing=True)
    assert (done.removed, done.with_work, done.missing) == (("e",), ("b", "c", "d"), ())
    assert ids(cohort) == ["a", "b", "c", "d"]
    assert set(students(cohort)) == {"a", "b", "c", "d"}


def test_a_bad_roster_or_setting_changes_nothing(root: Path, tmp_path: Path):
    cohort = new_cohort(root, "spring", roster(tmp_path, "sam,,,"))
    before = {path.name: path.read_bytes() for path in cohort.folder.iterdir() if path.is_file()}
    with pytest.raises(ContentError) as caught:
        change_cohort(cohort, roster=roster(tmp_path, "new,,,", ",No,Id,", "new,,,"), pass_mark=50)
    assert len(caught.value.problems) == 2
    with pytest.raises(CohortError, match="pass_mark"):
        change_cohort(cohort, roster=roster(tmp_path, "new,,,"), pass_mark=101)
    with pytest.raises(ContentError, match='"SAM" is "sam" in the cohort'):
        change_cohort(cohort, roster=roster(tmp_path, "SAM,,,"))
    assert {path.name: path.read_bytes() for path in cohort.folder.iterdir() if path.is_file()} == before


def test_settings_are_changed_one_by_one_and_hold_per_module(root: Path, tmp_path: Path):
    cohort = new_cohort(root, "spring", roster(tmp_path, "sam,,,"), pass_mark=60, late="10 % per day at most 50%")
    assert cohort.settings.late == "10% per day, at most 50%"
    update_settings(cohort, modules={"m": {"pass_mark": 70}})
    now = update_settings(cohort, retakes=2)  # the cohort at hand is older than the file
    assert open_cohort(root, "spring").settings == now.settings
    assert (now.settings.pass_mark_of("m"), now.settings.pass_mark_of("n")) == (70, 60)
    assert (now.settings.retakes_of("m"), now.settings.retakes_of("n")) == (2, 2)


@pytest.mark.parametrize(("text", "days"), [("365d", 365), ("2 weeks", 14), ("3y", 1095), ("none", None)])
def test_a_retention_period_is_days_weeks_or_years(text: str, days: int | None):
    assert parse_retention(text) == days


@pytest.mark.parametrize("text", ["", "0d", "6m", "a year", "-1d"])
def test_what_is_no_period_is_refused(text: str):
    with pytest.raises(CohortError, match="is no period"):
        parse_retention(text)


def test_an_archived_cohort_is_read_and_not_changed(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CURRICULUM_COHORT", raising=False)
    path = roster(tmp_path, "sam,,,")
    for name in ("autumn", "spring"):
        new_cohort(root, name, path)
    first = archive(root, "autumn").settings.archived
    assert archive(root, "autumn").settings.archived == first
    assert chosen_cohort(root).name == "spring"  # the only one that is not archived
    cohort = open_cohort(root, "autumn")
    for refused in (
        lambda: term.collect(cohort, "m"),
        lambda: term.grade(cohort, "m", ["sam"]),
        lambda: change_cohort(cohort, roster=path),
    ):
        with pytest.raises(CohortError, match="curriculum cohort unarchive autumn"):
            refused()
    unarchive(root, "autumn")
    assert term.graded(open_cohort(root, "autumn"), "m") == []
    assert open_cohort(root, "autumn").settings.archived is None


def test_with_pseudonyms_no_name_is_in_the_cohort_and_the_key_gives_it_back(root: Path, tmp_path: Path):
    names = roster(tmp_path, 'zoe,Zoë,"Smith, Jr.",z@x.invalid', "adam,Adam,Nørgaard,")
    key = tmp_path / "key.csv"
    cohort = new_cohort(root, "spring", names, pseudonyms=True, key_file=key)
    assert key.stat().st_mode & 0o777 == 0o600
    inside = b"".join(path.read_bytes() for path in cohort.folder.rglob("*") if path.is_file())
    assert [
        word for word in (b"zoe", b"Zo\xc3\xab", b"Smith", b"adam", b"rgaard", b"x.invalid") if word in inside
    ] == []
    found = {one.pseudonym: one.learner.full_name for one in key_of(cohort, key)}
    assert sorted(found.values()) == ["Adam Nørgaard", "Zoë Smith, Jr."]
    assert ids(cohort) == sorted(found) == sorted(students(cohort))
    with key.open(encoding="utf-8", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == {"zoe", "adam"}
    done = change_cohort(cohort, roster=roster(tmp_path, "eve,Eve,,", "zoe,Zoë,Jones,"), key_file=key)
    after = {one.learner.id: one for one in key_of(cohort, key)}
    assert found[after["zoe"].pseudonym] == "Zoë Smith, Jr."  # the same pseudonym, with today's name
    assert after["zoe"].learner.last_name == "Jones"
    assert done.added == (after["eve"].pseudonym,)
    assert done.missing == (after["adam"].pseudonym,)
    assert set(ids(cohort)) == {one.pseudonym for one in after.values()}


def test_a_key_file_is_apart_from_the_cohort_and_its_own(root: Path, tmp_path: Path):
    names, key = roster(tmp_path, "sam,,,"), tmp_path / "key.csv"
    with pytest.raises(CohortError, match="kept apart"):
        new_cohort(root, "spring", names, pseudonyms=True, key_file=root / "cohorts/key.csv")
    with pytest.raises(CohortError, match="--key-file PATH"):
        new_cohort(root, "spring", names, pseudonyms=True)
    spring = new_cohort(root, "spring", names, pseudonyms=True, key_file=key)
    with pytest.raises(CohortError, match="is the key of spring, not of autumn"):
        new_cohort(root, "autumn", names, pseudonyms=True, key_file=key)
    with pytest.raises(CohortError, match="name the file with their key"):
        change_cohort(spring, roster=names)
    key.write_text(key.read_text("utf-8").splitlines()[0] + "\nspring,p-oil01l,sam,,,\n", "utf-8")
    with pytest.raises(ContentError, match="is damaged"):
        key_of(spring, key)


def test_a_database_of_its_own_holds_the_gradebook_and_is_nobody_elses(root: Path, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    names = roster(tmp_path, "sam,,Smith,")
    cohort = new_cohort(root, "spring", names, database=url)
    assert not cohort.gradebook_path.exists()
    assert students(open_cohort(root, "spring")) == {"sam": "Smith"}
    with closing(sqlite3.connect(tmp_path / "elsewhere.db")) as database:
        assert database.execute("SELECT id, last_name FROM student").fetchall() == [("sam", "Smith")]
    with pytest.raises(CohortError, match="is that of the cohort spring"):
        new_cohort(root, "autumn", names, database=url)
    with pytest.raises(CohortError, match="is that of the cohort spring of"):
        new_cohort(tmp_path / "another-course", "spring", names, database=url)
    plain = new_cohort(root, "plain", names)
    with pytest.raises(CohortError, match="holds a gradebook already"):
        new_cohort(root, "autumn", names, database=f"sqlite:///{plain.gradebook_path}")
    assert not (root / "cohorts/autumn").exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://ana:secret@host/db", "leave it out of the URL"),
        ("postgresql://ana@host/db?password=secret", "leave it out of the URL"),
        ("postgresql://ana@host", "names no database"),
        ("sqlite:///relative.db", "by its whole path"),
        ("mysql://ana@host/db", "no database that a gradebook can be kept in"),
        ("nonsense", "cannot be read"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_no_password_is_repeated(
    root: Path, tmp_path: Path, url: str, told: str
):
    with pytest.raises(CohortError, match=told) as caught:
        new_cohort(root, "spring", roster(tmp_path, "sam,,,"), database=url)
    assert "secret" not in str(caught.value)
    assert list((root / "cohorts").glob("*")) == []


def test_a_cohort_killed_while_it_is_made_is_made_by_the_next_run(root: Path, tmp_path: Path):
    names, key = roster(tmp_path, "sam,Sam,,", "tove,Tove,,"), tmp_path / "key.csv"
    new_cohort(root, "first", names)  # what is loaded and asked but once is so in this process, for all the others
    count = iter(range(1000))
    name = ""

    def another() -> None:
        nonlocal name
        name = f"c{next(count)}"
        key.unlink(missing_ok=True)

    def run() -> Cohort:
        return new_cohort(root, name, names, pseudonyms=True, key_file=key)

    for point in kill_points(run, prepare=another):
        cohort = open_cohort(root, name) if (root / "cohorts" / name).exists() else run()
        assert sorted(students(cohort)) == ids(cohort) == sorted(one.pseudonym for one in key_of(cohort, key))
        assert cohort.exchange.stat().st_mode & 0o777 == 0o777
        assert point < 100
    assert not list((root / "cohorts").glob(".new-*"))  # the last run cleared what those before had left


def run(*arguments: object) -> tuple[int, Any]:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    if isinstance(result.exception, CohortError | ContentError):
        return 1, str(result.exception)
    return result.exit_code, result.output


def test_the_commands_tell_what_they_did(root: Path, tmp_path: Path):
    names = roster(tmp_path, "sam,,,")
    at = ("--course", root)
    code, told = run("cohort", "new", "spring", "--roster", names, "--late", "20%", "--retention", "1y", "--json", *at)
    assert code == 0, told
    new = json.loads(told)
    assert (new["late"], new["retention_days"], [one["id"] for one in new["learners"]]) == ("20%", 365, ["sam"])
    code, told = run("cohort", "change", "spring", "--module", "m", "--pass-mark", "70%", "--retakes", "2", *at)
    assert (code, told) == (0, "spring: changed. See: curriculum cohort show spring\n")
    shown = json.loads(run("cohort", "show", "spring", "--json", *at)[1])
    assert shown["modules"] == {"m": {"pass_mark": 70.0, "retakes": 2}}
    assert shown["pass_mark"] is None
    assert run("cohort", "change", "spring", *at) == (
        1,
        "nothing to change; say what, for example: curriculum cohort change spring --late none",
    )
    assert run("cohort", "change", "spring", "--pass-mark", "much", *at)[0] == 1
    assert run("cohort", "archive", "spring", *at)[0] == 0
    assert run("cohort", "list", *at)[1].startswith("0 cohorts. 1 archived: --all.")
    assert [one["name"] for one in json.loads(run("cohort", "list", "--all", "--json", *at)[1])] == ["spring"]
    assert run("cohort", "key", "spring", "--key-file", names, *at)[1].startswith("spring has no pseudonyms")
