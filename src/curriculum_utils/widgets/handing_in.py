"""Handing a module in: through nbgrader's exchange where there is one, else as one file to pass on.

nbgrader needs more than a learner's kernel holds, so it runs in a process of its own, by `cohorts.errands`.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from curriculum_utils.content import as_mapping, as_sentence, words
from curriculum_utils.errors import HandingInFailed
from curriculum_utils.responses.log import FOLDER
from curriculum_utils.responses.receipt import answer_files, answers_digest
from curriculum_utils.widgets.place import answers_folder, learner_id
from curriculum_utils.widgets.progress import ModuleProgress
from curriculum_utils.widgets.receipts import Receipt, keep

# Where the course and its cohort are, on a machine that has both: set by `curriculum lab`.
COURSE, COHORT = "CURRICULUM_COURSE", "CURRICULUM_COHORT"
ZIPS = "to-hand-in"
TIMEOUT = 120  # seconds; nbgrader takes a few


def has_exchange() -> bool:
    """Whether a module can be handed in through nbgrader's exchange from here."""
    return bool(os.environ.get(COURSE) and os.environ.get(COHORT))


def hand_in(home: Path, module: ModuleProgress) -> Receipt:
    """Hands the module in as it now stands, and returns the receipt, which is kept.

    Raises:
        HandingInFailed: nothing was handed in; the answers are where they were.
    """
    files, digest = _answers(home / module.folder), digest_of(home, module)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        if has_exchange():
            ask_nbgrader("submit", home, module.slug, "not-handed-in")
            receipt = Receipt(module.slug, at, "exchange", module.answered, module.items, digest)
        else:
            file = _zip(home, module, files, at)
            receipt = Receipt(module.slug, at, "zip", module.answered, module.items, digest, file)
    except OSError as error:
        raise HandingInFailed(words("not-handed-in", reason=as_sentence(error.strerror or str(error)))) from None
    try:
        keep(home, receipt)
    except OSError as error:
        raise HandingInFailed(
            words("handed-in-without-receipt", reason=as_sentence(error.strerror or str(error)))
        ) from None
    return receipt


def fetch_feedback(home: Path, module: ModuleProgress) -> None:
    """Fetches what came back for the module, if anything did.

    Raises:
        HandingInFailed: it could not be asked for.
    """
    if has_exchange():
        ask_nbgrader("feedback", home, module.slug, "feedback-not-fetched")


def digest_of(home: Path, module: ModuleProgress) -> str:
    """The SHA-256 (hex) of the module's saved answers as they now stand; what was only shown does not change it."""
    return answers_digest(_answers(home / module.folder))


def _answers(folder: Path) -> list[Path]:
    return answer_files(answers_folder(folder) / FOLDER)


def ask_nbgrader(errand: str, home: Path, module: str, refusal: str) -> Mapping[str, object]:
    """Runs an errand and returns what it tells.

    Args:
        refusal: the key of the sentence that tells why it failed.
    Raises:
        HandingInFailed: it did.
    """
    command = [sys.executable, "-P", "-m", "curriculum_utils.cohorts.errands", errand, module, str(home), learner_id()]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, text=True, timeout=TIMEOUT, check=False, cwd=home
        )
    except subprocess.TimeoutExpired:
        raise HandingInFailed(words(refusal, reason=words("exchange-slow"))) from None
    try:
        told = as_mapping(json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, IndexError):
        told = {"problem": (done.stderr.strip().splitlines() or ["?"])[-1]}
    if told.get("done") is not True:
        raise HandingInFailed(words(refusal, reason=as_sentence(str(told.get("problem") or "?"))))
    return told


def _zip(home: Path, module: ModuleProgress, files: list[Path], at: str) -> str:
    """The file to pass on: notebooks, `items.json` and the answers, under the module's name; its path from `home`."""
    folder, source = home / ZIPS, home / module.folder
    folder.mkdir(exist_ok=True)
    who = re.sub(r"[^\w.@-]", "-", learner_id())
    name = f"{module.slug}+{who}+{at.replace(':', '').replace('-', '')}.zip"
    target = folder / name
    about = {"module": module.slug, "learner": learner_id(), "release": module.release, "at": at}
    partial = target.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{module.slug}/handed-in.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n")
        for path in [*sorted(source.glob("*.ipynb")), source / "items.json"]:
            archive.write(path, f"{module.slug}/{path.name}")
        for path in files:
            archive.write(path, f"{module.slug}/{FOLDER}/{path.name}")
    partial.replace(target)
    return target.relative_to(home).as_posix()
