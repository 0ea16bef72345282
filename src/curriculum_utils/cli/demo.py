"""`curriculum demo`: a whole course with simulated learners, from roster to report."""

import sys
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, course_option, plural
from curriculum_utils.cli.term import progress_bar, workers_option
from curriculum_utils.cohorts import term
from curriculum_utils.cohorts.demo import Demo, answer_and_submit, new_demo, results_by_kind
from curriculum_utils.content import Course, load_course
from curriculum_utils.errors import display_path
from curriculum_utils.items import SCHEMAS
from curriculum_utils.notebooks import build
from curriculum_utils.reports import write_report


@click.command("demo", context_settings=HELP)
@workers_option
@course_option
def demo_command(workers: int, course: Path) -> None:
    """Run a whole course with simulated learners: build, release, answer, submit, collect, grade, feedback, report."""
    content = load_course(course / "curriculum", SCHEMAS)
    changed = build(content, course / "source")
    click.echo(f"source/: {plural(len(content.modules), 'module')} built, {plural(len(changed), 'file')} changed.")
    demo = new_demo(course)
    cohort = demo.cohort
    for sentence in demo.kept:
        click.echo(sentence)
    click.echo(f"cohort {cohort.name}: {plural(len(demo.profiles), 'learner')}.")
    problems: list[term.Done] = []
    for module in content.modules:
        term.release(cohort, module)
        with progress_bar(f"{module}: answering", len(demo.profiles)) as tell:
            answers = answer_and_submit(demo, content, module, progress=tell)
        learners = term.collect(cohort, module)
        with progress_bar(f"{module}: grading", len(learners)) as tell:
            problems += term.grade(cohort, module, learners, workers=workers, progress=tell)
        with progress_bar(f"{module}: feedback", len(learners)) as tell:
            problems += term.give_feedback(cohort, module, learners, workers=workers, progress=tell)
        click.echo(f"{module}: {answers} answers, {plural(len(learners), 'submission')} graded.")
    files = write_report(cohort, cohort.report_folder)
    failed = [done for done in problems if done.problem is not None]
    for done in failed:
        click.echo(f"{done.learner}: {done.problem}", err=True)
    _tell_kinds(demo, content)
    _tell_where(demo, next(reversed(content.modules)), files.page)
    sys.exit(1 if failed else 0)


def _tell_kinds(demo: Demo, course: Course) -> None:
    """What each kind of simulated learner earned, in all and by item type."""
    results = results_by_kind(demo, course)
    types = list(dict.fromkeys(name for result in results for name in result.by_type))
    click.echo("")
    click.echo("simulated learners   n   all  " + "  ".join(types))
    for one in results:
        shares = "  ".join(f"{one.by_type.get(name, 0.0):>{len(name)}.0%}" for name in types)
        click.echo(f"{one.kind:<19} {one.learners:>2}  {one.share:>4.0%}  {shares}")


def _tell_where(demo: Demo, module: str, report: Path) -> None:
    """The places to look at, and the next commands."""
    cohort = demo.cohort
    learner = next(iter(demo.profiles))
    notebook = sorted(cohort.step("autograded").glob(f"{learner}/{module}/*.ipynb"))[-1]
    page = sorted(cohort.step("feedback").glob(f"{learner}/{module}/*.html"))[-1]
    click.echo("")
    click.echo(f"report           {display_path(report)}")
    click.echo(f"gradebook        {display_path(cohort.gradebook_path)}")
    click.echo(f"graded notebook  {display_path(notebook)}")
    click.echo(f"feedback page    {display_path(page)}")
    click.echo("")
    click.echo("The learner's view: make lab    The instructor's: make instructor")
