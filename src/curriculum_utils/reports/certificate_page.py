# pyright: reportUnknownMemberType=false
"""A certificate as a PDF page, A4 across: what it says is given, how it looks is here."""

import io
import textwrap
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curriculum_utils.content import words
from curriculum_utils.errors import CohortError

INK, ACCENT, QUIET, RULE = "#1d2329", "#1f4e6e", "#5b6670", "#b9c4cc"
_WIDTH, _HEIGHT = 11.693, 8.268  # inches: A4 across
_LONGEST_LINE = 9.0  # inches that a name may take
_CRITERIA_LINE = 128  # signs
_SERIF, _SANS = "DejaVu Serif", "DejaVu Sans"


@dataclass(frozen=True)
class CertifiedModule:
    """A module that was passed: points, percent, and the minutes planned for its lessons."""

    slug: str
    title: str
    minutes: int
    score: float
    maximum: float
    share: float
    pass_mark: float
    passed_on: str


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. `criteria` are plain names; `mark` is what it can be checked by."""

    name: str
    course: str
    cohort: str
    modules: tuple[CertifiedModule, ...]
    criteria: tuple[str, ...]
    mark: str

    @property
    def hours(self) -> str:
        """The hours of all modules, to the quarter, without needless digits."""
        return f"{round(sum(one.minutes for one in self.modules) / 15) / 4:g}"

    @property
    def completed_on(self) -> str:
        return max(one.passed_on for one in self.modules)


def signs_without_glyph(text: str) -> list[str]:
    """The signs that the certificate's font cannot draw, or not so that they can be read."""
    from matplotlib import font_manager, ft2font  # noqa: PLC0415 - matplotlib is slow to import

    known = ft2font.FT2Font(font_manager.findfont(_SERIF)).get_charmap()
    return sorted({sign for sign in unicodedata.normalize("NFC", text) if ord(sign) not in known})


def certificate_pdf(certificate: Certificate) -> bytes:
    """The page as PDF: the same certificate gives the same bytes, with its fonts in it.

    Raises:
        CohortError: the name or a title has signs that the font lacks.
    """
    said = " ".join((certificate.name, certificate.course, *(one.title for one in certificate.modules)))
    if lacking := signs_without_glyph(said):
        shown = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in lacking[:5])
        raise CohortError(f"the certificate's font lacks {shown}; write it in the roster with Latin, Greek or Cyrillic")
    import matplotlib as mpl  # noqa: PLC0415 - slow to import
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    buffer = io.BytesIO()
    # 42: TrueType as it is, so that text can be searched and copied.
    with mpl.rc_context({"pdf.fonttype": 42, "pdf.compression": 6, "font.family": _SERIF, "text.parse_math": False}):
        figure = Figure(figsize=(_WIDTH, _HEIGHT))
        FigureCanvasAgg(figure)  # measures the lines
        _draw(figure, certificate)
        about = {
            "Title": f"{words('certificate-title')}: {unicodedata.normalize('NFC', certificate.name)}",
            "Author": certificate.course,
            "Subject": ", ".join(one.title for one in certificate.modules),
            "Keywords": certificate.mark,
            "Creator": "curriculum-utils",
            "CreationDate": None,
        }
        figure.savefig(buffer, format="pdf", metadata=about)
    return buffer.getvalue()


def _draw(figure: Any, certificate: Certificate) -> None:
    _border(figure)
    # A short certificate stands lower, so that the page is filled evenly.
    middle = _Column(figure, lower=0.05 if len(certificate.modules) == 1 and not certificate.criteria else 0.0)
    middle.line(words("certificate-title").upper(), 0.845, 15, ACCENT, family=_SANS)
    middle.rule(0.805, 0.07)
    middle.line(words("certificate-says"), 0.745, 12.5, QUIET, style="italic")
    middle.fitted(unicodedata.normalize("NFC", certificate.name), 0.655, 34)
    middle.line(words("certificate-has-completed"), 0.585, 12.5, QUIET, style="italic")
    at = 0.535
    small = len(certificate.modules) > 2
    for one in certificate.modules[:6]:
        middle.fitted(one.title, at, 12 if small else 17)
        at -= 0.028 if small else 0.036
        points = words(
            "certificate-points",
            score=f"{one.score:g}",
            maximum=f"{one.maximum:g}",
            share=f"{one.share:.0f}",
            mark=f"{one.pass_mark:g}",
        )
        middle.line(points, at, 8.5 if small else 10, QUIET, family=_SANS)
        at -= 0.034 if small else 0.046
    hours = words("certificate-hours", hours=certificate.hours)
    of_course = words("certificate-of-course", course=certificate.course)
    middle.fitted(f"{of_course}  ·  {hours}", at - 0.004, 12)
    _criteria(middle, certificate, at - 0.055)
    _foot(figure, certificate)


def _border(figure: Any) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    for inset, width, colour in ((0.42, 1.6, ACCENT), (0.50, 0.5, RULE)):
        x, y = inset / _WIDTH, inset / _HEIGHT
        frame = Rectangle((x, y), 1 - 2 * x, 1 - 2 * y, fill=False, linewidth=width, edgecolor=colour)
        figure.add_artist(frame)


def _criteria(middle: "_Column", certificate: Certificate, top: float) -> None:
    if not certificate.criteria:
        return
    middle.line(words("certificate-criteria"), top, 9.5, ACCENT, family=_SANS)
    lines = [""]
    for plain in certificate.criteria:
        longer = f"{lines[-1]}  ·  {plain}" if lines[-1] else plain
        if len(longer) > _CRITERIA_LINE and lines[-1]:
            lines.append(plain)
        else:
            lines[-1] = longer
    step = min(0.026, 0.12 / len(lines))
    for place, line in enumerate(lines):
        middle.line(line, top - 0.03 - step * place, min(8.5, 330 * step), INK, family=_SANS)


def _foot(figure: Any, certificate: Certificate) -> None:
    shown = (
        ("certificate-date", certificate.completed_on),
        ("certificate-cohort", certificate.cohort),
        ("certificate-mark", " ".join(textwrap.wrap(certificate.mark[:16], 4))),
    )
    for x, (key, text) in zip((0.2, 0.5, 0.8), shown, strict=True):
        figure.text(x, 0.162, text, ha="center", fontsize=11, color=INK)
        figure.text(x, 0.135, words(key), ha="center", fontsize=8, color=QUIET, family=_SANS)
    for place, line in enumerate(textwrap.wrap(words("certificate-note"), 150)):
        figure.text(0.5, 0.1 - 0.017 * place, line, ha="center", fontsize=6.5, color=QUIET, family=_SANS)


class _Column:
    """Lines of text around the middle of the page."""

    def __init__(self, figure: Any, *, lower: float) -> None:
        self._figure, self._lower = figure, lower

    def line(
        self, text: str, y: float, size: float, colour: str, *, family: str = _SERIF, style: str = "normal"
    ) -> Any:
        return self._figure.text(
            0.5, y - self._lower, text, ha="center", fontsize=size, color=colour, family=family, style=style
        )

    def fitted(self, text: str, y: float, size: float) -> None:
        """A line in ink, as large as fits between the borders."""
        drawn = self.line(text, y, size, INK)
        width = drawn.get_window_extent(self._figure.canvas.get_renderer()).width / self._figure.dpi
        if width > _LONGEST_LINE:
            drawn.set_fontsize(size * _LONGEST_LINE / width)

    def rule(self, y: float, half: float) -> None:
        from matplotlib.lines import Line2D  # noqa: PLC0415

        self._figure.add_artist(Line2D([0.5 - half, 0.5 + half], [y - self._lower] * 2, linewidth=0.8, color=ACCENT))


def page_name(learner: str) -> Path:
    """The file's name in the folder that was asked for; a roster's id is fit for one."""
    return Path(f"certificate-{learner}.pdf")
