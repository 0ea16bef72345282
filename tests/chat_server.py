"""A real HTTP server that speaks an OpenAI-compatible endpoint's protocol, well or badly, for tests.

from chat_server import ChatServer, completion, says, status

with ChatServer(says(("asks_open", "What is it like?"))) as server:
    ...  # server.url, server.asked, server.connections
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def data(self) -> dict[str, str]:
        """What stands in the user's message."""
        return json.loads(self.body["messages"][1]["content"])


class Handler(BaseHTTPRequestHandler):
    """Writes down what was asked and answers as its server was told."""

    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked = Asked(self.path, dict(self.headers), json.loads(raw))
        self.server.asked.append(self.asked)
        self.close_connection = True
        # Whoever asked may have gone.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.answer(self)

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pause(self, seconds: float) -> bool:
        """Waits; True when the server is being stopped."""
        return self.server.stopped.wait(seconds)

    def log_message(self, *arguments: object) -> None:
        """Says nothing on the test's screen."""


Answer = Callable[[Handler], None]


class _Server(ThreadingHTTPServer):
    def __init__(self, answer: Answer, certificate: tuple[Path, Path] | None) -> None:
        self.answer, self.asked, self.connections, self.stopped = answer, list[Asked](), 0, threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing either: a client that hangs up is part of many tests."""


@dataclass
class ChatServer:
    """Serves while it is entered; over TLS where it is given a certificate and its key."""

    first_answer: Answer
    certificate: tuple[Path, Path] | None = None
    _server: _Server = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __enter__(self) -> "ChatServer":
        self._server = _Server(self.first_answer, self.certificate)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://127.0.0.1:{self._server.server_port}/v1"

    def change(self, answer: Answer) -> None:
        """Answers so from now on."""
        self._server.answer = answer

    @property
    def asked(self) -> list[Asked]:
        return self._server.asked

    @property
    def connections(self) -> int:
        return self._server.connections


# Answers


def completion(content: object, *, finish_reason: str = "stop", **message: object) -> Answer:
    """A chat completion with that content."""
    choice = {
        "index": 0,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "content": content, **message},
    }
    return raw(json.dumps({"object": "chat.completion", "choices": [choice]}).encode())


def says(*claims: tuple[object, object]) -> Answer:
    """The answer as it is asked for: labels, each with a quote."""
    return completion(json.dumps({"labels": [{"label": label, "quote": quote} for label, quote in claims]}))


def raw(body: bytes) -> Answer:
    return lambda handler: handler.send(200, body)


def status(code: int, **headers: str) -> Answer:
    """A status other than 200; `Retry_After="0"` becomes a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(code, b'{"error": {"message": "no"}}', named)


def in_turn(*answers: Answer) -> Answer:
    """The first answer to the first request, and so on; the last one again and again."""
    left = list(answers)

    def answer(handler: Handler) -> None:
        now = left.pop(0) if len(left) > 1 else left[0]
        now(handler)

    return answer


def hangs_up(handler: Handler) -> None:
    """Closes the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def silent(handler: Handler) -> None:
    """Takes the request and never answers."""
    handler.pause(30)


def trickles_headers(handler: Handler) -> None:
    """One byte every twentieth of a second, and never an end of the headers."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.pause(0.05):
        handler.wfile.write(b"a")


def trickles_body(handler: Handler) -> None:
    """A body that grows by one byte every twentieth of a second."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
    while not handler.pause(0.05):
        handler.wfile.write(b" ")


def pours(handler: Handler) -> None:
    """A body without end, as fast as it is taken."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not handler.server.stopped.is_set():
        handler.wfile.write(b" " * 65536)
