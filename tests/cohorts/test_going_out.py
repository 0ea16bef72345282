"""Files that leave the cohort: whole or not at all, whatever moment the command is stopped at."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from curriculum_utils.cohorts.going_out import write_out
from curriculum_utils.errors import CohortError

# Stops itself hard before the k-th of the calls that change a disk.
KILLED = """
import os, signal, sys
from pathlib import Path
left = [int(sys.argv[2])]
def stopping(call):
    def called(*a, **k):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*a, **k)
    return called
os.open, os.fsync = stopping(os.open), stopping(os.fsync)
Path.replace, Path.unlink = stopping(Path.replace), stopping(Path.unlink)
from importlib import util
import types
for name in ("curriculum_utils", "curriculum_utils.cohorts"):  # without the package's heavy imports
    sys.modules.setdefault(name, types.ModuleType(name))
spec = util.spec_from_file_location("going_out", sys.argv[3])
sys.modules["curriculum_utils"].__path__ = [str(Path(sys.argv[3]).parents[1])]
module = util.module_from_spec(spec); spec.loader.exec_module(module)
module.write_out(Path(sys.argv[1]), b"new" * 1000)
"""


def test_killed_before_any_step_the_old_file_or_the_new_one_is_there(tmp_path: Path):
    from curriculum_utils.cohorts import going_out

    target, ended = tmp_path / "grades.csv", []
    for step in range(5):
        target.write_bytes(b"old")
        command = [sys.executable, "-c", KILLED, str(target), str(step), str(going_out.__file__)]
        ended.append(subprocess.run(command, check=False, capture_output=True).returncode)
        assert target.read_bytes() in (b"old", b"new" * 1000)
        assert (target.read_bytes() == b"old") == (ended[-1] != 0)
        write_out(target, b"again")
        assert target.read_bytes() == b"again"
        assert list(tmp_path.iterdir()) == [target]  # what the kill left was taken over
    assert ended == [-9, -9, -9, -9, 0]


def test_only_its_owner_reads_it(tmp_path: Path):
    target = tmp_path / "grades.csv"
    target.write_bytes(b"old")
    target.chmod(0o644)
    write_out(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_link_is_replaced_and_never_written_through(tmp_path: Path):
    other = tmp_path / "other"
    other.write_bytes(b"untouched")
    (tmp_path / ".grades.csv.part").symlink_to(other)
    (tmp_path / "grades.csv").symlink_to(other)
    write_out(tmp_path / "grades.csv", b"new")
    assert (other.read_bytes(), (tmp_path / "grades.csv").is_symlink()) == (b"untouched", False)


@pytest.mark.parametrize("name", ["missing/grades.csv", "."])
def test_where_nothing_can_be_written_the_remedy_is_told(tmp_path: Path, name: str):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CohortError, match=r"cannot be written .* name another file"):
        write_out(tmp_path / "folder" / name, b"new")
    assert list((tmp_path / "folder").iterdir()) == []
