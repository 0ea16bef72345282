"""The plain start page: modules and lessons with their progress, handing in, and what came back."""

from dataclasses import dataclass
from urllib.parse import quote

from curriculum_utils.content import words
from curriculum_utils.plain.drawn import when
from curriculum_utils.plain.frame import document
from curriculum_utils.plain.markup import Child, Html, h
from curriculum_utils.plain.places import Home, Places
from curriculum_utils.widgets.handing_in import digest_of, has_exchange
from curriculum_utils.widgets.lab import START_PAGE
from curriculum_utils.widgets.progress import ModuleProgress, NotebookProgress, modules_in
from curriculum_utils.widgets.receipts import notice_read

NOTICE_LINES = range(1, 6)


@dataclass(frozen=True)
class HomePage:
    """One learner's modules; read anew for each request."""

    places: Places
    home: Home
    token: Html

    @property
    def address(self) -> str:
        return self.places.home(self.home)

    def part(self, name: str, folder: str, *, asked: bool = False) -> str:
        """The address of a part of a module's card; `asked` has it opened."""
        folder = quote(folder, safe="")
        return f"{self.address}{f'?{name}={folder}' if asked else ''}#{name}-{folder}"

    def draw(self, *, asking: str = "", looked: str = "", problem: str = "") -> Html:
        """The page.

        Args:
            asking: the folder of the module whose unanswered tasks are named before it is handed in.
            looked: the folder of the module whose feedback was asked for.
            problem: why what was asked for was not done.
        """
        modules = list(modules_in(self.home.path))
        cards: list[Child] = [
            self._card(one, asking=one.folder == asking, looked=one.folder == looked) for one in modules
        ]
        told = h("div", h("p", problem), class_="summary", role="alert", id="problem", tabindex=-1) if problem else None
        title = words("start-title")
        live = [(words("plain-live-start"), self.places.live(self.home, START_PAGE))]
        return document(
            words("plain-title-problem", title=title) if problem else title,
            [h("h1", title), told, self._notice(), cards or h("p", words("start-none"))],
            links=live if (self.home.path / START_PAGE).is_file() else [],
        )

    def _card(self, module: ModuleProgress, *, asking: bool, looked: bool) -> Html:
        name = f"module-{module.folder}"
        return h(
            "section",
            h("h2", module.title, id=name, tabindex=-1),
            h("p", words("start-module-answered", answered=module.answered, items=module.items)),
            self._onward(module),
            h("ol", [self._lesson(module, one) for one in module.notebooks], class_="lessons"),
            self._feedback(module, looked=looked),
            self._receipt(module),
            self._asking(module) if asking else self._hand_in(module),
            aria_labelledby=name,
        )

    def _lesson(self, module: ModuleProgress, one: NotebookProgress) -> Html:
        told = [words("start-minutes", minutes=one.minutes)]
        if one.items:
            done, begun = one.answered == one.items, one.answered > 0
            told.append(
                words("start-all-answered")
                if done
                else words("start-answered", answered=one.answered, items=one.items)
                if begun
                else words("start-nothing-answered")
            )
        told += [words("start-counts")] if one.graded else []
        problem = words("start-problem", title=one.title, reason=one.problem) if one.problem else None
        return h(
            "li",
            h("a", one.title, href=self.places.lesson(self.home, module.folder, one.slug)),
            h("br"),
            h("span", " · ".join(told), class_="soft"),
            h("p", problem, class_="problem") if problem else None,
        )

    def _onward(self, module: ModuleProgress) -> Html:
        """The way on: the first lesson with something left to answer."""
        following = next((one for one in module.notebooks if one.answered < one.items), None)
        if following is None:
            return h("p", words("start-finished"))
        told = words("start-go-on" if module.answered else "start-begin", title=following.title)
        address = self.places.lesson(self.home, module.folder, following.slug)
        return h("p", h("a", told, href=address, class_="button primary"))

    def _feedback(self, module: ModuleProgress, *, looked: bool) -> Child:
        heading = h("h3", words("start-feedback"), id=f"looked-{module.folder}", tabindex=-1)
        if not module.feedback:
            nothing = h("p", words("start-no-feedback"), id=f"looked-{module.folder}", tabindex=-1)
            return nothing if looked else None
        rows = [h("li", h("a", title, href=self.places.file(self.home, path))) for title, path in module.feedback]
        return [heading, h("ul", rows)]

    def _receipt(self, module: ModuleProgress) -> Child:
        if not module.receipts:
            return None
        last = module.receipts[-1]
        date, _, time = when(last.at).partition(", ")
        values = {"answers": last.answers, "items": last.items, "digest": last.digest[:12]}
        told = words(f"start-receipt-{last.how}", date=date, time=time, **values)
        name = last.file.rpartition("/")[2]
        file = h("a", name, href=self.places.file(self.home, last.file), download=name) if last.file else None
        earlier = len(module.receipts) - 1
        changed = last.digest != digest_of(self.home.path, module)
        return [
            h("p", told, " ", file, class_="note", id=f"receipt-{module.folder}", tabindex=-1),
            h("p", words("start-earlier-receipts", count=earlier), class_="soft") if earlier else None,
            h("p", words("start-changed"), class_="note") if changed else None,
        ]

    def _hand_in(self, module: ModuleProgress) -> Html:
        button = words("start-hand-in-again" if module.receipts else "start-hand-in")
        look = h("button", words("start-look-for-feedback"), name="do", value="feedback")
        return self._form(
            module.folder,
            h("button", button, name="do", value="hand-in"),
            look if has_exchange() and module.receipts else None,
        )

    def _asking(self, module: ModuleProgress) -> Html:
        """What is not answered, named before the module is handed in as it is."""
        left = [(notebook, one) for notebook in module.notebooks for one in notebook.unanswered]
        graded = [
            h("li", h("a", one.title, href=f"{self.places.lesson(self.home, module.folder, notebook.slug)}#{one.item}"))
            for notebook, one in left
            if one.graded
        ]
        left_out = len(left) - len(graded)
        name = f"asking-{module.folder}"
        return h(
            "div",
            h("h3", words("start-hand-in"), id=name, tabindex=-1),
            [h("p", words("start-unanswered-graded")), h("ul", graded)] if graded else None,
            h("p", words("start-unanswered-practice", count=left_out)) if left_out else None,
            self._form(module.folder, h("button", words("start-hand-in-anyway"), name="do", value="hand-in-anyway")),
            h("p", h("a", words("start-not-yet"), href=self.part("module", module.folder))),
        )

    def _notice(self) -> Html:
        """What is recorded: open until it has been read."""
        read = notice_read(self.home.path)
        lines = [h("li", words(f"start-notice-{line}")) for line in NOTICE_LINES]
        button = h("button", words("start-notice-read"), name="do", value="read")
        return h(
            "details",
            h("summary", words("start-notice-again" if read else "start-notice-title")),
            h("ul", lines),
            None if read else self._form("", button),
            open=not read,
        )

    def _form(self, module: str, *buttons: Child) -> Html:
        hidden = h("input", type="hidden", name="module", value=module)
        return h("form", self.token, hidden, h("p", *buttons), method="post", action=f"{self.address}#problem")
