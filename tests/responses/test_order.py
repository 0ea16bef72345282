"""The order of options: each learner's own, the same everywhere."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum_utils.responses import option_order


def test_the_order_is_the_same_on_every_machine_and_python():
    # printf '["log-7", "ss-choose-01", "a"]' | sha256sum, and so on; the smallest comes first:
    # a 441a3891…  b c202c25a…  c 1529b368…  d b6d1ce44…
    assert option_order("log-7", "ss-choose-01", ["a", "b", "c", "d"]) == ["c", "a", "d", "b"]


def test_the_order_in_which_the_author_wrote_them_does_not_matter():
    assert option_order("L", "i", ["c", "a", "b"]) == option_order("L", "i", ["a", "b", "c"])


def test_another_item_has_another_order_for_the_same_learner():
    options = list("abcde")
    orders = {tuple(option_order("L", f"item-{n}", options)) for n in range(20)}
    assert len(orders) > 10  # of 120 possible ones; 20 draws repeat about 1.5 of them


@settings(deadline=None)  # a busy disk or machine is no failure
@given(log=st.text(), item=st.text(), options=st.lists(st.text(), unique=True))
def test_every_option_stands_there_once(log: str, item: str, options: list[str]):
    assert sorted(option_order(log, item, options)) == sorted(options)


def test_every_option_comes_first_about_equally_often():
    firsts = Counter(option_order(f"log-{n}", "ss-choose-01", list("abcd"))[0] for n in range(1000))
    chi_square = sum((firsts[option] - 250) ** 2 / 250 for option in "abcd")
    assert chi_square < 16.27  # 3 degrees of freedom: chance alone exceeds it once in 1000


def test_every_order_of_three_comes_up_about_equally_often():
    orders = Counter(tuple(option_order(f"log-{n}", "ss-choose-02", list("abc"))) for n in range(1200))
    chi_square = sum((count - 200) ** 2 / 200 for count in orders.values())
    assert len(orders) == 6
    assert chi_square < 20.52  # 5 degrees of freedom, once in 1000
