"""Where a second rater is asked: one POST to an OpenAI-compatible endpoint, within a time limit that holds.

Nothing here knows what is asked or what the answer means. No redirect is followed, no proxy is asked, and the key goes
nowhere but into the Authorization header.
"""

import http.client
import ipaddress
import os
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from curriculum_utils.errors import ScoringError

MOST_BYTES = 1_000_000
# Before the one further try, where the endpoint does not say how long.
PAUSE_S = 1.0
_PATH = "/chat/completions"
_EXAMPLE = "https://HOST/v1, or http://127.0.0.1:11434/v1 for a model on this machine"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class Outcome(StrEnum):
    """What became of one reply; the log shows these words."""

    ANSWERED = "answered"
    NOT_SENT = "not-sent"
    RESTING = "resting"
    UNREACHABLE = "unreachable"
    NOT_TRUSTED = "not-trusted"
    TIMED_OUT = "timed-out"
    TOO_LARGE = "too-large"
    STATUS = "status"
    DECLINED = "declined"
    CUT_OFF = "cut-off"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Answer:
    """What the endpoint gave: a body when answered, else why there is none; `status` where it is not 200.

    `again` is after how many seconds one more try makes sense; None when it does not.
    """

    outcome: Outcome
    body: bytes = b""
    status: int | None = None
    again: float | None = None


@dataclass(frozen=True)
class Address:
    """An endpoint taken apart. `path` is that of chat completions."""

    secure: bool
    host: str
    port: int
    path: str


def address_of(endpoint: str) -> Address:
    """The address behind an endpoint such as `https://host/v1`.

    Raises:
        ScoringError: it is none, holds a name, key or query, or replies would travel in the clear.
    """
    whose = "the second rater's address"
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not _PRINTABLE.fullmatch(endpoint) or parts.scheme not in ("http", "https") or not host:
        raise ScoringError(f"{whose} is no address of an endpoint; write it like {_EXAMPLE}")
    # Not repeated in the sentence: what stands there may be a secret.
    if "@" in parts.netloc or "?" in endpoint or "#" in endpoint:
        raise ScoringError(f"{whose} must hold no name, key or query; write it like {_EXAMPLE}")
    secure = parts.scheme == "https"
    if not secure and not _is_this_machine(host):
        raise ScoringError(
            f"{endpoint}: learners' replies would travel unprotected; use https, or http only to this machine "
            "(127.0.0.1 or localhost)"
        )
    return Address(secure, host, port or (443 if secure else 80), parts.path.rstrip("/") + _PATH)


def variable_name(variable: str) -> str:
    """The text, if an environment variable can have that name.

    Raises:
        ScoringError: it cannot.
    """
    if not _VARIABLE.fullmatch(variable):
        # Not repeated either: somebody may have put the key itself here.
        raise ScoringError("the second rater's key variable must be the name of an environment variable, not the key")
    return variable


def key_in(variable: str | None) -> str | None:
    """The key that the environment variable holds; None when no variable is named.

    Raises:
        ScoringError: that is no variable's name, or the variable is not set.
    """
    if variable is None:
        return None
    key = os.environ.get(variable_name(variable), "").strip()
    if not key:
        raise ScoringError(f"the environment variable {variable} is not set; put the second rater's key into it")
    return key


class Endpoint:
    """One endpoint of chat completions, with its key.

    Raises:
        ScoringError: the address cannot be used (see `address_of`), or the key holds what no key holds.
    """

    def __init__(self, endpoint: str, key: str | None = None) -> None:
        if key is not None and not _PRINTABLE.fullmatch(key):
            raise ScoringError("the second rater's key holds blanks or characters that no key has; copy it again")
        self._address = address_of(endpoint)
        self._key = key

    def post(self, body: bytes, seconds: float) -> Answer:
        """What it answers, within `seconds` in all; tried once more where it was busy, failed or hung up."""
        deadline = time.monotonic() + seconds
        answer = self._try(body, deadline)
        if answer.again is not None and time.monotonic() + answer.again < deadline:
            time.sleep(answer.again)
            answer = self._try(body, deadline)
        return answer

    def _try(self, body: bytes, deadline: float) -> Answer:
        # A time limit on the socket starts anew with every byte, and a look-up of the host's name has none at all.
        # So the exchange runs beside us, and we wait for it only as long as there is time.
        left = max(0.0, deadline - time.monotonic())
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "curriculum-utils",
        }
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        exchange = _Exchange(self._address, body, headers, left)
        thread = threading.Thread(target=exchange.run, daemon=True)
        thread.start()
        thread.join(left)
        if thread.is_alive():
            exchange.stop()
            return Answer(Outcome.TIMED_OUT)
        return exchange.answer


class _Exchange:
    """One request and its answer, in a thread of its own; `stop` ends it from outside."""

    def __init__(self, address: Address, body: bytes, headers: dict[str, str], seconds: float) -> None:
        self.answer = Answer(Outcome.UNREACHABLE)
        self._address, self._body, self._headers, self._seconds = address, body, headers, seconds
        self._sock: socket.socket | None = None
        self._stopped = False

    def run(self) -> None:
        try:
            self.answer = self._exchange()
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError):
            self.answer = Answer(Outcome.UNREACHABLE, again=PAUSE_S)
        except TimeoutError:
            self.answer = Answer(Outcome.TIMED_OUT)
        except ssl.SSLCertVerificationError:
            self.answer = Answer(Outcome.NOT_TRUSTED)
        except (OSError, http.client.HTTPException, ValueError):
            self.answer = Answer(Outcome.UNREACHABLE)

    def stop(self) -> None:
        self._stopped = True
        if self._sock is not None:
            # The plain socket's own shutdown: TLS would wait for a farewell.
            with suppress(OSError):
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _exchange(self) -> Answer:
        connection = self._connection()
        try:
            connection.connect()
            # Kept here, because http.client forgets it as soon as it knows that the connection will be closed.
            self._sock = connection.sock
            if self._stopped:
                return Answer(Outcome.TIMED_OUT)
            connection.request("POST", self._address.path, self._body, self._headers)
            with connection.getresponse() as response:
                return _answer(response)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._address.host, self._address.port
        if self._address.secure:
            return http.client.HTTPSConnection(host, port, timeout=self._seconds, context=_tls())
        return http.client.HTTPConnection(host, port, timeout=self._seconds)


def _answer(response: http.client.HTTPResponse) -> Answer:
    status = response.status
    if status != http.client.OK:
        again = _pause(response.getheader("Retry-After")) if status == 429 or status >= 500 else None
        return Answer(Outcome.STATUS, status=status, again=again)
    body = response.read(MOST_BYTES + 1)
    return Answer(Outcome.TOO_LARGE) if len(body) > MOST_BYTES else Answer(Outcome.ANSWERED, body)


def _pause(retry_after: str | None) -> float:
    """How many seconds the endpoint asks to be left alone, from 0."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return PAUSE_S


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _tls() -> ssl.SSLContext:
    """Checks certificates and names by the machine's own authorities; reading them takes a moment."""
    return ssl.create_default_context()
