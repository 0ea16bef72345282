"""Everything a report says, as rows: gradebook, logs and releases put together. What it looks like is elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from curriculum_utils.cohorts import Cohort, Learner
from curriculum_utils.content import Item
from curriculum_utils.reports.agreement import AgreementRow, agreement
from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.arcs import Arc, arcs
from curriculum_utils.reports.gain import Gain, GainRow, gain_row, gains
from curriculum_utils.reports.gathering import Gathered, Progress, gather
from curriculum_utils.reports.item_analysis import (
    AnalysisRow,
    FormRow,
    OptionRow,
    analysis_rows,
    form_rows,
    option_rows,
)
from curriculum_utils.reports.items import AgainRow, ItemRow, again_row, item_row
from curriculum_utils.reports.judging import AttemptRow, attempt_row
from curriculum_utils.reports.labels import (
    CriterionRow,
    LearnerCriterion,
    MoveRow,
    TrapRow,
    criterion_rows,
    move_row,
    trap_rows,
)
from curriculum_utils.reports.learners import LearnerModule, LearnerRow, ModuleItems, ModuleRow, learner_module
from curriculum_utils.reports.learners import module_row as _module_row
from curriculum_utils.reports.notices import Notice
from curriculum_utils.reports.releases import Kept, in_course_order, rubric_labels
from curriculum_utils.reports.sure import ConfidenceRow, SureRow, confidence_rows, sure_rows
from curriculum_utils.scoring import Scorer


@dataclass(frozen=True)
class ReleaseRow:
    """A kept release: its digest, whether the module offers it now, and what it was made with."""

    module: str
    title: str
    digest: str
    current: bool
    rubric_version: str
    scorer_version: str


@dataclass(frozen=True)
class ReportData:
    """The whole report as data; rows in the order in which a page shows them.

    `notebooks` are titles by module and notebook.
    """

    cohort: str
    course: str | None
    made: datetime
    scorer_version: str
    rubric_versions: tuple[str, ...]
    releases: tuple[ReleaseRow, ...]
    logs: int
    gradebook: bool
    modules: tuple[ModuleRow, ...]
    notebooks: Mapping[tuple[str, str], str]
    learners: tuple[LearnerRow, ...]
    items: tuple[ItemRow, ...]
    moves: tuple[MoveRow, ...]
    criteria: tuple[CriterionRow, ...]
    learner_criteria: tuple[LearnerCriterion, ...]
    traps: tuple[TrapRow, ...]
    again: tuple[AgainRow, ...]
    gains: tuple[GainRow, ...]
    changes: tuple[Gain, ...]
    sure: tuple[SureRow, ...]
    confidence: tuple[ConfidenceRow, ...]
    arcs: tuple[Arc, ...]
    forms: tuple[FormRow, ...]
    analysis: tuple[AnalysisRow, ...]
    options: tuple[OptionRow, ...]
    attempts: tuple[AttemptRow, ...]
    agreement: tuple[AgreementRow, ...]
    notices: tuple[Notice, ...]
    notices_left_out: int


def assemble(
    cohort: Cohort,
    *,
    scorer: Scorer | None = None,
    made: datetime | None = None,
    progress: Progress | None = None,
) -> ReportData:
    """The report of a cohort as it stands now.

    Args:
        scorer: reads the written replies; the shipped one by default.
        made: the moment that the report names; now by default.
        progress: is told what is being done, in a few words.
    Raises:
        CohortError: neither roster nor gradebook nor any answer can be read.
    """
    return arrange(gather(cohort, scorer=scorer, progress=progress), made=made)


def arrange(term: Gathered, *, made: datetime | None = None) -> ReportData:
    """What was read of a term, as the report's rows."""
    modules, kept, everything = term.modules, term.kept, term.answered
    gained = {module.slug: _gains(module, kept, everything) for module in modules}
    places = _places(term, gained)
    criteria, traps = rubric_labels(kept)
    # What was said before the module shows what learners brought, not what they do.
    since = [one for one in everything if one.last is None or one.last.attempt.item.exercise.use != "pretest"]
    judged_since = [one for one in term.judged if one.attempt.item.exercise.use != "pretest"]
    criterion, by_learner = criterion_rows(criteria, since)
    last = [one.last for one in since if one.last is not None]
    return ReportData(
        cohort=term.cohort.name,
        course=kept.course,
        made=made or datetime.now(UTC),
        scorer_version=term.scorer.scorer_version,
        rubric_versions=_rubric_versions(kept),
        releases=_release_rows(kept),
        logs=term.answers.logs,
        gradebook=term.grades.readable,
        modules=tuple(
            _module_row(module, [places[learner.id, module.slug] for learner in term.learners]) for module in modules
        ),
        notebooks=_notebooks(kept),
        learners=tuple(_learner_row(learner, modules, places) for learner in term.learners),
        items=_item_rows(modules, kept, everything),
        moves=_move_rows(modules, kept, since),
        criteria=tuple(criterion),
        learner_criteria=tuple(by_learner),
        traps=tuple(trap_rows(traps, judged_since, last)),
        again=tuple(
            again_row(module.slug, module.title, [one for one in everything if _practised(one, module)])
            for module in modules
        ),
        gains=tuple(gain_row(module.slug, module.title, gained[module.slug]) for module in modules),
        changes=tuple(gain for module in modules for gain in gained[module.slug]),
        sure=tuple(sure_rows(traps, judged_since)),
        confidence=tuple(confidence_rows(judged_since)),
        arcs=tuple(arcs(everything)),
        forms=tuple(found for module in modules for found in form_rows(module.slug, module.title, everything)),
        analysis=tuple(row for module in modules for row in analysis_rows(module.slug, everything)),
        options=tuple(row for module in modules for row in option_rows(module.slug, everything)),
        attempts=tuple(attempt_row(one) for one in term.judged),
        agreement=tuple(agreement(term.decisions)),
        notices=tuple(term.notices.entries),
        notices_left_out=term.notices.left_out,
    )


def _places(term: Gathered, gained: Mapping[str, list[Gain]]) -> dict[tuple[str, str], LearnerModule]:
    of_learner = {(gain.learner, gain.module): gain for found in gained.values() for gain in found}
    by_place: dict[tuple[str, str], list[Answered]] = {}
    for one in term.answered:
        by_place.setdefault((one.learner, one.module), []).append(one)
    found: dict[tuple[str, str], LearnerModule] = {}
    for learner in term.learners:
        for module in term.modules:
            place = (learner.id, module.slug)
            found[place] = learner_module(
                learner.id,
                module,
                term.grades.submissions.get(place),
                by_place.get(place, []),
                handed_in=place in term.answers.submitted | term.graded,
                graded=place in term.graded,
                gain=of_learner.get(place),
            )
    return found


def _learner_row(
    learner: Learner, modules: Sequence[ModuleItems], places: Mapping[tuple[str, str], LearnerModule]
) -> LearnerRow:
    return LearnerRow(
        learner.id,
        learner.full_name,
        learner.first_name,
        learner.last_name,
        tuple(places[learner.id, module.slug] for module in modules),
    )


def _item_rows(modules: Sequence[ModuleItems], kept: Kept, answered: Sequence[Answered]) -> tuple[ItemRow, ...]:
    by_item: dict[tuple[str, str], list[Answered]] = {}
    for one in answered:
        by_item.setdefault((one.module, one.item), []).append(one)
    rows: list[ItemRow] = []
    for module in modules:
        items = _items(module.slug, kept, by_item)
        rows.extend(item_row(item, by_item.get((module.slug, name), [])) for name, item in items.items())
    return tuple(rows)


def _items(module: str, kept: Kept, by_item: Mapping[tuple[str, str], list[Answered]]) -> dict[str, Item]:
    """The module's items as they are now, and after them those that only earlier releases had."""
    release = kept.module(module)
    items = dict(release.items) if release else {}
    for (slug, name), answers in by_item.items():
        last = answers[0].last
        if slug == module and name not in items and last is not None:
            items[name] = last.attempt.item
    return items


def _notebooks(kept: Kept) -> dict[tuple[str, str], str]:
    return {
        (slug, notebook.slug): notebook.title
        for slug in kept.releases
        if (release := kept.module(slug)) is not None
        for notebook in release.notebooks
    }


def _move_rows(modules: Sequence[ModuleItems], kept: Kept, answered: Sequence[Answered]) -> tuple[MoveRow, ...]:
    rows: list[MoveRow] = []
    for module in modules:
        release = kept.module(module.slug)
        mine = [one for one in answered if one.module == module.slug]
        moves = release.vocabulary.effective_moves().values() if release else ()
        rows.extend(move_row(module.slug, move, mine) for move in moves)
    return tuple(rows)


def _gains(module: ModuleItems, kept: Kept, answered: Sequence[Answered]) -> list[Gain]:
    release = kept.module(module.slug)
    mine = [one for one in answered if one.module == module.slug]
    return gains(module.slug, release.items if release else {}, mine)


def _practised(one: Answered, module: ModuleItems) -> bool:
    return one.module == module.slug and one.last is not None and not one.last.attempt.item.assessed


def _rubric_versions(kept: Kept) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.rubric_version for row in _release_rows(kept)))


def _release_rows(kept: Kept) -> tuple[ReleaseRow, ...]:
    return tuple(
        ReleaseRow(
            slug,
            kept.titles.get(slug, slug),
            digest,
            digest == kept.current[slug],
            release.vocabulary.rubric.version,
            kept.scorers.get(digest, ""),
        )
        for slug in in_course_order(kept.releases, kept)
        for digest, release in kept.releases[slug].items()
    )
