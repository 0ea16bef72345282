"""A training curriculum for therapists in Jupyter notebooks: content, scoring, widgets, grading, reports."""

__version__ = "0.1.0"
