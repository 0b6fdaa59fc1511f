"""What stands around the gateway: an upstream, a collector, and the gateway itself as a process."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATIENCE = 60
# Of 127.0.0.1, signed by itself.
CERTIFICATE = Path(__file__).parents[2] / "runtime/src/upstream/tests/localhost.pem"
CERTIFICATE_KEY = CERTIFICATE.with_name("localhost.key.pem")


@dataclass(frozen=True)
class Received:
    """A request as it came. Header names are in lower case."""

    target: str
    headers: dict[str, str]
    body: bytes


class StandIn:
    """A server on a free port of the loopback address, which keeps what it is sent."""

    def __init__(
        self, answer: Callable[[Received], tuple[int, str, bytes]], tls: ssl.SSLContext | None = None
    ) -> None:
        self.received: list[Received] = []
        self._arrived = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(self.path, headers, body)
                with outer._arrived:
                    outer.received.append(received)
                    outer._arrived.notify_all()
                status, media_type, content = answer(received)
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(content)))
                # Whoever asked may be gone.
                with contextlib.suppress(ConnectionError):
                    self.end_headers()
                    self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _serve

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        scheme = "http"
        if tls is not None:
            scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, count: int) -> None:
        """Until so many requests have come."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, PATIENCE):
                raise AssertionError(f"{len(self.received)} requests came, not {count}")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Upstream(StandIn):
    """Answers with the statuses of `failures` first, then always with 200."""

    def __init__(self, failures: tuple[int, ...] = ()) -> None:
        left = list(failures)
        super().__init__(lambda _: (left.pop(0) if left else 200, "application/json", b'{"customers": []}'))


class Collector(StandIn):
    """Takes spans. It answers when it may, with the statuses of `failures` first; of the first request it rejects some spans.
    A secure one may ask for a certificate, which has to be its own."""

    def __init__(
        self,
        failures: tuple[int, ...] = (),
        rejected: int = 0,
        secure: bool = False,
        asks_for_certificate: bool = False,
    ) -> None:
        left = list(failures)
        self.may_answer = threading.Event()
        self.may_answer.set()
        rejections = [rejected]

        def answer(_: Received) -> tuple[int, str, bytes]:
            self.may_answer.wait(PATIENCE)
            taken = ExportTraceServiceResponse()
            taken.partial_success.rejected_spans = rejections.pop() if rejections else 0
            return left.pop(0) if left else 200, "application/x-protobuf", taken.SerializeToString()

        tls = None
        if secure:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(CERTIFICATE, CERTIFICATE_KEY)
        if tls is not None and asks_for_certificate:
            tls.verify_mode = ssl.CERT_REQUIRED
            tls.load_verify_locations(CERTIFICATE)
        super().__init__(answer, tls)

    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(received.body) for received in self.received]

    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests()
            for of_resource in request.resource_spans
            for of_scope in of_resource.scope_spans
            for span in of_scope.spans
        ]


class Gateway:
    """A running gateway. Nothing is exported by itself for ten minutes, so that what is exported was flushed."""

    def __init__(self, upstream: str, collector: str | None, **environment: str) -> None:
        settings = {
            "GATEWAY_ADMIN_PORT": "0",
            "GATEWAY_LOG_FORMAT": "json",
            "LAGO_API_KEY": "key",
            "LAGO_CUSTOMERS_BASE_URI": upstream,
            "LAGO_CUSTOMERS_MCP_PORT": "0",
            "LAGO_CUSTOMERS_REST_PORT": "0",
            "OTEL_BSP_SCHEDULE_DELAY": "600000",
        }
        if collector is not None:
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector
        self._process = subprocess.Popen(
            [os.environ["GATEWAY"]], env=settings | environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        self.log: list[dict[str, object]] = []
        self._said = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        adapters = {"rest": "lago-customers-rest", "mcp": "lago-customers-mcp", "admin": "admin"}
        self._addresses = {name: self._listening(adapter) for name, adapter in adapters.items()}

    def _read(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in stream:
                with self._said:
                    self.log.append(json.loads(line))
                    self._said.notify_all()
        # Nothing comes after this.
        with self._said:
            self.log.append({})
            self._said.notify_all()

    def _find(self, matches: Callable[[dict[str, object]], bool]) -> dict[str, object]:
        with self._said:
            if not self._said.wait_for(lambda: any(map(matches, self.log)) or {} in self.log, PATIENCE):
                raise AssertionError(f"not in {self.log}")
            return next(line for line in self.log if matches(line))

    def _listening(self, adapter: str) -> str:
        line = self._find(lambda line: f'"{adapter}"' in json.dumps(line) and "listening on" in json.dumps(line))
        found = re.search(r"listening on http://([0-9.:]+)", json.dumps(line))
        assert found is not None
        return found[1]

    def wait_for(self, part: str) -> None:
        """Until its log has a line with this."""
        self._find(lambda line: part in json.dumps(line))

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def warnings(self, part: str) -> list[dict[str, object]]:
        return [line for line in self.log if line.get("level") == "WARN" and part in json.dumps(line)]

    def send(
        self, listener: str, method: str, target: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self._addresses[listener], timeout=PATIENCE)
        given = {"Content-Type": "application/json"} if body is not None else {}
        text = None if body is None else json.dumps(body)
        connection.request(method, target, text, given | (headers or {}))
        response = connection.getresponse()
        answer = response.read().decode()
        connection.close()
        return response.status, answer

    def call(
        self, tool: str, arguments: object, meta: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> str:
        """Calls a tool, and returns what came back."""
        parameters: dict[str, object] = {"name": tool, "arguments": arguments}
        if meta is not None:
            parameters["_meta"] = meta
        message = {"jsonrpc": "2.0", "id": "the-id", "method": "tools/call", "params": parameters}
        accept = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
        status, answer = self.send("mcp", "POST", "/mcp", message, accept | (headers or {}))
        if status != 200:
            raise AssertionError(f"{status}: {answer}")
        return answer

    def metric(self, series: str) -> int:
        _, page = self.send("admin", "GET", "/metrics")
        values = [line.rpartition(" ")[2] for line in page.splitlines() if line.rpartition(" ")[0] == series]
        return int(values[0])

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ends it, with the spans that it still has."""
        self._process.terminate()
        self.ended()

    def ended(self) -> None:
        """Until it has ended."""
        code = self._process.wait(PATIENCE)
        self._find(lambda line: line == {})
        if code != 0:
            raise AssertionError(f"it ended with {code}: {self.log}")
