"""Whether corrected replies may be used: asked, said in each log that counts, changed, and told in words."""

import os
from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, build

from curriculum_utils.content import load_release, words
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import ResponseLog, consents, contest_answer, log_path, read_log
from curriculum_utils.widgets.consenting import keep_consent, standing_consent
from curriculum_utils.widgets.handing_in import COHORT, COURSE
from curriculum_utils.widgets.my_data import my_data
from curriculum_utils.widgets.my_data_file import entry_kind
from curriculum_utils.widgets.my_data_panel import answer_page


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (COURSE, COHORT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CURRICULUM_LEARNER", "robin")
    (tmp_path / "robin").mkdir()
    build(tmp_path / "course").rename(tmp_path / "robin" / MODULE)
    return tmp_path / "robin"


def logs(home: Path) -> list[str]:
    return sorted(path.name for path in home.glob("*/responses/*.jsonl"))


def answered(home: Path) -> ResponseLog:
    release = load_release(home / MODULE, SCHEMAS)
    item = release.items["fs-a-choose"]
    path = log_path(home / MODULE, item.notebook, assessed=True)
    path.parent.mkdir(exist_ok=True)
    log = ResponseLog(path, learner="robin", notebook=item.notebook, release=release.release)
    log.append("commit", item.id, item.digest, ANSWERS[item.id])
    return log


def test_nothing_was_said_until_it_is_and_the_last_word_counts(home: Path):
    assert answer_page("consent", home) == {"kind": "consent", "given": None}
    assert answer_page("consent-yes", home) == {"kind": "consent-yes", "given": True}
    assert standing_consent(home) is True
    assert answer_page("consent-no", home) == {"kind": "consent-no", "given": False}
    assert answer_page("consent", home) == {"kind": "consent", "given": False}
    contents = [read_log(path) for path in home.glob("*/responses/*.jsonl")]
    assert not consents(contents, "robin")
    assert [event.answer for log in contents for event in log.events] == [{"training": True}, {"training": False}]


def test_a_yes_is_in_each_log_that_counts_and_the_answer_stays_the_last_commit(home: Path):
    log = answered(home)
    keep_consent(home, given=True)
    assert logs(home) == [log.path.name]
    assert consents([log.read()], "robin")
    last = log.read().last_commit("fs-a-choose")
    assert last is not None
    assert last.answer == ANSWERS["fs-a-choose"]


def test_somebody_elses_word_in_the_folder_is_none_of_the_learners(home: Path, monkeypatch: pytest.MonkeyPatch):
    keep_consent(home, given=True)
    monkeypatch.setenv("CURRICULUM_LEARNER", "mallory")
    assert standing_consent(home) is False


def test_without_a_module_it_is_told_and_nothing_is_saved(tmp_path: Path):
    told = answer_page("consent-yes", tmp_path)
    assert told["problem"] == words("consent-not-saved", reason=words("consent-no-module"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_what_cannot_be_written_is_told(home: Path):
    log = answered(home)
    log.path.chmod(0o400)
    assert "problem" in answer_page("consent-yes", home)


def test_your_data_names_consent_and_contest_in_words(home: Path):
    log = answered(home)
    item = load_release(home / MODULE, SCHEMAS).items["fs-a-choose"]
    log.append("contest", item.id, item.digest, contest_answer("fixes_it", "It was her idea.", "g"))
    log.append("contest", item.id, item.digest, contest_answer("", "", "g"))
    keep_consent(home, given=False)
    (kept,) = list(my_data(home).logs)
    told = [(one.title, entry_kind(one), one.lines) for one in kept.entries[1:]]
    title = item.exercise.title
    assert told == [
        (title, "what you see differently", ("offers a fix: It was her idea.",)),
        (title, "what you see differently", ("You took it back.",)),
        ("Use of your replies", "what you allow", ("You said no: corrected replies of yours are not used.",)),
    ]
