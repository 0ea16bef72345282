"""The receipt of each submission that was collected, on the instructor's side; its digest agrees with the learner's."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path

from nbgrader.utils import parse_utc

from curriculum_utils.content import Item, ReleasedModule, as_list, as_mapping, load_release
from curriculum_utils.errors import LogUnreadable, ReleaseError
from curriculum_utils.grading.received import Ledger, Received
from curriculum_utils.items import SCHEMAS, type_of
from curriculum_utils.items.due import utc_text
from curriculum_utils.items.pinned import CohortFolders, PinnedReleases
from curriculum_utils.responses import LogContents, log_path, read_log
from curriculum_utils.responses.files import write_private
from curriculum_utils.responses.log import FOLDER
from curriculum_utils.responses.receipt import answer_files, answers_digest

RECEIPTS = "receipts"
_TEXTS = ("module", "learner", "received", "how", "digest", "file", "sha256")


@dataclass(frozen=True)
class Collected:
    """One collected submission.

    Attributes:
        received: when the instructor's side received it, RFC 3339 in UTC; lateness goes by it.
        how: through nbgrader's exchange, or as a zip.
        answers: how many items of the release have an answer, of `items`.
        digest: as in the learner's own receipt.
        releases: the digests of the releases that the answers were given to.
        file, sha256: of the zip; empty for the exchange.
    """

    module: str
    learner: str
    received: str
    how: str
    answers: int
    items: int
    digest: str
    releases: tuple[str, ...] = ()
    file: str = ""
    sha256: str = ""


def write_receipts(folders: CohortFolders, module: str) -> None:
    """Brings the receipts up to what is collected now; one that is right already stays as it is.

    Raises:
        OSError: one cannot be written.
    """
    pinned, ledger = PinnedReleases(folders.releases, module), Ledger(folders)
    for submitted in sorted(folders.everyone("submitted").glob(f"[!.]*/{module}")):
        receipt = receipt_of(submitted, pinned, ledger.origin(submitted))
        path = folders.own / RECEIPTS / module / f"{receipt.learner}.json"
        text = json.dumps(asdict(receipt), ensure_ascii=False, indent=1) + "\n"
        if not path.is_file() or path.read_text("utf-8") != text:
            write_private(path, text.encode(), make_folder=True)


def receipt_of(submitted: Path, pinned: PinnedReleases, zipped: Received | None) -> Collected:
    """The receipt of the submission in `submitted` (`submitted/<cohort>/<learner>/<module>`), made of a zip or not."""
    logs = answer_files(submitted / FOLDER)
    contents = {path.name: _contents(path) for path in logs}
    answered = [event for log in contents.values() for event in log.events if event.kind in ("commit", "turn")]
    release = _release(submitted, pinned)
    return Collected(
        module=submitted.name,
        learner=submitted.parent.name,
        received=_received(submitted),
        how="zip" if zipped else "exchange",
        answers=sum(_is_answered(item, contents) for item in release.items.values()) if release is not None else 0,
        items=len(release.items) if release is not None else 0,
        digest=answers_digest(logs),
        releases=tuple(sorted({event.release for event in answered if event.release})),
        file=zipped.file if zipped else "",
        sha256=zipped.sha256 if zipped else "",
    )


def _contents(path: Path) -> LogContents:
    try:
        return read_log(path)
    except LogUnreadable:
        return LogContents()


def _release(submitted: Path, pinned: PinnedReleases) -> ReleasedModule | None:
    """The release that lay beside the answers, as it is kept; the current one where the learner's file says nothing."""
    try:
        kept = pinned.get(load_release(submitted, SCHEMAS).release)
    except ReleaseError:
        kept = None
    return kept or pinned.current()


def _is_answered(item: Item, contents: Mapping[str, LogContents]) -> bool:
    """As the learner's start page counts it."""
    log = contents.get(log_path(Path(), item.notebook, assessed=item.assessed).name)
    last = log.last_commit(item.id) if log is not None else None
    return last is not None and last.item_digest == item.digest and not type_of(item).is_blank(last.answer)


def read_receipts(folders: CohortFolders, module: str) -> Iterator[Collected]:
    """The receipts of a module, by learner; one that cannot be read is passed over: the next collect makes it anew."""
    for path in sorted((folders.own / RECEIPTS / module).glob("*.json")):
        try:
            data = as_mapping(json.loads(path.read_bytes()))
            texts = {
                name: str(data[name]) for name in ("module", "learner", "received", "how", "digest", "file", "sha256")
            }
            answers, items = int(str(data["answers"])), int(str(data["items"]))
            releases = tuple(map(str, as_list(data["releases"])))
            yield Collected(**texts, answers=answers, items=items, releases=releases)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            continue


def _received(submitted: Path) -> str:
    try:
        return utc_text(parse_utc((submitted / "timestamp.txt").read_text("utf-8").strip()).replace(tzinfo=UTC))
    except (OSError, ValueError, OverflowError):
        return ""
