"""`python -m curriculum_utils.cli`."""

from curriculum_utils.cli import main

main()
