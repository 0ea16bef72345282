"""Runs a function and kills its process at a chosen call that changes files: for each such call there is.

    from killed import kill_points

The child is forked: it has all modules loaded, so that a hundred kills take seconds.
"""

import os
import sys
from collections.abc import Callable, Iterator

CALLS = ("rename", "replace", "mkdir", "unlink", "rmdir", "chmod")
_KILLED = 99


def kill_points(
    run: Callable[[], object], *, prepare: Callable[[], object], most: int = 200, every: int = 1
) -> Iterator[int]:
    """Yields after each kill, at the first call, the second and so on, until `run` gets through.

    Args:
        prepare: puts everything back as it is to be before `run`; called before each.
        every: passes over calls in between, where there are many alike.
    """
    for point in range(1, most, every):
        prepare()
        child = os.fork()
        if child == 0:
            _die_at(point)
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - the parent tells it
                sys.stderr.write(f"{error!r}\n")
                os._exit(1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, _KILLED), f"killed at call {point}: ended with {status}"
        if status == 0:
            assert point > 3, "nothing was killed"
            return
        yield point
    raise AssertionError(f"still killed at call {most}")


def _die_at(point: int) -> None:
    left = [point]
    os.fsync = lambda _descriptor: None  # a killed process loses nothing that it wrote; a power cut is not played here
    for name in CALLS:
        setattr(os, name, _counted(getattr(os, name), left))


def _counted(call: Callable[..., object], left: list[int]) -> Callable[..., object]:
    def counted(*arguments: object, **named: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            os._exit(_KILLED)
        return call(*arguments, **named)

    return counted
