"""The report's numbers, each worked out by hand from the small term in conftest."""

import pytest

from curriculum_utils.reports import ReportData

MODULE = "first-steps"


def place(data: ReportData, learner: str):
    return next(row for row in data.learners if row.learner == learner).modules[0]


def item(data: ReportData, name: str):
    return next(row for row in data.items if row.item == name)


def test_a_graded_submission_has_the_sum_of_its_points(data: ReportData):
    ana = place(data, "ana")
    # 1 + 3 + 2 + 0 of 1 + 3 + 2 + 3
    assert (ana.state, ana.points, ana.maximum, ana.undecided) == ("graded", 6.0, 9.0, 0)
    assert ana.share == pytest.approx(6 / 9)


def test_a_person_s_score_stands_over_the_machine_s_and_a_late_penalty_is_taken_off(data: ReportData):
    bo = place(data, "bo")
    # 0 + 1.5 (a person's, over 1) + 3, less 0.5
    assert bo.points == 4.0
    assert bo.penalty == 0.5


def test_an_answer_without_a_score_waits_and_is_not_counted_as_zero(data: ReportData):
    bo = place(data, "bo")
    assert (bo.waiting, bo.unscored, bo.undecided) == (1, 1, 3.0)
    # of the 9 points 3 are not decided: 4 of 6
    assert bo.share == pytest.approx(4 / 6)


def test_what_is_handed_in_but_not_graded_has_no_points(data: ReportData):
    cy = place(data, "cy")
    assert (cy.state, cy.points, cy.share) == ("not graded yet", None, None)


def test_a_missing_submission_is_named(data: ReportData):
    dee = next(row for row in data.learners if row.learner == "dee")
    assert dee.missing == (MODULE,)
    assert (dee.points, dee.share, dee.answered) == (None, None, 0)


def test_items_answered_are_counted_from_the_logs(data: ReportData):
    # ana: fs-choose, fs-write; fs-a-choose, -write, -spot
    ana = place(data, "ana")
    assert (ana.answered_practice, ana.practice_items, ana.answered_graded, ana.graded_items) == (2, 4, 3, 4)
    assert ana.attempts == 7  # two of them twice


def test_a_module_counts_its_submissions(data: ReportData):
    (module,) = data.modules
    assert (module.learners, module.submitted, module.graded) == (4, 3, 2)
    assert (module.items_waiting, module.items_unscored, module.learners_waiting) == (1, 1, 1)
    # 4/6 and 6/9 are the same share
    assert module.median == pytest.approx(2 / 3)


def test_a_graded_item_s_credit_is_the_gradebook_s_and_until_then_the_scorer_s(data: ReportData):
    write = item(data, "fs-a-write")
    # ana 3/3; bo waits; cy is not graded, the scorer gives 1/3
    assert (write.answered, write.n, write.waiting) == (3, 2, 2)  # bo's, and cy's, of which the scorer was unsure
    assert write.credit == pytest.approx((1 + 1 / 3) / 2)
    assert (write.full, write.zero) == (0.5, 0.0)
    spot = item(data, "fs-a-spot")
    # ana 2/2, bo 1.5/2 by a person; at the first attempt the machine gave 1 and 0.5
    assert (spot.credit, spot.first_credit) == (pytest.approx(0.875), pytest.approx(0.75))


def test_a_learner_who_gave_no_answer_is_in_no_mean_of_the_item(data: ReportData):
    match = item(data, "fs-a-match")
    # ana's 0 points are for no answer; only bo answered, 3/3
    assert (match.answered, match.n, match.credit) == (1, 1, 1.0)


def test_difficulty_is_that_of_first_attempts(data: ReportData):
    choose = item(data, "fs-choose")
    # first: ana 0, bo 1, cy 0; last: ana 1, bo 1, cy 0
    assert (choose.first_n, choose.first_credit) == (3, pytest.approx(1 / 3))
    assert choose.credit == pytest.approx(2 / 3)
    assert (choose.full, choose.zero) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_an_item_that_nobody_answered_has_no_mean(data: ReportData):
    spot = item(data, "fs-spot")
    assert (spot.answered, spot.n, spot.credit, spot.first_credit) == (0, 0, None, None)


def test_first_and_last_attempts_are_compared_in_pairs_of_the_same_learner(data: ReportData):
    choose = item(data, "fs-choose")
    # ana 0 → 1, cy 0 → 0; bo tried once
    assert (choose.again_n, choose.again_first, choose.again_last) == (2, 0.0, 0.5)
    (again,) = data.again
    # with ana's fs-write 1/3 → 1: three pairs of two learners
    assert (again.learners, again.pairs) == (2, 3)
    assert again.first == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert again.last == pytest.approx((1 + 0 + 1) / 3)
    assert (again.better, again.same, again.worse) == (2, 1, 0)


def test_a_move_s_credit_is_told_apart_for_choosing_and_writing(data: ReportData):
    (move,) = data.moves
    # chosen: fs-choose ana 1, bo 1, cy 0; fs-a-choose ana 1, bo 0
    assert (move.choose_n, move.choose_credit) == (5, pytest.approx(3 / 5))
    # written: fs-write ana 1, bo 1/3; fs-a-write ana 1, cy 1/3; bo waits
    assert (move.write_n, move.write_credit) == (4, pytest.approx((1 + 1 / 3 + 1 + 1 / 3) / 4))
    assert (move.waiting, move.open_n) == (2, 0)  # bo's, and cy's


def test_criteria_are_counted_over_last_replies(data: ReportData):
    rows = {row.criterion: (row.met, row.asked, row.unscored, row.unsure) for row in data.criteria}
    # last replies that were scored: ana WHOLE, WHOLE; bo TRAPPED; cy DOUBTFUL. bo's other was not.
    assert rows == {
        "names_weight": (4, 4, 1, 1),
        "names_pattern": (3, 4, 1, 1),
        "asks_open": (2, 4, 1, 1),
    }
    cells = {(cell.learner, cell.criterion): (cell.met, cell.asked) for cell in data.learner_criteria}
    assert cells["ana", "asks_open"] == (2, 2)
    assert cells["bo", "asks_open"] == (0, 1)
    assert ("dee", "asks_open") not in cells


def test_traps_are_counted_over_all_attempts_and_apart_for_last_ones(data: ReportData):
    rows = {row.trap: row for row in data.traps}
    fix = rows["fixes_it"]
    # replies: bo's TRAPPED of 5 scored (ana 3, bo 1, cy 1)
    assert (fix.replies, fix.replies_of) == (1, 5)
    # choices of option a: ana's first, cy's second, bo's graded one; of 7 choices, the trap in all of them
    assert (fix.choices, fix.choices_of) == (3, 7)
    # ana mended hers: cy's and bo's are left
    assert (fix.learners, fix.last_replies, fix.last_choices) == (3, 1, 2)
    soothes = rows["soothes"]
    assert (soothes.replies, soothes.choices, soothes.learners, soothes.last_choices) == (0, 1, 1, 0)
    # no option of a choice asks why
    assert (rows["asks_why"].choices, rows["asks_why"].choices_of) == (0, 0)


def test_every_attempt_is_a_line_with_its_number_and_state(data: ReportData):
    assert len(data.attempts) == 7 + 6 + 3
    ana = [row for row in data.attempts if (row.learner, row.item) == ("ana", "fs-write")]
    assert [(row.attempt, row.credit) for row in ana] == [(1, pytest.approx(1 / 3)), (2, 1.0)]
    (waits,) = [row for row in data.attempts if row.state == "waits for a person"]
    assert (waits.learner, waits.credit, waits.reason) == ("bo", None, "It cannot be decided.")
    (sure,) = [row for row in data.attempts if row.confidence is not None]
    assert (sure.learner, sure.item, sure.confidence) == ("ana", "fs-a-write", 3)
