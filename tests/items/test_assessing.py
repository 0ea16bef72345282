"""What a response log earns, held against the releases it answers, and when a person is asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, WHOLE_REPLY, build, edit, keys_as_json, load, write_course

from curriculum_utils.content import ReleasedModule, load_release
from curriculum_utils.items import SCHEMAS, Scored, Unscored
from curriculum_utils.items.assessing import (
    Assessor,
    LazyScorer,
    SubmittedLog,
    graded_html,
    practice_html,
    read_submitted,
)
from curriculum_utils.notebooks import build as build_notebooks
from curriculum_utils.responses import LogContents, ResponseLog, log_path
from curriculum_utils.scoring import ScriptedScorer

NOTEBOOK = "2-show"
CHOOSE, WRITE = "fs-a-choose", "fs-a-write"
LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
DOUBTED = "A doubtful reply."

Commit = Callable[..., None]
Grader = Callable[..., Assessor]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> ReleasedModule:
    folder = tmp_path_factory.mktemp("course")
    return load_release(build(folder), SCHEMAS, keys=keys_as_json(load(folder / "curriculum")))


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> ReleasedModule:
    """A second release: the choice is worded anew and worth 4 points, everything else is as it was."""
    folder = tmp_path_factory.mktemp("corrected")
    curriculum = write_course(folder)
    edit(curriculum, f"exercises/{MODULE}/{CHOOSE}.yaml", "cut the form", "divide the form")
    edit(curriculum, f"exercises/{MODULE}/{CHOOSE}.yaml", "points: 1", "points: 4")
    build_notebooks(load(curriculum), folder / "source")
    return load_release(folder / "source" / MODULE, SCHEMAS, keys=keys_as_json(load(curriculum)))


@pytest.fixture
def commit(tmp_path: Path, release: ReleasedModule) -> Commit:
    """Commits an answer to the log in `tmp_path`."""

    def committed(
        item: str,
        answer: Mapping[str, object] | None = None,
        *,
        learner: str = "ana",
        named: str = release.release,
        digest: str | None = None,
    ) -> None:
        about = release.items[item]
        path = log_path(tmp_path, about.notebook, assessed=about.graded)
        log = ResponseLog(path, learner=learner, notebook=about.notebook, release=named)
        log.append("commit", item, digest or about.digest, ANSWERS[item] if answer is None else answer)

    return committed


@pytest.fixture
def grader(tmp_path: Path, release: ReleasedModule) -> Grader:
    """An assessor of the log in `tmp_path`, for Ana and one release, with what a test changes."""
    scorer = ScriptedScorer(REPLY_LABELS, known_labels=LABELS, review={DOUBTED: "It is doubtful."})

    def made(**changes: object) -> Assessor:
        log = read_submitted(tmp_path, NOTEBOOK, assessed=True)
        plain = Assessor(log, "ana", release, {release.release: release}.get, scorer)
        return replace(plain, **changes)  # pyright: ignore[reportArgumentType]

    return made


def test_the_last_commit_counts(commit: Commit, grader: Grader, release: ReleasedModule):
    commit(CHOOSE, {"option": "b"})
    commit(CHOOSE, {"option": "a"})
    graded = grader().grade(release.items[CHOOSE])
    assert (graded.score, graded.maximum, graded.attempts, graded.review) == (0.0, 1.0, 2, ())


def test_a_whole_reply_earns_all_points(commit: Commit, grader: Grader, release: ReleasedModule):
    commit(WRITE, {"text": WHOLE_REPLY})
    graded = grader().grade(release.items[WRITE])
    # 3 of 3 criteria, no trap: 3 × 1
    assert graded.score == 3.0
    assert type(graded.score) is float


def test_no_answer_earns_nothing_and_asks_nobody(grader: Grader, release: ReleasedModule):
    graded = grader().grade(release.items[CHOOSE])
    assert (graded.score, graded.answer, graded.review) == (0.0, None, ())


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"not a log"], ids=["empty", "zeros", "other text"])
def test_a_log_that_holds_nothing_is_no_zero_but_left_to_a_person(
    tmp_path: Path, grader: Grader, release: ReleasedModule, content: bytes
):
    path = log_path(tmp_path, NOTEBOOK, assessed=True)
    path.parent.mkdir()
    path.write_bytes(content)
    graded = grader().grade(release.items[CHOOSE])
    assert graded.score is None
    assert "nothing in it can be read" in graded.review[0]


def test_a_torn_last_line_may_have_held_the_answer(
    tmp_path: Path, commit: Commit, grader: Grader, release: ReleasedModule
):
    commit(CHOOSE)
    commit(WRITE)
    path = log_path(tmp_path, NOTEBOOK, assessed=True)
    path.write_bytes(path.read_bytes()[:-60])
    lost, kept = (grader().grade(release.items[item]) for item in (WRITE, CHOOSE))
    assert (lost.score, lost.review) == (
        None,
        ("A line of the response log cannot be read; it may have held this answer.",),
    )
    # The choice stands above the torn line: it keeps its point, and a person looks whether a later one was lost.
    assert kept.score == 1.0
    assert kept.review == (
        "A line of the response log below this answer cannot be read; it may have held a later one.",
    )


def test_an_answer_given_again_below_a_torn_line_needs_nobody(
    tmp_path: Path, commit: Commit, grader: Grader, release: ReleasedModule
):
    commit(CHOOSE, {"option": "b"})
    with log_path(tmp_path, NOTEBOOK, assessed=True).open("ab") as file:
        file.write(b'{"kind":"com')
    commit(CHOOSE)
    graded = grader().grade(release.items[CHOOSE])
    assert (graded.score, graded.review) == (1.0, ())


def test_a_doubt_of_the_scorer_keeps_the_score(commit: Commit, grader: Grader, release: ReleasedModule):
    commit(WRITE, {"text": DOUBTED})
    graded = grader().grade(release.items[WRITE])
    assert (graded.score, graded.review) == (0.0, ("It is doubtful.",))


def test_an_answer_that_names_no_option_is_left_to_a_person(commit: Commit, grader: Grader, release: ReleasedModule):
    commit(CHOOSE, {"option": "z"})
    graded = grader().grade(release.items[CHOOSE])
    assert graded.score is None
    assert isinstance(graded.outcome, Unscored)
    assert "The last answer cannot be read" in graded.review[0]


def test_a_log_of_another_learner_is_scored_and_flagged(commit: Commit, grader: Grader, release: ReleasedModule):
    commit(CHOOSE, learner="bo")
    graded = grader().grade(release.items[CHOOSE])
    assert graded.score == 1.0
    assert graded.review == ("The answers were recorded for “bo”, not for this learner.",)


def test_a_log_that_somebody_else_handed_in_too_is_flagged(
    commit: Commit, grader: Grader, release: ReleasedModule, tmp_path: Path
):
    commit(CHOOSE)
    (log_id,) = read_submitted(tmp_path, NOTEBOOK, assessed=True).contents.log_ids
    graded = grader(shared_with={log_id: {"chidi", "bo"}, "another": {"dag"}}).grade(release.items[CHOOSE])
    assert graded.review == ("The same response log was handed in by bo, chidi as well.",)


def test_a_changed_log_is_flagged(commit: Commit, grader: Grader, release: ReleasedModule, tmp_path: Path):
    commit(CHOOSE, {"option": "a"})
    commit(WRITE)
    path = log_path(tmp_path, NOTEBOOK, assessed=True)
    path.write_bytes(path.read_bytes().replace(b'"option":"a"', b'"option":"b"'))
    graded = grader().grade(release.items[CHOOSE])
    assert graded.score == 1.0
    assert graded.review == ("The response log was changed after it was written.",)


def test_a_log_without_its_header_is_left_to_a_person(
    commit: Commit, grader: Grader, release: ReleasedModule, tmp_path: Path
):
    commit(CHOOSE)
    path = log_path(tmp_path, NOTEBOOK, assessed=True)
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    graded = grader().grade(release.items[CHOOSE])
    assert graded.score is None
    assert "The log does not say whose answers these are, nor which release they answer." in graded.review


def test_a_log_that_cannot_be_read_leaves_every_item_to_a_person(
    grader: Grader, release: ReleasedModule, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_bytes(b"{}\n")
    path = log_path(tmp_path, NOTEBOOK, assessed=True)
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    for item in release.items_of(NOTEBOOK):
        graded = grader().grade(item)
        assert graded.score is None
        assert "The response log cannot be read: is a link" in graded.review[0]


def test_an_unknown_release_is_left_to_a_person(commit: Commit, grader: Grader, release: ReleasedModule):
    commit(CHOOSE, named="f" * 64)
    graded = grader().grade(release.items[CHOOSE])
    assert graded.score is None
    assert graded.review == ("The answers belong to a release that is not kept here (ffffffffffff).",)


def test_an_answer_is_graded_against_the_release_it_answered(
    commit: Commit, grader: Grader, release: ReleasedModule, corrected: ReleasedModule
):
    commit(CHOOSE, {"option": "b"})
    both = {kept.release: kept for kept in (release, corrected)}.get
    graded = grader(structure=corrected, release_of=both).grade(corrected.items[CHOOSE])
    assert graded.item.digest == release.items[CHOOSE].digest
    # All credit, of the 4 points that the gradebook holds by now.
    assert (graded.score, graded.maximum) == (4.0, 4.0)
    assert graded.review == ("The learner answered an earlier version of this item.",)


def test_items_that_a_correction_left_alone_ask_nobody(
    commit: Commit, grader: Grader, release: ReleasedModule, corrected: ReleasedModule
):
    commit(WRITE)
    both = {kept.release: kept for kept in (release, corrected)}.get
    graded = grader(structure=corrected, release_of=both).grade(corrected.items[WRITE])
    assert (graded.score, graded.review) == (3.0, ())


def test_an_item_that_the_learner_s_release_did_not_have_is_left_to_a_person(
    commit: Commit, grader: Grader, release: ReleasedModule
):
    commit(WRITE)
    fewer = replace(release, items={name: item for name, item in release.items.items() if name != CHOOSE})
    graded = grader(release_of={release.release: fewer}.get).grade(release.items[CHOOSE])
    assert graded.score is None
    assert graded.review == ("This item was not in the release that the learner worked on.",)


def test_the_basis_of_a_decision_changes_with_the_answer_and_not_with_a_second_look(
    commit: Commit, grader: Grader, release: ReleasedModule
):
    commit(CHOOSE, {"option": "a"})
    first, again = (grader().grade(release.items[CHOOSE]).basis for _ in range(2))
    commit(CHOOSE, {"option": "c"})
    assert first == again
    assert grader().grade(release.items[CHOOSE]).basis != first


def test_what_a_learner_wrote_is_text_and_no_formula_on_the_page(
    commit: Commit, grader: Grader, release: ReleasedModule
):
    commit(WRITE, {"text": "<script>alert(1)</script> $\\href{javascript:x}{y}$"})
    shown = graded_html(grader().grade(release.items[WRITE]))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert shown.startswith('<div class="tex2jax_ignore mathjax_ignore">')


def test_the_page_holds_nothing_of_the_key_but_what_is_said_of_the_chosen_option(
    commit: Commit, grader: Grader, release: ReleasedModule
):
    commit(CHOOSE, {"option": "a"})
    shown = graded_html(grader().grade(release.items[CHOOSE]))
    assert "She hears that it is a matter of logistics, this time." in shown
    assert "She is met where she stands" not in shown
    assert "not very serious" not in shown


def test_a_log_that_cannot_be_read_is_not_shown_as_no_answer(release: ReleasedModule, grader: Grader):
    unreadable = SubmittedLog(LogContents(), "it is a pipe")
    shown = graded_html(grader(log=unreadable).grade(release.items[CHOOSE]))
    assert "No answer" not in shown
    assert "it is a pipe" in shown


def test_a_practice_item_shows_its_last_answer_and_no_score(commit: Commit, release: ReleasedModule, tmp_path: Path):
    commit("fs-choose", {"option": "a"})
    log = read_submitted(tmp_path, "1-look", assessed=False)
    shown = practice_html(log, release.items["fs-choose"], release, {release.release: release}.get)
    assert "three small steps" in shown
    assert "It earns no points" in shown
    assert "backfire" not in shown


def test_a_scorer_is_loaded_only_when_a_reply_needs_it(commit: Commit, grader: Grader, release: ReleasedModule):
    loads: list[str] = []

    def load_one() -> ScriptedScorer:
        loads.append("loaded")
        return ScriptedScorer(REPLY_LABELS, known_labels=LABELS)

    lazy = grader(scorer=LazyScorer(load_one))
    commit(CHOOSE)
    lazy = replace(lazy, log=grader().log)
    assert isinstance(lazy.grade(release.items[CHOOSE]).outcome, Scored)
    assert loads == []
    commit(WRITE)
    lazy = replace(lazy, log=grader().log)
    assert lazy.grade(release.items[WRITE]).score == 3.0
    assert loads == ["loaded"]
