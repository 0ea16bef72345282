"""nbgrader reads this file; the settings are the chosen cohort's (CURRICULUM_COHORT, or the only one there is)."""

import sys
from pathlib import Path

from curriculum_utils.cohorts import configure
from curriculum_utils.errors import CurriculumError

try:
    configure(get_config(), Path(__file__).resolve().parent)  # noqa: F821
except CurriculumError as error:
    sys.exit(str(error))
