"""What a second rater is asked, and what its answer comes to; the wording is in `second_rater_prompt.yaml`.

The reply travels as data, in JSON. A label counts only with a quote that stands in the reply, letter by letter.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NoReturn

from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.content.yaml_source import load_yaml
from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring.guards import is_blank
from curriculum_utils.scoring.protocol import Reply, Span
from curriculum_utils.scoring.second_endpoint import Outcome
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, shipped_vocabulary

_FILE = "second_rater_prompt.yaml"
_FENCED = re.compile(r"\s*```(?:json)?[ \t]*\n(.*)\n[ \t]*```\s*", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class PromptText:
    """The file: what a second rater is told, and what earns each label."""

    instructions: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Prompt:
    """What is asked about every reply of one vocabulary."""

    system: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.system.encode("utf-8")).hexdigest()

    def request(self, model: str, reply: Reply) -> bytes:
        """The body of one request: the rules as the system's message, the reply as data in the user's."""
        data = json.dumps({"client": reply.client, "reply": reply.reply})
        return json.dumps(
            {
                "model": model,
                "temperature": 0,
                "messages": [{"role": "system", "content": self.system}, {"role": "user", "content": data}],
                "response_format": {"type": "json_object"},
            }
        ).encode("ascii")


@dataclass(frozen=True)
class Reading:
    """What an answer comes to: the span of each label that it proves, in the rubric's order.

    `unproven` are labels that it claims without a quote from the reply; `rejected` counts the claims that do not
    count, those to labels that are not in the rubric among them.
    """

    evidence: Mapping[str, Span]
    unproven: tuple[str, ...]
    rejected: int


@cache
def prompt_text() -> PromptText:
    """The prompt that ships.

    Raises:
        ScoringError: its file is missing or damaged.
    """
    try:
        text = files("curriculum_utils.scoring").joinpath(_FILE).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ScoringError(f"{_FILE}: cannot be read ({error}); install the package again") from None
    data = as_mapping(load_yaml(Path(_FILE), text=text).data)
    labels = {label: str(meaning).strip() for label, meaning in as_mapping(data.get("labels")).items()}
    return PromptText(str(data.get("instructions", "")).strip(), labels)


def prompt_for(vocabulary: ScoringVocabulary) -> Prompt:
    """What is asked for these labels; one of another course's own is told in that course's words."""
    text, shipped = prompt_text(), shipped_vocabulary().plain

    def meaning(label: str) -> str:
        plain = vocabulary.plain[label]
        # A course may give a shipped name a meaning of its own; its plain words say so.
        if label in text.labels and plain == shipped.get(label):
            return text.labels[label]
        when, _ = vocabulary.wanted.get(label, ("", ""))
        return f"{plain}. That is so when {when}" if when else plain

    def listed(labels: Sequence[str]) -> str:
        return "\n".join(f"- {label}: {meaning(label)}" for label in labels)

    parts = (
        text.instructions,
        f"Labels for what makes a reply work. The reply ...\n{listed(vocabulary.criteria)}",
        f"Labels for traps, which make it backfire. The reply ...\n{listed(vocabulary.traps)}",
    )
    return Prompt("\n\n".join(parts))


def read_answer(body: bytes, reply: str, labels: Sequence[str]) -> Reading | Outcome:
    """What the body of a chat completion says about the reply, or why it says nothing that can be used.

    Args:
        labels: every label that may be claimed, in the rubric's order.
    """
    choices = as_list(as_mapping(_json(body)).get("choices"))
    if not choices:
        return Outcome.UNREADABLE
    choice = as_mapping(choices[0])
    message = as_mapping(choice.get("message"))
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        return Outcome.DECLINED
    if choice.get("finish_reason") == "length":
        return Outcome.CUT_OFF
    content = message.get("content")
    answered = as_mapping(_json(_unfenced(content))) if isinstance(content, str) else {}
    if not isinstance(answered.get("labels"), list):
        return Outcome.UNREADABLE
    return _reading(as_list(answered.get("labels")), reply, labels)


def _reading(claims: Sequence[object], reply: str, labels: Sequence[str]) -> Reading:
    proven: dict[str, Span] = {}
    unproven: set[str] = set()
    rejected = 0
    for claim in map(as_mapping, claims):
        label, quote = claim.get("label"), claim.get("quote")
        if not isinstance(label, str) or label not in labels:
            rejected += 1
        elif not isinstance(quote, str) or is_blank(quote) or quote not in reply:
            rejected += 1
            unproven.add(label)
        else:
            start = reply.index(quote)
            proven.setdefault(label, (start, start + len(quote)))
    return Reading(
        {label: proven[label] for label in labels if label in proven},
        tuple(label for label in labels if label in unproven and label not in proven),
        rejected,
    )


def _json(text: str | bytes) -> object:
    """The JSON value, or None where it is none."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unfenced(text: str) -> str:
    """The text without the Markdown fence that some models put around JSON."""
    match = _FENCED.fullmatch(text)
    return match[1] if match else text
