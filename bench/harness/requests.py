"""What is asked of a server, as bytes for `load` and as a script for wrk."""

import json
from pathlib import Path

CUSTOMER = "5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba"
REVISION = "2025-11-25"


class Workload:
    """One request, which is sent again and again."""

    def __init__(self, name, rate, expected, path, message=None):
        self.name = name
        # Requests a second where the rate is fixed: far below what the slowest peer can do.
        self.rate = rate
        # A part of the body of every right answer.
        self.expected = expected
        self.path = path
        self.body = json.dumps(message) if message else None
        self.headers = {}
        if message:
            self.headers = {
                "Content-Type": "application/json",
                "Accept": "application/json, text/event-stream",
                "MCP-Protocol-Version": REVISION,
            }

    def message(self, port):
        method = "POST" if self.body else "GET"
        lines = [f"{method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n" + (self.body or "")).encode()

    def write(self, room: Path, port):
        """The paths of the request file and of the script for wrk."""
        request = room / f"{self.name}-{port}.request"
        request.write_bytes(self.message(port))
        script = room / f"{self.name}.lua"
        lines = [f"wrk.path = {quoted(self.path)}"]
        if self.body:
            lines += ['wrk.method = "POST"', f"wrk.body = {quoted(self.body)}"]
        lines += [f"wrk.headers[{quoted(k)}] = {quoted(v)}" for k, v in self.headers.items()]
        script.write_text("\n".join(lines) + DONE)
        return request, script


def quoted(text):
    """A string of Lua: what JSON escapes in these texts, Lua does as well."""
    return json.dumps(text)


DONE = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %d, "seconds": %.6f, "failed": %d}\\n', summary.requests,
    summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def rpc(method, parameters):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}


def workloads(rest_rate, mcp_rate):
    tool = "lago-retrieve-customer"
    call = {"name": tool, "arguments": {"external_id": CUSTOMER}}
    return {
        "rest": Workload("rest", rest_rate, "Coleman-Blair", f"/v1/customers/{CUSTOMER}"),
        "call": Workload("call", mcp_rate, "Coleman-Blair", "/mcp", rpc("tools/call", call)),
        "list": Workload("list", mcp_rate, tool, "/mcp", rpc("tools/list", {})),
    }
