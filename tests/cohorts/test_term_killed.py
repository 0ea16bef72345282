"""Killed at every point where something is written, and run again: complete, nothing lost, nothing twice."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from handed_term import Handed, make_term
from tiny_course import MODULE

from curriculum_utils.cohorts import term as verbs
from curriculum_utils.cohorts.due import parse_due
from curriculum_utils.cohorts.extensions import extend, extensions
from curriculum_utils.cohorts.handout import write_handout
from curriculum_utils.cohorts.withdrawing import kept_releases, outbound, withdraw
from curriculum_utils.cohorts.zips import receive

_WRITES = ("replace", "rename", "mkdir", "rmdir", "unlink", "fsync")
KILLED = 77


def killed_at(point: int, work: Callable[[], object]) -> bool:
    """Runs the work in a process of its own, which ends without a word at its `point`-th write; whether it did."""
    child = os.fork()
    if child == 0:
        left = [point]

        def counted(real: Callable[..., object]) -> Callable[..., object]:
            def call(*arguments: object, **named: object) -> object:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(KILLED)
                return real(*arguments, **named)

            return call

        for name in _WRITES:
            setattr(os, name, counted(getattr(os, name)))
        try:
            work()
        except BaseException:  # noqa: BLE001 - what went wrong is told by the status
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED), status
    return status == KILLED


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    root = tmp_path_factory.mktemp("made") / "course"
    root.mkdir()
    make_term(root, ["ana", "bo"])
    term = Handed(root)
    for learner in ("ana", "bo"):
        term.answer(learner)
        term.hand_in(learner, f"{learner}.zip")
    (term.inbox / "text.zip").write_text("hello")
    return term


def state(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def own_copy(made: Handed, folder: Path) -> Handed:
    shutil.copytree(made.root.parent, folder)
    return Handed(folder / "course")


def every_point(
    made: Handed,
    tmp_path: Path,
    work: Callable[[Handed], object],
    check: Callable[[Handed], None],
    step: int = 1,
) -> int:
    """Kills the work at each point, runs it again and checks; how many points there were."""
    point = 0
    while True:
        term = own_copy(made, tmp_path / f"at-{point}")
        was_killed = killed_at(point, lambda: work(term))  # noqa: B023
        work(term)
        check(term)
        shutil.rmtree(term.root.parent)
        if not was_killed:
            return point
        point += step


def test_collecting_zips(made: Handed, tmp_path: Path):
    def work(term: Handed) -> None:
        receive(term.cohort, MODULE, term.inbox)

    def check(term: Handed) -> None:
        inbound = term.cohort.exchange / "spring" / "inbound"
        folders = {path.name.split("+")[0]: path for path in inbound.glob("[!.]*")}
        assert (sorted(folders), len(list(inbound.glob("[!.]*")))) == (["ana", "bo"], 2)
        for learner, folder in folders.items():
            sent = (term.home(learner) / MODULE / "responses").glob("[!.]*.jsonl")
            assert state(folder / "responses") == {path.name: path.read_bytes() for path in sent}
        assert len(list(term.cohort.set_aside.rglob("WHY.txt"))) == 1
        assert len(list((term.cohort.folder / "received").glob("*.json"))) == 3

    assert every_point(made, tmp_path, work, check, step=2) > 15


def test_collecting_into_the_course(made: Handed, tmp_path: Path):
    base = own_copy(made, tmp_path / "base")
    receive(base.cohort, MODULE, base.inbox)

    def check(term: Handed) -> None:
        assert sorted(path.name for path in term.cohort.step("submitted").iterdir()) == ["ana", "bo"]
        assert [term.receipt(name)["digest"] for name in ("ana", "bo")] == [term.digest("ana"), term.digest("bo")]

    assert every_point(base, tmp_path, lambda term: verbs.collect(term.cohort, MODULE), check, step=2) > 5


def test_extending(made: Handed, tmp_path: Path):
    until = parse_due("2027-03-08 17:00 Europe/Berlin")

    def check(term: Handed) -> None:
        assert extensions(term.cohort) == {MODULE: {"ana": until.at}}

    every_point(made, tmp_path, lambda term: extend(term.cohort, MODULE, "ana", until, by="lee"), check)


def test_withdrawing(made: Handed, tmp_path: Path):
    def check(term: Handed) -> None:
        exchange = term.cohort.exchange / "spring"
        assert not outbound(term.cohort, MODULE).exists()
        assert not list(exchange.glob(".withdrawn*"))
        assert len(kept_releases(term.cohort, MODULE)) == 1

    assert every_point(made, tmp_path, lambda term: withdraw(term.cohort, MODULE), check) > 5


def test_handing_out_a_zip(made: Handed, tmp_path: Path):
    whole = write_handout(made.cohort, MODULE, tmp_path / "whole.zip").read_bytes()

    def work(term: Handed) -> None:
        target = term.root.parent / "out.zip"
        # Killed before, there is the whole file or none.
        assert not target.exists() or target.read_bytes() == whole
        write_handout(term.cohort, MODULE, target)

    def check(term: Handed) -> None:
        assert (term.root.parent / "out.zip").read_bytes() == whole

    assert every_point(made, tmp_path, work, check) >= 2


def test_releasing_a_corrected_version(made: Handed, tmp_path: Path):
    base = own_copy(made, tmp_path / "base")
    base.correct()

    def check(term: Handed) -> None:
        kept = kept_releases(term.cohort, MODULE)
        assert [one.offered for one in kept] == [True, False]
        assert state(outbound(term.cohort, MODULE)).keys() >= {"items.json", "1-look.ipynb", "2-show.ipynb"}

    work = lambda term: verbs.release(term.cohort, MODULE, force=True)  # noqa: E731
    assert every_point(base, tmp_path, work, check, step=11) > 9
