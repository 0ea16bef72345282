"""Which kept release the notebooks of a submission are graded in: the one whose cells the gradebook holds."""

from collections.abc import Mapping
from pathlib import Path

from curriculum_utils.content import ReleasedModule
from curriculum_utils.errors import GradingError, ReleaseError, display_path
from curriculum_utils.grading.gradebook import recorded_cells
from curriculum_utils.grading.pins import pin_release, release_keys
from curriculum_utils.items.pinned import CohortFolders, PinnedReleases
from curriculum_utils.scoring import Scorer

Cells = Mapping[str, Mapping[str, float]]
"""Points by graded item by notebook."""


def structure_of(
    folders: CohortFolders, module: str, db_url: str, *, scorer: Scorer, private_keys: Path | None = None
) -> ReleasedModule:
    """The newest kept release whose graded cells and points are those that the gradebook holds for the module.

    A module that reached learners by another way than the exchange is kept now, if it is still what was generated.

    Raises:
        GradingError: there is none; nothing was graded.
    """
    if (release := kept_structure(folders, module, db_url)) is not None:
        return release
    wanted = _gradebook_cells(module, db_url)
    pinned = PinnedReleases(folders.releases, module)
    try:
        kept = pin_generated(folders, module, scorer_version=scorer.scorer_version, private_keys=private_keys)
    except ReleaseError as error:
        raise GradingError(f"no kept release of {module} has the cells that the gradebook holds: {error}") from None
    release = pinned.get(kept.name)
    if release is None or graded_cells(release) != wanted:
        raise GradingError(
            f"no kept release of {module} has the cells that the gradebook holds; run "
            f"nbgrader generate_assignment {module} --force, then nbgrader release_assignment {module}"
        )
    return release


def kept_structure(folders: CohortFolders, module: str, db_url: str) -> ReleasedModule | None:
    """As `structure_of`, of what is kept already; None if that is not among it.

    Raises:
        GradingError: the gradebook has no such module.
    """
    wanted = _gradebook_cells(module, db_url)
    pinned = PinnedReleases(folders.releases, module)
    kept = (release for digest in pinned.digests() if (release := pinned.get(digest)) is not None)
    return next((release for release in kept if graded_cells(release) == wanted), None)


def pin_generated(
    folders: CohortFolders,
    module: str,
    *,
    scorer_version: str,
    private_keys: Path | None = None,
    replace_keys: bool = False,
) -> Path:
    """Where the module that `nbgrader generate_assignment` made is now kept, with the keys of today's `curriculum/`.

    Raises:
        ReleaseError: it is no module of the course, its keys cannot be read, or it would leak.
    """
    folder = folders.released(module)
    if not (folder / "items.json").is_file():
        raise ReleaseError(
            f"{display_path(folder)}: holds no items.json, so it is no module of this course; "
            "grade assignments of another kind in a course folder of their own"
        )
    keys = release_keys(folders.root / "curriculum", folder, private=private_keys)
    return pin_release(folder, keys, folders.releases, scorer_version=scorer_version, replace_keys=replace_keys)


def graded_cells(release: ReleasedModule) -> Cells:
    """The graded items of each notebook with their points."""
    return {
        notebook.slug: {item.id: item.exercise.points for item in release.items_of(notebook.slug) if item.graded}
        for notebook in release.notebooks
    }


def _gradebook_cells(module: str, db_url: str) -> Cells:
    cells = recorded_cells(db_url, module)
    if cells is None:
        raise GradingError(f"the gradebook has no assignment {module}; run nbgrader generate_assignment {module}")
    return cells
