"""Cohorts on disk: made whole or not at all, found again, chosen without guessing."""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from curriculum_utils.cohorts import chosen_cohort, list_cohorts, new_cohort, open_cohort
from curriculum_utils.errors import CohortError, ContentError


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text('id,first_name,last_name\nsam,Samuel,"Smith, Jr."\ntove,Tove,Nørgaard\n', "utf-8")
    return path


def test_a_new_cohort_has_its_roster_its_gradebook_and_its_exchange(tmp_path: Path, roster: Path):
    cohort = new_cohort(tmp_path, "spring-27", roster)
    assert [learner.id for learner in cohort.roster()] == ["sam", "tove"]
    with Gradebook(cohort.gradebook_url, "spring-27") as gradebook:
        assert {student.id: student.last_name for student in gradebook.students} == {
            "sam": "Smith, Jr.",
            "tove": "Nørgaard",
        }
    assert cohort.exchange.is_dir()
    assert cohort.exchange.stat().st_mode & 0o777 == 0o777  # nbgrader refuses an exchange that others cannot write


def test_two_cohorts_have_two_gradebooks(tmp_path: Path, roster: Path):
    urls = {new_cohort(tmp_path, name, roster).gradebook_url for name in ("a", "b")}
    assert len(urls) == 2


def test_a_roster_with_problems_leaves_nothing_behind(tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nsam\nsam\n")
    with pytest.raises(ContentError):
        new_cohort(tmp_path, "spring", roster)
    assert list(tmp_path.glob("cohorts/*")) == []
    assert list_cohorts(tmp_path) == []


def test_a_cohort_that_is_there_is_not_overwritten(tmp_path: Path, roster: Path):
    cohort = new_cohort(tmp_path, "spring", roster)
    before = cohort.gradebook_path.read_bytes()
    with pytest.raises(CohortError, match="there already"):
        new_cohort(tmp_path, "spring", roster)
    assert cohort.gradebook_path.read_bytes() == before


@pytest.mark.parametrize("name", ["Spring", "a b", "../x", "", "a--b", "ä"])
def test_a_name_that_could_not_be_a_folder_everywhere_is_refused(tmp_path: Path, roster: Path, name: str):
    with pytest.raises(CohortError, match="cannot be a cohort's name"):
        new_cohort(tmp_path, name, roster)


def test_a_misspelt_cohort_gets_a_suggestion(tmp_path: Path, roster: Path):
    new_cohort(tmp_path, "spring-27", roster)
    with pytest.raises(CohortError, match='did you mean "spring-27"'):
        open_cohort(tmp_path, "sprign-27")


def test_a_damaged_cohort_file_is_told_with_its_path(tmp_path: Path, roster: Path):
    cohort = new_cohort(tmp_path, "spring", roster)
    (cohort.folder / "cohort.yaml").write_text("name: [")
    with pytest.raises(CohortError, match=r"cohort\.yaml: cannot be read"):
        open_cohort(tmp_path, "spring")


def test_the_only_cohort_is_chosen_by_itself(tmp_path: Path, roster: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CURRICULUM_COHORT", raising=False)
    new_cohort(tmp_path, "spring", roster)
    assert chosen_cohort(tmp_path).name == "spring"


def test_with_several_cohorts_and_none_chosen_the_list_is_shown(
    tmp_path: Path, roster: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CURRICULUM_COHORT", raising=False)
    new_cohort(tmp_path, "autumn", roster)
    new_cohort(tmp_path, "spring", roster)
    with pytest.raises(CohortError, match="several cohorts: autumn, spring"):
        chosen_cohort(tmp_path)
    monkeypatch.setenv("CURRICULUM_COHORT", "autumn")
    assert chosen_cohort(tmp_path).name == "autumn"
    assert chosen_cohort(tmp_path, "spring").name == "spring"


def test_without_any_cohort_the_next_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CURRICULUM_COHORT", raising=False)
    with pytest.raises(CohortError, match="curriculum cohort new"):
        chosen_cohort(tmp_path)
