"""A module as it is released (`items.json`): the learner's half of each item, and the keys kept apart.

`items.json` travels to learners, so it is read as defensively as anything that comes back from them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from curriculum_utils.content.clients import PracticeClient
from curriculum_utils.content.item import Item, ItemSchemas, Vocabulary, canonical_json, dumped, item_digest, sha256
from curriculum_utils.content.json_types import as_mapping
from curriculum_utils.content.models import Key, Model, Move, Rubric, Slug, Text, Vignette
from curriculum_utils.errors import ReleaseError

FORMAT = 1
MAX_BYTES = 5_000_000


class ReleasedNotebook(Model):
    """One notebook of the module; `sha256` is that of the file the builder wrote."""

    slug: Slug
    title: Text
    minutes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ReleasedItem(Model):
    """One item as JSON: its exercise, and its key if it is for practice."""

    id: Slug
    notebook: Slug
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    exercise: dict[str, Any]
    key: dict[str, Any] | None = None


class ReleaseFile(Model):
    """`items.json`."""

    v: int
    release: str = Field(pattern=r"^[0-9a-f]{64}$")
    module: Slug
    title: Text
    rubric: Rubric
    moves: tuple[Move, ...]
    notebooks: tuple[ReleasedNotebook, ...]
    vignettes: dict[Slug, Vignette]
    clients: dict[Slug, PracticeClient] = Field(default_factory=dict[Slug, PracticeClient])
    items: tuple[ReleasedItem, ...]


@dataclass(frozen=True)
class ReleasedModule:
    """A released module, ready to be shown or graded. `items` are in the order of the notebooks."""

    release: str
    module: str
    title: str
    vocabulary: Vocabulary
    notebooks: tuple[ReleasedNotebook, ...]
    items: Mapping[str, Item]

    def items_of(self, notebook: str) -> list[Item]:
        return [item for item in self.items.values() if item.notebook == notebook]


def release_text(
    module: str,
    title: str,
    vocabulary: Vocabulary,
    notebooks: tuple[ReleasedNotebook, ...],
    items: list[Item],
) -> str:
    """The text of `items.json`: same content, same bytes. Keys of assessed items are never in it."""
    body: dict[str, object] = {
        "v": FORMAT,
        "module": module,
        "title": title,
        "rubric": dumped(vocabulary.rubric),
        "moves": [dumped(move) for move in vocabulary.moves.values()],
        "notebooks": [dumped(notebook) for notebook in notebooks],
        "vignettes": {
            item.exercise.vignette: dumped(item.vignette)
            for item in items
            if item.vignette is not None and item.exercise.vignette is not None
        },
        "items": [_item_json(item) for item in items],
    }
    clients = {item.exercise.client: dumped(item.client) for item in items if item.client and item.exercise.client}
    if clients:
        body["clients"] = clients
    body["release"] = sha256(canonical_json(body))
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _item_json(item: Item) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": item.id,
        "notebook": item.notebook,
        "digest": item.digest,
        "exercise": dumped(item.exercise),
    }
    if not item.assessed and item.key is not None:
        entry["key"] = dumped(item.key)
    return entry


def load_release(folder: Path, schemas: ItemSchemas, *, keys: Mapping[str, object] | None = None) -> ReleasedModule:
    """The released module in `folder`.

    Args:
        keys: keys of assessed items as JSON, by item id; None on the learner's side.
    Raises:
        ReleaseError: `items.json` is missing, damaged or of another format, or a key does not fit its item.
    """
    path = folder / "items.json"
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ReleaseError(f"{path}: larger than {MAX_BYTES:,} bytes; fetch the module again")
        data = as_mapping(json.loads(raw))
        if data.get("v") != FORMAT:
            raise ReleaseError(f"{path}: of another format than this version reads; update the curriculum")
        file_model = ReleaseFile.model_validate(data)
        digest = sha256(canonical_json({name: value for name, value in data.items() if name != "release"}))
    except FileNotFoundError:
        raise ReleaseError(f"{path}: missing; fetch the module again") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ReleaseError(f"{path}: cannot be read ({_short(error)}); fetch the module again") from None
    if digest != file_model.release:
        raise ReleaseError(f"{path}: was changed after it was released; fetch the module again")
    items = {entry.id: _item(file_model, entry, schemas, keys, path) for entry in file_model.items}
    vocabulary = Vocabulary(file_model.rubric, {move.slug: move for move in file_model.moves})
    return ReleasedModule(
        file_model.release, file_model.module, file_model.title, vocabulary, file_model.notebooks, items
    )


def _item(
    release: ReleaseFile, entry: ReleasedItem, schemas: ItemSchemas, keys: Mapping[str, object] | None, path: Path
) -> Item:
    schema = schemas.get(str(entry.exercise.get("type")))
    if schema is None:
        raise ReleaseError(f"{path}: item {entry.id} is of a type this version does not know; update the curriculum")
    try:
        exercise = schema.exercise.model_validate(entry.exercise)
        if exercise.use != "practice" and entry.key is not None:
            raise ReleaseError(
                f"{path}: holds the key of the {exercise.use} item {entry.id}; build and release it again"
            )
        key_json = entry.key if exercise.use == "practice" else (keys or {}).get(entry.id)
        key: Key | None = None if key_json is None else schema.key.model_validate(key_json)
    except ValidationError as error:
        raise ReleaseError(f"{path}: item {entry.id} cannot be read ({_short(error)})") from None
    vignette = release.vignettes.get(exercise.vignette) if exercise.vignette else None
    client = release.clients.get(exercise.client) if exercise.client else None
    if item_digest(exercise, vignette, client) != entry.digest:
        raise ReleaseError(f"{path}: item {entry.id} does not match its digest; fetch the module again")
    return Item(entry.id, release.module, entry.notebook, exercise, vignette, key, entry.digest, client)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
