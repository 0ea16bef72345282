"""Item analysis, confidence and session arcs, each recomputed in plain Python from made-up answers."""

import statistics as std
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tiny_course import write_course

from curriculum_utils.content import Item, Vocabulary, load_course
from curriculum_utils.content.clients import PracticeClient
from curriculum_utils.items import SCHEMAS, Outcome, Scored, Unscored
from curriculum_utils.items.base import ScoredTurn
from curriculum_utils.items.practice_session import PracticeSessionType
from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.arcs import arcs
from curriculum_utils.reports.attempts import Attempt
from curriculum_utils.reports.item_analysis import analysis_rows, form_rows, option_rows
from curriculum_utils.reports.judging import Judged
from curriculum_utils.reports.sure import confidence_rows, sure_rows

MODULE = "first-steps"
Course = tuple[dict[str, Item], Vocabulary]
# Twelve learners, three items: credit of the first attempts.
CHOOSE = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
SPOT = [1, 1, 0.5, 1, 0.5, 0.5, 0.5, 0, 0, 0.5, 0, 0]
MATCH = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    loaded = load_course(write_course(tmp_path_factory.mktemp("analysis")), SCHEMAS)
    return {name: one.item for name, one in loaded.modules[MODULE].items.items()}, loaded.vocabulary(MODULE)


def answered(course: Course, learner: str, item: str, *made: tuple[dict[str, object], Outcome | None]) -> Answered:
    attempts = tuple(
        Judged(Attempt(learner, MODULE, course[0][item], course[1], "r", number, None, answer, 60.0 * number), outcome)
        for number, (answer, outcome) in enumerate(made, start=1)
    )
    return Answered(learner, MODULE, item, attempts, None)


@pytest.fixture(scope="module")
def term(course: Course) -> list[Answered]:
    found: list[Answered] = []
    for item, values, right in (("fs-a-choose", CHOOSE, "b"), ("fs-a-spot", SPOT, ""), ("fs-a-match", MATCH, "")):
        for number, value in enumerate(values):
            answer: dict[str, object] = {"option": right if value else "a"} if right else {}
            # The second attempt is whole: it must change nothing.
            tries = ((answer, Scored(credit=value, verdict="")), ({"option": "b"}, Scored(credit=1, verdict="")))
            found.append(answered(course, f"l{number:02}", item, *tries))
    return found


def test_difficulty_and_discrimination_are_of_first_attempts(term: list[Answered]):
    rows = {row.item: row for row in analysis_rows(MODULE, term)}
    assert [rows[item].difficulty for item in ("fs-a-choose", "fs-a-spot", "fs-a-match")] == [
        pytest.approx(std.mean(values)) for values in (CHOOSE, SPOT, MATCH)
    ]
    rest = [(spot + match) / 2 for spot, match in zip(SPOT, MATCH, strict=True)]
    assert rows["fs-a-choose"].discrimination == pytest.approx(std.correlation(CHOOSE, rest))
    assert (rows["fs-a-choose"].n, rows["fs-a-choose"].rest_n, rows["fs-a-choose"].form) == (12, 12, "graded")
    assert (rows["fs-a-choose"].minutes, rows["fs-a-choose"].timed_n) == (1.0, 12)


def test_an_item_that_the_weak_get_right_is_flagged(term: list[Answered]):
    rows = {row.item: row for row in analysis_rows(MODULE, term)}
    rest = [(choose + spot) / 2 for choose, spot in zip(CHOOSE, SPOT, strict=True)]
    r = std.correlation(MATCH, rest)
    assert r < 0
    assert rows["fs-a-match"].flags == (f"who did well elsewhere did worse here (r = {r:.2f}); check the key",)


def test_easy_and_hard_items_are_flagged_from_ten_learners_on(course: Course):
    def rows(value: float, learners: int) -> tuple[str, ...]:
        made = [
            answered(course, f"l{n}", "fs-a-match", ({}, Scored(credit=value, verdict=""))) for n in range(learners)
        ]
        return analysis_rows(MODULE, made)[0].flags

    assert rows(1.0, 10) == ("too easy: mean credit 100%, so it tells nobody apart",)
    assert rows(0.1, 10) == ("very hard: mean credit 10%; is the key right, is it taught?",)
    assert rows(1.0, 9) == rows(0.5, 10) == ()


def test_a_distractor_that_nobody_picks_is_flagged_from_twenty_learners_on(course: Course):
    def made(learners: int) -> list[Answered]:
        half = [("a", 0.0), ("b", 1.0)] * learners
        return [
            answered(course, f"l{n}", "fs-a-choose", ({"option": option}, Scored(credit=credit, verdict="")))
            for n, (option, credit) in enumerate(half[:learners])
        ]

    assert [(row.option, row.meaning, row.correct, row.picked, row.n) for row in option_rows(MODULE, made(20))] == [
        ("a", "fixes_it", False, 10, 20),
        ("b", "meet-the-weight", True, 10, 20),
        ("c", "soothes", False, 0, 20),
    ]
    assert analysis_rows(MODULE, made(20))[0].flags == ("nobody of 20 picked c (soothes)",)
    assert analysis_rows(MODULE, made(19))[0].flags == ()


def test_reliability_is_over_those_who_answered_every_item(term: list[Answered], course: Course):
    one_more = answered(course, "l99", "fs-a-choose", ({"option": "b"}, Scored(credit=1, verdict="")))
    (row,) = form_rows(MODULE, "First steps", [*term, one_more])
    assert (row.form, row.answered, row.left_out) == ("graded", 13, ())
    assert (row.reliability.items, row.reliability.learners) == (3, 12)
    totals = [sum(values) for values in zip(CHOOSE, SPOT, MATCH, strict=True)]
    parts = sum(std.variance(values) for values in (CHOOSE, SPOT, MATCH))
    assert row.reliability.alpha == pytest.approx(3 / 2 * (1 - parts / std.variance(totals)))


def test_an_item_that_few_answered_is_left_out_of_the_reliability_and_named(term: list[Answered], course: Course):
    rare = answered(course, "l00", "fs-a-write", ({"text": "Hm."}, Scored(credit=1, verdict="")))
    (row,) = form_rows(MODULE, "First steps", [*term, rare])
    assert (row.left_out, row.reliability.items, row.reliability.learners) == (("fs-a-write",), 3, 12)


def test_practice_is_no_test(course: Course):
    practised = [answered(course, "l1", "fs-choose", ({"option": "a"}, Scored(credit=0, verdict="")))]
    assert form_rows(MODULE, "First steps", practised) == []
    assert [row.form for row in analysis_rows(MODULE, practised)] == ["practice"]


def test_traps_count_as_sure_from_three_on_and_only_at_first_attempts(course: Course):
    def fell(learner: str, confidence: object, *traps: str) -> list[Judged]:
        made = {"option": "a", "confidence": confidence}
        again = ({"option": "a", "confidence": 4}, Scored(credit=0, verdict="", traps=("fixes_it",)))
        return list(
            answered(course, learner, "fs-choose", (made, Scored(credit=0.25, verdict="", traps=traps)), again).attempts
        )

    judged = [*fell("a", 4, "fixes_it"), *fell("b", 3, "fixes_it"), *fell("c", 2, "fixes_it"), *fell("d", 3)]
    judged += [*fell("e", None, "fixes_it"), *fell("f", 4, "soothes")]
    rows = {row.trap: (row.fell, row.sure, row.learners) for row in sure_rows({"fixes_it": "", "soothes": ""}, judged)}
    assert rows == {"fixes_it": (3, 2, 2), "soothes": (1, 1, 1)}
    levels = [(row.confidence, row.n, row.credit, row.trapped) for row in confidence_rows(judged)]
    assert levels == [(1, 0, None, 0), (2, 1, 0.25, 1), (3, 2, 0.25, 1), (4, 2, 0.25, 2)]
    assert confidence_rows(fell("e", None)[:1]) == []


def turn(openness: int, *traps: str) -> ScoredTurn:
    return ScoredTurn("…", "…", (), traps, {}, 0.5, "state", openness)


def test_an_arc_is_the_mean_of_the_sessions_that_came_so_far(course: Course):
    sample = PracticeSessionType.sample
    client = PracticeClient.model_validate(sample.client)
    exercise = PracticeSessionType.exercise_model.model_validate(sample.exercise)
    items = {**course[0], "talk": replace(course[0]["fs-choose"], id="talk", client=client, exercise=exercise)}
    start = client.state(client.start).openness

    def talked(learner: str, *turns: ScoredTurn) -> Answered:
        last = Scored(credit=0.5, verdict="", turns=turns) if turns else Unscored("?")
        return answered((items, course[1]), learner, "talk", ({}, Scored(credit=0, verdict="")), ({}, last))

    (arc,) = arcs(
        [talked("a", turn(start + 1), turn(start + 2)), talked("b", turn(start - 1, "fixes_it")), talked("c")]
    )
    assert arc.client == client.client.name
    assert (arc.learners, arc.left_out, arc.turns, arc.traps, arc.opened, arc.closed) == (2, 1, 3, 1, 1, 1)
    assert arc.sessions == ((start, start + 1, start + 2), (start, start - 1))
    assert arc.by_turn == ((start, 2), (start, 2), (start + 2, 1))
    assert (arc.start, arc.end) == (start, (start + 2 + start - 1) / 2)


def test_a_moment_without_zone_or_after_a_break_is_no_time(course: Course):
    from curriculum_utils.reports.attempts import _spent  # pyright: ignore[reportPrivateUsage]

    nine = datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert _spent(nine, nine.replace(minute=30)) == 1800
    assert _spent(nine, nine.replace(minute=31)) is None
    assert _spent(nine.replace(minute=1), nine) is None
    assert _spent(None, nine) is None
