"""One command at a time in a process of its own: nbgrader changes the working folder of whatever runs it."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from curriculum_utils.desk.verbs import Errand
from curriculum_utils.errors import CohortError

PROGRESS = "CURRICULUM_PROGRESS"
"""Set for a command that tells each step on standard error, as `progress 3 of 24`."""
_STEP = re.compile(r"^progress (\d+) of (\d+)$")
# The desk has buttons for what a command would have one type next.
_NEXT = re.compile(r"\s*(Next\b[^:]*|To put it back|To do it): .*$")
MOST_LINES = 400


@dataclass(frozen=True)
class Job:
    """A command that runs, or the last one that ran.

    Attributes:
        lines: what it said, in order, at most the last 400 lines.
        done, total: steps of it; 0 of 0 where it tells none.
        status: its exit status, None while it runs.
        told: what it told as JSON, where it was asked to.
    """

    number: int
    verb: str
    module: str
    title: str
    lines: tuple[str, ...] = ()
    done: int = 0
    total: int = 0
    status: int | None = None
    told: object = None

    def as_json(self) -> dict[str, object]:
        return {**self.__dict__, "lines": list(self.lines)}


class Jobs:
    """The commands of one kernel. A second one is refused while one runs: a double click does nothing twice."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._heard: list[Callable[[Job], None]] = []
        self.last: Job | None = None

    def listen(self, heard: Callable[[Job], None]) -> None:
        """Calls `heard` at each change; only the page that was opened last is told."""
        self._heard = [heard]

    def start(self, verb: str, module: str, errand: Errand) -> Job:
        """Starts the command and returns at once.

        Raises:
            CohortError: another one is running.
        """
        with self._lock:
            if self.last is not None and self.last.status is None:
                raise CohortError(f"{self.last.title} is still going on; wait until it has ended")
            job = Job((self.last.number if self.last else 0) + 1, verb, module, errand.title)
            self.last = job
        threading.Thread(target=self._run, args=(errand,), daemon=True).start()
        self._tell()
        return job

    def _run(self, errand: Errand) -> None:
        try:
            command = [sys.executable, "-P", "-m", "curriculum_utils.cli", *errand.arguments]
            with subprocess.Popen(  # noqa: S603 - our own command
                command,
                cwd=self._root,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
            ) as process:
                assert process.stdout is not None and process.stderr is not None  # noqa: PT018, S101 - pipes were asked for
                beside = threading.Thread(target=self._hear, args=(process.stderr,), daemon=True)
                beside.start()
                said = process.stdout.read()
                beside.join()
                status = process.wait()
        except OSError as error:
            self._change(status=1, lines=(f"The command could not be started: {error.strerror or error}.",))
            return
        told = _parsed(said) if errand.as_json else None
        if told is None:
            self._say(said.splitlines())
        self._change(status=status, told=told)

    def _hear(self, stream: IO[str]) -> None:
        for line in stream:
            if step := _STEP.match(line.strip()):
                self._change(done=int(step[1]), total=int(step[2]))
            else:
                self._say([line])

    def _say(self, lines: Iterable[str]) -> None:
        kept = [text for line in lines if (text := _NEXT.sub("", line.rstrip()).rstrip())]
        if kept and self.last is not None:
            self._change(lines=(*self.last.lines, *kept)[-MOST_LINES:])

    def _change(self, **changes: object) -> None:
        with self._lock:
            if self.last is not None:
                self.last = replace(self.last, **changes)  # pyright: ignore[reportArgumentType]
        self._tell()

    def _tell(self) -> None:
        if (job := self.last) is not None:
            for heard in self._heard:
                heard(job)


def environment() -> dict[str, str]:
    """This process's environment, with nbgrader's own programs on PATH, and steps told in lines."""
    own = str(Path(sys.executable).parent)
    path = os.pathsep.join((own, os.environ.get("PATH", "")))
    return {**os.environ, "PATH": path, PROGRESS: "lines", "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
