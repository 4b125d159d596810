"""A publisher on the loopback address that behaves as publishers do: slow, broken, busy, moved, or as it should."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STEP = 8192


@dataclass(frozen=True)
class Answer:
    """One answer to one request.

    Attributes
    ----------
    status, headers
        As sent; a status other than 200 comes without content.
    drop
        Number of bytes after which the connection breaks off.
    pause, stall
        Seconds of silence before each step of the first and of the second half of the content.
    ranges
        Whether parts are given when they are asked for.
    etag
        Whether, and how, the version is named: `strong`, `weak`, or not at all.
    length
        Whether the length is said beforehand; otherwise the content comes in chunks.
    start
        Where the part begins that is given, whatever part is asked for.
    body
        Another content than that of the file.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop: int | None = None
    pause: float = 0
    stall: float = 0
    ranges: bool = True
    etag: str = "strong"
    length: bool = True
    start: int | None = None
    body: bytes | None = None


@dataclass
class Publisher:
    """What is published, by path; the answers that come before the good ones; and who asked."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    always: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    most_connections: int = 0

    def publish(self, path: str, content: bytes, *answers: Answer, always: Answer | None = None) -> str:
        """Publish a file, with what is answered to the first requests and to all later ones; returns its address."""
        self.files[path] = content
        self.answers[path] = list(answers)
        self.always[path] = always or Answer()
        return f"{self.url}/{path}"


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Run a publisher on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    publisher = Publisher(f"http://127.0.0.1:{server.server_port}")
    server.publisher = publisher
    server.handle_error = lambda *_: None  # who asked was killed
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True

    @property
    def publisher(self) -> Publisher:
        return self.server.publisher

    def setup(self) -> None:
        super().setup()
        self.publisher.connections += 1
        self.publisher.most_connections = max(self.publisher.most_connections, self.publisher.connections)

    def finish(self) -> None:
        self.publisher.connections -= 1
        super().finish()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.publisher.asked.append((path, dict(self.headers)))
        if path not in self.publisher.files:
            return self._empty(404, {})
        waiting = self.publisher.answers[path]
        answer = waiting.pop(0) if waiting else self.publisher.always[path]
        content = self.publisher.files[path] if answer.body is None else answer.body
        tag = '"' + hashlib.sha256(content).hexdigest()[:8] + '"'
        headers = {"strong": {"ETag": tag}, "weak": {"ETag": f"W/{tag}"}}.get(answer.etag, {}) | answer.headers
        if answer.status != 200:
            return self._empty(answer.status, headers)
        if answer.etag and self.headers["If-None-Match"] == headers["ETag"]:
            return self._empty(304, headers)
        part = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        start = int(part[1]) if part and answer.ranges and self.headers["If-Range"] == tag else 0
        start = start if answer.start is None else answer.start
        self.send_response(206 if start else 200)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        headers |= {"Content-Length": str(len(content) - start)} if answer.length else {"Transfer-Encoding": "chunked"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        end = len(content) if answer.drop is None else min(len(content), start + answer.drop)
        for at in range(start, end, STEP):
            threading.Event().wait(answer.stall if 2 * at >= len(content) else answer.pause)
            self._send(content[at : min(at + STEP, end)], chunked=not answer.length)
        if end < len(content):
            self.close_connection = True
        elif not answer.length:
            self.wfile.write(b"0\r\n\r\n")

    def _send(self, content: bytes, *, chunked: bool) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content) if chunked else content)

    def _empty(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": "0"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
