"""The Python SDK: probing for the newest revision (its default), and with the initialize handshake."""

import json
import subprocess
import sys
from pathlib import Path

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

EXPECTED = json.loads((Path(__file__).parent / "expected.json").read_text())
CUSTOMER = {"external_id": "cust-mcp", "name": "MCP"}
INVALID_PARAMS = -32602


class Mismatch(Exception):
    """Something the client saw is not what it must see."""


class Checks:
    """Counts what held; the first thing that does not hold is raised."""

    def __init__(self):
        self.count = 0

    def that(self, holds, complaint):
        if not holds:
            raise Mismatch(complaint)
        self.count += 1

    def same(self, actual, wanted, what):
        self.that(actual == wanted, f"{what}: expected {wanted!r}, got {actual!r}")


def text(result):
    return "\n".join(getattr(block, "text", "") for block in result.content)


def check_tools(checks, tools):
    checks.same([tool.name for tool in tools], [tool["name"] for tool in EXPECTED], "tool names, in order")
    for tool, wanted in zip(tools, EXPECTED, strict=True):
        name = tool.name
        checks.same(tool.title, wanted["title"], f"title of {name}")
        checks.same(tool.description, wanted["description"], f"description of {name}")
        annotations = tool.annotations and tool.annotations.model_dump(by_alias=True, exclude_unset=True)
        checks.same(annotations, wanted["annotations"], f"annotations of {name}")
        schema = tool.input_schema
        checks.same(schema.get("type"), "object", f"inputSchema.type of {name}")
        checks.same(schema.get("additionalProperties"), False, f"inputSchema.additionalProperties of {name}")
        arguments = set(wanted["required"]) | set(wanted["optional"])
        checks.same(set(schema.get("properties", {})), arguments, f"arguments of {name}")
        checks.same(set(schema.get("required", [])), set(wanted["required"]), f"required arguments of {name}")


def check_customer(checks, result, what):
    checks.that(not result.is_error, f"{what} failed: {text(result)}")
    try:
        answer = json.loads(text(result))
    except ValueError:
        raise Mismatch(f"{what}: the text is no JSON: {text(result)!r}") from None
    for key, value in CUSTOMER.items():
        checks.same(answer.get("customer", {}).get(key), value, f"customer.{key} of {what}")
    if result.structured_content is not None:
        checks.same(result.structured_content, answer, f"structuredContent of {what}")


def check_tool_error(checks, result, needle, what):
    checks.same(result.is_error, True, f"isError of {what}")
    checks.that(needle in text(result), f"{what}: the text must name {needle}, got {text(result)!r}")


async def travel(checks, client):
    listed = await client.list_tools()
    checks.same(listed.next_cursor, None, "nextCursor")
    check_tools(checks, listed.tools)

    external_id = CUSTOMER["external_id"]
    by_id = {"external_id": external_id}
    created = await client.call_tool("lago-create-customer", {"body": {"customer": CUSTOMER}})
    check_customer(checks, created, "create")
    check_customer(checks, await client.call_tool("lago-retrieve-customer", by_id), "retrieve")
    check_tool_error(
        checks,
        await client.call_tool("lago-retrieve-customer-past-usage", {"external_customer_id": external_id}),
        "external_subscription_id",
        "a call without a required argument",
    )
    check_tool_error(
        checks,
        await client.call_tool("lago-retrieve-customer", {**by_id, "surplus": "1"}),
        "surplus",
        "a call with an argument the tool does not have",
    )
    check_customer(checks, await client.call_tool("lago-delete-customer", by_id), "delete")
    check_tool_error(checks, await client.call_tool("lago-retrieve-customer", by_id), "404", "retrieve after delete")

    try:
        result = await client.call_tool("lago-no-such-tool", {})
    except MCPError as error:
        checks.same(error.code, INVALID_PARAMS, f"error code of an unknown tool ({error})")
    else:
        raise Mismatch(f"an unknown tool must be a protocol error, got {result!r}")


async def run(way, server, mode, version):
    what = f"client.py {mode} over {way}"
    checks = Checks()
    try:
        async with Client(server, mode=mode, read_timeout_seconds=30) as client:
            # `auto` falls back without a word when its probe is answered wrongly.
            checks.same(client.protocol_version, version, "negotiated version")
            checks.that(client.server_info and client.server_info.name, "the server gives no name")
            await travel(checks, client)
    except Exception as error:  # a group wraps what went wrong in the client's tasks
        while nested := getattr(error, "exceptions", None):
            error = nested[0]
        print(f"FAILED {what}, after {checks.count} checks: {error}", file=sys.stderr)
        return False
    print(f"ok {what}: {checks.count} checks")
    return True


async def main(url, command=None):
    ways = {"http": lambda: url}
    if command:
        process = StdioServerParameters(command=command, args=["--stdio"])
        ways["stdio"] = lambda: stdio_client(process, errlog=subprocess.DEVNULL)
    outcomes = [
        await run(way, server(), mode, version)
        for way, server in ways.items()
        for mode, version in [("auto", "2026-07-28"), ("legacy", "2025-11-25")]
    ]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: client.py http://127.0.0.1:PORT/mcp [GATEWAY]")
    sys.exit(anyio.run(main, *sys.argv[1:]))
