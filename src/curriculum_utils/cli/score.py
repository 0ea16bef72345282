"""`curriculum score`: replies in, scores out, one JSON line each."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import click

from curriculum_utils.cli.options import HELP, find_course_root, plural
from curriculum_utils.cli.second_rater import SecondRaterOptions, second_rater_of, second_rater_options
from curriculum_utils.errors import CurriculumError
from curriculum_utils.scoring.credit import reply_credit
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, course_vocabulary, shipped_vocabulary

MAX_LINE_BYTES = 1_000_000


class _BadLine(ValueError):
    """A line that cannot be scored; `reply_id` is its id where it has one."""

    def __init__(self, why: str, reply_id: str | None = None) -> None:
        super().__init__(why)
        self.reply_id = reply_id


@click.command("score", context_settings=HELP)
@click.option(
    "--course",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Weigh labels by this course's moves. "
    "[default: the course at or above the current folder, else those shipped]",
)
@second_rater_options
def score_command(course: Path | None, **second: Any) -> None:
    """Score replies, JSON lines in and out.

    Each line in: {"id", "module", "client", "reply", "move"}; `move` may be null or left out, other keys are ignored.
    Each line out, in the same order, has the labels, probabilities, evidence, coverage and credit; a line that cannot
    be read gives {"id", "error"}, and the command then ends with exit status 1.
    """
    # The weights are read here and not with the module, so that a mistake in the command is told at once.
    from curriculum_utils.scoring.shipped import load_scorer  # noqa: PLC0415

    vocabulary = vocabulary_for(course)
    second_rater = second_rater_of(SecondRaterOptions(**second), vocabulary)
    scorer = load_scorer(vocabulary)
    if second_rater is not None:
        from curriculum_utils.scoring.second_opinion import SecondOpinion  # noqa: PLC0415

        scorer = SecondOpinion(scorer, second_rater, vocabulary)
    if sys.stdin.isatty():
        click.echo("Reading replies from the keyboard, one JSON object a line; end with Ctrl+D.", err=True)
    scored = reviewed = failed = 0
    output = sys.stdout.buffer
    for number, raw in _lines(sys.stdin.buffer):
        try:
            line = _scored_line(_reply(raw, vocabulary), scorer, vocabulary)
            scored, reviewed = scored + 1, reviewed + bool(line["review"])
        except _BadLine as error:
            line = {"id": error.reply_id, "error": f"line {number}: {error}"}
            failed += 1
        output.write(json.dumps(line, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n")
    output.flush()
    told = f"{scored} {'reply' if scored == 1 else 'replies'} scored, {reviewed} of them for a person to look at."
    click.echo(f"{told} {plural(failed, 'line')} could not be read." if failed else told, err=True)
    if second_rater is not None:
        click.echo(f"The second rater answered {second_rater.answered} of {second_rater.asked} times.", err=True)
    if failed:
        sys.exit(1)


def vocabulary_for(course: Path | None) -> ScoringVocabulary:
    """The named course's vocabulary, that of the course we stand in, or the shipped one."""
    if course is not None:
        return course_vocabulary(find_course_root(course.resolve()) / "curriculum")
    try:
        root = find_course_root(Path.cwd())
    except CurriculumError:
        return shipped_vocabulary()
    return course_vocabulary(root / "curriculum")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, from 1; of one that is too long only as much as shows it."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 2):
        number += 1
        part = raw
        while not part.endswith(b"\n") and (part := stream.readline(MAX_LINE_BYTES)):
            pass
        yield number, raw


def _reply(raw: bytes, vocabulary: ScoringVocabulary) -> Reply:
    """The reply on one line.

    Raises:
        _BadLine: it is not one, or names a module or move that is not there.
    """
    data = _json_object(raw)
    reply_id = data.get("id")
    if not isinstance(reply_id, str) or _has_surrogates(reply_id):
        raise _BadLine('"id" must be text' if "id" in data else '"id" is missing')
    values: dict[str, str] = {}
    for key in ("module", "client", "reply"):
        value = data.get(key)
        if not isinstance(value, str):
            raise _BadLine(f'"{key}" must be text' if key in data else f'"{key}" is missing', reply_id)
        if _has_surrogates(value):
            raise _BadLine(f'"{key}" holds half a character (a lone surrogate)', reply_id)
        values[key] = value
    move = data.get("move")
    if move is not None and not isinstance(move, str):
        raise _BadLine('"move" must be text or null', reply_id)
    if values["module"] not in vocabulary.modules:
        raise _BadLine(f'no module "{_told(values["module"])}"{_near(values["module"], vocabulary.modules)}', reply_id)
    moves = vocabulary.modules[values["module"]]
    if move is not None and move not in moves:
        where = f'no effective move "{_told(move)}" in module "{values["module"]}"'
        raise _BadLine(f"{where}{_near(move, moves)}", reply_id)
    return Reply(reply_id, values["module"], values["client"], values["reply"], move)


def _json_object(raw: bytes) -> dict[str, object]:
    body = raw.rstrip(b"\r\n")
    if len(body) > MAX_LINE_BYTES:
        raise _BadLine(f"longer than {MAX_LINE_BYTES:,} bytes")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _BadLine(f"not UTF-8 text ({error.reason} at byte {error.start})") from None
    if not text.strip():
        raise _BadLine("empty")
    try:
        data: object = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except _BadLine:
        raise
    except RecursionError:
        raise _BadLine("nested too deeply") from None
    except ValueError as error:
        why = f"{error.msg} at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise _BadLine(f"not JSON: {why}") from None
    if not isinstance(data, dict):
        raise _BadLine("not a JSON object")
    return cast(dict[str, object], data)


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise _BadLine(f'"{_told(double)}" stands twice')
    return data


def _no_constant(name: str) -> NoReturn:
    raise _BadLine(f"{name} is not JSON")


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _told(name: str) -> str:
    """A name from the input as an error may show it: short, and in characters that can be written."""
    return name[:80].encode("utf-8", "replace").decode("utf-8")


def _near(name: str, known: object) -> str:
    from curriculum_utils.content.suggest import did_you_mean  # noqa: PLC0415

    return did_you_mean(name[:80], cast(dict[str, object], known))


def _scored_line(reply: Reply, scorer: Scorer, vocabulary: ScoringVocabulary) -> dict[str, object]:
    """One line of output; its keys and their order are fixed (docs/operators/score.md)."""
    found = scorer.score([reply])[0]
    moves = vocabulary.modules[reply.module]
    needed = moves if reply.move is None else {reply.move: moves[reply.move]}
    unlearnt = {name for criteria in needed.values() for name in criteria} - scorer.known_labels
    labels = [label for label in found.labels if label in vocabulary.labels]
    line: dict[str, object] = {
        "id": reply.id,
        "labels": labels,
        "probabilities": dict(found.probabilities),
        "evidence": {label: [list(span) for span in found.evidence[label]] for label in labels},
        "coverage": None,
        "credit": None,
        "best_move": None,
        "review": found.review,
        "review_reason": found.review_reason,
    }
    if unlearnt or not needed:
        line.update(_not_learnt(found, unlearnt, vocabulary))
    elif found.scored:
        traps = [label for label in labels if label in vocabulary.traps]
        worth = reply_credit(labels, traps, moves, asked=reply.move)
        line.update(coverage=round(worth.coverage, 6), credit=round(worth.credit, 6), best_move=worth.best_move)
    line.update(rubric_version=found.rubric_version, scorer_version=found.scorer_version)
    return line


def _not_learnt(found: ReplyScore, unlearnt: set[str], vocabulary: ScoringVocabulary) -> dict[str, object]:
    from curriculum_utils.content.words import words  # noqa: PLC0415

    names = ", ".join(vocabulary.plain[name] for name in vocabulary.labels if name in unlearnt)
    reason = words("unlearnt-labels", labels=names) if unlearnt else words("review-no-moves")
    return {"review": True, "review_reason": " ".join(filter(None, (found.review_reason, reason)))}
