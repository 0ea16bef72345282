"""`practice-session`: a conversation with a simulated client, every reply scored as a written reply is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from curriculum_utils.content import (
    CheckContext,
    Course,
    Exercise,
    Item,
    Key,
    Model,
    PracticeClient,
    Slug,
    Text,
    Vocabulary,
    words,
)
from curriculum_utils.content.clients import MOST_TURNS
from curriculum_utils.errors import Problem
from curriculum_utils.items import html
from curriculum_utils.items.base import (
    MAX_REMARKS,
    Answer,
    AnswerModel,
    ItemType,
    Marking,
    Outcome,
    Remark,
    Sample,
    Scored,
    ScoredTurn,
    Unscored,
)
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.session_words import review, turning_remarks, verdict
from curriculum_utils.items.unlearnt import unlearnt_labels
from curriculum_utils.practice import Session, check_client, replay, session_credit, turning_points
from curriculum_utils.practice.hearing import HeardReply, hear

MAX_CHARACTERS = 2000


class PracticeSession(Exercise):
    """What the learner sees; the client's states and lines travel with the release."""

    type: Literal["practice-session"]  # pyright: ignore[reportIncompatibleVariableOverride]
    client: Slug  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]


class PracticeSessionKey(Key):
    """What to think about afterwards."""

    feedback: Text


class SessionTurn(Model):
    """The learner's reply, and the line and state of the client that followed it on the page."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]
    line: Annotated[str, Field(max_length=4000)]
    state: Slug


class PracticeSessionAnswer(AnswerModel):
    """One branch of the session, from its opening to where the learner stopped."""

    turns: Annotated[tuple[SessionTurn, ...], Field(max_length=MOST_TURNS)]


class PracticeSessionType(ItemType):
    """A session: the mean credit of its turns, the first repair twice."""

    name: ClassVar[str] = "practice-session"
    exercise_model: ClassVar[type[Exercise]] = PracticeSession
    seconds: ClassVar[int] = 540
    key_model: ClassVar[type[Key]] = PracticeSessionKey
    answer_model: ClassVar[type[AnswerModel]] = PracticeSessionAnswer
    sample: ClassVar[Sample]

    def check(self, context: CheckContext) -> Iterable[Problem]:
        exercise, client = is_a(PracticeSession, context.item.exercise), context.item.client
        if client is not None and client.module != context.item.module:
            message = f'"{exercise.client}" is a client of {client.module}'
            yield context.exercise_problem(("client",), message, "other-module")
        if client is not None and client.use != exercise.use:
            message = f'"{exercise.client}" is kept for `use: {client.use}`'
            yield context.exercise_problem(("client",), message, "other-use")
        if exercise.vignette is not None:
            message = "takes none: the client opens the session"
            yield context.exercise_problem(("vignette",), message, "two-openings")

    def check_course(self, course: Course) -> Iterable[Problem]:
        for slug, client in course.clients.items():
            if client.module in course.modules:
                yield from check_client(client, course.sources["client", slug], course.vocabulary(client.module))

    def aims_at(self, item: Item) -> tuple[str, ...]:
        del item
        return ("session",)

    def check_answer(self, item: Item, answer: AnswerModel) -> str | None:
        del item, answer
        return None

    def is_blank(self, answer: Answer) -> bool:
        return not answer.get("turns")

    def score(self, item: Item, answer: AnswerModel, marking: Marking) -> Outcome:
        if item.client is None:
            return Unscored(words("session-no-client"))
        vocabulary, turns = marking.vocabulary, is_a(PracticeSessionAnswer, answer).turns
        if (unlearnt := unlearnt_labels(vocabulary, list(vocabulary.effective_moves()), marking.scorer)) is not None:
            return Unscored(unlearnt)
        said = said_turns(item.client, turns)
        heard = hear(marking.scorer, vocabulary, item.module, said)
        for number, one in enumerate(heard, 1):
            if not one.score.scored:
                why = one.score.review_reason or words("review-generic")
                return Unscored(words("session-turn-review", number=number, reason=why))
        session = replay(item.client, [one.heard for one in heard])
        found = [name for one in heard for name in one.score.labels]
        aims = {name for move in vocabulary.effective_moves().values() for name in move.criteria}
        met = tuple(name for name in vocabulary.rubric.criterion_names() if name in aims and name in found)
        traps = tuple(name for name in vocabulary.rubric.trap_names() if name in found)
        key = is_a(PracticeSessionKey, item.key)
        return Scored(
            credit=session_credit([h.credit for h in heard], [h.heard for h in heard], ended=session.ended is not None),
            verdict=verdict(item.client, session),
            met=met,
            traps=traps,
            remarks=(
                *turning_remarks(item.client, session, vocabulary)[: MAX_REMARKS - 1],
                Remark("note", key.feedback, authored=True),
            ),
            review=review(heard, _diverges(session, turns)),
            turns=scored_turns(item.client, session, heard),
        )

    def view(self, item: Item, order: Sequence[str]) -> dict[str, object]:
        del order
        shown: dict[str, object] = {"max_characters": MAX_CHARACTERS, "most_turns": MOST_TURNS}
        if (client := item.client) is not None:
            who = client.client
            shown |= {"name": who.name, "about": f"{who.name}, {who.age}. {who.setting[:1].upper()}{who.setting[1:]}"}
            shown |= {"scene": client.scene, "opening": client.opening}
            shown |= {"openness": client.state(client.start).openness}
        return shown

    def drawn_answer(self, item: Item, answer: AnswerModel) -> dict[str, object]:
        turns = shown_turns(item.client, is_a(PracticeSessionAnswer, answer).turns)
        return super().drawn_answer(item, answer) | {"turns": turns}

    def answer_html(self, item: Item, answer: AnswerModel, outcome: Outcome | None, vocabulary: Vocabulary) -> str:
        turns = is_a(PracticeSessionAnswer, answer).turns
        name = item.client.client.name if item.client else words("who-client")
        scored = outcome.turns if isinstance(outcome, Scored) else ()
        rows: list[str] = [_line(name, item.client.opening, "client")] if item.client else []
        for at, turn in enumerate(turns):
            rows.append(_reply(turn.text, scored[at] if at < len(scored) else None, vocabulary))
            if turn.line:
                rows.append(_line(name, turn.line, "client"))
        return (
            html.tag("ol", *rows, cls="cu-turns")
            + html.confidence_line(answer.confidence)
            + html.verdict_line(outcome)
            + (html.remarks_list(outcome.remarks) if isinstance(outcome, Scored) else "")
        )


def said_turns(client: PracticeClient, turns: Sequence[SessionTurn]) -> list[tuple[str, str]]:
    """The client's words and the reply to them, turn by turn, as they stood on the page."""
    lines = [client.opening, *(turn.line for turn in turns)]
    return [(line, turn.text) for line, turn in zip(lines, turns, strict=False)]


def shown_turns(client: PracticeClient | None, turns: Sequence[SessionTurn]) -> list[dict[str, object]]:
    """The turns as the page draws them: with the state's name, how open the client is, and whether it ended there."""
    found: list[dict[str, object]] = []
    for number, turn in enumerate(turns, 1):
        shown: dict[str, object] = turn.model_dump(mode="json")
        state = next((one for one in client.states if one.id == turn.state), None) if client else None
        if state is not None:
            late = number >= MOST_TURNS and state.late is not None
            shown |= {"shown": state.shown, "openness": state.openness, "ended": bool(state.ends) or late}
        found.append(shown)
    return found


def scored_turns(client: PracticeClient, session: Session, heard: Sequence[HeardReply]) -> tuple[ScoredTurn, ...]:
    """Each turn as it was heard, with the state that it left the client in."""
    turned = {point.number for point in turning_points(client, session)}
    return tuple(
        ScoredTurn(
            client=one.client,
            text=one.text,
            met=tuple(name for name in one.score.labels if name in one.heard.criteria),
            traps=tuple(name for name in one.score.labels if name in one.heard.traps),
            evidence=one.score.evidence,
            credit=one.credit,
            state=client.state(turn.state).shown,
            openness=turn.openness,
            turned=turn.number in turned,
        )
        for one, turn in zip(heard, session.turns, strict=False)
    )


def _diverges(session: Session, turns: Sequence[SessionTurn]) -> int | None:
    """The first turn at which the client would now answer otherwise than the page did; None if there is none."""
    for number, turn in enumerate(turns, 1):
        if number > len(session.turns):
            return number
        now = session.turns[number - 1]
        if (now.line, now.state) != (turn.line, turn.state):
            return number
    return None


def _line(name: str, text: str, who: str) -> str:
    return html.tag("li", html.tag("b", html.text(name)), " ", html.text(text), cls=f"cu-{who}")


def _reply(text: str, scored: ScoredTurn | None, vocabulary: Vocabulary) -> str:
    evidence: Mapping[str, Sequence[tuple[int, int]]] = scored.evidence if scored is not None else {}
    after = html.paragraph(words("session-after", state=scored.state), cls="cu-state") if scored is not None else ""
    return html.tag(
        "li",
        html.tag("b", html.text(words("who-you"))),
        html.marked(text, evidence, vocabulary),
        after,
        cls="cu-therapist",
    )


PracticeSessionType.sample = Sample(
    exercise={
        "type": "practice-session",
        "use": "practice",
        "title": "A session with Ines",
        "client": "ines",
        "prompt": "Write what you would say to her, turn by turn.",
        "points": 4,
    },
    key={"feedback": "Read once more what she said just before she turned away."},
    vignette=None,
    client={
        "title": "Ines",
        "module": "sample-module",
        "use": "practice",
        "client": {
            "name": "Ines",
            "age": 38,
            "pronouns": "she/her",
            "setting": "community service",
            "problem": "puts off an application",
        },
        "temperament": "tired, polite",
        "scene": "She comes in late and keeps her coat on.",
        "opening": "I didn't send it. Again.",
        "start": "guarded",
        "states": [
            {
                "id": "guarded",
                "shown": "On her guard",
                "openness": 1,
                "lines": ["Hm.", "If you say so."],
                "worn": "gone",
                "late": {"ends": "unresolved", "line": "Is that the time?"},
            },
            {"id": "open", "shown": "In touch", "openness": 4, "lines": ["It's afraid of the no."], "ends": "well"},
            {"id": "gone", "shown": "Gone", "openness": 0, "lines": ["I think I'll stop here."], "ends": "badly"},
        ],
        "transitions": [
            {"from": "guarded", "when": {"coverage": 1.0}, "to": "open"},
            {"from": "guarded", "when": {"trap": "any"}, "to": "gone"},
        ],
    },
    correct={
        "turns": [
            {
                "text": "A part of you guards that form, and it has done so with great skill. "
                "What is it afraid would happen if you sent it?",
                "line": "It's afraid of the no.",
                "state": "open",
            }
        ]
    },
    incorrect={
        "turns": [
            {
                "text": "What if you sent the form tonight, just the first page?",
                "line": "I think I'll stop here.",
                "state": "gone",
            }
        ]
    },
    invalid={"turns": [{"text": 7}]},
)
