"""The report, the comparison and the supervision sheet on disk."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curriculum_utils.cohorts import Cohort
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.reports.blind import blinded, handle_key
from curriculum_utils.reports.comparison import compare, compared_frame
from curriculum_utils.reports.data import ReportData, arrange
from curriculum_utils.reports.frames import about, frames, write_csv
from curriculum_utils.reports.gathering import Progress, gather
from curriculum_utils.reports.notices import Notice
from curriculum_utils.reports.page import page, rendered
from curriculum_utils.reports.supervision import Sheet, supervision_sheet
from curriculum_utils.reports.workbook import write_workbook
from curriculum_utils.scoring import Scorer

OPEN, PRIVATE = 0o644, 0o600


@dataclass(frozen=True)
class ReportFiles:
    """What was written: the page, the tables by name, the workbook, and what could not be read on the way."""

    page: Path
    tables: Mapping[str, Path]
    notices: tuple[Notice, ...]
    workbook: Path


def write_report(
    cohort: Cohort,
    out: Path,
    *,
    scorer: Scorer | None = None,
    made: datetime | None = None,
    progress: Progress | None = None,
    blind: bool = False,
) -> ReportFiles:
    """Writes `report.html`, a CSV file for each table and `report.xlsx` into `out`; each replaces its predecessor.

    Args:
        scorer: reads the written replies; the shipped one by default.
        made: the moment that the report names; now by default.
        progress: is told what is being done, in a few words.
        blind: shows handles instead of names and ids.
    Raises:
        CohortError: there is nothing to report on, or `out` cannot be written.
    """
    data = arrange(gather(cohort, scorer=scorer, progress=progress), made=made)
    if blind:
        data = blinded(data, handle_key(cohort))
    if progress is not None:
        progress("drawing the page")
    return write_files(data, out)


def write_files(data: ReportData, out: Path) -> ReportFiles:
    """Writes this report; for the rest see `write_report`."""
    text = page(data)
    tables = frames(data)
    paths = {name: out / f"{name}.csv" for name in tables}
    with_about = {"about": about(data), **tables}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            replace_file(paths[name], lambda path, frame=frame: write_csv(frame, path))
        replace_file(out / "report.xlsx", lambda path: write_workbook(with_about, path))
        replace_file(out / "report.html", lambda path: path.write_text(text, "utf-8"))
    except OSError as error:
        raise cannot_write(out, error) from None
    return ReportFiles(out / "report.html", paths, data.notices, out / "report.xlsx")


def cannot_write(path: Path, error: OSError) -> CohortError:
    """What to tell when a report's file or folder cannot be written."""
    reason = error.strerror or type(error).__name__
    return CohortError(f"{display_path(path)}: the report cannot be written there ({reason}); name another folder")


def replace_file(path: Path, write: Callable[[Path], object], *, mode: int = OPEN) -> None:
    """Writes a file beside `path` and puts it in its place in one step, so that no half of it is ever there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".report-")
    os.close(handle)
    making = Path(name)
    try:
        write(making)
        making.chmod(mode)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


def write_comparison(
    first: Cohort,
    second: Cohort,
    out: Path,
    *,
    scorer: Scorer | None = None,
    made: datetime | None = None,
    progress: Progress | None = None,
) -> tuple[Path, Path]:
    """Writes `comparison.html` and `comparison.csv` into `out` and returns both; arguments as in `write_report`.

    Raises:
        CohortError: the two are the same cohort, one has nothing to report on, or `out` cannot be written.
    """
    if first.name == second.name:
        raise CohortError(f"{first.name}: a cohort cannot be compared with itself; name two")
    found = [arrange(gather(cohort, scorer=scorer, progress=progress), made=made) for cohort in (first, second)]
    comparison = compare(found[0], found[1])
    text = rendered("compare.html.j2", comparison=comparison)
    try:
        out.mkdir(parents=True, exist_ok=True)
        replace_file(out / "comparison.csv", lambda path: write_csv(compared_frame(comparison), path))
        replace_file(out / "comparison.html", lambda path: path.write_text(text, "utf-8"))
    except OSError as error:
        raise cannot_write(out, error) from None
    return out / "comparison.html", out / "comparison.csv"


def write_supervision(
    cohort: Cohort,
    path: Path,
    *,
    scorer: Scorer | None = None,
    made: datetime | None = None,
    progress: Progress | None = None,
) -> Sheet:
    """Writes the supervision sheet to `path`, for its owner's eyes alone (mode 0600), and returns what is on it.

    Raises:
        CohortError: there is nothing to report on, or `path` cannot be written.
    """
    sheet = supervision_sheet(gather(cohort, scorer=scorer, progress=progress), made=made)
    text = rendered("supervision.html.j2", sheet=sheet)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda making: making.write_text(text, "utf-8"), mode=PRIVATE)
    except OSError as error:
        raise cannot_write(path, error) from None
    return sheet
