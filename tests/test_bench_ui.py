"""What `make bench-ui` makes of what it measured; nothing is timed here."""

import importlib.util
import json
import struct
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_spec = importlib.util.spec_from_file_location("ui_figures", ROOT / "bench" / "ui_figures.py")
figures = importlib.util.module_from_spec(_spec)
sys.modules["ui_figures"] = figures
_spec.loader.exec_module(figures)


def figure(*values: float, target: float | None = None, high: float | None = None):
    return figures.Figure("turn", "ms", values, "how", target, high)


def test_percentiles_lie_between_neighbours_in_proportion():
    # Of 0, 10, 20, 30 the 90th lies at place 2.7: 20 + 0.7 × 10
    assert figures.percentile([30, 0, 20, 10], 90) == pytest.approx(27)
    assert figures.percentile([7], 25) == 7
    with pytest.raises(ValueError, match="no values"):
        figures.percentile([], 50)


def test_a_target_is_met_by_the_median_and_where_asked_by_the_90th_percentile():
    slow_once = (100, 100, 100, 100, 400)
    assert figure(*slow_once, target=150).met is True
    # The 90th percentile at place 3.6: 100 + 0.6 × 300 = 280
    assert figure(*slow_once, target=150, high=150).met is False
    assert figure(*slow_once).met is None


def test_a_missed_target_is_said_in_words():
    kept, missed = figure(1, target=2), figure(3, target=2)
    assert figures.summary([kept]) == "Targets met: 1 of 1."
    assert figures.summary([kept, missed]) == "Targets met: 1 of 2. MISSED: turn."
    assert "| **no** |" in figures.table([missed])


def test_the_ratio_is_one_of_medians():
    # 6 over 4, whatever the outliers
    assert figures.ratio_of_medians([6, 5, 90], [4, 1, 4]) == 1.5


def test_memory_is_read_in_millions_of_bytes():
    text = "55d0-7ffe ---p 00000000 00:00 0 [rollup]\n"
    text += "Rss:             1000 kB\nPss:              500 kB\nPss_Dirty: 1 kB\n"
    assert figures.memory_of(text) == {"Rss": 1.024, "Pss": 0.512}


def frame(header: dict, content: dict) -> bytes:
    """A message in Jupyter's binary form."""
    parts = [b"iopub", *(json.dumps(one).encode() for one in (header, {}, {}, content))]
    ends, at = [], 8 + 8 * 6
    for part in parts:
        ends.append(at)
        at += len(part)
    return struct.pack("<7Q", 6, *ends, at) + b"".join(parts)


def test_the_scripts_that_widgets_bring_are_counted_in_bytes():
    state = {"_esm": "export é", "content": {"type": "write-reply"}}
    opened = frame({"msg_type": "comm_open"}, {"data": {"state": state}})
    other = frame({"msg_type": "status"}, {"execution_state": "idle"})
    (one,) = figures.sent_scripts([other, opened, b"\x01", "no JSON", b""])
    # "export " is 7 bytes, é in UTF-8 2
    assert (one["type"], one["js"], one["css"]) == ("write-reply", 9, 0)


def test_a_measure_that_is_not_known_is_named_with_those_that_are():
    assert figures.chosen("", {"sizes": print, "talking": print}) == ["sizes", "talking"]
    assert figures.chosen(" talking ", {"sizes": print, "talking": print}) == ["talking"]
    with pytest.raises(ValueError, match='no measure "speed"; there are: sizes'):
        figures.chosen("speed", {"sizes": print})


def test_the_json_holds_every_value():
    (told,) = json.loads(figures.as_json([figure(3, 1, 2, target=2)], {"load": 1}))["figures"]
    assert (told["values"], told["median"], told["quartiles"], told["met"]) == ([3, 1, 2], 2, [1.5, 2.5], True)
