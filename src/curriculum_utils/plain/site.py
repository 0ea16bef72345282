"""What the plain pages answer to a request, as status, page or another address; nothing in here knows a web server."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from curriculum_utils.content import words
from curriculum_utils.errors import CurriculumError
from curriculum_utils.plain.acting import Refused, act
from curriculum_utils.plain.frame import message
from curriculum_utils.plain.home_page import HomePage
from curriculum_utils.plain.lesson_page import LessonPage
from curriculum_utils.plain.markup import Html
from curriculum_utils.plain.places import Home, LessonPlace, Moved, Places
from curriculum_utils.plain.posted import ERRANDS, Posted
from curriculum_utils.responses import Drafts
from curriculum_utils.scoring import Scorer
from curriculum_utils.widgets.drawing import content_of
from curriculum_utils.widgets.handing_in import fetch_feedback, hand_in
from curriculum_utils.widgets.progress import ModuleProgress, modules_in
from curriculum_utils.widgets.receipts import keep_notice_read


@dataclass(frozen=True)
class Reply:
    """A page, or where to go instead."""

    status: HTTPStatus
    body: str = ""
    location: str = ""


class Site:
    """The plain pages of one server.

    `get` and `post` may be called from any one thread at a time, those of `ERRANDS` from one more.
    """

    def __init__(
        self, places: Places, scorer: Scorer, *, drafts: Drafts | None = None, learner: str | None = None
    ) -> None:
        self.places = places
        self._scorer = scorer
        self._drafts = drafts
        self._learner = learner
        self._errand = threading.Lock()

    @property
    def start(self) -> str:
        """The address that all plain pages are reached from."""
        return self.places.home(Home(self.places.root, ()))

    def get(self, address: str, query: Posted, token: Html) -> Reply:
        """The page at an address below `curriculum/plain/`; `token` is the hidden field that makes a form ours."""
        place = self.places.find(address)
        if isinstance(place, LessonPlace):
            return Reply(HTTPStatus.OK, self._lesson(place).draw(token, again=query.one("again")))
        if isinstance(place, Home):
            page = HomePage(self.places, place, token)
            return Reply(HTTPStatus.OK, page.draw(asking=query.one("asking"), looked=query.one("looked")))
        return _seen(place.address) if isinstance(place, Moved) else self._not_found()

    def post(self, address: str, posted: Posted, token: Html) -> Reply:
        """What becomes of a form that was sent to an address."""
        place = self.places.find(address)
        if isinstance(place, LessonPlace):
            return self._answer(self._lesson(place), posted, token)
        if isinstance(place, Home):
            return self._at_home(HomePage(self.places, place, token), posted)
        return self._not_found(posted.one("text"))

    def _lesson(self, place: LessonPlace) -> LessonPage:
        return LessonPage(self.places, place, self._scorer, self._drafts, self._learner)

    def _not_found(self, typed: str = "") -> Reply:
        page = message(words("plain-not-found-title"), words("plain-not-found"), self.start, typed=typed)
        return Reply(HTTPStatus.NOT_FOUND, page)

    def _answer(self, page: LessonPage, posted: Posted, token: Html) -> Reply:
        item = page.item(posted.one("item"))
        if item is None:
            return self._not_found(posted.one("text"))
        record = page.record(item)
        done = act(record, content_of(item, record.order(), record.vocabulary), posted)
        if isinstance(done, Refused):
            return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, page.draw(token, refused=done))
        # Another address, so that to load the page again sends nothing twice.
        return _seen(f"{page.address}#{item.id}-{done.part}")

    def _at_home(self, page: HomePage, posted: Posted) -> Reply:
        verb, folder, home = posted.one("do"), posted.one("module"), page.home.path
        if verb == "read":
            # Where it cannot be noted the notice comes again, which does no harm.
            with suppress(OSError):
                keep_notice_read(home, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
            return _seen(page.address)
        module = next((one for one in modules_in(home) if one.folder == folder), None)
        if module is None or verb not in ERRANDS:
            problem = words("plain-no-module")
        elif verb == "hand-in" and any(one.unanswered for one in module.notebooks):
            return _seen(page.part("asking", folder, asked=True))
        else:
            problem = self._run(verb, home, module)
        if problem:
            return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, page.draw(problem=problem))
        return _seen(page.part("looked", folder, asked=True) if verb == "feedback" else page.part("receipt", folder))

    def _run(self, errand: str, home: Path, module: ModuleProgress) -> str:
        """Hands in, or looks for feedback; why it was not done, or nothing."""
        if not self._errand.acquire(blocking=False):
            return words("plain-busy")
        try:
            if errand == "feedback":
                fetch_feedback(home, module)
            else:
                hand_in(home, module)
        except CurriculumError as error:
            return str(error)
        finally:
            self._errand.release()
        return ""


def _seen(address: str) -> Reply:
    return Reply(HTTPStatus.SEE_OTHER, location=address)
