"""`write_report`: the page and the tables on disk."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curriculum_utils.cohorts import Cohort
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.reports.data import assemble
from curriculum_utils.reports.frames import frames, write_csv
from curriculum_utils.reports.gathering import Progress
from curriculum_utils.reports.notices import Notice
from curriculum_utils.reports.page import page
from curriculum_utils.scoring import Scorer


@dataclass(frozen=True)
class ReportFiles:
    """What was written: the page, the tables by name, and what could not be read on the way."""

    page: Path
    tables: Mapping[str, Path]
    notices: tuple[Notice, ...]


def write_report(
    cohort: Cohort,
    out: Path,
    *,
    scorer: Scorer | None = None,
    made: datetime | None = None,
    progress: Progress | None = None,
) -> ReportFiles:
    """Writes `report.html` and its six CSV files into `out`; each replaces its predecessor in one step.

    Args:
        scorer: reads the written replies; the shipped one by default.
        made: the moment that the report names; now by default.
        progress: is told what is being done, in a few words.
    Raises:
        CohortError: there is nothing to report on, or `out` cannot be written.
    """
    data = assemble(cohort, scorer=scorer, made=made, progress=progress)
    if progress is not None:
        progress("drawing the page")
    text = page(data)
    tables = frames(data)
    paths = {name: out / f"{name}.csv" for name in tables}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            _replace(paths[name], lambda path, frame=frame: write_csv(frame, path))
        _replace(out / "report.html", lambda path: path.write_text(text, "utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CohortError(
            f"{display_path(out)}: the report cannot be written there ({reason}); name another folder"
        ) from None
    return ReportFiles(out / "report.html", paths, data.notices)


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".report-")
    os.close(handle)
    making = Path(name)
    try:
        write(making)
        making.chmod(0o644)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
