"""Figures of change: before and after with intervals, and practice sessions turn by turn."""

from collections.abc import Sequence

from curriculum_utils.reports.arcs import OPEN, Arc
from curriculum_utils.reports.figures import ACCENT, INK, MID, RULE, WARN, WIDTH, axes_at
from curriculum_utils.reports.gain import Gain, GainRow
from curriculum_utils.reports.svg import drawing, inline_svg, stacked

LEVELS = ("0, closed", "1", "2", "3", "4, in touch")


def changes(name: str, row: GainRow, gains: Sequence[Gain]) -> str:
    """One module's changes from before to after: a dot for each learner, the mean with its interval below.

    Args:
        gains: this module's; never empty.
    """
    values = sorted(gain.after - gain.before for gain in gains)
    # Piles of bins between -1 and 1, by the same rule as the other dot plots.
    places = [(place * 2 - 1, height) for place, height in stacked([(value + 1) / 2 for value in values], 0.025)]
    tallest = max(height for _, height in places) + 1
    rows = max(tallest, 3)
    with drawing(WIDTH, 2.0, salt=name) as figure:
        axes = axes_at(figure, (0.03, 0.25, 0.94, 0.7))
        axes.axvline(0, color=MID, lw=1, zorder=0)
        size = min(8.0, 70 / (rows + 1))
        for x, y in places:
            axes.plot([x], [y + 0.5], "o", ms=size, mfc="white", mec=ACCENT, mew=1.2)
        below = -0.28 * rows
        mean, low, high = row.change.mean or 0.0, row.change.low, row.change.high
        if low is not None and high is not None:
            axes.plot([max(low, -1), min(high, 1)], [below] * 2, color=WARN, lw=2)
            for end in (low, high):
                if -1 <= end <= 1:
                    axes.plot([end] * 2, [below - 0.09 * rows, below + 0.09 * rows], color=WARN, lw=2)
        axes.plot([mean], [below], "D", ms=7, mfc=WARN, mec=WARN)
        axes.set_xlim(-1.02, 1.02)
        axes.set_ylim(-0.5 * rows, rows + 0.25)
        axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−100", "−50", "0", "+50", "+100"])
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("change of mean credit, percentage points: ○ one learner, ◆ mean")
        description = (
            f"{len(values)} {'learner' if len(values) == 1 else 'learners'}, from {signed(values[0])} to "
            f"{signed(values[-1])}; mean change {signed(mean)} percentage points"
            + (f", 95% interval {signed(low)} to {signed(high)}." if low is not None and high is not None else ".")
        )
        return inline_svg(figure, name=name, title=f"Before and after: {row.title}", description=description)


def session_arc(name: str, arc: Arc, *, longest: int) -> str:
    """One client's sessions, openness by turn: a pale line for each learner, the mean over those still there dark.

    Args:
        arc: with at least one session.
        longest: the most turns of all figures that stand side by side.
    """
    with drawing(WIDTH, 2.1, salt=name) as figure:
        axes = axes_at(figure, (0.17, 0.24, 0.8, 0.7))
        for session in arc.sessions:
            axes.plot(range(len(session)), session, color=RULE, lw=1, marker=".", ms=3, zorder=1)
        means = arc.by_turn
        axes.plot(range(len(means)), [mean for mean, _ in means], color=ACCENT, lw=2, marker="o", ms=4.5, zorder=2)
        for turn, (mean, n) in enumerate(means):
            if turn % 4 == 0 or turn == len(means) - 1:
                axes.text(turn, min(mean + 0.25, OPEN + 0.2), f"n={n}", ha="center", va="bottom", fontsize=7, color=INK)
        axes.set_xlim(-0.4, longest + 0.4)
        axes.set_ylim(-0.25, OPEN + 0.6)
        axes.set_yticks(range(OPEN + 1), LEVELS, fontsize=8)
        axes.set_xticks(range(0, longest + 1, max(1, longest // 6)))
        axes.set_xlabel("turns (0 is the opening)")
        start, end = arc.start or 0.0, arc.end or 0.0
        description = (
            f"{arc.learners} {'session' if arc.learners == 1 else 'sessions'}. Mean openness, from 0 (closed) to 4 (in "
            f"touch): {start:.1f} at the opening, {end:.1f} where sessions stopped; {arc.opened} stopped more open "
            f"than they began, {arc.closed} less."
        )
        return inline_svg(figure, name=name, title=f"Sessions with {arc.client}", description=description)


def signed(share: float) -> str:
    """A change of a share, as percentage points with its sign."""
    points = round(share * 100)
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"
