"""Two ways to use a page: by mouse, and by keyboard alone. Both do the same things to what is found by role and name.

`Keys` touches the page by `page.keyboard` and nothing else: no click, no filling in, no focus set by a script. It looks
where the focus is, as a person does, and goes on with Tab until it is where it should be.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

# From one control to any other on its page; more is more than anybody would put up with.
MOST_TABS = 30
# From the top of the start page to the last link of what came back for the second of two modules.
MOST_TABS_FROM_THE_TOP = 60
TYPED = 40  # characters

_PLACE = """(wanted) => {
  const here = document.activeElement;
  if (here === wanted) return 0;
  const goal = wanted.matches('[type=radio]') ? [...document.getElementsByName(wanted.name)] : [wanted];
  if (goal.includes(here)) return 0;
  if (here === document.body) return 1;
  return here.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1;
}"""
_SAME = "(node) => document.activeElement === node"
_HERE = """() => { const at = document.activeElement;
  return `${at.tagName} “${(at.ariaLabel ?? at.innerText ?? '').slice(0, 40)}”`; }"""


class Hands(ABC):
    """How a learner touches the page."""

    def __init__(self, page) -> None:
        self.page = page
        self.most_tabs = MOST_TABS

    @abstractmethod
    def press(self, control) -> None:
        """A button or a link."""

    @abstractmethod
    def choose(self, radio) -> None:
        """One of several options."""

    @abstractmethod
    def write(self, box, text: str) -> None:
        """Text in place of whatever stands in the box."""

    def _write(self, text: str) -> None:
        """In the box that has the focus; the end of a long text key by key, what stands before as if dictated."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text[:-TYPED])
        self.page.keyboard.type(text[-TYPED:])

    @abstractmethod
    def pick(self, select, place: int) -> None:
        """The entry at this place of a list that opens."""

    @abstractmethod
    def mark(self, words: Sequence, first: int, last: int) -> None:
        """Neighbouring words of one turn, none of them marked yet."""


class Mouse(Hands):
    """By mouse; only what is written is typed."""

    def press(self, control) -> None:
        control.click()

    def choose(self, radio) -> None:
        radio.click()

    def write(self, box, text: str) -> None:
        box.click()
        self._write(text)

    def pick(self, select, place: int) -> None:
        # The opened list is drawn by the system, outside the page, where no browser test reaches it.
        select.select_option(index=place)

    def mark(self, words: Sequence, first: int, last: int) -> None:
        words[first].scroll_into_view_if_needed()
        boxes = [words[place].bounding_box() for place in (first, last)]
        mouse = self.page.mouse
        mouse.move(boxes[0]["x"] + 3, boxes[0]["y"] + 6)
        mouse.down()
        mouse.move(boxes[1]["x"] + 3, boxes[1]["y"] + 6, steps=4)
        mouse.up()


class Keys(Hands):
    """By keyboard alone; `far` holds what took most presses of Tab, for whoever wants to make the way shorter."""

    def __init__(self, page) -> None:
        super().__init__(page)
        self.far: list[tuple[int, str]] = []

    def reach(self, control) -> None:
        """Tab, or Shift+Tab where it lies above, until the control has the focus; of radio buttons any of the group."""
        wanted, start = control.element_handle(), self.page.evaluate(_HERE)
        for tabs in range(self.most_tabs + 1):
            if not wanted.evaluate("(node) => node.isConnected"):  # the page was drawn anew
                wanted = control.element_handle()
            way = wanted.evaluate(_PLACE)
            if way == 0:
                self.far = sorted([*self.far, (tabs, f"{start} to {control}")])[-5:]
                return
            self.page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
        raise AssertionError(f"{self.most_tabs} presses of Tab do not lead from {start} to {control}")

    def press(self, control) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def choose(self, radio) -> None:
        self.reach(radio)
        count = int(radio.evaluate("(node) => document.getElementsByName(node.name).length"))
        for _ in range(count):
            if radio.evaluate(_SAME):
                break
            self.page.keyboard.press("ArrowDown")
        # Arrows choose as they go; the one that Tab came to is chosen by Space.
        if not radio.is_checked():
            self.page.keyboard.press("Space")
        assert radio.is_checked()

    def write(self, box, text: str) -> None:
        self.reach(box)
        self._write(text)

    def pick(self, select, place: int) -> None:
        self.reach(select)
        steps = place - int(select.evaluate("(node) => node.selectedIndex"))
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def mark(self, words: Sequence, first: int, last: int) -> None:
        listed = words[0].locator("xpath=..")
        # The turn is one stop of Tab: the word in it that was reached last.
        self.reach(listed.locator('[tabindex="0"]'))
        self.page.keyboard.press("Home")
        for _ in range(first):
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("Space")
        for _ in range(last - first):
            self.page.keyboard.press("Shift+ArrowRight")


def exactly(text: str) -> re.Pattern[str]:
    """A name of just these words, however they are broken into lines."""
    return re.compile(r"^\s*" + r"\s+".join(map(re.escape, text.split())) + r"\s*$")
