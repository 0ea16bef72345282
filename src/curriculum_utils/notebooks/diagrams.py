"""Diagrams as SVG: text boxes joined by arrows, the same bytes each time, readable at the width of a phone.

A lesson shows one as a picture within Markdown, so nothing of it can follow the page's theme: it brings its own ground.
"""

import base64
import itertools
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from curriculum_utils.content import words
from curriculum_utils.content.models import Diagram, DiagramPart

WIDTH = 460
_LINE, _SIZE, _PAD, _GAP = 21, 16, 12, 40
# A character of a sans-serif face is about half as wide as it is high.
_CHARACTER = 0.53 * _SIZE
_FACE = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
_INK, _GROUND, _LINE_COLOUR = "#1f2933", "#ffffff", "#52606d"
# Fill and edge by whose part it is; the words above the columns say it too, so that no colour is needed.
_COLOURS = {"client": ("#e3f0fb", "#2b6cb0"), "therapist": ("#fdeedc", "#b7600b"), None: ("#eef1f4", "#52606d")}


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    part: DiagramPart
    rows: int

    @property
    def height(self) -> float:
        return self.rows * _LINE + 2 * _PAD

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


def diagram_markdown(diagram: Diagram) -> str:
    """The diagram as a picture in Markdown, its words for those who cannot see it, and its title below."""
    picture = base64.b64encode(diagram_svg(diagram).encode()).decode()
    alt = " ".join(diagram.alt.split()).replace("[", "(").replace("]", ")")
    return f"![{alt}](data:image/svg+xml;base64,{picture})\n\n*{diagram.title}*"


def diagram_svg(diagram: Diagram) -> str:
    """The diagram as an SVG document with its title and its description."""
    body, height = _DRAWN[diagram.kind](diagram)
    arrow = (
        '<marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse">'
        f'<path d="M0 0 10 5 0 10z" fill="{_LINE_COLOUR}"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        f'role="img" font-family="{_FACE}" font-size="{_SIZE}" fill="{_INK}">'
        f"<title>{escape(diagram.title)}</title><desc>{escape(diagram.alt)}</desc><defs>{arrow}</defs>"
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1:g}" rx="10" fill="{_GROUND}" stroke="#cbd2d9"/>'
        f"{body}</svg>"
    )


def _loop(diagram: Diagram) -> tuple[str, float]:
    """One part below the other, the client's on the left and the therapist's on the right; the last leads back."""
    lane = {"client": 34.0, "therapist": 246.0, None: 140.0}
    persons = any(part.who for part in diagram.parts)
    boxes: list[_Box] = []
    y = 52.0 if persons else 26.0
    for part in diagram.parts:
        boxes.append(_box(part, lane[part.who], y, 194))
        y = boxes[-1].bottom + _GAP
    drawn = [_heading(words("who-client"), 131, 32), _heading(words("who-therapist"), 343, 32)] if persons else []
    for one, following in itertools.pairwise(boxes):
        bend = (following.y - one.bottom) / 2
        curve = f"C{one.middle:g} {one.bottom + bend:g} {following.middle:g} {following.y - bend:g}"
        drawn.append(_arrow(f"M{one.middle:g} {one.bottom:g}{curve} {following.middle:g} {following.y - 3:g}"))
    first, last = boxes[0], boxes[-1]
    height = last.bottom + 34
    back = f"M{last.middle:g} {last.bottom:g}V{height - 14:g}H16V{first.y + first.height / 2:g}H{first.x - 3:g}"
    drawn.append(_arrow(back, dashed=True))
    if diagram.centre is not None:
        lines = _wrapped(diagram.centre, 380)
        drawn.append(_text(lines, WIDTH / 2, height + 14, weight="600"))
        height += len(lines) * _LINE + 20
    return "".join([*drawn, *map(_drawn_box, boxes)]), height


def _polarity(diagram: Diagram) -> tuple[str, float]:
    """Two columns, a row for each pair of parts; the poles stand on top with an arrow between them."""
    drawn: list[str] = []
    y = 26.0
    for number, (left, right) in enumerate(zip(diagram.parts[::2], diagram.parts[1::2], strict=False)):
        rows = max(len(_box(part, 0, 0, 190).lines) for part in (left, right))
        pair = [_box(left, 18, y, 190, rows=rows), _box(right, 252, y, 190, rows=rows)]
        drawn += [_drawn_box(box, strong=number == 0) for box in pair]
        if number == 0:
            middle = y + pair[0].height / 2
            drawn.append(_arrow(f"M213 {middle:g}H247", both=True))
        y = pair[0].bottom + 18
    if diagram.centre is not None:
        lines = _wrapped(diagram.centre, 400)
        drawn.append(_text(lines, WIDTH / 2, y + 10, weight="600"))
        y += len(lines) * _LINE + 12
    return "".join(drawn), y + 4


def _layers(diagram: Diagram) -> tuple[str, float]:
    """One frame within the other, the first part innermost, each with its words on top."""
    inset, drawn, y = 22.0, list[str](), 18.0
    outer = list(reversed(diagram.parts))
    frames: list[tuple[float, float, float, tuple[str, ...], DiagramPart]] = []
    for depth, part in enumerate(outer):
        x = 16 + depth * inset
        lines = _wrapped(part.text, WIDTH - 2 * x - 2 * _PAD)
        frames.append((x, y, WIDTH - 2 * x, lines, part))
        y += len(lines) * _LINE + 2 * _PAD
    end = y + 4
    for depth, (x, top, width, lines, part) in enumerate(frames):
        fill, edge = _COLOURS[part.who]
        height = end + (len(frames) - 1 - depth) * 16 - top
        drawn.append(
            f'<rect x="{x:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="14" fill="{fill}" stroke="{edge}" '
            f'stroke-width="1.5"/>{_text(lines, WIDTH / 2, top + _PAD + _SIZE)}'
        )
    return "".join(drawn), end + (len(frames) - 1) * 16 + 16


_DRAWN: dict[str, Callable[[Diagram], tuple[str, float]]] = {"loop": _loop, "polarity": _polarity, "layers": _layers}


def _box(part: DiagramPart, x: float, y: float, width: float, *, rows: int = 1) -> _Box:
    """A box around the part's words, as high as so many rows at least."""
    lines = _wrapped(part.text, width - 2 * _PAD)
    return _Box(x, y, width, lines, part, max(rows, len(lines)))


def _wrapped(text: str, width: float) -> tuple[str, ...]:
    """The text in as few lines as fit the width, and these as even as they can be."""
    most = max(8, int(width / _CHARACTER))
    lines = textwrap.wrap(text, most, break_long_words=False)
    while most > 8 and len(even := textwrap.wrap(text, most - 1, break_long_words=False)) == len(lines):
        lines, most = even, most - 1
    return tuple(lines)


def _drawn_box(box: _Box, *, strong: bool = False) -> str:
    fill, edge = _COLOURS[box.part.who]
    frame = (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8" fill="{fill}" '
        f'stroke="{edge}" stroke-width="1.5"/>'
    )
    top = box.y + (box.height - len(box.lines) * _LINE) / 2 + _SIZE - 1
    return frame + _text(box.lines, box.middle, top, weight="600" if strong else "400")


def _text(lines: Sequence[str], x: float, y: float, *, weight: str = "400") -> str:
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + row * _LINE:g}">{escape(line)}</tspan>' for row, line in enumerate(lines)
    )
    return f'<text text-anchor="middle" font-weight="{weight}">{spans}</text>'


def _heading(text: str, x: float, y: float) -> str:
    return _text([text], x, y, weight="600")


def _arrow(path: str, *, dashed: bool = False, both: bool = False) -> str:
    dashes = ' stroke-dasharray="6 5"' if dashed else ""
    start = ' marker-start="url(#a)"' if both else ""
    return (
        f'<path d="{path}" fill="none" stroke="{_LINE_COLOUR}" stroke-width="2"{dashes}{start} marker-end="url(#a)"/>'
    )
