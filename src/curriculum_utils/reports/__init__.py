"""The grade report of a cohort: one page and six tables, from nbgrader's gradebook and the response logs."""

from curriculum_utils.reports.data import ReportData, assemble
from curriculum_utils.reports.report import ReportFiles, write_report

__all__ = ["ReportData", "ReportFiles", "assemble", "write_report"]
