"""Whatever a person typed reaches the page as text, never as markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_items import VOCABULARY, marking, sample_item, vocabulary

from curriculum_utils.content import Vocabulary
from curriculum_utils.items import TYPES, Remark, Scored, Unscored, assess, html, item_html

HOSTILE = "</p><script>alert(\"1\")</script><img src=x onerror='alert(2)'>&amp;<!-- {reason} $x$"
TAGS = {"b", "blockquote", "div", "h4", "li", "mark", "ol", "p", "table", "td", "th", "tr", "ul"}


class Page(HTMLParser):
    """What a browser would make of a piece of HTML: its tags, its attributes, its text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.strange: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.strange.append(decl)


def page(source: str) -> Page:
    read = Page(source)
    assert read.open == []
    assert read.strange == []
    assert set(read.tags) <= TAGS
    assert {name for name, _ in read.attributes} <= {"class", "title"}
    return read


VIGNETTE = {
    "title": HOSTILE,
    "scene": HOSTILE,
    "client": {"name": HOSTILE, "age": 38, "pronouns": HOSTILE, "setting": HOSTILE, "problem": HOSTILE},
    "turns": [{"id": "t1", "who": "therapist", "text": HOSTILE}, {"id": "c1", "who": "client", "text": HOSTILE}],
}
OPTIONS = [{"id": name, "text": HOSTILE} for name in "abc"]
RIGHT = [{"id": name, "text": HOSTILE} for name in ("r1", "r2", "r3")]
CASES = {
    "choose-move": (
        {"options": OPTIONS},
        {"correct": "a", "options": {"a": {"move": "sample-move", "feedback": HOSTILE}}},
        {"option": "a"},
    ),
    "write-reply": ({}, {"feedback": HOSTILE}, {"text": HOSTILE}),
    "spot-the-trap": (
        {},
        {"feedback": HOSTILE},
        {"trap": "sample_soothe", "marks": [{"turn": "t1", "start": 0, "end": len(HOSTILE)}]},
    ),
    "match-reason": (
        {"right": RIGHT},
        {"feedback": {"m1": HOSTILE, "m2": HOSTILE, "m3": HOSTILE}},
        {"pairs": {"m1": "r2"}},
    ),
    "practice-session": (
        {},
        {"feedback": HOSTILE},
        {"turns": [{"text": HOSTILE, "line": HOSTILE, "state": "gone"}]},
    ),
}


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("marked", [True, False])
def test_hostile_text_is_shown_as_it_was_typed_and_makes_no_markup(name: str, *, marked: bool):
    exercise, key, answer = CASES[name]
    vignette = VIGNETTE if name in ("write-reply", "spot-the-trap") else None
    item = sample_item(name, exercise={"title": HOSTILE, "prompt": HOSTILE, **exercise}, key={**key}, vignette=vignette)
    how = marking({HOSTILE: ["sample_apart", "sample_fix"]})
    outcome = assess(item, answer, how) if marked else None
    kind = TYPES[name]
    shown = page(kind.answer_html(item, kind.parse(item, answer), outcome, VOCABULARY))
    assert HOSTILE in shown.text
    whole = page(item_html(kind, item, answer, outcome, VOCABULARY, score=0.5, for_a_person=[HOSTILE]))
    # Title, prompt, the reason for a person, and the answer; the vignette where there is one.
    assert whole.text.count(HOSTILE) >= 4


@pytest.mark.parametrize("name", TYPES)
def test_an_answer_that_cannot_be_read_is_told_without_its_markup(name: str):
    item = sample_item(name)
    answer = {**TYPES[name].sample.invalid, HOSTILE: HOSTILE}
    shown = page(item_html(TYPES[name], item, answer, Unscored(HOSTILE), VOCABULARY))
    assert "The answer cannot be read: " in shown.text


def test_a_verdict_without_a_score_gives_its_reason_as_text():
    assert page(html.verdict_line(Unscored(HOSTILE))).text == f"This reply was not scored by machine. {HOSTILE}"


def test_remarks_are_text():
    assert page(html.remarks_list([Remark("note", HOSTILE)])).text == HOSTILE
    assert html.remarks_list([]) == ""


def test_attributes_hold_no_quote_that_could_end_them():
    assert page(html.tag("p", cls='x" onclick="alert(1)')).attributes == [("class", 'x" onclick="alert(1)')]


# Evidence


def marks(reply: str, **evidence: list[tuple[int, int]]) -> str:
    return html.marked(reply, evidence, VOCABULARY).removeprefix('<p class="cu-reply">').removesuffix("</p>")


def test_evidence_is_marked_with_the_plain_name_of_its_label():
    assert marks("abcdef", sample_apart=[(1, 3)]) == (
        'a<mark class="cu-met" title="meets: plain sample_apart">bc</mark>def'
    )


def test_spans_that_overlap_are_cut_so_that_each_piece_names_all_of_its_labels():
    # apart: abcd, fix: cdef -> ab apart | cd both | ef fix
    assert marks("abcdef", sample_apart=[(0, 4)], sample_fix=[(2, 6)]) == (
        '<mark class="cu-met" title="meets: plain sample_apart">ab</mark>'
        '<mark class="cu-trap" title="meets: plain sample_apart; trap: plain sample_fix">cd</mark>'
        '<mark class="cu-trap" title="trap: plain sample_fix">ef</mark>'
    )


def test_a_span_inside_another_is_marked_inside_it():
    assert page(marks("abcdef", sample_apart=[(0, 6)], sample_credit=[(2, 3)])).tags == ["mark", "mark", "mark"]


def test_a_span_through_the_middle_of_a_tag_leaves_it_text():
    assert page(marks("x<script>y", sample_fix=[(3, 7)])).text == "x<script>y"


@pytest.mark.parametrize("span", [(0, 0), (3, 2), (-5, 2), (4, 99), (50, 99), (-9, -1), (-2, 99)])
def test_a_span_that_leaves_the_reply_is_cut_to_it(span: tuple[int, int]):
    assert page(marks("abcdef", sample_fix=[span])).text == "abcdef"


SPANS = st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30)), max_size=4)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=25),
    st.dictionaries(st.sampled_from(["sample_apart", "sample_fix", "sample_soothe", "unheard_of"]), SPANS),
)
def test_marking_loses_and_doubles_no_character(reply: str, evidence: dict[str, list[tuple[int, int]]]):
    assert page(html.marked(reply, evidence, VOCABULARY)).text == reply


def test_a_label_whose_plain_name_holds_quotes_stays_inside_its_attribute():
    words = vocabulary(["a"], ["t"], {"m": ["a"]})
    hostile = words.rubric.criteria[0].model_copy(update={"plain": HOSTILE})
    words = Vocabulary(words.rubric.model_copy(update={"criteria": (hostile,)}), words.moves)
    assert ("title", f"meets: {HOSTILE}") in page(html.marked("ab", {"a": [(0, 1)]}, words)).attributes


def test_labels_are_listed_met_missing_then_traps():
    outcome = Scored(0.5, "", met=("sample_apart",), missing=("sample_credit",), traps=("sample_fix",))
    read = page(html.labels_list(outcome, VOCABULARY))
    assert [value for name, value in read.attributes if name == "class"] == [
        "cu-labels",
        "cu-met",
        "cu-missing",
        "cu-trap",
    ]
    assert html.labels_list(Scored(0.0, ""), VOCABULARY) == ""
