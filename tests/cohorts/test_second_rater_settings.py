"""`second_rater` in a cohort's cohort.yaml: absent unless somebody writes it, told at its key when it is wrong."""

from pathlib import Path

import pytest

from curriculum_utils.cohorts import Cohort, new_cohort, open_cohort
from curriculum_utils.cohorts.settings import cohort_config
from curriculum_utils.errors import CohortError

BLOCK = "second_rater:\n  endpoint: http://127.0.0.1:11434/v1\n  model: small\n"
KEY = "sk-test-0123456789"


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nsam\n", "utf-8")
    return new_cohort(tmp_path, "spring", roster)


def with_block(cohort: Cohort, block: str) -> Cohort:
    path = cohort.folder / "cohort.yaml"
    path.write_text(path.read_text("utf-8") + block, "utf-8")
    return open_cohort(cohort.root, cohort.name)


def test_a_new_cohort_has_no_second_rater(cohort: Cohort):
    assert "second" not in (cohort.folder / "cohort.yaml").read_text("utf-8")
    assert cohort.settings.second_rater is None
    assert "second_rater" not in cohort_config(cohort).InCohort


def test_the_block_reaches_whatever_grades(cohort: Cohort):
    c = cohort_config(with_block(cohort, f"{BLOCK}  key_variable: RATER_KEY\n"))
    assert c.InCohort.second_rater == {
        "endpoint": "http://127.0.0.1:11434/v1",
        "model": "small",
        "key_variable": "RATER_KEY",
    }


def test_a_model_on_this_machine_needs_no_key(cohort: Cohort):
    c = cohort_config(with_block(cohort, BLOCK))
    assert c.InCohort.second_rater == {"endpoint": "http://127.0.0.1:11434/v1", "model": "small"}
    (cohort.folder / "cohort.yaml").write_text(
        (cohort.folder / "cohort.yaml").read_text("utf-8") + "  key_variable:\n", "utf-8"
    )
    assert cohort_config(open_cohort(cohort.root, "spring")).InCohort.second_rater == c.InCohort.second_rater


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("second_rater:\n  endpoint: https://host/v1\n", "second_rater.model: Field required"),
        (f"{BLOCK}  modle: x\n", "second_rater.modle: Extra inputs are not permitted"),
        (
            BLOCK.replace("127.0.0.1", "host"),
            (
                "second_rater.endpoint: http://host:11434/v1: learners' replies would travel unprotected; use https, "
                "or http only to this machine (127.0.0.1 or localhost)"
            ),
        ),
        (
            f"{BLOCK}  key_variable: {KEY}\n",
            (
                "second_rater.key_variable: the second rater's key variable must be the name of an environment "
                "variable, not the key"
            ),
        ),
        ("second_rater: true\n", "second_rater: Input should be a valid dictionary or instance of SecondRaterSettings"),
    ],
)
def test_a_mistake_is_told_at_its_key_and_no_secret_is_repeated(cohort: Cohort, block: str, told: str):
    with pytest.raises(CohortError) as error:
        with_block(cohort, block)
    path = cohort.folder / "cohort.yaml"
    assert str(error.value) == f"{path}: {told}; correct it, or restore the file from a backup"
    assert KEY not in str(error.value)
