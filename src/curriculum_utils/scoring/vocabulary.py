"""The labels and moves that replies are weighed by: the shipped set, or that of a course folder.

Only the rubric and the moves are read, so that `curriculum score` starts fast.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from curriculum_utils.errors import ContentError, Problem, ScoringError

if TYPE_CHECKING:
    from curriculum_utils.content.models import Rubric

SHARED = "shared"
"""The moves file whose moves belong to every module."""


@dataclass(frozen=True)
class ScoringVocabulary:
    """Labels in the rubric's order, and each module's effective moves with their criteria, in order.

    `plain` has each label as a reader knows it, `wanted` when a criterion is met or a trap fallen into, and what helps.
    """

    rubric_version: str
    criteria: tuple[str, ...]
    traps: tuple[str, ...]
    plain: Mapping[str, str]
    modules: Mapping[str, Mapping[str, tuple[str, ...]]]
    wanted: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def labels(self) -> tuple[str, ...]:
        return self.criteria + self.traps

    def as_json(self) -> dict[str, object]:
        """The vocabulary as JSON types; `vocabulary_of` reads it back."""
        return {
            "rubric_version": self.rubric_version,
            "criteria": list(self.criteria),
            "traps": list(self.traps),
            "plain": dict(self.plain),
            "modules": {
                module: {move: list(criteria) for move, criteria in moves.items()}
                for module, moves in self.modules.items()
            },
            "wanted": {label: list(texts) for label, texts in self.wanted.items()},
        }


def vocabulary_of(text: str, where: str) -> ScoringVocabulary:
    """The vocabulary in `text` (JSON, as `as_json` gives it).

    Args:
        where: the file, for the error.
    Raises:
        ScoringError: it is something else.
    """
    try:
        data = json.loads(text)
        vocabulary = ScoringVocabulary(
            rubric_version=str(data["rubric_version"]),
            criteria=tuple(map(str, data["criteria"])),
            traps=tuple(map(str, data["traps"])),
            plain={str(label): str(plain) for label, plain in data["plain"].items()},
            modules={
                str(module): {str(move): tuple(map(str, criteria)) for move, criteria in moves.items()}
                for module, moves in data["modules"].items()
            },
            wanted={str(label): (str(when), str(hint)) for label, (when, hint) in data["wanted"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ScoringError(f"{where}: not a vocabulary ({error}); install the package again") from None
    return vocabulary


@cache
def shipped_vocabulary() -> ScoringVocabulary:
    """The vocabulary that the shipped scorer learnt.

    Raises:
        ScoringError: its file is missing or damaged.
    """
    path = files("curriculum_utils.scoring").joinpath("model/vocabulary.json")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ScoringError(f"{path}: cannot be read ({error}); install the package again") from None
    return vocabulary_of(text, str(path))


def course_vocabulary(root: Path) -> ScoringVocabulary:
    """The vocabulary of the course under `root` (the folder that holds `course.yaml`).

    Raises:
        ContentError: with every problem in course.yaml, rubric.yaml or a file of moves.
    """
    # Reading YAML into models costs more than scoring a page of replies: only those who have a course pay.
    from curriculum_utils.content.json_types import as_list, as_mapping  # noqa: PLC0415
    from curriculum_utils.content.models import CourseManifest, Move, Rubric  # noqa: PLC0415
    from curriculum_utils.content.validation import validated  # noqa: PLC0415
    from curriculum_utils.content.yaml_source import load_yaml  # noqa: PLC0415

    problems: list[Problem] = []
    manifest = validated(CourseManifest, load_yaml(root / "course.yaml"), problems)
    rubric = validated(Rubric, load_yaml(root / "rubric.yaml"), problems)
    groups: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in sorted((root / "moves").glob("*.yaml")):
        source = load_yaml(path)
        group = groups.setdefault(path.stem, {})
        for index, entry in enumerate(as_list(as_mapping(source.data).get("moves"))):
            move = validated(Move, source, problems, at=("moves", index), data=entry)
            if move is not None and move.kind == "effective":
                group[move.slug] = move.criteria
    if problems or manifest is None or rubric is None:
        raise ContentError(problems)
    modules = {entry.slug: {**groups.get(entry.slug, {}), **groups.get(SHARED, {})} for entry in manifest.modules}
    return rubric_vocabulary(rubric, modules)


def rubric_vocabulary(rubric: "Rubric", modules: Mapping[str, Mapping[str, tuple[str, ...]]]) -> ScoringVocabulary:
    """The rubric's labels and words, with the criteria of each module's effective moves."""
    return ScoringVocabulary(
        rubric_version=rubric.version,
        criteria=rubric.criterion_names(),
        traps=rubric.trap_names(),
        plain={label: rubric.plain(label) for label in rubric.labels()},
        modules=modules,
        wanted={
            **{one.name: (one.met_when, one.hint) for one in rubric.criteria},
            **{one.name: (one.fallen_into_when, one.hint) for one in rubric.traps},
        },
    )
