"""Logs written by real processes: several at once, killed, out of space, without permission."""

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from curriculum_utils.responses import ResponseLog, read_log

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses signals and limits that Windows does not have")

OPEN = """
import os, sys
from pathlib import Path
from curriculum_utils.errors import LogNotSaved
from curriculum_utils.responses import ResponseLog
log = ResponseLog(Path(sys.argv[1]), learner="farida", notebook="4-moves", release="a" * 64)
"""


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", OPEN + textwrap.dedent(script), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def test_two_kernels_that_append_at_once_lose_nothing(path: Path):
    # Both wait at the line they read from us, so that they also make the file at the same time.
    script = """
        print("ready", flush=True)
        sys.stdin.readline()
        for n in range(50):
            log.append("commit", "i", "d", {"who": sys.argv[2], "n": n})
    """
    kernels = [start(script, path, who) for who in ("one", "two")]
    for kernel in kernels:
        assert kernel.stdout is not None
        assert kernel.stdout.readline() == "ready\n"
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    for kernel in kernels:
        kernel.communicate()
        assert kernel.returncode == 0
    contents = read_log(path)
    for who in ("one", "two"):
        assert [e.answer["n"] for e in contents.events if e.answer["who"] == who] == list(range(50))
    assert [event.attempt for event in contents.events] == list(range(1, 101))
    assert contents.chain_intact
    assert contents.notices == ()
    assert len(contents.log_ids) == 1


@pytest.mark.parametrize("events", [1, 5, 30])
def test_a_killed_kernel_loses_nothing_that_it_called_saved(path: Path, log: ResponseLog, events: int):
    script = """
        for n in range(100_000):
            log.append("commit", "i", "d", {"n": n, "text": "x" * 3000})
            print(n, flush=True)
    """
    with start(script, path) as kernel:
        assert kernel.stdout is not None
        told = [int(kernel.stdout.readline()) for _ in range(events)]
        kernel.kill()
        # What it still said between our last look and the kill; its last word may be torn.
        told += [int(line) for line in kernel.stdout.read().split("\n")[:-1]]
    numbers = [event.answer["n"] for event in read_log(path).events]
    assert numbers[: len(told)] == told
    event = log.append("commit", "i", "d", {"n": "after"})  # and the dead one's lock is no obstacle
    assert event.attempt == len(numbers) + 1
    assert log.read().chain_intact


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_is_told_and_the_log_goes_on_once_there_is_space(path: Path, log: ResponseLog, room: int):
    """`room` is how many bytes more the disk takes: none at all, or a part of the line."""
    log.append("commit", "i", "d", {"n": 0})
    before = path.read_bytes()
    script = """
        import resource
        size, room = os.path.getsize(sys.argv[1]), int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))
        try:
            log.append("commit", "i", "d", {"n": "lost", "text": "x" * 500})
        except LogNotSaved as error:
            print(error, flush=True)
        sys.stdin.readline()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        log.append("commit", "i", "d", {"n": 1})
    """
    with start(script, path, room) as kernel:
        assert kernel.stdout is not None
        told = kernel.stdout.readline()
        assert path.read_bytes() == before
        kernel.communicate("there is space again\n")
    assert kernel.returncode == 0
    assert told.startswith("All that you saved before is safe. This was not saved: the ")
    contents = read_log(path)
    assert [(event.answer, event.attempt) for event in contents.events] == [({"n": 0}, 1), ({"n": 1}, 2)]
    assert contents.chain_intact
    assert contents.notices == ()


def test_a_full_disk_at_the_very_first_answer_leaves_no_half_log(path: Path):
    script = """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (150, resource.RLIM_INFINITY))
        try:
            log.append("commit", "i", "d", {"n": 0})
        except LogNotSaved as error:
            print(error)
    """
    with start(script, path) as kernel:
        told, _ = kernel.communicate()
    assert told.startswith("All that you saved before is safe.")
    assert path.read_bytes() == b""


@pytest.mark.parametrize("closed", ["folder", "file"])
def test_a_log_that_may_not_be_written_is_told_and_left(closed: str):
    # A folder of its own, since pytest's can be entered by its owner only.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = ResponseLog(folder / "x.jsonl", learner="farida", notebook="4-moves", release="a" * 64)
        log.append("commit", "i", "d", {"n": 0})
        before = log.path.read_bytes()
        (folder / ".x.jsonl.lock").chmod(0o666)
        log.path.chmod(0o444)
        folder.chmod(0o555 if closed == "folder" else 0o777)
        script = """
            if os.geteuid() == 0:
                os.setuid(65534)  # the superuser may write anywhere
            print(log.read().events[0].answer, log.log_id == sys.argv[2])
            try:
                log.append("commit", "i", "d", {"n": 1})
            except LogNotSaved as error:
                print(error)
            log.path = log.path.with_name("new.jsonl") if sys.argv[3] == "folder" else log.path
            try:
                log.append("commit", "i", "d", {"n": 1})
            except LogNotSaved as error:
                print(error)
        """
        with start(script, log.path, log.log_id, closed) as kernel:
            told, _ = kernel.communicate()
        folder.chmod(0o700)
        assert log.path.read_bytes() == before
    read, *refused = told.splitlines()
    assert read == "{'n': 0} True"  # what needs no writing still works
    refusal = (
        "All that you saved before is safe. This was not saved: this computer does not allow writing there. "
        "Check the folder's permissions, then try again."
    )
    assert refused == [refusal, refusal]


def test_a_log_that_may_not_be_read_is_told():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        secret = folder / "x.jsonl"
        secret.write_text("{}")
        secret.chmod(0o000)
        script = """
            from curriculum_utils.errors import LogUnreadable
            if os.geteuid() == 0:
                os.setuid(65534)
            try:
                log.read()
            except LogUnreadable as error:
                print(error)
        """
        with start(script, secret) as kernel:
            told, _ = kernel.communicate()
    assert told == f"{secret}: cannot be read ({os.strerror(13)})\n"


def test_a_kernel_that_holds_the_lock_for_long_is_told_and_not_waited_for_forever(
    path: Path, log: ResponseLog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("curriculum_utils.responses.log.LOCK_SECONDS", 0.2)
    log.append("commit", "i", "d", {"n": 0})
    script = """
        with log._open():
            print("held", flush=True)
            sys.stdin.readline()
    """
    with start(script, path) as kernel:
        assert kernel.stdout is not None
        kernel.stdout.readline()
        with pytest.raises(Exception, match="another window is still saving"):
            log.append("commit", "i", "d", {"n": 1})
        assert len(log.read().events) == 1  # reading waits for nobody
        kernel.communicate("done\n")
    assert log.append("commit", "i", "d", {"n": 1}).attempt == 2


def test_kernels_that_first_ask_for_the_log_id_at_once_agree_on_it(path: Path):
    # Every card of a page asks as it is drawn, in each window.
    script = """
        print("ready", flush=True)
        sys.stdin.readline()
        print(log.log_id)
    """
    kernels = [start(script, path) for _ in range(4)]
    for kernel in kernels:
        assert kernel.stdout is not None
        kernel.stdout.readline()
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    ids = {kernel.communicate()[0] for kernel in kernels}
    assert len(ids) == 1
    assert len(path.read_bytes().splitlines()) == 1
