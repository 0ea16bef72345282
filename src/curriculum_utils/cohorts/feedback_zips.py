"""Feedback as one zip for each learner, to be mailed: pages that open as files, and that the start page finds."""

import io
import re
import zipfile
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.responses.files import write_private

_TIME = (1980, 1, 1, 0, 0, 0)


def write_feedback_zips(cohort: Cohort, module: str, folder: Path) -> list[Path]:
    """Writes one zip for each learner who has feedback pages of the module; each of them whole or not at all.

    Unpacked over a learner's own folder the pages lie where the start page looks for what has come back.

    Returns:
        The files, by learner.
    Raises:
        OSError: the folder cannot be written.
    """
    written: list[Path] = []
    for pages in sorted(cohort.step("feedback").glob(f"[!.]*/{module}")):
        learner, files = pages.parent.name, sorted(pages.glob("*.html"))
        if not files:
            continue
        target = folder / f"{re.sub(r'[^A-Za-z0-9._@-]', '-', learner)}+{module}-feedback.zip"
        content = _packed(module, files)
        if not target.is_file() or target.read_bytes() != content:
            write_private(target, content, make_folder=True)
        written.append(target)
    return written


def _packed(module: str, files: list[Path]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            info = zipfile.ZipInfo(f"{module}/feedback/{path.name}", _TIME)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(info, path.read_bytes())
    return whole.getvalue()
