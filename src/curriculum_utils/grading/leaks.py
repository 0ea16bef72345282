"""What must not travel to learners: their own kind's answers, keys, links, and any words of an assessed item's key."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from curriculum_utils.content import as_list, as_mapping
from curriculum_utils.errors import ReleaseError, display_path

MAX_BYTES = 50_000_000
# Shorter texts of a key are ids and label names, which are public.
_TELLING = 16
_SKIPPED = {".ipynb_checkpoints", "__pycache__"}


def refuse_leaks(folder: Path, keys: Mapping[str, object]) -> None:
    """Nothing, if the folder may be given to learners.

    Args:
        folder: a module as `nbgrader generate_assignment` made it.
        keys: the keys of its assessed items as JSON, by item id.
    Raises:
        ReleaseError: with every reason found.
    """
    found: list[str] = []
    public = ""
    texts: dict[Path, str] = {}
    for path in _walk(folder, found):
        inside = path.relative_to(folder)
        if path.stat().st_size > MAX_BYTES:
            found.append(f"{display_path(path)}: larger than {MAX_BYTES:,} bytes, too large to be checked for keys")
            continue
        raw = path.read_bytes()
        if inside.as_posix() == "items.json":
            public, with_keys = _items_text(raw)
            found += [f"{display_path(path)}: holds the key of {name}; build again" for name in with_keys]
        else:
            is_json = inside.suffix in (".ipynb", ".json")
            texts[path] = _flat(_json_text(raw) if is_json else raw.decode("utf-8", "replace"))
    for item, key in keys.items():
        telling = {words for words in map(_flat, _strings(key)) if len(words) >= _TELLING and words not in public}
        for path, text in texts.items():
            for words in sorted(telling):
                if words in text:
                    found.append(f'{display_path(path)}: holds words of the key of {item}: "{words[:60]}"')
    if found:
        raise ReleaseError("\n".join(found))


def _walk(folder: Path, found: list[str]) -> Iterator[Path]:
    """The files that may be looked into; what is refused by its name or kind is put on the list."""
    for base, folders, files in os.walk(folder):
        for name in sorted((*folders, *files)):
            path = Path(base, name)
            if path.is_symlink():
                found.append(f"{display_path(path.parent)}/{name}: a link; put the file itself there, or remove it")
            elif _private(name, is_folder=name in folders):
                found.append(f"{display_path(path)}: keys and learners' answers are never released; move it away")
            elif name in files and not path.is_file():
                found.append(f"{display_path(path)}: not an ordinary file; remove it")
            elif name in files:
                yield path
        folders[:] = [name for name in folders if name not in _SKIPPED and not _private(name, is_folder=True)]


def _private(name: str, *, is_folder: bool) -> bool:
    name = name.casefold()
    if is_folder:
        return name == "responses" or name.startswith("keys")
    # A lesson may be called "keys-to-change".
    return name.endswith(".jsonl") or (name.startswith("keys") and not name.endswith(".ipynb"))


def _items_text(raw: bytes) -> tuple[str, list[str]]:
    """All that `items.json` may say, as one text, and the assessed items whose key stands in it."""
    try:
        data = as_mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return "", []
    with_keys: list[str] = []
    items: list[dict[str, object]] = []
    for entry in map(as_mapping, as_list(data.get("items"))):
        use = as_mapping(entry.get("exercise")).get("use")
        if use != "practice" and entry.pop("key", None) is not None:
            with_keys.append(f"{use} item {entry.get('id')}")
        items.append(entry)
    return _flat("\n".join(_strings({**data, "items": items}))), with_keys


def _json_text(raw: bytes) -> str:
    """Every string of a JSON file, one after the other; its plain text where it is none."""
    try:
        return "".join(f"{text}\n" for text in _strings(json.loads(raw)))
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in as_mapping(value).values():  # pyright: ignore[reportUnknownArgumentType]
            yield from _strings(child)
    else:
        lines = as_list(value)
        if lines and all(isinstance(line, str) for line in lines):
            # nbformat stores a cell's source and output as a list of lines.
            yield "".join(str(line) for line in lines)
        for child in lines:
            yield from _strings(child)


def _flat(text: str) -> str:
    """The text with blanks and case evened out: a wrapped line is still the same words."""
    return " ".join(text.split()).casefold()
