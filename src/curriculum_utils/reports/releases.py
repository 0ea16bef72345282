"""The releases that a cohort keeps, and which item of which of them an answer speaks of."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from curriculum_utils.cohorts import Cohort
from curriculum_utils.content import Item, ReleasedModule, Vocabulary, as_mapping
from curriculum_utils.content.models import CourseManifest
from curriculum_utils.content.yaml_source import load_yaml
from curriculum_utils.errors import CurriculumError
from curriculum_utils.items.pinned import PinnedReleases
from curriculum_utils.reports.notices import Notices


@dataclass(frozen=True)
class Found:
    """An item as one kept release has it."""

    item: Item
    vocabulary: Vocabulary


@dataclass
class Kept:
    """The kept releases by module and digest; `current` names the one that each module offers now.

    `scorers` are the scorer versions that the releases were made with, by release digest.
    """

    course: str | None = None
    titles: dict[str, str] = field(default_factory=dict[str, str])
    releases: dict[str, dict[str, ReleasedModule]] = field(default_factory=dict[str, dict[str, ReleasedModule]])
    current: dict[str, str] = field(default_factory=dict[str, str])
    scorers: dict[str, str] = field(default_factory=dict[str, str])

    def find(self, module: str, release: str, item: str, digest: str) -> Found | None:
        """The item that was answered: of the release named, else of another that shows the same."""
        kept = self.releases.get(module, {})
        named = [kept[release]] if release in kept else []
        for candidate in (*named, *kept.values()):
            found = candidate.items.get(item)
            if found is not None and found.digest == digest:
                return Found(found, candidate.vocabulary)
        return None

    def module(self, module: str) -> ReleasedModule | None:
        """The module as it is offered now."""
        return self.releases.get(module, {}).get(self.current.get(module, ""))


def read_releases(cohort: Cohort, notices: Notices) -> Kept:
    """Every release under the cohort's folder that can be read; the others are told."""
    kept = Kept()
    _read_course(cohort.root / "curriculum" / "course.yaml", kept)
    for folder in _folders(cohort.releases):
        pinned = PinnedReleases(cohort.releases, folder.name)
        releases: dict[str, ReleasedModule] = {}
        for digest in pinned.digests():
            try:
                release = pinned.get(digest)
            except CurriculumError as error:
                notices.add(folder / digest, f"This release cannot be read, so answers to it are not judged. {error}")
                continue
            if release is not None:
                releases[digest] = release
                kept.scorers[digest] = str(_json(folder / digest / "versions.json").get("scorer_version") or "")
        if releases:
            kept.releases[folder.name] = releases
            # The current one comes first; where it is damaged the newest one stands for the module.
            kept.current[folder.name] = next(iter(releases))
            kept.titles.setdefault(folder.name, releases[kept.current[folder.name]].title)
    return kept


def in_course_order(modules: Iterable[str], kept: Kept) -> list[str]:
    """The modules as the course has them; any other by name, at the end."""
    order = list(kept.titles)
    return sorted(set(modules), key=lambda slug: (order.index(slug) if slug in order else len(order), slug))


def _read_course(path: Path, kept: Kept) -> None:
    # The course gives titles and an order; a report of an old cohort does without.
    try:
        manifest = CourseManifest.model_validate(load_yaml(path).data)
    except (CurriculumError, OSError, ValueError):
        return
    kept.course = manifest.title
    kept.titles = {entry.slug: entry.title for entry in manifest.modules}


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _json(path: Path) -> dict[str, object]:
    try:
        return as_mapping(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def rubric_labels(kept: Kept) -> tuple[dict[str, str], dict[str, str]]:
    """Criteria and traps with their plain names, in the rubric's order, over the modules' current releases."""
    criteria: dict[str, str] = {}
    traps: dict[str, str] = {}
    for slug in in_course_order(kept.releases, kept):
        module = kept.module(slug)
        for entry in module.vocabulary.rubric.criteria if module else ():
            criteria.setdefault(entry.name, entry.plain)
        for entry in module.vocabulary.rubric.traps if module else ():
            traps.setdefault(entry.name, entry.plain)
    return criteria, traps
