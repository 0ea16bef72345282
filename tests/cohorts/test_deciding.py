"""The review queue and what is decided there: what comes first, what it earns, what is kept and taken back."""

import json
import shutil
from dataclasses import asdict
from itertools import count
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from report_term import DOUBTFUL, MODULE, TRAPPED, UNDECIDED, WHOLE, Term, begin, scripted

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.cohorts.deciding import decide, withdraw_decision
from curriculum_utils.cohorts.review_queue import ReviewDesk, review_queue
from curriculum_utils.cohorts.review_views import Entry
from curriculum_utils.content import words
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.decisions import all_decisions, standing_decisions
from curriculum_utils.grading.gradebook import ReviewRow, engine, make_review_table, put_review
from curriculum_utils.grading.remarks import standing_remarks

WRITE, CHOOSE = "fs-a-write", "fs-a-choose"
SCORER = scripted()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """Four learners: one doubtful reply, one that nobody can decide, and two that say nearly the same, with a trap."""
    term = begin(tmp_path_factory.mktemp("term"))
    replies = {"ana": DOUBTFUL, "bo": UNDECIDED, "cy": TRAPPED, "dee": TRAPPED.upper()}
    for learner, text in replies.items():
        term.answer(learner, WRITE, {"text": text})
        term.answer(learner, CHOOSE, {"option": "b"})
    rest = {CHOOSE: 1.0, "fs-a-spot": 0.0, "fs-a-match": 0.0}
    term.grade("ana", rest | {WRITE: 1.0}, waits=[WRITE])
    term.grade("bo", rest | {WRITE: None}, waits=[WRITE, CHOOSE])
    term.grade("cy", rest | {WRITE: 1.0}, waits=[WRITE])
    term.grade("dee", rest | {WRITE: 0.0})
    return term


@pytest.fixture
def term(made: Term, tmp_path: Path) -> Term:
    """A copy of the test's own."""
    shutil.copytree(made.cohort.root, tmp_path / "course")
    return Term(open_cohort(tmp_path / "course", made.cohort.name), made.release, count(1000))


def of(term: Term, learner: str, item: str = WRITE) -> str:
    """The blind handle of a learner's answer."""
    desk = ReviewDesk(term.cohort, scorer=SCORER)
    return desk.handle(desk.find(f"{MODULE}/{item}/{learner}"))


def entry(term: Term, learner: str, item: str = WRITE) -> Entry:
    desk = ReviewDesk(term.cohort, scorer=SCORER)
    return desk.entry(desk.find(f"{MODULE}/{item}/{learner}"))


def reasons(term: Term, learner: str, *told: str, basis: str | None = None) -> None:
    """What grading keeps of why a person is asked."""
    url = term.cohort.gradebook_url
    make_review_table(url)
    desk = ReviewDesk(term.cohort, scorer=SCORER)
    with engine(url).begin() as connection:
        grade = desk.find(f"{MODULE}/{WRITE}/{learner}")
        put_review(connection, grade.grade_id, ReviewRow(basis, reasons=json.dumps(told)))


def grade(term: Term, learner: str, item: str = WRITE) -> tuple[float | None, float | None, bool]:
    """Automatic and manual score, and whether it waits, as nbgrader has them."""
    with Gradebook(term.cohort.gradebook_url, term.cohort.name) as gradebook:
        found = gradebook.find_grade(item, term.release.items[item].notebook, MODULE, learner)
        return found.auto_score, found.manual_score, bool(found.needs_manual_grade)


# The queue


def test_the_most_consequential_answer_comes_first(term: Term):
    queue = review_queue(term.cohort, scorer=SCORER)
    # bo's reply is unscored: 3 points × 1. cy's and ana's, and bo's choice, wait for a reason that is no label: half.
    assert [(one.item, one.consequence) for one in queue] == [(WRITE, 3.0), (WRITE, 1.5), (WRITE, 1.5), (CHOOSE, 0.5)]
    assert queue[0].handle == of(term, "bo")
    assert queue[0].why_first == "3 at stake × 1.00 in doubt (nothing was scored)"


def test_what_may_speak_of_risk_comes_before_all_else(term: Term):
    reasons(term, "ana", words("review-risk"))
    queue = review_queue(term.cohort, scorer=SCORER)
    assert (queue[0].handle, queue[0].urgent) == (of(term, "ana"), True)
    assert not any(one.urgent for one in queue[1:])


def test_a_contested_answer_comes_before_its_equal_with_label_and_reason(term: Term):
    log = term.log("cy", WRITE)
    log.append("contest", WRITE, "", {"label": "fixes_it", "reason": "It was her own idea.", "grade": "g"})
    queue = review_queue(term.cohort, scorer=SCORER)
    # The trap halves 2/3: an even chance that it is none is worth 1/6 of 3 points, as much as bo's choice of 1 × 0.5.
    assert [one.handle for one in queue] == [of(term, "bo"), of(term, "ana"), of(term, "cy"), of(term, "bo", CHOOSE)]
    cy = queue[2]
    assert cy.contest is not None
    assert (cy.contest.label, cy.contest.plain) == ("fixes_it", "offers a fix")
    assert cy.contest.reason == "It was her own idea."
    assert round(cy.consequence, 6) == queue[3].consequence == 0.5
    assert "the learner contests it" in cy.why_first


def test_a_withdrawn_contest_and_one_of_an_earlier_answer_are_none(term: Term):
    log = term.log("cy", WRITE)
    log.append("contest", WRITE, "", {"label": "fixes_it", "reason": "No.", "grade": "g"})
    log.append("contest", WRITE, "", {"label": "", "reason": "", "grade": "g"})
    assert entry(term, "cy").contest is None
    log.append("contest", WRITE, "", {"label": "fixes_it", "reason": "No.", "grade": "g"})
    term.answer("cy", WRITE, {"text": WHOLE})
    assert entry(term, "cy").contest is None


def test_no_name_is_in_the_queue_unless_it_is_asked_for(term: Term):
    reasons(term, "cy", "Recorded for dee, and handed in by ana too.")
    told = json.dumps([asdict(one) for one in review_queue(term.cohort, scorer=SCORER)])
    for name in ("ana", "bo", "cy", "dee", "Okafor", "Nørgaard"):
        assert f'"{name}"' not in told
        assert f"/{name}" not in told
        assert f" {name}" not in told.replace("Learner", "")
    named = review_queue(term.cohort, blind=False, scorer=SCORER)
    assert any("(Ana Okafor)" in one.who for one in named)
    assert any("Recorded for dee" in reason for one in named for reason in one.reasons)


def test_blind_names_stay_the_same_and_differ_from_one_another(term: Term):
    first = {learner: of(term, learner) for learner in ("ana", "bo", "cy", "dee")}
    assert len(set(first.values())) == 4
    assert {learner: of(term, learner) for learner in first} == first


def test_the_reply_is_whole_with_its_evidence_and_every_label(term: Term):
    found = entry(term, "cy").replies[0]
    assert "".join(piece.text for piece in found.segments) == TRAPPED
    assert {label for piece in found.segments for label in piece.labels} == {
        "names_weight",
        "names_pattern",
        "fixes_it",
    }
    assert {one.key: (one.machine, one.is_trap) for one in found.labels} == {
        "names_weight": (True, False),
        "names_pattern": (True, False),
        "asks_open": (False, False),
        "fixes_it": (True, True),
        "soothes": (False, True),
        "asks_why": (False, True),
    }
    assert found.client == "I didn't send it. Again."


def test_an_unscored_reply_has_labels_without_a_machines_word(term: Term):
    labels = entry(term, "bo").replies[0].labels
    assert {one.state for one in labels} == {"unscored"}
    assert {one.probability for one in labels} == {None}


def test_alike_replies_stand_side_by_side_with_what_was_decided(term: Term):
    assert [(one.handle, one.similarity, one.labels) for one in entry(term, "cy").alike] == [
        (of(term, "dee"), 1.0, None)
    ]
    decide(term.cohort, of(term, "dee"), by="kim", scorer=SCORER)
    assert entry(term, "cy").alike[0].labels == ()
    assert entry(term, "ana").alike == ()


# Deciding


def test_overturning_a_trap_gives_the_points_that_the_rest_earns(term: Term):
    made = decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", scorer=SCORER)
    # 2 of 3 criteria, no trap: 3 × 2/3.
    assert grade(term, "cy") == (1.0, 2.0, False)
    assert (made[0].previous_score, made[0].score, made[0].by) == (1.0, 2.0, "kim")
    kept = all_decisions(term.cohort.gradebook_url)
    assert {one.key: (one.machine, one.person) for one in kept[0].labels}["fixes_it"] == (True, False)
    assert kept[0].replies[0].reply == TRAPPED
    assert (kept[0].release, kept[0].scorer_version) == (term.release.release, "scripted")
    assert of(term, "cy") not in [one.handle for one in review_queue(term.cohort, scorer=SCORER)]
    assert next(one.person for one in entry(term, "cy").replies[0].labels if one.key == "fixes_it") is False


def test_accepting_all_keeps_the_machines_points(term: Term):
    decide(term.cohort, of(term, "ana"), by="kim", scorer=SCORER)
    assert grade(term, "ana") == (1.0, 1.0, False)


def test_an_unscored_reply_earns_what_the_person_finds_in_it(term: Term):
    found = {"names_weight": "overturn", "asks_open": "overturn", "soothes": "overturn"}
    decide(term.cohort, of(term, "bo"), found, by="kim", scorer=SCORER)
    # 2 of 3 criteria, one trap: 3 × 2/3 × 0.5.
    assert grade(term, "bo") == (None, 1.0, False)


def test_a_choice_is_accepted_or_given_points(term: Term):
    decide(term.cohort, of(term, "bo", CHOOSE), by="kim", scorer=SCORER)
    assert grade(term, "bo", CHOOSE) == (1.0, 1.0, False)
    decide(term.cohort, of(term, "bo", CHOOSE), by="kim", points=0.5, scorer=SCORER)
    assert grade(term, "bo", CHOOSE) == (1.0, 0.5, False)


def test_alike_answers_are_decided_together_only_where_it_is_said(term: Term):
    decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", scorer=SCORER)
    assert grade(term, "dee") == (0.0, None, False)
    decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", also=[of(term, "dee")], scorer=SCORER)
    # The scorer finds nothing in capitals; the same labels as cy's earn the same points.
    assert grade(term, "dee") == (0.0, 2.0, False)
    assert [one.learner for one in all_decisions(term.cohort.gradebook_url)] == ["cy", "dee"]


def test_deciding_the_same_again_changes_nothing(term: Term):
    for _ in range(2):
        decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", said="Well seen.", scorer=SCORER)
    assert len(all_decisions(term.cohort.gradebook_url)) == 1
    assert standing_remarks(term.cohort.gradebook_url, "cy", MODULE)[WRITE].text == "Well seen."


def test_a_decision_that_formgrader_has_undone_is_written_again(term: Term):
    decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", scorer=SCORER)
    term.grade("cy", {WRITE: 1.0}, manual={WRITE: 0.5}, waits=[WRITE])
    decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", scorer=SCORER)
    assert grade(term, "cy") == (1.0, 2.0, False)


def test_withdrawing_gives_the_automatic_points_back_and_the_answer_waits_where_there_was_a_reason(term: Term):
    reasons(term, "cy", "It is doubtful.")
    decide(term.cohort, of(term, "cy"), {"fixes_it": "overturn"}, by="kim", scorer=SCORER)
    decide(term.cohort, of(term, "ana"), {"asks_open": "overturn"}, by="kim", scorer=SCORER)
    withdraw_decision(term.cohort, of(term, "cy"), by="lee", scorer=SCORER)
    withdraw_decision(term.cohort, of(term, "ana"), by="lee", scorer=SCORER)
    assert grade(term, "cy") == (1.0, None, True)
    assert grade(term, "ana") == (1.0, None, False)  # nothing was kept as a reason
    url = term.cohort.gradebook_url
    assert standing_decisions(url) == {}
    assert [(one.action, one.by, one.score) for one in all_decisions(url)][2:] == [
        ("withdraw", "lee", 1.0),
        ("withdraw", "lee", 1.0),
    ]
    with pytest.raises(CohortError, match="nobody has decided"):
        withdraw_decision(term.cohort, of(term, "cy"), by="lee", scorer=SCORER)


@pytest.mark.parametrize(
    ("learner", "labels", "more", "told"),
    [
        ("cy", {"fixes_itt": "overturn"}, {}, 'no label "fixes_itt" to decide on; did you mean "fixes_it"'),
        ("cy", {}, {"points": 2.0}, "the points follow from the labels"),
        ("cy", {}, {"by": " "}, "say who decides"),
        ("cy", {}, {"also": [f"{MODULE}/{CHOOSE}/dee"]}, "only written answers to the same item"),
        ("zoe", {}, {}, "no graded answer"),
    ],
)
def test_what_cannot_be_decided_is_told_and_nothing_is_changed(
    term: Term, learner: str, labels: dict[str, str], more: dict[str, object], told: str
):
    with pytest.raises(CohortError, match=told):
        decide(term.cohort, f"{MODULE}/{WRITE}/{learner}", labels, **{"by": "kim", "scorer": SCORER, **more})  # type: ignore[arg-type]
    assert all_decisions(term.cohort.gradebook_url) == []
    assert grade(term, "cy") == (1.0, None, True)


@pytest.mark.parametrize("points", [-0.5, 1.5])
def test_points_outside_the_items_are_refused(term: Term, points: float):
    with pytest.raises(CohortError, match="give 0 to 1"):
        decide(term.cohort, of(term, "bo", CHOOSE), by="kim", points=points, scorer=SCORER)
    assert grade(term, "bo", CHOOSE) == (1.0, None, True)


def test_an_answer_that_was_replaced_since_it_was_graded_is_graded_first(term: Term):
    desk = ReviewDesk(term.cohort, scorer=SCORER)
    basis = desk.read(desk.find(f"{MODULE}/{WRITE}/cy")).graded.basis
    reasons(term, "cy", basis=basis)
    assert entry(term, "cy").current == "yes"
    term.answer("cy", WRITE, {"text": WHOLE})
    assert entry(term, "cy").current == "no"
    with pytest.raises(CohortError, match="has changed since it was graded; first: curriculum grade first-steps"):
        decide(term.cohort, of(term, "cy"), by="kim", scorer=SCORER)
    assert grade(term, "cy") == (1.0, None, True)
