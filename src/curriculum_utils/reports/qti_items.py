"""One item as QTI 2.1 has it: a choice, a match, words to mark, or a text that a person scores."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from curriculum_utils.content import Item, Vocabulary
from curriculum_utils.items.choose_move import ChooseMove, ChooseMoveKey
from curriculum_utils.items.match_reason import MatchReason, MatchReasonKey
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.spot_the_trap import SpotTheTrap, SpotTheTrapKey
from curriculum_utils.items.write_reply import MAX_CHARACTERS, WriteReply, WriteReplyKey

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s)|$)", re.DOTALL)


def identifier(name: str) -> str:
    """The name as QTI takes it: one that begins with a digit gets an underscore before it."""
    return name if name[:1].isalpha() else f"_{name}"


def item_xml(item: Item, vocabulary: Vocabulary) -> Element:
    """The item with its key as an `assessmentItem`; its key is there."""
    root = Element(
        f"{{{QTI}}}assessmentItem",
        {
            "identifier": identifier(item.id),
            "title": item.exercise.title,
            "adaptive": "false",
            "timeDependent": "false",
            f"{{{_SCHEMA}}}schemaLocation": f"{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
        },
    )
    _WRITERS[item.exercise.type](root, item, vocabulary)
    return root


def _choose(root: Element, item: Item, vocabulary: Vocabulary) -> None:
    del vocabulary
    exercise, key = is_a(ChooseMove, item.exercise), is_a(ChooseMoveKey, item.key)
    _response(root, "RESPONSE", "single", "identifier", [identifier(key.correct)])
    _outcomes(root, exercise.points)
    body = _body(root, item)
    choice = _add(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="true", maxChoices="1")
    _add(choice, "prompt", exercise.prompt)
    for option in exercise.options:
        _add(choice, "simpleChoice", option.text, identifier=identifier(option.id))
    processing = _add(root, "responseProcessing")
    condition = _add(processing, "responseCondition")
    right = _add(condition, "responseIf")
    match = _add(right, "match")
    _add(match, "variable", identifier="RESPONSE")
    _add(match, "correct", identifier="RESPONSE")
    _set_number(right, "SCORE", exercise.points)
    _set_number(_add(condition, "responseElse"), "SCORE", 0)
    _add(_add(processing, "setOutcomeValue", identifier="FEEDBACK"), "variable", identifier="RESPONSE")
    for option in exercise.options:
        _feedback(root, identifier(option.id), [key.options[option.id].feedback])


def _match(root: Element, item: Item, vocabulary: Vocabulary) -> None:
    exercise, key = is_a(MatchReason, item.exercise), is_a(MatchReasonKey, item.key)
    pairs = [f"{_left(left)} {_right(right)}" for left, right in key.pairs.items()]
    worth = {pair: exercise.points / len(pairs) for pair in pairs}
    _response(root, "RESPONSE", "multiple", "directedPair", pairs, worth=worth, most=exercise.points)
    _outcomes(root, exercise.points)
    body = _body(root, item)
    match = _add(
        body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="true", maxAssociations=str(len(exercise.left))
    )
    _add(match, "prompt", exercise.prompt)
    moves, reasons = _add(match, "simpleMatchSet"), _add(match, "simpleMatchSet")
    titles = {left.id: vocabulary.moves[left.move].title for left in exercise.left}
    for name, title in titles.items():
        _add(moves, "simpleAssociableChoice", title, identifier=_left(name), matchMax="1")
    for right in exercise.right:
        # 0 is "as often as one likes", as a learner may give one reason for two moves.
        _add(reasons, "simpleAssociableChoice", right.text, identifier=_right(right.id), matchMax="0")
    processing = _add(root, "responseProcessing")
    _map(processing, ["RESPONSE"])
    _tell(processing)
    _feedback(root, "why", [f"{titles[name]}: {told}" for name, told in key.feedback.items()])


def _spot(root: Element, item: Item, vocabulary: Vocabulary) -> None:
    exercise, key = is_a(SpotTheTrap, item.exercise), is_a(SpotTheTrapKey, item.key)
    half = exercise.points / 2
    sentences = list(_sentences(item))
    wrong = {name for name, turn, start, end in sentences if _is_marked(key, item, turn, start, end)}
    _response(root, "TRAP", "single", "identifier", [identifier(key.trap)], worth={identifier(key.trap): half})
    # Each sentence of the trap earns its part, each other one that is marked takes as much away.
    part = half / len(wrong)
    worth = {name: part if name in wrong else -part for name, *_ in sentences}
    _response(root, "WORDS", "multiple", "identifier", sorted(wrong), worth=worth, most=half)
    _outcomes(root, exercise.points)
    body = _body(root, item, turns=False)
    hottext = _add(body, "hottextInteraction", responseIdentifier="WORDS", maxChoices="0")
    _add(hottext, "prompt", exercise.prompt)
    for turn in item.vignette.turns if item.vignette else ():
        line = _add(hottext, "p")
        who = _add(line, "strong", f"{_who(item, turn.who)}:")
        who.tail = " "
        mine = [(name, start, end) for name, of, start, end in sentences if of == turn.id]
        if not mine:
            who.tail = f" {turn.text}"
        for name, start, end in mine:
            _add(line, "hottext", turn.text[start:end], identifier=name).tail = " "
    choice = _add(body, "choiceInteraction", responseIdentifier="TRAP", shuffle="true", maxChoices="1")
    for trap in exercise.traps:
        _add(choice, "simpleChoice", vocabulary.rubric.plain(trap), identifier=identifier(trap))
    processing = _add(root, "responseProcessing")
    _map(processing, ["TRAP", "WORDS"])
    _tell(processing)
    _feedback(root, "why", [key.feedback])


def _write(root: Element, item: Item, vocabulary: Vocabulary) -> None:
    exercise, key = is_a(WriteReply, item.exercise), is_a(WriteReplyKey, item.key)
    _response(root, "RESPONSE", "single", "string", [])
    _outcomes(root, exercise.points, feedback=False)
    body = _body(root, item)
    rubric = _add(body, "rubricBlock", view="scorer")
    asked = vocabulary.moves.get(exercise.move or "")
    moves = [asked] if asked is not None else list(vocabulary.effective_moves().values())
    for move in moves:
        _add(rubric, "p", f"{move.title}: a reply meets all of these.")
        listed = _add(rubric, "ul")
        for name in move.criteria:
            _add(listed, "li", vocabulary.rubric.plain(name))
    _add(
        rubric,
        "p",
        "One trap in the reply halves the points; two take three quarters away. Examples, with what is in them:",
    )
    for exemplar in key.exemplars:
        labels = ", ".join(vocabulary.rubric.plain(name) for name in (*exemplar.criteria, *exemplar.traps)) or "none"
        _add(rubric, "p", f"“{exemplar.text}” ({labels}): {_number(exemplar.points)} of {_number(exercise.points)}")
    _add(rubric, "p", key.feedback)
    text = _add(body, "extendedTextInteraction", responseIdentifier="RESPONSE", expectedLength=str(MAX_CHARACTERS))
    _add(text, "prompt", exercise.prompt)


_WRITERS: Mapping[str, Callable[[Element, Item, Vocabulary], None]] = {
    "choose-move": _choose,
    "match-reason": _match,
    "spot-the-trap": _spot,
    "write-reply": _write,
}


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    child = SubElement(parent, f"{{{QTI}}}{name}", attributes)
    child.text = text
    return child


def _response(
    root: Element,
    name: str,
    cardinality: str,
    base: str,
    correct: Iterable[str],
    *,
    worth: Mapping[str, float] | None = None,
    most: float | None = None,
) -> None:
    declared = _add(root, "responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
    values = list(correct)
    if values:
        right = _add(declared, "correctResponse")
        for value in values:
            _add(right, "value", value)
    if worth:
        bounds = {"lowerBound": "0", "defaultValue": "0"}
        mapping = _add(declared, "mapping", **bounds, **({} if most is None else {"upperBound": _number(most)}))
        for value, points in worth.items():
            _add(mapping, "mapEntry", mapKey=value, mappedValue=_number(points))


def _outcomes(root: Element, points: float, *, feedback: bool = True) -> None:
    for name, value in (("SCORE", 0.0), ("MAXSCORE", points)):
        declared = _add(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType="float")
        _add(_add(declared, "defaultValue"), "value", _number(value))
    if feedback:
        _add(root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier")


def _body(root: Element, item: Item, *, turns: bool = True) -> Element:
    body = _add(root, "itemBody")
    vignette = item.vignette
    if vignette is None:
        return body
    client = vignette.client
    _add(body, "p", f"{client.name}, {client.age}, {client.pronouns}. {client.setting}. {client.problem}")
    if vignette.scene:
        _add(body, "p", vignette.scene)
    for turn in vignette.turns if turns else ():
        line = _add(body, "p")
        _add(line, "strong", f"{_who(item, turn.who)}:").tail = f" {turn.text}"
    return body


def _who(item: Item, who: str) -> str:
    return item.vignette.client.name if who == "client" and item.vignette else "Therapist"


def _sentences(item: Item) -> Iterable[tuple[str, str, int, int]]:
    """Each sentence of the therapist's: its identifier, its turn, and where in the turn it stands."""
    for turn in item.vignette.turns if item.vignette else ():
        if turn.who == "therapist":
            for number, found in enumerate(_SENTENCE.finditer(turn.text), start=1):
                yield f"{identifier(turn.id)}-{number}", turn.id, found.start(), found.end()


def _is_marked(key: SpotTheTrapKey, item: Item, turn: str, start: int, end: int) -> bool:
    for span in key.spans:
        shown = item.vignette.turn(span.turn) if item.vignette else None
        if shown is not None and span.turn == turn:
            at = shown.text.find(span.quote)
            if at >= 0 and at < end and start < at + len(span.quote):
                return True
    return False


def _map(processing: Element, responses: Sequence[str]) -> None:
    """The score is the sum of what the answers are worth by their mapping; an answer left out is worth nothing."""
    total = _add(_add(processing, "setOutcomeValue", identifier="SCORE"), "sum")
    for name in responses:
        _add(total, "mapResponse", identifier=name)


def _tell(processing: Element) -> None:
    told = _add(processing, "setOutcomeValue", identifier="FEEDBACK")
    _add(told, "baseValue", "why", baseType="identifier")


def _set_number(parent: Element, name: str, value: float) -> None:
    _add(_add(parent, "setOutcomeValue", identifier=name), "baseValue", _number(value), baseType="float")


def _feedback(root: Element, name: str, paragraphs: Sequence[str]) -> None:
    feedback = _add(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
    for paragraph in paragraphs:
        _add(feedback, "p", paragraph)


def _left(name: str) -> str:
    # Both sides may use the same names, and QTI wants them apart.
    return f"left-{name}"


def _right(name: str) -> str:
    return f"right-{name}"


def _number(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".") or "0"
