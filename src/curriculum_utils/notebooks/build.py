"""`curriculum/` turned into `source/<module>/`: notebooks and `items.json`, byte for byte the same each time."""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from curriculum_utils.content import (
    Course,
    Item,
    Lesson,
    Module,
    Prose,
    ReleasedNotebook,
    Vignette,
    release_text,
    words,
)
from curriculum_utils.errors import ReleaseError
from curriculum_utils.notebooks.diagrams import diagram_markdown
from curriculum_utils.notebooks.nbgrader_cells import Cell, item_cell, prose_cell, setup_cell


@dataclass(frozen=True)
class Difference:
    """A file under `source/` that is not what the content gives; `kind` is how."""

    path: Path
    kind: str

    def __str__(self) -> str:
        return f"{self.path} {self.kind}"


def build(course: Course, source: Path) -> list[Path]:
    """Writes every module under `source` and returns the files that changed.

    Files there that the content no longer gives are removed; each file is replaced in one step, so that a build
    that is interrupted leaves whole files.

    Raises:
        ReleaseError: `source` holds learners' answers.
    """
    wanted = built_files(course)
    _refuse_responses(source)
    changed: list[Path] = []
    for name, content in wanted.items():
        path = source / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
        changed.append(path)
    for path in _strays(source, wanted):
        path.unlink()
        changed.append(path)
        # A module that is gone leaves no folder behind: nbgrader would list it as an assignment.
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    return changed


def check(course: Course, source: Path) -> list[Difference]:
    """What `build` would change under `source`."""
    wanted = built_files(course)
    found: list[Difference] = []
    for name, content in wanted.items():
        path = source / name
        if not path.is_file():
            found.append(Difference(path, "is missing"))
        elif path.read_bytes() != content:
            found.append(Difference(path, "is out of date"))
    found.extend(Difference(path, "is not built from curriculum/") for path in _strays(source, wanted))
    return found


def built_files(course: Course) -> dict[str, bytes]:
    """Every file of `source/`, by its path below it."""
    files: dict[str, bytes] = {}
    for module in course.modules.values():
        notebooks: list[ReleasedNotebook] = []
        minutes = {plan.slug: plan.minutes for plan in module.entry.notebooks}
        for lesson in module.lessons:
            content = _bytes(_notebook(course, module, lesson))
            files[f"{module.slug}/{lesson.slug}.ipynb"] = content
            digest = hashlib.sha256(content).hexdigest()
            title = lesson.header.title
            notebooks.append(
                ReleasedNotebook(slug=lesson.slug, title=title, minutes=minutes[lesson.slug], sha256=digest)
            )
        text = release_text(
            module.slug, module.title, course.vocabulary(module.slug), tuple(notebooks), ordered_items(module)
        )
        files[f"{module.slug}/items.json"] = text.encode("utf-8")
    return files


def ordered_items(module: Module) -> list[Item]:
    """The module's items in the order in which a learner meets them."""
    order = [ref.slug for lesson in module.lessons for ref in lesson.references("exercise")]
    return [module.items[slug].item for slug in order]


def _notebook(course: Course, module: Module, lesson: Lesson) -> dict[str, object]:
    # Ids of cells without an item hold an underscore, which no item's id may.
    cells: list[Cell] = []
    needs_setup = True
    for number, block in enumerate(lesson.blocks):
        if isinstance(block, Prose):
            cells.append(prose_cell(f"prose_{number}", block.text))
        elif block.kind == "vignette":
            cells.append(prose_cell(f"vignette_{number}", conversation_markdown(course.vignettes[block.slug])))
        elif block.kind == "diagram":
            cells.append(prose_cell(f"diagram_{number}", diagram_markdown(course.diagrams[block.slug])))
        else:
            if needs_setup:
                # After the first prose, so that an opened page begins with its title.
                cells.append(setup_cell())
                needs_setup = False
            cells.append(item_cell(module.items[block.slug].item))
    return {
        "cells": cells,
        "metadata": {
            "curriculum": {"module": module.slug, "notebook": lesson.slug, "title": lesson.header.title},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def conversation_markdown(vignette: Vignette) -> str:
    """A vignette as Markdown: who the client is, the scene, and the turns as quoted paragraphs."""
    client = vignette.client
    lines = [f"### {vignette.title}", "", f"*{client.name}, {client.age}. {_sentence(client.setting)}*", ""]
    if vignette.scene:
        lines += [vignette.scene, ""]
    quoted: list[str] = []
    for turn in vignette.turns:
        who = client.name if turn.who == "client" else words("who-therapist")
        quoted += [f"> **{who}:** {' '.join(turn.text.split())}", ">"]
    return "\n".join(lines + quoted[:-1])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _bytes(notebook: dict[str, object]) -> bytes:
    nbformat.validate(notebook)  # pyright: ignore[reportUnknownMemberType]
    return (json.dumps(notebook, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode("utf-8")


def _strays(source: Path, wanted: dict[str, bytes]) -> list[Path]:
    files = (path for path in sorted(source.rglob("*")) if path.is_file())
    kept = (path for path in files if ".ipynb_checkpoints" not in path.parts)
    return [path for path in kept if path.relative_to(source).as_posix() not in wanted]


def _refuse_responses(source: Path) -> None:
    for folder in source.glob("*/responses"):
        raise ReleaseError(
            f"{folder} holds learners' answers, which would be released to everyone; move it out of {source}"
        )


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".build-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
