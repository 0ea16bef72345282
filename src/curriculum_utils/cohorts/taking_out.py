"""All that is held of one learner in a cohort, as one zip: the files as they are, the gradebook's rows, and a page."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.going_out import write_out
from curriculum_utils.cohorts.held import CERTIFICATES, held_of
from curriculum_utils.cohorts.pseudonyms import Entry, read_key
from curriculum_utils.cohorts.traces import places_of
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, LogUnreadable, display_path
from curriculum_utils.grading.erasing import Row, rows_of
from curriculum_utils.items import html
from curriculum_utils.responses import read_log
from curriculum_utils.responses.log import FOLDER

PAGE = "index.html"
DATA = "data.json"
_STYLE = (
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark}"
    "table{border-collapse:collapse;font-size:.85rem}td,th{border:1px solid #8888;padding:.2rem .5rem;text-align:start;"
    "vertical-align:top;overflow-wrap:anywhere}div{overflow-x:auto}.words{white-space:pre-wrap;overflow-wrap:anywhere}"
)


@dataclass(frozen=True)
class TakenOut:
    """What was written: `files` of the learner's, `rows` of the gradebook and of the cohort's lists."""

    path: Path
    files: int
    rows: int


def take_out(cohort: Cohort, learner: str, to: Path, *, key_file: Path | None = None) -> TakenOut:
    """Writes the zip, readable by its owner alone; one that is there is replaced.

    Args:
        key_file: the key to the cohort's pseudonyms: the learner's line in it goes in too.
    Raises:
        CohortError: nothing is held of such a learner, or the file cannot be written.
    """
    _check(cohort, to)
    key = [] if key_file is None else [one for one in read_key(key_file, cohort.name) if one.pseudonym == learner]
    tables = {**_lists(cohort, learner, key), **rows_of(cohort.gradebook_url, learner)}
    files = list(_files(cohort, learner))
    if not tables and not files:
        known = [one.id for one in cohort.roster()]
        raise CohortError(f'nothing is held of a learner "{learner}" in {cohort.name}{did_you_mean(learner, known)}')
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, _page(cohort, learner, tables, files))
        archive.writestr(DATA, json.dumps(tables, ensure_ascii=False, indent=1, default=str))
        for name, path in files:
            archive.writestr(name, path.read_bytes())
    write_out(to, whole.getvalue())
    return TakenOut(to, len(files), sum(map(len, tables.values())))


def _check(cohort: Cohort, to: Path) -> None:
    if to.is_dir() or not to.parent.is_dir():
        raise CohortError(f"{display_path(to)}: is no file in a folder that exists; name one: --to FILE.zip")
    if any(to.resolve().is_relative_to(place.resolve()) for place in (*places_of(cohort), cohort.exchange)):
        raise CohortError(f"{display_path(to)}: lies among the cohort's own files; name a file elsewhere")


def _lists(cohort: Cohort, learner: str, key: list[Entry]) -> dict[str, list[Row]]:
    """The learner's lines in the roster, the key, the list of certificates and the report's tables."""
    found: dict[str, list[Row]] = {
        "roster": [asdict(one) for one in cohort.roster() if one.id == learner],
        "key": [{"pseudonym": one.pseudonym, **asdict(one.learner)} for one in key],
        "certificates": _rows(cohort.folder / CERTIFICATES, learner),
    }
    for path in sorted(cohort.report_folder.rglob("*.csv")):
        found[f"report {path.stem}"] = _rows(path, learner)
    return {name: rows for name, rows in found.items() if rows}


def _rows(path: Path, learner: str) -> list[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [dict(row) for row in csv.DictReader(file) if learner in (row.get("learner"), row.get("id"))]
    except (OSError, ValueError, csv.Error):
        return []


def _files(cohort: Cohort, learner: str) -> Iterator[tuple[str, Path]]:
    """Each file with its name in the zip."""
    for number, held in enumerate(held_of(cohort, learner), start=1):
        top = f"{held.kind.replace(' ', '-')}/{held.path.name}"
        if held.kind in ("handed in", "set-aside note", "unfinished file", "receipt"):
            top = f"{held.kind.replace(' ', '-')}/{number}-{held.path.name}"
        if held.path.is_symlink():
            continue
        if held.path.is_file():
            yield top, held.path
        elif held.path.is_dir():
            for path in sorted(held.path.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    yield f"{top}/{path.relative_to(held.path).as_posix()}", path


def _page(cohort: Cohort, learner: str, tables: dict[str, list[Row]], files: list[tuple[str, Path]]) -> str:
    """The readable page; all that people wrote is escaped."""
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    title = f"What is held of {learner} in the cohort {cohort.name}"
    body = [html.tag("h1", html.text(title)), html.paragraph(f"Made on {made}. Raw: {DATA}, and the files below.")]
    for name, path in files:
        if f"/{FOLDER}/" in f"/{name}" and name.endswith(".jsonl"):
            body += [html.tag("h2", html.text(name)), _log(path)]
    for name, rows in tables.items():
        body += [html.tag("h2", html.text(name)), _table(rows)]
    names = "".join(html.tag("li", html.text(name)) for name, _ in files)
    body += [html.tag("h2", "Files"), html.tag("ul", names)]
    head = f'<meta charset="utf-8"><title>{html.text(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>'


def _log(path: Path) -> str:
    try:
        events = read_log(path).events
    except LogUnreadable:
        return html.paragraph("This log cannot be read; the file is in here as it is.")
    lines = [
        html.text(f"{event.at} · {event.kind} · {event.item}")
        + html.tag("div", html.text(json.dumps(dict(event.answer), ensure_ascii=False)), cls="words")
        for event in events
        if event.kind != "shown"
    ]
    return html.tag("ol", *(html.tag("li", line) for line in lines))


def _table(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = html.tag("tr", *(html.tag("th", html.text(name)) for name in columns))
    cells = [[row.get(name) for name in columns] for row in rows]
    body = [html.tag("tr", *(html.tag("td", html.text("" if cell is None else cell)) for cell in row)) for row in cells]
    return html.tag("div", html.tag("table", head, *body))
