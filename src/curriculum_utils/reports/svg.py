"""A matplotlib figure as SVG that may stand in a page: the same bytes each time, its text as text, nothing fetched."""

import io
import itertools
import re
from collections.abc import Generator
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

_SETTINGS = {
    "svg.fonttype": "none",  # letters stay letters: they take the page's font and print sharply
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so that the layout is the same on every machine
    "font.size": 9.0,
    "text.parse_math": False,  # a name may hold dollar signs
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8b939c",
    "axes.linewidth": 0.8,
    "axes.labelcolor": "#3a4149",
    "xtick.color": "#8b939c",
    "ytick.color": "#8b939c",
    "xtick.labelcolor": "#3a4149",
    "ytick.labelcolor": "#3a4149",
    "text.color": "#1d2329",
    "hatch.linewidth": 0.9,
}
_REFERENCE = re.compile(r"(?<=#)[\w.\-]+(?=\)|$)")


@contextmanager
def drawing(width: float, height: float, *, salt: str) -> Generator[Figure]:
    """A figure of that size in inches, under the report's settings whatever the user's matplotlibrc says."""
    with mpl.rc_context():  # pyright: ignore[reportUnknownMemberType]
        mpl.rcdefaults()
        mpl.rcParams.update({**_SETTINGS, "svg.hashsalt": salt})  # pyright: ignore
        figure = Figure(figsize=(width, height))
        FigureCanvasSVG(figure)
        yield figure


def inline_svg(figure: Figure, *, name: str, title: str, description: str) -> str:
    """The figure as an `<svg>` element; call it within `drawing`.

    Args:
        name: goes before every id, so that several figures can stand in one page.
        title: what the figure is, for who cannot see it.
        description: what it shows.
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})  # pyright: ignore[reportUnknownMemberType]
    root = ET.fromstring(buffer.getvalue())  # noqa: S314  # drawn a moment ago, by ourselves
    for parent in list(root.iter()):
        for child in list(parent):
            # Metadata names addresses; a <style> would reach the whole page.
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(key): _prefixed(_local(key), value, name) for key, value in element.attrib.items()}
    width = root.attrib.pop("width").removesuffix("pt")
    for attribute in ("height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}-title {name}-desc"})
    # 96 CSS pixels to an inch, 72 points: on a wide screen the figure has the size it was drawn in.
    root.set("style", f"--natural:{float(width) * 96 / 72:.0f}px")
    for tag, text in (("desc", description), ("title", title)):
        entry = ET.Element(tag, {"id": f"{name}-{tag}"})
        entry.text = text
        root.insert(0, entry)
    return ET.tostring(root, encoding="unicode")


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _prefixed(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key in ("href", "clip-path", "style", "fill"):
        return _REFERENCE.sub(lambda match: f"{name}-{match[0]}", value) if _refers(key, value) else value
    return value


def _refers(key: str, value: str) -> bool:
    # A style holds colours (#3a4149) as well as references (url(#h12)).
    return key == "href" or "url(#" in value


def stacked(values: list[float], step: float) -> list[tuple[float, int]]:
    """Each value's place in a dot plot: the middle of its bin of width `step`, and its height in the pile from 0.

    Values above 1 stand in the last bin; the order of the values is kept.
    """
    last = round(1 / step) - 1
    heights: dict[int, itertools.count[int]] = {}
    places: list[tuple[float, int]] = []
    for value in values:
        place = min(int(value / step + 1e-9), last)
        places.append(((place + 0.5) * step, next(heights.setdefault(place, itertools.count()))))
    return places
