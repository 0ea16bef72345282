"""An expert goes through both modules: the first by mouse in the light, the second by keyboard alone in the dark."""

from pathlib import Path

import pytest
from journey_hands import Keys, Mouse
from journey_term import EXPERT, Manner, shares_of_a_term

MANNERS = {"responsibility-trap": Manner(Mouse, "light"), "self-sabotage": Manner(Keys, "dark")}


@pytest.mark.browser
def test_an_expert_gets_from_the_start_page_to_the_receipt_and_the_gradebook_shows_what_they_earned(
    browser, tmp_path: Path
):
    shares = shares_of_a_term(tmp_path, browser, EXPERT, MANNERS)
    assert min(shares.values()) > 0.8
