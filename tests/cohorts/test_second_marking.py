"""A second marker's sample, agreement recomputed by other means, corrections as data, snippets, and the command."""

import json
import math
import shutil
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from report_term import KNOWN, MODULE, TRAPPED, WHOLE, Term, begin, scripted

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import open_cohort
from curriculum_utils.cohorts.agreement import agreement
from curriculum_utils.cohorts.alike import similarities
from curriculum_utils.cohorts.corrections import corrections, export_corrections
from curriculum_utils.cohorts.deciding import decide
from curriculum_utils.cohorts.second_marking import MARKERS, SCORER, agreements, draw_sample, second_mark, to_mark
from curriculum_utils.cohorts.snippets import add_snippet, remove_snippet, snippets
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.decisions import standing_decisions
from curriculum_utils.grading.item_grades import item_grades
from curriculum_utils.responses import say_consent

WRITE = "fs-a-write"
READER = scripted()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """Four graded replies: two whole, two with a trap."""
    term = begin(tmp_path_factory.mktemp("term"))
    rest = {"fs-a-choose": 0.0, "fs-a-spot": 0.0, "fs-a-match": 0.0}
    for learner, text, points in (("ana", WHOLE, 3.0), ("bo", WHOLE, 3.0), ("cy", TRAPPED, 1.0), ("dee", TRAPPED, 1.0)):
        term.answer(learner, WRITE, {"text": text})
        term.grade(learner, rest | {WRITE: points}, waits=[WRITE])
    return term


@pytest.fixture
def term(made: Term, tmp_path: Path) -> Term:
    shutil.copytree(made.cohort.root, tmp_path / "course")
    return Term(open_cohort(tmp_path / "course", made.cohort.name), made.release, count(1000))


def scores(term: Term) -> list[tuple[str, str, float | None, bool]]:
    return [(one.learner, one.item, one.score, one.waits) for one in item_grades(term.cohort.gradebook_url)]


# Agreement


def kappa_of(p: np.ndarray) -> float:
    observed, expected = p[0] + p[3], (p[0] + p[1]) * (p[0] + p[2]) + (p[2] + p[3]) * (p[1] + p[3])
    return float((observed - expected) / (1 - expected))


@pytest.mark.parametrize("counts", [(20, 5, 10, 15), (40, 3, 1, 60), (1, 9, 8, 2), (30, 0, 4, 9)])
def test_kappa_and_its_interval_are_those_of_the_delta_method(counts: tuple[int, int, int, int]):
    words = [(True, True), (True, False), (False, True), (False, False)]
    got = agreement("a", [pair for pair, times in zip(words, counts, strict=True) for _ in range(times)])
    n = sum(counts)
    p = np.array(counts) / n
    # Independently: the gradient by differences, and the covariance of a multinomial.
    step = 1e-6
    slope = np.array([(kappa_of(p + step * e) - kappa_of(p - step * e)) / (2 * step) for e in np.eye(4)])
    error = math.sqrt(slope @ (np.diag(p) - np.outer(p, p)) @ slope / n)
    assert got.agreed == pytest.approx((counts[0] + counts[3]) / n)
    assert got.kappa == pytest.approx(kappa_of(p))
    assert got.low == pytest.approx(max(-1, kappa_of(p) - 1.959964 * error), abs=1e-5)
    assert got.high == pytest.approx(min(1, kappa_of(p) + 1.959964 * error), abs=1e-5)
    assert bool(got.warning) == (n < 30)


def test_cohens_textbook_table():
    # 20, 5, 10, 15 of 50: observed 0.7, expected 0.5 × 0.6 + 0.5 × 0.4 = 0.5, kappa 0.4.
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert agreement("a", pairs).kappa == pytest.approx(0.4)


def test_where_kappa_means_nothing_it_is_said():
    same = agreement("a", [(True, True)] * 40)
    assert (same.agreed, same.kappa, same.low) == (1.0, None, None)
    assert "not defined" in same.warning
    none = agreement("a", [])
    assert (none.agreed, none.kappa) == (None, None)
    assert none.warning == "no reply was read by both"


# The sample


def test_a_sample_is_drawn_once_and_shows_nothing_that_others_found(term: Term):
    sample = draw_sample(term.cohort, MODULE, share=0.5, seed=3, marker="lee", scorer=READER)
    assert len(set(sample.grades)) == 2  # half of four written answers
    assert draw_sample(term.cohort, MODULE, share=0.5, seed=3, marker="lee", scorer=READER) == sample
    decide(term.cohort, to_mark(term.cohort, MODULE, "lee", scorer=READER)[0].handle, by="kim", scorer=READER)
    for one in to_mark(term.cohort, MODULE, "lee", scorer=READER):
        assert all(len(reply.segments) == 1 for reply in one.replies)
        labels = [label for reply in one.replies for label in reply.labels]
        assert {(label.machine, label.person, label.probability, label.doubtful) for label in labels} == {
            (None, None, None, False)
        }


def test_a_small_share_still_draws_one_and_a_bad_one_is_refused(term: Term):
    assert len(draw_sample(term.cohort, MODULE, share=0.01, seed=1, marker="lee", scorer=READER).grades) == 1
    for share in (0.0, 1.5, math.nan):
        with pytest.raises(CohortError, match="give a share above 0"):
            draw_sample(term.cohort, MODULE, share=share, seed=1, marker="lee", scorer=READER)


def test_agreement_is_counted_from_what_each_reader_said_and_no_grade_changes(term: Term):
    draw_sample(term.cohort, MODULE, share=1, seed=1, marker="lee", scorer=READER)
    for learner in ("ana", "bo", "cy", "dee"):
        overturned = {"fixes_it": "overturn"} if learner == "cy" else {}
        decide(term.cohort, f"{MODULE}/{WRITE}/{learner}", overturned, by="kim", scorer=READER)
    before = scores(term)
    found = {"ana": ["names_weight"], "bo": [], "cy": ["fixes_it"], "dee": ["fixes_it"]}
    for learner, labels in found.items():
        second_mark(term.cohort, f"{MODULE}/{WRITE}/{learner}", labels, by="lee", scorer=READER)
    second_mark(term.cohort, f"{MODULE}/{WRITE}/bo", ["names_weight"], by="lee", scorer=READER)  # the last word counts
    assert scores(term) == before
    tables = {one.between: {row.label: row for row in one.rows} for one in agreements(term.cohort, MODULE)}
    assert list(tables[MARKERS]) == list(KNOWN)
    trap = tables[MARKERS]["fixes_it"]
    # kim: only dee's; lee: cy's and dee's.
    assert (trap.both, trap.only_first, trap.only_second, trap.neither) == (1, 0, 1, 2)
    weight = tables[MARKERS]["names_weight"]  # kim: all four; lee: ana's and bo's
    assert (weight.both, weight.only_first, weight.only_second, weight.neither) == (2, 2, 0, 0)
    scorer = tables[SCORER]["fixes_it"]
    assert (scorer.both, scorer.neither, scorer.kappa) == (2, 2, 1.0)


def test_only_what_was_drawn_for_a_marker_can_be_marked(term: Term):
    with pytest.raises(CohortError, match="no sample was drawn for lee"):
        second_mark(term.cohort, f"{MODULE}/{WRITE}/ana", [], by="lee", scorer=READER)
    draw_sample(term.cohort, MODULE, share=1, seed=1, marker="lee", scorer=READER)
    with pytest.raises(CohortError, match='no label "soothe"; did you mean "soothes"'):
        second_mark(term.cohort, f"{MODULE}/{WRITE}/ana", ["soothe"], by="lee", scorer=READER)


# Corrections


def test_only_replies_of_those_who_consent_leave_and_say_nothing_of_them(term: Term, tmp_path: Path):
    for learner in ("ana", "bo", "cy"):
        decide(term.cohort, f"{MODULE}/{WRITE}/{learner}", {"fixes_it": "overturn"}, by="kim", scorer=READER)
    say_consent(term.log("cy", WRITE), given=True)
    say_consent(term.log("bo", WRITE), given=True)
    say_consent(term.log("bo", WRITE), given=False)
    say_consent(term.log("ana", WRITE, says="mallory"), given=True)  # not ana's own word
    found = export_corrections(term.cohort, tmp_path / "out.jsonl")
    assert (len(found.rows), found.without_consent, found.with_details) == (1, 2, 0)
    text = (tmp_path / "out.jsonl").read_text("utf-8")
    row = json.loads(text)
    assert (row["reply"], row["first"], row["labels"], row["second"], row["near"], row["kind"]) == (
        TRAPPED,
        ["names_weight", "names_pattern", "fixes_it"],
        ["names_weight", "names_pattern"],
        ["names_weight", "names_pattern"],
        ["fixes_it"],
        "plain",
    )
    assert set(row) == {
        *("id", "writer", "module", "client_id", "client", "reply", "labels", "near", "kind", "first", "second")
    }
    log_id = term.log("cy", WRITE).log_id
    decision = next(iter(standing_decisions(term.cohort.gradebook_url).values()))
    assert not [word for word in ("kim", '"cy', log_id, decision.grade_id) if word in text]
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".out*")] == []


def test_a_no_in_any_log_keeps_all_and_details_of_a_person_stay_too(term: Term):
    decide(term.cohort, f"{MODULE}/{WRITE}/cy", by="kim", scorer=READER)
    say_consent(term.log("cy", WRITE), given=True)
    say_consent(term.log("cy", "fs-write"), given=False)
    assert corrections(term.cohort).without_consent == 1
    term.answer("dee", WRITE, {"text": "Call her on 030 1234567 or write to jo@example.org tonight."})
    decide(term.cohort, f"{MODULE}/{WRITE}/dee", by="kim", scorer=READER)
    say_consent(term.log("dee", WRITE), given=True)
    assert (corrections(term.cohort).rows, corrections(term.cohort).with_details) == ((), 1)


# Snippets and likeness


def test_snippets_are_kept_replaced_and_forgotten(term: Term):
    assert add_snippet(term.cohort, "stay", "Stay with it: a moment longer.")
    assert not add_snippet(term.cohort, "stay", "Stay with it: a moment longer.")
    assert add_snippet(term.cohort, "ask", "Ask once.\nThen wait.")
    assert snippets(term.cohort) == {"ask": "Ask once.\nThen wait.", "stay": "Stay with it: a moment longer."}
    remove_snippet(term.cohort, "ask")
    assert list(snippets(term.cohort)) == ["stay"]
    with pytest.raises(CohortError, match='no snippet "sta"'):
        remove_snippet(term.cohort, "sta")
    with pytest.raises(CohortError, match="cannot be a snippet's name"):
        add_snippet(term.cohort, "Two words", "x")
    (term.cohort.folder / "snippets.yaml").write_text("stay: [1]\n", "utf-8")
    with pytest.raises(CohortError, match="is no name with a text"):
        snippets(term.cohort)


def test_likeness_goes_by_letters_and_is_that_of_a_cosine_worked_out_by_hand():
    same = similarities(["Hm. It weighs!", "hm it WEIGHS", "Quite another thing", ""])
    assert same[0][1] == pytest.approx(1.0)
    assert same[0][2] == 0.0
    assert same[3].tolist() == [0.0, 0.0, 0.0, 0.0]
    # " a " alone is common to both; each has one run of 3 of its own (" b " and " c "): idf 1 and log(3/2) + 1.
    own = math.log(3 / 2) + 1
    assert similarities(["a b", "a c"])[0][1] == pytest.approx(1 / (1 + own**2))


# The command


def run(term: Term, *words: str) -> str:
    result = CliRunner().invoke(cli, ["review", *words, "--course", str(term.cohort.root)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_lists_shows_decides_and_undoes(term: Term, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("curriculum_utils.grading.in_cohort.InCohort.reply_scorer", lambda _: READER)
    queue = json.loads(run(term, "list", "--json"))
    assert len(queue) == 4
    handle = next(one["handle"] for one in queue if one["score"] == 1.0)
    assert "4 answers to look at in spring." in run(term, "list")
    shown = run(term, "show", handle)
    assert "fixes_it: met 0.95  [trap: offers a fix]" in shown
    assert f"[{TRAPPED}](names_weight, names_pattern, fixes_it)" in shown
    run(term, "snippets", "--add", "fine", "Well seen.")
    decided = run(term, "decide", handle, "--overturn", "fixes_it", "--snippet", "fine", "--by", "kim")
    assert f"{handle}: 2 points (before: 1)." in decided
    assert len(json.loads(run(term, "list", "--json"))) == 3
    undone = json.loads(run(term, "undo", handle, "--json"))
    assert (undone["action"], undone["score"]) == ("withdraw", 1.0)
    assert "learner" not in undone
    sample = json.loads(run(term, "sample", MODULE, "--marker", "lee", "--share", "0.25", "--json"))
    run(term, "sample", MODULE, "--marker", "lee", "--mark", sample[0]["handle"], "--found", "fixes_it")
    assert "second marker and scorer: 1 answer read by both." in run(term, "agreement")
    assert "(Ana Okafor)" in run(term, "list", "--names")
    assert "Okafor" not in run(term, "list")
    out = run(term, "export", "--to", str(term.cohort.root / "c.jsonl"))
    assert "c.jsonl: 0 corrections." in out
