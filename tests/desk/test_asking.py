"""What the desk's pages ask: the overview, the queue, a decision and back, the second marker, a learner's history."""

import shutil
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from report_term import DOUBTFUL, MODULE, TRAPPED, UNDECIDED, Term, begin, scripted

from curriculum_utils.cohorts import new_cohort, open_cohort
from curriculum_utils.desk.asking import Desks
from curriculum_utils.desk.jobs import Jobs
from curriculum_utils.errors import CohortError

WRITE, CHOOSE = "fs-a-write", "fs-a-choose"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """Four learners: one doubtful reply, one that nobody can decide, and two that say nearly the same, with a trap."""
    term = begin(tmp_path_factory.mktemp("term"))
    for learner, text in {"ana": DOUBTFUL, "bo": UNDECIDED, "cy": TRAPPED, "dee": TRAPPED.upper()}.items():
        term.answer(learner, WRITE, {"text": text})
        term.answer(learner, CHOOSE, {"option": "b"})
    rest = {CHOOSE: 1.0, "fs-a-spot": 0.0, "fs-a-match": 0.0}
    term.grade("ana", rest | {WRITE: 1.0}, waits=[WRITE])
    term.grade("bo", rest | {WRITE: None}, waits=[WRITE, CHOOSE])
    term.grade("cy", rest | {WRITE: 1.0}, waits=[WRITE])
    term.grade("dee", rest | {WRITE: 0.0})
    return term


class Asked:
    """A desk on a copy of the term, asked as a page asks it."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.desks = Desks(term.cohort.root, Jobs(term.cohort.root), scorer=scripted())

    def __call__(self, verb: str, **fields: object) -> Any:
        return self.desks.answer(verb, {"cohort": "spring", **fields})

    def handle(self, learner: str, item: str = WRITE) -> str:
        """The blind handle of a learner's answer."""
        return next(
            one["handle"]
            for one in self("queue", names=True)
            if one["who"].endswith(f"({self.name(learner)})") and f"/{item}/" in one["handle"]
        )

    def name(self, learner: str) -> str:
        return next(one.full_name for one in self.term.cohort.roster() if one.id == learner)

    def grade(self, learner: str, item: str = WRITE) -> tuple[float | None, float | None, bool]:
        """Automatic and manual score, and whether it waits, as nbgrader has them."""
        with Gradebook(self.term.cohort.gradebook_url, "spring") as gradebook:
            found = gradebook.find_grade(item, self.term.release.items[item].notebook, MODULE, learner)
            return found.auto_score, found.manual_score, bool(found.needs_manual_grade)


@pytest.fixture
def ask(made: Term, tmp_path: Path) -> Asked:
    shutil.copytree(made.cohort.root, tmp_path / "course")
    return Asked(Term(open_cohort(tmp_path / "course", "spring"), made.release, count(1000)))


def test_the_overview_tells_each_module_and_who_there_is(ask: Asked):
    (tmp := ask.term.cohort.root / "more.csv").write_text("id\nzoe\n")
    new_cohort(ask.term.cohort.root, "autumn", tmp)
    assert [(one["name"], one["learners"], one["archived"]) for one in ask("cohorts")] == [
        ("autumn", 1, False),
        ("spring", 4, False),
    ]
    told = ask("overview")
    (module,) = told["modules"]
    assert (module["slug"], module["title"]) == (MODULE, "First steps")
    assert (len(module["status"]["collected"]), len(module["status"]["waiting"])) == (4, 4)
    assert told["learners"][1] == {"id": "bo", "name": "Bo Smith, Jr."}
    # A module that was never released to a cohort is there to be released.
    assert ask("overview", cohort="autumn")["modules"] == [{"slug": MODULE, "title": "First steps", "status": None}]


def test_what_stands_against_a_release_is_told_before_it(ask: Asked):
    assert ask("check", module=MODULE) == []
    (ask.term.cohort.root / "source" / MODULE / "responses").mkdir()
    assert any("responses" in one for one in ask("check", module=MODULE))


def test_the_queue_is_blind_unless_names_are_asked_for(ask: Asked):
    queue = ask("queue")
    assert [one["maximum"] for one in queue] == [3.0, 3.0, 3.0, 1.0]
    assert (queue[0]["score"], queue[0]["decided"]) == (None, False)
    told = str(queue) + str(ask("entry", handle=queue[0]["handle"]))
    assert not any(name in told for name in ("Okafor", "Smith", "Nørgaard"))
    assert "Bo Smith, Jr." in str(ask("queue", names=True))
    assert ask("queue", module="another") == []


def test_the_points_follow_the_labels_and_nothing_is_kept_before_it_is_saved(ask: Asked):
    handle = ask.handle("cy")
    # Two of three criteria and a trap: 3 × 2/3 × 0.5; without the trap 3 × 2/3; with the third criterion too, all 3.
    assert ask("points", handle=handle, overturn=[]) == 1.0
    assert ask("points", handle=handle, overturn=["fixes_it"]) == 2.0
    assert ask("points", handle=handle, overturn=["fixes_it", "asks_open"]) == 3.0
    assert ask.grade("cy") == (1.0, None, True)
    assert ask("queue", which="decided") == []


def test_a_decision_is_kept_with_its_remark_and_taken_back(ask: Asked):
    handle = ask.handle("cy")
    made = ask("decide", handle=handle, overturn=["fixes_it"], by="kim", remark="Well seen.")
    assert (made["score"], made["entry"]["decided"], made["entry"]["remark"]) == (2.0, True, "Well seen.")
    assert {one["key"]: one["person"] for one in made["entry"]["replies"][0]["labels"]}["fixes_it"] is False
    assert ask.grade("cy") == (1.0, 2.0, False)
    assert [one["handle"] for one in ask("queue", which="decided")] == [handle]
    assert handle not in [one["handle"] for one in ask("queue")]
    back = ask("undo", handle=handle, by="lee")
    assert (back["score"], back["entry"]["decided"]) == (1.0, False)
    assert ask.grade("cy")[:2] == (1.0, None)


def test_answers_alike_are_decided_together_when_they_are_ticked(ask: Asked):
    handle = ask.handle("cy")
    (alike,) = ask("entry", handle=handle)["alike"]
    made = ask("decide", handle=handle, overturn=["fixes_it"], by="kim", also=[alike["handle"]])
    assert made["also"] == [alike["handle"]]
    assert (ask.grade("cy")[1], ask.grade("dee")[1]) == (2.0, 2.0)
    # What is shown of the other one afterwards is what was decided.
    assert made["entry"]["alike"][0]["labels"] == ("names_weight", "names_pattern")


def test_an_answer_without_words_is_given_points(ask: Asked):
    handle = ask.handle("bo", CHOOSE)
    assert ask("decide", handle=handle, by="kim", points=0.5)["score"] == 0.5
    assert ask.grade("bo", CHOOSE) == (1.0, 0.5, False)


def test_a_snippet_is_kept_for_the_cohort(ask: Asked):
    assert ask("snippets") == {}
    assert ask("keep-snippet", name="stay", text="Stay with it.") == {"stay": "Stay with it."}
    assert ask("snippets", names=True) == {"stay": "Stay with it."}


def test_a_second_marker_reads_a_sample_without_what_others_found(ask: Asked):
    sample = ask("sample", module=MODULE, marker="lee", share=1.0)
    assert len(sample) == 4
    labels = [label for one in sample for reply in one["replies"] for label in reply["labels"]]
    assert {(one["machine"], one["person"], one["probability"]) for one in labels} == {(None, None, None)}
    ask("mark", handle=sample[0]["handle"], marker="lee", found=["names_weight"])
    again = ask("sample", module=MODULE, marker="lee", share=None)
    assert [one["marked"] for one in again] == [True, False, False, False]
    assert {one["between"]: one["answers"] for one in ask("agreement", module=MODULE)}["first and second marker"] == 0
    assert ask.grade("cy") == (1.0, None, True)


def test_a_learners_history_tells_who_changed_what(ask: Asked):
    ask("decide", handle=ask.handle("cy"), overturn=["fixes_it"], by="kim")
    rows = [one for one in ask("audit", learner="cy") if one["item"] == WRITE]
    assert [(one["old"], one["new"], one["by_person"]) for one in rows][-1] == (1.0, 2.0, True)
    assert "kim" in rows[-1]["who"]


@pytest.mark.parametrize(
    ("verb", "fields", "told"),
    [
        ("nothing", {}, "reload the page"),
        ("queue", {"cohort": ""}, "The cohort is missing"),
        ("queue", {"cohort": "sprin"}, 'no cohort "sprin"; did you mean "spring"'),
        ("entry", {"handle": "x"}, 'no graded answer "x"'),
        ("decide", {"handle": "x", "by": " "}, "Who decides is missing"),
        ("decide", {"handle": "x", "by": "kim", "points": "two"}, "two: is no number"),
        ("audit", {"learner": "zoe"}, 'no learner "zoe"'),
        ("run", {"run": "grade"}, "Module is missing"),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_sentence(ask: Asked, verb: str, fields: Mapping[str, object], told: str):
    with pytest.raises(CohortError, match=told):
        ask(verb, **fields)
