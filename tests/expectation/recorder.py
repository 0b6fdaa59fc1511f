"""An upstream that keeps every request as it came, byte for byte, and answers what it is told to."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from io import BufferedReader


@dataclass(frozen=True)
class Recorded:
    """A request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(frozen=True)
class Reply:
    """An answer. `Content-Length` is added."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    body: bytes = b'{"ok": true, "text": "\xc3\xa9 \\u00e9"}\n'


@dataclass
class Recorder:
    """Listens on a free port of the loopback address until the process ends."""

    reply: Reply = field(default_factory=Reply)
    _requests: list[Recorded] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def take(self) -> list[Recorded]:
        """The requests since the last time."""
        with self._lock:
            taken, self._requests = self._requests, []
        return taken

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as stream:
            try:
                while request := _read(stream):
                    with self._lock:
                        self._requests.append(request)
                    connection.sendall(_written(self.reply, request.method))
            except OSError:
                return


def _read(stream: BufferedReader) -> Recorded | None:
    line = stream.readline().decode("latin-1").rstrip("\r\n")
    if not line:
        return None
    method, target, _ = line.split(" ")
    headers: list[tuple[str, str]] = []
    while head := stream.readline().decode("utf-8", "surrogateescape").rstrip("\r\n"):
        name, _, value = head.partition(":")
        headers.append((name, value.strip()))
    fields = {name.lower(): value for name, value in headers}
    if "chunked" in fields.get("transfer-encoding", ""):
        body = b""
        while size := int(stream.readline().split(b";")[0], 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
    else:
        body = stream.read(int(fields.get("content-length", "0")))
    return Recorded(method, target, headers, body)


def _written(reply: Reply, method: str) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} Status", *(f"{name}: {value}" for name, value in reply.headers)]
    if reply.status != 204:
        lines.append(f"Content-Length: {len(reply.body)}")
    body = b"" if method == "HEAD" or reply.status == 204 else reply.body
    return "\r\n".join([*lines, "", ""]).encode() + body
