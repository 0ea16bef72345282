"""The scorer for tests and previews keeps to the protocol."""

from curriculum_utils.scoring import Reply, Scorer, ScriptedScorer


def score_one(scorer: Scorer, text: str):
    return scorer.score([Reply("r", "m", "c", text)])[0]


def test_a_scripted_text_has_its_labels_in_the_order_of_the_rubric():
    scorer = ScriptedScorer({"Hello.": ["b", "a"]}, known_labels=["a", "b", "c"])
    found = score_one(scorer, " Hello. ")
    assert found.labels == ("a", "b")
    assert found.evidence == {"a": ((1, 7),), "b": ((1, 7),)}
    assert set(found.probabilities) == scorer.known_labels == {"a", "b", "c"}


def test_any_other_text_and_a_blank_one_have_no_labels():
    scorer = ScriptedScorer({"Hello.": ["a"], "": ["a"]})
    assert score_one(scorer, "Bye.").labels == score_one(scorer, " ").labels == ()


def test_it_can_leave_a_text_undecided_or_ask_for_a_person():
    scorer = ScriptedScorer({"x": ["a"], "y": ["a"]}, unscored={"x": "cannot tell"}, review={"y": "look"})
    undecided, looked_at = score_one(scorer, "x"), score_one(scorer, "y")
    assert (undecided.scored, undecided.labels, undecided.review_reason) == (False, (), "cannot tell")
    assert (looked_at.scored, looked_at.labels, looked_at.review_reason) == (True, ("a",), "look")
