"""A lesson as a plain page: its prose, and every item in its place as a form."""

from dataclasses import dataclass

from curriculum_utils.content import Item, ReleasedModule, did_you_mean, words
from curriculum_utils.errors import ReleaseError
from curriculum_utils.plain.acting import Refused
from curriculum_utils.plain.frame import document
from curriculum_utils.plain.item import Frame, ItemSection
from curriculum_utils.plain.lesson import Prose, Shown, read_lesson
from curriculum_utils.plain.markup import Child, Html, h
from curriculum_utils.plain.places import LessonPlace, Places
from curriculum_utils.plain.prose import Headings, rendered
from curriculum_utils.responses import Drafts
from curriculum_utils.scoring import Scorer
from curriculum_utils.widgets.place import released
from curriculum_utils.widgets.record import ItemRecord


@dataclass(frozen=True)
class LessonPage:
    """One lesson of one learner; read anew for each request.

    Attributes:
        drafts: where unsent text is kept, the user's own folder if left out.
        learner: who answers, as `learner_id` if left out.
    """

    places: Places
    place: LessonPlace
    scorer: Scorer
    drafts: Drafts | None = None
    learner: str | None = None

    @property
    def release(self) -> ReleasedModule:
        return released(self.place.path)

    @property
    def address(self) -> str:
        return self.places.lesson(self.place.home, self.place.folder, self.place.notebook)

    def record(self, item: Item) -> ItemRecord:
        return ItemRecord(
            item, self.release, self.place.path, scorer=self.scorer, drafts=self.drafts, learner=self.learner
        )

    def item(self, name: str) -> Item | None:
        """An item that this page shows; None for any other."""
        blocks, _ = self._blocks()
        return self.release.items.get(name) if Shown(name) in blocks else None

    def draw(self, token: Html, *, again: str = "", refused: Refused | None = None) -> Html:
        """The page; `token` is the hidden field that shows a form to be ours."""
        title = next(one.title for one in self.release.notebooks if one.slug == self.place.notebook)
        blocks, problem = self._blocks()
        headings = Headings()
        main: list[Child] = []
        if not isinstance(next(iter(blocks), None), Prose) or problem:
            main.append(h(f"h{headings.take(1)}", title))
        main.append(h("p", problem, class_="problem") if problem else None)
        files = self.places.file(self.place.home, f"{self.place.folder}/")
        for block in blocks:
            if isinstance(block, Prose):
                prose = rendered(block.text, headings, files)
                # A lesson whose text begins without a heading has its title for one.
                main += [h(f"h{headings.take(1)}", title)] if headings.level == 0 else []
                main.append(prose)
            else:
                main.append(self._section(block.item, Frame(self.address, token, headings.below, again, refused)))
        head = f"{title} · {self.release.title}"
        if refused is not None:
            head = words("plain-title-problem", title=head)
            main = [self._summary(refused), *main]
        return document(head, main, links=self._links(), below=self._beside())

    def _blocks(self) -> tuple[list[Prose | Shown], str]:
        """What the lesson holds, and why its text is missing, if it is; no item is ever left out."""
        problem, blocks = "", list[Prose | Shown]()
        try:
            blocks = read_lesson(self.place.path / f"{self.place.notebook}.ipynb")
        except ReleaseError as error:
            problem = str(error)
        due = [Shown(item.id) for item in self.release.items_of(self.place.notebook)]
        return blocks + [shown for shown in due if shown not in blocks], problem

    def _section(self, name: str, frame: Frame) -> Html:
        release = self.release
        if name not in release.items:
            told = words("unknown-item", item=name, hint=did_you_mean(name, release.items))
            return h("section", h("p", told, class_="problem"))
        return ItemSection(self.record(release.items[name]), frame).draw()

    def _summary(self, refused: Refused) -> Html:
        item = self.release.items[refused.item]
        way = h("a", words("plain-to-the-field", title=item.exercise.title), href=f"#{refused.item}-problem")
        return h(
            "div",
            h("h2", words("plain-problem-heading")),
            h("p", refused.problem),
            h("p", way),
            class_="summary",
            role="alert",
        )

    def _links(self) -> list[tuple[str, str]]:
        path = f"{self.place.folder}/{self.place.notebook}.ipynb"
        return [
            (words("plain-home"), self.places.home(self.place.home)),
            (words("plain-live-lesson"), self.places.live(self.place.home, path)),
        ]

    def _beside(self) -> Html:
        """Where the lesson stands in its module, and the lessons before and after it."""
        known = self.release.notebooks
        at = next(number for number, one in enumerate(known) if one.slug == self.place.notebook)
        ways: list[Child] = []
        for beside, key in ((at - 1, "plain-previous"), (at + 1, "plain-next")):
            if 0 <= beside < len(known):
                one = known[beside]
                address = self.places.lesson(self.place.home, self.place.folder, one.slug)
                ways.append(h("li", h("a", words(key, title=one.title), href=address)))
        place = words("plain-lesson-place", module=self.release.title, number=at + 1, count=len(known))
        return h("nav", h("p", place, class_="soft"), h("ul", ways), aria_label=words("plain-nav-lessons"))
