"""What the page is told: text cut without loss, evidence where it stands, and nothing of a key."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_course import ANSWERS, GRADED, PRACTICE, REPLY_LABELS, WHOLE_REPLY, build, load, write_course

from curriculum_utils.content import Item, ReleasedModule, load_release
from curriculum_utils.items import SCHEMAS, TYPES, Marking, assess, type_of
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.card import CARDS
from curriculum_utils.widgets.drawing import content_of, feedback_of, pieces, sentences

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> ReleasedModule:
    return load_release(build(tmp_path_factory.mktemp("course")), SCHEMAS)


def drawn(release: ReleasedModule, item: Item) -> dict:
    return content_of(item, type_of(item).orderable(item), release.vocabulary)


def feedback(release: ReleasedModule, item_id: str, answer: dict) -> dict:
    item = release.items[item_id]
    marking = Marking(release.vocabulary, ScriptedScorer(REPLY_LABELS, known_labels=LABELS))
    return feedback_of(item, answer, assess(item, answer, marking), release.vocabulary)


def test_every_item_type_has_its_card():
    assert set(CARDS) == set(TYPES)


@pytest.mark.parametrize("item_id", [*PRACTICE, *GRADED])
def test_nothing_of_a_key_is_drawn_before_an_answer(release: ReleasedModule, item_id: str, tmp_path: Path):
    item = release.items[item_id]
    text = json.dumps([drawn(release, item), sentences(item)])
    authored = load(write_course(tmp_path)).modules[release.module].items[item_id].item
    assert authored.key is not None
    told = [words for words in _texts(authored.key.model_dump()) if len(words) > 20]
    # What the trap's words are is a key too, but they stand in the vignette as well.
    quotes = {turn.text for turn in item.vignette.turns} if item.vignette else set()
    assert told
    for words in told:
        assert words not in text or any(words in quote for quote in quotes)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    return [text for child in children for text in _texts(child)]


def test_the_words_of_a_turn_put_together_are_the_turn(release: ReleasedModule):
    for turn in drawn(release, release.items["fs-spot"])["vignette"]["turns"]:
        if turn["words"]:
            assert "".join(word["text"] + word["after"] for word in turn["words"]) == turn["text"]


def test_only_what_the_therapist_said_can_be_marked(release: ReleasedModule):
    turns = drawn(release, release.items["fs-spot"])["vignette"]["turns"]
    assert [bool(turn["words"]) for turn in turns] == [False, True, False]


def test_options_stand_in_the_learners_order(release: ReleasedModule):
    content = content_of(release.items["fs-choose"], ["c", "a", "b"], release.vocabulary)
    assert [option["id"] for option in content["options"]] == ["c", "a", "b"]


def test_only_graded_items_speak_of_points(release: ReleasedModule):
    assert drawn(release, release.items["fs-choose"])["kind"] == "Practice"
    assert drawn(release, release.items["fs-a-choose"])["kind"] == "Counts towards your grade · 1 point"
    assert drawn(release, release.items["fs-a-match"])["kind"] == "Counts towards your grade · 3 points"


def test_the_care_note_stands_where_one_writes(release: ReleasedModule):
    assert [bool(drawn(release, release.items[item])["care"]) for item in PRACTICE] == [False, True, False, False]


def test_evidence_of_two_labels_that_overlap_is_cut_where_either_ends():
    # 0123456789
    # one two three: "one two" meets a, "two three" meets b
    cut = pieces("one two three", {"a": ((0, 7),), "b": ((4, 13),)}, set(), {"a": 1, "b": 2})
    assert cut == [
        {"text": "one ", "kind": "met", "ends": []},
        {"text": "two", "kind": "met", "ends": [1]},
        {"text": " three", "kind": "met", "ends": [2]},
    ]


def test_a_trap_shows_over_a_criterion_that_stands_on_the_same_words():
    cut = pieces("all of it", {"met": ((0, 9),), "trap": ((0, 3),)}, {"trap"}, {"met": 1, "trap": 2})
    assert [(piece["text"], piece["kind"]) for piece in cut] == [("all", "trap"), (" of it", "met")]


def test_offsets_count_characters_also_behind_an_emoji():
    cut = pieces("🙂 heavy", {"a": ((2, 7),)}, set(), {"a": 1})
    assert [piece["text"] for piece in cut] == ["🙂 ", "heavy"]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-3, 50), st.integers(-3, 50)), max_size=6))
def test_no_word_of_a_reply_is_lost_or_doubled_by_marking(text: str, spans: list[tuple[int, int]]):
    evidence = {f"l{n}": (span,) for n, span in enumerate(spans)}
    cut = pieces(text, evidence, set(), {name: n for n, name in enumerate(evidence, 1)})
    assert "".join(str(piece["text"]) for piece in cut) == text


def test_labels_of_a_reply_come_as_met_missing_and_trap_with_the_number_of_their_evidence(release: ReleasedModule):
    item = release.items["fs-write"]
    reply = "What is it like? Send it."
    marking = Marking(release.vocabulary, ScriptedScorer({reply: ("asks_open", "fixes_it")}, known_labels=LABELS))
    told = feedback_of(item, {"text": reply}, assess(item, {"text": reply}, marking), release.vocabulary)
    assert [(label["kind"], label["name"], label["number"]) for label in told["labels"]] == [
        ("met", "Asks what it is like", 1),
        ("missing", "Says how much this weighs", None),
        ("missing", "Says what keeps happening", None),
        ("trap", "Offers a fix", 2),
    ]
    assert told["tone"] == "partly"  # 1 of 3 criteria, halved by the trap


def test_what_a_reply_met_is_said_once_among_the_labels(release: ReleasedModule):
    told = feedback(release, "fs-write", {"text": WHOLE_REPLY})
    assert [label["kind"] for label in told["labels"]] == ["met", "met", "met"]
    assert told["remarks"] == [{"kind": "note", "text": "Look again at how tired she sounds here.", "authored": True}]


def test_at_most_three_remarks_are_made(release: ReleasedModule):
    # Nothing is met and three criteria are missing: two of them are spoken of, then comes the item's own note.
    assert len(feedback(release, "fs-write", {"text": "Hm."})["remarks"]) == 3


def test_the_words_of_the_trap_are_told_after_the_answer(release: ReleasedModule):
    told = feedback(release, "fs-spot", {"trap": "soothes", "marks": []})
    # "What if you just sent the first page" in "That sounds heavy. What if …": characters 19 to 55
    assert told["words"] == {"t1": [[19, 55]]}


def test_each_pair_is_told_as_fitting_or_not(release: ReleasedModule):
    told = feedback(release, "fs-match", {"pairs": {"m1": "r1", "m2": "r3"}})
    assert told["pairs"] == {"m1": True, "m2": False, "m3": False}


@pytest.mark.parametrize("item_id", PRACTICE)
def test_a_whole_answer_is_told_as_right(release: ReleasedModule, item_id: str):
    assert feedback(release, item_id, ANSWERS[item_id])["tone"] == "right"


def test_an_unscored_reply_is_told_with_its_reason(release: ReleasedModule):
    item = release.items["fs-write"]
    marking = Marking(release.vocabulary, ScriptedScorer({}, known_labels=("names_weight",)))
    told = feedback_of(item, {"text": "Hm."}, assess(item, {"text": "Hm."}, marking), release.vocabulary)
    assert told["tone"] == "unscored"
    assert str(told["verdict"]).startswith("This reply was not scored by machine.")
