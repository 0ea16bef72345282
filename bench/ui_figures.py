"""What `bench/ui.py` reports: figures with their spread, held against targets, as a table and as JSON."""

import json
import statistics
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

MEGA = 1_000_000


@dataclass(frozen=True)
class Figure:
    """One measured thing.

    Attributes:
        name: what was measured.
        unit: "ms", "MB" (of 10^6 bytes), "kB", "" for a ratio.
        values: one a repetition.
        how: in a few words, from what to what.
        target: not to be exceeded by the median; None where there is none.
        high_target: not to be exceeded by the 90th percentile either.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    how: str
    target: float | None = None
    high_target: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the targets are kept to; None without one."""
        if self.target is None:
            return None
        kept = self.median <= self.target
        return kept and (self.high_target is None or percentile(self.values, 90) <= self.high_target)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie, between neighbours in proportion.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ratio_of_medians(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of one set of values over that of the other."""
    return statistics.median(above) / statistics.median(below)


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table: median and quartiles, the target and whether it was met."""
    lines = ["| | median | quartiles | 90 % below | target | met | n | how |", "|---|---|---|---|---|---|---|---|"]
    for one in figures:
        alone = len(one.values) == 1
        spread = "" if alone else f"{_number(percentile(one.values, 25))} to {_number(percentile(one.values, 75))}"
        high = "" if alone else _number(percentile(one.values, 90))
        target = "" if one.target is None else f"≤ {_number(one.target)}"
        if one.high_target is not None:
            target += f", 90 % ≤ {_number(one.high_target)}"
        met = {None: "", True: "yes", False: "**no**"}[one.met]
        value = f"{_number(one.median)} {one.unit}".strip()
        lines.append(f"| {one.name} | {value} | {spread} | {high} | {target} | {met} | {len(one.values)} | {one.how} |")
    return "\n".join(lines) + "\n"


def summary(figures: Sequence[Figure]) -> str:
    """One line that says plainly which targets were missed."""
    missed = [one.name for one in figures if one.met is False]
    held = sum(one.met is not None for one in figures)
    told = f"Targets met: {held - len(missed)} of {held}."
    return f"{told} MISSED: {'; '.join(missed)}." if missed else told


def as_json(figures: Sequence[Figure], about: Mapping[str, object]) -> str:
    """The figures with every value, for a later comparison."""
    told = [
        {
            **asdict(one),
            "median": one.median,
            "quartiles": [percentile(one.values, 25), percentile(one.values, 75)],
            "p90": percentile(one.values, 90),
            "met": one.met,
        }
        for one in figures
    ]
    return json.dumps({**about, "figures": told}, ensure_ascii=False, indent=1) + "\n"


def memory_of(smaps_rollup: str) -> dict[str, float]:
    """`Rss` and `Pss` of /proc/PID/smaps_rollup in MB; pages that are shared count in full in the one, in part in the
    other.

    Raises:
        KeyError: the text has no such line.
    """
    found = {line.split(":")[0]: line.split() for line in smaps_rollup.splitlines() if ":" in line}
    return {name: int(found[name][1]) * 1024 / MEGA for name in ("Rss", "Pss")}


def message_of(frame: bytes | str) -> dict[str, object]:
    """A message of the kernel as its websocket carries it: `{"header", "content"}`; empty for what is none.

    Jupyter's binary form (v1.kernel.websocket.jupyter.org): the number of offsets, the offsets, then channel, header,
    parent, metadata, content, buffers; all numbers 64 bits, the low byte first.
    """
    try:
        if isinstance(frame, str):
            whole = json.loads(frame)
            return {"header": whole["header"], "content": whole["content"]}
        (count,) = struct.unpack_from("<Q", frame, 0)
        offsets = struct.unpack_from(f"<{count}Q", frame, 8)
        parts = [frame[start:end] for start, end in zip(offsets, [*offsets[1:], len(frame)], strict=True)]
        return {"header": json.loads(parts[1]), "content": json.loads(parts[4])}
    except (ValueError, KeyError, IndexError, TypeError, struct.error):
        return {}


def sent_scripts(frames: Sequence[bytes | str]) -> list[dict[str, object]]:
    """What each widget that was opened brought along: its `type` and the bytes of its `js`, `css` and of `all`."""
    found: list[dict[str, object]] = []
    for message in map(message_of, frames):
        header, content = _mapping(message.get("header")), _mapping(message.get("content"))
        state = _mapping(_mapping(content.get("data")).get("state"))
        if header.get("msg_type") != "comm_open" or "_esm" not in state:
            continue
        kind = _mapping(state.get("content")).get("type") or str(state.get("_anywidget_id", "")).rsplit(".", 1)[-1]
        sizes = {"js": state.get("_esm"), "css": state.get("_css")}
        found.append(
            {"type": str(kind)}
            | {name: len(str(text or "").encode()) for name, text in sizes.items()}
            | {"all": len(json.dumps(state, ensure_ascii=False).encode())}
        )
    return found


def chosen(wanted: str, known: Mapping[str, Callable[..., object]]) -> list[str]:
    """The names in a list with commas; all of them where nothing was asked for.

    Raises:
        ValueError: one is not known.
    """
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise ValueError(f'no measure "{name}"; there are: {", ".join(known)}')
    return names or list(known)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.0f}"
