"""Modules held against a real exchange: new ones, corrected ones, missing files, and what was broken off."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, edit, write_course

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, new_cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.cohorts.fetching import look, take
from curriculum_utils.content import load_release
from curriculum_utils.errors import CohortError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import Drafts
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.record import ItemRecord

CHOOSE = f"exercises/{MODULE}/fs-choose.yaml"


def command(root: Path, *arguments: str) -> None:
    result = CliRunner().invoke(cli, [*arguments, "--course", str(root)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture
def cohort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cohort:
    """A course whose module is released to one learner."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    root = tmp_path / "course"
    write_course(root)
    (root / "roster.csv").write_text("id\nrobin\n")
    cohort = new_cohort(root, "spring", root / "roster.csv")
    command(root, "build")
    command(root, "release", MODULE, "--cohort", "spring")
    return cohort


def correct(cohort: Cohort) -> None:
    edit(cohort.root / "curriculum", CHOOSE, "Let's cut the form", "Let us cut the form")
    command(cohort.root, "build")
    command(cohort.root, "release", MODULE, "--cohort", "spring", "--force")


def states(cohort: Cohort, home: Path, *, fetch_new: bool = False) -> list[tuple[str, int, int]]:
    return [(one.state, one.again, one.missing) for one in look(cohort, "robin", home, fetch_new=fetch_new)]


def test_a_module_goes_its_way_from_new_over_corrected_to_damaged_and_is_whole_each_time(
    cohort: Cohort, tmp_path: Path
):
    home = tmp_path / "robin"
    home.mkdir()
    # It is only looked for, then fetched because the learner looked for new ones.
    assert states(cohort, home) == [("new", 0, 0)]
    assert not (home / MODULE).exists()
    assert states(cohort, home, fetch_new=True) == [("new", 0, 0)]
    assert states(cohort, home) == [("same", 0, 0)]

    release = load_release(home / MODULE, SCHEMAS)
    scorer = ScriptedScorer(REPLY_LABELS, known_labels=())
    item = release.items["fs-choose"]
    record = ItemRecord(item, release, home / MODULE, scorer=scorer, drafts=Drafts(tmp_path / "d"), learner="robin")
    record.commit(ANSWERS["fs-choose"])
    log = (home / MODULE / "responses" / "1-look.practice.jsonl").read_bytes()
    correct(cohort)
    assert states(cohort, home) == [("corrected", 1, 0)]
    take(cohort, "robin", home, MODULE)
    assert states(cohort, home) == [("same", 1, 0)]

    (home / MODULE / "1-look.ipynb").unlink()
    assert states(cohort, home) == [("missing", 1, 1)]
    take(cohort, "robin", home, MODULE)
    (home / MODULE / "items.json").write_text("{")
    assert states(cohort, home) == [("damaged", 1, 0)]
    take(cohort, "robin", home, MODULE)
    assert states(cohort, home) == [("same", 1, 0)]
    assert (home / MODULE / "responses" / "1-look.practice.jsonl").read_bytes() == log


def test_the_errand_tells_what_differs_as_json_and_why_it_could_not_look(cohort: Cohort, tmp_path: Path):
    home = tmp_path / "robin"
    LearnerDesk(cohort, "robin", home).fetch(MODULE)
    correct(cohort)

    def errand(name: str, course: Path) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-m", "curriculum_utils.cohorts.errands", name, "-", str(home), "robin"],
            env={**os.environ, "CURRICULUM_COURSE": str(course), "CURRICULUM_COHORT": "spring"},
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(done.stdout.splitlines()[-1])

    assert errand("look", cohort.root) == {
        "done": True,
        "modules": [{"module": MODULE, "title": "First steps", "state": "corrected", "again": 0, "missing": 0}],
    }
    assert errand("look", tmp_path)["problem"] == 'no cohort "spring"'


def test_a_fetch_that_nbgrader_was_killed_in_is_offered_again(cohort: Cohort, tmp_path: Path):
    home = tmp_path / "robin"
    LearnerDesk(cohort, "robin", home).fetch(MODULE)
    # nbgrader copies file by file; what it had not come to is not there.
    (home / MODULE / "items.json").unlink()
    (home / MODULE / "2-show.ipynb").write_bytes(b"")
    assert states(cohort, home) == [("damaged", 0, 1)]
    take(cohort, "robin", home, MODULE)
    assert states(cohort, home) == [("same", 0, 0)]


def test_a_module_that_is_not_released_cannot_be_taken(cohort: Cohort, tmp_path: Path):
    with pytest.raises(CohortError, match='no module "second-steps" is released'):
        take(cohort, "robin", tmp_path, "second-steps")
