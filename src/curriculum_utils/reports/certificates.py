"""Certificates of completion: who gets one, what it says, and the list of those that were given."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from curriculum_utils.cohorts import Cohort, Learner
from curriculum_utils.cohorts.going_out import write_out
from curriculum_utils.cohorts.passing import Passing, checked_module, passing
from curriculum_utils.cohorts.secret import mark
from curriculum_utils.content import canonical_json, did_you_mean
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.reports.certificate_page import (
    Certificate,
    CertifiedModule,
    certificate_pdf,
    page_name,
    signs_without_glyph,
)
from curriculum_utils.reports.data import ReportData, assemble
from curriculum_utils.reports.notices import Notices
from curriculum_utils.reports.releases import Kept, read_releases
from curriculum_utils.scoring import Scorer

LIST = "certificates.csv"
_COLUMNS: tuple[str, ...] = ("mark", "learner", "modules", "hours", "completed_on")
# A criterion counts as mastered from here on: as the report's page shows it, and once is no habit.
LEAST_REPLIES = 2
LEAST_SHARE = 2 / 3


@dataclass(frozen=True)
class Given:
    """A certificate that was written, and the mark by which it can be checked."""

    learner: str
    file: Path
    digest: str


@dataclass(frozen=True)
class CertificatesDone:
    """What was written; and who got none, with the reason."""

    written: tuple[Given, ...]
    refused: tuple[tuple[str, str], ...]


def write_certificates(
    cohort: Cohort,
    folder: Path,
    *,
    learner: str | None = None,
    modules: Sequence[str] = (),
    scorer: Scorer | None = None,
) -> CertificatesDone:
    """Writes a certificate into the folder for each learner who has passed all of these modules.

    Each is first entered into the cohort's `certificates.csv`, with its mark. Doing it again gives the same files and
    the same entries.

    Args:
        learner: this one alone; everybody by default.
        modules: all of the gradebook, where empty.
        scorer: reads the written replies; the shipped one by default.
    Raises:
        CohortError: no such learner or module, or a file cannot be written.
    """
    roster = {one.id: one for one in cohort.roster()}
    if learner is not None and learner not in roster:
        raise CohortError(f'no learner "{learner}" in {cohort.name}{did_you_mean(learner, roster)}')
    rows = passing(cohort)
    known = list(dict.fromkeys(row.module for row in rows))
    chosen = [checked_module(module, known) for module in dict.fromkeys(modules)] or known
    if not chosen:
        raise CohortError(f"{cohort.name}: no module is released yet; there is nothing to certify")
    people = list(roster.values()) if learner is None else [roster[learner]]
    refused: list[tuple[str, str]] = []
    certified: list[tuple[Learner, list[Passing]]] = []
    for one in people:
        mine = [row for row in rows if row.learner == one.id and row.module in chosen]
        if why := _why_not(one, mine):
            refused.append((one.id, why))
        else:
            certified.append((one, mine))
    if not certified:
        return CertificatesDone((), tuple(refused))
    report = assemble(cohort, scorer=scorer)
    kept = read_releases(cohort, Notices(cohort.root))
    made = [(one.id, _certificate(cohort, one, mine, report, kept)) for one, mine in certified]
    _make_folder(folder)
    _enter(cohort, made)
    written: list[Given] = []
    for name, certificate in made:
        path = folder / page_name(name)
        write_out(path, certificate_pdf(certificate))
        written.append(Given(name, path, certificate.mark))
    return CertificatesDone(tuple(written), tuple(refused))


def _why_not(learner: Learner, rows: Sequence[Passing]) -> str | None:
    for row in rows:
        if row.outcome != "passed":
            told = f"{row.module}: {row.outcome}"
            if row.share is not None and row.pass_mark is not None:
                told += f" ({row.share:g} % of {row.pass_mark:g} %)"
            return told
    if lacking := signs_without_glyph(learner.full_name):
        shown = ", ".join(f"U+{ord(sign):04X}" for sign in lacking[:5])
        return f"the certificate's font lacks signs of the name ({shown}); write it in the roster in Latin letters"
    return None


def _certificate(
    cohort: Cohort, learner: Learner, rows: Sequence[Passing], report: ReportData, kept: Kept
) -> Certificate:
    modules: list[CertifiedModule] = []
    for row in rows:
        release = kept.module(row.module)
        minutes = sum(notebook.minutes for notebook in release.notebooks) if release else 0
        title = kept.titles.get(row.module, row.module)
        modules.append(
            CertifiedModule(
                row.module,
                title,
                minutes,
                row.score or 0.0,
                row.maximum,
                row.share or 0.0,
                row.pass_mark or 0.0,
                row.passed_on or "",
            )
        )
    plain = {criterion.criterion: criterion.plain for criterion in report.criteria}
    mastered = {
        cell.criterion
        for cell in report.learner_criteria
        if cell.learner == learner.id and cell.asked >= LEAST_REPLIES and cell.met >= LEAST_SHARE * cell.asked - 1e-9
    }
    bare = Certificate(
        learner.full_name,
        kept.course or cohort.name,
        cohort.name,
        tuple(modules),
        tuple(text for name, text in plain.items() if name in mastered),
        "",
    )
    facts = canonical_json({**asdict(bare), "learner": learner.id})
    return replace(bare, mark=mark(cohort, "certificate", facts))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CohortError(f"{display_path(folder)}: cannot be made ({reason}); name another folder with --to") from None


def _enter(cohort: Cohort, made: Sequence[tuple[str, Certificate]]) -> None:
    """Adds the certificates to the cohort's list; one that is there already stays as it is."""
    path = cohort.folder / LIST
    rows: list[dict[str, str]] = []
    if path.exists():
        try:
            with path.open(encoding="utf-8", newline="") as file:
                rows = [{name: row[name] for name in _COLUMNS} for row in csv.DictReader(file)]
        except (OSError, ValueError, KeyError, csv.Error):
            raise CohortError(f"{display_path(path)}: cannot be read; restore it from a backup") from None
    known = {row["mark"] for row in rows}
    for learner, certificate in made:
        if certificate.mark not in known:
            slugs = " ".join(one.slug for one in certificate.modules)
            values = (certificate.mark, learner, slugs, certificate.hours, certificate.completed_on)
            rows.append(dict(zip(_COLUMNS, values, strict=True)))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_out(path, buffer.getvalue().encode())
