"""The plain pages on a Jupyter server: its login, its protection against forged forms, and threads for the work."""

import asyncio
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from curriculum_utils.plain.markup import Html
from curriculum_utils.plain.posted import ERRANDS, Posted

if TYPE_CHECKING:
    from curriculum_utils.plain.site import Reply, Site

# No script, nothing from elsewhere, forms to this server alone: whatever a page should come to hold by mistake.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


def _one_thread() -> Executor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="plain-pages")


def _a_few_threads() -> Executor:
    # More than one: a second press of a button is to hear that the first is still at work, not to wait its turn.
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="plain-errands")


@dataclass(frozen=True)
class Work:
    """The site, with a thread for its pages (a scorer is asked one thing at a time) and some for errands.

    Attributes:
        make: makes the site at the first request: what it needs takes a while to load, and a server should not wait.
        start: the address that all plain pages are reached from.
    """

    make: "Callable[[], Site]"
    start: str
    pages: Executor = field(default_factory=_one_thread)
    errands: Executor = field(default_factory=_a_few_threads)
    _made: "list[Site]" = field(default_factory=list["Site"])
    _making: threading.Lock = field(default_factory=threading.Lock)

    def site(self) -> "Site":
        """The one site; called in a thread."""
        with self._making:
            if not self._made:
                self._made.append(self.make())
            return self._made[0]

    def get(self, address: str, query: Posted, token: Html) -> "Reply":
        return self.site().get(address, query, token)

    def post(self, address: str, posted: Posted, token: Html) -> "Reply":
        return self.site().post(address, posted, token)


class PlainHandler(JupyterHandler):
    """Every plain page."""

    auth_resource = "contents"

    def initialize(self, work: Work) -> None:
        self._work = work

    @property
    def content_security_policy(self) -> str:
        return POLICY

    @web.authenticated
    @authorized
    async def get(self, address: str | None) -> None:
        await self._reply(self._work.pages, self._work.get, address or "", self.request.query_arguments)

    @web.authenticated
    @authorized
    async def post(self, address: str | None) -> None:
        errand = self.get_body_argument("do", "") in ERRANDS
        executor = self._work.errands if errand else self._work.pages
        await self._reply(executor, self._work.post, address or "", self.request.body_arguments)

    async def _reply(
        self,
        executor: Executor,
        answer: "Callable[[str, Posted, Html], Reply]",
        address: str,
        sent: Mapping[str, Sequence[bytes]],
    ) -> None:
        token = Html(_text(self.xsrf_form_html()))
        ask = functools.partial(answer, address, _posted(sent), token)
        reply = await asyncio.get_running_loop().run_in_executor(executor, ask)
        self.set_status(reply.status)
        if reply.location:
            self.set_header("Location", reply.location)
        self._send(reply.body)

    def _send(self, body: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        # What one comes back to is asked for anew; what stands in its fields the browser keeps.
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Referrer-Policy", "same-origin")
        # Half of an emoji, from a form that no browser sent, has no bytes.
        write = cast(Callable[[bytes], None], self.write)  # pyright: ignore[reportUnknownMemberType]
        write(body.encode("utf-8", "replace"))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A plain page, with what was typed given back."""
        # Here and not above: see `Work.make`.
        from curriculum_utils.content import as_sentence, words  # noqa: PLC0415
        from curriculum_utils.plain.frame import message  # noqa: PLC0415

        typed = ""
        if self.request.method == "POST":
            typed = _posted(self.request.body_arguments).one("text")
        if status_code == HTTPStatus.FORBIDDEN and self.request.method == "POST":
            sentence = words("plain-refused")
        else:
            error = (kwargs.get("exc_info") or (None, None))[1]
            why = str(error) if error is not None else HTTPStatus(status_code).phrase
            sentence = words("plain-failed", reason=as_sentence(why))
        self._send(message(words("plain-failed-title"), sentence, self._work.start, typed=typed))


def _posted(sent: Mapping[str, Sequence[bytes]]) -> Posted:
    return Posted({name: [value.decode("utf-8", "replace") for value in values] for name, values in sent.items()})


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
