"""One line of a response log as bytes and as data, read as strictly as anything that a stranger may have written."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import NoReturn, cast

from curriculum_utils.responses.events import KINDS, MAX_ATTEMPT, Event, Header

FORMAT = 1
MAX_LINE_BYTES = 200_000
MAX_DEPTH = 16  # of lists and objects in one another; a practice turn, the deepest answer, needs 5
MAX_DIGITS = 15  # whole numbers of so many digits are the same in JavaScript and pandas
MAX_NAME = 200  # characters in an id, a digest or a time

_HALVES = re.compile("[\ud800-\udfff]")


class BadLine(ValueError):
    """A line that cannot be used; its text completes the sentence "line 7 …"."""


def digest(line: bytes) -> str:
    """The SHA-256 (hex) by which the next line names this one; `line` is without its newline."""
    return hashlib.sha256(line).hexdigest()


def encode(data: Mapping[str, object]) -> bytes:
    """The line for `data`, without its newline.

    Raises:
        BadLine: `data` is not JSON (NaN and Infinity are not).
    """
    try:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadLine(f"cannot be written as JSON ({error})") from None
    # A browser may send half an emoji, which no file can hold: halves that stand together are joined, a lone one
    # becomes U+FFFD, and the rest of the answer is kept.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def decode(line: bytes, *, most: int = MAX_LINE_BYTES) -> dict[str, object]:
    """The object in a line of at most `most` bytes.

    Raises:
        BadLine: too long, torn, not one object, or holding what JSON does not allow.
    """
    if len(line) > most:
        raise BadLine(f"is longer than {most:,} bytes")
    if not line.strip():
        raise BadLine("is empty")
    try:
        data: object = json.loads(
            line.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except BadLine:
        raise
    except RecursionError:
        raise BadLine("is nested too deeply") from None
    except ValueError:  # not UTF-8 or not JSON
        raise BadLine("is torn") from None
    if not isinstance(data, dict):
        raise BadLine("is not an object")
    _check_values(data)  # pyright: ignore[reportUnknownArgumentType]
    return cast("dict[str, object]", data)


def header_line(header: Header, *, prev: str | None) -> bytes:
    """A header's line; `prev` is the digest of the line above it, None at the top of a file."""
    return encode({"v": FORMAT, **asdict(header)} | ({} if prev is None else {"prev": prev}))


def header_of(data: Mapping[str, object]) -> Header:
    if data["v"] != FORMAT:
        raise BadLine("is a header of a format that this version does not read")
    names = [_name(data, key) for key in ("log", "learner", "notebook", "release", "at")]
    if not names[0]:
        raise BadLine("is a header without the log's id")
    return Header(*names)


def event_line(event: Event, *, prev: str | None) -> bytes:
    return encode(
        {
            "kind": event.kind,
            "item": event.item,
            "item_digest": event.item_digest,
            "attempt": event.attempt,
            "at": event.at,
            "answer": event.answer,
            "prev": prev,
        }
    )


def event_of(data: Mapping[str, object], line: int, header: Header | None) -> Event:
    """The event in a line's object; `line` is its number, `header` the nearest one above."""
    kind = _name(data, "kind")
    if kind not in KINDS:
        raise BadLine(f"is of a kind that this version does not know ({kind[:40]!a})")
    item = _name(data, "item")
    if not item:
        raise BadLine("names no item")
    attempt = data.get("attempt")
    if not isinstance(attempt, int) or isinstance(attempt, bool) or not 1 <= attempt <= MAX_ATTEMPT:
        raise BadLine("has no attempt that counts from 1")
    answer = data.get("answer")
    if not isinstance(answer, dict):
        raise BadLine("has no answer")
    return Event(
        kind=kind,
        item=item,
        item_digest=_name(data, "item_digest"),
        attempt=attempt,
        at=_name(data, "at"),
        answer=cast("dict[str, object]", answer),
        line=line,
        release=header.release if header else "",
        learner=header.learner if header else "",
    )


def _name(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or len(value) > MAX_NAME:
        raise BadLine(f'has no "{key}" of up to {MAX_NAME} characters')
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):  # two readers could take different ones for the answer
        raise BadLine("holds a name twice")
    return data


def _no_constant(name: str) -> NoReturn:
    raise BadLine(f"holds {name}, which is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):  # 1e999
        raise BadLine("holds a number without end")
    return value


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise BadLine(f"holds a number of more than {MAX_DIGITS} digits")
    return int(text)


def _check_values(data: object) -> None:
    """Refuse what would break a reader further up: deep nesting, and text that cannot be written to a file."""
    level = [data]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                mapping = cast("dict[str, object]", value)
                below += [*mapping.keys(), *mapping.values()]
            elif isinstance(value, list):
                below += cast("list[object]", value)
            elif isinstance(value, str) and _HALVES.search(value):
                raise BadLine("holds half a character")
        level = below
    if any(isinstance(value, dict | list) for value in level):
        raise BadLine("is nested too deeply")
