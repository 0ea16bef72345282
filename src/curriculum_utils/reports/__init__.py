"""What a cohort's term came to: the grade report, the comparison of cohorts, the supervision sheet."""

from curriculum_utils.reports.agreement import agreement
from curriculum_utils.reports.data import ReportData, assemble
from curriculum_utils.reports.report import ReportFiles, write_comparison, write_report, write_supervision

__all__ = [
    "ReportData",
    "ReportFiles",
    "agreement",
    "assemble",
    "write_comparison",
    "write_report",
    "write_supervision",
]
