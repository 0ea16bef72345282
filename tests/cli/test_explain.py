"""`curriculum explain`: one reply, label by label."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from curriculum_utils.cli.explain import explain_command
from curriculum_utils.scoring import Reply, load_scorer, shipped_vocabulary

REPLY = (
    "There's a part of you that guards that drawer. What is it afraid would happen if you sent the letter? "
    "You could try sending it on Sunday."
)
LABEL = re.compile(r"^  (\w+) \(.+\): (?:not )?(?:met|fallen into), \d\.\d\d of \d\.\d\d needed(, asked for)?$", re.M)


@pytest.fixture(autouse=True)
def _away_from_any_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*args: str, stdin: str = "") -> Result:
    return CliRunner().invoke(explain_command, ["--module", "self-sabotage", *args], input=stdin)


def test_it_says_for_each_label_how_likely_it_is_and_what_it_needs():
    told = run(REPLY, "--all").stdout
    assert [match[0] for match in LABEL.findall(told)] == list(shipped_vocabulary().labels)


def test_met_labels_show_their_words_and_a_trap_what_to_do_instead():
    told = run(REPLY).stdout
    score = load_scorer().score([Reply("r", "self-sabotage", "", REPLY)])[0]
    assert {"externalizes", "asks_protection", "offers_solution"} <= set(score.labels)
    for label in ("externalizes", "asks_protection", "offers_solution"):
        start, end = score.evidence[label][0]
        assert f"“{REPLY[start:end]}”" in told
    assert shipped_vocabulary().wanted["offers_solution"][1].split(".")[0] in " ".join(told.split())


def test_a_criterion_that_was_asked_for_and_not_met_is_told_with_what_would_meet_it():
    told = " ".join(run(REPLY, "--move", "stay-with-the-body").stdout.split())
    for label in ("body_now", "explores_sensation", "stays_without_fixing"):
        when, hint = shipped_vocabulary().wanted[label]
        assert f"It is met when {' '.join(when.split())} {' '.join(hint.split())}" in told
    assert told.startswith("Credit 0.00 of 1 against stay-with-the-body: coverage 0.00, traps 1.")


def test_labels_far_from_being_met_are_counted_and_left_out():
    told = run("Mm, I see what you mean by that.").stdout
    shown = len(LABEL.findall(told))
    assert f"{len(shipped_vocabulary().labels) - shown} more labels are far from being met; --all shows them." in told


def test_the_reply_may_come_from_standard_input_and_go_out_as_json():
    found = json.loads(run("--json", stdin=REPLY + "\n").stdout)
    score = load_scorer().score([Reply("r", "self-sabotage", "", REPLY)])[0]
    assert {one["label"]: one["probability"] for one in found["labels"]} == dict(score.probabilities)
    assert [one["label"] for one in found["labels"] if one["met"]] == list(score.labels)
    assert found["scorer_version"] == score.scorer_version


def test_what_is_not_scored_is_told_with_its_reason():
    told = run("My client told me he wants to kill himself.").stdout
    assert told.startswith("Not scored.\nFor a person to look at. This reply may speak of a real person at risk")


def test_an_unknown_module_or_move_is_told_with_the_nearest_one():
    result = CliRunner().invoke(explain_command, ["--module", "self-sabotag", "x"])
    assert (result.exit_code, 'No module "self-sabotag"; did you mean "self-sabotage"?' in result.stderr) == (2, True)
    result = run("x", "--move", "stay-with-body")
    assert (result.exit_code, 'did you mean "stay-with-the-body"?' in result.stderr) == (2, True)
