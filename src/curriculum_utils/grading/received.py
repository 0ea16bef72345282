"""The ledger of the zips that were received: when each was first seen, whose it is, and who said so.

One small file for each zip, named for its bytes, so that none can be taken twice and no two runs write the same file.
"""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.content import as_list, as_mapping
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.items.pinned import CohortFolders
from curriculum_utils.responses.files import write_private

RECEIVED = "received"
SECRET = "submission_secret.txt"  # noqa: S105 - nbgrader's name for a file
_SECRET = re.compile(r"zip-([0-9a-f]{64})-[0-9a-f]{32}")


@dataclass(frozen=True)
class Received:
    """One zip.

    Attributes:
        sha256: of its bytes.
        file: under which name it was first seen.
        seen: when, RFC 3339 in UTC; `stated` is when the instructor says that it came, empty if they do not.
        module, learner: what it was taken for; empty as long as it was not.
        assigned, by: whose the instructor says it is, and who said so; empty where the logs tell it.
        last: as `HandedZip.last`.
        names: whose answers its logs say they are.
        secret: what marks a submission made of it.
    """

    sha256: str
    file: str
    seen: str
    stated: str = ""
    module: str = ""
    learner: str = ""
    assigned: str = ""
    by: str = ""
    last: tuple[str, str, int] = ("", "", 0)
    names: tuple[str, ...] = ()
    secret: str = ""

    @property
    def at(self) -> datetime:
        """When the instructor's side received it: what lateness goes by."""
        return datetime.fromisoformat(self.stated or self.seen).astimezone(UTC)


@dataclass(frozen=True)
class Ledger:
    """The ledger of one cohort."""

    folders: CohortFolders

    @property
    def folder(self) -> Path:
        return self.folders.own / RECEIVED

    def bytes_of(self, sha256: str) -> Path:
        """Where the zip itself is kept."""
        return self.folder / f"{sha256}.zip"

    def get(self, sha256: str) -> Received | None:
        """The entry of a zip.

        Raises:
            CohortError: it cannot be read.
        """
        path = self.folder / f"{sha256}.json"
        try:
            data = as_mapping(json.loads(path.read_bytes()))
            last = as_list(data["last"])
            texts = {name: str(data[name]) for name in _TEXTS}
            return Received(
                **texts,
                last=(str(last[0]), str(last[1]), int(str(last[2]))),
                names=tuple(map(str, as_list(data["names"]))),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, IndexError, RecursionError) as error:
            raise CohortError(
                f"{display_path(path)}: cannot be read ({error}); restore it from a backup: it says when a zip came"
            ) from None

    def entries(self) -> Iterator[Received]:
        """Every entry, by its zip's digest."""
        for path in sorted(self.folder.glob("*.json")):
            entry = self.get(path.stem)
            if entry is not None:
                yield entry

    def note(self, sha256: str, file: str, content: bytes, now: datetime) -> Received:
        """The entry of a zip that is seen now; made where there is none, and the zip kept."""
        if not self.bytes_of(sha256).is_file():
            write_private(self.bytes_of(sha256), content, make_folder=True)
        known = self.get(sha256)
        if known is None:
            mark = f"zip-{sha256}-{secrets.token_hex(16)}"
            known = Received(sha256, file, now.astimezone(UTC).isoformat(timespec="microseconds"), secret=mark)
            self.put(known)
        return known

    def put(self, entry: Received) -> None:
        """Writes the entry in the place of the one before."""
        text = json.dumps({"v": 1, **asdict(entry)}, ensure_ascii=False, indent=1) + "\n"
        write_private(self.folder / f"{entry.sha256}.json", text.encode(), make_folder=True)

    def change(self, entry: Received, **values: object) -> Received:
        """The entry with these values, written if they are others."""
        changed = replace(entry, **values)  # type: ignore[arg-type]
        if changed != entry:
            self.put(changed)
        return changed

    def origin(self, submission: Path) -> Received | None:
        """The zip that a submission's folder was made of; None where it came through the exchange.

        What a learner put into their folder proves nothing: only we know the mark.
        """
        try:
            mark = (submission / SECRET).read_text("ascii").strip()
        except (OSError, ValueError):
            return None
        found = _SECRET.fullmatch(mark)
        entry = self.get(found.group(1)) if found is not None else None
        return entry if entry is not None and secrets.compare_digest(entry.secret, mark) else None

    def names_of(self, learner: str) -> frozenset[str]:
        """Other names under which the learner's answers were recorded, as an instructor has confirmed."""
        return frozenset(name for entry in self.entries() if entry.assigned == learner for name in entry.names)


_TEXTS = ("sha256", "file", "seen", "stated", "module", "learner", "assigned", "by", "secret")
