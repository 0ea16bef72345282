"""The tiny course with more clients, a later lesson and a test of its own, and a learner whose answers have dates.

    from again_course import CHANGES, Learner, twin

`the-form` and `the-transcript` are Ines's; Milan and Nora come for practice, Tess in the test, and once by mistake
in practice as well.
"""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tiny_course import ANSWERS, FILES, MODULE, REPLY_LABELS, build

from curriculum_utils.again import Judge, Look, Studied, again_path, look
from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import ResponseLog, log_path
from curriculum_utils.scoring import ScriptedScorer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
WRONG = {"option": "a"}  # falls into fixes_it
SURE, UNSURE, GUESS, CERTAIN = 3, 2, 1, 4


def _other_client(vignette: str, name: str) -> str:
    text = FILES[f"vignettes/{vignette}.yaml"].replace("Ines", name)
    return text.replace("title: ", f"title: {name}, ")


def _exercise(item: str, vignette: str, name: str) -> str:
    lines = FILES[f"exercises/{MODULE}/{item}.yaml"].splitlines(keepends=True)
    changed = [f"vignette: {vignette}\n" if line.startswith("vignette:") else line for line in lines]
    changed = [f"{line[:-1]}, {name}\n" if line.startswith("title:") else line for line in changed]
    return "".join(changed)


def _sure(text: str) -> str:
    return text if "confidence: true" in text else text.replace("\nprompt:", "\nconfidence: true\nprompt:", 1)


def _lesson(title: str, items: tuple[str, ...], prose: str = "") -> str:
    blocks = "".join(f"```{{exercise}} {item}\n```\n\n" for item in items)
    return f"---\ntitle: {title}\n---\n\n# {title}\n\n{prose}{blocks}"


_PRACTICE = {
    "fs-choose-milan": ("fs-choose", "milan-form", "Milan"),
    "fs-spot-milan": ("fs-spot", "milan-transcript", "Milan"),
    "fs-choose-tess": ("fs-choose", "tess-form", "Tess"),
    "fs-choose-nora": ("fs-choose", "nora-form", "Nora"),
    "fs-write-nora": ("fs-write", "nora-form", "Nora"),
}
CHANGES: Mapping[str, str | None] = {
    "course.yaml": FILES["course.yaml"].replace("minutes: 5}]", "minutes: 5}, {slug: 3-later, minutes: 5}]"),
    **{
        f"vignettes/{name.lower()}-{kind}.yaml": _other_client(f"the-{kind}", name)
        for name in ("Milan", "Nora", "Tess")
        for kind in ("form", "transcript")
    },
    **{f"exercises/{MODULE}/{slug}.yaml": _sure(_exercise(*how)) for slug, how in _PRACTICE.items()},
    f"exercises/{MODULE}/fs-choose.yaml": _sure(FILES[f"exercises/{MODULE}/fs-choose.yaml"]),
    **{
        f"exercises/{MODULE}/fs-a-{name}.yaml": _exercise(f"fs-a-{name}", f"tess-{kind}", "Tess")
        for name, kind in (("choose", "form"), ("write", "form"), ("spot", "transcript"))
    },
    f"guides/{MODULE}/1-look.md": _lesson(
        "Look",
        ("fs-choose", "fs-write", "fs-spot", "fs-match", "fs-choose-milan", "fs-spot-milan", "fs-choose-tess"),
        "## Fix it\n\nThe therapist brings a plan.\n\n## Meet the weight\n\nName it and ask.\n\n",
    ),
    f"guides/{MODULE}/3-later.md": _lesson("Later", ("fs-choose-nora", "fs-write-nora")),
}


def twin(changes: Mapping[str, str | None] = CHANGES) -> dict[str, str | None]:
    """The same course as a module of another name, with other ids and clients and the same rubric and moves."""

    def other(text: str) -> str:
        for old, new in (("first-steps", "other-steps"), ("fs-", "os-"), ("Ines", "Ida"), ("Milan", "Mats")):
            text = text.replace(old, new)
        return text

    files = {**FILES, **changes}
    return dict.fromkeys(files, None) | {other(name): text and other(text) for name, text in files.items()}


@cache
def _built(changes: tuple[tuple[str, str | None], ...]) -> Path:
    root = Path(tempfile.mkdtemp(prefix="curriculum-again-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    (items,) = build(root, dict(changes)).parent.glob("*/items.json")
    return items.parent


class Learner:
    """A learner's folder, and answers in it at times of one's choosing."""

    def __init__(self, home: Path, changes: Mapping[str, str | None] = CHANGES) -> None:
        self.home = home
        self.now = START
        self.scorer = ScriptedScorer(REPLY_LABELS, known_labels=LABELS)
        self._studied: list[Studied] = []
        self.add(changes)

    def add(self, changes: Mapping[str, str | None]) -> None:
        """Puts the module of a changed tiny course into the folder."""
        built = _built(tuple(changes.items()))
        folder = Path(shutil.copytree(built, self.home / built.name))
        release = load_release(folder, SCHEMAS)
        self._studied.append(Studied(release, folder, again_path(self.home, release.module)))

    def studied(self) -> list[Studied]:
        return self._studied

    def later(self, **by: float) -> "Learner":
        self.now += timedelta(**by)
        return self

    def answers(self, item: str, answer: Mapping[str, object] | None = None, confidence: int | None = None) -> None:
        """An answer in the item's lesson; the right one if left out."""
        self._append(item, answer, confidence, repeated=False)

    def repeats(self, item: str, answer: Mapping[str, object] | None = None, confidence: int | None = None) -> None:
        """An answer in re-practice, once it was shown there."""
        log, digest = self._log(item, repeated=True)
        log.append("shown", item, digest, {})
        self._append(item, answer, confidence, repeated=True)

    def tries_once_more(self, item: str, answer: Mapping[str, object] | None = None) -> None:
        """Another answer in re-practice, after the feedback on the one before."""
        self._append(item, answer, None, repeated=True)

    def look(self, judge: Judge | None = None) -> Look:
        return look(self.studied(), judge or Judge(self.scorer), self.now)

    def _append(
        self, item: str, answer: Mapping[str, object] | None, confidence: int | None, *, repeated: bool
    ) -> None:
        log, digest = self._log(item, repeated=repeated)
        given = dict(answer if answer is not None else right(item))
        log.append("commit", item, digest, given | ({} if confidence is None else {"confidence": confidence}))

    def _log(self, item: str, *, repeated: bool) -> tuple[ResponseLog, str]:
        studied = next(one for one in self.studied() if item in one.release.items)
        found = studied.release.items[item]
        path = studied.again if repeated else log_path(studied.folder, found.notebook, assessed=found.assessed)
        names = {"learner": "robin", "notebook": found.notebook, "release": studied.release.release}
        return ResponseLog(path, **names, clock=lambda: self.now), found.digest


def right(item: str) -> dict[str, object]:
    """The answer that earns all of an item's credit."""
    kind = next(part for part in item.split("-") if part in ("choose", "write", "spot", "match"))
    return ANSWERS[f"fs-{kind}"]
