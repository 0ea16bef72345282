"""Zips that learners passed on, matched to the roster and put where nbgrader's exchange keeps what was submitted.

From there collecting, grading and feedback are the same for everybody. What a zip holds is read in `handed_zip`; who
it is from and when it came stands in the ledger (`grading.received`).
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.grading.exchange import WHY
from curriculum_utils.grading.handed_zip import Bytes, HandedZip, read_zip, unpack, zips_in
from curriculum_utils.grading.received import SECRET, Ledger, Received
from curriculum_utils.grading.submissions import Limits, Refused
from curriculum_utils.items.pinned import PinnedReleases
from curriculum_utils.responses.files import write_private

MAX_FILE_BYTES = 1_000_000_000  # of a zip with a whole class in it
_MAX_FILES = 20_000
_NO_SUBMISSION = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".whl", ".apk"}
_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True)
class Aside:
    """A file that was not taken: its path in the folder, why, and where the note about it lies."""

    file: str
    reason: str
    note: Path


@dataclass(frozen=True)
class Zips:
    """What became of a folder of zips: how many were looked at, seen before in this folder, and not taken."""

    seen: int
    duplicates: tuple[str, ...]
    aside: tuple[Aside, ...]
    notes: tuple[str, ...]


def receive(
    cohort: Cohort,
    module: str,
    folder: Path | None,
    *,
    received: datetime | None = None,
    assign: Mapping[str, str] | None = None,
    by: str = "",
    limits: Limits | None = None,
    now: datetime | None = None,
) -> Zips:
    """Takes the zips in `folder`, in whatever names, and those kept before that `assign` names.

    Args:
        received: when the instructor says that these came; else each came when it was first seen.
        assign: whose a file is, by its name in the folder (or the beginning of its digest): learner ids by file.
        by: who says so.
    Raises:
        CohortError: the folder cannot be read, the module is not released, or `assign` names what is not there;
            nothing was taken.
    """
    work = _Receiving(cohort, module, limits or Limits(), now or datetime.now(UTC))
    work.check(folder, received)
    if folder is not None:
        work.read(folder)
    work.assign(assign or {}, by)
    if received is not None:
        work.state(received)
    for sha256 in list(work.names):
        work.judge(sha256)
    work.place()
    return Zips(len(work.names), tuple(work.duplicates), tuple(work.aside), tuple(work.notes))


class _Receiving:
    """One run; `names` are the files looked at, by their digest."""

    def __init__(self, cohort: Cohort, module: str, limits: Limits, now: datetime) -> None:
        self.cohort, self.module, self.limits, self.now = cohort, module, limits, now
        self.ledger = Ledger(cohort.folders)
        self.roster = {learner.id.casefold(): learner.id for learner in cohort.roster()}
        self.pinned = PinnedReleases(cohort.releases, module)
        self.inbound = cohort.exchange / cohort.name / "inbound"
        self.names: dict[str, str] = {}
        self.duplicates: list[str] = []
        self.aside: list[Aside] = []
        self.notes: list[str] = []

    def check(self, folder: Path | None, received: datetime | None) -> None:
        if not self.pinned.digests() or not self.inbound.is_dir():
            raise CohortError(
                f"{self.module} is not released to {self.cohort.name}; first: curriculum release {self.module} "
                f"--cohort {self.cohort.name}"
            )
        if folder is not None and not folder.is_dir():
            raise CohortError(f"{display_path(folder)}: no such folder; name the one that the zips lie in")
        if received is not None and received > self.now:
            raise CohortError("--received names a time that is still to come; nothing was taken")

    def read(self, folder: Path) -> None:
        """Notes every zip in the folder, before anything else is done with it: from now on it has been received."""
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or path.stat().st_size > MAX_FILE_BYTES:
                why = "it is a link" if path.is_symlink() else f"it is larger than {MAX_FILE_BYTES:,} bytes"
                self._set_aside(name, hashlib.sha256(name.encode()).hexdigest(), why)
                continue
            try:
                whole = Bytes(name, path.read_bytes())
            except OSError as error:
                self._set_aside(
                    name, hashlib.sha256(name.encode()).hexdigest(), f"it cannot be read ({error.strerror})"
                )
                continue
            for found in zips_in(whole, self.limits):
                if isinstance(found, Refused):
                    self._set_aside(name, hashlib.sha256(str(found).encode()).hexdigest(), str(found))
                else:
                    self._note(found)

    def _note(self, found: Bytes) -> None:
        sha256 = hashlib.sha256(found.content).hexdigest()
        if sha256 in self.names:
            self.duplicates.append(found.name)
            return
        if len(found.content) > self.limits.total_bytes:
            self._set_aside(found.name, sha256, f"it is larger than {self.limits.total_bytes:,} bytes")
            return
        self.ledger.note(sha256, found.name, found.content, self.now)
        self.names[sha256] = found.name

    def assign(self, wanted: Mapping[str, str], by: str) -> None:
        """Records whose the named files are; all of them, or none."""
        known = {**{entry.sha256: entry.file for entry in self.ledger.entries()}, **self.names}
        chosen: dict[str, str] = {}
        for file, learner in wanted.items():
            if learner.casefold() not in self.roster:
                hint = did_you_mean(learner, self.roster.values())
                raise CohortError(f'no learner "{learner}" in {self.cohort.name}{hint}; nothing was assigned')
            found = [sha256 for sha256, name in known.items() if _is_named(file, name, sha256)]
            if len(found) != 1:
                what = "no such file was received" if not found else f"{len(found)} files are called so"
                raise CohortError(
                    f'--assign "{file}={learner}": {what}; name it as the list of collect does, or by the letters and '
                    "digits at the end of its folder in set-aside/; nothing was assigned"
                )
            chosen[found[0]] = self.roster[learner.casefold()]
        for sha256, learner in chosen.items():
            entry = self.ledger.get(sha256)
            if entry is not None:
                self.ledger.change(entry, assigned=learner, by=by)
                self.names.setdefault(sha256, entry.file)

    def state(self, received: datetime) -> None:
        text = received.astimezone(UTC).isoformat(timespec="microseconds")
        for sha256 in self.names:
            entry = self.ledger.get(sha256)
            if entry is not None:
                self.ledger.change(entry, stated=text)

    def judge(self, sha256: str) -> None:
        """Writes into the ledger whose zip of which module it is, or sets it aside."""
        entry, name = self.ledger.get(sha256), self.names[sha256]
        if entry is None:
            return
        try:
            handed = read_zip(Bytes(name, self.ledger.bytes_of(sha256).read_bytes()), self.limits)
            self._check_module(handed)
            learner = entry.assigned or self._learner(handed, name)
        except Refused as refused:
            if entry.module == self.module:
                self.ledger.change(entry, module="", learner="")
            self._set_aside(name, sha256, str(refused))
            return
        self.ledger.change(entry, module=self.module, learner=learner, last=handed.last, names=handed.learners)
        self.notes += [f"{name}: {note}" for note in handed.notes]
        for note in self._notes_of(sha256):
            shutil.rmtree(note, ignore_errors=True)

    def _check_module(self, handed: HandedZip) -> None:
        kept = set(self.pinned.digests())
        if kept & set(handed.releases):
            return
        others = sorted(
            path.parents[2].name
            for release in handed.releases
            if re.fullmatch(r"[0-9a-f]{64}", release)
            for path in self.cohort.root.glob(f"cohorts/[!.]*/releases/*/{release}")
            if path.parents[2].name != self.cohort.name
        )
        if others and handed.module == self.module:
            raise Refused(f"it answers a release of another cohort ({', '.join(dict.fromkeys(others))})")
        if handed.module != self.module:
            told = ascii(handed.module)[1:-1][:60]
            raise Refused(f"it is of another module (“{told}”); collect it with: curriculum collect {told} --from …")

    def _learner(self, handed: HandedZip, name: str) -> str:
        found = {self.roster[one.casefold()] for one in handed.learners if one.casefold() in self.roster}
        if len(found) == 1:
            return found.pop()
        told = ", ".join(f"“{ascii(one)[1:-1][:60]}”" for one in handed.learners[:5])
        if found:
            raise Refused(f"it holds answers of several learners ({told})")
        raise Refused(
            f"its answers were recorded for {told}, who is not on the roster; if you know whose they are: "
            f'curriculum collect {self.module} --cohort {self.cohort.name} --assign "{name}=ID"'
        )

    def place(self) -> None:
        """Puts each learner's newest zip into the exchange's folder of submissions, under the time that it came."""
        newest: dict[str, Received] = {}
        for entry in self.ledger.entries():
            if entry.module == self.module and entry.learner:
                best = newest.get(entry.learner)
                newest[entry.learner] = max((one for one in (best, entry) if one), key=lambda one: (one.last, one.seen))
        for learner, entry in sorted(newest.items()):
            stamp = entry.at.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
            final = self.inbound / f"{learner}+{self.module}+{stamp}+zip{entry.sha256[:32]}"
            if not final.is_dir():
                self._unpack(entry, final, stamp)
            for other in self.inbound.glob(f"{glob_name(learner)}+{self.module}+*+zip*"):
                if other != final and self.ledger.origin(other) is not None:
                    shutil.rmtree(other)

    def _unpack(self, entry: Received, final: Path, stamp: str) -> None:
        handed = read_zip(Bytes(entry.file, self.ledger.bytes_of(entry.sha256).read_bytes()), self.limits)
        making = Path(tempfile.mkdtemp(dir=self.inbound, prefix=".zip-"))
        try:
            unpack(handed, making / "copy")
            (making / "copy" / "timestamp.txt").write_text(stamp, "utf-8")
            (making / "copy" / SECRET).write_text(entry.secret, "ascii")
            (making / "copy").chmod(0o700)
            (making / "copy").rename(final)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _notes_of(self, sha256: str) -> list[Path]:
        return list((self.cohort.set_aside / self.module).glob(f"*-{sha256[:12]}"))

    def _set_aside(self, name: str, sha256: str, reason: str) -> None:
        slug = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name).strip(".-")[:60] or "file"
        notes = self._notes_of(sha256)
        note = notes[0] if notes else self.cohort.set_aside / self.module / f"{slug}-{sha256[:12]}"
        kept = self.ledger.bytes_of(sha256)
        where = f"A copy is kept: {display_path(kept)}\n" if kept.is_file() else "No copy of it was kept.\n"
        text = (
            f"This file was not taken: {reason}.\n\nFile: {ascii(name)[1:-1]}\n{where}"
            "Whatever was collected from this learner before is as it was. Nothing that the learner saved is lost:\n"
            "they can make the file once more on their start page and pass it on; the next collect takes it.\n"
        )
        if not (note / WHY).is_file() or (note / WHY).read_text("utf-8") != text:
            write_private(note / WHY, text.encode(), make_folder=True)
        self.aside.append(Aside(name, reason, note))


def glob_name(name: str) -> str:
    """The name as a pattern that fits nothing else."""
    return re.sub(r"([*?[])", r"[\1]", name)


def _files(folder: Path) -> Iterator[Path]:
    """The files in a folder, at any depth, that are zips by their name or by how they begin."""
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or "__MACOSX" in path.parts or path.name.startswith("._"):
            continue
        count += 1
        if count > _MAX_FILES:
            raise CohortError(f"{display_path(folder)}: holds more than {_MAX_FILES:,} files; is it the right folder?")
        if path.suffix.casefold() == ".zip" or (path.suffix.casefold() not in _NO_SUBMISSION and _begins_as_zip(path)):
            yield path


def _begins_as_zip(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(4) == _MAGIC
    except OSError:
        return False


def _is_named(file: str, name: str, sha256: str) -> bool:
    return file in (name, Path(name).name) or (len(file) >= 8 and sha256.startswith(file.rsplit("-", 1)[-1]))
