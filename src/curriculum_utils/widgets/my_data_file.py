"""A learner's data as one file to take along: the raw files, and a page that reads them out."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.content import direction, language, words
from curriculum_utils.items import html
from curriculum_utils.responses.log import FOLDER as RESPONSES
from curriculum_utils.widgets.my_data import COPIES, Entry, KeptLog, KeptModule, MyData
from curriculum_utils.widgets.place import learner_id
from curriculum_utils.widgets.receipts import FOLDER as RECEIPTS

PAGE = "my-data.html"
_STYLE = (
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif;color-scheme:light dark}"
    "li{margin:.6rem 0}.words{white-space:pre-wrap;overflow-wrap:anywhere}.small{opacity:.75;font-size:.9rem}"
)


def write_copy(data: MyData) -> tuple[str, list[str]]:
    """Writes the file into the learner's folder, in place of an earlier one: its path from there, what is not in it.

    Raises:
        OSError: it could not be written; an earlier one is still there.
    """
    folder = data.home / COPIES
    folder.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    who = re.sub(r"[^\w.@-]", "-", learner_id())
    target = folder / f"{COPIES}+{who}+{at:%Y%m%dT%H%M%SZ}.zip"
    partial, left_out = target.with_suffix(".part"), list[str]()
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, name in raw_files(data):
                try:
                    raw = path.read_bytes()
                except OSError as error:
                    left_out.append(f"{name}: {error.strerror}")
                    continue
                archive.writestr(name, raw)
            archive.writestr(PAGE, page(data, at, left_out))
        partial.replace(target)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise
    for earlier in data.copies:
        if earlier != target:
            with suppress(OSError):
                earlier.unlink()
    return target.relative_to(data.home).as_posix(), left_out


def raw_files(data: MyData) -> Iterator[tuple[Path, str]]:
    """Each file that is the learner's, with its name in the zip."""
    for module in data.modules:
        for log in module.logs:
            yield log.path, f"{module.folder.name}/{RESPONSES}/{log.path.name}"
        for path in module.feedback:
            yield path, path.relative_to(data.home).as_posix()
    for log in data.again:
        yield log.path, log.path.relative_to(data.home).as_posix()
    for path in sorted((data.home / RECEIPTS).glob("*.json*")):
        if path.is_file() and not path.is_symlink():
            yield path, f"{RECEIPTS}/{path.name}"
    for draft in data.drafts:
        yield draft.path, f"drafts/{draft.path.name}"


def page(data: MyData, at: datetime, left_out: list[str]) -> str:
    """The readable page; all that people wrote is escaped."""
    body = [
        html.tag("h1", html.text(words("data-page-title"))),
        html.paragraph(words("data-page-made", learner=learner_id(), time=readable(f"{at:%Y-%m-%dT%H:%M:%SZ}"))),
        html.paragraph(words("data-where", folder=str(data.home))),
    ]
    for module in data.modules:
        body.append(html.tag("h2", html.text(module.title)))
        body += [html.paragraph(module.problem)] if module.problem else []
        for lesson in module.lessons:
            if lesson.logs:
                body += [html.tag("h3", html.text(lesson.title)), *map(_log, lesson.logs)]
        body += _nothing_of(module)
        body += [html.paragraph(_receipt(one.at, one.how, one.answers, one.items)) for one in module.receipts]
        body += [html.paragraph(words("data-came-back", count=len(module.feedback)))] if module.feedback else []
    if data.again:
        body += [html.tag("h2", html.text(words("data-again"))), *(_log(log) for log in data.again)]
    body.append(html.tag("h2", html.text(words("data-drafts"))))
    body.append(html.paragraph(words("data-drafts-where", count=len(data.drafts))))
    body.append(html.paragraph(words("data-drafts-folder", folder=str(data.drafts_folder)), cls="small"))
    drafts = [html.tag("li", html.tag("b", html.text(one.title)), _lines(one.lines)) for one in data.drafts]
    body.append(html.tag("ul", *drafts) if drafts else "")
    body += [html.paragraph(words("data-left-out", files="; ".join(left_out)))] if left_out else []
    head = f'<meta charset="utf-8"><title>{html.text(words("data-page-title"))}</title><style>{_STYLE}</style>'
    start = f'<!doctype html><html lang="{html.text(language())}" dir="{direction()}"><head>{head}</head>'
    return f"{start}{html.tag('body', *body)}</html>\n"


def readable(at: str) -> str:
    """A time of RFC 3339 as people write it; one that is none as it stands."""
    try:
        return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return at


def counted(log: KeptLog) -> str:
    """What a log holds, as one sentence."""
    kind = words("data-practice" if log.practice else "data-assessed")
    return words("data-counted", kind=kind, counts=counts(answered=log.answered, tries=log.tries, replies=log.replies))


def counts(**numbers: int) -> str:
    """Numbers of things with their names, those left out of which there are none: `answered`, `tries`, `replies`."""
    told = [words(f"data-{name}", count=number) for name, number in numbers.items() if number]
    return ", ".join(told) or words("data-tries", count=0)


def _receipt(at: str, how: str, answers: int, items: int) -> str:
    return words(f"data-handed-in-{how}", time=readable(at), answers=answers, items=items)


def _nothing_of(module: KeptModule) -> list[str]:
    """The lessons of which nothing is kept, in one line."""
    empty = [lesson.title for lesson in module.lessons if not lesson.logs]
    if not empty:
        return []
    key = "data-nothing-of" if len(empty) < len(module.lessons) else "data-nothing-of-all"
    return [html.paragraph(words(key, lessons=", ".join(empty)), cls="small")]


def _log(log: KeptLog) -> str:
    since = f" {words('data-since', time=readable(log.since))}" if log.since else ""
    return (
        html.paragraph(f"{counted(log)}{since} {words('data-file', file=str(log.path))}", cls="small")
        + "".join(html.paragraph(problem) for problem in log.problems)
        + (html.tag("ol", *map(_entry, log.entries)) if log.entries else "")
    )


def _entry(entry: Entry) -> str:
    head = html.tag("b", html.text(entry.title)) + html.text(f" · {entry_kind(entry)} · {readable(entry.at)}")
    return html.tag("li", head, _lines(entry.lines))


def entry_kind(entry: Entry) -> str:
    """What an entry is, in a few words."""
    known = entry.kind if entry.kind in ("commit", "turn", "branch", "contest", "consent") else "other"
    return words(f"data-kind-{known}", attempt=entry.attempt, kind=entry.kind)


def _lines(lines: tuple[str, ...]) -> str:
    return "".join(html.paragraph(line, cls="words") for line in lines)
