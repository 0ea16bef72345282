"""The report as one HTML page that asks for nothing from anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from curriculum_utils.reports import figures, figures_over_time
from curriculum_utils.reports.arcs import Arc
from curriculum_utils.reports.data import ReportData
from curriculum_utils.reports.highlights import count, highlights
from curriculum_utils.reports.item_analysis import AnalysisRow
from curriculum_utils.reports.items import ItemRow
from curriculum_utils.reports.learner_pages import learner_pages
from curriculum_utils.reports.learners import ModuleRow
from curriculum_utils.reports.statistics import FEW, caution

FORMS = {"pretest": "pre-test", "graded": "assessment", "practice": "practice"}
_TEMPLATES = files("curriculum_utils.reports").joinpath("templates")


@dataclass(frozen=True)
class Figure:
    """A figure's SVG, and where its numbers are."""

    module: str
    svg: Markup


def page(data: ReportData) -> str:
    """The page's text."""
    titles = {module.module: module.title for module in data.modules}
    return rendered(
        "report.html.j2",
        data=data,
        titles=titles,
        forms=FORMS,
        arcs=_arcs(data),
        changes=_changes(data),
        analysis=_by_form(data),
        to_mend=[row for row in data.analysis if row.flags],
        pages=learner_pages(data),
        answered_by=max((row.answered for row in data.forms), default=0),
        highlights=highlights(data),
        items=_by_notebook(data),
        standing=_standing(data),
        heat_maps=_heat_maps(data),
        traps=_svg(figures.trap_bars("traps-figure", data.traps)) if _trapped(data) else None,
        traps_by_number=sorted(data.traps, key=lambda row: (-(row.replies + row.choices), row.trap)),
        criteria_hardest_first=sorted(data.criteria, key=lambda row: 2.0 if row.share is None else row.share),
        cells={(cell.criterion, cell.learner): cell for cell in data.learner_criteria},
        again=_again(data),
        again_items=[row for row in data.items if row.again_n],
        few=FEW,
        waiting=sum(module.items_waiting for module in data.modules),
        unscored=sum(module.items_unscored for module in data.modules),
        submitted=sum(module.submitted for module in data.modules),
        graded=sum(module.graded for module in data.modules),
    )


def rendered(name: str, **context: object) -> str:
    """One of the templates of this folder, filled in; every text is escaped."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda wanted: _TEMPLATES.joinpath(wanted).read_text("utf-8")),
    )
    environment.filters.update(
        points=points,
        percent=percent,
        day=day,
        moment=moment,
        number=number,
        signed=figures_over_time.signed,
        lateness=lateness,
    )
    # Typed for Jinja's own functions.
    environment.globals.update(count=count, caution=caution, between=between)  # pyright: ignore
    css = Markup(_TEMPLATES.joinpath("report.css").read_text("utf-8"))  # noqa: S704
    return environment.get_template(name).render(css=css, **context)


def points(value: float | None) -> str:
    """Points with no more decimals than they have, two at most."""
    return "–" if value is None else f"{round(value, 2):g}"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def number(value: float | None) -> str:
    """Two decimals, with the sign that print uses."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def lateness(value: timedelta) -> str:
    """How late something came, in the largest unit that fits."""
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if value.total_seconds() >= seconds:
            return f"{count(int(value.total_seconds() // seconds), unit)} late"
    return "less than a minute late"


def between(low: float | None, high: float | None) -> str:
    """An interval, or a dash where there is none."""
    return "–" if low is None or high is None else f"{number(low)} to {number(high)}"


def day(value: datetime) -> str:
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    return f"{day(value)}, {value:%H:%M} UTC"


def _svg(text: str) -> Markup:
    return Markup(text)  # noqa: S704  # drawn by `figures`, where every text is escaped by the XML writer


def _by_notebook(data: ReportData) -> Mapping[str, Mapping[str, list[ItemRow]]]:
    found: dict[str, dict[str, list[ItemRow]]] = {}
    for row in data.items:
        found.setdefault(row.module, {}).setdefault(row.notebook, []).append(row)
    return found


def _standing(data: ReportData) -> list[Figure]:
    tallest = figures.tallest_pile([module.shares for module in data.modules])
    found: list[Figure] = []
    for number, module in enumerate(data.modules, start=1):
        if module.median is not None:
            dots = _dots(data, module)
            name = f"standing-{number}"
            svg = figures.standing(name, module.title, dots, module.median, tallest=tallest)
            found.append(Figure(module.module, _svg(svg)))
    return found


def _dots(data: ReportData, module: ModuleRow) -> list[tuple[float, bool]]:
    places = (place for row in data.learners for place in row.modules if place.module == module.module)
    return [(place.share, place.waiting > 0) for place in places if place.share is not None]


def _heat_maps(data: ReportData) -> list[Markup]:
    """A panel for every so many learners who wrote something that was scored."""
    wrote = {cell.learner for cell in data.learner_criteria}
    names = {row.learner: row.name for row in data.learners if row.learner in wrote}
    ids = list(names)
    panels = [
        {name: names[name] for name in ids[start : start + figures.LEARNERS_PER_PANEL]}
        for start in range(0, len(ids), figures.LEARNERS_PER_PANEL)
    ]
    return [
        _svg(figures.heat_map(f"criteria-{number}", data.criteria, panel, data.learner_criteria))
        for number, panel in enumerate(panels, start=1)
    ]


def _arcs(data: ReportData) -> list[tuple[Arc, Markup]]:
    drawn = [arc for arc in data.arcs if arc.sessions]
    longest = max((len(session) - 1 for arc in drawn for session in arc.sessions), default=1)
    return [
        (arc, _svg(figures_over_time.session_arc(f"arc-{at}", arc, longest=max(longest, 1))))
        for at, arc in enumerate(drawn, start=1)
    ]


def _changes(data: ReportData) -> list[Figure]:
    found: list[Figure] = []
    for at, row in enumerate(data.gains, start=1):
        mine = [gain for gain in data.changes if gain.module == row.module]
        if mine:
            found.append(Figure(row.module, _svg(figures_over_time.changes(f"change-{at}", row, mine))))
    return found


def _by_form(data: ReportData) -> Mapping[tuple[str, str], list[AnalysisRow]]:
    found: dict[tuple[str, str], list[AnalysisRow]] = {}
    for row in data.analysis:
        found.setdefault((row.module, row.form), []).append(row)
    return found


def _trapped(data: ReportData) -> bool:
    return any(row.replies + row.choices for row in data.traps)


def _again(data: ReportData) -> list[Figure]:
    found: list[Figure] = []
    for number, module in enumerate(data.modules, start=1):
        rows = [row for row in data.items if row.module == module.module and row.again_n]
        if rows:
            svg = figures.first_to_last(f"again-{number}", module.title, rows)
            found.append(Figure(module.module, _svg(svg)))
    return found
