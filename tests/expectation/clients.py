"""REST and MCP clients that send exactly what they are given."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

REVISION = "2025-11-25"


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Client:
    """A connection to one listener, made anew where the other side has closed it."""

    def __init__(self, address: str) -> None:
        self._address = address.removeprefix("http://")
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes | None) -> Answer:
        """Sends a request, the target as it is."""
        try:
            return self._once(method, target, headers, body)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            return self._once(method, target, headers, body)

    def _once(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes | None) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=30)
        connection = self._connection
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        answer = Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        )
        if response.will_close:
            self.close()
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Tools:
    """An MCP client of one adapter."""

    def __init__(self, address: str) -> None:
        self._client = Client(address)
        self._next = 0
        about = {"protocolVersion": REVISION, "capabilities": {}, "clientInfo": {"name": "expectation", "version": "1"}}
        agreed = self._ask("initialize", json.dumps(about))["result"]["protocolVersion"]
        if agreed != REVISION:
            raise AssertionError(f"the server speaks {agreed}")

    def close(self) -> None:
        self._client.close()

    def listed(self) -> list[dict[str, Any]]:
        """All tools, page by page."""
        tools: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            result = self._ask("tools/list", json.dumps({"cursor": cursor} if cursor else {}))["result"]
            tools += result["tools"]
            cursor = result.get("nextCursor")
            if cursor is None:
                return tools

    def call(self, name: str, arguments: str, headers: list[tuple[str, str]]) -> dict[str, Any]:
        """The result of a call, or a result made of the protocol's error. `arguments` is JSON text."""
        answer = self._ask("tools/call", f'{{"name": {json.dumps(name)}, "arguments": {arguments}}}', headers)
        return answer.get("result") or {"isError": None, "content": [{"text": json.dumps(answer.get("error"))}]}

    def _ask(self, method: str, params: str, headers: list[tuple[str, str]] | None = None) -> dict[str, Any]:
        self._next += 1
        question = f'{{"jsonrpc": "2.0", "id": {self._next}, "method": "{method}", "params": {params}}}'
        sent = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]
        if method != "initialize":
            sent.append(("MCP-Protocol-Version", REVISION))
        answer = self._client.send("POST", "/mcp", sent + (headers or []), question.encode())
        said: dict[str, Any] = json.loads(answer.body)
        return said
