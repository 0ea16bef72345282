"""Whether a learner lets corrected replies of theirs train scorers: asked on the start page, said in each log."""

from collections.abc import Iterator
from pathlib import Path

from curriculum_utils.content import ReleasedModule, words
from curriculum_utils.errors import AnswerError, LogUnreadable, ReleaseError
from curriculum_utils.responses import LogContents, ResponseLog, consents, log_path, read_log, say_consent
from curriculum_utils.responses.consent import ITEM
from curriculum_utils.widgets.place import answers_folder, learner_id, released


def standing_consent(home: Path) -> bool | None:
    """What the learner's assessed logs say together; None where nothing was ever said in any."""
    logs: list[LogContents] = []
    for path, _, _ in _logs(home):
        try:
            logs.append(read_log(path))
        except LogUnreadable:
            return False  # what cannot be read may hold a no
    said = any(event.kind == "consent" and event.item == ITEM for log in logs for event in log.events)
    return consents(logs, learner_id()) if said else None


def keep_consent(home: Path, *, given: bool) -> None:
    """Says yes or no in every log of answers that count; what was not answered yet in a module has it in its first.

    Logs of practice have none: they may be deleted, and a no with them.

    Raises:
        AnswerError: there is no module yet; nothing was saved.
        LogNotSaved: a log cannot be written. A no that is in one of them already counts for all.
    """
    logs = list(_logs(home))
    if not logs:
        raise AnswerError(words("consent-no-module"))
    for path, notebook, release in logs:
        log = ResponseLog(path, learner=learner_id(), notebook=notebook, release=release.release)
        say_consent(log, given=given)


def _logs(home: Path) -> Iterator[tuple[Path, str, ReleasedModule]]:
    """The assessed logs that there are; of a module without any the one of its first lesson that counts."""
    for folder in sorted(path for path in home.resolve().iterdir() if (path / "items.json").is_file()):
        if folder.name.startswith(".") or folder.is_symlink():
            continue
        try:
            release = released(folder)
        except ReleaseError:
            continue
        slugs = [one.slug for one in release.notebooks if any(item.assessed for item in release.items_of(one.slug))]
        paths = [(log_path(answers_folder(folder), slug, assessed=True), slug) for slug in slugs]
        there = [(path, slug) for path, slug in paths if path.is_file()]
        for path, slug in there or paths[:1]:
            yield path, slug, release
