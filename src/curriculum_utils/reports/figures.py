"""The report's figures. Dark against light carries every difference, so that a grey print says the same."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from curriculum_utils.reports.items import ItemRow
from curriculum_utils.reports.labels import CriterionRow, LearnerCriterion, TrapRow
from curriculum_utils.reports.svg import drawing, inline_svg, stacked

INK, ACCENT, MID, PALE, RULE = "#1d2329", "#1f4e6e", "#7d8791", "#c9d5de", "#d5dade"
WARN, WARN_PALE = "#8f3d1c", "#f1ddd1"
HEAT = LinearSegmentedColormap.from_list("met", ["#f7f5f0", "#c3d4df", "#6d9ab8", "#1f4e6e"])
SELDOM, HATCH = 0.5, "#cfd6dc"  # cells below this share are hatched
DARK = 0.8  # on HEAT, black has a contrast of 4.5 up to here, and white from here on
BIN = 0.05
WIDTH = 4.6  # inches; two of them stand side by side on a screen of 1,000 pixels, one fills a phone
LEARNERS_PER_PANEL = 40
ALMOST = 1e-9

Axes = Any  # matplotlib's own types leave most of an Axes unknown


def percent(share: float) -> str:
    return f"{share:.0%}"


def standing(name: str, title: str, shares: Sequence[tuple[float, bool]], median: float, *, tallest: int) -> str:
    """How a module's points spread: one dot for each learner, hollow where something waits for a person.

    Args:
        shares: share of the points decided, and whether anything waits, for each learner; never empty.
        tallest: the highest pile of all the figures that stand side by side.
    """
    ordered = sorted(shares)
    places = stacked([share for share, _ in ordered], BIN)
    with drawing(WIDTH, 1.9, salt=name) as figure:
        axes = axes_at(figure, (0.03, 0.27, 0.94, 0.6))
        rows = max(tallest, 4)
        size = min(10.0, 80 / (rows + 0.5))
        for (x, y), (_, waits) in zip(places, ordered, strict=True):
            fill = "white" if waits else ACCENT
            axes.plot([x], [y + 0.5], "o", ms=size, mfc=fill, mec=ACCENT, mew=1.3)
        axes.axvline(median, color=WARN, lw=1.3, ls=(0, (4, 2)), zorder=0)
        near_end = median > 0.8
        axes.text(
            median + (-0.012 if near_end else 0.012),
            rows + 0.25,
            f"median {percent(median)}",
            ha="right" if near_end else "left",
            va="bottom",
            color=WARN,
        )
        axes.set_xlim(-0.01, 1.01)
        axes.set_ylim(0, rows + 0.25)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("share of the points decided so far")
        waiting = sum(waits for _, waits in ordered)
        description = (
            f"{len(ordered)} learners between {percent(ordered[0][0])} and {percent(ordered[-1][0])}, "
            f"median {percent(median)}; for {waiting} of them something waits for a person."
        )
        return inline_svg(figure, name=name, title=title, description=description)


def tallest_pile(shares: Sequence[Sequence[float]]) -> int:
    """The highest pile that any of these would make in `standing`."""
    return max((height + 1 for module in shares for _, height in stacked(list(module), BIN)), default=0)


def heat_map(
    name: str, criteria: Sequence[CriterionRow], learners: Mapping[str, str], cells: Sequence[LearnerCriterion]
) -> str:
    """Criteria by learners, hardest criterion first; each cell says how many of the replies asked for met it.

    Args:
        learners: names by id, one panel's worth.
    """
    rows = sorted((row for row in criteria if row.asked), key=lambda row: (row.share or 0.0, row.criterion))
    columns = list(learners)
    by_place = {(cell.criterion, cell.learner): cell for cell in cells}
    label, cell, head, edge = 2.5, 0.3, 1.35, 0.1
    width = label + cell * (len(columns) + 2.2) + edge
    height = head + cell * len(rows) + edge
    with drawing(width, height, salt=name) as figure:
        axes = axes_at(figure, (label / width, edge / height, 1 - (label + edge) / width, cell * len(rows) / height))
        for y, row in enumerate(rows):
            _heat_cell(axes, len(columns) + 0.4, y, row.met, row.asked, wide=1.7)
            for x, learner in enumerate(columns):
                place = by_place.get((row.criterion, learner))
                if place is not None:
                    _heat_cell(axes, x, y, place.met, place.asked)
        for x, learner in enumerate(columns):
            axes.text(x + 0.5, -0.25, _short(learners[learner], 18), rotation=90, ha="center", va="bottom", fontsize=8)
        axes.text(len(columns) + 1.25, -0.25, "all", ha="center", va="bottom", fontsize=8.5, fontweight="bold")
        for y, row in enumerate(rows):
            lines = textwrap.fill(row.plain, 36, max_lines=2, placeholder=" …")
            axes.text(-0.3, y + 0.5, lines, ha="right", va="center", fontsize=8, linespacing=1.05)
        axes.set_xlim(0, len(columns) + 2.2)
        axes.set_ylim(len(rows), 0)
        axes.axis("off")
        description = (
            f"{len(rows)} criteria by {len(columns)} learners. Least often met: {rows[0].plain} "
            f"({rows[0].met} of {rows[0].asked} replies). Most often met: {rows[-1].plain} "
            f"({rows[-1].met} of {rows[-1].asked})."
        )
        return inline_svg(figure, name=name, title="Criteria met, learner by learner", description=description)


def trap_bars(name: str, traps: Sequence[TrapRow]) -> str:
    """Traps by how often answers fell into them, most often first: replies dark, choices hatched."""
    rows = sorted(traps, key=lambda row: (-(row.replies + row.choices), row.trap))
    highest = max((row.replies + row.choices for row in rows), default=1) or 1
    with drawing(WIDTH + 0.6, 0.43 * len(rows) + 0.25, salt=name) as figure:
        axes = axes_at(figure, (0.01, 0.01, 0.98, 0.98))
        for y, row in enumerate(rows):
            axes.text(0, y + 0.3, _short(row.plain, 48), ha="left", va="bottom")
            axes.barh(y + 0.55, row.replies, 0.34, color=WARN, edgecolor=WARN, lw=0.8)
            axes.barh(
                y + 0.55, row.choices, 0.34, left=row.replies, color=WARN_PALE, edgecolor=WARN, lw=0.8, hatch="////"
            )
            total = row.replies + row.choices
            axes.text(total + highest * 0.015, y + 0.56, f"{row.replies} + {row.choices}", va="center", color=INK)
        axes.set_xlim(0, highest * 1.2)
        axes.set_ylim(len(rows) + 0.05, -0.3)
        axes.axis("off")
        top = rows[0]
        description = f"Most often: {top.plain}, in {top.replies} replies and {top.choices} choices."
        return inline_svg(
            figure, name=name, title="Traps fallen into, in replies and in choices", description=description
        )


def first_to_last(name: str, title: str, items: Sequence[ItemRow]) -> str:
    """Each practice item tried again: mean credit of the first attempts and of the last, the same learners in both.

    Args:
        items: those of one module with at least one pair; never empty.
    """
    rows = sorted(items, key=lambda row: (row.again_first or 0.0, row.item))
    with drawing(WIDTH, 0.36 * len(rows) + 0.62, salt=name) as figure:
        height = 0.36 * len(rows) + 0.62
        axes = axes_at(figure, (0.03, 0.46 / height, 0.86, 0.36 * len(rows) / height))
        for y, row in enumerate(rows):
            first, last = row.again_first or 0.0, row.again_last or 0.0
            axes.text(0, y + 0.36, _short(row.title, 40), ha="left", va="bottom", fontsize=8.5)
            axes.text(1.03, y + 0.66, f"n={row.again_n}", ha="left", va="center", fontsize=8.5, color=MID)
            axes.plot([0, 1], [y + 0.66] * 2, color=RULE, lw=0.8, zorder=0)
            axes.plot([first, last], [y + 0.66] * 2, color=ACCENT, lw=2, zorder=1)
            axes.plot([first], [y + 0.66], "o", ms=6.5, mfc="white", mec=ACCENT, mew=1.4)
            axes.plot([last], [y + 0.66], "o", ms=6.5, mfc=ACCENT, mec=ACCENT, mew=1.4)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(len(rows), 0)
        axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("mean credit: ○ first attempt, ● last attempt")
        rose = sum((row.again_last or 0.0) > (row.again_first or 0.0) + ALMOST for row in rows)
        description = f"{len(rows)} practice items; in {rose} the mean credit of the last attempts is above the first."
        return inline_svg(figure, name=name, title=title, description=description)


def axes_at(figure: Figure, place: tuple[float, float, float, float]) -> Axes:
    """Axes at that place of the figure: left, bottom, width and height as shares of it."""
    return figure.add_axes(place)  # pyright: ignore[reportUnknownMemberType]


def _heat_cell(axes: Axes, x: float, y: float, met: int, asked: int, *, wide: float = 1.0) -> None:
    share = met / asked
    corners = [x, x + wide, x + wide, x], [y, y, y + 1, y + 1]
    axes.fill(*corners, color=HEAT(share), ec="white", lw=1.2)
    if share < SELDOM:
        # Who cannot tell the shades apart sees the hatching; it is pale, so that the number stays readable.
        axes.fill(*corners, fill=False, ec=HATCH, lw=0, hatch="////")
    colour = "white" if share > DARK else "black"
    axes.text(x + wide / 2, y + 0.52, f"{met}/{asked}", ha="center", va="center", fontsize=7, color=colour)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
