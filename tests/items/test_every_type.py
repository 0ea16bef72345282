"""What holds for every item type, tried on its own sample."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_items import VOCABULARY, marking, sample_item

from curriculum_utils.errors import AnswerError
from curriculum_utils.items import TYPES, Scored, Unscored, assess, points, type_of
from curriculum_utils.items.narrow import is_a

every_type = pytest.mark.parametrize("name", TYPES)
# The written samples need labels; the other types score by their key alone.
WRITTEN = TYPES["write-reply"].sample
MARKING = marking(
    {
        str(WRITTEN.correct["text"]): ["sample_apart", "sample_credit", "sample_question"],
        str(WRITTEN.incorrect["text"]): ["sample_fix"],
    }
)


def credit(outcome: object) -> float:
    assert isinstance(outcome, Scored)
    return outcome.credit


@every_type
def test_the_correct_sample_earns_all(name: str):
    assert credit(assess(sample_item(name), TYPES[name].sample.correct, MARKING)) == 1.0


@every_type
def test_the_incorrect_sample_earns_nothing(name: str):
    # choose: a distractor; write: no criterion; spot: wrong trap, words before the trap; match: 0 of 3 pairs.
    assert credit(assess(sample_item(name), TYPES[name].sample.incorrect, MARKING)) == 0.0


@every_type
def test_the_invalid_sample_is_refused(name: str):
    with pytest.raises(AnswerError):
        TYPES[name].parse(sample_item(name), TYPES[name].sample.invalid)


@every_type
def test_an_unreadable_answer_is_not_wrong_but_left_to_a_person(name: str):
    outcome = assess(sample_item(name), TYPES[name].sample.invalid, MARKING)
    assert isinstance(outcome, Unscored)
    assert outcome.reason.startswith("The last answer cannot be read: ")


@every_type
def test_the_sample_passes_its_own_models_and_no_more_keys_than_those(name: str):
    kind = TYPES[name]
    assert type_of(sample_item(name)) is kind
    with pytest.raises(AnswerError, match="Extra inputs"):
        kind.parse(sample_item(name), {**kind.sample.correct, "score": 1})


@every_type
def test_no_answer_earns_nothing_and_needs_nobody(name: str):
    assert assess(sample_item(name), None, MARKING) == Scored(credit=0.0, verdict="No answer.")


@every_type
@pytest.mark.parametrize("extra", [{}, {"confidence": 2}])
def test_a_blank_answer_earns_nothing_even_without_a_key(name: str, extra: dict[str, object]):
    blank = {"choose-move": {"option": ""}, "write-reply": {"text": " \n\t"}, "match-reason": {"pairs": {}}}
    answer = {**blank.get(name, {"trap": None, "marks": []}), **extra}
    assert assess(sample_item(name, withheld=True), answer, MARKING) == Scored(credit=0.0, verdict="No answer.")


@every_type
def test_an_item_without_its_key_is_left_to_a_person(name: str):
    outcome = assess(sample_item(name, withheld=True), TYPES[name].sample.correct, MARKING)
    assert outcome == Unscored("The key of this item is missing on the instructor's side.")


@every_type
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_confidence_may_stand_beside_any_answer_and_changes_no_credit(name: str, level: int):
    answer = {**TYPES[name].sample.correct, "confidence": level}
    assert credit(assess(sample_item(name), answer, MARKING)) == 1.0


@every_type
@pytest.mark.parametrize("level", [0, 5, -1, "sure", 2.5, [1]])
def test_confidence_out_of_its_scale_is_refused(name: str, level: object):
    with pytest.raises(AnswerError, match="confidence"):
        TYPES[name].parse(sample_item(name), {**TYPES[name].sample.correct, "confidence": level})


@every_type
def test_what_a_widget_draws_does_not_depend_on_the_key(name: str):
    kind, item = TYPES[name], sample_item(name)
    order = kind.orderable(item)
    drawn = kind.view(item, order)
    assert drawn == kind.view(sample_item(name, withheld=True), order)
    json.dumps(drawn, allow_nan=False)


def sentences(value: object) -> list[str]:
    """Every text of more than one word in a key: ids and labels are shown to learners anyway."""
    if isinstance(value, dict):
        return [text for child in value.values() for text in sentences(child)]
    if isinstance(value, list):
        return [text for child in value for text in sentences(child)]
    return [value] if isinstance(value, str) and " " in value else []


@every_type
def test_no_sentence_of_the_key_is_drawn_or_shown_with_an_unmarked_answer(name: str):
    kind, item = TYPES[name], sample_item(name)
    answer = kind.parse(item, kind.sample.incorrect)
    shown = json.dumps(kind.view(item, kind.orderable(item)), ensure_ascii=False)
    shown += kind.answer_html(item, answer, None, VOCABULARY)
    found = sentences(dict(kind.sample.key))
    assert found
    assert [text for text in found if text in shown] == []


@every_type
def test_an_unmarked_answer_looks_the_same_with_and_without_the_key(name: str):
    kind, item = TYPES[name], sample_item(name)
    answer = kind.parse(item, kind.sample.correct)
    bare = kind.answer_html(sample_item(name, withheld=True), answer, None, VOCABULARY)
    assert kind.answer_html(item, answer, None, VOCABULARY) == bare


@every_type
def test_a_widget_draws_the_learners_own_order(name: str):
    kind, item = TYPES[name], sample_item(name)
    order = kind.orderable(item)
    turned = kind.view(item, order[::-1])
    drawn = [entry["id"] for part in ("options", "right") for entry in turned.get(part, [])]  # pyright: ignore
    assert tuple(drawn) == order[::-1]


@every_type
def test_an_item_handed_to_another_types_code_is_a_mistake_in_code(name: str):
    other = next(kind for kind in TYPES.values() if kind.name != name)
    with pytest.raises(TypeError, match="expected"):
        is_a(other.exercise_model, sample_item(name).exercise)


@every_type
def test_a_sample_lints_clean(name: str):
    # Each type's check, on its sample as it would stand in one file.
    from curriculum_utils.content import CheckContext
    from curriculum_utils.content.yaml_source import Source

    kind = TYPES[name]
    source = Source(Path("sample.yaml"), {}, {})
    context = CheckContext(sample_item(name), VOCABULARY, source, source, ("key",))
    assert list(kind.check(context)) == []


# Points


@pytest.mark.parametrize(
    ("share", "maximum", "score"),
    [(1, 3, 3.0), (0, 3, 0.0), (1 / 3, 3, 1.0), (2 / 3, 1, 0.6667), (0.25, 3, 0.75), (True, 2, 2.0)],
)
def test_points_are_credit_times_the_maximum_to_four_decimals(share: float, maximum: float, score: float):
    assert points(share, maximum) == score


@pytest.mark.parametrize("share", [np.float32(0.5), np.float64(0.5), np.int64(1), np.bool_(True)])  # noqa: FBT003
def test_points_are_a_built_in_float_whatever_comes_in(share: float):
    # nbgrader reads the repr: "np.float64(1.5)" would earn full marks.
    assert type(points(share, np.float64(3))) is float
    assert repr(points(share, np.float64(3))) in ("1.5", "3.0")


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -float("inf"), -0.01, 1.01, np.float64("nan")])
def test_a_credit_that_is_none_is_refused(share: float):
    with pytest.raises(ValueError, match="credit must lie in"):
        points(share, 3)


@given(st.floats(0, 1), st.floats(0, 100, exclude_min=True))
def test_points_never_leave_their_range(share: float, maximum: float):
    # 1 × 33.33335 would round to 33.3334, and nbgrader refuses a score above the maximum.
    assert 0 <= points(share, maximum) <= maximum
