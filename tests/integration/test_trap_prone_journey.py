"""Who follows every trap goes through both modules: the first by keyboard alone in the dark, the second by mouse."""

from pathlib import Path

import pytest
from journey_hands import Keys, Mouse
from journey_term import TRAP_PRONE, Manner, shares_of_a_term

MANNERS = {"responsibility-trap": Manner(Keys, "dark"), "self-sabotage": Manner(Mouse, "light")}


@pytest.mark.browser
def test_a_trap_prone_learner_gets_from_the_start_page_to_the_receipt_and_the_gradebook_shows_what_they_earned(
    browser, tmp_path: Path
):
    shares = shares_of_a_term(tmp_path, browser, TRAP_PRONE, MANNERS)
    assert max(shares.values()) < 0.3
