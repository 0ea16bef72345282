"""Grading through nbgrader, without running what a learner wrote."""
