"""A released term on the tiny course, with learners on computers of their own who pass on zips.

from handed_term import Handed, make_term
"""

import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import chdir
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tiny_course import ANSWERS, MODULE, edit, write_course

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, new_cohort, open_cohort
from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import ResponseLog, log_path
from curriculum_utils.widgets.handing_in import digest_of, hand_in
from curriculum_utils.widgets.progress import modules_in

DUE = "2027-03-01 17:00 Europe/Berlin"
DUE_AT = datetime(2027, 3, 1, 16, tzinfo=UTC)
CHOICES = {name: ANSWERS[name] for name in ("fs-a-choose", "fs-a-spot", "fs-a-match")}


class Handed:
    """The course's folder, its cohort `spring`, and a folder `inbox` of what learners passed on."""

    def __init__(self, root: Path) -> None:
        self.root, self.inbox = root, root.parent / "inbox"
        self.inbox.mkdir(exist_ok=True)

    @property
    def cohort(self) -> Cohort:
        return open_cohort(self.root, "spring")

    def run(self, *arguments: str, code: int | None = 0) -> Result:
        done = CliRunner().invoke(cli, [*arguments, "--course", str(self.root)])
        assert code is None or done.exit_code == code, f"{done.output}\n{done.exception!r}"
        return done

    def collect(self, *options: str, code: int | None = 0) -> Result:
        return self.run("collect", MODULE, "--from", str(self.inbox), *options, code=code)

    def home(self, learner: str) -> Path:
        """The learner's own folder, with the module as it is offered now if they have none."""
        home = self.root.parent / "homes" / learner
        if not (home / MODULE).is_dir():
            shutil.copytree(self.cohort.exchange / "spring" / "outbound" / MODULE, home / MODULE)
        return home

    def answer(
        self, learner: str, answers: Mapping[str, Mapping[str, object]] = CHOICES, *, signed: str = "", minute: int = 0
    ) -> None:
        folder = self.home(learner) / MODULE
        release = load_release(folder, SCHEMAS)
        for name, given in answers.items():
            item = release.items[name]
            log = ResponseLog(
                log_path(folder, item.notebook, assessed=item.graded),
                learner=signed or learner,
                notebook=item.notebook,
                release=release.release,
                clock=lambda: datetime(2027, 2, 1, 9, tzinfo=UTC) + timedelta(minutes=minute),
            )
            log.append("commit", name, item.digest, given)

    def hand_in(self, learner: str, name: str = "", *, signed: str = "") -> Path:
        """The zip that the learner's own start page makes, put into the inbox under any name."""
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("CURRICULUM_COURSE", raising=False)
            patch.setenv("CURRICULUM_LEARNER", signed or learner)
            (module,) = modules_in(self.home(learner))
            receipt = hand_in(self.home(learner), module)
        target = self.inbox / (name or Path(receipt.file).name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.home(learner) / receipt.file, target)
        return target

    def digest(self, learner: str) -> str:
        (module,) = modules_in(self.home(learner))
        return digest_of(self.home(learner), module)

    def receipt(self, learner: str) -> dict[str, object]:
        return json.loads((self.cohort.folder / "receipts" / MODULE / f"{learner}.json").read_text("utf-8"))

    def why(self, name: str) -> str:
        """The note about one file that was set aside."""
        (note,) = (self.cohort.set_aside / MODULE).glob(f"{name}*/WHY.txt")
        return note.read_text("utf-8")

    def correct(self) -> None:
        """Another version of the module, built."""
        edit(self.root / "curriculum", "vignettes/the-form.yaml", "Again.", "Once more.")
        self.run("build")


def make_term(root: Path, learners: Iterable[str] = ("ana", "bo", "cy", "dee")) -> None:
    """Writes the course into `root` and releases its module to a new cohort."""
    write_course(root)
    (root / "roster.csv").write_text("id\n" + "".join(f"{name}\n" for name in learners), "utf-8")
    new_cohort(root, "spring", root / "roster.csv")
    term = Handed(root)
    term.run("build")
    with chdir(root):
        term.run("release", MODULE, "--due", DUE)


def rewritten(source: Path, target: Path, changes: Mapping[str, bytes | None]) -> None:
    """A copy of a zip with some of its files replaced, left out (None) or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
