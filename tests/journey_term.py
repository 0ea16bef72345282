"""A learner's term: both modules on the page, then the instructor's commands, then the feedback; and what must hold."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from journey import COHORT, Watch, course_with, curriculum, lab
from journey_hands import Hands
from journey_lessons import Way
from journey_script import Desk
from nbgrader.api import Gradebook

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.widgets.receipts import receipts

EXPERT, TRAP_PRONE = "amara", "dmitri"  # of demo/learners.yaml
STEP = 20_000  # ms


class Manner(NamedTuple):
    """How a learner works on a module: with which hands, and whether in a light or a dark page."""

    hands: type[Hands]
    scheme: str


def shares_of_a_term(root: Path, browser, learner: str, manners: Mapping[str, Manner]) -> dict[str, float]:
    """The share of each module's points that the gradebook gives this learner, after all that must hold on the way."""
    course = course_with(root / "course", (EXPERT, TRAP_PRONE))
    cohort, desk = open_cohort(course, COHORT), Desk(course)
    home = cohort.folder / "learners" / learner
    watch = Watch()
    context = browser.browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(STEP)
    page = context.new_page()
    watch.over(page)
    ways: dict[str, Way] = {}
    with lab(course, learner) as address:
        for module, manner in manners.items():
            page.emulate_media(color_scheme=manner.scheme)
            page.goto(address)
            way = ways[module] = Way(page, manner.hands(page), desk, home, learner, module)
            _answers_and_hands_in(way, manner, first=len(ways) == 1)
            assert way.recorded() == way.typed
        earned = {module: _graded(course, way) for module, way in ways.items()}
        for module, way in ways.items():
            assert way.look_for_feedback() == [one.title for one in way.release.notebooks]
            score, most = earned[module]
            assert way.told_points().startswith(f"{round(score, 2):g} of {most:g} points")
        way.open_feedback()
        page.close()
    context.close()
    assert not watch.wrong, "\n".join(watch.wrong)
    return {module: score / most for module, (score, most) in earned.items()}


def _answers_and_hands_in(way: Way, manner: Manner, *, first: bool) -> None:
    way.start_page()
    way.wears(manner.scheme)
    if first:
        way.confirm_notice()
    else:
        assert not way.panel.get_by_role("button", name="I have read this").is_visible()
    way.answer_all(manner.scheme)
    said, count = way.hand_in(), len(way.release.items)
    found = re.fullmatch(r"Handed in on .+ at .+: (\d+) of (\d+) tasks answered\. Receipt ([0-9a-f]{12})\.", said)
    assert found, said
    assert found.groups()[:2] == (str(count), str(count))
    (receipt,) = receipts(way.home, way.release.module)
    assert (receipt.how, receipt.digest[:12]) == ("exchange", found[3])


def _graded(course: Path, way: Way) -> tuple[float, float]:
    """Collects, grades and returns; the points and the most there are, once each is what its answer is worth."""
    module, cohort = way.release.module, open_cohort(course, COHORT)
    (inbound,) = (cohort.exchange / COHORT / "inbound").glob(f"{way.learner}+{module}+*")
    for log in (way.folder / "responses").glob("*.jsonl"):
        assert (inbound / "responses" / log.name).read_bytes() == log.read_bytes()
    assert f"{module}: 1 submission of 2 learners." in curriculum(course, "collect", module, "--cohort", COHORT)
    for verb in ("grade", "feedback"):
        assert "1 submission" in curriculum(course, verb, module, "--cohort", COHORT)
    graded = [item for item in way.release.items.values() if item.graded]
    due = {item.id: way.desk.due(way.release, item, way.typed[item.id][-1]) for item in graded}
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        submission = gradebook.find_submission(module, way.learner)
        scores = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
        assert scores == pytest.approx(due, abs=1e-4)
        assert submission.score == pytest.approx(sum(due.values()), abs=1e-3)
        assert submission.max_score == sum(item.exercise.points for item in graded)
        return submission.score, submission.max_score
