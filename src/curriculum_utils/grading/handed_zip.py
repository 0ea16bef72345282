"""A zip that a learner passed on, read without trusting it, and unpacked into an ordinary folder of a submission."""

import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from curriculum_utils.content import as_mapping
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.grading.submissions import MAX_DEPTH, Limits, Refused
from curriculum_utils.responses.events import LogContents
from curriculum_utils.responses.log import FOLDER
from curriculum_utils.responses.reading import parse_log

ABOUT = "handed-in.json"
# A learning management system packs the zips of a class into one, sometimes with a zip for each person.
MAX_NESTED = 2
MAX_BULK_FILES = 5_000
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_LOG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.jsonl")
_KEPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*\.ipynb|items\.json|handed-in\.json")
_BAD_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, zlib.error, EOFError, ValueError, OSError)


@dataclass(frozen=True)
class Bytes:
    """One zip as it came: `name` is its path in the folder, with the zips that it lay in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class HandedZip:
    """What a zip holds of one module.

    Attributes:
        module: the module that it says it is of; empty where it does not say.
        learners: whose answers its logs say they are.
        releases: the digests of the releases that were answered.
        files: what is taken of it, by name below the module's folder.
        notes: what was left out, in plain sentences.
        last: the time of the last answer and of the handing in, by the learner's clock, and how many answers there are;
            of two zips of one learner the greater is the newer one.
    """

    module: str
    learners: tuple[str, ...]
    releases: tuple[str, ...]
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    last: tuple[str, str, int]


def zips_in(content: Bytes, limits: Limits, depth: int = MAX_NESTED) -> Iterator[Bytes | Refused]:
    """The zips of single submissions in this one: itself, or those that a learning management system packed into it.

    One that cannot be opened is given as it is, for `read_zip` to say why.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content.content))
    except _BAD_ZIP:
        yield content
        return
    with archive:
        inner = [info for info in archive.infolist() if _is_zip(info) and not _is_litter(info.filename)]
        if not inner or depth == 0:
            yield content
            return
        if len(inner) > MAX_BULK_FILES:
            yield Refused(f"“{_shown(content.name)}” holds more than {MAX_BULK_FILES} zips")
            return
        if any(PurePosixPath(info.filename).parent.name == FOLDER for info in archive.infolist()):
            yield content
        for info in inner:
            name = f"{content.name}/{info.filename}"
            try:
                found = Bytes(name, _member(archive, info, limits.total_bytes))
            except Refused as refused:
                yield Refused(f"“{_shown(name)}”: {refused}")
                continue
            yield from zips_in(found, limits, depth - 1)


def read_zip(content: Bytes, limits: Limits) -> HandedZip:
    """What is to be taken of a zip.

    Raises:
        Refused: it is damaged where answers are, hostile, too large, or holds no answers of one module.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content.content))
    except _BAD_ZIP:
        raise Refused("it is no zip file, or only a part of one; it may have been cut off on its way") from None
    with archive:
        infos = _checked(archive.infolist(), limits)
        root = _root(infos)
        files, notes = _taken(archive, infos, root, limits)
    logs = {name: _log(raw, name) for name, raw in files.items() if name.endswith(".jsonl")}
    if not any(log.header for log in logs.values()):
        raise Refused("none of its response logs says whose answers it holds")
    about, items = _json(files.get(ABOUT)), _json(files.get("items.json"))
    commits = [event for log in logs.values() for event in log.events if event.kind in ("commit", "turn", "branch")]
    answered = dict.fromkeys(release for release in (event.release for event in commits) if release)
    headers = dict.fromkeys(log.header.release for log in logs.values() if log.header)
    return HandedZip(
        module=str(items.get("module") or about.get("module") or root.name),
        learners=tuple(dict.fromkeys(name for log in logs.values() for name in log.learners)),
        releases=tuple(answered or headers),
        files=files,
        notes=tuple(notes),
        last=(max((event.at for event in commits), default=""), str(about.get("at", "")), len(commits)),
    )


def unpack(handed: HandedZip, dest: Path) -> None:
    """Writes what is taken into `dest`, a new folder."""
    dest.mkdir()
    for name, content in handed.files.items():
        path = dest / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def _checked(infos: list[zipfile.ZipInfo], limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries, if nothing in their names and sizes is what no honest zip of ours has."""
    infos = [info for info in infos if not _is_litter(info.filename)]
    if len(infos) > limits.files:
        raise Refused(f"it holds more than {limits.files} files")
    if sum(info.file_size for info in infos) > limits.total_bytes:
        raise Refused(f"unpacked it is larger than {limits.total_bytes:,} bytes")
    seen: set[str] = set()
    for info in infos:
        name, shown = info.filename, _shown(info.filename)
        parts = PurePosixPath(name).parts
        if name.startswith(("/", "\\")) or ".." in parts or "\\" in name or ":" in name or "\0" in info.orig_filename:
            raise Refused(f"“{shown}” would be written outside its folder")
        if len(parts) > MAX_DEPTH + MAX_NESTED:
            raise Refused(f"its folders are more than {MAX_DEPTH + MAX_NESTED} deep")
        if info.flag_bits & _ENCRYPTED:
            raise Refused("it is locked with a password; it is to be sent without one")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
            raise Refused(f"“{shown}” is a link, or no ordinary file")
        if name.casefold() in seen:
            raise Refused(f"“{shown}” stands in it twice")
        seen.add(name.casefold())
        if info.file_size > limits.file_bytes:
            raise Refused(f"“{shown}” is larger than {limits.file_bytes:,} bytes")
    return infos


def _root(infos: list[zipfile.ZipInfo]) -> PurePosixPath:
    """The folder of the module: the one that holds the folder of response logs."""
    roots = {
        PurePosixPath(info.filename).parent.parent
        for info in infos
        if PurePosixPath(info.filename).parent.name == FOLDER and info.filename.endswith(".jsonl")
    }
    if not roots:
        raise Refused("it holds no answers (no folder “responses” with response logs)")
    if len(roots) > 1:
        raise Refused("it holds the answers of several modules or several learners; they are to be sent one by one")
    return roots.pop()


def _taken(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], root: PurePosixPath, limits: Limits
) -> tuple[dict[str, bytes], list[str]]:
    """The files that a submission consists of, by name, and what was left out."""
    files: dict[str, bytes] = {}
    notes: list[str] = []
    left = limits.total_bytes
    for info in infos:
        path = PurePosixPath(info.filename)
        if info.is_dir() or root not in path.parents:
            continue
        inside = path.relative_to(root)
        is_log = len(inside.parts) == 2 and inside.parts[0] == FOLDER and _LOG.fullmatch(inside.name)
        if not is_log and not (len(inside.parts) == 1 and _KEPT.fullmatch(inside.name)):
            continue
        try:
            content = _member(archive, info, min(limits.file_bytes, left))
        except Refused:
            if is_log:
                raise
            # Answers stand in the logs; the released notebook takes the place of this one.
            notes.append(f"{inside} could not be unpacked and was left out")
            continue
        left -= len(content)
        files[inside.as_posix()] = content
    return files, notes


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """One file of a zip, read no further than `most` bytes whatever the zip says of its size."""
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as file:
            while part := file.read(_CHUNK):
                size += len(part)
                if size > most:
                    break
                parts.append(part)
    except (*_BAD_ZIP, RuntimeError):
        raise Refused(f"“{_shown(info.filename)}” is damaged; it is to be sent once more") from None
    if size > most:
        raise Refused(f"“{_shown(info.filename)}” unpacks to more than {most:,} bytes")
    return b"".join(parts)


def _log(raw: bytes, name: str) -> LogContents:
    try:
        return parse_log(raw, Path(name))
    except LogUnreadable:
        return LogContents()


def _json(raw: bytes | None) -> Mapping[str, object]:
    if raw is None:
        return {}
    try:
        return as_mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def _is_zip(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and info.filename.casefold().endswith(".zip")


def _is_litter(name: str) -> bool:
    """What macOS and Windows put beside files by themselves."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini"))


def _shown(name: str) -> str:
    return ascii(name)[1:-1][:200]
