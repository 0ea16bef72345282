"""What a course cell shows and gives back while nbgrader executes a notebook: graded, practised or validated.

The kernel's working folder says whose work it is; nothing is decided by what a learner could set.
"""

from pathlib import Path

from curriculum_utils.content import Item, ReleasedModule, load_release, words
from curriculum_utils.errors import CurriculumError, GradingError
from curriculum_utils.items import SCHEMAS, type_of
from curriculum_utils.items.assessing import Assessor, LazyScorer, graded_html, practice_html, read_submitted
from curriculum_utils.items.pinned import LearnerFolder, PinnedReleases, learner_folder
from curriculum_utils.responses import log_path, read_log
from curriculum_utils.scoring import Scorer


class NotAnswered(CurriculumError):
    """An item without an answer, told to `nbgrader validate` as one plain sentence."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: a learner should not read a traceback.
        return [str(self)]


def graded_cell(item_id: str, folder: Path | None = None) -> tuple[str, float]:
    """The graded item as HTML, and its score in points: a built-in float, 0.0 where a person has to give it.

    Args:
        folder: the autograded folder; the working folder by default.
    Raises:
        GradingError: the folder is not a learner's folder of a course, or its release has no such graded item.
        ReleaseError: the release is not kept here.
    """
    place = learner_folder(folder or Path.cwd())
    structure, pinned = _structure(place)
    item = _item(structure, item_id, graded=True)
    log = read_submitted(place.submitted, item.notebook, assessed=True)
    graded = Assessor(log, place.learner, structure, pinned.get, _SCORER).grade(item)
    return graded_html(graded), 0.0 if graded.score is None else graded.score


def practice_cell(item_id: str, folder: Path | None = None) -> str:
    """An item that earns no points with its last answer, as HTML; arguments and errors as for `graded_cell`."""
    place = learner_folder(folder or Path.cwd())
    structure, pinned = _structure(place)
    item = _item(structure, item_id, graded=False)
    log = read_submitted(place.submitted, item.notebook, assessed=item.assessed)
    return practice_html(log, item, structure, pinned.get)


def validated_cell(item_id: str, folder: Path | None = None) -> None:
    """Nothing, if the learner has answered the graded item; the folder holds the notebook and `items.json`.

    Raises:
        NotAnswered: they have not.
        LogUnreadable: the response log cannot be opened safely.
        GradingError: the release has no such graded item.
        ReleaseError: `items.json` is missing or damaged.
    """
    folder = folder or Path.cwd()
    item = _item(load_release(folder, SCHEMAS), item_id, graded=True)
    event = read_log(log_path(folder, item.notebook, assessed=True)).last_commit(item.id)
    if event is None or type_of(item).is_blank(event.answer):
        raise NotAnswered(words("unanswered-validate", title=item.exercise.title))


def _structure(place: LearnerFolder) -> tuple[ReleasedModule, PinnedReleases]:
    """The release that the autograded folder was rebuilt from, with its keys, and all that are kept beside it."""
    pinned = PinnedReleases(place.folders.releases, place.module)
    digest = load_release(place.autograded, SCHEMAS).release
    structure = pinned.get(digest)
    if structure is None:
        raise GradingError(f"{pinned.folder(digest)}: no such release is kept; release the module again")
    return structure, pinned


def _item(release: ReleasedModule, item_id: str, *, graded: bool) -> Item:
    item = release.items.get(item_id)
    if item is None or item.graded != graded:
        kind = "graded" if graded else "ungraded"
        raise GradingError(f'release {release.release[:12]} of {release.module} has no {kind} item "{item_id}"')
    return item


def _load_scorer() -> Scorer:
    from curriculum_utils.scoring import load_scorer  # noqa: PLC0415 - a notebook without written replies needs none

    return load_scorer()


# One for all cells of a kernel.
_SCORER = LazyScorer(_load_scorer)
