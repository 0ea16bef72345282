"""Drafts: kept apart from the log, replaced as a whole, forgotten once sent."""

import json
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from curriculum_utils.errors import LogNotSaved
from curriculum_utils.responses import Drafts, ResponseLog


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "data" / "drafts")


def only_file(drafts: Drafts) -> Path:
    (file,) = drafts.folder.iterdir()
    return file


def test_a_draft_comes_back_in_another_kernel(drafts: Drafts):
    drafts.save("L", "i", 1, {"text": "Half a sen"})
    assert Drafts(drafts.folder).load("L", "i", 1) == {"text": "Half a sen"}


def test_a_later_draft_takes_the_place_of_the_earlier(drafts: Drafts):
    drafts.save("L", "i", 1, {"text": "H"})
    drafts.save("L", "i", 1, {"text": "Ha"})
    assert drafts.load("L", "i", 1) == {"text": "Ha"}
    assert len(list(drafts.folder.iterdir())) == 1


def test_a_draft_is_ignored_once_its_attempt_is_committed(drafts: Drafts, log: ResponseLog):
    drafts.save(log.log_id, "i", log.read().next_attempt("i"), {"text": "sent now"})
    log.append("commit", "i", "d", {"text": "sent now"})
    assert drafts.load(log.log_id, "i", log.read().next_attempt("i")) is None


def test_drafts_of_other_items_and_logs_are_other_drafts(drafts: Drafts):
    drafts.save("L", "i", 1, {"n": 1})
    drafts.save("L", "j", 1, {"n": 2})
    drafts.save("M", "i", 1, {"n": 3})
    assert [drafts.load(*which, 1) for which in (("L", "i"), ("L", "j"), ("M", "i"))] == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_a_discarded_draft_is_gone_and_discarding_twice_is_fine(drafts: Drafts):
    drafts.discard("L", "i")
    drafts.save("L", "i", 1, {"text": "x"})
    drafts.discard("L", "i")
    drafts.discard("L", "i")
    assert drafts.load("L", "i", 1) is None
    assert list(drafts.folder.iterdir()) == []


def test_what_a_kill_left_behind_goes_with_the_draft_and_what_is_being_written_stays(drafts: Drafts):
    drafts.save("L", "i", 1, {"text": "x"})
    stem = only_file(drafts).stem
    left, current = drafts.folder / f"{stem}.abc.tmp", drafts.folder / f"{stem}.def.tmp"
    left.write_text("unsent")
    os.utime(left, (0, 0))
    current.write_text("being written")
    drafts.discard("L", "i")
    assert list(drafts.folder.iterdir()) == [current]


@pytest.mark.parametrize(
    "damage", [b"", b'{"v":1,"log":"L"', b"[]", b"\xff", b'{"v":1,"log":"L","item":"i","attempt":1}', b"[" * 9999]
)
def test_a_damaged_draft_is_none(drafts: Drafts, damage: bytes):
    drafts.save("L", "i", 1, {"text": "x"})
    only_file(drafts).write_bytes(damage)
    assert drafts.load("L", "i", 1) is None


def test_a_draft_that_names_another_log_is_none(drafts: Drafts):
    drafts.save("L", "i", 1, {"text": "x"})
    data = json.loads(only_file(drafts).read_text())
    only_file(drafts).write_text(json.dumps(data | {"log": "M"}))
    assert drafts.load("L", "i", 1) is None


def test_a_linked_draft_is_none_and_saving_leaves_what_it_points_to(drafts: Drafts, tmp_path: Path):
    drafts.save("L", "i", 1, {"text": "x"})
    name = only_file(drafts)
    target = name.rename(tmp_path / "target.json")
    before = target.read_bytes()
    name.symlink_to(target)
    assert drafts.load("L", "i", 1) is None
    drafts.save("L", "i", 1, {"text": "y"})
    assert drafts.load("L", "i", 1) == {"text": "y"}
    assert target.read_bytes() == before


def test_ids_never_lead_out_of_the_folder(drafts: Drafts):
    drafts.save("../../L", "/etc/i\0", 1, {"text": "x"})
    assert only_file(drafts).parent == drafts.folder
    assert drafts.load("../../L", "/etc/i\0", 1) == {"text": "x"}


@pytest.mark.parametrize("answer", [{"n": float("nan")}, {"text": "x" * 200_001}])
def test_a_draft_that_could_not_be_read_again_is_refused_and_the_earlier_kept(
    drafts: Drafts, answer: dict[str, object]
):
    drafts.save("L", "i", 1, {"text": "kept"})
    with pytest.raises(LogNotSaved, match=r"^All that you sent is safe\."):
        drafts.save("L", "i", 1, answer)
    assert drafts.load("L", "i", 1) == {"text": "kept"}
    assert len(list(drafts.folder.iterdir())) == 1


def test_half_an_emoji_does_not_cost_the_draft(drafts: Drafts):
    drafts.save("L", "i", 1, {"text": "so \ud83d"})
    assert drafts.load("L", "i", 1) == {"text": "so \ufffd"}


def test_a_file_where_the_folder_should_be_is_told(drafts: Drafts):
    drafts.folder.parent.write_text("in the way")
    with pytest.raises(LogNotSaved, match="a file stands where the folder should be"):
        drafts.save("L", "i", 1, {})
    assert drafts.load("L", "i", 1) is None
    drafts.discard("L", "i")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_user_may_read_drafts(drafts: Drafts):
    drafts.save("L", "i", 1, {})
    assert stat.S_IMODE(drafts.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only_file(drafts).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG_DATA_HOME is read on Linux")
def test_by_default_drafts_lie_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Drafts().folder == tmp_path / "curriculum-utils" / "drafts"


def test_a_kill_while_typing_leaves_a_whole_draft(drafts: Drafts):
    typing = textwrap.dedent("""
        import sys
        from pathlib import Path
        from curriculum_utils.responses import Drafts
        drafts = Drafts(Path(sys.argv[1]))
        for n in range(100_000):
            drafts.save("L", "i", 1, {"n": n, "text": "x" * (n * 997 % 50_000)})
            print(n, flush=True)
    """)
    for saves in (1, 7, 20):
        with subprocess.Popen([sys.executable, "-c", typing, drafts.folder], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(saves):
                process.stdout.readline()
            process.kill()
            printed = [saves - 1, *map(int, process.stdout.read().split())]
        draft = drafts.load("L", "i", 1)
        assert draft is not None
        # The last one that was called saved, or the one after it.
        assert draft["n"] in (printed[-1], printed[-1] + 1)
        assert draft["text"] == "x" * (int(str(draft["n"])) * 997 % 50_000)
