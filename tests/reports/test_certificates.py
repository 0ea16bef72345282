"""Certificates: for those alone who have passed, the same each time, with every fact on the page."""

import csv
import re
import zlib
from pathlib import Path

import pytest
from copied_term import begun
from report_term import MODULE, WHOLE, Term, scripted

from curriculum_utils.cohorts import passing as passing_module
from curriculum_utils.cohorts.passing import Rule
from curriculum_utils.errors import CohortError
from curriculum_utils.reports.certificate_page import (
    Certificate,
    CertifiedModule,
    certificate_pdf,
    signs_without_glyph,
)
from curriculum_utils.reports.certificates import LIST, write_certificates

ROSTER = "id,first_name,last_name\nana,Ana,Okafor\nbo,Bo,Ray\ncy,千,葉\n"


@pytest.fixture
def term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Term:
    """ana and cy have 8 of 9 points, bo has 2; 70 % are needed."""
    monkeypatch.setattr(passing_module, "rule_of", lambda *_: Rule(70.0, None))
    term = begun(tmp_path, ROSTER)
    good = {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 1.0, "fs-a-match": 3.0}
    for learner in ("ana", "cy"):
        term.answer(learner, "fs-write", {"text": WHOLE})
        term.answer(learner, "fs-a-write", {"text": WHOLE})
        term.grade(learner, good)
        (term.cohort.step("autograded") / learner / MODULE).mkdir(parents=True)
    term.grade("bo", {**good, "fs-a-write": 0.0, "fs-a-match": 0.0})
    (term.cohort.step("autograded") / "bo" / MODULE).mkdir(parents=True)
    return term


def listed(term: Term) -> list[dict[str, str]]:
    with (term.cohort.folder / LIST).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_who_has_passed_gets_one_and_the_others_are_told_why(term: Term, tmp_path: Path):
    done = write_certificates(term.cohort, tmp_path / "out", scorer=scripted())
    assert [one.file.name for one in done.written] == ["certificate-ana.pdf"]
    refused = dict(done.refused)
    assert refused["bo"] == "first-steps: not yet (22.22 % of 70 %)"
    assert "U+5343" in refused["cy"]
    page = done.written[0].file
    assert page.read_bytes().startswith(b"%PDF-1.")
    assert page.stat().st_mode & 0o777 == 0o600
    # Two lessons of 5 minutes: 10 minutes are a quarter of an hour, to the quarter.
    assert listed(term) == [
        {
            "mark": done.written[0].digest,
            "learner": "ana",
            "modules": MODULE,
            "hours": "0.25",
            "completed_on": "2026-10-10",
        }
    ]
    assert (term.cohort.folder / LIST).stat().st_mode & 0o777 == 0o600

    first = page.read_bytes()
    again = write_certificates(term.cohort, tmp_path / "out", learner="ana", scorer=scripted())
    assert (again.written[0].file.read_bytes(), len(listed(term))) == (first, 1)


def test_who_is_not_on_the_roster_is_refused(term: Term, tmp_path: Path):
    with pytest.raises(CohortError, match='no learner "anna" in spring'):
        write_certificates(term.cohort, tmp_path / "out", learner="anna", scorer=scripted())
    assert not (tmp_path / "out").exists()


def certificate(**changes: object) -> Certificate:
    module = CertifiedModule("m", "A module", 226, 38.5, 44.0, 87.5, 70.0, "2027-03-01")
    facts = {"name": "Żaneta Ørsted", "course": "A course", "cohort": "spring", "modules": (module,)}
    return Certificate(**{**facts, "criteria": ("names it",), "mark": "3f9a22c1" * 8, **changes})  # pyright: ignore


def test_the_page_is_the_same_bytes_with_its_fonts_and_no_date_of_its_making():
    pdf = certificate_pdf(certificate())
    assert pdf == certificate_pdf(certificate())
    assert pdf != certificate_pdf(certificate(name="Somebody Else"))
    assert b"/CreationDate" not in pdf
    assert b"/FontFile2" in pdf  # TrueType, embedded
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", pdf)
    assert box is not None
    assert (round(float(box[1])), round(float(box[2]))) == (842, 595)  # A4 across, in points


def test_every_fact_is_drawn():
    def drawn(pdf: bytes) -> bytes:
        return b"".join(zlib.decompress(one) for one in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", pdf, re.DOTALL))

    whole = drawn(certificate_pdf(certificate()))
    module = certificate().modules[0]
    for changed in (
        {"name": "Żaneta Ørstad"},
        {"course": "B course"},
        {"cohort": "sprint"},
        {"criteria": ("names ot",)},
        {"mark": "3f9a22c2" * 8},
        {"modules": (CertifiedModule("m", "B module", *list(vars(module).values())[2:]),)},
        {"modules": (CertifiedModule("m", "A module", 300, *list(vars(module).values())[3:]),)},
        {"modules": (CertifiedModule(*list(vars(module).values())[:7], "2027-03-02"),)},
    ):
        assert drawn(certificate_pdf(certificate(**changed))) != whole, changed


def test_hours_are_told_to_the_quarter():
    assert certificate().hours == "3.75"  # 226 minutes are 3.77 hours


def test_european_names_can_be_drawn_and_others_are_told():
    assert signs_without_glyph("Żółć Ğüneş Þórður Ελένη Дмитрий O’Néill Șerban") == []
    assert signs_without_glyph("Ana 千葉") == ["千", "葉"]
    with pytest.raises(CohortError, match=r"U\+5343"):
        certificate_pdf(certificate(name="千葉"))
